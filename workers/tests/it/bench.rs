use std::time::{Duration, Instant};
use crate::desk::Desk;
use crate::jobs::Note;
#[tokio::test(flavor = "multi_thread")]
async fn bench() {
    let desk = Desk::open().await;
    desk.enqueue_all(1, (0..6000).map(|n| Note::new(format!("n{n}")))).await;
    let t = Instant::now();
    let w = desk.work();
    desk.until_done(6000, Duration::from_secs(120)).await;
    eprintln!("BENCH 6000 jobs in {:?}", t.elapsed());
    w.stop().await;
    // Backlog: one tenant with 300k, 3000 tenants with 3.
    sqlx::query("insert into control.outbox (id, tenant_key, kind, payload) select gen_random_uuid(), 1, 'test.none', '{}' from generate_series(1,300000)").execute(&desk.app.control).await.unwrap();
    sqlx::query("insert into control.outbox (id, tenant_key, kind, payload) select gen_random_uuid(), 100 + n % 3000, 'test.none', '{}' from generate_series(1,9000) n").execute(&desk.app.control).await.unwrap();
    let src = include_str!("../../src/relay/jobs.rs");
    let a = src.find("\"with recursive").unwrap() + 1;
    let b = a + src[a..].find('"').unwrap();
    let sql = format!("explain (analyze, buffers off, costs off) {}", src[a..b].replace("$1", "100").replace("$2", "50").replace("$3", "60"));
    for _ in 0..2 {
        let mut tx = desk.app.control.begin().await.unwrap();
        let rows: Vec<(String,)> = sqlx::query_as(sqlx::AssertSqlSafe(sql.clone())).fetch_all(&mut *tx).await.unwrap();
        let text: Vec<String> = rows.into_iter().map(|r| r.0).collect();
        eprintln!("BENCH PLAN\n{}", text.join("\n"));
    }
    let sql = "explain (analyze, buffers off, costs off) select id from control.outbox where kind = 'event' and (null::bigint[] is null or tenant_key = any (null::bigint[])) order by id limit 500 for update skip locked";
    let rows: Vec<(String,)> = sqlx::query_as(sql).fetch_all(&desk.app.control).await.unwrap();
    eprintln!("BENCH PLAN\n{}", rows.into_iter().map(|r| r.0).collect::<Vec<_>>().join("\n"));
    let t = Instant::now();
    let w = desk.work();
    let until = Instant::now() + Duration::from_secs(5);
    while Instant::now() < until { tokio::time::sleep(Duration::from_millis(100)).await; }
    let n: i64 = sqlx::query_scalar("select count(*) from control.outbox where kind='test.none' and error is not null").fetch_one(&desk.app.control).await.unwrap();
    eprintln!("BENCH with backlog: {n} attempts in {:?}", t.elapsed());
    w.stop().await;
}

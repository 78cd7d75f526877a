//! What happens by itself.

use std::time::{Duration, Instant};

use kernel::tenant::{TenantKey, ViewClass};
use runtime::db::{Mode, Rows as _};
use workers::registry::JOBS;

use crate::desk::{Desk, Workers, connect};
use crate::jobs::Note;

async fn refreshed(desk: &Desk) -> i64 {
    sqlx::query_scalar("select count(*) from control.outbox where tenant_key = 0 and kind = 'usage.refresh' and state = 'done'")
        .fetch_one(&desk.app.control)
        .await
        .unwrap()
}

async fn until_refreshed(desk: &Desk, times: i64, within: Duration) {
    let until = Instant::now() + within;
    while refreshed(desk).await < times {
        assert!(Instant::now() < until, "{} of {times}", refreshed(desk).await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_process_at_a_time_does_the_periodic_work() {
    let desk = Desk::open().await;
    let other = connect(&desk.vars).await;
    let first = Workers::start(&desk.app, JOBS);
    until_refreshed(&desk, 1, Duration::from_secs(60)).await;
    let second = Workers::start(&other, JOBS);
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(refreshed(&desk).await, 1);
    first.stop().await;
    until_refreshed(&desk, 2, Duration::from_secs(60)).await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_old_goes() {
    let desk = Desk::open().await;
    let ids = desk.enqueue_all(1, (0..3).map(|n| Note::new(format!("n{n}")))).await;
    sqlx::query("update control.outbox set state = 'done', finished_at = now() - interval '8 days' where id = any ($1)")
        .bind(&ids[..2])
        .execute(&desk.app.control)
        .await
        .unwrap();
    sqlx::query("update control.outbox set state = 'dead', finished_at = now() - interval '8 days' where id = $1")
        .bind(ids[2])
        .execute(&desk.app.control)
        .await
        .unwrap();
    let tenant = desk.app.registry.by_key(TenantKey(1)).await.unwrap();
    let tx = desk.app.db.begin(&tenant, ViewClass::FULL, Mode::Write).await.unwrap();
    for hours in [1, 47, 49, 500] {
        tx.run(
            "insert into idempotency_keys (caller, key, request_hash, created_at)
             values ('c', $1::text, '', now() - make_interval(hours => $2))",
            [hours.to_string().into(), hours.into()],
        )
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
    let workers = desk.work();
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let tx = desk.app.db.begin(&tenant, ViewClass::FULL, Mode::Read).await.unwrap();
        let keys: Option<i64> = tx.scalar("select count(*) from idempotency_keys", []).await.unwrap();
        if keys == Some(2) && desk.count("done").await == 0 {
            break;
        }
        assert!(Instant::now() < until, "{keys:?} keys, {} jobs", desk.count("done").await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(desk.row(ids[2]).await.0, "dead", "a dead job stays to be seen");
    workers.stop().await;
}

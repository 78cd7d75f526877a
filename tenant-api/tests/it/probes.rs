//! Health, readiness and metrics.

use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use sqlx::AssertSqlSafe;
use test_kit::World;

async fn ready(world: &World) -> (u16, Json) {
    let reply = world.platform().get("/ready").await;
    (reply.status, reply.json)
}

/// Asks until it answers that; a part that is back is seen within seconds.
async fn until(world: &World, status: u16, expected: Json) {
    let begun = Instant::now();
    loop {
        let seen = ready(world).await;
        if seen == (status, expected.clone()) {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(8), "{seen:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn ready_names_the_parts_that_are_down() {
    let world = World::new().await;
    let state = |status: &str, database: &str, storage: &str| json!({ "status": status, "database": database, "redis": "ok", "storage": storage });
    assert_eq!(ready(&world).await, (200, state("ok", "ok", "ok")));
    world.stop_s3().await;
    until(&world, 503, state("unavailable", "ok", "unavailable")).await;
    let login = format!("{}_app", world.app.prefix);
    let close =
        format!("alter role {login} nologin; select pg_terminate_backend(pid) from pg_stat_activity where usename = '{login}'");
    sqlx::raw_sql(AssertSqlSafe(close)).execute(&world.admin).await.unwrap();
    until(&world, 503, state("unavailable", "unavailable", "unavailable")).await;
    let told = world.platform().get("/ready").await.text;
    assert!(!told.contains(&login) && !told.contains("127.0.0.1"), "strangers read this: {told}");
    assert_eq!(world.platform().get("/health").await.expect(200), json!({ "status": "ok" }));
    world.start_s3().await;
    until(&world, 503, state("unavailable", "unavailable", "ok")).await;
    sqlx::raw_sql(AssertSqlSafe(format!("alter role {login} login"))).execute(&world.admin).await.unwrap();
    until(&world, 200, state("ok", "ok", "ok")).await;
}

/// The value of a series.
fn series(text: &str, name: &str, labels: &[&str]) -> f64 {
    let lines = text.lines().filter(|l| l.split(['{', ' ']).next() == Some(name));
    let mut found = lines.filter(|l| labels.iter().all(|label| l.contains(label)));
    found.next().and_then(|l| l.rsplit_once(' ')).map_or(0.0, |(_, value)| value.parse().unwrap())
}

#[tokio::test]
async fn metrics_count_what_happens() {
    let world = World::with(&[("METRICS_PUBLIC", "true"), ("RATE_SIGNIN", "off")]).await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let read = async || {
        let reply = world.platform().get("/metrics").await;
        assert!(reply.header("content-type").unwrap().starts_with("text/plain"));
        reply.text
    };
    let get_200 = ["method=\"GET\"", "area=\"tenant\"", "status=\"200\""];
    let before = read().await;
    for _ in 0..3 {
        manager.get("/api/clients").await.expect(200);
    }
    manager.get("/api/no-such-thing").await.refused(404, "not_found");
    let after = read().await;
    let grown = |labels: &[&str]| series(&after, "http_requests_total", labels) - series(&before, "http_requests_total", labels);
    assert_eq!(grown(&get_200), 3.0);
    assert_eq!(grown(&["method=\"GET\"", "area=\"tenant\"", "status=\"404\""]), 1.0);
    assert!(series(&after, "http_request_seconds_count", &get_200[..2]) >= 4.0);
    assert!(series(&after, "database_pool_connections", &[]) >= 1.0);
    // No name of a broker, no path with ids, no address.
    assert!(!after.contains("acme") && !after.contains("/api/"), "{after}");

    let leaving = broker.manager().await;
    let stream = leaving.request(reqwest::Method::GET, "/api/events").send().await.unwrap();
    assert_eq!(series(&read().await, "event_streams_open", &[]), 1.0);
    leaving.post("/api/auth/logout", &json!({})).await.expect(204);
    manager.post("/api/leads", &json!({ "first_name": "L", "last_name": "1", "email": "l@example.com" })).await.expect(201);
    world.drain().await;
    stream.bytes().await.unwrap();
    let begun = Instant::now();
    while series(&read().await, "event_streams_open", &[]) > 0.0 {
        assert!(begun.elapsed() < Duration::from_secs(5), "a closed stream is still counted");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn probes_answer_at_any_host_and_metrics_only_where_they_may() {
    let world = World::new().await;
    for host in ["nobody", "platform", "x.y"] {
        assert_eq!(world.host(host).get("/health").await.status, 200, "{host}");
        assert_eq!(world.host(host).get("/ready").await.status, 200, "{host}");
    }
    let closed = world.platform().get("/metrics").await;
    assert!(!closed.text.contains("http_requests_total"), "{}", closed.text);
}

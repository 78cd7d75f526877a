//! What an import depends on breaks under it: it goes on by itself, and in the end every row is there once.
//! And what else there is to do meanwhile is done.

use std::time::Duration;

use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, Own, World};

use super::{RAN, counts, mapped, people, preview, total};

/// Asks, whatever is away at the moment, until the answer is yes.
async fn until(what: &str, mut ask: impl AsyncFnMut() -> bool) {
    let begun = tokio::time::Instant::now();
    while !ask().await {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}: it does not come to that");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A number of an import; none while nobody can tell.
async fn told(api: &Api<'_>, path: &str, name: &str) -> Option<Json> {
    let now = api.get(path).await;
    (now.status == 200).then(|| now.json[name].clone())
}

/// Every row is there once, and the figures say so, too.
async fn is_whole(broker: &Broker<'_>, api: &Api<'_>, path: &str, rows: u64) {
    let done = api.get(path).await.expect(200);
    assert_eq!((&done["status"], counts(&done, RAN)), (&json!("done"), [rows, rows, rows, 0, 0, 0]), "{done}");
    let sql = "select jsonb_build_array(count(*), count(distinct email), count(*) filter (where import_id is not null), wrong_figures())
               from clients";
    let found: Json = broker.tx().await.scalar(sql, []).await.unwrap().unwrap();
    assert_eq!(found, json!([rows, rows, rows, 0]));
    let sql = "select count(*) from audit_log where action = 'import.finished'";
    let ends: i64 = broker.tx().await.scalar(sql, []).await.unwrap().unwrap();
    assert_eq!(ends, 1, "it ends once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_crashes_loses_no_row() {
    let world = World::with_own_servers(Own::All, &[]).await;
    let broker = world.broker("acme").await;
    let api = broker.manager().await;
    let path = mapped(&api, "clients", &people(11_000), json!({})).await;
    preview(&api, &path).await;
    world.start_workers();
    api.post(&format!("{path}/start"), &json!({})).await.expect(202);
    let mut crashes = 0;
    for at_least in [1, 5_001] {
        until("a piece", async || told(&api, &path, "processed").await.is_some_and(|n| n.as_u64() >= Some(at_least))).await;
        if told(&api, &path, "status").await != Some(json!("running")) {
            break;
        }
        let mut servers = world.servers.lock().await;
        servers.crash_postgres().await;
        servers.start_postgres().await;
        crashes += 1;
    }
    assert!(crashes > 0, "it was done before anything broke");
    until("the end", async || told(&api, &path, "status").await == Some(json!("done"))).await;
    is_whole(&broker, &api, &path, 11_000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_is_emptied_loses_no_row() {
    let world = World::with_own_servers(Own::Redis, &[]).await;
    let broker = world.broker("acme").await;
    let api = broker.manager().await;
    let path = mapped(&api, "clients", &people(11_000), json!({})).await;
    preview(&api, &path).await;
    world.start_workers();
    let flush = async || redis::cmd("FLUSHALL").query_async::<()>(&mut world.app.redis.clone()).await.unwrap();
    // The ticket goes before anybody saw it, and whatever wakes anybody later.
    api.post(&format!("{path}/start"), &json!({})).await.expect(202);
    flush().await;
    until("a piece", async || told(&api, &path, "processed").await.is_some_and(|n| n.as_u64() > Some(0))).await;
    flush().await;
    // The same once more for the ticket of the one that goes on.
    if api.post(&format!("{path}/pause"), &json!({})).await.status == 200 {
        api.post(&format!("{path}/resume"), &json!({})).await.expect(200);
    }
    for _ in 0..5 {
        flush().await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    until("the end", async || told(&api, &path, "status").await == Some(json!("done"))).await;
    is_whole(&broker, &api, &path, 11_000).await;
}

/// How many rows of all imports of a broker were worked on.
async fn worked_on(api: &Api<'_>, paths: &[String]) -> u64 {
    let mut rows = 0;
    for path in paths {
        rows += told(api, path, "processed").await.unwrap().as_u64().unwrap();
    }
    rows
}

/// Shown by the order of things and not by the clock: between the wish of one broker and its end there are few
/// pieces of the other's imports, however long a piece takes.
#[tokio::test(flavor = "multi_thread")]
async fn one_brokers_imports_do_not_stand_in_anothers_way() {
    let world = World::new().await;
    let (busy, small) = (world.broker("busy").await, world.broker("small").await);
    let (a, b) = (busy.manager().await, small.manager().await);
    let (mut paths, each) = (Vec::new(), 15_000);
    for n in 0..3 {
        let text = people(each).replace("@example.com", &format!("@n{n}.example.com"));
        let path = mapped(&a, "leads", &text, json!({})).await;
        preview(&a, &path).await;
        paths.push(path);
    }
    let quick = mapped(&b, "clients", &people(300), json!({})).await;
    preview(&b, &quick).await;
    for path in &paths {
        a.post(&format!("{path}/start"), &json!({})).await.expect(202);
    }
    world.start_workers();
    until("a piece", async || worked_on(&a, &paths).await > 0).await;
    let before = worked_on(&a, &paths).await;
    b.post(&format!("{quick}/start"), &json!({})).await.expect(202);
    b.post("/api/users", &json!({ "email": "new@small.example", "name": "New Agent", "role": "Agent" })).await.expect(201);
    for _ in 0..10 {
        b.get("/api/clients?sort=name&limit=50").await.expect(200);
    }
    until("the other's jobs", async || {
        told(&b, &quick, "status").await == Some(json!("done")) && world.mail.list(Some("new@small.example")).len() == 1
    })
    .await;
    let after = worked_on(&a, &paths).await;
    let all = 3 * u64::try_from(each).unwrap();
    assert!(after < all, "all of it was done before: {before} to {after} of {all}");
    assert!(after - before <= 6 * 5_000, "{} rows went before", after - before);
    assert_eq!(total(&b, "/api/clients").await, 300);
    until("the end", async || worked_on(&a, &paths).await == all).await;
    for path in &paths {
        assert_eq!(told(&a, path, "status").await, Some(json!("done")));
    }
    let sql = "select jsonb_build_array(count(*), count(distinct email)) from leads";
    let leads: Json = busy.tx().await.scalar(sql, []).await.unwrap().unwrap();
    assert_eq!(leads, json!([all, all]));
}

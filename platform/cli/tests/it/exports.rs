//! An export whose worker is killed: there is no half file, and in the end there is one whole one.

use std::time::Duration;

use runtime::Rows as _;
use serde_json::json;
use test_kit::World;

use crate::kit::{dies, requeue, start_in, until};

const MANY: i64 = 3_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_worker_leaves_no_half_file() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let tx = broker.tx().await;
    tx.run(
        "insert into clients (id, first_name, last_name, email, status)
         select gen_random_uuid(), 'F' || i, 'Test', i || '@example.com', 'new' from generate_series(1, $1) i",
        [MANY.into()],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let asked = manager.post("/api/exports", &json!({ "entity": "clients", "format": "csv" })).await.expect(202);
    let path = format!("/api/exports/{}", asked["id"].as_str().unwrap());
    // With all rows written and nothing in its place; then in its place and told to nobody.
    for place in ["job.taken:exports.run", "exports.written", "exports.complete"] {
        dies(start_in(&world, &["workers"], &[("BROKERDESK_CRASH_AT", place)])).await;
        let half = manager.get(&path).await.expect(200);
        assert_ne!(half["status"], "done", "{place}");
        assert!(half["download_url"].is_null() && half["sha256"].is_null(), "{place}: {half}");
        requeue(&world).await;
    }
    let _workers = start_in(&world, &["workers"], &[]);
    until("the file", Duration::from_secs(30), async || manager.get(&path).await.expect(200)["status"] == "done").await;
    let made = manager.get(&path).await.expect(200);
    assert_eq!(made["rows"], MANY);
    let bytes = world.http.get(made["download_url"].as_str().unwrap()).send().await.unwrap().bytes().await.unwrap();
    let sum: String = runtime::crypto::sha256(&bytes).iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(made["sha256"], sum);
    assert_eq!(String::from_utf8_lossy(&bytes).lines().count() as i64, MANY + 1);
    let finished = manager.get("/api/audit?action=export.finished").await.expect(200);
    assert_eq!(finished["total"], 1);
}

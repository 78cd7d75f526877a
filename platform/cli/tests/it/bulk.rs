//! A change of many records whose worker is killed: nothing is done twice, nothing is left out.

use std::time::Duration;

use runtime::Rows as _;
use serde_json::json;
use test_kit::{Broker, World};

use crate::kit::{dies, requeue, start_in, until};

const MANY: i64 = 12_000;
const PIECE: i64 = 5_000;

async fn fill(broker: &Broker<'_>) {
    let tx = broker.tx().await;
    tx.run(
        "insert into clients (id, first_name, last_name, email, status)
         select gen_random_uuid(), 'F' || i, 'Test', i || '@example.com', 'new' from generate_series(1, $1) i",
        [MANY.into()],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

async fn number(broker: &Broker<'_>, sql: &'static str) -> i64 {
    broker.tx().await.scalar(sql, []).await.unwrap().unwrap()
}

const CHANGED: &str = "select count(*) from clients where status = 'active' and version = 2";
const TOLD: &str = "select count(*) from audit_log where action = 'client.updated'";
const KEPT: &str = "select count(*) from bulk_rows";

#[tokio::test(flavor = "multi_thread")]
async fn a_change_whose_worker_died_goes_on_where_it_was() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    fill(&broker).await;
    let body = json!({ "filter": {}, "change": { "status": "active" } });
    let begun = manager.post("/api/clients/bulk", &body).await.expect(202);
    let job = format!("/api/jobs/{}", begun["job_id"].as_str().unwrap());
    // Killed just before a piece is kept: it is as if it had never been.
    dies(start_in(&world, &["workers"], &[("BROKERDESK_CRASH_AT", "bulk.piece.before")])).await;
    assert_eq!((number(&broker, CHANGED).await, number(&broker, TOLD).await), (0, 0));
    requeue(&world).await;
    // Killed just after: it is done once and for all.
    dies(start_in(&world, &["workers"], &[("BROKERDESK_CRASH_AT", "bulk.piece.after")])).await;
    assert_eq!((number(&broker, CHANGED).await, number(&broker, TOLD).await, number(&broker, KEPT).await), (PIECE, PIECE, PIECE));
    let half = manager.get(&job).await.expect(200);
    assert_eq!(half["progress"], json!({ "processed": PIECE, "total": MANY }));
    requeue(&world).await;
    let _workers = start_in(&world, &["workers"], &[]);
    until("the rest", Duration::from_secs(30), async || manager.get(&job).await.expect(200)["status"] == "done").await;
    assert_eq!((number(&broker, CHANGED).await, number(&broker, TOLD).await, number(&broker, KEPT).await), (MANY, MANY, MANY));
    assert_eq!(manager.get(&job).await.expect(200)["result"], json!({ "updated": MANY }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_cancelled_halfway_can_be_taken_back() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    fill(&broker).await;
    let body = json!({ "filter": {}, "change": { "status": "active" } });
    let begun = manager.post("/api/clients/bulk", &body).await.expect(202);
    let job = format!("/api/jobs/{}", begun["job_id"].as_str().unwrap());
    dies(start_in(&world, &["workers"], &[("BROKERDESK_CRASH_AT", "bulk.piece.after")])).await;
    // Its lease still holds; the cancellation does not wait for that.
    assert_eq!(manager.post(&format!("{job}/cancel"), &json!({})).await.expect(200)["status"], "cancelled");
    let _workers = start_in(&world, &["workers"], &[]);
    let undo = format!("/api/undo/{}", begun["undo_id"].as_str().unwrap());
    let begun = manager.post(&undo, &json!({})).await.expect(202);
    let back = format!("/api/jobs/{}", begun["job_id"].as_str().unwrap());
    until("the way back", Duration::from_secs(30), async || manager.get(&back).await.expect(200)["status"] == "done").await;
    assert_eq!(manager.get(&back).await.expect(200)["result"], json!({ "restored": PIECE, "skipped": 0 }));
    assert_eq!(number(&broker, "select count(*) from clients where status = 'new'").await, MANY);
    assert_eq!(manager.get(&job).await.expect(200)["status"], "cancelled");
}

//! From the request to the day the file goes: cancelled, without a store, one of three, of one moment.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::Duration;
use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::World;
use uuid::Uuid;

use super::{csv_of, download, export, path, text};
use crate::bulk::fill;

#[tokio::test]
async fn an_export_is_cancelled_tried_again_and_deleted() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    fill(&broker, 4, "DE", None, None).await;
    let clients = json!({ "entity": "clients", "format": "csv" });
    let asked = manager.post("/api/exports", &clients).await.expect(202);
    assert_eq!(text(&asked, "status"), "queued");
    manager.post(&format!("{}/retry", path(&asked)), &json!({})).await.refused(409, "export_not_failed");
    assert_eq!(text(&manager.post(&format!("{}/cancel", path(&asked)), &json!({})).await.expect(200), "status"), "cancelled");
    manager.post(&format!("{}/cancel", path(&asked)), &json!({})).await.refused(409, "export_ended");
    world.drain().await;
    let still = manager.get(&path(&asked)).await.expect(200);
    assert_eq!((text(&still, "status"), still["download_url"].is_null(), still["rows"].as_u64()), ("cancelled", true, Some(0)));
    manager.post(&format!("{}/retry", path(&asked)), &json!({})).await.expect(202);
    world.drain().await;
    let made = manager.get(&path(&asked)).await.expect(200);
    assert_eq!(csv_of(&world, &made).await.rows.len(), 4);

    // The way of jobs comes to the same end.
    let asked = manager.post("/api/exports", &clients).await.expect(202);
    manager.post(&format!("/api/jobs/{}/cancel", text(&asked, "job_id")), &json!({})).await.expect(200);
    assert_eq!(text(&manager.get(&path(&asked)).await.expect(200), "status"), "cancelled");

    manager.delete(&path(&made)).await.expect(204);
    manager.get(&path(&made)).await.refused(404, "not_found");
    assert_eq!(manager.get("/api/exports").await.expect(200)["total"], 1);
    let prefix = format!("{}exports/", broker.tenant().await.key.storage_prefix());
    assert_eq!(world.app.files.size_of_prefix(&prefix).await.unwrap(), 0);
    world.app.clock.advance(Duration::minutes(10));
    crm::exports::sweep(&world.app, broker.tenant().await.key).await.unwrap();
    let left: i64 = broker.tx().await.scalar("select count(*) from exports", []).await.unwrap().unwrap();
    assert_eq!(left, 1, "the deleted one is forgotten");
}

#[tokio::test]
async fn three_at_once_and_no_more() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let clients = json!({ "entity": "clients", "format": "csv" });
    let mut last = Json::Null;
    for _ in 0..3 {
        last = manager.post("/api/exports", &clients).await.expect(202);
    }
    let refused = manager.post("/api/exports", &clients).await;
    assert!(refused.header("retry-after").is_some());
    refused.refused(429, "too_many_exports");
    // Others are not held up.
    let leader = broker.actor("Lea", "Team Leader", None).await;
    leader.post("/api/exports", &clients).await.expect(202);
    manager.post(&format!("{}/cancel", path(&last)), &json!({})).await.expect(200);
    manager.post("/api/exports", &clients).await.expect(202);
    manager.post("/api/exports", &clients).await.refused(429, "too_many_exports");
    world.drain().await;
    let made = export(&world, &manager, &clients).await;
    assert_eq!(csv_of(&world, &made).await.rows.len(), 0, "an empty list is an empty file");
}

#[tokio::test]
async fn files_go_after_a_week() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    fill(&broker, 2, "DE", None, None).await;
    let made = export(&world, &manager, &json!({ "entity": "clients", "format": "csv" })).await;
    let (key, prefix) = (broker.tenant().await.key, format!("{}exports/", broker.tenant().await.key.storage_prefix()));
    world.app.clock.advance(Duration::days(6));
    crm::exports::sweep(&world.app, key).await.unwrap();
    download(&world, &manager.get(&path(&made)).await.expect(200)).await;
    world.app.clock.advance(Duration::days(2));
    let expired = manager.get(&path(&made)).await.expect(200);
    assert_eq!((text(&expired, "withheld"), expired["download_url"].is_null()), ("expired", true), "also before it is swept");
    assert!(world.app.files.size_of_prefix(&prefix).await.unwrap() > 0);
    crm::exports::sweep(&world.app, key).await.unwrap();
    assert_eq!(world.app.files.size_of_prefix(&prefix).await.unwrap(), 0);
    let kept = manager.get(&path(&made)).await.expect(200);
    assert_eq!((text(&kept, "withheld"), &kept["sha256"]), ("expired", &made["sha256"]), "that it was there is still told");
    world.app.clock.advance(Duration::days(90));
    crm::exports::sweep(&world.app, key).await.unwrap();
    manager.get(&path(&made)).await.refused(404, "not_found");
}

#[tokio::test]
async fn without_the_store_there_is_no_file_and_it_can_be_tried_again() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    fill(&broker, 5, "DE", None, None).await;
    world.stop_s3().await;
    let asked = manager.post("/api/exports", &json!({ "entity": "clients", "format": "xlsx" })).await.expect(202);
    // One attempt instead of four and their waiting.
    sqlx::query("update control.outbox set max_attempts = 1 where kind = 'exports.run'").execute(&world.admin).await.unwrap();
    world.drain().await;
    let failed = manager.get(&path(&asked)).await.expect(200);
    assert_eq!((text(&failed, "status"), text(&failed, "error")), ("failed", "store_unavailable"));
    world.start_s3().await;
    manager.post(&format!("{}/retry", path(&asked)), &json!({})).await.expect(202);
    world.drain().await;
    let made = manager.get(&path(&asked)).await.expect(200);
    assert_eq!((text(&made, "status"), made["rows"].as_u64(), made["error"].is_null()), ("done", Some(5), true), "{made}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_of_one_moment_while_others_write() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    fill(&broker, 20_000, "DE", None, None).await;
    let stop = AtomicBool::new(false);
    // Clients come in pairs, and pairs change their status together.
    let writing = async {
        let mut n = 0_i64;
        while !stop.load(Ordering::Relaxed) {
            n += 1;
            let tx = broker.tx().await;
            for half in ["a", "b"] {
                let values = [Uuid::now_v7().into(), format!("pair{n}").into(), format!("{half}{n}@pairs.example").into()];
                tx.run(
                    "insert into clients (id, first_name, last_name, email, status) values ($1, $2, 'Pair', $3, 'new')",
                    values,
                )
                .await
                .unwrap();
            }
            tx.run("update clients set source = $1 where last_name = 'Pair'", [n.to_string().into()]).await.unwrap();
            tx.commit().await.unwrap();
        }
        n
    };
    let reading = async {
        let mut files = Vec::new();
        for format in ["csv", "csv", "csv"] {
            let made = export(&world, &manager, &json!({ "entity": "clients", "format": format })).await;
            files.push(csv_of(&world, &made).await);
        }
        stop.store(true, Ordering::Relaxed);
        files
    };
    let (pairs, files) = tokio::join!(writing, reading);
    assert!(pairs > 3, "{pairs} pairs");
    let mut most = 0;
    for sheet in &files {
        let (names, sources) = (sheet.column("First name"), sheet.column("Source"));
        let halves: Vec<(&str, &str)> = names.iter().copied().zip(sources).filter(|(name, _)| name.starts_with("pair")).collect();
        let whole: BTreeSet<&str> = halves.iter().map(|(name, _)| *name).collect();
        assert_eq!(halves.len(), whole.len() * 2, "half a pair is of no moment");
        let moments: BTreeSet<&str> = halves.iter().map(|(_, source)| *source).collect();
        assert!(moments.len() <= 1, "rows of several moments: {moments:?}");
        assert_eq!(sheet.rows.len(), 20_000 + halves.len());
        most = most.max(whole.len());
    }
    assert!(most > 0, "nobody wrote meanwhile");
}

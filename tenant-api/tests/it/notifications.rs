//! Notifications through HTTP.

use chrono::Duration;
use serde_json::json;
use test_kit::World;

use crate::activities::id;

#[tokio::test]
async fn notifications_are_their_users_own() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", None).await;
    let bert = broker.actor("Bert", "Agent", None).await;
    for n in 0..5 {
        let body = json!({ "type": "task", "subject": format!("Task {n}"), "assigned_to": anna.id() });
        ada.post("/api/activities", &body).await.expect(201);
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = anna.get(&format!("/api/notifications?limit=2&cursor={cursor}")).await.expect(200);
        assert_eq!((page["total"].as_i64(), page["unread"].as_i64()), (Some(5), Some(5)));
        seen.extend(page["data"].as_array().unwrap().clone());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    let names: Vec<&str> = seen.iter().map(|n| n["record_name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Task 4", "Task 3", "Task 2", "Task 1", "Task 0"]);
    // Of others nothing is read and nothing is marked.
    assert_eq!(bert.get("/api/notifications").await.expect(200)["total"], 0);
    let ids = json!({ "ids": [seen[0]["id"], seen[1]["id"]] });
    assert_eq!(bert.post("/api/notifications/read", &ids).await.expect(200)["read"], 0);
    assert_eq!(anna.get("/api/notifications").await.expect(200)["unread"], 5);
    assert_eq!(anna.post("/api/notifications/read", &ids).await.expect(200)["read"], 2);
    assert_eq!(anna.post("/api/notifications/read", &ids).await.expect(200)["read"], 0);
    let unread = anna.get("/api/notifications?unread=true").await.expect(200);
    assert_eq!((unread["total"].as_i64(), unread["unread"].as_i64()), (Some(3), Some(3)));
    assert_eq!(anna.post("/api/notifications/read", &json!({ "all": true })).await.expect(200)["read"], 3);
    for bad in [json!({}), json!({ "ids": ["x"] })] {
        anna.post("/api/notifications/read", &bad).await.refused(422, "validation_failed");
    }
    // A program is nobody who could be told.
    let key = ada.post("/api/api-keys", &json!({ "name": "Sync", "role": "CRM Manager" })).await.expect(201);
    let program = broker.nobody().with_token(key["key"].as_str().unwrap());
    program.get("/api/notifications").await.refused(403, "api_key_not_allowed");
    assert_eq!(id(&seen[0]).len(), 36);
}

#[tokio::test]
async fn old_notifications_go() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", None).await;
    let body = json!({ "type": "task", "subject": "Old", "assigned_to": anna.id() });
    ada.post("/api/activities", &body).await.expect(201);
    let key = broker.tenant().await.key;
    let sweep = async || crm::notifications::sweep(&world.app, key).await.unwrap();
    let count = async || {
        let sql = format!("select count(*) from {}.notifications", key.schema());
        sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(sql)).fetch_one(&world.admin).await.unwrap()
    };
    world.app.clock.advance(Duration::days(89));
    sweep().await;
    assert_eq!(count().await, 1);
    world.app.clock.advance(Duration::days(2));
    sweep().await;
    assert_eq!(count().await, 0);
}

/// A record that went to somebody else is named no more, not even by its id.
#[tokio::test]
async fn what_is_no_longer_seen_is_no_longer_named() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", None).await;
    let bert = broker.actor("Bert", "Agent", None).await;
    let body = json!({ "type": "task", "subject": "Call", "assigned_to": anna.id() });
    let task = ada.post("/api/activities", &body).await.expect(201);
    let first = async || anna.get("/api/notifications").await.expect(200)["data"][0].clone();
    assert_eq!((&first().await["record_id"], &first().await["record_name"]), (&task["id"], &json!("Call")));
    let path = format!("/api/activities/{}", id(&task));
    ada.patch(&path, &json!({ "assigned_to": bert.id() })).await.expect(200);
    let now = first().await;
    assert!(now["record_id"].is_null() && now["record_name"].is_null(), "{now}");
    assert_eq!(now["kind"], "assigned");
}

//! Live events: they arrive, in order, and only where they may.

use std::time::Duration;

use serde_json::json;
use test_kit::World;

#[tokio::test]
async fn a_lead_arrives_live_where_it_may_be_seen() {
    let world = World::new().await;
    world.start_workers();
    let (acme, other) = (world.broker("acme").await, world.broker("other").await);
    let team = acme.team("Sales", None).await;
    let manager = acme.manager().await;
    let (anna, ben) = (acme.actor("Anna", "Agent", Some(team)).await, acme.actor("Ben", "Agent", Some(team)).await);
    let stranger = other.manager().await;
    let body = json!({ "first_name": "Leo", "last_name": "Lead", "email": "leo@example.com", "assigned_to": anna.id() });
    let write = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        manager.post("/api/leads", &body).await.expect(201);
    };
    let quiet = async {};
    let (of_manager, of_anna, of_ben, of_stranger) = tokio::join!(
        manager.follow("/api/events", 1, 8, write),
        anna.follow("/api/events", 1, 8, async {}),
        ben.follow("/api/events", 1, 3, async {}),
        stranger.follow("/api/events", 1, 3, quiet),
    );
    assert_eq!(of_manager.len(), 1);
    assert_eq!(of_manager[0].0, "lead.created");
    assert_eq!(of_manager[0].1["type"], "lead.created");
    assert!(!of_manager[0].1.to_string().contains("example.com"), "an event carries no values");
    assert_eq!(of_anna.len(), 1, "the owner is told");
    assert_eq!(of_ben.len(), 0, "another agent is not");
    assert_eq!(of_stranger.len(), 0, "another broker is not");
}

#[tokio::test]
async fn a_reader_who_comes_back_gets_what_was_missed() {
    let world = World::new().await;
    let acme = world.broker("acme").await;
    let manager = acme.manager().await;
    let add = async |n: u32| {
        manager
            .post("/api/leads", &json!({ "first_name": "L", "last_name": n.to_string(), "email": format!("l{n}@example.com") }))
            .await
            .expect(201);
    };
    add(1).await;
    add(2).await;
    world.drain().await;
    let late = manager.clone().with("last-event-id", "0-1");
    let events = late.follow("/api/events", 2, 5, async {}).await;
    assert_eq!(events.len(), 2);
}

#[tokio::test]
async fn an_open_stream_ends_with_its_session() {
    let world = World::new().await;
    let acme = world.broker("acme").await;
    let manager = acme.manager().await;
    let leaving = acme.manager().await;
    let request = leaving.request(reqwest::Method::GET, "/api/events");
    let mut stream = request.send().await.unwrap();
    leaving.post("/api/auth/logout", &json!({})).await;
    manager.post("/api/leads", &json!({ "first_name": "L", "last_name": "1", "email": "l@example.com" })).await.expect(201);
    world.drain().await;
    let end = tokio::time::timeout(Duration::from_secs(10), async {
        let mut text = String::new();
        while let Ok(Some(chunk)) = stream.chunk().await {
            text.push_str(&String::from_utf8_lossy(&chunk));
        }
        text
    });
    let text = end.await.unwrap();
    assert!(!text.contains("lead.created"), "{text}");
}

/// What hangs on a record is told of to whoever may also read the record, and to nobody else.
#[tokio::test]
async fn a_note_is_told_of_to_who_sees_its_record() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let role = |name: &str, read: &str| json!({ "name": name, "permissions": { "notes.read": "all", read: "all", "dashboard.read": "all" } });
    manager.post("/api/roles", &role("Reads clients", "clients.read")).await.expect(201);
    manager.post("/api/roles", &role("Reads leads", "leads.read")).await.expect(201);
    world.drain().await;
    let reader = broker.actor("Rita", "Reads clients", None).await.with("last-event-id", "0-1");
    let stranger = broker.actor("Lena", "Reads leads", None).await.with("last-event-id", "0-1");
    let body = json!({ "first_name": "Cleo", "last_name": "Client", "email": "cleo@example.com" });
    let client = manager.post("/api/clients", &body).await.expect(201);
    let note = json!({ "content": "Called", "client_id": client["id"] });
    let note = manager.post("/api/notes", &note).await.expect(201);
    world.drain().await;
    let of_note = |events: Vec<(String, serde_json::Value)>| {
        events.iter().filter(|(name, event)| name == "note.created" && event["id"] == note["id"]).count()
    };
    assert_eq!(of_note(reader.follow("/api/events", 50, 3, async {}).await), 1);
    assert_eq!(of_note(stranger.follow("/api/events", 50, 3, async {}).await), 0);
}

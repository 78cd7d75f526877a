//! Notes on records through HTTP.

use serde_json::{Value as Json, json};
use test_kit::{Api, World};

use crate::activities::{client, id, sales};

async fn write(api: &Api<'_>, client: &str, content: &str) -> Json {
    api.post("/api/notes", &json!({ "content": content, "client_id": client })).await.expect(201)
}

fn contents(list: &Json) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|n| n["content"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_note_is_written_pinned_changed_deleted_and_restored() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let jane = client(&ada, "Jane").await;
    let markdown = "**Wants** a demo\n- <script>alert(1)</script>";
    let note = write(&ada, &jane, markdown).await;
    assert_eq!(
        (note["content"].as_str(), note["client_name"].as_str()),
        (Some(markdown), Some("Jane Doe")),
        "kept as it was written"
    );
    assert_eq!((note["mine"].as_bool(), note["author_name"].as_str()), (Some(true), Some("Ada Manager")));
    for n in 0..5 {
        write(&ada, &jane, &format!("Note {n}")).await;
    }
    let path = format!("/api/notes/{}", id(&note));
    ada.patch(&path, &json!({ "pinned": true, "version": 1 })).await.expect(200);
    ada.patch(&path, &json!({ "content": "x", "version": 1 })).await.refused(409, "stale_version");
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = ada.get(&format!("/api/notes?client_id={jane}&limit=2&cursor={cursor}")).await.expect(200);
        seen.extend(contents(&page).into_iter().map(str::to_owned));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, [markdown, "Note 4", "Note 3", "Note 2", "Note 1", "Note 0"]);
    assert_eq!(contents(&ada.get(&format!("/api/notes?client_id={jane}&search=demo+wants")).await.expect(200)), [markdown]);
    ada.get("/api/notes?search=demo").await.refused(422, "validation_failed");
    assert_eq!(ada.delete(&path).await.status, 204);
    ada.get(&path).await.refused(404, "not_found");
    assert_eq!(ada.get(&format!("/api/notes?client_id={jane}")).await.expect(200)["total"], 5);
    assert_eq!(ada.post(&format!("{path}/restore"), &json!({})).await.expect(200)["pinned"], true);
    let timeline = ada.get(&format!("/api/clients/{jane}/timeline?kind=notes&limit=50")).await.expect(200);
    assert_eq!(timeline["total"], 9);
    assert_eq!(timeline["data"][0]["action"], "note.restored");
    let fields = |reply: Json| reply["data"]["fields"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let wrong = ada.post("/api/notes", &json!({ "mentions": ["x"] })).await.refused(422, "validation_failed");
    assert_eq!(fields(wrong), ["client_id", "content", "mentions"]);
    let two = json!({ "content": "x", "client_id": jane, "lead_id": jane });
    ada.post("/api/notes", &two).await.refused(422, "validation_failed");
    let long = json!({ "content": "x".repeat(20_001), "client_id": jane });
    ada.post("/api/notes", &long).await.refused(422, "validation_failed");
}

#[tokio::test]
async fn notes_are_read_by_who_reads_the_record_and_changed_by_who_wrote_them() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", None).await;
    let bert = broker.actor("Bert", "Agent", None).await;
    let support = broker.actor("Sue", "Support", None).await;
    let (jane, john) = (client(&ada, "Jane").await, client(&ada, "John").await);
    ada.patch(&format!("/api/clients/{jane}"), &json!({ "assigned_to": anna.id() })).await.expect(200);
    let hers = write(&anna, &jane, "Of Anna").await;
    let others = write(&ada, &jane, "Of Ada").await;
    write(&support, &john, "Of Sue").await;
    assert_eq!(contents(&anna.get("/api/notes").await.expect(200)), ["Of Ada", "Of Anna"]);
    assert_eq!(anna.get(&format!("/api/notes/{}", id(&others))).await.expect(200)["mine"], false);
    assert_eq!(bert.get("/api/notes").await.expect(200)["total"], 0);
    assert_eq!(bert.get(&format!("/api/notes?client_id={jane}")).await.expect(200)["total"], 0);
    bert.get(&format!("/api/notes/{}", id(&hers))).await.refused(404, "not_found");
    let strange = bert.post("/api/notes", &json!({ "content": "x", "client_id": jane })).await.refused(422, "validation_failed");
    assert_eq!(strange["data"]["fields"]["client_id"], json!(["is not a client"]));
    assert_eq!(support.get("/api/notes").await.expect(200)["total"], 3);
    support.patch(&format!("/api/notes/{}", id(&hers)), &json!({ "content": "Mine" })).await.refused(403, "forbidden");
    support.delete(&format!("/api/notes/{}", id(&hers))).await.refused(403, "forbidden");
    anna.patch(&format!("/api/notes/{}", id(&others)), &json!({ "pinned": true })).await.refused(403, "forbidden");
    anna.patch(&format!("/api/notes/{}", id(&hers)), &json!({ "content": "Of Anna, again" })).await.expect(200);
    ada.patch(&format!("/api/notes/{}", id(&hers)), &json!({ "pinned": true })).await.expect(200);
    assert_eq!(anna.delete(&format!("/api/notes/{}", id(&hers))).await.status, 204);
    // The record goes, and its notes with it.
    assert_eq!(ada.delete(&format!("/api/clients/{jane}")).await.status, 204);
    ada.get(&format!("/api/notes/{}", id(&others))).await.refused(404, "not_found");
}

#[tokio::test]
async fn who_is_mentioned_can_read_it_and_is_told_once() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let near = broker.team("Near", None).await;
    let anna = broker.actor("Anna", "Agent", Some(near)).await;
    let bert = broker.actor("Bert", "Agent", Some(near)).await;
    let lena = broker.actor("Lena", "Team Leader", Some(near)).await;
    let jane = client(&ada, "Jane").await;
    ada.patch(&format!("/api/clients/{jane}"), &json!({ "assigned_to": anna.id() })).await.expect(200);
    let stranger = uuid::Uuid::now_v7();
    let body = json!({ "content": format!("Ask @[Bert]({}) and @[Nobody]({stranger})", bert.id()), "client_id": jane, "mentions": [lena.id()] });
    let refused = ada.post("/api/notes", &body).await.refused(422, "validation_failed");
    let faults = json!(["Bert can't see this record", format!("{stranger} is not an active user")]);
    assert_eq!(refused["data"]["fields"]["mentions"], faults);
    assert_eq!(lena.get("/api/notifications").await.expect(200)["unread"], 0, "what was refused tells nobody");
    world.start_workers();
    let text = format!("Ask @[Anna]({}), please", anna.id());
    let body = json!({ "content": text, "client_id": jane, "mentions": [lena.id(), ada.id()] });
    let mut note = Json::Null;
    let events = anna
        .follow("/api/events", 3, 5, async {
            note = ada.post("/api/notes", &body).await.expect(201);
        })
        .await;
    assert!(events.iter().any(|(name, _)| name == "notification.created"), "{events:?}");
    let mut names: Vec<&str> = note["mentions"].as_array().unwrap().iter().map(|m| m["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Ada Manager", "Anna", "Lena"]);
    let told = anna.get("/api/notifications").await.expect(200);
    let first = &told["data"][0];
    assert_eq!(
        (told["unread"].as_i64(), first["kind"].as_str(), first["entity"].as_str()),
        (Some(1), Some("mention"), Some("client"))
    );
    assert_eq!((first["record_id"].as_str(), first["record_name"].as_str()), (Some(jane.as_str()), Some("Jane Doe")));
    assert_eq!(ada.get("/api/notifications").await.expect(200)["unread"], 0, "nobody tells themselves");
    // Changed, it tells who is new in it and nobody twice.
    let path = format!("/api/notes/{}", id(&note));
    ada.patch(&path, &json!({ "content": format!("{text}!"), "mentions": [lena.id()] })).await.expect(200);
    assert_eq!(anna.get("/api/notifications").await.expect(200)["unread"], 1);
    // Who can no longer see the record is not told its name.
    ada.patch(&format!("/api/clients/{jane}"), &json!({ "assigned_to": ada.id() })).await.expect(200);
    let told = anna.get("/api/notifications").await.expect(200);
    assert_eq!((told["unread"].as_i64(), told["data"][0].get("record_name")), (Some(1), None));
}

#[tokio::test]
async fn notes_hang_on_everything_that_is_worked_with() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", None).await;
    let (contact, deal, chance) = sales(&broker, anna.id()).await;
    let task = json!({ "type": "task", "subject": "Prepare", "deal_id": deal });
    let activity = id(&ada.post("/api/activities", &task).await.expect(201));
    let body = json!({ "first_name": "Leo", "last_name": "Lead", "email": "leo@example.com", "assigned_to": anna.id() });
    let lead = id(&ada.post("/api/leads", &body).await.expect(201));
    for (field, record, name) in [
        ("contact", &contact, "Carl Contact"),
        ("deal", &deal, "Big deal"),
        ("opportunity", &chance, "Big opportunity"),
        ("activity", &activity, "Prepare"),
        ("lead", &lead, "Leo Lead"),
    ] {
        let note = anna.post("/api/notes", &json!({ "content": field, format!("{field}_id"): record })).await.expect(201);
        assert_eq!(
            (note[format!("{field}_id")].as_str(), note[format!("{field}_name")].as_str()),
            (Some(record.as_str()), Some(name))
        );
        let list = anna.get(&format!("/api/notes?{field}_id={record}")).await.expect(200);
        assert_eq!(contents(&list), [field]);
    }
    assert_eq!(anna.get("/api/notes").await.expect(200)["total"], 5);
    let bert = broker.actor("Bert", "Agent", None).await;
    assert_eq!(bert.get("/api/notes").await.expect(200)["total"], 0);
    assert_eq!(anna.get(&format!("/api/leads/{lead}/timeline?kind=notes")).await.expect(200)["total"], 1);
}

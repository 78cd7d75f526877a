//! The way of a lead: the steps that the settings allow, its history, and what it takes along when it
//! becomes a client.

use serde_json::{Value as Json, json};
use test_kit::{Api, World};

fn text<'a>(value: &'a Json, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

async fn lead(who: &Api<'_>, more: Json) -> String {
    let mut body = json!({ "first_name": "Leo", "last_name": "Lead", "email": "leo@example.com" });
    body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    format!("/api/leads/{}", text(&who.post("/api/leads", &body).await.expect(201), "id"))
}

async fn flow(who: &Api<'_>, key: &str, transitions: Json) -> Json {
    who.patch(&format!("/api/statuses/lead/{key}"), &json!({ "transitions": transitions })).await.expect(200)
}

#[tokio::test]
async fn a_lead_goes_the_way_that_the_settings_draw() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let sales = broker.team("Sales", None).await;
    let anna = broker.actor("Anna", "Agent", Some(sales)).await;
    let path = lead(&manager, json!({ "assigned_to": anna.id() })).await;
    flow(&manager, "new", json!(["contacted", "not_interested"])).await;
    flow(&manager, "not_interested", json!([])).await;
    let step = async |status: &str| anna.patch(&format!("{path}/status"), &json!({ "status": status })).await;
    let refused = step("interested").await.refused(422, "transition_refused");
    assert_eq!(refused["data"]["fields"]["status"], json!(["can't follow new; choose one of contacted, not_interested"]));
    // The other door has the same lock.
    anna.patch(&path, &json!({ "status": "interested" })).await.refused(422, "transition_refused");
    step("contacted").await.expect(200);
    step("new").await.expect(200);
    let lost = json!({ "status": "not_interested", "reason": "No money" });
    anna.patch(&format!("{path}/status"), &lost).await.expect(200);
    step("new").await.refused(422, "transition_refused");
    let timeline = anna.get(&format!("{path}/timeline?kind=status")).await.expect(200);
    let diff = timeline["data"][0]["diff"].as_array().unwrap();
    assert!(diff.iter().any(|c| c["field"] == "reason" && c["new"] == "No money"), "{diff:?}");

    let history = anna.get(&format!("{path}/history")).await.expect(200);
    let stays = history["data"].as_array().unwrap();
    let went: Vec<&str> = stays.iter().map(|s| text(s, "new_status")).collect();
    assert_eq!(went, ["not_interested", "new", "contacted", "new"]);
    assert_eq!((text(&stays[0], "reason"), &stays[1]["reason"], &stays[3]["old_status"]), ("No money", &Json::Null, &Json::Null));
    assert_eq!((text(&stays[0]["changed_by"], "name"), &stays[0]["until"]), ("Anna", &Json::Null));
    for pair in stays.windows(2) {
        assert_eq!(pair[1]["until"], pair[0]["at"], "each ends where the next begins");
        assert_eq!(pair[0]["old_status"], pair[1]["new_status"]);
    }
    assert!(stays.iter().all(|s| s["seconds"].as_i64().is_some_and(|n| (0..60).contains(&n))));
}

#[tokio::test]
async fn ways_are_checked_undone_and_survive_a_removal() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    for bad in [json!(["new"]), json!(["no_such"]), json!("contacted")] {
        manager.patch("/api/statuses/lead/new", &json!({ "transitions": bad })).await.refused(422, "validation_failed");
    }
    manager.patch("/api/statuses/client/new", &json!({ "transitions": ["active"] })).await.refused(422, "validation_failed");
    let changed = flow(&manager, "new", json!(["callback", "contacted"])).await;
    assert_eq!(changed["transitions"], json!(["callback", "contacted"]));
    let undo = format!("/api/undo/{}", text(&changed, "undo_id"));
    manager.post(&undo, &json!({})).await.expect(200);
    let way = async || {
        let all = manager.get("/api/statuses").await.expect(200);
        all["lead"].as_array().unwrap().iter().find(|s| s["key"] == "new").unwrap()["transitions"].clone()
    };
    assert_eq!(way().await, Json::Null);

    // A status that is removed leaves nobody without a way.
    flow(&manager, "new", json!(["callback"])).await;
    let path = lead(&manager, json!({})).await;
    let removed = manager.delete("/api/statuses/lead/callback").await.expect(200);
    manager.patch(&format!("{path}/status"), &json!({ "status": "interested" })).await.expect(200);
    manager.patch(&format!("{path}/status"), &json!({ "status": "new" })).await.expect(200);
    manager.post(&format!("/api/undo/{}", text(&removed, "undo_id")), &json!({})).await.expect(200);
    manager.patch(&format!("{path}/status"), &json!({ "status": "interested" })).await.refused(422, "transition_refused");
    flow(&manager, "new", Json::Null).await;
    manager.patch(&format!("{path}/status"), &json!({ "status": "interested" })).await.expect(200);
}

/// What a lead says of itself and a client has no place for, or has its own of.
const NOT_OF_A_CLIENT: &[&str] = &[
    "id",
    "status",
    "metadata",
    "message",
    "converted_client_id",
    "created_at",
    "updated_at",
    "created_by",
    "version",
    "masked",
    "hidden",
    "custom",
];

#[tokio::test]
async fn a_conversion_carries_everything() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let sales = broker.team("Sales", None).await;
    let anna = broker.actor("Anna", "Agent", Some(sales)).await;
    let leader = broker.actor("Lea", "Team Leader", Some(sales)).await;
    let field = async |entity: &str, key: &str, kind: &str, options: Json| {
        let body = json!({ "entity": entity, "label": key, "key": key, "type": kind, "options": options });
        manager.post("/api/custom-fields", &body).await.expect(201);
    };
    let level = json!([{ "key": "gold", "label": "Gold" }, { "key": "tin", "label": "Tin" }]);
    for entity in ["lead", "client"] {
        field(entity, "level", "choice", level.clone()).await;
        field(entity, "budget", "number", Json::Null).await;
    }
    field("lead", "shoe", "text", Json::Null).await;
    field("lead", "since", "date", Json::Null).await;
    field("client", "since", "text", Json::Null).await;
    let partner = manager.post("/api/partners", &json!({ "name": "Ann", "email": "ann@partner.example" })).await.expect(201);
    let path = lead(
        &manager,
        json!({
            "phone": "+4930901820", "country": "DE", "source": "Fair", "partner_id": partner["id"], "assigned_to": anna.id(),
            "message": "Please call me", "metadata": { "utm": "x" }, "tags": ["vip", "fair"],
            "follow_up_at": "2026-12-01T08:00:00Z", "follow_up_note": "Contract",
            "custom": { "level": "gold", "budget": 500, "shoe": "44", "since": "2020-01-01" },
        }),
    )
    .await;
    // The leader may convert what is Anna's; it stays Anna's.
    let preview = leader.get(&format!("{path}/conversion")).await.expect(200);
    assert_eq!(preview["left"], json!(["custom.shoe", "custom.since", "metadata"]));
    let before = manager.get(&path).await.expect(200);
    let id = text(&leader.post(&format!("{path}/convert"), &json!({})).await.expect(200), "client_id").to_owned();
    let client = manager.get(&format!("/api/clients/{id}")).await.expect(200);
    let names: Vec<&String> = before.as_object().unwrap().keys().filter(|k| !NOT_OF_A_CLIENT.contains(&k.as_str())).collect();
    assert!(names.len() >= 16, "{names:?}");
    for name in names {
        assert_eq!(client[name], before[name], "{name}");
    }
    assert_eq!(client["custom"], json!({ "level": "gold", "budget": 500 }));
    assert_eq!(client["lead_id"], before["id"]);
    let told: Vec<&str> = preview["carried"].as_array().unwrap().iter().map(|f| f.as_str().unwrap()).collect();
    assert!(
        ["tags", "partner_id", "message", "custom.level", "follow_up_note", "team_id"].iter().all(|f| told.contains(f)),
        "{told:?}"
    );

    let timeline = manager.get(&format!("/api/clients/{id}/timeline")).await.expect(200);
    let first = timeline["data"].as_array().unwrap().iter().find(|e| e["action"] == "client.converted").unwrap();
    let said = |name: &str| first["diff"].as_array().unwrap().iter().find(|c| c["field"] == name).unwrap()["new"].clone();
    assert_eq!((said("message"), said("lead_id")), (json!("Please call me"), before["id"].clone()));
    let lead = manager.get(&path).await.expect(200);
    assert_eq!(text(&lead, "converted_client_id"), id);
    manager.post(&format!("{path}/convert"), &json!({})).await.refused(409, "already_converted");
}

#[tokio::test]
async fn leads_have_tags_like_clients() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let path = lead(&manager, json!({ "tags": ["vip", " vip ", "fair"] })).await;
    lead(&manager, json!({ "email": "b@example.com", "tags": ["fair"] })).await;
    assert_eq!(manager.get(&path).await.expect(200)["tags"], json!(["vip", "fair"]));
    assert_eq!(manager.get("/api/leads?tag=fair").await.expect(200)["total"], 2);
    assert_eq!(manager.get("/api/leads?tag=fair,vip").await.expect(200)["total"], 1);
    assert_eq!(manager.patch(&path, &json!({ "tags": null })).await.expect(200)["tags"], json!([]));
    manager.patch(&path, &json!({ "tags": ["x".repeat(41)] })).await.refused(422, "validation_failed");
}

//! `/api/crm/activities`.

use serde_json::{Value as Json, json};
use test_kit::World;

use super::{column, id, made, named};
use crate::console;

#[tokio::test]
async fn an_activity_is_planned_done_and_opened_again() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    let (ada, bo) = (acme.manager().await, acme.actor("Bo", "Agent", None).await);
    assert_eq!(named(&ada.post("/api/crm/activities", &json!({})).await.refused(422, "validation_failed")), ["subject", "type"]);
    let wrong = json!({ "type": "visit", "subject": "x", "priority": "huge", "due_date": "soon", "contact_id": "x" });
    let refused = ada.post("/api/crm/activities", &wrong).await.refused(422, "validation_failed");
    assert_eq!(named(&refused), ["contact_id", "due_date", "priority", "type"]);
    let refused = ada.post("/api/crm/activities", &json!({ "type": "call", "subject": "x", "assigned_to": "nobody" })).await;
    assert_eq!(named(&refused.refused(422, "validation_failed")), ["assigned_to"]);
    let jane = made(&ada, "contacts", json!({ "name": "Jane Doe" })).await;
    let chance = made(&ada, "opportunities", json!({ "name": "Chance" })).await;
    let deal = made(&ada, "deals", json!({ "name": "Deal" })).await;
    let body = json!({ "type": "Call", "subject": "Call back", "priority": "URGENT", "description": "About the offer",
        "due_date": "2020-01-02T09:00:00Z", "assigned_to": bo.id(), "contact_id": jane["id"], "opportunity_id": chance["id"],
        "deal_id": deal["id"] });
    let call = made(&ada, "activities", body).await;
    for (field, value) in [
        ("type", json!("call")),
        ("subject", json!("Call back")),
        ("priority", json!("urgent")),
        ("description", json!("About the offer")),
        ("status", json!("overdue")),
        ("assigned_to", json!(bo.id())),
        ("assigned_to_name", json!("Bo")),
        ("contact_name", json!("Jane Doe")),
        ("opportunity_name", json!("Chance")),
        ("deal_name", json!("Deal")),
        ("completed", json!(false)),
    ] {
        assert_eq!(call[field], value, "{field}");
    }
    assert!(call["due_date"].as_str().unwrap().starts_with("2020-01-02T09:00:00"));
    let path = format!("/api/crm/activities/{}", id(&call));
    assert_eq!(ada.get(&path).await.expect(200)["id"], call["id"]);
    let done = ada.patch(&path, &json!({ "completed": true, "outcome": "Reached" })).await.expect(200);
    assert_eq!((&done["completed"], &done["status"], &done["outcome"]), (&json!(true), &json!("completed"), &json!("Reached")));
    assert!(done["completed_at"].is_string());
    // What was read goes back whole, twice.
    for _ in 0..2 {
        assert_eq!(ada.put(&path, &done).await.expect(200)["completed_at"], done["completed_at"]);
    }
    let open = ada.put(&path, &json!({ "completed": false, "subject": "Call again", "priority": "Low" })).await.expect(200);
    assert_eq!((&open["completed"], &open["subject"], &open["priority"]), (&json!(false), &json!("Call again"), &json!("low")));
    assert_eq!(open.get("completed_at"), None);
    // What was called off is not opened by who sends it back.
    ada.patch(&format!("/api/activities/{}/cancel", id(&call)), &json!({})).await.expect(200);
    assert_eq!(ada.patch(&path, &json!({ "completed": false, "subject": "Off" })).await.expect(200)["status"], "cancelled");
    ada.patch(&path, &json!({ "completed": true })).await.refused(409, "not_scheduled");
    assert_eq!(named(&ada.patch(&path, &json!({ "due_date": "soon" })).await.refused(422, "validation_failed")), ["due_date"]);
    assert_eq!(ada.delete(&path).await.status, 204);
    ada.get(&path).await.refused(404, "not_found");
}

#[tokio::test]
async fn activities_are_found_and_the_newest_five_are_recent() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    let ada = acme.manager().await;
    let jane = made(&ada, "contacts", json!({ "name": "Jane Doe" })).await;
    for n in 0..7 {
        let kind = ["Task", "MEETING"][n % 2];
        let body = json!({ "type": kind, "subject": format!("Number {n}"), "due_date": format!("2030-01-{:02}", 20 - n),
            "completed": n == 0, "contact_id": (n > 4).then_some(&jane["id"]) });
        made(&ada, "activities", body).await;
    }
    let recent = ada.get("/api/crm/activities/recent").await.expect(200);
    assert_eq!(column(&recent, "subject"), ["Number 6", "Number 5", "Number 4", "Number 3", "Number 2"]);
    for (query, total) in [
        ("type=task", 4),
        ("type=Meeting", 3),
        ("completed=true", 1),
        ("completed=False", 6),
        ("status=Completed", 1),
        ("filter=number%204", 1),
        ("assigned_to=me", 7),
        ("assigned_to=none", 0),
        ("priority=normal", 7),
    ] {
        assert_eq!(ada.get(&format!("/api/crm/activities?{query}")).await.expect(200)["total"], total, "{query}");
    }
    assert_eq!(ada.get(&format!("/api/crm/activities?contact_id={}", id(&jane))).await.expect(200)["total"], 2);
    let by_day = ada.get("/api/crm/activities?sort=due_date&limit=2&offset=1").await.expect(200);
    assert_eq!(column(&by_day, "subject"), ["Number 5", "Number 4"]);
    assert_eq!(named(&ada.get("/api/crm/activities?completed=maybe").await.refused(422, "validation_failed")), ["completed"]);
    // The document's own body has no subject: the first line of the description is one.
    let bare = made(&ada, "activities", json!({ "type": "note", "description": "Likes tea\nand coffee" })).await;
    assert_eq!((&bare["subject"], &bare["description"]), (&json!("Likes tea"), &json!("Likes tea\nand coffee")));
}

#[tokio::test]
async fn an_owner_may_be_named_by_the_issuer_s_id() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    console::set_up(&acme).await;
    let ada = acme.manager().await;
    let known = console::console(&acme, "cms-7", "agent").get("/admin/me").await.expect(200);
    let body = json!({ "type": "call", "subject": "Call", "assigned_to": "cms-7" });
    assert_eq!(made(&ada, "activities", body).await["assigned_to"], known["id"]);
    let contact = made(&ada, "contacts", json!({ "name": "Jane", "assigned_to": "cms-7" })).await;
    assert_eq!(contact["assigned_to"], known["id"]);
    for what in ["opportunities", "deals"] {
        let one = made(&ada, what, json!({ "name": "One", "assigned_to": "cms-7" })).await;
        assert_eq!(one["assigned_to"], known["id"], "{what}");
        let path = format!("/api/crm/{what}/{}", id(&one));
        let pool = ada.patch(&path, &json!({ "assigned_to": null })).await.expect(200);
        assert_eq!(pool.get("assigned_to"), None::<&Json>);
    }
    assert_eq!(ada.get("/api/crm/activities?assigned_to=cms-7").await.expect(200)["total"], 1);
}

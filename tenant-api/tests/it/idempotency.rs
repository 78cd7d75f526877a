//! Answers that are kept for a repeated request: to whom they are shown again, and how they lie there.

use kernel::tenant::ViewClass;
use reqwest::Method;
use runtime::Rows as _;
use runtime::db::Mode;
use serde_json::{Value as Json, json};
use test_kit::{Api, World};

async fn role_id(manager: &Api<'_>, name: &str) -> String {
    let roles = manager.get("/api/roles").await.expect(200);
    let found = roles["data"].as_array().unwrap().iter().find(|r| r["name"] == name).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

const SECRET: &str = "zebra@hidden-domain.com";

#[tokio::test]
async fn an_answer_is_shown_again_only_to_who_may_still_see_it() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    ada.post("/api/roles", &json!({ "name": "Seer", "copy_of": "CRM Manager" })).await.expect(201);
    let id = role_id(&ada, "Seer").await;
    let role = async |body: Json| ada.patch(&format!("/api/roles/{id}"), &body).await.expect(200);
    let sam = broker.actor("Sam", "Seer", None).await;
    let keyed = sam.clone().with("idempotency-key", "first-1");
    let body = json!({ "first_name": "Zoe", "last_name": "Bra", "email": SECRET });
    let first = keyed.post("/api/clients", &body).await.expect(201);
    assert_eq!(first["email"], SECRET);
    assert_eq!(keyed.post("/api/clients", &body).await.expect(201), first);
    for (narrower, back) in [
        (json!({ "fields": { "clients.email": "masked" } }), json!({ "fields": { "clients.email": "full" } })),
        (json!({ "fields": { "clients.phone": "hidden" } }), json!({ "fields": { "clients.phone": "full" } })),
        (json!({ "permissions": { "clients.read": "own" } }), json!({ "permissions": { "clients.read": "all" } })),
        (json!({ "permissions": { "clients.create": "none" } }), json!({ "permissions": { "clients.create": "all" } })),
    ] {
        role(narrower.clone()).await;
        let told = keyed.post("/api/clients", &body).await;
        assert!(!told.text.contains("zebra") && told.header("idempotent-replay").is_none(), "{narrower}: {}", told.text);
        told.refused(409, "already_done");
        role(back).await;
        assert_eq!(keyed.post("/api/clients", &body).await.expect(201), first, "{narrower}");
    }
    // Another role, the same key.
    ada.patch(&format!("/api/users/{}", sam.id()), &json!({ "role": "Agent" })).await.expect(200);
    keyed.post("/api/clients", &body).await.refused(409, "already_done");
    assert_eq!(ada.get("/api/clients").await.expect(200)["total"], 1, "made once");
}

#[tokio::test]
async fn carried_answers_are_bound_to_their_readers_too() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    ada.post("/api/roles", &json!({ "name": "Seer", "copy_of": "CRM Manager" })).await.expect(201);
    let sam = broker.actor("Sam", "Seer", None).await;
    // Made under the product's view of all fields; what counts is the caller's.
    let keyed = sam.clone().with("idempotency-key", "field-1");
    let body = json!({ "entity": "client", "label": "Colour", "type": "text" });
    let first = keyed.post("/api/custom-fields", &body).await.expect(201);
    assert_eq!(keyed.post("/api/custom-fields", &body).await.expect(201), first);
    let id = role_id(&ada, "Seer").await;
    ada.patch(&format!("/api/roles/{id}"), &json!({ "permissions": { "settings.manage": "none" } })).await.expect(200);
    keyed.post("/api/custom-fields", &body).await.refused(409, "already_done");
}

#[tokio::test]
async fn what_is_asked_in_the_address_is_part_of_the_request() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let owner = broker.user("Anna", "Agent", None).await;
    let client = ada.post("/api/clients", &json!({ "first_name": "C", "last_name": "D", "email": "c@example.com" })).await;
    let keyed = ada.clone().with("idempotency-key", "delete-1");
    let path = format!("/api/clients/{}", client.expect(201)["id"].as_str().unwrap());
    let assign = json!({ "assigned_to": owner });
    keyed.send(keyed.request(Method::PATCH, &format!("{path}?a=1")).json(&assign)).await.expect(200);
    let again = keyed.send(keyed.request(Method::PATCH, &format!("{path}?a=1")).json(&assign)).await;
    assert_eq!(again.header("idempotent-replay"), Some("true"), "{}", again.text);
    keyed.send(keyed.request(Method::PATCH, &format!("{path}?a=2")).json(&assign)).await.refused(422, "idempotency_key_reused");
    keyed.send(keyed.request(Method::PATCH, &path).json(&assign)).await.refused(422, "idempotency_key_reused");
}

#[tokio::test]
async fn kept_answers_lie_sealed() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let body = json!({ "first_name": "Zoe", "last_name": "Bra", "email": SECRET });
    ada.clone().with("idempotency-key", "first-1").post("/api/clients", &body).await.expect(201);
    ada.clone().with("idempotency-key", "other-1").post("/api/teams", &json!({ "name": "Sales" })).await.expect(201);
    let sql = "select count(*) from idempotency_keys i where i.sealed is not null and i.body is null
                 and position('zebra' in i::text) = 0 and position(encode('zebra', 'hex') in i::text) = 0";
    assert_eq!(broker.tx().await.scalar::<i64>(sql, []).await.unwrap(), Some(2));
    // The masked role claims and keeps, and reads nothing of it.
    for sql in [
        "select sealed from idempotency_keys",
        "select body from idempotency_keys",
        "select policy from idempotency_keys",
        "select request_hash from idempotency_keys",
        "delete from idempotency_keys",
    ] {
        let tx = world.app.db.begin(&*broker.tenant().await, ViewClass::MASKED, Mode::Write).await.unwrap();
        let denied = tx.run(sql, []).await.unwrap_err();
        assert_eq!(denied.sqlstate().as_deref(), Some("42501"), "{sql}");
    }
    let agent = broker.actor("Anna", "Agent", None).await.with("idempotency-key", "agent-1");
    let own = json!({ "first_name": "A", "last_name": "B", "email": "a@example.com" });
    let first = agent.post("/api/clients", &own).await.expect(201);
    let again = agent.post("/api/clients", &own).await;
    assert_eq!(again.header("idempotent-replay"), Some("true"));
    assert_eq!(again.expect(201), first);
    // A row that is put in another's place does not open.
    let tx = broker.tx().await;
    tx.run(
        "update idempotency_keys a set sealed = b.sealed, request_hash = b.request_hash, policy = b.policy
         from idempotency_keys b where a.key = 'other-1' and b.key = 'first-1'",
        [],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let moved = ada.clone().with("idempotency-key", "other-1").post("/api/clients", &body).await;
    assert_eq!(moved.status, 500, "{}", moved.text);
}

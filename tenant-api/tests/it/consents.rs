//! Texts that people agree to: their versions, who may change them, and what a form must name.

use serde_json::{Value as Json, json};
use test_kit::{Api, World};

use crate::mails;

async fn add(manager: &Api<'_>, body: Json) -> Json {
    manager.post("/api/consents", &body).await.expect(201)
}

fn form(email: &str, consents: Json) -> Json {
    json!({ "first_name": "Eva", "last_name": "Form", "email": email, "country": "DE", "consents": consents })
}

#[tokio::test]
async fn another_wording_is_another_version() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let terms = add(&manager, json!({ "title": "Terms", "body": "One\r\ntwo", "locale": "en" })).await;
    assert_eq!((&terms["key"], &terms["version"], &terms["required"]), (&json!("terms"), &json!(1), &json!(true)));
    let news = add(&manager, json!({ "title": "Terms", "body": "News", "required": false })).await;
    assert_eq!((&news["key"], &news["position"]), (&json!("terms_2"), &json!(1)));
    let path = format!("/api/consents/{}", terms["id"].as_str().unwrap());
    // What is not the wording changes no version.
    let same = manager.patch(&path, &json!({ "required": false, "position": 5 })).await.expect(200);
    assert_eq!((&same["version"], &same["required"], &same["position"]), (&json!(1), &json!(false), &json!(5)));
    let next = manager.patch(&path, &json!({ "body": "Three", "version": 1 })).await.expect(200);
    assert_eq!(next["version"], 2);
    manager.patch(&path, &json!({ "body": "Late", "version": 1 })).await.refused(409, "stale_version");
    assert_eq!(manager.patch(&path, &json!({ "body": "Three" })).await.expect(200)["version"], 2, "the same words");
    let all = manager.get(&format!("{path}/versions")).await.expect(200);
    let texts: Vec<&str> = all["data"].as_array().unwrap().iter().map(|v| v["body"].as_str().unwrap()).collect();
    assert_eq!(texts, ["Three", "One\ntwo"]);
    assert_ne!(all["data"][0]["hash"], all["data"][1]["hash"]);
    assert_eq!(all["data"][0]["published_by"], "Ada Manager");
    let list = manager.get("/api/consents").await.expect(200);
    assert_eq!(
        list["data"].as_array().unwrap().iter().map(|c| c["key"].as_str().unwrap()).collect::<Vec<_>>(),
        ["terms_2", "terms"]
    );

    let faults =
        manager.post("/api/consents", &json!({ "key": "Big Key", "locale": "english" })).await.refused(422, "validation_failed");
    let named: Vec<&String> = faults["data"]["fields"].as_object().unwrap().keys().collect();
    assert_eq!(named, ["body", "key", "locale", "title"]);
    manager.post("/api/consents", &json!({ "key": "terms", "title": "T", "body": "B" })).await.refused(422, "validation_failed");
    // The words stay as somebody agreed to them: not even the product can rewrite them.
    let tx = broker.tx().await;
    assert!(runtime::Rows::run(&tx, "update consent_texts set body = 'other'", []).await.is_err());

    let agent = broker.actor("Anna", "Agent", None).await;
    for reply in [
        agent.get("/api/consents").await,
        agent.get(&format!("{path}/versions")).await,
        agent.post("/api/consents", &json!({ "title": "T", "body": "B" })).await,
        agent.patch(&path, &json!({ "body": "B" })).await,
        agent.get("/api/captcha/secret").await,
    ] {
        reply.refused(403, "forbidden");
    }
}

#[tokio::test]
async fn a_form_agrees_to_the_wording_in_force() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (manager, stranger) = (broker.manager().await, broker.nobody());
    let terms = add(&manager, json!({ "key": "terms", "title": "Terms", "body": "One" })).await;
    add(&manager, json!({ "key": "news", "title": "News", "body": "Letters", "required": false })).await;
    let send = async |consents: Json| stranger.post("/api/public/register", &form("eva@example.com", consents)).await;
    let fields = |refused: Json| refused["data"]["fields"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for missing in [json!(null), json!([]), json!([{ "key": "news", "version": 1 }]), json!([{ "version": 1 }])] {
        let reply = send(missing.clone()).await;
        assert_eq!(reply.status, 422);
        assert!(fields(reply.json).contains(&"consents.terms".to_owned()), "{missing}");
    }
    send(json!([{ "key": "terms", "version": 1 }, { "key": "terms", "version": 1 }])).await.refused(422, "validation_failed");
    // Somebody has the page open while the text changes.
    let path = format!("/api/consents/{}", terms["id"].as_str().unwrap());
    manager.patch(&path, &json!({ "body": "Two" })).await.expect(200);
    for stale in [1, 3, -1] {
        let refused = send(json!([{ "key": "terms", "version": stale }])).await.refused(422, "consent_outdated");
        assert_eq!(fields(refused), ["consents.terms"]);
    }
    send(json!([{ "key": "terms", "version": 2 }, { "key": "old", "version": 1 }])).await.refused(422, "consent_outdated");
    send(json!([{ "key": "terms", "version": 2 }])).await.expect(202);
    let token = mails::token(&world, "eva@example.com", "register/verify").await;
    // What was agreed to is what was read, whatever is in force by the time of the mail.
    manager.patch(&path, &json!({ "body": "Three" })).await.expect(200);
    stranger.post("/api/public/register/verify", &json!({ "token": token })).await.expect(200);
    let client = manager.get("/api/clients").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    let agreed = manager.get(&format!("/api/clients/{client}/consents")).await.expect(200);
    let one = &agreed["consents"][0];
    assert_eq!((&one["version"], &one["outdated"], agreed["consents"].as_array().unwrap().len()), (&json!(2), &json!(true), 1));
    let versions = manager.get(&format!("{path}/versions")).await.expect(200);
    assert_eq!(versions["data"][1]["hash"], one["hash"]);
    assert_eq!(manager.get("/api/consents").await.expect(200)["data"][0]["agreed"], 1);

    // Masked staff see what was agreed to, and not from where; who may not see the client sees nothing.
    let team = broker.team("Sales", None).await;
    let (anna, ben) = (broker.actor("Anna", "Agent", Some(team)).await, broker.actor("Ben", "Agent", None).await);
    manager.post("/api/clients/assign", &json!({ "ids": [client], "assigned_to": anna.id() })).await.expect(200);
    let seen = anna.get(&format!("/api/clients/{client}/consents")).await.expect(200);
    assert_eq!((&seen["consents"][0]["version"], seen["consents"][0].get("ip")), (&json!(2), None));
    assert_eq!(one["ip"], "127.0.0.1");
    ben.get(&format!("/api/clients/{client}/consents")).await.refused(404, "not_found");

    manager.patch(&path, &json!({ "archived": true })).await.expect(200);
    let shown = stranger.get("/api/public/registration").await.expect(200);
    assert_eq!(shown["consents"].as_array().unwrap().len(), 1);
    stranger.post("/api/public/register", &form("next@example.com", json!(null))).await.expect(202);
}

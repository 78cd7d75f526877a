//! Rules that give new clients and leads to somebody.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, World};
use uuid::Uuid;

async fn rule(who: &Api<'_>, body: Json) -> Json {
    who.post("/api/assignment-rules", &body).await.expect(201)
}

fn lead(n: usize, country: &str) -> Json {
    json!({ "first_name": "Leo", "last_name": n.to_string(), "email": format!("leo{n}@example.com"), "country": country })
}

/// How many leads each user has.
async fn shares(manager: &Api<'_>) -> BTreeMap<String, usize> {
    let leads = manager.get("/api/leads?limit=200").await.expect(200);
    let mut shares = BTreeMap::new();
    for lead in leads["data"].as_array().unwrap() {
        *shares.entry(lead["assigned_to_name"].as_str().unwrap_or("nobody").to_owned()).or_default() += 1;
    }
    shares
}

async fn three(broker: &Broker<'_>, team: Uuid) -> [Uuid; 3] {
    [
        broker.user("Anna", "Agent", Some(team)).await,
        broker.user("Ben", "Agent", Some(team)).await,
        broker.user("Cem", "Agent", Some(team)).await,
    ]
}

#[tokio::test]
async fn leads_that_come_in_at_once_go_round_evenly() {
    let world = World::with(&[("RATE_PUBLIC", "off")]).await;
    let broker = world.broker("acme").await;
    let team = broker.team("Sales", None).await;
    let users = three(&broker, team).await;
    let manager = broker.manager().await;
    rule(&manager, json!({ "name": "Everybody in turn", "entity": "lead", "users": users })).await;
    let nobody = broker.nobody();
    let sent = futures::future::join_all((0..30).map(|n| {
        let nobody = nobody.clone();
        async move { nobody.post("/api/public/leads", &lead(n, "DE")).await.expect(201) }
    }))
    .await;
    assert_eq!(sent.len(), 30);
    let even = BTreeMap::from(["Anna", "Ben", "Cem"].map(|name| (name.to_owned(), 10)));
    assert_eq!(shares(&manager).await, even);
    // The log says why, and the owner's team came along.
    let first = sent[0]["id"].as_str().unwrap();
    let seen = manager.get(&format!("/api/leads/{first}")).await.expect(200);
    assert_eq!(seen["team_id"], json!(team));
    let told = manager.get(&format!("/api/leads/{first}/timeline")).await.expect(200);
    let diff = told["data"][0]["diff"].as_array().unwrap();
    assert!(diff.iter().any(|c| c["field"] == "assigned_by_rule" && c["new"] == "Everybody in turn"), "{diff:?}");
}

#[tokio::test]
async fn the_first_rule_that_fits_and_has_room_decides() {
    let world = World::with(&[("RATE_PUBLIC", "off")]).await;
    let broker = world.broker("acme").await;
    let team = broker.team("Sales", None).await;
    let [anna, ben, cem] = three(&broker, team).await;
    let manager = broker.manager().await;
    let german = rule(
        &manager,
        json!({ "name": "German", "entity": "lead", "countries": ["de", "AT"], "sources": ["WebSite"], "users": [anna], "max_open": 2 }),
    )
    .await;
    assert_eq!((&german["countries"], &german["sources"]), (&json!(["DE", "AT"]), &json!(["website"])));
    let arabic = rule(&manager, json!({ "name": "Arabic", "entity": "lead", "languages": ["ar"], "users": [cem] })).await;
    rule(&manager, json!({ "name": "All", "entity": "lead", "users": [ben], "method": "load" })).await;
    let send = async |n: usize, country: &str, metadata: Json| {
        let mut body = lead(n, country);
        body["metadata"] = metadata;
        let id = broker.nobody().post("/api/public/leads", &body).await.expect(201)["id"].as_str().unwrap().to_owned();
        manager.get(&format!("/api/leads/{id}")).await.expect(200)["assigned_to_name"].as_str().unwrap_or("nobody").to_owned()
    };
    assert_eq!(send(0, "DE", json!({})).await, "Anna");
    assert_eq!(send(1, "GB", json!({})).await, "Ben");
    assert_eq!(send(2, "AT", json!({ "locale": "ar-EG" })).await, "Anna", "the first that fits");
    assert_eq!(send(3, "DE", json!({})).await, "Ben", "Anna is full");
    assert_eq!(send(4, "DE", json!({ "locale": "ar-EG" })).await, "Cem", "Anna is full");
    // Another order.
    let rules = manager.get("/api/assignment-rules").await.expect(200);
    let mut ids: Vec<&Json> = rules["data"].as_array().unwrap().iter().map(|r| &r["id"]).collect();
    ids.rotate_left(1);
    let order =
        |ids: Json| manager.request(Method::PUT, "/api/assignment-rules/order").json(&json!({ "entity": "lead", "ids": ids }));
    manager.send(order(json!([ids[0]]))).await.refused(422, "validation_failed");
    manager.send(order(json!(ids))).await.expect(200);
    assert_eq!(send(5, "DE", json!({ "language": "ar" })).await, "Cem");
    // Off is off, and nobody who left gets anything.
    let path = format!("/api/assignment-rules/{}", arabic["id"].as_str().unwrap());
    manager.patch(&path, &json!({ "enabled": false })).await.expect(200);
    assert_eq!(send(6, "GB", json!({ "language": "ar" })).await, "Ben");
    manager.patch(&format!("/api/users/{ben}"), &json!({ "status": "inactive" })).await.expect(200);
    assert_eq!(send(7, "GB", json!({})).await, "nobody");
    // Whoever names an owner, or is one, decides themselves.
    let named = json!({ "first_name": "N", "last_name": "N", "email": "n@example.com", "country": "AT", "assigned_to": cem });
    assert_eq!(manager.post("/api/leads", &named).await.expect(201)["assigned_to"], json!(cem));
}

#[tokio::test]
async fn by_load_whoever_has_least_comes_first() {
    let world = World::with(&[("RATE_PUBLIC", "off")]).await;
    let broker = world.broker("acme").await;
    let team = broker.team("Sales", None).await;
    let [anna, ..] = three(&broker, team).await;
    let manager = broker.manager().await;
    super::bulk::fill(&broker, 4, "DE", Some(anna), Some(team)).await;
    rule(&manager, json!({ "name": "Clients", "entity": "client", "team_id": team, "method": "load" })).await;
    let nobody = broker.nobody();
    for n in 0..8 {
        let body =
            json!({ "first_name": "C", "last_name": n.to_string(), "email": format!("c{n}@example.com"), "country": "GB" });
        manager.post("/api/clients", &body).await.expect(201);
    }
    let of = async |country: &str, name: &str| {
        let list = manager.get(&format!("/api/clients?country={country}&limit=200")).await.expect(200);
        list["data"].as_array().unwrap().iter().filter(|c| c["assigned_to_name"] == name).count()
    };
    assert_eq!((of("gb", "Anna").await, of("gb", "Ben").await, of("gb", "Cem").await), (0, 4, 4));
    drop(nobody);
}

#[tokio::test]
async fn rules_are_checked_and_previewed_by_whoever_may() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let agent = broker.actor("Anna", "Agent", None).await;
    for (n, country) in ["DE", "DE", "GB", "FR"].into_iter().enumerate() {
        let mut body = lead(n, country);
        body["source"] = json!("Fair");
        manager.post("/api/leads", &body).await.expect(201);
    }
    for (body, named) in [
        (json!({}), vec!["entity", "name"]),
        (json!({ "entity": "user", "name": "X", "users": [manager.id()] }), vec!["entity"]),
        (json!({ "entity": "lead", "name": "X" }), vec!["users"]),
        (json!({ "entity": "lead", "name": "X", "users": [Uuid::nil()], "countries": ["XX"] }), vec!["countries", "users"]),
        (json!({ "entity": "client", "name": "X", "users": [manager.id()], "partners": [Uuid::nil()] }), vec!["partners"]),
        (
            json!({ "entity": "lead", "name": "X", "users": [manager.id()], "method": "dice", "max_open": -1 }),
            vec!["max_open", "method"],
        ),
        (json!({ "entity": "lead", "name": "X", "team_id": Uuid::nil() }), vec!["team_id"]),
    ] {
        let refused = manager.post("/api/assignment-rules", &body).await.refused(422, "validation_failed");
        let mut found: Vec<&str> = refused["data"]["fields"].as_object().unwrap().keys().map(String::as_str).collect();
        found.sort_unstable();
        assert_eq!(found, named, "{body}");
    }
    agent.get("/api/assignment-rules").await.refused(403, "forbidden");
    agent.post("/api/assignment-rules", &json!({})).await.refused(403, "forbidden");
    agent.post("/api/assignment-rules/preview", &json!({ "entity": "lead" })).await.refused(403, "forbidden");
    let german = rule(&manager, json!({ "name": "German", "entity": "lead", "countries": ["DE"], "users": [agent.id()] })).await;
    let preview = async |body: Json| manager.post("/api/assignment-rules/preview", &body).await.expect(200);
    let told = preview(json!({ "entity": "lead" })).await;
    assert_eq!((&told["total"], &told["unmatched"]), (&json!(4), &json!(2)));
    assert_eq!(told["rules"], json!([{ "id": german["id"], "name": "German", "count": 2 }]));
    assert_eq!(told["sample"].as_array().unwrap().iter().filter(|s| s["rule"] == "German").count(), 2);
    // A draft comes last, or in the place of what it changes.
    let draft = json!({ "name": "Fair", "sources": ["FAIR"], "users": [agent.id()] });
    let told = preview(json!({ "entity": "lead", "rule": draft })).await;
    assert_eq!((&told["unmatched"], &told["rules"][1]["count"]), (&json!(0), &json!(2)));
    let told = preview(json!({ "entity": "lead", "rule": { "countries": [] }, "rule_id": german["id"] })).await;
    assert_eq!(told["rules"], json!([{ "id": german["id"], "name": "German", "count": 4 }]));
    assert_eq!(manager.get("/api/assignment-rules").await.expect(200)["total"], 1, "a preview saves nothing");
    assert_eq!(manager.get("/api/leads?assigned_to=none").await.expect(200)["total"], 4);
    let path = format!("/api/assignment-rules/{}", german["id"].as_str().unwrap());
    assert_eq!(manager.delete(&path).await.status, 204);
    manager.delete(&path).await.refused(404, "not_found");
}

#[tokio::test]
async fn languages_are_known_wherever_a_client_comes_from() {
    let world = World::with(&[("RATE_PUBLIC", "off"), ("RATE_SIGNIN", "off")]).await;
    let broker = world.broker("acme").await;
    let team = broker.team("Sales", None).await;
    let [anna, ben, _] = three(&broker, team).await;
    let (manager, nobody) = (broker.manager().await, broker.nobody());
    for entity in ["client", "lead"] {
        rule(&manager, json!({ "name": "German", "entity": entity, "languages": ["de"], "users": [anna] })).await;
        rule(&manager, json!({ "name": "Rest", "entity": entity, "users": [ben] })).await;
    }
    let person = |n: usize, language: Json| json!({ "first_name": "L", "last_name": "P", "email": format!("l{n}@visitor.example"), "country": "GB", "language": language });
    let told = |record: &Json| (record["assigned_to_name"].as_str().unwrap().to_owned(), record["language"].clone());
    // Somebody of the staff, or a program.
    let made = manager.post("/api/clients", &person(0, json!("de-AT"))).await.expect(201);
    assert_eq!(told(&made), ("Anna".to_owned(), json!("de")));
    assert_eq!(told(&manager.post("/api/clients", &person(1, json!("fr"))).await.expect(201)), ("Ben".to_owned(), json!("fr")));
    let refused = manager.post("/api/clients", &person(2, json!("klingon"))).await.refused(422, "validation_failed");
    assert!(refused["data"]["fields"]["language"].is_array(), "{refused}");
    let path = format!("/api/clients/{}", made["id"].as_str().unwrap());
    assert_eq!(manager.patch(&path, &json!({ "language": "AR" })).await.expect(200)["language"], "ar");
    assert_eq!(manager.patch(&path, &json!({ "country": "DE" })).await.expect(200)["language"], "ar", "what is not named stays");
    assert_eq!(manager.patch(&path, &json!({ "language": null })).await.expect(200).get("language"), None);
    // A visitor's form; a language that nobody has heard of keeps nobody out.
    let send = async |n: usize, language: Json| {
        let id = nobody.post("/api/public/leads", &person(n, language)).await.expect(201)["id"].as_str().unwrap().to_owned();
        manager.get(&format!("/api/leads/{id}")).await.expect(200)
    };
    let lead = send(3, json!("de-CH")).await;
    assert_eq!((&lead["assigned_to_name"], &lead["metadata"]), (&json!("Anna"), &json!({ "language": "de" })));
    assert_eq!(send(4, json!("tlh")).await["assigned_to_name"], "Ben");
    // It goes along with a lead that becomes a client.
    let converted = manager.post(&format!("/api/leads/{}/convert", lead["id"].as_str().unwrap()), &json!({})).await;
    assert!([200, 201].contains(&converted.status), "{}", converted.text);
    let clients = manager.get("/api/clients?search=l3@visitor.example").await.expect(200);
    assert_eq!(told(&clients["data"][0]), ("Anna".to_owned(), json!("de")));
    // Who registers says it, or their lead did.
    manager.patch("/api/settings", &json!({ "registration_enabled": true })).await.expect(200);
    send(6, json!("de")).await;
    for (n, language) in [(5, json!("de-DE")), (6, Json::Null)] {
        let sent = nobody.post("/api/public/register", &person(n, language)).await;
        assert_eq!(sent.status, 202, "{}", sent.text);
        world.drain().await;
        let token = super::mails::token(&world, &format!("l{n}@visitor.example"), "register/verify").await;
        nobody.post("/api/public/register/verify", &json!({ "token": token })).await.expect(200);
        let clients = manager.get(&format!("/api/clients?search=l{n}@visitor.example")).await.expect(200);
        assert_eq!(told(&clients["data"][0]), ("Anna".to_owned(), json!("de")), "{n}");
    }
    // A preview says the same.
    let preview = manager.post("/api/assignment-rules/preview", &json!({ "entity": "client" })).await.expect(200);
    assert_eq!(preview["rules"][0]["count"], 3, "{preview}");
}

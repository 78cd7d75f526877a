//! API keys: what they open, what they never do, and how fast they end.

use std::time::{Duration, Instant};

use reqwest::Method;
use runtime::Rows as _;
use runtime::crypto::token_hash;
use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, World};

async fn make(by: &Api<'_>, role: &str, expires_at: Option<&str>) -> Json {
    by.post("/api/api-keys", &json!({ "name": "Website", "role": role, "expires_at": expires_at })).await.expect(201)
}

fn key(made: &Json) -> &str {
    made["key"].as_str().unwrap()
}

fn text<'a>(json: &'a Json, name: &str) -> &'a str {
    json[name].as_str().unwrap()
}

#[tokio::test]
async fn a_key_from_beginning_to_end() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (ada, anna) = (broker.manager().await, broker.actor("Anna", "Agent", None).await);
    anna.get("/api/api-keys").await.refused(403, "forbidden");
    anna.post("/api/api-keys", &json!({ "name": "x", "role": "Agent" })).await.refused(403, "forbidden");
    let told = ada.post("/api/api-keys", &json!({ "role": "Nobody", "expires_at": "2001-01-01" })).await;
    let told = told.refused(422, "validation_failed");
    let named: Vec<&String> = told["data"]["fields"].as_object().unwrap().keys().collect();
    assert_eq!(named, ["expires_at", "name", "role"]);

    // The answer holds the key: it is kept under no Idempotency-Key.
    let keyed = ada.clone().with("idempotency-key", "make-1");
    let made = make(&keyed, "CRM Manager", Some("2030-01-01T00:00:00Z")).await;
    assert_ne!(key(&make(&keyed, "Agent", None).await), key(&made));
    assert!(key(&made).starts_with("bdk_") && key(&made).len() == 44, "{made}");
    assert_eq!((text(&made, "prefix"), text(&made, "status")), (&key(&made)[..10], "active"));
    assert_eq!((text(&made, "role_name"), text(&made["created_by"], "name")), ("CRM Manager", "Ada Manager"));
    let list = ada.get("/api/api-keys").await.expect(200);
    assert_eq!(list["total"], 2);
    assert!(!list.to_string().contains(&key(&made)[10..]), "shown once");
    let everything =
        "select string_agg(t::text, ' ') from (select k::text from api_keys k union all select a::text from audit_log a
                      union all select i::text from idempotency_keys i) t (t)";
    let stored = broker.tx().await.scalar::<String>(everything, []).await.unwrap().unwrap();
    assert!(!stored.contains(&key(&made)[4..]), "kept as its hash only");

    let program = broker.nobody().with_token(key(&made)).with("idempotency-key", "lead-1");
    let lead = json!({ "first_name": "Leo", "last_name": "Lead", "email": "leo@example.com" });
    let first = program.post("/api/leads", &lead).await.expect(201);
    assert_eq!(program.post("/api/leads", &lead).await.expect(201)["id"], first["id"], "the same request again");
    program.get("/api/clients").await.expect(200);
    // What it did is found under its own id.
    let log = ada.get(&format!("/api/audit?actor={}", text(&made, "id"))).await.expect(200);
    assert_eq!((&log["total"], text(&log["data"][0]["actor"], "name")), (&json!(1), "API key Website"));
    assert_eq!(log["data"][0]["action"], "lead.created");
    let begun = Instant::now();
    let used = loop {
        let list = ada.get("/api/api-keys").await.expect(200);
        let found = list["data"].as_array().unwrap().iter().find(|k| k["id"] == made["id"]).unwrap().clone();
        if found["last_used_at"].is_string() || begun.elapsed() > Duration::from_secs(5) {
            break found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!((used["last_used_at"].is_string(), text(&used, "last_used_ip")), (true, "127.0.0.1"));

    ada.delete(&format!("/api/api-keys/{}", text(&made, "id"))).await.expect(204);
    program.get("/api/clients").await.refused(401, "invalid_api_key");
    ada.delete(&format!("/api/api-keys/{}", text(&made, "id"))).await.expect(204);
    ada.delete("/api/api-keys/0190a000-0000-7000-8000-000000000000").await.refused(404, "not_found");
    let log = ada.get("/api/audit?action=api_key.*").await.expect(200);
    let actions: Vec<&str> = log["data"].as_array().unwrap().iter().map(|e| text(e, "action")).collect();
    assert_eq!(actions, ["api_key.revoked", "api_key.created", "api_key.created"]);
    let list = ada.get("/api/api-keys").await.expect(200);
    assert_eq!(text(&list["data"][1], "status"), "revoked");
}

#[tokio::test]
async fn a_key_is_no_person() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let team = broker.team("Sales", None).await;
    let ada = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", Some(team)).await;
    let client = json!({ "first_name": "Cleo", "last_name": "Client", "email": "cleo@example.com", "assigned_to": anna.id(), "team_id": team });
    let id = ada.post("/api/clients", &client).await.expect(201)["id"].as_str().unwrap().to_owned();
    ada.post("/api/clients", &json!({ "first_name": "No", "last_name": "Owner", "email": "no@example.com" })).await.expect(201);

    let manager = broker.nobody().with_token(key(&make(&ada, "CRM Manager", None).await));
    assert_eq!(manager.get("/api/clients").await.expect(200)["total"], 2);
    for role in ["Agent", "Team Leader"] {
        // Own and team are a person's: a program reaches nothing by them, not even what belongs to nobody.
        let program = broker.nobody().with_token(key(&make(&ada, role, None).await));
        assert_eq!(program.get("/api/clients").await.expect(200)["total"], 0, "{role}");
        program.get(&format!("/api/clients/{id}")).await.refused(404, "not_found");
    }
    for (method, path, body) in [
        (Method::GET, "/api/me".to_owned(), json!({})),
        (Method::GET, "/api/me/sessions".to_owned(), json!({})),
        (Method::POST, "/api/auth/logout".to_owned(), json!({})),
        (Method::POST, "/api/auth/two-factor/setup".to_owned(), json!({ "password": "x" })),
        (Method::GET, "/api/api-keys".to_owned(), json!({})),
        (Method::POST, "/api/api-keys".to_owned(), json!({ "name": "More", "role": "Agent" })),
        (Method::POST, "/api/users".to_owned(), json!({ "name": "X", "email": "x@acme.example", "role": "Agent" })),
        (Method::PATCH, format!("/api/users/{}", anna.id()), json!({ "role": "CRM Manager" })),
        (Method::POST, format!("/api/users/{}/unlock", anna.id()), json!({})),
        (Method::DELETE, format!("/api/users/{}/sessions", anna.id()), json!({})),
        (Method::POST, format!("/api/users/{}/reset-two-factor", anna.id()), json!({})),
    ] {
        let reply = manager.send(manager.request(method.clone(), &path).json(&body)).await;
        assert_eq!(
            (reply.status, reply.json["code"].as_str()),
            (403, Some("api_key_not_allowed")),
            "{method} {path}: {}",
            reply.text
        );
    }
    anna.get("/api/me").await.expect(200);
    let platform = world.platform().with_token(key(&make(&ada, "CRM Manager", None).await));
    platform.get("/api/platform/tenants").await.refused(403, "api_key_not_allowed");
    let other = world.broker("other").await;
    other.nobody().with_token(manager.token()).get("/api/clients").await.refused(401, "invalid_api_key");
}

#[tokio::test]
async fn nobody_makes_a_key_that_may_more() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let tx = broker.tx().await;
    for sql in [
        "insert into roles (id, name) values ('0190a000-0000-7000-8000-000000000001', 'Office')",
        "insert into role_permissions (role_id, permission, scope)
         select '0190a000-0000-7000-8000-000000000001', p, 'all' from unnest(array['api_keys.manage', 'leads.create']) p",
    ] {
        tx.run(sql, []).await.unwrap();
    }
    tx.commit().await.unwrap();
    let office = broker.actor("Olga", "Office", None).await;
    let wider = json!({ "name": "x", "role": "CRM Manager" });
    office.post("/api/api-keys", &wider).await.refused(403, "role_beyond_own");
    make(&office, "Office", None).await;
}

/// Waits until a process that knows the key refuses it; at most a second.
async fn ends_elsewhere(app: &runtime::SharedApp, broker: &Broker<'_>, key: &str) {
    let (tenant, hash) = (broker.tenant().await, token_hash(key));
    let begun = Instant::now();
    while app.access.known_key(&tenant, &hash).await.unwrap().is_some() {
        assert!(begun.elapsed() < Duration::from_millis(1_200), "the other process still lets it in");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(app.access.key_actor(&tenant, &hash).await.unwrap().is_none());
}

#[tokio::test]
async fn a_key_ends_within_a_second_everywhere() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (ada, second, tenant) = (broker.manager().await, world.second_app().await, broker.tenant().await);
    let soon = (chrono::Utc::now() + chrono::Duration::milliseconds(2_500)).to_rfc3339();
    let (short, long) = (make(&ada, "CRM Manager", Some(&soon)).await, make(&ada, "CRM Manager", None).await);
    for made in [&short, &long] {
        broker.nobody().with_token(key(made)).get("/api/clients").await.expect(200);
        assert!(second.access.key_actor(&tenant, &token_hash(key(made))).await.unwrap().is_some());
    }
    tokio::time::sleep(Duration::from_millis(2_600)).await;
    broker.nobody().with_token(key(&short)).get("/api/clients").await.refused(401, "invalid_api_key");
    assert!(second.access.known_key(&tenant, &token_hash(key(&short))).await.unwrap().is_none());
    assert_eq!(text(&ada.get("/api/api-keys").await.expect(200)["data"][1], "status"), "expired");

    // A stream that a program holds open ends with its key.
    let program = broker.nobody().with_token(key(&long));
    let revoke = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let lead = |n: u32| json!({ "first_name": "L", "last_name": "Lead", "email": format!("l{n}@example.com") });
        ada.post("/api/leads", &lead(1)).await.expect(201);
        world.drain().await;
        ada.delete(&format!("/api/api-keys/{}", text(&long, "id"))).await.expect(204);
        ada.post("/api/leads", &lead(2)).await.expect(201);
        world.drain().await;
    };
    let seen = program.follow("/api/events", 10, 4, revoke).await;
    assert_eq!(seen.iter().filter(|(name, _)| name == "lead.created").count(), 1, "{seen:?}");
    ends_elsewhere(&second, &broker, key(&long)).await;
}

#[tokio::test]
async fn a_changed_role_holds_for_keys_at_once() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let program = broker.nobody().with_token(key(&make(&ada, "Support", None).await));
    let before = program.get("/api/clients").await.status;
    let tx = broker.tx().await;
    let sql = "delete from role_permissions p using roles r where r.id = p.role_id and r.name = 'Support'";
    assert!(tx.run(sql, []).await.unwrap() > 0);
    tx.run("update tenant_meta set access_version = access_version + 1", []).await.unwrap();
    tx.commit().await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(before, 200);
    program.get("/api/clients").await.refused(403, "forbidden");
}

#[tokio::test]
async fn wrong_keys_are_counted_by_address() {
    let world = World::with(&[("RATE_SIGNIN", "5/d"), ("TRUSTED_PROXIES", "127.0.0.1")]).await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let made = make(&ada, "CRM Manager", None).await;
    let near = broker.nobody().with("x-forwarded-for", "203.0.113.7");
    let good = near.clone().with_token(key(&made));
    good.get("/api/clients").await.expect(200);
    for n in 0..5 {
        near.clone().with_token(&format!("bdk_{n:040x}")).get("/api/clients").await.refused(401, "invalid_api_key");
    }
    let limited = near.clone().with_token("bdk_0123").get("/api/clients").await;
    assert!(limited.header("retry-after").is_some());
    limited.refused(429, "rate_limited");
    // Who has a good key beside them goes on.
    good.get("/api/clients").await.expect(200);
    let far = broker.nobody().with("x-forwarded-for", "203.0.113.8");
    far.with_token("bdk_0123").get("/api/clients").await.refused(401, "invalid_api_key");
}

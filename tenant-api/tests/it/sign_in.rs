//! Who gets to the door at all: the list of allowed addresses, what an unknown address of a person
//! learns, the lock, and administrators who put each other out.

use std::time::{Duration, Instant};

use runtime::Rows as _;
use serde_json::json;
use test_kit::world::PASSWORD;
use test_kit::{Api, Broker, World};

async fn allow(broker: &Broker<'_>, list: &serde_json::Value) {
    let tx = broker.tx().await;
    tx.run(
        "insert into settings (key, value) values ('address_allow_list', $1) on conflict (key) do update set value = $1",
        [list.clone().into()],
    )
    .await
    .unwrap();
    tx.run("update tenant_meta set access_version = access_version + 1", []).await.unwrap();
    tx.commit().await.unwrap();
    broker.world.app.access.mark_stale(broker.tenant().await.key).await;
}

#[tokio::test]
async fn only_from_allowed_addresses() {
    let world = World::with(&[("RATE_SIGNIN", "off"), ("TRUSTED_PROXIES", "127.0.0.1")]).await;
    let (broker, other) = (world.broker("acme").await, world.broker("other").await);
    let at = |address: &str| broker.nobody().with("x-forwarded-for", address);
    let (office, home) = ("203.0.113.7", "198.51.100.1");
    let inside = at(office).sign_in("/api", "ada@acme.example", PASSWORD).await;
    let outside = at(home).sign_in("/api", "ada@acme.example", PASSWORD).await;
    let made = inside.post("/api/api-keys", &json!({ "name": "Website", "role": "CRM Manager" })).await.expect(201);
    let program = at(home).with_token(made["key"].as_str().unwrap());
    program.get("/api/clients").await.expect(200);

    let close = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        allow(&broker, &json!(["203.0.113.0/24", "2001:db8::/32"])).await;
        let lead = json!({ "first_name": "Leo", "last_name": "Lead", "email": "leo@example.com" });
        inside.post("/api/leads", &lead).await.expect(201);
        world.drain().await;
    };
    assert!(outside.follow("/api/events", 1, 3, close).await.is_empty(), "a stream that is open obeys");
    for path in ["/api/clients", "/api/me", "/api/me/sessions"] {
        outside.get(path).await.refused(403, "address_not_allowed");
        inside.get(path).await.expect(200);
    }
    program.get("/api/clients").await.refused(403, "address_not_allowed");
    let body = json!({ "email": "ada@acme.example", "password": PASSWORD });
    at(home).post("/api/auth/login", &body).await.refused(403, "address_not_allowed");
    let wrong = json!({ "email": "nobody@acme.example", "password": "x" });
    at(home).post("/api/auth/login", &wrong).await.refused(403, "address_not_allowed");
    let renew = json!({ "refresh_token": outside.refresh_token });
    at(home).post("/api/auth/refresh", &renew).await.refused(403, "address_not_allowed");
    for set in ["/api/auth/reset", "/api/invitations/accept"] {
        let body = json!({ "token": "x", "password": "another long password" });
        at(home).post(set, &body).await.refused(403, "address_not_allowed");
    }
    // The refused attempt did not use the token up, and a session that moved into the office is good.
    at(office).post("/api/auth/refresh", &renew).await.expect(200);
    at("2001:db8::5").post("/api/auth/login", &body).await.expect(200);
    // What a caller writes left of the proxy's own entry opens nothing.
    at("203.0.113.7, 198.51.100.1").post("/api/auth/login", &body).await.refused(403, "address_not_allowed");
    other.nobody().with("x-forwarded-for", home).sign_in("/api", "ada@other.example", PASSWORD).await;

    allow(&broker, &json!([])).await;
    outside.get("/api/clients").await.expect(200);
    allow(&broker, &json!(["not an address"])).await;
    inside.get("/api/clients").await.refused(403, "address_not_allowed");
}

#[tokio::test]
async fn an_unknown_address_takes_as_long() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    for n in 0..6 {
        broker.user(&format!("User {n}"), "Agent", None).await;
    }
    let nobody = broker.nobody();
    let time = async |email: String| {
        let begun = Instant::now();
        let body = json!({ "email": email, "password": "not the password" });
        nobody.post("/api/auth/login", &body).await.refused(401, "invalid_credentials");
        begun.elapsed()
    };
    time("warm@acme.example".into()).await;
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for n in 0..6 {
        known.push(time(format!("user.{n}@acme.example")).await);
        unknown.push(time(format!("nobody.{n}@acme.example")).await);
    }
    known.sort_unstable();
    unknown.sort_unstable();
    // The hash takes most of the time; without it an unknown address would answer in a fraction.
    let (known, unknown) = (known[2], unknown[2]);
    assert!(unknown * 2 > known, "unknown {unknown:?}, known {known:?}");
}

#[tokio::test]
async fn a_lock_is_seen_and_opened() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let id = broker.user("Anna", "Agent", None).await;
    let (ada, nobody) = (broker.manager().await, broker.nobody());
    for _ in 0..5 {
        let body = json!({ "email": "ANNA@acme.example", "password": "not the password" });
        nobody.post("/api/auth/login", &body).await.refused(401, "invalid_credentials");
    }
    let list = ada.get("/api/users").await.expect(200);
    let anna = list["data"].as_array().unwrap().iter().find(|u| u["id"] == json!(id)).unwrap();
    assert!(anna["locked_until"].is_string(), "{anna}");
    assert!(list["data"].as_array().unwrap().iter().filter(|u| u["locked_until"].is_string()).count() == 1);
    let open = ada.post(&format!("/api/users/{id}/unlock"), &json!({})).await.expect(200);
    assert!(open["locked_until"].is_null());
    broker.signed_in("Anna").await;
    let log = ada.get("/api/audit?action=user.unlocked").await.expect(200);
    assert_eq!(log["total"], 1);
    // Nothing to open is nothing to tell.
    ada.post(&format!("/api/users/{id}/unlock"), &json!({})).await.expect(200);
    assert_eq!(ada.get("/api/audit?action=user.unlocked").await.expect(200)["total"], 1);
    ada.post("/api/users/0190a000-0000-7000-8000-000000000000/unlock", &json!({})).await.refused(404, "not_found");
}

#[tokio::test]
async fn where_somebody_signed_in_is_for_administrators() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let team = broker.team("Sales", None).await;
    let (ada, lena) = (broker.manager().await, broker.actor("Lena", "Team Leader", Some(team)).await);
    let path = format!("/api/users/{}", lena.id());
    assert_eq!(ada.get(&path).await.expect(200)["last_login_ip"], "127.0.0.1");
    let own = lena.get(&path).await.expect(200);
    assert!(own["last_login_ip"].is_null() && own["sessions"] == 1, "{own}");
}

#[tokio::test]
async fn administrators_who_put_each_other_out() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    // A third one remains in any case: it is not the rule of the last one that decides.
    broker.actor("Carl", "CRM Manager", None).await;
    let path = |api: &Api<'_>| format!("/api/users/{}", api.id());
    for (round, change) in [json!({ "status": "inactive" }), json!({ "role": "Agent" })].into_iter().enumerate() {
        let a = broker.actor(&format!("A{round}"), "CRM Manager", None).await;
        let b = broker.actor(&format!("B{round}"), "CRM Manager", None).await;
        let (of_a, of_b) = (path(&a), path(&b));
        let (first, second) = tokio::join!(a.patch(&of_b, &change), b.patch(&of_a, &change));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses[0], 200, "{} {}", first.text, second.text);
        assert!([401, 403].contains(&statuses[1]), "both won: {} {}", first.text, second.text);
    }
}

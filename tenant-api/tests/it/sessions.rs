//! Sessions: which devices are signed in, ending them everywhere, and sign-ins from somewhere new.

use std::time::{Duration, Instant};

use kernel::ids::SessionId;
use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::world::PASSWORD;
use test_kit::{Api, Broker, World};

const CHROME: &str =
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36";
const NEWER_CHROME: &str =
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36";
const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0";

async fn anna_on<'w>(broker: &Broker<'w>, agent: &str) -> Api<'w> {
    broker.nobody().with("user-agent", agent).sign_in("/api", "anna@acme.example", PASSWORD).await
}

async fn own(api: &Api<'_>) -> Vec<Json> {
    api.get("/api/me/sessions").await.expect(200)["data"].as_array().unwrap().clone()
}

fn devices(list: &[Json]) -> Vec<&str> {
    list.iter().map(|s| s["device"].as_str().unwrap()).collect()
}

fn id(session: &Json) -> String {
    session["id"].as_str().unwrap().to_owned()
}

async fn current(api: &Api<'_>) -> String {
    api.get("/api/me").await.expect(200)["session_id"].as_str().unwrap().to_owned()
}

/// Holds within a second in a process that heard of the session before.
async fn ends_elsewhere(app: &runtime::SharedApp, broker: &Broker<'_>, session: &str) {
    let (tenant, session) = (broker.tenant().await, SessionId(session.parse().unwrap()));
    let begun = Instant::now();
    while app.access.actor(&tenant, session).await.unwrap().is_some() {
        assert!(begun.elapsed() < Duration::from_millis(1_200), "the other process still lets it in");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn ones_own_sessions() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    broker.user("Anna", "Agent", None).await;
    let ben = broker.actor("Ben", "Agent", None).await;
    let second = world.second_app().await;
    let (mac, pc, third) =
        (anna_on(&broker, CHROME).await, anna_on(&broker, FIREFOX).await, anna_on(&broker, "curl/8.5.0").await);
    let list = own(&mac).await;
    assert_eq!(devices(&list), ["curl", "Firefox on Windows", "Chrome on macOS"]);
    let now: Vec<bool> = list.iter().map(|s| s["current"].as_bool().unwrap()).collect();
    assert_eq!(now, [false, false, true]);
    assert_eq!(list[2]["ip"], "127.0.0.1");
    assert!(!list.iter().any(|s| s.to_string().contains("Mozilla")));

    let of_pc = current(&pc).await;
    assert_eq!(of_pc, id(&list[1]));
    let tenant = broker.tenant().await;
    assert!(second.access.actor(&tenant, SessionId(of_pc.parse().unwrap())).await.unwrap().is_some());
    // A session of somebody else is none.
    ben.delete(&format!("/api/me/sessions/{of_pc}")).await.refused(404, "not_found");
    pc.get("/api/me").await.expect(200);
    mac.delete(&format!("/api/me/sessions/{of_pc}")).await.expect(204);
    pc.get("/api/clients").await.refused(401, "session_ended");
    pc.post("/api/auth/refresh", &json!({ "refresh_token": pc.refresh_token })).await.refused(401, "session_ended");
    ends_elsewhere(&second, &broker, &of_pc).await;
    mac.delete(&format!("/api/me/sessions/{of_pc}")).await.refused(404, "not_found");

    assert_eq!(mac.post("/api/me/sessions/end-others", &json!({})).await.expect(200), json!({ "ended": 1 }));
    third.get("/api/me").await.refused(401, "session_ended");
    assert_eq!(devices(&own(&mac).await), ["Chrome on macOS"]);
    ben.get("/api/me").await.expect(200);
    let ada = broker.manager().await;
    let log = ada.get("/api/audit?action=session.ended").await.expect(200);
    assert_eq!(log["data"][1]["diff"][0]["old"], "Firefox on Windows", "{log}");
}

#[tokio::test]
async fn an_administrator_ends_sessions() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    broker.user("Anna", "Agent", None).await;
    let (ada, other) = (broker.manager().await, world.broker("other").await);
    let (mac, pc, more) = (anna_on(&broker, CHROME).await, anna_on(&broker, FIREFOX).await, anna_on(&broker, CHROME).await);
    let path = format!("/api/users/{}/sessions", mac.id());
    mac.get(&path).await.refused(403, "forbidden");
    mac.delete(&path).await.refused(403, "forbidden");
    other.manager().await.get(&path).await.refused(404, "not_found");
    other.manager().await.delete(&path).await.refused(404, "not_found");
    let list = ada.get(&path).await.expect(200);
    assert_eq!((&list["total"], devices(list["data"].as_array().unwrap()).len()), (&json!(3), 3));
    assert!(list["data"].as_array().unwrap().iter().all(|s| s["current"] == false));
    assert_eq!(ada.get(&format!("/api/users/{}", mac.id())).await.expect(200)["sessions"], 3);

    let one = current(&pc).await;
    // The session of one user is not found among those of another.
    ada.delete(&format!("/api/users/{}/sessions/{one}", ada.id())).await.refused(404, "not_found");
    ada.delete(&format!("{path}/{one}")).await.expect(204);
    pc.get("/api/me").await.refused(401, "session_ended");
    mac.get("/api/me").await.expect(200);
    let end = async { tokio::time::sleep(Duration::from_millis(300)).await };
    let stream = mac.follow("/api/events", 1, 4, async {
        end.await;
        assert_eq!(ada.delete(&path).await.expect(200), json!({ "ended": 2 }));
        let lead = json!({ "first_name": "Leo", "last_name": "Lead", "email": "leo@example.com", "assigned_to": mac.id() });
        ada.post("/api/leads", &lead).await.expect(201);
        world.drain().await;
    });
    assert!(stream.await.is_empty(), "an open stream ends with its session");
    for api in [&mac, &more] {
        api.get("/api/me").await.refused(401, "session_ended");
    }
    assert_eq!(ada.delete(&path).await.expect(200), json!({ "ended": 0 }));
    let activity = ada.get(&format!("/api/users/{}/activity", mac.id())).await.expect(200);
    let actions: Vec<&str> = activity["data"].as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap()).collect();
    assert_eq!(actions.iter().filter(|a| **a == "session.ended").count(), 2, "{actions:?}");
    assert_eq!(actions.iter().filter(|a| **a == "session.created").count(), 3, "{actions:?}");
    mac.get(&format!("/api/users/{}/activity", mac.id())).await.refused(401, "session_ended");
    let ben = broker.actor("Ben", "Agent", None).await;
    ben.get(&format!("/api/users/{}/activity", mac.id())).await.refused(403, "forbidden");
}

#[tokio::test]
async fn whoever_leaves_is_out_everywhere() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (ada, second) = (broker.manager().await, world.second_app().await);
    let anna = broker.actor("Anna", "Agent", None).await;
    let session = current(&anna).await;
    let tenant = broker.tenant().await;
    assert!(second.access.actor(&tenant, SessionId(session.parse().unwrap())).await.unwrap().is_some());
    ada.patch(&format!("/api/users/{}", anna.id()), &json!({ "status": "inactive" })).await.expect(200);
    anna.get("/api/clients").await.refused(401, "session_ended");
    anna.post("/api/auth/refresh", &json!({ "refresh_token": anna.refresh_token })).await.refused(401, "session_ended");
    ends_elsewhere(&second, &broker, &session).await;
    // Coming back is a new beginning: what was stolen before is worth nothing.
    ada.patch(&format!("/api/users/{}", anna.id()), &json!({ "status": "active" })).await.expect(200);
    anna.get("/api/clients").await.refused(401, "session_ended");
    anna.post("/api/auth/refresh", &json!({ "refresh_token": anna.refresh_token })).await.refused(401, "session_ended");
}

/// Mails to Anna about new devices.
async fn notices(world: &World) -> Vec<String> {
    world.drain().await;
    let mails = world.mail.list(Some("anna@acme.example"));
    mails.into_iter().filter(|m| m.subject.starts_with("New sign-in")).map(|m| m.text).collect()
}

#[tokio::test]
async fn a_sign_in_from_somewhere_new_is_told() {
    let world = World::with(&[("RATE_SIGNIN", "off"), ("TRUSTED_PROXIES", "127.0.0.1")]).await;
    let broker = world.broker("acme").await;
    broker.user("Anna", "Agent", None).await;
    // Tenants that were made earlier have no text for it; the product's own is sent.
    let tx = broker.tx().await;
    assert_eq!(tx.run("delete from message_templates where key = 'new_device'", []).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let from = async |agent: &str, address: &str| {
        let api = broker.nobody().with("user-agent", agent).with("x-forwarded-for", address);
        api.sign_in("/api", "anna@acme.example", PASSWORD).await
    };
    from(CHROME, "203.0.113.7").await;
    assert!(notices(&world).await.is_empty(), "the very first sign-in is new to nobody");
    from(CHROME, "203.0.113.8").await;
    from(NEWER_CHROME, "203.0.113.7").await;
    assert!(notices(&world).await.is_empty(), "an update or another address of the network is nothing new");
    from(FIREFOX, "203.0.113.7").await;
    let told = notices(&world).await;
    assert_eq!(told.len(), 1);
    for part in ["Firefox on Windows", "203.0.113.7", "acme Ltd", "/account"] {
        assert!(told[0].contains(part), "{part}: {}", told[0]);
    }
    from(CHROME, "198.51.100.1").await;
    assert_eq!(notices(&world).await.len(), 2);
    from(FIREFOX, "203.0.113.9").await;
    assert_eq!(notices(&world).await.len(), 2, "once is enough");

    let tx = broker.tx().await;
    tx.run(
        "insert into settings (key, value) values ('new_device_notice', 'false') on conflict (key) do update set value = 'false'",
        [],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    from("curl/8.5.0", "192.0.2.1").await;
    assert_eq!(notices(&world).await.len(), 2);
    let sql = "select count(*) from audit_log where action = 'session.created' and diff @> '[{\"field\": \"new_device\", \"new\": true}]'";
    assert_eq!(broker.tx().await.scalar::<i64>(sql, []).await.unwrap(), Some(3), "the log knows in any case");
}

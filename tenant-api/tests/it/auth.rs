//! Sign-in, sessions and passwords through HTTP: what answers say, and what ends a session.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::ids::SessionId;
use reqwest::Method;
use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::world::{OWNER, PASSWORD};
use test_kit::{Api, Broker, Reply, World};

const OTHER: &str = "another long password";

async fn login(api: &Api<'_>, email: &str, password: &str) -> Reply {
    api.post("/api/auth/login", &json!({ "email": email, "password": password })).await
}

async fn refresh(api: &Api<'_>, token: &str) -> Reply {
    api.post("/api/auth/refresh", &json!({ "refresh_token": token })).await
}

async fn change(broker: &Broker<'_>, sql: &'static str) {
    let tx = broker.tx().await;
    assert!(tx.run(sql, []).await.unwrap() > 0, "{sql}");
    tx.commit().await.unwrap();
}

fn text<'a>(json: &'a Json, key: &str) -> &'a str {
    json[key].as_str().unwrap()
}

#[tokio::test]
async fn answers_do_not_tell_who_is_known() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let nobody = broker.nobody();
    let answer = login(&nobody, " Ada@ACME.example", PASSWORD).await.expect(200);
    assert_eq!((text(&answer, "token_type"), answer["expires_in"].as_u64()), ("Bearer", Some(600)));
    assert_eq!(answer["must_change_password"], false);
    let user = &answer["user"];
    assert_eq!((text(user, "email"), text(user, "role_name")), ("ada@acme.example", "CRM Manager"));
    assert_eq!(user["role"]["name"], "CRM Manager");
    assert!(user["permissions"].as_array().unwrap().contains(&json!("clients.read")));

    for name in ["Gone", "Invited"] {
        broker.user(name, "Agent", None).await;
    }
    change(&broker, "update users set status = 'inactive' where name = 'Gone'").await;
    change(&broker, "update users set status = 'invited', password_hash = null where name = 'Invited'").await;
    let mut answers = Vec::new();
    for (email, password) in [
        ("ada@acme.example", "not the password"),
        ("nobody@acme.example", PASSWORD),
        ("gone@acme.example", PASSWORD),
        ("invited@acme.example", PASSWORD),
        ("no address at all", PASSWORD),
        (OWNER, PASSWORD),
    ] {
        let reply = login(&nobody, email, password).await;
        assert_eq!(reply.status, 401, "{email}: {}", reply.text);
        assert!(reply.header("set-cookie").is_none());
        answers.push(reply.text);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert!(answers[0].contains("invalid_credentials"));
    let staff_at_platform = json!({ "email": "ada@acme.example", "password": PASSWORD });
    world.platform().post("/api/platform/auth/login", &staff_at_platform).await.refused(401, "invalid_credentials");
    let empty = nobody.post("/api/auth/login", &json!({})).await.refused(422, "validation_failed");
    assert_eq!(empty["data"]["fields"].as_object().unwrap().len(), 2);
}

#[tokio::test]
async fn five_failures_lock_an_address_known_or_not() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    broker.user("Anna", "Agent", None).await;
    let nobody = broker.nobody();
    for email in ["anna@acme.example", "unknown@acme.example"] {
        for _ in 0..5 {
            login(&nobody, email, "not the password").await.refused(401, "invalid_credentials");
        }
        // The right password does not open it either.
        let locked = login(&nobody, &email.to_uppercase(), PASSWORD).await;
        let seconds: u64 = locked.header("retry-after").unwrap().parse().unwrap();
        assert!((20..=30).contains(&seconds), "{email}: {seconds}");
        let body = locked.refused(423, "account_locked");
        assert_eq!(body["data"]["retry_after"], seconds);
    }
    broker.manager().await.get("/api/me").await.expect(200);

    change(&broker, "update login_failures set locked_until = now() - interval '1 second'").await;
    login(&nobody, "unknown@acme.example", PASSWORD).await.refused(401, "invalid_credentials");
    let longer = login(&nobody, "unknown@acme.example", PASSWORD).await;
    let seconds: u64 = longer.header("retry-after").unwrap().parse().unwrap();
    assert!((50..=60).contains(&seconds), "the second lock is longer: {seconds}");
    longer.refused(423, "account_locked");
    login(&nobody, "anna@acme.example", PASSWORD).await.expect(200);
    // A success forgets the failures: four more do not lock.
    for _ in 0..4 {
        login(&nobody, "anna@acme.example", "not the password").await.refused(401, "invalid_credentials");
    }
    login(&nobody, "anna@acme.example", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn many_guesses_at_once_are_worth_five() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let nobody = broker.nobody();
    let guesses = (0..16).map(|i| {
        let (nobody, password) = (&nobody, format!("wrong password {i}"));
        async move { login(nobody, "ada@acme.example", &password).await.status }
    });
    let mut statuses = futures::future::join_all(guesses).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [[401; 5].as_slice(), &[423; 11]].concat());
    login(&nobody, "ada@acme.example", PASSWORD).await.refused(423, "account_locked");
}

#[tokio::test]
async fn a_refresh_token_works_once() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (nobody, elsewhere) = (broker.nobody(), broker.manager().await);
    let session = broker.manager().await;
    let first = session.refresh_token.clone().unwrap();
    let second = refresh(&nobody, &first).await.expect(200);
    let third = refresh(&nobody, text(&second, "refresh_token")).await.expect(200);
    assert_ne!(text(&second, "refresh_token"), text(&third, "refresh_token"));
    let newest = nobody.clone().with_token(text(&third, "access_token"));
    newest.get("/api/me").await.expect(200);
    session.get("/api/me").await.expect(200);

    // Somebody has kept the first one: nobody keeps the session, not even its access tokens.
    refresh(&nobody, &first).await.refused(401, "token_reused");
    newest.get("/api/me").await.refused(401, "session_ended");
    session.get("/api/me").await.refused(401, "session_ended");
    refresh(&nobody, text(&third, "refresh_token")).await.refused(401, "session_ended");
    elsewhere.get("/api/me").await.expect(200);
    let log = elsewhere.get("/api/audit?action=session.reuse_detected").await.expect(200);
    assert_eq!((log["total"].as_u64(), &log["data"][0]["resource"]["id"]), (Some(1), &json!(elsewhere.id())));

    refresh(&nobody, "x".repeat(43).as_str()).await.refused(401, "invalid_token");
    nobody.post("/api/auth/refresh", &json!({})).await.refused(401, "no_session");
    let other = world.broker("other").await;
    let foreign = other.manager().await.refresh_token.unwrap();
    refresh(&nobody, &foreign).await.refused(401, "invalid_token");
    refresh(&other.nobody(), &foreign).await.expect(200);
}

#[tokio::test]
async fn the_same_refresh_sent_again_is_no_theft() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let session = broker.manager().await;
    let first = session.refresh_token.clone().unwrap();
    let same = broker.nobody().with("idempotency-key", "refresh-1");
    let (a, b) = tokio::join!(refresh(&same, &first), refresh(&same, &first));
    let (a, b) = (a.expect(200), b.expect(200));
    assert_eq!(a["refresh_token"], b["refresh_token"]);
    let late = refresh(&same, &first).await.expect(200);
    assert_eq!(a["refresh_token"], late["refresh_token"]);
    session.get("/api/me").await.expect(200);
    // The successor is an ordinary token, and kept sealed only.
    let kept: i64 = {
        let tx = broker.tx().await;
        let sql = "select count(*) from refresh_tokens where successor_sealed is not null and position(convert_to($1, 'utf8') in successor_sealed) = 0";
        tx.scalar(sql, [text(&a, "refresh_token").into()]).await.unwrap().unwrap()
    };
    assert_eq!(kept, 1);
    refresh(&broker.nobody(), text(&a, "refresh_token")).await.expect(200);
    let other_key = broker.nobody().with("idempotency-key", "refresh-2");
    refresh(&other_key, &first).await.refused(401, "token_reused");
    session.get("/api/me").await.refused(401, "session_ended");
}

/// The value and the attributes of the refresh cookie.
fn cookie(reply: &Reply) -> (String, Vec<String>) {
    let line = reply.header("set-cookie").unwrap();
    let mut parts = line.split(';').map(|p| p.trim().to_owned());
    let value = parts.next().unwrap().strip_prefix("bd_refresh=").unwrap().to_owned();
    (value, parts.collect())
}

#[tokio::test]
async fn a_browser_keeps_its_session_in_a_cookie() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let nobody = broker.nobody();
    let reply = login(&nobody, "ada@acme.example", PASSWORD).await;
    let (value, attributes) = cookie(&reply);
    assert_eq!(reply.json["refresh_token"], json!(value));
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/api/auth"] {
        assert!(attributes.iter().any(|a| a == attribute), "{attribute}: {attributes:?}");
    }
    assert!(!attributes.iter().any(|a| a == "Secure" || a.starts_with("Domain")), "{attributes:?}");

    let by_cookie = |value: &str| {
        let line = format!("theme=dark; bd_refresh={value}; lang=en");
        nobody.send(nobody.request(Method::POST, "/api/auth/refresh").header("cookie", line).json(&json!({})))
    };
    let next = by_cookie(&value).await;
    let (successor, _) = cookie(&next);
    assert_ne!(successor, value);
    let session = nobody.clone().with_token(text(&next.json, "access_token"));
    session.get("/api/me").await.expect(200);
    let out = session.post("/api/auth/logout", &json!({})).await;
    assert_eq!(out.status, 204);
    let (emptied, attributes) = cookie(&out);
    assert!(emptied.is_empty() && attributes.iter().any(|a| a == "Max-Age=0"), "{attributes:?}");
    session.get("/api/me").await.refused(401, "session_ended");
    by_cookie(&successor).await.refused(401, "session_ended");

    let body = json!({ "email": OWNER, "password": PASSWORD });
    let (_, attributes) = cookie(&world.platform().post("/api/platform/auth/login", &body).await);
    assert!(attributes.iter().any(|a| a == "Path=/api/platform/auth"), "{attributes:?}");
}

#[tokio::test]
async fn behind_https_the_cookie_is_secure() {
    let world = World::with(&[("PUBLIC_SCHEME", "https"), ("RATE_SIGNIN", "off")]).await;
    let body = json!({ "email": OWNER, "password": PASSWORD });
    let reply = world.platform().post("/api/platform/auth/login", &body).await;
    let (_, attributes) = cookie(&reply);
    assert!(attributes.iter().any(|a| a == "Secure"), "{attributes:?}");
    assert!(reply.header("strict-transport-security").is_some());
}

#[tokio::test]
async fn signing_out_holds_in_every_process() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let second = world.second_app().await;
    let (session, other) = (broker.manager().await, broker.manager().await);
    let payload = session.token().split('.').nth(1).unwrap();
    let claims: Json = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    let id = SessionId(text(&claims, "sid").parse().unwrap());
    let tenant = broker.tenant().await;
    assert!(second.access.actor(&tenant, id).await.unwrap().is_some());
    session.post("/api/auth/logout", &json!({})).await;
    session.get("/api/me").await.refused(401, "session_ended");
    other.get("/api/me").await.expect(200);
    let begun = Instant::now();
    while second.access.actor(&tenant, id).await.unwrap().is_some() {
        assert!(begun.elapsed() < Duration::from_millis(1_500), "the other process still lets it in");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn changing_ones_password() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (here, there) = (broker.manager().await, broker.manager().await);
    let ask = async |current: &str, new: &str| here.post("/api/auth/password", &json!({ "current": current, "new": new })).await;
    for (current, new, fields) in [
        ("not the password", OTHER, vec!["current"]),
        (PASSWORD, "short", vec!["new"]),
        (PASSWORD, "password1234", vec!["new"]),
        (PASSWORD, PASSWORD, vec!["new"]),
        ("not the password", "short", vec!["current", "new"]),
        ("", "", vec!["current", "new"]),
    ] {
        let told = ask(current, new).await.refused(422, "validation_failed");
        let named: Vec<&String> = told["data"]["fields"].as_object().unwrap().keys().collect();
        assert_eq!(named, fields, "{current} → {new}");
    }
    there.get("/api/me").await.expect(200);
    ask(PASSWORD, OTHER).await.expect(204);
    here.get("/api/me").await.expect(200);
    there.get("/api/me").await.refused(401, "session_ended");
    let nobody = broker.nobody();
    login(&nobody, "ada@acme.example", PASSWORD).await.refused(401, "invalid_credentials");
    login(&nobody, "ada@acme.example", OTHER).await.expect(200);
    nobody.post("/api/auth/password", &json!({ "current": OTHER, "new": PASSWORD })).await.refused(401, "unauthenticated");
}

/// Method and path of every operation that staff must sign in for.
fn staff_operations() -> Vec<(Method, String)> {
    let spec: Json = serde_json::from_str(&tenant_api::routes::tenant_spec()).unwrap();
    let mut all = Vec::new();
    for (path, item) in spec["paths"].as_object().unwrap() {
        for (method, op) in item.as_object().unwrap() {
            if op["security"].as_array().is_some_and(|s| s.iter().any(|s| s.get("StaffToken").is_some())) {
                let path = path.replace("{id}", "0190a000-0000-7000-8000-000000000000");
                all.push((method.to_uppercase().parse().unwrap(), path));
            }
        }
    }
    assert!(all.len() > 30);
    all
}

#[tokio::test]
async fn a_forced_change_comes_before_everything_else() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    broker.user("Anna", "CRM Manager", None).await;
    change(&broker, "update users set must_change_password = true where name = 'Anna'").await;
    let anna = broker.signed_in("Anna").await;
    for (method, path) in staff_operations() {
        let reply = anna.send(anna.request(method.clone(), &path).json(&json!({}))).await;
        assert_eq!((reply.status, reply.json["code"].as_str()), (403, Some("password_change_required")), "{method} {path}");
    }
    assert_eq!(anna.get("/api/me").await.expect(200)["must_change_password"], true);
    let again = refresh(&broker.nobody(), anna.refresh_token.as_deref().unwrap()).await.expect(200);
    assert_eq!(again["must_change_password"], true);
    anna.post("/api/auth/password", &json!({ "current": PASSWORD, "new": OTHER })).await.expect(204);
    assert_eq!(anna.get("/api/me").await.expect(200)["must_change_password"], false);
    anna.get("/api/clients").await.expect(200);
}

#[tokio::test]
async fn sign_in_is_limited_per_address() {
    let world = World::with(&[("RATE_SIGNIN", "3/d"), ("TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8")]).await;
    let broker = world.broker("acme").await;
    let from = |chain: &str| broker.nobody().with("x-forwarded-for", chain);
    let near = from("203.0.113.7");
    for n in 0..3 {
        login(&near, &format!("guess{n}@acme.example"), PASSWORD).await.refused(401, "invalid_credentials");
    }
    let limited = login(&near, "ada@acme.example", PASSWORD).await;
    assert!(limited.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
    assert!(limited.json["data"]["retry_after"].as_u64().unwrap() > 0);
    limited.refused(429, "rate_limited");
    // What stands left of the last address that is not ours was written by the caller.
    for chain in ["1.2.3.4, 203.0.113.7", "1.2.3.5,203.0.113.7, 10.1.2.3"] {
        login(&from(chain), "ada@acme.example", PASSWORD).await.refused(429, "rate_limited");
    }
    // Some proxies add a line of their own instead.
    let two_lines = from("1.2.3.6").with("x-forwarded-for", "203.0.113.7");
    login(&two_lines, "ada@acme.example", PASSWORD).await.refused(429, "rate_limited");
    login(&from("203.0.113.8"), "ada@acme.example", PASSWORD).await.expect(200);
    let log = broker.tx().await.scalar::<String>("select last_login_ip from users where email = 'ada@acme.example'", []).await;
    assert_eq!(log.unwrap().as_deref(), Some("203.0.113.8"));
}

#[tokio::test]
async fn a_forwarded_address_of_a_stranger_is_not_believed() {
    let world = World::with(&[("RATE_SIGNIN", "3/d")]).await;
    let broker = world.broker("acme").await;
    for n in 0..3 {
        let api = broker.nobody().with("x-forwarded-for", &format!("203.0.113.{n}"));
        login(&api, "nobody@acme.example", PASSWORD).await.refused(401, "invalid_credentials");
    }
    let api = broker.nobody().with("x-forwarded-for", "203.0.113.99");
    login(&api, "ada@acme.example", PASSWORD).await.refused(429, "rate_limited");
    let ip = broker.tx().await.scalar::<String>("select distinct ip from audit_log where action = 'session.failed'", []).await;
    assert_eq!(ip.unwrap().as_deref(), Some("127.0.0.1"));
}

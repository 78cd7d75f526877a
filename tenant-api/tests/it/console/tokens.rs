//! What makes a token good, whom it names, and what it opens.

use reqwest::Method;
use runtime::Rows as _;
use serde_json::json;
use test_kit::World;

use super::{SECRET, console, set_up, signed, soon};

#[tokio::test]
async fn only_what_the_tenant_s_secret_signed_is_good() {
    let world = World::new().await;
    let (acme, other) = (world.broker("acme").await, world.broker("other").await);
    let good = json!({ "sub": "u1", "role": "admin", "exp": soon() });
    acme.nobody().with_token(&signed(SECRET, &good)).get("/admin/me").await.refused(401, "invalid_token");
    let set = set_up(&acme).await;
    assert_eq!((&set["secrets"][0]["id"], &set["secrets"][0]["active"]), (&json!("main"), &json!(true)));
    assert!(!set.to_string().contains(SECRET), "{set}");
    let me = acme.nobody().with_token(&signed(SECRET, &good)).get("/admin/me").await.expect(200);
    assert_eq!((&me["user_id"], &me["role"]), (&json!("u1"), &json!("CRM Manager")), "{me}");
    assert!(me["permissions"].as_array().unwrap().contains(&json!("clients.read")));
    // It is good on the other face for programs, too; elsewhere it is nothing, and nothing on the product's own API.
    // (This broker has switched the module off that is asked for, which only who is let in is told.)
    acme.nobody().with_token(&signed(SECRET, &good)).get("/api/crm/stats").await.refused(403, "module_off");
    for path in ["/admin/me", "/api/crm/stats"] {
        other.nobody().with_token(&signed(SECRET, &good)).get(path).await.refused(401, "invalid_token");
    }
    acme.nobody().with_token(&signed(SECRET, &good)).get("/api/clients").await.refused(401, "invalid_token");
    acme.nobody().get("/admin/me").await.refused(401, "unauthenticated");
    for (claims, status, code) in [
        (json!({ "sub": "u1", "role": "admin", "exp": soon() - 1_200 }), 401, "invalid_token"),
        (json!({ "sub": "u1", "role": "admin" }), 401, "invalid_token"),
        (json!({ "role": "admin", "exp": soon() }), 401, "invalid_token"),
        (json!({ "sub": "u1", "role": "admin", "exp": soon(), "tenant": "other" }), 401, "invalid_token"),
        (json!({ "sub": "u1", "role": "owner", "exp": soon() }), 403, "role_not_mapped"),
        (json!({ "sub": "u1", "exp": soon() }), 403, "role_not_mapped"),
    ] {
        acme.nobody().with_token(&signed(SECRET, &claims)).get("/admin/me").await.refused(status, code);
    }
    let strange = signed("another-secret-of-somebody-else", &good);
    acme.nobody().with_token(&strange).get("/admin/me").await.refused(401, "invalid_token");
    // Our own tokens are good here, too.
    let me = acme.manager().await.get("/admin/me").await.expect(200);
    assert_eq!(me["email"], "ada@acme.example");
}

#[tokio::test]
async fn secrets_are_exchanged_without_a_gap() {
    let world = World::new().await;
    let acme = world.broker("acme").await;
    set_up(&acme).await;
    let ada = acme.manager().await;
    let next = "the-secret-that-comes-after-it";
    let both = json!({ "secrets": [{ "id": "main" }, { "id": "next", "secret": next }], "issuer": "cms" });
    let set = ada.put("/api/settings/console", &both).await.expect(200);
    assert_eq!(set["secrets"].as_array().unwrap().len(), 2);
    let claims = json!({ "user_id": 7, "role": "agent", "exp": soon(), "iss": "cms" });
    for secret in [SECRET, next] {
        let me = acme.nobody().with_token(&signed(secret, &claims)).get("/admin/me").await.expect(200);
        assert_eq!((&me["user_id"], &me["role"]), (&json!("7"), &json!("Agent")));
    }
    let unsaid = json!({ "user_id": 7, "role": "agent", "exp": soon() });
    acme.nobody().with_token(&signed(next, &unsaid)).get("/admin/me").await.refused(401, "invalid_token");
    // The old one is switched off, then gone; whoever used it is out at once.
    let off = json!({ "secrets": [{ "id": "main", "active": false }, { "id": "next" }] });
    ada.put("/api/settings/console", &off).await.expect(200);
    acme.nobody().with_token(&signed(SECRET, &claims)).get("/admin/me").await.refused(401, "invalid_token");
    acme.nobody().with_token(&signed(next, &claims)).get("/admin/me").await.expect(200);
    let gone = ada.put("/api/settings/console", &json!({ "secrets": [] })).await.expect(200);
    assert_eq!((&gone["secrets"], &gone["issuer"]), (&json!([]), &json!("cms")));
    acme.nobody().with_token(&signed(next, &claims)).get("/admin/me").await.refused(401, "invalid_token");
    let bad = json!({ "secrets": [{ "id": "new" }, { "id": "a b", "secret": "short" }], "role_map": { "boss": "Agent", "agent": "Nobody" },
        "cors_origins": ["*"] });
    let told = ada.put("/api/settings/console", &bad).await.refused(422, "validation_failed");
    let named: Vec<&String> = told["data"]["fields"].as_object().unwrap().keys().collect();
    assert_eq!(
        named,
        ["cors_origins", "role_map.agent", "role_map.boss", "secrets[0].secret", "secrets[1].id", "secrets[1].secret"]
    );
    let agent = acme.actor("Anna", "Agent", None).await;
    agent.get("/api/settings/console").await.refused(403, "forbidden");
    agent.put("/api/settings/console", &json!({})).await.refused(403, "forbidden");
    let stored: Option<String> = acme
        .tx()
        .await
        .scalar("select string_agg(a::text, ' ') from audit_log a where action = 'console.changed'", [])
        .await
        .unwrap();
    let stored = stored.unwrap();
    assert!(stored.contains("next") && !stored.contains(next), "{stored}");
}

#[tokio::test]
async fn nobody_lets_in_who_may_more_than_themselves() {
    let world = World::new().await;
    let acme = world.broker("acme").await;
    let ada = acme.manager().await;
    let role =
        json!({ "name": "Office", "permissions": { "settings.manage": "all", "users.manage": "all", "users.read": "all" } });
    ada.post("/api/roles", &role).await.expect(201);
    let olga = acme.actor("Olga", "Office", None).await;
    // Words that nobody chose a role for mean what they usually do: far more than an office has.
    let secret = json!({ "secrets": [{ "id": "main", "secret": SECRET }] });
    olga.put("/api/settings/console", &secret).await.refused(403, "role_beyond_own");
    let all = json!({ "secrets": [{ "id": "main", "secret": SECRET }], "role_map": { "admin": "Office", "manager": "Office", "agent": "Office" } });
    olga.put("/api/settings/console", &all).await.expect(200);
    olga.put("/api/settings/console", &json!({ "role_map": { "agent": "Office" } })).await.refused(403, "role_beyond_own");
    let me = console(&acme, "u1", "admin").get("/admin/me").await.expect(200);
    assert_eq!(me["role"], "Office");
}

#[tokio::test]
async fn somebody_unknown_gets_an_account_once() {
    let world = World::new().await;
    let acme = world.broker("acme").await;
    set_up(&acme).await;
    let nora = console(&acme, "nora", "agent");
    // Many first requests at once make one account.
    let first = futures::future::join_all((0..6).map(|_| nora.get("/admin/me"))).await;
    let ids: std::collections::BTreeSet<String> =
        first.into_iter().filter(|r| r.status == 200).map(|r| r.json["id"].to_string()).collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    let users = acme.manager().await.get("/api/users?search=nora@cms").await.expect(200);
    assert_eq!(
        (&users["total"], &users["data"][0]["status"], &users["data"][0]["role_name"]),
        (&json!(1), &json!("active"), &json!("Agent"))
    );
    // Another role in the token is another role here, from the next request on.
    let me = console(&acme, "nora", "manager").get("/admin/me").await.expect(200);
    assert_eq!(me["role"], "Team Leader");
    let users = acme.manager().await.get("/api/users?search=nora@cms").await.expect(200);
    assert_eq!(users["data"][0]["role_name"], "Team Leader");
    // Somebody with an account of the same address is that user; a closed account stays closed.
    let anna = acme.user("Anna", "Agent", None).await;
    let claims = json!({ "sub": 31, "role": "agent", "exp": soon(), "email": acme.email("Anna") });
    let as_anna = acme.nobody().with_token(&signed(SECRET, &claims));
    assert_eq!(as_anna.get("/admin/me").await.expect(200)["id"], json!(anna));
    let ada = acme.manager().await;
    ada.patch(&format!("/api/users/{anna}"), &json!({ "status": "inactive" })).await.expect(200);
    as_anna.get("/admin/me").await.refused(401, "invalid_token");
    let trial = ada.post("/api/settings/console/test", &json!({ "token": as_anna.token() })).await.expect(200);
    assert_eq!((&trial["accepted"], &trial["claims"]["subject"]), (&json!(false), &json!("31")), "{trial}");
}

#[tokio::test]
async fn a_token_can_be_tried() {
    let world = World::new().await;
    let acme = world.broker("acme").await;
    let ada = acme.manager().await;
    let test = async |token: String| ada.post("/api/settings/console/test", &json!({ "token": token })).await.expect(200);
    let claims = json!({ "sub": "u9", "role": "Manager", "exp": soon(), "name": "Nine" });
    assert_eq!(test(signed(SECRET, &claims)).await["reason"], "No secret is active here.");
    set_up(&acme).await;
    let trial = test(signed(SECRET, &claims)).await;
    assert_eq!((&trial["accepted"], &trial["user"]["role"]), (&json!(true), &json!("Team Leader")), "{trial}");
    // A console's manager has no team here: their reach goes over all.
    assert_eq!(trial["permissions"]["clients.read"], "all");
    assert!(trial["user"].get("id").is_none(), "nobody yet: {trial}");
    for (token, says) in [
        ("nonsense".to_owned(), "not a JSON Web Token"),
        (signed("some-other-secret-entirely", &claims), "does not fit"),
        (signed(SECRET, &json!({ "sub": "u9", "role": "manager", "exp": 1 })), "expired"),
    ] {
        let trial = test(token).await;
        assert!(trial["reason"].as_str().unwrap().contains(says), "{trial}");
    }
    ada.post("/api/settings/console/test", &json!({})).await.refused(422, "validation_failed");
    let users: i64 = acme.tx().await.scalar("select count(*) from user_subjects", []).await.unwrap().unwrap();
    assert_eq!(users, 0, "trying makes nobody");
}

#[tokio::test]
async fn pages_of_the_console_may_call_and_others_may_not() {
    let world = World::new().await;
    let acme = world.broker("acme").await;
    set_up(&acme).await;
    let allowed = |reply: &test_kit::Reply| reply.header("access-control-allow-origin").map(str::to_owned);
    for (path, origin, expected) in [
        ("/admin/customers", "https://console.example.com", Some("https://console.example.com")),
        ("/admin/customers", "https://evil.example.com", None),
        ("/api/crm/stats", "https://console.example.com", Some("https://console.example.com")),
        ("/api/crm/stats", "https://evil.example.com", None),
        ("/api/clients", "https://console.example.com", None),
    ] {
        let asks = acme.nobody().with("origin", origin);
        let preflight = asks.send(asks.request(Method::OPTIONS, path)).await;
        assert_eq!((preflight.status, allowed(&preflight).as_deref()), (204, expected), "{path} from {origin}");
        let reply = asks.get(path).await;
        assert_eq!(allowed(&reply).as_deref(), expected, "{path} from {origin}");
        assert!(reply.header("access-control-allow-credentials").is_none());
    }
}

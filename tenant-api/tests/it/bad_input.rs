//! Bad input gets a clear error that names the field, never a 500.

use reqwest::Method;
use serde_json::json;
use test_kit::World;

#[tokio::test]
async fn requests_that_cannot_be_read() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let post = |body: &'static str, kind: &str| {
        manager.request(Method::POST, "/api/clients").header("content-type", kind.to_owned()).body(body)
    };
    manager.send(post("{not json", "application/json")).await.refused(400, "invalid_json");
    manager.send(post("", "application/json")).await.refused(400, "invalid_json");
    manager.send(post("a=b", "application/x-www-form-urlencoded")).await.refused(415, "unsupported_media_type");
    let typed = manager.send(post("{\"tags\": 5}", "application/json")).await.refused(422, "validation_failed");
    assert!(typed["data"]["fields"]["tags"].is_array(), "{typed}");
    let types = r#"{"first_name": 1, "last_name": [], "tags": ["a", 2], "country": true, "email": "a@b.example"}"#;
    let typed = manager.send(post(types, "application/json")).await.refused(422, "validation_failed");
    let named: Vec<&String> = typed["data"]["fields"].as_object().unwrap().keys().collect();
    assert_eq!(named, ["country", "first_name", "last_name", "tags"]);
    manager.send(post("[1]", "application/json")).await.refused(400, "invalid_json");
    let nested = json!({ "branding": { "primary": 7 }, "slug": {} });
    let typed = world.platform().post("/api/platform/signup", &nested).await.refused(422, "validation_failed");
    let named: Vec<&String> = typed["data"]["fields"].as_object().unwrap().keys().collect();
    assert_eq!(named, ["branding.primary", "slug"]);
    let id = manager.post("/api/users", &json!({ "team_id": "no id" })).await.refused(422, "validation_failed");
    assert!(id["data"]["fields"]["team_id"].is_array(), "{id}");
    manager.get("/api/no-such-thing").await.refused(404, "not_found");
    manager.get("/api/clients/not-an-id").await.refused(404, "not_found");
    manager.send(manager.request(Method::PUT, "/api/clients")).await.refused(405, "method_not_allowed");
    let large = "x".repeat(1_200_000);
    let large =
        manager.send(manager.request(Method::POST, "/api/clients").header("content-type", "application/json").body(large)).await;
    large.refused(413, "payload_too_large");
    let everything = json!({ "first_name": "", "last_name": "x".repeat(500), "email": "no", "phone": "12", "country": "XX", "date_of_birth": "1850-01-01", "tags": ["y".repeat(99)] });
    let all = manager.post("/api/clients", &everything).await.refused(422, "validation_failed");
    let named: Vec<&String> = all["data"]["fields"].as_object().unwrap().keys().collect();
    assert_eq!(named, ["country", "date_of_birth", "email", "first_name", "last_name", "phone", "tags"]);
    for bytes in ["a\u{0}b", "\u{202e}evil", "'; drop table clients; --", "%00", "😀"] {
        let found = manager.send(manager.request(Method::GET, "/api/clients").query(&[("search", bytes)])).await;
        assert!([200, 422].contains(&found.status), "{bytes:?}: {}", found.text);
        let made = manager.post("/api/clients", &json!({ "first_name": bytes, "last_name": "T", "email": "t@example.com", "source": bytes, "custom": { "x": bytes } })).await;
        assert!([201, 409, 422].contains(&made.status), "{bytes:?}: {}", made.text);
    }
}

#[tokio::test]
async fn hosts_that_do_not_exist() {
    let world = World::new().await;
    world.broker("acme").await;
    for host in ["nobody", "platform", "www", "xn--abc", "acme.acme", "-"] {
        world.host(host).get("/api/branding").await.refused(404, "tenant_not_found");
    }
    let elsewhere = world
        .host("acme")
        .send(world.http.get(format!("http://127.0.0.1:{}/api/branding", world.port)).header("host", "evil.example"))
        .await;
    elsewhere.refused(404, "tenant_not_found");
    let page = world.host("nobody").get("/").await;
    assert_eq!(page.status, 404);
    assert!(page.text.contains("No CRM lives here"));
    // The tenant may be named by a header; it grants nothing.
    world.platform().with("x-tenant", "acme").get("/api/branding").await.expect(200);
    world.platform().with("x-tenant", "acme").get("/api/clients").await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    for reply in [
        broker.nobody().get("/api/branding").await,
        broker.nobody().get("/api/clients").await,
        broker.nobody().get("/").await,
        world.platform().get("/health").await,
        world.platform().get("/api/platform/docs").await,
        broker.nobody().get("/api/docs").await,
        broker.nobody().get("/api/crm/docs").await,
        broker.nobody().get("/admin/docs").await,
    ] {
        for name in ["content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy", "x-request-id"] {
            assert!(reply.header(name).is_some(), "{name} missing");
        }
        assert!(!reply.header("content-security-policy").unwrap().contains("unsafe"));
        if reply.text.contains("SwaggerUIBundle") {
            let policy = reply.header("content-security-policy").unwrap();
            assert_eq!(policy.matches("'sha256-").count(), 3, "two scripts and a style: {policy}");
        }
    }
    let foreign = broker.nobody().with("origin", "https://evil.example").get("/api/branding").await;
    assert!(foreign.header("access-control-allow-origin").is_none());
}

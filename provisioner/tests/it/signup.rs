//! A broker signs up.

use serde_json::{Value as Json, json};
use test_kit::World;

const PNG: &str =
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

fn form(slug: &str, email: &str) -> Json {
    json!({
        "company": "Acme Markets", "slug": slug, "name": "Ada Byron", "email": email, "password": "a good long password",
        "template": "forex-broker", "branding": { "primary": "#AA3300", "logo_url": PNG },
    })
}

/// The token of the newest mail to an address.
async fn token(world: &World, email: &str) -> String {
    world.drain().await;
    let mail = world.mail.list(Some(email)).into_iter().next().unwrap();
    let link = mail.links.iter().find(|l| l.contains("/verify?token=")).unwrap().clone();
    link.split_once("token=").unwrap().1.to_owned()
}

#[tokio::test]
async fn from_the_form_to_a_running_crm() {
    let world = World::new().await;
    let platform = world.platform();
    let templates = platform.get("/api/platform/templates").await.expect(200);
    assert_eq!(templates.as_array().unwrap().len(), 3);
    let free = platform.get("/api/platform/slugs/acme").await.expect(200);
    assert_eq!((free["available"].as_bool(), &free["reason"]), (Some(true), &Json::Null));

    let sent = platform.post("/api/platform/signup", &form("acme", "Ada@Acme.example")).await.expect(202);
    assert_eq!(sent["status"], "verification_sent");
    let held = platform.get("/api/platform/slugs/acme").await.expect(200);
    assert_eq!((held["available"].as_bool(), held["reason"].as_str()), (Some(false), Some("slug_taken")));

    let token = token(&world, "ada@acme.example").await;
    let started = platform.post("/api/platform/signup/verify", &json!({ "token": token })).await.expect(202);
    let id = started["provisioning_id"].as_str().unwrap();
    assert_eq!(started["tenant"]["url"], format!("http://acme.localhost:{}", world.port));
    let path = format!("/api/platform/provisionings/{id}");
    let before = platform.get(&path).await.expect(200);
    assert_eq!((before["status"].as_str(), before["steps"].as_array().unwrap().len()), (Some("running"), 9));
    platform.post("/api/platform/signup/verify", &json!({ "token": token })).await.refused(410, "token_used");

    let events = platform.follow(&format!("{path}/events"), 50, 20, world.drain()).await;
    assert!(events.iter().all(|(name, _)| name == "provisioning") && events.len() >= 2, "{events:?}");
    assert_eq!(events.last().unwrap().1["status"], "done");
    let after = platform.get(&path).await.expect(200);
    assert!(after["steps"].as_array().unwrap().iter().all(|s| s["status"] == "done"), "{after}");

    world.drain().await;
    let subjects: Vec<String> = world.mail.list(Some("ada@acme.example")).into_iter().map(|m| m.subject).collect();
    assert_eq!(subjects.len(), 2, "{subjects:?}");
    let api = world.host("acme").sign_in("/api", "ada@acme.example", "a good long password").await;
    assert_eq!(api.get("/api/me").await.expect(200)["user"]["role_name"], "CRM Manager");
    let branding = world.host("acme").get("/api/branding").await.expect(200);
    assert_eq!(branding["primary"], "#aa3300");
    let logo = branding["logo_light"].as_str().unwrap();
    let version = logo.strip_prefix("/api/branding/logo?v=").unwrap();
    let tenant = world.app.registry.by_slug("acme").await.unwrap().unwrap();
    let stored = world.app.files.get(&format!("{}branding/logo-{version}", tenant.key.storage_prefix())).await.unwrap().unwrap();
    assert_eq!(stored.content_type, "image/png");
}

#[tokio::test]
async fn every_bad_field_is_named() {
    let world = World::new().await;
    let platform = world.platform();
    let all = platform.post("/api/platform/signup", &json!({})).await.refused(422, "validation_failed");
    for field in ["company", "slug", "name", "email", "password", "template"] {
        assert!(all["data"]["fields"][field].is_array(), "{field}: {all}");
    }
    let mut bad = form("admin", "nobody");
    bad["password"] = "password1".into();
    bad["template"] = "nonsense".into();
    bad["branding"] = json!({ "primary": "red", "logo_url": "http://x.example/l.png" });
    let told = platform.post("/api/platform/signup", &bad).await.refused(422, "slug_reserved");
    for field in ["slug", "email", "password", "template", "branding.primary", "branding.logo_url"] {
        assert!(told["data"]["fields"][field].is_array(), "{field}: {told}");
    }
    platform.post("/api/platform/signup", &form("a", "a@b.example")).await.refused(422, "slug_invalid");
    for (slug, reason) in [("admin", "slug_reserved"), ("A", "slug_invalid"), ("xn--abc", "slug_invalid")] {
        assert_eq!(platform.get(&format!("/api/platform/slugs/{slug}")).await.expect(200)["reason"], reason);
    }
    // Sign-up lives at the platform's host only.
    world.broker("acme").await.nobody().post("/api/platform/signup", &form("beta", "a@b.example")).await.expect(404);
}

#[tokio::test]
async fn an_address_is_held_and_can_be_lost() {
    let world = World::new().await;
    let platform = world.platform();
    let first = platform.post("/api/platform/signup", &form("acme", "ada@acme.example")).await.expect(202);
    platform.post("/api/platform/signup", &form("acme", "bob@other.example")).await.refused(409, "slug_taken");
    let old = token(&world, "ada@acme.example").await;
    // The same person again: one sign-up, the newest link counts.
    let again = platform.post("/api/platform/signup", &form("acme", "ada@acme.example")).await.expect(202);
    assert_eq!(first["signup_id"], again["signup_id"]);
    platform.post("/api/platform/signup/verify", &json!({ "token": old })).await.refused(404, "token_unknown");
    platform.post("/api/platform/signup/resend", &json!({ "signup_id": first["signup_id"] })).await.expect(202);
    let newest = token(&world, "ada@acme.example").await;
    // Somebody at the command line was quicker.
    world.broker("acme").await;
    platform.post("/api/platform/signup/verify", &json!({ "token": newest })).await.refused(409, "slug_taken");
    platform.post("/api/platform/signup/resend", &json!({ "signup_id": first["signup_id"] })).await.refused(409, "slug_taken");

    platform.post("/api/platform/signup", &form("beta", "ada@acme.example")).await.expect(202);
    let token = token(&world, "ada@acme.example").await;
    sqlx::query("update control.signups set expires_at = now() - interval '1 minute'").execute(&world.admin).await.unwrap();
    platform.post("/api/platform/signup/verify", &json!({ "token": token })).await.refused(410, "token_expired");
    // What has expired holds nothing.
    platform.post("/api/platform/signup", &form("beta", "bob@other.example")).await.expect(202);
}

#[tokio::test]
async fn a_token_is_spent_once_even_in_two_tabs() {
    let world = World::new().await;
    let platform = world.platform();
    platform.post("/api/platform/signup", &form("acme", "ada@acme.example")).await.expect(202);
    let body = json!({ "token": token(&world, "ada@acme.example").await });
    let both = futures::future::join_all([0, 1].map(|_| platform.post("/api/platform/signup/verify", &body))).await;
    let mut statuses: Vec<u16> = both.iter().map(|r| r.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [202, 410]);
}

#[tokio::test]
async fn sign_up_is_limited_per_address() {
    let world = World::with(&[("RATE_SIGNUP", "2/h")]).await;
    let platform = world.platform();
    platform.post("/api/platform/signup", &json!({})).await.expect(422);
    platform.post("/api/platform/signup", &form("acme", "ada@acme.example")).await.expect(202);
    let reply = platform.post("/api/platform/signup", &form("beta", "bob@beta.example")).await;
    assert!(reply.header("retry-after").is_some());
    reply.refused(429, "rate_limited");
}

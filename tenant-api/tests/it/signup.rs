//! A broker signs up: form, mail, link, progress, and a CRM of their own, with workers running.

use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use test_kit::world::PASSWORD;
use test_kit::{Api, World};

use crate::mails;

fn form(slug: &str, email: &str) -> Json {
    json!({
        "company": "Acme Markets", "slug": slug, "name": "Ada Byron", "email": email, "password": PASSWORD,
        "template": "forex-broker", "branding": { "primary": "#AA3300" },
    })
}

async fn verify(platform: &Api<'_>, token: &str) -> test_kit::Reply {
    platform.post("/api/platform/signup/verify", &json!({ "token": token })).await
}

#[tokio::test]
async fn from_the_form_to_a_crm_of_ones_own() {
    let world = World::new().await;
    world.start_workers();
    let platform = world.platform();
    let templates = platform.get("/api/platform/templates").await.expect(200);
    let names: Vec<&str> = templates.as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["forex-broker", "partner-network", "sales-crm"]);
    let sent = platform.post("/api/platform/signup", &form("acme", " Ada@Acme.example ")).await.expect(202);
    assert_eq!((sent["status"].as_str(), sent.as_object().unwrap().len()), (Some("verification_sent"), 2));
    let token = mails::token_by_workers(&world, "ada@acme.example", "verify").await;
    let mail = world.mail.list(Some("ada@acme.example")).remove(0);
    let link = format!("http://localhost:{}/verify?token={token}", world.port);
    assert!(mail.text.contains(&link) && mail.html.contains("Acme Markets"), "{}", mail.text);
    assert!(!mail.text.contains(PASSWORD) && !mail.html.contains(PASSWORD));
    world.host("acme").get("/api/branding").await.refused(404, "tenant_not_found");

    let started = verify(&platform, &token).await.expect(202);
    let path = format!("/api/platform/provisionings/{}", started["provisioning_id"].as_str().unwrap());
    let url = format!("http://acme.localhost:{}", world.port);
    assert_eq!(started["tenant"], json!({ "slug": "acme", "url": url }));
    // Whoever has the id may watch, signed in or not.
    let seen = platform.get(&path).await.expect(200);
    assert_eq!((seen["slug"].as_str(), seen["tenant_url"].as_str()), (Some("acme"), Some(url.as_str())));
    let begun = Instant::now();
    let events = platform.follow(&format!("{path}/events"), usize::MAX, 9, async {}).await;
    assert!(begun.elapsed() < Duration::from_secs(9), "the stream does not end by itself");
    assert!(events.iter().all(|(name, _)| name == "provisioning"));
    let (_, last) = events.last().unwrap();
    assert_eq!(last, &platform.get(&path).await.expect(200), "the stream ends with what can be read");
    assert_eq!((last["status"].as_str(), &last["error"]), (Some("done"), &Json::Null));
    let steps: Vec<&str> = last["steps"].as_array().unwrap().iter().map(|s| s["name"].as_str().unwrap()).collect();
    assert_eq!(steps, ["reserve", "schema", "template", "branding", "secrets", "storage", "admin", "smoke", "live"]);
    assert!(last["steps"].as_array().unwrap().iter().all(|s| s["status"] == "done" && s["finished_at"].is_string()), "{last}");
    // One who comes late gets the end at once.
    let late = platform.follow(&format!("{path}/events"), usize::MAX, 5, async {}).await;
    assert_eq!(late.len(), 1);

    let branding = world.host("acme").get("/api/branding").await.expect(200);
    assert_eq!((branding["name"].as_str(), branding["primary"].as_str()), (Some("Acme Markets"), Some("#aa3300")));
    let ada = world.host("acme").sign_in("/api", "ada@acme.example", PASSWORD).await;
    let me = ada.get("/api/me").await.expect(200);
    assert_eq!((me["user"]["name"].as_str(), me["user"]["role_name"].as_str()), (Some("Ada Byron"), Some("CRM Manager")));
    assert_eq!((me["tenant"]["slug"].as_str(), me["tenant"]["url"].as_str()), (Some("acme"), Some(url.as_str())));
    ada.post("/api/clients", &json!({ "first_name": "Jane", "last_name": "Doe", "email": "jane@example.com" })).await.expect(201);
    verify(&platform, &token).await.refused(410, "token_used");
    let hash: Json =
        sqlx::query_scalar("select jsonb_build_array(s.password_hash, p.admin) from control.signups s, control.provisionings p")
            .fetch_one(&world.admin)
            .await
            .unwrap();
    assert!(!hash.to_string().contains("argon2"), "the password's hash stays behind: {hash}");
}

#[tokio::test]
async fn which_addresses_can_be_had() {
    let world = World::new().await;
    let platform = world.platform();
    world.broker("taken").await;
    platform.post("/api/platform/signup", &form("held", "ada@acme.example")).await.expect(202);
    let longest = format!("a{}", "b".repeat(31));
    let too_long = format!("a{}", "b".repeat(32));
    let mut table: Vec<(&str, Option<&str>)> = vec![
        ("acme", None),
        ("a1-b2", None),
        ("abc--d", None),
        (&longest, None),
        (&too_long, Some("slug_invalid")),
        ("abc", Some("slug_invalid")),
        ("1abc", Some("slug_invalid")),
        ("-abc", Some("slug_invalid")),
        ("abc-", Some("slug_invalid")),
        ("ab--cd", Some("slug_invalid")),
        ("xn--abcd", Some("slug_invalid")),
        ("Acme", Some("slug_invalid")),
        ("ac_me", Some("slug_invalid")),
        ("ac.me", Some("slug_invalid")),
        ("ac me", Some("slug_invalid")),
        ("münchen", Some("slug_invalid")),
        ("taken", Some("slug_taken")),
        ("held", Some("slug_taken")),
    ];
    let reserved = "www api app admin owner platform portal mail static assets status help support docs dev test login signup \
                    public internal metrics health";
    table.extend(reserved.split_whitespace().map(|word| (word, Some("slug_reserved"))));
    for (slug, reason) in table {
        let answer = platform.get(&format!("/api/platform/slugs/{slug}")).await.expect(200);
        assert_eq!(answer, json!({ "slug": slug, "available": reason.is_none(), "reason": reason }), "{slug}");
        let status = match reason {
            None => continue,
            Some("slug_taken") => 409,
            Some(_) => 422,
        };
        platform.post("/api/platform/signup", &form(slug, "bob@other.example")).await.refused(status, reason.unwrap());
    }
}

#[tokio::test]
async fn a_form_is_told_all_that_is_wrong_with_it() {
    let world = World::new().await;
    let platform = world.platform();
    let named = |told: &Json| told["data"]["fields"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let empty = platform.post("/api/platform/signup", &json!({})).await.refused(422, "validation_failed");
    assert_eq!(named(&empty), ["company", "email", "name", "password", "slug", "template"]);
    let bad = json!({
        "company": "x".repeat(200), "slug": "admin", "name": " ", "email": "nobody", "password": "password12", "template": "nonsense",
        "branding": { "primary": "red", "logo_url": "data:image/gif;base64,R0lGOD" },
    });
    let told = platform.post("/api/platform/signup", &bad).await.refused(422, "slug_reserved");
    assert_eq!(
        named(&told),
        ["branding.logo_url", "branding.primary", "company", "email", "name", "password", "slug", "template"]
    );
    let script = "data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+";
    let mut scripted = form("acme", "ada@acme.example");
    scripted["branding"]["logo_url"] = script.into();
    let told = platform.post("/api/platform/signup", &scripted).await.refused(422, "validation_failed");
    assert_eq!(named(&told), ["branding.logo_url"]);
    world.drain().await;
    assert!(world.mail.list(None).is_empty(), "a refused form sends nothing");
}

#[tokio::test]
async fn asking_again_and_links_that_no_longer_work() {
    let world = World::new().await;
    let platform = world.platform();
    let sign_up = async |slug: &str, email: &str| platform.post("/api/platform/signup", &form(slug, email)).await;
    let resend = async |id: &Json| platform.post("/api/platform/signup/resend", &json!({ "signup_id": id })).await;
    let first = sign_up("acme", "ada@acme.example").await.expect(202);
    let one = mails::token(&world, "ada@acme.example", "verify").await;
    let again = sign_up("acme", "ADA@acme.example").await.expect(202);
    assert_eq!(first["signup_id"], again["signup_id"], "the same person asks for the same address: one sign-up");
    let two = mails::token(&world, "ada@acme.example", "verify").await;
    resend(&first["signup_id"]).await.expect(202);
    let three = mails::token(&world, "ada@acme.example", "verify").await;
    for old in [&one, &two] {
        verify(&platform, old).await.refused(404, "token_unknown");
    }
    verify(&platform, "no such token").await.refused(404, "token_unknown");
    verify(&platform, "").await.refused(422, "validation_failed");
    resend(&json!("0190a000-0000-7000-8000-000000000000")).await.refused(404, "not_found");
    platform.post("/api/platform/signup/resend", &json!({})).await.refused(422, "validation_failed");

    // A second tab at the same moment: one of them makes the CRM.
    let (a, b) = tokio::join!(verify(&platform, &three), verify(&platform, &three));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [202, 410]);
    verify(&platform, &three).await.refused(410, "token_used");
    resend(&first["signup_id"]).await.refused(410, "token_used");
    sign_up("acme", "ada@acme.example").await.refused(409, "slug_taken");

    sign_up("beta", "bob@beta.example").await.expect(202);
    let token = mails::token(&world, "bob@beta.example", "verify").await;
    sqlx::query("update control.signups set expires_at = now() - interval '1 second' where slug = 'beta'")
        .execute(&world.admin)
        .await
        .unwrap();
    verify(&platform, &token).await.refused(410, "token_expired");
    // It holds its address no longer, and whoever comes next gets it.
    assert_eq!(platform.get("/api/platform/slugs/beta").await.expect(200)["available"], true);
    sign_up("beta", "eve@beta.example").await.expect(202);
    let token = mails::token(&world, "eve@beta.example", "verify").await;
    world.broker("beta").await;
    verify(&platform, &token).await.refused(409, "slug_taken");
}

#[tokio::test]
async fn the_platforms_host_only_and_no_more_than_so_many() {
    let world = World::with(&[("RATE_SIGNUP", "3/d"), ("RATE_SIGNIN", "off"), ("TRUSTED_PROXIES", "127.0.0.1")]).await;
    let broker = world.broker("taken").await;
    broker.nobody().post("/api/platform/signup", &form("acme", "ada@acme.example")).await.refused(404, "not_found");
    broker.nobody().get("/api/platform/slugs/acme").await.refused(404, "not_found");
    let from = |address: &str| world.platform().with("x-forwarded-for", address);
    let near = from("203.0.113.7");
    // Refused ones count too.
    near.post("/api/platform/signup", &json!({})).await.refused(422, "validation_failed");
    let first = near.post("/api/platform/signup", &form("acme", "ada@acme.example")).await.expect(202);
    near.post("/api/platform/signup", &form("taken", "ada@acme.example")).await.refused(409, "slug_taken");
    let limited = near.post("/api/platform/signup", &form("beta", "ada@acme.example")).await;
    assert!(limited.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
    limited.refused(429, "rate_limited");
    from("203.0.113.8").post("/api/platform/signup", &form("beta", "bob@beta.example")).await.expect(202);
    // One mailbox is not flooded from many addresses either.
    let again = json!({ "signup_id": first["signup_id"] });
    for n in 0..3 {
        from(&format!("198.51.100.{n}")).post("/api/platform/signup/resend", &again).await.expect(202);
    }
    from("198.51.100.9").post("/api/platform/signup/resend", &again).await.refused(429, "rate_limited");
}

//! What keeps robots out: the calculation and the providers, against everything that is not an answer.

use runtime::crypto::sha256;
use serde_json::{Value as Json, json};
use test_kit::{Api, CAPTCHA_SECRET, CaptchaServer, Own, Reply, World};

fn form(captcha: Json) -> Json {
    json!({ "first_name": "Eva", "last_name": "Form", "email": "eva@example.com", "country": "DE", "captcha": captcha })
}

fn lead(captcha: Json) -> Json {
    json!({ "first_name": "Eva", "last_name": "Form", "email": "eva@example.com", "captcha": captcha })
}

async fn register(api: &Api<'_>, captcha: Json) -> Reply {
    api.post("/api/public/register", &form(captcha)).await
}

async fn challenge(api: &Api<'_>) -> Json {
    api.get("/api/public/captcha").await.expect(200)
}

fn zero_bits(bytes: &[u8]) -> u32 {
    let mut bits = 0;
    for byte in bytes {
        bits += byte.leading_zeros();
        if *byte != 0 {
            break;
        }
    }
    bits
}

/// Does the work, as a visitor's browser does; `wrong` looks for a number that does not fit.
fn solve(mut challenge: Json, wrong: bool) -> Json {
    let text = |name: &str| challenge[name].as_str().unwrap().to_owned();
    let head = format!("{}.{}.", text("challenge"), text("salt"));
    let difficulty = u32::try_from(challenge["difficulty"].as_u64().unwrap()).unwrap();
    let fits = |n: &u64| (zero_bits(&sha256(format!("{head}{n}").as_bytes())) >= difficulty) != wrong;
    let number = (0_u64..).find(fits).unwrap();
    challenge["nonce"] = number.to_string().into();
    challenge
}

async fn switch_on(manager: &Api<'_>, more: Json) {
    let mut settings = json!({ "captcha_provider": "proof_of_work", "captcha_difficulty": 8 });
    for (key, value) in more.as_object().unwrap() {
        settings[key] = value.clone();
    }
    manager.patch("/api/settings", &settings).await.expect(200);
}

#[tokio::test]
async fn the_work_must_be_done_and_counts_once() {
    let world = World::new().await;
    let (broker, other) = (world.broker("acme").await, world.broker("other").await);
    let (manager, stranger) = (broker.manager().await, broker.nobody());
    stranger.get("/api/public/captcha").await.refused(404, "not_found");
    switch_on(&manager, json!({})).await;
    let shown = stranger.get("/api/public/registration").await.expect(200);
    assert_eq!(shown["captcha"], json!({ "kind": "proof_of_work", "site_key": null }));
    for missing in [json!(null), json!({}), json!({ "nonce": "1" }), json!({ "token": "good@acme.localhost" })] {
        let refused = register(&stranger, missing).await.refused(422, "validation_failed");
        assert!(refused["data"]["fields"]["captcha"].is_array());
    }
    let given = challenge(&stranger).await;
    assert_eq!((given["algorithm"].as_str(), given["difficulty"].as_u64()), (Some("sha256"), Some(8)));
    register(&stranger, solve(given.clone(), true)).await.refused(422, "captcha_failed");

    let solved = solve(given, false);
    // Whatever is bent, the signature no longer fits; a number of another form is no number.
    let later = (chrono::Utc::now() + chrono::Duration::days(1)).to_rfc3339();
    for (field, bent) in [
        ("challenge", json!("00")),
        ("salt", json!("00")),
        ("difficulty", json!(1)),
        ("expires_at", json!(later)),
        ("signature", json!("00")),
        ("signature", json!("not hex")),
        ("algorithm", json!("md5")),
        ("nonce", json!("-1")),
    ] {
        let mut other = solved.clone();
        other[field] = bent;
        register(&stranger, other).await.refused(422, "captcha_failed");
    }
    // What one broker gave out is worth nothing at another's.
    switch_on(&other.manager().await, json!({})).await;
    register(&other.nobody(), solved.clone()).await.refused(422, "captcha_failed");
    // A form with another fault does not spend it.
    let mut bad = form(solved.clone());
    bad["country"] = "XX".into();
    stranger.post("/api/public/register", &bad).await.refused(422, "validation_failed");

    let replies = futures::future::join_all((0..12).map(|_| register(&stranger, solved.clone()))).await;
    let good = replies.iter().filter(|r| r.status == 202).count();
    assert_eq!((good, replies.iter().filter(|r| r.status == 422).count()), (1, 11));
    register(&stranger, solved).await.refused(422, "captcha_failed");
}

#[tokio::test]
async fn an_answer_expires_and_a_rush_makes_it_harder() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (manager, stranger) = (broker.manager().await, broker.nobody());
    switch_on(&manager, json!({})).await;
    let mut all = Vec::new();
    for _ in 0..30 {
        all.push(challenge(&stranger).await["difficulty"].as_u64().unwrap());
    }
    assert_eq!(all[0], 8);
    // The minute may end in between.
    let hardest = *all.iter().max().unwrap();
    assert!((9..=14).contains(&hardest), "{all:?}");

    let solved = solve(challenge(&stranger).await, false);
    let away = chrono::Duration::minutes(11);
    let app = world.app.clone();
    let expires: chrono::DateTime<chrono::Utc> = solved["expires_at"].as_str().unwrap().parse().unwrap();
    assert!(expires > app.clock.now() && expires < app.clock.now() + away);
    app.clock.advance(away);
    register(&stranger, solved).await.refused(422, "captcha_failed");
}

#[tokio::test]
async fn without_redis_each_process_takes_its_own_answers_once() {
    let world = World::with_own_servers(Own::Redis, &[]).await;
    let broker = world.broker("acme").await;
    let (manager, stranger) = (broker.manager().await, broker.nobody());
    switch_on(&manager, json!({})).await;
    let before = solve(challenge(&stranger).await, false);
    world.servers.lock().await.kill_redis().await;
    // Whether this one was used elsewhere is not known: it is not taken.
    register(&stranger, before).await.refused(422, "captcha_failed");
    let given = challenge(&stranger).await;
    assert_eq!(given["difficulty"], 10, "harder while nobody knows how many ask");
    let here = solve(given, false);
    let replies = futures::future::join_all((0..6).map(|_| register(&stranger, here.clone()))).await;
    assert_eq!(replies.iter().filter(|r| r.status == 202).count(), 1);
    world.servers.lock().await.start_redis();
    register(&stranger, here).await.refused(422, "captcha_failed");
}

#[tokio::test]
async fn the_lead_form_asks_when_its_setting_says_so() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (manager, stranger) = (broker.manager().await, broker.nobody());
    stranger.post("/api/public/leads", &lead(json!(null))).await.expect(201);
    // Its own setting is enough: without a provider it is the calculation.
    manager.patch("/api/settings", &json!({ "public_form_captcha": true, "captcha_difficulty": 8 })).await.expect(200);
    assert_eq!(stranger.get("/api/public/form").await.expect(200)["captcha"]["kind"], "proof_of_work");
    stranger.post("/api/public/leads", &lead(json!(null))).await.refused(422, "validation_failed");
    let solved = solve(challenge(&stranger).await, false);
    stranger.post("/api/public/leads", &lead(solved.clone())).await.expect(201);
    stranger.post("/api/public/leads", &lead(solved.clone())).await.refused(422, "captcha_failed");
    // Where nothing is asked for, an answer does no harm.
    register(&stranger, solved).await.expect(202);
    manager.patch("/api/settings", &json!({ "public_form_enabled": false })).await.expect(200);
    stranger.get("/api/public/form").await.refused(404, "form_closed");
    stranger.post("/api/public/leads", &lead(json!(null))).await.refused(404, "form_closed");
}

#[tokio::test]
async fn a_provider_is_asked_and_without_its_word_nobody_gets_in() {
    let provider = CaptchaServer::start().await.unwrap();
    let nowhere = format!("http://127.0.0.1:{}/siteverify", 1);
    let world = World::with(&[
        ("RATE_PUBLIC", "off"),
        ("RATE_SIGNIN", "off"),
        ("HCAPTCHA_URL", &provider.url()),
        ("TURNSTILE_URL", &nowhere),
    ])
    .await;
    let broker = world.broker("acme").await;
    let (manager, stranger) = (broker.manager().await, broker.nobody());
    switch_on(&manager, json!({ "captcha_provider": "hcaptcha", "captcha_site_key": "site-1" })).await;
    assert_eq!(
        stranger.get("/api/public/registration").await.expect(200)["captcha"],
        json!({ "kind": "hcaptcha", "site_key": "site-1" })
    );
    let token = |text: &str| json!({ "token": text });
    // No secret yet.
    assert_eq!(manager.get("/api/captcha/secret").await.expect(200)["set"], false);
    register(&stranger, token("good@acme.localhost")).await.refused(503, "captcha_unavailable");
    let put = async |secret: Json| {
        let request = manager.request(reqwest::Method::PUT, "/api/captcha/secret").json(&json!({ "secret": secret }));
        manager.send(request).await
    };
    put("a\nb".into()).await.refused(422, "validation_failed");
    put("wrong".into()).await.expect(200);
    register(&stranger, token("good@acme.localhost")).await.refused(503, "captcha_unavailable");
    let kept = put(CAPTCHA_SECRET.into()).await.expect(200);
    assert_eq!((&kept["set"], &kept["updated_by"]), (&json!(true), &json!("Ada Manager")));

    register(&stranger, json!({ "token": " " })).await.refused(422, "validation_failed");
    for bad in ["bad", "good@other.localhost", "good@evil.example"] {
        register(&stranger, token(bad)).await.refused(422, "captcha_failed");
    }
    register(&stranger, token("good@acme.localhost#1")).await.expect(202);
    register(&stranger, token("good@acme.localhost#1")).await.refused(422, "captcha_failed");
    let asked = provider.asked().into_iter().find(|q| q["response"] == "good@acme.localhost#1").unwrap();
    assert_eq!((asked["secret"].as_str(), asked["sitekey"].as_str()), (CAPTCHA_SECRET, "site-1"));
    assert_eq!(asked["remoteip"], "127.0.0.1");

    // The secret is shown to nobody: not in settings, the audit log, nor in clear in the database.
    let audit = manager.get("/api/audit?limit=200").await.text;
    let settings = manager.get("/api/settings").await.text;
    let schema = broker.tenant().await.key.schema();
    let sealed: String =
        sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select encode(sealed, 'escape') from {schema}.sealed_secrets")))
            .fetch_one(&world.admin)
            .await
            .unwrap();
    for text in [&audit, &settings, &sealed, &kept.to_string()] {
        assert!(!text.contains(CAPTCHA_SECRET));
    }
    assert!(audit.contains("captcha_secret"));

    // A page runs the script of the provider that was chosen, and no other page and nobody else's.
    let policy = async |path: &str| stranger.get(path).await.header("content-security-policy").unwrap().to_owned();
    assert!(policy("/register").await.contains("script-src 'self' https://hcaptcha.com https://*.hcaptcha.com;"));
    for strict in ["/register/verify", "/public-form", "/", "/clients"] {
        assert!(policy(strict).await.contains("script-src 'self';"), "{strict}");
    }
    manager.patch("/api/settings", &json!({ "public_form_captcha": true, "captcha_provider": "turnstile" })).await.expect(200);
    for page in ["/register", "/public-form"] {
        let policy = policy(page).await;
        assert!(
            policy.contains("script-src 'self' https://challenges.cloudflare.com;") && !policy.contains("hcaptcha"),
            "{page}"
        );
    }
    // Nobody listens there.
    register(&stranger, token("good@acme.localhost#2")).await.refused(503, "captcha_unavailable");
    stranger.post("/api/public/leads", &lead(token("good@acme.localhost#2"))).await.refused(503, "captcha_unavailable");
    manager.patch("/api/settings", &json!({ "captcha_provider": "hcaptcha" })).await.expect(200);
    put(json!(null)).await.expect(200);
    register(&stranger, token("good@acme.localhost#3")).await.refused(503, "captcha_unavailable");
    put(CAPTCHA_SECRET.into()).await.expect(200);
    provider.fall_silent();
    let begun = std::time::Instant::now();
    register(&stranger, token("good@acme.localhost#3")).await.refused(503, "captcha_unavailable");
    assert!(begun.elapsed() < std::time::Duration::from_secs(8), "a visitor does not wait for ever");
}

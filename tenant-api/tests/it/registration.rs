//! Clients register themselves: form, mail, link, client; and what a stranger learns, which is nothing.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, Reply, World};
use uuid::Uuid;

use crate::mails;

/// A form that is in order.
fn form(email: &str) -> Json {
    json!({ "first_name": "Chidi", "last_name": "Okonkwo", "email": email, "country": "NG", "phone": "0803 123 4567" })
}

async fn set(manager: &Api<'_>, settings: Json) {
    manager.patch("/api/settings", &settings).await.expect(200);
}

async fn register(stranger: &Api<'_>, body: &Json) -> Reply {
    stranger.post("/api/public/register", body).await
}

async fn verify(stranger: &Api<'_>, token: &str) -> Reply {
    stranger.post("/api/public/register/verify", &json!({ "token": token })).await
}

/// One value of the tenant's database, read by its owner.
async fn scalar<T>(broker: &Broker<'_>, sql: &str) -> T
where
    T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
{
    let sql = sql.replace("{s}", &broker.tenant().await.key.schema());
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&broker.world.admin).await.unwrap()
}

async fn run(broker: &Broker<'_>, sql: &str) {
    let sql = sql.replace("{s}", &broker.tenant().await.key.schema());
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&broker.world.admin).await.unwrap();
}

#[tokio::test]
async fn from_the_form_to_a_client() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (manager, stranger) = (broker.manager().await, broker.nobody());
    let team = broker.team("New clients", None).await;
    set(&manager, json!({ "registration_team": team.to_string() })).await;
    let terms =
        manager.post("/api/consents", &json!({ "title": "I agree to the terms", "body": "All of **them**." })).await.expect(201);
    let shown = stranger.get("/api/public/registration").await.expect(200);
    assert_eq!((shown["company"].as_str(), shown["captcha"]["kind"].as_str()), (Some("acme Ltd"), Some("off")));
    assert_eq!((shown["consents"][0]["key"].clone(), &shown["consents"][0]["version"]), (terms["key"].clone(), &json!(1)));

    let mut body = form(" Chidi@Visitor.example ");
    body["consents"] = json!([{ "key": terms["key"], "version": 1 }]);
    body["password"] = "a password of my own".into();
    body["metadata"] = json!({ "utm_source": "radio" });
    let sent = register(&stranger, &body).await.expect(202);
    assert_eq!(sent, json!({ "status": "verification_sent" }));
    let token = mails::token(&world, "chidi@visitor.example", "register/verify").await;
    let mail = world.mail.list(Some("chidi@visitor.example")).remove(0);
    assert!(mail.text.contains("Hello Chidi") && mail.text.contains("48 hours") && !mail.text.contains("password of my own"));

    // Until the link is used there is no client, and nothing of the person stands anywhere in clear.
    assert_eq!(manager.get("/api/clients").await.expect(200)["total"], 0);
    let kept: String = scalar(&broker, "select string_agg(r::text, ' ') from {s}.registrations r").await;
    let jobs: String =
        sqlx::query_scalar("select string_agg(payload::text, ' ') from control.outbox").fetch_one(&world.admin).await.unwrap();
    let audit: String = scalar(&broker, "select coalesce(string_agg(a::text, ' '), '') from {s}.audit_log a").await;
    for text in [&kept, &jobs, &audit] {
        for word in ["hidi", "Okonkwo", "visitor", "argon2", "8031234567", token.as_str()] {
            assert!(!text.contains(word), "{word} stands in {text}");
        }
    }

    assert_eq!(verify(&stranger, &token).await.expect(200), json!({ "status": "verified" }));
    let list = manager.get("/api/clients").await.expect(200);
    assert_eq!(list["total"], 1);
    let client = &list["data"][0];
    assert_eq!(
        (client["name"].as_str(), client["email"].as_str(), client["phone"].as_str(), client["country"].as_str()),
        (Some("Chidi Okonkwo"), Some("chidi@visitor.example"), Some("+2348031234567"), Some("NG"))
    );
    assert_eq!((client["source"].as_str(), client["team_id"].as_str()), (Some("registration"), Some(team.to_string().as_str())));
    let path = format!("/api/clients/{}", client["id"].as_str().unwrap());
    let agreed = manager.get(&format!("{path}/consents")).await.expect(200);
    assert_eq!(agreed["consents"].as_array().unwrap().len(), 1);
    let one = &agreed["consents"][0];
    assert_eq!(
        (one["version"].clone(), one["outdated"].clone(), one["ip"].as_str()),
        (json!(1), json!(false), Some("127.0.0.1"))
    );
    assert_eq!(one["title"], "I agree to the terms");
    assert!(agreed["registration"]["verified_at"].is_string());
    let timeline = manager.get(&format!("{path}/timeline")).await.expect(200);
    let actions: BTreeSet<&str> = timeline["data"].as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap()).collect();
    assert_eq!(actions, BTreeSet::from(["client.created", "client.registered"]));
    let hash: String = scalar(&broker, "select password_hash from {s}.client_registrations").await;
    assert!(runtime::crypto::verify_password("a password of my own", Some(&hash)).await);
    let left: String = scalar(&broker, "select sealed from {s}.registrations").await;
    assert_eq!(left, "", "what the form said is gone");

    verify(&stranger, &token).await.refused(410, "token_used");
    verify(&stranger, "no such token").await.refused(404, "token_unknown");
    verify(&stranger, "").await.refused(422, "validation_failed");
    assert_eq!(manager.get("/api/clients").await.expect(200)["total"], 1);
}

/// Everything that a stranger sees of an answer.
fn seen(reply: &Reply) -> (u16, String, BTreeSet<String>) {
    (reply.status, reply.text.clone(), reply.headers.keys().map(|k| k.to_string()).collect())
}

#[tokio::test]
async fn a_stranger_learns_nothing_of_who_is_known() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (manager, stranger) = (broker.manager().await, broker.nobody());
    manager
        .post("/api/clients", &json!({ "first_name": "Known", "last_name": "Client", "email": "known@example.com" }))
        .await
        .expect(201);
    let work = async || -> (i64, i64) {
        let jobs = sqlx::query_scalar("select count(*) from control.outbox where kind = 'registration.letter'");
        (scalar(&broker, "select count(*) from {s}.registrations").await, jobs.fetch_one(&world.admin).await.unwrap())
    };
    let known = register(&stranger, &form("Known@example.com")).await;
    assert_eq!(work().await, (1, 1));
    let unknown = register(&stranger, &form("unknown@example.com")).await;
    assert_eq!(work().await, (2, 2), "the same work for both");
    assert_eq!(seen(&known), seen(&unknown));
    world.drain().await;
    // One mail each; what it says is for the owner of the mailbox alone.
    let (to_known, to_unknown) = (world.mail.list(Some("known@example.com")), world.mail.list(Some("unknown@example.com")));
    assert_eq!((to_known.len(), to_unknown.len()), (1, 1));
    assert!(
        to_known[0].subject.contains("already have an account") && !to_known[0].text.contains("token="),
        "{}",
        to_known[0].text
    );
    assert!(!to_known[0].text.contains("Chidi"), "a stranger does not write to a client through us");
    assert!(to_unknown[0].text.contains("/register/verify?token="));
    // A form that is not in order is refused alike.
    let bad = |email: &str| json!({ "first_name": "", "last_name": "X", "email": email, "country": "NG" });
    let (a, b) = (register(&stranger, &bad("known@example.com")).await, register(&stranger, &bad("unknown@example.com")).await);
    assert_eq!((a.status, seen(&a)), (422, seen(&b)));

    // The client is told once a day, however often somebody tries; a newcomer a few times an hour.
    for _ in 0..7 {
        assert_eq!(seen(&register(&stranger, &form("known@example.com")).await), seen(&known));
        assert_eq!(seen(&register(&stranger, &form("unknown@example.com")).await), seen(&known));
    }
    world.drain().await;
    assert_eq!(world.mail.list(Some("known@example.com")).len(), 1);
    assert_eq!(world.mail.list(Some("unknown@example.com")).len(), 5);
    assert_eq!(manager.get("/api/clients").await.expect(200)["total"], 1);
    let sealed: i64 = scalar(&broker, "select count(*) from {s}.registrations where sealed <> ''").await;
    assert_eq!(sealed, 5, "what led to no mail is not kept");
}

#[tokio::test]
async fn a_token_works_once_and_makes_one_client() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (manager, stranger) = (broker.manager().await, broker.nobody());
    register(&stranger, &form("one@example.com")).await.expect(202);
    let token = mails::token(&world, "one@example.com", "register/verify").await;
    let replies = futures::future::join_all((0..20).map(|_| verify(&stranger, &token))).await;
    let count = |status: u16| replies.iter().filter(|r| r.status == status).count();
    assert_eq!((count(200), count(410)), (1, 19));
    assert_eq!(manager.get("/api/clients").await.expect(200)["total"], 1);

    // Two forms for one mailbox, both verified at once: one client, and neither answer differs.
    for name in ["First", "Second"] {
        let mut body = form("two@example.com");
        body["first_name"] = name.into();
        register(&stranger, &body).await.expect(202);
    }
    world.drain().await;
    let tokens: Vec<String> = world
        .mail
        .list(Some("two@example.com"))
        .into_iter()
        .flat_map(|m| m.links)
        .filter_map(|l| l.split_once("/register/verify?token=").map(|(_, t)| t.to_owned()))
        .collect();
    assert_eq!(tokens.len(), 2);
    let (a, b) = tokio::join!(verify(&stranger, &tokens[0]), verify(&stranger, &tokens[1]));
    assert_eq!((a.expect(200), 2), (b.expect(200), 2));
    assert_eq!(manager.get("/api/clients?search=okonkwo").await.expect(200)["total"], 2);
    let repeated = manager.get("/api/audit?action=client.registration_repeated").await.expect(200);
    assert_eq!(repeated["total"], 1);
}

#[tokio::test]
async fn a_token_is_good_for_its_broker_and_for_two_days() {
    let world = World::new().await;
    let (acme, other) = (world.broker("acme").await, world.broker("other").await);
    register(&acme.nobody(), &form("late@example.com")).await.expect(202);
    let token = mails::token(&world, "late@example.com", "register/verify").await;
    verify(&other.nobody(), &token).await.refused(404, "token_unknown");
    let manager = other.manager().await;
    assert_eq!(manager.get("/api/clients").await.expect(200)["total"], 0);
    // Not even with everything of the row: what it says is sealed for the other broker.
    let theirs = acme.tenant().await.key.schema();
    run(&other, &format!("insert into {{s}}.registrations select * from {theirs}.registrations")).await;
    assert_eq!(verify(&other.nobody(), &token).await.status, 500);

    run(&acme, "update {s}.registrations set expires_at = now() - interval '1 minute'").await;
    verify(&acme.nobody(), &token).await.refused(410, "token_expired");
    let kept: i64 = scalar(&acme, "select count(*) from {s}.registrations where sealed <> ''").await;
    assert_eq!(kept, 1, "a refused use spends nothing");
    partners::registration::sweep(&world.app).await.unwrap();
    let kept: i64 = scalar(&acme, "select count(*) from {s}.registrations where sealed <> ''").await;
    assert_eq!(kept, 0, "what nobody verified is forgotten");
    verify(&acme.nobody(), &token).await.refused(410, "token_expired");
    run(&acme, "update {s}.registrations set expires_at = now() - interval '31 days'").await;
    partners::registration::sweep(&world.app).await.unwrap();
    verify(&acme.nobody(), &token).await.refused(404, "token_unknown");
}

#[tokio::test]
async fn the_settings_decide_who_may_register() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (manager, stranger) = (broker.manager().await, broker.nobody());
    let fields = async |body: Json| -> BTreeSet<String> {
        let refused = register(&stranger, &body).await.refused(422, "validation_failed");
        refused["data"]["fields"].as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(fields(json!({})).await, ["country", "email", "first_name", "last_name"].map(str::to_owned).into());
    let today = chrono::Utc::now().date_naive();
    let born = |years: u32, days: i64| (today - chrono::Months::new(12 * years) + chrono::Duration::days(days)).to_string();
    let countries = |mode: &str| json!({ "registration_countries_mode": mode, "registration_countries": ["NG", "GB"] });

    set(&manager, countries("only")).await;
    let mut german = form("g@example.com");
    (german["country"], german["phone"]) = ("DE".into(), json!(null));
    assert_eq!(fields(german.clone()).await, ["country".to_owned()].into());
    assert_eq!(stranger.get("/api/public/registration").await.expect(200)["countries"], json!(["GB", "NG"]));
    register(&stranger, &form("n@example.com")).await.expect(202);
    set(&manager, countries("except")).await;
    register(&stranger, &german).await.expect(202);
    assert_eq!(fields(form("n@example.com")).await, ["country".to_owned()].into());
    set(&manager, json!({ "registration_countries_mode": "everywhere" })).await;

    set(&manager, json!({ "registration_minimum_age": 18, "registration_phone_required": true })).await;
    let shown = stranger.get("/api/public/registration").await.expect(200);
    assert_eq!(
        (shown["fields"]["phone"].as_str(), shown["fields"]["date_of_birth"].as_str()),
        (Some("required"), Some("required"))
    );
    german["date_of_birth"] = json!(null);
    assert_eq!(fields(german.clone()).await, ["date_of_birth", "phone"].map(str::to_owned).into());
    german["phone"] = "+49 30 901820".into();
    for bad in [born(18, 1), "1899-12-31".into(), "2999-01-01".into(), "yesterday".into()] {
        german["date_of_birth"] = bad.into();
        assert_eq!(fields(german.clone()).await, ["date_of_birth".to_owned()].into());
    }
    german["date_of_birth"] = born(18, 0).into();
    register(&stranger, &german).await.expect(202);

    for (field, bad) in [
        ("password", json!("short")),
        ("password", json!("passwort123")),
        ("first_name", json!("Win at www.evil.example")),
        ("last_name", json!("https://evil.example")),
        ("metadata", json!([1])),
        ("email", json!("nobody@")),
        ("phone", json!("12")),
    ] {
        let mut body = german.clone();
        body[field] = bad;
        assert_eq!(fields(body).await, [field.to_owned()].into());
    }
    let mut partner = german.clone();
    partner["partner_id"] = Uuid::nil().to_string().into();
    register(&stranger, &partner).await.refused(404, "partner_not_found");

    set(&manager, json!({ "registration_enabled": false })).await;
    register(&stranger, &german).await.refused(404, "registration_closed");
    stranger.get("/api/public/registration").await.refused(404, "registration_closed");
    for bad in [
        json!({ "registration_team": Uuid::nil() }),
        json!({ "registration_owner": Uuid::nil() }),
        json!({ "registration_countries": ["UK"] }),
    ] {
        manager.patch("/api/settings", &bad).await.refused(422, "validation_failed");
    }
}

#[tokio::test]
async fn a_lead_of_the_same_person_becomes_the_client() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (manager, stranger) = (broker.manager().await, broker.nobody());
    let team = broker.team("Sales", None).await;
    let (anna, gone) = (broker.user("Anna", "Agent", Some(team)).await, broker.user("Gone", "Agent", Some(team)).await);
    set(&manager, json!({ "registration_owner": gone.to_string() })).await;
    let partner = manager.post("/api/partners", &json!({ "name": "Ann", "email": "ann@partner.example" })).await.expect(201);
    let lead = json!({ "first_name": "C", "last_name": "O", "email": "lead@example.com", "assigned_to": anna, "partner_id": partner["id"] });
    let lead = manager.post("/api/leads", &lead).await.expect(201);
    // Others whose address only looks like it stay as they are.
    for email in ["xlead@example.com", "lead@example.com.au"] {
        manager.post("/api/leads", &json!({ "first_name": "C", "last_name": "O", "email": email })).await.expect(201);
    }
    register(&stranger, &form("lead@example.com")).await.expect(202);
    verify(&stranger, &mails::token(&world, "lead@example.com", "register/verify").await).await.expect(200);
    let client = manager.get("/api/clients").await.expect(200)["data"][0].clone();
    assert_eq!(client["assigned_to"], anna.to_string(), "who knew them keeps them");
    let lead = manager.get(&format!("/api/leads/{}", lead["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(lead["converted_client_id"], client["id"]);
    let agreed = manager.get(&format!("/api/clients/{}/consents", client["id"].as_str().unwrap())).await.expect(200);
    assert_eq!((&agreed["registration"]["lead_id"], &agreed["registration"]["partner_name"]), (&lead["id"], &json!("Ann")));
    assert_eq!(manager.get("/api/leads?status=converted").await.expect(200)["total"], 1);
    // The owner of the settings left meanwhile: nobody is kept from becoming a client.
    run(&broker, "update {s}.users set status = 'inactive' where name = 'Gone'").await;
    register(&stranger, &form("next@example.com")).await.expect(202);
    verify(&stranger, &mails::token(&world, "next@example.com", "register/verify").await).await.expect(200);
    assert_eq!(manager.get("/api/clients?assigned_to=none").await.expect(200)["total"], 1);
}

#[tokio::test]
async fn a_partners_link_a_robot_and_too_many_forms() {
    let world = World::with(&[("RATE_PUBLIC", "8/m")]).await;
    let broker = world.broker("acme").await;
    let (manager, stranger) = (broker.manager().await, broker.nobody());
    let partner = manager.post("/api/partners", &json!({ "name": "Ann", "email": "ann@partner.example" })).await.expect(201);
    let id = partner["id"].as_str().unwrap();
    stranger.get(&format!("/api/public/registration?partner_id={id}")).await.refused(404, "partner_not_found");
    manager.patch(&format!("/api/partners/{id}"), &json!({ "approved": true })).await.expect(200);
    let shown = stranger.get(&format!("/api/public/registration?partner_id={id}")).await.expect(200);
    assert_eq!(shown["partner"]["name"], "Ann");
    let mut body = form("p@example.com");
    body["partner_id"] = id.into();
    register(&stranger, &body).await.expect(202);
    let client = async |email: &str| {
        verify(&stranger, &mails::token(&world, email, "register/verify").await).await.expect(200);
        manager.get("/api/clients").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned()
    };
    let client = client("p@example.com").await;
    let agreed = manager.get(&format!("/api/clients/{client}/consents")).await.expect(200);
    assert_eq!(agreed["registration"]["partner_id"], partner["id"]);

    let mut robot = form("robot@example.com");
    robot["website"] = "https://spam.example".into();
    assert_eq!(register(&stranger, &robot).await.expect(202), json!({ "status": "verification_sent" }));
    world.drain().await;
    assert_eq!(world.mail.list(Some("robot@example.com")).len(), 0);

    let mut last = register(&stranger, &form("r@example.com")).await;
    for _ in 0..8 {
        last = register(&stranger, &form("r@example.com")).await;
    }
    assert!(last.header("retry-after").is_some());
    last.refused(429, "rate_limited");
}

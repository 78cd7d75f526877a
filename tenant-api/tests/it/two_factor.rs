//! The second factor through HTTP: setting it up, signing in with it, losing it, guessing it.

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use futures::future::join_all;
use reqwest::Method;
use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::world::{OWNER, PASSWORD};
use test_kit::{Api, Broker, Reply, World};
use totp_rs::{Builder, Secret};

use crate::mails;

const OTHER: &str = "another long password";

/// An authenticator app.
pub struct App(Secret);

impl App {
    /// With the secret of an answer.
    pub fn of(secret: &Json) -> Self {
        Self(Secret::try_from_base32(secret.as_str().unwrap()).unwrap())
    }

    /// The digits so many steps from now.
    pub fn digits(&self, ahead: i64) -> String {
        let clock = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        // The step before this one is over soon: it must still count when it arrives.
        while ahead < 0 && clock() % 30 >= 27 {
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        let now = clock();
        let totp = Builder::new().with_secret(self.0.clone()).build_noncompliant();
        totp.generate(now.saturating_add_signed(ahead * 30)).to_string()
    }

    /// Digits that are wrong now and in the steps around.
    fn wrong(&self, n: u32) -> String {
        let right: Vec<String> = (-2..=2).map(|i| self.digits(i)).collect();
        (0..).map(|i| format!("{:06}", (n * 1_000 + i) % 1_000_000)).find(|d| !right.contains(d)).unwrap()
    }
}

async fn login(api: &Api<'_>, email: &str, otp: Option<&str>) -> Reply {
    api.post("/api/auth/login", &json!({ "email": email, "password": PASSWORD, "otp": otp })).await
}

/// Sets a second factor up; returns the app and the recovery codes. `prefix` is `/api` or `/api/platform`.
async fn set_up_at(prefix: &str, user: &Api<'_>) -> (App, Vec<String>) {
    let body = json!({ "password": PASSWORD });
    let setup = user.post(&format!("{prefix}/auth/two-factor/setup"), &body).await.expect(200);
    let app = App::of(&setup["secret"]);
    let body = json!({ "code": app.digits(-1) });
    let codes = user.post(&format!("{prefix}/auth/two-factor/enable"), &body).await.expect(200);
    (app, codes["recovery_codes"].as_array().unwrap().iter().map(|c| c.as_str().unwrap().to_owned()).collect())
}

async fn set_up(user: &Api<'_>) -> (App, Vec<String>) {
    set_up_at("/api", user).await
}

async fn change(broker: &Broker<'_>, sql: &'static str) {
    let tx = broker.tx().await;
    assert!(tx.run(sql, []).await.unwrap() > 0, "{sql}");
    tx.run("update tenant_meta set access_version = access_version + 1", []).await.unwrap();
    tx.commit().await.unwrap();
    broker.world.app.access.mark_stale(broker.tenant().await.key).await;
}

async fn count(broker: &Broker<'_>, sql: &'static str) -> i64 {
    broker.tx().await.scalar(sql, []).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_second_factor_from_beginning_to_end() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (ada, nobody) = (broker.manager().await, broker.nobody());
    let (setup, enable) = ("/api/auth/two-factor/setup", "/api/auth/two-factor/enable");
    let me = ada.get("/api/me").await.expect(200);
    assert_eq!((&me["user"]["two_factor"], &me["must_set_up_two_factor"]), (&json!(false), &json!(false)));
    ada.post(enable, &json!({ "code": "123456" })).await.refused(409, "two_factor_not_set_up");
    let told = ada.post(setup, &json!({ "password": "not the password" })).await.refused(422, "validation_failed");
    assert!(told["data"]["fields"]["password"].is_array());
    nobody.post(setup, &json!({ "password": PASSWORD })).await.refused(401, "unauthenticated");

    // A secret that is made anew ends the one before.
    let old = App::of(&ada.post(setup, &json!({ "password": PASSWORD })).await.expect(200)["secret"]);
    let answer = ada.post(setup, &json!({ "password": PASSWORD })).await.expect(200);
    let app = App::of(&answer["secret"]);
    let url = answer["otpauth_url"].as_str().unwrap();
    assert!(url.starts_with("otpauth://totp/") && url.contains(answer["secret"].as_str().unwrap()), "{url}");
    ada.post(enable, &json!({ "code": old.digits(0) })).await.refused(422, "otp_invalid");
    // Until it is enabled it is asked of nobody.
    login(&nobody, "ada@acme.example", None).await.expect(200);
    let used = app.digits(-1);
    let codes = ada.post(enable, &json!({ "code": used })).await.expect(200);
    let codes: BTreeSet<&str> = codes["recovery_codes"].as_array().unwrap().iter().map(|c| c.as_str().unwrap()).collect();
    assert!(codes.len() == 10 && codes.iter().all(|c| c.len() == 19), "{codes:?}");
    ada.post(enable, &json!({ "code": app.digits(0) })).await.refused(409, "two_factor_enabled");
    ada.post(setup, &json!({ "password": PASSWORD })).await.refused(409, "two_factor_enabled");
    let me = ada.get("/api/me").await.expect(200);
    assert_eq!((&me["user"]["two_factor"], &me["recovery_codes_left"]), (&json!(true), &json!(10)));

    login(&nobody, "ada@acme.example", None).await.refused(401, "otp_required");
    login(&nobody, "ada@acme.example", Some("")).await.refused(401, "otp_required");
    // Only who knows the password learns that there is a second factor, and whether a code fits.
    for otp in [None, Some(app.digits(0)), Some(app.wrong(1))] {
        let body = json!({ "email": "ada@acme.example", "password": "not the password", "otp": otp });
        nobody.post("/api/auth/login", &body).await.refused(401, "invalid_credentials");
    }
    login(&nobody, "ada@acme.example", Some(&used)).await.refused(401, "otp_invalid");
    let digits = app.digits(0);
    let spaced = format!(" {} {} ", &digits[..3], &digits[3..]);
    let signed = login(&nobody, "ada@acme.example", Some(&spaced)).await.expect(200);
    nobody.clone().with_token(signed["access_token"].as_str().unwrap()).get("/api/clients").await.expect(200);
    login(&nobody, "ada@acme.example", Some(&digits)).await.refused(401, "otp_invalid");

    // What is stored opens nothing.
    let stored =
        count(&broker, "select count(*) from two_factor where length(secret_sealed) > 40 and pending_sealed is null").await;
    assert_eq!(stored, 1);
    for code in &codes {
        let tx = broker.tx().await;
        let sql = "select count(*) from recovery_codes where position(convert_to($1, 'utf8') in code_hash) > 0";
        assert_eq!(tx.scalar::<i64>(sql, [(*code).into()]).await.unwrap(), Some(0));
    }

    let off = "/api/auth/two-factor/disable";
    ada.post(off, &json!({})).await.refused(422, "validation_failed");
    let next = app.digits(1);
    ada.post(off, &json!({ "password": "not the password", "code": next })).await.refused(422, "validation_failed");
    ada.post(off, &json!({ "password": PASSWORD, "code": app.wrong(2) })).await.refused(422, "otp_invalid");
    ada.post(off, &json!({ "password": PASSWORD, "code": next })).await.expect(204);
    login(&nobody, "ada@acme.example", None).await.expect(200);
    assert_eq!(count(&broker, "select (select count(*) from two_factor) + (select count(*) from recovery_codes)").await, 0);
    let log = ada.get("/api/audit?action=two_factor.*").await.expect(200);
    let actions: Vec<&str> = log["data"].as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["two_factor.disabled", "two_factor.enabled"]);
    assert!(!log.to_string().contains(answer["secret"].as_str().unwrap()));
}

#[tokio::test]
async fn a_code_works_once_whoever_comes_at_the_same_moment() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (ada, nobody) = (broker.manager().await, broker.nobody());
    let (app, codes) = set_up(&ada).await;
    for otp in [app.digits(0), codes[0].clone()] {
        // Fewer wrong ones than lock the account.
        let tries = (0..4).map(|_| login(&nobody, "ada@acme.example", Some(&otp)));
        let statuses: Vec<u16> = join_all(tries).await.iter().map(|r| r.status).collect();
        assert_eq!(statuses.iter().filter(|s| **s == 200).count(), 1, "{statuses:?}");
        change(&broker, "update login_failures set failures = 0, locked_until = null").await;
    }
}

#[tokio::test]
async fn recovery_codes_are_for_the_day_the_app_is_lost() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (ada, nobody) = (broker.manager().await, broker.nobody());
    let anna = broker.actor("Anna", "Agent", None).await;
    let (app, codes) = set_up(&ada).await;
    let (_, of_anna) = set_up(&anna).await;
    login(&nobody, "ada@acme.example", Some(&of_anna[0])).await.refused(401, "otp_invalid");
    let typed = codes[3].to_uppercase().replace('-', " ");
    login(&nobody, "ada@acme.example", Some(&typed)).await.expect(200);
    login(&nobody, "ada@acme.example", Some(&codes[3])).await.refused(401, "otp_invalid");
    assert_eq!(ada.get("/api/me").await.expect(200)["recovery_codes_left"], 9);

    let renew = "/api/auth/two-factor/recovery-codes";
    ada.post(renew, &json!({ "password": "not the password", "code": app.digits(0) })).await.refused(422, "validation_failed");
    // The answer is kept under no key: it holds secrets.
    let keyed = ada.clone().with("idempotency-key", "renew-1");
    let body = json!({ "password": PASSWORD, "code": app.digits(0) });
    let fresh = keyed.post(renew, &body).await.expect(200);
    keyed.post(renew, &body).await.refused(422, "otp_invalid");
    assert_eq!(count(&broker, "select count(*) from idempotency_keys").await, 0);
    login(&nobody, "ada@acme.example", Some(&codes[5])).await.refused(401, "otp_invalid");
    login(&nobody, "ada@acme.example", fresh["recovery_codes"][5].as_str()).await.expect(200);
    let log = ada.get("/api/audit?action=two_factor.recovery_code_used").await.expect(200);
    assert_eq!(log["total"], 2);
}

#[tokio::test]
async fn guessing_six_digits_locks_the_account() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (anna, ada, nobody) = (broker.actor("Anna", "Agent", None).await, broker.manager().await, broker.nobody());
    let (app, codes) = set_up(&anna).await;
    let guesses = (0..16).map(|n| {
        let (nobody, digits) = (&nobody, app.wrong(n * 7 + 3));
        async move { login(nobody, "anna@acme.example", Some(&digits)).await.status }
    });
    let mut statuses = join_all(guesses).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [[401; 5].as_slice(), &[423; 11]].concat(), "many at once are worth five");
    // The right digits do not open it, nor does a recovery code, nor does asking without one tell anything.
    for otp in [Some(app.digits(0)), Some(codes[0].clone()), None] {
        login(&nobody, "anna@acme.example", otp.as_deref()).await.refused(423, "account_locked");
    }
    let path = format!("/api/users/{}", anna.id());
    let seen = ada.get(&path).await.expect(200);
    assert!(seen["locked_until"].is_string() && seen["two_factor"] == true, "{seen}");
    anna.post(&format!("{path}/unlock"), &json!({})).await.refused(403, "forbidden");
    let open = ada.post(&format!("{path}/unlock"), &json!({})).await.expect(200);
    assert!(open["locked_until"].is_null(), "{open}");
    login(&nobody, "anna@acme.example", Some(&app.digits(0))).await.expect(200);
    let log = ada.get("/api/audit?action=session.failed,session.locked,user.unlocked").await.expect(200);
    assert_eq!(log["total"], 5 + 1 + 1, "{log}");

    // Wrong codes of somebody who is signed in count, too.
    let body = json!({ "password": PASSWORD, "code": app.wrong(9) });
    for _ in 0..5 {
        anna.post("/api/auth/two-factor/disable", &body).await.refused(422, "otp_invalid");
    }
    anna.post("/api/auth/two-factor/disable", &body).await.refused(423, "account_locked");
}

/// Method and path of every operation that staff must sign in for.
fn staff_operations() -> Vec<(Method, String)> {
    let spec: Json = serde_json::from_str(&tenant_api::routes::tenant_spec()).unwrap();
    let mut all = Vec::new();
    for (path, item) in spec["paths"].as_object().unwrap() {
        for (method, op) in item.as_object().unwrap() {
            if op["security"].as_array().is_some_and(|s| s.iter().any(|s| s.get("StaffToken").is_some())) {
                let parts = path.split('/').map(|p| if p.starts_with('{') { "0190a000-0000-7000-8000-000000000000" } else { p });
                all.push((method.to_uppercase().parse().unwrap(), parts.collect::<Vec<_>>().join("/")));
            }
        }
    }
    assert!(all.len() > 30);
    all
}

#[tokio::test]
async fn where_it_is_demanded_nothing_else_is_open() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (ada, nobody) = (broker.manager().await, broker.nobody());
    let anna = broker.actor("Anna", "Agent", None).await;
    anna.get("/api/clients").await.expect(200);
    let stream = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        change(&broker, "update roles set two_factor_required = true where name = 'Agent'").await;
        let lead = json!({ "first_name": "Leo", "last_name": "Lead", "email": "leo@example.com", "assigned_to": anna.id() });
        ada.post("/api/leads", &lead).await.expect(201);
        world.drain().await;
    };
    // A stream that was open before sees nothing of it.
    assert!(anna.follow("/api/events", 1, 3, stream).await.is_empty());
    for (method, path) in staff_operations() {
        let reply = anna.send(anna.request(method.clone(), &path).json(&json!({}))).await;
        assert_eq!((reply.status, reply.json["code"].as_str()), (403, Some("two_factor_setup_required")), "{method} {path}");
    }
    let answer = login(&nobody, "anna@acme.example", None).await.expect(200);
    assert_eq!(answer["must_set_up_two_factor"], true);
    let me = anna.get("/api/me").await.expect(200);
    assert_eq!((&me["must_set_up_two_factor"], &me["two_factor_required"]), (&json!(true), &json!(true)));
    anna.get("/api/me/sessions").await.expect(200);
    assert_eq!(ada.get(&format!("/api/users/{}", anna.id())).await.expect(200)["two_factor_required"], true);
    ada.get("/api/clients").await.expect(200);

    let (app, _) = set_up(&anna).await;
    anna.get("/api/clients").await.expect(200);
    let body = json!({ "password": PASSWORD, "code": app.digits(0) });
    anna.post("/api/auth/two-factor/disable", &body).await.refused(409, "two_factor_required");
    change(&broker, "update roles set two_factor_required = false where name = 'Agent'").await;
    anna.post("/api/auth/two-factor/disable", &body).await.expect(204);

    change(&broker, "update settings set value = 'true' where key = 'two_factor_required'").await;
    for api in [&ada, &anna] {
        api.get("/api/clients").await.refused(403, "two_factor_setup_required");
        assert_eq!(api.get("/api/me").await.expect(200)["must_set_up_two_factor"], true);
    }
}

#[tokio::test]
async fn a_reset_link_is_worth_a_password_only() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (anna, host) = (broker.actor("Anna", "Agent", None).await, broker.nobody());
    let (app, _) = set_up(&anna).await;
    host.post("/api/auth/forgot", &json!({ "email": "anna@acme.example" })).await.expect(202);
    let token = mails::token(&world, "anna@acme.example", "reset").await;
    let reset =
        async |otp: Option<String>| host.post("/api/auth/reset", &json!({ "token": token, "password": OTHER, "otp": otp })).await;
    reset(None).await.refused(401, "otp_required");
    reset(Some(app.wrong(1))).await.refused(401, "otp_invalid");
    anna.get("/api/me").await.expect(200);
    reset(Some(app.digits(0))).await.expect(200);
    anna.get("/api/me").await.refused(401, "session_ended");
    let body = json!({ "email": "anna@acme.example", "password": OTHER });
    host.post("/api/auth/login", &body).await.refused(401, "otp_required");
}

#[tokio::test]
async fn an_administrator_takes_a_lost_factor_away() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (anna, ada, host) = (broker.actor("Anna", "Agent", None).await, broker.manager().await, broker.nobody());
    let path = |api: &Api<'_>| format!("/api/users/{}/reset-two-factor", api.id());
    ada.post(&path(&anna), &json!({})).await.refused(409, "two_factor_not_enabled");
    set_up(&anna).await;
    set_up(&ada).await;
    anna.get("/api/me").await.expect(200);
    anna.post(&path(&ada), &json!({})).await.refused(403, "forbidden");
    ada.post(&path(&ada), &json!({})).await.refused(409, "cannot_reset_own_two_factor");
    ada.get("/api/me").await.expect(200);
    let seen = ada.post(&path(&anna), &json!({})).await.expect(200);
    assert_eq!((&seen["two_factor"], &seen["sessions"]), (&json!(false), &json!(0)));
    anna.get("/api/me").await.refused(401, "session_ended");
    login(&host, "anna@acme.example", None).await.expect(200);
    world.drain().await;
    let mail = world.mail.list(Some("anna@acme.example")).into_iter().find(|m| m.subject.contains("second factor")).unwrap();
    assert!(mail.text.contains("Ada Manager") && mail.text.contains("acme Ltd"), "{}", mail.text);
    assert_eq!(ada.get("/api/audit?action=two_factor.reset").await.expect(200)["total"], 1);
}

#[tokio::test]
async fn the_platforms_own_staff_have_it_too() {
    let world = World::new().await;
    let owner = world.owner().await;
    let (app, _) = set_up_at("/api/platform", &owner).await;
    let login = async |otp: Option<String>| {
        let body = json!({ "email": OWNER, "password": PASSWORD, "otp": otp });
        world.platform().post("/api/platform/auth/login", &body).await
    };
    login(None).await.refused(401, "otp_required");
    login(Some(app.digits(0))).await.expect(200);
    assert_eq!(owner.get("/api/platform/me").await.expect(200)["user"]["two_factor"], true);
}

//! Settings, branding, and taking changes back.

use base64::Engine as _;
use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::{Api, World};

async fn setting(manager: &Api<'_>, key: &str) -> Json {
    let all = manager.get("/api/settings").await.expect(200);
    all["settings"].as_array().unwrap().iter().find(|s| s["key"] == key).unwrap_or_else(|| panic!("no {key}")).clone()
}

async fn undo(who: &Api<'_>, answer: &Json) -> test_kit::Reply {
    who.post(&format!("/api/undo/{}", answer["undo_id"].as_str().unwrap()), &json!({})).await
}

fn picture(bytes: &[u8]) -> String {
    let png = [b"\x89PNG\r\n\x1a\n".as_slice(), bytes].concat();
    format!("data:image/png;base64,{}", base64::engine::general_purpose::STANDARD.encode(png))
}

#[tokio::test]
async fn settings_are_listed_changed_and_put_back() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let quota = setting(&manager, "reveal_daily_quota").await;
    let shown = (&quota["group"], &quota["kind"], &quota["min"], &quota["max"], &quota["value"], &quota["default"]);
    assert_eq!(shown, (&json!("security"), &json!("whole"), &json!(0), &json!(1000), &json!(20), &json!(20)));
    assert_eq!((&quota["updated_at"], &quota["updated_by"]), (&json!(null), &json!(null)));
    let body = json!({ "reveal_daily_quota": 3, "mail_from_name": " Acme Desk ", "week_starts_on": "sunday", "new_device_notice": false });
    let answer = manager.patch("/api/settings", &body).await.expect(200);
    assert!(answer["settings"].as_array().unwrap().len() >= 20);
    let quota = setting(&manager, "reveal_daily_quota").await;
    assert_eq!(
        (&quota["value"], &quota["default"], &quota["updated_by"]["name"]),
        (&json!(3), &json!(20), &json!("Ada Manager"))
    );
    assert!(quota["updated_at"].is_string());
    assert_eq!(setting(&manager, "mail_from_name").await["value"], "Acme Desk");
    let told = manager.get("/api/audit?action=settings.updated").await.expect(200);
    let fields: Vec<&Json> = told["data"][0]["diff"].as_array().unwrap().iter().map(|c| &c["field"]).collect();
    assert_eq!(fields, ["mail_from_name", "new_device_notice", "reveal_daily_quota", "week_starts_on"]);
    // Nothing new: nothing to take back.
    let same = manager.patch("/api/settings", &json!({ "reveal_daily_quota": 3 })).await.expect(200);
    assert_eq!(same["undo_id"], json!(null));
    // Null is what the template says.
    manager.patch("/api/settings", &json!({ "reveal_daily_quota": null })).await.expect(200);
    assert_eq!(setting(&manager, "reveal_daily_quota").await["value"], 20);
    // Every setting accepts its own value.
    for one in manager.get("/api/settings").await.expect(200)["settings"].as_array().unwrap() {
        manager.patch("/api/settings", &json!({ one["key"].as_str().unwrap(): one["value"] })).await.expect(200);
    }
    let agent = broker.actor("Anna", "Agent", None).await;
    agent.get("/api/settings").await.refused(403, "forbidden");
    agent.patch("/api/settings", &json!({ "reveal_daily_quota": 900 })).await.refused(403, "forbidden");
    agent.patch("/api/settings/branding", &json!({ "primary": "#000000" })).await.refused(403, "forbidden");
}

#[tokio::test]
async fn every_bad_setting_is_named_and_none_is_kept() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let bad = json!({
        "locale": "english", "base_currency": "usd", "default_country": "UK", "timezone": "Mars/Base", "week_starts_on": "friday",
        "password_min_length": 6, "session_hours": "12", "two_factor_required": 1, "address_allow_list": ["10.0.0.0/99"],
        "reveal_daily_quota": 1.5, "mail_from_name": "a\nb", "mail_reply_to": "nobody", "mail_footer": "x".repeat(1001),
        "modules": ["casino"], "favourite_colour": "blue",
    });
    let mut sent = bad.clone();
    sent["new_device_notice"] = json!(false);
    let faults = manager.patch("/api/settings", &sent).await.refused(422, "validation_failed");
    let named: Vec<&String> = faults["data"]["fields"].as_object().unwrap().keys().collect();
    let mut expected: Vec<&String> = bad.as_object().unwrap().keys().collect();
    expected.sort();
    assert_eq!(named, expected, "{faults}");
    assert_eq!(setting(&manager, "new_device_notice").await["value"], true);
    for body in [json!([]), json!("x"), json!(null)] {
        assert_eq!(manager.patch("/api/settings", &body).await.status, 422);
    }
    assert_eq!(manager.get("/api/audit?action=settings.*").await.expect(200)["total"], 0);
}

#[tokio::test]
async fn nobody_shuts_themselves_out() {
    let world = World::with(&[("TRUSTED_PROXIES", "127.0.0.1")]).await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let list = async |list: Json| manager.patch("/api/settings", &json!({ "address_allow_list": list })).await;
    let refused = list(json!(["192.0.2.0/24"])).await.refused(422, "validation_failed");
    assert!(refused["data"]["fields"]["address_allow_list"][0].as_str().unwrap().contains("127.0.0.1"), "{refused}");
    let kept = list(json!(["192.0.2.0/24", "127.0.0.0/8", "::1"])).await.expect(200);
    assert_eq!(setting(&manager, "address_allow_list").await["value"], json!(["192.0.2.0/24", "127.0.0.0/8", "::1"]));
    // A change of who gets in is one of access: every process asks anew.
    let version = async || broker.tx().await.scalar::<i64>("select access_version from tenant_meta", []).await.unwrap().unwrap();
    let before = version().await;
    let wide = list(json!([])).await.expect(200);
    assert!(version().await > before);
    // Nor by taking a change back: from elsewhere, the earlier list would shut out who asks.
    let elsewhere = manager.clone().with("x-forwarded-for", "203.0.113.9");
    let back = undo(&elsewhere, &wide).await;
    let back = back.refused(422, "validation_failed");
    assert!(back["data"]["fields"]["address_allow_list"].is_array(), "{back}");
    undo(&manager, &wide).await.expect(200);
    undo(&manager, &kept).await.expect(200);
    assert_eq!(setting(&manager, "address_allow_list").await["value"], json!([]));
}

#[tokio::test]
async fn modules_and_language_reach_the_pages() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let other = world.broker("globex").await;
    let manager = broker.manager().await;
    let modules = setting(&manager, "modules").await;
    assert_eq!((&modules["kind"], &modules["options"]), (&json!("modules"), &modules["value"]));
    let before = modules["value"].clone();
    let answer = manager.patch("/api/settings", &json!({ "modules": ["leads", "clients"], "locale": "ar" })).await.expect(200);
    let look = broker.nobody().get("/api/branding").await.expect(200);
    assert_eq!((&look["modules"], &look["locale"]), (&json!(["leads", "clients"]), &json!("ar")));
    assert_eq!(setting(&manager, "modules").await["value"], json!(["leads", "clients"]));
    // What another template offers is not offered here.
    manager.patch("/api/settings", &json!({ "modules": ["pipeline"] })).await.refused(422, "validation_failed");
    assert_eq!(other.nobody().get("/api/branding").await.expect(200)["modules"], before, "another tenant's row");
    undo(&manager, &answer).await.expect(200);
    let look = broker.nobody().get("/api/branding").await.expect(200);
    assert_eq!((&look["modules"], &look["locale"]), (&before, &json!("en")));
}

#[tokio::test]
async fn the_registry_function_knows_its_tenant() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let other = world.broker("globex").await;
    let tx = broker.tx().await;
    tx.run("select control.change_tenant('Hacked', null, null)", []).await.unwrap();
    let row: Option<String> = tx.scalar("select name from control.own_tenant()", []).await.unwrap();
    assert_eq!(row.as_deref(), Some("Hacked"));
    for sql in ["select name from control.tenants", "update control.tenants set name = 'x'"] {
        let denied = broker.tx().await.run(sql, []).await.unwrap_err();
        assert_eq!(denied.sqlstate().as_deref(), Some("42501"), "{sql}");
    }
    tx.commit().await.unwrap();
    let names: Vec<String> =
        sqlx::query_scalar("select name from control.tenants where key > 0 order by slug").fetch_all(&world.admin).await.unwrap();
    assert_eq!(names, ["Hacked", "globex Ltd"]);
    assert_eq!(other.tenant().await.name, "globex Ltd");
}

#[tokio::test]
async fn mails_come_from_whom_the_settings_say() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let body = json!({
        "mail_from_name": "Acme Desk", "mail_reply_to": "Help@Acme.example", "mail_footer": "Acme <Ltd>\nRisk & reward",
    });
    manager.patch("/api/settings", &body).await.expect(200);
    manager.post("/api/users", &json!({ "email": "new@acme.example", "name": "New", "role": "Agent" })).await.expect(201);
    world.drain().await;
    let mail = world.mail.list(Some("new@acme.example")).remove(0);
    assert!(mail.from.contains("Acme Desk"), "{}", mail.from);
    let text = mail.text.replace('\r', "");
    assert!(text.trim_end().ends_with("Acme <Ltd>\nRisk & reward"), "{text:?}");
    assert!(mail.html.contains("Acme &lt;Ltd&gt;<br>Risk &amp; reward"), "{}", mail.html);
    manager.patch("/api/settings", &json!({ "mail_from_name": "", "mail_footer": null })).await.expect(200);
    manager.post("/api/users", &json!({ "email": "two@acme.example", "name": "Two", "role": "Agent" })).await.expect(201);
    world.drain().await;
    let mail = world.mail.list(Some("two@acme.example")).remove(0);
    assert!(mail.from.contains("acme Ltd") && !mail.text.contains("Risk"), "{} {}", mail.from, mail.text);
}

#[tokio::test]
async fn the_look_changes_with_its_pictures_and_back() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let look = async || broker.nobody().get("/api/branding").await.expect(200);
    let before = look().await;
    let (one, two) = (picture(b"one"), picture(b"two"));
    let body = json!({ "name": "Acme Markets", "primary": "#AA3300", "radius": 4, "neutral": "warm", "logo_light": one, "favicon": two });
    let first = manager.patch("/api/settings/branding", &body).await.expect(200);
    let now = look().await;
    assert_eq!(now, first["branding"]);
    assert_eq!(
        (&now["name"], &now["primary"], &now["radius"], &now["neutral"]),
        (&json!("Acme Markets"), &json!("#aa3300"), &json!(4), &json!("warm"))
    );
    let (logo, icon) = (now["logo_light"].as_str().unwrap().to_owned(), now["favicon"].as_str().unwrap().to_owned());
    assert!(logo.starts_with("/api/branding/logo?v=") && icon.starts_with("/api/branding/favicon?v="), "{now}");
    let served = broker.nobody().get(&logo).await;
    assert!(served.text.ends_with("one"));
    assert_eq!(served.header("content-type"), Some("image/png"));
    assert!(served.header("content-security-policy").unwrap().contains("sandbox"));
    assert!(broker.nobody().get(&icon).await.text.ends_with("two"));
    assert!(broker.nobody().get("/api/branding/favicon").await.text.ends_with("two"), "without a version: the present one");
    // Another logo gets another address; the first stays where it was.
    let second = manager.patch("/api/settings/branding", &json!({ "logo_light": two, "mark": null })).await.expect(200);
    let newer = second["branding"]["logo_light"].as_str().unwrap();
    assert_ne!(newer, logo);
    assert!(broker.nobody().get(&logo).await.text.ends_with("one") && broker.nobody().get(newer).await.text.ends_with("two"));
    // The first change can't be taken back over the second, but after it.
    let since = undo(&manager, &first).await.refused(409, "changed_since");
    assert!(since["data"]["fields"]["logo_light"].is_array() && since["data"]["fields"]["name"].is_null(), "{since}");
    undo(&manager, &second).await.expect(200);
    assert_eq!(look().await["logo_light"], logo);
    undo(&manager, &first).await.expect(200);
    assert_eq!(look().await, before);
    undo(&manager, &first).await.refused(410, "undo_used");
    // What a page sends back as it was is no change; null goes to what the CRM began with.
    let changed = manager.patch("/api/settings/branding", &json!({ "primary": "#000000", "logo_light": one })).await.expect(200);
    let same = json!({ "primary": "#000000", "logo_light": changed["branding"]["logo_light"] });
    assert_eq!(manager.patch("/api/settings/branding", &same).await.expect(200)["undo_id"], json!(null));
    let plain = manager.patch("/api/settings/branding", &json!({ "primary": null, "logo_light": null })).await.expect(200);
    assert_eq!((&plain["branding"]["primary"], &plain["branding"]["logo_light"]), (&before["primary"], &json!(null)));
}

#[tokio::test]
async fn a_bad_look_is_refused_whole() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let svg = format!(
        "data:image/svg+xml;base64,{}",
        base64::engine::general_purpose::STANDARD.encode("<svg><script>1</script></svg>")
    );
    let bad = json!({
        "name": " ", "primary": "red", "radius": 40, "font": "comic", "neutral": "hot", "locale": "english", "logo_light": svg,
        "logo_dark": "http://cdn.example/x.png", "mark": "data:image/gif;base64,R0lGODlh", "favicon": "javascript:alert(1)",
    });
    let faults = manager.patch("/api/settings/branding", &bad).await.refused(422, "validation_failed");
    let mut expected: Vec<&String> = bad.as_object().unwrap().keys().collect();
    expected.sort();
    assert_eq!(faults["data"]["fields"].as_object().unwrap().keys().collect::<Vec<_>>(), expected, "{faults}");
    manager.patch("/api/settings/branding", &json!({ "radius": "wide" })).await.refused(422, "validation_failed");
    // Without the file store nothing names a picture that is not there.
    world.stop_s3().await;
    let lost = manager.patch("/api/settings/branding", &json!({ "name": "New", "mark": picture(b"x") })).await;
    assert!(lost.status >= 500, "{}", lost.text);
    let look = broker.nobody().get("/api/branding").await.expect(200);
    assert_eq!((&look["name"], &look["mark"]), (&json!("acme Ltd"), &json!(null)));
    manager.patch("/api/settings/branding", &json!({ "name": "New" })).await.expect(200);
}

#[tokio::test]
async fn a_change_is_taken_back_once_by_those_who_may() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let other = world.broker("globex").await;
    let (manager, agent) = (broker.manager().await, broker.actor("Anna", "Agent", None).await);
    let change = async |value: i64| manager.patch("/api/settings", &json!({ "reveal_daily_quota": value })).await.expect(200);
    let first = change(5).await;
    undo(&agent, &first).await.refused(404, "not_found");
    undo(&other.manager().await, &first).await.refused(404, "not_found");
    manager.post(&format!("/api/undo/{}", uuid::Uuid::now_v7()), &json!({})).await.refused(404, "not_found");
    // Somebody else who may change settings can.
    let second = broker.actor("Second", "CRM Manager", None).await;
    undo(&second, &first).await.expect(200);
    assert_eq!(setting(&manager, "reveal_daily_quota").await["value"], 20);
    undo(&manager, &first).await.refused(410, "undo_used");
    // Changed since, even if only one of two: nothing of it goes back.
    let both = manager.patch("/api/settings", &json!({ "reveal_daily_quota": 6, "session_hours": 3 })).await.expect(200);
    change(8).await;
    let since = undo(&manager, &both).await.refused(409, "changed_since");
    assert!(since["data"]["fields"]["reveal_daily_quota"].is_array() && since["data"]["fields"]["session_hours"].is_null());
    assert_eq!(setting(&manager, "session_hours").await["value"], 3);
    // It was not used up by that.
    change(6).await;
    undo(&manager, &both).await.expect(200);
    assert_eq!(setting(&manager, "session_hours").await["value"], 12);
    // Of two at once one wins.
    let third = change(9).await;
    let (a, b) = tokio::join!(undo(&manager, &third), undo(&second, &third));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 410]);
    // After a week it is too late.
    let late = change(10).await;
    let tx = broker.tx().await;
    tx.run("update undo_log set expires_at = now() - interval '1 minute' where used_at is null", []).await.unwrap();
    tx.commit().await.unwrap();
    undo(&manager, &late).await.refused(410, "undo_expired");
}

#[tokio::test]
async fn changes_at_once_come_one_after_the_other() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let changes = (1..=8).map(|n| {
        let body = json!({ "reveal_daily_quota": n, "mail_footer": n.to_string() });
        let manager = manager.clone();
        async move { manager.patch("/api/settings", &body).await.expect(200) }
    });
    futures::future::join_all(changes).await;
    // Each began where the one before it ended.
    let sql = "select jsonb_agg(diff order by n) from audit_log where action = 'settings.updated'";
    let told: Json = broker.tx().await.scalar(sql, []).await.unwrap().unwrap();
    let told = told.as_array().unwrap();
    assert_eq!(told.len(), 8);
    for pair in told.windows(2) {
        assert_eq!(pair[0][0]["new"], pair[1][0]["old"], "{pair:?}");
    }
}

#[tokio::test]
async fn a_clone_does_not_inherit_what_is_one_brokers_own() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let body = json!({
        "address_allow_list": ["127.0.0.1"], "mail_reply_to": "help@acme.example", "mail_footer": "Acme Ltd", "session_hours": 3,
    });
    manager.patch("/api/settings", &body).await.expect(200);
    manager.post("/api/custom-fields", &json!({ "entity": "client", "label": "Desk", "type": "text" })).await.expect(201);
    let admin = provisioner::commands::AdminSeed {
        name: "Ben".into(),
        email: "ben@globex.example".into(),
        password: Some(test_kit::world::PASSWORD.into()),
    };
    provisioner::commands::tenant_clone(&world.app, "acme", "globex", "Globex", admin, &mut |_| {}).await.unwrap();
    let ben = world.host("globex").sign_in("/api", "ben@globex.example", test_kit::world::PASSWORD).await;
    assert_eq!(setting(&ben, "address_allow_list").await["value"], json!([]));
    assert_eq!(setting(&ben, "mail_reply_to").await["value"], "");
    assert_eq!(setting(&ben, "mail_footer").await["value"], "");
    assert_eq!(setting(&ben, "session_hours").await["value"], 3);
    assert_eq!(ben.get("/api/custom-fields").await.expect(200)["data"][0]["key"], "desk");
}

//! Revealing masked values: for a purpose, within a quota, with a trace and never without.

use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, Reply, World};
use uuid::Uuid;

const EMAIL: &str = "jane.secret@hidden-domain.com";
const PHONE: &str = "+442071838750";

/// A client of a user's; returns its id.
async fn client(manager: &Api<'_>, n: usize, owner: &str) -> String {
    let body = json!({
        "first_name": "Jane", "last_name": format!("Doe {n}"), "email": format!("{n}{EMAIL}"), "phone": PHONE,
        "date_of_birth": "1984-05-17", "assigned_to": owner,
    });
    manager.post("/api/clients", &body).await.expect(201)["id"].as_str().unwrap().to_owned()
}

async fn reveal(who: &Api<'_>, id: &str, fields: &[&str]) -> Reply {
    who.post(&format!("/api/clients/{id}/reveal"), &json!({ "fields": fields, "purpose": "Call back as agreed" })).await
}

async fn entries(broker: &Broker<'_>, action: &str) -> Vec<Json> {
    let sql = "select coalesce(jsonb_agg(to_jsonb(a) order by n), '[]') from audit_log a where action = $1";
    broker.tx().await.scalar::<Json>(sql, [action.into()]).await.unwrap().unwrap().as_array().unwrap().clone()
}

async fn setting(manager: &Api<'_>, key: &str, value: Json) {
    manager.patch("/api/settings", &json!({ key: value })).await.expect(200);
}

#[tokio::test]
async fn a_value_is_shown_for_a_purpose_and_leaves_a_trace_without_it() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (manager, agent) = (broker.manager().await, broker.actor("Anna", "Agent", None).await);
    let id = client(&manager, 1, agent.id()).await;
    let seen = agent.get(&format!("/api/clients/{id}")).await.expect(200);
    assert_eq!(seen["phone"], "+44 •••• ••• 750");
    let answer = reveal(&agent, &id, &["phone", "date_of_birth", "phone"]).await;
    let shown = answer.clone().expect(200);
    let expected = json!({ "phone": PHONE, "date_of_birth": "1984-05-17", "quota": { "used": 2, "limit": 20 } });
    assert_eq!(shown, expected);
    // Again, the same day: free. Something else of the record: counts. What it does not have: free.
    assert_eq!(reveal(&agent, &id, &["phone"]).await.expect(200)["quota"]["used"], 2);
    assert_eq!(reveal(&agent, &id, &["email"]).await.expect(200)["quota"]["used"], 3);
    let none = reveal(&agent, &id, &["address"]).await.expect(200);
    assert_eq!((none.get("address"), &none["quota"]["used"]), (None, &json!(3)));
    // Each is written down, with what for, and without the value.
    let told = entries(&broker, "client.revealed").await;
    assert_eq!(told.len(), 4);
    assert_eq!(told[0]["diff"][0]["new"], json!(["phone", "date_of_birth"]));
    assert_eq!(told[0]["diff"][1], json!({ "field": "purpose", "old": null, "new": "Call back as agreed" }));
    assert_eq!((&told[0]["actor_name"], &told[0]["resource_id"]), (&json!("Anna"), &json!(id)));
    for entry in &told {
        for trace in ["2071838750", "secret", "1984"] {
            assert!(!entry.to_string().contains(trace), "{entry}");
        }
    }
    // The record itself stays masked.
    let seen = agent.get(&format!("/api/clients/{id}")).await;
    assert!(!seen.text.contains(PHONE) && !seen.text.contains("secret"), "{}", seen.text);

    let lead = json!({ "first_name": "L", "last_name": "E", "email": "lead@hidden-domain.com", "assigned_to": agent.id() });
    let lead = manager.post("/api/leads", &lead).await.expect(201);
    let path = format!("/api/leads/{}/reveal", lead["id"].as_str().unwrap());
    let shown = agent.post(&path, &json!({ "fields": ["email"], "purpose": "Write" })).await.expect(200);
    assert_eq!(shown, json!({ "email": "lead@hidden-domain.com", "quota": { "used": 4, "limit": 20 } }));
    assert_eq!(entries(&broker, "lead.revealed").await.len(), 1);
}

#[tokio::test]
async fn who_may_see_it_anyway_is_not_counted() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let id = client(&manager, 1, manager.id()).await;
    setting(&manager, "reveal_daily_quota", json!(0)).await;
    let shown = reveal(&manager, &id, &["phone", "balance"]).await.expect(200);
    assert_eq!(shown, json!({ "phone": PHONE, "balance": "0.00", "quota": { "used": 0, "limit": 0 } }));
    assert_eq!(entries(&broker, "client.revealed").await.len(), 1);
    // With a quota of nothing nobody else reveals anything.
    let agent = broker.actor("Anna", "Agent", None).await;
    let own = client(&manager, 2, agent.id()).await;
    reveal(&agent, &own, &["phone"]).await.refused(429, "reveal_quota");
    assert!(entries(&broker, "reveal.unusual").await.is_empty());
}

#[tokio::test]
async fn permission_scope_and_hidden_fields_come_first() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (manager, agent) = (broker.manager().await, broker.actor("Anna", "Agent", None).await);
    let (own, far) = (client(&manager, 1, agent.id()).await, client(&manager, 2, manager.id()).await);
    // What can't be seen does not exist.
    reveal(&agent, &far, &["phone"]).await.refused(404, "not_found");
    reveal(&agent, &Uuid::now_v7().to_string(), &["phone"]).await.refused(404, "not_found");
    world.host("acme").post(&format!("/api/clients/{own}/reveal"), &json!({})).await.refused(401, "unauthenticated");
    // Seeing goes further than revealing.
    let run = async |sql: &'static str| {
        let tx = broker.tx().await;
        tx.run(sql, []).await.unwrap();
        tx.run("update tenant_meta set access_version = access_version + 1", []).await.unwrap();
        tx.commit().await.unwrap();
        world.app.access.mark_stale(broker.tenant().await.key).await;
    };
    run("update role_permissions set scope = 'all' where permission = 'clients.read'").await;
    reveal(&agent, &far, &["phone"]).await.refused(403, "forbidden");
    run("update role_fields set level = 'hidden' where field = 'clients.phone'
         and role_id = (select id from roles where name = 'Agent')")
    .await;
    let hidden = reveal(&agent, &own, &["email", "phone"]).await.refused(422, "field_hidden");
    assert!(hidden["data"]["fields"]["phone"].is_array(), "{hidden}");
    let body = json!({ "fields": ["name", "phones"], "purpose": "  x " });
    let faults = agent.post(&format!("/api/clients/{own}/reveal"), &body).await.refused(422, "validation_failed");
    let named: Vec<&String> = faults["data"]["fields"].as_object().unwrap().keys().collect();
    assert_eq!(named, ["fields", "purpose"]);
    for body in
        [json!({}), json!({ "fields": [], "purpose": "Call back" }), json!({ "fields": ["email"], "purpose": "x".repeat(201) })]
    {
        agent.post(&format!("/api/clients/{own}/reveal"), &body).await.refused(422, "validation_failed");
    }
    run("delete from role_permissions where permission = 'clients.reveal'").await;
    reveal(&agent, &own, &["email"]).await.refused(403, "forbidden");
    reveal(&manager, &own, &["email"]).await.refused(403, "forbidden");
    assert!(entries(&broker, "client.revealed").await.is_empty());
    assert_eq!(broker.tx().await.scalar::<i64>("select count(*) from reveals", []).await.unwrap(), Some(0));
}

#[tokio::test]
async fn a_quota_holds_however_fast_one_asks() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (manager, agent) = (broker.manager().await, broker.actor("Anna", "Agent", None).await);
    setting(&manager, "reveal_daily_quota", json!(6)).await;
    let mut ids = Vec::new();
    for n in 0..10 {
        ids.push(client(&manager, n, agent.id()).await);
    }
    let answers = futures::future::join_all(ids.iter().map(|id| reveal(&agent, id, &["phone"]))).await;
    let shown = answers.iter().filter(|a| a.status == 200).count();
    assert_eq!(shown, 6, "{:?}", answers.iter().map(|a| a.status).collect::<Vec<_>>());
    for refused in answers.into_iter().filter(|a| a.status != 200) {
        let after: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=86_400).contains(&after), "{after}");
        assert!(!refused.text.contains(PHONE));
        refused.refused(429, "reveal_quota");
    }
    assert_eq!(broker.tx().await.scalar::<i64>("select count(*) from reveals", []).await.unwrap(), Some(6));
    // Refusals are kept although they failed; two fields that do not both fit are refused as one.
    assert_eq!(entries(&broker, "reveal.refused").await.len(), 4);
    assert_eq!(entries(&broker, "reveal.refused").await[0]["diff"][2]["new"], json!({ "used": 6, "limit": 6 }));
    // The same value asked for several times at once counts once.
    let other = broker.actor("Otto", "Agent", None).await;
    let own = client(&manager, 30, other.id()).await;
    for answer in futures::future::join_all((0..4).map(|_| reveal(&other, &own, &["phone"]))).await {
        assert_eq!(answer.expect(200)["quota"]["used"], 1);
    }
    setting(&manager, "reveal_daily_quota", json!(7)).await;
    let fresh = client(&manager, 20, agent.id()).await;
    reveal(&agent, &fresh, &["phone", "email"]).await.refused(429, "reveal_quota");
    reveal(&agent, &fresh, &["phone"]).await.expect(200);
    // What was shown today is still free, and the next day all begins again.
    reveal(&agent, &fresh, &["phone"]).await.expect(200);
    let tx = broker.tx().await;
    assert_eq!(tx.run("update reveals set day = day - 1", []).await.unwrap_err().sqlstate().as_deref(), Some("42501"));
    let schema = broker.tenant().await.key.schema();
    let sql = format!("update {schema}.reveals set day = day - 1, at = at - interval '1 day'");
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&world.admin).await.unwrap();
    assert_eq!(reveal(&agent, &fresh, &["phone", "email"]).await.expect(200)["quota"]["used"], 2);
}

#[tokio::test]
async fn a_day_is_the_tenants_own() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (manager, agent) = (broker.manager().await, broker.actor("Anna", "Agent", None).await);
    let day = async |zone: &str| {
        setting(&manager, "timezone", json!(zone)).await;
        let id = client(&manager, zone.len() * 100 + usize::from(zone.as_bytes()[0]), agent.id()).await;
        reveal(&agent, &id, &["phone"]).await.expect(200);
        let sql = "select day = (now() at time zone $1)::date from reveals order by at desc limit 1";
        assert_eq!(broker.tx().await.scalar::<bool>(sql, [zone.into()]).await.unwrap(), Some(true), "{zone}");
    };
    day("Pacific/Kiritimati").await;
    day("Pacific/Pago_Pago").await;
    // These two are never on the same day.
    assert_eq!(broker.tx().await.scalar::<i64>("select count(distinct day) from reveals", []).await.unwrap(), Some(2));
    manager.patch("/api/settings", &json!({ "timezone": "Europe/Atlantis" })).await.refused(422, "validation_failed");
    // One that only this database does not know keeps nobody from working.
    let tx = broker.tx().await;
    tx.run("update settings set value = '\"Europe/Atlantis\"' where key = 'timezone'", []).await.unwrap();
    tx.commit().await.unwrap();
    let id = client(&manager, 7, agent.id()).await;
    reveal(&agent, &id, &["phone"]).await.expect(200);
}

/// Who would get the mail of unusual reveals, from the jobs that were queued for it.
async fn notices(world: &World) -> usize {
    let sql = "select count(*) from control.outbox where kind = 'mail.send' and payload ->> 'message' = 'unusual_reveals'";
    usize::try_from(sqlx::query_scalar::<_, i64>(sql).fetch_one(&world.admin).await.unwrap()).unwrap()
}

#[tokio::test]
async fn unusual_reveals_are_told_once_a_day() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let (desk, below) = (broker.team("Desk", None).await, Uuid::now_v7());
    let tx = broker.tx().await;
    tx.run("insert into teams (id, name, parent_id) values ($1, 'Night', $2)", [below.into(), desk.into()]).await.unwrap();
    tx.commit().await.unwrap();
    let agent = broker.actor("Anna", "Agent", Some(below)).await;
    let leader = broker.user("Lena", "Team Leader", Some(desk)).await;
    // She leads her own team, so it is for the leader above.
    for (team, user) in [(below, agent.id().to_owned()), (desk, leader.to_string())] {
        manager.patch(&format!("/api/teams/{team}"), &json!({ "leader_id": user })).await.expect(200);
    }
    setting(&manager, "reveal_daily_quota", json!(12)).await;
    for n in 0..5 {
        let id = client(&manager, n, agent.id()).await;
        reveal(&agent, &id, &["phone"]).await.expect(200);
    }
    assert!(entries(&broker, "reveal.unusual").await.is_empty());
    let id = client(&manager, 5, agent.id()).await;
    reveal(&agent, &id, &["phone"]).await.expect(200);
    let told = entries(&broker, "reveal.unusual").await;
    assert_eq!((told.len(), &told[0]["resource_id"]), (1, &json!(agent.id())));
    assert_eq!(notices(&world).await, 1, "half the quota in ten minutes");
    for n in 6..12 {
        let id = client(&manager, n, agent.id()).await;
        reveal(&agent, &id, &["phone"]).await.expect(200);
    }
    let id = client(&manager, 30, agent.id()).await;
    reveal(&agent, &id, &["phone"]).await.refused(429, "reveal_quota");
    assert_eq!((entries(&broker, "reveal.unusual").await.len(), notices(&world).await), (1, 1), "once a day");
    // Somebody without a leader: all administrators.
    let alone = broker.actor("Nora", "Agent", None).await;
    broker.user("Second", "CRM Manager", None).await;
    setting(&manager, "reveal_daily_quota", json!(2)).await;
    let id = client(&manager, 40, alone.id()).await;
    reveal(&alone, &id, &["phone"]).await.expect(200);
    assert_eq!(notices(&world).await, 1);
    reveal(&alone, &id, &["email"]).await.expect(200);
    assert_eq!(notices(&world).await, 3, "the quota is reached");
}

#[tokio::test]
async fn an_answer_with_a_value_is_kept_nowhere() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (manager, agent) = (broker.manager().await, broker.actor("Anna", "Agent", None).await);
    let id = client(&manager, 1, agent.id()).await;
    let keyed = agent.clone().with("idempotency-key", "reveal-1");
    for _ in 0..2 {
        assert_eq!(reveal(&keyed, &id, &["phone"]).await.expect(200)["phone"], PHONE);
    }
    let kept: Option<i64> =
        broker.tx().await.scalar("select count(*) from idempotency_keys where key = 'reveal-1'", []).await.unwrap();
    assert_eq!(kept, Some(0));
    // Nobody else reads reveals: the masked database role has no right to the table.
    let tenant = broker.tenant().await;
    let tx = world.app.db.begin(&tenant, kernel::tenant::ViewClass::MASKED, runtime::db::Mode::Read).await.unwrap();
    let denied = tx.run("select purpose from reveals", []).await.unwrap_err();
    assert_eq!(denied.sqlstate().as_deref(), Some("42501"));
}

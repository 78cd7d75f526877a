//! The figures of the dashboards: kept by triggers, and equal to the truth after whatever happens.

use std::collections::BTreeMap;

use kernel::tenant::ViewClass;
use runtime::Rows as _;
use runtime::db::Mode;
use serde_json::{Value as Json, json};
use sqlx::{AssertSqlSafe, Row as _};
use test_kit::{Api, Broker, World};
use uuid::Uuid;

/// Numbers in no order, the same ones at every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[usize::try_from(self.roll(words.len() as u64)).unwrap()]
    }
}

async fn wrong(world: &World, broker: &Broker<'_>) -> i64 {
    let tenant = broker.tenant().await;
    let tx = world.app.db.begin(&tenant, ViewClass::FULL, Mode::Read).await.unwrap();
    tx.scalar("select wrong_figures()", []).await.unwrap().unwrap()
}

/// An owner and the team that comes with them, as SQL values.
fn owner(dice: &mut Dice, people: &[(Uuid, Uuid)]) -> String {
    match dice.roll(people.len() as u64 + 2) {
        0 => "null, null".to_owned(),
        1 => format!("null, '{}'", people[0].1),
        n => {
            let (user, team) = people[usize::try_from(n - 2).unwrap()];
            format!("'{user}', '{team}'")
        }
    }
}

/// A change of some records, as SQL.
fn change(dice: &mut Dice, people: &[(Uuid, Uuid)], step: u64) -> String {
    let some = format!("where abs(hashtext(id::text || '{step}')) % {} = 0", dice.roll(6) + 1);
    let status = dice.one_of(&["new", "active", "vip", "closed", "dormant"]);
    let country = dice.one_of(&["'GB'", "'DE'", "null"]);
    let source = dice.one_of(&["'website'", "'fair'", "''", "null"]);
    let many = dice.roll(12) + 1;
    let owned = owner(dice, people);
    match dice.roll(13) {
        0 | 1 => format!(
            "insert into clients (id, first_name, last_name, email, status, country, source, assigned_to, team_id, created_at)
             select gen_random_uuid(), 'F', 'L', 's{step}n' || n || '@example.com', '{status}', {country}, {source}, {owned},
                 now() - n * interval '7 hours' from generate_series(1, {many}) n"
        ),
        2 => format!("update clients set status = '{status}' {some}"),
        3 => format!(
            "update clients set (assigned_to, team_id) = (select {}) {some}",
            owned.replace("null", "null::uuid").replace("', '", "'::uuid, '") + "::uuid"
        ),
        4 => format!("update clients set country = {country}, source = {source} {some}"),
        5 => format!("update clients set kyc_status = '{}' {some}", dice.one_of(&["pending", "approved", "missing"])),
        6 => format!("update clients set deleted_at = now() {some}"),
        7 => format!("update clients set deleted_at = null, status = '{status}' {some}"),
        8 => format!("update clients set last_activity_at = now(), tags = '{{x}}' {some}"),
        9 => format!("delete from clients {some} and deleted_at is not null"),
        10 => format!(
            "insert into leads (id, first_name, last_name, status, country, source, assigned_to, team_id)
             select gen_random_uuid(), 'F', 'L', '{status}', {country}, {source}, {owned} from generate_series(1, {many}) n"
        ),
        11 => format!("update leads set status = '{status}', country = {country} {some}"),
        _ => "select merge_figures()".to_owned(),
    }
}

/// What the dashboard must say of clients under a condition, counted plainly.
async fn truth(world: &World, schema: &str, condition: &str) -> Json {
    let groups = async |what: &str| -> BTreeMap<String, i64> {
        let sql = format!(
            "select coalesce({what}, ''), count(*) from {schema}.clients where deleted_at is null and ({condition}) group by 1"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&world.admin).await.unwrap();
        rows.into_iter().map(|r| (r.get(0), r.get(1))).collect()
    };
    let active =
        groups(&format!("(select 'yes' from {schema}.statuses s where s.entity = 'client' and s.key = status and not closed)"))
            .await;
    let status = groups("status").await;
    json!({
        "total": status.values().sum::<i64>(), "active": active.get("yes").copied().unwrap_or(0),
        "assigned": groups("case when assigned_to is not null then 'yes' end").await.get("yes").copied().unwrap_or(0),
        "by_status": status, "by_kyc": groups("kyc_status").await, "by_country": groups("country::text").await,
        "by_source": groups("nullif(source, '')").await, "by_team": groups("team_id::text").await,
        "per_day": groups("to_char(created_at at time zone 'UTC', 'YYYY-MM-DD')").await,
    })
}

/// The dashboard's answer in the same form.
async fn shown(api: &Api<'_>, query: &str) -> Json {
    let answer = api.get(&format!("/api/dashboard/clients{query}")).await.expect(200);
    let groups = |name: &str, key: &str| -> BTreeMap<String, i64> {
        let all = answer[name].as_array().unwrap();
        all.iter().map(|g| (g[key].as_str().unwrap_or_default().to_owned(), g["count"].as_i64().unwrap())).collect()
    };
    assert_eq!(answer["inactive"], answer["total"].as_i64().unwrap() - answer["active"].as_i64().unwrap());
    assert_eq!(answer["unassigned"], answer["total"].as_i64().unwrap() - answer["assigned"].as_i64().unwrap());
    json!({
        "total": answer["total"], "active": answer["active"], "assigned": answer["assigned"],
        "by_status": groups("by_status", "key"), "by_kyc": groups("by_kyc", "key"), "by_country": groups("by_country", "key"),
        "by_source": groups("by_source", "key"), "by_team": groups("by_team", "id"), "per_day": groups("per_day", "date"),
    })
}

#[tokio::test]
async fn figures_equal_the_truth_after_anything() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let tenant = broker.tenant().await;
    let schema = tenant.key.schema();
    let (near, far) = (broker.team("Near", None).await, broker.team("Far", None).await);
    let mut people = Vec::new();
    for (name, team) in [("Ann", near), ("Ben", near), ("Cat", far)] {
        people.push((broker.user(name, "Agent", Some(team)).await, team));
    }
    let leader = broker.actor("Lea", "Team Leader", Some(near)).await;
    let (manager, agent) = (broker.manager().await, broker.signed_in("Ann").await);
    let readers = [
        (&manager, "true".to_owned()),
        (&leader, format!("team_id = '{near}' or assigned_to = '{}'", leader.id())),
        (&agent, format!("assigned_to = '{}'", people[0].0)),
    ];
    let mut dice = Dice(7);
    for step in 0..160 {
        let sql: &'static str = change(&mut dice, &people, step).leak();
        // What only the full role may, it does; the rest is anybody's. One change in eight is taken back.
        let full = sql.starts_with("delete") || sql.contains("merge_figures") || dice.roll(2) == 0;
        let view = if full { ViewClass::FULL } else { ViewClass::MASKED };
        let tx = world.app.db.begin(&tenant, view, Mode::Write).await.unwrap();
        tx.run(sql, []).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
        if dice.roll(8) > 0 {
            tx.commit().await.unwrap();
        }
        assert_eq!(wrong(&world, &broker).await, 0, "after {sql}");
        if step % 20 == 19 {
            for (api, condition) in &readers {
                assert_eq!(shown(api, "").await, truth(&world, &schema, condition).await, "{condition} after {sql}");
            }
            for (query, condition) in [
                (format!("?team_id={near}"), format!("team_id = '{near}'")),
                ("?team_id=none".to_owned(), "team_id is null".to_owned()),
                (format!("?assigned_to={},none", people[1].0), format!("assigned_to = '{}' or assigned_to is null", people[1].0)),
            ] {
                assert_eq!(shown(&manager, &query).await, truth(&world, &schema, &condition).await, "{query} after {sql}");
            }
        }
    }
    let total = shown(&manager, "").await["total"].as_i64().unwrap();
    assert!(total > 20, "the dice left {total} clients: too few to prove anything");
}

#[tokio::test]
async fn what_is_wrong_is_seen_and_repaired() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let schema = broker.tenant().await.key.schema();
    let manager = broker.manager().await;
    let body = json!({ "first_name": "Jane", "last_name": "Doe", "email": "jane@example.com" });
    manager.post("/api/clients", &body).await.expect(201);
    assert_eq!(wrong(&world, &broker).await, 0);
    let sql = format!("update {schema}.figures set n = n + 1 where dim in ('status', 'day')");
    sqlx::query(AssertSqlSafe(sql)).execute(&world.admin).await.unwrap();
    assert_eq!(wrong(&world, &broker).await, 2);
    assert_eq!(provisioner::commands::tenant_figures(&world.app, "acme", false).await.unwrap(), 2);
    assert_eq!(provisioner::commands::tenant_figures(&world.app, "acme", true).await.unwrap(), 2);
    assert_eq!(wrong(&world, &broker).await, 0);
}

#[tokio::test]
async fn merging_loses_nothing_of_what_happens_meanwhile() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let tenant = broker.tenant().await;
    let insert = "insert into clients (id, first_name, last_name, email, status)
                  select gen_random_uuid(), 'F', 'L', gen_random_uuid() || '@example.com', 'new' from generate_series(1, 3)";
    let begin = async || world.app.db.begin(&tenant, ViewClass::FULL, Mode::Write).await.unwrap();
    for _ in 0..8 {
        let (open, before) = (begin().await, begin().await);
        before.run(insert, []).await.unwrap();
        before.commit().await.unwrap();
        open.run(insert, []).await.unwrap();
        // Two processes merge at once, while a change is under way.
        let merge = async || {
            let tx = begin().await;
            tx.run("select merge_figures()", []).await.unwrap();
            tx.commit().await.unwrap();
        };
        tokio::join!(merge(), merge());
        open.commit().await.unwrap();
        assert_eq!(wrong(&world, &broker).await, 0);
    }
    let tx = begin().await;
    tx.run("select merge_figures()", []).await.unwrap();
    let open: i64 = tx.scalar("select count(*) from figures where open", []).await.unwrap().unwrap();
    let rows: i64 = tx.scalar("select count(*) from figures where dim = 'status'", []).await.unwrap().unwrap();
    assert_eq!(open, 0);
    assert!(rows <= 8, "{rows} rows for one value");
}

#[tokio::test]
async fn counting_anew_waits_for_whoever_merges() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    manager.post("/api/clients", &json!({ "first_name": "F", "last_name": "L", "email": "f@example.com" })).await.expect(201);
    let tx = broker.tx().await;
    tx.run("select merge_figures()", []).await.unwrap();
    let zone = async { manager.patch("/api/settings", &json!({ "timezone": "Asia/Tokyo" })).await.expect(200) };
    let merged = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        tx.commit().await.unwrap();
    };
    tokio::join!(zone, merged);
    assert_eq!(wrong(&world, &broker).await, 0);
}

#[tokio::test]
async fn leads_have_figures_and_each_leads_to_its_list() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let partner = manager.post("/api/partners", &json!({ "name": "Pat & Co", "email": "pat@example.com" })).await.expect(201);
    for (n, country, source) in [(0, Some("GB"), Some("Fair")), (1, None, None), (2, Some("GB"), None)] {
        let body = json!({
            "first_name": "L", "last_name": format!("N{n}"), "email": format!("l{n}@example.com"), "country": country,
            "source": source, "partner_id": (n == 0).then(|| partner["id"].clone()),
        });
        manager.post("/api/leads", &body).await.expect(201);
    }
    let figures = manager.get("/api/dashboard/leads").await.expect(200);
    assert_eq!(
        (figures["total"].as_i64(), figures["open"].as_i64(), figures["unassigned"].as_i64()),
        (Some(3), Some(3), Some(3))
    );
    assert_eq!(figures["by_country"], json!([{ "key": "GB", "count": 2 }, { "count": 1 }]));
    assert_eq!(figures["by_partner"][1], json!({ "id": partner["id"], "name": "Pat & Co", "count": 1 }));
    for (query, count) in
        [("country=GB", 2), ("country=none", 1), ("source=none", 2), ("source=Fair,none", 3), ("team_id=none", 3)]
    {
        assert_eq!(manager.get(&format!("/api/leads?{query}")).await.expect(200)["total"], count, "{query}");
    }
    let today = figures["per_day"][0]["date"].as_str().unwrap();
    let day = manager.get(&format!("/api/leads?created_from={today}&created_to={today}")).await.expect(200);
    assert_eq!(day["total"], figures["per_day"][0]["count"]);
    for odd in [
        "from=x",
        "to=2026-02-30",
        "from=2026-02-01&to=2026-01-01",
        "team_id=x",
        "assigned_to=00000000-0000-0000-0000-000000000000",
    ] {
        for kind in ["clients", "leads"] {
            manager.get(&format!("/api/dashboard/{kind}?{odd}")).await.refused(422, "validation_failed");
        }
    }
    assert_eq!(manager.get("/api/dashboard/leads?to=2001-01-01").await.expect(200)["per_day"], json!([]));
}

#[tokio::test]
async fn a_program_owns_nothing_and_not_what_nobody_owns() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let body = json!({ "first_name": "Jane", "last_name": "Doe", "email": "jane@example.com" });
    manager.post("/api/clients", &body).await.expect(201);
    let key = manager.post("/api/api-keys", &json!({ "name": "Reports", "role": "Agent" })).await.expect(201);
    let program = broker.nobody().with_token(key["key"].as_str().unwrap());
    assert_eq!(program.get("/api/dashboard/clients").await.expect(200)["total"], 0);
}

#[tokio::test]
async fn days_begin_where_the_broker_is() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let zone = async |name: &str| {
        manager.patch("/api/settings", &json!({ "timezone": name })).await.expect(200);
        assert_eq!(manager.get("/api/me").await.expect(200)["tenant"]["timezone"], name);
        assert_eq!(wrong(&world, &broker).await, 0, "{name}");
    };
    let day = async |kind: &str| -> String {
        let figures = manager.get(&format!("/api/dashboard/{kind}?from=2026-03-01&to=2026-03-31")).await.expect(200);
        let days = figures["per_day"].as_array().unwrap();
        assert_eq!((days.len(), &days[0]["count"]), (1, &json!(1)), "{kind}");
        let day = days[0]["date"].as_str().unwrap().to_owned();
        let list = manager.get(&format!("/api/{kind}?created_from={day}&created_to={day}")).await.expect(200);
        assert_eq!(list["total"], 1, "the figure of {day} leads to its {kind}: {list}");
        day
    };
    zone("America/New_York").await;
    let tx = broker.tx().await;
    for table in ["clients", "leads"] {
        let sql = format!(
            "insert into {table} (id, first_name, last_name, email, status, created_at)
             values (gen_random_uuid(), 'Late', 'Comer', 'late@example.com', 'new', '2026-03-12T02:00:00Z')"
        );
        tx.run(sql.leak() as &'static str, []).await.unwrap();
    }
    tx.commit().await.unwrap();
    // By the clock of London the 12th, of New York the evening before, and of Kiritimati the afternoon.
    assert_eq!((day("clients").await, day("leads").await), ("2026-03-11".to_owned(), "2026-03-11".to_owned()));
    zone("Pacific/Kiritimati").await;
    assert_eq!((day("clients").await, day("leads").await), ("2026-03-12".to_owned(), "2026-03-12".to_owned()));
    zone("Pacific/Pago_Pago").await;
    assert_eq!((day("clients").await, day("leads").await), ("2026-03-11".to_owned(), "2026-03-11".to_owned()));
    for (day, found) in [("2026-03-10", 0), ("2026-03-11", 1), ("2026-03-12", 0)] {
        let list = manager.get(&format!("/api/leads?created_from={day}&created_to={day}")).await.expect(200);
        assert_eq!(list["total"], found, "{day}");
    }
    // Whoever came before the zone changed leaves on the right day.
    let tx = broker.tx().await;
    tx.run("update clients set deleted_at = now()", []).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(wrong(&world, &broker).await, 0);
    let left = manager.get("/api/dashboard/clients?from=2026-03-01&to=2026-03-31").await.expect(200);
    assert_eq!(left["per_day"], json!([]));
}

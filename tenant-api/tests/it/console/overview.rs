//! `/admin/reports/overview`: its shape, and every figure against a plain count of the rows.

use std::collections::BTreeMap;

use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, World};
use uuid::Uuid;

use super::{console, set_up};
use crate::reports::{Dice, fill, sql, today_in};

fn keys(json: &Json) -> Vec<&str> {
    json.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn a_broker_at_a_glance() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    set_up(&acme).await;
    let (admin, agent) = (console(&acme, "ada", "admin"), console(&acme, "anna", "agent"));
    let empty = agent.get("/admin/reports/overview").await.expect(200);
    assert_eq!((&empty["metrics"]["total_customers"], &empty["revenue_won"]), (&json!(0), &json!(0.0)));
    agent.get("/admin/me").await.expect(200);
    let mut customers = Vec::new();
    for (name, owner) in [("Jane Doe", "anna"), ("John Roe", "ada"), ("Cher", "ada")] {
        let body = json!({ "name": name, "email": format!("{}@example.com", &name[..4]), "assigned_to": owner });
        customers.push(admin.post("/admin/customers", &body).await.expect(201)["id"].clone());
    }
    let path = format!("/admin/customers/{}", customers[0].as_str().unwrap());
    admin.patch(&path, &json!({ "status": "active" })).await.expect(200);
    for (n, owner, amount, currency, stage) in [
        (0, "anna", 1_000.5, "USD", "proposal"),
        (1, "ada", 300.25, "USD", "negotiation"),
        (2, "ada", 700.0, "USD", "won"),
        (2, "ada", 5.0, "USD", "lost"),
        (1, "ada", 9.0, "XAU", "lead"),
    ] {
        let deal = json!({ "name": "Deal", "customer_id": customers[n], "amount": amount, "currency": currency, "owner_id": owner,
            "stage": stage, "lost_reason": if stage == "lost" { "Price" } else { "" } });
        admin.post("/admin/deals", &deal).await.expect(201);
    }
    for (kind, owner) in [("call", "anna"), ("call", "ada"), ("meeting", "ada")] {
        let call = json!({ "type": kind, "subject": "Hello", "customer_id": customers[0], "assigned_to": owner });
        admin.post("/admin/activities", &call).await.expect(201);
    }

    let all = admin.get("/admin/reports/overview").await.expect(200);
    assert_eq!(
        keys(&all),
        [
            "activities_over_time",
            "base_currency",
            "customers_by_status",
            "deals_by_stage",
            "metrics",
            "missing_rates",
            "revenue_won",
            "top_performers"
        ]
    );
    let metrics = json!({ "total_customers": 3, "active_deals": 3, "pipeline_value": 1300.75, "activities_this_week": 3,
        "customers_this_month": 3, "won_deals_this_month": 1 });
    assert_eq!(all["metrics"], metrics);
    assert_eq!((&all["revenue_won"], &all["missing_rates"]), (&json!(700.0), &json!(["XAU"])));
    let of = |list: &Json, key: &str, value: &str| -> BTreeMap<String, Json> {
        let rows = list.as_array().unwrap().iter();
        rows.map(|row| (row[key].as_str().unwrap().to_owned(), row[value].clone())).collect()
    };
    let statuses = of(&all["customers_by_status"], "status", "count");
    assert_eq!((&statuses["active"], &statuses["inactive"]), (&json!(1), &json!(0)), "{statuses:?}");
    let (counts, values) = (of(&all["deals_by_stage"], "stage", "count"), of(&all["deals_by_stage"], "stage", "value"));
    for (stage, count, value) in [
        ("lead", 1, 0.0),
        ("qualified", 0, 0.0),
        ("proposal", 1, 1000.5),
        ("negotiation", 1, 300.25),
        ("won", 1, 700.0),
        ("lost", 1, 5.0),
    ] {
        assert_eq!((&counts[stage], &values[stage]), (&json!(count), &json!(value)), "{stage}");
    }
    let days = all["activities_over_time"].as_array().unwrap();
    assert_eq!((days.len(), &days[29]["count"]), (30, &json!(3)));
    assert_eq!(days[29]["breakdown"], json!({ "call": 2, "email": 0, "meeting": 1, "task": 0, "note": 0 }));
    assert_eq!(days[0]["count"], 0);
    let best = &all["top_performers"][0];
    assert_eq!((&best["name"], &best["email"]), (&json!("ada"), &json!("ada@cms.example.com")));
    assert_eq!((&best["deals_closed"], &best["pipeline_value"]), (&json!(1), &json!(300.25)));

    // An agent's is about what is theirs.
    let own = agent.get("/admin/reports/overview").await.expect(200);
    let metrics = json!({ "total_customers": 1, "active_deals": 1, "pipeline_value": 1000.5, "activities_this_week": 1,
        "customers_this_month": 1, "won_deals_this_month": 0 });
    assert_eq!((&own["metrics"], &own["revenue_won"], &own["missing_rates"]), (&metrics, &json!(0.0), &json!([])));
    assert_eq!(own["top_performers"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn who_may_read_it() {
    let world = World::new().await;
    let (acme, other) = (world.broker_from("acme", "sales-crm").await, world.broker_from("other", "sales-crm").await);
    set_up(&acme).await;
    let path = "/admin/reports/overview";
    acme.nobody().get(path).await.refused(401, "unauthenticated");
    let admin = console(&acme, "ada", "admin");
    other.nobody().with_token(admin.token()).get(path).await.refused(401, "invalid_token");
    let manager = acme.manager().await;
    manager.get(path).await.expect(200);
    // A role with the report and nothing to count.
    let role = json!({ "name": "Counter", "permissions": { "reports.read": "all" } });
    let made = manager.post("/api/roles", &role).await.expect(201);
    let counter = acme.actor("Cora", "Counter", None).await;
    let empty = counter.get(path).await.expect(200);
    for list in ["customers_by_status", "deals_by_stage", "activities_over_time", "top_performers"] {
        assert_eq!(empty[list], json!([]), "{list}");
    }
    let without = json!({ "permissions": { "reports.read": "none", "clients.read": "all" } });
    manager.patch(&format!("/api/roles/{}", made["id"].as_str().unwrap()), &without).await.expect(200);
    counter.get(path).await.refused(403, "forbidden");
    let all: Vec<String> =
        serde_json::from_value(acme.nobody().get("/api/branding").await.expect(200)["modules"].clone()).unwrap();
    let less = json!({ "modules": all.iter().filter(|m| *m != "pipeline").collect::<Vec<_>>() });
    manager.patch("/api/settings", &less).await.expect(200);
    admin.get(path).await.refused(403, "module_off");
}

/// Whose records are counted: SQL over `assigned_to` and `team_id`.
async fn counted(broker: &Broker<'_>, zone: &str, whose: &str) -> Json {
    let statement = "with today as (select (now() at time zone 'ZONE')::date as day),
        worth as (
            select d.stage, d.outcome, d.closed_at, d.amount * case when d.currency = 'USD' then 1 else (
                select x.rate from exchange_rates x where x.currency = d.currency
                    and x.day <= coalesce((d.closed_at at time zone 'ZONE')::date, (select day from today))
                order by x.day desc limit 1) end as value
            from deals d where d.kind = 'deal' and d.deleted_at is null and WHOSE
        )
        select jsonb_build_object(
            'customers', (select count(*) from clients d where deleted_at is null and WHOSE),
            'customers_this_month', (select count(*) from clients d where deleted_at is null and WHOSE
                and date_trunc('month', created_at at time zone 'ZONE') = date_trunc('month', (select day from today)::timestamp)),
            'by_status', (select coalesce(jsonb_object_agg(status, n), '{}') from (
                select case status when 'new' then 'lead' when 'at_risk' then 'active' when 'closed' then 'churned' else status end
                    as status, count(*) as n from clients d where deleted_at is null and WHOSE group by 1) s),
            'open', (select count(*) from worth where outcome = 'none'),
            'open_value', (select coalesce(sum(value), 0) from worth where outcome = 'none'),
            'won', (select coalesce(sum(value), 0) from worth where outcome = 'won'),
            'won_this_month', (select count(*) from worth where outcome = 'won'
                and date_trunc('month', closed_at at time zone 'ZONE') = date_trunc('month', (select day from today)::timestamp)),
            'stages', (select jsonb_object_agg(stage, jsonb_build_array(n, v)) from (
                select stage, count(*) as n, coalesce(sum(value), 0) as v from worth group by 1) s),
            'days', (select coalesce(jsonb_object_agg(day, n), '{}') from (
                select (created_at at time zone 'ZONE')::date as day, count(*) as n from activities d
                where deleted_at is null and WHOSE group by 1) s),
            'week', (select count(*) from activities d where deleted_at is null and WHOSE
                and (created_at at time zone 'ZONE')::date between date_trunc('week', (select day from today)::timestamp)::date and (select day from today)))";
    let statement: &'static str = statement.replace("ZONE", zone).replace("WHOSE", whose).leak();
    broker.tx().await.scalar(statement, []).await.unwrap().unwrap()
}

#[expect(clippy::float_arithmetic, reason = "how far two sums are apart")]
fn near(found: &Json, expected: &Json, what: &str) {
    let (a, b) = (found.as_f64().unwrap(), expected.as_f64().unwrap());
    // Two groups, each rounded to two decimals.
    assert!((a - b).abs() < 0.03, "{what}: {a} and not {b}");
}

async fn compare(api: &Api<'_>, broker: &Broker<'_>, zone: &str, whose: &str) -> i64 {
    let (found, expected) = (api.get("/admin/reports/overview").await.expect(200), counted(broker, zone, whose).await);
    let metrics = &found["metrics"];
    for (field, wanted) in [
        ("total_customers", "customers"),
        ("customers_this_month", "customers_this_month"),
        ("active_deals", "open"),
        ("won_deals_this_month", "won_this_month"),
        ("activities_this_week", "week"),
    ] {
        assert_eq!(metrics[field], expected[wanted], "{field} where {whose}");
    }
    near(&metrics["pipeline_value"], &expected["open_value"], "pipeline_value");
    near(&found["revenue_won"], &expected["won"], "revenue_won");
    let mut seen = 0;
    for status in found["customers_by_status"].as_array().unwrap() {
        let wanted = expected["by_status"].get(status["status"].as_str().unwrap()).unwrap_or(&json!(0)).clone();
        assert_eq!(status["count"], wanted, "{status}");
    }
    for stage in found["deals_by_stage"].as_array().unwrap() {
        let wanted = expected["stages"].get(stage["stage"].as_str().unwrap()).unwrap_or(&json!([0, 0])).clone();
        assert_eq!(stage["count"], wanted[0], "{stage}");
        near(&stage["value"], &wanted[1], "value");
        seen += stage["count"].as_i64().unwrap();
    }
    let stages = expected["stages"].as_object().unwrap().values().map(|s| s[0].as_i64().unwrap()).sum::<i64>();
    assert_eq!(seen, stages, "every deal stands in a stage");
    for day in found["activities_over_time"].as_array().unwrap() {
        let wanted = expected["days"].get(day["date"].as_str().unwrap()).unwrap_or(&json!(0)).clone();
        assert_eq!(day["count"], wanted, "{day}");
        let parts: i64 = day["breakdown"].as_object().unwrap().values().map(|n| n.as_i64().unwrap()).sum();
        assert_eq!(day["count"], parts, "{day}");
        seen += parts;
    }
    seen
}

#[tokio::test]
async fn figures_equal_a_plain_count_of_the_rows() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let manager = broker.manager().await;
    let zone = "Asia/Kathmandu";
    manager.patch("/api/settings", &json!({ "timezone": zone })).await.expect(200);
    let (near, far) = (broker.team("Near", None).await, broker.team("Far", None).await);
    let mut people: Vec<(Uuid, Uuid)> = Vec::new();
    for (name, team) in [("Ann", near), ("Ben", near), ("Cat", far)] {
        people.push((broker.user(name, "Agent", Some(team)).await, team));
    }
    let leader = broker.actor("Lea", "Team Leader", Some(near)).await;
    let agent = broker.signed_in("Ann").await;
    let today = today_in(&broker, zone).await;
    let mut dice = Dice::new(7);
    fill(&broker, &mut dice, &people, today, zone).await;
    let statuses = ["new", "active", "at_risk", "closed"];
    let rows: Vec<String> = (0..40)
        .map(|n| {
            let (user, team) = people[n % 3];
            let owner = if n % 7 == 0 { "null, null".to_owned() } else { format!("'{user}', '{team}'") };
            let (moment, deleted) = (dice.moment(today, 50, zone), if n % 9 == 0 { "now()" } else { "null" });
            format!("(gen_random_uuid(), 'A', 'B', 'c{n}@example.com', '{}', {owner}, {moment}, {deleted})", statuses[n % 4])
        })
        .collect();
    let insert =
        "insert into clients (id, first_name, last_name, email, status, assigned_to, team_id, created_at, deleted_at) values";
    sql(&broker, format!("{insert} {}", rows.join(","))).await;
    let mut seen = compare(&manager, &broker, zone, "true").await;
    let team = format!("(d.team_id = '{near}' or d.assigned_to = '{}')", leader.id());
    seen += compare(&leader, &broker, zone, &team).await;
    seen += compare(&agent, &broker, zone, &format!("d.assigned_to = '{}'", people[0].0)).await;
    assert!(seen > 200, "only {seen} records were counted");
}

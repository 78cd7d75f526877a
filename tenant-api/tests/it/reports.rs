//! Sales reports: equal to a plain count of the rows, within what the reader may see, in one currency.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, Days, NaiveDate};
use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, World};
use uuid::Uuid;

mod model;

use model::{Model, Reader, Wanted};

/// Numbers in no order, the same ones at every run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[usize::try_from(self.roll(words.len() as u64)).unwrap()]
    }

    /// A moment within some days before or after a day, often at the very edge of one, by the zone's clock.
    pub fn moment(&mut self, today: NaiveDate, back: u64, zone: &str) -> String {
        let day = today.checked_sub_days(Days::new(self.roll(back))).unwrap();
        let time = match self.roll(5) {
            0 => "00:00:00".to_owned(),
            1 => "23:59:59.999999".to_owned(),
            _ => format!("{:02}:{:02}:00", self.roll(24), self.roll(60)),
        };
        format!("(timestamp '{day} {time}' at time zone '{zone}')")
    }
}

const SALES: [&str; 6] = ["lead", "qualified", "proposal", "negotiation", "won", "lost"];
const RENEWALS: [&str; 5] = ["upcoming", "contacted", "offer_sent", "renewed", "churned"];

pub async fn sql(broker: &Broker<'_>, statement: String) {
    let tx = broker.tx().await;
    let statement: &'static str = statement.leak();
    tx.run(statement, []).await.unwrap_or_else(|e| panic!("{statement}: {e}"));
    tx.commit().await.unwrap();
}

fn quoted(id: Option<Uuid>) -> String {
    id.map_or_else(|| "null".to_owned(), |id| format!("'{id}'"))
}

fn owned(dice: &mut Dice, people: &[(Uuid, Uuid)]) -> (String, String) {
    match dice.roll(people.len() as u64 + 2) {
        0 => (quoted(None), quoted(None)),
        1 => (quoted(None), quoted(Some(people[0].1))),
        n => {
            let (user, team) = people[usize::try_from(n - 2).unwrap()];
            (quoted(Some(user)), quoted(Some(team)))
        }
    }
}

/// Deals, opportunities, activities and contacts of every sort, and rates of some currencies.
pub async fn fill(broker: &Broker<'_>, dice: &mut Dice, people: &[(Uuid, Uuid)], today: NaiveDate, zone: &str) {
    let ago = |days: u64| today.checked_sub_days(Days::new(days)).unwrap();
    sql(
        broker,
        format!(
            "insert into exchange_rates (currency, day, rate) values ('EUR', '{}', 1.0834), ('EUR', '{}', 1.123456789012),
                 ('EUR', '{}', 1.2), ('EUR', '{}', 9.9), ('JPY', '{}', 0.0067)",
            ago(300),
            ago(40),
            ago(3),
            today.succ_opt().unwrap(),
            ago(500)
        ),
    )
    .await;
    let (mut deals, mut history) = (Vec::new(), Vec::new());
    for n in 0..220 {
        let id = Uuid::now_v7();
        let kind = dice.of(&["deal", "deal", "opportunity"]);
        let (pipeline, stages): (_, &[&str]) = if dice.roll(4) == 0 { ("renewals", &RENEWALS) } else { ("sales", &SALES) };
        let at = usize::try_from(dice.roll(stages.len() as u64)).unwrap();
        let (won, lost) = (stages.len() - 2, stages.len() - 1);
        let outcome = if at == won {
            "won"
        } else if at == lost {
            "lost"
        } else {
            "none"
        };
        let closed = if outcome == "none" { "null".to_owned() } else { dice.moment(today, 330, zone) };
        let created = if outcome == "none" {
            dice.moment(today, 330, zone)
        } else {
            format!("{closed} - interval '{} hours'", dice.roll(2_000))
        };
        let amount =
            if dice.roll(8) == 0 { "null".to_owned() } else { format!("{}.{:04}", dice.roll(90_000), dice.roll(10_000)) };
        let expected = match dice.roll(5) {
            0 => "null".to_owned(),
            _ => format!("'{}'", ago(60).checked_add_days(Days::new(dice.roll(520))).unwrap()),
        };
        let probability = if dice.roll(3) == 0 { dice.roll(101).to_string() } else { "null".to_owned() };
        let currency = dice.of(&["USD", "USD", "EUR", "EUR", "JPY", "XAU"]);
        let deleted = if dice.roll(12) == 0 { "now()" } else { "null" };
        let (owner, team) = owned(dice, people);
        deals.push(format!(
            "('{id}', '{kind}', 'Deal {n}', '{pipeline}', '{}', {probability}, '{outcome}', {amount}, '{currency}', {expected},
              {closed}, {owner}, {team}, {created}, {deleted})",
            stages[at]
        ));
        // It went through some stages, perhaps farther than it stands now, and perhaps through another pipeline.
        for _ in 0..dice.roll(4) {
            let step = stages[usize::try_from(dice.roll(stages.len() as u64 - 1)).unwrap()];
            let elsewhere = dice.roll(10) == 0;
            let pipeline = if elsewhere { "gone" } else { pipeline };
            history.push(format!("('{}', '{id}', '{pipeline}', '{step}')", Uuid::now_v7()));
        }
    }
    sql(
        broker,
        format!(
            "insert into deals (id, kind, name, pipeline_key, stage, probability, outcome, amount, currency, expected_close_date,
                 closed_at, assigned_to, team_id, created_at, deleted_at) values {}",
            deals.join(",")
        ),
    )
    .await;
    sql(broker, format!("insert into deal_stages (id, deal_id, pipeline_key, new_stage) values {}", history.join(","))).await;
    let mut activities = Vec::new();
    for n in 0..260 {
        let (owner, team) = owned(dice, people);
        activities.push(format!(
            "(gen_random_uuid(), '{}', 'Activity {n}', {owner}, {team}, {}, {}, {})",
            dice.of(&["call", "email", "meeting", "task", "note"]),
            dice.moment(today, 100, zone),
            if dice.roll(10) == 0 { "now()" } else { "null" },
            if n % 3 == 0 { format!("'completed', {}", dice.moment(today, 100, zone)) } else { "'scheduled', null".to_owned() },
        ));
    }
    sql(
        broker,
        format!(
            "insert into activities (id, type, subject, assigned_to, team_id, created_at, deleted_at, status, completed_at)
                 values {}",
            activities.join(",")
        ),
    )
    .await;
    let mut contacts = Vec::new();
    for n in 0..60 {
        let (owner, team) = owned(dice, people);
        contacts.push(format!("(gen_random_uuid(), 'C', 'N{n}', {owner}, {team}, {})", dice.moment(today, 90, zone)));
    }
    sql(
        broker,
        format!(
            "insert into contacts (id, first_name, last_name, assigned_to, team_id, created_at) values {}",
            contacts.join(",")
        ),
    )
    .await;
}

pub async fn today_in(broker: &Broker<'_>, zone: &str) -> NaiveDate {
    let sql: &'static str = format!("select (now() at time zone '{zone}')::date::text").leak();
    let day: String = broker.tx().await.scalar(sql, []).await.unwrap().unwrap();
    day.parse().unwrap()
}

#[tokio::test]
async fn figures_equal_a_plain_count_of_the_rows() {
    let world = World::new().await;
    let mut compared = 0;
    for (slug, zone, seed) in [("acme", "America/New_York", 11), ("bravo", "Asia/Kathmandu", 23)] {
        let broker = world.broker_from(slug, "sales-crm").await;
        let manager = broker.manager().await;
        manager.patch("/api/settings", &json!({ "timezone": zone })).await.expect(200);
        let (near, far) = (broker.team("Near", None).await, broker.team("Far", None).await);
        let mut people = Vec::new();
        for (name, team) in [("Ann", near), ("Ben", near), ("Cat", far)] {
            people.push((broker.user(name, "Agent", Some(team)).await, team));
        }
        let leader = broker.actor("Lea", "Team Leader", Some(near)).await;
        let agent = broker.signed_in("Ann").await;
        let today = today_in(&broker, zone).await;
        fill(&broker, &mut Dice(seed), &people, today, zone).await;
        let model = Model::read(&broker, zone, today).await;
        let readers = [
            (&manager, Reader::All),
            (&leader, Reader::Team(vec![near], leader.id().parse().unwrap())),
            (&agent, Reader::Own(people[0].0)),
        ];
        let first = today.with_day(1).unwrap();
        let questions = [
            Wanted::default(),
            Wanted { from: Some(today.checked_sub_days(Days::new(29)).unwrap()), to: Some(today), ..Wanted::default() },
            Wanted { from: Some(today.checked_sub_days(Days::new(120)).unwrap()), to: Some(today), ..Wanted::default() },
            Wanted {
                from: Some(first.checked_sub_months(chrono::Months::new(7)).unwrap()),
                to: first.pred_opt(),
                ..Wanted::default()
            },
            Wanted { from: Some(ago_year(today)), to: Some(today), pipeline: Some("renewals"), ..Wanted::default() },
            Wanted { from: Some(ago_year(today)), to: Some(today), opportunities: true, ..Wanted::default() },
            Wanted { from: Some(ago_year(today)), to: Some(today), owners: vec![people[1].0, Uuid::nil()], ..Wanted::default() },
            Wanted { from: Some(ago_year(today)), to: Some(today), teams: vec![far], ..Wanted::default() },
        ];
        for (api, reader) in &readers {
            for wanted in &questions {
                let report = api.get(&format!("/api/reports/sales?{}", wanted.query())).await.expect(200);
                compared += model.check(&report, reader, wanted);
            }
        }
        let alone = manager.get("/api/reports/sales?part=stages,won&period=month").await.expect(200);
        let whole = manager.get("/api/reports/sales").await.expect(200);
        assert_eq!((&alone["stages"], &alone["won"]), (&whole["stages"], &whole["won"]));
        for part in ["metrics", "forecast", "funnel", "activity", "performers", "teams"] {
            assert_eq!((&alone[part], whole[part].is_null()), (&Json::Null, false), "{part}");
        }
    }
    assert!(compared > 1_000, "only {compared} figures that are not nothing were compared");
}

fn ago_year(today: NaiveDate) -> NaiveDate {
    today.checked_sub_days(Days::new(300)).unwrap()
}

#[tokio::test]
async fn what_may_not_be_seen_is_absent_and_what_is_odd_is_refused() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let manager = broker.manager().await;
    for odd in [
        "from=x",
        "to=2026-02-30",
        "from=2026-02-01&to=2026-01-01",
        "from=2020-01-01&to=2026-01-01",
        "team=x",
        "owner=00000000-0000-0000-0000-000000000000",
        "pipeline=nope",
        "kind=lead",
        "part=everything",
        "period=decade",
        "period=year&from=2026-01-01",
    ] {
        manager.get(&format!("/api/reports/sales?{odd}")).await.refused(422, "validation_failed");
    }
    let both = manager.get("/api/reports/sales?from=x&pipeline=nope&kind=y").await.refused(422, "validation_failed");
    let faults: BTreeSet<&str> = both["data"]["fields"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(faults, BTreeSet::from(["from", "pipeline", "kind"]));

    // A role with the report and nothing to count, then with one kind of record after the other.
    let role = json!({ "name": "Counter", "permissions": { "reports.read": "all" } });
    let made = manager.post("/api/roles", &role).await;
    let id = made.expect(201)["id"].as_str().unwrap().to_owned();
    let counter = broker.actor("Cora", "Counter", None).await;
    let empty = counter.get("/api/reports/sales").await.expect(200);
    for part in ["stages", "forecast", "funnel", "activity", "performers", "teams", "won"] {
        assert_eq!(empty[part], Json::Null, "{part}");
    }
    assert_eq!((&empty["metrics"], &empty["pipelines"]), (&json!({}), &json!([])));
    counter.get("/api/reports/sales/stages.csv").await.refused(403, "forbidden");
    let more = |keys: &[&str]| {
        let all: BTreeMap<&str, &str> = keys.iter().map(|k| (*k, "all")).collect();
        json!({ "permissions": all })
    };
    let path = format!("/api/roles/{id}");
    manager.patch(&path, &more(&["reports.read", "opportunities.read"])).await.expect(200);
    let some = counter.get("/api/reports/sales").await.expect(200);
    assert_eq!(some["kind"], "opportunity");
    assert!(some["metrics"]["opportunities"].is_object() && some["stages"].is_array());
    assert!(some["metrics"]["deals"].is_null() && some["metrics"]["contacts"].is_null() && some["activity"].is_null());
    assert!(some["performers"].as_array().unwrap().iter().all(|p| p["activities"].is_null()));
    assert_eq!(counter.get("/api/reports/sales?kind=deal").await.expect(200)["stages"], Json::Null);
    let available = counter.get("/api/reports/dashboard").await.expect(200);
    let keys: Vec<&str> = available["available"].as_array().unwrap().iter().map(|w| w["key"].as_str().unwrap()).collect();
    assert!(keys.contains(&"stages") && !keys.contains(&"pipeline_value") && !keys.contains(&"activity"), "{keys:?}");
    manager.patch(&path, &json!({ "permissions": { "reports.read": "none" } })).await.expect(200);
    counter.get("/api/reports/sales").await.refused(403, "forbidden");
    counter.get("/api/reports/dashboard").await.refused(403, "forbidden");

    // A program reads within its role; a dashboard it has not.
    let key = manager.post("/api/api-keys", &json!({ "name": "Reports", "role": "Agent" })).await.expect(201);
    let program = broker.nobody().with_token(key["key"].as_str().unwrap());
    assert_eq!(program.get("/api/reports/sales?part=metrics").await.expect(200)["metrics"]["deals"]["count"], 0);
    program.put("/api/reports/dashboard", &json!({ "widgets": [] })).await.refused(403, "users_only");
}

#[tokio::test]
async fn a_module_that_is_off_has_no_reports() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let manager = broker.manager().await;
    let all: Vec<String> =
        serde_json::from_value(broker.nobody().get("/api/branding").await.expect(200)["modules"].clone()).unwrap();
    let without = |module: &str| json!({ "modules": all.iter().filter(|m| *m != module).collect::<Vec<_>>() });
    manager.patch("/api/settings", &without("activities")).await.expect(200);
    let report = manager.get("/api/reports/sales").await.expect(200);
    assert!(report["activity"].is_null() && report["metrics"]["activities"].is_null() && report["won"].is_object());
    manager.patch("/api/settings", &without("pipeline")).await.expect(200);
    for path in ["/api/reports/sales", "/api/reports/sales/won.csv", "/api/reports/dashboard"] {
        manager.get(path).await.refused(403, "module_off");
    }
    manager.put("/api/reports/dashboard", &json!({ "widgets": [] })).await.refused(403, "module_off");
    manager.delete("/api/reports/dashboard").await.refused(403, "module_off");
}

#[tokio::test]
async fn a_dashboard_is_its_owners() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let (ada, ben) = (broker.manager().await, broker.actor("Ben", "Agent", None).await);
    let usual = ada.get("/api/reports/dashboard").await.expect(200);
    assert_eq!(usual["is_default"], true);
    assert!(usual["widgets"].as_array().unwrap().len() > 10);
    let wanted = json!({ "widgets": [{ "key": "won", "size": "l" }, { "key": "win_rate" }] });
    let mine = ada.put("/api/reports/dashboard", &wanted).await.expect(200);
    let expected = json!([{ "key": "won", "size": "l" }, { "key": "win_rate", "size": "s" }]);
    assert_eq!((&mine["widgets"], &mine["is_default"]), (&expected, &json!(false)));
    assert_eq!(ada.get("/api/reports/dashboard").await.expect(200)["widgets"], expected);
    assert_eq!(ben.get("/api/reports/dashboard").await.expect(200)["is_default"], true);
    // Nothing at all is an arrangement, too.
    assert_eq!(ben.put("/api/reports/dashboard", &json!({ "widgets": [] })).await.expect(200)["widgets"], json!([]));
    let odd = json!({ "widgets": [{ "key": "won", "size": "s" }, { "key": "weather" }, { "key": "teams" }, { "key": "teams" }] });
    let refused = ada.put("/api/reports/dashboard", &odd).await.refused(422, "validation_failed");
    let faults: Vec<&String> = refused["data"]["fields"].as_object().unwrap().keys().collect();
    assert_eq!(faults, ["widgets[0]", "widgets[1]", "widgets[3]"]);
    ada.put("/api/reports/dashboard", &json!({})).await.refused(422, "validation_failed");
    assert_eq!(ada.get("/api/reports/dashboard").await.expect(200)["widgets"], expected);
    let back = ada.delete("/api/reports/dashboard").await.expect(200);
    assert_eq!((&back["widgets"], &back["is_default"]), (&usual["widgets"], &json!(true)));
    // What was arranged and may not be seen any more comes back with the permission.
    ada.put("/api/reports/dashboard", &json!({ "widgets": [{ "key": "activity" }, { "key": "won" }] })).await.expect(200);
    let all: Vec<String> =
        serde_json::from_value(broker.nobody().get("/api/branding").await.expect(200)["modules"].clone()).unwrap();
    let without: Vec<&String> = all.iter().filter(|m| *m != "activities").collect();
    ada.patch("/api/settings", &json!({ "modules": without })).await.expect(200);
    let keys = |d: &Json| -> Vec<String> {
        d["widgets"].as_array().unwrap().iter().map(|w| w["key"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(keys(&ada.get("/api/reports/dashboard").await.expect(200)), ["won"]);
    ada.put("/api/reports/dashboard", &json!({ "widgets": [{ "key": "funnel" }] })).await.expect(200);
    ada.patch("/api/settings", &json!({ "modules": all })).await.expect(200);
    assert_eq!(keys(&ada.get("/api/reports/dashboard").await.expect(200)), ["funnel", "activity"]);
}

/// The lines of a CSV file.
fn csv(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').unwrap();
    text.lines().map(|l| l.split(',').map(|c| c.trim_matches('"').to_owned()).collect()).collect()
}

async fn file(api: &Api<'_>, path: &str) -> Vec<Vec<String>> {
    let reply = api.get(path).await;
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("text/csv; charset=utf-8")), "{}", reply.text);
    assert!(reply.header("content-disposition").unwrap().starts_with("attachment; filename=\""));
    csv(&reply.text)
}

#[tokio::test]
async fn every_part_is_a_file_without_formulas_and_the_log_says_who_took_it() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let manager = broker.manager().await;
    let team = broker.team("=SUM(A1)", None).await;
    let ann = broker.user("+Ann", "Agent", Some(team)).await;
    sql(
        &broker,
        format!(
            "insert into deals (id, kind, name, pipeline_key, stage, outcome, amount, currency, closed_at, assigned_to, team_id)
             values (gen_random_uuid(), 'deal', 'D', 'sales', 'won', 'won', 1500, 'USD', now(), '{ann}', '{team}')"
        ),
    )
    .await;
    let teams = file(&manager, "/api/reports/sales/teams.csv").await;
    assert_eq!(teams[1][..3], ["'=SUM(A1)", "1", "1500.00"]);
    let performers = file(&manager, "/api/reports/sales/performers.csv").await;
    assert_eq!(performers[1][..3], ["'+Ann", "1", "1500.00"]);
    let report = manager.get("/api/reports/sales").await.expect(200);
    let stages = file(&manager, "/api/reports/sales/stages.csv?pipeline=sales").await;
    assert_eq!(stages.len(), 7);
    assert_eq!(stages[0], ["pipeline", "stage", "outcome", "count", "value", "weighted", "currency"]);
    assert_eq!(stages[5], ["Sales", "Won", "won", "1", "1500.00", "1500.00", "USD"]);
    let won = file(&manager, "/api/reports/sales/won.csv").await;
    assert_eq!(won.len(), 1 + report["won"]["buckets"].as_array().unwrap().len());
    for (part, rows) in [("metrics", 23), ("forecast", 16), ("funnel", 6), ("activity", 1)] {
        assert_eq!(file(&manager, &format!("/api/reports/sales/{part}.csv")).await.len(), rows, "{part}");
    }
    for path in ["stages", "nothing.csv", ".csv", "stages.xlsx"] {
        manager.get(&format!("/api/reports/sales/{path}")).await.refused(404, "not_found");
    }
    let told: i64 = broker
        .tx()
        .await
        .scalar("select count(*) from audit_log where action = 'report.downloaded' and actor_name = 'Ada Manager'", [])
        .await
        .unwrap()
        .unwrap();
    assert_eq!(told, 8);
}

#[tokio::test]
async fn each_step_of_the_funnel_has_its_records() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let manager = broker.manager().await;
    let team = broker.team("Near", None).await;
    let people = [(broker.user("Ann", "Agent", Some(team)).await, team)];
    let today = today_in(&broker, "UTC").await;
    manager.patch("/api/settings", &json!({ "timezone": "UTC" })).await.expect(200);
    fill(&broker, &mut Dice(5), &people, today, "UTC").await;
    // Lost from the start: begun, and come to nothing.
    let lost = json!({ "name": "Never", "stage": "lost", "lost_reason": "Price" });
    manager.post("/api/deals", &lost).await.expect(201);
    let from = ago_year(today);
    let mut seen = 0;
    for (kind, path) in [("deal", "deals"), ("opportunity", "opportunities")] {
        for pipeline in ["sales", "renewals"] {
            let report = format!("/api/reports/sales?part=funnel&kind={kind}&pipeline={pipeline}&from={from}&to={today}");
            let report = manager.get(&report).await.expect(200);
            let steps = report["funnel"].as_array().unwrap();
            let list = format!("/api/{path}?pipeline={pipeline}&created_from={from}&created_to={today}");
            let begun = manager.get(&list).await.expect(200)["total"].clone();
            assert_eq!(steps[0]["count"], begun, "all that was begun came to the first step");
            for step in steps {
                let filter = json!({ "and": [{ "field": "reached", "op": "any", "value": [step["stage"]] }] }).to_string();
                let filter: String = filter.bytes().map(|b| format!("%{b:02X}")).collect();
                let found = manager.get(&format!("{list}&filter={filter}")).await.expect(200);
                assert_eq!(found["total"], step["count"], "{kind} {pipeline} {step}");
                seen += step["count"].as_i64().unwrap();
            }
        }
    }
    assert!(seen > 200, "only {seen}");
}

/// By key, for comparison.
pub fn by(list: &Json, key: &str) -> BTreeMap<String, Json> {
    list.as_array().unwrap().iter().map(|l| (l[key].as_str().unwrap_or_default().to_owned(), l.clone())).collect()
}

/// The first day of a month as `2026-12`.
pub fn month(day: NaiveDate) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

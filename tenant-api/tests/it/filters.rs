//! The filter language and sorts of lists through HTTP, against a plain oracle over what the list shows.

mod oracle;

use std::cmp::Ordering;
use std::collections::BTreeSet;

use chrono::{Duration, Utc};
use kernel::fold::fold;
use serde_json::{Value as Json, json};
use sqlx::AssertSqlSafe;
use test_kit::{Api, Broker, World};
use uuid::Uuid;

use oracle::{Calendar, Random, condition, matches};

const RECORDS: usize = 150;

fn urlencode(text: &str) -> String {
    text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

async fn filtered(api: &Api<'_>, base: &str, filter: &Json) -> Json {
    api.get(&format!("/api/{base}?limit=200&filter={}", urlencode(&filter.to_string()))).await.expect(200)
}

fn ids(list: &Json) -> BTreeSet<String> {
    list["data"].as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap().to_owned()).collect()
}

/// The broker's fields, one of each kind, for both kinds of record.
async fn define(manager: &Api<'_>) {
    for entity in ["client", "lead"] {
        for kind in ["text", "number", "date", "flag", "choice", "choices", "url"] {
            let mut body = json!({ "entity": entity, "label": format!("My {kind}"), "type": kind, "key": format!("my_{kind}") });
            if kind.starts_with("choice") {
                body["options"] = json!([{ "label": "Low" }, { "label": "Mid" }, { "label": "High" }]);
            }
            manager.post("/api/custom-fields", &body).await.expect(201);
        }
    }
}

/// Records with values of all kinds, many of them absent, written past the API as an import would.
async fn plant(world: &World, broker: &Broker<'_>, random: &mut Random, owners: &[Uuid], team: Uuid) {
    let schema = broker.tenant().await.key.schema();
    for n in 0..RECORDS {
        let created = Utc::now() + Duration::minutes(random.between(-600_000, 1_000));
        for table in ["clients", "leads"] {
            let more = if table == "clients" { ", tags, kyc_status, balance" } else { "" };
            let values = if table == "clients" { ", $12, $13, $14::numeric" } else { "" };
            let sql = format!(
                "insert into {schema}.{table} (id, first_name, last_name, email, country, status, source, assigned_to, team_id,
                     created_at, custom{more}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11{values})"
            );
            let mut query = sqlx::query(AssertSqlSafe(sql))
                .bind(Uuid::now_v7())
                .bind(random.pick(&["Anna", "Élodie", "Zoë", "bob", "100%_\\", "O'Neill"]))
                .bind(random.pick(&["Doe", "Roe", "von Ah"]))
                .bind(format!("p{n}@example.com"))
                .bind(random.maybe(&["DE", "GB", "AE"]))
                .bind(random.pick(if table == "clients" { &["new", "active"] } else { &["new", "contacted"] }))
                .bind(random.maybe(&["Webinar", "google Ads"]))
                .bind(random.maybe(owners))
                .bind(random.maybe(&[team]))
                .bind(created)
                .bind(random.custom());
            if table == "clients" {
                let tags: Vec<&str> = ["vip", "risk", "cold"].into_iter().filter(|_| random.below(3) == 0).collect();
                query = query
                    .bind(tags)
                    .bind(random.pick(&["missing", "approved", "rejected"]))
                    .bind(format!("{:.2}", random.between(-500, 500_000) as f64 / 100.0));
            }
            query.execute(&world.admin).await.unwrap();
        }
    }
}

async fn set_calendar(manager: &Api<'_>) {
    let body = json!({ "timezone": "Asia/Tokyo", "week_starts_on": "sunday" });
    manager.patch("/api/settings", &body).await.expect(200);
}

#[tokio::test]
async fn filters_find_what_a_plain_oracle_finds() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let team = broker.team("Desk", None).await;
    let owners = [broker.user("Anna Agent", "Agent", Some(team)).await, broker.user("zed Agent", "Agent", Some(team)).await];
    define(&manager).await;
    set_calendar(&manager).await;
    let mut random = Random::new(20_261_126);
    plant(&world, &broker, &mut random, &owners, team).await;
    for (base, kind) in [("clients", "client"), ("leads", "lead")] {
        let all = manager.get(&format!("/api/{base}?limit=200")).await.expect(200);
        let rows = all["data"].as_array().unwrap();
        assert_eq!(rows.len(), RECORDS);
        let (mut some, mut used) = (0, BTreeSet::new());
        for round in 0..260 {
            // Mostly one condition, so that every kind meets every operator; then groups in groups.
            let mut one = |random: &mut Random| {
                let c = condition(random, kind, &owners, team);
                used.insert(format!("{} {}", c["field"].as_str().unwrap(), c["op"].as_str().unwrap()));
                c
            };
            let filter = match round % 5 {
                0..=2 => json!({ "and": [one(&mut random)] }),
                3 => json!({ "or": [one(&mut random), { "and": [one(&mut random), one(&mut random)] }] }),
                _ => json!({ "and": [{ "or": [one(&mut random), { "and": [one(&mut random)] }] }, one(&mut random)] }),
            };
            let calendar = Calendar::now(9, chrono::Weekday::Sun);
            let expected: BTreeSet<String> = rows
                .iter()
                .filter(|r| matches(r, &filter, &calendar, manager.id()))
                .map(|r| r["id"].as_str().unwrap().to_owned())
                .collect();
            let found = filtered(&manager, base, &filter).await;
            assert_eq!(ids(&found), expected, "{filter}");
            assert_eq!(found["total"], expected.len(), "{filter}");
            some += usize::from(!expected.is_empty() && expected.len() < RECORDS);
        }
        assert!(some > 150, "{base}: only {some} filters told records apart");
        assert!(used.len() > 80, "{base}: only {} pairs of field and operator", used.len());
    }
}

#[tokio::test]
async fn values_follow_their_records() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    define(&manager).await;
    let agent = broker.actor("Anna", "Agent", None).await;
    let filter = |n: i64| json!({ "and": [{ "field": "custom.my_number", "op": "eq", "value": n }] });
    let count = async |n: i64| filtered(&manager, "clients", &filter(n)).await["total"].as_u64().unwrap();
    // A masked actor writes as well: the values are kept under the owner's rights, not theirs.
    let body = json!({ "first_name": "Jane", "last_name": "Doe", "email": "jane@example.com", "custom": { "my_number": 7, "my_choices": ["low", "high"] } });
    let client = agent.post("/api/clients", &body).await.expect(201);
    let path = format!("/api/clients/{}", client["id"].as_str().unwrap());
    assert_eq!((count(7).await, count(8).await), (1, 0));
    agent.patch(&path, &json!({ "custom": { "my_number": 8 } })).await.expect(200);
    assert_eq!((count(7).await, count(8).await), (0, 1));
    let high = json!({ "and": [{ "field": "custom.my_choices", "op": "all", "value": ["high", "low"] }] });
    assert_eq!(filtered(&agent, "clients", &high).await["total"], 1);
    agent.patch(&path, &json!({ "custom": { "my_number": null, "my_choices": null } })).await.expect(200);
    assert_eq!((count(8).await, filtered(&agent, "clients", &high).await["total"].clone()), (0, json!(0)));
    let schema = broker.tenant().await.key.schema();
    let rows: i64 = sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from {schema}.custom_values")))
        .fetch_one(&world.admin)
        .await
        .unwrap();
    assert_eq!(rows, 0);
    // Nobody writes them by hand.
    let tx = broker.tx().await;
    let refused = runtime::Rows::run(&tx, "delete from custom_values", []).await;
    assert_eq!(refused.unwrap_err().sqlstate().as_deref(), Some("42501"));
}

/// How two rows stand in an order of these keys; absent values last either way.
fn compare(a: &Json, b: &Json, keys: &[(&str, bool)]) -> Ordering {
    for (key, desc) in keys {
        let value = |row: &Json| match key.strip_prefix("custom.") {
            Some(custom) => row["custom"].get(custom).cloned().unwrap_or_default(),
            None if *key == "balance" => json!(row[*key].as_str().unwrap().parse::<f64>().unwrap()),
            None if *key == "status" => json!(["new", "contacted", "active"].iter().position(|s| row["status"] == *s)),
            None => row.get(*key).cloned().unwrap_or_default(),
        };
        let (x, y) = (value(a), value(b));
        let order = match (&x, &y) {
            (Json::Null, Json::Null) => Ordering::Equal,
            (Json::Null, _) => return Ordering::Greater,
            (_, Json::Null) => return Ordering::Less,
            (Json::Number(x), Json::Number(y)) => x.as_f64().unwrap().total_cmp(&y.as_f64().unwrap()),
            (Json::Bool(x), Json::Bool(y)) => x.cmp(y),
            (x, y) => {
                let text = |v: &Json| match v {
                    Json::Array(words) => words[0].as_str().unwrap().to_owned(),
                    other => other.as_str().unwrap().to_owned(),
                };
                // Country codes are compared as they are, names without accents, all other words without case.
                if *key == "country" || *key == "source" {
                    text(x).cmp(&text(y))
                } else if *key == "name" {
                    fold(&text(x)).cmp(&fold(&text(y)))
                } else {
                    text(x).to_lowercase().cmp(&text(y).to_lowercase())
                }
            }
        };
        let order = if *desc { order.reverse() } else { order };
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

/// The plan of a statement's first row is that of its last one: were it made for an empty table, a change of
/// many records would read all of the values so far for each.
#[tokio::test]
async fn many_values_change_without_reading_all_of_them_for_each() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let schema = broker.tenant().await.key.schema();
    let mut tx = world.admin.begin().await.unwrap();
    for sql in [
        format!("analyze {schema}.custom_values"),
        format!(
            "insert into {schema}.clients (id, first_name, last_name, email, status)
             select gen_random_uuid(), 'A', 'B', n || '@x.example', 'new' from generate_series(1, 200) n"
        ),
        format!("update {schema}.clients set custom = '{{\"my_number\": 1}}'"),
    ] {
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *tx).await.unwrap();
    }
    let (read, found): (i64, i64) = sqlx::query_as(
        "select seq_scan, idx_scan from pg_stat_xact_user_tables where schemaname = $1 and relname = 'custom_values'",
    )
    .bind(&schema)
    .fetch_one(&mut *tx)
    .await
    .unwrap();
    assert_eq!((read, found), (0, 200), "reads of the whole table and of its index");
}

#[tokio::test]
async fn pages_of_every_sort_are_the_whole_list_in_order() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let team = broker.team("Desk", None).await;
    let owners = [broker.user("Anna Agent", "Agent", Some(team)).await, broker.user("zed Agent", "Agent", Some(team)).await];
    define(&manager).await;
    let mut random = Random::new(7);
    plant(&world, &broker, &mut random, &owners, team).await;
    let common = [
        "country",
        "source",
        "status",
        "assigned_to_name",
        "team_name",
        "created_at",
        "name",
        "custom.my_text",
        "custom.my_number",
        "custom.my_date",
        "custom.my_flag",
        "custom.my_choice",
        "custom.my_choices",
    ];
    for base in ["clients", "leads"] {
        let mut names: Vec<&str> = common.to_vec();
        if base == "clients" {
            names.extend(["kyc_status", "balance"]);
        }
        let mut sorts: Vec<Vec<(&str, bool)>> = names.iter().flat_map(|n| [vec![(*n, false)], vec![(*n, true)]]).collect();
        for _ in 0..40 {
            let mut keys: Vec<(&str, bool)> = Vec::new();
            while keys.len() < 2 + random.below(2) {
                let name = *random.pick(&names);
                if !keys.iter().any(|(k, _)| *k == name) {
                    keys.push((name, random.below(2) == 0));
                }
            }
            sorts.push(keys);
        }
        for keys in sorts {
            let word: Vec<String> = keys.iter().map(|(k, desc)| format!("{}{k}", if *desc { "-" } else { "" })).collect();
            let word = word.join(",");
            let whole = manager.get(&format!("/api/{base}?limit=200&sort={word}")).await.expect(200);
            let whole = whole["data"].as_array().unwrap().clone();
            assert_eq!(whole.len(), RECORDS);
            for pair in whole.windows(2) {
                assert_ne!(compare(&pair[0], &pair[1], &keys), Ordering::Greater, "{word}: {} then {}", pair[0], pair[1]);
            }
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = manager.get(&format!("/api/{base}?limit=37&sort={word}&cursor={cursor}")).await.expect(200);
                assert_eq!(page["total"], RECORDS);
                seen.extend(page["data"].as_array().unwrap().iter().map(|r| r["id"].clone()));
                match page["next_cursor"].as_str() {
                    Some(next) => cursor = next.to_owned(),
                    None => break,
                }
            }
            let expected: Vec<Json> = whole.iter().map(|r| r["id"].clone()).collect();
            assert_eq!(seen, expected, "{base} {word}");
            let second = manager.get(&format!("/api/{base}?limit=50&page=2&sort={word}")).await.expect(200);
            let second: Vec<Json> = second["data"].as_array().unwrap().iter().map(|r| r["id"].clone()).collect();
            assert_eq!(second, expected[50..100], "{base} {word}: page 2");
        }
        for bad in ["name,name", "name,country,status,source", "custom.gone", "name,", "-", "custom.my_text'"] {
            manager.get(&format!("/api/{base}?sort={bad}")).await.refused(422, "validation_failed");
        }
        let page = manager.get(&format!("/api/{base}?limit=5&sort=country,name")).await.expect(200);
        let cursor = page["next_cursor"].as_str().unwrap();
        manager.get(&format!("/api/{base}?limit=5&sort=country,-name&cursor={cursor}")).await.refused(422, "validation_failed");
    }
}

#[tokio::test]
async fn nobody_asks_by_what_they_see_masked() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let body = json!({ "first_name": "Jane", "last_name": "Doe", "email": "jane@example.com", "phone": "+442071838750", "date_of_birth": "1984-05-06", "address": "1 High Street" });
    manager.post("/api/clients", &body).await.expect(201);
    manager
        .post(
            "/api/leads",
            &json!({ "first_name": "Jane", "last_name": "Doe", "email": "jane@example.com", "phone": "+442071838750" }),
        )
        .await
        .expect(201);
    let support = broker.actor("Sue", "Support", None).await;
    let conditions = [
        ("clients", json!({ "field": "email", "op": "is", "value": "jane@example.com" })),
        ("clients", json!({ "field": "email", "op": "not_empty" })),
        ("clients", json!({ "field": "phone", "op": "starts_with", "value": "+44" })),
        ("clients", json!({ "field": "address", "op": "contains", "value": "high" })),
        ("clients", json!({ "field": "date_of_birth", "op": "before", "value": "1990-01-01" })),
        ("leads", json!({ "field": "email", "op": "contains", "value": "jane" })),
        ("leads", json!({ "field": "phone", "op": "is_not", "value": "+442071838750" })),
    ];
    for (base, condition) in conditions {
        for filter in
            [condition.clone(), json!({ "or": [{ "field": "name", "op": "is", "value": "x" }, { "and": [condition] }] })]
        {
            assert!(filtered(&manager, base, &filter).await["total"].is_u64());
            let path = format!("/api/{base}?filter={}", urlencode(&filter.to_string()));
            let refused = support.get(&path).await.refused(422, "field_masked");
            let told = refused["data"]["fields"]["filter"][0].as_str().unwrap();
            assert!(told.contains("is masked for your role"), "{told}");
            if filter.get("or").is_some() {
                assert!(told.starts_with("at or[1].and[0]: "), "{told}");
            }
        }
    }
    let hidden = broker.actor("Pam", "Partner Manager", None).await;
    for sort in ["email", "phone", "date_of_birth", "address", "name,email"] {
        assert_eq!(support.get(&format!("/api/clients?sort={sort}")).await.status, 422, "{sort}");
    }
    assert_eq!(hidden.get("/api/leads?sort=-name,email").await.status, 422);
    // Scopes hold whatever is asked.
    let agent = broker.actor("Anna", "Agent", None).await;
    let everybody =
        json!({ "or": [{ "field": "assigned_to", "op": "in", "value": ["none"] }, { "field": "name", "op": "not_empty" }] });
    assert_eq!(filtered(&agent, "clients", &everybody).await["total"], 0);
    assert_eq!(filtered(&manager, "clients", &everybody).await["total"], 1);
    // Faults come all at once.
    let bad = json!({ "and": [{ "field": "size", "op": "eq", "value": 1 }, { "field": "status", "op": "lt", "value": "x" }] });
    let refused =
        manager.get(&format!("/api/clients?filter={}", urlencode(&bad.to_string()))).await.refused(422, "validation_failed");
    assert_eq!(refused["data"]["fields"]["filter"].as_array().unwrap().len(), 2, "{refused}");
}

#[tokio::test]
async fn a_place_in_a_list_has_the_neighbours_that_the_list_shows() {
    use crm::clients::entity::{SORTS, alive, visible_to};

    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let team = broker.team("Desk", None).await;
    let owners = [broker.user("Anna Agent", "Agent", Some(team)).await, broker.user("zed Agent", "Agent", Some(team)).await];
    define(&manager).await;
    let mut random = Random::new(99);
    plant(&world, &broker, &mut random, &owners, team).await;
    for word in [
        "-created_at",
        "name",
        "country",
        "-country",
        "-custom.my_number",
        "custom.my_text,-country",
        "status,-custom.my_date,name",
        "kyc_status,country,-assigned_to_name",
        "-team_name,custom.my_flag",
    ] {
        let whole = manager.get(&format!("/api/clients?limit=200&sort={word}")).await.expect(200);
        let whole: Vec<Uuid> =
            whole["data"].as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap().parse().unwrap()).collect();
        let ctx = runtime::Ctx::system(&world.app, &broker.tenant().await, "test").await.unwrap();
        let mut list = visible_to(&ctx, kernel::permission::Scope::All);
        list.and_where(alive());
        let sort = crm::filter::sort(&ctx, &crm::filter::CLIENT, SORTS, Some(word)).await.unwrap();
        for (n, id) in whole.iter().enumerate() {
            let place = runtime::list::Place::of(&ctx, &list, &sort, *id).await.unwrap().unwrap();
            let before = if n == 0 { None } else { whole.get(n - 1).copied() };
            assert_eq!(place.nearest(&ctx, &list, false).await.unwrap(), before, "{word}: before {n}");
            assert_eq!(place.nearest(&ctx, &list, true).await.unwrap(), whole.get(n + 1).copied(), "{word}: after {n}");
            assert_eq!(place.before(&ctx, &list, 1_000).await.unwrap(), n as u64, "{word}: {n}");
        }
        assert_eq!(runtime::list::Place::of(&ctx, &list, &sort, Uuid::now_v7()).await.unwrap().map(|_| ()), None);
    }
}

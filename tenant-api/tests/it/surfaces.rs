//! Role by surface by field: whatever shows records, shows each role what the rows of the policy allow,
//! and nothing else. Roles are those of the templates and one for every level of every sensitive field;
//! surfaces and fields come from the specification and the lists of the kernel, so what is new is in
//! here without an edit.

mod oracle;

use std::collections::BTreeSet;

use kernel::permission::{FIELDS, Level, PERMISSIONS, Scope};
use serde_json::{Value as Json, json};
use sqlx::AssertSqlSafe;
use test_kit::{Api, Broker, World};
use uuid::Uuid;

use oracle::{Oracle, Record};

/// Teams of a broker.
struct Teams {
    near: Uuid,
    below: Uuid,
    far: Uuid,
}

impl Teams {
    async fn make(broker: &Broker<'_>) -> Self {
        let near = broker.team("Near", None).await;
        let below = broker.team("Below", Some(near)).await;
        Self { near, below, far: broker.team("Far", None).await }
    }
}

/// Words that stand nowhere else.
fn word() -> String {
    format!("zq{}", &Uuid::new_v4().simple().to_string()[..14])
}

/// A client and a lead with every sensitive field filled.
async fn plant(world: &World, broker: &Broker<'_>, n: u32, owner: Option<Uuid>, team: Option<Uuid>) {
    let schema = broker.tenant().await.key.schema();
    for table in ["clients", "leads"] {
        let more = if table == "clients" {
            format!(
                ", date_of_birth, address, balance) values ($1, $2, 'Doe', $3, $4, 'new', $5, $6, date '1950-01-01' + {}, '{}', {}.25)",
                n * 37,
                word(),
                700_000 + n
            )
        } else {
            ") values ($1, $2, 'Doe', $3, $4, 'new', $5, $6)".to_owned()
        };
        let sql = format!("insert into {schema}.{table} (id, first_name, email, phone, status, assigned_to, team_id{more}")
            .replace("(id, first_name, email", "(id, first_name, last_name, email");
        let digits = u64::from_str_radix(&word()[2..12], 16).unwrap() % 10_000_000;
        sqlx::query(AssertSqlSafe(sql))
            .bind(Uuid::now_v7())
            .bind(word())
            .bind(format!("{}@{}.com", word(), word()))
            .bind(format!("+4420{n:03}{digits:07}"))
            .bind(owner)
            .bind(team)
            .execute(&world.admin)
            .await
            .unwrap();
    }
}

/// Records around one user: their own, a colleague's, one below, one far away, nobody's.
async fn surround(world: &World, broker: &Broker<'_>, teams: &Teams, others: &[Uuid; 3], user: Uuid, n: u32) {
    let [colleague, underling, stranger] = *others;
    plant(world, broker, n, Some(user), Some(teams.near)).await;
    if n == 0 {
        for (n, owner, team) in [
            (900, Some(colleague), Some(teams.near)),
            (901, Some(underling), Some(teams.below)),
            (902, Some(stranger), Some(teams.far)),
            (903, None, Some(teams.below)),
            (904, None, None),
        ] {
            plant(world, broker, n, owner, team).await;
        }
    }
}

/// Asserts that a checker found nothing.
#[track_caller]
fn clean(role: &str, surface: &str, faults: Vec<String>) {
    assert!(faults.is_empty(), "{role}: {surface}: {faults:#?}");
}

/// Everything one user can be shown.
async fn look_around(oracle: &Oracle, close: &[&Record], api: &Api<'_>) {
    let role = oracle.role.as_str();
    for kind in ["client", "lead"] {
        let base = format!("/api/{kind}s");
        let list = api.get(&format!("{base}?limit=200")).await;
        if !oracle.scopes.contains_key(&format!("{kind}s.read")) {
            assert_eq!(list.status, 403, "{role}: {base}");
            continue;
        }
        clean(role, &base, oracle.faults_of_list(kind, &list.json));
        clean(role, &base, oracle.faults_of_text(&list.text));
        for sort in ["created_at", "-created_at", "name", "-name"] {
            let sorted = api.get(&format!("{base}?limit=200&sort={sort}")).await;
            clean(role, sort, oracle.faults_of_list(kind, &sorted.json));
        }
        for record in close.iter().filter(|r| r.kind == kind) {
            one_record(oracle, api, record).await;
        }
    }
    sorted_by_balance(oracle, api).await;
    dashboard(oracle, api).await;
    let audit = api.get("/api/audit?limit=200").await;
    assert_eq!(audit.status == 200, oracle.scopes.contains_key("audit.read"), "{role}: /api/audit");
    clean(role, "/api/audit", oracle.faults_of_text(&audit.text));
    every_other_route(oracle, api).await;
}

/// Detail, timeline, search and filters around one record.
async fn one_record(oracle: &Oracle, api: &Api<'_>, record: &Record) {
    let (role, base) = (oracle.role.as_str(), format!("/api/{}s", record.kind));
    let sees = oracle.sees(record);
    for path in [format!("{base}/{}", record.id), format!("{base}/{}/timeline", record.id)] {
        let answer = api.get(&path).await;
        assert_eq!(answer.status, if sees { 200 } else { 404 }, "{role}: {path}: {}", answer.text);
        clean(role, &path, oracle.faults_of_text(&answer.text));
        if sees && !path.ends_with("timeline") {
            clean(role, &path, oracle.faults_of_record(&answer.json));
        }
    }
    let found = async |query: String| api.get(&format!("{base}?{query}")).await;
    let by_name = found(format!("search={}", record.first_name)).await.expect(200);
    assert_eq!(by_name["total"], u8::from(sees), "{role}: search by a name");
    assert_eq!(finds(api, record, &record.first_name).await, sees, "{role}: the palette, by a name");
    let open = |name: &str| oracle.level(&format!("{}s.{name}", record.kind)) == Level::Full;
    for name in ["email", "phone"] {
        let told = finds(api, record, &record.clear[name].replace('+', "%2B")).await;
        assert_eq!(told, sees && open("email") && open("phone"), "{role}: the palette, by {name}");
        let clear = record.clear[name].replace('+', "%2B");
        let part: String = record.clear[name].chars().skip(3).take(8).collect();
        for value in [&clear, &part] {
            let answer = found(format!("search={value}")).await;
            let total = answer.expect(200)["total"].clone();
            if !open(name) || !sees {
                assert_eq!(total, 0, "{role}: a search by {name} tells what it must not");
            } else if open("email") && open("phone") {
                assert_eq!(total, 1, "{role}: a search by {name}");
            }
        }
        if record.kind == "client" {
            let answer = found(format!("{name}={clear}")).await;
            if open(name) {
                assert_eq!(answer.expect(200)["total"], u8::from(sees), "{role}: filter by {name}");
            } else {
                answer.refused(422, "field_masked");
            }
        }
    }
}

/// Whether the palette finds a record.
async fn finds(api: &Api<'_>, record: &Record, text: &str) -> bool {
    let answer = api.get(&format!("/api/search?limit=20&q={text}")).await.expect(200);
    answer.to_string().contains(&record.id.to_string())
}

async fn sorted_by_balance(oracle: &Oracle, api: &Api<'_>) {
    if !oracle.scopes.contains_key("clients.read") {
        return;
    }
    for sort in ["balance", "-balance"] {
        let answer = api.get(&format!("/api/clients?limit=200&sort={sort}")).await;
        if oracle.level("clients.balance") == Level::Full {
            clean(&oracle.role, sort, oracle.faults_of_list("client", &answer.json));
        } else {
            answer.refused(422, "field_masked");
        }
    }
    // No other field that some role may not see can be sorted by.
    for field in FIELDS.iter().filter(|f| f.key != "clients.balance") {
        let path = format!("/api/{}s?sort={}", field.key.split_once("s.").unwrap().0, field.name());
        assert_ne!(api.get(&path).await.status, 200, "{path}");
    }
}

async fn dashboard(oracle: &Oracle, api: &Api<'_>) {
    let answer = api.get("/api/dashboard/clients").await;
    let (role, both) = (oracle.role.as_str(), ["dashboard.read", "clients.read"]);
    if !both.iter().all(|p| oracle.scopes.contains_key(*p)) {
        assert_eq!(answer.status, 403, "{role}: dashboard");
        return;
    }
    let counted: Vec<&Record> =
        oracle.records.iter().filter(|r| r.kind == "client" && both.iter().all(|p| oracle.covers(p, r))).collect();
    let figures = answer.expect(200);
    assert_eq!(figures["total"], counted.len(), "{role}: dashboard");
    assert_eq!(figures["assigned"], counted.iter().filter(|r| r.owner.is_some()).count(), "{role}: dashboard");
    for group in ["by_status", "by_country", "by_source", "by_kyc", "by_team", "per_day"] {
        let sum: i64 = figures[group].as_array().unwrap().iter().filter_map(|g| g["count"].as_i64()).sum();
        assert_eq!(sum, counted.len() as i64, "{role}: {group}");
    }
    clean(role, "dashboard", oracle.faults_of_text(&figures.to_string()));
}

/// Every GET of the specification, with and without ids: no text of any answer says what it must not.
async fn every_other_route(oracle: &Oracle, api: &Api<'_>) {
    let spec: Json = serde_json::from_str(&tenant_api::routes::tenant_spec()).unwrap();
    let mut calls = 0;
    for (path, item) in spec["paths"].as_object().unwrap() {
        if item.get("get").is_none() || path == "/api/events" {
            continue;
        }
        let paths = if path.contains('{') {
            let near: Vec<&Record> = oracle.records.iter().rev().take(4).collect();
            near.iter().map(|r| fill(path, &r.id.to_string())).chain([fill(path, &oracle.user.to_string())]).collect()
        } else {
            vec![path.clone()]
        };
        for path in paths {
            calls += 1;
            let answer = api.get(&path).await;
            assert!(answer.status < 500, "{}: {path}: {}", oracle.role, answer.text);
            clean(&oracle.role, &path, oracle.faults_of_text(&answer.text));
        }
    }
    assert!(calls > 30, "the specification has shrunk");
}

fn fill(path: &str, id: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { id } else { part }).collect::<Vec<_>>().join("/")
}

/// One actor of each of these roles looks around.
async fn by_everybody(world: &World, broker: &Broker<'_>, roles: &[String]) {
    let teams = Teams::make(broker).await;
    let others = [
        broker.user("Colleague", &roles[0], Some(teams.near)).await,
        broker.user("Underling", &roles[0], Some(teams.below)).await,
        broker.user("Stranger", &roles[0], Some(teams.far)).await,
    ];
    let mut actors = Vec::new();
    for (n, role) in roles.iter().enumerate() {
        let user = broker.user(&format!("Actor {n}"), role, Some(teams.near)).await;
        surround(world, broker, &teams, &others, user, u32::try_from(n).unwrap()).await;
        actors.push((user, format!("Actor {n}")));
    }
    for (user, name) in actors {
        let oracle = Oracle::read(world, broker, user).await;
        assert_eq!(oracle.records.len(), 2 * (roles.len() + 5));
        // Records of the other actors are like the colleague's: one of each place is looked at closely.
        let close: Vec<&Record> =
            oracle.records.iter().filter(|r| r.owner.is_none_or(|o| o == user || others.contains(&o))).collect();
        assert_eq!(close.len(), 12);
        look_around(&oracle, &close, &broker.signed_in(&name).await).await;
    }
}

async fn by_roles_of(template: &str) {
    let world = World::new().await;
    let broker = world.broker_from("acme", template).await;
    let schema = broker.tenant().await.key.schema();
    let roles: Vec<String> =
        sqlx::query_scalar(AssertSqlSafe(format!("select name from {schema}.roles"))).fetch_all(&world.admin).await.unwrap();
    assert!(roles.len() > 2, "{template}");
    by_everybody(&world, &broker, &roles).await;
}

#[tokio::test]
async fn every_role_of_the_forex_template_sees_what_it_may() {
    by_roles_of("forex-broker").await;
}

#[tokio::test]
async fn every_role_of_the_other_templates_sees_what_it_may() {
    by_roles_of("sales-crm").await;
    by_roles_of("partner-network").await;
}

/// A role with every reading right in one scope, one field at one level and all others at another.
async fn role(world: &World, schema: &str, field: &str, level: Level, others: Level, scope: Scope) -> String {
    let (id, name) = (Uuid::now_v7(), format!("{field} {} else {}", level.as_str(), others.as_str()));
    let run = async |sql: String| sqlx::query(AssertSqlSafe(sql)).execute(&world.admin).await.unwrap();
    run(format!("insert into {schema}.roles (id, name) values ('{id}', '{name}')")).await;
    for permission in PERMISSIONS.iter().filter(|p| ["clients.read", "leads.read", "dashboard.read"].contains(&p.key)) {
        let sql = format!("insert into {schema}.role_permissions values ('{id}', '{}', '{}')", permission.key, scope.as_str());
        run(sql).await;
    }
    for def in FIELDS {
        let word = if def.key == field { level } else { others }.as_str();
        run(format!("insert into {schema}.role_fields values ('{id}', '{}', '{word}')", def.key)).await;
    }
    name
}

/// One role for each sensitive field, which alone is at this level.
async fn by_lonely_fields(variants: &[(Level, Level)]) {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let tenant = broker.tenant().await;
    let mut roles = Vec::new();
    for (level, others) in variants {
        for (field, scope) in FIELDS.iter().zip(Scope::WIDEST_FIRST.iter().cycle()) {
            roles.push(role(&world, &tenant.key.schema(), field.key, *level, *others, *scope).await);
        }
    }
    provisioner::views::ensure_views(&world.app, &tenant).await.unwrap();
    by_everybody(&world, &broker, &roles).await;
}

#[tokio::test]
async fn each_field_alone_in_clear() {
    by_lonely_fields(&[(Level::Full, Level::Masked)]).await;
}

#[tokio::test]
async fn each_field_alone_masked_or_hidden() {
    // Both need the same database roles.
    by_lonely_fields(&[(Level::Masked, Level::Full), (Level::Hidden, Level::Full)]).await;
}

#[tokio::test]
async fn events_tell_only_of_records_in_scope() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let teams = Teams::make(&broker).await;
    let mut others = [Uuid::nil(); 3];
    for (other, (name, team)) in
        others.iter_mut().zip([("Colleague", teams.near), ("Underling", teams.below), ("Stranger", teams.far)])
    {
        *other = broker.user(name, "Agent", Some(team)).await;
    }
    let manager = broker.manager().await;
    for (n, name) in ["Agent", "Team Leader", "Support", "Partner Manager"].into_iter().enumerate() {
        let user = broker.user(&format!("Actor {n}"), name, Some(teams.near)).await;
        surround(&world, &broker, &teams, &others, user, u32::try_from(n).unwrap()).await;
    }
    world.start_workers();
    for n in 0..4 {
        let api = broker.signed_in(&format!("Actor {n}")).await;
        let oracle = Oracle::read(&world, &broker, api.id().parse().unwrap()).await;
        let wanted: BTreeSet<String> = oracle.records.iter().filter(|r| oracle.sees(r)).map(|r| r.id.to_string()).collect();
        assert!(!wanted.is_empty());
        let touch = async {
            // Those in scope last: when they have arrived, the others would have, too.
            let (last, first): (Vec<&Record>, Vec<&Record>) = oracle.records.iter().partition(|r| oracle.sees(r));
            for record in first.into_iter().chain(last) {
                let path = format!("/api/{}s/{}", record.kind, record.id);
                manager.patch(&path, &json!({ "source": word() })).await.expect(200);
            }
        };
        let events = api.follow("/api/events", wanted.len(), 15, touch).await;
        let told: BTreeSet<String> = events.iter().map(|(_, e)| e["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(told, wanted, "{}", oracle.role);
        let text = events.iter().map(|(kind, e)| format!("{kind} {e}\n")).collect::<String>();
        clean(&oracle.role, "events", oracle.faults_of_text(&text));
    }
}

#[tokio::test]
async fn the_checkers_find_a_leak_in_a_doctored_answer() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let teams = Teams::make(&broker).await;
    let others = [broker.user("Colleague", "Agent", Some(teams.near)).await; 3];
    let user = broker.user("Anna", "Agent", Some(teams.near)).await;
    surround(&world, &broker, &teams, &others, user, 0).await;
    let oracle = Oracle::read(&world, &broker, user).await;
    let api = broker.signed_in("Anna").await;
    let honest = api.get("/api/clients?limit=200").await.expect(200);
    clean("Agent", "list", oracle.faults_of_list("client", &honest));
    let mine = oracle.visible("client")[0].clone();
    let foreign = oracle.records.iter().find(|r| r.kind == "client" && !oracle.sees(r)).unwrap();

    // A clear value, an unmarked one, a record too many, a total too large: each by itself.
    let doctored = |change: &dyn Fn(&mut Json)| {
        let mut copy = honest.clone();
        change(&mut copy);
        oracle.faults_of_list("client", &copy)
    };
    for name in ["email", "phone", "date_of_birth", "address"] {
        assert_eq!(doctored(&|list| list["data"][0][name] = json!(mine.clear[name])).len(), 1, "{name}");
        let text = honest.to_string().replace(&mine.masked(name), &mine.clear[name]);
        assert!(!oracle.faults_of_text(&text).is_empty(), "{name}");
    }
    assert_eq!(doctored(&|list| list["data"][0]["masked"] = json!([])).len(), 4);
    let stranger = json!({ "id": foreign.id });
    assert!(doctored(&|list| list["data"].as_array_mut().unwrap().push(stranger.clone())).len() > 1);
    assert_eq!(doctored(&|list| list["total"] = json!(2)).len(), 1);
    assert_eq!(oracle.faults_of_text(&format!("a client called {} was changed", foreign.first_name)).len(), 1);
    clean("Agent", "text", oracle.faults_of_text("nothing of anybody"));
}

//! One policy on every endpoint: the list of endpoints, the role matrix, and calls from outside.
//!
//! All three come from the specification, so a new endpoint is in them without an edit, and the
//! snapshots show it to whoever reviews the change.

mod samples;
mod statuses;

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value as Json, json};
use sqlx::AssertSqlSafe;
use test_kit::{Api, Broker, Reply, World};
use uuid::Uuid;

use samples::{Sample, Samples};

/// One operation of the specification.
struct Operation {
    method: Method,
    path: String,
    id: String,
    security: String,
}

impl Operation {
    /// Method and path, as a line of a snapshot begins.
    fn name(&self) -> String {
        format!("{:<7}{}", self.method.as_str(), self.path)
    }
}

fn operations(spec: &str) -> Vec<Operation> {
    let spec: Json = serde_json::from_str(spec).unwrap();
    let mut all = Vec::new();
    for (path, item) in spec["paths"].as_object().unwrap() {
        for (method, op) in item.as_object().unwrap() {
            let security = op["security"]
                .as_array()
                .into_iter()
                .flatten()
                .flat_map(|s| s.as_object().unwrap().keys())
                .cloned()
                .collect::<Vec<_>>();
            all.push(Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                id: op["operationId"].as_str().unwrap_or_else(|| panic!("{path} has no operationId")).to_owned(),
                security: if security.is_empty() { "public".into() } else { security.join("+") },
            });
            assert!(op["summary"].is_string(), "{path} {method} is not described");
        }
    }
    all.sort_by(|a, b| (&a.path, a.method.as_str()).cmp(&(&b.path, b.method.as_str())));
    all
}

/// Everything at a broker's host: the product's own API and the faces for other programs.
fn tenant_operations() -> Vec<Operation> {
    let mut all = operations(&tenant_api::routes::tenant_spec());
    all.extend(operations(&tenant_api::routes::console_spec()));
    all.extend(operations(&tenant_api::routes::crm_spec()));
    all
}

fn platform_operations() -> Vec<Operation> {
    operations(&tenant_api::routes::platform_spec())
}

#[test]
fn the_list_of_endpoints() {
    let lines: Vec<String> = tenant_operations()
        .iter()
        .chain(&platform_operations())
        .map(|o| format!("{:<7}{:<50}{}", o.method.as_str(), o.path, o.security))
        .collect();
    insta::assert_snapshot!("endpoints", lines.join("\n"));
}

/// Sends an operation as a sample says.
async fn call(api: &Api<'_>, op: &Operation, sample: &Sample) -> Reply {
    if op.id != "followEvents" {
        return sample.send(api, op).await;
    }
    let response = api.request(Method::GET, &sample.path).send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    // An open stream has no end to wait for.
    let text = if status == 200 { String::new() } else { response.text().await.unwrap() };
    let json = serde_json::from_str(&text).unwrap_or(Json::Null);
    Reply { status, headers, text, json }
}

/// Switches every module on, before anybody has signed in: what is off says the same to everybody.
pub async fn open(world: &World, broker: &Broker<'_>) {
    let schema = broker.tenant().await.key.schema();
    let sql = format!(
        "insert into {schema}.settings (key, value) values ('modules', $1) on conflict (key) do update set value = excluded.value"
    );
    sqlx::query(AssertSqlSafe(sql)).bind(json!(template::MODULES)).execute(&world.admin).await.unwrap();
}

/// What an operation is about: the first word of its path.
fn kind_of(op: &Operation) -> &str {
    let path = ["/api/platform", "/api/crm", "/api", "/admin"].iter().find_map(|p| op.path.strip_prefix(p)).unwrap_or(&op.path);
    path.split('/').nth(1).unwrap_or_default()
}

#[tokio::test]
async fn strangers_get_nothing() {
    let world = World::new().await;
    let (acme, other) = (world.broker("acme").await, world.broker("other").await);
    open(&world, &acme).await;
    open(&world, &other).await;
    let team = acme.team("Sales", None).await;
    let agent = acme.user("Anna", "Agent", Some(team)).await;
    let manager = acme.manager().await;
    let manager_id: Uuid = manager.id().parse().unwrap();
    let mut samples = Samples::new(&world, &acme, agent, team).await;
    let nobody = acme.nobody();
    // Records of acme's that other's people named in a body, and what was taken nevertheless.
    let mut named = 0;
    for op in tenant_operations().iter().filter(|o| o.security != "public") {
        let name = format!("{} {}", op.method, op.path);
        let sample = if op.security == "StaffToken" { samples.of(op, manager_id).await } else { Sample::plain(op) };
        call(&nobody, op, &sample).await.refused(401, "unauthenticated");
        // Signed in anew each time: one of the operations is to sign out.
        let outsider = other.manager().await;
        let smuggler = acme.nobody().with_token(outsider.token());
        let foreign = call(&smuggler, op, &sample).await;
        assert_eq!(foreign.status, 401, "{name}: another broker's token: {}", foreign.text);
        // At their own host, with what is acme's.
        let reply = call(&outsider, op, &sample).await;
        assert!(!reply.text.contains("zqacme"), "{name}: {}", reply.text);
        let about_one = ["{id}", "{key}", "{undo_id}"].iter().any(|part| op.path.contains(part));
        if about_one {
            assert_eq!(reply.status, 404, "{name}: {}", reply.text);
        } else if !sample.ids.is_empty() {
            named += 1;
            // Many at once: those that are not there are left out.
            let nothing = ["changed", "assigned", "updated"].iter().any(|count| reply.json[count] == 0);
            let refused = [404, 422].contains(&reply.status);
            assert!(refused || (reply.status == 200 && nothing), "{name}: {} {}", reply.status, reply.text);
        }
        assert!(reply.status < 500, "{name}: {}", reply.text);
    }
    assert!(named > 15, "{named}");
    for op in platform_operations().iter().filter(|o| o.security != "public") {
        let (name, sample) = (format!("{} {}", op.method, op.path), Sample::plain(op));
        call(&world.platform(), op, &sample).await.refused(401, "unauthenticated");
        let staff = call(&world.platform().with_token(manager.token()), op, &sample).await;
        assert_eq!(staff.status, 401, "{name}: {}", staff.text);
        let owner_at_broker = call(&manager, op, &sample).await;
        assert_eq!(owner_at_broker.status, 404, "{name} at a broker's host: {}", owner_at_broker.text);
    }
}

/// Operations that nobody in the matrix gets through with, and why.
const CLOSED_TO_ALL: &[(&str, &str)] = &[
    ("crmSyncAll", "there is no program to fetch from"),
    ("crmSyncBrivity", "there is no such program to fetch from"),
    ("crmSyncTopProducer", "there is no such program to fetch from"),
];

#[tokio::test]
async fn the_matrix_of_roles() {
    let world = World::new().await;
    let acme = world.broker("acme").await;
    open(&world, &acme).await;
    let team = acme.team("Sales", None).await;
    let away = acme.team("Away", None).await;
    let owner = acme.user("Anna", "Agent", Some(team)).await;
    let mut samples = Samples::new(&world, &acme, owner, team).await;
    let roles = ["CRM Manager", "Team Leader", "Agent", "Compliance", "Support", "Partner Manager"];
    // Each role meets records of which it owns none: that is what scopes are about. What is only ever one's own
    // is theirs for the one who is near, and somebody else's for the one who is far.
    let mut table: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut through = BTreeSet::new();
    for (i, role) in roles.iter().enumerate() {
        let near = acme.actor(&format!("Near {i}"), role, Some(team)).await;
        let far = acme.actor(&format!("Far {i}"), role, Some(away)).await;
        for op in tenant_operations().iter().filter(|o| o.security == "StaffToken") {
            let mut cells = Vec::new();
            for (actor, mine) in [(&near, near.id().parse().unwrap()), (&far, owner)] {
                let sample = samples.of(op, mine).await;
                let status = call(actor, op, &sample).await.status;
                assert!(status < 500, "{} as {role}: {status}", op.id);
                // Whoever was refused has changed nothing, so that the same record serves the next one.
                if status < 400 {
                    samples.spent(op);
                    through.insert(op.id.clone());
                }
                cells.push(status.to_string());
            }
            table.entry(op.name()).or_default().push(cells.join("/"));
        }
    }
    let all = tenant_operations();
    let closed: BTreeSet<&str> =
        all.iter().filter(|o| o.security == "StaffToken" && !through.contains(&o.id)).map(|o| o.id.as_str()).collect();
    let expected: BTreeSet<&str> = CLOSED_TO_ALL.iter().map(|(id, _)| *id).collect();
    let mut text = format!("{:<52}{}\n", "status in the record's team / in another", roles.map(|r| format!("{r:<17}")).concat());
    for (op, cells) in &table {
        text.push_str(&format!("{op:<52}{}\n", cells.iter().map(|c| format!("{c:<17}")).collect::<String>()));
    }
    assert_eq!(closed, expected, "nobody gets through with these: a row that only refuses shows no scope\n{text}");
    let text: Vec<&str> = text.lines().map(str::trim_end).collect();
    insta::assert_snapshot!("role-matrix", text.join("\n"));
}

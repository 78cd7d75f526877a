//! One policy on every endpoint: the list of endpoints, the role matrix, and calls from outside.
//!
//! All three come from the specification, so a new endpoint is in them without an edit, and the
//! snapshots show it to whoever reviews the change.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value as Json, json};
use sqlx::AssertSqlSafe;
use test_kit::{Api, Broker, World};

/// One operation of the specification.
struct Operation {
    method: Method,
    path: String,
    id: String,
    security: String,
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

/// Sends an operation with ids of the given records and a body that could work.
async fn call(api: &Api<'_>, op: &Operation, ids: &BTreeMap<&str, String>, tag: &str) -> test_kit::Reply {
    let id = ids.get(kind_of(op)).cloned().unwrap_or_else(|| "0190a000-0000-7000-8000-000000000000".into());
    let path = op.path.replace("{id}", &id).replace("{tag_id}", "0190a000-0000-7000-8000-000000000000").replace("{slug}", "acme");
    if op.id == "followEvents" {
        let response = api.request(Method::GET, &path).send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        // An open stream has no end to wait for.
        let text = if status == 200 { String::new() } else { response.text().await.unwrap() };
        let json = serde_json::from_str(&text).unwrap_or(Json::Null);
        return test_kit::Reply { status, headers, text, json };
    }
    let mut request = api.request(op.method.clone(), &path);
    if matches!(op.method, Method::POST | Method::PUT | Method::PATCH) {
        request = request.json(&body(op, ids, tag));
    }
    api.send(request).await
}

fn body(op: &Operation, ids: &BTreeMap<&str, String>, tag: &str) -> Json {
    let email = format!("{tag}-{}@example.com", op.id.to_lowercase());
    match op.id.as_str() {
        "createClient" | "createLead" | "createPublicLead" => {
            json!({ "first_name": "New", "last_name": "Person", "email": email })
        }
        "consoleCreateCustomer" => json!({ "name": "New Person", "email": email }),
        "createPartner" => json!({ "name": "New Partner", "email": email }),
        "createUser" => json!({ "name": "New User", "email": email, "role": "Agent" }),
        "createTeam" => json!({ "name": format!("Team {tag}") }),
        "createContact" | "crmCreateContact" => json!({ "first_name": "New" }),
        "createDeal" | "createOpportunity" => json!({ "name": "New" }),
        "moveDeal" | "moveOpportunity" => json!({ "stage": "verified" }),
        "createPipeline" => json!({ "name": format!("Pipeline {tag}") }),
        "setExchangeRate" => json!({ "currency": "EUR", "rate": "1.1" }),
        "assignClients" => json!({ "ids": [ids["clients"]], "assigned_to": ids["owner"] }),
        "assignContacts" => json!({ "ids": [ids["contacts"]], "assigned_to": ids["owner"] }),
        "assignDeals" => json!({ "ids": [ids["deals"]], "assigned_to": ids["owner"] }),
        "assignOpportunities" => json!({ "ids": [ids["opportunities"]], "assigned_to": ids["owner"] }),
        "changeContacts" => json!({ "ids": [ids["contacts"]], "change": { "add_tags": ["new"] } }),
        "changeDeals" => json!({ "ids": [ids["deals"]], "change": { "add_tags": ["new"] } }),
        "changeOpportunities" => json!({ "ids": [ids["opportunities"]], "change": { "add_tags": ["new"] } }),
        "setLeadStatus" => json!({ "status": "contacted" }),
        _ => json!({}),
    }
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

/// Kinds of records that operations are about.
const KINDS: [&str; 6] = ["clients", "leads", "contacts", "opportunities", "deals", "partners"];

/// New records of these kinds, all assigned to one agent. A customer is a client.
async fn records(manager: &Api<'_>, owner: &str, tag: &str, kinds: &[&str]) -> BTreeMap<&'static str, String> {
    let mut made = BTreeMap::from([("users", owner.to_owned()), ("owner", owner.to_owned())]);
    for kind in KINDS.into_iter().filter(|k| kinds.contains(k)) {
        let name = format!("zq{tag}{}", &kind[..2]);
        let mut body = match kind {
            "partners" => json!({ "name": name, "email": format!("{name}@example.com") }),
            "deals" | "opportunities" => json!({ "name": name, "assigned_to": owner }),
            _ => {
                json!({ "first_name": "Marker", "last_name": name, "email": format!("{name}@example.com"), "assigned_to": owner })
            }
        };
        if kind == "contacts" {
            body["client_id"] = made.get("clients").map(String::as_str).into();
        }
        let reply = manager.post(&format!("/api/{kind}"), &body).await.expect(201);
        made.insert(kind, reply["id"].as_str().unwrap().to_owned());
    }
    if let Some(client) = made.get("clients").cloned() {
        made.insert("customers", client);
    }
    made
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
    let mut ids = records(&manager, &agent.to_string(), "acme", &KINDS).await;
    ids.insert("teams", team.to_string());
    let nobody = acme.nobody();
    for op in tenant_operations().iter().filter(|o| o.security != "public") {
        let name = format!("{} {}", op.method, op.path);
        call(&nobody, op, &ids, "n").await.refused(401, "unauthenticated");
        // Signed in anew each time: one of the operations is to sign out.
        let outsider = other.manager().await;
        let smuggler = acme.nobody().with_token(outsider.token());
        let foreign = call(&smuggler, op, &ids, "s").await;
        assert_eq!(foreign.status, 401, "{name}: another broker's token: {}", foreign.text);
        // At their own host, with ids of ours.
        let reply = call(&outsider, op, &ids, "o").await;
        assert!(!reply.text.contains("zqacme"), "{name}: {}", reply.text);
        if op.path.contains("{id}") {
            assert_eq!(reply.status, 404, "{name}: {}", reply.text);
        }
        assert!(reply.status < 500, "{name}: {}", reply.text);
    }
    for op in platform_operations().iter().filter(|o| o.security != "public") {
        let name = format!("{} {}", op.method, op.path);
        call(&world.platform(), op, &ids, "n").await.refused(401, "unauthenticated");
        let staff = call(&world.platform().with_token(manager.token()), op, &ids, "s").await;
        assert_eq!(staff.status, 401, "{name}: {}", staff.text);
        let owner_at_broker = call(&manager, op, &ids, "b").await;
        assert_eq!(owner_at_broker.status, 404, "{name} at a broker's host: {}", owner_at_broker.text);
    }
}

#[tokio::test]
async fn the_matrix_of_roles() {
    let world = World::new().await;
    let acme = world.broker("acme").await;
    open(&world, &acme).await;
    let team = acme.team("Sales", None).await;
    let away = acme.team("Away", None).await;
    let owner = acme.user("Anna", "Agent", Some(team)).await;
    let manager = acme.manager().await;
    let roles = ["CRM Manager", "Team Leader", "Agent", "Compliance", "Support", "Partner Manager"];
    // Nobody who only reads changes what the next one sees.
    let kept = records(&manager, &owner.to_string(), "kept", &KINDS).await;
    // Each role meets records of its own, of which it owns none: that is what scopes are about.
    let mut table: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (i, role) in roles.iter().enumerate() {
        let near = acme.actor(&format!("Near {i}"), role, Some(team)).await;
        let far = acme.actor(&format!("Far {i}"), role, Some(away)).await;
        for op in tenant_operations().iter().filter(|o| o.security == "StaffToken") {
            let mut cells = Vec::new();
            for (who, actor) in [("near", &near), ("far", &far)] {
                let tag = format!("{who}{i}{}", op.id.to_lowercase());
                let mut ids = if op.method == Method::GET {
                    kept.clone()
                } else {
                    let kinds: &[&str] = match kind_of(op) {
                        // A contact of a client.
                        "contacts" => &["clients", "contacts"],
                        "customers" => &["clients"],
                        kind => &[kind],
                    };
                    records(&manager, &owner.to_string(), &tag, kinds).await
                };
                if kind_of(op) == "users" && op.method != Method::GET {
                    let spare = acme.user(&format!("Spare {tag}"), "Agent", Some(team)).await;
                    ids.insert("users", spare.to_string());
                }
                ids.insert("teams", team.to_string());
                cells.push(call(actor, op, &ids, &tag).await.status.to_string());
            }
            table.entry(format!("{:<7}{}", op.method.as_str(), op.path)).or_default().push(cells.join("/"));
        }
    }
    let mut text = format!("{:<52}{}\n", "status in the record's team / in another", roles.map(|r| format!("{r:<17}")).concat());
    for (op, cells) in &table {
        text.push_str(&format!("{op:<52}{}\n", cells.iter().map(|c| format!("{c:<17}")).collect::<String>()));
    }
    let text: Vec<&str> = text.lines().map(str::trim_end).collect();
    insta::assert_snapshot!("role-matrix", text.join("\n"));
}

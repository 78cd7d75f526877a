//! The contracts of outside programs, path by path and status by status: whoever builds on `/admin` or `/api/crm`
//! relies on what a refusal says as much as on what a success says.
//!
//! What each operation can refuse follows from its specification: a path with an id can be about nothing, a body can
//! be no JSON. So a new operation is in here without an edit, and the snapshot shows it to whoever reviews the change.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::multipart::{Form, Part};
use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, Reply, World};
use uuid::Uuid;

use super::samples::{Sample, Samples};
use super::{CLOSED_TO_ALL, Operation, open, operations};

/// Operations that everybody may who is signed in: they are about oneself, or about words that are no records.
const OPEN_TO_ALL: &[&str] = &["consoleMe", "consoleListTags", "consoleGetTag"];

/// What a body may hold in any form.
const FREE: &[&str] = &["contact_preferences"];

/// What can be said wrongly in a query. Words that are only searched for cannot.
const WRONG: &[(&[&str], &str)] = &[
    (&["limit", "page", "page_size"], "0"),
    (&["offset"], "-1"),
    (&["date_from", "date_to", "created_from", "created_to", "from", "to"], "yesterday-ish"),
    (&["amount_min", "amount_max", "rating_min"], "much"),
    (&["sort", "sort_by", "sort_order", "cursor", "period", "completed", "with"], "nothing"),
    (&["status", "type", "stage", "priority", "outcome"], "nothing"),
    (&["customer_id", "deal_id", "activity_id", "contact_id", "opportunity_id", "client_id", "tag_id"], "no-id"),
];

/// What has been seen: the statuses of each operation, and those that are not what they should be.
#[derive(Default)]
struct Seen {
    statuses: BTreeMap<String, BTreeSet<u16>>,
    faults: Vec<String>,
}

impl Seen {
    fn note(&mut self, op: &Operation, reply: &Reply) {
        self.statuses.entry(op.name()).or_default().insert(reply.status);
    }

    fn check(&mut self, op: &Operation, holds: bool, what: &str, text: &str) {
        if !holds {
            self.faults.push(format!("{}: {what}: {}", op.name(), text.chars().take(300).collect::<String>()));
        }
    }

    /// An answer that must be a refusal of one kind.
    fn refused(&mut self, op: &Operation, reply: Reply, status: u16, code: &str, what: &str) -> Json {
        let right = (reply.status, reply.json["code"].as_str()) == (status, Some(code));
        let says = reply.json["message"].as_str().is_some_and(|m| !m.is_empty());
        self.check(op, right && says, what, &format!("{} and not {status} {code}: {}", reply.status, reply.text));
        self.note(op, &reply);
        reply.json
    }
}

/// The media type of an operation's body, and the names of what is in it.
fn body_of(spec: &Json, op: &Operation) -> Option<(String, Vec<String>)> {
    let content = spec["paths"][&op.path][op.method.as_str().to_lowercase()]["requestBody"]["content"].as_object()?;
    let (kind, body) = content.iter().next()?;
    let schema = match body["schema"]["$ref"].as_str() {
        Some(at) => spec.pointer(at.trim_start_matches('#')).unwrap(),
        None => &body["schema"],
    };
    let names = schema["properties"].as_object().unwrap_or_else(|| panic!("{} takes anything", op.id));
    Some((kind.clone(), names.keys().cloned().collect()))
}

fn queries_of(spec: &Json, op: &Operation) -> Vec<String> {
    let parameters = spec["paths"][&op.path][op.method.as_str().to_lowercase()]["parameters"].as_array();
    parameters.into_iter().flatten().filter(|p| p["in"] == "query").map(|p| p["name"].as_str().unwrap().to_owned()).collect()
}

async fn with_body(api: &Api<'_>, op: &Operation, sample: &Sample, kind: &str, body: String) -> Reply {
    api.send(api.request(op.method.clone(), &sample.path).header("content-type", kind).body(body)).await
}

/// Everything that can be wrong with a request, each refused with its own status; last, what works.
async fn each_status(broker: &Broker<'_>, powerless: &Api<'_>, samples: &mut Samples<'_>, spec: &str, seen: &mut Seen) {
    let ops = operations(spec).into_iter().filter(|o| o.security == "StaffToken");
    let spec: &Json = &serde_json::from_str(spec).unwrap();
    let manager = broker.manager().await;
    let unknown = broker.nobody().with_token("nonsense");
    let mine: Uuid = manager.id().parse().unwrap();
    for op in &ops.collect::<Vec<_>>() {
        let sample = samples.of(op, mine).await;
        seen.refused(op, sample.send(&broker.nobody(), op).await, 401, "unauthenticated", "nobody");
        seen.refused(op, sample.send(&unknown, op).await, 401, "invalid_token", "no token of ours");
        let reply = sample.send(powerless, op).await;
        if OPEN_TO_ALL.contains(&op.id.as_str()) {
            seen.check(op, reply.status < 300, "open to all", &reply.text);
        } else {
            seen.refused(op, reply, 403, "forbidden", "without a permission");
        }
        if op.path.contains("{id}") {
            for (nothing, what) in [(Uuid::now_v7().to_string(), "nothing has this id"), ("no-id".into(), "no id")] {
                let path = sample.path.replacen(&sample.ids[0], &nothing, 1);
                let reply = Sample { path, ..sample.clone() }.send(&manager, op).await;
                seen.refused(op, reply, 404, "not_found", what);
            }
        }
        if let Some((kind, names)) = body_of(spec, op) {
            let reply = with_body(&manager, op, &sample, "text/plain", "some=thing".into()).await;
            seen.refused(op, reply, 415, "unsupported_media_type", "no JSON by its own word");
            if kind == "application/json" {
                let reply = with_body(&manager, op, &sample, &kind, "{".into()).await;
                seen.refused(op, reply, 400, "invalid_json", "half a body");
                let reply = with_body(&manager, op, &sample, &kind, "x".repeat(1_200_000)).await;
                seen.refused(op, reply, 413, "payload_too_large", "too much");
                for n in names.iter().filter(|n| !FREE.contains(&n.as_str())) {
                    // Nothing of ours is a list in a list.
                    let mut wrong = sample.body.clone();
                    wrong[n] = json!([[1]]);
                    let reply = with_body(&manager, op, &sample, &kind, wrong.to_string()).await;
                    let told = seen.refused(op, reply, 422, "validation_failed", n);
                    let named =
                        told["data"]["fields"].as_object().is_some_and(|all| all.keys().any(|k| k.starts_with(n.as_str())));
                    seen.check(op, named, n, &told.to_string());
                }
            }
        }
        for query in queries_of(spec, op) {
            let Some((_, wrong)) = WRONG.iter().find(|(names, _)| names.contains(&query.as_str())) else { continue };
            let (path, rest) = sample.path.split_once('?').unwrap_or((&sample.path, ""));
            let path = format!("{path}?{query}={wrong}&{rest}");
            let reply = Sample { path, ..sample.clone() }.send(&manager, op).await;
            let told = seen.refused(op, reply, 422, "validation_failed", &query);
            seen.check(op, told["data"]["fields"][&query].is_array(), &query, &told.to_string());
        }
        // Nothing of all this has changed anything.
        let reply = sample.send(&manager, op).await;
        let closed = CLOSED_TO_ALL.iter().any(|(id, _)| *id == op.id);
        seen.check(op, reply.status < 400 || closed, "with everything right", &reply.text);
        seen.note(op, &reply);
        samples.spent(op);
    }
}

/// What is refused because of how something else stands: no specification tells how to get there.
async fn each_conflict(broker: &Broker<'_>, seen: &mut Seen) {
    let manager = broker.manager().await;
    let specs = [tenant_api::routes::console_spec(), tenant_api::routes::crm_spec()];
    let ops: Vec<Operation> = specs.iter().flat_map(|spec| operations(spec)).collect();
    let made = async |path: &str, body: Json| manager.post(path, &body).await.expect(201)["id"].as_str().unwrap().to_owned();
    let mut conflict = async |id: &str, about: &str, body: Json, code: &str| {
        let op = ops.iter().find(|o| o.id == id).unwrap_or_else(|| panic!("no {id}"));
        let request = manager.request(op.method.clone(), &op.path.replace("{id}", about)).json(&body);
        seen.refused(op, manager.send(request).await, 409, code, "in conflict");
    };
    let person = |email: &str| json!({ "name": "Jane Doe", "email": email });
    let jane = made("/admin/customers", person("jane@conflict.example")).await;
    let john = made("/admin/customers", person("john@conflict.example")).await;
    conflict("consoleCreateCustomer", "", person("Jane@conflict.example"), "EMAIL_EXISTS").await;
    conflict("consoleReplaceCustomer", &john, person("jane@conflict.example"), "EMAIL_EXISTS").await;
    conflict("consoleUpdateCustomer", &john, json!({ "email": "jane@conflict.example" }), "EMAIL_EXISTS").await;
    manager.delete(&format!("/admin/customers/{john}")).await.expect(204);
    made("/admin/customers", person("john@conflict.example")).await;
    conflict("consoleRestoreCustomer", &john, json!({}), "EMAIL_EXISTS").await;

    let tag = made("/admin/tags", json!({ "name": "Whale" })).await;
    let other = made("/admin/tags", json!({ "name": "Minnow" })).await;
    conflict("consoleCreateTag", "", json!({ "name": "whale" }), "tag_exists").await;
    conflict("consoleUpdateTag", &other, json!({ "name": "WHALE" }), "tag_exists").await;
    manager.post(&format!("/admin/customers/{jane}/tags"), &json!({ "tag_ids": [tag] })).await.expect(200);

    // Closed deals reopen by one way only, and stages with deals in them do not go.
    let deal = made("/admin/deals", json!({ "name": "Won", "customer_id": jane })).await;
    let chance = made("/api/crm/opportunities", json!({ "name": "Won" })).await;
    let pipelines = manager.get("/api/pipelines").await.expect(200).as_array().unwrap().clone();
    let pipeline = pipelines.into_iter().find(|p| p["is_default"] == true).unwrap();
    let stages = pipeline["stages"].as_array().unwrap();
    let won = stages.iter().find(|s| s["outcome"] == "won").unwrap()["key"].clone();
    let open = stages[0]["key"].clone();
    for (kind, id) in [("deals", &deal), ("opportunities", &chance)] {
        manager.patch(&format!("/api/{kind}/{id}/stage"), &json!({ "stage": won })).await.expect(200);
    }
    let back = json!({ "name": "Won", "customer_id": jane, "stage": open });
    for id in ["consoleMoveDeal", "consoleUpdateDeal", "consoleReplaceDeal", "crmUpdateDeal", "crmReplaceDeal"] {
        conflict(id, &deal, back.clone(), "invalid_transition").await;
    }
    let back = json!({ "name": "Won", "stage": open });
    for id in ["crmUpdateOpportunity", "crmReplaceOpportunity"] {
        conflict(id, &chance, back.clone(), "invalid_transition").await;
    }
    made("/admin/deals", json!({ "name": "New", "customer_id": jane, "stage": open })).await;
    let about = pipeline["key"].as_str().unwrap();
    let stages = manager.get(&format!("/admin/pipelines/{about}/stages")).await.expect(200)["data"].clone();
    let left: Vec<&Json> = stages.as_array().unwrap().iter().filter(|s| s["key"] != open).collect();
    conflict("consolePutStages", about, json!({ "stages": left }), "stage_in_use").await;

    let call = made("/admin/activities", json!({ "type": "call", "title": "Call", "customer_id": jane })).await;
    manager.patch(&format!("/admin/activities/{call}"), &json!({ "status": "cancelled" })).await.expect(200);
    conflict("consoleCompleteActivity", &call, json!({}), "not_scheduled").await;
}

/// A search for one letter, a form without a file, without a record, and with a file that is too long.
async fn each_other_fault(broker: &Broker<'_>, seen: &mut Seen) {
    let manager = broker.manager().await;
    let of = |spec: String, id: &str| operations(&spec).into_iter().find(|o| o.id == id).unwrap_or_else(|| panic!("no {id}"));
    let op = of(tenant_api::routes::crm_spec(), "crmSearch");
    let reply = manager.get(&format!("{}?q=s", op.path)).await;
    seen.refused(&op, reply, 400, "query_too_short", "one letter");
    let op = of(tenant_api::routes::console_spec(), "consoleCreateAttachment");
    let client = manager.post("/admin/customers", &json!({ "name": "Ann File", "email": "ann@file.example" })).await.expect(201);
    let file = |length: usize| Part::bytes(vec![b'x'; length]).file_name("a.txt");
    let about = || Form::new().text("customer_id", client["id"].as_str().unwrap().to_owned());
    let send = async |form: Form| manager.send(manager.request(op.method.clone(), &op.path).multipart(form)).await;
    seen.refused(&op, send(about()).await, 422, "validation_failed", "no file");
    seen.refused(&op, send(Form::new().part("file", file(3))).await, 422, "validation_failed", "no record");
    seen.refused(&op, send(about().part("file", file(26 << 20))).await, 413, "file_too_large", "too long");
}

#[tokio::test]
async fn each_path_for_other_programs_answers_with_each_of_its_statuses() {
    let world = World::new().await;
    let acme = world.broker("acme").await;
    open(&world, &acme).await;
    let team = acme.team("Sales", None).await;
    let owner = acme.user("Anna", "Agent", Some(team)).await;
    let mut samples = Samples::new(&world, &acme, owner, team).await;
    let none = json!({ "name": "None", "permissions": {}, "fields": {} });
    acme.manager().await.post("/api/roles", &none).await.expect(201);
    let powerless = acme.actor("Powerless", "None", None).await;
    let mut seen = Seen::default();
    for spec in [tenant_api::routes::console_spec(), tenant_api::routes::crm_spec()] {
        each_status(&acme, &powerless, &mut samples, &spec, &mut seen).await;
    }
    each_conflict(&acme, &mut seen).await;
    each_other_fault(&acme, &mut seen).await;
    assert!(seen.faults.is_empty(), "{} faults:\n{}", seen.faults.len(), seen.faults.join("\n"));
    let lines: Vec<String> = seen
        .statuses
        .iter()
        .map(|(op, statuses)| format!("{op:<60}{}", statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(" ")))
        .collect();
    insta::assert_snapshot!("statuses", lines.join("\n"));
}

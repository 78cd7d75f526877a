//! Settings that switch parts of the CRM off: the modules and the public form.

use kernel::module::module_of;
use reqwest::Method;
use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::{Api, World};

fn person(name: &str) -> Json {
    json!({ "first_name": name, "last_name": "Person", "email": format!("{name}@example.com") })
}

async fn set(manager: &Api<'_>, body: Json) -> Json {
    manager.patch("/api/settings", &body).await.expect(200)
}

/// The operations of the specification whose path begins with a module's word.
fn operations(area: &str) -> Vec<(Method, String)> {
    let spec: Json = serde_json::from_str(&tenant_api::routes::tenant_spec()).unwrap();
    let mut found = Vec::new();
    for (path, item) in spec["paths"].as_object().unwrap() {
        if path.split('/').nth(2) != Some(area) {
            continue;
        }
        for method in item.as_object().unwrap().keys() {
            let path = path.replace("{id}", "0190a000-0000-7000-8000-000000000000");
            found.push((method.to_uppercase().parse().unwrap(), path));
        }
    }
    found
}

#[tokio::test]
async fn a_module_that_is_off_is_closed_to_everybody() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let all: Vec<String> =
        serde_json::from_value(broker.nobody().get("/api/branding").await.expect(200)["modules"].clone()).unwrap();
    let lead = ada.post("/api/leads", &person("leo")).await.expect(201)["id"].as_str().unwrap().to_owned();
    let roles = ada.get("/api/roles").await.expect(200);
    let role = roles["data"].as_array().unwrap().iter().find(|r| r["name"] == "Agent").unwrap().clone();
    let made = ada.post("/api/api-keys", &json!({ "name": "Sync", "role": "CRM Manager" })).await.expect(201);
    let program = broker.nobody().with_token(made["key"].as_str().unwrap());
    program.get("/api/leads").await.expect(200);
    for module in ["leads", "partners", "clients"] {
        let without: Vec<&String> = all.iter().filter(|m| *m != module).collect();
        let undo = set(&ada, json!({ "modules": without })).await["undo_id"].as_str().unwrap().to_owned();
        let operations = operations(module);
        assert!(operations.len() > 2, "{module}: {operations:?}");
        for (method, path) in operations {
            for who in [&ada, &program] {
                let reply = who.send(who.request(method.clone(), &path).json(&json!({}))).await;
                assert!([403, 404, 422].contains(&reply.status), "{module} {method} {path}: {}", reply.text);
            }
        }
        for who in [&ada, &program] {
            who.get(&format!("/api/{module}")).await.refused(403, "module_off");
            who.post(&format!("/api/{module}"), &person("nora")).await.refused(403, "module_off");
        }
        // Nobody has what belongs to it, and no editor offers it.
        let me = ada.get("/api/me").await.expect(200);
        let mine: Vec<&str> = me["user"]["permissions"].as_array().unwrap().iter().map(|p| p.as_str().unwrap()).collect();
        assert!(mine.iter().all(|p| module_of(p) != Some(module)) && mine.len() > 5, "{mine:?}");
        let catalogue = ada.get("/api/permissions").await.expect(200);
        for list in ["permissions", "fields"] {
            let keys: Vec<&str> = catalogue[list].as_array().unwrap().iter().map(|p| p["key"].as_str().unwrap()).collect();
            assert!(!keys.is_empty() || list == "fields");
            assert!(keys.iter().all(|p| module_of(p) != Some(module)), "{keys:?}");
        }
        let why = ada.get(&format!("/api/access/explain?permission={module}.read")).await.expect(200);
        assert!(why["allowed"] == false && why["reason"].as_str().unwrap().contains("switched off"), "{why}");
        // Roles keep what they have for the day it comes back, edits included.
        let path = format!("/api/roles/{}", role["id"].as_str().unwrap());
        ada.patch(&path, &json!({ "description": format!("Without {module}") })).await.expect(200);
        assert_eq!(ada.get(&path).await.expect(200)["permissions"], role["permissions"]);
        let copy = ada.post("/api/roles", &json!({ "name": format!("No {module}"), "copy_of": "CRM Manager" })).await.expect(201);
        assert_eq!(copy["permissions"][format!("{module}.read")], "all");
        if module == "leads" {
            broker.nobody().get("/api/public/form").await.refused(404, "form_closed");
            broker.nobody().post("/api/public/leads", &person("zoe")).await.refused(404, "form_closed");
        }
        if module == "clients" {
            ada.get("/api/dashboard/clients").await.refused(403, "module_off");
        }
        ada.post(&format!("/api/undo/{undo}"), &json!({})).await.expect(200);
        ada.get(&format!("/api/{module}")).await.expect(200);
        program.get(&format!("/api/{module}")).await.expect(200);
    }
    assert_eq!(ada.get(&format!("/api/leads/{lead}")).await.expect(200)["first_name"], "leo", "the data stayed");
    ada.get("/api/dashboard/clients").await.expect(200);
    broker.nobody().get("/api/public/form").await.expect(200);
}

#[tokio::test]
async fn open_screens_hear_of_it_and_get_nothing_of_the_module() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let bea = broker.actor("Bea", "CRM Manager", None).await;
    world.start_workers();
    let events = bea
        .follow("/api/events", 4, 4, async {
            set(&ada, json!({ "modules": ["clients"] })).await;
            // What the product itself does meanwhile is no business of theirs, either.
            let tx = broker.tx().await;
            assert_eq!(tx.scalar::<i64>("select count(*) from leads", []).await.unwrap(), Some(0));
            drop(tx);
            ada.post("/api/clients", &person("carl")).await.expect(201);
        })
        .await;
    let names: Vec<&str> = events.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.contains(&"access.changed") && names.contains(&"client.created"), "{names:?}");
}

#[tokio::test]
async fn what_a_template_leaves_out_is_off_from_the_start() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    for path in ["/api/partners", "/api/documents"] {
        ada.get(path).await.refused(403, "module_off");
    }
    ada.get("/api/leads").await.expect(200);
    ada.get("/api/clients").await.expect(200);
    // The platform's own realm has no modules, and nothing of it is off.
    world.owner().await.get("/api/platform/tenants").await.expect(200);
}

#[tokio::test]
async fn kinds_of_documents_go_with_the_documents() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let all: Vec<String> =
        serde_json::from_value(broker.nobody().get("/api/branding").await.expect(200)["modules"].clone()).unwrap();
    ada.get("/api/document-types").await.expect(200);
    // Without clients there are no documents either.
    for module in ["documents", "clients"] {
        let without: Vec<&String> = all.iter().filter(|m| *m != module).collect();
        let undo = set(&ada, json!({ "modules": without })).await["undo_id"].as_str().unwrap().to_owned();
        for (method, path) in operations("document-types") {
            let path = path.replace("{key}", "passport");
            let reply = ada.send(ada.request(method.clone(), &path).json(&json!({ "label": "", "keys": [] }))).await;
            assert_eq!((reply.status, reply.json["code"].as_str()), (403, Some("module_off")), "{method} {path}: {}", reply.text);
        }
        ada.post(&format!("/api/undo/{undo}"), &json!({})).await.expect(200);
        ada.get("/api/document-types").await.expect(200);
    }
}

#[tokio::test]
async fn the_public_form_can_be_closed() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let partner = json!({ "name": "Pia", "email": "pia@example.com" });
    let partner = ada.post("/api/partners", &partner).await.expect(201)["id"].as_str().unwrap().to_owned();
    ada.patch(&format!("/api/partners/{partner}"), &json!({ "approved": true })).await.expect(200);
    let visitor = broker.nobody();
    let of_partner = format!("/api/public/form?partner_id={partner}");
    visitor.get(&of_partner).await.expect(200);
    let undo = set(&ada, json!({ "public_form_enabled": false })).await["undo_id"].as_str().unwrap().to_owned();
    for path in ["/api/public/form", &of_partner, "/api/public/form?partner_id=nobody"] {
        visitor.get(path).await.refused(404, "form_closed");
    }
    visitor.post("/api/public/leads", &person("zoe")).await.refused(404, "form_closed");
    assert_eq!(ada.get("/api/leads").await.expect(200)["total"], 0);
    // The staff's own way stays open, and so does another broker's form.
    ada.post("/api/leads", &person("leo")).await.expect(201);
    world.broker("other").await.nobody().get("/api/public/form").await.expect(200);
    ada.post(&format!("/api/undo/{undo}"), &json!({})).await.expect(200);
    visitor.post("/api/public/leads", &person("zoe")).await.expect(201);
}

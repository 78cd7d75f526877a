//! The contract of a sales program, spoken over plain HTTP: each path of `/api/crm` with each of its answers.

mod activities;
mod contacts;
mod deals;
mod pipeline;

use reqwest::Method;
use serde_json::{Value as Json, json};
use test_kit::{Api, World};

pub fn id(of: &Json) -> &str {
    of["id"].as_str().unwrap_or_else(|| panic!("{of}"))
}

/// Adds a record.
pub async fn made(api: &Api<'_>, what: &str, body: Json) -> Json {
    api.post(&format!("/api/crm/{what}"), &body).await.expect(201)
}

/// The names of the fields that a refusal names.
pub fn named(refused: &Json) -> Vec<&str> {
    refused["data"]["fields"].as_object().unwrap().keys().map(String::as_str).collect()
}

/// What a field holds in each record of a list.
pub fn column<'a>(list: &'a Json, field: &str) -> Vec<&'a Json> {
    list["data"].as_array().unwrap_or_else(|| panic!("{list}")).iter().map(|r| &r[field]).collect()
}

/// A record of each kind, that of activities last.
async fn one_of_each(api: &Api<'_>) -> [(&'static str, Json); 4] {
    [
        ("contacts", made(api, "contacts", json!({ "name": "Zoe Zq" })).await),
        ("opportunities", made(api, "opportunities", json!({ "name": "Zq opportunity" })).await),
        ("deals", made(api, "deals", json!({ "name": "Zq deal" })).await),
        ("activities", made(api, "activities", json!({ "type": "call", "subject": "Zq call" })).await),
    ]
}

#[tokio::test]
async fn what_is_not_one_s_own_is_not_there() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    let other = world.broker_from("other", "sales-crm").await;
    let (ada, bo, stranger) = (acme.manager().await, acme.actor("Bo", "Agent", None).await, other.manager().await);
    let foreign = one_of_each(&ada).await;
    let own = one_of_each(&bo).await;
    for ((what, record), (_, mine)) in foreign.iter().zip(&own) {
        let path = format!("/api/crm/{what}/{}", id(record));
        for who in [&bo, &stranger] {
            who.get(&path).await.refused(404, "not_found");
            who.put(&path, &json!({ "name": "Mine", "subject": "Mine" })).await.refused(404, "not_found");
            who.patch(&path, &json!({ "name": "Mine", "subject": "Mine" })).await.refused(404, "not_found");
            who.delete(&path).await.refused(404, "not_found");
        }
        let list = bo.get(&format!("/api/crm/{what}?filter=zq")).await.expect(200);
        assert_eq!((&list["total"], column(&list, "id")), (&json!(1), vec![&mine["id"]]), "{what}");
        assert_eq!(stranger.get(&format!("/api/crm/{what}")).await.expect(200)["total"], 0, "{what}");
        assert_eq!(ada.get(&format!("/api/crm/{what}")).await.expect(200)["total"], 2, "{what}");
        acme.nobody().get(&path).await.refused(401, "unauthenticated");
    }
    let [contact, opportunity, deal, _] = &foreign;
    for rest in [format!("contacts/{}/timeline", id(&contact.1)), format!("deals/{}/history", id(&deal.1))] {
        bo.get(&format!("/api/crm/{rest}")).await.refused(404, "not_found");
        stranger.get(&format!("/api/crm/{rest}")).await.refused(404, "not_found");
    }
    // Nor can it be named.
    let naming = json!({ "name": "Mine", "contact_id": contact.1["id"], "opportunity_id": opportunity.1["id"] });
    assert_eq!(
        named(&bo.post("/api/crm/deals", &naming).await.refused(422, "validation_failed")),
        ["contact_id", "opportunity_id"]
    );
    let about = json!({ "type": "call", "subject": "x", "deal_id": deal.1["id"] });
    assert_eq!(named(&bo.post("/api/crm/activities", &about).await.refused(422, "validation_failed")), ["deal_id"]);
    let pipeline = bo.get("/api/crm/pipeline?with=summary").await.expect(200);
    assert_eq!(pipeline["pipeline"]["prospect"].as_array().unwrap().len(), 1);
    assert_eq!(pipeline["stages"][0]["count"], 1);
    assert_eq!(bo.get("/api/crm/activities/recent").await.expect(200)["total"], 1);
    // A role without a permission.
    for (what, record) in &own[..3] {
        bo.delete(&format!("/api/crm/{what}/{}", id(record))).await.refused(403, "forbidden");
    }
    assert_eq!(bo.delete(&format!("/api/crm/activities/{}", id(&own[3].1))).await.status, 204);
}

#[tokio::test]
async fn a_module_that_is_off_closes_its_paths() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    let ada = acme.manager().await;
    let records = one_of_each(&ada).await;
    let all: Vec<String> =
        serde_json::from_value(acme.nobody().get("/api/branding").await.expect(200)["modules"].clone()).unwrap();
    for (module, its) in [("pipeline", &records[..3]), ("activities", &records[3..])] {
        let without: Vec<&String> = all.iter().filter(|m| *m != module).collect();
        ada.patch("/api/settings", &json!({ "modules": without })).await.expect(200);
        for (what, record) in its {
            let list = format!("/api/crm/{what}");
            ada.get(&list).await.refused(403, "module_off");
            ada.post(&list, &json!({ "name": "x", "type": "call", "subject": "x" })).await.refused(403, "module_off");
            for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
                let request = ada.request(method.clone(), &format!("{list}/{}", id(record))).json(&json!({}));
                ada.send(request).await.refused(403, "module_off");
            }
        }
        if module == "pipeline" {
            ada.get("/api/crm/pipeline").await.refused(403, "module_off");
        } else {
            ada.get("/api/crm/activities/recent").await.refused(403, "module_off");
        }
        ada.patch("/api/settings", &json!({ "modules": all })).await.expect(200);
    }
}

#[tokio::test]
async fn the_face_is_described_and_refuses_what_it_does_not_know() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    let ada = acme.manager().await;
    let spec = acme.nobody().get("/api/crm/openapi.json").await.expect(200);
    assert!(spec["paths"]["/api/crm/contacts/{id}/timeline"]["get"].is_object(), "{}", spec["paths"]);
    assert_eq!(acme.nobody().get("/api/crm/docs").await.status, 200);
    ada.get("/api/crm/nothing").await.refused(404, "not_found");
    ada.get("/api/crm/contacts/no-id").await.refused(404, "not_found");
    world.platform().get("/api/crm/contacts").await.refused(404, "tenant_not_found");
    let broken = ada.request(Method::POST, "/api/crm/contacts").header("content-type", "application/json").body("{");
    assert!([400, 422].contains(&ada.send(broken).await.status));
    for list in ["contacts", "opportunities", "deals", "activities"] {
        for (query, field) in [
            ("limit=0", "limit"),
            ("offset=-1", "offset"),
            ("offset=100001", "offset"),
            ("offset=5&page=2", "offset"),
            ("cursor=x", "cursor"),
            ("sort=nothing", "sort"),
        ] {
            let refused = ada.get(&format!("/api/crm/{list}?{query}")).await.refused(422, "validation_failed");
            assert_eq!(named(&refused), [field], "{list} {query}");
        }
    }
}

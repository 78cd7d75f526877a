//! The preview of a role counts every kind of record that has an owner, as the lists show them.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use test_kit::{Api, World};

use crate::activities::{id, sales};
use crate::documents::{Attempt, PDF, announce, begin};
use crate::explain_hanging::every_module;

const KINDS: [&str; 7] = ["clients", "leads", "contacts", "opportunities", "deals", "activities", "documents"];

async fn totals(api: &Api<'_>) -> BTreeMap<&'static str, i64> {
    let mut totals = BTreeMap::new();
    for kind in KINDS {
        let list = api.get(&format!("/api/{kind}")).await;
        totals.insert(kind, if list.status == 403 { 0 } else { list.expect(200)["total"].as_i64().unwrap() });
    }
    totals
}

/// What a preview says of a user: gained and lost by kind.
fn told(preview: &Json, user: &str) -> BTreeMap<String, (i64, i64)> {
    let user = preview["users"].as_array().unwrap().iter().find(|u| u["id"] == user).unwrap_or_else(|| panic!("{preview}"));
    let kinds = user["records"].as_array().unwrap_or_else(|| panic!("no kinds: {user}"));
    let of = |k: &Json| (k["gained"].as_i64().unwrap(), k["lost"].as_i64().unwrap());
    let told: BTreeMap<String, (i64, i64)> = kinds.iter().map(|k| (k["kind"].as_str().unwrap().to_owned(), of(k))).collect();
    let sum = |pick: fn(&(i64, i64)) -> i64| json!(told.values().map(pick).sum::<i64>());
    assert_eq!((&user["records_gained"], &user["records_lost"]), (&sum(|k| k.0), &sum(|k| k.1)), "{user}");
    told
}

#[tokio::test]
async fn every_kind_is_counted_as_its_list_shows_it() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    every_module(&broker).await;
    let ada = broker.manager().await;
    let top = broker.team("Sales", None).await;
    let below = broker.team("Sales UK", Some(top)).await;
    let anna = broker.actor("Anna", "Agent", Some(top)).await;
    let ben = broker.actor("Ben", "Agent", Some(below)).await;
    let cleo = broker.actor("Cleo", "Agent", None).await;
    for (n, owner) in [&anna, &ben, &ben, &cleo].into_iter().enumerate() {
        let who =
            json!({ "first_name": "Jane", "last_name": "Doe", "email": format!("j{n}@example.com"), "assigned_to": owner.id() });
        let client = id(&ada.post("/api/clients", &who).await.expect(201));
        ada.post("/api/leads", &who).await.expect(201);
        let begun = begin(&ada, &client, &announce("identity", "application/pdf", PDF)).await.expect(201);
        assert_eq!(Attempt::of(&begun, PDF).send(&world).await, 200);
        let document = id(&begun);
        ada.post(&format!("/api/documents/{document}/complete"), &json!({})).await.expect(200);
        // One that never came is on no list.
        begin(&ada, &client, &announce("address", "application/pdf", PDF)).await;
        sales(&broker, owner.id()).await;
        owner.post("/api/activities", &json!({ "type": "task", "subject": "Call", "client_id": client })).await.expect(201);
    }
    // What was deleted is on no list, either.
    let gone = ada.get("/api/activities?limit=1").await.expect(200)["data"][0]["id"].clone();
    ada.delete(&format!("/api/activities/{}", gone.as_str().unwrap())).await.expect(204);
    let (_, deal, _) = sales(&broker, ben.id()).await;
    ada.delete(&format!("/api/deals/{deal}")).await.expect(200);

    let roles = ada.get("/api/roles").await.expect(200);
    let agent = roles["data"].as_array().unwrap().iter().find(|r| r["name"] == "Agent").unwrap()["id"].clone();
    let path = format!("/api/roles/{}", agent.as_str().unwrap());
    let people = [&anna, &ben, &cleo];
    for scopes in [
        KINDS.map(|kind| (kind, "team")),
        KINDS.map(|kind| (kind, "all")),
        // Documents are seen with their clients only.
        KINDS.map(|kind| (kind, if kind == "clients" { "own" } else { "all" })),
        KINDS.map(|kind| (kind, if kind == "documents" || kind == "deals" { "none" } else { "team" })),
        KINDS.map(|kind| (kind, if kind == "clients" { "none" } else { "own" })),
        KINDS.map(|kind| (kind, "own")),
    ] {
        let rights: BTreeMap<String, &str> = scopes.iter().map(|(kind, scope)| (format!("{kind}.read"), *scope)).collect();
        let body = json!({ "permissions": rights });
        let mut before = Vec::new();
        for who in people {
            before.push(totals(who).await);
        }
        let preview = ada.post(&format!("{path}/preview"), &body).await.expect(200);
        ada.patch(&path, &body).await.expect(200);
        for (who, before) in people.into_iter().zip(before) {
            let (after, told) = (totals(who).await, told(&preview, who.id()));
            for kind in KINDS {
                let change = after[kind] - before[kind];
                let (gained, lost) = told.get(kind).copied().unwrap_or_default();
                assert_eq!((gained, lost), (change.max(0), (-change).max(0)), "{kind} of {} with {scopes:?}", who.id());
            }
        }
    }
    // What belongs to a module that is off is seen by nobody, before and after.
    ada.patch("/api/settings", &json!({ "modules": ["clients", "leads", "activities"] })).await.expect(200);
    let all: BTreeMap<String, &str> = KINDS.iter().map(|kind| (format!("{kind}.read"), "all")).collect();
    let preview = ada.post(&format!("{path}/preview"), &json!({ "permissions": all })).await.expect(200);
    let kinds: Vec<String> = told(&preview, cleo.id()).into_keys().collect();
    assert_eq!(kinds, ["activities", "clients", "leads"]);
}

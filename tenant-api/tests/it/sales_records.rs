//! What hangs on contacts and deals, as their pages tell it, and who may know of it.

use serde_json::{Value as Json, json};
use test_kit::{Api, World};

use crate::activities::{id, sales};

async fn actions(api: &Api<'_>, path: &str, kind: &str) -> Vec<String> {
    let told = api.get(&format!("{path}/timeline?kind={kind}&limit=100")).await.expect(200);
    let entries = told["data"].as_array().unwrap();
    let times: Vec<&str> = entries.iter().map(|e| e["at"].as_str().unwrap()).collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "newest first: {times:?}");
    entries.iter().map(|e| e["action"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn timelines_tell_what_hangs_on_a_record_to_who_may_read_it() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", None).await;
    let bert = broker.actor("Bert", "Agent", None).await;
    let sam = broker.actor("Sam", "Support", None).await;
    let mia = broker.actor("Mia", "Marketing", None).await;
    let (contact, deal, chance) = sales(&broker, anna.id()).await;
    ada.patch(&format!("/api/deals/{deal}"), &json!({ "contact_id": contact })).await.expect(200);
    for (field, record) in [("contact_id", &contact), ("deal_id", &deal), ("opportunity_id", &chance)] {
        let call = json!({ "type": "call", "subject": "Call", field: record });
        anna.post("/api/activities", &call).await.expect(201);
        anna.post("/api/notes", &json!({ "content": "Noted", field: record })).await.expect(201);
        crate::attachments::send(&anna, field, record, "a.txt", "x").await.expect(201);
    }
    for path in [format!("/api/contacts/{contact}"), format!("/api/deals/{deal}"), format!("/api/opportunities/{chance}")] {
        for api in [&ada, &anna] {
            assert_eq!(actions(api, &path, "activities").await, ["activity.created"], "{path}");
            assert_eq!(actions(api, &path, "notes").await, ["note.created"], "{path}");
            assert_eq!(actions(api, &path, "documents").await, ["attachment.created"], "{path}");
            let all = actions(api, &path, "all").await;
            assert_eq!(all[..3], ["attachment.created", "note.created", "activity.created"], "{path}");
        }
        bert.get(&format!("{path}/timeline")).await.refused(404, "not_found");
    }
    let path = format!("/api/contacts/{contact}");
    assert_eq!(actions(&anna, &path, "sales").await, ["deal.updated"]);
    // Support reads no files and no deals, marketing neither activities nor notes nor files.
    assert_eq!(actions(&sam, &path, "all").await, ["note.created", "activity.created"]);
    assert_eq!(actions(&mia, &path, "all").await, ["deal.updated"]);
    let label = ada.get(&format!("{path}/timeline?kind=sales")).await.expect(200);
    assert_eq!(label["data"][0]["resource"]["label"], "Big deal");
}

#[tokio::test]
async fn colleagues_are_offered_by_name_alone() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let anna = broker.actor("Anna", "Agent", None).await;
    let gone = broker.user("Gone", "Agent", None).await;
    let mia = broker.actor("Mia", "Marketing", None).await;
    let manager = broker.manager().await;
    manager.patch(&format!("/api/users/{gone}"), &json!({ "status": "inactive" })).await.expect(200);
    anna.get("/api/users").await.refused(403, "forbidden");
    let people = anna.get("/api/notes/people").await.expect(200);
    let names: Vec<&str> = people.as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"Mia") && names.contains(&"Ada Manager") && !names.contains(&"Gone"), "{names:?}");
    assert!(people.as_array().unwrap().iter().all(|p| p.as_object().unwrap().len() == 2), "nothing but id and name: {people}");
    let found = anna.get("/api/notes/people?search=MAN").await.expect(200);
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    let (contact, ..) = sales(&broker, anna.id()).await;
    let ada = found[0]["id"].as_str().unwrap();
    let note = json!({ "content": "See this", "contact_id": contact, "mentions": [ada] });
    assert_eq!(anna.post("/api/notes", &note).await.expect(201)["mentions"][0]["name"], "Ada Manager");
    mia.get("/api/notes/people").await.refused(403, "forbidden");
}

#[tokio::test]
async fn a_link_to_a_file_is_for_who_reads_its_record() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", None).await;
    let bert = broker.actor("Bert", "Agent", None).await;
    let (contact, ..) = sales(&broker, anna.id()).await;
    let file = id(&crate::attachments::send(&anna, "contact_id", &contact, "a.txt", "hello").await.expect(201));
    let path = format!("/api/attachments/{file}/link");
    let link = anna.post(&path, &json!({})).await.expect(200);
    assert!(link["expires_at"].is_string());
    let answer = world.http.get(link["url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(answer.text().await.unwrap(), "hello");
    bert.post(&path, &json!({})).await.refused(404, "not_found");
    assert_eq!(ada.get("/api/audit?action=attachment.opened").await.expect(200)["total"], 1);
}

#[tokio::test]
async fn the_palette_finds_activities_within_the_scope_and_roles_preview_contacts() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", None).await;
    let bert = broker.actor("Bert", "Agent", None).await;
    let (contact, ..) = sales(&broker, anna.id()).await;
    anna.post("/api/activities", &json!({ "type": "call", "subject": "Zeppelin talk", "contact_id": contact })).await.expect(201);
    let kinds = async |api: &Api<'_>| {
        let found = api.get("/api/search?q=zeppelin").await.expect(200);
        found["groups"]
            .as_array()
            .unwrap()
            .iter()
            .map(|g| (g["type"].clone(), g["items"][0]["subtitle"].clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(kinds(&anna).await, [(json!("activity"), json!("Carl Contact"))]);
    assert_eq!(kinds(&ada).await.len(), 1);
    assert_eq!(kinds(&bert).await, Vec::<(Json, Json)>::new());
    ada.patch(&format!("/api/contacts/{contact}"), &json!({ "email": "carl@example.com" })).await.expect(200);
    let body = json!({ "resource_type": "contact", "fields": { "contacts.email": "masked" } });
    let seen = ada.post("/api/roles/preview-record", &body).await.expect(200);
    assert_eq!((&seen["resource"]["label"], &seen["record"]["masked"]), (&json!("Carl Contact"), &json!(["email"])));
    assert!(!seen.to_string().contains("carl@example.com"), "{seen}");
}

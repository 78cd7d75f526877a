//! What becomes of clients when the kinds of documents change, and of a document when another is to take its place.

use sandbox::clamd::{ClamdStandIn, eicar};
use serde_json::json;
use test_kit::World;

use super::documents::{PDF, announce, client, decide, entries, kyc_of, text, upload, upload_as};

#[tokio::test]
async fn a_change_of_the_kinds_is_followed_by_the_clients() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", None).await;
    // One has handed in half, one nothing, of one somebody decided by hand.
    let half = client(&manager, "Half", Some(anna.id())).await;
    let document = upload(&world, &manager, &half, "identity", "application/pdf", PDF).await;
    decide(&manager, &document, &json!({ "status": "approved", "expires_at": "2099-12-31" })).await.expect(200);
    let none = client(&manager, "None", None).await;
    let by_hand = client(&manager, "Hand", None).await;
    upload(&world, &manager, &by_hand, "identity", "application/pdf", PDF).await;
    manager.patch(&format!("/api/clients/{by_hand}"), &json!({ "kyc_status": "approved" })).await.expect(200);
    let stand = async |expected: [&str; 3], why: &str| {
        world.drain().await;
        let mut found = Vec::new();
        for id in [&half, &none, &by_hand] {
            found.push(kyc_of(&manager, id).await);
        }
        assert_eq!(found, expected, "{why}");
    };
    let address = "/api/document-types/address";
    stand(["missing", "missing", "approved"], "before").await;
    // Whose client it is hears of it, once for all of them.
    let archive = async {
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
        assert_eq!(manager.delete(address).await.status, 204);
        world.drain().await;
    };
    let heard = anna.follow("/api/events", 1, 5, archive).await;
    assert_eq!(heard.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["client.bulk_updated"]);
    stand(["approved", "missing", "approved"], "archived").await;
    let told = entries(&broker, "client.updated").await;
    let last = told.last().unwrap();
    assert_eq!(last["diff"], json!([{ "field": "kyc_status", "old": "missing", "new": "approved" }]));
    assert_eq!((text(last, "resource_id"), text(last, "actor_name")), (half.as_str(), "Documents"));
    manager.patch(address, &json!({ "archived": false })).await.expect(200);
    stand(["missing", "missing", "approved"], "restored").await;
    manager.patch(address, &json!({ "level": 2 })).await.expect(200);
    stand(["approved", "missing", "approved"], "another level").await;
    manager.patch("/api/document-types/identity", &json!({ "required": false })).await.expect(200);
    stand(["approved", "missing", "approved"], "nothing is required").await;
    // What says nothing new is no work.
    let lines = entries(&broker, "client.updated").await.len();
    manager.patch(address, &json!({ "label": "Where they live" })).await.expect(200);
    stand(["approved", "missing", "approved"], "another name").await;
    assert_eq!(entries(&broker, "client.updated").await.len(), lines);
    let made =
        manager.post("/api/document-types", &json!({ "label": "Tax number", "level": 1, "required": true })).await.expect(201);
    stand(["approved", "missing", "approved"], "approved before anything was asked for").await;
    manager.patch("/api/document-types/identity", &json!({ "required": true })).await.expect(200);
    manager.delete(&format!("/api/document-types/{}", text(&made, "key"))).await;
    stand(["approved", "missing", "approved"], "two changes, one after the other").await;
    let verdict = manager.post("/api/audit/verify", &json!({})).await.expect(200);
    assert_eq!(verdict["ok"], true, "{verdict}");
}

#[tokio::test]
async fn an_infected_replacement_hides_nothing() {
    let scanner = ClamdStandIn::start().await.unwrap();
    let address = scanner.address();
    let world = World::with(&[("RATE_SIGNIN", "off"), ("CLAMD_ADDR", &address)]).await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let id = client(&manager, "Jane", None).await;
    let good = upload(&world, &manager, &id, "identity", "application/pdf", PDF).await;
    world.drain().await;
    let current = async || {
        let list = manager.get("/api/documents?sort=created_at").await.expect(200);
        let all = list["data"].as_array().unwrap().iter();
        all.map(|d| format!("{} {}", d["version"], text(d, "status"))).collect::<Vec<_>>()
    };
    assert_eq!(current().await, ["1 pending"]);
    let replace = async |bytes: &[u8]| {
        let mut body = announce("identity", "application/pdf", bytes);
        body["replaces"] = good["id"].clone();
        upload_as(&world, &manager, &id, &body, bytes).await
    };
    replace(&[PDF, &eicar()].concat()).await;
    assert_eq!(current().await, ["1 pending", "2 scanning"], "until it was found clean");
    world.drain().await;
    assert_eq!(current().await, ["1 pending", "2 rejected"]);
    decide(&manager, &good, &json!({ "status": "approved", "expires_at": "2099-01-01" })).await.expect(200);
    decide(&manager, &good, &json!({ "status": "pending" })).await.expect(200);
    let clean = replace(b"%PDF-1.4\n% a better picture\n").await;
    world.drain().await;
    assert_eq!(current().await, ["3 pending"]);
    let all = manager.get(&format!("/api/clients/{id}/documents")).await.expect(200);
    for version in all["data"].as_array().unwrap().iter().filter(|d| d["id"] != clean["id"]) {
        assert_eq!(version["superseded_by"], clean["id"], "{version}");
    }
}

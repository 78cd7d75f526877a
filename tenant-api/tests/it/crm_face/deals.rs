//! `/api/crm/opportunities` and `/api/crm/deals`.

use serde_json::{Value as Json, json};
use test_kit::World;

use super::{column, id, made, named};

const WORDS: [&str; 6] = ["prospect", "qualification", "proposal", "negotiation", "closed-won", "closed-lost"];

#[tokio::test]
async fn an_opportunity_in_the_words_of_the_contract() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    let ada = acme.manager().await;
    let jane = made(&ada, "contacts", json!({ "name": "Jane Doe" })).await;
    let wrong =
        json!({ "value": "much", "probability": 101, "stage": "nowhere", "expected_close_date": "soon", "contact_id": "x" });
    let refused = ada.post("/api/crm/opportunities", &wrong).await.refused(422, "validation_failed");
    assert_eq!(named(&refused), ["contact_id", "expected_close_date", "name", "probability", "stage", "value"]);
    let told = refused["data"]["fields"]["stage"].to_string();
    assert!(told.contains(&WORDS.join(", ")), "{told}");
    let body = json!({ "contact_id": jane["id"], "name": "Big one", "value": 1500.5, "currency": "eur", "probability": 35,
        "stage": "Qualification", "expected_close_date": "2030-01-02", "description": "All of it" });
    let one = made(&ada, "opportunities", body).await;
    for (field, value) in [
        ("contact_id", jane["id"].clone()),
        ("contact_name", json!("Jane Doe")),
        ("name", json!("Big one")),
        ("value", json!(1500.5)),
        ("currency", json!("EUR")),
        ("probability", json!(35)),
        ("stage", json!("qualification")),
        ("expected_close_date", json!("2030-01-02")),
        ("description", json!("All of it")),
    ] {
        assert_eq!(one[field], value, "{field}");
    }
    let path = format!("/api/crm/opportunities/{}", id(&one));
    assert_eq!(ada.get(&path).await.expect(200), one);
    // The product's own face has the same record in its own words.
    let own = ada.get(&format!("/api/opportunities/{}", id(&one))).await.expect(200);
    assert_eq!((&own["stage"], &own["amount"]), (&json!("qualified"), &json!("1500.50")));
    let changed = ada.patch(&path, &json!({ "value": "0.25", "probability": null })).await.expect(200);
    assert_eq!(
        (&changed["value"], &changed["probability"], &changed["stage"]),
        (&json!(0.25), &json!(20), &json!("qualification"))
    );
    let put = ada.put(&path, &json!({ "name": "Bigger one", "stage": "PROPOSAL", "value": null })).await.expect(200);
    assert_eq!((&put["name"], &put["stage"], put.get("value")), (&json!("Bigger one"), &json!("proposal"), None));
    let refused = ada.patch(&path, &json!({ "value": -1, "stage": "nowhere" })).await.refused(422, "validation_failed");
    assert_eq!(named(&refused), ["stage", "value"]);
    assert_eq!(ada.delete(&path).await.status, 204);
    ada.get(&path).await.refused(404, "not_found");
    ada.patch(&path, &json!({ "name": "x" })).await.refused(404, "not_found");
}

#[tokio::test]
async fn stages_go_by_their_words_both_ways() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    let ada = acme.manager().await;
    for word in WORDS {
        for spelt in [word.to_owned(), word.to_uppercase(), word.replace('-', "_"), word.replace('-', " ")] {
            let body = json!({ "name": "One", "stage": spelt });
            assert_eq!(made(&ada, "deals", body).await["stage"], word, "{spelt}");
        }
        let found = ada.get(&format!("/api/crm/deals?stage={}", word.to_uppercase())).await.expect(200);
        assert_eq!(found["total"], 4, "{word}");
        assert!(column(&found, "stage").iter().all(|s| *s == word));
    }
    assert_eq!(ada.get("/api/crm/deals?stage=won,lost").await.expect(200)["total"], 8, "the tenant's own keys are words, too");
    assert_eq!(made(&ada, "deals", json!({ "name": "First" })).await["stage"], "prospect");
    let refused = ada.get("/api/crm/deals?stage=nowhere").await.refused(422, "validation_failed");
    let told = refused["data"]["fields"]["stage"].to_string();
    assert!(WORDS.iter().all(|w| told.contains(w)) && told.contains("offer_sent"), "{told}");
    // Another pipeline has stages of its own; its ends are ends all the same.
    let renewal = made(&ada, "deals", json!({ "name": "Renewal", "pipeline": "Renewals" })).await;
    assert_eq!((&renewal["stage"], &renewal["pipeline"]), (&json!("upcoming"), &json!("renewals")));
    let path = format!("/api/crm/deals/{}", id(&renewal));
    assert_eq!(ada.patch(&path, &json!({ "stage": "Offer sent" })).await.expect(200)["stage"], "offer_sent");
    let won = ada.patch(&path, &json!({ "stage": "closed-won" })).await.expect(200);
    assert_eq!((&won["stage"], &won["probability"]), (&json!("closed-won"), &json!(100)));
    assert_eq!(ada.get(&path.replace("/crm", "")).await.expect(200)["stage"], "renewed");
    let refused = ada.patch(&path, &json!({ "stage": "prospect" })).await.refused(422, "validation_failed");
    assert!(refused["data"]["fields"]["stage"].to_string().contains("upcoming"), "{refused}");
    let refused =
        ada.post("/api/crm/deals", &json!({ "name": "x", "pipeline": "nothing" })).await.refused(422, "validation_failed");
    assert_eq!(named(&refused), ["pipeline"]);
    let home = ada.patch(&path, &json!({ "pipeline": "sales", "reopen": true })).await.expect(200);
    assert_eq!((&home["pipeline"], &home["stage"]), (&json!("sales"), &json!("prospect")));
}

#[tokio::test]
async fn a_deal_and_its_history() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    let ada = acme.manager().await;
    let jane = made(&ada, "contacts", json!({ "name": "Jane Doe" })).await;
    let chance = made(&ada, "opportunities", json!({ "name": "Chance", "contact_id": jane["id"] })).await;
    let wrong = json!({ "amount": true, "close_date": "soon", "opportunity_id": jane["id"] });
    let refused = ada.post("/api/crm/deals", &wrong).await.refused(422, "validation_failed");
    assert_eq!(named(&refused), ["amount", "close_date", "name", "opportunity_id"]);
    let body = json!({ "name": "Deal", "amount": 2000, "stage": "Proposal", "opportunity_id": chance["id"],
        "contact_id": jane["id"], "close_date": "2030-03-04T10:00:00Z", "next_steps": "Send it" });
    let deal = made(&ada, "deals", body).await;
    for (field, value) in [
        ("name", json!("Deal")),
        ("amount", json!(2000.0)),
        ("stage", json!("proposal")),
        ("probability", json!(50)),
        ("opportunity_id", chance["id"].clone()),
        ("opportunity_name", json!("Chance")),
        ("contact_name", json!("Jane Doe")),
        ("close_date", json!("2030-03-04")),
        ("next_steps", json!("Send it")),
    ] {
        assert_eq!(deal[field], value, "{field}");
    }
    let path = format!("/api/crm/deals/{}", id(&deal));
    // What was read goes back whole: nothing moves, and the chance stays the stage's.
    let before = ada.get(&path.replace("/crm", "")).await.expect(200);
    assert_eq!(ada.put(&path, &deal).await.expect(200)["probability"], 50);
    let after = ada.get(&path.replace("/crm", "")).await.expect(200);
    assert_eq!(after, before);
    assert_eq!(after.get("probability_override"), None);
    let mut moved = deal.clone();
    moved["stage"] = json!("negotiation");
    moved["amount"] = json!(2500);
    let moved = ada.put(&path, &moved).await.expect(200);
    assert_eq!((&moved["stage"], &moved["probability"], &moved["amount"]), (&json!("negotiation"), &json!(75), &json!(2500.0)));
    let lost = ada.patch(&path, &json!({ "stage": "closed-lost", "lost_reason": "Price" })).await.expect(200);
    assert_eq!((&lost["stage"], &lost["lost_reason"], &lost["probability"]), (&json!("closed-lost"), &json!("Price"), &json!(0)));
    assert!(lost["closed_at"].is_string());
    assert_eq!(ada.patch(&path, &json!({ "lost_reason": "Time" })).await.expect(200)["lost_reason"], "Time");
    assert_eq!(ada.put(&path, &ada.get(&path).await.expect(200)).await.expect(200)["stage"], "closed-lost");
    let refused = ada.patch(&path, &json!({ "stage": "proposal", "name": "Back" })).await.refused(409, "invalid_transition");
    let words: Vec<&str> = refused["data"]["reopen"].as_array().unwrap().iter().map(|w| w.as_str().unwrap()).collect();
    assert_eq!(words, WORDS[..5], "those that may follow, in this face's words");
    assert_eq!(ada.get(&path).await.expect(200)["name"], "Deal", "a refused change changes nothing");
    ada.patch(&path, &json!({ "stage": "proposal", "reopen": true })).await.expect(200);
    let history = ada.get(&format!("{path}/history")).await.expect(200);
    let steps: Vec<(&Json, &Json)> = history["data"].as_array().unwrap().iter().map(|s| (&s["from"], &s["to"])).collect();
    let expected = [("closed-lost", "proposal"), ("negotiation", "closed-lost"), ("proposal", "negotiation")]
        .map(|(from, to)| (json!(from), json!(to)));
    assert_eq!(steps[..3], expected.each_ref().map(|(from, to)| (from, to)));
    assert_eq!((steps.len(), steps[3]), (4, (&Json::Null, &json!("proposal"))));
    assert_eq!(history["data"][0]["by"].as_str(), Some(ada.id()));
    for (query, total) in [
        ("filter=DEAL", 1),
        ("filter=nothing", 0),
        ("outcome=Open", 1),
        ("outcome=lost", 0),
        ("contact_id=none", 0),
        ("sort=-close_date", 1),
        ("limit=1&offset=1", 1),
    ] {
        assert_eq!(ada.get(&format!("/api/crm/deals?{query}")).await.expect(200)["total"], total, "{query}");
    }
    assert_eq!(ada.get(&format!("/api/crm/opportunities?contact_id={}&sort=-VALUE", id(&jane))).await.expect(200)["total"], 1);
    assert_eq!(ada.delete(&path).await.status, 204);
    ada.get(&format!("{path}/history")).await.refused(404, "not_found");
}

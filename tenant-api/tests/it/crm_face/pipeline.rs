//! `/api/crm/pipeline`.

use serde_json::{Value as Json, json};
use test_kit::World;

use super::{id, made, named};

/// Where each of these texts stands in another.
fn places(text: &str, of: &[&str]) -> Vec<usize> {
    of.iter().map(|word| text.find(&format!("\"{word}\":")).unwrap_or_else(|| panic!("{word} in {text}"))).collect()
}

#[tokio::test]
async fn deals_stand_in_their_stages_in_the_pipeline_s_order() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    let ada = acme.manager().await;
    let words = ["prospect", "qualification", "proposal", "negotiation", "closed-won", "closed-lost"];
    let empty = ada.get("/api/crm/pipeline").await;
    let order = places(&empty.text, &words);
    assert!(order.is_sorted(), "{}", empty.text);
    let empty = empty.expect(200);
    assert_eq!(empty.as_object().unwrap().len(), 6);
    assert!(empty.as_object().unwrap().values().all(|deals| *deals == json!([])));
    let jane = made(&ada, "contacts", json!({ "name": "Jane Doe" })).await;
    let deal = |name: &str, amount: i32, stage: &str, day: Json| json!({ "name": name, "amount": amount, "stage": stage, "close_date": day, "contact_id": jane["id"] });
    let first = made(&ada, "deals", deal("First", 100, "proposal", json!("2030-01-31"))).await;
    made(&ada, "deals", deal("Second", 300, "proposal", json!("2030-02-01"))).await;
    made(&ada, "deals", deal("Third", 1000, "prospect", Json::Null)).await;
    made(&ada, "deals", deal("Won", 5000, "closed-won", json!("2030-01-01"))).await;
    made(&ada, "opportunities", json!({ "name": "No deal", "value": 7 })).await;
    let pipeline = ada.get("/api/crm/pipeline").await.expect(200);
    let card = &pipeline["proposal"][0];
    for (field, value) in [
        ("id", first["id"].clone()),
        ("name", json!("First")),
        ("amount", json!(100.0)),
        ("contact", json!("Jane Doe")),
        ("contact_id", jane["id"].clone()),
        ("probability", json!(50)),
        ("stage", json!("proposal")),
        ("close_date", json!("2030-01-31")),
    ] {
        assert_eq!(card[field], value, "{field}");
    }
    let counts: Vec<usize> = words.iter().map(|w| pipeline[*w].as_array().unwrap().len()).collect();
    assert_eq!(counts, [1, 0, 2, 0, 1, 0]);
    let summary = ada.get("/api/crm/pipeline?with=Summary").await;
    assert!(places(&summary.text, &words).is_sorted());
    let summary = summary.expect(200);
    assert_eq!(summary["pipeline"], pipeline);
    let stages: Vec<&str> = summary["stages"].as_array().unwrap().iter().map(|s| s["stage"].as_str().unwrap()).collect();
    assert_eq!(stages, words);
    assert_eq!(summary["stages"][2], json!({ "stage": "proposal", "count": 2, "value": 400.0, "weighted": 200.0 }));
    assert_eq!(summary["stages"][4], json!({ "stage": "closed-won", "count": 1, "value": 5000.0, "weighted": 5000.0 }));
    assert_eq!(
        summary["forecast"],
        json!([
            { "month": "2030-01", "count": 1, "value": 100.0, "weighted": 50.0 },
            { "month": "2030-02", "count": 1, "value": 300.0, "weighted": 150.0 },
        ])
    );
    assert_eq!((&summary["base_currency"], &summary["missing_rates"]), (&json!("USD"), &json!([])));
    // It moves when the deal does.
    let path = format!("/api/crm/deals/{}", id(&first));
    ada.patch(&path, &json!({ "stage": "negotiation" })).await.expect(200);
    let pipeline = ada.get("/api/crm/pipeline").await.expect(200);
    assert_eq!((pipeline["proposal"].as_array().unwrap().len(), &pipeline["negotiation"][0]["name"]), (1, &json!("First")));
    let renewals = ada.get("/api/crm/pipeline?pipeline=renewals").await;
    assert!(places(&renewals.text, &["upcoming", "contacted", "offer_sent", "closed-won", "closed-lost"]).is_sorted());
    for (query, field) in [("with=all", "with"), ("pipeline=nothing", "pipeline")] {
        let refused = ada.get(&format!("/api/crm/pipeline?{query}")).await.refused(422, "validation_failed");
        assert_eq!(named(&refused), [field]);
    }
    acme.actor("Sue", "Support", None).await.get("/api/crm/pipeline").await.refused(403, "forbidden");
    acme.nobody().get("/api/crm/pipeline").await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn a_full_stage_shows_its_first_deals_and_counts_all() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    let ada = acme.manager().await;
    for n in 0..53 {
        made(&ada, "deals", json!({ "name": format!("Deal {n}"), "amount": 10 })).await;
    }
    let summary = ada.get("/api/crm/pipeline?with=summary").await.expect(200);
    assert_eq!(summary["pipeline"]["prospect"].as_array().unwrap().len(), 50);
    assert_eq!((&summary["stages"][0]["count"], &summary["stages"][0]["value"]), (&json!(53), &json!(530.0)));
    assert_eq!(ada.get("/api/crm/deals?stage=prospect&limit=200").await.expect(200)["data"].as_array().unwrap().len(), 53);
}

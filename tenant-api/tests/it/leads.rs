//! Leads, partners and the public form.

use serde_json::json;
use test_kit::World;

#[tokio::test]
async fn a_partners_form_brings_a_lead() {
    let world = World::with(&[("RATE_PUBLIC", "8/m")]).await;
    let broker = world.broker("acme").await;
    let (manager, stranger) = (broker.manager().await, broker.nobody());
    let partner =
        manager.post("/api/partners", &json!({ "name": "Ann Partner", "email": "ann@partner.example" })).await.expect(201);
    let id = partner["id"].as_str().unwrap();
    stranger.get(&format!("/api/public/form?partner_id={id}")).await.refused(404, "partner_not_found");
    let body = json!({ "partner_id": id, "first_name": "Leo", "last_name": "Lead", "email": "leo@example.com", "country": "DE", "message": "call me" });
    stranger.post("/api/public/leads", &body).await.refused(404, "partner_not_found");
    manager.patch(&format!("/api/partners/{id}"), &json!({ "approved": true })).await.expect(200);
    let form = stranger.get(&format!("/api/public/form?partner_id={id}")).await.expect(200);
    assert_eq!(form["partner"]["name"], "Ann Partner");
    assert!(!form.to_string().contains("ann@partner"), "a stranger learns the name only");
    let lead = stranger.post("/api/public/leads", &body).await.expect(201);
    assert_eq!(lead.as_object().unwrap().len(), 1);
    let seen = manager.get(&format!("/api/leads/{}", lead["id"].as_str().unwrap())).await.expect(200);
    assert_eq!((seen["partner_name"].as_str(), seen["source"].as_str()), (Some("Ann Partner"), Some("Partner form")));
    assert_eq!(manager.get(&format!("/api/partners/{id}")).await.expect(200)["leads"], 1);
    let bad = stranger.post("/api/public/leads", &json!({ "email": "x", "phone": "1" })).await.refused(422, "validation_failed");
    assert_eq!(bad["data"]["fields"].as_object().unwrap().len(), 3);
    let mut last = stranger.post("/api/public/leads", &body).await;
    for _ in 0..10 {
        last = stranger.post("/api/public/leads", &body).await;
    }
    assert!(last.header("retry-after").is_some());
    last.refused(429, "rate_limited");
}

#[tokio::test]
async fn a_lead_walks_through_its_statuses_and_becomes_a_client() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let lead = manager.post("/api/leads", &json!({ "first_name": "Leo", "last_name": "Lead", "email": "leo@example.com", "phone": "+4930901820", "country": "DE" })).await.expect(201);
    let path = format!("/api/leads/{}", lead["id"].as_str().unwrap());
    let statuses = manager.get("/api/statuses").await.expect(200);
    let second = statuses["lead"][1]["key"].as_str().unwrap();
    let moved = manager.patch(&format!("{path}/status"), &json!({ "status": second })).await.expect(200);
    assert_eq!(moved["status"], second);
    manager.patch(&format!("{path}/status"), &json!({ "status": "no such" })).await.refused(422, "validation_failed");
    let client = manager.post(&format!("{path}/convert"), &json!({})).await.expect(200);
    let client = manager.get(&format!("/api/clients/{}", client["client_id"].as_str().unwrap())).await.expect(200);
    assert_eq!(
        (client["email"].as_str(), client["phone"].as_str(), client["country"].as_str()),
        (Some("leo@example.com"), Some("+4930901820"), Some("DE"))
    );
    let won = statuses["lead"].as_array().unwrap().iter().find(|s| s["outcome"] == "won").unwrap();
    assert_eq!(manager.get(&path).await.expect(200)["status"], won["key"]);
    let timeline = manager.get(&format!("{path}/timeline")).await.expect(200);
    assert_eq!(timeline["data"].as_array().unwrap().len(), 3);
    manager.post("/api/leads", &json!({ "first_name": "No", "last_name": "Contact" })).await.refused(422, "validation_failed");
}

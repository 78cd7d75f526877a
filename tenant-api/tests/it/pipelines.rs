//! Pipelines, their stages, and exchange rates.

use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::{Api, World};

use crate::deals::deal;

fn keys(pipeline: &Json) -> Vec<&str> {
    pipeline["stages"].as_array().unwrap().iter().map(|s| s["key"].as_str().unwrap()).collect()
}

/// The stages as a request has them, without those that a test leaves out.
fn stages(pipeline: &Json, but: &[&str]) -> Vec<Json> {
    let all = pipeline["stages"].as_array().unwrap().iter();
    all.filter(|s| !but.contains(&s["key"].as_str().unwrap()))
        .map(|s| {
            let mut s = s.clone();
            for name in ["position", "open_deals"] {
                s.as_object_mut().unwrap().remove(name);
            }
            s
        })
        .collect()
}

async fn first(api: &Api<'_>) -> Json {
    api.get("/api/pipelines").await.expect(200)[0].clone()
}

#[tokio::test]
async fn pipelines_are_made_ordered_and_removed() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    let all = ada.get("/api/pipelines").await.expect(200);
    assert_eq!(keys(&all[0]), ["lead", "qualified", "proposal", "negotiation", "won", "lost"]);
    assert_eq!((&all[0]["is_default"], &all[0]["archived"]), (&json!(true), &json!(false)));
    let made = ada.post("/api/pipelines", &json!({ "name": "Partners" })).await.expect(201);
    assert_eq!((made["key"].as_str(), keys(&made).len()), (Some("partners"), 3));
    ada.post("/api/pipelines", &json!({ "name": "partners" })).await.refused(422, "validation_failed");
    let named = json!({ "name": "X", "stages": [{ "label": "A", "hue": "blue", "probability": 10 }] });
    let refused = ada.post("/api/pipelines", &named).await.refused(422, "validation_failed");
    assert_eq!(refused["data"]["fields"]["stages"].as_array().unwrap().len(), 2, "neither won nor lost");
    let moved = ada.patch("/api/pipelines/partners", &json!({ "position": 0, "is_default": true })).await.expect(200);
    assert_eq!((moved["position"].as_i64(), moved["is_default"].as_bool()), (Some(0), Some(true)));
    let all = ada.get("/api/pipelines").await.expect(200);
    let defaults = all.as_array().unwrap().iter().filter(|p| p["is_default"] == true).count();
    assert_eq!((all[0]["key"].as_str(), defaults), (Some("partners"), 1));
    let made = ada.post("/api/deals", &deal("One")).await.expect(201);
    assert_eq!(made["pipeline"], "partners");
    ada.delete("/api/pipelines/partners").await.refused(409, "default_pipeline");
    ada.patch("/api/pipelines/partners", &json!({ "archived": true })).await.refused(409, "default_pipeline");
    ada.patch("/api/pipelines/partners", &json!({ "is_default": false })).await.refused(409, "default_pipeline");
    ada.patch("/api/pipelines/sales", &json!({ "is_default": true })).await.expect(200);
    let refused = ada.delete("/api/pipelines/partners").await.refused(409, "pipeline_in_use");
    assert_eq!(refused["data"]["deals"], 1);
    ada.patch("/api/pipelines/partners", &json!({ "archived": true })).await.expect(200);
    let mut late = deal("Late");
    late["pipeline"] = "partners".into();
    ada.post("/api/deals", &late).await.refused(422, "validation_failed");
    ada.delete("/api/pipelines/renewals").await.expect(200);
    ada.delete("/api/pipelines/renewals").await.refused(404, "not_found");
    let bo = broker.actor("Bo", "Agent", None).await;
    assert!(bo.get("/api/pipelines").await.expect(200)[0]["stages"][0].get("open_deals").is_none());
    bo.post("/api/pipelines", &json!({ "name": "Mine" })).await.refused(403, "forbidden");
}

#[tokio::test]
async fn deals_go_along_when_stages_change() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    let mut ids = Vec::new();
    for n in 0..3 {
        let mut body = deal(&format!("D{n}"));
        body["stage"] = "qualified".into();
        ids.push(ada.post("/api/deals", &body).await.expect(201)["id"].as_str().unwrap().to_owned());
    }
    ada.delete(&format!("/api/deals/{}", ids[2])).await.expect(200);
    let sales = first(&ada).await;
    assert_eq!(sales["stages"][1]["open_deals"], 2);
    let path = "/api/pipelines/sales/stages";
    let without = json!({ "stages": stages(&sales, &["qualified"]) });
    let refused = ada.put(path, &without).await.refused(409, "stage_in_use");
    assert_eq!(refused["data"]["stages"], json!([{ "key": "qualified", "deals": 3 }]));
    assert_eq!(keys(&first(&ada).await).len(), 6, "a refusal changes nothing");
    let wrong = json!({ "stages": stages(&sales, &["qualified"]), "moves": { "lead": "won", "qualified": "nowhere" } });
    ada.put(path, &wrong).await.refused(422, "validation_failed");
    let moved = json!({ "stages": stages(&sales, &["qualified"]), "moves": { "qualified": "won" } });
    let after = ada.put(path, &moved).await.expect(200);
    assert_eq!(keys(&after), ["lead", "proposal", "negotiation", "won", "lost"]);
    for id in &ids[..2] {
        let deal = ada.get(&format!("/api/deals/{id}")).await.expect(200);
        assert_eq!(
            (deal["stage"].as_str(), deal["outcome"].as_str(), deal["probability"].as_i64()),
            (Some("won"), Some("won"), Some(100))
        );
        assert!(deal["closed_at"].is_string());
        let steps = ada.get(&format!("/api/deals/{id}/stages")).await.expect(200);
        assert_eq!((&steps[0]["from"], &steps[0]["to"]), (&json!("qualified"), &json!("won")));
        let told = ada.get(&format!("/api/deals/{id}/timeline")).await.expect(200);
        assert_eq!(told["data"][0]["action"], "deal.moved");
    }
    assert_eq!(ada.post(&format!("/api/deals/{}/restore", ids[2]), &json!({})).await.expect(200)["stage"], "won");
    // A stage that is won no longer opens its deals again.
    let mut open = stages(&after, &[]);
    open[3]["outcome"] = "none".into();
    open[3]["probability"] = 90.into();
    open.push(json!({ "label": "Signed", "hue": "green", "probability": 100, "outcome": "won", "required": ["amount"] }));
    let after = ada.put(path, &json!({ "stages": open })).await.expect(200);
    assert_eq!(after["stages"][5]["key"], "signed");
    let deal = ada.get(&format!("/api/deals/{}", ids[0])).await.expect(200);
    assert_eq!((deal["outcome"].as_str(), deal.get("closed_at"), deal["probability"].as_i64()), (Some("none"), None, Some(90)));
    let odd: i64 = broker
        .tx()
        .await
        .scalar(
            "select count(*) from deals d join pipeline_stages s on s.pipeline_key = d.pipeline_key and s.key = d.stage
                 where s.outcome <> d.outcome",
            [],
        )
        .await
        .unwrap()
        .unwrap();
    assert_eq!(odd, 0);
}

#[tokio::test]
async fn rates_are_dated_and_of_other_currencies_only() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    let path = "/api/exchange-rates";
    let set = |currency: &str, day: &str, rate: &str| json!({ "currency": currency, "day": day, "rate": rate });
    ada.put(path, &set("EUR", "2026-01-01", "1.0834")).await.expect(200);
    ada.put(path, &set("eur", "2026-06-01", "1.1")).await.expect(200);
    ada.put(path, &set("EUR", "2026-06-01", "1.1200")).await.expect(200);
    ada.put(path, &set("GBP", "2026-01-01", "1.25")).await.expect(200);
    let latest = ada.get(path).await.expect(200);
    assert_eq!(latest[0], json!({ "currency": "EUR", "day": "2026-06-01", "rate": "1.12", "base": "USD", "counts": true }));
    assert_eq!(latest.as_array().unwrap().len(), 2);
    assert_eq!(ada.get(&format!("{path}?currency=EUR")).await.expect(200).as_array().unwrap().len(), 2);
    for bad in
        [set("USD", "2026-01-01", "1"), set("EUR", "soon", "1"), set("EUR", "2026-01-01", "0"), set("€", "2026-01-01", "x")]
    {
        ada.put(path, &bad).await.refused(422, "validation_failed");
    }
    ada.delete(&format!("{path}/EUR/2026-06-01")).await.expect(200);
    ada.delete(&format!("{path}/EUR/2026-06-01")).await.refused(404, "not_found");
    assert_eq!(ada.get(path).await.expect(200)[0]["rate"], "1.0834");
    let bo = broker.actor("Bo", "Agent", None).await;
    bo.get(path).await.expect(200);
    bo.put(path, &set("EUR", "2026-01-01", "2")).await.refused(403, "forbidden");
}

#[tokio::test]
async fn a_broker_without_the_module_has_none_of_it() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    for path in ["pipelines", "exchange-rates", "deals", "opportunities", "contacts", "deals/board", "opportunities/forecast"] {
        ada.get(&format!("/api/{path}")).await.refused(403, "module_off");
    }
    let lead = json!({ "first_name": "Leo", "last_name": "Lead", "email": "leo@example.com" });
    let lead = ada.post("/api/leads", &lead).await.expect(201)["id"].as_str().unwrap().to_owned();
    let along = json!({ "opportunity": { "name": "Big" } });
    ada.post(&format!("/api/leads/{lead}/convert"), &along).await.refused(403, "module_off");
    ada.post(&format!("/api/leads/{lead}/convert"), &json!({})).await.expect(200);
}

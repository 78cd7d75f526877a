//! Many clients of a website at once.

use serde_json::{Value as Json, json};
use test_kit::World;

fn record(n: usize) -> Json {
    json!({ "first_name": "F", "last_name": n.to_string(), "email": format!("b{n}@example.com"), "tags": ["web"] })
}

#[tokio::test]
async fn each_record_has_an_answer_of_its_own() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let api = broker.manager().await;
    api.post("/api/clients", &record(3)).await.expect(201);
    let mut records: Vec<Json> = (0..6).map(record).collect();
    records[0]["language"] = json!("de-AT");
    records[1]["email"] = json!("nobody");
    records[1]["country"] = json!("ZZ");
    records.push(record(4));
    records[5]["status"] = json!("no such");
    let body = json!({ "records": records });
    let once = api.clone().with("idempotency-key", "batch-1");
    let done = once.post("/api/clients/batch", &body).await.expect(200);
    assert_eq!((&done["created"], &done["failed"]), (&json!(3), &json!(4)), "{done}");
    let told: Vec<(&str, Option<&str>)> =
        done["results"].as_array().unwrap().iter().map(|r| (r["status"].as_str().unwrap(), r["code"].as_str())).collect();
    let (made, bad, taken) = (("created", None), ("failed", Some("validation_failed")), ("failed", Some("email_exists")));
    assert_eq!(told, [made, bad, made, taken, made, bad, taken]);
    let faults: Vec<&String> = done["results"][1]["errors"].as_object().unwrap().keys().collect();
    assert_eq!(faults, ["country", "email"]);
    // The same request again is the same answer, and adds nothing.
    assert_eq!(once.post("/api/clients/batch", &body).await.expect(200), done);
    let list = api.get("/api/clients?tag=web").await.expect(200);
    assert_eq!(list["total"], 4);
    let id = done["results"][0]["id"].as_str().unwrap();
    assert_eq!(api.get(&format!("/api/clients/{id}")).await.expect(200)["language"], "de");
    let log = api.get(&format!("/api/clients/{id}/timeline")).await.expect(200);
    assert_eq!(log["data"][0]["action"], "client.created");
    for wrong in [json!({}), json!({ "records": [] }), json!({ "records": vec![record(0); 1_001] })] {
        api.post("/api/clients/batch", &wrong).await.refused(422, "validation_failed");
    }
}

#[tokio::test]
async fn a_thousand_are_one_request() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let api = broker.manager().await;
    let records: Vec<Json> = (0..1_000).map(record).collect();
    let done = api.post("/api/clients/batch", &json!({ "records": records })).await.expect(200);
    assert_eq!(done["created"], 1_000);
    assert_eq!(api.get("/api/clients").await.expect(200)["total"], 1_000);
}

#[tokio::test]
async fn nobody_learns_addresses_by_trying_many() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let agent = broker.actor("Anna", "Agent", None).await;
    let records: Vec<Json> = (0..40).map(record).collect();
    manager.post("/api/clients/batch", &json!({ "records": records })).await.expect(200);
    let few = agent.post("/api/clients/batch", &json!({ "records": records[..3] })).await.expect(200);
    assert_eq!(few["failed"], 3);
    let many = agent.post("/api/clients/batch", &json!({ "records": records })).await;
    assert_eq!(many.status, 429, "{}", many.text);
}

#[tokio::test]
async fn a_record_that_is_none_keeps_nobody_out() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let api = broker.manager().await;
    let mut records: Vec<Json> = (0..7).map(record).collect();
    records[1]["tags"] = json!("x");
    records[2] = Json::Null;
    records[3]["first_name"] = json!(["Jane"]);
    records[4]["custom"] = json!([1]);
    records[5] = json!("Jane");
    records[6]["last_name"] = Json::Null;
    let done = api.post("/api/clients/batch", &json!({ "records": records })).await.expect(200);
    assert_eq!((&done["created"], &done["failed"]), (&json!(1), &json!(6)), "{done}");
    let told: Vec<(u64, Vec<&String>)> = done["results"]
        .as_array()
        .unwrap()
        .iter()
        .skip(1)
        .map(|r| (r["index"].as_u64().unwrap(), r["errors"].as_object().unwrap().keys().collect()))
        .collect();
    let wanted = ["tags", "record", "first_name", "custom", "record", "last_name"].map(str::to_owned);
    let wanted: Vec<(u64, Vec<&String>)> = (1..).zip(&wanted).map(|(n, key)| (n, vec![key])).collect();
    assert_eq!(told, wanted, "{done}");
    assert_eq!(api.get("/api/clients").await.expect(200)["total"], 1);
}

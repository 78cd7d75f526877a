//! Rates and the currency they are in.

use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::World;

#[tokio::test]
async fn rates_of_another_base_count_in_no_sum() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    for (currency, rate) in [("EUR", "1.1"), ("GBP", "1.25")] {
        let rate = json!({ "currency": currency, "day": "2026-01-01", "rate": rate });
        let set = ada.put("/api/exchange-rates", &rate).await.expect(200);
        assert_eq!(set["base"], "USD");
    }
    for (currency, amount) in [("EUR", "100"), ("GBP", "200"), ("USD", "50")] {
        for kind in ["deals", "opportunities"] {
            let body = json!({ "name": currency, "amount": amount, "currency": currency });
            ada.post(&format!("/api/{kind}"), &body).await.expect(201);
        }
    }
    // What every place that adds up says: its base, its sum, what it leaves out.
    let told = async || {
        let mut all: Vec<(String, f64, Json)> = Vec::new();
        for kind in ["deals", "opportunities"] {
            let board = ada.get(&format!("/api/{kind}/board")).await.expect(200);
            let sum = board["columns"]
                .as_array()
                .unwrap()
                .iter()
                .map(|c| c["sum_base"].as_str().unwrap().parse::<f64>().unwrap())
                .sum();
            all.push((board["base_currency"].as_str().unwrap().to_owned(), sum, board["missing_rates"].clone()));
            let list = ada.get(&format!("/api/{kind}")).await.expect(200);
            let sum = list["data"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|d| d["amount_base"].as_str())
                .map(|a| a.parse::<f64>().unwrap());
            all.push((board["base_currency"].as_str().unwrap().to_owned(), sum.sum(), board["missing_rates"].clone()));
        }
        let report = ada.get("/api/reports/sales").await.expect(200);
        let sum = report["metrics"]["deals"]["value"].as_str().unwrap().parse::<f64>().unwrap();
        all.push((report["base_currency"].as_str().unwrap().to_owned(), sum, report["missing_rates"].clone()));
        all
    };
    let all = |base: &str, sum: f64, missing: Json| vec![(base.to_owned(), sum, missing); 5];
    assert_eq!(told().await, all("USD", 410.0, json!([])));
    let undo = ada.patch("/api/settings", &json!({ "base_currency": "EUR" })).await.expect(200)["undo_id"].clone();
    assert_eq!(told().await, all("EUR", 100.0, json!(["GBP", "USD"])), "dollars are no euros");
    let rates = ada.get("/api/exchange-rates").await.expect(200);
    let bases: Vec<&Json> = rates.as_array().unwrap().iter().map(|r| &r["base"]).collect();
    assert_eq!(bases, ["USD", "USD"]);
    // A rate of the same day replaces the one of the other base.
    let rate = json!({ "currency": "GBP", "day": "2026-01-01", "rate": "1.15" });
    assert_eq!(ada.put("/api/exchange-rates", &rate).await.expect(200)["base"], "EUR");
    assert_eq!(told().await, all("EUR", 330.0, json!(["USD"])));
    ada.post(&format!("/api/undo/{}", undo.as_str().unwrap()), &json!({})).await.expect(200);
    assert_eq!(told().await, all("USD", 160.0, json!(["GBP"])));
    // Whoever writes past the service says no base, and the table fills it in.
    let tx = broker.tx().await;
    tx.run("insert into exchange_rates (currency, day, rate) values ('CHF', '2026-01-01', 1.2)", []).await.unwrap();
    let base: Option<String> = tx.scalar("select base from exchange_rates where currency = 'CHF'", []).await.unwrap();
    assert_eq!(base.as_deref(), Some("USD"));
}

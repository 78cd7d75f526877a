//! A filter and an order by a field of the tenant's own, against the same SQL.

use std::time::Instant;

use serde_json::{Value as Json, json};
use sqlx::{AssertSqlSafe, Executor as _};

use crate::capture::Capture;
use crate::desk::{Api, Desk, Tenant};
use crate::search::Sql;
use crate::table::{Aim, Table, number};
use crate::{Plan, database, median, percentile};

const TIMES: usize = 40;

/// Measures the large tenant.
pub async fn measure(plan: &Plan, desk: &Desk, api: &Api, tenant: &Tenant, table: &mut Table) -> anyhow::Result<()> {
    let client = api.sign_in(tenant).await?;
    let spec: Json = serde_json::from_str(&client.text("/api/openapi.json").await?)?;
    let parameters = spec["paths"]["/api/clients"]["get"]["parameters"].as_array().cloned().unwrap_or_default();
    if !parameters.iter().any(|p| p["name"] == "filter") {
        table.note("custom fields: skipped, the list of clients has no `filter` yet");
        return Ok(());
    }
    let made =
        client.post("/api/custom-fields", &json!({ "entity": "client", "label": "Bench score", "type": "number" })).await?;
    let key = made["key"].as_str().unwrap_or("bench_score").to_owned();
    // A fifth of the clients have a value, a thousand different ones.
    let names = desk.names_of(tenant)?;
    let mut admin = database::connect(&desk.admin_url()?, &[("search_path", names.schema()), ("role", names.owner())]).await?;
    admin
        .execute(AssertSqlSafe(format!(
            "update clients set custom = jsonb_build_object('{key}', abs(hashtext(id::text)) % 1000) where abs(hashtext(id::text)) % 5 = 0"
        )))
        .await?;
    database::analyze(desk, tenant).await?;
    let rare = json!({ "field": format!("custom.{key}"), "op": "is", "value": 755 });
    let rare = if client.status(&path(&rare, "")).await? == 200 {
        rare
    } else {
        json!({ "field": format!("custom.{key}"), "op": "eq", "value": 755 })
    };
    let wide = json!({ "field": format!("custom.{key}"), "op": "gte", "value": 500 });
    for (name, path) in [
        ("filter by one value", path(&rare, "")),
        ("filter by half of the values", path(&wide, "")),
        ("order by the values", format!("/api/clients?limit=20&sort=-custom.{key}")),
    ] {
        let mut capture = Capture::begin(desk).await?;
        let text = client.text(&path).await?;
        let statements = capture.take("ORDER BY")?;
        capture.end().await?;
        let found: Json = serde_json::from_str(&text)?;
        anyhow::ensure!(found["data"].as_array().is_some_and(|rows| !rows.is_empty()), "{name} finds nothing: {text}");
        let mut sql = Sql::new(database::inside(desk, tenant).await?).await?;
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..TIMES {
            let started = Instant::now();
            client.text(&path).await?;
            ours.push(started.elapsed().as_secs_f64() * 1e3);
            bare.push(sql.run(&statements).await?.1);
        }
        let both = |ms: &[f64]| format!("{} / {} ms", number(median(ms)), number(percentile(ms, 99.0)));
        let what = format!("custom field {}: {name} (p50 / p99)", plan.large);
        table.row(&what, both(&ours), both(&bare), (median(&ours), "ms"), Aim::AtMost(100.0));
    }
    Ok(())
}

fn path(condition: &Json, more: &str) -> String {
    let filter = json!({ "and": [condition] }).to_string();
    let coded: String =
        filter.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect();
    format!("/api/clients?limit=20&filter={coded}{more}")
}

//! Giving a tenth of the clients (100,000 of a million) to one agent, against the bare UPDATE of the same rows.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::{Value as Json, json};
use sqlx::{AssertSqlSafe, Executor as _, Row as _};

use crate::client::Client;
use crate::desk::{Api, Desk, Tenant};
use crate::table::{Aim, Table, number};
use crate::{Plan, database};

/// Which clients: a tenth of those of the fill.
const STATUS: &str = "vip";

/// Measures the large tenant.
pub async fn measure(plan: &Plan, desk: &Desk, api: &Api, tenant: &Tenant, table: &mut Table) -> anyhow::Result<()> {
    let client = api.sign_in(tenant).await?;
    let spec: Json = serde_json::from_str(&client.text("/api/openapi.json").await?)?;
    let body = spec["paths"]["/api/clients/assign"]["post"]["requestBody"].to_string();
    let schema = body.split("#/components/schemas/").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    if spec["components"]["schemas"][schema]["properties"].get("filter").is_none() {
        table.note("bulk assignment: skipped, clients can't be assigned by a filter yet");
        return Ok(());
    }
    let mut inside = database::inside(desk, tenant).await?;
    let agents = inside.fetch_all("select id::text from users where name like 'Agent %' order by name limit 2").await?;
    let agent = |n: usize| -> anyhow::Result<String> { Ok(agents.get(n).context("there are no agents")?.try_get(0)?) };
    let (first, second) = (agent(0)?, agent(1)?);

    let started = Instant::now();
    let bare = format!(
        "update clients c set assigned_to = u.id, team_id = u.team_id, updated_at = now(), version = c.version + 1
         from users u where u.id = '{first}' and c.status = '{STATUS}' and c.deleted_at is null and c.assigned_to is distinct from u.id"
    );
    inside.execute("set statement_timeout = 0").await?;
    let rows = inside.execute(AssertSqlSafe(bare)).await?.rows_affected();
    let bare = started.elapsed().as_secs_f64();
    database::analyze(desk, tenant).await?;

    let body = json!({ "filter": { "status": STATUS }, "assigned_to": second });
    let dry = client.post("/api/clients/assign?dry_run=true", &body).await?;
    let started = Instant::now();
    let begun = client.post("/api/clients/assign", &body).await?;
    let updated = match begun["job_id"].as_str() {
        Some(job) => end_of(&client, job).await?,
        None => begun["updated"].as_u64().unwrap_or(0),
    };
    let ours = started.elapsed().as_secs_f64();
    anyhow::ensure!(updated > 0 && dry["count"].as_u64() >= Some(updated), "{updated} changed, {} were announced", dry["count"]);
    let per = |seconds: f64, rows: u64| seconds / rows.max(1) as f64;
    let what = format!("assign {updated} of {} by a filter / the bare UPDATE of {rows}", plan.large);
    let seconds = |s: f64| format!("{} s", number(s));
    table.row(&what, seconds(ours), seconds(bare), (per(ours, updated) / per(bare, rows), ""), Aim::AtMost(4.0));
    Ok(())
}

/// Waits for a job; returns how many records it changed.
async fn end_of(client: &Client, job: &str) -> anyhow::Result<u64> {
    let patience = Instant::now() + Duration::from_secs(600);
    loop {
        let state: Json = serde_json::from_str(&client.text(&format!("/api/jobs/{job}")).await?)?;
        match state["status"].as_str() {
            Some("done") => {
                let updated = state["result"]["updated"].as_u64().or_else(|| state["progress"]["processed"].as_u64());
                return updated.with_context(|| format!("the job does not tell what it did: {state}"));
            }
            Some("failed" | "cancelled") => anyhow::bail!("the job did not get through: {state}"),
            _ => {}
        }
        anyhow::ensure!(Instant::now() < patience, "the job is not done after ten minutes: {state}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

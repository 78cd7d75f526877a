//! Exporting every client as a file, against PostgreSQL's own COPY of the same rows and columns, and how
//! soon the first bytes are there.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::{Value as Json, json};
use sqlx::postgres::PgConnection;
use sqlx::{Executor as _, Row as _};

use crate::client::Client;
use crate::desk::{Api, Desk, Tenant};
use crate::table::{Aim, Table, number};
use crate::{Plan, database, median};

/// The columns of a file of clients, as the product has them.
const COPY: &str = "copy (
    select c.id, c.first_name, c.last_name, c.email, c.phone, c.country, c.address, c.date_of_birth, c.status, c.kyc_status, c.source,
        u.name as owner, t.name as team, p.name as partner, array_to_string(c.tags, '; ') as tags, round(c.balance, 2) as balance,
        c.currency, c.follow_up_at, c.follow_up_note, c.last_activity_at, c.created_at, c.updated_at
    from clients c left join users u on u.id = c.assigned_to left join teams t on t.id = c.team_id
        left join partners p on p.id = c.partner_id
    where c.deleted_at is null) to stdout with (format csv, header)";

/// Measures the large tenant.
pub async fn measure(plan: &Plan, desk: &Desk, api: &Api, tenant: &Tenant, table: &mut Table) -> anyhow::Result<()> {
    let client = api.sign_in(tenant).await?;
    let mut inside = database::inside(desk, tenant).await?;
    inside.execute("set statement_timeout = 0").await?;
    let rows: i64 = inside.fetch_one("select count(*) from clients where deleted_at is null").await?.try_get(0)?;
    let (mut copied, mut firsts) = (Vec::new(), Vec::new());
    let mut made: [Vec<f64>; 2] = [Vec::new(), Vec::new()];
    let before = desk.memory()?;
    let mut peak = before;
    for _ in 0..plan.rounds {
        copied.push(copy(&mut inside).await?);
        for (n, format) in ["csv", "xlsx"].into_iter().enumerate() {
            let started = Instant::now();
            let asked = client.post("/api/exports", &json!({ "entity": "clients", "format": format })).await?;
            let id = asked["id"].as_str().context("an export without an id")?;
            let export = end_of(&client, desk, id, &mut peak).await?;
            made[n].push(started.elapsed().as_secs_f64());
            anyhow::ensure!(export["rows"].as_i64() == Some(rows), "the file has {} rows of {rows}", export["rows"]);
            if format == "csv" {
                firsts.push(export["first_byte_ms"].as_f64().context("no first byte")?);
            }
        }
    }
    let copied = median(&copied);
    for (n, (format, aim)) in [("CSV", Aim::AtLeast(0.5)), ("XLSX", Aim::None)].into_iter().enumerate() {
        let ours = median(&made[n]);
        let what = format!("export of {rows} clients as {format}, share of COPY TO");
        table.row(&what, format!("{} s", number(ours)), format!("{} s", number(copied)), (copied / ours, ""), aim);
    }
    let first = median(&firsts);
    table.row(
        "export, first byte after the request",
        format!("{} ms", number(first)),
        String::new(),
        (first, "ms"),
        Aim::AtMost(100.0),
    );
    let mb = |bytes: u64| bytes as f64 / 1_000_000.0;
    let (grown, at_first) = (mb(peak.saturating_sub(before)), format!("{} MB before", number(mb(before))));
    // Workers, the API and the store in one process.
    let what = "memory that exporting adds to `up`";
    table.row(what, format!("{} MB", number(mb(peak))), at_first, (grown, "MB"), Aim::AtMost(150.0));
    Ok(())
}

/// Seconds that a COPY takes whose bytes are thrown away.
async fn copy(inside: &mut PgConnection) -> anyhow::Result<f64> {
    let started = Instant::now();
    let (mut bytes, mut pieces) = (0, inside.copy_out_raw(COPY).await?);
    while let Some(piece) = futures::StreamExt::next(&mut pieces).await {
        bytes += piece?.len();
    }
    anyhow::ensure!(bytes > 0, "COPY gave nothing");
    Ok(started.elapsed().as_secs_f64())
}

/// Waits for a file, and looks at the memory meanwhile.
async fn end_of(client: &Client, desk: &Desk, id: &str, peak: &mut u64) -> anyhow::Result<Json> {
    let patience = Instant::now() + Duration::from_secs(600);
    loop {
        let export: Json = serde_json::from_str(&client.text(&format!("/api/exports/{id}")).await?)?;
        *peak = (*peak).max(desk.memory()?);
        match export["status"].as_str() {
            Some("done") => return Ok(export),
            Some("failed" | "cancelled") => anyhow::bail!("the export did not get through: {export}"),
            _ => {}
        }
        anyhow::ensure!(Instant::now() < patience, "the export is not done after ten minutes: {export}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

//! One request at a time against the same SQL: how long somebody waits who is alone.

use std::time::Instant;

use anyhow::Context as _;
use serde_json::Value as Json;

use crate::capture::Statement;
use crate::client::Client;
use crate::desk::{Desk, Tenant};
use crate::search::Sql;
use crate::table::{Aim, Table, number};
use crate::{database, median, percentile};

const TIMES: usize = 200;

/// Asks for a page of a list in turns with the statements that it causes; every answer holds the same records as
/// its SQL.
pub async fn measure(
    desk: &Desk,
    tenant: &Tenant,
    client: &Client,
    path: &str,
    statements: &[Statement],
    what: &str,
    table: &mut Table,
) -> anyhow::Result<()> {
    let mut sql = Sql::new(database::inside(desk, tenant).await?).await?;
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let started = Instant::now();
        let text = client.text(path).await?;
        ours.push(started.elapsed().as_secs_f64() * 1e3);
        let json: Json = serde_json::from_str(&text)?;
        let rows = json["data"].as_array().context("no rows")?;
        let ids: Vec<&str> = rows.iter().filter_map(|r| r["id"].as_str()).collect();
        let (expected, took) = sql.run(statements).await?;
        bare.push(took);
        anyhow::ensure!(!ids.is_empty() && ids == expected, "{path} holds {ids:?}, its SQL {expected:?}");
    }
    let both = |ms: &[f64]| format!("{} / {} ms", number(median(ms)), number(percentile(ms, 99.0)));
    table.row(what, both(&ours), both(&bare), (median(&ours) / median(&bare), ""), Aim::None);
    Ok(())
}

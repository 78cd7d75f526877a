//! One request at a time against the SQL that it runs: how long somebody waits who is alone.

use std::time::Instant;

use anyhow::Context as _;
use serde_json::Value as Json;

use crate::capture::{Capture, Statement};
use crate::client::Client;
use crate::database;
use crate::desk::{Desk, Tenant};
use crate::search::Sql;
use crate::table::{Aim, Table, number};
use crate::{median, percentile};

/// Who asks, and where.
pub type Who<'a> = (&'a Desk, &'a Tenant, &'a Client);

/// What a request took, and what its statements take by themselves; in milliseconds.
pub struct Pace {
    /// The request, each time.
    pub whole: Vec<f64>,
    /// Its statements, in turns with it.
    pub bare: Vec<f64>,
}

/// The statements that a request runs and that read one of these tables.
///
/// # Errors
///
/// Fails if the request does, and if it runs none.
pub async fn statements((desk, _, client): Who<'_>, path: &str, about: &[&str]) -> anyhow::Result<Vec<Statement>> {
    let mut capture = Capture::begin(desk).await?;
    let asked = client.text(path).await;
    let captured = capture.take("");
    capture.end().await?;
    asked?;
    let reads = |s: &Statement| about.iter().any(|t| s.sql.contains(&format!("\"{t}\"")) || s.sql.contains(&format!("from {t}")));
    let statements: Vec<Statement> = captured?.into_iter().filter(reads).collect();
    anyhow::ensure!(!statements.is_empty(), "{path} reads none of {about:?}");
    Ok(statements)
}

/// Asks `times` times, in turns with the statements. `right` gets an answer, and the first column of what the statements
/// gave, and says whether it is as it should be.
///
/// # Errors
///
/// Fails if a request does, and if an answer is not right.
pub async fn take(
    (desk, tenant, client): Who<'_>,
    path: &str,
    statements: &[Statement],
    times: usize,
    right: impl Fn(&str, &[String]) -> anyhow::Result<()>,
) -> anyhow::Result<Pace> {
    let mut sql = Sql::new(database::inside(desk, tenant).await?).await?;
    let mut pace = Pace { whole: Vec::new(), bare: Vec::new() };
    for _ in 0..times {
        let started = Instant::now();
        let text = client.text(path).await?;
        pace.whole.push(started.elapsed().as_secs_f64() * 1e3);
        let (found, took) = sql.run(statements).await?;
        pace.bare.push(took);
        right(&text, &found).with_context(|| format!("{path} is answered wrongly"))?;
    }
    Ok(pace)
}

/// Whether a list holds the very records that its SQL finds.
///
/// # Errors
///
/// Names both if it does not.
pub fn same_records(text: &str, found: &[String]) -> anyhow::Result<()> {
    let json: Json = serde_json::from_str(text)?;
    let ids: Vec<&str> = json["data"].as_array().context("no rows")?.iter().filter_map(|r| r["id"].as_str()).collect();
    anyhow::ensure!(!ids.is_empty() && ids == found, "{ids:?} instead of {found:?}");
    Ok(())
}

impl Pace {
    /// A line: both, and how many times longer the request takes than its SQL.
    pub fn row(&self, table: &mut Table, what: &str, aim: Aim) {
        let both = |ms: &[f64]| format!("{} / {} ms", number(median(ms)), number(percentile(ms, 99.0)));
        let ratio = median(&self.whole) / median(&self.bare);
        table.row(&format!("{what} (p50 / p99) / its SQL"), both(&self.whole), both(&self.bare), (ratio, ""), aim);
    }
}

//! One request at a time against the SQL that it runs.

use std::time::Instant;

use crate::capture::{Capture, Statement};
use crate::client::Client;
use crate::database;
use crate::desk::{Desk, Tenant};
use crate::search::Sql;
use crate::table::{Aim, Table, number};
use crate::{median, percentile};

/// What a request took, and what its statements take by themselves; in milliseconds.
pub struct Pace {
    /// The request, each time.
    pub whole: Vec<f64>,
    /// Its statements, in turns with it.
    pub bare: Vec<f64>,
}

/// Asks `times` times. `about` are the tables of which a statement must read one to be counted; `right` says whether
/// an answer is as it should be.
///
/// # Errors
///
/// Fails if a request does, if an answer is not right, and if the request runs no such statement.
pub async fn against_sql(
    (desk, tenant, client): (&Desk, &Tenant, &Client),
    path: &str,
    about: &[&str],
    times: usize,
    right: impl Fn(&str) -> anyhow::Result<()>,
) -> anyhow::Result<Pace> {
    let mut capture = Capture::begin(desk).await?;
    let first = client.text(path).await;
    let captured = capture.take("");
    capture.end().await?;
    right(&first?)?;
    let reads = |s: &Statement| about.iter().any(|t| s.sql.contains(&format!("\"{t}\"")) || s.sql.contains(&format!("from {t}")));
    let statements: Vec<Statement> = captured?.into_iter().filter(reads).collect();
    anyhow::ensure!(!statements.is_empty(), "{path} reads none of {about:?}");
    let mut sql = Sql::new(database::inside(desk, tenant).await?).await?;
    let mut pace = Pace { whole: Vec::new(), bare: Vec::new() };
    for _ in 0..times {
        let started = Instant::now();
        let text = client.text(path).await?;
        pace.whole.push(started.elapsed().as_secs_f64() * 1e3);
        right(&text)?;
        pace.bare.push(sql.run(&statements).await?.1);
    }
    Ok(pace)
}

impl Pace {
    /// A line: both, and how many times longer the request takes than its SQL.
    pub fn row(&self, table: &mut Table, what: &str, aim: Aim) {
        let both = |ms: &[f64]| format!("{} / {} ms", number(median(ms)), number(percentile(ms, 99.0)));
        let ratio = median(&self.whole) / median(&self.bare);
        table.row(&format!("{what} (p50 / p99) / its SQL"), both(&self.whole), both(&self.bare), (ratio, ""), aim);
    }
}

//! The dashboard's figures, one request at a time, against the same SQL and against counting the records.

use std::time::Instant;

use serde_json::Value as Json;
use sqlx::{Executor as _, Row as _};

use crate::capture::{Capture, Statement};
use crate::desk::{Api, Desk, Tenant};
use crate::search::Sql;
use crate::table::{Aim, Table, number};
use crate::{Plan, database, median, percentile};

const PATH: &str = "/api/dashboard/clients";
const TIMES: usize = 100;

/// Measures the large tenant.
pub async fn measure(plan: &Plan, desk: &Desk, api: &Api, tenant: &Tenant, table: &mut Table) -> anyhow::Result<()> {
    let client = api.sign_in(tenant).await?;
    let mut inside = database::inside(desk, tenant).await?;
    let started = Instant::now();
    let counted: i64 = inside
        .fetch_all("select status, count(*) from clients where deleted_at is null group by status")
        .await?
        .iter()
        .map(|r| r.try_get::<i64, _>(1))
        .sum::<Result<i64, _>>()?;
    let counting = started.elapsed().as_secs_f64() * 1e3;

    let mut capture = Capture::begin(desk).await?;
    client.text(PATH).await?;
    let figures = |s: &Statement| s.sql.contains("from figures");
    let statements: Vec<Statement> = capture.take("")?.into_iter().filter(figures).collect();
    capture.end().await?;
    anyhow::ensure!(statements.len() == 1, "the figures run other statements than one: {statements:?}");
    let mut sql = Sql::new(database::inside(desk, tenant).await?).await?;
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let started = Instant::now();
        let json: Json = serde_json::from_str(&client.text(PATH).await?)?;
        ours.push(started.elapsed().as_secs_f64() * 1e3);
        anyhow::ensure!(json["total"].as_i64() == Some(counted), "the figures say {}, there are {counted}", json["total"]);
        bare.push(sql.run(&statements).await?.1);
    }
    let both = |ms: &[f64]| format!("{} / {} ms", number(median(ms)), number(percentile(ms, 99.0)));
    let what = format!("dashboard of {} (p50 / p99)", plan.large);
    table.row(&what, both(&ours), both(&bare), (median(&ours) / median(&bare), ""), Aim::None);
    let what = format!("dashboard of {}: p99", plan.large);
    table.row(&what, String::new(), String::new(), (percentile(&ours, 99.0), "ms"), Aim::AtMost(50.0));
    let what = format!("dashboard of {} / counting one of its groups", plan.large);
    let (p50, one) = (median(&ours), format!("{} ms", number(counting)));
    table.row(&what, format!("{} ms", number(p50)), one, (p50 / counting, ""), Aim::None);
    Ok(())
}

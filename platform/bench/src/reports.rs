//! The sales report over 1,000,000 activities and 100,000 deals, one request at a time, against the SQL that it
//! runs; and what each part costs by itself, as widgets ask for it.

use std::time::Instant;

use anyhow::Context as _;
use serde_json::Value as Json;
use sqlx::{AssertSqlSafe, Executor as _};

use crate::desk::{Api, Desk, Tenant};
use crate::table::{Aim, Table, number};
use crate::{Plan, database, median, pace, percentile};

const FILL: &str = include_str!("reports.sql");
const TIMES: usize = 20;
const PARTS: [&str; 8] = ["metrics", "stages", "forecast", "funnel", "activity", "performers", "teams", "won"];

/// Measures a tenant of its own.
pub async fn measure(plan: &Plan, desk: &Desk, api: &Api, table: &mut Table) -> anyhow::Result<()> {
    let (deals, activities) = (plan.large / 10, plan.large);
    let tenant = &home(plan, desk, "bench-reports", deals, activities).await?;
    let client = api.sign_in(tenant).await?;

    for (name, period) in [("a month", "period=month"), ("a year", "period=year")] {
        let path = format!("/api/reports/sales?{period}");
        let who = (desk, tenant, &client);
        let statements = pace::statements(who, &path, &["deals", "activities", "contacts"]).await?;
        anyhow::ensure!(statements.len() >= PARTS.len(), "the report runs {} statements", statements.len());
        let open = |text: &str| -> anyhow::Result<i64> {
            let report: Json = serde_json::from_str(text)?;
            report["metrics"]["deals"]["count"].as_i64().context("no open deals")
        };
        let counted = open(&client.text(&path).await?)?;
        anyhow::ensure!(counted > 0, "nothing is open");
        let same = |text: &str, _: &[String]| {
            anyhow::ensure!(open(text)? == counted, "another number of open deals");
            Ok(())
        };
        let what = format!("sales report of {name}, {activities} activities and {deals} deals");
        pace::take(who, &path, &statements, TIMES, same).await?.row(table, &what, Aim::None);
        let both = |ms: &[f64]| format!("{} / {} ms", number(median(ms)), number(percentile(ms, 99.0)));
        let mut worst = (0.0_f64, "");
        for part in PARTS {
            let path = format!("{path}&part={part}");
            let mut ms = Vec::new();
            for _ in 0..TIMES {
                let started = Instant::now();
                client.text(&path).await?;
                ms.push(started.elapsed().as_secs_f64() * 1e3);
            }
            let p50 = median(&ms);
            if p50 > worst.0 {
                worst = (p50, part);
            }
            table.row(&format!("sales report of {name}: {part}"), both(&ms), String::new(), (p50, "ms"), Aim::None);
        }
        let what = format!("sales report of {name}: slowest widget ({})", worst.1);
        table.row(&what, String::new(), String::new(), (worst.0, "ms"), Aim::AtMost(500.0));
    }
    Ok(())
}

/// A tenant of its own that sells, with its clients and two years of selling.
pub async fn home(plan: &Plan, desk: &Desk, slug: &str, deals: u64, activities: u64) -> anyhow::Result<Tenant> {
    let tenant = desk.create_tenant_of(slug, "sales-crm").await?;
    database::fill(desk, &tenant, plan.small).await?;
    fill(desk, &tenant, deals, activities).await?;
    Ok(tenant)
}

/// Fills a tenant with two years of selling.
async fn fill(desk: &Desk, tenant: &Tenant, deals: u64, activities: u64) -> anyhow::Result<()> {
    let started = Instant::now();
    let names = desk.names_of(tenant)?;
    let (owner, schema) = (migrations::quote(&names.owner()), migrations::quote(&names.schema()));
    let mut admin = database::connect(&desk.admin_url()?, &[]).await?;
    let text = FILL.replace("{deals}", &deals.to_string()).replace("{activities}", &activities.to_string());
    admin
        .execute(AssertSqlSafe(format!(
            "begin; set local role {owner}; set local search_path = {schema}; set local work_mem = '256MB'; {text} commit;"
        )))
        .await?;
    for name in ["deals", "deal_stages", "activities", "contacts", "exchange_rates", "users", "teams"] {
        admin.execute(AssertSqlSafe(format!("vacuum (analyze) {schema}.{name}"))).await?;
    }
    crate::say(&format!("{deals} deals and {activities} activities loaded in {:.0} s", started.elapsed().as_secs_f64()));
    Ok(())
}

//! A list of 20 clients, filtered and sorted, against the same SQL without us.

use anyhow::Context as _;
use serde_json::Value as Json;

use crate::capture::{Capture, Statement};
use crate::client::Client;
use crate::desk::{Api, Desk, Tenant};
use crate::load::{self, Request};
use crate::pgbench::PgBench;
use crate::table::{Aim, Table, number};
use crate::{Plan, median, pace};

const CONNECTIONS: u32 = 8;
const PATH: &str = "/api/clients?status=active&sort=-created_at&limit=20";

struct Target {
    client: Client,
    request: Request,
    ceiling: PgBench,
    statement: Statement,
    api: Vec<f64>,
    sql: Vec<f64>,
}

/// Measures both sizes in turns.
pub async fn measure(plan: &Plan, desk: &Desk, api: &Api, tenants: [&Tenant; 2], table: &mut Table) -> anyhow::Result<()> {
    let mut targets = Vec::new();
    for tenant in tenants {
        targets.push(Target::new(plan, desk, api, tenant).await?);
    }
    let (mut open, mut rate) = (Vec::new(), 0.0);
    for round in 0..plan.rounds {
        for target in &mut targets {
            target.round(plan, desk).await?;
        }
        let small = &targets[0];
        // Every round at the same rate, or their latencies could not be compared.
        if round == 0 {
            rate = median(&small.api) / 2.0;
        }
        open.push(load::open(plan, &small.client, &small.request, rate, plan.interval).await?.p99);
    }
    let [small, large] = [&targets[0], &targets[1]];
    let per_second = |numbers: &[f64]| format!("{}/s", number(median(numbers)));
    for (target, rows) in [(small, plan.small), (large, plan.large)] {
        let what = format!("list 20 of {rows}, {CONNECTIONS} connections / its SQL in pgbench");
        let ratio = median(&target.api) / median(&target.sql);
        table.row(&what, per_second(&target.api), per_second(&target.sql), (ratio, ""), Aim::AtLeast(0.20));
    }
    let what = format!("list 20 of {}, p99 at half of that load", plan.small);
    table.row(&what, format!("{}/s", number(rate)), String::new(), (median(&open), "ms"), Aim::AtMost(10.0));
    let what = format!("list 20 of {}, one at a time", plan.large);
    let statements = std::slice::from_ref(&large.statement);
    let who = (desk, tenants[1], &large.client);
    pace::take(who, PATH, statements, 200, pace::same_records).await?.row(table, &what, Aim::None);
    let what = format!("list of {} / list of {}", plan.large, plan.small);
    let ratio = median(&large.api) / median(&small.api);
    table.row(&what, per_second(&large.api), per_second(&small.api), (ratio, ""), Aim::AtLeast(0.90));
    Ok(())
}

impl Target {
    async fn new(plan: &Plan, desk: &Desk, api: &Api, tenant: &Tenant) -> anyhow::Result<Self> {
        let client = api.sign_in(tenant).await?;
        let mut capture = Capture::begin(desk).await?;
        let text = client.text(PATH).await?;
        let captured = capture.take("ORDER BY")?;
        capture.end().await?;
        let [statement]: [Statement; 1] =
            captured.try_into().map_err(|all| anyhow::anyhow!("the list runs other statements than one: {all:?}"))?;
        let head = rows_of(&text)?;
        let request = Request {
            name: format!("list-{}", tenant.slug),
            method: "GET",
            path: PATH.to_owned(),
            body: String::new(),
            status: 200,
            length: text.len(),
            least: head.len(),
            head,
        };
        let name = format!("list_{}", tenant.slug.replace('-', "_"));
        let ceiling = PgBench::new(plan, desk, tenant)?.statement(desk, &name, &statement)?;
        let target = Self { client, request, ceiling, statement, api: Vec::new(), sql: Vec::new() };
        let warm = std::time::Duration::from_secs(3);
        load::closed(plan, desk, &target.client, &target.request, CONNECTIONS, warm).await?;
        target.ceiling.run(CONNECTIONS, warm).await?;
        Ok(target)
    }

    async fn round(&mut self, plan: &Plan, desk: &Desk) -> anyhow::Result<()> {
        let interval = load::closed(plan, desk, &self.client, &self.request, CONNECTIONS, plan.interval).await?;
        self.api.push(interval.rate);
        self.sql.push(self.ceiling.run(CONNECTIONS, plan.interval).await?);
        Ok(())
    }
}

/// The part of an answer with the rows, after a look at them.
fn rows_of(text: &str) -> anyhow::Result<String> {
    let json: Json = serde_json::from_str(text)?;
    let rows = json["data"].as_array().context("the list has no rows")?;
    let days: Vec<&str> = rows.iter().filter_map(|r| r["created_at"].as_str()).collect();
    anyhow::ensure!(rows.len() == 20 && rows.iter().all(|r| r["status"] == "active"), "the list is wrong: {text}");
    anyhow::ensure!(days.len() == 20 && days.is_sorted_by(|a, b| a >= b), "the list is not sorted: {text}");
    before_totals(text)
}

/// The part of a list with its rows. What follows are totals, which may move.
pub fn before_totals(text: &str) -> anyhow::Result<String> {
    let end = text.rfind("],\"total\"").context("the list ends otherwise")?;
    Ok(text[..end].to_owned())
}

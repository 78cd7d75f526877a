//! `make bench`: measures a release build of Brokerdesk against the limits of the machine it runs on.
//!
//! Everything is a ratio of two numbers from the same run, or is held against an aim. Servers and
//! data are made for the run and removed after it. Every answer is checked; an interval with a wrong
//! or short answer is void. At a fixed rate (`load::open`) that is the status of each and the length of all
//! together. Intervals of what is compared alternate, and medians are reported.

mod browser;
mod bulk;
mod capture;
mod client;
mod create;
mod custom;
mod dashboard;
mod database;
mod deep;
mod desk;
mod export;
mod imports;
mod list;
mod load;
mod masking;
mod memory;
mod pace;
mod palette;
mod pgbench;
mod policy;
mod propagation;
mod provision;
mod reports;
mod search;
mod selling;
mod start;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

use crate::desk::Desk;
use crate::table::Table;

/// Measures Brokerdesk on this machine.
#[derive(Debug, Parser)]
#[command(name = "brokerdesk-bench")]
struct Args {
    /// The release build of `brokerdesk`.
    #[arg(long)]
    program: PathBuf,
    /// wrk: requests as fast as they are answered.
    #[arg(long, default_value = "wrk")]
    wrk: PathBuf,
    /// oha: requests at a fixed rate, whether they are answered or not.
    #[arg(long, default_value = "oha")]
    oha: PathBuf,
    /// pgbench: what PostgreSQL can do by itself.
    #[arg(long, default_value = "pgbench")]
    pgbench: PathBuf,
    /// A tenth of the data, short intervals, 20 tenants: to see that it works, not to judge.
    #[arg(long, env = "BENCH_QUICK", value_parser = clap::builder::BoolishValueParser::new(), num_args = 0..=1,
        default_value = "false", default_missing_value = "true")]
    quick: bool,
    /// Only these parts, comma-separated: provision, list, search, deep, palette, dashboard, browser,
    /// create, masking, policy, propagation, custom, bulk, export, import, reports, selling, memory, start.
    #[arg(long, env = "BENCH_ONLY", value_delimiter = ',')]
    only: Vec<String>,
}

/// How much is measured.
#[derive(Debug, Clone)]
struct Plan {
    args: std::sync::Arc<Args>,
    /// Rows of the two tenants.
    small: u64,
    large: u64,
    /// Tenants made one after another.
    tenants: u64,
    /// Tenants whose policies are asked in turns.
    policies: u64,
    /// Intervals of each kind.
    rounds: usize,
    /// Length of an interval.
    interval: Duration,
    /// Times every search term is asked.
    passes: usize,
}

impl Plan {
    fn new(args: Args) -> Self {
        let quick = args.quick;
        let pick = |quickly: u64, fully: u64| if quick { quickly } else { fully };
        Self {
            small: pick(10_000, 100_000),
            large: pick(100_000, 1_000_000),
            tenants: pick(20, 200),
            policies: pick(50, 500),
            rounds: 3,
            interval: Duration::from_secs(pick(2, 8)),
            passes: if quick { 2 } else { 5 },
            args: args.into(),
        }
    }

    fn wants(&self, part: &str) -> bool {
        self.args.only.is_empty() || self.args.only.iter().any(|p| p == part)
    }
}

fn main() -> ExitCode {
    if rustls::crypto::aws_lc_rs::default_provider().install_default().is_err() {
        eprintln!("brokerdesk-bench: a TLS provider was installed twice");
    }
    let plan = Plan::new(Args::parse());
    let done = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("the async runtime can't start")
        .and_then(|runtime| runtime.block_on(until_stopped(&plan)));
    match done {
        Ok(table) => {
            say(&table.text());
            if table.is_whole() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(e) => {
            eprintln!("brokerdesk-bench: {e:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs until the end or a stop signal; either way what was started is stopped on the way out.
async fn until_stopped(plan: &Plan) -> anyhow::Result<Table> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        done = run(plan) => done,
        _ = interrupt.recv() => anyhow::bail!("stopped"),
        _ = terminate.recv() => anyhow::bail!("stopped"),
    }
}

async fn run(plan: &Plan) -> anyhow::Result<Table> {
    let started = Instant::now();
    let mut table = Table::begin(plan);
    let mut desk = Desk::start(&plan.args.program).await?;
    let tenants = provision::measure(plan, &desk, &mut table).await?;
    let [Some(small), Some(large)] = [tenants.first(), tenants.get(1)] else { anyhow::bail!("two tenants are needed") };
    database::fill(&desk, small, plan.small).await?;
    // An import has tenants of its own.
    if plan.args.only.iter().any(|part| part != "import") || plan.args.only.is_empty() {
        database::fill(&desk, large, plan.large).await?;
    }

    let api = desk.api().await?;
    let idle = api.memory()?;
    if plan.wants("list") {
        let done = list::measure(plan, &desk, &api, [small, large], &mut table).await;
        table.done("list", done);
    }
    if plan.wants("search") {
        let done = search::measure(plan, &desk, &api, [small, large], &mut table).await;
        table.done("search", done);
    }
    if plan.wants("deep") {
        let done = deep::measure(plan, &desk, &api, large, &mut table).await;
        table.done("deep", done);
    }
    if plan.wants("palette") {
        let done = palette::measure(plan, &desk, &api, large, &mut table).await;
        table.done("palette", done);
    }
    if plan.wants("dashboard") {
        let done = dashboard::measure(plan, &desk, &api, large, &mut table).await;
        table.done("dashboard", done);
    }
    if plan.wants("browser") {
        let done = browser::measure(plan, &desk, large, &mut table).await;
        table.done("browser", done);
    }
    if plan.wants("create") {
        let done = create::measure(plan, &desk, &api, small, &mut table).await;
        table.done("create", done);
    }
    if plan.wants("masking") {
        let done = masking::measure(plan, &desk, &api, small, &mut table).await;
        table.done("masking", done);
    }
    if plan.wants("policy") {
        let done = policy::measure(plan, &desk, &api, small, &mut table).await;
        table.done("policy", done);
    }
    if plan.wants("propagation") {
        let done = propagation::measure(plan, &desk, &api, small, &mut table).await;
        table.done("propagation", done);
    }
    if plan.wants("custom") {
        let done = custom::measure(plan, &desk, &api, large, &mut table).await;
        table.done("custom", done);
    }
    if plan.wants("bulk") {
        let done = bulk::measure(plan, &desk, &api, large, &mut table).await;
        table.done("bulk", done);
    }
    if plan.wants("export") {
        let done = export::measure(plan, &desk, &api, large, &mut table).await;
        table.done("export", done);
    }
    if plan.wants("import") {
        let done = imports::measure(plan, &desk, &api, small, &mut table).await;
        table.done("import", done);
    }
    if plan.wants("reports") {
        let done = reports::measure(plan, &desk, &api, &mut table).await;
        table.done("reports", done);
    }
    if plan.wants("selling") {
        let done = selling::measure(plan, &desk, &api, &mut table).await;
        table.done("selling", done);
    }
    if plan.wants("memory") {
        let done = memory::measure(&api, idle, &tenants, &mut table).await;
        table.done("memory", done);
    }
    api.stop().await;
    if plan.wants("start") {
        let done = start::measure(plan, &mut desk, &mut table).await;
        table.done("start", done);
    }
    desk.stop().await;
    table.end(started.elapsed());
    Ok(table)
}

/// Speaks to whoever runs the command.
#[expect(clippy::print_stdout, reason = "the command line's own voice")]
fn say(text: &str) {
    println!("{text}");
}

/// The middle of some numbers; zero of none.
fn median(numbers: &[f64]) -> f64 {
    percentile(numbers, 50.0)
}

/// The number below which this share of the numbers lies.
fn percentile(numbers: &[f64], share: f64) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (share / 100.0 * sorted.len() as f64).ceil() as usize;
    sorted.get(place.saturating_sub(1)).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_numbers_that_were_measured() {
        let numbers: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!((percentile(&numbers, 99.0), median(&numbers)), (99.0, 50.0));
        assert_eq!((median(&[3.0, 1.0, 2.0]), median(&[])), (2.0, 0.0));
    }
}

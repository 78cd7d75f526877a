//! Everything at a glance: clients and deals as they stand, what was won since the beginning, and what was done
//! of late. Each figure is one statement.

use std::collections::HashMap;

use chrono::{Datelike as _, NaiveDate};
use kernel::permission::Scope;
use runtime::{Ctx, Rows as _, list};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, Query};

use super::ask::{Ask, SalesFilter};
use super::entity::{ActivityDay, OpenFigures, Performer, Sum};
use super::sums::{Rate, grouped};
use super::{closed, open, people};
use crate::dashboard::{FigureFilter, Group, figures};
use crate::deals::Kind;
use crate::statuses;

/// Deals in the stages of one name, whatever became of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageSum {
    /// The stage's key.
    pub stage: String,
    /// Its name.
    pub label: String,
    /// How many.
    pub count: i64,
    /// What they are worth: open ones by today's rates, closed ones by those of their closing days.
    pub value: String,
}

/// Everything at a glance; what the reader may not see is nothing here.
#[derive(Debug, Clone, Default)]
pub struct Overview {
    /// The currency of all amounts.
    pub base_currency: String,
    /// Currencies that are in no sum, for want of a rate.
    pub missing_rates: Vec<String>,
    /// Clients.
    pub clients: i64,
    /// Those who came in this calendar month.
    pub clients_this_month: i64,
    /// Clients by status, every status in its order.
    pub clients_by_status: Vec<(String, i64)>,
    /// Open deals.
    pub open: OpenFigures,
    /// Won in this calendar month.
    pub won_this_month: Sum,
    /// Won since the beginning.
    pub won: Sum,
    /// Stages of all pipelines in their order; equal keys are one stage.
    pub stages: Vec<StageSum>,
    /// Activities of this week, which begins on Monday.
    pub activities_this_week: i64,
    /// Activities of the last thirty days, every day.
    pub activity: Vec<ActivityDay>,
    /// Who won most in the last thirty days, the best first.
    pub performers: Vec<Performer>,
}

/// Reads everything at a glance.
pub async fn overview(ctx: &Ctx) -> kernel::Result<Overview> {
    let reports = ctx.require("reports.read")?;
    let reach = |permission: &str| ctx.actor().scope(permission).map(|scope| scope.min(reports));
    let period = SalesFilter { period: Some("last_30_days".to_owned()), kind: Some("deal".to_owned()), ..SalesFilter::default() };
    let ask = Ask::new(ctx, &period).await?;
    let mut missing = Vec::new();
    let mut found = Overview { base_currency: ask.base.clone(), ..Overview::default() };
    if let Some(scope) = reach("clients.read") {
        // From the kept figures: no client is read, however many there are.
        let kept = figures(ctx, "client", scope, &FigureFilter::default()).await?;
        found.clients = kept.total;
        found.clients_by_status = by_status(ctx, &kept.by_status).await?;
        found.clients_this_month = clients_this_month(ctx, &ask, scope).await?;
    }
    let activities = reach("activities.read");
    if let Some(scope) = reach(Kind::Deal.read()) {
        found.open = open::figures(ctx, &ask, Kind::Deal, scope, &mut missing).await?;
        found.won_this_month = closed::this_month(ctx, &ask, scope, &mut missing).await?;
        (found.stages, found.won) = stages(ctx, &ask, scope, &mut missing).await?;
        found.performers = people::performers(ctx, &ask, (scope, activities), &mut missing).await?;
        found.performers.retain(|p| p.won.count > 0 || p.open.count > 0);
    }
    if let Some(scope) = activities {
        found.activity = every_day(closed::activity_days(ctx, &ask, scope).await?, ask.now.from, ask.now.to);
        let back = u64::from(ask.today.weekday().num_days_from_monday());
        let monday = ask.today.checked_sub_days(chrono::Days::new(back)).unwrap_or(ask.today).to_string();
        found.activities_this_week = found.activity.iter().filter(|d| d.date >= monday).map(ActivityDay::total).sum();
    }
    missing.sort_unstable();
    found.missing_rates = missing;
    Ok(found)
}

/// Every status in its order, those that no client has as well.
async fn by_status(ctx: &Ctx, counted: &[Group]) -> kernel::Result<Vec<(String, i64)>> {
    let of = |key: &str| counted.iter().find(|g| g.key.as_deref() == Some(key)).map_or(0, |g| g.count);
    let all = statuses::all(ctx).await?.into_iter().filter(|s| s.entity == "client");
    Ok(all.map(|s| (s.key.clone(), of(&s.key))).collect())
}

#[derive(FromQueryResult)]
struct Count {
    n: i64,
}

/// Counted and not kept: the figures have days of UTC, and a month begins in the tenant's zone.
async fn clients_this_month(ctx: &Ctx, ask: &Ask, scope: Scope) -> kernel::Result<i64> {
    let mut select = Query::select();
    select.from_as(Alias::new("clients"), Alias::new("c"));
    ask.narrow(ctx, &mut select, "c", scope);
    select
        .expr_as(Expr::cust("count(*)"), Alias::new("n"))
        .and_where(Expr::cust_with_values("c.created_at >= $1 and c.created_at < $2", [ask.month.since, ask.month.until]));
    let lines: Vec<Count> = list::rows(ctx, &select).await?;
    Ok(lines.first().map_or(0, |l| l.n))
}

#[derive(FromQueryResult)]
struct Stage {
    key: String,
    label: String,
}

/// All deals by stage, and those of them that were won.
async fn stages(ctx: &Ctx, ask: &Ask, scope: Scope, missing: &mut Vec<String>) -> kernel::Result<(Vec<StageSum>, Sum)> {
    let key = || Expr::cust("d.stage");
    let open = grouped(ctx, ask, ask.open(ctx, Kind::Deal, scope), &[key()], Rate::Today, missing).await?;
    let mut ended = ask.deals(ctx, Kind::Deal, scope);
    ended.and_where(Expr::cust("d.outcome in ('won', 'lost')"));
    let ended = grouped(ctx, ask, ended, &[key(), Expr::cust("d.outcome")], Rate::Closing, missing).await?;
    let mut won = (0, Decimal::ZERO);
    let mut by: HashMap<String, (i64, Decimal)> = HashMap::new();
    for line in open.iter().chain(&ended) {
        let worth = exact(&line.value);
        let entry = by.entry(line.k1.clone().unwrap_or_default()).or_default();
        *entry = (entry.0 + line.n, entry.1 + worth);
        if line.k2.as_deref() == Some("won") {
            won = (won.0 + line.n, won.1 + worth);
        }
    }
    let sql = "select s.key, s.label from (
                   select distinct on (s.key) s.key, s.label, p.archived, p.position as pipeline, p.key as pipeline_key, s.position
                   from pipelines p join pipeline_stages s on s.pipeline_key = p.key
                   order by s.key, p.archived, p.position, p.key) s
               where not s.archived or s.key = any ($1) order by s.pipeline, s.pipeline_key, s.position, s.key";
    let used: Vec<String> = by.keys().cloned().collect();
    let known: Vec<Stage> = ctx.tx().all(sql, [used.into()]).await?;
    let sum = |s: Stage| {
        let (count, worth) = by.get(&s.key).copied().unwrap_or_default();
        StageSum { stage: s.key, label: s.label, count, value: text(worth) }
    };
    Ok((known.into_iter().map(sum).collect(), Sum { count: won.0, value: text(won.1) }))
}

/// A sum that the database rounded to two decimals.
fn exact(sum: &str) -> Decimal {
    sum.parse().unwrap_or_default()
}

fn text(sum: Decimal) -> String {
    format!("{sum:.2}")
}

/// The days without activities, too.
fn every_day(found: Vec<ActivityDay>, from: NaiveDate, to: NaiveDate) -> Vec<ActivityDay> {
    let mut by: HashMap<String, ActivityDay> = found.into_iter().map(|d| (d.date.clone(), d)).collect();
    let day = |d: NaiveDate| {
        let date = d.to_string();
        by.remove(&date).unwrap_or(ActivityDay { date, ..ActivityDay::default() })
    };
    from.iter_days().take_while(|d| *d <= to).map(day).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_sums_are_exact() {
        for amount in ["0.00", "0.05", "12345678901234567890.10", "-3.07"] {
            assert_eq!(text(exact(amount)), amount);
        }
        assert_eq!(text(exact("0.10") + exact("0.20")), "0.30");
    }

    #[test]
    fn days_without_activities_are_there() {
        let day = |text: &str| -> NaiveDate { text.parse().expect("a day") };
        let found = vec![ActivityDay { date: "2026-02-28".into(), call: 2, ..ActivityDay::default() }];
        let all = every_day(found, day("2026-02-27"), day("2026-03-01"));
        let told: Vec<(&str, i64)> = all.iter().map(|d| (d.date.as_str(), d.total())).collect();
        assert_eq!(told, [("2026-02-27", 0), ("2026-02-28", 2), ("2026-03-01", 0)]);
    }
}

//! What was won and lost, and what was done: the figures of a period.

use std::collections::HashMap;

use chrono::{Datelike as _, Days, Months, NaiveDate};
use kernel::permission::Scope;
use runtime::{Ctx, list};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, Query, SelectStatement};

use super::ask::{Ask, Span};
use super::entity::{ActivityDay, Bucket, ClosedFigures, ContactFigures, MonthFigures, Sum, Won};
use super::sums::{Line, Rate, grouped};

/// Seconds of a day.
const DAY: f64 = 86_400.0;
/// The most days that are shown one by one.
const MOST_SINGLE_DAYS: i64 = 31;
/// The most days that are shown by weeks.
const MOST_WEEKLY_DAYS: i64 = 186;

/// SQL that says whether a moment belongs to the period or to the one before it.
pub(super) fn which(ask: &Ask, moment: &str) -> Expr {
    Expr::cust_with_values(format!("case when {moment} >= $1 then 'now' else 'before' end"), [ask.now.since])
}

/// Won of all closed.
pub(super) fn win_rate(won: i64, lost: i64) -> Option<f64> {
    share(won, won + lost)
}

#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
fn share(part: i64, all: i64) -> Option<f64> {
    (all > 0).then(|| part as f64 / all as f64)
}

#[derive(FromQueryResult)]
struct Begun {
    which: String,
    n: i64,
    won: i64,
}

/// Closed in the period and in the one before.
pub(super) async fn figures(
    ctx: &Ctx,
    ask: &Ask,
    scope: Scope,
    missing: &mut Vec<String>,
) -> kernel::Result<(ClosedFigures, ClosedFigures)> {
    let closed = ask.closed(ctx, scope, ask.before.since, ask.now.until);
    let keys = [which(ask, "d.closed_at"), Expr::cust("d.outcome")];
    let lines = grouped(ctx, ask, closed, &keys, Rate::Closing, missing).await?;
    let mut begun = ask.deals(ctx, ask.kind, scope);
    begun
        .expr_as(which(ask, "d.created_at"), Alias::new("which"))
        .expr_as(Expr::cust("count(*)"), Alias::new("n"))
        .expr_as(Expr::cust("count(*) filter (where d.outcome = 'won')"), Alias::new("won"))
        .and_where(Expr::cust_with_values("d.created_at >= $1 and d.created_at < $2", [ask.before.since, ask.now.until]))
        .add_group_by([Expr::cust("1")]);
    let begun: Vec<Begun> = list::rows(ctx, &begun).await?;
    let of = |word: &str| {
        let line = |outcome: &str| lines.iter().find(|l| l.k1.as_deref() == Some(word) && l.k2.as_deref() == Some(outcome));
        let (won, lost) = (line("won"), line("lost"));
        let (created, created_won) = begun.iter().find(|b| b.which == word).map_or((0, 0), |b| (b.n, b.won));
        let sum = |l: Option<&Line>| l.map(Line::sum).unwrap_or_default();
        ClosedFigures {
            win_rate: win_rate(won.map_or(0, |l| l.n), lost.map_or(0, |l| l.n)),
            close_rate: share(created_won, created),
            average: won.and_then(|l| l.average.clone()),
            cycle_days: won.map(cycle),
            won: sum(won),
            lost: sum(lost),
            created,
            created_won,
        }
    };
    Ok((of("now"), of("before")))
}

#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
fn cycle(line: &Line) -> f64 {
    (line.seconds / line.n.max(1) as f64 / DAY * 10.0).round() / 10.0
}

/// Won in the calendar month that it is now.
pub(super) async fn this_month(ctx: &Ctx, ask: &Ask, scope: Scope, missing: &mut Vec<String>) -> kernel::Result<Sum> {
    let mut closed = ask.closed(ctx, scope, ask.month.since, ask.month.until);
    closed.and_where(Expr::cust("d.outcome = 'won'"));
    let lines = grouped(ctx, ask, closed, &[], Rate::Closing, missing).await?;
    Ok(lines.first().map(Line::sum).unwrap_or_default())
}

/// Pieces of the period: days, weeks from its first day, or months of the calendar.
fn pieces(now: &Span) -> (&'static str, Vec<(NaiveDate, NaiveDate)>) {
    let days = (now.to - now.from).num_days() + 1;
    let grain = if days <= MOST_SINGLE_DAYS {
        "day"
    } else if days <= MOST_WEEKLY_DAYS {
        "week"
    } else {
        "month"
    };
    let mut found = Vec::new();
    let mut from = now.from;
    while from <= now.to {
        let next = match grain {
            "day" => from.succ_opt(),
            "week" => from.checked_add_days(Days::new(7)),
            _ => from.with_day(1).and_then(|d| d.checked_add_months(Months::new(1))),
        };
        let Some(next) = next else { break };
        found.push((from, next.pred_opt().unwrap_or(from).min(now.to)));
        from = next;
    }
    (grain, found)
}

/// Won and lost, piece by piece of the period.
pub(super) async fn over_time(ctx: &Ctx, ask: &Ask, scope: Scope, missing: &mut Vec<String>) -> kernel::Result<Won> {
    let (grain, pieces) = pieces(&ask.now);
    let day = "cast(d.closed_at at time zone $1 as date)";
    let key = match grain {
        "day" => Expr::cust_with_values(format!("{day}::text"), [ask.zone.clone()]),
        "week" => Expr::cust_with_values(
            format!("(cast($2 as date) + ({day} - cast($2 as date)) / 7 * 7)::text"),
            [ask.zone.clone().into(), sea_orm::Value::from(ask.now.from)],
        ),
        _ => Expr::cust_with_values(
            format!("greatest(cast(date_trunc('month', {day}) as date), cast($2 as date))::text"),
            [ask.zone.clone().into(), sea_orm::Value::from(ask.now.from)],
        ),
    };
    let closed = ask.closed(ctx, scope, ask.now.since, ask.now.until);
    let lines = grouped(ctx, ask, closed, &[key, Expr::cust("d.outcome")], Rate::Closing, missing).await?;
    let by: HashMap<(String, String), Sum> =
        lines.iter().map(|l| ((l.k1.clone().unwrap_or_default(), l.k2.clone().unwrap_or_default()), l.sum())).collect();
    let bucket = |(from, to): (NaiveDate, NaiveDate)| {
        let of = |outcome: &str| by.get(&(from.to_string(), outcome.to_owned())).cloned().unwrap_or_default();
        Bucket { from, to, won: of("won"), lost: of("lost") }
    };
    Ok(Won { grain, buckets: pieces.into_iter().map(bucket).collect() })
}

/// Activities within what is asked for, by when they were written down.
pub(super) fn activities(ctx: &Ctx, ask: &Ask, scope: Scope, span: (&Span, &Span)) -> SelectStatement {
    let mut select = Query::select();
    select.from_as(Alias::new("activities"), Alias::new("a"));
    ask.narrow(ctx, &mut select, "a", scope);
    select.and_where(Expr::cust_with_values("a.created_at >= $1 and a.created_at < $2", [span.0.since, span.1.until]));
    select
}

#[derive(FromQueryResult)]
struct Count {
    which: String,
    n: i64,
}

fn compared(counts: &[Count]) -> MonthFigures {
    let of = |word: &str| counts.iter().find(|c| c.which == word).map_or(0, |c| c.n);
    MonthFigures { now: of("now"), before: of("before") }
}

/// How many activities there were.
pub(super) async fn activity_count(ctx: &Ctx, ask: &Ask, scope: Scope) -> kernel::Result<MonthFigures> {
    let mut select = activities(ctx, ask, scope, (&ask.before, &ask.now));
    select
        .expr_as(which(ask, "a.created_at"), Alias::new("which"))
        .expr_as(Expr::cust("count(*)"), Alias::new("n"))
        .add_group_by([Expr::cust("1")]);
    let counts: Vec<Count> = list::rows(ctx, &select).await?;
    Ok(compared(&counts))
}

/// How many activities were done.
pub(super) async fn completed_count(ctx: &Ctx, ask: &Ask, scope: Scope) -> kernel::Result<MonthFigures> {
    let mut select = Query::select();
    select.from_as(Alias::new("activities"), Alias::new("a"));
    ask.narrow(ctx, &mut select, "a", scope);
    select
        .expr_as(which(ask, "a.completed_at"), Alias::new("which"))
        .expr_as(Expr::cust("count(*)"), Alias::new("n"))
        .and_where(Expr::cust_with_values("a.completed_at >= $1 and a.completed_at < $2", [ask.before.since, ask.now.until]))
        .add_group_by([Expr::cust("1")]);
    let counts: Vec<Count> = list::rows(ctx, &select).await?;
    Ok(compared(&counts))
}

#[derive(FromQueryResult)]
struct DayLine {
    day: String,
    kind: String,
    n: i64,
}

/// Days with activities, by type.
pub(super) async fn activity_days(ctx: &Ctx, ask: &Ask, scope: Scope) -> kernel::Result<Vec<ActivityDay>> {
    let mut select = activities(ctx, ask, scope, (&ask.now, &ask.now));
    select
        .expr_as(
            Expr::cust_with_values("cast(a.created_at at time zone $1 as date)::text", [ask.zone.clone()]),
            Alias::new("day"),
        )
        .expr_as(Expr::cust("a.type"), Alias::new("kind"))
        .expr_as(Expr::cust("count(*)"), Alias::new("n"))
        .add_group_by(["1", "2"].map(Expr::cust));
    let mut lines: Vec<DayLine> = list::rows(ctx, &select).await?;
    lines.sort_by(|a, b| a.day.cmp(&b.day));
    let mut days: Vec<ActivityDay> = Vec::new();
    for line in lines {
        if days.last().is_none_or(|d| d.date != line.day) {
            days.push(ActivityDay { date: line.day.clone(), ..ActivityDay::default() });
        }
        let Some(day) = days.last_mut() else { continue };
        match line.kind.as_str() {
            "call" => day.call = line.n,
            "email" => day.email = line.n,
            "meeting" => day.meeting = line.n,
            "task" => day.task = line.n,
            _ => day.note += line.n,
        }
    }
    Ok(days)
}

/// Contacts, all and new ones.
pub(super) async fn contacts(ctx: &Ctx, ask: &Ask, scope: Scope) -> kernel::Result<ContactFigures> {
    let mut all = Query::select();
    all.from_as(Alias::new("contacts"), Alias::new("co"));
    ask.narrow(ctx, &mut all, "co", scope);
    let mut new = all.clone();
    new.expr_as(which(ask, "co.created_at"), Alias::new("which"))
        .expr_as(Expr::cust("count(*)"), Alias::new("n"))
        .and_where(Expr::cust_with_values("co.created_at >= $1 and co.created_at < $2", [ask.before.since, ask.now.until]))
        .add_group_by([Expr::cust("1")]);
    let counts: Vec<Count> = list::rows(ctx, &new).await?;
    let (total, is_estimate) = list::total(ctx, "contact", &all).await?;
    let MonthFigures { now, before } = compared(&counts);
    Ok(ContactFigures { total, is_estimate, new: now, new_before: before })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(from: &str, to: &str) -> (&'static str, usize, String, String) {
        let day = |text: &str| -> NaiveDate { text.parse().expect("a day") };
        let at = chrono::DateTime::UNIX_EPOCH;
        let (grain, all) = pieces(&Span { from: day(from), to: day(to), since: at, until: at });
        let mut end = day(from).pred_opt().expect("a day");
        for (from, to) in &all {
            assert!(*from == end.succ_opt().expect("a day") && to >= from, "{from} {to} after {end}");
            end = *to;
        }
        assert_eq!(end, day(to));
        let last = all.last().expect("a piece");
        (grain, all.len(), last.0.to_string(), last.1.to_string())
    }

    #[test]
    fn pieces_cover_the_period_without_gaps() {
        assert_eq!(cut("2026-11-01", "2026-11-30"), ("day", 30, "2026-11-30".into(), "2026-11-30".into()));
        assert_eq!(cut("2026-10-01", "2026-12-31"), ("week", 14, "2026-12-31".into(), "2026-12-31".into()));
        assert_eq!(cut("2026-01-01", "2026-12-31"), ("month", 12, "2026-12-01".into(), "2026-12-31".into()));
        assert_eq!(cut("2025-12-15", "2026-12-10").1, 13);
        assert_eq!(cut("2026-02-28", "2026-02-28"), ("day", 1, "2026-02-28".into(), "2026-02-28".into()));
    }
}

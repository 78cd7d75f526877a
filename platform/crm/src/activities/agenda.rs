//! What there is to do: the actor's own list, its numbers, and the calendar.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use kernel::DomainError;
use kernel::paging::{Page, Paging};
use kernel::permission::Scope;
use kernel::validate::Checker;
use runtime::Ctx;
use runtime::list::{self, within};
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Order, Query, SelectStatement, SimpleExpr};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use super::entity::{self, Activity, OVERDUE, alive, visible_to};
use crate::zone::{self, day_or_instant};

/// The most that a calendar shows.
const MOST: usize = 1_000;
/// The longest span of a calendar, in days.
const LONGEST: i64 = 400;

fn col(name: &'static str) -> Expr {
    Expr::col((Alias::new("a"), Alias::new(name)))
}

/// SQL of what is due when, at now, the end of today and the end of the week.
fn when(word: &str, now: DateTime<Utc>, zone: Tz) -> Option<SimpleExpr> {
    let (tomorrow, week) = zone::bounds(zone, now);
    let overdue = || Expr::cust_with_values(OVERDUE, [Value::from(now)]);
    Some(match word {
        "overdue" => overdue(),
        "today" => col("due_at").lt(tomorrow).and(overdue().not()),
        "week" => col("due_at").gte(tomorrow).and(col("due_at").lt(week)),
        "later" => col("due_at").gte(week),
        "none" => col("due_at").is_null(),
        _ => return None,
    })
}

const WHEN: [&str; 5] = ["overdue", "today", "week", "later", "none"];

/// A page of what the actor has to do, by when it is due.
pub async fn mine(ctx: &Ctx, word: Option<&str>, paging: &Paging) -> kernel::Result<Page<Activity>> {
    ctx.require("activities.read")?;
    let mut select = entity::all(ctx);
    select
        .and_where(alive())
        .and_where(col("status").eq("scheduled"))
        .and_where(col("assigned_to").eq(ctx.user_id().unwrap_or(Uuid::nil())));
    let word = word.filter(|w| !w.is_empty()).unwrap_or("all");
    if word != "all" {
        let zone = zone::of_tenant(ctx).await?;
        let condition = when(word, ctx.now(), zone);
        let fault = || DomainError::field("when", format!("must be one of {}, all", WHEN.join(", ")));
        select.and_where(condition.ok_or_else(fault)?);
    }
    list::page(ctx, "activity", &select, entity::sort(Some("due_at"))?, paging).await
}

/// How many are open, by when they are due.
#[derive(Debug, Clone, Copy, FromQueryResult)]
pub struct Counts {
    /// Due before now.
    pub overdue: i64,
    /// Due today.
    pub today: i64,
    /// Due in the six days after today.
    pub week: i64,
    /// Due later.
    pub later: i64,
    /// Without a date.
    pub none: i64,
}

/// The numbers of what the actor, or their teams, have to do.
pub async fn counts(ctx: &Ctx, scope: Option<&str>) -> kernel::Result<Counts> {
    let reach = ctx.require("activities.read")?;
    let mut select = Query::select();
    select.from_as(Alias::new("activities"), Alias::new("a")).and_where(alive()).and_where(col("status").eq("scheduled"));
    match scope.filter(|s| !s.is_empty()) {
        None | Some("mine") => {
            select.and_where(col("assigned_to").eq(ctx.user_id().unwrap_or(Uuid::nil())));
        }
        Some("team") => {
            let teams = within(ctx, reach.min(Scope::Team), ("a", "assigned_to"), ("a", "team_id"));
            select.and_where(teams.unwrap_or_else(|| Expr::cust("true")));
        }
        Some(_) => return Err(DomainError::field("scope", "must be mine or team")),
    }
    let zone = zone::of_tenant(ctx).await?;
    for word in WHEN {
        let condition = when(word, ctx.now(), zone).unwrap_or_else(|| Expr::cust("false"));
        // Null is not counted.
        let counted = Expr::cust_with_exprs("count(*) filter (where $1)", [condition]);
        select.expr_as(counted, Alias::new(word));
    }
    let rows: Vec<Counts> = list::rows(ctx, &select).await?;
    rows.into_iter().next().ok_or_else(|| DomainError::internal("nothing was counted"))
}

/// A span of a calendar.
#[derive(Debug)]
pub struct Shown {
    /// What is due in it, with `true` for later times of what comes again.
    pub rows: Vec<(Activity, bool)>,
    /// Whether there is more.
    pub truncated: bool,
    /// The tenant's zone.
    pub zone: Tz,
}

/// Whose activities a calendar shows.
fn whose(ctx: &Ctx, select: &mut SelectStatement, value: Option<&str>) -> kernel::Result<()> {
    let words: Vec<&str> = value.unwrap_or("me").split(',').map(str::trim).filter(|w| !w.is_empty()).take(100).collect();
    if words == ["team"] {
        if let Some(condition) = within(ctx, Scope::Team, ("a", "assigned_to"), ("a", "team_id")) {
            select.and_where(condition);
        }
        return Ok(());
    }
    let me = ctx.user_id().unwrap_or(Uuid::nil());
    let ids: Option<Vec<Uuid>> = words.iter().map(|w| if *w == "me" { Some(me) } else { w.parse().ok() }).collect();
    let ids = ids.filter(|ids| !ids.is_empty());
    let ids = ids.ok_or_else(|| DomainError::field("assigned_to", "must be me, team, or ids of users"))?;
    select.and_where(col("assigned_to").is_in(ids));
    Ok(())
}

/// Activities of a span of time.
pub async fn calendar(ctx: &Ctx, from: Option<&str>, to: Option<&str>, assigned_to: Option<&str>) -> kernel::Result<Shown> {
    let scope = ctx.require("activities.read")?;
    let zone = zone::of_tenant(ctx).await?;
    let mut c = Checker::new();
    for (field, value) in [("from", from), ("to", to)] {
        if value.is_none_or(|v| v.trim().is_empty()) {
            c.add(field, "is required");
        }
    }
    let start = day_or_instant(&mut c, ("from", from), zone, false);
    let end = day_or_instant(&mut c, ("to", to), zone, true);
    if let (Some(start), Some(end)) = (start, end)
        && !(TimeDelta::zero()..=TimeDelta::days(LONGEST)).contains(&(end - start))
    {
        c.add("to", format!("must lie after `from`, by at most {LONGEST} days"));
    }
    c.finish()?;
    let (Some(start), Some(end)) = (start, end) else { return Err(DomainError::internal("a span without an end")) };
    let mut base = visible_to(ctx, scope, false);
    base.and_where(alive());
    whose(ctx, &mut base, assigned_to)?;
    base.order_by((Alias::new("a"), Alias::new("due_at")), Order::Asc)
        .order_by((Alias::new("a"), Alias::new("id")), Order::Asc)
        .limit(MOST as u64 + 1);
    let mut due = base.clone();
    due.and_where(col("due_at").gte(start)).and_where(col("due_at").lt(end)).and_where(col("status").ne("cancelled"));
    let found: Vec<Activity> = list::rows(ctx, &due).await?;
    let mut again = base;
    again.and_where(col("due_at").lt(end)).and_where(col("status").eq("scheduled")).and_where(col("repeats").is_not_null());
    let coming: Vec<Activity> = list::rows(ctx, &again).await?;
    let mut rows: Vec<(Activity, bool)> = found.into_iter().map(|a| (a, false)).collect();
    for activity in coming {
        rows.extend(later(&activity, start, end).map(|due| (Activity { due_at: Some(due), ..activity.clone() }, true)));
    }
    rows.sort_by_key(|(a, is_virtual)| (a.due_at, *is_virtual, a.id));
    let truncated = rows.len() > MOST;
    rows.truncate(MOST);
    Ok(Shown { rows, truncated, zone })
}

/// The later times of an activity within a span.
fn later(activity: &Activity, start: DateTime<Utc>, end: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> + use<> {
    let times: Vec<DateTime<Utc>> = match (activity.rule(), activity.due_at) {
        (Some((rule, zone)), Some(due)) => {
            rule.after(due, zone).take(20_000).take_while(|at| *at < end).filter(|at| *at >= start).take(MOST).collect()
        }
        _ => Vec::new(),
    };
    times.into_iter()
}

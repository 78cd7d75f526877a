//! The groupings.

use runtime::{Ctx, list};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Asterisk, Expr, ExprTrait as _, SelectStatement};
use uuid::Uuid;

use crate::clients::entity::{alive, visible_to};

/// How many clients share a value.
#[derive(Debug, FromQueryResult)]
pub struct Group {
    /// The value; absent for clients without one.
    pub key: Option<String>,
    /// How many.
    pub count: i64,
}

/// How many clients a team has.
#[derive(Debug, FromQueryResult)]
pub struct TeamGroup {
    /// The team; absent for clients without one.
    pub id: Option<Uuid>,
    /// Its name.
    pub name: Option<String>,
    /// How many.
    pub count: i64,
}

#[derive(Debug, FromQueryResult)]
struct Totals {
    total: i64,
    assigned: i64,
    active: i64,
}

/// All figures.
pub struct Figures {
    /// Clients.
    pub total: i64,
    /// Clients whose status is not a closed one.
    pub active: i64,
    /// Clients with an owner.
    pub assigned: i64,
    /// By status.
    pub by_status: Vec<Group>,
    /// By country, largest first, at most 20.
    pub by_country: Vec<Group>,
    /// By source, largest first, at most 20.
    pub by_source: Vec<Group>,
    /// By KYC status.
    pub by_kyc: Vec<Group>,
    /// By team.
    pub by_team: Vec<TeamGroup>,
    /// Created per day, the last 90 days.
    pub per_day: Vec<Group>,
}

/// Reads the figures.
pub async fn clients(ctx: &Ctx) -> kernel::Result<Figures> {
    let scope = ctx.require("dashboard.read")?;
    let read = ctx.require("clients.read")?;
    let base = || {
        let mut select = visible_to(ctx, scope.min(read));
        select.clear_selects().and_where(alive());
        select
    };
    let mut totals = base();
    totals
        .expr_as(Expr::col(Asterisk).count(), Alias::new("total"))
        .expr_as(Expr::cust("count(c.assigned_to)"), Alias::new("assigned"))
        .expr_as(
            Expr::cust("count(*) filter (where c.status in (select key from statuses where entity = 'client' and not closed))"),
            Alias::new("active"),
        );
    let totals: Vec<Totals> = list::rows(ctx, &totals).await?;
    let totals = totals.into_iter().next().unwrap_or(Totals { total: 0, assigned: 0, active: 0 });
    let mut teams = base();
    teams
        .expr_as(Expr::cust("t.id"), Alias::new("id"))
        .expr_as(Expr::cust("t.name"), Alias::new("name"))
        .expr_as(Expr::col(Asterisk).count(), Alias::new("count"))
        .add_group_by([Expr::cust("t.id"), Expr::cust("t.name")])
        .order_by_expr(Expr::cust("3"), sea_orm::sea_query::Order::Desc);
    let mut days = grouped(base(), "to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD')", 91);
    days.and_where(Expr::cust(
        "c.created_at >= date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - interval '89 days'",
    ));
    Ok(Figures {
        total: totals.total,
        active: totals.active,
        assigned: totals.assigned,
        by_status: list::rows(ctx, &grouped(base(), "c.status", 50)).await?,
        by_country: list::rows(ctx, &grouped(base(), "c.country::text", 20)).await?,
        by_source: list::rows(ctx, &grouped(base(), "c.source", 20)).await?,
        by_kyc: list::rows(ctx, &grouped(base(), "c.kyc_status", 10)).await?,
        by_team: list::rows(ctx, &teams).await?,
        per_day: list::rows(ctx, &days).await?,
    })
}

fn grouped(mut select: SelectStatement, column: &'static str, limit: u64) -> SelectStatement {
    select
        .expr_as(Expr::cust(column), Alias::new("key"))
        .expr_as(Expr::col(Asterisk).count(), Alias::new("count"))
        .add_group_by([Expr::cust(column)])
        .order_by_expr(Expr::cust("2"), sea_orm::sea_query::Order::Desc)
        .limit(limit);
    select
}

//! Users by name or address, for the palette. Names and addresses of colleagues are open to every database
//! role, so this runs under the caller's own.

use runtime::words::containing;
use runtime::{Ctx, list};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, Order, Query};
use uuid::Uuid;

/// A user by name.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Colleague {
    /// Their id.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
}

/// Users that the actor may see in whose name and address every word occurs, by name.
pub async fn search(ctx: &Ctx, words: &[String], limit: u64) -> kernel::Result<Vec<Colleague>> {
    let scope = ctx.require("users.read")?;
    let mut select = Query::select();
    for column in ["id", "name", "email"] {
        select.column((Alias::new("u"), Alias::new(column)));
    }
    select.from_as(Alias::new("users"), Alias::new("u"));
    if let Some(within) = list::within(ctx, scope, ("u", "id"), ("u", "team_id")) {
        select.and_where(within);
    }
    for word in words {
        select.and_where(containing("fold(u.name || ' ' || u.email)", word));
    }
    select
        .order_by_expr(Expr::cust("lower(u.name)"), Order::Asc)
        .order_by((Alias::new("u"), Alias::new("id")), Order::Asc)
        .limit(limit);
    list::rows(ctx, &select).await
}

//! Users by name or address, for the palette. Names and addresses of colleagues are open to every database
//! role, so this runs under the caller's own.

use kernel::fold::fold;
use kernel::slips::{self, SHORTEST};
use runtime::words::containing;
use runtime::{Ctx, list};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, Order, Query, SelectStatement};
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

/// The most users among whom a slip of the finger is looked for.
const LOOKED_AT: u64 = 2_000;

/// Users that the actor may see in whose name and address every word occurs, by name; if there are none, those who are
/// nearly called so.
pub async fn search(ctx: &Ctx, words: &[String], limit: u64) -> kernel::Result<Vec<Colleague>> {
    let mut select = visible(ctx)?;
    for word in words {
        select.and_where(containing("fold(u.name || ' ' || u.email)", word));
    }
    let found: Vec<Colleague> = list::rows(ctx, select.limit(limit)).await?;
    // A single short word has no slips, and all users would be read in vain.
    if !found.is_empty() || words.iter().all(|word| word.chars().count() < SHORTEST) {
        return Ok(found);
    }
    let all: Vec<Colleague> = list::rows(ctx, visible(ctx)?.limit(LOOKED_AT)).await?;
    let nearly = all.into_iter().filter(|user| nearly_called(&fold(&user.name), words));
    Ok(nearly.take(usize::try_from(limit).unwrap_or(usize::MAX)).collect())
}

/// Whether each word is in a name or is one of its words with a slip.
fn nearly_called(name: &str, words: &[String]) -> bool {
    let parts = || name.split(|c: char| !c.is_alphanumeric());
    words.iter().all(|word| name.contains(word.as_str()) || !slips::meant(word, parts()).is_empty())
}

/// Users that the actor may see, by name.
fn visible(ctx: &Ctx) -> kernel::Result<SelectStatement> {
    let scope = ctx.require("users.read")?;
    let mut select = Query::select();
    for column in ["id", "name", "email"] {
        select.column((Alias::new("u"), Alias::new(column)));
    }
    select.from_as(Alias::new("users"), Alias::new("u"));
    if let Some(within) = list::within(ctx, scope, ("u", "id"), ("u", "team_id")) {
        select.and_where(within);
    }
    select.order_by_expr(Expr::cust("lower(u.name)"), Order::Asc).order_by((Alias::new("u"), Alias::new("id")), Order::Asc);
    Ok(select)
}

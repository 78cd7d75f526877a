//! What stands before and after a record in a list: two seeks in the index of the list's order, wherever
//! in the list that is.

use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Order, PostgresQueryBuilder, SelectStatement, SimpleExpr};
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use uuid::Uuid;

use super::{CountQuery, Counting, Sort, query};
use crate::ctx::Ctx;
use crate::db::{DbError, Rows as _};

/// Places are counted up to here: further down nobody needs to know them.
const PLACES: u64 = 1_000;

/// The surroundings of a record in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Neighbours {
    /// The record before it.
    pub previous: Option<Uuid>,
    /// The record after it.
    pub next: Option<Uuid>,
    /// Its 1-based place; none beyond the first thousand, and none if the list does not hold it (any more).
    pub position: Option<u64>,
    /// How long the list is.
    pub total: u64,
    /// Whether that is an estimate.
    pub total_is_estimate: bool,
}

/// Finds the neighbours of a record in the list `base`. A record that the list does not hold, because a
/// change took it out, has those between which it would stand; `anyone` is the same query without the
/// list's filter. None if the record is not even there. `words` says that the filter looks for words.
pub async fn neighbours(
    ctx: &Ctx,
    entity: &str,
    base: &SelectStatement,
    anyone: &SelectStatement,
    sort: Sort,
    words: bool,
    id: Uuid,
) -> kernel::Result<Option<Neighbours>> {
    if words {
        // See `search`.
        ctx.tx().run("select set_config('plan_cache_mode', 'force_custom_plan', true)", []).await?;
    }
    let inside = value_of(ctx, base, sort, id).await?;
    let listed = inside.is_some();
    let value = match inside {
        Some(value) => value,
        None => match value_of(ctx, anyone, sort, id).await? {
            Some(value) => value,
            None => return Ok(None),
        },
    };
    let here = Here { sort, value: &value, id };
    let previous = here.nearest(ctx, base, false).await?;
    let next = here.nearest(ctx, base, true).await?;
    let before = if listed { here.before(ctx, base).await? } else { None };
    let counting = if words { Counting::Cheap } else { Counting::Exact };
    let (total, total_is_estimate) = CountQuery::new(entity, base).total(ctx, counting).await?;
    let position = before.map(|n| n + 1);
    // An estimate may fall short of what is known.
    let total = Ord::max(total, position.unwrap_or(0));
    Ok(Some(Neighbours { previous, next, position, total, total_is_estimate }))
}

async fn value_of(ctx: &Ctx, list: &SelectStatement, sort: Sort, id: Uuid) -> kernel::Result<Option<String>> {
    let alias = sort.key.column.0;
    let mut select = list.clone();
    select
        .clear_selects()
        .expr_as(Expr::cust(sort.value()).cast_as(Alias::new("text")), Alias::new("sort_value"))
        .and_where(Expr::col((Alias::new(alias), Alias::new("id"))).eq(id));
    let found = query(ctx, &select, Some(1)).await?;
    Ok(found.first().map(|row| row.try_get("", "sort_value")).transpose().map_err(DbError)?)
}

/// A place in an order.
struct Here<'a> {
    sort: Sort,
    value: &'a str,
    id: Uuid,
}

impl Here<'_> {
    /// Rows on one side of it.
    fn beyond(&self, forwards: bool) -> SimpleExpr {
        let text = format!(
            "({}, {}.id) {} (cast($1 as {}), cast($2 as uuid))",
            self.sort.value(),
            self.sort.key.column.0,
            if forwards == self.sort.desc { "<" } else { ">" },
            self.sort.key.kind.sql()
        );
        Expr::cust_with_values(text, [sea_orm::Value::from(self.value), self.id.to_string().into()])
    }

    async fn nearest(&self, ctx: &Ctx, base: &SelectStatement, forwards: bool) -> kernel::Result<Option<Uuid>> {
        let order = if forwards == self.sort.desc { Order::Desc } else { Order::Asc };
        let id = || Expr::col((Alias::new(self.sort.key.column.0), Alias::new("id")));
        let mut select = base.clone();
        select
            .clear_selects()
            .expr_as(id(), Alias::new("id"))
            .and_where(self.beyond(forwards))
            .order_by_expr(Expr::cust(self.sort.value()), order.clone())
            .order_by_expr(id(), order);
        let found = query(ctx, &select, Some(1)).await?;
        Ok(found.first().map(|row| row.try_get("", "id")).transpose().map_err(DbError)?)
    }

    /// How many rows stand before it; none if they are too many to be counted.
    async fn before(&self, ctx: &Ctx, base: &SelectStatement) -> kernel::Result<Option<u64>> {
        let mut select = base.clone();
        select.clear_selects().expr(Expr::cust("1")).and_where(self.beyond(false));
        let (inner, values) = select.build(PostgresQueryBuilder);
        let sql = format!("SELECT COUNT(*) FROM ({inner} LIMIT {PLACES}) AS capped");
        let stmt = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        let row = ctx.tx().query_one_raw(stmt).await.map_err(DbError)?;
        let counted: i64 = row.map(|row| row.try_get_by_index(0)).transpose().map_err(DbError)?.unwrap_or(0);
        Ok(u64::try_from(counted).ok().filter(|n| *n < PLACES))
    }
}

//! One way to page, sort and count for every list.
//!
//! A list is a `SELECT` over one table with its conditions. [`page`] adds the order, the keyset
//! position and the limit, reads one row more than asked to know whether there is a next page, and
//! counts: exactly up to [`COUNT_CAP`], by the planner's estimate beyond. [`search`] does the same for
//! a text that somebody typed, which must be answered before the next letter: there the estimate
//! stands in for every count that would take long. What lists are sorted by is in [`sort`].

mod neighbours;
mod place;
mod sort;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use kernel::paging::{COUNT_CAP, Cursor, Page, Paging};
use sea_orm::sea_query::{
    Alias, Asterisk, CommonTableExpression, Expr, ExprTrait as _, InsertStatement, IntoColumnRef as _, PostgresQueryBuilder,
    Query, SelectStatement, SimpleExpr, Values,
};
use sea_orm::{ConnectionTrait as _, DbBackend, FromQueryResult, QueryResult, Statement};
use uuid::Uuid;

use crate::counts::Total;
use crate::ctx::Ctx;
use crate::db::{DbError, Rows as _};

pub use neighbours::{Neighbours, neighbours};
pub use place::Place;
pub use sort::{Join, Sort, SortColumn};

/// The type of a sort column, which a cursor's text is cast to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortType {
    /// `timestamptz`.
    Time,
    /// `text`.
    Text,
    /// `text` whose case does not count; its index is on `lower(…)`.
    Name,
    /// `numeric`.
    Number,
    /// `bigint`.
    Integer,
    /// `date`.
    Date,
}

impl SortType {
    fn sql(self) -> &'static str {
        match self {
            Self::Time => "timestamptz",
            Self::Text | Self::Name => "text",
            Self::Number => "numeric",
            Self::Integer => "bigint",
            Self::Date => "date",
        }
    }
}

/// A column that a list can be sorted by. It must not be null, and must have an index with the id.
#[derive(Debug, Clone, Copy)]
pub struct SortKey {
    /// The word in `sort=`.
    pub name: &'static str,
    /// The column, qualified, e.g. `("c", "created_at")`.
    pub column: (&'static str, &'static str),
    /// Its type.
    pub kind: SortType,
    /// Whether the plain word sorts downwards. Dates and sums read best newest and largest first
    /// only when the caller says `-`, so this is false nearly everywhere.
    pub default_desc: bool,
}

/// How a list is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counting {
    /// Exactly up to [`COUNT_CAP`].
    Exact,
    /// Exactly as long as it is cheap.
    Cheap,
}

/// What counting the matches of a search may cost, in the planner's units: some milliseconds. A
/// thousand rows out of a large table cost this much; a small table always costs less.
const SEARCH_COUNT_COST: f64 = 1_500.0;

/// Reads a page. `base` selects its columns from `table` (aliased as in the sort keys) with all
/// conditions; `entity` is the word whose events make the total stale.
pub async fn page<T: FromQueryResult>(
    ctx: &Ctx,
    entity: &str,
    base: &SelectStatement,
    sort: Sort,
    paging: &Paging,
) -> kernel::Result<Page<T>> {
    read(ctx, entity, base, sort, paging, Counting::Exact).await
}

/// Reads a page of what words that somebody typed find.
pub async fn search<T: FromQueryResult>(
    ctx: &Ctx,
    entity: &str,
    base: &SelectStatement,
    sort: Sort,
    paging: &Paging,
) -> kernel::Result<Page<T>> {
    // A plan that fits every word fits none: common ones are found by walking the sort's index, rare
    // ones only by the trigram index.
    ctx.tx().run("select set_config('plan_cache_mode', 'force_custom_plan', true)", []).await?;
    read(ctx, entity, base, sort, paging, Counting::Cheap).await
}

async fn read<T: FromQueryResult>(
    ctx: &Ctx,
    entity: &str,
    base: &SelectStatement,
    sort: Sort,
    paging: &Paging,
    counting: Counting,
) -> kernel::Result<Page<T>> {
    if !sort.is_plain() {
        return sort::read_wide(ctx, entity, base, &sort, paging, counting).await;
    }
    let count = CountQuery::new(entity, base);
    let first_page = paging.cursor.is_none() && paging.offset() == 0;
    let mut known = count.known(ctx).await;
    // Few matches are all read and sorted for the first page anyway: counting them there costs nothing.
    let counts_itself = known.is_none() && first_page && counting == Counting::Cheap && {
        known = count.estimate_if_dear(ctx).await?;
        known.is_none()
    };
    let select = if counts_itself { every_match(base, &sort) } else { in_order(base, &sort, paging)? };
    let rows = query(ctx, &select, Some(paging.limit + 1)).await?;
    if counts_itself {
        let matches: i64 = rows.first().map(|row| row.try_get("", "matches")).transpose().map_err(DbError)?.unwrap_or(0);
        known = Some(count.keep(ctx, (u64::try_from(matches).unwrap_or(0), false)).await);
    }
    let cursor = |last: &QueryResult| {
        Ok(Cursor {
            s: sort.word(),
            v: last.try_get("", "sort_value").map_err(DbError)?,
            id: last.try_get("", "id").map_err(DbError)?,
        })
    };
    finish(ctx, paging, counting, &rows, &count, known, cursor).await
}

/// A list with its order, from the place where the page begins.
fn in_order(base: &SelectStatement, sort: &Sort, paging: &Paging) -> kernel::Result<SelectStatement> {
    let key = Expr::cust(sort.value());
    let mut select = base.clone();
    select
        .expr_as(key.clone().cast_as(Alias::new("text")), Alias::new("sort_value"))
        .order_by_expr(key, sort.order())
        .order_by_expr(Expr::cust(sort.id()), sort.order());
    if let Some(cursor) = &paging.cursor {
        select.and_where(sort::after(sort, cursor)?);
    } else if paging.offset() > 0 {
        select.offset(paging.offset());
    }
    Ok(select)
}

/// The first page of a list, and in `matches` how many rows there are. The offset is a fence: the planner
/// believes that the first rows of a window cost little, and would walk the whole index of the order for a
/// few matches.
fn every_match(base: &SelectStatement, sort: &Sort) -> SelectStatement {
    let key = Expr::cust(sort.value());
    let mut found = base.clone();
    found
        .expr_as(key.clone().cast_as(Alias::new("text")), Alias::new("sort_value"))
        .expr_as(key, Alias::new("sort_key"))
        .expr_as(Expr::cust(sort.id()), Alias::new("sort_id"))
        .offset(0);
    Query::select()
        .column(Asterisk)
        .expr_as(Expr::cust("count(*) over ()"), Alias::new("matches"))
        .from_subquery(found, Alias::new("found"))
        .order_by(Alias::new("sort_key"), sort.order())
        .order_by(Alias::new("sort_id"), sort.order())
        .to_owned()
}

/// A page out of the rows that were read, one more than asked for if there are more.
async fn finish<T: FromQueryResult>(
    ctx: &Ctx,
    paging: &Paging,
    counting: Counting,
    rows: &[QueryResult],
    count: &CountQuery<'_>,
    known: Option<Total>,
    cursor: impl Fn(&QueryResult) -> kernel::Result<Cursor>,
) -> kernel::Result<Page<T>> {
    let more = rows.len() as u64 > paging.limit;
    let shown = &rows[..rows.len().min(paging.limit as usize)];
    // The last page of a list tells how long the list is.
    let ends_here = !more && paging.cursor.is_none() && (paging.offset() == 0 || !rows.is_empty());
    let (total, total_is_estimate) = if ends_here {
        (paging.offset() + rows.len() as u64, false)
    } else {
        let (total, is_estimate) = match known {
            Some(total) => total,
            None => count.total(ctx, counting).await?,
        };
        // An estimate may fall short of what is on the screen.
        (Ord::max(total, paging.offset() + rows.len() as u64), is_estimate)
    };
    let next_cursor = match shown.last() {
        Some(last) if more => Some(cursor(last)?),
        _ => None,
    };
    let data = shown.iter().map(|r| T::from_query_result(r, "")).collect::<Result<Vec<_>, _>>().map_err(DbError)?;
    Ok(Page { data, total, total_is_estimate, page: paging.page, limit: paging.limit, next_cursor })
}

/// Runs a built query. The limit stands in the text: behind a parameter the planner would expect a
/// tenth of the table, and plan every single time.
async fn query(ctx: &Ctx, select: &SelectStatement, limit: Option<u64>) -> Result<Vec<QueryResult>, DbError> {
    let (mut sql, values) = select.build(PostgresQueryBuilder);
    if let Some(limit) = limit {
        sql.push_str(&format!(" LIMIT {limit}"));
    }
    let stmt = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    Ok(ctx.tx().query_all_raw(stmt).await?)
}

/// Rows of a built query without paging.
pub async fn rows<T: FromQueryResult>(ctx: &Ctx, select: &SelectStatement) -> kernel::Result<Vec<T>> {
    let found = query(ctx, select, None).await?;
    Ok(found.iter().map(|r| T::from_query_result(r, "")).collect::<Result<Vec<_>, _>>().map_err(DbError)?)
}

/// The first row of a built query; there is no such thing where there is none.
pub async fn one<T: FromQueryResult>(ctx: &Ctx, select: &SelectStatement, what: &'static str) -> kernel::Result<T> {
    rows(ctx, select).await?.into_iter().next().ok_or_else(|| kernel::DomainError::not_found(what))
}

/// The row that a statement writes, read by a query over `made`, which is what the statement returns. The
/// error is the database's: the row may break a constraint.
pub async fn row_of<T: FromQueryResult>(
    ctx: &Ctx,
    insert: InsertStatement,
    mut read: SelectStatement,
) -> Result<Option<T>, DbError> {
    read.with_cte(CommonTableExpression::new().table_name("made").query(insert).to_owned());
    let found = query(ctx, &read, None).await?;
    Ok(found.first().map(|r| T::from_query_result(r, "")).transpose()?)
}

/// How many rows a list has: exact up to [`COUNT_CAP`], with `true` for an estimate beyond.
pub async fn total(ctx: &Ctx, entity: &str, base: &SelectStatement) -> kernel::Result<Total> {
    CountQuery::new(entity, base).total(ctx, Counting::Exact).await
}

/// How many rows a query finds, exactly, however long that takes.
pub async fn count(ctx: &Ctx, base: &SelectStatement) -> kernel::Result<u64> {
    let mut select = base.clone();
    select.clear_selects().clear_order_by().expr_as(Expr::cust("count(*)"), Alias::new("count"));
    let found = query(ctx, &select, None).await?;
    let counted: i64 = found.first().map(|row| row.try_get("", "count")).transpose().map_err(DbError)?.unwrap_or(0);
    Ok(u64::try_from(counted).unwrap_or(0))
}

/// Counting what a query matches, and what is known of that already.
struct CountQuery<'a> {
    entity: &'a str,
    inner: String,
    sql: String,
    values: Values,
    /// The query's identity among the totals that are kept.
    hash: u64,
}

impl<'a> CountQuery<'a> {
    fn new(entity: &'a str, base: &SelectStatement) -> Self {
        let mut inner = base.clone();
        inner.clear_selects().expr(Expr::cust("1"));
        let (inner, values) = inner.build(PostgresQueryBuilder);
        let sql = format!("SELECT COUNT(*) FROM ({inner} LIMIT {}) AS capped", COUNT_CAP + 1);
        let mut hasher = DefaultHasher::new();
        sql.hash(&mut hasher);
        format!("{values:?}").hash(&mut hasher);
        Self { entity, inner, sql, values, hash: hasher.finish() }
    }

    /// The total, if it is kept.
    async fn known(&self, ctx: &Ctx) -> Option<Total> {
        ctx.app().counts.known(ctx.tenant().key, self.entity, self.hash).await
    }

    /// Keeps a total.
    async fn keep(&self, ctx: &Ctx, total: Total) -> Total {
        ctx.app().counts.keep(ctx.tenant().key, self.entity, self.hash, total).await;
        total
    }

    /// The planner's estimate, kept, if counting would cost more than it is worth.
    async fn estimate_if_dear(&self, ctx: &Ctx) -> kernel::Result<Option<Total>> {
        match self.dear(ctx).await? {
            Some(total) => Ok(Some(self.keep(ctx, total).await)),
            None => Ok(None),
        }
    }

    async fn dear(&self, ctx: &Ctx) -> kernel::Result<Option<Total>> {
        let plan = explain(ctx, &self.sql, &self.values).await?;
        let cost = plan.pointer("/0/Plan/Total Cost").and_then(serde_json::Value::as_f64).unwrap_or(0.0);
        // Below the count and its limit: how many rows there would be without the limit.
        let expected = plan.pointer("/0/Plan/Plans/0/Plans/0/Plan Rows").and_then(serde_json::Value::as_u64);
        Ok(expected.filter(|_| cost > SEARCH_COUNT_COST).map(|rows| (rows, true)))
    }

    /// The total, counted if it is not kept.
    async fn total(&self, ctx: &Ctx, counting: Counting) -> kernel::Result<Total> {
        let count = async {
            if counting == Counting::Cheap
                && let Some(estimate) = self.dear(ctx).await?
            {
                return Ok(estimate);
            }
            let stmt = Statement::from_sql_and_values(DbBackend::Postgres, &self.sql, self.values.clone());
            let counted = match ctx.tx().query_one_raw(stmt).await.map_err(DbError)? {
                Some(row) => row.try_get_by_index::<i64>(0).map_err(DbError)?,
                None => 0,
            };
            let counted = u64::try_from(counted).unwrap_or(0);
            if counted <= COUNT_CAP {
                return Ok((counted, false));
            }
            let plan = explain(ctx, &self.inner, &self.values).await?;
            let expected = plan.pointer("/0/Plan/Plan Rows").and_then(serde_json::Value::as_u64).unwrap_or(0);
            Ok((Ord::max(expected, counted), true))
        };
        ctx.app().counts.get(ctx.tenant().key, self.entity, self.hash, count).await
    }
}

/// The planner's plan of a query.
async fn explain(ctx: &Ctx, sql: &str, values: &Values) -> kernel::Result<serde_json::Value> {
    let stmt = Statement::from_sql_and_values(DbBackend::Postgres, format!("explain (format json) {sql}"), values.clone());
    let row = ctx.tx().query_one_raw(stmt).await.map_err(DbError)?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose().map_err(DbError)?.unwrap_or_default())
}

/// A scope as a condition on an owner and a team column.
pub fn within(
    ctx: &Ctx,
    scope: kernel::permission::Scope,
    owner: (&'static str, &'static str),
    team: (&'static str, &'static str),
) -> Option<SimpleExpr> {
    use kernel::permission::Scope;
    let me = ctx.user_id().unwrap_or(Uuid::nil());
    let col = |c: (&'static str, &'static str)| Expr::col((Alias::new(c.0), Alias::new(c.1)).into_column_ref());
    match scope {
        Scope::All => None,
        Scope::Own => Some(col(owner).eq(me)),
        Scope::Team => {
            let teams = ctx.actor().teams.clone();
            Some(if teams.is_empty() { col(owner).eq(me) } else { col(team).is_in(teams).or(col(owner).eq(me)) })
        }
    }
}

//! Boards and forecasts: the cards of a pipeline by stage, and sums in the base currency.
//!
//! A board costs the same few statements however many deals stand on it: one for the sums of all columns, one for
//! the first cards of each, by seeks in the index of their order.

use kernel::DomainError;
use kernel::paging::{Cursor, Page, Paging};
use runtime::list::{self, Sort, SortKey, SortType};
use runtime::{Ctx, db::DbError};
use rust_decimal::Decimal;
use sea_orm::sea_query::{Alias, Expr, PostgresQueryBuilder, SelectStatement};
use sea_orm::{ConnectionTrait as _, DbBackend, FromQueryResult, Statement, Value};

use super::entity::{BASE, CHANCE, DAY, Deal, Kind, alive, visible_to};
use super::http::DealFilter;
use super::service::{narrow, pipeline_of};
use crate::exchange_rates::service::base;
use crate::pipelines::service::{Pipeline, Stage};

/// Cards of a column at once.
pub const CARDS: u64 = 50;

/// The order of cards.
const SORTS: &[SortKey] = &[SortKey { name: "position", column: ("d", "position"), kind: SortType::Number, default_desc: false }];

/// A column of a board.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its stage.
    pub stage: Stage,
    /// How many cards it has.
    pub count: i64,
    /// What they are worth together, in the base currency.
    pub sum_base: Decimal,
    /// The same by their chances.
    pub weighted_base: Decimal,
    /// Where the cards go on.
    pub next_cursor: Option<Cursor>,
    /// The first cards.
    pub deals: Vec<Deal>,
}

/// The cards of a pipeline.
#[derive(Debug, Clone)]
pub struct Board {
    /// The pipeline.
    pub pipeline: Pipeline,
    /// The currency of the sums.
    pub base_currency: String,
    /// Currencies that are in no sum, for want of a rate.
    pub missing_rates: Vec<String>,
    /// From left to right.
    pub columns: Vec<Column>,
}

/// Sums of deals that share something.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Sums {
    /// What they share: a stage, or a month.
    pub word: Option<String>,
    /// How many they are.
    pub count: i64,
    /// What they are worth together, in the base currency.
    pub value: Decimal,
    /// The same by their chances.
    pub weighted: Decimal,
    /// Currencies that are left out, for want of a rate.
    pub missing: Vec<String>,
}

/// Runs a built query inside another text; `$n` of the text are those after the query's own.
async fn around<T: FromQueryResult>(
    ctx: &Ctx,
    inner: &SelectStatement,
    more: Vec<Value>,
    text: impl FnOnce(&str, usize) -> String,
) -> kernel::Result<Vec<T>> {
    let (sql, values) = inner.build(PostgresQueryBuilder);
    let mut values = values.0;
    let first = values.len() + 1;
    values.extend(more);
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, text(&sql, first), values);
    let rows = ctx.tx().query_all_raw(statement).await.map_err(DbError)?;
    Ok(rows.iter().map(|row| T::from_query_result(row, "")).collect::<Result<_, _>>().map_err(DbError)?)
}

/// Sums over a query by what `word` says in SQL: first by currency and day, so that a rate is looked up once for
/// each of these and not for each deal.
pub(crate) async fn sums(ctx: &Ctx, base: &SelectStatement, word: &'static str) -> kernel::Result<Vec<Sums>> {
    let mut groups = base.clone();
    groups
        .clear_selects()
        .expr_as(Expr::cust(word), Alias::new("word"))
        .expr_as(Expr::cust("d.currency"), Alias::new("currency"))
        .expr_as(Expr::cust_with_values(DAY, [ctx.now()]), Alias::new("day"))
        .expr_as(Expr::cust("count(*)"), Alias::new("n"))
        .expr_as(Expr::cust("sum(d.amount)"), Alias::new("total"))
        .expr_as(Expr::cust(format!("sum(d.amount * ({CHANCE}))")), Alias::new("weighted"))
        .add_group_by([Expr::cust("1"), Expr::cust("2"), Expr::cust("3")]);
    around(ctx, &groups, Vec::new(), |sql, _| {
        format!(
            "with g as ({sql}),
             r as (select g.*, case when g.currency = {BASE} then 1::numeric else (select r.rate from exchange_rates r
                 where r.base = {BASE} and r.currency = g.currency and r.day <= g.day order by r.day desc limit 1) end as rate from g)
             select word, sum(n)::bigint as count, round(coalesce(sum(total * rate), 0), 2) as value,
                 round(coalesce(sum(weighted * rate), 0) / 100, 2) as weighted,
                 coalesce(array_agg(distinct currency) filter (where rate is null and total is not null), '{{}}') as missing
             from r group by word order by word"
        )
    })
    .await
}

fn missing(sums: &[Sums]) -> Vec<String> {
    let mut all: Vec<String> = sums.iter().flat_map(|s| s.missing.clone()).collect();
    all.sort();
    all.dedup();
    all
}

/// The deals of a pipeline under a filter.
async fn shown(ctx: &Ctx, kind: Kind, filter: &DealFilter) -> kernel::Result<(Pipeline, SelectStatement)> {
    let scope = ctx.require(kind.read())?;
    let pipeline = pipeline_of(ctx, filter).await?;
    let mut select = visible_to(ctx, kind, scope);
    select.and_where(alive());
    narrow(ctx, &mut select, &DealFilter { pipeline: Some(pipeline.key.clone()), ..filter.clone() }).await?;
    Ok((pipeline, select))
}

/// The board of a pipeline.
pub async fn board(ctx: &Ctx, kind: Kind, filter: &DealFilter) -> kernel::Result<Board> {
    let (pipeline, select) = shown(ctx, kind, filter).await?;
    let sums = sums(ctx, &select, "d.stage").await?;
    let keys: Vec<String> = pipeline.stages.iter().map(|s| s.key.clone()).collect();
    let mut cards = select.clone();
    cards
        .and_where(Expr::cust("d.stage = st.key"))
        .order_by_expr(Expr::cust("d.position"), sea_orm::sea_query::Order::Asc)
        .order_by_expr(Expr::cust("d.id"), sea_orm::sea_query::Order::Asc)
        .limit(CARDS + 1);
    let rows: Vec<Deal> = around(ctx, &cards, vec![keys.into()], |sql, first| {
        format!(
            "select c.* from unnest(${first}::text[]) with ordinality as st (key, n) cross join lateral ({sql}) c
             order by st.n, c.position, c.id"
        )
    })
    .await?;
    let missing_rates = missing(&sums);
    let columns = pipeline.stages.iter().map(|stage| {
        let mut deals: Vec<Deal> = rows.iter().filter(|d| d.stage == stage.key).cloned().collect();
        let more = deals.len() as u64 > CARDS;
        deals.truncate(CARDS as usize);
        let sums = sums.iter().find(|s| s.word.as_deref() == Some(&stage.key));
        Column {
            stage: stage.clone(),
            count: sums.map_or(0, |s| s.count),
            sum_base: sums.map_or(Decimal::ZERO, |s| s.value),
            weighted_base: sums.map_or(Decimal::ZERO, |s| s.weighted),
            next_cursor: deals.last().filter(|_| more).map(|last| Cursor {
                s: SORTS[0].name.to_owned(),
                v: last.position.to_string(),
                id: last.id,
            }),
            deals,
        }
    });
    let columns = columns.collect();
    Ok(Board { base_currency: base(ctx).await?, missing_rates, columns, pipeline })
}

/// More cards of a column.
pub async fn column(ctx: &Ctx, kind: Kind, stage: &str, filter: &DealFilter, paging: &Paging) -> kernel::Result<Page<Deal>> {
    let (pipeline, mut select) = shown(ctx, kind, filter).await?;
    let stage = pipeline.stage(stage).ok_or_else(|| DomainError::not_found("Stage"))?;
    select.and_where(Expr::cust_with_values("d.stage = $1", [stage.key.clone()]));
    list::page(ctx, kind.word(), &select, Sort::parse(Some(SORTS[0].name), SORTS)?, paging).await
}

/// What is expected of a month.
#[derive(Debug, Clone)]
pub struct Forecast {
    /// The currency of the sums.
    pub base_currency: String,
    /// Currencies that are in no sum, for want of a rate.
    pub missing_rates: Vec<String>,
    /// By month (`2026-12`), the earliest first; without a word what has no date.
    pub months: Vec<Sums>,
}

/// What is expected by month of closing, of what is open unless the filter says otherwise; in every pipeline
/// unless it names some.
pub async fn forecast(ctx: &Ctx, kind: Kind, filter: &DealFilter) -> kernel::Result<Forecast> {
    let mut select = visible_to(ctx, kind, ctx.require(kind.read())?);
    select.and_where(alive());
    let open = filter.outcome.clone().filter(|o| !o.is_empty()).or_else(|| Some("open".to_owned()));
    narrow(ctx, &mut select, &DealFilter { outcome: open, ..filter.clone() }).await?;
    let months = sums(ctx, &select, "to_char(d.expected_close_date, 'YYYY-MM')").await?;
    Ok(Forecast { base_currency: base(ctx).await?, missing_rates: missing(&months), months })
}

//! Where a record stands in a list, whatever its order: the nearest ones on both sides, found by seeks,
//! and how many stand before it.

use sea_orm::sea_query::{Alias, Expr, PostgresQueryBuilder, SelectStatement};
use sea_orm::{ConnectionTrait as _, DbBackend, QueryResult, Statement};
use uuid::Uuid;

use super::query;
use super::sort::{Part, Sort};
use crate::ctx::Ctx;
use crate::db::DbError;

/// A place in an order.
#[derive(Debug, Clone)]
pub struct Place {
    sort: Sort,
    values: Vec<Option<String>>,
    id: Uuid,
}

impl Place {
    /// The place of a record that the list holds.
    pub async fn of(ctx: &Ctx, list: &SelectStatement, sort: &Sort, id: Uuid) -> kernel::Result<Option<Self>> {
        let mut select = sort.joined(list);
        select.and_where(Expr::cust_with_values(format!("{} = cast($1 as uuid)", sort.id()), [id.to_string()]));
        let found = query(ctx, &select, Some(1)).await?;
        let Some(row) = found.first() else { return Ok(None) };
        Ok(Some(Self { values: sort.values_in(row)?, sort: sort.clone(), id }))
    }

    /// The record next to it, forwards or backwards.
    pub async fn nearest(&self, ctx: &Ctx, list: &SelectStatement, forwards: bool) -> kernel::Result<Option<Uuid>> {
        let (mine, other) = self.parts(forwards);
        let id = self.id.to_string();
        let here = Some((self.values.as_slice(), id.as_str()));
        let mut found = query(ctx, &self.sort.step(list, here, mine, forwards), Some(1)).await?;
        if let Some(other) = other.filter(|_| found.is_empty()) {
            found = query(ctx, &self.sort.step(list, None, other, forwards), Some(1)).await?;
        }
        let id = |row: &QueryResult| row.try_get("", "id").map_err(DbError);
        Ok(found.first().map(id).transpose()?)
    }

    /// How many records stand before it, counted up to `most`.
    pub async fn before(&self, ctx: &Ctx, list: &SelectStatement, most: u64) -> kernel::Result<u64> {
        let (mine, other) = self.parts(false);
        let id = self.id.to_string();
        let here = Some((self.values.as_slice(), id.as_str()));
        let mut counted = count(ctx, self.sort.step(list, here, mine, false), most).await?;
        if let Some(other) = other.filter(|_| counted < most) {
            counted += count(ctx, self.sort.step(list, None, other, false), most - counted).await?;
        }
        Ok(counted)
    }

    /// The part of the list that it stands in, and the one that comes behind that in a direction.
    fn parts(&self, forwards: bool) -> (Part, Option<Part>) {
        match (self.sort.splits(), self.values.first().is_some_and(Option::is_none), forwards) {
            (false, ..) => (Part::Whole, None),
            (true, false, true) => (Part::WithValue, Some(Part::Without)),
            (true, false, false) => (Part::WithValue, None),
            (true, true, true) => (Part::Without, None),
            (true, true, false) => (Part::Without, Some(Part::WithValue)),
        }
    }
}

async fn count(ctx: &Ctx, mut select: SelectStatement, most: u64) -> kernel::Result<u64> {
    select.clear_selects().expr_as(Expr::cust("1"), Alias::new("one")).clear_order_by();
    let (inner, values) = select.build(PostgresQueryBuilder);
    let sql = format!("SELECT COUNT(*) FROM ({inner} LIMIT {most}) AS capped");
    let stmt = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    let row = ctx.tx().query_one_raw(stmt).await.map_err(DbError)?;
    let counted: i64 = row.map(|row| row.try_get_by_index(0)).transpose().map_err(DbError)?.unwrap_or(0);
    Ok(u64::try_from(counted).unwrap_or(0))
}

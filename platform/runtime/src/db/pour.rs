//! Reading more rows than fit into memory: they go by as they come, and wait where they come from while
//! whoever takes them is busy.

use futures::TryStreamExt as _;
use sea_orm::{DbErr, Statement};
use sqlx::postgres::PgRow;
use sqlx::postgres::types::Oid;
use sqlx::{Executor as _, Row as _, TypeInfo as _, ValueRef as _};
use tokio::sync::mpsc::Sender;
use uuid::Uuid;

use super::{DbError, TenantTx, query, sqlx_error};

/// A value as it came, without a copy of it. Whoever writes a million rows makes texts of instants and ids
/// in less time than the database would, and the database is what the others wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'r> {
    /// Null.
    Null,
    /// A text.
    Text(&'r str),
    /// A `uuid`.
    Id(Uuid),
    /// A `timestamptz`: microseconds since 2000-01-01 00:00 UTC; the ends of the range are the infinities.
    Instant(i64),
}

/// A row whose columns are texts, ids or instants.
pub struct PouredRow(PgRow);

const TEXTS: [u32; 4] = [25, 1043, 1042, 19];
const INSTANT: u32 = 1184;
const ID: u32 = 2950;

fn wrong(place: usize, why: &str) -> DbError {
    DbError(DbErr::Type(format!("column {place} of a poured row {why}")))
}

impl PouredRow {
    /// A column by its place.
    pub fn cell(&self, place: usize) -> Result<Cell<'_>, DbError> {
        let value = self.0.try_get_raw(place).map_err(sqlx_error)?;
        if value.is_null() {
            return Ok(Cell::Null);
        }
        let info = value.type_info();
        let Some(Oid(kind)) = info.oid() else { return Err(wrong(place, "has a type without a number")) };
        let bytes = value.as_bytes().map_err(|error| wrong(place, &error.to_string()))?;
        let short = |_| wrong(place, "has the wrong length");
        Ok(match kind {
            INSTANT => Cell::Instant(i64::from_be_bytes(bytes.try_into().map_err(short)?)),
            ID => Cell::Id(Uuid::from_bytes(bytes.try_into().map_err(short)?)),
            kind if TEXTS.contains(&kind) => Cell::Text(std::str::from_utf8(bytes).map_err(|_| wrong(place, "is no UTF-8"))?),
            _ => return Err(wrong(place, &format!("is of type {}", info.name()))),
        })
    }
}

impl TenantTx {
    /// Sends the rows of a statement on, so many at a time; says how many there were. Whoever takes them
    /// sets the pace: no more than a few pieces are ever in memory. Fails if nobody takes them any more.
    pub async fn pour(&self, statement: &Statement, piece: usize, to: &Sender<Vec<PouredRow>>) -> Result<u64, DbError> {
        let gone = |_| DbError(DbErr::Custom("nobody takes the rows any more".to_owned()));
        let mut tx = self.inner.lock().await;
        let mut rows = (**tx).fetch(query(statement));
        let (mut count, mut held) = (0, Vec::with_capacity(piece));
        while let Some(row) = self.note(rows.try_next().await)? {
            count += 1;
            held.push(PouredRow(row));
            if held.len() >= piece {
                to.send(std::mem::replace(&mut held, Vec::with_capacity(piece))).await.map_err(gone)?;
            }
        }
        if !held.is_empty() {
            to.send(held).await.map_err(gone)?;
        }
        Ok(count)
    }
}

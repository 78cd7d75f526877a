//! Reading more rows than fit into memory: they go by as they come, and wait where they come from while
//! whoever takes them is busy.

use futures::TryStreamExt as _;
use sea_orm::{DbErr, Statement};
use sqlx::postgres::PgRow;
use sqlx::{Executor as _, Row as _};
use tokio::sync::mpsc::Sender;

use super::{DbError, TenantTx, query, sqlx_error};

/// A row whose columns are all of type `text`.
pub struct TextRow(PgRow);

impl TextRow {
    /// A column by its place; `None` for null.
    pub fn text(&self, place: usize) -> Result<Option<&str>, DbError> {
        self.0.try_get(place).map_err(sqlx_error)
    }
}

impl TenantTx {
    /// Sends the rows of a statement on, so many at a time; says how many there were. Whoever takes them
    /// sets the pace: no more than a few pieces are ever in memory. Fails if nobody takes them any more.
    pub async fn pour(&self, statement: &Statement, piece: usize, to: &Sender<Vec<TextRow>>) -> Result<u64, DbError> {
        let gone = |_| DbError(DbErr::Custom("nobody takes the rows any more".to_owned()));
        let mut tx = self.inner.lock().await;
        let mut rows = (**tx).fetch(query(statement));
        let (mut count, mut held) = (0, Vec::with_capacity(piece));
        while let Some(row) = self.note(rows.try_next().await)? {
            count += 1;
            held.push(TextRow(row));
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

//! The text of a statement with its values, written together.

use runtime::Ctx;
use runtime::db::DbError;
use sea_orm::{ConnectionTrait as _, DbBackend, FromQueryResult, Statement, Value};

/// A statement that grows. Text is ours; whatever comes from outside is bound.
#[derive(Default)]
pub(crate) struct Sql {
    values: Vec<Value>,
}

impl Sql {
    /// A statement that already has values `$1` to `$n`.
    pub fn after(values: Vec<Value>) -> Self {
        Self { values }
    }

    /// The place of a value in the text.
    pub fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// Runs it; there must be a row.
    pub async fn one<T: FromQueryResult>(self, ctx: &Ctx, text: String) -> kernel::Result<T> {
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, text, self.values);
        let row = ctx.tx().query_one_raw(statement).await.map_err(DbError)?;
        let row = row.ok_or_else(|| kernel::DomainError::internal("a statement of a bulk change gave no row"))?;
        Ok(T::from_query_result(&row, "").map_err(DbError)?)
    }
}

//! The text of a statement with its values, written together.

use runtime::Ctx;
use runtime::db::DbError;
use sea_orm::{ConnectionTrait as _, DbBackend, DbErr, FromQueryResult, Statement, Value};

/// A statement that grows. Text is ours; whatever comes from outside is bound.
#[derive(Default, Clone)]
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

    /// Runs it; all rows.
    pub async fn all<T: FromQueryResult>(self, ctx: &Ctx, text: String) -> kernel::Result<Vec<T>> {
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, text, self.values);
        let rows = ctx.tx().query_all_raw(statement).await.map_err(DbError)?;
        Ok(rows.iter().map(|row| T::from_query_result(row, "")).collect::<Result<_, _>>().map_err(DbError)?)
    }

    /// Runs it; there must be a row.
    pub async fn one<T: FromQueryResult>(self, ctx: &Ctx, text: String) -> kernel::Result<T> {
        Ok(self.tried(ctx, text).await?)
    }

    /// The same, for who wants to know in which way the database refused it.
    pub async fn tried<T: FromQueryResult>(self, ctx: &Ctx, text: String) -> Result<T, DbError> {
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, text, self.values);
        let row = ctx.tx().query_one_raw(statement).await.map_err(DbError)?;
        let row = row.ok_or_else(|| DbError(DbErr::Custom("a statement gave no row".to_owned())))?;
        T::from_query_result(&row, "").map_err(DbError)
    }
}

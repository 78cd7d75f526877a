//! The columns of a client that a merge decides on, read and written as one row.

use std::sync::LazyLock;

use runtime::Ctx;
use runtime::db::DbError;
use sea_orm::{ConnectionTrait as _, DbBackend, Statement, Value};
use serde_json::Value as Json;
use uuid::Uuid;

use super::plan::Row;

/// THE LIST of columns that a merge decides on: name, type, and the choice that it belongs to, if the
/// caller has one. A test finds a column of `clients` that is neither here nor in [`STAYING`].
pub const COLUMNS: &[(&str, &str, Option<&str>)] = &[
    ("first_name", "text", Some("first_name")),
    ("last_name", "text", Some("last_name")),
    ("email", "text", Some("email")),
    ("phone", "text", Some("phone")),
    ("country", "text", Some("country")),
    ("address", "text", Some("address")),
    ("date_of_birth", "date", Some("date_of_birth")),
    ("status", "text", Some("status")),
    ("source", "text", Some("source")),
    ("assigned_to", "uuid", Some("owner")),
    ("team_id", "uuid", Some("owner")),
    ("follow_up_at", "timestamptz", Some("follow_up")),
    ("follow_up_note", "text", Some("follow_up")),
    ("follow_up_told", "boolean", Some("follow_up")),
    ("partner_id", "uuid", Some("partner")),
    // These follow by themselves.
    ("lead_id", "uuid", None),
    ("kyc_status", "text", None),
    ("currency", "text", None),
    ("last_activity_at", "timestamptz", None),
    ("tags", "text[]", None),
    ("custom", "jsonb", None),
];

/// Columns that stay what they are on each side. The balance is added to and taken away from, so that what
/// happens to it in between stays.
pub const STAYING: &[&str] =
    &["id", "balance", "created_at", "created_by", "updated_at", "version", "deleted_at", "merged_into", "import_id"];

static READ: LazyLock<String> = LazyLock::new(|| {
    let pairs: Vec<String> = COLUMNS.iter().map(|(name, ..)| format!("'{name}', c.{name}")).collect();
    format!("select jsonb_build_object({}) from clients c where c.id = $1", pairs.join(", "))
});

static WRITE: LazyLock<String> = LazyLock::new(|| {
    let set: Vec<String> = COLUMNS.iter().map(|(name, ..)| format!("{name} = b.{name}")).collect();
    let typed: Vec<String> = COLUMNS.iter().map(|(name, kind, _)| format!("{name} {kind}")).collect();
    format!(
        "update clients c set {}, balance = c.balance + $3::text::numeric, updated_at = $4, version = c.version + 1
         from jsonb_to_record($2) as b ({}) where c.id = $1",
        set.join(", "),
        typed.join(", ")
    )
});

fn statement(sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Postgres, sql, values)
}

/// The columns of a client, in clear: for who runs under the full role.
pub(crate) async fn read(ctx: &Ctx, id: Uuid) -> kernel::Result<Row> {
    let row = ctx.tx().query_one_raw(statement(&READ, [id.into()])).await.map_err(DbError)?;
    let row = row.ok_or_else(|| kernel::DomainError::not_found("Client"))?;
    match row.try_get_by_index::<Json>(0).map_err(DbError)? {
        Json::Object(row) => Ok(row),
        _ => Err(kernel::DomainError::internal("a row that is none")),
    }
}

/// Writes all columns of a client, and adds to its balance.
pub(crate) async fn write(ctx: &Ctx, id: Uuid, row: &Row, balance: &str) -> Result<(), DbError> {
    let values = [id.into(), Json::Object(row.clone()).into(), balance.to_owned().into(), ctx.now().into()];
    ctx.tx().execute_raw(statement(&WRITE, values)).await?;
    Ok(())
}

//! The columns of a record that a merge decides on, read and written as one row.

use runtime::Ctx;
use runtime::db::DbError;
use sea_orm::{ConnectionTrait as _, DbBackend, Statement, Value};
use serde_json::Value as Json;
use uuid::Uuid;

use super::plan::Row;
use super::subject::Subject;

/// Columns: name, type, and the choice that it belongs to, if the caller has one.
pub type Columns = &'static [(&'static str, &'static str, Option<&'static str>)];

/// THE LIST of columns that a merge decides on: name, type, and the choice that it belongs to, if the
/// caller has one. A test finds a column of `clients` that is neither here nor in [`STAYING`].
pub const COLUMNS: Columns = &[
    ("first_name", "text", Some("first_name")),
    ("last_name", "text", Some("last_name")),
    ("email", "text", Some("email")),
    ("phone", "text", Some("phone")),
    ("country", "text", Some("country")),
    ("language", "text", Some("language")),
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

/// The same of contacts. A test finds a column of `contacts` that is neither here nor in [`CONTACT_STAYING`].
pub const CONTACT_COLUMNS: Columns = &[
    ("first_name", "text", Some("first_name")),
    ("last_name", "text", Some("last_name")),
    ("email", "text", Some("email")),
    ("phone", "text", Some("phone")),
    ("company", "text", Some("company")),
    ("job_title", "text", Some("job_title")),
    ("status", "text", Some("status")),
    ("source", "text", Some("source")),
    ("rating", "smallint", Some("rating")),
    ("description", "text", Some("description")),
    ("client_id", "uuid", Some("client")),
    ("assigned_to", "uuid", Some("owner")),
    ("team_id", "uuid", Some("owner")),
    // These follow by themselves.
    ("is_primary", "boolean", None),
    ("tags", "text[]", None),
    ("custom", "jsonb", None),
];

/// Columns of contacts that stay what they are on each side.
pub const CONTACT_STAYING: &[&str] =
    &["id", "created_at", "created_by", "updated_at", "version", "deleted_at", "merged_into", "import_id"];

/// The columns of a record, in clear: for who runs under the full role.
pub(crate) async fn read(ctx: &Ctx, of: &Subject, id: Uuid) -> kernel::Result<Row> {
    let pairs: Vec<String> = of.columns.iter().map(|(name, ..)| format!("'{name}', c.{name}")).collect();
    let sql = format!("select jsonb_build_object({}) from {} c where c.id = $1", pairs.join(", "), of.table);
    let row = ctx.tx().query_one_raw(statement(&sql, [id.into()])).await.map_err(DbError)?;
    let row = row.ok_or_else(|| kernel::DomainError::not_found(of.title))?;
    match row.try_get_by_index::<Json>(0).map_err(DbError)? {
        Json::Object(row) => Ok(row),
        _ => Err(kernel::DomainError::internal("a row that is none")),
    }
}

/// Writes all columns of a record, and of a client adds to its balance.
pub(crate) async fn write(ctx: &Ctx, of: &Subject, id: Uuid, row: &Row, balance: Option<&str>) -> Result<(), DbError> {
    let set: Vec<String> = of.columns.iter().map(|(name, ..)| format!("{name} = b.{name}")).collect();
    let typed: Vec<String> = of.columns.iter().map(|(name, kind, _)| format!("{name} {kind}")).collect();
    let sql = format!(
        "update {} c set {}, {}updated_at = $3, version = c.version + 1 from jsonb_to_record($2) as b ({}) where c.id = $1",
        of.table,
        set.join(", "),
        of.added,
        typed.join(", ")
    );
    let values: [Value; 3] = [id.into(), Json::Object(row.clone()).into(), ctx.now().into()];
    ctx.tx().execute_raw(statement(&sql, values.into_iter().chain(balance.map(|b| b.to_owned().into())))).await?;
    Ok(())
}

fn statement(sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Postgres, sql, values)
}

//! What points at a record that can be merged, and what becomes of it.

use std::collections::BTreeMap;

use runtime::Ctx;
use runtime::db::DbError;
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use uuid::Uuid;

use super::subject::Subject;

/// What becomes of rows that point at a record that becomes part of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// They move, and move back. Rows that share the value of `family`, if there is one, stay together.
    Move {
        /// The word for them in answers.
        word: &'static str,
        /// A column whose value holds rows together.
        family: Option<&'static str>,
    },
    /// They speak of that record whatever becomes of it.
    Stay,
}

/// A column that points at such a record.
#[derive(Debug, Clone, Copy)]
pub struct Reference {
    /// Its table, whose key is `id` if its rows move.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// What becomes of its rows.
    pub fate: Fate,
}

const fn moves(table: &'static str, column: &'static str, word: &'static str, family: Option<&'static str>) -> Reference {
    Reference { table, column, fate: Fate::Move { word, family } }
}

const fn stays(table: &'static str, column: &'static str) -> Reference {
    Reference { table, column, fate: Fate::Stay }
}

/// THE LIST of columns that point at `clients`. A test compares it with the foreign keys of a fresh tenant.
///
/// What names a client without a foreign key stays as well, because it tells what happened to that very
/// record: the audit log, reveals, changes of many at once.
pub const REFERENCES: &[Reference] = &[
    // Versions of one document stay together; the files stay where they lie.
    moves("documents", "client_id", "documents", Some("lineage")),
    moves("client_consents", "client_id", "consents", None),
    moves("client_registrations", "client_id", "registrations", None),
    moves("leads", "converted_client_id", "leads", None),
    moves("contacts", "client_id", "contacts", None),
    moves("deals", "client_id", "deals", None),
    moves("activities", "client_id", "activities", None),
    moves("notes", "client_id", "notes", None),
    moves("attachments", "client_id", "attachments", None),
    stays("clients", "merged_into"),
    stays("customer_details", "client_id"),
    stays("duplicate_pairs", "a_id"),
    stays("duplicate_pairs", "b_id"),
    stays("merges", "keep_id"),
    stays("merges", "drop_id"),
];

/// The same of contacts.
pub const CONTACT_REFERENCES: &[Reference] = &[
    moves("deals", "contact_id", "deals", None),
    moves("activities", "contact_id", "activities", None),
    moves("notes", "contact_id", "notes", None),
    moves("attachments", "contact_id", "attachments", None),
    stays("contacts", "merged_into"),
    stays("contact_merges", "keep_id"),
    stays("contact_merges", "drop_id"),
];

struct Moving {
    table: &'static str,
    column: &'static str,
    word: &'static str,
    family: Option<&'static str>,
}

fn moving(of: &Subject) -> impl Iterator<Item = Moving> {
    of.references.iter().filter_map(|r| match r.fate {
        Fate::Move { word, family } => Some(Moving { table: r.table, column: r.column, word, family }),
        Fate::Stay => None,
    })
}

/// Rows from `$2` to `$3`, each written down under `$1`.
fn away(of: &Subject) -> String {
    let moves = of.moves;
    let steps: Vec<String> = moving(of)
        .enumerate()
        .map(|(n, Moving { table, column, .. })| {
            format!(
                "m{n} as (update {table} set {column} = $3 where {column} = $2 returning id),
                 n{n} as (insert into {moves} (merge_id, table_name, row_id) select $1, '{table}', id from m{n})"
            )
        })
        .collect();
    with_counts(of, &steps)
}

/// Rows that were written down under `$1` and are still with `$2` to `$3`, with what came to their families.
fn home(of: &Subject) -> String {
    let moves = of.moves;
    let steps: Vec<String> = moving(of)
        .enumerate()
        .map(|(n, Moving { table, column, family, .. })| {
            let moved = format!("select row_id from {moves} where merge_id = $1 and table_name = '{table}'");
            let which = match family {
                None => format!("id in ({moved})"),
                Some(family) => format!("{family} in (select f.{family} from {table} f where f.id in ({moved}))"),
            };
            format!("m{n} as (update {table} set {column} = $3 where {column} = $2 and {which} returning id)")
        })
        .collect();
    with_counts(of, &steps)
}

fn with_counts(of: &Subject, steps: &[String]) -> String {
    let counts: Vec<String> = moving(of).enumerate().map(|(n, m)| format!("'{}', (select count(*) from m{n})", m.word)).collect();
    format!("with {} select jsonb_build_object({})", steps.join(",\n"), counts.join(", "))
}

/// How many rows of each kind moved.
pub(super) type Moved = BTreeMap<String, u64>;

async fn run(ctx: &Ctx, sql: &str, merge: Uuid, from: Uuid, to: Uuid) -> kernel::Result<Moved> {
    let values = [merge.into(), from.into(), to.into()];
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    let row = ctx.tx().query_one_raw(statement).await.map_err(DbError)?;
    let row = row.ok_or_else(|| kernel::DomainError::internal("a merge that counted nothing"))?;
    let counts = row.try_get_by_index::<serde_json::Value>(0).map_err(DbError)?;
    // Totals of these lists by scope are other ones now.
    for word in ["document", "lead", "contact", "deal", "opportunity", "activity", "note", "attachment"] {
        ctx.app().counts.touch(ctx.tenant().key, word);
    }
    serde_json::from_value(counts).map_err(kernel::DomainError::internal)
}

/// Moves everything of one record to another.
pub(super) async fn move_away(ctx: &Ctx, of: &Subject, merge: Uuid, from: Uuid, to: Uuid) -> kernel::Result<Moved> {
    run(ctx, &away(of), merge, from, to).await
}

/// Moves back what a merge moved.
pub(super) async fn move_back(ctx: &Ctx, of: &Subject, merge: Uuid, from: Uuid, to: Uuid) -> kernel::Result<Moved> {
    run(ctx, &home(of), merge, from, to).await
}

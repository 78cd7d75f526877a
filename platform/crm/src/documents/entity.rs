//! Rows of `documents`, and the only way to read them.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::permission::Scope;
use kernel::tenant::TenantKey;
use runtime::Ctx;
use runtime::list::{SortKey, SortType, within};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, JoinType, Query, SelectStatement, SimpleExpr};
use uuid::Uuid;

use super::state::State;

/// What lists of documents can be sorted by.
pub const SORTS: &[SortKey] = &[
    SortKey { name: "created_at", column: ("d", "created_at"), kind: SortType::Time, default_desc: false },
    SortKey { name: "expires_at", column: ("d", "expires_sort"), kind: SortType::Time, default_desc: false },
];

/// A document as the actor may see it.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Document {
    /// Id.
    pub id: Uuid,
    /// What versions of the same document share.
    pub lineage: Uuid,
    /// Counts from 1.
    pub version: i32,
    /// Whose it is.
    pub client_id: Uuid,
    /// The client under whose folder the file lies.
    pub stored_under: Uuid,
    /// The client's name.
    pub client_name: String,
    /// The client's country.
    pub country: Option<String>,
    /// The client's KYC status.
    pub kyc_status: String,
    /// The client's owner.
    pub assigned_to: Option<Uuid>,
    /// The owner's name.
    pub assigned_to_name: Option<String>,
    /// The client's team.
    pub team_id: Option<Uuid>,
    /// The team's name.
    pub team_name: Option<String>,
    /// Key of its kind.
    pub kind: String,
    /// The kind's name.
    pub kind_label: String,
    /// The kind's level.
    pub level: i32,
    /// Whether the kind expires.
    pub expires: bool,
    /// Name of the file, for those who may look into the document.
    pub filename: Option<String>,
    /// MIME type.
    pub content_type: String,
    /// Size.
    pub bytes: i64,
    /// Checksum in hexadecimal.
    pub sha256: String,
    /// Where it stands, as a word.
    pub status: String,
    /// `off`, `waiting`, `clean`, `infected` or `error`.
    pub scan: String,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// The day on which it expires.
    pub expires_at: Option<NaiveDate>,
    /// The version that replaced it.
    pub superseded_by: Option<Uuid>,
    /// Who uploaded it.
    pub uploaded_by_name: Option<String>,
    /// Who decided.
    pub reviewed_by_name: Option<String>,
    /// When they decided.
    pub reviewed_at: Option<DateTime<Utc>>,
    /// When the upload began.
    pub created_at: DateTime<Utc>,
}

impl Document {
    /// Where it stands.
    pub(super) fn state(&self) -> State {
        State::parse(&self.status).unwrap_or(State::Refused)
    }

    /// Whether its contents may be handed out: it is there, and no scan is due or has found something.
    pub(super) fn is_open(&self) -> bool {
        self.state().is_there() && ["off", "clean"].contains(&self.scan.as_str())
    }

    /// Where the file is in the store.
    pub(super) fn key(&self, tenant: TenantKey) -> String {
        format!("{}original", folder(tenant, self.stored_under, self.lineage, self.version))
    }
}

/// The folder of one version in the file store. Nothing in it comes from a request's text.
pub fn folder(tenant: TenantKey, client: Uuid, lineage: Uuid, version: i32) -> String {
    format!("{}clients/{client}/kyc/{lineage}/{version}/", tenant.storage_prefix())
}

const PLAIN: &[&str] = &[
    "id",
    "lineage",
    "version",
    "client_id",
    "stored_under",
    "content_type",
    "bytes",
    "sha256",
    "status",
    "scan",
    "reason",
    "expires_at",
    "superseded_by",
    "reviewed_at",
    "created_at",
];

/// Documents within a scope, of clients that the actor may see and that are not deleted. Every read starts
/// here.
pub fn visible_to(ctx: &Ctx, documents: Scope, clients: Scope) -> SelectStatement {
    let col = |table: &'static str, name: &'static str| Expr::col((Alias::new(table), Alias::new(name)));
    let mut select = Query::select();
    for column in PLAIN {
        select.column((Alias::new("d"), Alias::new(*column)));
    }
    let opens = ctx.actor().scope("documents.view").is_some();
    select
        .expr_as(Expr::cust(if opens { "d.filename" } else { "null::text" }), Alias::new("filename"))
        .expr_as(col("d", "type"), Alias::new("kind"))
        .expr_as(col("k", "label"), Alias::new("kind_label"))
        .expr_as(col("k", "level"), Alias::new("level"))
        .expr_as(col("k", "expires"), Alias::new("expires"))
        .expr_as(Expr::cust("c.first_name || ' ' || c.last_name"), Alias::new("client_name"))
        .expr_as(col("c", "country"), Alias::new("country"))
        .expr_as(col("c", "kyc_status"), Alias::new("kyc_status"))
        .expr_as(col("c", "assigned_to"), Alias::new("assigned_to"))
        .expr_as(col("c", "team_id"), Alias::new("team_id"))
        .expr_as(col("o", "name"), Alias::new("assigned_to_name"))
        .expr_as(col("t", "name"), Alias::new("team_name"))
        .expr_as(col("u", "name"), Alias::new("uploaded_by_name"))
        .expr_as(col("r", "name"), Alias::new("reviewed_by_name"))
        .from_as(Alias::new("documents"), Alias::new("d"))
        .join_as(JoinType::InnerJoin, Alias::new("clients"), Alias::new("c"), on(("c", "id"), ("d", "client_id")))
        .join_as(JoinType::InnerJoin, Alias::new("document_types"), Alias::new("k"), on(("k", "key"), ("d", "type")))
        .join_as(JoinType::LeftJoin, Alias::new("users"), Alias::new("o"), on(("o", "id"), ("c", "assigned_to")))
        .join_as(JoinType::LeftJoin, Alias::new("teams"), Alias::new("t"), on(("t", "id"), ("c", "team_id")))
        .join_as(JoinType::LeftJoin, Alias::new("users"), Alias::new("u"), on(("u", "id"), ("d", "uploaded_by")))
        .join_as(JoinType::LeftJoin, Alias::new("users"), Alias::new("r"), on(("r", "id"), ("d", "reviewed_by")))
        .and_where(col("c", "deleted_at").is_null());
    for scope in [documents, clients] {
        if let Some(condition) = within(ctx, scope, ("c", "assigned_to"), ("c", "team_id")) {
            select.and_where(condition);
        }
    }
    select
}

fn on(left: (&'static str, &'static str), right: (&'static str, &'static str)) -> SimpleExpr {
    Expr::col((Alias::new(left.0), Alias::new(left.1))).equals((Alias::new(right.0), Alias::new(right.1)))
}

/// The condition that leaves out uploads that are no documents yet, or never will be.
pub fn is_there() -> SimpleExpr {
    let words = State::ALL.into_iter().filter(|s| s.is_there()).map(State::as_str);
    Expr::col((Alias::new("d"), Alias::new("status"))).is_in(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_hold_numbers_only_and_are_short_enough_for_every_store() {
        let (client, lineage) = (Uuid::now_v7(), Uuid::now_v7());
        let folder = folder(TenantKey(999_999), client, lineage, 999);
        assert_eq!(folder, format!("tenants/999999/clients/{client}/kyc/{lineage}/999/"));
        assert!(folder.len() + "original".len() <= 133, "{folder}");
    }
}

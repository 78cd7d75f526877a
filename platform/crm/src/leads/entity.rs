//! Rows of `leads`, and the only way to read them.

use chrono::{DateTime, Utc};
use kernel::permission::Scope;
use runtime::Ctx;
use runtime::list::{SortKey, SortType, within};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, JoinType, Query, SelectStatement, SimpleExpr};
use uuid::Uuid;

use crate::sensitive;

/// What lists of leads can be sorted by.
pub const SORTS: &[SortKey] = &[
    SortKey { name: "created_at", column: ("l", "created_at"), kind: SortType::Time, default_desc: true },
    SortKey { name: "name", column: ("l", "search_name"), kind: SortType::Text, default_desc: false },
];

/// A lead as the actor may see it.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Lead {
    /// Id.
    pub id: Uuid,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Clear, masked or absent.
    pub email: Option<String>,
    /// Clear, masked or absent; E.164 when clear.
    pub phone: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Status key.
    pub status: String,
    /// Where the lead came from.
    pub source: Option<String>,
    /// The partner who brought it.
    pub partner_id: Option<Uuid>,
    /// The partner's name.
    pub partner_name: Option<String>,
    /// Owner.
    pub assigned_to: Option<Uuid>,
    /// Owner's name.
    pub assigned_to_name: Option<String>,
    /// Team.
    pub team_id: Option<Uuid>,
    /// Team's name.
    pub team_name: Option<String>,
    /// What the person wrote.
    pub message: Option<String>,
    /// What the source adds.
    pub metadata: serde_json::Value,
    /// Custom fields.
    pub custom: serde_json::Value,
    /// The client it became.
    pub converted_client_id: Option<Uuid>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Who created it; absent for public forms.
    pub created_by: Option<Uuid>,
    /// Counts changes.
    pub version: i32,
    /// Tags.
    pub tags: Vec<String>,
    /// When somebody wants to come back to the lead.
    pub follow_up_at: Option<DateTime<Utc>>,
    /// What for.
    pub follow_up_note: Option<String>,
}

const PLAIN: &[&str] = &[
    "id",
    "first_name",
    "last_name",
    "country",
    "status",
    "source",
    "partner_id",
    "assigned_to",
    "team_id",
    "message",
    "metadata",
    "custom",
    "converted_client_id",
    "created_at",
    "updated_at",
    "created_by",
    "version",
    "tags",
    "follow_up_at",
    "follow_up_note",
];

/// Leads within a scope, as far as the actor may see them. Every read starts here.
pub fn visible_to(ctx: &Ctx, scope: Scope) -> SelectStatement {
    visible_in(ctx, scope, "leads")
}

/// The same over what a statement has just written and calls `source`, with the columns [`written`] names.
pub(super) fn visible_in(ctx: &Ctx, scope: Scope, source: &'static str) -> SelectStatement {
    let mut select = Query::select();
    for column in PLAIN {
        select.column((Alias::new("l"), Alias::new(*column)));
    }
    sensitive::LEAD.select(ctx, &mut select);
    for (table, name) in [("p", "partner_name"), ("u", "assigned_to_name"), ("t", "team_name")] {
        select.expr_as(Expr::col((Alias::new(table), Alias::new("name"))), Alias::new(name));
    }
    select.from_as(Alias::new(source), Alias::new("l"));
    for (table, alias, column) in [("partners", "p", "partner_id"), ("users", "u", "assigned_to"), ("teams", "t", "team_id")] {
        select.join_as(JoinType::LeftJoin, Alias::new(table), Alias::new(alias), on(alias, column));
    }
    if let Some(condition) = within(ctx, scope, ("l", "assigned_to"), ("l", "team_id")) {
        select.and_where(condition);
    }
    select
}

/// The columns that a read needs of the table: none that the actor's database role may not name.
pub(super) fn written(ctx: &Ctx) -> impl Iterator<Item = Alias> {
    PLAIN.iter().map(|column| Alias::new(*column)).chain(sensitive::LEAD.columns(ctx).map(Alias::new))
}

fn on(table: &'static str, column: &'static str) -> SimpleExpr {
    Expr::col((Alias::new(table), Alias::new("id"))).equals((Alias::new("l"), Alias::new(column)))
}

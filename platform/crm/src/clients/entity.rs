//! Rows of `clients`, and the only way to read them.

use chrono::{DateTime, Utc};
use kernel::permission::Scope;
use runtime::Ctx;
use runtime::list::{SortKey, SortType, within};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, JoinType, Query, SelectStatement, SimpleExpr};
use uuid::Uuid;

use crate::sensitive;

/// What lists of clients can be sorted by.
pub const SORTS: &[SortKey] = &[
    SortKey { name: "created_at", column: ("c", "created_at"), kind: SortType::Time, default_desc: true },
    SortKey { name: "name", column: ("c", "search_name"), kind: SortType::Text, default_desc: false },
    SortKey { name: "last_activity_at", column: ("c", "last_activity_at"), kind: SortType::Time, default_desc: false },
    SortKey { name: "balance", column: ("c", "balance"), kind: SortType::Number, default_desc: false },
];

/// A client as the actor may see it.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Client {
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
    /// ISO 639-1.
    pub language: Option<String>,
    /// Postal address: clear, masked or absent.
    pub address: Option<String>,
    /// Date of birth as YYYY-MM-DD: clear, masked or absent.
    pub date_of_birth: Option<String>,
    /// Status key.
    pub status: String,
    /// KYC status.
    pub kyc_status: String,
    /// Where the client came from.
    pub source: Option<String>,
    /// Owner.
    pub assigned_to: Option<Uuid>,
    /// Owner's name.
    pub assigned_to_name: Option<String>,
    /// Team.
    pub team_id: Option<Uuid>,
    /// Team's name.
    pub team_name: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Custom fields.
    pub custom: serde_json::Value,
    /// Balance in `currency` with two decimals: clear, masked or absent.
    pub balance: Option<String>,
    /// ISO 4217.
    pub currency: String,
    /// When something last happened.
    pub last_activity_at: DateTime<Utc>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes.
    pub version: i32,
    /// When it was deleted.
    pub deleted_at: Option<DateTime<Utc>>,
    /// When somebody wants to come back to the client.
    pub follow_up_at: Option<DateTime<Utc>>,
    /// What for.
    pub follow_up_note: Option<String>,
    /// The partner who brought the client.
    pub partner_id: Option<Uuid>,
    /// The partner's name.
    pub partner_name: Option<String>,
    /// The lead it was.
    pub lead_id: Option<Uuid>,
}

const PLAIN: &[&str] = &[
    "id",
    "first_name",
    "last_name",
    "country",
    "language",
    "status",
    "kyc_status",
    "source",
    "assigned_to",
    "team_id",
    "tags",
    "custom",
    "currency",
    "last_activity_at",
    "created_at",
    "updated_at",
    "version",
    "deleted_at",
    "follow_up_at",
    "follow_up_note",
    "partner_id",
];

/// Clients within a scope, as far as the actor may see them. Every read starts here.
pub fn visible_to(ctx: &Ctx, scope: Scope) -> SelectStatement {
    visible_in(ctx, scope, "clients")
}

/// The same over what a statement has just written and calls `source`, with the columns [`written`] names.
pub(super) fn visible_in(ctx: &Ctx, scope: Scope, source: &'static str) -> SelectStatement {
    let mut select = Query::select();
    for column in PLAIN {
        select.column((Alias::new("c"), Alias::new(*column)));
    }
    sensitive::CLIENT.select(ctx, &mut select);
    select
        .expr_as(Expr::col((Alias::new("u"), Alias::new("name"))), Alias::new("assigned_to_name"))
        .expr_as(Expr::col((Alias::new("t"), Alias::new("name"))), Alias::new("team_name"))
        .expr_as(Expr::col((Alias::new("p"), Alias::new("name"))), Alias::new("partner_name"))
        .expr_as(lead(ctx), Alias::new("lead_id"))
        .from_as(Alias::new(source), Alias::new("c"))
        .join_as(JoinType::LeftJoin, Alias::new("users"), Alias::new("u"), on("u", "assigned_to"))
        .join_as(JoinType::LeftJoin, Alias::new("teams"), Alias::new("t"), on("t", "team_id"))
        .join_as(JoinType::LeftJoin, Alias::new("partners"), Alias::new("p"), on("p", "partner_id"));
    if let Some(condition) = within(ctx, scope, ("c", "assigned_to"), ("c", "team_id")) {
        select.and_where(condition);
    }
    select
}

/// The columns that a read needs of the table: none that the actor's database role may not name.
pub(super) fn written(ctx: &Ctx) -> impl Iterator<Item = Alias> {
    let plain = PLAIN.iter().map(|column| Alias::new(*column));
    plain.chain([Alias::new("lead_id")]).chain(sensitive::CLIENT.columns(ctx).map(Alias::new))
}

/// The lead that a client was, for whoever may see that lead.
fn lead(ctx: &Ctx) -> SimpleExpr {
    let own = || Expr::col((Alias::new("c"), Alias::new("lead_id")));
    let Some(scope) = ctx.actor().scope("leads.read") else { return Expr::cust("null::uuid") };
    let Some(condition) = within(ctx, scope, ("l", "assigned_to"), ("l", "team_id")) else { return own() };
    let mut seen = Query::select();
    let id = (Alias::new("l"), Alias::new("id"));
    seen.column(id.clone()).from_as(Alias::new("leads"), Alias::new("l")).and_where(Expr::col(id).eq(own())).and_where(condition);
    SimpleExpr::from(seen)
}

fn on(table: &'static str, column: &'static str) -> SimpleExpr {
    Expr::col((Alias::new(table), Alias::new("id"))).equals((Alias::new("c"), Alias::new(column)))
}

/// The condition that leaves deleted clients out.
pub fn alive() -> SimpleExpr {
    Expr::col((Alias::new("c"), Alias::new("deleted_at"))).is_null()
}

//! Rows of `contacts`, and the only way to read them.

use chrono::{DateTime, Utc};
use kernel::permission::Scope;
use runtime::Ctx;
use runtime::list::{SortKey, SortType, within};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Cond, Expr, ExprTrait as _, JoinType, Query, SelectStatement};
use uuid::Uuid;

use crate::sensitive;

/// What lists of contacts can be sorted by.
pub const SORTS: &[SortKey] = &[
    SortKey { name: "created_at", column: ("k", "created_at"), kind: SortType::Time, default_desc: true },
    SortKey { name: "name", column: ("k", "search_name"), kind: SortType::Text, default_desc: false },
];

/// What a contact can be.
pub const STATUSES: &[&str] = &["lead", "prospect", "customer", "closed"];

/// A contact as the actor may see it.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Contact {
    /// Id.
    pub id: Uuid,
    /// The client whose contact it is.
    pub client_id: Option<Uuid>,
    /// The client's name, for who sees that client.
    pub client_name: Option<String>,
    /// Whether it is the client's primary contact.
    pub is_primary: bool,
    /// First name.
    pub first_name: String,
    /// Last name; empty if there is none.
    pub last_name: String,
    /// Clear, masked or absent.
    pub email: Option<String>,
    /// Clear, masked or absent; E.164 when clear.
    pub phone: Option<String>,
    /// Where the person works.
    pub company: Option<String>,
    /// As what.
    pub job_title: Option<String>,
    /// One of [`STATUSES`].
    pub status: String,
    /// Where the contact came from.
    pub source: Option<String>,
    /// 0 to 5.
    pub rating: Option<i16>,
    /// What is known of the person.
    pub description: Option<String>,
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
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Who created it.
    pub created_by: Option<Uuid>,
    /// Counts changes.
    pub version: i32,
    /// When it was deleted.
    pub deleted_at: Option<DateTime<Utc>>,
    /// The contact that a joined one is part of.
    pub merged_into: Option<Uuid>,
}

impl Contact {
    /// First and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }

    /// The client, for who sees that client.
    pub fn seen_client(&self) -> Option<Uuid> {
        self.client_id.filter(|_| self.client_name.is_some())
    }
}

const PLAIN: &[&str] = &[
    "id",
    "client_id",
    "is_primary",
    "first_name",
    "last_name",
    "company",
    "job_title",
    "status",
    "source",
    "rating",
    "description",
    "assigned_to",
    "team_id",
    "tags",
    "custom",
    "created_at",
    "updated_at",
    "created_by",
    "version",
    "deleted_at",
    "merged_into",
];

/// Contacts within a scope, as far as the actor may see them, deleted ones too. Every read starts here.
pub fn visible_to(ctx: &Ctx, scope: Scope) -> SelectStatement {
    let mut select = Query::select();
    for column in PLAIN {
        select.column((Alias::new("k"), Alias::new(*column)));
    }
    sensitive::CONTACT.select(ctx, &mut select);
    let mut on = Cond::all().add(Expr::cust("cl.id = k.client_id and cl.deleted_at is null"));
    match ctx.actor().scope("clients.read") {
        None => on = on.add(Expr::cust("false")),
        Some(scope) => {
            if let Some(condition) = within(ctx, scope, ("cl", "assigned_to"), ("cl", "team_id")) {
                on = on.add(condition);
            }
        }
    }
    select
        .expr_as(Expr::cust("cl.first_name || ' ' || cl.last_name"), Alias::new("client_name"))
        .expr_as(Expr::col((Alias::new("u"), Alias::new("name"))), Alias::new("assigned_to_name"))
        .expr_as(Expr::col((Alias::new("t"), Alias::new("name"))), Alias::new("team_name"))
        .from_as(Alias::new("contacts"), Alias::new("k"))
        .join_as(JoinType::LeftJoin, Alias::new("clients"), Alias::new("cl"), on)
        .join_as(JoinType::LeftJoin, Alias::new("users"), Alias::new("u"), Expr::cust("u.id = k.assigned_to"))
        .join_as(JoinType::LeftJoin, Alias::new("teams"), Alias::new("t"), Expr::cust("t.id = k.team_id"));
    if let Some(condition) = within(ctx, scope, ("k", "assigned_to"), ("k", "team_id")) {
        select.and_where(condition);
    }
    select
}

/// The condition that leaves deleted contacts out.
pub fn alive() -> sea_orm::sea_query::SimpleExpr {
    Expr::col((Alias::new("k"), Alias::new("deleted_at"))).is_null()
}

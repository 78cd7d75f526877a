//! Rows of `exports`, and the only way to read them.

use chrono::{DateTime, Utc};
use kernel::DomainError;
use kernel::tenant::TenantKey;
use runtime::list::{SortKey, SortType};
use runtime::{Ctx, list};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, JoinType, Query, SelectStatement};
use uuid::Uuid;

use super::source::Entity;

/// The permission to see and tidy up what others asked for.
pub(super) const MANAGE: &str = "exports.manage";

/// Newest first.
pub(super) const SORTS: &[SortKey] =
    &[SortKey { name: "created_at", column: ("e", "created_at"), kind: SortType::Time, default_desc: true }];

/// An export.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Export {
    pub id: Uuid,
    pub entity: String,
    pub format: String,
    pub filter_words: String,
    pub sort: Option<String>,
    pub columns: Option<Vec<String>>,
    pub language: String,
    pub raw: bool,
    pub mail: bool,
    /// As it is kept; see [`Export::state`].
    status: String,
    /// Whether its job was cancelled.
    stopped: bool,
    /// Whether its job failed for good.
    dead: bool,
    /// Whether its job waits.
    waits: bool,
    pub requested_by: Uuid,
    pub requester_name: String,
    pub job_id: Option<Uuid>,
    pub total: i64,
    pub total_is_estimate: bool,
    pub row_count: i64,
    pub bytes: Option<i64>,
    pub sha256: Option<String>,
    pub masked: Vec<String>,
    pub first_byte_ms: Option<i32>,
    pub object_key: Option<String>,
    pub policy: Option<Vec<u8>>,
    pub error: Option<String>,
    pub downloads: i32,
    pub linked_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
}

const COLUMNS: &[&str] = &[
    "id",
    "entity",
    "format",
    "filter_words",
    "sort",
    "columns",
    "language",
    "raw",
    "mail",
    "status",
    "requested_by",
    "requester_name",
    "job_id",
    "total",
    "total_is_estimate",
    "row_count",
    "bytes",
    "sha256",
    "masked",
    "first_byte_ms",
    "object_key",
    "policy",
    "error",
    "downloads",
    "linked_at",
    "created_at",
    "started_at",
    "finished_at",
    "expires_at",
];

/// Whether an export's job, if it has not ended by itself, was cancelled on the way of jobs.
pub(super) const STOPPED: &str = "(e.status in ('queued', 'running') and coalesce(o.progress -> 'cancelled', 'false') = 'true')";

/// Fails for whoever may export nothing at all.
pub(super) fn require_any(ctx: &Ctx) -> kernel::Result<()> {
    match Entity::ALL.iter().find(|entity| ctx.actor().scope(entity.export()).is_some()) {
        Some(_) => Ok(()),
        None => ctx.require(Entity::ALL[0].export()).map(|_| ()),
    }
}

/// The exports that the actor may see: their own, or all with the permission. Every read starts here.
pub(super) fn visible_to(ctx: &Ctx) -> kernel::Result<SelectStatement> {
    let manages = ctx.actor().scope(MANAGE).is_some();
    if !manages {
        require_any(ctx)?;
    }
    let col = |name: &'static str| (Alias::new("e"), Alias::new(name));
    let mut select = Query::select();
    for name in COLUMNS {
        select.column(col(name));
    }
    let job = Expr::cust_with_values("o.id = e.job_id and o.tenant_key = $1", [ctx.tenant().key.0]);
    select
        .expr_as(Expr::cust(STOPPED), Alias::new("stopped"))
        .expr_as(Expr::cust("(e.status in ('queued', 'running') and coalesce(o.state = 'dead', false))"), Alias::new("dead"))
        .expr_as(Expr::cust("coalesce(o.state in ('queued', 'sent'), false)"), Alias::new("waits"))
        .from_as(Alias::new("exports"), Alias::new("e"))
        .join_as(JoinType::LeftJoin, (Alias::new("control"), Alias::new("outbox")), Alias::new("o"), job)
        .and_where(Expr::cust("e.deleted_at is null"));
    if !manages {
        select.and_where(Expr::col(col("requested_by")).eq(ctx.actor().id().unwrap_or(Uuid::nil())));
    }
    Ok(select)
}

/// One that the actor may see.
pub(super) async fn find(ctx: &Ctx, id: Uuid) -> kernel::Result<Export> {
    let mut select = visible_to(ctx)?;
    select.and_where(Expr::col((Alias::new("e"), Alias::new("id"))).eq(id));
    list::rows(ctx, &select).await?.into_iter().next().ok_or_else(|| DomainError::not_found("Export"))
}

impl Export {
    /// `queued`, `running`, `done`, `failed` or `cancelled`.
    pub fn state(&self) -> &str {
        match self.status.as_str() {
            _ if self.stopped => "cancelled",
            _ if self.dead => "failed",
            // Between two attempts it waits.
            "running" if self.waits => "queued",
            status => status,
        }
    }

    /// Whether there is nothing left to wait for.
    pub fn has_ended(&self) -> bool {
        !matches!(self.state(), "queued" | "running")
    }

    /// Whether the actor asked for it.
    pub fn is_of(&self, ctx: &Ctx) -> bool {
        ctx.actor().id() == Some(self.requested_by)
    }

    /// Why there is no file to be had although it was made: it is past its days, or what it shows is no
    /// longer what the actor may see.
    pub fn withheld(&self, ctx: &Ctx) -> Option<&'static str> {
        if self.status != "done" {
            return None;
        }
        if self.object_key.is_none() || self.expires_at.is_none_or(|at| at <= ctx.now()) {
            return Some("expired");
        }
        let entity = Entity::parse(&self.entity);
        let may = entity.is_some_and(|entity| ctx.actor().scope(entity.export()).is_some());
        if !self.is_of(ctx) {
            return Some("not_yours");
        }
        (!may || self.policy.as_deref() != Some(ctx.actor().policy().as_slice())).then_some("access_changed")
    }
}

/// The folder of an export's files in the store. Nothing in it comes from a request's text.
pub(super) fn folder(tenant: TenantKey, id: Uuid) -> String {
    format!("{}exports/{id}/", tenant.storage_prefix())
}

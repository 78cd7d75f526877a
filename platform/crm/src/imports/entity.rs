//! Rows of `imports`, and the only way to read them.

use chrono::{DateTime, Utc};
use kernel::DomainError;
use runtime::Ctx;
use runtime::list::{self, SortKey, SortType};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Query, SelectStatement};
use serde_json::Value as Json;
use uuid::Uuid;

use super::brings::Brings;
use super::columns::Column;
use super::mapping::Mapping;
use super::reading::Layout;

/// What lists of imports can be sorted by.
pub(super) const SORTS: &[SortKey] =
    &[SortKey { name: "created_at", column: ("i", "created_at"), kind: SortType::Time, default_desc: true }];

/// An import.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Import {
    pub id: Uuid,
    pub entity: String,
    pub filename: String,
    pub bytes: i64,
    pub sha256: String,
    pub layout: Json,
    pub columns: Json,
    pub fingerprint: String,
    pub rows_estimate: i64,
    pub mapping: Option<Json>,
    pub status: String,
    pub task: Option<String>,
    pub error: Option<String>,
    pub actor_id: Option<Uuid>,
    pub actor_name: String,
    pub job_id: Option<Uuid>,
    pub total: i64,
    pub processed: i64,
    pub valid: i64,
    pub invalid: i64,
    pub twins: i64,
    pub known: i64,
    pub created: i64,
    pub updated: i64,
    pub skipped: i64,
    pub review: i64,
    pub done_to: i32,
    pub undone_to: i32,
    pub restored: i64,
    pub kept: i64,
    pub faults: Json,
    pub made: Json,
    pub created_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
    pub undone_at: Option<DateTime<Utc>>,
    pub working_since: Option<DateTime<Utc>>,
    pub working_from: i64,
}

const COLUMNS: &[&str] = &[
    "id",
    "entity",
    "filename",
    "bytes",
    "sha256",
    "layout",
    "columns",
    "fingerprint",
    "rows_estimate",
    "mapping",
    "status",
    "task",
    "error",
    "actor_id",
    "actor_name",
    "job_id",
    "total",
    "processed",
    "valid",
    "invalid",
    "twins",
    "known",
    "created",
    "updated",
    "skipped",
    "review",
    "done_to",
    "undone_to",
    "restored",
    "kept",
    "faults",
    "made",
    "created_at",
    "started_at",
    "finished_at",
    "undone_at",
    "working_since",
    "working_from",
];

/// Imports of the kinds that the actor may import.
pub(super) fn visible_to(ctx: &Ctx) -> kernel::Result<SelectStatement> {
    let may = |brings: &Brings| ctx.actor().scope(brings.permission()).is_some();
    let kinds: Vec<&str> = Brings::ALL.iter().filter(|b| may(b)).map(|b| b.word()).collect();
    if kinds.is_empty() {
        // Says which permission is missing, or which module is off.
        ctx.require("clients.import")?;
    }
    let mut select = Query::select();
    for column in COLUMNS {
        select.column((Alias::new("i"), Alias::new(*column)));
    }
    select.from_as(Alias::new("imports"), Alias::new("i"));
    select.and_where(Expr::col((Alias::new("i"), Alias::new("entity"))).is_in(kinds));
    Ok(select)
}

/// One import.
pub(super) async fn find(ctx: &Ctx, id: Uuid) -> kernel::Result<Import> {
    read(ctx, id, false).await
}

/// One import, which nobody else changes until the commit.
pub(super) async fn find_locked(ctx: &Ctx, id: Uuid) -> kernel::Result<Import> {
    read(ctx, id, true).await
}

async fn read(ctx: &Ctx, id: Uuid, lock: bool) -> kernel::Result<Import> {
    let mut select = visible_to(ctx)?;
    select.and_where(Expr::col((Alias::new("i"), Alias::new("id"))).eq(id));
    if lock {
        select.lock_exclusive();
    }
    list::one(ctx, &select, "Import").await
}

/// The folder of an import's file in the file store.
pub(super) fn folder(tenant: kernel::tenant::TenantKey, id: Uuid) -> String {
    format!("{}imports/{id}/", tenant.storage_prefix())
}

/// The key of its file.
pub(super) fn file_key(tenant: kernel::tenant::TenantKey, id: Uuid) -> String {
    format!("{}original", folder(tenant, id))
}

impl Import {
    /// What it brings.
    pub fn brings(&self) -> kernel::Result<Brings> {
        Brings::of_word(&self.entity).ok_or_else(|| DomainError::internal("an import of an unknown kind"))
    }

    /// How its file is read.
    pub fn layout(&self) -> kernel::Result<Layout> {
        serde_json::from_value(self.layout.clone()).map_err(DomainError::internal)
    }

    /// The columns of its file.
    pub fn columns(&self) -> kernel::Result<Vec<Column>> {
        serde_json::from_value(self.columns.clone()).map_err(DomainError::internal)
    }

    /// What becomes of them, once that was said.
    pub fn mapping(&self) -> kernel::Result<Option<Mapping>> {
        self.mapping.clone().map(|m| serde_json::from_value(m).map_err(DomainError::internal)).transpose()
    }

    /// Whether nothing was written yet.
    pub fn is_open(&self) -> bool {
        matches!(self.status.as_str(), "uploaded" | "mapped" | "previewed")
    }

    /// Whether its work can go on: it was paused, or failed halfway and nobody began to take it back.
    pub fn can_resume(&self) -> bool {
        self.task.is_none() && matches!(self.status.as_str(), "paused" | "failed") && self.undone_to == 0
    }

    /// Whether it did something that can be taken back, now or further than before.
    pub fn can_undo(&self) -> bool {
        self.task.is_none() && matches!(self.status.as_str(), "done" | "failed" | "cancelled" | "paused") && self.done_to > 0
    }

    /// Rows that were skipped, updated, created and faulty: all that were worked on since it last began.
    pub fn rows_per_second(&self, now: DateTime<Utc>) -> f64 {
        if self.status != "running" || self.task.as_deref() != Some("import") {
            return 0.0;
        }
        let Some(started) = self.working_since.or(self.started_at) else { return 0.0 };
        let seconds = (now - started).num_milliseconds() as f64 / 1_000.0;
        if seconds <= 0.0 {
            0.0
        } else {
            (Ord::max(self.processed - self.working_from, 0) as f64 / seconds * 10.0).round() / 10.0
        }
    }
}

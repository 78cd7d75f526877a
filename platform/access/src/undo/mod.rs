//! Taking a change back: what was there before is written down with the change itself, and can be put
//! back once, for seven days, by whoever made the change or may change settings.
//!
//! Always holds: nothing that somebody else changed meanwhile is overwritten. Who records a kind of
//! change also takes it back; `tenant-api` knows which slice that is.

use chrono::{DateTime, Duration, Utc};
use kernel::DomainError;
use kernel::error::FieldErrors;
use runtime::audit::Change;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde_json::Value as Json;
use uuid::Uuid;

/// Days for which a change can be taken back.
const DAYS: i64 = 7;

/// A change that is being taken back.
#[derive(Debug, Clone)]
pub struct Undoing {
    /// What the change's answer called `undo_id`.
    pub id: Uuid,
    /// The kind of change, e.g. `settings`.
    pub kind: String,
    /// What was there before, as the slice that recorded it wrote it down.
    pub payload: Json,
}

/// Writes down how to take a change back, in the change's own transaction.
pub async fn record(ctx: &Ctx, kind: &str, payload: Json) -> kernel::Result<Uuid> {
    let (id, now) = (Uuid::now_v7(), ctx.now());
    ctx.tx()
        .run(
            "insert into undo_log (id, kind, payload, actor_id, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)",
            [id.into(), kind.into(), payload.into(), ctx.user_id().into(), now.into(), (now + Duration::days(DAYS)).into()],
        )
        .await?;
    Ok(id)
}

#[derive(FromQueryResult)]
struct Row {
    kind: String,
    payload: Json,
    actor_id: Option<Uuid>,
    expires_at: DateTime<Utc>,
    used_at: Option<DateTime<Utc>>,
}

/// Claims a recorded change: of several who ask at once, one gets it. Somebody else's change does not
/// exist for who may not change settings.
pub async fn take(ctx: &Ctx, id: Uuid) -> kernel::Result<Undoing> {
    let sql = "select kind, payload, actor_id, expires_at, used_at from undo_log where id = $1 for update";
    let row: Option<Row> = ctx.tx().one(sql, [id.into()]).await?;
    let row = row.ok_or_else(|| DomainError::not_found("Change"))?;
    let own = row.actor_id.is_some() && row.actor_id == ctx.user_id();
    if !own && ctx.actor().scope("settings.manage").is_none() {
        return Err(DomainError::not_found("Change"));
    }
    if row.used_at.is_some() {
        return Err(DomainError::gone("undo_used", "This change was taken back already."));
    }
    if row.expires_at < ctx.now() {
        return Err(DomainError::gone("undo_expired", format!("A change can be taken back for {DAYS} days.")));
    }
    ctx.tx().run("update undo_log set used_at = $2 where id = $1", [id.into(), ctx.now().into()]).await?;
    Ok(Undoing { id, kind: row.kind, payload: row.payload })
}

/// Writes the audit row of a change that was taken back; what it changed has rows of its own.
pub async fn taken_back(ctx: &Ctx, undoing: &Undoing) -> kernel::Result<()> {
    let kind = Change { field: "kind".to_owned(), old: Json::Null, new: undoing.kind.clone().into() };
    ctx.audit("change.undone", "undo", Some(undoing.id), vec![kind]).await
}

/// What is named was changed by somebody since.
pub fn changed_since<'a>(names: impl IntoIterator<Item = &'a str>) -> DomainError {
    let names: Vec<&str> = names.into_iter().collect();
    let told = "was changed since".to_owned();
    DomainError::Conflict {
        code: "changed_since",
        message: format!("This was changed again since and stays as it is: {}.", names.join(", ")),
        fields: names.iter().map(|name| ((*name).to_owned(), vec![told.clone()])).collect::<FieldErrors>(),
    }
}

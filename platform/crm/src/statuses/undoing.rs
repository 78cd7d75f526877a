//! Taking changes of statuses back.

use access::undo::{self, changed_since};
use chrono::{DateTime, Utc};
use runtime::{Ctx, audit};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::change::{facts, insert, locked, make_default, must_be_winnable, record, set_order, write};
use super::remove::move_records;
use super::service::Status;

/// The kind under which a change of statuses is written down.
pub const KIND: &str = "status";

/// What was there before.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "lowercase")]
pub(super) enum Before {
    /// A status was changed; `default` is the key of the default before.
    Changed { before: Status, after: Status, default: String },
    /// They had another order.
    Ordered { entity: String, before: Vec<String>, after: Vec<String> },
    /// There was one more; its records got another status at that moment.
    Removed { status: Status, replacement: Option<String>, at: DateTime<Utc> },
}

pub(super) async fn keep(ctx: &Ctx, before: Before) -> kernel::Result<Uuid> {
    undo::record(ctx, KIND, json!(before)).await
}

/// Takes a change back. Fails with `changed_since` when it no longer is as the change made it.
pub async fn undo(ctx: &Ctx, payload: &Json) -> kernel::Result<()> {
    match serde_json::from_value(payload.clone()).map_err(kernel::DomainError::internal)? {
        Before::Changed { before, after, default } => changed(ctx, &before, &after, &default).await,
        Before::Ordered { entity, before, after } => ordered(ctx, &entity, &before, &after).await,
        Before::Removed { status, replacement, at } => removed(ctx, &status, replacement.as_deref(), at).await,
    }
}

/// Whether another status has this label now.
fn label_is_taken(list: &[Status], status: &Status) -> bool {
    list.iter().any(|s| s.key != status.key && s.label.to_lowercase() == status.label.to_lowercase())
}

async fn changed(ctx: &Ctx, before: &Status, after: &Status, default: &str) -> kernel::Result<()> {
    let mut list = locked(ctx, &before.entity).await?;
    let since = || changed_since([before.label.as_str()]);
    let at = list.iter().position(|s| s.key == after.key).ok_or_else(since)?;
    // Its place is no part of the change.
    let same = facts(&list[at]) == facts(after);
    let moves_default = before.is_default != after.is_default;
    let can_be_default = list.iter().any(|s| s.key == default && !s.closed);
    if !same || label_is_taken(&list, before) || (moves_default && !can_be_default) {
        return Err(since());
    }
    list[at] = before.clone();
    must_be_winnable(&list).map_err(|_| since())?;
    write(ctx, before).await?;
    if moves_default {
        make_default(ctx, &before.entity, default).await?;
    }
    record(ctx, "status.updated", &before.entity, &before.key, audit::diff(&facts(after), &facts(before))).await
}

async fn ordered(ctx: &Ctx, entity: &str, before: &[String], after: &[String]) -> kernel::Result<()> {
    let now: Vec<String> = locked(ctx, entity).await?.into_iter().map(|s| s.key).collect();
    if now != after {
        return Err(changed_since(["order"]));
    }
    set_order(ctx, entity, before).await?;
    let change = audit::Change { field: "order".to_owned(), old: json!(after), new: json!(before) };
    record(ctx, "status.reordered", entity, "*", vec![change]).await
}

async fn removed(ctx: &Ctx, status: &Status, replacement: Option<&str>, at: DateTime<Utc>) -> kernel::Result<()> {
    let list = locked(ctx, &status.entity).await?;
    if list.iter().any(|s| s.key == status.key) || label_is_taken(&list, status) {
        return Err(changed_since([status.label.as_str()]));
    }
    insert(ctx, status).await?;
    let moved = match replacement {
        Some(from) => move_records(ctx, &status.entity, from, &status.key, ctx.now(), Some(at)).await?,
        None => 0,
    };
    let mut changes = audit::diff(&json!({}), &facts(status));
    changes.push(audit::Change { field: "moved".to_owned(), old: Json::Null, new: moved.into() });
    record(ctx, "status.created", &status.entity, &status.key, changes).await
}

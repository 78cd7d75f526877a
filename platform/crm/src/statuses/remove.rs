//! Removing a status: its records get another one, in one statement per kind, with a line in the audit
//! log of each.

use chrono::{DateTime, Utc};
use kernel::DomainError;
use runtime::{Ctx, Rows as _, audit};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::change::{facts, locked, must_be_winnable, place, record};
use super::undoing::{self, Before};

macro_rules! move_sql {
    ($table:literal, $resource:literal, $history:literal) => {
        concat!(
            "with held as (select r.id from ",
            $table,
            " r where r.status = $1 and ($9::timestamptz is null or (r.updated_at = $9 and exists ( ",
            "select 1 from audit_log a where a.resource_id = r.id and a.at = $9 and a.diff = $10))) for update), ",
            "moved as (update ",
            $table,
            " r set status = $2, version = r.version + 1, updated_at = $3 from held where r.id = held.id returning r.id)",
            $history,
            " insert into audit_log (id, at, actor_id, actor_name, action, resource_type, resource_id, diff, diff_masked, ip, request_id) ",
            "select gen_random_uuid(), $3, $4, $5, '",
            $resource,
            ".updated', '",
            $resource,
            "', moved.id, $6, $6, $7, $8 from moved"
        )
    };
}

const CLIENTS: &str = move_sql!("clients", "client", "");
const LEADS: &str = move_sql!(
    "leads",
    "lead",
    ", kept as (insert into lead_status_history (id, lead_id, old_status, new_status, changed_by, at)
        select gen_random_uuid(), moved.id, $1, $2, $4, $3 from moved)"
);

fn diff(old: &str, new: &str) -> Json {
    json!([{ "field": "status", "old": old, "new": new }])
}

/// Gives all records of a status another one, all at the moment `at`; with `since`, only those that got
/// it at that moment and were not touched after it. Returns how many.
pub(super) async fn move_records(
    ctx: &Ctx,
    entity: &str,
    from: &str,
    to: &str,
    at: DateTime<Utc>,
    since: Option<DateTime<Utc>>,
) -> kernel::Result<u64> {
    let moved = ctx
        .tx()
        .run(
            if entity == "client" { CLIENTS } else { LEADS },
            [
                from.into(),
                to.into(),
                at.into(),
                ctx.user_id().into(),
                ctx.actor().name.clone().into(),
                diff(from, to).into(),
                ctx.request().ip.clone().into(),
                (!ctx.request().id.is_empty()).then(|| ctx.request().id.clone()).into(),
                since.into(),
                diff(to, from).into(),
            ],
        )
        .await?;
    ctx.app().counts.touch(ctx.tenant().key, entity);
    Ok(moved)
}

/// Removes a status. With records it needs another one for them. Returns how many moved, and how to
/// take it back.
pub(super) async fn remove(ctx: &Ctx, entity: &str, key: &str, replacement: Option<&str>) -> kernel::Result<(u64, Uuid)> {
    let mut list = locked(ctx, entity).await?;
    let status = list.remove(place(&list, key)?);
    if let Some(to) = replacement
        && !list.iter().any(|s| s.key == to)
    {
        let known: Vec<&str> = list.iter().map(|s| s.key.as_str()).collect();
        return Err(DomainError::field("replace_with", format!("must be one of {}", known.join(", "))));
    }
    if status.is_default {
        let message = "New records get this status; make another one the default first.";
        return Err(DomainError::conflict("default_status", message));
    }
    must_be_winnable(&list)?;
    // First the status: whoever is giving it to a record holds it, and is counted below.
    ctx.tx().run("delete from statuses where entity = $1 and key = $2", [entity.into(), key.into()]).await?;
    let at = ctx.now();
    let moved = match replacement {
        Some(to) => move_records(ctx, entity, key, to, at, None).await?,
        None => {
            let used = count(ctx, entity, key).await?;
            if used > 0 {
                let message = format!("{used} records have this status; say which one they get instead.");
                return Err(DomainError::conflict("status_in_use", message));
            }
            0
        }
    };
    let mut changes = audit::diff(&facts(&status), &json!({}));
    let told = |field: &str, new: Json| audit::Change { field: field.to_owned(), old: Json::Null, new };
    changes.push(told("replace_with", json!(replacement)));
    changes.push(told("moved", moved.into()));
    record(ctx, "status.deleted", entity, key, changes).await?;
    let replacement = replacement.map(str::to_owned);
    let undo_id = undoing::keep(ctx, Before::Removed { status, replacement, at }).await?;
    Ok((moved, undo_id))
}

async fn count(ctx: &Ctx, entity: &str, key: &str) -> kernel::Result<i64> {
    let sql = match entity {
        "client" => "select count(*) from clients where status = $1",
        _ => "select count(*) from leads where status = $1",
    };
    Ok(ctx.tx().scalar(sql, [key.into()]).await?.unwrap_or(0))
}

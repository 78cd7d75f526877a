//! Reading the log is itself written down: who looked for what, on whichever page, who took its head along,
//! and what a check of the chain found.

use chrono::Duration;
use runtime::audit::{Change, Verdict, masked};
use runtime::{Ctx, Rows as _};
use serde_json::{Value as Json, json};

/// Minutes in which looking for the same again is the same reading.
const SAME_READING: i64 = 5;

/// The filters that somebody set.
pub(super) fn asked(filters: &[(&str, &Option<String>)]) -> Vec<Change> {
    let set = filters.iter().filter_map(|(name, value)| {
        let value = value.as_deref().map(str::trim).filter(|v| !v.is_empty())?;
        Some(Change { field: (*name).to_owned(), old: Json::Null, new: value.into() })
    });
    set.collect()
}

/// Writes down that the log was read with these filters.
pub(super) async fn note(ctx: &Ctx, asked: Vec<Change>) -> kernel::Result<()> {
    // The masked form, since not everybody who may read the log may read the clear one.
    let sql = "select 1 from audit_log where action = 'audit.read' and at > $1 and actor_name = $2
                   and actor_id is not distinct from $3 and diff_masked = $4 limit 1";
    let since = ctx.now() - Duration::minutes(SAME_READING);
    let seen = ctx
        .tx()
        .scalar::<i32>(
            sql,
            [since.into(), ctx.actor().name.clone().into(), ctx.actor().id().into(), json!(masked(&asked)).into()],
        )
        .await?;
    match seen {
        Some(_) => Ok(()),
        None => ctx.audit("audit.read", "audit", None, asked).await,
    }
}

/// Writes down that the head of the chain was taken along.
pub(super) async fn note_head(ctx: &Ctx, entries: i64, head: &str) -> kernel::Result<()> {
    let told = |field: &str, new: Json| Change { field: field.to_owned(), old: Json::Null, new };
    ctx.audit("audit.head_read", "audit", None, vec![told("entries", entries.into()), told("head", head.into())]).await
}

/// Writes down that the chain was checked.
pub(super) async fn note_verdict(ctx: &Ctx, verdict: &Verdict) -> kernel::Result<()> {
    let told = |field: &str, new: Json| Change { field: field.to_owned(), old: Json::Null, new };
    let mut changes = vec![told("ok", verdict.ok.into()), told("entries", verdict.entries.into())];
    if let Some(bad) = &verdict.first_bad {
        changes.push(told("first_bad", bad.clone().into()));
    }
    ctx.audit("audit.verified", "audit", None, changes).await
}

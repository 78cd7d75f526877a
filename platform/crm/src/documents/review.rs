//! Deciding over a document.

use chrono::NaiveDate;
use kernel::DomainError;
use kernel::validate::Checker;
use poem_openapi::types::MaybeUndefined;
use runtime::db::Mode;
use runtime::http::SignedIn;
use runtime::{Rows as _, audit};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::begin;
use super::entity::Document;
use super::http::DocumentPatch;
use super::service::find_for;
use super::standing::Changing;
use super::state::State;
use crate::zone::today;

fn facts(status: &str, reason: Option<&str>, expires_at: Option<NaiveDate>) -> Json {
    json!({ "status": status, "reason": reason, "expires_at": expires_at })
}

/// Approves, rejects or takes back a decision; sets the day on which the document expires.
pub async fn update(who: &SignedIn, id: Uuid, patch: &DocumentPatch) -> kernel::Result<Document> {
    let ctx = begin(who, Mode::Write).await?;
    let seen = find_for(&ctx, "documents.review", id).await?;
    let changing = Changing::begin_with(&ctx, seen.client_id, id).await?;
    let old = find_for(&ctx, "documents.review", id).await?;
    let state = old.state();
    if patch.seen_status.as_ref().is_some_and(|seen| *seen != old.status) {
        return Err(DomainError::conflict("stale_version", "Somebody else has decided over this document meanwhile."));
    }
    if old.scan == "infected" {
        return Err(DomainError::conflict("document_infected", "A virus was found in this document."));
    }
    if !matches!(state, State::Pending | State::Approved | State::Rejected | State::Expired) {
        return Err(DomainError::conflict("document_not_ready", "This document is still being uploaded or scanned."));
    }
    let mut c = Checker::new();
    let next = match patch.status.as_deref().map(|word| (word, State::parse(word))) {
        None => state,
        Some((_, Some(next))) if next == state || state.may_become(next) => next,
        Some((word, _)) => {
            c.add("status", format!("can't become {word} from {}", state.as_str()));
            state
        }
    };
    let reason = match next {
        State::Rejected => c.optional("reason", patch.reason.as_deref(), 500).or_else(|| old.reason.clone()),
        _ => None,
    };
    if next == State::Rejected && reason.is_none() {
        c.add("reason", "is required for a rejection");
    }
    let expires_at = match &patch.expires_at {
        MaybeUndefined::Undefined => old.expires_at,
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(day) => c.date("expires_at", day),
    };
    let today = today(&ctx).await?;
    if next == State::Approved {
        if expires_at.is_some_and(|day| day <= today) {
            c.add("expires_at", "must be after today");
        } else if expires_at.is_none() && old.expires {
            c.add("expires_at", "is required for this kind of document");
        }
    }
    c.finish()?;
    let changes = audit::diff(
        &facts(&old.status, old.reason.as_deref(), old.expires_at),
        &facts(next.as_str(), reason.as_deref(), expires_at),
    );
    if changes.is_empty() {
        return Ok(old);
    }
    let decided = next != state;
    ctx.tx()
        .run(
            "update documents set status = $2, reason = $3, expires_at = $4, updated_at = $5,
                 reminded = case when expires_at is distinct from $4 then null else reminded end,
                 reviewed_by = case when $6 then $7 else reviewed_by end,
                 reviewed_at = case when $6 then $5 else reviewed_at end
             where id = $1",
            [
                id.into(),
                next.as_str().into(),
                reason.into(),
                expires_at.into(),
                ctx.now().into(),
                decided.into(),
                ctx.user_id().into(),
            ],
        )
        .await?;
    if decided && next == State::Approved {
        // What it replaces is not needed any more.
        ctx.tx()
            .run(
                "update documents set superseded_by = $1, updated_at = $4
                 where lineage = $2 and version < $3 and superseded_by is null and status not in ('uploading', 'refused')",
                [id.into(), old.lineage.into(), old.version.into(), ctx.now().into()],
            )
            .await?;
    }
    let action = match next {
        State::Approved if decided => "document.approved",
        State::Rejected if decided => "document.rejected",
        _ => "document.updated",
    };
    ctx.audit(action, "document", Some(id), changes).await?;
    changing.tell("document.updated", id).await?;
    changing.finish().await?;
    let document = find_for(&ctx, "documents.review", id).await?;
    ctx.commit().await?;
    Ok(document)
}

//! What happened about a contact, by kinds that the face knows.

use std::collections::HashMap;

use access::audit::{AuditChangeOut, AuditEntry, AuditEntryOut};
use chrono::{DateTime, Utc};
use poem_openapi::Object;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Something that happened about a contact.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct SalesEventOut {
    /// Its id.
    pub id: Uuid,
    /// `call`, `email`, `meeting`, `task`, `note`, `deal`, `opportunity`, `contact` or another kind of record.
    #[oai(rename = "type")]
    pub kind: String,
    /// What was done, e.g. `contact.updated`.
    pub action: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub by: Option<Uuid>,
    /// Their name at that time.
    pub by_name: Option<String>,
    /// The record it was done to.
    pub record_id: Option<Uuid>,
    /// That record's name today, if it still has one.
    pub subject: Option<String>,
    /// The fields that changed, as far as the caller may see them.
    pub changes: Vec<AuditChangeOut>,
}

#[derive(FromQueryResult)]
struct Kind {
    id: Uuid,
    kind: String,
}

/// Entries of the log as events; which kinds of activities they are about is one question for all of them.
pub async fn events(ctx: &Ctx, entries: Vec<AuditEntry>) -> kernel::Result<Vec<SalesEventOut>> {
    let entries: Vec<AuditEntryOut> = entries.into_iter().map(Into::into).collect();
    let ids: Vec<Uuid> = entries.iter().filter(|e| e.resource.kind == "activity").filter_map(|e| e.resource.id).collect();
    let mut kinds = HashMap::new();
    if !ids.is_empty() {
        let found: Vec<Kind> = ctx.tx().all("select id, type as kind from activities where id = any ($1)", [ids.into()]).await?;
        kinds.extend(found.into_iter().map(|k| (k.id, k.kind)));
    }
    let event = |e: AuditEntryOut| SalesEventOut {
        id: e.id,
        kind: e.resource.id.and_then(|id| kinds.get(&id).cloned()).unwrap_or(e.resource.kind),
        action: e.action,
        at: e.at,
        by: e.actor.as_ref().and_then(|a| a.id),
        by_name: e.actor.map(|a| a.name),
        record_id: e.resource.id,
        subject: e.resource.label,
        changes: e.diff,
    };
    Ok(entries.into_iter().map(event).collect())
}

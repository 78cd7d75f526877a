//! `/audit`.

use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use kernel::paging::{Page, Paging};
use kernel::validate::Checker;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::audit::Expected;
use runtime::db::Mode;
use runtime::http::{ApiResult, ListOut, SignedIn, Staff};
use runtime::{Ctx, RequestInfo};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::reading;
use super::service::{self, AuditEntry, Filter};

/// Who did something.
#[derive(Debug, Object)]
pub struct AuditActorOut {
    /// The user; null for the product itself.
    #[oai(nullable)]
    pub id: Option<Uuid>,
    /// The name at that time, or that of the product's part.
    pub name: String,
}

/// What something was done to.
#[derive(Debug, Object)]
pub struct AuditResourceOut {
    /// `client`, `lead`, `user`, …
    #[oai(rename = "type")]
    pub kind: String,
    /// The record.
    #[oai(nullable)]
    pub id: Option<Uuid>,
    /// Its name today, if it still has one.
    #[oai(nullable)]
    pub label: Option<String>,
}

/// One field that changed.
#[derive(Debug, Object)]
pub struct AuditChangeOut {
    /// The field.
    pub field: String,
    /// Its value before; null on creation.
    #[oai(nullable)]
    pub old: Option<serde_json::Value>,
    /// Its value after; null on removal.
    #[oai(nullable)]
    pub new: Option<serde_json::Value>,
}

/// An entry of the audit log.
#[derive(Debug, Object)]
pub struct AuditEntryOut {
    /// Its id.
    pub id: Uuid,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Who did it.
    #[oai(nullable)]
    pub actor: Option<AuditActorOut>,
    /// What was done, e.g. `client.updated`.
    pub action: String,
    /// To what.
    pub resource: AuditResourceOut,
    /// The fields that changed, as far as the caller may see them.
    pub diff: Vec<AuditChangeOut>,
    /// Whether values in `diff` are masked.
    pub masked: bool,
    /// The address it came from.
    #[oai(nullable)]
    pub ip: Option<String>,
    /// The request.
    #[oai(nullable)]
    pub request_id: Option<String>,
    /// Place in the hash chain; null for a moment after it was written.
    #[oai(nullable)]
    pub seq: Option<i64>,
}

impl From<AuditEntry> for AuditEntryOut {
    fn from(entry: AuditEntry) -> Self {
        let diff = entry.diff.into_iter().map(|c| AuditChangeOut { field: c.field, old: Some(c.old), new: Some(c.new) });
        Self {
            id: entry.id,
            at: entry.at,
            actor: entry.actor.map(|a| AuditActorOut { id: a.id, name: a.name }),
            action: entry.action,
            resource: AuditResourceOut { kind: entry.resource.kind, id: entry.resource.id, label: entry.resource.label },
            diff: diff.collect(),
            masked: entry.masked,
            ip: entry.ip,
            request_id: entry.request_id,
            seq: entry.seq,
        }
    }
}

/// Whether the log is whole.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct AuditVerdict {
    /// Whether every entry is as it was written, and none is missing.
    ok: bool,
    /// Entries in the chain, up to the first fault.
    entries: i64,
    /// The hash of the last of them, hexadecimal.
    head: String,
    /// The place and nature of the first fault.
    first_bad: Option<String>,
}

/// A head of the log that was kept outside.
#[derive(Debug, Object)]
struct AuditExpectedIn {
    /// Entries at that time.
    entries: i64,
    /// The hash of the last of them, hexadecimal.
    head: String,
}

impl AuditExpectedIn {
    fn checked(self) -> kernel::Result<Expected> {
        let mut check = Checker::new();
        if self.entries < 0 {
            check.add("expected.entries", "must not be negative");
        }
        if self.head.len() > 64 || !self.head.bytes().all(|b| b.is_ascii_hexdigit()) {
            check.add("expected.head", "is not a hash; write it as hexadecimal digits");
        }
        check.finish()?;
        Ok(Expected { entries: self.entries, head: self.head })
    }
}

/// What the log is compared with.
#[derive(Debug, Object)]
struct AuditVerifyIn {
    /// A head that was kept outside.
    expected: Option<AuditExpectedIn>,
}

/// Whose log it is.
#[derive(Debug, Object)]
struct AuditTenantOut {
    /// The tenant.
    id: Uuid,
    /// Its address.
    slug: String,
    /// Its name.
    name: String,
}

/// The head of the log, to be kept outside.
#[derive(Debug, Object)]
struct AuditHeadOut {
    /// Whose log it is.
    tenant: AuditTenantOut,
    /// Entries in the chain.
    entries: i64,
    /// The hash of the last of them, hexadecimal.
    head: String,
    /// When it was read.
    at: DateTime<Utc>,
}

/// The words of a comma list.
fn words(text: Option<String>) -> Vec<String> {
    text.unwrap_or_default().split(',').map(str::trim).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// An instant, or a day: its beginning, or the beginning of the next one.
fn instant(check: &mut Checker, field: &str, text: Option<&str>, end: bool) -> Option<DateTime<Utc>> {
    let text = text.map(str::trim).filter(|t| !t.is_empty())?;
    if let Ok(day) = text.parse::<NaiveDate>() {
        let day = if end { day.checked_add_days(Days::new(1))? } else { day };
        return Some(day.and_time(NaiveTime::MIN).and_utc());
    }
    match DateTime::parse_from_rfc3339(text) {
        Ok(at) => Some(at.to_utc()),
        Err(_) => {
            check.add(field, "is neither a day (YYYY-MM-DD) nor a time (RFC 3339)");
            None
        }
    }
}

/// The list's filters as a request has them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// A user's id, or words of a name.
    pub actor: Option<String>,
    /// Actions.
    pub action: Option<String>,
    /// Kinds of record.
    pub resource_type: Option<String>,
    /// One record.
    pub resource_id: Option<String>,
    /// From then on.
    pub from: Option<String>,
    /// Until then.
    pub to: Option<String>,
}

impl Wanted {
    /// Reads them; all faults at once.
    pub fn read(&self) -> kernel::Result<Filter> {
        let mut check = Checker::new();
        let resource_id = match self.resource_id.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::parse) {
            Some(Err(_)) => {
                check.add("resource_id", "is not an id");
                None
            }
            Some(Ok(id)) => Some(id),
            None => None,
        };
        let filter = Filter {
            actor: check.optional("actor", self.actor.as_deref(), 200),
            action: words(check.optional("action", self.action.as_deref(), 1_000)),
            resource_type: words(check.optional("resource_type", self.resource_type.as_deref(), 200)),
            resource_id,
            from: instant(&mut check, "from", self.from.as_deref(), false),
            before: instant(&mut check, "to", self.to.as_deref(), true),
        };
        check.finish()?;
        Ok(filter)
    }
}

/// A page of the log; that it was read is written down.
pub async fn read_noted(who: &SignedIn, wanted: &Wanted, paging: &Paging) -> kernel::Result<Page<AuditEntry>> {
    let asked = [
        ("actor", &wanted.actor),
        ("action", &wanted.action),
        ("resource_type", &wanted.resource_type),
        ("resource_id", &wanted.resource_id),
        ("from", &wanted.from),
        ("to", &wanted.to),
    ];
    let asked = reading::asked(&asked);
    let filter = wanted.read()?;
    let request = RequestInfo { idempotency: None, ..who.caller.request.clone() };
    let ctx = Ctx::begin(&who.caller.app, &who.tenant, who.actor.clone(), request, Mode::Write).await?;
    let found = service::list(&ctx, &filter, paging).await?;
    // Whichever page: the later ones of a reading are the same reading, and nobody has to begin with
    // the first.
    reading::note(&ctx, asked).await?;
    ctx.commit().await?;
    Ok(found)
}

/// The audit log.
pub struct AuditApi;

#[OpenApi]
impl AuditApi {
    /// List the audit log, newest first
    #[oai(path = "/audit", method = "get", operation_id = "listAudit")]
    #[expect(clippy::too_many_arguments, reason = "one argument per query parameter")]
    async fn list(
        &self,
        auth: Staff,
        /// A user's id, or words of a name.
        actor: Query<Option<String>>,
        /// An action such as `client.updated`, or `client.*`; a comma list is allowed.
        action: Query<Option<String>>,
        /// A kind of record such as `client`; a comma list is allowed.
        resource_type: Query<Option<String>>,
        /// One record.
        resource_id: Query<Option<String>>,
        /// A day, or a time in RFC 3339; from then on.
        from: Query<Option<String>>,
        /// A day, that day included, or a time in RFC 3339.
        to: Query<Option<String>>,
        /// 1-based page.
        page: Query<Option<String>>,
        /// Rows on a page, at most 200.
        limit: Query<Option<String>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<AuditEntryOut>>> {
        let paging = Paging::parse(page.0.as_deref(), limit.0.as_deref(), cursor.0.as_deref())?;
        let wanted = Wanted {
            actor: actor.0,
            action: action.0,
            resource_type: resource_type.0,
            resource_id: resource_id.0,
            from: from.0,
            to: to.0,
        };
        Ok(Json(read_noted(&auth.0, &wanted, &paging).await?.map(AuditEntryOut::from).into()))
    }

    /// Verify the audit log
    ///
    /// Walks the whole hash chain: every entry, every link, no gap, and the head. With a head that was
    /// kept outside (`GET /audit/head`), also that the chain still goes through it.
    #[oai(path = "/audit/verify", method = "post", operation_id = "verifyAudit")]
    async fn verify(&self, auth: Staff, body: Json<Option<AuditVerifyIn>>) -> ApiResult<Json<AuditVerdict>> {
        let who = auth.0;
        who.actor.require("audit.read")?;
        let expected = body.0.and_then(|b| b.expected).map(|e| e.checked()).transpose()?;
        let ctx = in_clear(&who).await?;
        let verdict = runtime::audit::verify_against(ctx.tx(), expected.as_ref()).await?;
        reading::note_verdict(&ctx, &verdict).await?;
        ctx.commit().await?;
        Ok(Json(AuditVerdict { ok: verdict.ok, entries: verdict.entries, head: verdict.head, first_bad: verdict.first_bad }))
    }

    /// Read the head of the audit log
    ///
    /// To be kept outside: who has it can tell later whether the log was rewritten since.
    #[oai(path = "/audit/head", method = "get", operation_id = "auditHead")]
    async fn head(&self, auth: Staff) -> ApiResult<Json<AuditHeadOut>> {
        let who = auth.0;
        who.actor.require("audit.read")?;
        let ctx = in_clear(&who).await?;
        let (entries, head) = runtime::audit::head(ctx.tx()).await?;
        reading::note_head(&ctx, entries, &head).await?;
        let at = ctx.now();
        ctx.commit().await?;
        let tenant = AuditTenantOut { id: who.tenant.id, slug: who.tenant.slug.clone(), name: who.tenant.name.clone() };
        Ok(Json(AuditHeadOut { tenant, entries, head, at }))
    }
}

/// Begins an operation that sees the entries in clear, whoever asks: hashing needs them, and the answer
/// shows none.
async fn in_clear(who: &SignedIn) -> kernel::Result<Ctx> {
    let request = RequestInfo { idempotency: None, ..who.caller.request.clone() };
    Ctx::begin(&who.caller.app, &who.tenant, Arc::new(who.actor.in_clear()), request, Mode::Write).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_counts_whole() {
        let mut check = Checker::new();
        let mut read = |text, end| instant(&mut check, "to", Some(text), end).map(|t| t.to_rfc3339());
        assert_eq!(read("2026-03-01", false).as_deref(), Some("2026-03-01T00:00:00+00:00"));
        assert_eq!(read("2026-02-28", true).as_deref(), Some("2026-03-01T00:00:00+00:00"));
        assert_eq!(read("2026-03-01T12:00:00+02:00", true).as_deref(), Some("2026-03-01T10:00:00+00:00"));
        assert_eq!(read("yesterday", true), None);
        assert!(check.finish().is_err());
    }
}

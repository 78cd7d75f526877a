//! The list, and changing it.

use kernel::DomainError;
use kernel::event::Event;
use kernel::validate::Checker;
use runtime::audit::{self, Change};
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};

use super::http::{DocumentTypeIn, DocumentTypePatch};
use crate::documents::{FollowKinds, deciding};
use crate::naming::key_from;

/// The module without which there are no kinds either.
const MODULE: &str = "documents";
/// The most kinds, archived ones among them.
const MOST: usize = 60;
/// Steps of verification.
const LEVELS: std::ops::RangeInclusive<i32> = 1..=3;
/// The largest file, in bytes: what the file store takes in one upload.
pub const MAX_BYTES: i64 = 10 << 20;
/// What files may be at all. Nothing that a browser would run.
pub const CONTENT_TYPES: &[&str] = &["application/pdf", "image/jpeg", "image/png", "image/webp", "image/heic"];

/// A kind of document.
#[derive(Debug, Clone, FromQueryResult)]
pub struct DocumentType {
    /// Stable key.
    pub key: String,
    /// The tenant's word for it.
    pub label: String,
    /// The step of verification it belongs to, 1 to 3.
    pub level: i32,
    /// Whether that step needs it.
    pub required: bool,
    /// Whether such documents expire.
    pub expires: bool,
    /// MIME types that are taken.
    pub content_types: Vec<String>,
    /// Bytes that are taken at most.
    pub max_bytes: i64,
    /// Order.
    pub position: i32,
    /// Whether no new ones are taken.
    pub archived: bool,
}

impl DocumentType {
    fn facts(&self) -> Json {
        json!({
            "label": self.label, "level": self.level, "required": self.required, "expires": self.expires,
            "content_types": self.content_types, "max_bytes": self.max_bytes, "archived": self.archived,
        })
    }
}

/// Every kind, in order; archived ones too.
pub(crate) async fn all(ctx: &Ctx) -> kernel::Result<Vec<DocumentType>> {
    let sql = "select key, label, level, required, expires, content_types, max_bytes, position, archived
               from document_types order by level, position, key";
    Ok(ctx.tx().all(sql, []).await?)
}

/// Every kind, for those who look at the list.
pub(super) async fn list(ctx: &Ctx) -> kernel::Result<Vec<DocumentType>> {
    ctx.actor().require_module(MODULE)?;
    all(ctx).await
}

async fn locked(ctx: &Ctx) -> kernel::Result<Vec<DocumentType>> {
    ctx.actor().require_module(MODULE)?;
    ctx.require("settings.manage")?;
    ctx.tx().run("select 1 from tenant_meta for update", []).await?;
    all(ctx).await
}

/// Has the clients' KYC status follow where the change of the list says something else of it.
async fn follow(ctx: &Ctx, before: &[DocumentType], after: &[DocumentType]) -> kernel::Result<()> {
    let (before, after) = (deciding(before), deciding(after));
    if before != after {
        ctx.enqueue(&FollowKinds { before }).await?;
    }
    Ok(())
}

async fn record(ctx: &Ctx, action: &str, key: &str, mut changes: Vec<Change>) -> kernel::Result<()> {
    changes.insert(0, Change { field: "document_type".to_owned(), old: Json::Null, new: key.into() });
    ctx.audit(action, "document_type", None, changes).await?;
    ctx.emit(Event::new("settings.changed", ctx.tenant().id, "settings.manage")).await
}

/// What a kind must hold, alone and in its list.
fn check(c: &mut Checker, list: &[DocumentType], next: &DocumentType) {
    let label = next.label.to_lowercase();
    if !next.archived && list.iter().any(|t| t.key != next.key && !t.archived && t.label.to_lowercase() == label) {
        c.add("label", "is the name of another kind");
    }
    if !LEVELS.contains(&next.level) {
        c.add("level", "must be from 1 to 3");
    }
    if next.content_types.is_empty() {
        c.add("content_types", "is required");
    }
    if next.content_types.iter().any(|t| !CONTENT_TYPES.contains(&t.as_str())) {
        c.add("content_types", format!("must be some of {}", CONTENT_TYPES.join(", ")));
    }
    if !(1..=MAX_BYTES).contains(&next.max_bytes) {
        c.add("max_bytes", format!("must be from 1 to {MAX_BYTES}"));
    }
}

/// Each type once, in our order.
fn tidy(given: &[String]) -> Vec<String> {
    let given: Vec<String> = given.iter().map(|t| t.trim().to_lowercase()).collect();
    let known = CONTENT_TYPES.iter().filter(|t| given.iter().any(|g| g == *t)).map(|t| (*t).to_owned());
    let unknown = given.iter().filter(|t| !CONTENT_TYPES.contains(&t.as_str())).cloned();
    known.chain(unknown).take(20).collect()
}

/// Adds a kind at the end of its list.
pub(super) async fn create(ctx: &Ctx, input: &DocumentTypeIn) -> kernel::Result<DocumentType> {
    let list = locked(ctx).await?;
    let mut c = Checker::new();
    let label = c.required("label", input.label.as_deref(), 80);
    if input.level.is_none() {
        c.add("level", "is required");
    }
    // That word is an address of its own.
    let taken: Vec<String> = list.iter().map(|t| t.key.clone()).chain(["order".to_owned()]).collect();
    let next = DocumentType {
        key: key_from(&label, "document", &taken),
        label,
        level: input.level.unwrap_or(1),
        required: input.required.unwrap_or(false),
        expires: input.expires.unwrap_or(false),
        content_types: input
            .content_types
            .as_deref()
            .map_or_else(|| CONTENT_TYPES.iter().map(|t| (*t).to_owned()).collect(), tidy),
        max_bytes: input.max_bytes.unwrap_or(MAX_BYTES),
        position: list.iter().map(|t| t.position + 1).max().unwrap_or(0),
        archived: false,
    };
    check(&mut c, &list, &next);
    if list.len() >= MOST {
        c.add("label", format!("would be more than {MOST} kinds"));
    }
    c.finish()?;
    ctx.tx()
        .run(
            "insert into document_types (key, label, level, required, expires, content_types, max_bytes, position, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
            [
                next.key.clone().into(),
                next.label.clone().into(),
                next.level.into(),
                next.required.into(),
                next.expires.into(),
                next.content_types.clone().into(),
                next.max_bytes.into(),
                next.position.into(),
                ctx.now().into(),
            ],
        )
        .await?;
    record(ctx, "document_type.created", &next.key, audit::diff(&json!({}), &next.facts())).await?;
    let after: Vec<DocumentType> = list.iter().cloned().chain([next.clone()]).collect();
    follow(ctx, &list, &after).await?;
    Ok(next)
}

/// Changes a kind. What clients have handed in already stays as it was decided; what it says of them may not.
pub(super) async fn update(ctx: &Ctx, key: &str, patch: &DocumentTypePatch) -> kernel::Result<DocumentType> {
    let list = locked(ctx).await?;
    let old = list.iter().find(|t| t.key == key).cloned().ok_or_else(|| DomainError::not_found("Kind of document"))?;
    let mut c = Checker::new();
    let mut next = old.clone();
    if patch.label.is_some() {
        next.label = c.required("label", patch.label.as_deref(), 80);
    }
    next.level = patch.level.unwrap_or(next.level);
    next.required = patch.required.unwrap_or(next.required);
    next.expires = patch.expires.unwrap_or(next.expires);
    next.max_bytes = patch.max_bytes.unwrap_or(next.max_bytes);
    next.archived = patch.archived.unwrap_or(next.archived);
    if let Some(types) = &patch.content_types {
        next.content_types = tidy(types);
    }
    check(&mut c, &list, &next);
    c.finish()?;
    let changes = audit::diff(&old.facts(), &next.facts());
    if changes.is_empty() {
        return Ok(old);
    }
    ctx.tx()
        .run(
            "update document_types set label = $2, level = $3, required = $4, expires = $5, content_types = $6, max_bytes = $7,
                 archived = $8, updated_at = $9 where key = $1",
            [
                key.into(),
                next.label.clone().into(),
                next.level.into(),
                next.required.into(),
                next.expires.into(),
                next.content_types.clone().into(),
                next.max_bytes.into(),
                next.archived.into(),
                ctx.now().into(),
            ],
        )
        .await?;
    let action = match (old.archived, next.archived) {
        (false, true) => "document_type.archived",
        (true, false) => "document_type.restored",
        _ => "document_type.updated",
    };
    record(ctx, action, key, changes).await?;
    let after: Vec<DocumentType> = list.iter().map(|t| if t.key == key { next.clone() } else { t.clone() }).collect();
    follow(ctx, &list, &after).await?;
    Ok(next)
}

/// Puts the kinds into an order that names each that is not archived once.
pub(super) async fn order(ctx: &Ctx, keys: &[String]) -> kernel::Result<Vec<DocumentType>> {
    let list = locked(ctx).await?;
    let mut named: Vec<&String> = keys.iter().collect();
    named.sort();
    named.dedup();
    let known = |key: &String| list.iter().any(|t| t.key == *key);
    let missing = list.iter().any(|t| !t.archived && !keys.contains(&t.key));
    if named.len() != keys.len() || !keys.iter().all(known) || missing {
        return Err(DomainError::field("keys", "must name every kind that is not archived once"));
    }
    ctx.tx()
        .run(
            "update document_types t set position = o.place, updated_at = $2
             from (select key, ordinality::int - 1 as place from unnest($1::text[]) with ordinality as x (key, ordinality)) o
             where t.key = o.key and t.position <> o.place",
            [keys.to_vec().into(), ctx.now().into()],
        )
        .await?;
    let changes = vec![Change { field: "order".to_owned(), old: Json::Null, new: json!(keys) }];
    ctx.audit("document_type.ordered", "document_type", None, changes).await?;
    ctx.emit(Event::new("settings.changed", ctx.tenant().id, "settings.manage")).await?;
    all(ctx).await
}

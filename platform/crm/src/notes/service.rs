//! What can be done with notes.

use kernel::DomainError;
use kernel::event::Event;
use kernel::paging::{Page, Paging};
use kernel::permission::Scope;
use kernel::validate::Checker;
use runtime::audit::{self, Change};
use runtime::list::{self, Sort, SortColumn, SortKey, SortType};
use runtime::{Ctx, Rows as _};
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::entity::{Note, alive, visible_to};
use super::http::{NoteFilter, NoteIn, NotePatch};
use super::mentions;
use crate::notifications::{self, Notice};
use crate::ownership::Ownership;
use crate::related::{self, Parent, Related};

/// The most characters of a note.
const LONGEST: usize = 20_000;
/// As much of a note stands in the audit log.
const TOLD: usize = 300;

const SORTS: &[SortKey] =
    &[SortKey { name: "created_at", column: ("n", "created_at"), kind: SortType::Time, default_desc: true }];

/// A page of notes: of a record the pinned ones first, then the newest.
pub async fn list(ctx: &Ctx, filter: &NoteFilter, sort: Option<&str>, paging: &Paging) -> kernel::Result<Page<Note>> {
    let mut select = visible_to(ctx, ctx.require("notes.read")?);
    select.and_where(alive());
    let of_records = related::filter(&mut select, "n", &filter.records())?;
    if let Some(text) = filter.search.as_deref().map(str::trim).filter(|t| !t.is_empty()) {
        if !of_records {
            return Err(DomainError::field("search", "goes with a record"));
        }
        let found = runtime::words::words(runtime::words::bounded(text)?);
        for word in found {
            select.and_where(runtime::words::containing("fold(n.content)", &word));
        }
    }
    if let Some(author) = filter.author_id.as_deref().filter(|v| !v.is_empty()) {
        let author = if author == "me" { ctx.user_id() } else { author.parse().ok() };
        let author = author.ok_or_else(|| DomainError::field("author_id", "must be an id, or me"))?;
        select.and_where(Expr::col((Alias::new("n"), Alias::new("author_id"))).eq(author));
    }
    let usual = if of_records { Some("-pinned,-created_at") } else { None };
    let sort = Sort::parse_with(sort.filter(|s| !s.is_empty()).or(usual), SORTS, |name| {
        let (name, value, id) = (name.to_owned(), "n.pinned::int".to_owned(), "n.id".to_owned());
        let kind = SortType::Integer;
        (name == "pinned").then_some(SortColumn { name, value, kind, absent: None, id, beside: None, join: None, then: None })
    })?;
    list::page(ctx, "note", &select, sort, paging).await
}

/// Active colleagues who may be mentioned, at most twenty, by name; `search` are words of the name.
pub async fn people(ctx: &Ctx, search: Option<&str>) -> kernel::Result<Vec<mentions::Colleague>> {
    mentions::people(ctx, search.unwrap_or_default()).await
}

/// One note.
pub async fn get(ctx: &Ctx, id: Uuid) -> kernel::Result<Note> {
    find(ctx, ctx.require("notes.read")?, id, false).await
}

async fn find(ctx: &Ctx, scope: Scope, id: Uuid, deleted: bool) -> kernel::Result<Note> {
    let mut select = visible_to(ctx, scope);
    select.and_where(Expr::col((Alias::new("n"), Alias::new("id"))).eq(id));
    select.and_where(if deleted { alive().not() } else { alive() });
    list::one(ctx, &select, "Note").await
}

/// A note that the actor may change: their own, or one within the scope of the permission.
async fn find_for(ctx: &Ctx, permission: &'static str, id: Uuid, deleted: bool) -> kernel::Result<Note> {
    let note = find(ctx, ctx.require("notes.read")?, id, deleted).await?;
    let own = note.author_id.is_some() && note.author_id == ctx.user_id();
    if own && ctx.actor().scope("notes.create").is_some() {
        return Ok(note);
    }
    let scope = ctx.require(permission)?;
    find(ctx, scope, id, deleted).await.map_err(|_| DomainError::forbidden(permission))
}

fn told(content: &str) -> String {
    content.chars().take(TOLD).collect()
}

async fn record(
    ctx: &Ctx,
    action: &str,
    id: Uuid,
    changes: Vec<Change>,
    on: (Parent, Uuid),
    owner: Ownership,
) -> kernel::Result<()> {
    ctx.audit(action, "note", Some(id), changes).await?;
    related::tell(ctx, Event::new(action, id, "notes.read"), on, owner).await
}

/// Writes a note.
pub async fn create(ctx: &Ctx, input: &NoteIn) -> kernel::Result<Note> {
    let scope = ctx.require("notes.create")?;
    let mut c = Checker::new();
    let content = c.required("content", input.content.as_deref(), LONGEST);
    let named = mentions::read(&mut c, input.mentions.as_deref().unwrap_or_default(), &content);
    let found = related::the_one(ctx, &mut c, &input.records()).await?;
    if let Some((parent, record)) = &found {
        mentions::check(ctx, &mut c, (*parent, record), &named).await?;
    }
    c.finish()?;
    let (parent, record) = found.ok_or_else(|| DomainError::internal("a note on nothing"))?;
    if related::find(ctx, parent, record.id, Some(scope)).await?.is_none() {
        return Err(DomainError::forbidden("notes.create"));
    }
    let id = Uuid::now_v7();
    let on = |kinds: &[Parent]| kinds.contains(&parent).then_some(record.id);
    ctx.tx()
        .run(
            "insert into notes (id, content, client_id, contact_id, lead_id, deal_id, activity_id, pinned, mentions, author_id,
                 author_name, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
            [
                id.into(),
                content.clone().into(),
                on(&[Parent::Client]).into(),
                on(&[Parent::Contact]).into(),
                on(&[Parent::Lead]).into(),
                on(&[Parent::Deal, Parent::Opportunity]).into(),
                on(&[Parent::Activity]).into(),
                input.pinned.unwrap_or(false).into(),
                named.clone().into(),
                ctx.user_id().into(),
                ctx.actor().name.clone().into(),
                ctx.now().into(),
            ],
        )
        .await?;
    let row = json!({ "content": told(&content), parent.word(): record.id });
    this(ctx, id, (parent, &record), &named, audit::diff(&json!({}), &row), "note.created").await
}

/// Writes down what was done to a note, tells those who are mentioned for the first time, and reads it.
async fn this(
    ctx: &Ctx,
    id: Uuid,
    (parent, on): (Parent, &Related),
    named: &[Uuid],
    changes: Vec<Change>,
    action: &str,
) -> kernel::Result<Note> {
    record(ctx, action, id, changes, (parent, on.id), on.owner()).await?;
    for user in named.iter().filter(|user| Some(**user) != ctx.user_id()) {
        let once = Some(format!("mention:{id}"));
        notifications::tell(ctx, *user, &Notice { kind: "mention", entity: parent.word(), record: on.id, once }).await?;
    }
    // Who may write may not be allowed to read the notes of others, but this one is theirs.
    find(ctx, Scope::All, id, false).await
}

/// Changes a note. A `version` that is not the current one is refused: somebody else was faster.
pub async fn update(ctx: &Ctx, id: Uuid, patch: &NotePatch) -> kernel::Result<Note> {
    let old = find_for(ctx, "notes.update", id, false).await?;
    let stale = || DomainError::conflict("stale_version", "Somebody else changed this note meanwhile. Reload and try again.");
    if patch.version.is_some_and(|v| v != old.version) {
        return Err(stale());
    }
    let (parent, on) = old.parent().ok_or_else(|| DomainError::internal("a note on nothing"))?;
    let on = related::find(ctx, parent, on, None).await?.ok_or_else(|| DomainError::not_found("Note"))?;
    let mut c = Checker::new();
    let content = match &patch.content {
        Some(text) => c.required("content", Some(text), LONGEST),
        None => old.content.clone(),
    };
    // Those whom it mentioned before and does not name any more are no longer mentioned.
    let named = match (&patch.mentions, &patch.content) {
        (None, None) => old.mentions.clone(),
        (ids, _) => mentions::read(&mut c, ids.as_deref().unwrap_or_default(), &content),
    };
    let new: Vec<Uuid> = named.iter().copied().filter(|id| !old.mentions.contains(id)).collect();
    mentions::check(ctx, &mut c, (parent, &on), &new).await?;
    c.finish()?;
    let pinned = patch.pinned.unwrap_or(old.pinned);
    let facts =
        |content: &str, pinned: bool, mentions: &[Uuid]| json!({ "content": content, "pinned": pinned, "mentions": mentions });
    let mut changes = audit::diff(&facts(&old.content, old.pinned, &old.mentions), &facts(&content, pinned, &named));
    if changes.is_empty() {
        return Ok(old);
    }
    for change in changes.iter_mut().filter(|change| change.field == "content") {
        let short = |value: &Json| json!(told(value.as_str().unwrap_or_default()));
        (change.old, change.new) = (short(&change.old), short(&change.new));
    }
    let updated = ctx
        .tx()
        .run(
            "update notes set content = $2, pinned = $3, mentions = $4, updated_at = $5, version = version + 1
             where id = $1 and version = $6 and deleted_at is null",
            [id.into(), content.into(), pinned.into(), named.into(), ctx.now().into(), old.version.into()],
        )
        .await?;
    if updated != 1 {
        return Err(stale());
    }
    this(ctx, id, (parent, &on), &new, changes, "note.updated").await
}

/// Deletes a note; it can be restored.
pub async fn delete(ctx: &Ctx, id: Uuid) -> kernel::Result<()> {
    let note = find_for(ctx, "notes.delete", id, false).await?;
    set_deleted(ctx, &note, true).await
}

/// Brings a deleted note back.
pub async fn restore(ctx: &Ctx, id: Uuid) -> kernel::Result<Note> {
    let note = find_for(ctx, "notes.delete", id, true).await?;
    set_deleted(ctx, &note, false).await?;
    find(ctx, Scope::All, id, false).await
}

async fn set_deleted(ctx: &Ctx, note: &Note, deleted: bool) -> kernel::Result<()> {
    let (at, action) = if deleted { (Some(ctx.now()), "note.deleted") } else { (None, "note.restored") };
    ctx.tx()
        .run(
            "update notes set deleted_at = $2, updated_at = $3, version = version + 1 where id = $1",
            [note.id.into(), at.into(), ctx.now().into()],
        )
        .await?;
    let on = note.parent().ok_or_else(|| DomainError::internal("a note on nothing"))?;
    record(ctx, action, note.id, Vec::new(), on, note.owner()).await
}

//! Starting, pausing, cancelling and taking back.

use kernel::DomainError;
use kernel::permission::Scope;
use runtime::access::Actor;
use runtime::audit::Change;
use runtime::{Ctx, Rows as _};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::clear::sees;
use super::entity::{self, Import, find_locked};
use super::jobs::{RunImport, UndoImport};
use super::mapping::Duplicates;
use super::preview::not_previewed;
use super::recipe::{not_mapped, uses};
use super::staging::tell;

fn requester(ctx: &Ctx) -> kernel::Result<(Uuid, bool)> {
    let actor = ctx.actor();
    let id = actor.id().ok_or_else(|| DomainError::internal("an import without an actor"))?;
    Ok((id, actor.key.is_some()))
}

async fn told(ctx: &Ctx, action: &str, import: &Import, facts: Vec<(&str, Json)>) -> kernel::Result<Import> {
    let line = |(field, new): (&str, Json)| Change { field: field.to_owned(), old: Json::Null, new };
    let mut lines = vec![line(("file", import.filename.clone().into()))];
    lines.extend(facts.into_iter().map(line));
    ctx.audit(action, "import", Some(import.id), lines).await?;
    tell(ctx, import).await?;
    entity::find(ctx, import.id).await
}

/// Whether somebody may bring in what the mapping says. `who`: as they are, not in clear.
pub(super) fn may_run(ctx: &Ctx, who: &Actor, import: &Import) -> kernel::Result<()> {
    let brings = import.brings()?;
    let mapping = import.mapping()?.ok_or_else(not_mapped)?;
    ctx.require(brings.permission())?;
    ctx.require(brings.creates())?;
    if matches!(mapping.duplicates, Duplicates::Update) {
        ctx.require(brings.updates())?;
    }
    if let Some(permission) = brings.assigns().filter(|_| uses(&mapping, "assigned_to")) {
        ctx.require(permission)?;
    }
    sees(who, brings, Some(&mapping))
}

/// Starts an import that was previewed.
pub(super) async fn start(ctx: &Ctx, who: &Actor, id: Uuid) -> kernel::Result<Import> {
    let import = find_locked(ctx, id).await?;
    match import.status.as_str() {
        "previewed" if import.task.is_none() => {}
        "uploaded" | "mapped" | "previewed" => return Err(not_previewed()),
        _ => return Err(DomainError::conflict("already_started", "This import was started already.")),
    }
    may_run(ctx, who, &import)?;
    let (requested_by, by_key) = requester(ctx)?;
    let job_id = ctx.enqueue(&RunImport { import: id, requested_by, by_key }).await?;
    let sql =
        "update imports set status = 'queued', task = 'import', job_id = $2, started_at = $3, updated_at = $3, processed = 0,
                   working_since = $3, working_from = 0
               where id = $1";
    ctx.tx().run(sql, [id.into(), job_id.into(), ctx.now().into()]).await?;
    let rule = import.mapping()?.unwrap_or_default().duplicates.as_str();
    told(ctx, "import.started", &import, vec![("total", json!(import.total)), ("duplicates", rule.into())]).await
}

fn not_running() -> DomainError {
    DomainError::conflict("not_running", "This import is not running.")
}

/// Stops an import for a while.
pub(super) async fn pause(ctx: &Ctx, id: Uuid) -> kernel::Result<Import> {
    let import = find_locked(ctx, id).await?;
    if !matches!(import.status.as_str(), "queued" | "running") || import.task.as_deref() != Some("import") {
        return Err(not_running());
    }
    let sql = "update imports set status = 'paused', task = null, updated_at = $2 where id = $1";
    ctx.tx().run(sql, [id.into(), ctx.now().into()]).await?;
    told(ctx, "import.paused", &import, vec![("processed", json!(import.processed))]).await
}

/// Goes on with an import that was paused, or that failed halfway.
pub(super) async fn resume(ctx: &Ctx, who: &Actor, id: Uuid) -> kernel::Result<Import> {
    let import = find_locked(ctx, id).await?;
    if !import.can_resume() {
        return Err(DomainError::conflict("not_paused", "This import is not paused."));
    }
    may_run(ctx, who, &import)?;
    let (requested_by, by_key) = requester(ctx)?;
    let job_id = ctx.enqueue(&RunImport { import: id, requested_by, by_key }).await?;
    let sql = "update imports set status = 'queued', task = 'import', job_id = $2, error = null, updated_at = $3,
                   working_since = $3, working_from = processed where id = $1";
    ctx.tx().run(sql, [id.into(), job_id.into(), ctx.now().into()]).await?;
    told(ctx, "import.resumed", &import, vec![("processed", json!(import.processed))]).await
}

/// Stops an import for good.
pub(super) async fn cancel(ctx: &Ctx, id: Uuid) -> kernel::Result<Import> {
    let import = find_locked(ctx, id).await?;
    let previews = import.task.as_deref() == Some("preview");
    // What is being taken back stops between two pieces, and can be taken back further.
    let runs = matches!(import.status.as_str(), "queued" | "running" | "paused");
    if !runs && !previews {
        return Err(not_running());
    }
    // A preview that is cancelled leaves a file that can be looked at again.
    let sql =
        "update imports set status = case when $3 then status else 'cancelled' end, task = null, reading = null, updated_at = $2,
                   finished_at = case when $3 then finished_at else $2 end where id = $1";
    ctx.tx().run(sql, [id.into(), ctx.now().into(), previews.into()]).await?;
    told(ctx, "import.cancelled", &import, vec![("processed", json!(import.processed))]).await
}

/// Whether somebody may take an import back: it is their own, or they may change all such records. `who`: as they are, not
/// in clear.
pub(super) fn may_undo(ctx: &Ctx, who: &Actor, import: &Import) -> kernel::Result<()> {
    let brings = import.brings()?;
    ctx.require(brings.permission())?;
    sees(who, brings, None)?;
    let is_own = import.actor_id.is_some() && import.actor_id == who.id();
    let reaches_all = |permission: &'static str| who.scope(permission) == Some(Scope::All);
    if is_own || (reaches_all(brings.reads()) && reaches_all(brings.updates())) {
        return Ok(());
    }
    let message = "Only whoever imported this can take it back, or somebody who may change all of these records.";
    Err(DomainError::Forbidden { code: "forbidden", message: message.to_owned() })
}

/// Takes an import back.
pub(super) async fn undo(ctx: &Ctx, who: &Actor, id: Uuid) -> kernel::Result<Import> {
    let import = find_locked(ctx, id).await?;
    may_undo(ctx, who, &import)?;
    match import.status.as_str() {
        "queued" | "running" => {
            return Err(DomainError::conflict("job_running", "This import is being worked on. Wait for its end, or cancel it."));
        }
        _ if import.can_undo() => {}
        _ => return Err(DomainError::conflict("nothing_to_undo", "There is nothing to take back.")),
    }
    let (requested_by, by_key) = requester(ctx)?;
    let job_id = ctx.enqueue(&UndoImport { import: id, requested_by, by_key }).await?;
    let sql = "update imports set status = 'running', task = 'undo', job_id = $2, error = null, updated_at = $3,
                   undone_to = case when undone_to > 0 then undone_to else done_to end where id = $1";
    ctx.tx().run(sql, [id.into(), job_id.into(), ctx.now().into()]).await?;
    told(ctx, "import.undo_started", &import, vec![("created", json!(import.created)), ("updated", json!(import.updated))]).await
}

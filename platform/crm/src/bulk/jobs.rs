//! Large changes: a job works through the pieces, as whoever asked for it.

use std::sync::Arc;

use kernel::event::Event;
use kernel::job::{Job, JobError};
use runtime::db::Mode;
use runtime::failpoint;
use runtime::outbox::JobRun;
use runtime::{Ctx, RequestInfo, Rows as _};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::apply::{Origin, Work, piece, tell};
use super::change::Change;
use super::kind::Kind;
use super::service::PIECE;
use super::undoing;

/// Carries a change out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApplyBulk {
    /// The change.
    pub change: Uuid,
    /// What takes it back.
    pub undo_id: Uuid,
    /// Who asked for it.
    pub requested_by: Uuid,
    /// Whether that is an API key.
    pub by_key: bool,
}

impl Job for ApplyBulk {
    const KIND: &'static str = "bulk.apply";
}

/// Takes a change back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UndoBulk {
    /// The change.
    pub change: Uuid,
    /// Who asked for that.
    pub requested_by: Uuid,
    /// Whether that is an API key.
    pub by_key: bool,
}

impl Job for UndoBulk {
    const KIND: &'static str = "bulk.undo";
}

/// A change as it is kept.
#[derive(FromQueryResult)]
struct Row {
    entity: String,
    change: Json,
    actor_id: Option<Uuid>,
    by_key: bool,
    actor_name: String,
    ip: Option<String>,
    request_id: Option<String>,
    total: i64,
    processed: i64,
    changed: i64,
}

#[derive(FromQueryResult)]
struct Chunk {
    n: i32,
    ids: Vec<Uuid>,
}

/// Begins an operation as whoever asked for the job, with the rights they have by now.
async fn as_requester(run: &JobRun, who: Uuid, is_key: bool, in_clear: bool) -> Result<Ctx, JobError> {
    let actor = run.app.access.absent(&run.tenant, who, is_key).await?;
    let gone = || JobError::Fail("Whoever asked for this may no longer sign in.".to_owned());
    let actor = actor.ok_or_else(gone)?;
    let actor = if in_clear { Arc::new(actor.in_clear()) } else { actor };
    Ok(Ctx::begin(&run.app, &run.tenant, actor, RequestInfo::default(), Mode::Write).await?)
}

/// Tells whoever asked for the job, and nobody else, that it went on.
async fn went_on(ctx: &Ctx, run: &JobRun, who: Uuid) -> kernel::Result<()> {
    ctx.emit(Event::personal("job.progress", run.id, vec![who])).await
}

/// Works through a change, one commit for each piece.
pub async fn apply(run: &JobRun) -> Result<(), JobError> {
    let job: ApplyBulk = run.job()?;
    loop {
        let ctx = as_requester(run, job.requested_by, job.by_key, false).await?;
        let sql = "select entity, change, actor_id, by_key, actor_name, ip, request_id, total, processed, changed
                   from bulk_changes where id = $1";
        let row: Option<Row> = ctx.tx().one(sql, [job.change.into()]).await.map_err(kernel::DomainError::from)?;
        let row = row.ok_or_else(|| JobError::Fail("The change is gone.".to_owned()))?;
        let (work, so_far) = read(job.change, row)?;
        let sql = "select n, ids from bulk_chunks where change_id = $1 and not done order by n limit 1";
        let chunk: Option<Chunk> = ctx.tx().one(sql, [job.change.into()]).await.map_err(kernel::DomainError::from)?;
        let Some(chunk) = chunk else {
            run.progress(&ctx, so_far.progress(job.undo_id)).await?;
            went_on(&ctx, run, job.requested_by).await?;
            run.finish(ctx).await?;
            return Ok(());
        };
        let so_far = step(&ctx, &work, &chunk, so_far).await?;
        run.progress(&ctx, so_far.progress(job.undo_id)).await?;
        went_on(&ctx, run, job.requested_by).await?;
        failpoint::hit("bulk.piece.before");
        if so_far.processed >= so_far.total {
            run.finish(ctx).await?;
            return Ok(());
        }
        ctx.commit().await?;
        failpoint::hit("bulk.piece.after");
    }
}

/// How far a change is.
#[derive(Debug, Clone, Copy)]
struct SoFar {
    total: i64,
    processed: i64,
    changed: i64,
}

impl SoFar {
    fn progress(self, undo_id: Uuid) -> Json {
        let Self { total, processed, changed } = self;
        json!({ "processed": processed, "total": total, "result": { "updated": changed }, "undo_id": undo_id })
    }
}

fn read(id: Uuid, row: Row) -> Result<(Work, SoFar), JobError> {
    let unreadable = |e: serde_json::Error| JobError::Fail(format!("the change can't be read: {e}"));
    let change: Change = serde_json::from_value(row.change).map_err(unreadable)?;
    let kind = Kind::of_word(&row.entity).ok_or_else(|| JobError::Fail("the change is of an unknown kind".to_owned()))?;
    let origin = Origin { id: row.actor_id, name: row.actor_name, ip: row.ip, request_id: row.request_id, is_key: row.by_key };
    let so_far = SoFar { total: row.total, processed: row.processed, changed: row.changed };
    Ok((Work { id, kind, change, origin }, so_far))
}

async fn step(ctx: &Ctx, work: &Work, chunk: &Chunk, so_far: SoFar) -> kernel::Result<SoFar> {
    // It may have been removed since, and must not come back with a record.
    if let Some(status) = &work.change.status {
        super::change::known(ctx, work.kind, status).await?;
    }
    let first = i64::from(chunk.n) * PIECE;
    let done = piece(ctx, work, &chunk.ids, first.unsigned_abs()).await?;
    let sql = "update bulk_chunks set done = true where change_id = $1 and n = $2";
    ctx.tx().run(sql, [work.id.into(), chunk.n.into()]).await?;
    let so_far = SoFar {
        processed: so_far.processed + chunk.ids.len() as i64,
        changed: so_far.changed + done.changed,
        total: so_far.total,
    };
    let sql = "update bulk_changes set processed = $2, changed = $3 where id = $1";
    ctx.tx().run(sql, [work.id.into(), so_far.processed.into(), so_far.changed.into()]).await?;
    tell(ctx, work.kind, work.id, &done).await?;
    Ok(so_far)
}

/// Takes a change back, one commit for each piece.
pub async fn undo(run: &JobRun) -> Result<(), JobError> {
    let job: UndoBulk = run.job()?;
    loop {
        let ctx = as_requester(run, job.requested_by, job.by_key, true).await?;
        let so_far = undoing::step(&ctx, job.change, PIECE).await?;
        let result = json!({ "restored": so_far.restored, "skipped": so_far.skipped });
        run.progress(&ctx, json!({ "processed": so_far.processed(), "total": so_far.total, "result": result })).await?;
        went_on(&ctx, run, job.requested_by).await?;
        if so_far.is_last {
            run.finish(ctx).await?;
            return Ok(());
        }
        ctx.commit().await?;
        failpoint::hit("bulk.piece.after");
    }
}

/// Tells whoever asked for a job that it failed for good; what it did can be taken back.
pub async fn failed(run: &JobRun, _error: &str) -> kernel::Result<()> {
    #[derive(Deserialize)]
    struct Asked {
        requested_by: Uuid,
    }
    let Ok(asked) = run.payload::<Asked>() else { return Ok(()) };
    let ctx = run.ctx("Jobs").await?;
    went_on(&ctx, run, asked.requested_by).await?;
    ctx.commit().await
}

//! The work on an import: looking at a large file, bringing its rows in, taking them back. Each piece is a
//! commit of its own with its mark, so that whatever dies between two, nothing is lost and nothing is twice.

use std::sync::Arc;

use kernel::DomainError;
use kernel::job::{Job, JobError};
use runtime::access::Actor;
use runtime::audit::Change;
use runtime::outbox::JobRun;
use runtime::{Ctx, RequestInfo, Rows as _, failpoint};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::clear::sees;
use super::control::{may_run, may_undo};
use super::entity::{self, Import};
use super::recipe::not_mapped;
use super::staging::{Engine, stage, tell};
use super::undoing;
use super::{brings::Brings, places, run, staff};

/// Rows of one piece.
const PIECE: i64 = 5_000;

/// Rows of one piece of an import. Staff come a few at a time: each piece holds the lock under which access
/// changes, and everybody's permissions are looked at anew after it.
fn piece_of(import: &Import) -> kernel::Result<i64> {
    Ok(if import.brings()? == Brings::Users { staff::PIECE } else { PIECE })
}

macro_rules! job {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Serialize, Deserialize)]
        pub struct $name {
            /// The import.
            pub import: Uuid,
            /// Who asked for it.
            pub requested_by: Uuid,
            /// Whether that is an API key.
            pub by_key: bool,
        }

        impl Job for $name {
            const KIND: &'static str = $kind;
            /// A long one meets more restarts than a short one, and goes on after each.
            const MAX_ATTEMPTS: i32 = 60;
        }
    };
}

job!(
    /// Looks at a large file.
    PreviewImport,
    "imports.preview"
);
job!(
    /// Brings the rows of a file in.
    RunImport,
    "imports.run"
);
job!(
    /// Takes an import back.
    UndoImport,
    "imports.undo"
);

/// What all of them carry.
#[derive(Deserialize)]
struct Asked {
    import: Uuid,
    requested_by: Uuid,
    by_key: bool,
}

/// Who asked, with the rights they have by now: as they are, and in clear.
async fn requester(run: &JobRun, asked: &Asked) -> Result<(Arc<Actor>, Engine), JobError> {
    let actor = run.app.access.absent(&run.tenant, asked.requested_by, asked.by_key).await?;
    let gone = || JobError::Fail("Whoever asked for this may no longer sign in.".to_owned());
    let actor = actor.ok_or_else(gone)?;
    let engine = Engine {
        app: run.app.clone(),
        tenant: run.tenant.clone(),
        actor: Arc::new(actor.in_clear()),
        request: RequestInfo::default(),
    };
    Ok((actor, engine))
}

/// Leaves the place to others and comes again: to wait for one here would hold a place of other jobs.
async fn no_place(run: &JobRun) -> Result<(), JobError> {
    Ok(run.postpone(places::AGAIN).await?)
}

/// Whether the import is still this job's: it may have been paused, cancelled, or given to another.
fn is_ours(import: &Import, run: &JobRun, task: &str) -> bool {
    import.job_id == Some(run.id)
        && import.task.as_deref() == Some(task)
        && matches!(import.status.as_str(), "queued" | "running" | "mapped")
}

/// Takes up an import whose job failed for good and was asked for once more, unless it has gone another way since.
async fn again(run: &JobRun, engine: &Engine, id: Uuid, task: &str) -> kernel::Result<()> {
    let ctx = engine.begin().await?;
    let sql = "update imports set task = $3, error = null, finished_at = null, updated_at = $4, working_since = $4, working_from = processed,
                   status = case $3 when 'preview' then 'mapped' when 'undo' then 'running' else 'queued' end
               where id = $1 and job_id = $2 and task is null and error is not null
                 and case $3 when 'preview' then status = 'mapped' when 'undo' then status = 'failed' and undone_to > 0
                     else status = 'failed' and undone_to = 0 end";
    let values = [id.into(), run.id.into(), task.into(), ctx.now().into()];
    if ctx.tx().run(sql, values).await? == 1 {
        tell(&ctx, &entity::find(&ctx, id).await?).await?;
        ctx.commit().await?;
    }
    Ok(())
}

/// Looks at a large file.
pub async fn preview_job(run: &JobRun) -> Result<(), JobError> {
    let asked: Asked = run.payload()?;
    let Some(_place) = places::take(run.tenant.key) else { return no_place(run).await };
    let (actor, engine) = requester(run, &asked).await?;
    again(run, &engine, asked.import, "preview").await?;
    let ctx = engine.begin().await?;
    let import = entity::find(&ctx, asked.import).await?;
    sees(&actor, import.brings()?, import.mapping()?.as_ref())?;
    if !is_ours(&import, run, "preview") {
        run.finish(ctx).await?;
        return Ok(());
    }
    drop(ctx);
    match stage(&engine, asked.import, Some(run)).await {
        Ok(()) => Ok(()),
        // It is the file's fault, and told there.
        Err(DomainError::Invalid { message, .. } | DomainError::Gone { message, .. }) => {
            let ctx = engine.begin().await?;
            let sql = "update imports set task = null, error = $2, updated_at = $3 where id = $1";
            ctx.tx().run(sql, [asked.import.into(), message.into(), ctx.now().into()]).await.map_err(DomainError::from)?;
            tell(&ctx, &import).await?;
            run.finish(ctx).await?;
            Ok(())
        }
        // Cancelled, or another preview began.
        Err(DomainError::Conflict { code: "read_anew", .. }) => {
            run.finish(engine.begin().await?).await?;
            Ok(())
        }
        Err(other) => Err(other.into()),
    }
}

/// Brings the rows of a file in.
pub async fn run_job(run: &JobRun) -> Result<(), JobError> {
    let asked: Asked = run.payload()?;
    let Some(place) = places::take(run.tenant.key) else { return no_place(run).await };
    again(run, &requester(run, &asked).await?.1, asked.import, "import").await?;
    loop {
        let (actor, engine) = requester(run, &asked).await?;
        let ctx = engine.begin().await?;
        ctx.tx().run("select set_config('statement_timeout', '300000', true)", []).await.map_err(DomainError::from)?;
        let import = entity::find(&ctx, asked.import).await?;
        if !is_ours(&import, run, "import") {
            run.finish(ctx).await?;
            return Ok(());
        }
        may_run(&ctx, &actor, &import)?;
        let last = step(&ctx, &import).await?;
        let now = entity::find(&ctx, import.id).await?;
        run.progress(&ctx, progress(&now)).await?;
        tell(&ctx, &import).await?;
        failpoint::hit("imports.piece.before");
        if last {
            run.finish(ctx).await?;
            failpoint::hit("imports.done");
            return Ok(());
        }
        ctx.commit().await?;
        failpoint::hit("imports.piece.after");
        if place.is_wanted() {
            return no_place(run).await;
        }
    }
}

fn progress(import: &Import) -> Json {
    let Import { created, updated, skipped, .. } = import;
    let failed = import.processed - created - updated - skipped;
    json!({
        "processed": import.processed, "total": import.total, "import": import.id,
        "result": { "created": created, "updated": updated, "skipped": skipped, "failed": failed },
    })
}

/// Works on the next piece; says whether it was the last.
async fn step(ctx: &Ctx, import: &Import) -> kernel::Result<bool> {
    let mapping = import.mapping()?.ok_or_else(not_mapped)?;
    let from = import.done_to;
    let sql = "select max(n) from (select n from import_rows where import_id = $1 and n > $2 order by n limit $3) q";
    let to: Option<Option<i32>> = ctx.tx().scalar(sql, [import.id.into(), from.into(), piece_of(import)?.into()]).await?;
    let Some(to) = to.flatten() else {
        finish(ctx, import, from).await?;
        return Ok(true);
    };
    let done = run::chunk(ctx, import, &mapping, from, to).await?;
    // Not ours any more if somebody paused or cancelled it meanwhile, or another worker was faster.
    let sql = "update imports set status = 'running', done_to = $3, processed = processed + $4, created = created + $5, updated = updated + $6,
                   skipped = skipped + $7, review = review + $8, updated_at = $9
               where id = $1 and done_to = $2 and task = 'import' and status in ('queued', 'running') and job_id = $10";
    let moved = ctx
        .tx()
        .run(
            sql,
            [
                import.id.into(),
                from.into(),
                to.into(),
                done.rows.into(),
                done.created.into(),
                done.updated.into(),
                done.skipped.into(),
                done.review.into(),
                ctx.now().into(),
                import.job_id.into(),
            ],
        )
        .await?;
    if moved != 1 {
        return Err(DomainError::unavailable("import_moved", "The import was paused, cancelled or taken over."));
    }
    if import.processed + done.rows >= import.total {
        let now = entity::find(ctx, import.id).await?;
        finish(ctx, &now, to).await?;
        return Ok(true);
    }
    Ok(false)
}

async fn finish(ctx: &Ctx, import: &Import, to: i32) -> kernel::Result<()> {
    let sql = "update imports set status = 'done', task = null, done_to = $2, finished_at = $3, updated_at = $3 where id = $1";
    ctx.tx().run(sql, [import.id.into(), to.into(), ctx.now().into()]).await?;
    let told = |field: &str, new: i64| Change { field: field.to_owned(), old: Json::Null, new: new.into() };
    let failed = import.processed - import.created - import.updated - import.skipped;
    let lines = vec![
        told("total", import.total),
        told("created", import.created),
        told("updated", import.updated),
        told("skipped", import.skipped),
        told("failed", failed),
    ];
    ctx.audit("import.finished", "import", Some(import.id), lines).await
}

/// Takes an import back.
pub async fn undo_job(run: &JobRun) -> Result<(), JobError> {
    let asked: Asked = run.payload()?;
    let Some(place) = places::take(run.tenant.key) else { return no_place(run).await };
    again(run, &requester(run, &asked).await?.1, asked.import, "undo").await?;
    loop {
        let (actor, engine) = requester(run, &asked).await?;
        let ctx = engine.begin().await?;
        ctx.tx().run("select set_config('statement_timeout', '300000', true)", []).await.map_err(DomainError::from)?;
        let import = entity::find(&ctx, asked.import).await?;
        if !is_ours(&import, run, "undo") {
            run.finish(ctx).await?;
            return Ok(());
        }
        may_undo(&ctx, &actor, &import)?;
        let last = undo_step(&ctx, &import).await?;
        let now = entity::find(&ctx, import.id).await?;
        let total = import.created + import.updated;
        let result = json!({ "restored": now.restored, "kept": now.kept });
        run.progress(
            &ctx,
            json!({ "processed": now.restored + now.kept, "total": total, "import": import.id, "result": result }),
        )
        .await?;
        tell(&ctx, &import).await?;
        failpoint::hit("imports.undo.before");
        if last {
            run.finish(ctx).await?;
            return Ok(());
        }
        ctx.commit().await?;
        failpoint::hit("imports.undo.after");
        if place.is_wanted() {
            return no_place(run).await;
        }
    }
}

/// Takes the next piece back; says whether it was the last.
async fn undo_step(ctx: &Ctx, import: &Import) -> kernel::Result<bool> {
    let to = import.undone_to;
    let sql = "select min(n) from (select n from import_rows where import_id = $1 and n <= $2 order by n desc limit $3) q";
    let first: Option<Option<i32>> = ctx.tx().scalar(sql, [import.id.into(), to.into(), piece_of(import)?.into()]).await?;
    let Some(from) = first.flatten().map(|n| n - 1) else {
        undoing::sweep_made(ctx, import).await?;
        let sql = "update imports set status = 'undone', task = null, undone_to = 0, review = 0, undone_at = $2, updated_at = $2 where id = $1";
        ctx.tx().run(sql, [import.id.into(), ctx.now().into()]).await?;
        let told = |field: &str, new: i64| Change { field: field.to_owned(), old: Json::Null, new: new.into() };
        ctx.audit("import.undone", "import", Some(import.id), vec![told("restored", import.restored), told("kept", import.kept)])
            .await?;
        return Ok(true);
    };
    let done = undoing::piece(ctx, import, from, to).await?;
    let sql = "update imports set undone_to = $3, restored = restored + $4, kept = kept + $5, updated_at = $6
               where id = $1 and undone_to = $2 and task = 'undo' and job_id = $7";
    let values = [
        import.id.into(),
        to.into(),
        from.into(),
        done.restored.into(),
        done.kept.into(),
        ctx.now().into(),
        import.job_id.into(),
    ];
    if ctx.tx().run(sql, values).await? != 1 {
        return Err(DomainError::unavailable("import_moved", "The import was taken over."));
    }
    Ok(false)
}

/// Says at the import that its job failed for good; what it did can be taken back.
pub async fn failed(run: &JobRun, error: &str) -> kernel::Result<()> {
    let Ok(asked) = run.payload::<Asked>() else { return Ok(()) };
    let ctx = run.ctx("Jobs").await?;
    // Values of rows must not stand in it.
    let error: String = error.chars().take(300).collect();
    let sql = "update imports set status = case when task = 'preview' then status else 'failed' end, task = null, error = $3, updated_at = $4,
                   finished_at = $4 where id = $1 and job_id = $2 and task is not null";
    ctx.tx().run(sql, [asked.import.into(), run.id.into(), error.into(), ctx.now().into()]).await?;
    if let Ok(import) = entity::find(&ctx, asked.import).await {
        tell(&ctx, &import).await?;
    }
    ctx.commit().await
}

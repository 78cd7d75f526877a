//! The job that makes a file, as whoever asked for it, with the rights they have by now.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use kernel::event::Event;
use kernel::job::{Job, JobError};
use kernel::ports::PartUpload;
use runtime::access::Actor;
use runtime::audit::Change;
use runtime::db::Mode;
use runtime::failpoint;
use runtime::outbox::JobRun;
use runtime::{Ctx, RequestInfo, Rows as _};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use tokio::sync::Semaphore;
use tokio::time::MissedTickBehavior;
use uuid::Uuid;

use super::entity::folder;
use super::headings::Language;
use super::letter::{self, About};
use super::pump::{Fault, Made, Shape, pump};
use super::service::{content_type, progress};
use super::source::{Entity, Source, Wanted, in_files};

/// Files that one process makes at the same time: each holds a connection and a snapshot meanwhile.
const AT_ONCE: usize = 2;
static PLACES: Semaphore = Semaphore::const_new(AT_ONCE);
/// Seconds after which a job that found no place is looked at again.
const AGAIN: u32 = 1;
/// How often is told how far it is, and looked whether it was cancelled.
const TELL_EVERY: Duration = Duration::from_secs(1);
/// Days that a file is kept.
const KEEP: i64 = 7;

/// Makes the file of an export.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunExport {
    /// The export.
    pub export: Uuid,
    /// Who asked for it.
    pub requested_by: Uuid,
    /// Whether that is an API key.
    pub by_key: bool,
}

impl Job for RunExport {
    const KIND: &'static str = "exports.run";
    const MAX_ATTEMPTS: i32 = 4;
}

/// An export as its job needs it.
#[derive(FromQueryResult)]
struct Row {
    entity: String,
    format: String,
    filter: Json,
    filter_words: String,
    sort: Option<String>,
    columns: Option<Vec<String>>,
    ids: Option<Vec<Uuid>>,
    left_out: Option<Vec<Uuid>>,
    language: String,
    raw: bool,
    mail: bool,
    total: i64,
    ip: Option<String>,
    request_id: Option<String>,
    upload_key: Option<String>,
    upload_id: Option<String>,
    created_at: DateTime<Utc>,
}

/// Makes the file.
pub async fn run(run: &JobRun) -> Result<(), JobError> {
    let job: RunExport = run.job()?;
    let Ok(_place) = PLACES.try_acquire() else {
        // To wait here would hold a place of other jobs.
        run.postpone(AGAIN).await?;
        return Ok(());
    };
    let Some(row) = begin(run, &job).await? else { return Ok(()) };
    match carry_out(run, &job, &row).await {
        Ok(()) => Ok(()),
        Err(Fault { code, error }) => {
            if code != "job_lost" {
                note(run, &job, code).await?;
            }
            Err(error)
        }
    }
}

/// Marks the export as begun. `None` if there is nothing left to do for it.
async fn begin(run: &JobRun, job: &RunExport) -> Result<Option<Row>, JobError> {
    let ctx = run.ctx("Exports").await?;
    // The job of one that failed may be run again from the jobs page.
    let sql = "update exports set status = 'running', started_at = coalesce(started_at, $3), row_count = 0, error = null
               where id = $1 and job_id = $2 and deleted_at is null and status in ('queued', 'running', 'failed')
               returning entity, format, filter, filter_words, sort, columns, ids, left_out, language, raw, mail, total, ip, request_id, upload_key, upload_id, created_at";
    let row: Option<Row> =
        ctx.tx().one(sql, [job.export.into(), run.id.into(), ctx.now().into()]).await.map_err(kernel::DomainError::from)?;
    let Some(row) = row else { return Ok(None) };
    run.progress(&ctx, progress(0, row.total)).await?;
    tell(&ctx, run, job, "export.progress").await?;
    ctx.commit().await?;
    // What an attempt before this one left in the store is nobody's.
    if let (Some(key), Some(id)) = (&row.upload_key, &row.upload_id)
        && let Err(error) = run.app.files.give_up_parts(key, id).await
    {
        tracing::debug!(%error, "a half-written export stays in the store for now");
    }
    Ok(Some(row))
}

/// Tells whoever asked for it, and nobody else.
async fn tell(ctx: &Ctx, run: &JobRun, job: &RunExport, event: &str) -> kernel::Result<()> {
    ctx.emit(Event::personal("job.progress", run.id, vec![job.requested_by])).await?;
    ctx.emit(Event::personal(event, job.export, vec![job.requested_by])).await
}

/// Keeps why an attempt failed.
async fn note(run: &JobRun, job: &RunExport, code: &str) -> kernel::Result<()> {
    let ctx = run.ctx("Exports").await?;
    ctx.tx().run("update exports set error = $2 where id = $1", [job.export.into(), code.into()]).await?;
    ctx.commit().await
}

async fn carry_out(run: &JobRun, job: &RunExport, row: &Row) -> Result<(), Fault> {
    let actor = run.app.access.absent(&run.tenant, job.requested_by, job.by_key).await?;
    let actor = actor.ok_or_else(|| Fault::new("forbidden", "Whoever asked for this may no longer sign in."))?;
    let key = format!("{}{}-{}.{}", folder(run.tenant.key, job.export), run.id.simple(), run.attempt, row.format);
    let mut upload = run.app.files.begin_parts(&key, content_type(&row.format)).await?;
    match make(run, job, row, &actor, &key, upload.as_mut()).await {
        Ok((made, masked)) => {
            upload.complete().await?;
            failpoint::hit("exports.complete");
            finish(run, job, row, &actor, &key, &made, masked).await?;
            Ok(())
        }
        Err(fault) => {
            let id = upload.id().to_owned();
            if let Err(error) = run.app.files.give_up_parts(&key, &id).await {
                tracing::debug!(%error, "a half-written export stays in the store for now");
            }
            Err(fault)
        }
    }
}

/// Writes all rows of one snapshot; the object waits to be completed.
async fn make(
    run: &JobRun,
    job: &RunExport,
    row: &Row,
    actor: &Arc<Actor>,
    key: &str,
    upload: &mut dyn PartUpload,
) -> Result<(Made, Vec<String>), Fault> {
    let ctx = run.ctx("Exports").await?;
    let sql = "update exports set upload_key = $2, upload_id = $3 where id = $1";
    ctx.tx().run(sql, [job.export.into(), key.into(), upload.id().into()]).await?;
    run.progress(&ctx, progress(0, row.total)).await?;
    ctx.commit().await?;
    let wanted = wanted(row)?;
    let (ctx, source) = open(run, actor, &wanted).await?;
    let written = Arc::new(AtomicU64::new(0));
    let shape = Shape { format: &row.format, name: wanted.entity.title(wanted.language) };
    let mut work = std::pin::pin!(pump(&ctx, &source, shape, upload, written.clone()));
    let mut ticks = tokio::time::interval_at(tokio::time::Instant::now() + TELL_EVERY, TELL_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let made = loop {
        tokio::select! {
            made = &mut work => break made?,
            // Fails if the job was cancelled or is another attempt's by now: nothing goes on after that.
            _ = ticks.tick() => went_on(run, job, row, written.load(Ordering::Relaxed)).await?,
        }
    };
    failpoint::hit("exports.written");
    if source.count(&ctx).await? != made.rows {
        return Err(Fault::new("count_differs", "the file does not have as many rows as the query counts"));
    }
    Ok((made, source.columns.masked.clone()))
}

fn wanted(row: &Row) -> Result<Wanted, Fault> {
    let entity = Entity::parse(&row.entity).ok_or_else(|| Fault::new("internal", "an export of an unknown kind"))?;
    let filter: Map<String, Json> = row.filter.as_object().cloned().unwrap_or_default();
    Ok(Wanted {
        entity,
        filter,
        ids: row.ids.clone(),
        left_out: row.left_out.clone(),
        sort: row.sort.clone(),
        columns: row.columns.clone(),
        language: Language::parse(&row.language).unwrap_or(Language::En),
        raw: row.raw,
    })
}

/// The snapshot, and the query in it. It is read under the database role of what the file shows; where the
/// filter or the order asks for what its maker sees in clear but may not take along, under their own.
async fn open(run: &JobRun, actor: &Arc<Actor>, wanted: &Wanted) -> kernel::Result<(Ctx, Source)> {
    let seen = Arc::new(in_files(actor));
    if !wanted.looks_for_words() {
        let ctx = snapshot(run, &seen).await?;
        match Source::of(&ctx, &seen, wanted).await {
            Err(error) if error.code() == "field_masked" => {}
            found => return Ok((ctx, found?)),
        }
    }
    let ctx = snapshot(run, actor).await?;
    let source = Source::of(&ctx, &seen, wanted).await?;
    Ok((ctx, source))
}

async fn snapshot(run: &JobRun, actor: &Arc<Actor>) -> kernel::Result<Ctx> {
    let ctx = Ctx::begin(&run.app, &run.tenant, actor.clone(), RequestInfo::default(), Mode::Snapshot).await?;
    // The store sets the pace of the one long statement. Compiling it would take longer than its first rows.
    let sql = "select set_config('statement_timeout', '7200000', true), set_config('jit', 'off', true),
                   set_config('plan_cache_mode', 'force_custom_plan', true), set_config('TimeZone', 'UTC', true),
                   set_config('DateStyle', 'ISO', true)";
    ctx.tx().run(sql, []).await?;
    Ok(ctx)
}

async fn went_on(run: &JobRun, job: &RunExport, row: &Row, rows: u64) -> kernel::Result<()> {
    let ctx = run.ctx("Exports").await?;
    let count = i64::try_from(rows).unwrap_or(i64::MAX);
    ctx.tx().run("update exports set row_count = $2 where id = $1", [job.export.into(), count.into()]).await?;
    run.progress(&ctx, progress(rows, row.total)).await?;
    tell(&ctx, run, job, "export.progress").await?;
    ctx.commit().await
}

/// Hands the file over, with its line in the audit log.
async fn finish(
    run: &JobRun,
    job: &RunExport,
    row: &Row,
    actor: &Arc<Actor>,
    key: &str,
    made: &Made,
    masked: Vec<String>,
) -> kernel::Result<()> {
    let request = RequestInfo { id: row.request_id.clone().unwrap_or_default(), ip: row.ip.clone(), ..RequestInfo::default() };
    let ctx = Ctx::begin(&run.app, &run.tenant, Arc::new(actor.in_clear()), request, Mode::Write).await?;
    let rows = i64::try_from(made.rows).unwrap_or(i64::MAX);
    // By the clock of the process, which has gone on as long as the work took.
    let since = Instant::now().duration_since(made.first);
    let first = (ctx.now() - row.created_at).to_std().unwrap_or_default().saturating_sub(since);
    let sql = "update exports set status = 'done', row_count = $2, bytes = $3, sha256 = $4, masked = $5, first_byte_ms = $6,
                   object_key = $7, upload_key = null, upload_id = null, policy = $8, error = null, finished_at = $9,
                   expires_at = $9 + make_interval(days => $10)
               where id = $1 and deleted_at is null";
    let values = [
        job.export.into(),
        rows.into(),
        i64::try_from(made.bytes).unwrap_or(i64::MAX).into(),
        made.sha256.clone().into(),
        masked.clone().into(),
        i32::try_from(first.as_millis()).unwrap_or(i32::MAX).into(),
        key.into(),
        actor.policy().into(),
        ctx.now().into(),
        i32::try_from(KEEP).unwrap_or(7).into(),
    ];
    ctx.tx().run(sql, values).await?;
    let told = |field: &str, new: Json| Change { field: field.to_owned(), old: Json::Null, new };
    let lines = vec![
        told("entity", row.entity.clone().into()),
        told("format", row.format.clone().into()),
        told("filter", row.filter_words.clone().into()),
        told("count", rows.into()),
        told("sha256", made.sha256.clone().into()),
        told("masked", json!(masked)),
    ];
    ctx.audit("export.finished", "export", Some(job.export), lines).await?;
    tell(&ctx, run, job, "export.ready").await?;
    if row.mail {
        letter::ready(&ctx, &About { to: job.requested_by, entity: &row.entity, format: &row.format }, made.rows, KEEP).await?;
    }
    let result = json!({ "processed": rows, "total": rows, "result": { "export_id": job.export, "rows": rows } });
    run.progress(&ctx, result).await?;
    run.finish(ctx).await
}

/// Tells whoever asked for a file that there will be none.
pub async fn failed(run: &JobRun, _error: &str) -> kernel::Result<()> {
    let Ok(job) = run.job::<RunExport>() else { return Ok(()) };
    let ctx = run.ctx("Exports").await?;
    #[derive(FromQueryResult)]
    struct Failed {
        entity: String,
        format: String,
        mail: bool,
        error: String,
    }
    let sql = "update exports set status = 'failed', error = coalesce(error, 'internal'), finished_at = $2
               where id = $1 and deleted_at is null and status in ('queued', 'running') returning entity, format, mail, error";
    let failed: Option<Failed> = ctx.tx().one(sql, [job.export.into(), ctx.now().into()]).await?;
    if let Some(Failed { entity, format, mail, error }) = failed {
        if mail {
            letter::failed(&ctx, &About { to: job.requested_by, entity: &entity, format: &format }).await?;
        }
        let told = |field: &str, new: String| Change { field: field.to_owned(), old: Json::Null, new: new.into() };
        ctx.audit("export.failed", "export", Some(job.export), vec![told("entity", entity), told("error", error)]).await?;
    }
    tell(&ctx, run, &job, "export.failed").await?;
    ctx.commit().await
}

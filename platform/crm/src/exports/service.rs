//! Asking for a file, following it, getting it, and being rid of it.

use std::time::Duration;

use kernel::DomainError;
use kernel::event::Event;
use kernel::paging::{Page, Paging};
use kernel::ports::DownloadTerms;
use kernel::validate::Checker;
use runtime::app::SharedApp;
use runtime::audit::Change;
use runtime::list::{self, Sort};
use runtime::{Ctx, Rows as _};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::entity::{Export, MANAGE, SORTS, STOPPED, find, folder, require_any, visible_to};
use super::http::ExportIn;
use super::jobs::RunExport;
use super::source::{Source, Wanted, in_files};

/// Exports that somebody may have on their way at once.
const MOST_AT_ONCE: i64 = 3;
/// How long a link to a file lives.
pub(super) const LINK: Duration = Duration::from_secs(300);

fn told(field: &str, new: impl Into<Json>) -> Change {
    Change { field: field.to_owned(), old: Json::Null, new: new.into() }
}

/// Asks for a file: a job makes it.
pub(super) async fn request(ctx: &Ctx, input: ExportIn) -> kernel::Result<Export> {
    require_any(ctx)?;
    let mut c = Checker::new();
    let format = c.required("format", input.format.as_deref(), 10);
    if !format.is_empty() && !["csv", "xlsx"].contains(&format.as_str()) {
        c.add("format", "must be csv or xlsx");
    }
    let mail = input.mail.unwrap_or(false);
    if mail && ctx.actor().key.is_some() {
        c.add("mail", "can't be had by an API key");
    }
    let wanted = Wanted::read(ctx, &mut c, input);
    if let Some(wanted) = &wanted {
        wanted.entity.scope(ctx)?;
    }
    c.finish()?;
    let wanted = wanted.ok_or_else(|| DomainError::internal("a faulty request was found without fault"))?;
    let source = Source::of(ctx, &in_files(ctx.actor()), &wanted).await?;
    let (total, is_estimate) = source.total(ctx, wanted.entity).await?;
    let who = ctx.actor().id().ok_or_else(|| DomainError::internal("an export without an actor"))?;
    room(ctx, who).await?;
    let (id, by_key) = (Uuid::now_v7(), ctx.actor().key.is_some());
    let job_id = ctx.enqueue(&RunExport { export: id, requested_by: who, by_key }).await?;
    let (actor, request) = (ctx.actor(), ctx.request());
    ctx.tx()
        .run(
            "insert into exports (id, entity, format, filter, filter_words, sort, columns, requested_by, by_key, requester_name, ip,
                 request_id, job_id, total, total_is_estimate, masked, created_at, ids, left_out, language, raw, mail)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
            [
                id.into(),
                wanted.entity.word().into(),
                format.clone().into(),
                Json::Object(wanted.filter.clone()).into(),
                wanted.in_words().into(),
                wanted.sort.clone().into(),
                wanted.columns.clone().into(),
                who.into(),
                by_key.into(),
                actor.name.clone().into(),
                request.ip.clone().into(),
                (!request.id.is_empty()).then(|| request.id.clone()).into(),
                job_id.into(),
                i64::try_from(total).unwrap_or(i64::MAX).into(),
                is_estimate.into(),
                source.columns.masked.clone().into(),
                ctx.now().into(),
                wanted.ids.clone().into(),
                wanted.left_out.clone().into(),
                wanted.language.tag().into(),
                wanted.raw.into(),
                mail.into(),
            ],
        )
        .await?;
    let mut lines = vec![
        told("entity", wanted.entity.word()),
        told("format", format),
        told("filter", wanted.in_words()),
        told("count", total),
        told("masked", source.columns.masked),
    ];
    if let Some(columns) = wanted.columns {
        lines.push(told("columns", columns));
    }
    ctx.audit("export.created", "export", Some(id), lines).await?;
    ctx.emit(Event::personal("export.progress", id, vec![who])).await?;
    find(ctx, id).await
}

/// Fails if somebody has as many on their way as they may. Whoever asks twice at once waits here.
async fn room(ctx: &Ctx, who: Uuid) -> kernel::Result<()> {
    ctx.tx().run("select pg_advisory_xact_lock(7320, hashtext($1))", [who.to_string().into()]).await?;
    let sql = format!(
        "select count(*) from exports e left join control.outbox o on o.id = e.job_id and o.tenant_key = $2
         where e.requested_by = $1 and e.status in ('queued', 'running') and e.deleted_at is null
             and not {STOPPED} and coalesce(o.state, '') <> 'dead'"
    );
    let open: i64 = one(ctx, sql, who).await?;
    if open >= MOST_AT_ONCE {
        return Err(DomainError::Limited {
            code: "too_many_exports",
            message: format!("{MOST_AT_ONCE} of your exports are still on their way. Wait for one of them, or cancel it."),
            retry_after: 10,
        });
    }
    Ok(())
}

async fn one(ctx: &Ctx, sql: String, who: Uuid) -> kernel::Result<i64> {
    use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [who.into(), ctx.tenant().key.0.into()]);
    let row = ctx.tx().query_one_raw(statement).await.map_err(runtime::db::DbError)?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose().map_err(runtime::db::DbError)?.unwrap_or(0))
}

/// A page of exports, newest first.
pub(super) async fn page(ctx: &Ctx, paging: &Paging) -> kernel::Result<Page<Export>> {
    list::page(ctx, "export", &visible_to(ctx)?, Sort::parse(None, SORTS)?, paging).await
}

/// One, and the link to its file.
pub(super) async fn get(ctx: &Ctx, id: Uuid) -> kernel::Result<(Export, Option<DownloadTerms>)> {
    let export = find(ctx, id).await?;
    let terms = trace(ctx, &export).await?;
    Ok((export, terms))
}

/// Begins a link to the file, if there is one to be had: who gets it has left a trace before. A link that
/// is still good is the same download.
async fn trace(ctx: &Ctx, export: &Export) -> kernel::Result<Option<DownloadTerms>> {
    let Some(key) = export.object_key.clone().filter(|_| export.state() == "done" && export.withheld(ctx).is_none()) else {
        return Ok(None);
    };
    if export.linked_at.is_none_or(|at| at + LINK <= ctx.now()) {
        let sql = "update exports set downloads = downloads + 1, linked_at = $2 where id = $1";
        ctx.tx().run(sql, [export.id.into(), ctx.now().into()]).await?;
        let lines =
            vec![told("entity", export.entity.clone()), told("count", export.row_count), told("sha256", export.sha256.clone())];
        ctx.audit("export.downloaded", "export", Some(export.id), lines).await?;
    }
    let (content_type, name) = (content_type(&export.format), file_name(ctx, export));
    let disposition = format!("attachment; filename=\"{name}\"");
    Ok(Some(DownloadTerms { key, content_type: content_type.to_owned(), disposition, valid: LINK }))
}

pub(super) fn content_type(format: &str) -> &'static str {
    match format {
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "text/csv; charset=utf-8",
    }
}

fn file_name(ctx: &Ctx, export: &Export) -> String {
    let day = export.created_at.format("%Y-%m-%d");
    format!("{}-{}-{day}.{}", ctx.tenant().slug, export.entity, export.format)
}

/// One that the actor may change: their own, or any with the permission.
async fn theirs(ctx: &Ctx, id: Uuid) -> kernel::Result<Export> {
    let export = find(ctx, id).await?;
    if !export.is_of(ctx) {
        ctx.require(MANAGE)?;
    }
    Ok(export)
}

async fn tell(ctx: &Ctx, export: &Export) -> kernel::Result<()> {
    if let Some(job) = export.job_id {
        ctx.emit(Event::personal("job.progress", job, vec![export.requested_by])).await?;
    }
    ctx.emit(Event::personal("export.progress", export.id, vec![export.requested_by])).await
}

/// Stops one that is on its way; nothing of it stays.
pub(super) async fn cancel(ctx: &Ctx, id: Uuid) -> kernel::Result<Export> {
    let export = theirs(ctx, id).await?;
    if export.has_ended() {
        return Err(DomainError::conflict("export_ended", "This export has ended already."));
    }
    if let Some(job) = export.job_id {
        access::jobs::stop(ctx, job).await?;
    }
    let sql = "update exports set status = 'cancelled', finished_at = $2 where id = $1 and status in ('queued', 'running')";
    ctx.tx().run(sql, [id.into(), ctx.now().into()]).await?;
    ctx.audit("export.cancelled", "export", Some(id), vec![told("entity", export.entity.clone())]).await?;
    tell(ctx, &export).await?;
    find(ctx, id).await
}

/// Asks anew for one that failed or was cancelled.
pub(super) async fn retry(ctx: &Ctx, id: Uuid) -> kernel::Result<Export> {
    let export = find(ctx, id).await?;
    // It is made with the rights of whoever asked for it.
    if !export.is_of(ctx) {
        return Err(DomainError::not_found("Export"));
    }
    if let Some(entity) = super::source::Entity::parse(&export.entity) {
        entity.scope(ctx)?;
    }
    if !matches!(export.state(), "failed" | "cancelled") {
        return Err(DomainError::conflict(
            "export_not_failed",
            "Only an export that failed or was cancelled can be tried again.",
        ));
    }
    room(ctx, export.requested_by).await?;
    let by_key = ctx.actor().key.is_some();
    let job_id = ctx.enqueue(&RunExport { export: id, requested_by: export.requested_by, by_key }).await?;
    let sql = "update exports set status = 'queued', job_id = $2, error = null, finished_at = null where id = $1";
    ctx.tx().run(sql, [id.into(), job_id.into()]).await?;
    ctx.audit("export.retried", "export", Some(id), vec![told("entity", export.entity.clone())]).await?;
    tell(ctx, &export).await?;
    find(ctx, id).await
}

/// Deletes one, and its file once that is committed: [`remove_file`].
pub(super) async fn delete(ctx: &Ctx, id: Uuid) -> kernel::Result<()> {
    let export = theirs(ctx, id).await?;
    if !export.has_ended()
        && let Some(job) = export.job_id
    {
        access::jobs::stop(ctx, job).await?;
    }
    ctx.tx().run("update exports set deleted_at = $2 where id = $1", [id.into(), ctx.now().into()]).await?;
    ctx.audit(
        "export.deleted",
        "export",
        Some(id),
        vec![told("entity", export.entity.clone()), told("sha256", export.sha256.clone())],
    )
    .await?;
    tell(ctx, &export).await
}

/// Removes the file of a deleted export. If the store is away, the sweep does it later.
pub(super) async fn remove_file(app: &SharedApp, tenant: kernel::tenant::TenantKey, id: Uuid) {
    if let Err(error) = app.files.delete_prefix(&folder(tenant, id)).await {
        tracing::warn!(%id, %error, "the file of a deleted export stays until the next sweep");
    }
}

/// The places of progress in a job's row.
pub(super) fn progress(processed: u64, total: i64) -> Json {
    json!({ "processed": processed, "total": total.unsigned_abs().max(processed) })
}

//! `/exports`.

use chrono::{DateTime, Utc};
use kernel::paging::Paging;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::db::Mode;
use runtime::http::{Accepted, ApiResult, ListOut, NoContent, Staff};
use runtime::{Ctx, RequestInfo};
use uuid::Uuid;

use super::entity::Export;
use super::service;

/// A list that is wanted as a file.
#[derive(Debug, Clone, Default, Object)]
pub struct ExportIn {
    /// `clients`, `leads`, `contacts`, `opportunities`, `deals`, `activities`, `users` or `audit`. Required.
    pub entity: Option<String>,
    /// `csv` or `xlsx`. Required.
    pub format: Option<String>,
    /// All that the list shows under this filter: an object with the names of the list's query parameters.
    pub filter: Option<serde_json::Value>,
    /// Ids of records that were chosen one by one, at most 10,000; no filter goes with it.
    pub ids: Option<Vec<Uuid>>,
    /// Ids of records to leave out of all that the filter means, at most 10,000.
    pub except: Option<Vec<Uuid>>,
    /// As in the list's `sort`; without it rows come in no certain order.
    pub sort: Option<String>,
    /// Names of columns in their order, as in saved views (`custom.<key>` for the tenant's own fields);
    /// without it all that the caller may see.
    pub columns: Option<Vec<String>>,
    /// Of headings and statuses: `en` or `ar`; the tenant's without it.
    pub language: Option<String>,
    /// Whether headings and statuses are the API's keys instead of words; so it is for API keys unless they
    /// say otherwise.
    pub raw: Option<bool>,
    /// Whether the caller gets a mail once it is ready, or has failed. It leads to the list of exports.
    pub mail: Option<bool>,
}

/// A list as a file.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ExportOut {
    /// Id.
    pub id: Uuid,
    /// `clients`, `leads`, `contacts`, `opportunities`, `deals`, `activities`, `users` or `audit`.
    pub entity: String,
    /// `csv` or `xlsx`.
    pub format: String,
    /// `queued`, `running`, `done`, `failed` or `cancelled`.
    pub status: String,
    /// The filter in words, without what somebody searched for; `*` for everything.
    pub filter: String,
    /// As it was asked for.
    pub sort: Option<String>,
    /// As they were asked for; absent for all.
    pub columns: Option<Vec<String>>,
    /// Of headings and statuses.
    pub language: String,
    /// Whether headings and statuses are the API's keys.
    pub raw: bool,
    /// Whether a mail is sent when it is ready, or has failed.
    pub mail: bool,
    /// Rows in the file; while it is made, those that are in it by now.
    pub rows: i64,
    /// Rows when it was asked for, to tell how far it is.
    pub total: i64,
    /// Whether `total` is an estimate.
    pub total_is_estimate: bool,
    /// Length of the file in bytes.
    pub bytes: Option<i64>,
    /// SHA-256 of the file, lower-case hexadecimal.
    pub sha256: Option<String>,
    /// Fields that are masked in the file.
    pub masked: Vec<String>,
    /// Milliseconds from the request to the first bytes of the file.
    pub first_byte_ms: Option<i32>,
    /// Why it failed, e.g. `forbidden` when the caller's role no longer allows it, `field_masked`,
    /// `cell_too_long` (XLSX only), `count_differs`, `store_unavailable`.
    pub error: Option<String>,
    /// The job that makes it: `GET /jobs/{id}`.
    pub job_id: Option<Uuid>,
    /// Who asked for it.
    pub requested_by: Uuid,
    /// Their name.
    pub requested_by_name: String,
    /// Whether that is the caller; only they can have the file.
    pub own: bool,
    /// How many links to the file were given out.
    pub downloads: i32,
    /// Why there is no link although the file was made: `expired`, `not_yours`, or `access_changed` when the
    /// caller may see less, or something else, than when it was made.
    pub withheld: Option<String>,
    /// Where the file is, in the answer to a request for this one export; the link lives for five minutes.
    pub download_url: Option<String>,
    /// When the link stops working.
    pub link_expires_at: Option<DateTime<Utc>>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When the work began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// When the file is removed.
    pub expires_at: Option<DateTime<Utc>>,
}

impl ExportOut {
    fn of(ctx: &Ctx, e: Export) -> Self {
        Self {
            status: e.state().to_owned(),
            own: e.is_of(ctx),
            withheld: e.withheld(ctx).map(str::to_owned),
            id: e.id,
            entity: e.entity,
            format: e.format,
            filter: e.filter_words,
            sort: e.sort,
            columns: e.columns,
            language: e.language,
            raw: e.raw,
            mail: e.mail,
            rows: e.row_count,
            total: e.total,
            total_is_estimate: e.total_is_estimate,
            bytes: e.bytes,
            sha256: e.sha256,
            masked: e.masked,
            first_byte_ms: e.first_byte_ms,
            error: e.error,
            job_id: e.job_id,
            requested_by: e.requested_by,
            requested_by_name: e.requester_name,
            downloads: e.downloads,
            download_url: None,
            link_expires_at: None,
            created_at: e.created_at,
            started_at: e.started_at,
            finished_at: e.finished_at,
            expires_at: e.expires_at,
        }
    }
}

/// Lists as files.
pub struct ExportsApi;

#[OpenApi]
impl ExportsApi {
    /// Export a list
    ///
    /// A job writes all rows of one moment into a file, with the caller's rights at the time it runs. Fields
    /// that are masked for the caller are masked in the file; without `exports.pii` all sensitive ones are.
    /// Texts that a spreadsheet would take for formulas stand behind an apostrophe. At most three at once:
    /// 429 `too_many_exports`.
    #[oai(path = "/exports", method = "post", operation_id = "createExport")]
    async fn create(&self, auth: Staff, body: Json<ExportIn>) -> ApiResult<Accepted<ExportOut>> {
        let ctx = auth.0.begin().await?;
        let out = ExportOut::of(&ctx, service::request(&ctx, body.0).await?);
        ctx.commit_reply(202, &out).await?;
        Ok(Accepted(out))
    }

    /// List exports, newest first
    ///
    /// The caller's own; with `exports.manage` everybody's.
    #[oai(path = "/exports", method = "get", operation_id = "listExports")]
    async fn list(
        &self,
        auth: Staff,
        /// 1-based page.
        page: Query<Option<String>>,
        /// Rows on a page, at most 200.
        limit: Query<Option<String>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<ExportOut>>> {
        let paging = Paging::parse(page.0.as_deref(), limit.0.as_deref(), cursor.0.as_deref())?;
        let ctx = auth.0.read().await?;
        let found = service::page(&ctx, &paging).await?;
        Ok(Json(found.map(|export| ExportOut::of(&ctx, export)).into()))
    }

    /// Read an export, and get its file
    ///
    /// The answer holds a link to the file once it is done, for whoever asked for it. That the link was given
    /// is written down.
    #[oai(path = "/exports/:id", method = "get", operation_id = "getExport")]
    async fn get(
        &self,
        auth: Staff,
        /// The export.
        id: Path<Uuid>,
    ) -> ApiResult<Json<ExportOut>> {
        let who = auth.0;
        // The answer holds a link and is kept nowhere.
        let request = RequestInfo { idempotency: None, ..who.caller.request.clone() };
        let ctx = Ctx::begin(&who.caller.app, &who.tenant, who.actor.clone(), request, Mode::Write).await?;
        let (out, terms) = service::get(&ctx, id.0).await?;
        let mut out = ExportOut::of(&ctx, out);
        let now = ctx.now();
        ctx.commit().await?;
        if let Some(terms) = terms {
            out.link_expires_at = Some(now + terms.valid);
            out.download_url = Some(who.caller.app.files.download_link(&terms).await.map_err(kernel::DomainError::from)?);
        }
        Ok(Json(out))
    }

    /// Cancel an export
    ///
    /// Nothing of it stays. One that has ended: 409 `export_ended`.
    #[oai(path = "/exports/:id/cancel", method = "post", operation_id = "cancelExport")]
    async fn cancel(
        &self,
        auth: Staff,
        /// The export.
        id: Path<Uuid>,
    ) -> ApiResult<Json<ExportOut>> {
        let ctx = auth.0.begin().await?;
        let out = ExportOut::of(&ctx, service::cancel(&ctx, id.0).await?);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Try an export again
    ///
    /// One of the caller's that failed or was cancelled; it is made of what is there now.
    #[oai(path = "/exports/:id/retry", method = "post", operation_id = "retryExport")]
    async fn retry(
        &self,
        auth: Staff,
        /// The export.
        id: Path<Uuid>,
    ) -> ApiResult<Accepted<ExportOut>> {
        let ctx = auth.0.begin().await?;
        let out = ExportOut::of(&ctx, service::retry(&ctx, id.0).await?);
        ctx.commit_reply(202, &out).await?;
        Ok(Accepted(out))
    }

    /// Delete an export
    ///
    /// With its file. One that is on its way is cancelled.
    #[oai(path = "/exports/:id", method = "delete", operation_id = "deleteExport")]
    async fn delete(
        &self,
        auth: Staff,
        /// The export.
        id: Path<Uuid>,
    ) -> ApiResult<NoContent> {
        let (app, tenant) = (auth.0.caller.app.clone(), auth.0.tenant.key);
        let ctx = auth.0.begin().await?;
        service::delete(&ctx, id.0).await?;
        ctx.commit_reply(204, &serde_json::Value::Null).await?;
        service::remove_file(&app, tenant, id.0).await;
        Ok(NoContent)
    }
}

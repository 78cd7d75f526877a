//! `/imports`.

use kernel::paging::Paging;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::{Binary, Json};
use poem_openapi::{ApiResponse, OpenApi};
use runtime::http::{Accepted, ApiResult, Created, ListOut, Staff};
use uuid::Uuid;

use super::fixing::{self, Decision};
use super::form::ImportForm;
use super::shapes::{
    DecisionIn, FixedOut, ImportLimitsOut, ImportOut, ImportRowOut, LayoutIn, MappingIn, PreviewBegun, PreviewOut, RowPatch,
};
use super::{control, errors_csv, preview, service, upload};

/// The answer to a preview.
#[derive(ApiResponse)]
pub enum PreviewReply {
    /// The whole file was looked at.
    #[oai(status = 200)]
    Done(Json<PreviewOut>),
    /// A job looks at it: `GET /imports/{id}/preview` afterwards.
    #[oai(status = 202)]
    Begun(Json<PreviewBegun>),
}

/// Faulty rows as a file.
#[derive(ApiResponse)]
pub enum ErrorsReply {
    /// The original columns with `row`, `column` and `reason`.
    #[oai(status = 200, content_type = "text/csv; charset=utf-8")]
    File(
        Binary<poem::Body>,
        /// The name to save it as.
        #[oai(header = "content-disposition")]
        String,
    ),
}

/// Imports.
pub struct ImportsApi;

#[OpenApi]
impl ImportsApi {
    /// List imports
    ///
    /// Of the kinds that the caller may import, newest first.
    #[oai(path = "/imports", method = "get", operation_id = "listImports")]
    async fn list(
        &self,
        auth: Staff,
        /// `clients`, `leads`, `contacts`, `opportunities`, `deals`, `activities` or `users`.
        entity: Query<Option<String>>,
        /// Statuses.
        status: Query<Option<String>>,
        /// 1-based page, for shallow pages.
        page: Query<Option<String>>,
        /// Rows on a page, 20 by default, 200 at most.
        limit: Query<Option<String>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<ImportOut>>> {
        let paging = Paging::parse(page.0.as_deref(), limit.0.as_deref(), cursor.0.as_deref())?;
        let ctx = auth.0.begin_carrying().await?;
        let found = service::list(&ctx, entity.0.as_deref(), status.0.as_deref(), &paging).await?;
        Ok(Json(found.map(|i| ImportOut::of(&ctx, i)).into()))
    }

    /// Say how large a file may be
    #[oai(path = "/imports/limits", method = "get", operation_id = "getImportLimits")]
    async fn limits(&self, auth: Staff) -> ApiResult<Json<ImportLimitsOut>> {
        let ctx = auth.0.begin_carrying().await?;
        Ok(Json(ImportLimitsOut { max_bytes: service::most_bytes(&ctx).await? }))
    }

    /// Send a file
    ///
    /// CSV in any usual encoding and with any usual delimiter, or XLSX. Answers with its columns, samples, and
    /// what each may become. 413 `file_too_large`; 422 `file_unreadable` says what it is instead.
    #[oai(path = "/imports", method = "post", operation_id = "createImport")]
    async fn create(&self, auth: Staff, form: ImportForm) -> ApiResult<Created<ImportOut>> {
        let import = upload::create(&auth.0, form).await?;
        let ctx = auth.0.begin_carrying().await?;
        let opened = service::opened(&ctx, &auth.0.actor, import).await?;
        Ok(Created(ImportOut::opened(&ctx, opened)))
    }

    /// Read an import
    ///
    /// With samples of what stands in the file: 403 `field_masked` for who does not see all of it in clear, here and
    /// for the preview, the rows and the file of faulty ones. The list says how far every import is.
    #[oai(path = "/imports/:id", method = "get", operation_id = "getImport")]
    async fn get(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<ImportOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let opened = service::open(&ctx, &auth.0.actor, id.0).await?;
        Ok(Json(ImportOut::opened(&ctx, opened)))
    }

    /// Read the file in another way
    ///
    /// Another sheet, encoding, delimiter or header line. What was said of the columns is forgotten.
    #[oai(path = "/imports/:id", method = "patch", operation_id = "updateImport")]
    async fn update(&self, auth: Staff, id: Path<Uuid>, body: Json<LayoutIn>) -> ApiResult<Json<ImportOut>> {
        let import = upload::reread(&auth.0, id.0, &body.0).await?;
        let ctx = auth.0.begin_carrying().await?;
        let opened = service::opened(&ctx, &auth.0.actor, import).await?;
        Ok(Json(ImportOut::opened(&ctx, opened)))
    }

    /// Say what becomes of the columns
    ///
    /// And what to do with rows that are there already. Before the start; a preview is to be made again.
    #[oai(path = "/imports/:id/mapping", method = "put", operation_id = "mapImport")]
    async fn map(&self, auth: Staff, id: Path<Uuid>, body: Json<MappingIn>) -> ApiResult<Json<ImportOut>> {
        let (ctx, opened) = service::map(&auth.0, id.0, &body.0).await?;
        let out = ImportOut::opened(&ctx, opened);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Preview an import
    ///
    /// Looks at every row of the file. Up to 50,000 rows before the answer; a larger file is looked at by a job
    /// (202), and `GET /imports/{id}/preview` has the answer then.
    #[oai(path = "/imports/:id/preview", method = "post", operation_id = "previewImport")]
    async fn preview(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<PreviewReply> {
        Ok(match preview::request(&auth.0, id.0).await? {
            Some(job_id) => {
                PreviewReply::Begun(Json(PreviewBegun { job_id, status: "mapped".to_owned(), task: "preview".to_owned() }))
            }
            None => PreviewReply::Done(Json(preview::read(&auth.0, id.0).await?.into())),
        })
    }

    /// Read the preview of an import
    #[oai(path = "/imports/:id/preview", method = "get", operation_id = "getImportPreview")]
    async fn get_preview(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<PreviewOut>> {
        Ok(Json(preview::read(&auth.0, id.0).await?.into()))
    }

    /// List rows of an import
    ///
    /// In the order of the file.
    #[oai(path = "/imports/:id/rows", method = "get", operation_id = "listImportRows")]
    #[expect(clippy::too_many_arguments, reason = "one argument per query parameter")]
    async fn rows(
        &self,
        auth: Staff,
        id: Path<Uuid>,
        /// `invalid`, `duplicate`, `review`, `updated`, `skipped` or `kept`.
        state: Query<Option<String>>,
        /// Of faulty rows: those with a fault in this column.
        column: Query<Option<String>>,
        /// Of faulty rows: those with a fault of this kind; with `column`, of this kind in it.
        code: Query<Option<String>>,
        /// Rows with this text in the file, or in their name or e-mail.
        search: Query<Option<String>>,
        /// Rows on a page, 20 by default, 200 at most.
        limit: Query<Option<String>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<ImportRowOut>>> {
        let paging = Paging::parse(None, limit.0.as_deref(), cursor.0.as_deref())?;
        let ctx = auth.0.begin_carrying().await?;
        let filter = preview::Filter { state: state.0, column: column.0, code: code.0, search: search.0 };
        let (looked, page) = preview::rows(&ctx, &auth.0.actor, id.0, &filter, &paging).await?;
        Ok(Json(page.map(|line| ImportRowOut::of(&looked, line)).into()))
    }

    /// Correct a row of an import
    ///
    /// A faulty one, before the start. It is checked again.
    #[oai(path = "/imports/:id/rows/:row", method = "patch", operation_id = "updateImportRow")]
    async fn fix(&self, auth: Staff, id: Path<Uuid>, row: Path<u32>, body: Json<RowPatch>) -> ApiResult<Json<FixedOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let out = fixing::fix(&ctx, &auth.0.actor, id.0, row.0, body.0.values.as_ref()).await?;
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Decide about a row that is there already
    ///
    /// After an import with `review`: `update` the record, `create` another, or `skip` it.
    #[oai(path = "/imports/:id/rows/:row/decide", method = "post", operation_id = "decideImportRow")]
    async fn decide(&self, auth: Staff, id: Path<Uuid>, row: Path<u32>, body: Json<DecisionIn>) -> ApiResult<Json<ImportOut>> {
        let choice = Decision::parse(body.0.choice.as_deref())?;
        let ctx = auth.0.begin_carrying().await?;
        let import = fixing::decide(&ctx, &auth.0.actor, id.0, row.0, choice).await?;
        let out = ImportOut::of(&ctx, import);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Faulty rows as a file
    ///
    /// The original columns with the line, the columns that are wrong, and why. It can be corrected and sent again.
    #[oai(path = "/imports/:id/errors.csv", method = "get", operation_id = "getImportErrors")]
    async fn errors(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<ErrorsReply> {
        let (body, name) = errors_csv::file(&auth.0, id.0).await?;
        Ok(ErrorsReply::File(Binary(body), format!("attachment; filename=\"{name}\"")))
    }

    /// Start an import
    ///
    /// Needs the permission to add such records, too, and to change them where duplicates are updated. 409
    /// `not_previewed`, `already_started`.
    #[oai(path = "/imports/:id/start", method = "post", operation_id = "startImport")]
    async fn start(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Accepted<ImportOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let out = ImportOut::of(&ctx, control::start(&ctx, &auth.0.actor, id.0).await?);
        ctx.commit_reply(202, &out).await?;
        Ok(Accepted(out))
    }

    /// Pause an import
    ///
    /// What was written stays.
    #[oai(path = "/imports/:id/pause", method = "post", operation_id = "pauseImport")]
    async fn pause(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<ImportOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let out = ImportOut::of(&ctx, control::pause(&ctx, id.0).await?);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Go on with an import
    #[oai(path = "/imports/:id/resume", method = "post", operation_id = "resumeImport")]
    async fn resume(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<ImportOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let out = ImportOut::of(&ctx, control::resume(&ctx, &auth.0.actor, id.0).await?);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Cancel an import
    ///
    /// For good. What was written stays, and can be taken back.
    #[oai(path = "/imports/:id/cancel", method = "post", operation_id = "cancelImport")]
    async fn cancel(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<ImportOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let out = ImportOut::of(&ctx, control::cancel(&ctx, id.0).await?);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Take an import back
    ///
    /// A job removes what was added and gives back what was overwritten, except where somebody changed it since.
    #[oai(path = "/imports/:id/undo", method = "post", operation_id = "undoImport")]
    async fn undo(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Accepted<ImportOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let out = ImportOut::of(&ctx, control::undo(&ctx, &auth.0.actor, id.0).await?);
        ctx.commit_reply(202, &out).await?;
        Ok(Accepted(out))
    }
}

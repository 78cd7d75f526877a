//! `/imports`.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use kernel::paging::Paging;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::{Binary, Json};
use poem_openapi::{ApiResponse, Object, OpenApi};
use runtime::Ctx;
use runtime::http::{Accepted, ApiResult, Created, ListOut, Staff};
use uuid::Uuid;

use super::columns::Column;
use super::entity::Import;
use super::field::Target;
use super::fixing::{self, Decision};
use super::form::ImportForm;
use super::mapping::Mapping;
use super::preview::{self, Line, Looked, Preview};
use super::service::{self, Opened};
use super::{control, errors_csv, upload};

/// A column of the file.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ImportColumnOut {
    /// Its header, each once; `Column 3` where there is none.
    pub name: String,
    /// Its place, from 0.
    pub index: u32,
    /// Up to five values of it.
    pub samples: Vec<String>,
    /// All of its values, if they are few words.
    pub values: Vec<String>,
    /// Key of the field that it may become.
    #[oai(skip_serializing_if = "never")]
    pub suggested_field: Option<String>,
    /// `text`, `email`, `phone`, `country`, `date` or `number`.
    pub kind: String,
    /// Of dates: the formats in which all samples can be read, the likeliest first.
    pub formats: Vec<String>,
}

fn never(_: &Option<String>) -> bool {
    false
}

/// A choice.
#[derive(Debug, Clone, Object)]
pub struct ImportOptionOut {
    /// Key.
    pub key: String,
    /// The tenant's word.
    pub label: String,
}

/// A field that a column can become.
#[derive(Debug, Clone, Object)]
pub struct ImportFieldOut {
    /// Key; `custom.<key>` of the tenant's own fields.
    pub key: String,
    /// Name.
    pub label: String,
    /// `text`, `email`, `phone`, `country`, `date`, `choice`, `choices`, `number`, `flag`, `url`, `user` or `tags`.
    #[oai(rename = "type")]
    pub kind: String,
    /// Whether every record needs it.
    pub required: bool,
    /// Whether it is one of the tenant's own.
    pub custom: bool,
    /// Of a choice.
    pub options: Vec<ImportOptionOut>,
}

/// A field that is made for a column.
#[derive(Debug, Clone, Default, Object)]
pub struct NewFieldIn {
    /// The column. Required.
    pub column: Option<String>,
    /// The field's name; the column's if absent.
    pub label: Option<String>,
    /// `text` (the default), `number`, `date`, `flag`, `choice` or `url`.
    #[oai(rename = "type")]
    pub kind: Option<String>,
}

/// What becomes of the columns.
#[derive(Debug, Clone, Default, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct MappingIn {
    /// Field keys by column; null or absent leaves a column out. Required.
    pub mapping: Option<BTreeMap<String, Option<String>>>,
    /// What to do with a row that is there already: `skip` (the default), `update`, `create_anyway` or `review`.
    pub duplicates: Option<String>,
    /// Of an update: `empty` fills empty fields only (the default), `all` overwrites.
    pub update: Option<String>,
    /// By what rows are the same person: `email` (the default), `phone`, or both.
    #[oai(rename = "match")]
    pub match_by: Option<Vec<String>>,
    /// Constants by field key, where a row has no value.
    pub defaults: Option<BTreeMap<String, String>>,
    /// Our words for theirs, by column.
    pub values: Option<BTreeMap<String, BTreeMap<String, String>>>,
    /// `auto` (the default), `YYYY-MM-DD`, `DD/MM/YYYY`, `MM/DD/YYYY` or `DD.MM.YYYY`.
    pub date_format: Option<String>,
    /// ISO 3166-1 alpha-2, for phone numbers without a country code; the tenant's default if absent.
    pub default_country: Option<String>,
    /// Fields to make for columns. Needs `settings.manage`.
    pub new_fields: Option<Vec<NewFieldIn>>,
    /// A name under which the mapping is remembered for files with the same columns.
    pub name: Option<String>,
}

/// How a file is read, where it was not found out rightly; what is absent stays.
#[derive(Debug, Default, Object)]
pub struct LayoutIn {
    /// Of a workbook: the sheet.
    pub sheet: Option<String>,
    /// Of a text, e.g. `windows-1252`.
    pub encoding: Option<String>,
    /// Of a text: a comma, a semicolon, a tab or a bar.
    pub delimiter: Option<String>,
    /// The line of the header, from 1; 0 for none. Found again if absent.
    pub header_row: Option<u32>,
}

/// An import.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ImportOut {
    /// Id.
    pub id: Uuid,
    /// `clients` or `leads`.
    pub entity: String,
    /// Name of the file.
    pub filename: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, hexadecimal.
    pub sha256: String,
    /// `csv` or `xlsx`.
    pub format: String,
    /// Of a text: its encoding.
    pub encoding: Option<String>,
    /// Of a text: what stands between cells.
    pub delimiter: Option<String>,
    /// Of a workbook: the sheet that is read.
    pub sheet: Option<String>,
    /// Of a workbook: all sheets.
    pub sheets: Vec<String>,
    /// The line of the header; 0 for none.
    pub header_row: u32,
    /// `uploaded`, `mapped`, `previewed`, `queued`, `running`, `paused`, `done`, `failed`, `cancelled` or `undone`.
    pub status: String,
    /// What a job does at the moment: `preview`, `import` or `undo`.
    pub task: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// What is done with rows that are there already.
    pub duplicates_rule: String,
    /// About how many rows there are, before all were read.
    pub rows_estimate: u64,
    /// Rows.
    pub total: u64,
    /// Rows that were worked on.
    pub processed: u64,
    /// Rows without faults.
    pub valid: u64,
    /// Rows with faults.
    pub invalid: u64,
    /// Rows without faults that are there already.
    pub duplicates: u64,
    /// Records that were added.
    pub created: u64,
    /// Rows that changed a record that was there.
    pub updated: u64,
    /// Duplicates that were left alone.
    pub skipped: u64,
    /// Rows with faults, once the import ran.
    pub failed: u64,
    /// Skipped rows that somebody has yet to decide about.
    pub review: u64,
    /// While it runs.
    pub rows_per_second: f64,
    /// Of an undo: rows that were taken back.
    pub restored: u64,
    /// Of an undo: rows that were left, because somebody changed the record since.
    pub kept: u64,
    /// The job that works on it, or did.
    pub job_id: Option<Uuid>,
    /// Who imports.
    pub created_by: Option<Uuid>,
    /// Their name.
    pub created_by_name: String,
    /// When the file came.
    pub created_at: DateTime<Utc>,
    /// When the import was started.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub undone_at: Option<DateTime<Utc>>,
    /// Of one import: the columns of the file.
    pub columns: Option<Vec<ImportColumnOut>>,
    /// Of one import: the fields that they can become.
    pub fields: Option<Vec<ImportFieldOut>>,
    /// Of one import: what becomes of the columns.
    pub mapping: Option<MappingIn>,
    /// Of one import without a mapping: what was said of the last file with the same columns.
    pub remembered: Option<MappingIn>,
}

fn count(n: i64) -> u64 {
    n.max(0).unsigned_abs()
}

impl ImportOut {
    fn of(ctx: &Ctx, i: Import) -> Self {
        let layout = i.layout().unwrap_or_default();
        let rate = i.rows_per_second(ctx.now());
        let ran = matches!(i.status.as_str(), "running" | "paused" | "done" | "failed" | "cancelled" | "undone");
        let rule = i.mapping().ok().flatten().unwrap_or_default().duplicates.as_str().to_owned();
        // Faulty rows count as worked on once the work has passed them; at the end all have been.
        let failed = if ran { i.processed - i.created - i.updated - i.skipped } else { 0 };
        Self {
            id: i.id,
            entity: format!("{}s", i.entity),
            filename: i.filename,
            bytes: count(i.bytes),
            sha256: i.sha256,
            format: layout.format.as_str().to_owned(),
            encoding: layout.encoding,
            delimiter: layout.delimiter.map(String::from),
            sheet: layout.sheet,
            sheets: layout.sheets,
            header_row: layout.header_row,
            status: i.status,
            task: i.task,
            error: i.error,
            duplicates_rule: rule,
            rows_estimate: count(i.rows_estimate),
            total: count(i.total),
            processed: count(i.processed),
            valid: count(i.valid),
            invalid: count(i.invalid),
            duplicates: count(i.twins + i.known),
            created: count(i.created),
            updated: count(i.updated),
            skipped: count(i.skipped),
            failed: count(failed),
            review: count(i.review),
            rows_per_second: rate,
            restored: count(i.restored),
            kept: count(i.kept),
            job_id: i.job_id,
            created_by: i.actor_id,
            created_by_name: i.actor_name,
            created_at: i.created_at,
            started_at: i.started_at,
            finished_at: i.finished_at,
            undone_at: i.undone_at,
            columns: None,
            fields: None,
            mapping: None,
            remembered: None,
        }
    }

    fn opened(ctx: &Ctx, opened: Opened) -> Self {
        let mapping = opened.import.mapping().ok().flatten().map(MappingIn::from);
        Self {
            columns: Some(opened.columns.into_iter().map(ImportColumnOut::from).collect()),
            fields: Some(opened.fields.into_iter().map(ImportFieldOut::from).collect()),
            mapping,
            remembered: opened.remembered.map(MappingIn::from),
            ..Self::of(ctx, opened.import)
        }
    }
}

impl From<Column> for ImportColumnOut {
    fn from(c: Column) -> Self {
        Self {
            name: c.name,
            index: u32::try_from(c.index).unwrap_or(0),
            samples: c.samples,
            values: c.values,
            suggested_field: c.suggested_field,
            kind: c.kind,
            formats: c.formats,
        }
    }
}

impl From<Target> for ImportFieldOut {
    fn from(t: Target) -> Self {
        let options = t.options.into_iter().map(|(key, label)| ImportOptionOut { key, label }).collect();
        Self { key: t.key, label: t.label, kind: t.word.to_owned(), required: t.required, custom: t.custom, options }
    }
}

impl From<Mapping> for MappingIn {
    fn from(m: Mapping) -> Self {
        let by = [("email", m.by_email), ("phone", m.by_phone)];
        Self {
            mapping: Some(m.mapping.into_iter().map(|(column, key)| (column, Some(key))).collect()),
            duplicates: Some(m.duplicates.as_str().to_owned()),
            update: Some(if m.overwrite { "all" } else { "empty" }.to_owned()),
            match_by: Some(by.into_iter().filter(|(_, on)| *on).map(|(word, _)| word.to_owned()).collect()),
            defaults: Some(m.defaults),
            values: Some(m.values),
            date_format: Some(m.date_format.unwrap_or_else(|| "auto".to_owned())),
            default_country: m.default_country,
            new_fields: None,
            name: m.name,
        }
    }
}

/// What is wrong with a cell.
#[derive(Debug, Clone, Object)]
pub struct ImportFaultOut {
    /// The line of the file; the header has one, too.
    pub row: u32,
    /// The column of the file; the field's key where no column became it.
    pub column: String,
    /// `required`, `email_invalid`, `phone_invalid`, `country_invalid`, `date_invalid`, `status_unknown`, `user_unknown`,
    /// `too_long` or `invalid`.
    pub code: String,
    /// In words, with what would fix it.
    pub message: String,
    /// What stands there.
    pub value: String,
}

/// Faults of one kind.
#[derive(Debug, Clone, Object)]
pub struct ImportFaultGroupOut {
    /// The column.
    pub column: String,
    /// The kind.
    pub code: String,
    /// In words.
    pub message: String,
    /// In how many rows.
    pub count: u64,
}

/// A row that will be stored.
#[derive(Debug, Clone, Object)]
pub struct ImportSampleOut {
    /// The line of the file.
    pub row: u32,
    /// Texts by field key, as they will be stored.
    pub values: BTreeMap<String, String>,
    /// Whether it is there already.
    pub duplicate: bool,
}

/// What a file would bring.
#[derive(Debug, Clone, Object)]
pub struct PreviewOut {
    /// Rows.
    pub total: u64,
    /// Rows without faults.
    pub valid: u64,
    /// Rows with faults.
    pub invalid: u64,
    /// Of those without: how many are there already.
    pub duplicates: u64,
    /// Of these: how many are in the file twice.
    pub duplicates_in_file: u64,
    /// And in the database.
    pub duplicates_in_database: u64,
    /// Faults of the first 200 rows that have some.
    pub errors: Vec<ImportFaultOut>,
    /// Faults of all rows by kind, the most frequent first.
    pub error_groups: Vec<ImportFaultGroupOut>,
    /// The first rows without faults.
    pub sample: Vec<ImportSampleOut>,
}

impl From<Preview> for PreviewOut {
    fn from(p: Preview) -> Self {
        let group = |g: super::staging::FaultGroup| ImportFaultGroupOut {
            column: g.column,
            code: g.code,
            message: g.message,
            count: count(g.count),
        };
        Self {
            total: count(p.total),
            valid: count(p.valid),
            invalid: count(p.invalid),
            duplicates: count(p.twins + p.known),
            duplicates_in_file: count(p.twins),
            duplicates_in_database: count(p.known),
            errors: p.faulty.iter().flat_map(|line| line.faults_out()).collect(),
            error_groups: p.groups.into_iter().map(group).collect(),
            sample: p.sample.into_iter().map(ImportSampleOut::from).collect(),
        }
    }
}

impl From<Line> for ImportSampleOut {
    fn from(line: Line) -> Self {
        let duplicate = line.is_duplicate();
        Self { row: line.row(), values: line.values(), duplicate }
    }
}

/// A record that is there already.
#[derive(Debug, Clone, Object)]
pub struct ImportExistingOut {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// Texts by field key.
    pub values: BTreeMap<String, String>,
}

/// A row of the file.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ImportRowOut {
    /// The line of the file.
    pub row: u32,
    /// `invalid`, `duplicate`, `valid`, `created`, `updated`, `skipped`, `failed`, `review` or `kept`.
    pub state: String,
    /// Of a faulty row: what stands in the file, by column.
    pub raw: Option<BTreeMap<String, String>>,
    /// Of a row without faults: texts by field key.
    pub values: Option<BTreeMap<String, String>>,
    /// What is wrong.
    pub errors: Vec<ImportFaultOut>,
    /// The record that it would be once more.
    pub duplicate_of: Option<Uuid>,
    /// The earlier line of the file.
    pub twin_row: Option<u32>,
    /// The record that came of it, or was changed.
    pub record_id: Option<Uuid>,
    /// The record that is there already.
    pub existing: Option<ImportExistingOut>,
}

impl ImportRowOut {
    pub(super) fn of(looked: &Looked, line: Line) -> Self {
        let existing = line.existing().map(|(id, name, values)| ImportExistingOut { id, name, values });
        Self {
            row: line.row(),
            state: looked.state(&line).to_owned(),
            raw: line.raw(&looked.columns),
            errors: line.faults_out(),
            duplicate_of: line.duplicate_of,
            twin_row: line.twin_of.map(i32::unsigned_abs),
            record_id: looked.record(&line),
            existing,
            values: (!line.is_faulty()).then(|| line.values()),
        }
    }
}

/// New texts of a row.
#[derive(Debug, Default, Object)]
pub struct RowPatch {
    /// Texts by column; the others stay. Required.
    pub values: Option<BTreeMap<String, String>>,
}

/// A row that was changed, and the counts.
#[derive(Debug, Clone, Object)]
pub struct FixedOut {
    /// The row.
    pub row: ImportRowOut,
    /// Rows without faults.
    pub valid: u64,
    /// Rows with faults.
    pub invalid: u64,
    /// Rows that are there already.
    pub duplicates: u64,
}

/// What somebody decides about a row that is there already.
#[derive(Debug, Default, Object)]
pub struct DecisionIn {
    /// `skip`, `update` or `create`. Required.
    pub choice: Option<String>,
}

/// A preview begins.
#[derive(Debug, Clone, Object)]
pub struct PreviewBegun {
    /// The job: `GET /jobs/{id}`.
    pub job_id: Uuid,
    /// `mapped` until it is done.
    pub status: String,
    /// `preview`.
    pub task: String,
}

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
        /// `clients` or `leads`.
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

    /// Send a file
    ///
    /// CSV in any usual encoding and with any usual delimiter, or XLSX. Answers with its columns, samples, and
    /// what each may become. 413 `file_too_large`; 422 `file_unreadable` says what it is instead.
    #[oai(path = "/imports", method = "post", operation_id = "createImport")]
    async fn create(&self, auth: Staff, form: ImportForm) -> ApiResult<Created<ImportOut>> {
        let import = upload::create(&auth.0, form).await?;
        let ctx = auth.0.begin_carrying().await?;
        let opened = service::opened(&ctx, import).await?;
        Ok(Created(ImportOut::opened(&ctx, opened)))
    }

    /// Read an import
    #[oai(path = "/imports/:id", method = "get", operation_id = "getImport")]
    async fn get(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<ImportOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let opened = service::open(&ctx, id.0).await?;
        Ok(Json(ImportOut::opened(&ctx, opened)))
    }

    /// Read the file in another way
    ///
    /// Another sheet, encoding, delimiter or header line. What was said of the columns is forgotten.
    #[oai(path = "/imports/:id", method = "patch", operation_id = "updateImport")]
    async fn update(&self, auth: Staff, id: Path<Uuid>, body: Json<LayoutIn>) -> ApiResult<Json<ImportOut>> {
        let import = upload::reread(&auth.0, id.0, &body.0).await?;
        let ctx = auth.0.begin_carrying().await?;
        let opened = service::opened(&ctx, import).await?;
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
    async fn rows(
        &self,
        auth: Staff,
        id: Path<Uuid>,
        /// `invalid`, `duplicate`, `review`, `updated`, `skipped` or `kept`.
        state: Query<Option<String>>,
        /// Rows on a page, 20 by default, 200 at most.
        limit: Query<Option<String>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<ImportRowOut>>> {
        let paging = Paging::parse(None, limit.0.as_deref(), cursor.0.as_deref())?;
        let ctx = auth.0.begin_carrying().await?;
        let (looked, page) = preview::rows(&ctx, id.0, state.0.as_deref(), &paging).await?;
        Ok(Json(page.map(|line| ImportRowOut::of(&looked, line)).into()))
    }

    /// Correct a row of an import
    ///
    /// A faulty one, before the start. It is checked again.
    #[oai(path = "/imports/:id/rows/:row", method = "patch", operation_id = "updateImportRow")]
    async fn fix(&self, auth: Staff, id: Path<Uuid>, row: Path<u32>, body: Json<RowPatch>) -> ApiResult<Json<FixedOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let out = fixing::fix(&ctx, id.0, row.0, body.0.values.as_ref()).await?;
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
        let import = fixing::decide(&ctx, id.0, row.0, choice).await?;
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

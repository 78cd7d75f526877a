//! What the API of imports takes and gives.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use runtime::Ctx;
use uuid::Uuid;

use super::brings::Brings;
use super::columns::Column;
use super::control::may_undo;
use super::entity::Import;
use super::field::Target;
use super::mapping::Mapping;
use super::preview::{Line, Looked, Preview};
use super::service::Opened;

/// A column of the file.
#[derive(Debug, Clone, Object)]
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
    #[oai(nullable)]
    pub suggested_field: Option<String>,
    /// `text`, `email`, `phone`, `country`, `date` or `number`.
    pub kind: String,
    /// Of dates: the formats in which most of the first rows can be read, the likeliest first. Of numbers: `1,234.5`,
    /// `1.234,5`, or both where no cell says which.
    pub formats: Vec<String>,
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
    /// `text`, `email`, `phone`, `country`, `date`, `choice`, `choices`, `number`, `flag`, `url`, `user`,
    /// `partner`, `client`, `contact`, `lead`, `deal` or `tags`.
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
    #[oai(nullable)]
    pub column: Option<String>,
    /// The field's name; the column's if absent.
    #[oai(nullable)]
    pub label: Option<String>,
    /// `text` (the default), `number`, `date`, `flag`, `choice` or `url`.
    #[oai(nullable, rename = "type")]
    pub kind: Option<String>,
}

/// What becomes of the columns.
#[derive(Debug, Clone, Default, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct MappingIn {
    /// Field keys by column; null or absent leaves a column out. Required.
    pub mapping: Option<BTreeMap<String, Option<String>>>,
    /// What to do with a row that is there already: `skip` (the default), `update`, `create_anyway` or `review`. Deals,
    /// opportunities and activities can't be updated or reviewed. The same deal has the same name, client and pipeline,
    /// the same activity the same type, subject, time and records.
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
    /// `auto` (the default), `YYYY-MM-DD`, `DD/MM/YYYY`, `MM/DD/YYYY`, `DD.MM.YYYY`, `DD-MMM-YYYY` or `YYYYMMDD`. A year
    /// may have two digits where it stands last.
    pub date_format: Option<String>,
    /// `auto` (the default), `1,234.5` or `1.234,5`.
    pub number_format: Option<String>,
    /// ISO 3166-1 alpha-2, for phone numbers without a country code; the tenant's default if absent.
    pub default_country: Option<String>,
    /// Fields to make for columns. Needs `settings.manage`.
    pub new_fields: Option<Vec<NewFieldIn>>,
    /// A name under which the mapping is remembered for files with the same columns.
    pub name: Option<String>,
    /// Of users: whether those who are added are invited by mail; true if absent.
    pub invite: Option<bool>,
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

/// What holds for files before they are sent.
#[derive(Debug, Clone, Object)]
pub struct ImportLimitsOut {
    /// The most bytes of a file, by the settings.
    pub max_bytes: u64,
}

/// An import.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ImportOut {
    /// Id.
    pub id: Uuid,
    /// `clients`, `leads`, `contacts`, `opportunities`, `deals`, `activities` or `users`.
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
    /// Whether it was paused, or failed halfway, and can go on: `POST /imports/{id}/resume`.
    pub resumable: bool,
    /// Whether there is something to take back, and the caller may: `POST /imports/{id}/undo`.
    pub undoable: bool,
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
    pub(super) fn of(ctx: &Ctx, i: Import) -> Self {
        let layout = i.layout().unwrap_or_default();
        let rate = i.rows_per_second(ctx.now());
        let ran = matches!(i.status.as_str(), "running" | "paused" | "done" | "failed" | "cancelled" | "undone");
        let rule = i.mapping().ok().flatten().unwrap_or_default().duplicates.as_str().to_owned();
        // Faulty rows count as worked on once the work has passed them; at the end all have been.
        let resumable = i.can_resume();
        let undoable = i.can_undo() && may_undo(ctx, ctx.actor(), &i).is_ok();
        let failed = if ran { i.processed - i.created - i.updated - i.skipped } else { 0 };
        Self {
            id: i.id,
            entity: i.brings().map(Brings::plural).unwrap_or_default().to_owned(),
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
            resumable,
            undoable,
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

    pub(super) fn opened(ctx: &Ctx, opened: Opened) -> Self {
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
            number_format: Some(m.number_format.unwrap_or_else(|| "auto".to_owned())),
            default_country: m.default_country,
            new_fields: None,
            name: m.name,
            invite: Some(!m.uninvited),
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
    /// `required`, `email_invalid`, `phone_invalid`, `country_invalid`, `language_invalid`, `date_invalid`, `status_unknown`, `user_unknown`,
    /// `client_unknown`, `contact_unknown`, `lead_unknown`, `deal_unknown`, `opportunity_unknown`, `pipeline_unknown`, `stage_unknown`, `choice_unknown`,
    /// `amount_invalid`, `currency_invalid`, `probability_invalid`, `rating_invalid`, `partner_unknown`, `role_unknown`,
    /// `role_beyond_own`, `team_unknown`, `too_long` or `invalid`.
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
    /// The record that is there already, for whoever sees it.
    pub existing: Option<ImportExistingOut>,
    /// Of a row that stands in the file twice: the earlier one's texts by field key.
    pub twin_values: Option<BTreeMap<String, String>>,
    /// Whether it may become a record of its own: two clients can't have one e-mail.
    pub creatable: bool,
}

impl ImportRowOut {
    pub(super) fn of(looked: &Looked, line: Line) -> Self {
        let existing = line.existing().map(|(id, name, values)| ImportExistingOut { id, name, values });
        Self {
            row: line.row(),
            state: looked.state(&line).to_owned(),
            raw: line.raw(&looked.columns),
            errors: line.faults_out(),
            duplicate_of: line.duplicate_of(),
            twin_row: line.twin_of.map(i32::unsigned_abs),
            record_id: looked.record(&line),
            existing,
            twin_values: line.twin(),
            creatable: line.creatable,
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

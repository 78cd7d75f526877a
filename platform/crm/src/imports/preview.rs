//! What a file would bring, and its rows one by one.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use kernel::DomainError;
use kernel::paging::{Page, Paging};
use kernel::validate::Checker;
use runtime::Ctx;
use runtime::access::Actor;
use runtime::http::SignedIn;
use runtime::list::{self, Sort, SortKey, SortType};
use runtime::words::{containing, words};
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, JoinType, Order, Query, SelectStatement};
use sea_orm::{FromQueryResult, Value};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::brings::Brings;
use super::clear::Clear;
use super::columns::Column;
use super::entity::{self, find_locked};
use super::jobs::PreviewImport;
use super::recipe::not_mapped;
use super::rows::Fault;
use super::shapes::ImportFaultOut;
use super::staging::{Engine, FaultGroup, stage, tell};
use super::there;
use super::upload::must_be_open;
use crate::bulk::Kind;
use runtime::Rows as _;

/// Up to so many rows are looked at before the answer.
const DIRECT: i64 = 50_000;
/// Rows with faults that a preview shows, and rows without.
const SHOWN: (u64, u64) = (200, 10);

const BY_ROW: &[SortKey] = &[SortKey { name: "row", column: ("r", "n"), kind: SortType::Integer, default_desc: false }];

/// What a file would bring.
pub(super) struct Preview {
    pub total: i64,
    pub valid: i64,
    pub invalid: i64,
    pub twins: i64,
    pub known: i64,
    pub faulty: Vec<Line>,
    pub groups: Vec<FaultGroup>,
    pub sample: Vec<Line>,
}

/// A row as it is staged, with what is there already.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Line {
    n: i32,
    id: Uuid,
    /// The field whose value stands in the place of the first name.
    called: String,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    country: Option<String>,
    language: Option<String>,
    address: Option<String>,
    date_of_birth: Option<String>,
    status: Option<String>,
    source: Option<String>,
    assigned_to: Option<Uuid>,
    tags: Option<Vec<String>>,
    custom: Option<Json>,
    follow_up_at: Option<DateTime<Utc>>,
    follow_up_note: Option<String>,
    message: Option<String>,
    partner: Option<String>,
    company: Option<String>,
    job_title: Option<String>,
    rating: Option<String>,
    description: Option<String>,
    client: Option<String>,
    role: Option<String>,
    team: Option<String>,
    contact: Option<String>,
    lead: Option<String>,
    deal: Option<String>,
    opportunity: Option<String>,
    more: Option<Json>,
    raw: Option<Vec<String>>,
    faults: Option<Json>,
    duplicate_of: Option<Uuid>,
    pub twin_of: Option<i32>,
    outcome: Option<String>,
    /// The record that is there already, if the actor sees it.
    there_id: Option<Uuid>,
    there_name: Option<String>,
    there: Option<Json>,
    /// The earlier row of the file.
    twin: Option<Json>,
    /// Whether it may become a record of its own.
    pub creatable: bool,
}

/// What is needed to show rows.
pub(super) struct Looked {
    pub columns: Vec<Column>,
    done_to: i32,
    started: bool,
    /// Whether a row can have changed a record that was there; otherwise what came of it is its own.
    changes: bool,
}

impl Looked {
    pub fn of(import: &Clear) -> kernel::Result<Self> {
        let (columns, changes) = (import.columns()?, import.brings()?.can_update());
        Ok(Self { columns, done_to: import.done_to, started: import.started_at.is_some(), changes })
    }

    /// Where a row stands.
    pub fn state<'a>(&self, line: &'a Line) -> &'a str {
        let worked_on = self.started && line.n <= self.done_to;
        match &line.outcome {
            Some(outcome) => outcome,
            None if line.is_faulty() => {
                if worked_on {
                    "failed"
                } else {
                    "invalid"
                }
            }
            None if line.is_duplicate() => "duplicate",
            None if worked_on => "created",
            None => "valid",
        }
    }

    /// The record that came of a row.
    pub fn record(&self, line: &Line) -> Option<Uuid> {
        match self.state(line) {
            "created" => Some(line.id),
            "updated" | "kept" if self.changes && line.duplicate_of.is_some() => line.there_id,
            "updated" | "kept" => Some(line.id),
            _ => None,
        }
    }
}

impl Line {
    pub fn row(&self) -> u32 {
        self.n.unsigned_abs()
    }

    pub fn is_faulty(&self) -> bool {
        self.faults.is_some()
    }

    pub fn is_duplicate(&self) -> bool {
        self.duplicate_of.is_some() || self.twin_of.is_some()
    }

    /// What stands in the file.
    pub fn cells(&self) -> &[String] {
        self.raw.as_deref().unwrap_or_default()
    }

    pub fn faults(&self) -> Vec<Fault> {
        self.faults.clone().and_then(|f| serde_json::from_value(f).ok()).unwrap_or_default()
    }

    pub fn faults_out(&self) -> Vec<ImportFaultOut> {
        let out =
            |f: Fault| ImportFaultOut { row: self.row(), column: f.column, code: f.code, message: f.message, value: f.value };
        self.faults().into_iter().map(out).collect()
    }

    /// Cells of a faulty row by column.
    pub fn raw(&self, columns: &[Column]) -> Option<BTreeMap<String, String>> {
        let raw = self.raw.as_ref()?;
        Some(columns.iter().map(|c| (c.name.clone(), raw.get(c.index).cloned().unwrap_or_default())).collect())
    }

    /// Texts by field.
    pub fn values(&self) -> BTreeMap<String, String> {
        let due = self.follow_up_at.map(|at| at.to_rfc3339());
        let owner = self.assigned_to.map(|id| id.to_string());
        let tags = self.tags.as_ref().map(|t| t.join(", "));
        let last = if self.called == "first_name" { &self.last_name } else { &None };
        let team = if self.role.is_some() { &self.team } else { &None };
        let plain = [
            (self.called.as_str(), &self.first_name),
            ("last_name", last),
            ("email", &self.email),
            ("phone", &self.phone),
            ("country", &self.country),
            ("language", &self.language),
            ("address", &self.address),
            ("date_of_birth", &self.date_of_birth),
            ("status", &self.status),
            ("source", &self.source),
            ("assigned_to", &owner),
            ("tags", &tags),
            ("follow_up_at", &due),
            ("follow_up_note", &self.follow_up_note),
            ("message", &self.message),
            ("partner_id", &self.partner),
            ("company", &self.company),
            ("job_title", &self.job_title),
            ("rating", &self.rating),
            ("description", &self.description),
            ("client_id", &self.client),
            ("role", &self.role),
            ("team", team),
            ("contact_id", &self.contact),
            ("lead_id", &self.lead),
            ("deal_id", &self.deal),
            ("opportunity_id", &self.opportunity),
        ];
        let own = self.custom.as_ref().and_then(Json::as_object).into_iter().flatten();
        let text = |v: &Json| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
        let plain = plain.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value.clone()?)));
        // Records are there by their names already.
        let more = self.more.as_ref().and_then(Json::as_object).into_iter().flatten().filter(|(key, _)| !key.ends_with("_id"));
        plain
            .chain(more.map(|(key, value)| (key.clone(), text(value))))
            .chain(own.map(|(key, value)| (format!("custom.{key}"), text(value))))
            .collect()
    }

    /// The record that it would be once more, for whoever sees it.
    pub fn duplicate_of(&self) -> Option<Uuid> {
        self.duplicate_of.and(self.there_id)
    }

    /// The record that is there already: id, name, texts by field.
    pub fn existing(&self) -> Option<(Uuid, String, BTreeMap<String, String>)> {
        Some((self.there_id?, self.there_name.clone()?, there::texts(self.there.as_ref())))
    }

    /// Texts by field of the earlier row of the file.
    pub fn twin(&self) -> Option<BTreeMap<String, String>> {
        self.twin_of.map(|_| there::texts(self.twin.as_ref()))
    }
}

/// Rows of an import, with the records that are there already. Of those out of the actor's sight a row says no more than
/// that there is one.
pub(super) fn lines(ctx: &Ctx, import: &Clear) -> kernel::Result<SelectStatement> {
    let brings = import.brings()?;
    let r = |name: &'static str| (Alias::new("r"), Alias::new(name));
    let t = |name: &'static str| (Alias::new("t"), Alias::new(name));
    let mut select = Query::select();
    for name in [
        "n",
        "id",
        "first_name",
        "last_name",
        "email",
        "phone",
        "country",
        "language",
        "address",
        "status",
        "source",
        "assigned_to",
        "tags",
        "custom",
        "follow_up_at",
        "follow_up_note",
        "message",
        "company",
        "job_title",
        "description",
        "more",
        "raw",
        "faults",
        "duplicate_of",
        "twin_of",
        "outcome",
    ] {
        select.column(r(name));
    }
    for name in ["date_of_birth", "rating"] {
        select.expr_as(Expr::cust(format!("r.{name}::text")), Alias::new(name));
    }
    let (whole, called) = match brings {
        Brings::Records(_) => ("trim(t.first_name || ' ' || t.last_name)", "first_name"),
        Brings::Users | Brings::Deals(_) => ("t.name", "name"),
        Brings::Activities => ("t.subject", "subject"),
    };
    select.expr_as(Expr::cust(whole), Alias::new("there_name"));
    select.expr_as(Expr::val(called), Alias::new("called"));
    select.expr_as(Expr::col(t("id")), Alias::new("there_id"));
    let mapping = import.mapping()?.unwrap_or_default();
    select.expr_as(there::record(brings, &mapping), Alias::new("there"));
    select.expr_as(there::row(brings), Alias::new("twin"));
    // Two clients can't have one e-mail, and neither can two of the staff.
    let creatable = match brings {
        Brings::Records(Kind::Client) => {
            "not exists (select 1 from clients x where x.email = r.email and x.deleted_at is null and x.id <> r.id)"
        }
        Brings::Users => "false",
        _ => "true",
    };
    select.expr_as(Expr::cust(creatable), Alias::new("creatable"));
    // By names, as the file has them.
    for (text, shown) in [
        ("(select k.name from partners k where k.id = r.partner_id)", "partner"),
        ("(select k.first_name || ' ' || k.last_name from clients k where k.id = r.client_id)", "client"),
        ("(select k.name from roles k where k.id = r.role_id)", "role"),
        ("(select k.name from teams k where k.id = r.team_id)", "team"),
        (
            "(select trim(k.first_name || ' ' || k.last_name) from contacts k where k.id = (r.more ->> 'contact_id')::uuid)",
            "contact",
        ),
        ("(select k.first_name || ' ' || k.last_name from leads k where k.id = (r.more ->> 'lead_id')::uuid)", "lead"),
        ("(select k.name from deals k where k.id = (r.more ->> 'deal_id')::uuid)", "deal"),
        ("(select k.name from deals k where k.id = (r.more ->> 'opportunity_id')::uuid)", "opportunity"),
    ] {
        select.expr_as(Expr::cust(text), Alias::new(shown));
    }
    select
        .from_as(Alias::new("import_rows"), Alias::new("r"))
        .join_as(
            JoinType::LeftJoin,
            Alias::new("import_rows"),
            Alias::new("f"),
            Expr::cust("f.import_id = r.import_id and f.n = r.twin_of"),
        )
        .join_as(
            JoinType::LeftJoin,
            Alias::new(brings.table()),
            Alias::new("t"),
            Expr::cust("t.id = coalesce(r.duplicate_of, f.duplicate_of, f.id)").and(there::seen(ctx, brings)),
        )
        .and_where(Expr::col(r("import_id")).eq(import.id));
    Ok(select)
}

/// One row of an import.
pub(super) async fn line(ctx: &Ctx, import: &Clear, row: u32) -> kernel::Result<Line> {
    let mut select = lines(ctx, import)?;
    let n = i32::try_from(row).map_err(|_| DomainError::not_found("Row"))?;
    select.and_where(Expr::col((Alias::new("r"), Alias::new("n"))).eq(n));
    list::rows(ctx, &select).await?.into_iter().next().ok_or_else(|| DomainError::not_found("Row"))
}

/// Looks at a file, or begins to: then the job's id.
pub(super) async fn request(who: &SignedIn, id: Uuid) -> kernel::Result<Option<Uuid>> {
    let ctx = who.begin_carrying().await?;
    let import = Clear::of(&who.actor, find_locked(&ctx, id).await?)?;
    if import.mapping.is_none() {
        return Err(not_mapped());
    }
    must_be_open(&import)?;
    if import.rows_estimate > DIRECT {
        let requested_by = who.actor.id().ok_or_else(|| DomainError::internal("a preview without an actor"))?;
        let job = PreviewImport { import: id, requested_by, by_key: who.actor.key.is_some() };
        let job_id = ctx.enqueue(&job).await?;
        let sql = "update imports set task = 'preview', status = 'mapped', job_id = $2, updated_at = $3 where id = $1";
        ctx.tx().run(sql, [id.into(), job_id.into(), ctx.now().into()]).await?;
        tell(&ctx, &import).await?;
        ctx.commit().await?;
        return Ok(Some(job_id));
    }
    drop(ctx);
    stage(&Engine::of(who), id, None).await?;
    Ok(None)
}

/// The preview of a file that was looked at.
pub(super) async fn read(who: &SignedIn, id: Uuid) -> kernel::Result<Preview> {
    let ctx = who.begin_carrying().await?;
    let import = Clear::of(&who.actor, entity::find(&ctx, id).await?)?;
    if matches!(import.status.as_str(), "uploaded" | "mapped") {
        return Err(not_previewed());
    }
    let faults = || Expr::col((Alias::new("r"), Alias::new("faults")));
    let (mut faulty, mut sample) = (lines(&ctx, &import)?, lines(&ctx, &import)?);
    faulty.and_where(faults().is_not_null()).order_by((Alias::new("r"), Alias::new("n")), Order::Asc).limit(SHOWN.0);
    sample.and_where(faults().is_null()).order_by((Alias::new("r"), Alias::new("n")), Order::Asc).limit(SHOWN.1);
    Ok(Preview {
        total: import.total,
        valid: import.valid,
        invalid: import.invalid,
        twins: import.twins,
        known: import.known,
        faulty: list::rows(&ctx, &faulty).await?,
        groups: serde_json::from_value(import.faults.clone()).unwrap_or_default(),
        sample: list::rows(&ctx, &sample).await?,
    })
}

pub(super) fn not_previewed() -> DomainError {
    DomainError::conflict("not_previewed", "Preview this import first.")
}

/// Which rows a list shows.
#[derive(Debug, Default)]
pub(super) struct Filter {
    pub state: Option<String>,
    /// A column in which something is wrong.
    pub column: Option<String>,
    /// What is wrong.
    pub code: Option<String>,
    pub search: Option<String>,
}

/// A page of rows, in the order of the file. `who`: as they are, not in clear.
pub(super) async fn rows(
    ctx: &Ctx,
    who: &Actor,
    id: Uuid,
    filter: &Filter,
    paging: &Paging,
) -> kernel::Result<(Looked, Page<Line>)> {
    let import = Clear::of(who, entity::find(ctx, id).await?)?;
    let mut select = lines(ctx, &import)?;
    let given = |text: &Option<String>| text.clone().filter(|t| !t.is_empty());
    let mut c = Checker::new();
    match given(&filter.state).as_deref() {
        None => {}
        Some("invalid") => {
            select.and_where(Expr::cust("r.faults is not null"));
        }
        Some("duplicate") => {
            select.and_where(Expr::cust("(r.duplicate_of is not null or r.twin_of is not null)"));
        }
        Some(word) if ["review", "updated", "skipped", "kept"].contains(&word) => {
            select.and_where(Expr::col((Alias::new("r"), Alias::new("outcome"))).eq(word));
        }
        Some(_) => c.add("state", "must be invalid, duplicate, review, updated, skipped or kept"),
    }
    let search = c.optional("search", filter.search.as_deref(), 200);
    let mut fault = Map::new();
    for (name, value) in [("column", given(&filter.column)), ("code", given(&filter.code))] {
        if let Some(value) = c.optional(name, value.as_deref(), 200) {
            fault.insert(name.to_owned(), value.into());
        }
    }
    c.finish()?;
    if !fault.is_empty() {
        // The first condition is the one of the index.
        select.and_where(Expr::cust("r.faults is not null"));
        select.and_where(Expr::cust_with_values("r.faults @> $1", [Value::from(Json::Array(vec![Json::Object(fault)]))]));
    }
    for word in words(search.as_deref().unwrap_or_default()) {
        let text = "fold(coalesce(array_to_string(r.raw, ' '), concat_ws(' ', r.first_name, r.last_name, r.email)))";
        select.and_where(containing(text, &word));
    }
    let page = list::page(ctx, "import", &select, Sort::parse(None, BY_ROW)?, paging).await?;
    Ok((Looked::of(&import)?, page))
}

//! Deals and opportunities from a file: checked by their form's functions, added by sets.
//!
//! Always holds: each one stands in a stage that is there, at the end of its column, with a first step in its history;
//! what somebody worked on since stays when the import is taken back.

use chrono::{DateTime, Utc};
use kernel::DomainError;
use kernel::validate::Checker;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;

use super::amounts;
use super::entity::Import;
use super::field::{Field, number};
use super::mapping::{Duplicates, Mapping};
use super::named::Found;
use super::recipe::Recipe;
use super::rows::Staged;
use super::run::{Chunk, Made, TAGS, new_tags};
use super::undoing::{self, Undone};
use crate::bulk::Sql;
use crate::deals::http::DealIn;
use crate::deals::{Kind, from_file};
use crate::exchange_rates::service::base;
use crate::ownership::{self, Wish};
use crate::pipelines::service::{Pipeline, all};

/// What rows of deals are read with.
#[derive(Debug, Default)]
pub(super) struct Pipelines {
    pub all: Vec<Pipeline>,
    /// The currency of an amount without one.
    pub base: String,
}

impl Pipelines {
    pub async fn of(ctx: &Ctx) -> kernel::Result<Self> {
        Ok(Self { all: all(ctx).await?, base: base(ctx).await? })
    }

    /// Keys and names of pipelines that take new deals.
    pub fn names(&self) -> Vec<(String, String)> {
        self.all.iter().filter(|p| !p.archived).map(|p| (p.key.clone(), p.name.clone())).collect()
    }

    /// Keys and names of their stages. A key that two pipelines have stands for the stage of either.
    pub fn stages(&self) -> Vec<(String, String)> {
        let mut stages: Vec<(String, String)> = Vec::new();
        for stage in self.all.iter().filter(|p| !p.archived).flat_map(|p| &p.stages) {
            if stages.iter().all(|(key, _)| *key != stage.key) {
                stages.push((stage.key.clone(), stage.label.clone()));
            }
        }
        stages
    }
}

/// A probability as a whole number of percent: a workbook keeps 25 % as 0.25.
fn percent(text: &str) -> Option<i32> {
    let (text, is_percent) = match text.trim().strip_suffix(['%', '٪']) {
        Some(text) => (text, true),
        None => (text, false),
    };
    let n = number(text)?;
    let n = if !is_percent && n > 0.0 && n < 1.0 { n * 100.0 } else { n };
    let rounded = n.round();
    if (n - rounded).abs() > 1e-6 {
        return None;
    }
    format!("{rounded:.0}").parse().ok()
}

impl Recipe {
    /// An instant that a cell names, and whether it is a day alone.
    pub(super) fn moment(&self, c: &mut Checker, field: Field, text: Option<String>) -> Option<(DateTime<Utc>, bool)> {
        let text = text?;
        let found = self.format_of(field).moment(&text, self.zone);
        if found.is_none() {
            c.add(field.key(), "is not a date; write it as 2026-12-31, or as 2026-12-31 09:30");
        }
        found
    }

    /// A row of deals. `contact`: the one that it names.
    pub(super) fn check_deal(
        &self,
        c: &mut Checker,
        text: &impl Fn(Field) -> Option<String>,
        tags: Option<Vec<String>>,
        contact: Option<Found>,
        staged: &mut Staged,
    ) {
        let mark = self.mark_of(Field::Amount);
        let cell = text(Field::Amount);
        let amount = cell.as_deref().and_then(|t| amounts::read(t, mark));
        let mut currency = text(Field::Currency).map(|t| amounts::code_of(&t));
        if let Some(beside) = amount.as_ref().and_then(|a| a.currency.clone()) {
            if currency.as_ref().is_some_and(|given| !given.eq_ignore_ascii_case(&beside)) {
                c.add("currency", format!("is another one than the {beside} beside the amount"));
            }
            currency.get_or_insert(beside);
        }
        let probability = text(Field::Probability).map(|t| percent(&t));
        if probability == Some(None) {
            c.add("probability", "must be a whole number from 0 to 100");
        }
        let day = |field: Field| text(field).map(|t| self.format_of(field).day(&t).map_or(t, |d| d.to_string()));
        let (created, closed) = (text(Field::CreatedAt), text(Field::ClosedAt));
        let row = from_file::Row {
            created_at: self.moment(c, Field::CreatedAt, created).map(|(at, _)| at),
            closed_at: self.moment(c, Field::ClosedAt, closed).map(|(at, _)| at),
            input: DealIn {
                name: text(Field::DealName),
                client_id: text(Field::Client).or_else(|| contact.and_then(|found| found.client).map(|id| id.to_string())),
                contact_id: text(Field::Contact),
                pipeline: text(Field::Pipeline),
                stage: text(Field::Stage),
                // What is no number is said to be none by the form's own check.
                amount: amount.map(|a| a.number).or(cell),
                currency,
                probability: probability.flatten(),
                expected_close_date: day(Field::ExpectedClose),
                description: text(Field::Description),
                next_steps: text(Field::NextSteps),
                lost_reason: text(Field::LostReason),
                tags,
                ..DealIn::default()
            },
        };
        let checked = from_file::check_import(c, &row, &self.pipelines.all, &self.pipelines.base, self.now);
        staged.values.first_name = checked.name;
        staged.values.description = checked.description;
        staged.values.tags = checked.tags;
        let mut more = checked.more;
        if let Some(found) = contact {
            more.insert("contact_id".to_owned(), found.id.to_string().into());
            staged.client = staged.client.or(found.client);
        }
        staged.more = Some(more);
    }
}

/// Works on the rows after `from` up to `to`, as the mapping says.
pub(super) async fn chunk(
    ctx: &Ctx,
    kind: Kind,
    import: &Import,
    mapping: &Mapping,
    from: i32,
    to: i32,
    rows: i64,
) -> kernel::Result<Chunk> {
    new_tags(ctx, import, from, to).await?;
    still_there(ctx, import, from, to).await?;
    let made = create(ctx, kind, import, mapping, from, to).await?;
    Ok(Chunk { rows, created: made.made, owners: made.owners, teams: made.teams, ..Chunk::default() })
}

#[derive(FromQueryResult)]
struct Held {
    missing: i64,
}

/// Holds the stages of the rows until the commit; one may have been removed since the file was looked at.
async fn still_there(ctx: &Ctx, import: &Import, from: i32, to: i32) -> kernel::Result<()> {
    let sql = "with named as (
                   select distinct r.more ->> 'pipeline' as pipeline, r.more ->> 'stage' as stage from import_rows r
                   where r.import_id = $1 and r.n > $2 and r.n <= $3 and r.faults is null),
               held as (
                   select s.pipeline_key, s.key from pipeline_stages s join named n on n.pipeline = s.pipeline_key and n.stage = s.key
                   for key share of s)
               select (select count(*) from named) - (select count(*) from held) as missing";
    let held: Option<Held> = ctx.tx().one(sql, [import.id.into(), from.into(), to.into()]).await?;
    if held.is_some_and(|h| h.missing == 0) {
        return Ok(());
    }
    Err(DomainError::conflict("stage_gone", "A stage of this file was removed meanwhile. Send the file again."))
}

/// Adds those that are not there.
async fn create(ctx: &Ctx, kind: Kind, import: &Import, mapping: &Mapping, from: i32, to: i32) -> kernel::Result<Made> {
    let pool = ownership::for_new(ctx, kind.assign(), &Wish::default()).await?;
    let mut sql = Sql::default();
    let (id, from, to, kind) = (sql.bind(import.id), sql.bind(from), sql.bind(to), sql.bind(kind.word()));
    let (at, by) = (sql.bind(ctx.now()), sql.bind(ctx.user_id()));
    let (user, team) = (sql.bind(pool.user), sql.bind(pool.team));
    let new = match mapping.duplicates {
        Duplicates::CreateAnyway => "true",
        _ => "p.duplicate_of is null and p.twin_of is null",
    };
    let closed =
        format!("case when s.outcome <> 'none' then coalesce((p.more ->> 'closed_at')::timestamptz, {at}::timestamptz) end");
    let created = format!("coalesce((p.more ->> 'created_at')::timestamptz, {at}::timestamptz)");
    let text = format!(
        "with p as materialized (
             select * from import_rows p where p.import_id = {id} and p.n > {from} and p.n <= {to} and p.faults is null
                 and p.outcome is null and {new}),
         ends as (
             select pipeline_key, stage, max(position) as last from deals
             where kind = {kind} and deleted_at is null
                 and (pipeline_key, stage) in (select p.more ->> 'pipeline', p.more ->> 'stage' from p)
             group by pipeline_key, stage),
         made as (
             insert into deals (id, kind, name, description, next_steps, client_id, contact_id, pipeline_key, stage, probability,
                 outcome, amount, currency, expected_close_date, closed_at, lost_reason, stage_since, created_at, updated_at,
                 assigned_to, team_id, tags, custom, created_by, import_id, position)
             select p.id, {kind}, p.first_name, p.description, p.more ->> 'next_steps', c.id, k.id, s.pipeline_key, s.key,
                 (p.more ->> 'probability')::smallint, s.outcome, (p.more ->> 'amount')::numeric, p.more ->> 'currency',
                 (p.more ->> 'expected_close_date')::date, {closed}, case when s.outcome = 'lost' then p.more ->> 'lost_reason' end,
                 coalesce({closed}, {created}), {created}, {at}::timestamptz, coalesce(p.assigned_to, {user}::uuid),
                 case when p.assigned_to is null then {team}::uuid else p.team_id end, {TAGS}, coalesce(p.custom, '{{}}'),
                 {by}::uuid, {id},
                 coalesce(e.last, 0) + 1024 * row_number() over (partition by s.pipeline_key, s.key order by p.n)
             from p join pipeline_stages s on s.pipeline_key = p.more ->> 'pipeline' and s.key = p.more ->> 'stage'
             left join ends e on e.pipeline_key = s.pipeline_key and e.stage = s.key
             left join clients c on c.id = p.client_id and c.deleted_at is null
             left join contacts k on k.id = (p.more ->> 'contact_id')::uuid and k.deleted_at is null
             order by p.n
             returning id, pipeline_key, stage, stage_since, assigned_to, team_id),
         noted as (
             insert into deal_stages (id, deal_id, pipeline_key, new_stage, changed_by, at)
             select gen_random_uuid(), id, pipeline_key, stage, {by}::uuid, stage_since from made),
         marked as (
             update import_rows r set outcome = 'created' from made
             where r.import_id = {id} and r.n > {from} and r.n <= {to} and r.id = made.id
                 and (r.duplicate_of is not null or r.twin_of is not null) returning 1)
         select (select count(*) from p) as expected, (select count(*) from made) as made,
             (select count(*) from marked) as marked,
             (select coalesce(array_agg(distinct assigned_to) filter (where assigned_to is not null), '{{}}') from made) as owners,
             (select coalesce(array_agg(distinct team_id) filter (where team_id is not null), '{{}}') from made) as teams"
    );
    sql.one(ctx, text).await
}

/// Takes back the rows after `from` up to `to`.
pub(super) async fn undo(ctx: &Ctx, import: &Import, from: i32, to: i32) -> kernel::Result<Undone> {
    undoing::remove_unused(ctx, import, from, to).await
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn probabilities_are_whole_numbers_of_percent() {
        for (text, wanted) in
            [("25", Some(25)), ("25%", Some(25)), ("0.25", Some(25)), ("0,29", Some(29)), ("100", Some(100)), ("0", Some(0))]
        {
            assert_eq!(percent(text), wanted, "{text}");
        }
        assert_eq!((percent("12.5"), percent("likely"), percent("0.125")), (None, None, None));
    }
}

//! Activities from a file: checked by their form's functions, added by sets.
//!
//! Always holds: nobody is reminded of what came from a file, and none of it comes again; what somebody worked on since
//! stays when the import is taken back.

use kernel::validate::Checker;
use runtime::Ctx;

use super::entity::Import;
use super::field::{Field, flag};
use super::mapping::{Duplicates, Mapping};
use super::named::Found;
use super::recipe::Recipe;
use super::rows::{Staged, whole};
use super::run::{Chunk, Made};
use super::sales_words::{priority_of, status_of, type_of};
use super::undoing::{self, Undone};
use crate::activities::from_file;
use crate::activities::input::ActivityIn;
use crate::bulk::Sql;
use crate::ownership::Ownership;

impl Recipe {
    /// A row of activities. `links`: the contact, the lead, the deal and the opportunity that it names.
    pub(super) fn check_activity(
        &self,
        c: &mut Checker,
        text: &impl Fn(Field) -> Option<String>,
        links: [Option<Found>; 4],
        staged: &mut Staged,
    ) {
        let all_day = text(Field::AllDay).map(|t| flag(&t));
        if all_day == Some(None) {
            c.add("all_day", "must be yes or no");
        }
        let duration = text(Field::Duration).map(|t| whole(&t));
        if duration == Some(None) {
            c.add("duration_minutes", "must be a whole number from 0 to 100000");
        }
        let (due, done) = (text(Field::DueAt), text(Field::CompletedAt));
        let due = self.moment(c, Field::DueAt, due);
        let done = self.moment(c, Field::CompletedAt, done);
        let input = ActivityIn {
            kind: text(Field::Type).map(|t| type_of(&t)),
            subject: text(Field::Subject),
            description: text(Field::Description),
            status: text(Field::Status).map(|t| status_of(&t)),
            priority: text(Field::Priority).map(|t| priority_of(&t)),
            // A day without a time is for the whole day, whatever else the row says.
            due_at: due.map(|(at, _)| at.to_rfc3339()),
            all_day: due.map(|(_, is_day)| is_day || all_day.flatten() == Some(true)),
            duration_minutes: duration.flatten().map(i64::from),
            outcome: text(Field::Outcome),
            location: text(Field::Location),
            completed_at: done.map(|(at, _)| at.to_rfc3339()),
            ..ActivityIn::default()
        };
        let checked = from_file::check_import(c, &input, self.zone, self.now);
        staged.values.first_name = checked.subject;
        staged.values.description = checked.description;
        staged.status = checked.status.map(str::to_owned);
        let mut more = checked.more;
        for (key, found) in ["contact_id", "lead_id", "deal_id", "opportunity_id"].into_iter().zip(links) {
            if let Some(found) = found {
                more.insert(key.to_owned(), found.id.to_string().into());
            }
        }
        staged.more = Some(more);
    }
}

/// Works on the rows after `from` up to `to`, as the mapping says.
pub(super) async fn chunk(ctx: &Ctx, import: &Import, mapping: &Mapping, from: i32, to: i32, rows: i64) -> kernel::Result<Chunk> {
    // What somebody brings in is theirs to do, where the file does not say whose it is.
    let own = match ctx.user_id() {
        Some(user) => Ownership { user: Some(user), team: ctx.actor().team.as_ref().map(|(id, _)| id.0) },
        None => Ownership::default(),
    };
    let mut sql = Sql::default();
    let (id, from, to) = (sql.bind(import.id), sql.bind(from), sql.bind(to));
    let (at, by) = (sql.bind(ctx.now()), sql.bind(ctx.user_id()));
    let (user, team) = (sql.bind(own.user), sql.bind(own.team));
    let new = match mapping.duplicates {
        Duplicates::CreateAnyway => "true",
        _ => "p.duplicate_of is null and p.twin_of is null",
    };
    let text = format!(
        "with p as materialized (
             select * from import_rows p where p.import_id = {id} and p.n > {from} and p.n <= {to} and p.faults is null
                 and p.outcome is null and {new}),
         made as (
             insert into activities (id, type, subject, description, status, priority, due_at, all_day, duration_minutes, outcome,
                 location, client_id, contact_id, lead_id, deal_id, opportunity_id, assigned_to, team_id, reminded, completed_at,
                 completed_by, created_at, updated_at, created_by, import_id)
             select p.id, p.more ->> 'type', p.first_name, p.description, p.status, p.more ->> 'priority',
                 (p.more ->> 'due_at')::timestamptz, coalesce((p.more ->> 'all_day')::boolean, false),
                 (p.more ->> 'duration_minutes')::int, p.more ->> 'outcome', p.more ->> 'location', c.id, k.id, l.id, d.id, o.id,
                 coalesce(p.assigned_to, {user}::uuid), case when p.assigned_to is null then {team}::uuid else p.team_id end, true,
                 (p.more ->> 'completed_at')::timestamptz, case when p.status = 'completed' then {by}::uuid end,
                 {at}::timestamptz, {at}::timestamptz, {by}::uuid, {id}
             from p
             left join clients c on c.id = p.client_id and c.deleted_at is null
             left join contacts k on k.id = (p.more ->> 'contact_id')::uuid and k.deleted_at is null
             left join leads l on l.id = (p.more ->> 'lead_id')::uuid
             left join deals d on d.id = (p.more ->> 'deal_id')::uuid and d.deleted_at is null
             left join deals o on o.id = (p.more ->> 'opportunity_id')::uuid and o.kind = 'opportunity' and o.deleted_at is null
             order by p.n
             returning id, assigned_to, team_id),
         marked as (
             update import_rows r set outcome = 'created' from made
             where r.import_id = {id} and r.n > {from} and r.n <= {to} and r.id = made.id
                 and (r.duplicate_of is not null or r.twin_of is not null) returning 1)
         select (select count(*) from p) as expected, (select count(*) from made) as made,
             (select count(*) from marked) as marked,
             (select coalesce(array_agg(distinct assigned_to) filter (where assigned_to is not null), '{{}}') from made) as owners,
             (select coalesce(array_agg(distinct team_id) filter (where team_id is not null), '{{}}') from made) as teams"
    );
    let made: Made = sql.one(ctx, text).await?;
    Ok(Chunk { rows, created: made.made, owners: made.owners, teams: made.teams, ..Chunk::default() })
}

/// Takes back the rows after `from` up to `to`.
pub(super) async fn undo(ctx: &Ctx, import: &Import, from: i32, to: i32) -> kernel::Result<Undone> {
    undoing::remove_unused(ctx, import, from, to).await
}

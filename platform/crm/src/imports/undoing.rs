//! Taking an import back, piece by piece, the last rows first: what was overwritten comes back where nobody
//! changed it since, what was added goes.

use kernel::event::Event;
use runtime::audit::Change;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::brings::Brings;
use super::entity::Import;
use super::{activities, deals, hanging, staff, update};
use crate::bulk::{Kind, Origin, Sql};
use crate::contacts;

/// What a piece came to.
#[derive(Debug, Default)]
pub(super) struct Undone {
    pub restored: i64,
    pub kept: i64,
    owners: Vec<Uuid>,
    teams: Vec<Uuid>,
}

#[derive(FromQueryResult)]
struct Step {
    seen: i64,
    restored: i64,
    kept: i64,
    owners: Vec<Uuid>,
    teams: Vec<Uuid>,
}

/// Of which kinds a column is.
type Of = u8;
const CLIENT: Of = 1;
const LEAD: Of = 2;
const CONTACT: Of = 4;
const ALL: Of = CLIENT | LEAD | CONTACT;

/// A column that can come back: how a kept value is read, and of which kinds it is.
const COLUMNS: &[(&str, &str, Of)] = &[
    ("first_name", "{} ->> 0", ALL),
    ("last_name", "{} ->> 0", ALL),
    ("email", "{} ->> 0", LEAD | CONTACT),
    ("phone", "{} ->> 0", ALL),
    ("country", "{} ->> 0", CLIENT | LEAD),
    ("language", "{} ->> 0", CLIENT),
    ("address", "{} ->> 0", CLIENT),
    ("date_of_birth", "({} ->> 0)::date", CLIENT),
    ("status", "{} ->> 0", ALL),
    ("source", "{} ->> 0", ALL),
    ("message", "{} ->> 0", LEAD),
    ("company", "{} ->> 0", CONTACT),
    ("job_title", "{} ->> 0", CONTACT),
    ("rating", "({} ->> 0)::smallint", CONTACT),
    ("description", "{} ->> 0", CONTACT),
    ("client_id", "({} ->> 0)::uuid", CONTACT),
    ("assigned_to", "({} ->> 0)::uuid", ALL),
    // One that is gone since can't come back.
    ("team_id", "(select k.id from teams k where k.id = ({} ->> 0)::uuid)", ALL),
    ("tags", "array(select jsonb_array_elements_text({} -> 0))", ALL),
    ("custom", "{} -> 0", ALL),
    ("follow_up_at", "({} ->> 0)::timestamptz", CLIENT | LEAD),
    ("follow_up_note", "{} ->> 0", CLIENT | LEAD),
    // What is gone since can't come back.
    ("partner_id", "(select k.id from partners k where k.id = ({} ->> 0)::uuid)", CLIENT | LEAD),
];

/// Takes back the rows after `from` up to `to`.
pub(super) async fn piece(ctx: &Ctx, import: &Import, from: i32, to: i32) -> kernel::Result<Undone> {
    let kind = match import.brings()? {
        Brings::Records(kind) => kind,
        Brings::Users => return staff::undo(ctx, import, from, to).await,
        Brings::Deals(_) => return deals::undo(ctx, import, from, to).await,
        Brings::Activities => return activities::undo(ctx, import, from, to).await,
    };
    let mut done = Undone::default();
    let clients = if kind == Kind::Contact { hold_clients(ctx, import, from, to).await? } else { Vec::new() };
    // A record that took values from several rows gives them back one after the other, the last first.
    loop {
        let step = give_back(ctx, kind, import, from, to).await?;
        let seen = step.seen;
        done.add(step);
        if seen == 0 {
            break;
        }
    }
    done.add(remove(ctx, kind, import, from, to).await?);
    // Whoever came in between may have to take the place of one who goes.
    contacts::primary::settle(ctx, &clients).await?;
    record(ctx, Brings::Records(kind), import, &done, from, to).await?;
    Ok(done)
}

/// Holds the clients of the contacts that the rows made or changed.
async fn hold_clients(ctx: &Ctx, import: &Import, from: i32, to: i32) -> kernel::Result<Vec<Uuid>> {
    let sql = "select array_agg(distinct k.client_id) from import_rows r join contacts k on k.id = coalesce(r.duplicate_of, r.id)
               where r.import_id = $1 and r.n > $2 and r.n <= $3 and r.faults is null and k.client_id is not null";
    let clients: Option<Option<Vec<Uuid>>> = ctx.tx().scalar(sql, [import.id.into(), from.into(), to.into()]).await?;
    let clients = clients.flatten().unwrap_or_default();
    contacts::primary::hold(ctx, &clients).await?;
    Ok(clients)
}

impl Undone {
    fn add(&mut self, step: Step) {
        self.restored += step.restored;
        self.kept += step.kept;
        self.owners.extend(step.owners);
        self.teams.extend(step.teams);
    }
}

async fn give_back(ctx: &Ctx, kind: Kind, import: &Import, from: i32, to: i32) -> kernel::Result<Step> {
    let mut sql = Sql::default();
    let (id, from, to, at) = (sql.bind(import.id), sql.bind(from), sql.bind(to), sql.bind(ctx.now()));
    let (table, word) = (kind.table(), kind.word());
    let alive = if kind.can_be_deleted() { "c.deleted_at is null" } else { "true" };
    let of = match kind {
        Kind::Client => CLIENT,
        Kind::Contact => CONTACT,
        _ => LEAD,
    };
    let columns: Vec<&(&str, &str, Of)> = COLUMNS.iter().filter(|c| c.2 & of != 0).collect();
    let is_held = |name: &str| {
        let stands = if name == "status" && kind != Kind::Contact {
            format!(" and exists (select 1 from statuses s where s.entity = '{word}' and s.key = b.before -> 'status' ->> 0)")
        } else {
            String::new()
        };
        format!("(b.before ? '{name}' and coalesce(to_jsonb(c.{name}), 'null') = b.before -> '{name}' -> 1{stands})")
    };
    let back: Vec<String> = columns
        .iter()
        .map(|(name, value, ..)| {
            let value = value.replace("{}", &format!("(b.before -> '{name}')"));
            format!("case when {} then {value} else c.{name} end as back_{name}, c.{name} as was_{name}", is_held(name))
        })
        .collect();
    let touched: Vec<String> =
        columns.iter().map(|(name, ..)| format!("(b.before ? '{name}' and not {})", is_held(name))).collect();
    let mut set: Vec<String> = columns.iter().map(|(name, ..)| format!("{name} = w.back_{name}")).collect();
    if kind == Kind::Contact {
        // A file gives a client only to who had none, and nobody without one is a primary contact.
        set.push("is_primary = r.is_primary and w.back_client_id is not distinct from w.was_client_id".to_owned());
    }
    let origin = Origin::of(ctx);
    let (who, name) = (sql.bind(origin.id), sql.bind(origin.name));
    let (ip, request) = (sql.bind(origin.ip), sql.bind(origin.request_id));
    let history = if kind == Kind::Lead {
        let by = sql.bind(ctx.user_id());
        format!(
            ", noted as (
             insert into lead_status_history (id, lead_id, old_status, new_status, changed_by, at)
             select gen_random_uuid(), id, was_status, back_status, {by}::uuid, {at} from moved where was_status <> back_status)"
        )
    } else {
        String::new()
    };
    let counted = match kind {
        Kind::Lead => update::leads_counted("moved", "was_partner_id", "back_partner_id", &at),
        _ => String::new(),
    };
    // Which fields came back stands in the log; their values stand in the line of the import's change.
    let fields: Vec<String> = columns
        .iter()
        .map(|(name, ..)| format!("case when was_{name} is distinct from back_{name} then jsonb_build_array(jsonb_build_object('field', '{name}', 'old', null, 'new', null)) else '[]' end"))
        .collect();
    let text = format!(
        "with b as materialized (
             select distinct on (r.duplicate_of) r.n, r.duplicate_of as target, r.before from import_rows r
             where r.import_id = {id} and r.n > {from} and r.n <= {to} and r.outcome = 'updated' and r.before is not null
             order by r.duplicate_of, r.n desc),
         w as materialized (
             select c.id, b.n, {back}, ({touched}) as touched from b join {table} c on c.id = b.target where {alive}
             order by c.id for update of c),
         moved as (
             update {table} r set {set}, updated_at = {at}, version = r.version + (r.import_id is distinct from {id})::int
             from w where r.id = w.id returning w.*),
         marked as (
             update import_rows r set before = null, outcome = case when coalesce(m.touched, true) then 'kept' else r.outcome end
             from b left join moved m on m.n = b.n where r.import_id = {id} and r.n = b.n returning r.outcome),
         told as (
             insert into audit_log (id, at, actor_id, actor_name, action, resource_type, resource_id, diff, diff_masked, ip, request_id)
             select gen_random_uuid(), {at}, {who}, {name}, '{word}.updated', '{word}', id, d, d, {ip}, {request}
             from (select moved.*, {fields} as d from moved) x){history}{counted}
         select (select count(*) from b) as seen,
             (select count(*) from marked where outcome <> 'kept') as restored, (select count(*) from marked where outcome = 'kept') as kept,
             (select coalesce(array_agg(distinct o), '{{}}') from (
                 select was_assigned_to as o from moved union select back_assigned_to from moved) x where o is not null) as owners,
             (select coalesce(array_agg(distinct t), '{{}}') from (
                 select was_team_id as t from moved union select back_team_id from moved) x where t is not null) as teams",
        back = back.join(", "),
        touched = touched.join(" or "),
        set = set.join(", "),
        fields = fields.join(" || "),
    );
    sql.one(ctx, text).await
}

/// Removes the records that came with the import. A client whom somebody worked with since is deleted as a
/// person deletes them, so that they can be restored; such a lead is left.
async fn remove(ctx: &Ctx, kind: Kind, import: &Import, from: i32, to: i32) -> kernel::Result<Step> {
    let mut sql = Sql::default();
    let (id, from, to, at) = (sql.bind(import.id), sql.bind(from), sql.bind(to), sql.bind(ctx.now()));
    let (used, findings) = (hanging::used(Brings::Records(kind)), hanging::findings(Brings::Records(kind)));
    let (table, hidden, left) = match kind {
        Kind::Client | Kind::Contact => (
            kind.table(),
            format!(
                "update {} c set deleted_at = {at}, {}updated_at = {at}, version = c.version + 1 from w
                 where c.id = w.id and w.touched and c.deleted_at is null returning c.id, c.assigned_to, c.team_id",
                kind.table(),
                if kind == Kind::Contact { "is_primary = false, " } else { "" },
            ),
            "false",
        ),
        _ => ("leads", "select id, assigned_to, team_id from w where false".to_owned(), "w.touched"),
    };
    // Partners are told how many leads they brought.
    let (brought, uncounted) = match kind {
        Kind::Client | Kind::Contact => ("", ""),
        _ => (
            ", c.partner_id",
            "uncounted as (
             update partners p set leads_count = p.leads_count - g.n, updated_at = now()
             from (select partner_id, count(*) as n from gone where partner_id is not null group by partner_id) g where p.id = g.partner_id),",
        ),
    };
    let text = format!(
        "with w as materialized (
             select c.id, r.n, c.assigned_to, c.team_id, (c.version > 1 or {used}) as touched
             from import_rows r join {table} c on c.id = r.id
             where r.import_id = {id} and r.n > {from} and r.n <= {to} and r.faults is null and c.import_id = {id}
             order by c.id for update of c),
         {findings}
         gone as (delete from {table} c using w where c.id = w.id and not w.touched returning c.id, c.assigned_to, c.team_id{brought}),{uncounted}
         hidden as ({hidden}),
         marked as (
             update import_rows r set outcome = 'kept' from w where r.import_id = {id} and r.n = w.n and {left} returning 1),
         either as (select assigned_to, team_id from gone union all select assigned_to, team_id from hidden)
         select 0::bigint as seen, (select count(*) from either) as restored, (select count(*) from marked) as kept,
             (select coalesce(array_agg(distinct assigned_to) filter (where assigned_to is not null), '{{}}') from either) as owners,
             (select coalesce(array_agg(distinct team_id) filter (where team_id is not null), '{{}}') from either) as teams"
    );
    sql.one(ctx, text).await
}

/// Removes the records of other kinds that came with the import. One that somebody changed since, or on which something
/// hangs, is left.
pub(super) async fn remove_unused(ctx: &Ctx, import: &Import, from: i32, to: i32) -> kernel::Result<Undone> {
    let brings = import.brings()?;
    let used = hanging::used(brings);
    let mut sql = Sql::default();
    let (id, table) = (sql.bind(import.id), brings.table());
    let (after, up_to) = (sql.bind(from), sql.bind(to));
    let text = format!(
        "with w as materialized (
             select c.id, r.n, (c.version > 1 or {used}) as touched
             from import_rows r join {table} c on c.id = r.id
             where r.import_id = {id} and r.n > {after} and r.n <= {up_to} and r.faults is null and c.import_id = {id}
             order by c.id for update of c),
         gone as (delete from {table} c using w where c.id = w.id and not w.touched returning c.assigned_to, c.team_id),
         marked as (
             update import_rows r set outcome = 'kept' from w where r.import_id = {id} and r.n = w.n and w.touched returning 1)
         select 0::bigint as seen, (select count(*) from gone) as restored, (select count(*) from marked) as kept,
             (select coalesce(array_agg(distinct assigned_to) filter (where assigned_to is not null), '{{}}') from gone) as owners,
             (select coalesce(array_agg(distinct team_id) filter (where team_id is not null), '{{}}') from gone) as teams"
    );
    let mut done = Undone::default();
    done.add(sql.one(ctx, text).await?);
    record(ctx, brings, import, &done, from, to).await?;
    Ok(done)
}

async fn record(ctx: &Ctx, brings: Brings, import: &Import, done: &Undone, from: i32, to: i32) -> kernel::Result<()> {
    if done.restored + done.kept == 0 {
        return Ok(());
    }
    let told = |field: &str, new: Json| Change { field: field.to_owned(), old: Json::Null, new };
    let lines = vec![
        told("restored", json!(done.restored)),
        told("kept", json!(done.kept)),
        told("rows", format!("{}-{to}", from + 1).into()),
    ];
    ctx.audit(&format!("{}.import_undone", brings.word()), "import", Some(import.id), lines).await?;
    let mut event = Event::new(&format!("{}.bulk_updated", brings.word()), import.id, brings.reads());
    event.owners.clone_from(&done.owners);
    event.teams.clone_from(&done.teams);
    for list in [&mut event.owners, &mut event.teams] {
        list.sort_unstable();
        list.dedup();
    }
    ctx.emit(event).await
}

/// Takes away the tags and fields that came with an import and that nothing has any more.
pub(super) async fn sweep_made(ctx: &Ctx, import: &Import) -> kernel::Result<()> {
    let ids = |name: &str| -> Vec<Uuid> {
        let all = import.made[name].as_array().cloned().unwrap_or_default();
        all.iter().filter_map(|id| id.as_str()?.parse().ok()).collect()
    };
    let (tags, fields) = (ids("tags"), ids("fields"));
    if !tags.is_empty() {
        let sql = "delete from tags t where t.id = any($1)
                     and not exists (select 1 from clients c where c.tags @> array[t.name] and c.deleted_at is null)
                     and not exists (select 1 from leads l where l.tags @> array[t.name])
                     and not exists (select 1 from contacts k where k.tags @> array[t.name] and k.deleted_at is null)
                     and not exists (select 1 from deals d where d.tags @> array[t.name] and d.deleted_at is null)";
        ctx.tx().run(sql, [tags.into()]).await?;
    }
    if !fields.is_empty() {
        let sql = "delete from custom_fields f where f.id = any($1)
                     and not exists (select 1 from custom_values v where v.field = f.entity || '.' || f.key)";
        ctx.tx().run(sql, [fields.into()]).await?;
    }
    Ok(())
}

//! One piece of an import: a few statements over its rows, whatever their number.

use kernel::event::Event;
use runtime::audit::Change;
use runtime::{Ctx, Rows as _};
use sea_orm::{FromQueryResult, Value};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::brings::Brings;
use super::entity::Import;
use super::mapping::{Duplicates, Mapping};
use super::{activities, deals, staff, update};
use crate::assignment::{self, Facts};
use crate::bulk::{Kind, Sql};
use crate::ownership::{self, Ownership, Wish};
use crate::{contacts, statuses, tags};

/// What a piece came to.
#[derive(Debug, Clone, Default)]
pub(super) struct Chunk {
    pub rows: i64,
    pub created: i64,
    pub updated: i64,
    pub skipped: i64,
    pub review: i64,
    /// Owners and teams of the records that it touched.
    pub owners: Vec<Uuid>,
    pub teams: Vec<Uuid>,
}

/// What was added.
#[derive(FromQueryResult)]
pub(super) struct Made {
    expected: i64,
    pub made: i64,
    pub owners: Vec<Uuid>,
    pub teams: Vec<Uuid>,
}

#[derive(FromQueryResult)]
struct Word {
    word: String,
}

#[derive(FromQueryResult)]
struct Ownerless {
    n: i32,
    country: Option<String>,
    language: Option<String>,
    source: Option<String>,
}

/// Works on the rows after `from` up to `to`, as the mapping says.
pub(super) async fn chunk(ctx: &Ctx, import: &Import, mapping: &Mapping, from: i32, to: i32) -> kernel::Result<Chunk> {
    let brings = import.brings()?;
    ctx.require(brings.creates())?;
    let sql = "select count(*) from import_rows where import_id = $1 and n > $2 and n <= $3";
    let rows: Option<i64> = ctx.tx().scalar(sql, [import.id.into(), from.into(), to.into()]).await?;
    let rows = rows.unwrap_or(0);
    let mut done = match brings {
        Brings::Records(kind) => records(ctx, kind, import, mapping, from, to, rows).await?,
        Brings::Users => staff::chunk(ctx, import, mapping, from, to, rows).await?,
        Brings::Deals(kind) => deals::chunk(ctx, kind, import, mapping, from, to, rows).await?,
        Brings::Activities => activities::chunk(ctx, import, mapping, from, to, rows).await?,
    };
    let review = mapping.duplicates == Duplicates::Review;
    let left = leave(ctx, import, if review { "review" } else { "skipped" }, from, to).await?;
    done.skipped = left;
    done.review = if review { left } else { 0 };
    record(ctx, brings, import, &done, from, to).await?;
    Ok(done)
}

/// The rows of one piece as clients, leads or contacts.
async fn records(
    ctx: &Ctx,
    kind: Kind,
    import: &Import,
    mapping: &Mapping,
    from: i32,
    to: i32,
    rows: i64,
) -> kernel::Result<Chunk> {
    let mut done = Chunk { rows, ..Chunk::default() };
    new_tags(ctx, import, from, to).await?;
    owners(ctx, kind, import, from, to).await?;
    if kind == Kind::Contact {
        hold_clients(ctx, import, from, to).await?;
    }
    let made = create(ctx, kind, import, mapping, from, to).await?;
    done.created = made.made;
    if made.made < made.expected {
        // Somebody was faster, since the preview or in this very moment: these are there already by now.
        late(ctx, kind, import, from, to).await?;
    }
    (done.owners, done.teams) = (made.owners, made.teams);
    match mapping.duplicates {
        Duplicates::Update => {
            let changed = update::piece(ctx, kind, import, mapping.overwrite, from, to).await?;
            done.updated = changed.updated;
            done.owners.extend(changed.owners);
            done.teams.extend(changed.teams);
        }
        Duplicates::Skip | Duplicates::CreateAnyway | Duplicates::Review => {}
    }
    Ok(done)
}

/// Holds the clients whose contacts the rows are, while it is decided which is the primary one.
async fn hold_clients(ctx: &Ctx, import: &Import, from: i32, to: i32) -> kernel::Result<()> {
    let sql = "select array_agg(distinct client_id) from import_rows
               where import_id = $1 and n > $2 and n <= $3 and faults is null and client_id is not null";
    let clients: Option<Option<Vec<Uuid>>> = ctx.tx().scalar(sql, [import.id.into(), from.into(), to.into()]).await?;
    contacts::primary::hold(ctx, &clients.flatten().unwrap_or_default()).await
}

/// The keys of the statuses that a record of this kind can have.
pub(super) async fn status_keys(ctx: &Ctx, kind: Kind) -> kernel::Result<Vec<String>> {
    if kind == Kind::Contact {
        return Ok(contacts::entity::STATUSES.iter().map(|key| (*key).to_owned()).collect());
    }
    Ok(statuses::all(ctx).await?.into_iter().filter(|s| s.entity == kind.word()).map(|s| s.key).collect())
}

/// Makes the tags that the rows bring and the tenant does not have.
pub(super) async fn new_tags(ctx: &Ctx, import: &Import, from: i32, to: i32) -> kernel::Result<()> {
    let sql = "select distinct t as word from import_rows r, unnest(r.tags) t
               where r.import_id = $1 and r.n > $2 and r.n <= $3 and r.faults is null
                 and not exists (select 1 from tags k where lower(k.name) = lower(t)) order by t";
    let words: Vec<Word> = ctx.tx().all(sql, [import.id.into(), from.into(), to.into()]).await?;
    if words.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = words.into_iter().map(|w| w.word).collect();
    let lower: Vec<String> = tags::ensure(ctx, names).await?.into_iter().map(|n| n.to_lowercase()).collect();
    let sql = "update imports set made = jsonb_set(made, '{tags}', coalesce(made -> 'tags', '[]')
                   || (select coalesce(jsonb_agg(id), '[]') from tags where lower(name) = any($2))) where id = $1";
    ctx.tx().run(sql, [import.id.into(), lower.into()]).await?;
    Ok(())
}

/// Gives rows without an owner to whom the tenant's rules say.
async fn owners(ctx: &Ctx, kind: Kind, import: &Import, from: i32, to: i32) -> kernel::Result<()> {
    if ownership::for_new(ctx, kind.assign(), &Wish::default()).await? != Ownership::default() {
        return Ok(());
    }
    if !assignment::has_rules(ctx, kind.word()).await? {
        return Ok(());
    }
    let sql = "select n, country, language, source from import_rows
               where import_id = $1 and n > $2 and n <= $3 and faults is null and assigned_to is null
                 and duplicate_of is null and twin_of is null order by n";
    let rows: Vec<Ownerless> = ctx.tx().all(sql, [import.id.into(), from.into(), to.into()]).await?;
    let (mut ns, mut users, mut teams) = (Vec::new(), Vec::new(), Vec::new());
    let facts = rows.iter().map(|r| {
        let (country, language) = (r.country.clone(), r.language.clone());
        Facts { country, language, source: r.source.clone(), ..Facts::default() }
    });
    let picked = assignment::pick_many(ctx, kind.word(), &facts.collect::<Vec<_>>()).await?;
    for (row, owner) in rows.iter().zip(picked) {
        if let Some(user) = owner.user {
            ns.push(row.n);
            users.push(user);
            // The nil id stands for none.
            teams.push(owner.team.unwrap_or(Uuid::nil()));
        }
    }
    let sql = "update import_rows r set assigned_to = o.u, team_id = nullif(o.t, '00000000-0000-0000-0000-000000000000')
               from unnest($2::int[], $3::uuid[], $4::uuid[]) as o (n, u, t) where r.import_id = $1 and r.n = o.n";
    ctx.tx().run(sql, [import.id.into(), ns.into(), users.into(), teams.into()]).await?;
    Ok(())
}

/// The tags of a row as the tenant writes them.
pub(super) const TAGS: &str = "case when p.tags is null then '{}'::text[] else (
    select coalesce(array_agg(u.name order by u.o), '{}') from (
        select k.name, min(w.o) as o from unnest(p.tags) with ordinality w (t, o) join tags k on lower(k.name) = lower(w.t)
        group by k.name) u) end";

/// Whose contact each row becomes, if that client is still there: the first one of a client that has no primary contact
/// is that.
const PLACES: &str = "
         placed as (
             select p.id, c.id as client_id, c.id is not null
                 and not exists (select 1 from contacts k where k.client_id = c.id and k.is_primary and k.deleted_at is null)
                 and row_number() over (partition by c.id order by p.n) = 1 as is_primary
             from p left join clients c on c.id = p.client_id and c.deleted_at is null),";

/// Adds the records that are not there.
async fn create(ctx: &Ctx, kind: Kind, import: &Import, mapping: &Mapping, from: i32, to: i32) -> kernel::Result<Made> {
    let keys = status_keys(ctx, kind).await?;
    let default = match kind {
        Kind::Contact => keys[0].clone(),
        _ => statuses::default_of(ctx, kind.word()).await?,
    };
    let pool = ownership::for_new(ctx, kind.assign(), &Wish::default()).await?;
    let mut sql = Sql::default();
    let (id, from, to) = (sql.bind(import.id), sql.bind(from), sql.bind(to));
    let (at, by, default, keys) = (sql.bind(ctx.now()), sql.bind(ctx.user_id()), sql.bind(default), sql.bind(keys));
    let (user, team) = (sql.bind(pool.user), sql.bind(pool.team));
    let new = match mapping.duplicates {
        Duplicates::CreateAnyway => "true",
        _ => "p.duplicate_of is null and p.twin_of is null",
    };
    let status = format!("case when p.status = any({keys}::text[]) then p.status else {default}::text end");
    let owner = format!("coalesce(p.assigned_to, {user}::uuid)");
    let belongs = format!("case when p.assigned_to is null then {team}::uuid else p.team_id end");
    // A contact has a place at its client, the others a way to come and to be called again.
    let shared = "country, follow_up_at, follow_up_note, partner_id";
    let shared_values = "p.country, p.follow_up_at, p.follow_up_note, (select k.id from partners k where k.id = p.partner_id)";
    let (columns, values) = match kind {
        Kind::Client => (
            format!("{shared}, language, address, date_of_birth, last_activity_at"),
            format!("{shared_values}, p.language, p.address, p.date_of_birth, {at}::timestamptz"),
        ),
        Kind::Contact => (
            "company, job_title, rating, description, client_id, is_primary".to_owned(),
            "p.company, p.job_title, p.rating, p.description, placed.client_id, placed.is_primary".to_owned(),
        ),
        _ => (format!("{shared}, message"), format!("{shared_values}, p.message")),
    };
    let (place, at_place, partner) = match kind {
        Kind::Contact => (PLACES, "join placed on placed.id = p.id", "null::uuid"),
        _ => ("", "", "partner_id"),
    };
    let history = match kind {
        Kind::Client | Kind::Contact => String::new(),
        _ => format!(
            ", noted as (
             insert into lead_status_history (id, lead_id, new_status, changed_by, at)
             select gen_random_uuid(), made.id, made.status, {by}::uuid, {at}::timestamptz from made),
             counted as (
             update partners k set leads_count = k.leads_count + g.n, updated_at = {at}::timestamptz
             from (select partner_id, count(*) as n from made where partner_id is not null group by partner_id) g where k.id = g.partner_id)"
        ),
    };
    let text = |conflicts: &str| {
        format!(
        "with p as materialized (
             select * from import_rows p where p.import_id = {id} and p.n > {from} and p.n <= {to} and p.faults is null
                 and p.outcome is null and {new}),{place}
         made as (
             insert into {table} (id, first_name, last_name, email, phone, status, source, assigned_to, team_id, tags, custom,
                 created_at, updated_at, created_by, import_id, {columns})
             select p.id, p.first_name, p.last_name, p.email, p.phone, {status}, p.source, {owner}, {belongs}, {TAGS},
                 coalesce(p.custom, '{{}}'), {at}::timestamptz, {at}::timestamptz, {by}::uuid, {id}, {values}
             from p {at_place} order by p.n
             {conflicts}
             returning id, status, assigned_to, team_id, {partner} as partner_id){history},
         marked as (
             update import_rows r set outcome = 'created' from made
             where r.import_id = {id} and r.n > {from} and r.n <= {to} and r.id = made.id
                 and (r.duplicate_of is not null or r.twin_of is not null) returning 1)
         select (select count(*) from p) as expected, (select count(*) from made) as made,
             (select count(*) from marked) as marked,
             (select coalesce(array_agg(distinct assigned_to) filter (where assigned_to is not null), '{{}}') from made) as owners,
             (select coalesce(array_agg(distinct team_id) filter (where team_id is not null), '{{}}') from made) as teams",
        table = kind.table(),
    )
    };
    // To expect conflicts looks at the unique indexes twice for each row. After a preview there are hardly any:
    // whoever was faster is told apart when they are met.
    if mapping.duplicates != Duplicates::CreateAnyway {
        match ctx.tx().attempt(sql.clone().tried(ctx, text(""))).await? {
            Err(error) if error.is_duplicate() => {}
            done => return Ok(done?),
        }
    }
    sql.one(ctx, text("on conflict do nothing")).await
}

/// Marks rows that were to be added and are there already.
async fn late(ctx: &Ctx, kind: Kind, import: &Import, from: i32, to: i32) -> kernel::Result<()> {
    if kind != Kind::Client {
        return Ok(());
    }
    let sql = "update import_rows r set duplicate_of = c.id from clients c
               where r.import_id = $1 and r.n > $2 and r.n <= $3 and r.faults is null and r.outcome is null
                 and r.duplicate_of is null and c.email = r.email and c.deleted_at is null and c.id <> r.id";
    ctx.tx().run(sql, [import.id.into(), from.into(), to.into()]).await?;
    Ok(())
}

/// Marks the duplicates that nothing was done with.
async fn leave(ctx: &Ctx, import: &Import, outcome: &str, from: i32, to: i32) -> kernel::Result<i64> {
    let sql = "update import_rows set outcome = $4 where import_id = $1 and n > $2 and n <= $3 and faults is null
                 and outcome is null and (duplicate_of is not null or twin_of is not null)";
    let values: [Value; 4] = [import.id.into(), from.into(), to.into(), outcome.into()];
    Ok(i64::try_from(ctx.tx().run(sql, values).await?).unwrap_or(0))
}

/// One line in the audit log and one event for the piece; changed records have lines of their own.
async fn record(ctx: &Ctx, brings: Brings, import: &Import, done: &Chunk, from: i32, to: i32) -> kernel::Result<()> {
    if done.created + done.updated == 0 {
        return Ok(());
    }
    let told = |field: &str, new: Json| Change { field: field.to_owned(), old: Json::Null, new };
    let lines = vec![
        told("created", json!(done.created)),
        told("updated", json!(done.updated)),
        told("file", import.filename.clone().into()),
        told("rows", format!("{}-{to}", from + 1).into()),
    ];
    ctx.audit(&format!("{}.imported", brings.word()), "import", Some(import.id), lines).await?;
    // Staff have an event each.
    if brings == Brings::Users {
        return Ok(());
    }
    // It names the import and no record, and reaches whoever may see one of them.
    let mut event = Event::new(&format!("{}.bulk_updated", brings.word()), import.id, brings.reads());
    event.owners.clone_from(&done.owners);
    event.teams.clone_from(&done.teams);
    for list in [&mut event.owners, &mut event.teams] {
        list.sort_unstable();
        list.dedup();
    }
    ctx.emit(event).await
}

//! Taking a change back: each record gets what it had before, if it still has what the change gave it.

use kernel::DomainError;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde_json::Value as Json;
use uuid::Uuid;

use super::apply::{Origin, Piece, contacts_of, covered, lines, tell, told};
use super::change::Change;
use super::jobs::UndoBulk;
use super::kind::Kind;
use super::service::SMALL;
use super::statement::Sql;
use crate::contacts::primary;

/// The kind under which a change of many records is written down.
pub const KIND: &str = "bulk";

/// What came of taking a change back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restored {
    /// So many records have their values of before, so many were left because somebody changed them since.
    Now {
        /// Records that have their values of before.
        restored: u64,
        /// Records that were left as they are.
        skipped: u64,
    },
    /// A job works on it.
    Later {
        /// The job.
        job_id: Uuid,
    },
}

#[derive(FromQueryResult)]
struct Row {
    entity: String,
    change: Json,
    job_id: Option<Uuid>,
    changed: i64,
    undone_to: Option<Uuid>,
    restored: i64,
    skipped: i64,
}

async fn load(ctx: &Ctx, id: Uuid) -> kernel::Result<(Kind, Change, Row)> {
    let sql = "select entity, change, job_id, changed, undone_to, restored, skipped from bulk_changes where id = $1 for update";
    let row: Option<Row> = ctx.tx().one(sql, [id.into()]).await?;
    let row = row.ok_or_else(|| DomainError::gone("undo_expired", "What the records had before is no longer kept."))?;
    let kind = Kind::of_word(&row.entity).ok_or_else(|| DomainError::internal("a bulk change of an unknown kind"))?;
    let change = serde_json::from_value(row.change.clone()).map_err(DomainError::internal)?;
    Ok((kind, change, row))
}

/// Takes a change back, by a job if it is a large one.
pub async fn undo(ctx: &Ctx, payload: &Json) -> kernel::Result<Restored> {
    let id: Uuid = payload
        .get("change")
        .and_then(Json::as_str)
        .and_then(|id| id.parse().ok())
        .ok_or_else(|| DomainError::internal("an undo without a change"))?;
    let (kind, change, row) = load(ctx, id).await?;
    ctx.require(change.permission(kind))?;
    if let Some(job) = row.job_id {
        let sql = "select 1 from control.outbox where id = $1 and tenant_key = $2 and state in ('queued', 'sent', 'running')";
        if ctx.tx().scalar::<i32>(sql, [job.into(), ctx.tenant().key.0.into()]).await?.is_some() {
            return Err(DomainError::conflict("job_running", "This change is still being made. Wait for its end, or cancel it."));
        }
    }
    if row.changed.unsigned_abs() <= SMALL {
        let so_far = step(ctx, id, i64::MAX).await?;
        return Ok(Restored::Now { restored: so_far.restored.unsigned_abs(), skipped: so_far.skipped.unsigned_abs() });
    }
    let origin = Origin::of(ctx);
    let requested_by = origin.id.ok_or_else(|| DomainError::internal("an undo without an actor"))?;
    let job_id = ctx.enqueue(&UndoBulk { change: id, requested_by, by_key: origin.is_key }).await?;
    ctx.tx().run("update bulk_changes set job_id = $2 where id = $1", [id.into(), job_id.into()]).await?;
    Ok(Restored::Later { job_id })
}

/// How far taking a change back is.
#[derive(Debug, Clone, Copy)]
pub(super) struct SoFar {
    pub total: i64,
    pub restored: i64,
    pub skipped: i64,
    pub is_last: bool,
}

impl SoFar {
    pub fn processed(self) -> i64 {
        self.restored + self.skipped
    }
}

#[derive(FromQueryResult)]
struct Step {
    seen: i64,
    last: Option<Uuid>,
    changed: i64,
    owners: Vec<Uuid>,
    teams: Vec<Uuid>,
}

/// Takes back the next piece of a change, at most so many records.
pub(super) async fn step(ctx: &Ctx, id: Uuid, most: i64) -> kernel::Result<SoFar> {
    let (kind, change, row) = load(ctx, id).await?;
    let scope = ctx.require(change.permission(kind))?;
    let mut sql = Sql::default();
    let (table, word) = (kind.table(), kind.word());
    let (at, origin) = (sql.bind(ctx.now()), Origin::of(ctx));
    let limit = most;
    let (change_id, after, most) = (sql.bind(id), sql.bind(row.undone_to), sql.bind(most));
    let clients =
        if change.delete && kind == Kind::Contact { clients_of_step(ctx, id, row.undone_to, limit).await? } else { Vec::new() };
    let mut held = vec![kind.is_such().to_owned(), covered(ctx, &mut sql, scope, "r.assigned_to", "r.team_id")];
    let (mut set, mut diff): (Vec<&str>, Vec<(&str, &str, &str)>) = (Vec::new(), Vec::new());
    if change.assign.is_some() {
        set.extend(["assigned_to = h.old_user", "team_id = h.old_team"]);
        held.push("r.assigned_to is not distinct from p.new_user and r.team_id is not distinct from p.new_team".to_owned());
        // In the log it reads from what was given back to what is now.
        diff.extend([("assigned_to", "new_user", "old_user"), ("team_id", "new_team", "old_team")]);
    }
    if change.status.is_some() {
        // What the change left alone in a record is nothing to take back there.
        set.push("status = case when h.new_status = h.old_status then r.status else h.old_status end");
        // What a contact can be never changes; other statuses may be gone.
        let there = if kind == Kind::Contact {
            String::new()
        } else {
            format!(" and exists (select 1 from statuses s where s.entity = '{word}' and s.key = p.old_status)")
        };
        held.push(format!("(p.new_status = p.old_status or (r.status = p.new_status{there}))"));
        diff.push(("status", "new_status", "old_status"));
    }
    if change.has_tags() {
        set.push("tags = case when h.new_tags = h.old_tags then r.tags else h.old_tags end");
        held.push("(p.new_tags = p.old_tags or r.tags = p.new_tags)".to_owned());
        diff.push(("tags", "new_tags", "old_tags"));
    }
    if change.delete {
        set.push("deleted_at = null");
        held.push("r.deleted_at = p.deleted_at".to_owned());
        if kind == Kind::Client {
            // Its e-mail may be somebody else's by now.
            let taken = "select 1 from clients o where o.email = r.email and o.deleted_at is null and o.id <> r.id";
            held.push(format!("not exists ({taken})"));
        }
    } else if kind.can_be_deleted() {
        held.push("r.deleted_at is null".to_owned());
    }
    let action = if change.delete { "restored" } else { "updated" };
    let history = change.status.is_some().then_some(("new_status", "old_status"));
    let told = told(&mut sql, kind, &origin, &at, action, history);
    let text = format!(
        "with part as materialized (
             select * from bulk_rows where change_id = {change_id} and ({after}::uuid is null or record_id > {after})
             order by record_id limit {most}),
         h as materialized (
             select p.* from part p join {table} r on r.id = p.record_id where {held} order by r.id for update of r),
         back as (
             update {table} r set {set}, updated_at = {at}, version = r.version + 1 from h where r.id = h.record_id
             returning h.record_id as id, h.old_user, h.new_user, h.old_team, h.new_team, h.old_status, h.new_status,
                 h.old_tags, h.new_tags, r.assigned_to, r.team_id),
         lined as materialized (select back.*, {diff} as d from back),
         {told}
         select (select count(*) from part) as seen, (select record_id from part order by record_id desc limit 1) as last,
             (select count(*) from lined) as changed,
             (select coalesce(array_agg(distinct o), '{{}}') from (
                 select old_user as o from lined union select new_user from lined union select assigned_to from lined) x
                 where o is not null) as owners,
             (select coalesce(array_agg(distinct t), '{{}}') from (
                 select old_team as t from lined union select new_team from lined union select team_id from lined) x
                 where t is not null) as teams",
        held = held.join(" and "),
        set = set.join(", "),
        diff = lines(&diff),
    );
    let step: Step = sql.one(ctx, text).await?;
    primary::settle(ctx, &clients).await?;
    let so_far = SoFar {
        total: row.changed,
        restored: row.restored + step.changed,
        skipped: row.skipped + step.seen - step.changed,
        is_last: row.restored + row.skipped + step.seen >= row.changed || step.seen == 0,
    };
    let sql = "update bulk_changes set undone_to = coalesce($2, undone_to), restored = $3, skipped = $4 where id = $1";
    ctx.tx().run(sql, [id.into(), step.last.into(), so_far.restored.into(), so_far.skipped.into()]).await?;
    tell(ctx, kind, id, &Piece { changed: step.changed, owners: step.owners, teams: step.teams }).await?;
    Ok(so_far)
}

/// The clients whose contacts come back in the next piece, held.
async fn clients_of_step(ctx: &Ctx, change: Uuid, after: Option<Uuid>, most: i64) -> kernel::Result<Vec<Uuid>> {
    let sql = "select array_agg(record_id) from (select record_id from bulk_rows
                   where change_id = $1 and ($2::uuid is null or record_id > $2) order by record_id limit $3) p";
    let found = ctx.tx().scalar::<Option<Vec<Uuid>>>(sql, [change.into(), after.into(), most.into()]).await?;
    contacts_of(ctx, &found.flatten().unwrap_or_default()).await
}

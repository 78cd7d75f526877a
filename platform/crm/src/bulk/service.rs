//! Asking for a change of many records: how many it would be, and doing it.

use kernel::DomainError;
use kernel::permission::Scope;
use runtime::audit::Change as Told;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{PostgresQueryBuilder, SelectStatement};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::apply::{Origin, Work, piece, tell};
use super::change::Change;
use super::distribute;
use super::jobs::ApplyBulk;
use super::kind::Kind;
use super::selection::{Selection, count, ids};
use super::undoing;

/// A change of up to so many records is done before the answer, a larger one by a job.
pub(super) const SMALL: u64 = 500;
/// Records in one piece of a job.
pub(super) const PIECE: i64 = 5_000;

/// What came of asking for a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// So many records would change.
    Count(u64),
    /// So many did; how to take it back, if any did.
    Done { updated: u64, undo_id: Option<Uuid> },
    /// A job works on it.
    Begun { job_id: Uuid, undo_id: Uuid, total: u64 },
}

/// Changes the selected records, or counts those that would change. `by_load`: the spread of the change is
/// still without its places.
pub(super) async fn request(
    ctx: &Ctx,
    kind: Kind,
    selection: &Selection,
    mut change: Change,
    by_load: bool,
    dry_run: bool,
) -> kernel::Result<Outcome> {
    let scope = scope(ctx, kind, &change)?;
    let mut select = selection.select(ctx, kind, scope).await?;
    change.leave_out_unchanged(kind, &mut select);
    if dry_run {
        return Ok(Outcome::Count(count(ctx, &select).await?));
    }
    let few = ids(ctx, &select, SMALL + 1).await?;
    if few.is_empty() {
        return Ok(Outcome::Done { updated: 0, undo_id: None });
    }
    let large = few.len() as u64 > SMALL;
    if let Some(assign) = change.assign.as_mut().filter(|_| by_load) {
        let total = if large { count(ctx, &select).await? } else { few.len() as u64 };
        distribute::places(ctx, kind, assign, total).await?;
    }
    let work = Work { id: Uuid::now_v7(), kind, change, origin: Origin::of(ctx) };
    keep(ctx, &work, selection).await?;
    let undo_id = access::undo::record(ctx, undoing::KIND, json!({ "change": work.id })).await?;
    if large { begin(ctx, &work, selection, &select, undo_id).await } else { do_now(ctx, &work, selection, &few, undo_id).await }
}

/// How far the change reaches: what may be seen, and changed.
fn scope(ctx: &Ctx, kind: Kind, change: &Change) -> kernel::Result<Scope> {
    Ok(ctx.require(change.permission(kind))?.min(ctx.require(kind.read())?))
}

/// Writes the change itself down.
async fn keep(ctx: &Ctx, work: &Work, selection: &Selection) -> kernel::Result<()> {
    let origin = &work.origin;
    ctx.tx()
        .run(
            "insert into bulk_changes (id, entity, change, selection, actor_id, by_key, actor_name, ip, request_id, total, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10)",
            [
                work.id.into(),
                work.kind.word().into(),
                json!(work.change).into(),
                selection.kept().into(),
                origin.id.into(),
                origin.is_key.into(),
                origin.name.clone().into(),
                origin.ip.clone().into(),
                origin.request_id.clone().into(),
                ctx.now().into(),
            ],
        )
        .await?;
    Ok(())
}

async fn do_now(ctx: &Ctx, work: &Work, selection: &Selection, ids: &[Uuid], undo_id: Uuid) -> kernel::Result<Outcome> {
    let done = piece(ctx, work, ids, 0).await?;
    let updated = done.changed.unsigned_abs();
    let sql = "update bulk_changes set total = $2, processed = $2, changed = $3 where id = $1";
    ctx.tx().run(sql, [work.id.into(), (ids.len() as i64).into(), done.changed.into()]).await?;
    if updated == 0 {
        // Somebody was faster; there is nothing to take back.
        return Ok(Outcome::Done { updated, undo_id: None });
    }
    record(ctx, work, selection, updated, undo_id).await?;
    tell(ctx, work.kind, work.id, &done).await?;
    Ok(Outcome::Done { updated, undo_id: Some(undo_id) })
}

#[derive(FromQueryResult)]
struct Frozen {
    total: i64,
}

/// Writes the selection down as it is now, and hands the work to a job.
async fn begin(
    ctx: &Ctx,
    work: &Work,
    selection: &Selection,
    select: &SelectStatement,
    undo_id: Uuid,
) -> kernel::Result<Outcome> {
    let (inner, values) = select.build(PostgresQueryBuilder);
    let mut sql = super::statement::Sql::after(values.0);
    let (id, alias) = (sql.bind(work.id), "frozen");
    let text = format!(
        "with put as (
             insert into bulk_chunks (change_id, n, ids)
             select {id}, n, array_agg(id order by id)
             from (select {alias}.id, ((row_number() over (order by {alias}.id) - 1) / {PIECE})::int as n from ({inner}) {alias}) q
             group by n returning cardinality(ids) as size)
         select coalesce(sum(size), 0)::bigint as total from put"
    );
    let frozen: Frozen = sql.one(ctx, text).await?;
    let requested_by = work.origin.id.ok_or_else(|| DomainError::internal("a bulk change without an actor"))?;
    let job = ApplyBulk { change: work.id, undo_id, requested_by, by_key: work.origin.is_key };
    let job_id = ctx.enqueue(&job).await?;
    let sql = "update bulk_changes set total = $2, job_id = $3 where id = $1";
    ctx.tx().run(sql, [work.id.into(), frozen.total.into(), job_id.into()]).await?;
    let total = frozen.total.unsigned_abs();
    record(ctx, work, selection, total, undo_id).await?;
    Ok(Outcome::Begun { job_id, undo_id, total })
}

/// The one line in the audit log that tells of the whole change; each record has one of its own.
async fn record(ctx: &Ctx, work: &Work, selection: &Selection, count: u64, undo_id: Uuid) -> kernel::Result<()> {
    let line = |field: &str, new: Json| Told { field: field.to_owned(), old: Json::Null, new };
    let mut lines = vec![line("count", json!(count))];
    lines.extend(selection.told().map(|told| line("filter", told)));
    lines.extend(work.change.told());
    lines.push(line("undo_id", json!(undo_id)));
    let action = format!("{}.bulk_updated", work.kind.word());
    ctx.audit(&action, work.kind.word(), None, lines).await
}

//! Tags on records: counting, renaming, removing and giving back, each in one statement per kind of
//! record, with a line in the audit log of each record.

use chrono::{DateTime, Utc};
use runtime::{Ctx, Rows as _};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

/// `$held` is a condition on `r`, `$only` what narrows it to one kind of the table, `$new` the new list.
macro_rules! change_sql {
    ($table:literal, $resource:literal, $held:literal, $only:literal, $new:literal) => {
        concat!(
            "with held as (select r.id, r.tags from ",
            $table,
            " r where ",
            $held,
            $only,
            " for update), moved as (update ",
            $table,
            " r set tags = ",
            $new,
            ", version = r.version + 1, updated_at = $3 from held where r.id = held.id returning r.id, held.tags as old, r.tags as new), ",
            "told as (insert into audit_log (id, at, actor_id, actor_name, action, resource_type, resource_id, diff, diff_masked, ip, request_id) ",
            "select gen_random_uuid(), $3, $4, $5, '",
            $resource,
            ".updated', '",
            $resource,
            "', moved.id, d.diff, d.diff, $6, $7 from moved cross join lateral (select jsonb_build_array(jsonb_build_object(",
            "'field', 'tags', 'old', to_jsonb(moved.old), 'new', to_jsonb(moved.new))) as diff) d) ",
            "select id from moved"
        )
    };
}

/// A kind of record that has tags, and its statements.
struct Tagged {
    word: &'static str,
    count: &'static str,
    rename: &'static str,
    remove: &'static str,
    give_back: &'static str,
}

macro_rules! tagged {
    ($table:literal, $resource:literal, $alive:literal) => {
        tagged!($table, $resource, $alive, "")
    };
    ($table:literal, $resource:literal, $alive:literal, $only:literal) => {
        Tagged {
            word: $resource,
            count: concat!("select count(*) from ", $table, " r where tags @> array[$1::text]", $alive, $only),
            rename: change_sql!(
                $table,
                $resource,
                "r.tags @> array[$1::text] and $2::text is not null",
                $only,
                "(select array_agg(d.tag order by d.n) from (select coalesce(nullif(u.tag, $1), $2) as tag, min(u.n) as n
                    from unnest(r.tags) with ordinality as u (tag, n) group by 1) d)"
            ),
            remove: change_sql!(
                $table,
                $resource,
                "r.tags @> array[$1::text] and $2::uuid[] is null",
                $only,
                "array_remove(r.tags, $1)"
            ),
            give_back: change_sql!(
                $table,
                $resource,
                "r.id = any($2::uuid[]) and not r.tags @> array[$1::text]",
                $only,
                "r.tags || $1::text"
            ),
        }
    };
}

/// THE LIST of records that have tags.
const TAGGED: &[Tagged] = &[
    tagged!("clients", "client", " and deleted_at is null"),
    tagged!("leads", "lead", ""),
    tagged!("contacts", "contact", " and deleted_at is null"),
    tagged!("deals", "deal", " and deleted_at is null", " and r.kind = 'deal'"),
    tagged!("deals", "opportunity", " and deleted_at is null", " and r.kind = 'opportunity'"),
];

#[derive(FromQueryResult)]
struct OnlyId {
    id: Uuid,
}

async fn run(
    ctx: &Ctx,
    sql: impl Fn(&Tagged) -> &'static str,
    tag: &str,
    second: &Value,
    at: DateTime<Utc>,
) -> kernel::Result<Vec<Uuid>> {
    // What was gathered so far stands before the rows that this writes.
    ctx.flush().await?;
    let mut found = Vec::new();
    for kind in TAGGED {
        let values = [
            tag.into(),
            second.clone(),
            at.into(),
            ctx.actor().id().into(),
            ctx.actor().name.clone().into(),
            ctx.request().ip.clone().into(),
            (!ctx.request().id.is_empty()).then(|| ctx.request().id.clone()).into(),
        ];
        let rows: Vec<OnlyId> = ctx.tx().all(sql(kind), values).await?;
        ctx.app().counts.touch(ctx.tenant().key, kind.word);
        found.extend(rows.into_iter().map(|r| r.id));
    }
    Ok(found)
}

/// How many records have a tag; deleted ones do not count.
pub(super) async fn count(ctx: &Ctx, tag: &str) -> kernel::Result<u64> {
    let mut found = 0;
    for kind in TAGGED {
        found += ctx.tx().scalar::<i64>(kind.count, [tag.into()]).await?.unwrap_or(0);
    }
    Ok(u64::try_from(found).unwrap_or(0))
}

/// Gives all records of a tag its new name; returns how many.
pub(super) async fn rename(ctx: &Ctx, old: &str, new: &str) -> kernel::Result<u64> {
    Ok(run(ctx, |k| k.rename, old, &new.into(), ctx.now()).await?.len() as u64)
}

/// Takes a tag off all records; returns which.
pub(super) async fn remove(ctx: &Ctx, tag: &str) -> kernel::Result<Vec<Uuid>> {
    run(ctx, |k| k.remove, tag, &None::<Vec<Uuid>>.into(), ctx.now()).await
}

/// Puts a tag back on records that lack it; returns how many.
pub(super) async fn give_back(ctx: &Ctx, tag: &str, ids: &[Uuid]) -> kernel::Result<u64> {
    Ok(run(ctx, |k| k.give_back, tag, &ids.to_vec().into(), ctx.now()).await?.len() as u64)
}

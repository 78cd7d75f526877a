//! What happens to documents by itself: they expire, somebody is reminded before, and uploads that
//! nobody finished go away.
//!
//! What was done is marked on the rows in the same commit, so a process that dies in between does nothing
//! twice and forgets nothing.

use chrono::{Duration, NaiveDate};
use kernel::event::Event;
use kernel::tenant::TenantKey;
use runtime::audit::Change;
use runtime::{Ctx, Rows as _, SharedApp};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::entity::folder;
use super::notices::{self, About};
use super::scan::ScanDocument;
use super::standing::Changing;
use crate::zone::today;

/// Days before the expiry at which somebody is reminded, the last one first.
const REMINDERS: [i64; 3] = [1, 7, 30];
/// Documents in one transaction.
const CHUNK: i64 = 100;
/// How long an upload may be under way, in minutes; its link is long over by then.
const UNFINISHED: i64 = 60;

#[derive(FromQueryResult)]
struct Due {
    id: Uuid,
    client_id: Uuid,
    client_name: String,
    kind: String,
    assigned_to: Option<Uuid>,
    team_id: Option<Uuid>,
    expires_at: NaiveDate,
}

/// Lets expire what expires today in the tenant's time zone, and reminds of what will.
pub async fn tend(app: &SharedApp, key: TenantKey) -> kernel::Result<()> {
    let tenant = app.registry.by_key(key).await?;
    for step in [Step::Expire, Step::Remind] {
        loop {
            let ctx = Ctx::system(app, &tenant, "Documents").await?;
            let found = match step {
                Step::Expire => expire(&ctx).await?,
                Step::Remind => remind(&ctx).await?,
            };
            ctx.commit().await?;
            if found < CHUNK {
                break;
            }
        }
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Step {
    Expire,
    Remind,
}

async fn expire(ctx: &Ctx) -> kernel::Result<i64> {
    // By client: their rows are locked one after the other.
    let sql =
        "select d.id, d.client_id, c.first_name || ' ' || c.last_name as client_name, k.label as kind, c.assigned_to, c.team_id,
                   d.expires_at
               from documents d join clients c on c.id = d.client_id join document_types k on k.key = d.type
               where d.status = 'approved' and d.superseded_by is null and d.expires_at <= $1 order by d.client_id limit $2";
    let today = today(ctx).await?;
    let due: Vec<Due> = ctx.tx().all(sql, [today.into(), CHUNK.into()]).await?;
    for document in &due {
        let changing = Changing::begin_with(ctx, document.client_id, document.id).await?;
        // Under the lock: somebody may have decided anew a moment ago.
        let sql = "update documents set status = 'expired', updated_at = $2
                   where id = $1 and status = 'approved' and superseded_by is null and expires_at <= $3";
        if ctx.tx().run(sql, [document.id.into(), ctx.now().into(), today.into()]).await? == 1 {
            let change = Change { field: "status".into(), old: "approved".into(), new: "expired".into() };
            ctx.audit("document.expired", "document", Some(document.id), vec![change]).await?;
            changing.tell("document.updated", document.id).await?;
        }
        changing.finish().await?;
    }
    Ok(i64::try_from(due.len()).unwrap_or(CHUNK))
}

/// The reminder that is due so many days before.
fn reminder(days: i64) -> Option<i64> {
    REMINDERS.into_iter().find(|at| days <= *at)
}

async fn remind(ctx: &Ctx) -> kernel::Result<i64> {
    let sql = "select d.id, d.client_id, c.first_name || ' ' || c.last_name as client_name, k.label as kind, c.assigned_to, c.team_id,
                   d.expires_at
               from documents d join clients c on c.id = d.client_id join document_types k on k.key = d.type
               where d.status = 'approved' and d.superseded_by is null and c.deleted_at is null
                 and d.expires_at > $1 and d.expires_at <= $1 + 30
                 and (d.reminded is null or d.reminded > case when d.expires_at <= $1 + 1 then 1 when d.expires_at <= $1 + 7 then 7 else 30 end)
               order by d.expires_at, d.id limit $2 for update of d skip locked";
    let today = today(ctx).await?;
    let due: Vec<Due> = ctx.tx().all(sql, [today.into(), CHUNK.into()]).await?;
    let (mut ids, mut marks): (Vec<Uuid>, Vec<i32>) = (Vec::new(), Vec::new());
    for document in &due {
        let days = (document.expires_at - today).num_days();
        let Some(mark) = reminder(days).and_then(|at| i32::try_from(at).ok()) else { continue };
        ids.push(document.id);
        marks.push(mark);
        let about = About { client: document.client_id, client_name: &document.client_name, kind: &document.kind };
        notices::expiring(ctx, &about, document.assigned_to, document.expires_at, days).await?;
        let change = Change { field: "days".into(), old: serde_json::Value::Null, new: days.into() };
        ctx.audit("document.expiring", "document", Some(document.id), vec![change]).await?;
        let event = Event::new("document.expiring", document.id, "documents.read");
        ctx.emit(event.covering(document.assigned_to, document.team_id)).await?;
    }
    ctx.tx()
        .run(
            "update documents d set reminded = m.mark from unnest($1::uuid[], $2::int[]) as m (id, mark) where d.id = m.id",
            [ids.into(), marks.into()],
        )
        .await?;
    Ok(i64::try_from(due.len()).unwrap_or(CHUNK))
}

#[derive(FromQueryResult)]
struct Leftover {
    id: Uuid,
    stored_under: Uuid,
    lineage: Uuid,
    version: i32,
}

#[derive(FromQueryResult)]
struct OnlyId {
    id: Uuid,
}

/// Removes uploads that nobody finished or that were refused, with what is in the store of them, and has
/// documents scanned whose scan got lost.
pub async fn sweep(app: &SharedApp, key: TenantKey) -> kernel::Result<()> {
    let tenant = app.registry.by_key(key).await?;
    loop {
        let ctx = Ctx::system(app, &tenant, "Documents").await?;
        // From here on nobody can finish it: what is deleted below is nobody's document.
        let over = ctx.now() - Duration::minutes(UNFINISHED);
        ctx.tx()
            .run("update documents set status = 'refused' where status = 'uploading' and created_at < $1", [over.into()])
            .await?;
        let sql = "select id, stored_under, lineage, version from documents where status = 'refused' and created_at < $1
                   order by created_at limit $2";
        let left: Vec<Leftover> = ctx.tx().all(sql, [over.into(), CHUNK.into()]).await?;
        ctx.commit().await?;
        for upload in &left {
            app.files.delete_prefix(&folder(key, upload.stored_under, upload.lineage, upload.version)).await?;
        }
        let ids: Vec<Uuid> = left.iter().map(|l| l.id).collect();
        if ids.is_empty() {
            break;
        }
        let ctx = Ctx::system(app, &tenant, "Documents").await?;
        ctx.tx().run("delete from documents where id = any($1) and status = 'refused'", [ids.into()]).await?;
        ctx.commit().await?;
    }
    if app.scanner.is_none() {
        return Ok(());
    }
    let ctx = Ctx::system(app, &tenant, "Documents").await?;
    let sql = "update documents set scan = 'waiting', updated_at = $1
               where id in (select id from documents where status = 'scanning' and updated_at < $2 limit $3) returning id";
    let long_ago = ctx.now() - Duration::minutes(UNFINISHED);
    let lost: Vec<OnlyId> = ctx.tx().all(sql, [ctx.now().into(), long_ago.into(), CHUNK.into()]).await?;
    for document in lost {
        ctx.enqueue(&ScanDocument { document: document.id }).await?;
    }
    ctx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reminders_come_a_month_a_week_and_a_day_before() {
        for (days, expected) in [(31, None), (30, Some(30)), (8, Some(30)), (7, Some(7)), (2, Some(7)), (1, Some(1))] {
            assert_eq!(reminder(days), expected, "{days}");
        }
    }
}

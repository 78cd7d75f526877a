//! THE LIST of periodic work, and who does it: one process at a time, the one that holds the
//! database's advisory lock. When it dies the lock goes with its connection.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use kernel::DomainError;
use kernel::job::Job;
use kernel::tenant::{TenantKey, ViewClass};
use provisioner::usage::RefreshUsage;
use runtime::db::{Mode, Rows as _};
use runtime::registry::Tenant;
use runtime::{Ctx, SharedApp};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::loops::{Next, repeat};
use crate::machine::Machine;

/// Something that happens again and again.
struct Periodic {
    name: &'static str,
    every: Duration,
    work: for<'a> fn(&'a Machine) -> BoxFuture<'a, anyhow::Result<()>>,
}

const MINUTE: Duration = Duration::from_secs(60);

/// All of it.
static PERIODIC: &[Periodic] = &[
    Periodic { name: "usage", every: MINUTE, work: |m| Box::pin(enqueue_for_platform(m, RefreshUsage::default())) },
    Periodic { name: "figures", every: MINUTE, work: |m| Box::pin(figures(&m.app)) },
    Periodic { name: "documents", every: MINUTE.saturating_mul(10), work: |m| Box::pin(documents(&m.app)) },
    Periodic { name: "duplicates", every: MINUTE, work: |m| Box::pin(duplicates(&m.app)) },
    Periodic { name: "exports", every: MINUTE.saturating_mul(10), work: |m| Box::pin(exports(&m.app)) },
    Periodic { name: "old imports", every: MINUTE.saturating_mul(60), work: |m| Box::pin(old_imports(&m.app)) },
    Periodic { name: "follow-ups", every: MINUTE, work: |m| Box::pin(follow_ups(&m.app)) },
    Periodic { name: "reminders", every: MINUTE, work: |m| Box::pin(reminders(&m.app)) },
    Periodic { name: "old notifications", every: MINUTE.saturating_mul(60), work: |m| Box::pin(old_notifications(&m.app)) },
    Periodic { name: "old jobs", every: MINUTE.saturating_mul(10), work: |m| Box::pin(old_jobs(&m.app)) },
    Periodic { name: "old idempotency keys", every: MINUTE.saturating_mul(10), work: |m| Box::pin(old_idempotency_keys(&m.app)) },
    Periodic {
        name: "old registrations",
        every: MINUTE.saturating_mul(10),
        work: |m| Box::pin(partners::registration::sweep(&m.app)),
    },
];

/// The advisory lock of whoever does the periodic work.
const LOCK: i64 = 7_307;
/// How often the others ask whether the lock is free.
const ASK_EVERY: Duration = Duration::from_secs(10);
/// How often the holder looks at what is due, and whether it still is the holder.
const TICK: Duration = Duration::from_secs(2);
/// Rows deleted in one statement.
const CHUNK: i64 = 5_000;

/// Does periodic work until shutdown, whenever it is this process's turn.
pub(crate) async fn run(machine: Arc<Machine>, shutdown: CancellationToken) {
    repeat("schedule", &shutdown, &Notify::new(), || lead(&machine)).await;
}

/// Returns at once if another process has the lock, otherwise when the lock is lost.
async fn lead(machine: &Machine) -> anyhow::Result<Next> {
    // A connection of its own, outside the pool: dropping it, for whatever reason, frees the lock.
    let mut conn = machine.app.control.acquire().await?.detach();
    let (ours,): (bool,) = sqlx::query_as("select pg_try_advisory_lock($1)").bind(LOCK).fetch_one(&mut conn).await?;
    if !ours {
        return Ok(Next::After(ASK_EVERY));
    }
    let mut due = vec![Instant::now(); PERIODIC.len()];
    loop {
        for (periodic, due) in PERIODIC.iter().zip(&mut due) {
            if Instant::now() < *due {
                continue;
            }
            *due = Instant::now() + periodic.every;
            if let Err(error) = (periodic.work)(machine).await {
                tracing::warn!(work = periodic.name, error = format!("{error:#}"), "periodic work failed; it is done next time");
            }
        }
        tokio::time::sleep(TICK).await;
        sqlx::query("select 1").execute(&mut conn).await?;
    }
}

/// Enqueues a job in the platform's own realm, unless the same one is waiting.
async fn enqueue_for_platform<J: Job>(machine: &Machine, job: J) -> anyhow::Result<()> {
    // A list of jobs without it (tests of this machinery), or a database without the realm yet.
    if machine.job(J::KIND).is_none() {
        return Ok(());
    }
    let platform = match machine.app.registry.platform().await {
        Ok(platform) => platform,
        Err(DomainError::NotFound { .. }) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let ctx = Ctx::system(&machine.app, &platform, "Schedule").await?;
    ctx.enqueue(&job).await?;
    Ok(ctx.commit().await?)
}

/// Merges what changes appended to the figures of the dashboards, so that reading them stays cheap.
async fn figures(app: &SharedApp) -> anyhow::Result<()> {
    for key in app.registry.active_keys().await? {
        if let Err(error) = figures_of(app, key).await {
            tracing::warn!(tenant = key.0, %error, "the figures stay as they are for now");
        }
    }
    Ok(())
}

/// Tells owners of follow-ups whose date has come.
async fn follow_ups(app: &SharedApp) -> anyhow::Result<()> {
    for key in app.registry.active_keys().await? {
        let told = async { crm::follow_up::remind(app, &app.registry.by_key(key).await?).await };
        if let Err(error) = told.await {
            tracing::warn!(tenant = key.0, %error, "follow-ups are told of next time");
        }
    }
    Ok(())
}

/// Tells people of what they have to do soon.
async fn reminders(app: &SharedApp) -> anyhow::Result<()> {
    for key in app.registry.active_keys().await? {
        let told = async { crm::activities::remind(app, &app.registry.by_key(key).await?).await };
        if let Err(error) = told.await {
            tracing::warn!(tenant = key.0, %error, "reminders are told of next time");
        }
    }
    Ok(())
}

/// Notifications that are past their days, and contents of files that were deleted.
async fn old_notifications(app: &SharedApp) -> anyhow::Result<()> {
    for key in app.registry.active_keys().await? {
        if let Err(error) = crm::notifications::sweep(app, key).await {
            tracing::warn!(tenant = key.0, %error, "old notifications stay for now");
        }
        if let Err(error) = crm::attachments::sweep(app, key).await {
            tracing::warn!(tenant = key.0, %error, "contents of deleted files stay for now");
        }
    }
    Ok(())
}

/// Has clients looked through for those who may be one person, where that is due.
async fn duplicates(app: &SharedApp) -> anyhow::Result<()> {
    for key in app.registry.active_keys().await? {
        if let Err(error) = crm::duplicates::tend(app, key).await {
            tracing::warn!(tenant = key.0, %error, "duplicates are looked for next time");
        }
    }
    Ok(())
}

async fn figures_of(app: &SharedApp, key: TenantKey) -> kernel::Result<()> {
    let tenant = app.registry.by_key(key).await?;
    let tx = app.db.begin(&tenant, ViewClass::FULL, Mode::Write).await?;
    tx.run("select merge_figures()", []).await?;
    Ok(tx.commit().await?)
}

/// Jobs that are done are history for a week; those of the clockwork, which nobody asked for, for
/// an hour.
async fn old_jobs(app: &SharedApp) -> anyhow::Result<()> {
    sqlx::query(
        "delete from control.outbox
         where tenant_key = 0 and kind = $1 and state = 'done' and created_at < now() - interval '1 hour'",
    )
    .bind(RefreshUsage::KIND)
    .execute(&app.control)
    .await?;
    loop {
        let done = sqlx::query(
            "delete from control.outbox where id in (
                 select id from control.outbox where state = 'done' and finished_at < now() - interval '7 days' limit $1)",
        )
        .bind(CHUNK)
        .execute(&app.control)
        .await?;
        if done.rows_affected() < CHUNK as u64 {
            return Ok(());
        }
    }
}

/// Answers kept for requests that may be sent again: for two days. How to take a change back, which
/// can be done for a week: for a month, since until then the answer says why it no longer can.
async fn old_idempotency_keys(app: &SharedApp) -> anyhow::Result<()> {
    for key in app.registry.active_keys().await? {
        if let Err(error) = old_keys_of(app, key).await {
            tracing::warn!(tenant = key.0, %error, "old idempotency keys stay for now");
        }
    }
    Ok(())
}

/// Documents that expire, reminders before, uploads that nobody finished.
async fn documents(app: &SharedApp) -> anyhow::Result<()> {
    for key in app.registry.active_keys().await? {
        if let Err(error) = crm::documents::tend(app, key).await {
            tracing::warn!(tenant = key.0, %error, "documents expire later");
        }
        if let Err(error) = crm::documents::sweep(app, key).await {
            tracing::warn!(tenant = key.0, %error, "unfinished uploads stay for now");
        }
    }
    Ok(())
}

/// Files of exports that are past their days.
async fn exports(app: &SharedApp) -> anyhow::Result<()> {
    for key in app.registry.active_keys().await? {
        if let Err(error) = crm::exports::sweep(app, key).await {
            tracing::warn!(tenant = key.0, %error, "old exports stay for now");
        }
    }
    Ok(())
}

/// Files and rows of imports that ended long ago.
async fn old_imports(app: &SharedApp) -> anyhow::Result<()> {
    for key in app.registry.active_keys().await? {
        if let Err(error) = crm::imports::sweep(app, key).await {
            tracing::warn!(tenant = key.0, %error, "old imports stay for now");
        }
    }
    Ok(())
}

async fn old_keys_of(app: &SharedApp, key: TenantKey) -> kernel::Result<()> {
    let tenant = app.registry.by_key(key).await?;
    let tx = app.db.begin(&tenant, ViewClass::FULL, Mode::Write).await?;
    tx.run("delete from undo_log where expires_at < now() - interval '30 days'", []).await?;
    tx.commit().await?;
    old_bulk_changes(app, &tenant).await?;
    loop {
        let tx = app.db.begin(&tenant, ViewClass::FULL, Mode::Write).await?;
        let deleted = tx
            .run(
                "delete from idempotency_keys where ctid = any (array (
                     select ctid from idempotency_keys where created_at < now() - interval '48 hours' limit $1))",
                [CHUNK.into()],
            )
            .await?;
        tx.commit().await?;
        if deleted < CHUNK as u64 {
            return Ok(());
        }
    }
}

/// What the records of large changes had before, a few thousand at a time, and then the changes.
async fn old_bulk_changes(app: &SharedApp, tenant: &Tenant) -> kernel::Result<()> {
    loop {
        let tx = app.db.begin(tenant, ViewClass::FULL, Mode::Write).await?;
        let deleted = tx
            .run(
                "delete from bulk_rows where ctid = any (array (
                     select r.ctid from bulk_rows r join bulk_changes c on c.id = r.change_id
                     where c.created_at < now() - interval '30 days' limit $1))",
                [CHUNK.into()],
            )
            .await?;
        if deleted == 0 {
            tx.run("delete from bulk_changes where created_at < now() - interval '30 days'", []).await?;
        }
        tx.commit().await?;
        if deleted == 0 {
            return Ok(());
        }
    }
}

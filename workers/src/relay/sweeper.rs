//! Takes back what got stuck: tickets that Redis lost, and jobs whose process died.

use serde_json::Value as Json;
use uuid::Uuid;

use super::jobs::{SENT_LEASE, queue_length};
use crate::attempt::{self, LEASE, Taken};
use crate::machine::Machine;

/// Rows of one pass.
const BATCH: i64 = 500;
/// Seconds after which a job that is on its way while the queue is empty counts as lost.
const LOST_AFTER: i64 = 5;

/// One pass.
pub(super) async fn sweep(machine: &Machine) -> anyhow::Result<()> {
    let mut back = requeue_expired(machine).await?;
    // Redis being away is nothing to the leases; an emptied Redis is seen at once.
    if let Ok(0) = queue_length(&machine.app).await {
        back += requeue_lost(machine).await?;
    }
    if back > 0 {
        tracing::info!(jobs = back, "jobs that got stuck are handed out again");
        machine.wake.jobs.notify_one();
    }
    bury_expired(machine).await
}

/// A ticket that never arrived costs no attempt; an attempt that never ended counts.
async fn requeue_expired(machine: &Machine) -> sqlx::Result<u64> {
    let done = sqlx::query(
        "with stuck as materialized (
             select id from control.outbox
             where state in ('sent', 'running') and lease_until < now() and (state = 'sent' or attempts < max_attempts)
             limit $1 for update skip locked)
         update control.outbox o set
             state = 'queued',
             lease_until = null,
             run_at = case o.state when 'sent' then o.run_at
                 else now() + make_interval(secs => least(900, power(2, least(greatest(o.attempts, 1), 16)))) end,
             error = case o.state when 'sent' then o.error else 'The worker stopped before the job was done.' end
         from stuck where o.id = stuck.id",
    )
    .bind(BATCH)
    .execute(&machine.app.control)
    .await?;
    Ok(done.rows_affected())
}

/// Redis was emptied: everything that was on its way is gone.
async fn requeue_lost(machine: &Machine) -> sqlx::Result<u64> {
    let done = sqlx::query(
        "with lost as materialized (
             select id from control.outbox
             where state = 'sent' and lease_until < now() + make_interval(secs => $1)
             limit $2 for update skip locked)
         update control.outbox o set state = 'queued', lease_until = null from lost where o.id = lost.id",
    )
    .bind((SENT_LEASE - LOST_AFTER) as f64)
    .bind(BATCH)
    .execute(&machine.app.control)
    .await?;
    Ok(done.rows_affected())
}

/// Jobs whose last attempt never ended. The lease is taken over first, so that one process buries
/// them; if it dies over it, the next one does.
async fn bury_expired(machine: &Machine) -> anyhow::Result<()> {
    let rows: Vec<(Uuid, i64, String, Json, i32, i32)> = sqlx::query_as(
        "with gone as materialized (
             select id from control.outbox
             where state = 'running' and lease_until < now() and attempts >= max_attempts
             limit 20 for update skip locked)
         update control.outbox o set lease_until = now() + make_interval(secs => $1)
         from gone where o.id = gone.id
         returning o.id, o.tenant_key, o.kind, o.payload, o.attempts, o.max_attempts",
    )
    .bind(LEASE.as_secs_f64())
    .fetch_all(&machine.app.control)
    .await?;
    for (id, tenant_key, kind, payload, attempt, max_attempts) in rows {
        let error = format!("gave up after {attempt} attempts");
        let taken = Taken { id, tenant_key, kind, payload, attempt, max_attempts };
        attempt::bury_abandoned(machine, &taken, &error).await?;
    }
    Ok(())
}

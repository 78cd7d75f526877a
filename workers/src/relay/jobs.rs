//! Jobs: a few at a time into the queue in Redis, in turns over the tenants.
//!
//! The queue is kept short on purpose. It has no turns of its own, so what stands in it is what a
//! busy tenant can put before the others; and apalis-redis jams for good when some 8,000 tickets
//! fall due at once.

use std::time::Duration;

use apalis::prelude::TaskSink as _;
use apalis_redis::{Config, RedisStorage};
use runtime::SharedApp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Tickets in the queue at most (a few more when several processes push at once).
const QUEUE: usize = 200;
/// Jobs in one transaction.
pub(super) const BATCH: usize = 100;
/// Jobs of one tenant in one transaction.
const OF_ONE_TENANT: i64 = 50;
/// Seconds a ticket may be on its way before the job is handed out again.
pub(super) const SENT_LEASE: i64 = 60;

/// What travels through Redis: the name of a row. Losing it, or having it twice, does no harm.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Ticket {
    /// The row.
    pub(crate) outbox_id: Uuid,
    /// Its tenant.
    pub(crate) tenant_key: i64,
    /// Its kind.
    pub(crate) kind: String,
}

/// The queue's settings, the same for those who push and those who fetch.
///
/// - One ticket per fetch: a worker with tickets in its buffer sends no heartbeat.
/// - Heartbeats every second, because only then due tickets are looked at; dead after ten.
/// - No locks, results or events: acknowledging a ticket that a flush of Redis took away ends the
///   worker. We take the ticket out ourselves (`runner`).
pub(crate) fn queue_config(app: &SharedApp) -> Config {
    Config::default()
        .queue(app.channels.queue())
        .batch_size(1)
        .heartbeat_interval(Duration::from_secs(1))
        .missed_heartbeats(10)
        .lock_tasks(false)
        .persist_results(false)
        .emit_events(false)
        .idempotency_ttl(None)
}

/// The way into the queue.
pub(super) fn storage(app: &SharedApp) -> RedisStorage<Ticket> {
    RedisStorage::new(app.redis.clone()).with_config(queue_config(app))
}

/// Tickets that wait in Redis.
pub(super) async fn queue_length(app: &SharedApp) -> redis::RedisResult<usize> {
    let config = queue_config(app);
    let (active, scheduled): (usize, usize) = redis::pipe()
        .cmd("LLEN")
        .arg(config.active_jobs_list())
        .cmd("ZCARD")
        .arg(config.scheduled_jobs_set())
        .query_async(&mut app.redis.clone())
        .await?;
    Ok(active + scheduled)
}

/// What a pass did.
pub(super) enum HandedOut {
    /// There is no room for a batch.
    Full,
    /// So many jobs are on their way.
    Sent(usize),
}

/// Hands out one batch. The rows are marked only if Redis has their tickets.
pub(super) async fn hand_out(app: &SharedApp, storage: &RedisStorage<Ticket>) -> anyhow::Result<HandedOut> {
    // A question to the database for every ticket that was fetched would be a waste.
    if queue_length(app).await? + BATCH > QUEUE {
        return Ok(HandedOut::Full);
    }
    let mut tx = app.control.begin().await?;
    // The recursion walks from tenant to tenant over the index, so that the backlog of one costs
    // the others nothing. The first of every tenant come before the second of any.
    let rows: Vec<(Uuid, i64, String)> = sqlx::query_as(
        "with recursive tenants as (
             (select tenant_key from control.outbox where state = 'queued' and kind <> 'event' order by tenant_key limit 1)
             union all
             select (select o.tenant_key from control.outbox o
                     where o.state = 'queued' and o.kind <> 'event' and o.tenant_key > t.tenant_key
                     order by o.tenant_key limit 1)
             from tenants t where t.tenant_key is not null),
         turns as (
             select d.id from tenants t cross join lateral (
                 select q.id, q.run_at, row_number() over (order by q.run_at, q.id) as turn from (
                     select o.id, o.run_at from control.outbox o
                     where o.tenant_key = t.tenant_key and o.state = 'queued' and o.kind <> 'event' and o.run_at <= now()
                     order by o.run_at, o.id limit $2) q) d
             order by d.turn, d.run_at limit $1),
         due as materialized (
             select id from control.outbox where id in (select id from turns) and state = 'queued' for update skip locked)
         update control.outbox o set state = 'sent', lease_until = now() + make_interval(secs => $3)
         from due where o.id = due.id
         returning o.id, o.tenant_key, o.kind",
    )
    .bind(BATCH as i64)
    .bind(OF_ONE_TENANT)
    .bind(SENT_LEASE as f64)
    .fetch_all(&mut *tx)
    .await?;
    let sent = rows.len();
    if sent == 0 {
        return Ok(HandedOut::Sent(0));
    }
    let tickets = in_turns(rows);
    storage.clone().push_bulk(tickets).await.map_err(|e| anyhow::anyhow!("the queue did not take the jobs: {e}"))?;
    tx.commit().await?;
    Ok(HandedOut::Sent(sent))
}

/// `RETURNING` has no order: puts the rows back into turns over the tenants, oldest first.
fn in_turns(mut rows: Vec<(Uuid, i64, String)>) -> Vec<Ticket> {
    rows.sort_unstable();
    let mut turns = std::collections::HashMap::<i64, usize>::new();
    let mut tickets: Vec<(usize, Ticket)> = rows
        .into_iter()
        .map(|(outbox_id, tenant_key, kind)| {
            let turn = turns.entry(tenant_key).or_default();
            *turn += 1;
            (*turn, Ticket { outbox_id, tenant_key, kind })
        })
        .collect();
    tickets.sort_by_key(|(turn, _)| *turn);
    tickets.into_iter().map(|(_, ticket)| ticket).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenants_take_turns() {
        let ids: Vec<Uuid> = (0..5).map(Uuid::from_u128).collect();
        let rows = vec![
            (ids[2], 1, "a".to_owned()),
            (ids[0], 1, "a".to_owned()),
            (ids[1], 1, "a".to_owned()),
            (ids[4], 2, "a".to_owned()),
            (ids[3], 2, "a".to_owned()),
        ];
        let order: Vec<Uuid> = in_turns(rows).into_iter().map(|t| t.outbox_id).collect();
        assert_eq!(order, [ids[0], ids[3], ids[1], ids[4], ids[2]]);
    }
}

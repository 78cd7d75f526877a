//! The relay: from the outbox in PostgreSQL to Redis, and back again what got stuck.
//!
//! Any number of processes may run it; rows are taken with `FOR UPDATE SKIP LOCKED`. A row leaves
//! its state only after Redis has what it carries: everything arrives at least once.

mod events;
mod jobs;
mod sweeper;

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::attempt::RENEW_EVERY;
use crate::loops::{Next, repeat};
use crate::machine::Machine;

pub(crate) use events::publish_batch;
pub(crate) use jobs::{Ticket, queue_config};

/// How often the loops look without being woken.
const POLL: Duration = Duration::from_secs(1);
/// How long the relay waits for room in a full queue.
const FULL: Duration = Duration::from_millis(25);

/// Publishes events until shutdown.
pub(crate) async fn publish_events(machine: Arc<Machine>, shutdown: CancellationToken) {
    let work = || async {
        let published = publish_batch(&machine.app, None).await?;
        Ok(if published >= events::BATCH { Next::Again } else { Next::After(POLL) })
    };
    repeat("events", &shutdown, &machine.wake.events, work).await;
}

/// Hands due jobs to the queue in Redis until shutdown.
pub(crate) async fn hand_out_jobs(machine: Arc<Machine>, shutdown: CancellationToken) {
    let storage = jobs::storage(&machine.app);
    let work = || async {
        match jobs::hand_out(&machine.app, &storage).await? {
            jobs::HandedOut::Full => Ok(Next::After(FULL)),
            jobs::HandedOut::Sent(sent) => {
                if sent > 0 {
                    machine.wake.pushed.notify_one();
                }
                Ok(if sent >= jobs::BATCH { Next::Again } else { Next::After(POLL) })
            }
        }
    };
    repeat("jobs", &shutdown, &machine.wake.jobs, work).await;
}

/// Takes back what got stuck until shutdown.
pub(crate) async fn sweep(machine: Arc<Machine>, shutdown: CancellationToken) {
    // After an outage of the database the leases of jobs that still run have ended although nobody
    // died; their holders get time to renew them first.
    let not_before = std::sync::Mutex::new(Instant::now() + POLL);
    let set = |instant| {
        if let Ok(mut guard) = not_before.lock() {
            *guard = instant;
        }
    };
    let work = || async {
        let due = not_before.lock().map(|guard| *guard).unwrap_or_else(|_| Instant::now());
        if Instant::now() >= due {
            let swept = sweeper::sweep(&machine).await;
            if swept.is_err() {
                set(Instant::now() + RENEW_EVERY * 2);
            }
            swept?;
        }
        Ok(Next::After(POLL))
    };
    repeat("sweeper", &shutdown, &Notify::new(), work).await;
}

//! The worker: apalis fetches tickets from Redis, an attempt runs for each.
//!
//! Attempts are tasks of their own: when Redis goes and takes the apalis worker with it, they run
//! on, and a new worker (under a new name: Redis refuses the old one for a while) takes over the
//! fetching.

use std::sync::Arc;
use std::time::{Duration, Instant};

use apalis::prelude::{BoxDynError, Data, Monitor, TaskId, WorkerBuilder, WorkerBuilderExt as _, WorkerContext};
use apalis_redis::RedisStorage;
use runtime::SharedApp;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::attempt::{self, Take};
use crate::loops::Backoff;
use crate::machine::Machine;
use crate::relay::{Ticket, queue_config};

/// Jobs that run at the same time in this process.
const CONCURRENCY: usize = 8;
/// How often the queue is looked at when nobody in this process put anything in it.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How long running jobs may go on after shutdown, before they are stopped and handed back.
const FINISH_WITHIN: Duration = Duration::from_secs(7);
/// How long handing back may take.
const HAND_BACK_WITHIN: Duration = Duration::from_secs(2);
/// A worker that lived this long did not fail because of what it found at its start.
const HEALTHY_AFTER: Duration = Duration::from_secs(30);
/// So many short lives in a row, with Redis answering, mean that the queue itself is broken.
const BROKEN_AFTER: u32 = 4;

/// What the handlers share.
struct Runner {
    machine: Arc<Machine>,
    slots: Arc<Semaphore>,
    attempts: TaskTracker,
    /// No new attempts.
    shutdown: CancellationToken,
    /// No more patience with those that run.
    stop: CancellationToken,
}

/// Runs jobs until shutdown.
pub(crate) async fn run(machine: Arc<Machine>, shutdown: CancellationToken) {
    let runner = Arc::new(Runner {
        machine,
        slots: Arc::new(Semaphore::new(CONCURRENCY)),
        attempts: TaskTracker::new(),
        shutdown,
        stop: CancellationToken::new(),
    });
    tokio::spawn(lose_patience(runner.clone()));
    let mut backoff = Backoff::default();
    while !runner.shutdown.is_cancelled() {
        let started = Instant::now();
        let why = worker(&runner).await;
        if runner.shutdown.is_cancelled() {
            break;
        }
        if started.elapsed() > HEALTHY_AFTER {
            backoff.succeeded();
        }
        let wait = backoff.failed();
        if backoff.failures() == 1 {
            tracing::warn!(why, "the queue's worker ended; starting another");
        } else {
            tracing::debug!(why, "the queue's worker ended again");
        }
        if backoff.failures() >= BROKEN_AFTER && empty_queue(&runner.machine.app).await.is_ok() {
            tracing::error!(
                alarm = "queue_emptied",
                why,
                "the queue in Redis was broken and has been emptied; jobs are handed out again"
            );
            backoff.succeeded();
        }
        tokio::select! {
            () = runner.shutdown.cancelled() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
    runner.attempts.close();
    let _ = tokio::time::timeout(FINISH_WITHIN + HAND_BACK_WITHIN, runner.attempts.wait()).await;
}

/// After shutdown, gives running attempts their time and then stops them.
async fn lose_patience(runner: Arc<Runner>) {
    runner.shutdown.cancelled().await;
    tokio::time::sleep(FINISH_WITHIN).await;
    runner.stop.cancel();
}

/// One life of an apalis worker; returns why it ended.
async fn worker(runner: &Arc<Runner>) -> String {
    let app = &runner.machine.app;
    let name = format!("{}-{}", host(), Uuid::now_v7().simple());
    let storage = RedisStorage::<Ticket>::new(app.redis.clone()).with_config(queue_config(app));
    let (built, handlers) = (name.clone(), runner.clone());
    let monitor = Monitor::new().register(move |_| {
        WorkerBuilder::new(built.clone())
            .backend(storage.clone())
            .data(handlers.clone())
            .concurrency(CONCURRENCY)
            .catch_panic()
            .build(handle)
    });
    let context = monitor.context();
    let looking = async {
        loop {
            tokio::select! {
                () = runner.machine.wake.pushed.notified() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            let _ = context.wake_worker(&name);
        }
    };
    let mut running = std::pin::pin!(monitor.run());
    tokio::select! {
        // apalis answers `Ok` to a worker that failed, too: any end is one we did not ask for.
        ended = &mut running => return ended.err().map_or_else(|| "no reason given".to_owned(), |e| e.to_string()),
        () = looking => {}
        () = runner.shutdown.cancelled() => {}
    }
    let _ = context.shutdown();
    // It waits for its attempts, so that their tickets are out of Redis; they end in time.
    let _ = tokio::time::timeout(FINISH_WITHIN + HAND_BACK_WITHIN, running).await;
    forget(app, &name).await;
    "shutdown".to_owned()
}

/// The handler that apalis calls. It never fails: the outbox says what became of the job.
async fn handle(ticket: Ticket, id: TaskId, worker: WorkerContext, runner: Data<Arc<Runner>>) -> Result<(), BoxDynError> {
    let shared = Arc::clone(&runner);
    let _ = runner.attempts.spawn(async move { shared.work(ticket.outbox_id, &id.to_string(), &worker).await }).await;
    Ok(())
}

impl Runner {
    async fn work(&self, outbox_id: Uuid, ticket: &str, worker: &WorkerContext) {
        // Attempts of an earlier worker may still run; together they are no more than planned.
        let _slot = tokio::select! {
            () = self.shutdown.cancelled() => return,
            slot = self.slots.acquire() => slot,
        };
        let taken = match attempt::take(&self.machine, outbox_id, &self.shutdown).await {
            Take::Mine(taken) => Some(taken),
            Take::Nothing => None,
            Take::Stopped => return,
        };
        // From here on the row's lease watches over the job, and the ticket has served.
        if let Err(error) = remove_ticket(&self.machine.app, ticket, worker).await {
            tracing::debug!(%error, "a ticket was not removed; it comes again and finds nothing to do");
        }
        if let Some(taken) = taken {
            attempt::carry_out(&self.machine, taken, &self.stop).await;
        }
    }
}

/// Takes a ticket out of Redis if this worker still holds it. Its data must stay if it went to
/// another worker meanwhile: a ticket without data ends every worker that fetches it.
async fn remove_ticket(app: &SharedApp, ticket: &str, worker: &WorkerContext) -> redis::RedisResult<()> {
    const REMOVE: &str = "if redis.call('SREM', KEYS[1], ARGV[1]) == 1 then
        redis.call('HDEL', KEYS[2], ARGV[1])
        redis.call('DEL', KEYS[3] .. ':' .. ARGV[1])
    end";
    let config = queue_config(app);
    redis::Script::new(REMOVE)
        .key(config.inflight_set_for(worker))
        .key(config.job_data_hash())
        .key(config.job_meta_hash())
        .arg(ticket)
        .invoke_async(&mut app.redis.clone())
        .await
}

/// Removes what Redis keeps about a worker, unless it still holds tickets: then the other workers
/// find them by its name.
async fn forget(app: &SharedApp, name: &str) {
    const FORGET: &str = "if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('ZREM', KEYS[2], ARGV[1]) end
        redis.call('DEL', KEYS[3])";
    let config = queue_config(app);
    let forgotten: redis::RedisResult<()> = redis::Script::new(FORGET)
        .key(format!("{}:{name}", config.inflight_jobs_set()))
        .key(config.workers_set())
        .key(format!("{}:workers:metadata:{name}", app.channels.queue()))
        .arg(name)
        .invoke_async(&mut app.redis.clone())
        .await;
    if let Err(error) = forgotten {
        tracing::debug!(%error, "the worker's name stays in Redis for a while");
    }
}

/// Empties the queue's part of Redis. Nothing is lost: the sweeper hands everything out again.
async fn empty_queue(app: &SharedApp) -> redis::RedisResult<()> {
    let (mut redis, pattern, mut cursor) = (app.redis.clone(), format!("{}:*", app.channels.queue()), 0_u64);
    loop {
        let (next, keys): (u64, Vec<String>) =
            redis::cmd("SCAN").arg(cursor).arg("MATCH").arg(&pattern).arg("COUNT").arg(500).query_async(&mut redis).await?;
        if !keys.is_empty() {
            redis::cmd("UNLINK").arg(keys).query_async::<()>(&mut redis).await?;
        }
        if next == 0 {
            return Ok(());
        }
        cursor = next;
    }
}

/// The machine's name, for people who look into Redis.
fn host() -> String {
    let name = std::env::var("HOSTNAME").ok().or_else(|| std::fs::read_to_string("/etc/hostname").ok());
    let name: String = name.unwrap_or_default().chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.')).collect();
    if name.is_empty() { "host".to_owned() } else { name }
}

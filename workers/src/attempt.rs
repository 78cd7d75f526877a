//! One attempt at a job: take the row, keep its lease while the handler runs, write down the end.
//!
//! The number of the attempt is the fence: every write names it, so an attempt whose row was handed
//! out again can change nothing any more, and is stopped when it notices.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::{FutureExt as _, TryFutureExt as _};
use kernel::event::Event;
use kernel::job::{JobError, backoff_seconds};
use kernel::tenant::TenantKey;
use runtime::failpoint;
use runtime::outbox::JobRun;
use serde_json::Value as Json;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::loops::Backoff;
use crate::machine::Machine;

/// A running job whose lease is older than this is handed out again. What a killed process was
/// doing must be taken up within a minute.
pub(crate) const LEASE: Duration = Duration::from_secs(30);
/// How often a running job renews its lease.
pub(crate) const RENEW_EVERY: Duration = Duration::from_secs(10);
/// How long the end of an attempt is tried to be written down. Within the rest of the lease.
const WRITE_WITHIN: Duration = Duration::from_secs(15);
/// How long an `on_dead` hook may take.
const HOOK_WITHIN: Duration = Duration::from_secs(20);

/// A row that is ours to run.
pub(crate) struct Taken {
    pub(crate) id: Uuid,
    pub(crate) tenant_key: i64,
    pub(crate) kind: String,
    pub(crate) payload: Json,
    pub(crate) attempt: i32,
    pub(crate) max_attempts: i32,
}

/// Tenant, kind, payload, attempts and most attempts of a row.
type Row = (i64, String, Json, i32, i32);

/// What came of taking a row.
pub(crate) enum Take {
    /// It is ours.
    Mine(Taken),
    /// It was done or taken by another, or is not due.
    Nothing,
    /// Shutdown came first.
    Stopped,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Done,
    Retried,
    Dead,
    /// Another attempt has the row.
    Lost,
    /// Shutdown came first; the row waits for another process.
    HandedBack,
    /// The end could not be written down; the job runs again when its lease ends.
    Unwritten,
}

impl Ended {
    fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Retried => "retried",
            Self::Dead => "dead",
            Self::Lost => "lost",
            Self::HandedBack => "handed_back",
            Self::Unwritten => "unwritten",
        }
    }
}

/// Takes a row. Tries on while the database is away: the ticket is still ours to answer for.
pub(crate) async fn take(machine: &Machine, id: Uuid, shutdown: &CancellationToken) -> Take {
    let mut backoff = Backoff::default();
    loop {
        // A ticket may be older than the row's last failure: a row that waits for its next attempt
        // is left alone.
        let found = sqlx::query_as::<_, Row>(
            "update control.outbox set state = 'running', attempts = attempts + 1, lease_until = now() + make_interval(secs => $2)
             where id = $1 and (state = 'sent' or (state = 'queued' and run_at <= now()))
             returning tenant_key, kind, payload, attempts, max_attempts",
        )
        .bind(id)
        .bind(LEASE.as_secs_f64())
        .fetch_optional(&machine.app.control)
        .await;
        match found {
            Ok(Some((tenant_key, kind, payload, attempt, max_attempts))) => {
                return Take::Mine(Taken { id, tenant_key, kind, payload, attempt, max_attempts });
            }
            Ok(None) => return Take::Nothing,
            Err(error) => {
                let wait = backoff.failed();
                tracing::debug!(%id, %error, "a job can't be taken; trying again");
                tokio::select! {
                    () = shutdown.cancelled() => return Take::Stopped,
                    () = tokio::time::sleep(wait) => {}
                }
            }
        }
    }
}

/// Runs the handler and writes down how it ended. When `stop` comes first, the row goes back.
pub(crate) async fn carry_out(machine: &Machine, taken: Taken, stop: &CancellationToken) -> Ended {
    failpoint::hit_with("job.taken", &taken.kind);
    let span = tracing::info_span!("job", id = %taken.id, kind = taken.kind, tenant = taken.tenant_key, attempt = taken.attempt);
    async {
        let ended = attempt(machine, &taken, stop).await;
        machine.count(&taken.kind, ended.name());
        tracing::debug!(outcome = ended.name(), "attempt ended");
        ended
    }
    .instrument(span)
    .await
}

async fn attempt(machine: &Machine, taken: &Taken, stop: &CancellationToken) -> Ended {
    let run = match job_run(machine, taken).await {
        Ok(run) => run,
        Err(error) => return settle(machine, taken, None, Err(error)).await,
    };
    let Some(job) = machine.job(&taken.kind) else {
        // Another process may be of a newer version that knows it.
        let error = JobError::Retry(format!("this version has no handler for `{}`", taken.kind));
        return settle(machine, taken, None, Err(error)).await;
    };
    let handler = {
        let run = run.clone();
        async move { (job.run)(&run).await }.in_current_span()
    };
    // A task of its own: a handler that blocks must not keep the lease from being renewed.
    let mut work = tokio::spawn(handler);
    let result = tokio::select! {
        joined = &mut work => joined,
        () = lost_lease(machine, taken, &run) => {
            work.abort();
            tracing::warn!("the job was handed to another worker; this attempt is stopped");
            return Ended::Lost;
        }
        () = stop.cancelled() => {
            work.abort();
            // It may have ended at the same moment.
            match work.await {
                Err(error) if error.is_cancelled() => return hand_back(machine, taken).await,
                joined => joined,
            }
        }
    };
    let result = result.unwrap_or_else(|error| {
        let said = error.try_into_panic().map_or_else(|_| "cancelled".to_owned(), |panic| panic_text(panic.as_ref()));
        tracing::error!(alarm = "job_panicked", said, "a job panicked");
        Err(JobError::Retry(format!("panicked: {said}")))
    });
    settle(machine, taken, Some(&run), result).await
}

async fn job_run(machine: &Machine, taken: &Taken) -> Result<Arc<JobRun>, JobError> {
    let tenant = machine.app.registry.by_key(TenantKey(taken.tenant_key)).await.map_err(|error| match error {
        kernel::DomainError::NotFound { .. } => JobError::Fail("the tenant is gone".to_owned()),
        other => JobError::Retry(other.to_string()),
    })?;
    Ok(Arc::new(JobRun::new(machine.app.clone(), tenant, taken.id, taken.attempt, taken.payload.clone())))
}

/// Renews the lease; returns when the row is no longer this attempt's.
async fn lost_lease(machine: &Machine, taken: &Taken, run: &JobRun) {
    let mut wait = RENEW_EVERY;
    loop {
        tokio::time::sleep(wait).await;
        wait = match renew(machine, taken).await {
            Ok(true) => RENEW_EVERY,
            // The handler marked the row done and has something left to do.
            Ok(false) if run.is_finished() => return std::future::pending().await,
            Ok(false) => return,
            Err(error) => {
                tracing::debug!(%error, "the lease can't be renewed; trying again");
                Duration::from_secs(1)
            }
        };
    }
}

/// Renews the lease; `false` if the row is no longer this attempt's.
async fn renew(machine: &Machine, taken: &Taken) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "update control.outbox set lease_until = now() + make_interval(secs => $3)
         where id = $1 and attempts = $2 and state = 'running'",
    )
    .bind(taken.id)
    .bind(taken.attempt)
    .bind(LEASE.as_secs_f64())
    .execute(&machine.app.control)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes down the end of an attempt; `run` is absent if the job could not be begun.
async fn settle(machine: &Machine, taken: &Taken, run: Option<&JobRun>, result: Result<(), JobError>) -> Ended {
    match result {
        Ok(()) if run.is_some_and(JobRun::is_finished) => Ended::Done,
        Ok(()) => {
            failpoint::hit("job.done.before");
            write(Ended::Done, || async {
                sqlx::query(
                    "update control.outbox set state = 'done', finished_at = now(), error = null, lease_until = null
                     where id = $1 and attempts = $2 and state = 'running'",
                )
                .bind(taken.id)
                .bind(taken.attempt)
                .execute(&machine.app.control)
                .await
            })
            .await
        }
        Err(JobError::Retry(error)) if taken.attempt < taken.max_attempts => {
            let wait = backoff_seconds(taken.attempt);
            tracing::info!(error, wait, "a job failed and is tried again");
            write(Ended::Retried, || async {
                sqlx::query(
                    "update control.outbox set state = 'queued', run_at = now() + make_interval(secs => $3), error = $4,
                         lease_until = null
                     where id = $1 and attempts = $2 and state = 'running'",
                )
                .bind(taken.id)
                .bind(taken.attempt)
                .bind(wait as f64)
                .bind(storable(&error))
                .execute(&machine.app.control)
                .await
            })
            .await
        }
        Err(JobError::Retry(error) | JobError::Fail(error)) => bury(machine, taken, run, &error).await,
    }
}

/// Shutdown: the row goes back at once instead of when its lease ends. The attempt counts.
async fn hand_back(machine: &Machine, taken: &Taken) -> Ended {
    let error = "The worker was stopped before the job was done.";
    if taken.attempt >= taken.max_attempts {
        // No attempt is left to hand back; the sweeper of another process buries it.
        return Ended::HandedBack;
    }
    write(Ended::HandedBack, || async {
        sqlx::query(
            "update control.outbox set state = 'queued', run_at = now(), error = $3, lease_until = null
             where id = $1 and attempts = $2 and state = 'running'",
        )
        .bind(taken.id)
        .bind(taken.attempt)
        .bind(error)
        .execute(&machine.app.control)
        .await
    })
    .await
}

/// A job whose last attempt never ended.
pub(crate) async fn bury_abandoned(machine: &Machine, taken: &Taken, error: &str) -> anyhow::Result<()> {
    let run = match job_run(machine, taken).await {
        Ok(run) => Some(run),
        Err(JobError::Fail(_)) => None,
        Err(JobError::Retry(error)) => anyhow::bail!(error),
    };
    let ended = bury(machine, taken, run.as_deref(), error).await;
    machine.count(&taken.kind, ended.name());
    Ok(())
}

/// Marks a job dead: first the hook, then the mark and the event together. A crash in between
/// calls the hook again; the other way round it might never be called.
async fn bury(machine: &Machine, taken: &Taken, run: Option<&JobRun>, error: &str) -> Ended {
    match insist(|| renew(machine, taken)).await {
        Some(true) => {}
        Some(false) => return Ended::Lost,
        None => return Ended::Unwritten,
    }
    tracing::warn!(id = %taken.id, kind = taken.kind, tenant = taken.tenant_key, error, "a job failed for good");
    let hook = machine.job(&taken.kind).and_then(|job| job.on_dead);
    if let (Some(hook), Some(run)) = (hook, run) {
        // Called inside the guarded future: a hook may panic before its first await.
        let guarded = AssertUnwindSafe(async { hook(run, error).await }).catch_unwind();
        match tokio::time::timeout(HOOK_WITHIN, guarded).await {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(failure))) => tracing::error!(id = %taken.id, %failure, "what follows a dead job failed"),
            Ok(Err(panic)) => {
                tracing::error!(id = %taken.id, said = panic_text(panic.as_ref()), "what follows a dead job panicked")
            }
            Err(_) => tracing::error!(id = %taken.id, "what follows a dead job took too long"),
        }
    }
    let ended = write(Ended::Dead, || mark_dead(machine, taken, error)).await;
    machine.wake.events.notify_one();
    ended
}

async fn mark_dead(machine: &Machine, taken: &Taken, error: &str) -> sqlx::Result<sqlx::postgres::PgQueryResult> {
    let mut tx = machine.app.control.begin().await?;
    let marked = sqlx::query(
        "update control.outbox set state = 'dead', finished_at = now(), error = $3, lease_until = null
         where id = $1 and attempts = $2 and state = 'running'",
    )
    .bind(taken.id)
    .bind(taken.attempt)
    .bind(storable(error))
    .execute(&mut *tx)
    .await?;
    if marked.rows_affected() == 1 {
        let event = Event::new("job.failed", taken.id, "jobs.read");
        sqlx::query("insert into control.outbox (id, tenant_key, kind, payload) values ($1, $2, $3, $4)")
            .bind(Uuid::now_v7())
            .bind(taken.tenant_key)
            .bind(runtime::outbox::EVENT)
            .bind(serde_json::to_value(&event).unwrap_or_default())
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(marked)
}

/// Writes an end down; the row may turn out to be another attempt's.
async fn write<F>(end: Ended, mut statement: impl FnMut() -> F) -> Ended
where
    F: Future<Output = sqlx::Result<sqlx::postgres::PgQueryResult>>,
{
    match insist(|| statement().map_ok(|done| done.rows_affected())).await {
        Some(1) => end,
        Some(_) => Ended::Lost,
        None => Ended::Unwritten,
    }
}

/// Tries on while the database is away, within the lease.
async fn insist<T, F>(mut work: impl FnMut() -> F) -> Option<T>
where
    F: Future<Output = sqlx::Result<T>>,
{
    let (until, mut backoff) = (Instant::now() + WRITE_WITHIN, Backoff::default());
    loop {
        match work().await {
            Ok(value) => return Some(value),
            Err(error) => {
                let wait = backoff.failed();
                if Instant::now() + wait > until {
                    tracing::error!(%error, "the end of a job can't be written down; it runs again when its lease ends");
                    return None;
                }
                tokio::time::sleep(wait).await;
            }
        }
    }
}

/// An error as it is kept: bounded, and without what PostgreSQL can't hold.
fn storable(error: &str) -> String {
    error.chars().filter(|c| *c != '\0').take(2_000).collect()
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "no message".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_written_within_the_lease() {
        assert!(RENEW_EVERY + WRITE_WITHIN < LEASE);
        assert!(HOOK_WITHIN < LEASE);
    }

    #[test]
    fn errors_are_made_storable() {
        assert_eq!(storable("a\0b"), "ab");
        assert_eq!(storable(&"ä".repeat(3_000)).chars().count(), 2_000);
    }

    #[test]
    fn panics_are_told() {
        assert_eq!(panic_text(&"static"), "static");
        assert_eq!(panic_text(&"owned".to_owned()), "owned");
        assert_eq!(panic_text(&7), "no message");
    }
}

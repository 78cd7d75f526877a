//! Background work: the relay that carries the outbox to Redis, the worker that runs jobs, the
//! sealer of the audit chains, and the clockwork.
//!
//! Always holds: the outbox in PostgreSQL is the truth, Redis only carries it. What Redis loses
//! is handed out again; what a dead process was doing is handed out again when its lease ends; an
//! attempt that lost its row can no longer finish it. Any number of these processes may run.

mod attempt;
mod drain;
mod loops;
mod machine;
pub mod registry;
mod relay;
mod runner;
mod schedule;
mod sealer;
mod wake;

use std::time::Duration;

use runtime::SharedApp;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use machine::Machine;
use registry::{JOBS, JobKind};

/// How long a process may take to stop.
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// Runs everything until shutdown. The caller has started the process's listeners
/// ([`runtime::App::start_listeners`]); they publish the wake-ups.
///
/// An error means that a part ended although nobody asked it to: end the process.
pub async fn run(app: SharedApp, shutdown: CancellationToken) -> anyhow::Result<()> {
    run_jobs(app, JOBS, shutdown).await
}

/// [`run`] with another list of jobs, for tests of this machinery.
pub async fn run_jobs(app: SharedApp, jobs: &'static [JobKind], shutdown: CancellationToken) -> anyhow::Result<()> {
    let machine = Machine::new(app, jobs);
    let mut parts = JoinSet::new();
    parts.spawn(wake::listen(machine.clone(), shutdown.clone()));
    parts.spawn(relay::publish_events(machine.clone(), shutdown.clone()));
    parts.spawn(relay::hand_out_jobs(machine.clone(), shutdown.clone()));
    parts.spawn(relay::sweep(machine.clone(), shutdown.clone()));
    parts.spawn(runner::run(machine.clone(), shutdown.clone()));
    parts.spawn(sealer::on_wake(machine.clone(), shutdown.clone()));
    parts.spawn(sealer::sweep(machine.clone(), shutdown.clone()));
    parts.spawn(schedule::run(machine, shutdown.clone()));
    tracing::info!("workers started");

    tokio::select! {
        // Asked first: on shutdown parts end, too.
        biased;
        () = shutdown.cancelled() => {}
        ended = parts.join_next() => {
            shutdown.cancel();
            let why = match ended {
                Some(Err(error)) => format!("a part of the workers failed: {error}"),
                _ => "a part of the workers ended by itself".to_owned(),
            };
            stop(parts).await;
            anyhow::bail!(why);
        }
    }
    stop(parts).await;
    tracing::info!("workers stopped");
    Ok(())
}

async fn stop(mut parts: JoinSet<()>) {
    let all = async { while parts.join_next().await.is_some() {} };
    if tokio::time::timeout(STOP_WITHIN, all).await.is_err() {
        tracing::warn!("workers did not stop in time; what they were doing is handed out again");
    }
}

/// Runs all due jobs and publishes all events in this process, without the queue in Redis, until
/// nothing is open; then closes the audit chains. For tests and one-off commands.
///
/// Fails at the deadline, or before if a job waits for a time after it.
pub async fn drain(app: &SharedApp, deadline: Duration) -> anyhow::Result<()> {
    drain::drain(&Machine::new(app.clone(), JOBS), None, deadline).await
}

/// [`drain`] for some tenants only, while others go on working.
pub async fn drain_tenants(app: &SharedApp, tenants: &[kernel::tenant::TenantKey], deadline: Duration) -> anyhow::Result<()> {
    let keys = tenants.iter().map(|t| t.0).collect();
    drain::drain(&Machine::new(app.clone(), JOBS), Some(keys), deadline).await
}

/// [`drain`] with another list of jobs, for tests of this machinery.
pub async fn drain_jobs(app: &SharedApp, jobs: &'static [JobKind], deadline: Duration) -> anyhow::Result<()> {
    drain::drain(&Machine::new(app.clone(), jobs), None, deadline).await
}

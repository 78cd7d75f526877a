//! What breaks: Redis, PostgreSQL, the process, and patience.

use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::desk::{Desk, connect};
use crate::jobs::{Note, TEST_JOBS, Trouble};

/// Set, as JSON, for the process that is going to die.
const VICTIM: &str = "WORKERS_TEST_VICTIM";

fn notes(count: usize, millis: u64) -> impl Iterator<Item = Note> {
    (0..count).map(move |n| Note { note: format!("n{n}"), millis })
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_may_be_emptied_killed_and_gone() {
    let mut desk = Desk::open().await;
    desk.enqueue_all(1, notes(1_000, 15)).await;
    let workers = desk.work();
    for round in 0..3 {
        tokio::time::sleep(Duration::from_millis(400)).await;
        desk.redis::<String>("FLUSHALL").await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        desk.kill_redis();
        tokio::time::sleep(Duration::from_millis(if round == 2 { 4_000 } else { 100 })).await;
        desk.revive_redis();
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(!workers.task.is_finished());
    }
    desk.until_done(1_000, Duration::from_secs(60)).await;
    let written = desk.notes(1).await;
    assert_eq!(written.len(), 1_000);
    assert!(written.values().all(|times| *times == 1), "a job had its effect twice");
    assert_eq!(desk.count("dead").await, 0);
    // Wake-ups work again, too.
    desk.enqueue(1, &Note::new("after")).await;
    desk.until_done(1_001, Duration::from_secs(3)).await;
    workers.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_may_hang() {
    let desk = Desk::open().await;
    desk.enqueue_all(1, notes(300, 10)).await;
    let workers = desk.work();
    tokio::time::sleep(Duration::from_millis(300)).await;
    desk.signal_redis(Signal::SIGSTOP);
    tokio::time::sleep(Duration::from_secs(12)).await;
    desk.signal_redis(Signal::SIGCONT);
    desk.until_done(300, Duration::from_secs(40)).await;
    assert!(desk.notes(1).await.values().all(|times| *times == 1));
    workers.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_wait_for_redis() {
    let mut desk = Desk::open().await;
    let workers = desk.work();
    tokio::time::sleep(Duration::from_millis(300)).await;
    desk.kill_redis();
    desk.enqueue(1, &Note::new("x")).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let waiting: i64 = sqlx::query_scalar("select count(*) from control.outbox where kind = 'event'")
        .fetch_one(&desk.app.control)
        .await
        .unwrap();
    assert_eq!(waiting, 1);
    desk.revive_redis();
    desk.until_done(1, Duration::from_secs(15)).await;
    let until = Instant::now() + Duration::from_secs(10);
    while runtime::events::replay(&desk.app, kernel::tenant::TenantKey(1), "0").await.len() != 1 {
        assert!(Instant::now() < until, "the event did not arrive");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    workers.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_may_restart() {
    let mut desk = Desk::open().await;
    desk.enqueue_all(1, notes(400, 20)).await;
    let workers = desk.work();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let port = desk.stop_postgres().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    desk.start_postgres(port).await;
    desk.until_done(400, Duration::from_secs(60)).await;
    assert!(!workers.task.is_finished());
    let written = desk.notes(1).await;
    assert_eq!((written.len(), written.values().sum::<i64>()), (400, 400));
    workers.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_queue_is_emptied() {
    let desk = Desk::open().await;
    let workers = desk.work();
    tokio::time::sleep(Duration::from_millis(800)).await;
    // A ticket without data ends every worker that fetches it.
    desk.redis::<i64>("RPUSH bdwork:jobs:active 01ARZ3NDEKTSV4RRFFQ69G5FAV").await;
    desk.enqueue_all(1, notes(5, 0)).await;
    desk.until_done(5, Duration::from_secs(60)).await;
    workers.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_hands_back_what_takes_too_long() {
    let desk = Desk::open().await;
    let long = desk.enqueue(1, &Note { note: "long".into(), millis: 60_000 }).await;
    let short = desk.enqueue(1, &Note { note: "short".into(), millis: 1_500 }).await;
    let workers = desk.work();
    let until = Instant::now() + Duration::from_secs(10);
    while desk.count("running").await != 2 {
        assert!(Instant::now() < until);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let took = workers.stop().await;
    assert!(took < Duration::from_secs(9), "{took:?}");
    assert_eq!(desk.row(short).await.0, "done");
    let row = desk.row(long).await;
    assert_eq!((row.0.as_str(), row.1), ("queued", 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_lost_its_row_changes_nothing() {
    let desk = Desk::open().await;
    let id = desk.enqueue(1, &Note { note: "fenced".into(), millis: 2_000 }).await;
    let workers = desk.work();
    let until = Instant::now() + Duration::from_secs(10);
    while desk.row(id).await.0 != "running" {
        assert!(Instant::now() < until);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // As if its lease had ended and another process had it now.
    sqlx::query("update control.outbox set attempts = attempts + 1 where id = $1")
        .bind(id)
        .execute(&desk.app.control)
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(desk.row(id).await.0, "running");
    assert!(desk.notes(1).await.is_empty());
    // That process dies; the lease ends.
    sqlx::query("update control.outbox set lease_until = now() where id = $1").bind(id).execute(&desk.app.control).await.unwrap();
    desk.until_done(1, Duration::from_secs(20)).await;
    assert_eq!(desk.notes(1).await["fenced"], 1);
    workers.stop().await;
}

/// The process that dies. Does nothing when the tests run it.
#[tokio::test(flavor = "multi_thread")]
async fn victim() {
    let Ok(vars) = std::env::var(VICTIM) else { return };
    let app = connect(&serde_json::from_str(&vars).unwrap()).await;
    let shutdown = tokio_util::sync::CancellationToken::new();
    workers::run_jobs(app, TEST_JOBS, shutdown).await.unwrap();
}

fn die_at(desk: &Desk, place: &str) {
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "outages::victim", "--nocapture"])
        .env(VICTIM, serde_json::to_string(&desk.vars).unwrap())
        .env("BROKERDESK_CRASH_AT", place)
        .status()
        .unwrap();
    assert!(!status.success());
}

async fn end_leases(desk: &Desk) {
    sqlx::query("update control.outbox set lease_until = now() where state in ('sent', 'running')")
        .execute(&desk.app.control)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_loses_no_job_and_doubles_no_effect() {
    let desk = Desk::open().await;
    desk.enqueue_all(1, notes(40, 0)).await;
    desk.enqueue_all(2, (0..2).map(|_| Trouble { how: String::new(), attempts: 0 })).await;
    for place in ["job.taken", "job.done.before", "job.taken"] {
        die_at(&desk, place);
        end_leases(&desk).await;
    }
    let workers = desk.work();
    desk.until_done(42, Duration::from_secs(40)).await;
    assert!(desk.notes(1).await.values().all(|times| *times == 1));
    workers.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_kills_its_process_is_given_up() {
    let desk = Desk::open().await;
    let id = desk.enqueue(1, &Trouble { how: String::new(), attempts: 0 }).await;
    sqlx::query("update control.outbox set max_attempts = 1 where id = $1").bind(id).execute(&desk.app.control).await.unwrap();
    die_at(&desk, "job.done.before");
    end_leases(&desk).await;
    let workers = desk.work();
    let until = Instant::now() + Duration::from_secs(15);
    while desk.row(id).await.0 != "dead" {
        assert!(Instant::now() < until, "{:?}", desk.row(id).await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(desk.row(id).await.2.as_deref(), Some("gave up after 1 attempts"));
    assert_eq!(desk.notes(1).await["dead:gave up after 1 attempts"], 1);
    workers.stop().await;
}

//! Jobs, events and chains when nothing is broken.

use std::time::Duration;

use runtime::events::Published;

use crate::desk::{Desk, Workers, connect};
use crate::jobs::{Note, TEST_JOBS, Trouble, Unknown};

fn trouble(how: &str, attempts: i32) -> Trouble {
    Trouble { how: how.into(), attempts }
}

#[tokio::test(flavor = "multi_thread")]
async fn drain_does_everything_that_is_open() {
    let desk = Desk::open().await;
    let note = desk.enqueue(1, &Note::new("a")).await;
    let other = desk.enqueue(2, &Note::new("a")).await;
    let flaky = desk.enqueue(1, &trouble("retry", 1)).await;
    let panics = desk.enqueue(1, &trouble("panic", 1)).await;
    let bad = desk.enqueue(2, &trouble("fail", 9)).await;
    let unknown = desk.enqueue(2, &Unknown).await;
    workers::drain_jobs(&desk.app, TEST_JOBS, Duration::from_secs(20)).await.unwrap();

    for (id, state, attempts) in
        [(note, "done", 1), (other, "done", 1), (flaky, "done", 2), (panics, "done", 2), (bad, "dead", 1)]
    {
        let row = desk.row(id).await;
        assert_eq!((row.0.as_str(), row.1), (state, attempts), "{row:?}");
    }
    assert_eq!(desk.row(bad).await.2.as_deref(), Some("can't ever work"));
    assert_eq!(desk.row(unknown).await.0, "dead");
    assert_eq!(desk.notes(2).await["dead:can't ever work"], 1);
    assert_eq!((desk.unsealed(1).await, desk.unsealed(2).await), (0, 0));

    // Two dead jobs of tenant 2 told its readers; nothing of the others is in its stream.
    let events: Vec<Published> = runtime::events::replay(&desk.app, kernel::tenant::TenantKey(2), "0").await;
    assert!(events.iter().all(|e| e.tenant == 2 && !e.stream_id.is_empty()));
    let failed: Vec<_> = events.iter().filter(|e| e.event.name == "job.failed").collect();
    assert_eq!(failed.len(), 2);
    assert!(failed.iter().all(|e| e.event.permission == "jobs.read"));
    assert_eq!(events.iter().filter(|e| e.event.name == "lead.created").count(), 3);
    let text = desk.app.metrics.render();
    assert!(text.contains(r#"jobs_total{kind="test.trouble",outcome="retried"} 2"#), "{text}");
    assert!(text.contains(r#"jobs_total{kind="unknown",outcome="dead"} 1"#), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn drain_says_what_can_not_be_done_in_time() {
    let desk = Desk::open().await;
    desk.enqueue(1, &trouble("retry", 9)).await;
    let error = workers::drain_jobs(&desk.app, TEST_JOBS, Duration::from_secs(1)).await.unwrap_err().to_string();
    assert!(error.contains("test.trouble") && error.contains("not now"), "{error}");
    // Another tenant is not held up by it.
    desk.enqueue(2, &Note::new("x")).await;
    let only = [kernel::tenant::TenantKey(2)];
    assert!(
        workers::drain_tenants(&desk.app, &only, Duration::from_millis(300)).await.is_err(),
        "the product knows no test jobs"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_one_tenant_does_not_hold_up_another() {
    let desk = Desk::open().await;
    let slow = |n| Note { note: format!("n{n}"), millis: 10 };
    desk.enqueue_all(1, (0..1_200).map(slow)).await;
    let workers = desk.work();
    tokio::time::sleep(Duration::from_millis(700)).await;
    let few = desk.enqueue_all(2, (0..10).map(slow)).await;
    desk.until_done(1_210, Duration::from_secs(60)).await;

    let before: i64 = sqlx::query_scalar(
        "select count(*) from control.outbox where tenant_key = 1
         and finished_at > (select max(finished_at) from control.outbox where id = any ($1))",
    )
    .bind(few)
    .fetch_one(&desk.app.control)
    .await
    .unwrap();
    assert!(before > 500, "only {before} jobs of the flood came after the ten");
    assert!(desk.notes(1).await.values().all(|times| *times == 1));

    // Redis keeps nothing about jobs that are done.
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    let left: Vec<String> = desk.redis("KEYS brokerdesk*:jobs:*").await;
    let mut left: Vec<String> = [left, desk.redis("KEYS bdwork:jobs:*").await].concat();
    left.retain(|key| !key.contains(":workers"));
    assert!(left.is_empty(), "{left:?}");
    assert_eq!((desk.unsealed(1).await, desk.unsealed(2).await), (0, 0));
    assert!(workers.stop().await < Duration::from_secs(3));
    let left: Vec<String> = desk.redis("KEYS bdwork:jobs:*").await;
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_and_an_event_take_a_moment() {
    let desk = Desk::open().await;
    let workers = desk.work();
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let mut events = desk.app.hub.subscribe(kernel::tenant::TenantKey(1));
    let (mut slowest_job, mut slowest_event) = (Duration::ZERO, Duration::ZERO);
    for n in 0..10 {
        let started = std::time::Instant::now();
        desk.enqueue(1, &Note::new(format!("n{n}"))).await;
        tokio::time::timeout(Duration::from_secs(5), events.recv()).await.unwrap().unwrap();
        slowest_event = slowest_event.max(started.elapsed());
        desk.until_done(n + 1, Duration::from_secs(5)).await;
        slowest_job = slowest_job.max(started.elapsed());
    }
    eprintln!("slowest event {slowest_event:?}, slowest job {slowest_job:?}");
    // The relay was woken: without that both wait for its poll, up to a second.
    assert!(slowest_event < Duration::from_millis(700), "{slowest_event:?}");
    assert!(slowest_job < Duration::from_millis(900), "{slowest_job:?}");
    workers.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_share_the_work() {
    let desk = Desk::open().await;
    let other = connect(&desk.vars).await;
    let (first, second) = (desk.work(), Workers::start(&other, TEST_JOBS));
    desk.enqueue_all(1, (0..400).map(|n| Note { note: format!("n{n}"), millis: 20 })).await;
    desk.until_done(400, Duration::from_secs(30)).await;
    assert!(desk.notes(1).await.values().all(|times| *times == 1));
    let done = |app: &runtime::SharedApp| app.metrics.jobs.with_label_values(&["test.note", "done"]).get();
    let (here, there) = (done(&desk.app), done(&other));
    assert_eq!(here + there, 400);
    assert!(here > 50 && there > 50, "{here} and {there}");
    first.stop().await;
    second.stop().await;
}

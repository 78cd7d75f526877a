//! Kinds of jobs that only these tests know.

use std::time::Duration;

use kernel::job::{Job, JobError};
use runtime::Ctx;
use runtime::db::Rows as _;
use runtime::outbox::JobRun;
use serde::{Deserialize, Serialize};
use workers::registry::JobKind;

/// Writes a note, once per run that comes to an end.
#[derive(Serialize, Deserialize)]
pub struct Note {
    pub note: String,
    pub millis: u64,
}

impl Note {
    pub fn new(note: impl Into<String>) -> Self {
        Self { note: note.into(), millis: 0 }
    }
}

impl Job for Note {
    const KIND: &'static str = "test.note";
}

/// Fails in the way it says, then works.
#[derive(Serialize, Deserialize)]
pub struct Trouble {
    pub how: String,
    pub attempts: i32,
}

impl Job for Trouble {
    const KIND: &'static str = "test.trouble";
    const MAX_ATTEMPTS: i32 = 3;
}

/// Nobody handles it.
#[derive(Serialize, Deserialize)]
pub struct Unknown;

impl Job for Unknown {
    const KIND: &'static str = "test.unknown";
    const MAX_ATTEMPTS: i32 = 1;
}

pub static TEST_JOBS: &[JobKind] = &[
    JobKind { kind: Note::KIND, run: |run| Box::pin(note(run)), on_dead: None },
    JobKind { kind: Trouble::KIND, run: |run| Box::pin(trouble(run)), on_dead: Some(|run, error| Box::pin(buried(run, error))) },
];

async fn write(ctx: &Ctx, note: &str) -> kernel::Result<()> {
    ctx.tx()
        .run(
            "insert into settings (key, value) values ($1, '1')
             on conflict (key) do update set value = to_jsonb((settings.value)::int + 1)",
            [note.into()],
        )
        .await?;
    Ok(())
}

async fn note(run: &JobRun) -> Result<(), JobError> {
    let job: Note = run.job()?;
    tokio::time::sleep(Duration::from_millis(job.millis)).await;
    let ctx = run.ctx("test").await?;
    write(&ctx, &job.note).await?;
    ctx.audit("test.noted", "test", Some(run.id), vec![]).await?;
    Ok(run.finish(ctx).await?)
}

async fn trouble(run: &JobRun) -> Result<(), JobError> {
    let job: Trouble = run.job()?;
    if run.attempt > job.attempts {
        return Ok(());
    }
    match job.how.as_str() {
        "panic" => panic!("as asked"),
        "fail" => Err(JobError::Fail("can't ever work".into())),
        _ => Err(JobError::Retry("not now".into())),
    }
}

async fn buried(run: &JobRun, error: &str) -> kernel::Result<()> {
    let ctx = run.ctx("test").await?;
    write(&ctx, &format!("dead:{error}")).await?;
    ctx.commit().await
}

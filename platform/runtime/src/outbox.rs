//! The outbox: jobs and events, written in the transaction of the change that causes them.
//!
//! Nobody is told by `NOTIFY`: a commit with a notification takes a lock that all commits of the
//! database share. After the commit the process publishes a wake-up on Redis ([`Waker`]); if that is
//! lost, the relay's own poll finds the row a second later.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kernel::event::Event;
use kernel::job::{Job, JobError};
use kernel::tenant::{TenantKey, ViewClass};
use serde_json::{Value as Json, json};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::app::SharedApp;
use crate::ctx::Ctx;
use crate::db::{Mode, Rows as _};
use crate::registry::Tenant;

/// The kind of rows that are published rather than run.
pub const EVENT: &str = "event";

/// The row of a job. A queued job with the same dedupe key makes this one unnecessary.
pub(crate) fn message_of_job<J: Job>(job: &J) -> kernel::Result<(Uuid, Json)> {
    let id = Uuid::now_v7();
    let payload = serde_json::to_value(job).map_err(kernel::DomainError::internal)?;
    let row = json!({
        "id": id, "kind": J::KIND, "payload": payload, "dedupe_key": job.dedupe_key(), "max_attempts": J::MAX_ATTEMPTS,
    });
    Ok((id, row))
}

/// The row of an event.
pub(crate) fn message_of_event(event: &Event) -> Json {
    json!({ "id": Uuid::now_v7(), "kind": EVENT, "payload": event, "max_attempts": 1 })
}

/// Gathers wake-ups and publishes them together, so that a burst of commits costs one message.
#[derive(Clone, Default)]
pub struct Waker {
    tenants: Arc<Mutex<BTreeSet<i64>>>,
    bell: Arc<Notify>,
}

impl Waker {
    /// Something was committed for this tenant.
    pub fn ring(&self, tenant: TenantKey) {
        if let Ok(mut set) = self.tenants.lock() {
            set.insert(tenant.0);
        }
        self.bell.notify_one();
    }

    /// Publishes until the process ends.
    pub async fn run(self, redis: redis::aio::ConnectionManager, channel: String) {
        loop {
            self.bell.notified().await;
            let tenants: Vec<i64> =
                self.tenants.lock().map(|mut s| std::mem::take(&mut *s).into_iter().collect()).unwrap_or_default();
            let text = serde_json::to_string(&tenants).unwrap_or_default();
            let published: redis::RedisResult<()> =
                redis::cmd("PUBLISH").arg(&channel).arg(text).query_async(&mut redis.clone()).await;
            if let Err(error) = published {
                tracing::debug!(%error, "wake-up not published; the poll will find the rows");
            }
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    }
}

/// One attempt at a job, as its handler sees it.
pub struct JobRun {
    /// The process's shared parts.
    pub app: SharedApp,
    /// The realm the job belongs to.
    pub tenant: Arc<Tenant>,
    /// The outbox row.
    pub id: Uuid,
    /// Which attempt this is, from 1. A row that was handed out again has moved on; an old attempt
    /// can no longer finish it.
    pub attempt: i32,
    payload: serde_json::Value,
    finished: AtomicBool,
}

impl JobRun {
    /// An attempt at a row.
    pub fn new(app: SharedApp, tenant: Arc<Tenant>, id: Uuid, attempt: i32, payload: serde_json::Value) -> Self {
        Self { app, tenant, id, attempt, payload, finished: AtomicBool::new(false) }
    }

    /// The job. Fails for good if it can't be read.
    pub fn job<J: Job>(&self) -> Result<J, JobError> {
        serde_json::from_value(self.payload.clone()).map_err(|e| JobError::Fail(format!("the payload can't be read: {e}")))
    }

    /// A part of what the job carries, for what follows jobs of several kinds.
    pub fn payload<T: serde::de::DeserializeOwned>(&self) -> Result<T, JobError> {
        serde_json::from_value(self.payload.clone()).map_err(|e| JobError::Fail(format!("the payload can't be read: {e}")))
    }

    /// Begins an operation of the product in the job's realm.
    pub async fn ctx(&self, name: &str) -> kernel::Result<Ctx> {
        Ctx::system(&self.app, &self.tenant, name).await
    }

    /// Says in the transaction of a piece of work how far the job is: `processed`, `total` and, if there is
    /// one, `result` and `undo_id`. Fails, and nothing of the piece is kept, if the row was handed out again
    /// or the job was cancelled meanwhile.
    pub async fn progress(&self, ctx: &Ctx, progress: Json) -> kernel::Result<()> {
        let told = ctx
            .tx()
            .run(
                "update control.outbox set progress = $3 where id = $1 and attempts = $2 and state = 'running'",
                [self.id.into(), self.attempt.into(), progress.into()],
            )
            .await?;
        if told == 1 { Ok(()) } else { Err(lost()) }
    }

    /// Commits the work and the row's `done` together. Fails, and keeps nothing, if the row was
    /// handed out again meanwhile.
    pub async fn finish(&self, ctx: Ctx) -> kernel::Result<()> {
        let marked = ctx
            .tx()
            .run(
                "update control.outbox set state = 'done', finished_at = now(), error = null, lease_until = null
                 where id = $1 and attempts = $2 and state = 'running'",
                [self.id.into(), self.attempt.into()],
            )
            .await?;
        if marked != 1 {
            return Err(lost());
        }
        ctx.commit().await?;
        self.finished.store(true, Ordering::Release);
        Ok(())
    }

    /// Puts the job back for a few seconds, because there is no room for its kind of work now. The attempt
    /// does not count; the handler returns after this.
    pub async fn postpone(&self, seconds: u32) -> kernel::Result<()> {
        let sql = "update control.outbox set state = 'queued', attempts = attempts - 1, lease_until = null,
                       run_at = now() + make_interval(secs => $3)
                   where id = $1 and attempts = $2 and state = 'running'";
        let values = [self.id.into(), self.attempt.into(), f64::from(seconds).into()];
        let tx = self.app.db.begin(&self.tenant, ViewClass::FULL, Mode::Write).await?;
        let put_back = tx.run(sql, values).await?;
        if put_back != 1 {
            return Err(lost());
        }
        tx.commit().await?;
        self.finished.store(true, Ordering::Release);
        Ok(())
    }

    /// Whether the handler finished the row itself.
    pub fn is_finished(&self) -> bool {
        self.finished.load(Ordering::Acquire)
    }
}

fn lost() -> kernel::DomainError {
    kernel::DomainError::conflict("job_lost", "The job was cancelled or handed to another worker.")
}

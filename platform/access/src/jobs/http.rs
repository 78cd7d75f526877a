//! `/jobs`.

use chrono::{DateTime, Utc};
use kernel::DomainError;
use kernel::paging::Paging;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Enum, Object, OpenApi};
use runtime::http::{Accepted, ApiResult, ListOut, Staff};
use uuid::Uuid;

use super::service::{self, Job, JobState};

/// Where a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
enum JobStatus {
    /// Waits, for the first attempt or the next one.
    Queued,
    /// Runs.
    Running,
    /// Stopped by somebody for a while.
    Paused,
    /// Done.
    Done,
    /// Used up its attempts, or can never work.
    Failed,
    /// Stopped by somebody for good.
    Cancelled,
    /// Done, and taken back.
    Undone,
}

/// How far a job is.
#[derive(Debug, Object)]
struct JobProgress {
    /// Pieces done.
    processed: i64,
    /// Pieces in all.
    total: i64,
}

/// What a job is about.
#[derive(Debug, Object)]
struct JobSubject {
    /// `import`, `export`, `undo` or `bulk_change`.
    kind: String,
    /// Its id.
    id: Uuid,
}

/// A background job.
#[derive(Debug, Object)]
struct JobOut {
    /// The job.
    id: Uuid,
    /// `<capability>.<verb>`, e.g. `mail.send`.
    kind: String,
    /// Where it is.
    status: JobStatus,
    /// Whether it will not be tried again by itself.
    dead: bool,
    /// Attempts so far.
    attempts: i32,
    /// Attempts before it is dead.
    max_attempts: i32,
    /// How far it is, if it tells.
    #[oai(nullable)]
    progress: Option<JobProgress>,
    /// Why the last attempt failed.
    #[oai(nullable)]
    error: Option<String>,
    /// What came of it, e.g. `{"updated": 9152}`.
    #[oai(nullable)]
    result: Option<serde_json::Value>,
    /// What it is about, where that has a page or an answer of its own.
    #[oai(nullable)]
    subject: Option<JobSubject>,
    /// Takes the change back that the job made: `POST /undo/{undo_id}`.
    #[oai(nullable)]
    undo_id: Option<Uuid>,
    /// Whether it can be stopped now.
    cancellable: bool,
    /// When it runs next, or ran last.
    run_at: DateTime<Utc>,
    /// When it was queued.
    created_at: DateTime<Utc>,
    /// When it was done.
    #[oai(nullable)]
    finished_at: Option<DateTime<Utc>>,
}

impl From<Job> for JobOut {
    fn from(job: Job) -> Self {
        let state = job.state();
        let status = match state {
            JobState::Queued => JobStatus::Queued,
            JobState::Running => JobStatus::Running,
            JobState::Done => JobStatus::Done,
            JobState::Failed => JobStatus::Failed,
            JobState::Cancelled => JobStatus::Cancelled,
        };
        let progress = job
            .progress
            .as_ref()
            .and_then(|p| Some(JobProgress { processed: p.get("processed")?.as_i64()?, total: p.get("total")?.as_i64()? }));
        Self {
            error: job.error(),
            result: job.told("result").cloned(),
            subject: job.subject().map(|(kind, id)| JobSubject { kind: kind.to_owned(), id }),
            undo_id: job.told("undo_id").and_then(|v| v.as_str()).and_then(|id| id.parse().ok()),
            cancellable: job.can_be_cancelled(),
            status,
            dead: state == JobState::Failed,
            progress,
            id: job.id,
            kind: job.kind,
            attempts: job.attempts,
            max_attempts: job.max_attempts,
            run_at: job.run_at,
            created_at: job.created_at,
            finished_at: job.finished_at,
        }
    }
}

/// The states a comma list names.
fn states(text: Option<&str>) -> kernel::Result<Vec<JobState>> {
    let words = text.unwrap_or_default().split(',').map(str::trim).filter(|w| !w.is_empty());
    words
        .map(|word| match word {
            "queued" => Ok(JobState::Queued),
            "running" => Ok(JobState::Running),
            "done" => Ok(JobState::Done),
            "failed" => Ok(JobState::Failed),
            "cancelled" => Ok(JobState::Cancelled),
            _ => Err(DomainError::field("status", "must be queued, running, done, cancelled or failed")),
        })
        .collect()
}

/// Background jobs.
pub struct JobsApi;

#[OpenApi]
impl JobsApi {
    /// List the background jobs, newest first
    #[oai(path = "/jobs", method = "get", operation_id = "listJobs")]
    async fn list(
        &self,
        auth: Staff,
        /// `queued`, `running`, `done`, `cancelled` or `failed`; a comma list is allowed.
        status: Query<Option<String>>,
        /// True for the jobs of the last two days that the caller asked for; everybody may see those.
        mine: Query<Option<bool>>,
        /// 1-based page.
        page: Query<Option<String>>,
        /// Rows on a page, at most 200.
        limit: Query<Option<String>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<JobOut>>> {
        let paging = Paging::parse(page.0.as_deref(), limit.0.as_deref(), cursor.0.as_deref())?;
        let states = states(status.0.as_deref())?;
        let ctx = auth.0.read().await?;
        if mine.0 == Some(true) {
            let own = service::own(&ctx).await?.into_iter().filter(|j| states.is_empty() || states.contains(&j.state()));
            return Ok(Json(own.map(JobOut::from).collect::<Vec<_>>().into()));
        }
        Ok(Json(service::list(&ctx, &states, &paging).await?.map(JobOut::from).into()))
    }

    /// Read one job
    ///
    /// Everybody may read those they asked for themselves.
    #[oai(path = "/jobs/:id", method = "get", operation_id = "getJob")]
    async fn get(
        &self,
        auth: Staff,
        /// The job.
        id: Path<Uuid>,
    ) -> ApiResult<Json<JobOut>> {
        let ctx = auth.0.read().await?;
        Ok(Json(service::get(&ctx, id.0).await?.into()))
    }

    /// Try a failed job again
    ///
    /// With all its attempts before it. A job that has not failed for good: 409 `job_not_failed`.
    #[oai(path = "/jobs/:id/retry", method = "post", operation_id = "retryJob")]
    async fn retry(
        &self,
        auth: Staff,
        /// The job.
        id: Path<Uuid>,
    ) -> ApiResult<Accepted<JobOut>> {
        let ctx = auth.0.begin().await?;
        let out = JobOut::from(service::retry(&ctx, id.0).await?);
        ctx.commit_reply(202, &out).await?;
        Ok(Accepted(out))
    }

    /// Stop a job
    ///
    /// By whoever asked for it, or may manage jobs. What it has done stays, and can be taken back where the
    /// change could be. A kind that can't be stopped: 409 `job_not_cancellable`; one that has ended: 409
    /// `job_ended`.
    #[oai(path = "/jobs/:id/cancel", method = "post", operation_id = "cancelJob")]
    async fn cancel(
        &self,
        auth: Staff,
        /// The job.
        id: Path<Uuid>,
    ) -> ApiResult<Json<JobOut>> {
        let ctx = auth.0.begin().await?;
        let out = JobOut::from(service::cancel(&ctx, id.0).await?);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }
}

//! The tenant's rows of the outbox.

use chrono::{DateTime, Utc};
use kernel::event::Event;
use kernel::paging::{Page, Paging};
use kernel::{DomainError, mask};
use runtime::list::{self as lists, Sort, SortKey, SortType};
use runtime::outbox::EVENT;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Order, Query, SelectStatement};
use serde_json::Value as Json;
use uuid::Uuid;

/// A background job.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Job {
    /// Its id.
    pub id: Uuid,
    /// `<capability>.<verb>`.
    pub kind: String,
    /// As in the table.
    state: String,
    /// Attempts so far.
    pub attempts: i32,
    /// Attempts before it is dead.
    pub max_attempts: i32,
    error: Option<String>,
    /// What the job says about itself while it runs.
    pub progress: Option<Json>,
    requested_by: Option<String>,
    subject_kind: Option<String>,
    subject_id: Option<String>,
    /// When it runs next.
    pub run_at: DateTime<Utc>,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// When it was done.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Where a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// Waits, for the first attempt or the next one.
    Queued,
    /// Runs.
    Running,
    /// Done.
    Done,
    /// Used up its attempts, or can never work.
    Failed,
    /// Stopped by somebody for good; what it did stays.
    Cancelled,
}

/// THE LIST of what jobs can be about: the name in what a job carries, and the word for it.
const SUBJECTS: &[(&str, &str)] = &[("import", "import"), ("export", "export"), ("undo_id", "undo"), ("change", "bulk_change")];

/// THE LIST of jobs that can be stopped halfway.
const CANCELLABLE: &[&str] = &["bulk.apply", "exports.run"];

impl JobState {
    fn of(state: &str) -> Self {
        match state {
            "running" => Self::Running,
            "done" => Self::Done,
            "dead" => Self::Failed,
            _ => Self::Queued,
        }
    }

    /// The states of the table that it stands for.
    fn stored(self) -> &'static [&'static str] {
        match self {
            Self::Queued => &["queued", "sent"],
            Self::Running => &["running"],
            Self::Done | Self::Cancelled => &["done"],
            Self::Failed => &["dead"],
        }
    }
}

impl Job {
    /// Where it is.
    pub fn state(&self) -> JobState {
        match JobState::of(&self.state) {
            JobState::Done if self.told("cancelled").is_some() => JobState::Cancelled,
            state => state,
        }
    }

    /// What the job tells under a name.
    pub fn told(&self, name: &str) -> Option<&Json> {
        self.progress.as_ref().and_then(|p| p.get(name)).filter(|v| !v.is_null())
    }

    /// What it is about: a word and an id.
    pub fn subject(&self) -> Option<(&str, Uuid)> {
        Some((self.subject_kind.as_deref()?, self.subject_id.as_deref()?.parse().ok()?))
    }

    /// Whether it can be stopped now.
    pub fn can_be_cancelled(&self) -> bool {
        CANCELLABLE.contains(&self.kind.as_str()) && matches!(self.state(), JobState::Queued | JobState::Running)
    }

    /// Whether the actor asked for it.
    fn is_of(&self, ctx: &Ctx) -> bool {
        ctx.actor().id().is_some_and(|id| self.requested_by.as_deref() == Some(id.to_string().as_str()))
    }

    /// Why the last attempt failed, addresses masked: a mail server likes to repeat them.
    pub fn error(&self) -> Option<String> {
        self.error.as_deref().map(without_addresses)
    }
}

fn without_addresses(text: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || "@.!#$%&'*+/=?^_`{|}~-".contains(c);
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        if is_part(c) {
            word.push(c);
            continue;
        }
        if word.contains('@') {
            out.push_str(&mask::email(word.trim_matches('.')));
        } else {
            out.push_str(&word);
        }
        word.clear();
        out.push(c);
    }
    out.pop();
    out
}

const NEWEST_FIRST: &[SortKey] =
    &[SortKey { name: "created_at", column: ("o", "created_at"), kind: SortType::Time, default_desc: true }];

fn select(ctx: &Ctx) -> SelectStatement {
    let col = |name: &'static str| (Alias::new("o"), Alias::new(name));
    let mut query = Query::select();
    for name in ["id", "kind", "state", "attempts", "max_attempts", "error", "progress", "run_at", "created_at", "finished_at"] {
        query.column(col(name));
    }
    let carries = |name: &str| format!("o.payload ->> '{name}'");
    let kinds: Vec<String> =
        SUBJECTS.iter().map(|(name, word)| format!("when {} is not null then '{word}'", carries(name))).collect();
    let ids: Vec<String> = SUBJECTS.iter().map(|(name, _)| carries(name)).collect();
    query
        .expr_as(Expr::cust("o.payload ->> 'requested_by'"), Alias::new("requested_by"))
        .expr_as(Expr::cust(format!("case {} end", kinds.join(" "))), Alias::new("subject_kind"))
        .expr_as(Expr::cust(format!("coalesce({})", ids.join(", "))), Alias::new("subject_id"))
        .from_as((Alias::new("control"), Alias::new("outbox")), Alias::new("o"))
        .and_where(Expr::col(col("tenant_key")).eq(ctx.tenant().key.0))
        // Spelled out rather than bound, so that the partial index is used.
        .and_where(Expr::cust("o.kind <> 'event'"));
    query
}

/// A page of jobs, newest first; `states` narrows it, unless it is empty.
pub async fn list(ctx: &Ctx, states: &[JobState], paging: &Paging) -> kernel::Result<Page<Job>> {
    ctx.require("jobs.read")?;
    let mut query = select(ctx);
    if !states.is_empty() {
        let stored: Vec<&str> = states.iter().flat_map(|s| s.stored()).copied().collect();
        query.and_where(Expr::col((Alias::new("o"), Alias::new("state"))).is_in(stored));
        let has = |state: JobState| states.contains(&state);
        if has(JobState::Done) != has(JobState::Cancelled) {
            let stopped = "o.state <> 'done' or o.progress -> 'cancelled' is";
            query.and_where(Expr::cust(format!("({stopped} {})", if has(JobState::Done) { "null" } else { "not null" })));
        }
    }
    lists::page(ctx, "job", &query, Sort::parse(None, NEWEST_FIRST)?, paging).await
}

/// The jobs of the last two days that the actor asked for, newest first, at most a hundred.
pub async fn own(ctx: &Ctx) -> kernel::Result<Vec<Job>> {
    let Some(me) = ctx.actor().id() else { return Ok(Vec::new()) };
    let mut query = select(ctx);
    query
        // Spelled out, so that the partial index is used.
        .and_where(Expr::cust("o.payload ->> 'requested_by' is not null"))
        .and_where(Expr::cust_with_values("o.payload ->> 'requested_by' = $1", [sea_orm::Value::from(me.to_string())]))
        .and_where(Expr::cust("o.created_at > now() - interval '2 days'"))
        .order_by((Alias::new("o"), Alias::new("created_at")), Order::Desc)
        .limit(100);
    lists::rows(ctx, &query).await
}

/// One job. Everybody may see what they asked for themselves.
pub async fn get(ctx: &Ctx, id: Uuid) -> kernel::Result<Job> {
    theirs(ctx, id, "jobs.read").await
}

/// A job that the actor asked for, or any with the permission.
async fn theirs(ctx: &Ctx, id: Uuid, permission: &'static str) -> kernel::Result<Job> {
    let any = ctx.require(permission);
    match load(ctx, id).await {
        Ok(job) if job.is_of(ctx) => Ok(job),
        found => any.and(found),
    }
}

/// Stops a job for good; what it has done stays. Of a piece that is being worked on all is kept, or
/// nothing.
pub async fn cancel(ctx: &Ctx, id: Uuid) -> kernel::Result<Job> {
    let job = theirs(ctx, id, "jobs.manage").await?;
    if !CANCELLABLE.contains(&job.kind.as_str()) {
        return Err(DomainError::conflict("job_not_cancellable", "This kind of job can't be cancelled."));
    }
    if !stop(ctx, id).await? {
        return Err(DomainError::conflict("job_ended", "This job has ended already."));
    }
    let kind = runtime::audit::Change { field: "kind".to_owned(), old: Json::Null, new: job.kind.clone().into() };
    ctx.audit("job.cancelled", "job", Some(id), vec![kind]).await?;
    ctx.app().counts.touch(ctx.tenant().key, "job");
    if let Some(who) = job.requested_by.as_deref().and_then(|id| id.parse().ok()) {
        ctx.emit(Event::personal("job.progress", id, vec![who])).await?;
    }
    load(ctx, id).await
}

/// Marks a job as cancelled, for what has rules of its own for who may; says whether it had not ended yet.
pub async fn stop(ctx: &Ctx, id: Uuid) -> kernel::Result<bool> {
    let stopped = ctx
        .tx()
        .run(
            "update control.outbox
             set state = 'done', finished_at = now(), lease_until = null,
                 progress = coalesce(progress, '{}') || '{\"cancelled\": true}'
             where id = $1 and tenant_key = $2 and state in ('queued', 'sent', 'running')",
            [id.into(), ctx.tenant().key.0.into()],
        )
        .await?;
    Ok(stopped == 1)
}

async fn load(ctx: &Ctx, id: Uuid) -> kernel::Result<Job> {
    let mut query = select(ctx);
    query.and_where(Expr::col((Alias::new("o"), Alias::new("id"))).eq(id));
    lists::rows(ctx, &query).await?.into_iter().next().ok_or_else(|| DomainError::not_found("Job"))
}

/// Queues a dead job again, with all its attempts before it.
pub async fn retry(ctx: &Ctx, id: Uuid) -> kernel::Result<Job> {
    ctx.require("jobs.manage")?;
    let queued = ctx
        .tx()
        .run(
            "update control.outbox
             set state = 'queued', attempts = 0, run_at = now(), error = null, lease_until = null, finished_at = null
             where id = $1 and tenant_key = $2 and kind <> $3 and state = 'dead'",
            [id.into(), ctx.tenant().key.0.into(), EVENT.into()],
        )
        .await;
    let queued = queued.map_err(|error| match error.is_duplicate_of("outbox_dedupe") {
        true => DomainError::conflict("job_superseded", "The same work is queued already by a newer job."),
        false => error.into(),
    })?;
    let job = load(ctx, id).await?;
    if queued == 0 {
        return Err(DomainError::conflict("job_not_failed", "Only a job that has failed for good can be tried again."));
    }
    let kind = runtime::audit::Change { field: "kind".to_owned(), old: Json::Null, new: job.kind.clone().into() };
    ctx.audit("job.retried", "job", Some(id), vec![kind]).await?;
    ctx.app().counts.touch(ctx.tenant().key, "job");
    Ok(job)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_show_no_address() {
        assert_eq!(
            without_addresses("550 <jane.doe@example.com>: no such user (jane.doe@example.com)."),
            "550 <j•••@e•••.com>: no such user (j•••@e•••.com)."
        );
        assert_eq!(without_addresses("connection refused: 127.0.0.1:25"), "connection refused: 127.0.0.1:25");
        assert_eq!(without_addresses(""), "");
    }

    #[test]
    fn every_stored_state_has_a_word() {
        for state in [JobState::Queued, JobState::Running, JobState::Done, JobState::Failed] {
            assert!(state.stored().iter().all(|s| JobState::of(s) == state));
        }
    }
}

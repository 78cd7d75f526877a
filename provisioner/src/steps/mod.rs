//! The steps by which a tenant is made, and the runner that takes them.
//!
//! Always holds: a step that is `done` is not done again, every step may be begun again at any
//! place, and at most one runner works on a tenant. Where a step is one transaction of the shared
//! schema, its work and its mark are committed together; the others find out by themselves that
//! their work is there.

mod admin;
mod live;
mod record;
mod schema;
mod shared;
mod smoke;
mod storage;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kernel::DomainError;
use kernel::job::JobError;
use kernel::tenant::TenantKey;
use runtime::registry::Tenant;
use runtime::{SharedApp, failpoint};
use uuid::Uuid;

use crate::control::detail;
use crate::lock::TenantLock;
use crate::order::{Administrator, BrandingWish, Origin, Source};

pub use record::{Run, StepRow};
pub(crate) use record::{fail_for_good, load, load_many, restart};
pub(crate) use schema::create as schema_for;
pub(crate) use shared::make_secrets;

/// The steps in their order; the names are part of the contract.
pub const STEPS: [&str; 9] = ["reserve", "schema", "template", "branding", "secrets", "storage", "admin", "smoke", "live"];

/// What a watcher of a run is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// A step that an earlier run had done.
    Already(&'static str),
    /// A step has begun.
    Begun(&'static str),
    /// A step is done, and how long it took.
    Done(&'static str, Duration),
    /// A step failed, and why.
    Failed(&'static str, String),
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Already(step) => write!(f, "{step}: was done before"),
            Self::Begun(step) => write!(f, "{step} …"),
            Self::Done(step, took) => write!(f, "{step}: done in {} ms", took.as_millis()),
            Self::Failed(step, error) => write!(f, "{step}: failed: {error}"),
        }
    }
}

/// A step that failed.
#[derive(Debug, thiserror::Error)]
#[error("{step}: {}", detail(error))]
pub struct StepError {
    /// The step; `start` if the run did not come that far.
    pub step: &'static str,
    /// Why.
    pub error: DomainError,
}

impl From<StepError> for JobError {
    fn from(e: StepError) -> Self {
        if e.error.is_temporary() { Self::Retry(e.to_string()) } else { Self::Fail(e.to_string()) }
    }
}

impl From<StepError> for DomainError {
    fn from(e: StepError) -> Self {
        match e.error {
            DomainError::Internal(text) => Self::Internal(format!("{}: {text}", e.step)),
            other => other,
        }
    }
}

/// Everything a step may need.
struct Work<'a> {
    app: &'a SharedApp,
    run: &'a Run,
    key: TenantKey,
    source: Source,
    lock: TenantLock,
}

impl Work<'_> {
    /// The tenant as the registry knows it now.
    async fn tenant(&self) -> kernel::Result<Arc<Tenant>> {
        self.app.registry.by_key(self.key).await
    }
}

/// Whether a step marked itself as done in its own transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Set,
    Due,
}

/// Takes the steps of a provisioning that are not done yet. Safe to call at any time and from
/// anywhere: a finished provisioning stays as it is, a second caller waits for the first.
pub async fn run(app: &SharedApp, id: Uuid, watch: &mut (dyn FnMut(Progress) + Send)) -> Result<(), StepError> {
    let start = |error| StepError { step: "start", error };
    let first = load(&app.control, id).await.map_err(start)?;
    let Some(key) = first.tenant_key.map(TenantKey) else {
        return Err(start(DomainError::conflict("tenant_gone", "The tenant of this provisioning was deleted.")));
    };
    let pool = app.provision_pool().map_err(start)?;
    let lock = TenantLock::take(pool, key).await.map_err(start)?;
    // Another runner may have finished it while this one waited.
    let current = load(&app.control, id).await.map_err(start)?;
    let source = Source::from_json(&current.source).map_err(start)?;
    let mut work = Work { app, run: &current, key, source, lock };
    let result = if current.status == "done" { Ok(()) } else { take_all(&mut work, watch).await };
    work.lock.release().await;
    result
}

async fn take_all(work: &mut Work<'_>, watch: &mut (dyn FnMut(Progress) + Send)) -> Result<(), StepError> {
    let mut finished = None;
    for (place, step) in STEPS.into_iter().enumerate() {
        let ord = i32::try_from(place + 1).unwrap_or(i32::MAX);
        if work.run.steps.iter().any(|s| s.ord == ord && s.status == "done") {
            watch(Progress::Already(step));
            continue;
        }
        let failed = |error| StepError { step, error };
        let started = Instant::now();
        // One statement closes the step before and opens this one.
        record::advance(&work.app.control, work.run.id, finished.take(), Some(ord)).await.map_err(failed)?;
        watch(Progress::Begun(step));
        failpoint::hit(&format!("provision.{step}.before"));
        match take(work, step, ord).await {
            Ok(mark) => {
                failpoint::hit(&format!("provision.{step}.done"));
                finished = (mark == Mark::Due).then_some(ord);
                watch(Progress::Done(step, started.elapsed()));
            }
            Err(error) => {
                let text = detail(&error);
                tracing::warn!(provisioning = %work.run.id, slug = work.run.slug, step, error = text, "provisioning step failed");
                // If even this can't be written, the step stays `running` and the next run begins it again.
                if let Err(e) = record::step_failed(&work.app.control, work.run.id, ord, &text).await {
                    tracing::warn!(error = %e, "the failure was not recorded");
                }
                watch(Progress::Failed(step, text));
                return Err(failed(error));
            }
        }
    }
    if let Some(ord) = finished {
        let failed = |error| StepError { step: "live", error };
        record::advance(&work.app.control, work.run.id, Some(ord), None).await.map_err(failed)?;
    }
    Ok(())
}

async fn take(work: &mut Work<'_>, step: &'static str, ord: i32) -> kernel::Result<Mark> {
    match step {
        "reserve" => shared::reserve(work, ord).await,
        "schema" => schema::build(work).await,
        "template" => schema::configure(work).await,
        "branding" => shared::branding(work, ord).await,
        "secrets" => shared::secrets(work, ord).await,
        "storage" => storage::mark(work).await,
        "admin" => admin::create(work).await,
        "smoke" => smoke::check(work).await,
        _ => live::open(work, ord).await,
    }
}

/// What an order wanted, as it is stored with the provisioning.
impl Run {
    /// The first administrator.
    pub(crate) fn administrator(&self) -> kernel::Result<Administrator> {
        serde_json::from_value(self.admin.clone()).map_err(DomainError::internal)
    }

    /// The look.
    pub(crate) fn wish(&self) -> BrandingWish {
        serde_json::from_value(self.branding.clone()).unwrap_or_default()
    }

    /// Whether a broker asked on the sign-up page.
    pub fn is_from_signup(&self) -> bool {
        self.origin == Origin::Signup.as_str()
    }
}

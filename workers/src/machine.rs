//! What the parts of this process share.

use std::sync::Arc;

use runtime::SharedApp;

use crate::registry::JobKind;
use crate::wake::Wake;

/// The shared parts, the list of jobs and the bells between the loops.
pub(crate) struct Machine {
    pub(crate) app: SharedApp,
    pub(crate) jobs: &'static [JobKind],
    pub(crate) wake: Wake,
}

impl Machine {
    pub(crate) fn new(app: SharedApp, jobs: &'static [JobKind]) -> Arc<Self> {
        Arc::new(Self { app, jobs, wake: Wake::default() })
    }

    /// The entry of a kind.
    pub(crate) fn job(&self, kind: &str) -> Option<&'static JobKind> {
        self.jobs.iter().find(|j| j.kind == kind)
    }

    /// Counts a job. A kind that nobody knows must not make a series of its own.
    pub(crate) fn count(&self, kind: &str, outcome: &str) {
        let kind = self.job(kind).map_or("unknown", |j| j.kind);
        self.app.metrics.jobs.with_label_values(&[kind, outcome]).inc();
    }
}

//! THE LIST of jobs: which function runs which kind.

use comms::mail::SendMail;
use crm::bulk::{ApplyBulk, UndoBulk};
use crm::documents::{FollowKinds, ScanDocument};
use crm::duplicates::{FindDuplicates, ScanDuplicates};
use crm::exports::RunExport;
use crm::imports::{PreviewImport, RunImport, UndoImport};
use futures::future::BoxFuture;
use kernel::job::{Job as _, JobError};
use partners::registration::SendLetter;
use provisioner::ProvisionTenant;
use provisioner::tenants::DropTenant;
use provisioner::usage::RefreshUsage;
use runtime::access::OpenViews;
use runtime::outbox::JobRun;

/// Runs one attempt.
pub type Run = for<'a> fn(&'a JobRun) -> BoxFuture<'a, Result<(), JobError>>;
/// Follows a job that failed for good; gets the last error.
pub type OnDead = for<'a> fn(&'a JobRun, &'a str) -> BoxFuture<'a, kernel::Result<()>>;

/// One kind of job.
pub struct JobKind {
    /// The name that is stored with every queued job.
    pub kind: &'static str,
    /// Runs one attempt. May run again after it has worked (a crash between the work and the mark
    /// that it is done), so it must come to the same end.
    pub run: Run,
    /// Called before the job is marked dead, with the last error. May be called again.
    pub on_dead: Option<OnDead>,
}

/// All kinds.
pub static JOBS: &[JobKind] = &[
    JobKind { kind: SendMail::KIND, run: |run| Box::pin(comms::mail::send(run)), on_dead: None },
    JobKind {
        kind: ProvisionTenant::KIND,
        run: |run| Box::pin(provisioner::provision(run)),
        on_dead: Some(|run, error| Box::pin(provisioner::mark_failed(run, error))),
    },
    JobKind {
        kind: ScanDocument::KIND,
        run: |run| Box::pin(crm::documents::scan(run)),
        on_dead: Some(|run, error| Box::pin(crm::documents::scan_unfinished(run, error))),
    },
    JobKind { kind: FollowKinds::KIND, run: |run| Box::pin(crm::documents::follow_kinds(run)), on_dead: None },
    JobKind { kind: DropTenant::KIND, run: |run| Box::pin(provisioner::tenants::drop_tenant(run)), on_dead: None },
    JobKind { kind: OpenViews::KIND, run: |run| Box::pin(provisioner::views::open(run)), on_dead: None },
    JobKind { kind: SendLetter::KIND, run: |run| Box::pin(partners::registration::send_letter(run)), on_dead: None },
    JobKind {
        kind: ApplyBulk::KIND,
        run: |run| Box::pin(crm::bulk::apply(run)),
        on_dead: Some(|run, error| Box::pin(crm::bulk::failed(run, error))),
    },
    JobKind {
        kind: UndoBulk::KIND,
        run: |run| Box::pin(crm::bulk::undo_job(run)),
        on_dead: Some(|run, error| Box::pin(crm::bulk::failed(run, error))),
    },
    JobKind { kind: FindDuplicates::KIND, run: |run| Box::pin(crm::duplicates::find(run)), on_dead: None },
    JobKind { kind: ScanDuplicates::KIND, run: |run| Box::pin(crm::duplicates::scan(run)), on_dead: None },
    JobKind {
        kind: RunExport::KIND,
        run: |run| Box::pin(crm::exports::run(run)),
        on_dead: Some(|run, error| Box::pin(crm::exports::failed(run, error))),
    },
    JobKind {
        kind: PreviewImport::KIND,
        run: |run| Box::pin(crm::imports::preview_job(run)),
        on_dead: Some(|run, error| Box::pin(crm::imports::failed(run, error))),
    },
    JobKind {
        kind: RunImport::KIND,
        run: |run| Box::pin(crm::imports::run_job(run)),
        on_dead: Some(|run, error| Box::pin(crm::imports::failed(run, error))),
    },
    JobKind {
        kind: UndoImport::KIND,
        run: |run| Box::pin(crm::imports::undo_job(run)),
        on_dead: Some(|run, error| Box::pin(crm::imports::failed(run, error))),
    },
    JobKind { kind: RefreshUsage::KIND, run: |run| Box::pin(provisioner::usage::refresh(run)), on_dead: None },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_kind_stands_twice() {
        let mut kinds: Vec<&str> = JOBS.iter().map(|j| j.kind).collect();
        kinds.sort_unstable();
        let count = kinds.len();
        kinds.dedup();
        assert_eq!(kinds.len(), count);
    }
}

//! The background job that makes a tenant. It belongs to the platform's realm.

use kernel::event::Event;
use kernel::job::{Job, JobError};
use kernel::permission::PLATFORM_MANAGE;
use kernel::tenant::TenantKey;
use runtime::outbox::JobRun;
use runtime::{Ctx, Rows as _, audit};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::steps;

/// Makes a tenant: takes the steps of a provisioning that are not done.
#[derive(Debug, Serialize, Deserialize)]
pub struct ProvisionTenant {
    /// The provisioning.
    pub provisioning_id: Uuid,
}

impl Job for ProvisionTenant {
    const KIND: &'static str = "tenant.provision";
    // About a minute of trying; the owner can begin again after that.
    const MAX_ATTEMPTS: i32 = 6;
}

/// Runs [`ProvisionTenant`].
pub async fn provision(run: &JobRun) -> Result<(), JobError> {
    let job: ProvisionTenant = run.job()?;
    steps::run(&run.app, job.provisioning_id, &mut |_| {}).await?;
    Ok(())
}

/// To be called when a [`ProvisionTenant`] is dead: the provisioning and its tenant are `failed`.
pub async fn mark_failed(run: &JobRun, error: &str) -> kernel::Result<()> {
    let Ok(job) = run.job::<ProvisionTenant>() else { return Ok(()) };
    fail(run.ctx("Provisioner").await?, job.provisioning_id, error).await
}

/// Marks a provisioning as failed for good, with its audit row; one that has ended stays as it is.
pub(crate) async fn fail(ctx: Ctx, provisioning_id: Uuid, error: &str) -> kernel::Result<()> {
    let app = ctx.app().clone();
    let mut failed: Option<FailedTenant> = None;
    if let Some(tenant) = steps::fail_for_good(ctx.tx(), provisioning_id, error).await? {
        let facts = json!({ "status": "failed", "error": error });
        ctx.audit(
            "tenant.provisioning_failed",
            "tenant",
            Some(tenant),
            audit::diff(&json!({ "status": "provisioning" }), &facts),
        )
        .await?;
        ctx.emit(Event::new("tenant.updated", tenant, PLATFORM_MANAGE)).await?;
        failed = ctx.tx().one("select key, slug from control.tenants where id = $1", [tenant.into()]).await?;
    }
    ctx.commit().await?;
    // The address stops saying "being prepared" at once.
    if let Some(tenant) = failed {
        app.publish_invalidation("registry", TenantKey(tenant.key), &tenant.slug).await;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct FailedTenant {
    key: i64,
    slug: String,
}

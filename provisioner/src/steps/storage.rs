//! The tenant's place in the file store. A prefix needs no making; a marker shows that it can be
//! written and whose it is.

use kernel::DomainError;
use kernel::tenant::TenantKey;
use serde_json::json;

use super::{Mark, Work};

/// The key of a tenant's marker.
pub(super) fn marker(key: TenantKey) -> String {
    format!("{}.tenant", key.storage_prefix())
}

/// Puts the marker.
pub(super) async fn mark(work: &mut Work<'_>) -> kernel::Result<Mark> {
    let tenant = work.tenant().await?;
    let content = json!({ "tenant": tenant.id, "slug": tenant.slug, "key": tenant.key, "provisioning": work.run.id });
    let bytes = serde_json::to_vec(&content).map_err(DomainError::internal)?;
    work.app.files.put(&marker(work.key), "application/json", bytes).await?;
    Ok(Mark::Due)
}

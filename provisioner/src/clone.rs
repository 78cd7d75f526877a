//! A tenant made from another one: the configuration only, neutralised.
//!
//! What is copied stands in [`crate::configuration`] and, of the registry, look and modules. Users,
//! sessions, secrets, credentials, webhooks, jobs and every record of clients, leads and partners
//! stay behind: they are never read.

use std::sync::Arc;

use kernel::DomainError;
use kernel::tenant::ViewClass;
use runtime::SharedApp;
use runtime::db::Mode;
use runtime::registry::{Tenant, TenantStatus};

use crate::configuration::Configuration;

/// The tenant to copy from. One that is not running or suspended can't be copied.
pub(crate) async fn source(app: &SharedApp, slug: &str) -> kernel::Result<Arc<Tenant>> {
    let gone = || DomainError::conflict("source_gone", format!("There is no tenant `{slug}` to copy from any more."));
    let tenant = app.registry.by_slug(slug).await?.ok_or_else(gone)?;
    match tenant.status {
        TenantStatus::Active | TenantStatus::Suspended if !tenant.is_platform() => Ok(tenant),
        _ => Err(gone()),
    }
}

/// Reads a tenant's configuration in a transaction of its own realm.
pub async fn configuration(app: &SharedApp, slug: &str) -> kernel::Result<Configuration> {
    let tenant = source(app, slug).await?;
    let tx = app.db.begin(&tenant, ViewClass::FULL, Mode::Read).await?;
    Configuration::read(&tx).await
}

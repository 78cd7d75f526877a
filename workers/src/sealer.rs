//! Closes the audit chains a moment after the changes, so that no change waits for the chain.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use kernel::tenant::{TenantKey, ViewClass};
use runtime::SharedApp;
use runtime::db::{Mode, Rows as _};
use runtime::registry::TenantStatus;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::loops::{Next, repeat};
use crate::machine::Machine;

/// How long wake-ups are gathered.
const GATHER: Duration = Duration::from_millis(200);
/// How often all tenants are looked at.
const SWEEP_EVERY: Duration = Duration::from_secs(30);
/// Tenants at the same time.
const CONCURRENCY: usize = 2;

/// Seals the tenants that wake-ups name, until shutdown.
pub(crate) async fn on_wake(machine: Arc<Machine>, shutdown: CancellationToken) {
    let work = || async {
        tokio::time::sleep(GATHER).await;
        seal_all(&machine.app, machine.wake.take_unsealed().into_iter().map(TenantKey).collect()).await;
        Ok(Next::After(Duration::from_secs(3_600)))
    };
    repeat("sealer", &shutdown, &machine.wake.seal, work).await;
}

/// Seals all tenants now and then, until shutdown: what a lost wake-up left open.
pub(crate) async fn sweep(machine: Arc<Machine>, shutdown: CancellationToken) {
    let work = || async {
        seal_all(&machine.app, machine.app.registry.active_keys().await?).await;
        Ok(Next::After(SWEEP_EVERY))
    };
    repeat("sealer sweep", &shutdown, &Notify::new(), work).await;
}

/// Seals tenants, a few at a time. One that fails is sealed by the next sweep.
pub(crate) async fn seal_all(app: &SharedApp, keys: Vec<TenantKey>) {
    let mut sealing =
        futures::stream::iter(keys).map(|key| async move { (key, seal(app, key).await) }).buffer_unordered(CONCURRENCY);
    while let Some((key, result)) = sealing.next().await {
        match result {
            Ok(0) => {}
            Ok(rows) => tracing::debug!(tenant = key.0, rows, "audit chain closed"),
            Err(error) => tracing::warn!(tenant = key.0, %error, "the audit chain can't be closed now"),
        }
    }
}

async fn seal(app: &SharedApp, key: TenantKey) -> kernel::Result<u64> {
    let tenant = app.registry.by_key(key).await?;
    if !matches!(tenant.status, TenantStatus::Active | TenantStatus::Suspended) {
        return Ok(0);
    }
    let tx = app.db.begin(&tenant, ViewClass::FULL, Mode::Write).await?;
    // Most tenants have nothing open most of the time, and several processes look.
    if tx.scalar("select exists (select 1 from audit_log where seq is null)", []).await? != Some(true) {
        return Ok(0);
    }
    let sealed = runtime::audit::seal(&tx).await?;
    tx.commit().await?;
    Ok(sealed)
}

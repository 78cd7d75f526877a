//! Totals of lists, kept for a moment.
//!
//! Counting costs more than the page itself. A total is kept until something of that kind changes
//! in the tenant (here or, through events, in another process), and for two seconds at most.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use kernel::DomainError;
use kernel::tenant::TenantKey;
use moka::future::Cache;

/// A total and whether it is an estimate.
pub type Total = (u64, bool);

/// The totals this process knows.
#[derive(Clone)]
pub struct Counts {
    totals: Cache<(TenantKey, u64, u64), Total>,
    versions: Arc<RwLock<HashMap<(TenantKey, String), u64>>>,
}

impl Default for Counts {
    fn default() -> Self {
        Self {
            totals: Cache::builder().max_capacity(20_000).time_to_live(Duration::from_secs(2)).build(),
            versions: Arc::default(),
        }
    }
}

impl Counts {
    /// Something of this kind (`client`, `lead`, …) changed in the tenant.
    pub fn touch(&self, tenant: TenantKey, entity: &str) {
        if let Ok(mut versions) = self.versions.write() {
            *versions.entry((tenant, entity.to_owned())).or_default() += 1;
        }
    }

    fn version(&self, tenant: TenantKey, entity: &str) -> u64 {
        self.versions.read().ok().and_then(|v| v.get(&(tenant, entity.to_owned())).copied()).unwrap_or(0)
    }

    /// The total of a query that hashes to `query`, if it is kept.
    pub async fn known(&self, tenant: TenantKey, entity: &str, query: u64) -> Option<Total> {
        self.totals.get(&(tenant, self.version(tenant, entity), query)).await
    }

    /// Keeps the total of a query.
    pub async fn keep(&self, tenant: TenantKey, entity: &str, query: u64, total: Total) {
        self.totals.insert((tenant, self.version(tenant, entity), query), total).await;
    }

    /// The total of a query that hashes to `query`; counted if it is not known. Whoever asks while it
    /// is being counted waits for that count instead of starting another.
    pub async fn get(
        &self,
        tenant: TenantKey,
        entity: &str,
        query: u64,
        count: impl Future<Output = kernel::Result<Total>>,
    ) -> kernel::Result<Total> {
        let key = (tenant, self.version(tenant, entity), query);
        self.totals.try_get_with(key, count).await.map_err(|e| DomainError::clone(&e))
    }
}

//! Answers that policies gave lately: one store for all tenants.
//!
//! A cache weighs some 50 kB before anything is in it. With four to a tenant, two hundred tenants took 40 MB
//! for nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use kernel::ids::SessionId;
use moka::future::Cache;
use uuid::Uuid;

use super::{Actor, Verdicts};

/// Which copy of which tenant's policy gave an answer. No two copies of a process have the same, so that nobody is
/// answered from a policy that is no more, nor from that of another tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct CopyId(u64);

impl CopyId {
    /// One that was never given before.
    pub(super) fn next() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Self(LAST.fetch_add(1, Ordering::Relaxed))
    }
}

/// What an answer is kept under.
type By<K> = (CopyId, K);
/// An answer that ends by itself.
type Until<T> = (T, DateTime<Utc>);

/// What is kept, by copy.
#[derive(Clone)]
pub(super) struct Answers {
    /// Verdicts on roles.
    pub verdicts: Cache<By<Uuid>, Arc<Verdicts>>,
    /// Who is behind a session, if anybody, and until when.
    pub actors: Cache<By<SessionId>, Until<Option<Arc<Actor>>>>,
    /// Who is behind the hash of an API key, and until when.
    pub keys: Cache<By<Vec<u8>>, Until<Arc<Actor>>>,
    /// Whom a console's token names: by subject and word for the role.
    pub outsiders: Cache<By<(String, String)>, Arc<Actor>>,
}

impl Answers {
    pub(super) fn new() -> Self {
        const SHORT: Duration = Duration::from_secs(300);
        Self {
            verdicts: Cache::builder().max_capacity(20_000).time_to_idle(Duration::from_secs(1_800)).build(),
            actors: Cache::builder().max_capacity(20_000).time_to_live(SHORT).build(),
            keys: Cache::builder().max_capacity(10_000).time_to_live(SHORT).build(),
            outsiders: Cache::builder().max_capacity(10_000).time_to_live(SHORT).build(),
        }
    }
}

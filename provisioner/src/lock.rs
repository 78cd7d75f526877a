//! One runner per tenant: a session lock on a connection of its own.
//!
//! The server lets go of it when the connection ends, so a runner that was killed holds nothing. The
//! schema is built over the same connection: if a runner dies while its batch is on the way, the
//! next one waits until the server is through with it.

use std::time::{Duration, Instant};

use kernel::DomainError;
use kernel::tenant::TenantKey;
use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres};

use crate::control::db;

/// Separates our locks from others in the same database.
const SPACE: i32 = 7_306;
/// How long a second runner waits for the first.
const PATIENCE: Duration = Duration::from_secs(15);

/// The lock on a tenant's making and unmaking.
pub(crate) struct TenantLock {
    conn: Option<PoolConnection<Postgres>>,
    key: i32,
}

impl TenantLock {
    /// Waits for the lock for a while; fails with a temporary error if another runner keeps it.
    pub(crate) async fn take(pool: &PgPool, key: TenantKey) -> kernel::Result<Self> {
        let number = i32::try_from(key.0).map_err(DomainError::internal)?;
        let mut lock = Self { conn: Some(pool.acquire().await.map_err(db)?), key: number };
        let started = Instant::now();
        loop {
            let taken: bool = sqlx::query_scalar("select pg_try_advisory_lock($1, $2)")
                .bind(SPACE)
                .bind(number)
                .fetch_one(lock.conn()?)
                .await
                .map_err(db)?;
            if taken {
                return Ok(lock);
            }
            if started.elapsed() > PATIENCE {
                return Err(DomainError::unavailable(
                    "tenant_busy",
                    "Another worker is busy with this tenant. Try again in a moment.",
                ));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The connection that holds the lock.
    pub(crate) fn conn(&mut self) -> kernel::Result<&mut PgConnection> {
        self.conn.as_deref_mut().ok_or_else(|| DomainError::internal("the lock was let go"))
    }

    /// Lets go and hands the connection back.
    pub(crate) async fn release(mut self) {
        let Some(mut conn) = self.conn.take() else { return };
        let freed: Result<bool, _> =
            sqlx::query_scalar("select pg_advisory_unlock($1, $2)").bind(SPACE).bind(self.key).fetch_one(&mut *conn).await;
        if freed.is_err() {
            drop(conn.detach());
        }
    }
}

impl Drop for TenantLock {
    fn drop(&mut self) {
        // Not released in order: the connection ends, and the lock with it.
        if let Some(conn) = self.conn.take() {
            drop(conn.detach());
        }
    }
}

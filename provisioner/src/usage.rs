//! Figures of tenants for the owner's console: users, clients, bytes of files and tables, last activity.
//!
//! Counting happens in each tenant's own transaction and its result is kept in the shared schema, so
//! a list of tenants costs one query. Open pages refresh what they show when it is older than some
//! seconds; a scheduled job refreshes everything.

use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::StreamExt as _;
use kernel::job::{Job, JobError};
use kernel::tenant::{TenantKey, ViewClass};
use runtime::db::Mode;
use runtime::outbox::JobRun;
use runtime::{Rows as _, SharedApp};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;

use crate::control::db;
use crate::rescue::rescue;
use crate::tenants::TenantRow;

/// Figures older than this are taken anew while a page waits.
const FRESH: chrono::Duration = chrono::Duration::seconds(5);
/// A page of more tenants than this shows what is kept.
const PAGE: usize = 50;
/// Tenants counted at the same time.
const AT_ONCE: usize = 4;
/// Clients are counted up to here while a page waits; beyond, what is known or the planner's guess counts.
const CAP: i64 = 50_000;
/// Asking the file store, and the size of every table, is slow; a tenant is measured this often at most.
const SIZES_EVERY: Duration = Duration::from_secs(600);

/// Refreshes the figures of all tenants that serve. Scheduled; belongs to the platform's realm.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct RefreshUsage {}

impl Job for RefreshUsage {
    const KIND: &'static str = "usage.refresh";
    const MAX_ATTEMPTS: i32 = 2;

    fn dedupe_key(&self) -> Option<String> {
        Some("all".to_owned())
    }
}

/// Runs [`RefreshUsage`], and the housekeeping that goes with it. A tenant that can't be counted is
/// left as it is.
pub async fn refresh(run: &JobRun) -> Result<(), JobError> {
    let keys = run.app.registry.active_keys().await?;
    futures::stream::iter(keys.into_iter().filter(|key| *key != TenantKey::PLATFORM))
        .for_each_concurrent(AT_ONCE, async |key| {
            if let Err(error) = measure(&run.app, key, true).await {
                tracing::warn!(tenant = %key, %error, "figures not taken");
            }
        })
        .await;
    forget_signups(&run.app).await?;
    rescue(run).await?;
    Ok(())
}

/// Sign-ups that were never verified are forgotten a week after they expired.
async fn forget_signups(app: &SharedApp) -> kernel::Result<()> {
    sqlx::query("delete from control.signups where status = 'pending' and expires_at < $1")
        .bind(app.clock.now() - chrono::Duration::days(7))
        .execute(&app.control)
        .await
        .map_err(db)?;
    Ok(())
}

/// The figures of a tenant.
#[derive(Debug, Clone, Default)]
pub struct Usage {
    /// Users.
    pub users: i64,
    /// Clients that are not deleted.
    pub clients: i64,
    /// Bytes in the file store.
    pub storage_bytes: i64,
    /// Bytes in the database.
    pub database_bytes: i64,
    /// When somebody last worked in it.
    pub last_active_at: Option<DateTime<Utc>>,
}

/// Takes anew what is stale among the tenants of a page; what can't be counted stays as it was.
pub async fn freshen(app: &SharedApp, rows: &mut [TenantRow]) {
    if rows.len() > PAGE {
        return;
    }
    let now = app.clock.now();
    let stale = |row: &&mut TenantRow| row.status == "active" && row.measured_at.is_none_or(|at| now - at > FRESH);
    futures::stream::iter(rows.iter_mut().filter(stale))
        .for_each_concurrent(AT_ONCE, async |row| match measure(app, TenantKey(row.key), false).await {
            Ok(usage) => {
                row.users = usage.users;
                row.clients = usage.clients;
                row.storage_bytes = usage.storage_bytes;
                row.database_bytes = usage.database_bytes;
                row.last_active_at = usage.last_active_at;
            }
            Err(error) => tracing::debug!(tenant = row.slug, %error, "figures not taken"),
        })
        .await;
}

#[derive(FromQueryResult)]
struct Counted {
    users: i64,
    clients: i64,
    guess: i64,
    last_seen_at: Option<DateTime<Utc>>,
}

/// Counts in the tenant's own transaction and keeps the result.
pub async fn measure(app: &SharedApp, key: TenantKey, exact: bool) -> kernel::Result<Usage> {
    let tenant = app.registry.by_key(key).await?;
    let cap = if exact { i64::MAX } else { CAP };
    let tx = app.db.begin(&tenant, ViewClass::FULL, Mode::Read).await?;
    let counted: Option<Counted> = tx
        .one(
            "select (select count(*) from users) as users,
                    (select count(*) from (select 1 from clients where deleted_at is null limit $1) c) as clients,
                    (select greatest(reltuples, 0)::bigint from pg_class where oid = 'clients'::regclass) as guess,
                    (select max(last_seen_at) from sessions) as last_seen_at",
            [cap.into()],
        )
        .await?;
    let sizes_are_due = sizes_are_due(app, key).await;
    let database: Option<i64> = if sizes_are_due { tx.scalar(DATABASE, []).await? } else { None };
    drop(tx);
    let Some(counted) = counted else { return Ok(Usage::default()) };
    let capped = counted.clients >= cap;
    let row = sqlx::query(
        "insert into control.tenant_usage as u (tenant_key, users, clients, storage_bytes, database_bytes, last_active_at, measured_at)
         values ($1, $2, $3, coalesce($4, 0), coalesce($9, 0), $5, $6)
         on conflict (tenant_key) do update set users = excluded.users,
             clients = case when $7 then greatest(u.clients, excluded.clients, $8) else excluded.clients end,
             storage_bytes = coalesce($4, u.storage_bytes), database_bytes = coalesce($9, u.database_bytes),
             last_active_at = greatest(u.last_active_at, excluded.last_active_at), measured_at = excluded.measured_at
         returning users, clients, storage_bytes, database_bytes, last_active_at",
    )
    .bind(key.0)
    .bind(counted.users)
    .bind(counted.clients)
    .bind(if sizes_are_due { files(app, key).await } else { None })
    .bind(counted.last_seen_at)
    .bind(app.clock.now())
    .bind(capped)
    .bind(counted.guess)
    .bind(database)
    .fetch_one(&app.control)
    .await
    .map_err(db)?;
    Ok(Usage {
        users: row.get("users"),
        clients: row.get("clients"),
        storage_bytes: row.get("storage_bytes"),
        database_bytes: row.get("database_bytes"),
        last_active_at: row.get("last_active_at"),
    })
}

/// Bytes of the tenant's tables with their indexes. Nothing is read but the lengths of files.
const DATABASE: &str = "select coalesce(sum(pg_total_relation_size(oid)), 0)::bigint from pg_class
    where relnamespace = current_schema()::regnamespace and relkind in ('r', 'm')";

/// Whether the sizes were not measured lately; whoever is told so measures them.
async fn sizes_are_due(app: &SharedApp, key: TenantKey) -> bool {
    let due: redis::RedisResult<Option<String>> = redis::cmd("SET")
        .arg(format!("{}:usage:sizes:{key}", app.prefix))
        .arg(1)
        .arg("NX")
        .arg("EX")
        .arg(SIZES_EVERY.as_secs())
        .query_async(&mut app.redis.clone())
        .await;
    matches!(due, Ok(Some(_)))
}

/// Bytes under the tenant's prefix; `None` when they can't be measured.
async fn files(app: &SharedApp, key: TenantKey) -> Option<i64> {
    let bytes = app.files.size_of_prefix(&key.storage_prefix()).await.ok()?;
    i64::try_from(bytes).ok()
}

//! Removing a tenant: schema and roles, files, queued work, rows. Every part can be done again.

use kernel::job::{Job, JobError};
use kernel::tenant::TenantKey;
use runtime::SharedApp;
use runtime::outbox::JobRun;
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, Executor as _, PgConnection};

use crate::control::db;
use crate::lock::TenantLock;

/// Removes a tenant that was condemned.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DropTenant {
    /// Its number.
    pub tenant_key: i64,
    /// The address it had.
    pub slug: String,
}

impl Job for DropTenant {
    const KIND: &'static str = "tenant.drop";
}

/// Runs [`DropTenant`].
pub async fn drop_tenant(run: &JobRun) -> Result<(), JobError> {
    let job: DropTenant = run.job()?;
    Ok(remove(&run.app, &job).await?)
}

/// Removes a condemned tenant, here and now. One that is not condemned stays.
pub async fn remove(app: &SharedApp, job: &DropTenant) -> kernel::Result<()> {
    let key = TenantKey(job.tenant_key);
    let mut lock = TenantLock::take(app.provision_pool()?, key).await?;
    let condemned: Option<bool> = sqlx::query_scalar("select status = 'deleting' from control.tenants where key = $1")
        .bind(key.0)
        .fetch_optional(lock.conn()?)
        .await
        .map_err(db)?;
    if condemned != Some(true) || key == TenantKey::PLATFORM {
        lock.release().await;
        return Ok(());
    }
    drop_schema(lock.conn()?, &app.names(), key).await?;
    app.files.delete_prefix(&key.storage_prefix()).await?;
    let forgotten: redis::RedisResult<()> =
        redis::cmd("DEL").arg(app.channels.stream(key.0)).query_async(&mut app.redis.clone()).await;
    if let Err(error) = forgotten {
        tracing::debug!(%error, "the tenant's event stream stays until it expires");
    }
    drop_rows(app, key).await?;
    lock.release().await;
    app.publish_invalidation("registry", key, &job.slug).await;
    Ok(())
}

async fn drop_schema(conn: &mut PgConnection, control: &migrations::ControlNames, key: TenantKey) -> kernel::Result<()> {
    let names = control.tenant(key);
    // The batch is all or nothing: without the owner's role there is nothing left of it.
    let there = sqlx::query("select 1 from pg_roles where rolname = $1")
        .bind(names.owner())
        .fetch_optional(&mut *conn)
        .await
        .map_err(db)?;
    if there.is_none() {
        return Ok(());
    }
    if let Err(e) = conn.execute(AssertSqlSafe(names.drop_batch())).await {
        conn.execute("rollback").await.map_err(db)?;
        return Err(db(e));
    }
    Ok(())
}

/// The rows that name the tenant, its sign-up and provisionings among them: they hold an e-mail address.
async fn drop_rows(app: &SharedApp, key: TenantKey) -> kernel::Result<()> {
    let mut tx = app.control.begin().await.map_err(db)?;
    for sql in [
        "delete from control.outbox where tenant_key = $1",
        "delete from control.signups where provisioning_id in (select id from control.provisionings where tenant_key = $1)",
        "delete from control.provisionings where tenant_key = $1",
        "delete from control.tenants where key = $1",
    ] {
        sqlx::query(sql).bind(key.0).execute(&mut *tx).await.map_err(db)?;
    }
    tx.commit().await.map_err(db)
}

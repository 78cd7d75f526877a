//! Database roles for partial views: made when a role of staff first needs one.

use std::collections::BTreeSet;

use kernel::DomainError;
use kernel::event::Event;
use kernel::job::JobError;
use kernel::permission::Level;
use kernel::tenant::{TenantKey, ViewClass};
use runtime::access::wanted_view;
use runtime::db::Mode;
use runtime::outbox::JobRun;
use runtime::registry::Tenant;
use runtime::{Rows as _, SharedApp};
use sea_orm::FromQueryResult;
use sqlx::{AssertSqlSafe, Executor as _, PgConnection};
use uuid::Uuid;

use crate::control::db;
use crate::lock::TenantLock;

/// Partial views one tenant can have. A role that would need one more sees the fields of the nearest
/// narrower view in clear and the others masked.
const MOST: usize = 12;

/// Runs [`runtime::access::OpenViews`].
pub async fn open(run: &JobRun) -> Result<(), JobError> {
    if ensure_views(&run.app, &run.tenant).await? == 0 {
        return Ok(());
    }
    // Open screens asked for what they may see before it could be shown.
    let ctx = run.ctx("Provisioner").await?;
    let sql = "select u.id from users u where u.status = 'active'
               and exists (select 1 from role_fields f where f.role_id = u.role_id and f.level <> 'full')";
    let concerned: Vec<UserRow> = ctx.tx().all(sql, []).await.map_err(DomainError::from)?;
    let users = concerned.into_iter().map(|u| u.id).collect();
    ctx.emit(Event::personal("access.changed", run.tenant.id, users)).await?;
    run.finish(ctx).await?;
    Ok(())
}

/// Makes the database roles that the tenant's roles of staff need and that are not there; says how
/// many were made.
pub async fn ensure_views(app: &SharedApp, tenant: &Tenant) -> kernel::Result<usize> {
    // Asked before the lock is taken: nearly always there is nothing to do.
    if missing(app, tenant).await?.is_empty() {
        return Ok(0);
    }
    let mut lock = TenantLock::take(app.provision_pool()?, tenant.key).await?;
    let result = make_missing(app, tenant, lock.conn()?).await;
    lock.release().await;
    let made = result?;
    app.access.mark_stale(tenant.key).await;
    app.publish_invalidation("access", tenant.key, &tenant.slug).await;
    Ok(made)
}

/// Makes them over a connection that holds the tenant's lock.
pub(crate) async fn make_missing(app: &SharedApp, tenant: &Tenant, conn: &mut PgConnection) -> kernel::Result<usize> {
    let views = missing(app, tenant).await?;
    for view in &views {
        make(conn, &app.names(), tenant.key, *view).await?;
    }
    Ok(views.len())
}

async fn make(conn: &mut PgConnection, names: &migrations::ControlNames, key: TenantKey, view: ViewClass) -> kernel::Result<()> {
    if let Err(e) = conn.execute(AssertSqlSafe(names.tenant(key).view_batch(names, view))).await {
        conn.execute("rollback").await.map_err(db)?;
        return Err(db(e));
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct UserRow {
    id: Uuid,
}

#[derive(FromQueryResult)]
struct OpenRow {
    fields: Vec<String>,
}

#[derive(FromQueryResult)]
struct MaskRow {
    mask: i32,
}

/// The partial views that roles of staff need and that have no database role yet.
async fn missing(app: &SharedApp, tenant: &Tenant) -> kernel::Result<Vec<ViewClass>> {
    let tx = app.db.begin(tenant, ViewClass::FULL, Mode::Read).await?;
    let open = "select array_agg(field) as fields from role_fields where level = 'full' group by role_id";
    let open: Vec<OpenRow> = tx.all(open, []).await?;
    let there: Vec<MaskRow> = tx.all("select mask from view_roles", []).await?;
    let there: BTreeSet<ViewClass> = there.into_iter().map(|m| ViewClass::from_mask(m.mask)).collect();
    let level = |row: &OpenRow, key: &str| if row.fields.iter().any(|f| f == key) { Level::Full } else { Level::Hidden };
    let needed: BTreeSet<ViewClass> = open
        .iter()
        .map(|row| wanted_view(|key| level(row, key)))
        .filter(|v| *v != ViewClass::FULL && *v != ViewClass::MASKED)
        .collect();
    let room = MOST.saturating_sub(there.len());
    Ok(needed.difference(&there).copied().take(room).collect())
}

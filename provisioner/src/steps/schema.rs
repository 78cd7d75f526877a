//! Steps inside the tenant's own schema: building it, and its configuration.

use kernel::DomainError;
use kernel::tenant::ViewClass;
use runtime::db::Mode;
use sqlx::{AssertSqlSafe, Executor as _, PgConnection};
use template::Template;

use super::{Mark, Work};
use crate::configuration::Configuration;
use crate::control::db;
use crate::order::Source;

/// Roles, schema and every table in one batch, which stamps the tenant's version. The batch is all
/// or nothing, so the stamp says whether it was done.
pub(super) async fn build(work: &mut Work<'_>) -> kernel::Result<Mark> {
    let key = work.key;
    let control = work.app.names();
    create(work.lock.conn()?, &control, key).await?;
    Ok(Mark::Due)
}

/// Creates a realm's roles and schema unless they are there.
pub(crate) async fn create(
    conn: &mut PgConnection,
    control: &migrations::ControlNames,
    key: kernel::tenant::TenantKey,
) -> kernel::Result<()> {
    let version: Option<i32> = sqlx::query_scalar("select schema_version from control.tenants where key = $1")
        .bind(key.0)
        .fetch_optional(&mut *conn)
        .await
        .map_err(db)?;
    match version {
        Some(0) => {}
        Some(_) => return Ok(()),
        None => return Err(DomainError::conflict("tenant_gone", "The tenant was deleted.")),
    }
    if let Err(e) = conn.execute(AssertSqlSafe(control.tenant(key).create_batch(control))).await {
        // The connection is inside the failed transaction.
        conn.execute("rollback").await.map_err(db)?;
        return Err(db(e));
    }
    Ok(())
}

/// The configuration of the template or of the tenant that is cloned, in one transaction that marks
/// itself.
pub(super) async fn configure(work: &mut Work<'_>) -> kernel::Result<Mark> {
    let configuration = match &work.source {
        Source::Template(name) => {
            let template = Template::embedded(name)
                .ok_or_else(|| DomainError::conflict("template_gone", format!("There is no template `{name}` any more.")))?;
            Configuration::from_template(template)
        }
        Source::Tenant(slug) => crate::clone::configuration(work.app, slug).await?,
    };
    let tenant = work.tenant().await?;
    let tx = work.app.db.begin(&tenant, ViewClass::FULL, Mode::Write).await?;
    configuration.write(&tx).await?;
    tx.commit().await?;
    crate::views::make_missing(work.app, &tenant, work.lock.conn()?).await?;
    Ok(Mark::Due)
}

//! Steps on the shared schema: reserve, branding, secrets. Work and mark are one transaction.

use kernel::DomainError;
use kernel::tenant::TenantKey;
use runtime::App;
use runtime::crypto::random;
use runtime::registry::{Branding, secret_purpose};
use sqlx::PgConnection;
use template::Template;

use super::{Mark, Work, record};
use crate::branding::{apply_wish, copy_files};
use crate::control::db;
use crate::order::Source;

/// The secrets of every tenant.
const SECRETS: [&str; 5] = ["jwt_access", "jwt_refresh", "site_webhook", "sso_impersonation", "crm_service_token"];

/// The address was taken when the order was placed; here it is made sure that it still is ours.
pub(super) async fn reserve(work: &mut Work<'_>, ord: i32) -> kernel::Result<Mark> {
    let mut tx = work.app.control.begin().await.map_err(db)?;
    let held = sqlx::query(
        "update control.tenants set status = 'provisioning', updated_at = now()
         where key = $1 and slug = $2 and status in ('provisioning', 'failed')",
    )
    .bind(work.key.0)
    .bind(&work.run.slug)
    .execute(&mut *tx)
    .await
    .map_err(db)?;
    if held.rows_affected() != 1 {
        return Err(DomainError::conflict("slug_lost", "The address is no longer held for this tenant."));
    }
    record::advance(&mut *tx, work.run.id, Some(ord), None).await?;
    tx.commit().await.map_err(db)?;
    Ok(Mark::Set)
}

/// The source's look with what the broker wanted over it. The logo's file is stored before the row
/// that names it.
pub(super) async fn branding(work: &mut Work<'_>, ord: i32) -> kernel::Result<Mark> {
    let wish = work.run.wish();
    let base = match &work.source {
        Source::Template(name) => {
            let template = Template::embedded(name)
                .ok_or_else(|| DomainError::conflict("template_gone", format!("There is no template `{name}` any more.")))?;
            of_template(template)
        }
        Source::Tenant(slug) => {
            let source = crate::clone::source(work.app, slug).await?;
            if wish.logo_url.is_none() {
                copy_files(work.app, source.key, work.key, &source.branding).await?;
            }
            source.branding.clone()
        }
    };
    let branding = apply_wish(work.app, work.key, base, &wish).await?;
    let json = serde_json::to_value(&branding).map_err(DomainError::internal)?;
    let mut tx = work.app.control.begin().await.map_err(db)?;
    sqlx::query(
        "update control.tenants set branding = $2, registry_version = registry_version + 1, updated_at = now() where key = $1",
    )
    .bind(work.key.0)
    .bind(json)
    .execute(&mut *tx)
    .await
    .map_err(db)?;
    record::advance(&mut *tx, work.run.id, Some(ord), None).await?;
    tx.commit().await.map_err(db)?;
    Ok(Mark::Set)
}

fn of_template(template: &Template) -> Branding {
    Branding {
        primary: Some(template.branding.primary.clone()),
        radius: Some(template.branding.radius),
        font: Some(template.branding.font.clone()),
        neutral: Some(template.branding.neutral.clone()),
        locale: template.settings.get("locale").and_then(|v| v.as_str()).map(str::to_owned),
        ..Branding::default()
    }
}

/// Fresh secrets, sealed; those that are there stay.
pub(super) async fn secrets(work: &mut Work<'_>, ord: i32) -> kernel::Result<Mark> {
    let mut tx = work.app.control.begin().await.map_err(db)?;
    make_secrets(work.app, &mut tx, work.key).await?;
    record::advance(&mut *tx, work.run.id, Some(ord), None).await?;
    tx.commit().await.map_err(db)?;
    // From here on the cached entry would lack the signing key and the look.
    work.app.registry.forget(work.key, &work.run.slug).await;
    Ok(Mark::Set)
}

/// Makes the secrets that a tenant lacks.
pub(crate) async fn make_secrets(app: &App, conn: &mut PgConnection, key: TenantKey) -> kernel::Result<()> {
    let sealed: Vec<Vec<u8>> = SECRETS.iter().map(|name| app.vault.seal(&secret_purpose(key, name), &random::<32>())).collect();
    sqlx::query(
        "insert into control.tenant_secrets (tenant_key, name, sealed)
         select $1, s.name, s.sealed from unnest($2::text[], $3::bytea[]) as s (name, sealed) on conflict do nothing",
    )
    .bind(key.0)
    .bind(SECRETS.as_slice())
    .bind(sealed)
    .execute(conn)
    .await
    .map_err(db)?;
    Ok(())
}

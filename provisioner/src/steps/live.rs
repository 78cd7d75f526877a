//! The last step: the address opens.

use comms::mail::{self, Recipient, realm_url};
use kernel::DomainError;
use kernel::event::Event;
use kernel::permission::PLATFORM_MANAGE;
use runtime::{Ctx, Rows as _, audit};
use serde_json::json;
use uuid::Uuid;

use super::{Mark, Work};

/// The tenant's own log begins, then tenant, step and provisioning change together in the
/// platform's realm.
pub(super) async fn open(work: &mut Work<'_>, ord: i32) -> kernel::Result<Mark> {
    let tenant = work.tenant().await?;
    welcome(work).await?;
    let platform = work.app.registry.platform().await?;
    let ctx = Ctx::system(work.app, &platform, "Provisioner").await?;
    let opened = ctx
        .tx()
        .run(
            "update control.tenants set status = 'active', registry_version = registry_version + 1, updated_at = now()
             where key = $1 and status in ('provisioning', 'failed')",
            [work.key.0.into()],
        )
        .await?;
    if opened != 1 {
        return Err(DomainError::conflict("tenant_gone", "The tenant was deleted or opened by somebody else."));
    }
    ctx.tx()
        .run(
            "update control.provisioning_steps set status = 'done', finished_at = clock_timestamp(), error = null
             where provisioning_id = $1 and ord = $2",
            [work.run.id.into(), ord.into()],
        )
        .await?;
    // The password of the sign-up has reached its account; it has no business here any more.
    ctx.tx()
        .run(
            "update control.provisionings set status = 'done', error = null, finished_at = clock_timestamp(),
                    admin = admin - 'password_hash', branding = branding - 'logo_url'
             where id = $1",
            [work.run.id.into()],
        )
        .await?;
    let facts = json!({ "slug": tenant.slug, "name": tenant.name, "source": work.run.source, "status": "active" });
    ctx.audit("tenant.created", "tenant", Some(tenant.id), audit::diff(&json!({}), &facts)).await?;
    ctx.emit(Event::new("tenant.created", tenant.id, PLATFORM_MANAGE)).await?;
    ctx.commit().await?;
    work.app.publish_invalidation("registry", tenant.key, &tenant.slug).await;
    Ok(Mark::Set)
}

/// The first row of the tenant's own log and, for who has a password already, the welcome mail.
async fn welcome(work: &Work<'_>) -> kernel::Result<()> {
    let tenant = work.tenant().await?;
    let ctx = Ctx::system(work.app, &tenant, "Provisioner").await?;
    let done: Option<Uuid> = ctx.tx().scalar("select id from audit_log where action = 'tenant.created' limit 1", []).await?;
    if done.is_some() {
        return Ok(());
    }
    let facts = json!({ "name": tenant.name, "slug": tenant.slug, "template": tenant.template });
    ctx.audit("tenant.created", "tenant", Some(tenant.id), audit::diff(&json!({}), &facts)).await?;
    let admin = work.run.administrator()?;
    if work.run.is_from_signup() && admin.password_hash.is_some() {
        let values = json!({ "name": admin.name, "link": realm_url(work.app, &tenant) });
        mail::queue(&ctx, "welcome", Recipient::named(&admin.name, &admin.email), values).await?;
    }
    ctx.commit().await
}

//! What `brokerdesk tenant …` does; the same code that runs behind the API, without a queue.

use kernel::DomainError;
use kernel::tenant::{TenantKey, ViewClass};
use runtime::audit::{self, Expected, Verdict};
use runtime::crypto::hash_password;
use runtime::db::Mode;
use runtime::registry::PLATFORM_SLUG;
use runtime::{Ctx, Rows as _, SharedApp};
use sqlx::Row as _;
use uuid::Uuid;

use crate::control::db;
use crate::order::{self, Administrator, BrandingWish, Form, Order, Origin, Source};
use crate::steps::{self, Progress, StepError};
use crate::tenants::{self, TenantRow};

/// The first administrator as given on the command line.
#[derive(Debug, Clone)]
pub struct AdminSeed {
    /// Name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// With a password the account is active at once; without it an invitation leaves by mail.
    pub password: Option<String>,
}

/// Makes a tenant from a template, here and now; tells `watch` of every step. A tenant of this
/// address whose making broke off is finished.
pub async fn tenant_create(
    app: &SharedApp,
    slug: &str,
    name: &str,
    template: &str,
    admin: AdminSeed,
    watch: &mut (dyn FnMut(Progress) + Send),
) -> kernel::Result<TenantKey> {
    make(app, slug, name, Source::Template(template.to_owned()), admin, watch).await
}

/// Makes a tenant from another one's configuration, here and now.
pub async fn tenant_clone(
    app: &SharedApp,
    source: &str,
    slug: &str,
    name: &str,
    admin: AdminSeed,
    watch: &mut (dyn FnMut(Progress) + Send),
) -> kernel::Result<TenantKey> {
    make(app, slug, name, Source::Tenant(source.to_owned()), admin, watch).await
}

async fn make(
    app: &SharedApp,
    slug: &str,
    name: &str,
    source: Source,
    admin: AdminSeed,
    watch: &mut (dyn FnMut(Progress) + Send),
) -> kernel::Result<TenantKey> {
    if let Some((id, key)) = broken_off(app, slug).await? {
        finish(app, id, watch).await?;
        return Ok(key);
    }
    let order = check(slug, name, source, admin).await?;
    let platform = app.registry.platform().await?;
    let ctx = Ctx::system(app, &platform, "Command line").await?;
    let placed = order::place(&ctx, &order).await?;
    ctx.commit().await?;
    finish(app, placed.provisioning_id, watch).await?;
    Ok(placed.key)
}

async fn check(slug: &str, name: &str, source: Source, admin: AdminSeed) -> kernel::Result<Order> {
    let mut form = Form::default();
    let slug = form.slug(Some(slug));
    let c = &mut form.fields;
    let name = c.required("name", Some(name), 120);
    let admin_name = c.required("admin.name", Some(&admin.name), 120);
    let email = c.email("admin.email", &admin.email);
    if let Some(password) = &admin.password {
        c.password("admin.password", password);
    }
    form.finish()?;
    let password_hash = match &admin.password {
        Some(password) => Some(hash_password(password).await?),
        None => None,
    };
    Ok(Order {
        slug,
        name,
        source,
        origin: Origin::Cli,
        admin: Administrator { name: admin_name, email, password_hash },
        branding: BrandingWish::default(),
    })
}

/// The unfinished provisioning of an address that was ordered on the command line.
async fn broken_off(app: &SharedApp, slug: &str) -> kernel::Result<Option<(Uuid, TenantKey)>> {
    let row = sqlx::query(
        "select p.id, t.key from control.tenants t join control.provisionings p on p.tenant_key = t.key
         where t.slug = $1 and t.status in ('provisioning', 'failed') and p.origin = 'cli' and p.status <> 'done'
         order by p.created_at desc limit 1",
    )
    .bind(slug)
    .fetch_optional(&app.control)
    .await
    .map_err(db)?;
    Ok(row.map(|r| (r.get(0), TenantKey(r.get(1)))))
}

/// Takes the steps that are left; on failure the provisioning is `failed` and can be called again.
async fn finish(app: &SharedApp, id: Uuid, watch: &mut (dyn FnMut(Progress) + Send)) -> kernel::Result<()> {
    let platform = app.registry.platform().await?;
    let ctx = Ctx::system(app, &platform, "Command line").await?;
    steps::restart(ctx.tx(), id).await?;
    ctx.commit().await?;
    let result: Result<(), StepError> = steps::run(app, id, watch).await;
    let Err(error) = result else { return Ok(()) };
    let ctx = Ctx::system(app, &platform, "Command line").await?;
    crate::job::fail(ctx, id, &error.to_string()).await?;
    Err(error.into())
}

/// All tenants by address.
pub async fn tenant_list(app: &SharedApp) -> kernel::Result<Vec<TenantRow>> {
    tenants::list_all(app).await
}

/// Closes a tenant; its data stays.
pub async fn tenant_suspend(app: &SharedApp, slug: &str) -> kernel::Result<()> {
    set_status(app, slug, "suspended").await
}

/// Opens a suspended tenant.
pub async fn tenant_resume(app: &SharedApp, slug: &str) -> kernel::Result<()> {
    set_status(app, slug, "active").await
}

async fn set_status(app: &SharedApp, slug: &str, status: &str) -> kernel::Result<()> {
    let platform = app.registry.platform().await?;
    let ctx = Ctx::system(app, &platform, "Command line").await?;
    let patch = tenants::TenantPatch { status: Some(status.to_owned()), ..tenants::TenantPatch::default() };
    let changed = tenants::change(&ctx, slug, patch).await?;
    ctx.commit().await?;
    app.publish_invalidation("registry", TenantKey(changed.key), slug).await;
    Ok(())
}

/// Seals and checks a realm's audit chain; `platform` is the owner's own.
pub async fn tenant_verify(app: &SharedApp, slug: &str) -> kernel::Result<Verdict> {
    tenant_verify_against(app, slug, None).await
}

/// The same, and that the chain still goes through a head that was kept outside.
pub async fn tenant_verify_against(app: &SharedApp, slug: &str, expected: Option<&Expected>) -> kernel::Result<Verdict> {
    let realm = if slug == PLATFORM_SLUG { Some(app.registry.platform().await?) } else { app.registry.by_slug(slug).await? };
    let realm = realm.ok_or_else(|| DomainError::not_found("Tenant"))?;
    let tx = app.db.begin(&realm, ViewClass::FULL, Mode::Write).await?;
    let verdict = audit::verify_against(&tx, expected).await?;
    tx.commit().await?;
    Ok(verdict)
}

/// How many figures of the dashboards do not equal what the records say; none, always. `repair` counts
/// them anew if there are some, while writers wait.
pub async fn tenant_figures(app: &SharedApp, slug: &str, repair: bool) -> kernel::Result<u64> {
    let realm = if slug == PLATFORM_SLUG { Some(app.registry.platform().await?) } else { app.registry.by_slug(slug).await? };
    let realm = realm.ok_or_else(|| DomainError::not_found("Tenant"))?;
    let tx = app.db.begin(&realm, ViewClass::FULL, Mode::Write).await?;
    let wrong: i64 = tx.scalar("select wrong_figures()", []).await?.unwrap_or(0);
    if wrong > 0 && repair {
        tx.run("select count_anew()", []).await?;
    }
    tx.commit().await?;
    Ok(u64::try_from(wrong).unwrap_or(0))
}

/// Removes a tenant with everything that belongs to it, here and now.
pub async fn tenant_drop(app: &SharedApp, slug: &str) -> kernel::Result<()> {
    let platform = app.registry.platform().await?;
    let ctx = Ctx::system(app, &platform, "Command line").await?;
    let leaving = tenants::condemn(&ctx, slug).await?;
    ctx.commit().await?;
    app.publish_invalidation("registry", TenantKey(leaving.tenant_key), slug).await;
    tenants::remove(app, &leaving).await
}

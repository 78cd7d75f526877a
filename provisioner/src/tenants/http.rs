//! The owner's tenants over HTTP.

use chrono::{DateTime, Utc};
use kernel::DomainError;
use kernel::paging::Paging;
use kernel::permission::PLATFORM_MANAGE;
use kernel::tenant::TenantKey;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::SharedApp;
use runtime::http::{Accepted, ApiResult, ListOut, NoContent, Owner};
use uuid::Uuid;

use super::entity::TenantRow;
use super::service::{self, TenantFilter, TenantPatch};
use crate::branding::{BrandingIn, check_wish, keep_logo};
use crate::order::{Administrator, Form, Order, Origin, Placed, Source};
use crate::usage;

/// A tenant as the owner sees it.
#[derive(Debug, Clone, Object)]
pub struct TenantOut {
    /// Public id.
    pub id: Uuid,
    /// Address.
    pub slug: String,
    /// The company.
    pub name: String,
    /// Where its CRM is.
    pub url: String,
    /// `provisioning`, `active`, `suspended` or `failed`.
    pub status: String,
    /// Template it came from.
    pub template: String,
    /// Version of the template.
    pub template_version: String,
    /// When it was ordered.
    pub created_at: DateTime<Utc>,
    /// Users.
    pub users: i64,
    /// Clients.
    pub clients: i64,
    /// Bytes in the file store.
    pub storage_bytes: i64,
    /// Bytes in the database: tables with their indexes. Its size is both together.
    pub database_bytes: i64,
    /// When somebody last worked in it; null when nobody has.
    #[oai(nullable)]
    pub last_active_at: Option<DateTime<Utc>>,
    /// Its look.
    pub branding: TenantBrandingOut,
    /// Its latest provisioning.
    #[oai(nullable)]
    pub provisioning_id: Option<Uuid>,
}

/// The part of a tenant's look that the console shows.
#[derive(Debug, Clone, Object)]
pub struct TenantBrandingOut {
    /// Brand colour.
    #[oai(nullable)]
    pub primary: Option<String>,
    /// Address of the logo.
    #[oai(nullable)]
    pub logo_light: Option<String>,
}

impl TenantOut {
    fn of(app: &SharedApp, row: TenantRow) -> Self {
        let url = app.config.tenant_url(&row.slug);
        let text = |key: &str| row.branding[key].as_str().map(str::to_owned);
        let logo_light = text("logo_light").map(|l| if l.starts_with('/') { format!("{url}{l}") } else { l });
        Self {
            id: row.id,
            branding: TenantBrandingOut { primary: text("primary"), logo_light },
            slug: row.slug,
            name: row.name,
            url,
            status: row.status,
            template: row.template,
            template_version: row.template_version,
            created_at: row.created_at,
            users: row.users,
            clients: row.clients,
            storage_bytes: row.storage_bytes,
            database_bytes: row.database_bytes,
            last_active_at: row.last_active_at,
            provisioning_id: row.provisioning_id,
        }
    }
}

/// What a tenant is made from: a template, or another tenant's configuration.
#[derive(Debug, Default, Object)]
pub struct SourceIn {
    /// A template's name.
    pub template: Option<String>,
    /// A tenant's address.
    pub tenant: Option<String>,
    /// With `tenant`: `config` (default); `all` and `sample` are not available yet.
    pub include: Option<String>,
}

/// The first administrator; an invitation leaves by mail.
#[derive(Debug, Default, Object)]
pub struct AdminIn {
    /// Name.
    pub name: Option<String>,
    /// E-mail.
    pub email: Option<String>,
}

/// A new tenant.
#[derive(Debug, Object)]
pub struct TenantIn {
    /// Address: 4 to 32 lower-case letters, digits and hyphens.
    pub slug: Option<String>,
    /// The company.
    pub name: Option<String>,
    /// What it is made from.
    pub source: Option<SourceIn>,
    /// The first administrator.
    pub admin: Option<AdminIn>,
    /// The look; the rest comes from the source.
    pub branding: Option<BrandingIn>,
}

/// A change of a tenant; what is absent stays.
#[derive(Debug, Object)]
pub struct TenantPatchIn {
    /// The company.
    pub name: Option<String>,
    /// `active` or `suspended`.
    pub status: Option<String>,
    /// The look.
    pub branding: Option<BrandingIn>,
}

/// A tenant that is being made.
#[derive(Debug, Clone, Object)]
pub struct StartedOut {
    /// Where its making can be watched.
    pub provisioning_id: Uuid,
    /// The tenant.
    pub tenant: TenantLinkOut,
}

/// A tenant's address.
#[derive(Debug, Clone, Object)]
pub struct TenantLinkOut {
    /// Address.
    pub slug: String,
    /// Where its CRM will be.
    pub url: String,
}

impl StartedOut {
    pub(crate) fn of(app: &SharedApp, placed: Placed, slug: &str) -> Self {
        let tenant = TenantLinkOut { slug: slug.to_owned(), url: app.config.tenant_url(slug) };
        Self { provisioning_id: placed.provisioning_id, tenant }
    }
}

impl TenantIn {
    fn check(self) -> kernel::Result<Order> {
        let mut form = Form::default();
        let slug = form.slug(self.slug.as_deref());
        let c = &mut form.fields;
        let name = c.required("name", self.name.as_deref(), 120);
        let admin = self.admin.unwrap_or_default();
        let admin_name = c.required("admin.name", admin.name.as_deref(), 120);
        let email = c.required("admin.email", admin.email.as_deref(), 254);
        let email = if email.is_empty() { email } else { c.email("admin.email", &email) };
        let branding = check_wish(c, self.branding.as_ref());
        let source = self.source.unwrap_or_default();
        let include = source.include.as_deref().unwrap_or("config");
        let chosen = match (source.template, source.tenant) {
            (Some(template), None) => {
                if template::Template::embedded(&template).is_none() {
                    c.add("source.template", format!("there is no template `{template}`"));
                }
                Source::Template(template)
            }
            (None, Some(tenant)) => {
                if !["config", "all", "sample"].contains(&include) {
                    c.add("source.include", "is not one of config, all, sample");
                }
                Source::Tenant(tenant)
            }
            _ => {
                c.add("source", "give either a template or a tenant");
                Source::Template(String::new())
            }
        };
        form.finish()?;
        if matches!(chosen, Source::Tenant(_)) && include != "config" {
            let message = "only the configuration can be copied for now; choose config";
            return Err(DomainError::field_code("include_unavailable", "source.include", message));
        }
        let admin = Administrator { name: admin_name, email, password_hash: None };
        Ok(Order { slug, name, source: chosen, origin: Origin::Owner, admin, branding })
    }
}

/// The owner's tenants.
pub struct TenantsApi;

#[OpenApi]
impl TenantsApi {
    /// List tenants.
    ///
    /// With their figures: users, clients, bytes in the file store and last activity.
    #[oai(path = "/tenants", method = "get", operation_id = "listTenants")]
    #[expect(clippy::too_many_arguments, reason = "one argument per documented query parameter")]
    async fn list(
        &self,
        auth: Owner,
        /// `provisioning`, `active`, `suspended`, `failed`; several with commas.
        status: Query<Option<String>>,
        /// Words that occur in address or name.
        search: Query<Option<String>>,
        /// `created_at` or `name`, with `-` for downwards.
        sort: Query<Option<String>>,
        /// 1-based page.
        page: Query<Option<String>>,
        /// Rows on a page, at most 200.
        limit: Query<Option<String>>,
        /// Where the page starts, from `next_cursor`.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<TenantOut>>> {
        let paging = Paging::parse(page.0.as_deref(), limit.0.as_deref(), cursor.0.as_deref())?;
        let filter = TenantFilter { status: status.0, search: search.0, sort: sort.0 };
        let ctx = auth.0.read().await?;
        let mut page = service::list(&ctx, &filter, &paging).await?;
        drop(ctx);
        let app = &auth.0.caller.app;
        usage::freshen(app, &mut page.data).await;
        Ok(Json(page.map(|row| TenantOut::of(app, row)).into()))
    }

    /// Create a tenant.
    ///
    /// From a template, or from another tenant's configuration (neutralised: no users, credentials or
    /// webhooks come along). The first administrator is invited by mail.
    #[oai(path = "/tenants", method = "post", operation_id = "createTenant")]
    async fn create(&self, auth: Owner, body: Json<TenantIn>) -> ApiResult<Accepted<StartedOut>> {
        auth.0.actor.require(PLATFORM_MANAGE)?;
        let order = body.0.check()?;
        let ctx = auth.0.begin().await?;
        let placed = service::create(&ctx, &order).await?;
        let app = &auth.0.caller.app;
        let out = StartedOut::of(app, placed, &order.slug);
        ctx.commit_reply(202, &out).await?;
        // Until now the address was known to be free.
        app.publish_invalidation("registry", placed.key, &order.slug).await;
        Ok(Accepted(out))
    }

    /// Show a tenant.
    #[oai(path = "/tenants/:slug", method = "get", operation_id = "getTenant")]
    async fn get(&self, auth: Owner, slug: Path<String>) -> ApiResult<Json<TenantOut>> {
        let ctx = auth.0.read().await?;
        let row = service::get(&ctx, &slug.0).await?;
        drop(ctx);
        let app = &auth.0.caller.app;
        let mut rows = [row];
        usage::freshen(app, &mut rows).await;
        let [row] = rows;
        Ok(Json(TenantOut::of(app, row)))
    }

    /// Change a tenant.
    ///
    /// Its name, its look, or whether it serves: `suspended` closes its address, data stays.
    #[oai(path = "/tenants/:slug", method = "patch", operation_id = "updateTenant")]
    async fn update(&self, auth: Owner, slug: Path<String>, body: Json<TenantPatchIn>) -> ApiResult<Json<TenantOut>> {
        auth.0.actor.require(PLATFORM_MANAGE)?;
        let app = &auth.0.caller.app;
        let patch = prepare(app, &slug.0, body.0).await?;
        let ctx = auth.0.begin().await?;
        let row = service::change(&ctx, &slug.0, patch).await?;
        let key = TenantKey(row.key);
        let out = TenantOut::of(app, row);
        ctx.commit_reply(200, &out).await?;
        app.publish_invalidation("registry", key, &slug.0).await;
        Ok(Json(out))
    }

    /// Delete a tenant.
    ///
    /// Removes its data, files and users for good. Its address closes at once; the rest is done in
    /// the background.
    #[oai(path = "/tenants/:slug", method = "delete", operation_id = "deleteTenant")]
    async fn delete(
        &self,
        auth: Owner,
        slug: Path<String>,
        /// The address once more, so that nobody deletes the wrong one.
        confirm: Query<Option<String>>,
    ) -> ApiResult<NoContent> {
        auth.0.actor.require(PLATFORM_MANAGE)?;
        let ctx = auth.0.begin().await?;
        if confirm.0.as_deref() != Some(slug.0.as_str()) {
            // Whether there is such a tenant comes first.
            service::get(&ctx, &slug.0).await?;
            return Err(DomainError::field("confirm", format!("send confirm={} to delete it for good", slug.0)).into());
        }
        let job = service::condemn(&ctx, &slug.0).await?;
        let key = TenantKey(job.tenant_key);
        ctx.enqueue(&job).await?;
        ctx.commit().await?;
        auth.0.caller.app.publish_invalidation("registry", key, &slug.0).await;
        Ok(NoContent)
    }
}

/// Checks a change and stores its logo, before the transaction that names it.
async fn prepare(app: &SharedApp, slug: &str, body: TenantPatchIn) -> kernel::Result<TenantPatch> {
    let mut c = kernel::validate::Checker::new();
    let name = body.name.as_deref().map(|name| c.required("name", Some(name), 120));
    if body.status.as_deref().is_some_and(|s| !["active", "suspended"].contains(&s)) {
        c.add("status", "is not one of active, suspended");
    }
    let wish = check_wish(&mut c, body.branding.as_ref());
    c.finish()?;
    let logo_light = match wish.logo_url {
        Some(logo) if logo.starts_with("data:") => {
            let tenant = app.registry.by_slug(slug).await?.filter(|t| !t.is_platform());
            let tenant = tenant.ok_or_else(|| DomainError::not_found("Tenant"))?;
            Some(keep_logo(app, tenant.key, &logo).await?)
        }
        other => other,
    };
    Ok(TenantPatch { name, status: body.status, primary: wish.primary, logo_light })
}

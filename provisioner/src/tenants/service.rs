//! What the owner does with tenants. Every verb but [`list_all`] asks for `platform.manage`.

use kernel::DomainError;
use kernel::event::Event;
use kernel::paging::{Page, Paging};
use kernel::permission::PLATFORM_MANAGE;
use runtime::db::Mode;
use runtime::list::{self, Sort, SortKey, SortType};
use runtime::{Ctx, RequestInfo, Rows as _, SharedApp, audit};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::entity::{TenantRow, visible};
use super::jobs::DropTenant;
use crate::job::ProvisionTenant;
use crate::order::{self, Order, Placed};

const SORTS: &[SortKey] = &[
    SortKey { name: "created_at", column: ("t", "created_at"), kind: SortType::Time, default_desc: true },
    SortKey { name: "name", column: ("t", "name"), kind: SortType::Name, default_desc: false },
];

const STATUSES: [&str; 4] = ["provisioning", "active", "suspended", "failed"];

/// What a list of tenants can be narrowed by.
#[derive(Debug, Clone, Default)]
pub struct TenantFilter {
    /// Statuses, comma-separated.
    pub status: Option<String>,
    /// Words that occur in address or name.
    pub search: Option<String>,
    /// `created_at` or `name`, with `-` for downwards.
    pub sort: Option<String>,
}

/// A change of a tenant. What is absent stays.
#[derive(Debug, Clone, Default)]
pub struct TenantPatch {
    /// The company.
    pub name: Option<String>,
    /// `active` or `suspended`.
    pub status: Option<String>,
    /// Brand colour.
    pub primary: Option<String>,
    /// Address of the logo.
    pub logo_light: Option<String>,
}

/// A page of tenants.
pub async fn list(ctx: &Ctx, filter: &TenantFilter, paging: &Paging) -> kernel::Result<Page<TenantRow>> {
    ctx.require(PLATFORM_MANAGE)?;
    let mut select = visible();
    if let Some(statuses) = wanted(filter.status.as_deref(), &STATUSES)? {
        select.and_where(Expr::col((Alias::new("t"), Alias::new("status"))).is_in(statuses));
    }
    for word in filter.search.as_deref().unwrap_or_default().to_lowercase().split_whitespace().take(6) {
        let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let pattern = sea_orm::Value::from(format!("%{escaped}%"));
        select.and_where(Expr::cust_with_values("(t.slug || ' ' || lower(t.name)) like $1", [pattern]));
    }
    let sort = Sort::parse(filter.sort.as_deref(), SORTS)?;
    list::page(ctx, "tenant", &select, sort, paging).await
}

/// The words of a comma list; each must be known.
pub(crate) fn wanted(text: Option<&str>, known: &[&str]) -> kernel::Result<Option<Vec<String>>> {
    let words: Vec<String> =
        text.unwrap_or_default().split(',').map(str::trim).filter(|w| !w.is_empty()).map(str::to_owned).collect();
    if let Some(other) = words.iter().find(|w| !known.contains(&w.as_str())) {
        return Err(DomainError::field("status", format!("`{other}` is not one of {}", known.join(", "))));
    }
    Ok((!words.is_empty()).then_some(words))
}

/// All tenants by address, for the command line.
pub async fn list_all(app: &SharedApp) -> kernel::Result<Vec<TenantRow>> {
    let platform = app.registry.platform().await?;
    let actor = std::sync::Arc::new(runtime::access::Actor::system("Command line"));
    let ctx = Ctx::begin(app, &platform, actor, RequestInfo::default(), Mode::Read).await?;
    let mut select = visible();
    select.order_by((Alias::new("t"), Alias::new("slug")), sea_orm::sea_query::Order::Asc);
    list::rows(&ctx, &select).await
}

/// One tenant.
pub async fn get(ctx: &Ctx, slug: &str) -> kernel::Result<TenantRow> {
    ctx.require(PLATFORM_MANAGE)?;
    let mut select = visible();
    select.and_where(Expr::col((Alias::new("t"), Alias::new("slug"))).eq(slug));
    list::rows(ctx, &select).await?.into_iter().next().ok_or_else(|| DomainError::not_found("Tenant"))
}

/// Orders a tenant and has it made.
pub async fn create(ctx: &Ctx, order: &Order) -> kernel::Result<Placed> {
    ctx.require(PLATFORM_MANAGE)?;
    let placed = order::place(ctx, order).await?;
    ctx.enqueue(&ProvisionTenant { provisioning_id: placed.provisioning_id }).await?;
    Ok(placed)
}

#[derive(FromQueryResult)]
struct Current {
    key: i64,
    id: Uuid,
    name: String,
    status: String,
    branding: Json,
}

async fn locked(ctx: &Ctx, slug: &str) -> kernel::Result<Current> {
    let row: Option<Current> = ctx
        .tx()
        .one(
            "select key, id, name, status, branding from control.tenants
             where slug = $1 and key > 0 and status <> 'deleting' for update",
            [slug.into()],
        )
        .await?;
    row.ok_or_else(|| DomainError::not_found("Tenant"))
}

/// Changes a tenant. The caller publishes the invalidation after the commit.
pub async fn change(ctx: &Ctx, slug: &str, patch: TenantPatch) -> kernel::Result<TenantRow> {
    ctx.require(PLATFORM_MANAGE)?;
    let current = locked(ctx, slug).await?;
    let status = match patch.status {
        Some(wanted) if wanted != current.status => {
            if !["active", "suspended"].contains(&current.status.as_str()) {
                let message = format!("The tenant is {}; only a running one can be suspended or resumed.", current.status);
                return Err(DomainError::conflict("tenant_not_ready", message));
            }
            wanted
        }
        _ => current.status.clone(),
    };
    let name = patch.name.unwrap_or_else(|| current.name.clone());
    let mut branding = current.branding.clone();
    if let Some(primary) = patch.primary {
        branding["primary"] = primary.into();
    }
    if let Some(logo) = patch.logo_light {
        branding["logo_light"] = logo.into();
        if let Some(object) = branding.as_object_mut() {
            object.remove("logo_dark");
        }
    }
    let facts = |name: &str, status: &str, branding: &Json| json!({ "name": name, "status": status, "branding": branding });
    let changes = audit::diff(&facts(&current.name, &current.status, &current.branding), &facts(&name, &status, &branding));
    if !changes.is_empty() {
        ctx.tx()
            .run(
                "update control.tenants set name = $2, status = $3, branding = $4,
                        registry_version = registry_version + 1, updated_at = now() where key = $1",
                [current.key.into(), name.into(), status.clone().into(), branding.into()],
            )
            .await?;
        let action = match (current.status.as_str(), status.as_str()) {
            ("active", "suspended") => "tenant.suspended",
            ("suspended", "active") => "tenant.resumed",
            _ => "tenant.updated",
        };
        ctx.audit(action, "tenant", Some(current.id), changes).await?;
        ctx.emit(Event::new("tenant.updated", current.id, PLATFORM_MANAGE)).await?;
    }
    get(ctx, slug).await
}

/// Condemns a tenant: from the commit on nobody reaches it. Returns the job that removes it.
pub async fn condemn(ctx: &Ctx, slug: &str) -> kernel::Result<DropTenant> {
    ctx.require(PLATFORM_MANAGE)?;
    let current = locked(ctx, slug).await?;
    if current.status == "provisioning" {
        return Err(DomainError::conflict("tenant_not_ready", "The tenant is being made; wait until that has ended."));
    }
    ctx.tx()
        .run(
            "update control.tenants set status = 'deleting', registry_version = registry_version + 1, updated_at = now()
             where key = $1",
            [current.key.into()],
        )
        .await?;
    let facts = json!({ "slug": slug, "name": current.name, "status": current.status });
    ctx.audit("tenant.deleted", "tenant", Some(current.id), audit::diff(&facts, &json!({}))).await?;
    ctx.emit(Event::new("tenant.deleted", current.id, PLATFORM_MANAGE)).await?;
    Ok(DropTenant { tenant_key: current.key, slug: slug.to_owned() })
}

//! Reading and retrying provisionings.

use kernel::DomainError;
use kernel::event::Event;
use kernel::paging::{Page, Paging};
use kernel::permission::PLATFORM_MANAGE;
use runtime::list::{self, Sort, SortKey, SortType};
use runtime::{Ctx, SharedApp, audit};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Query};
use serde_json::json;
use uuid::Uuid;

use crate::job::ProvisionTenant;
use crate::steps::{self, Run};
use crate::tenants::service::wanted;

const SORTS: &[SortKey] =
    &[SortKey { name: "created_at", column: ("p", "created_at"), kind: SortType::Time, default_desc: true }];

const STATUSES: [&str; 3] = ["running", "done", "failed"];

/// A provisioning with its steps, whoever asks.
pub async fn read(app: &SharedApp, id: Uuid) -> kernel::Result<Run> {
    steps::load(&app.control, id).await
}

#[derive(FromQueryResult)]
struct IdRow {
    id: Uuid,
}

/// A page of provisionings, newest first.
pub async fn list(ctx: &Ctx, status: Option<&str>, paging: &Paging) -> kernel::Result<Page<Run>> {
    ctx.require(PLATFORM_MANAGE)?;
    let p = |c: &'static str| (Alias::new("p"), Alias::new(c));
    let mut select = Query::select();
    select.column(p("id")).from_as((Alias::new("control"), Alias::new("provisionings")), Alias::new("p"));
    if let Some(statuses) = wanted(status, &STATUSES)? {
        select.and_where(Expr::col(p("status")).is_in(statuses));
    }
    // Events about tenants tell of their provisionings too.
    let page: Page<IdRow> = list::page(ctx, "tenant", &select, Sort::parse(None, SORTS)?, paging).await?;
    let mut runs = steps::load_many(ctx.tx(), page.data.iter().map(|row| row.id).collect()).await?;
    let shown = page.data.iter().filter_map(|row| runs.remove(&row.id)).collect();
    Ok(Page {
        data: shown,
        total: page.total,
        total_is_estimate: page.total_is_estimate,
        page: page.page,
        limit: page.limit,
        next_cursor: page.next_cursor,
    })
}

async fn reread(ctx: &Ctx, id: Uuid) -> kernel::Result<Run> {
    steps::load_many(ctx.tx(), vec![id]).await?.remove(&id).ok_or_else(|| DomainError::not_found("Provisioning"))
}

/// Has a failed provisioning tried again; returns it as it is then.
pub async fn retry(ctx: &Ctx, id: Uuid) -> kernel::Result<Run> {
    ctx.require(PLATFORM_MANAGE)?;
    let run = reread(ctx, id).await?;
    let Some(tenant) = steps::restart(ctx.tx(), id).await? else {
        let message =
            if run.tenant_key.is_none() { "Its tenant was deleted." } else { "Only a failed provisioning can be tried again." };
        return Err(DomainError::conflict("not_failed", message));
    };
    ctx.enqueue(&ProvisionTenant { provisioning_id: id }).await?;
    let changes = audit::diff(&json!({ "status": "failed" }), &json!({ "status": "provisioning" }));
    ctx.audit("tenant.provisioning_retried", "tenant", Some(tenant), changes).await?;
    ctx.emit(Event::new("tenant.updated", tenant, PLATFORM_MANAGE)).await?;
    reread(ctx, id).await
}

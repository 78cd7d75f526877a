//! What can be done with partners.

use chrono::{DateTime, Utc};
use kernel::DomainError;
use kernel::event::Event;
use kernel::paging::{Page, Paging};
use kernel::validate::Checker;
use runtime::list::{self, Sort, SortKey, SortType};
use runtime::words::{bounded, containing, words};
use runtime::{Ctx, Rows as _, audit};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Query, SelectStatement};
use serde_json::json;
use uuid::Uuid;

use super::http::{PartnerIn, PartnerPatchIn};

const SORTS: &[SortKey] = &[
    SortKey { name: "created_at", column: ("p", "created_at"), kind: SortType::Time, default_desc: true },
    SortKey { name: "leads", column: ("p", "leads_count"), kind: SortType::Integer, default_desc: false },
];

/// A partner.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Partner {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// Whether their form takes leads.
    pub approved: bool,
    /// Leads they brought.
    pub leads_count: i64,
    /// When they were added.
    pub created_at: DateTime<Utc>,
    /// When they were last changed.
    pub updated_at: DateTime<Utc>,
}

fn all() -> SelectStatement {
    let mut select = Query::select();
    for column in ["id", "name", "email", "approved", "leads_count", "created_at", "updated_at"] {
        select.column((Alias::new("p"), Alias::new(column)));
    }
    select.from_as(Alias::new("partners"), Alias::new("p"));
    select
}

/// A page of partners.
pub async fn list(
    ctx: &Ctx,
    search: Option<&str>,
    approved: Option<bool>,
    sort: Option<&str>,
    paging: &Paging,
) -> kernel::Result<Page<Partner>> {
    ctx.require("partners.read")?;
    let mut select = all();
    if let Some(approved) = approved {
        select.and_where(Expr::col((Alias::new("p"), Alias::new("approved"))).eq(approved));
    }
    if let Some(text) = search.map(str::trim).filter(|t| !t.is_empty()) {
        for word in words(bounded(text)?) {
            select.and_where(containing("fold(p.name || ' ' || p.email)", &word));
        }
    }
    list::page(ctx, "partner", &select, Sort::parse(sort, SORTS)?, paging).await
}

/// One partner.
pub async fn get(ctx: &Ctx, id: Uuid) -> kernel::Result<Partner> {
    ctx.require("partners.read")?;
    find(ctx, id).await?.ok_or_else(|| DomainError::not_found("Partner"))
}

async fn find(ctx: &Ctx, id: Uuid) -> kernel::Result<Option<Partner>> {
    let sql = "select id, name, email, approved, leads_count, created_at, updated_at from partners where id = $1";
    Ok(ctx.tx().one(sql, [id.into()]).await?)
}

fn duplicate(e: runtime::db::DbError) -> DomainError {
    if e.is_duplicate_of("partners_by_email") {
        return DomainError::conflict_field("email_exists", "email", "A partner with this e-mail already exists.");
    }
    e.into()
}

/// Adds a partner.
pub async fn create(ctx: &Ctx, input: &PartnerIn) -> kernel::Result<Partner> {
    ctx.require("partners.manage")?;
    let mut c = Checker::new();
    let name = c.required("name", input.name.as_deref(), 120);
    let email = c.required("email", input.email.as_deref(), 254);
    let email = if email.is_empty() { email } else { c.email("email", &email) };
    c.finish()?;
    let (id, approved) = (Uuid::now_v7(), input.approved.unwrap_or(false));
    let shown = json!({ "name": name, "email": email, "approved": approved });
    ctx.tx()
        .run(
            "insert into partners (id, name, email, approved, created_at, updated_at, created_by) values ($1, $2, $3, $4, $5, $5, $6)",
            [id.into(), name.into(), email.into(), approved.into(), ctx.now().into(), ctx.user_id().into()],
        )
        .await
        .map_err(duplicate)?;
    record(ctx, "partner.created", id, audit::diff(&json!({}), &shown)).await?;
    find(ctx, id).await?.ok_or_else(|| DomainError::not_found("Partner"))
}

async fn record(ctx: &Ctx, action: &str, id: Uuid, changes: Vec<audit::Change>) -> kernel::Result<()> {
    ctx.audit(action, "partner", Some(id), changes).await?;
    ctx.emit(Event::new(action, id, "partners.read")).await
}

/// Changes a partner.
pub async fn update(ctx: &Ctx, id: Uuid, input: &PartnerPatchIn) -> kernel::Result<Partner> {
    let old = get(ctx, id).await?;
    ctx.require("partners.manage")?;
    let mut c = Checker::new();
    let name = input.name.as_ref().map_or(old.name.clone(), |v| c.required("name", Some(v), 120));
    let email = input.email.as_ref().map_or(old.email.clone(), |v| c.email("email", v));
    c.finish()?;
    let approved = input.approved.unwrap_or(old.approved);
    let changes = audit::diff(
        &json!({ "name": old.name, "email": old.email, "approved": old.approved }),
        &json!({ "name": name, "email": email, "approved": approved }),
    );
    if changes.is_empty() {
        return Ok(old);
    }
    ctx.tx()
        .run(
            "update partners set name = $2, email = $3, approved = $4, updated_at = $5 where id = $1",
            [id.into(), name.into(), email.into(), approved.into(), ctx.now().into()],
        )
        .await
        .map_err(duplicate)?;
    record(ctx, "partner.updated", id, changes).await?;
    find(ctx, id).await?.ok_or_else(|| DomainError::not_found("Partner"))
}

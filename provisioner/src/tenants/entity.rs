//! Tenants with their figures, as the owner sees them.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, JoinType, Query, SelectStatement};
use serde_json::Value as Json;
use uuid::Uuid;

/// A tenant with its figures.
#[derive(Debug, Clone, FromQueryResult)]
pub struct TenantRow {
    /// Its number.
    pub key: i64,
    /// Its public id.
    pub id: Uuid,
    /// Its address.
    pub slug: String,
    /// The company.
    pub name: String,
    /// `provisioning`, `active`, `suspended` or `failed`.
    pub status: String,
    /// Template it came from.
    pub template: String,
    /// The template's version.
    pub template_version: String,
    /// When it was ordered.
    pub created_at: DateTime<Utc>,
    /// Users.
    pub users: i64,
    /// Clients that are not deleted.
    pub clients: i64,
    /// Bytes in the file store.
    pub storage_bytes: i64,
    /// Bytes in the database.
    pub database_bytes: i64,
    /// When somebody last worked in it.
    pub last_active_at: Option<DateTime<Utc>>,
    /// When the figures were taken.
    pub measured_at: Option<DateTime<Utc>>,
    /// Its look.
    pub branding: Json,
    /// Its latest provisioning.
    pub provisioning_id: Option<Uuid>,
}

/// All tenants that are not going; the platform's own realm is none.
pub(super) fn visible() -> SelectStatement {
    let t = |c: &'static str| (Alias::new("t"), Alias::new(c));
    let u = |c: &'static str| (Alias::new("u"), Alias::new(c));
    let control = |table: &'static str| (Alias::new("control"), Alias::new(table));
    let mut select = Query::select();
    select.columns(["key", "id", "slug", "name", "status", "template", "template_version", "created_at", "branding"].map(t));
    for column in ["users", "clients", "storage_bytes", "database_bytes"] {
        select.expr_as(Expr::cust(format!("coalesce(u.{column}, 0)")), Alias::new(column));
    }
    select
        .columns(["last_active_at", "measured_at"].map(u))
        .expr_as(
            Expr::cust(
                "(select p.id from control.provisionings p where p.tenant_key = t.key order by p.created_at desc limit 1)",
            ),
            Alias::new("provisioning_id"),
        )
        .from_as(control("tenants"), Alias::new("t"))
        .join_as(JoinType::LeftJoin, control("tenant_usage"), Alias::new("u"), Expr::col(u("tenant_key")).equals(t("key")))
        .and_where(Expr::col(t("key")).gt(0))
        .and_where(Expr::col(t("status")).ne("deleting"));
    select
}

//! The record of a run: reading it and moving it on. Plain statements on the shared schema, each
//! committed at once, so that watchers see a step while it runs.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use kernel::DomainError;
use runtime::db::DbError;
use runtime::{Rows as _, TenantTx};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use serde_json::Value as Json;
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use crate::control::db;

/// A provisioning with its steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its id.
    pub id: Uuid,
    /// The tenant's number; gone when the tenant was deleted.
    pub tenant_key: Option<i64>,
    /// The address.
    pub slug: String,
    /// The company.
    pub name: String,
    /// What the tenant is made from.
    pub source: Json,
    /// Who asked.
    pub origin: String,
    /// The first administrator.
    pub admin: Json,
    /// What was wanted of the look.
    pub branding: Json,
    /// `running`, `done` or `failed`.
    pub status: String,
    /// Why it failed for good.
    pub error: Option<String>,
    /// When it was ordered.
    pub created_at: DateTime<Utc>,
    /// Its steps in order.
    pub steps: Vec<StepRow>,
}

/// A step as recorded.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct StepRow {
    /// Its place, from 1.
    pub ord: i32,
    /// Its name.
    pub name: String,
    /// `pending`, `running`, `done` or `failed`.
    pub status: String,
    /// When it began, the last time.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Why it failed, the last time.
    pub error: Option<String>,
}

/// A provisioning and its steps as one row, so that a watcher never sees halves of two states.
macro_rules! runs_where {
    ($filter:literal) => {
        concat!(
            "select p.id, p.tenant_key, p.slug, p.name, p.source, p.origin, p.admin, p.branding, p.status, p.error, p.created_at, ",
            "(select coalesce(jsonb_agg(jsonb_build_object('ord', s.ord, 'name', s.name, 'status', s.status, ",
            "'started_at', s.started_at, 'finished_at', s.finished_at, 'error', s.error) order by s.ord), '[]'::jsonb) ",
            "from control.provisioning_steps s where s.provisioning_id = p.id) as steps ",
            "from control.provisionings p where ",
            $filter
        )
    };
}

#[derive(FromQueryResult)]
struct RunRow {
    id: Uuid,
    tenant_key: Option<i64>,
    slug: String,
    name: String,
    source: Json,
    origin: String,
    admin: Json,
    branding: Json,
    status: String,
    error: Option<String>,
    created_at: DateTime<Utc>,
    steps: Json,
}

impl RunRow {
    fn whole(self) -> kernel::Result<Run> {
        Ok(Run {
            id: self.id,
            tenant_key: self.tenant_key,
            slug: self.slug,
            name: self.name,
            source: self.source,
            origin: self.origin,
            admin: self.admin,
            branding: self.branding,
            status: self.status,
            error: self.error,
            created_at: self.created_at,
            steps: serde_json::from_value(self.steps).map_err(DomainError::internal)?,
        })
    }
}

/// Reads a provisioning over the application's login.
pub(crate) async fn load(pool: &PgPool, id: Uuid) -> kernel::Result<Run> {
    let row = sqlx::query(runs_where!("p.id = $1")).bind(id).fetch_optional(pool).await.map_err(db)?;
    let row = row.ok_or_else(|| DomainError::not_found("Provisioning"))?;
    RunRow::from_query_result(&row.into(), "").map_err(DbError)?.whole()
}

/// Reads provisionings in a transaction of the platform's realm.
pub(crate) async fn load_many(tx: &TenantTx, ids: Vec<Uuid>) -> kernel::Result<HashMap<Uuid, Run>> {
    let rows: Vec<RunRow> = tx.all(runs_where!("p.id = any($1)"), [ids.into()]).await?;
    rows.into_iter().map(|row| Ok((row.id, row.whole()?))).collect()
}

/// Closes a step, opens another, or both.
pub(super) async fn advance(
    executor: impl PgExecutor<'_>,
    id: Uuid,
    done: Option<i32>,
    begun: Option<i32>,
) -> kernel::Result<()> {
    sqlx::query(
        "update control.provisioning_steps set
             status = case when ord = $2 then 'done' else 'running' end,
             started_at = case when ord = $3 then clock_timestamp() else started_at end,
             finished_at = case when ord = $2 then clock_timestamp() end,
             error = null
         where provisioning_id = $1 and ord in ($2, $3)",
    )
    .bind(id)
    .bind(done)
    .bind(begun)
    .execute(executor)
    .await
    .map_err(db)?;
    Ok(())
}

/// Notes why a step failed; the provisioning stays `running` while its job is tried again.
pub(super) async fn step_failed(pool: &PgPool, id: Uuid, ord: i32, error: &str) -> kernel::Result<()> {
    sqlx::query(
        "update control.provisioning_steps set status = 'failed', finished_at = clock_timestamp(), error = $3
         where provisioning_id = $1 and ord = $2",
    )
    .bind(id)
    .bind(ord)
    .bind(error)
    .execute(pool)
    .await
    .map_err(db)?;
    Ok(())
}

#[derive(FromQueryResult)]
struct TenantRow {
    id: Uuid,
}

/// A provisioning that will not be tried again by itself: it and its tenant are `failed`. In a
/// transaction of the platform's realm; returns the tenant, unless the provisioning had ended.
pub(crate) async fn fail_for_good(tx: &TenantTx, id: Uuid, error: &str) -> kernel::Result<Option<Uuid>> {
    let row: Option<TenantRow> = tx
        .one(
            "with ended as (
                 update control.provisionings set status = 'failed', error = $2, finished_at = now()
                 where id = $1 and status = 'running' returning tenant_key
             ), open as (
                 update control.provisioning_steps set status = 'failed', finished_at = now(), error = coalesce(error, $2)
                 where provisioning_id = $1 and status = 'running' and exists (select 1 from ended)
             )
             update control.tenants t set status = 'failed', updated_at = now()
             from ended where t.key = ended.tenant_key and t.status = 'provisioning' returning t.id",
            [id.into(), error.into()],
        )
        .await?;
    Ok(row.map(|r| r.id))
}

/// Opens a failed provisioning again, in a transaction of the platform's realm; returns the tenant.
pub(crate) async fn restart(tx: &TenantTx, id: Uuid) -> kernel::Result<Option<Uuid>> {
    let row: Option<TenantRow> = tx
        .one(
            "with opened as (
                 update control.provisionings set status = 'running', error = null, finished_at = null
                 where id = $1 and status = 'failed' and tenant_key is not null returning tenant_key
             )
             update control.tenants t set status = 'provisioning', updated_at = now()
             from opened where t.key = opened.tenant_key and t.status in ('provisioning', 'failed') returning t.id",
            [id.into()],
        )
        .await?;
    Ok(row.map(|r| r.id))
}

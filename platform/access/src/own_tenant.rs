//! The tenant's own row in the shared registry, as far as its staff may change it: name, look, modules.
//! The database functions behind this know the tenant by its role, so there is none to name.
//!
//! Whoever changes it publishes the invalidation of the registry after the commit.

use kernel::DomainError;
use runtime::registry::Branding;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};

/// The row as it is now, locked.
#[derive(Debug, Clone)]
pub(crate) struct OwnTenant {
    pub name: String,
    pub branding: Branding,
    pub modules: Vec<String>,
}

#[derive(FromQueryResult)]
struct Row {
    name: String,
    branding: Json,
    modules: Json,
}

/// Reads and locks the row.
pub(crate) async fn read(ctx: &Ctx) -> kernel::Result<OwnTenant> {
    let row: Option<Row> = ctx.tx().one("select name, branding, modules from control.own_tenant()", []).await?;
    let row = row.ok_or_else(|| DomainError::internal("the tenant has no row in the registry"))?;
    Ok(OwnTenant {
        name: row.name,
        branding: serde_json::from_value(row.branding).unwrap_or_default(),
        modules: serde_json::from_value(row.modules).unwrap_or_default(),
    })
}

/// Writes what is given.
pub(crate) async fn write(
    ctx: &Ctx,
    name: Option<&str>,
    branding: Option<&Branding>,
    modules: Option<&[String]>,
) -> kernel::Result<()> {
    let version: Option<Option<i64>> = ctx
        .tx()
        .scalar(
            "select control.change_tenant($1, $2, $3)",
            [name.map(str::to_owned).into(), branding.map(|b| json!(b)).into(), modules.map(|m| json!(m)).into()],
        )
        .await?;
    version.flatten().map(drop).ok_or_else(|| DomainError::internal("the tenant has no row in the registry"))
}

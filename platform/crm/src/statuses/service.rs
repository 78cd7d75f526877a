//! Reading statuses.

use kernel::DomainError;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;

/// One status.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Status {
    /// `client` or `lead`.
    pub entity: String,
    /// Stable key; records hold it.
    pub key: String,
    /// The tenant's word.
    pub label: String,
    /// One of the eight hues.
    pub hue: String,
    /// Order.
    pub position: i32,
    /// Whether new records get it.
    pub is_default: bool,
    /// Whether work on the record has ended.
    pub closed: bool,
    /// `none`, `won` or `lost`.
    pub outcome: String,
}

/// Every status, in order.
pub async fn all(ctx: &Ctx) -> kernel::Result<Vec<Status>> {
    let sql = "select entity, key, label, hue, position, is_default, closed, outcome from statuses order by entity, position";
    Ok(ctx.tx().all(sql, []).await?)
}

/// The status of new records.
pub async fn default_of(ctx: &Ctx, entity: &str) -> kernel::Result<String> {
    let sql = "select key from statuses where entity = $1 order by is_default desc, position limit 1";
    let key: Option<String> = ctx.tx().scalar(sql, [entity.into()]).await?;
    key.ok_or_else(|| DomainError::internal(format!("the tenant has no {entity} statuses")))
}

/// Checks that a status exists; the error tells which do.
pub async fn known(ctx: &Ctx, entity: &str, key: &str) -> kernel::Result<()> {
    let keys: Vec<String> = all(ctx).await?.into_iter().filter(|s| s.entity == entity).map(|s| s.key).collect();
    if keys.iter().any(|k| k == key) {
        return Ok(());
    }
    Err(DomainError::field("status", format!("is not a status; choose one of {}", keys.join(", "))))
}

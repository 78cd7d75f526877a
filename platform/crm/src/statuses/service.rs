//! Reading statuses, and giving one to a record.

use kernel::DomainError;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};

/// One status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromQueryResult)]
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
    /// Keys of the statuses that may follow; none lets all of them.
    #[serde(default)]
    pub transitions: Option<Vec<String>>,
}

/// Every status, in order.
pub async fn all(ctx: &Ctx) -> kernel::Result<Vec<Status>> {
    let sql = "select entity, key, label, hue, position, is_default, closed, outcome, transitions
               from statuses order by entity, position, key";
    Ok(ctx.tx().all(sql, []).await?)
}

/// The status of new records.
pub async fn default_of(ctx: &Ctx, entity: &str) -> kernel::Result<String> {
    let sql = "select key from statuses where entity = $1 order by is_default desc, position limit 1 for key share";
    let key: Option<String> = ctx.tx().scalar(sql, [entity.into()]).await?;
    key.ok_or_else(|| DomainError::internal(format!("the tenant has no {entity} statuses")))
}

/// The status of a converted lead, if there is one.
pub async fn won(ctx: &Ctx) -> kernel::Result<Option<String>> {
    let sql = "select key from statuses where entity = 'lead' and outcome = 'won' order by position limit 1 for key share";
    Ok(ctx.tx().scalar(sql, []).await?)
}

/// Checks that a status exists, and keeps it from being removed until the commit; the error tells
/// which there are.
pub async fn known(ctx: &Ctx, entity: &str, key: &str) -> kernel::Result<()> {
    let sql = "select 1 from statuses where entity = $1 and key = $2 for key share";
    if !key.contains('\0') && ctx.tx().scalar::<i32>(sql, [entity.into(), key.into()]).await?.is_some() {
        return Ok(());
    }
    let keys: Vec<String> = all(ctx).await?.into_iter().filter(|s| s.entity == entity).map(|s| s.key).collect();
    Err(DomainError::field("status", format!("is not a status; choose one of {}", keys.join(", "))))
}

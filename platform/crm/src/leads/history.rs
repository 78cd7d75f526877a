//! The statuses a lead went through: who gave it which, when, why, and how long it had it.

use chrono::{DateTime, Utc};
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::service;

/// One status that a lead had.
#[derive(Debug, FromQueryResult)]
pub(super) struct Stay {
    pub id: Uuid,
    pub old_status: Option<String>,
    pub new_status: String,
    pub changed_by: Option<Uuid>,
    pub changed_by_name: Option<String>,
    pub at: DateTime<Utc>,
    pub until: Option<DateTime<Utc>>,
    pub reason: Option<String>,
}

impl Stay {
    /// How long the lead had it, in whole seconds; up to now for the present one.
    pub fn seconds(&self, now: DateTime<Utc>) -> i64 {
        (self.until.unwrap_or(now) - self.at).num_seconds().max(0)
    }
}

/// The newest two hundred, newest first.
pub(super) async fn of(ctx: &Ctx, id: Uuid) -> kernel::Result<Vec<Stay>> {
    service::get(ctx, id).await?;
    let sql = "select h.id, h.old_status, h.new_status, h.changed_by, u.name as changed_by_name, h.at, h.reason,
                   lead(h.at) over (order by h.at, h.id) as until
               from (select * from lead_status_history where lead_id = $1 order by at desc limit 200) h
               left join users u on u.id = h.changed_by order by h.at desc, h.id desc";
    Ok(ctx.tx().all(sql, [id.into()]).await?)
}

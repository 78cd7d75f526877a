//! Telling people of what they have to do soon.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use comms::mail::{self, Recipient};
use runtime::registry::Tenant;
use runtime::{Ctx, Rows as _, SharedApp};
use sea_orm::FromQueryResult;
use serde_json::json;
use uuid::Uuid;

use crate::notifications::{self, Notice};
use crate::zone;

/// Rows that are marked in one transaction.
const CHUNK: usize = 200;

#[derive(FromQueryResult)]
struct Due {
    id: Uuid,
    subject: String,
    due_at: DateTime<Utc>,
    all_day: bool,
    remind_at: DateTime<Utc>,
    user_id: Option<Uuid>,
    name: Option<String>,
    email: Option<String>,
}

/// Tells the owners in one tenant of everything whose reminder is due: each of them once, since the mark, the
/// notification and the mail are one commit. Who is not active, or may see no activities, is told of nothing.
/// Returns how many were told.
pub async fn remind(app: &SharedApp, tenant: &Arc<Tenant>) -> kernel::Result<u64> {
    let mut told = 0;
    loop {
        let ctx = Ctx::system(app, tenant, "Reminders").await?;
        if !is_on(&ctx).await? {
            return Ok(told);
        }
        let due: Vec<Due> = ctx.tx().all(MARK, [ctx.now().into()]).await?;
        if due.is_empty() {
            return Ok(told);
        }
        let zone = zone::of_tenant(&ctx).await?;
        let last = due.len() < CHUNK;
        for row in due {
            let (Some(user), Some(name), Some(email)) = (row.user_id, &row.name, &row.email) else { continue };
            // After a long standstill nobody wants to hear of what was due in it.
            if row.due_at + TimeDelta::days(1) < ctx.now() {
                continue;
            }
            let once = format!("reminder:{}:{}", row.id, row.remind_at.timestamp());
            let notice = Notice { kind: "reminder", entity: "activity", record: row.id, once: Some(once) };
            notifications::tell(&ctx, user, &notice).await?;
            let local = row.due_at.with_timezone(&zone);
            let when = if row.all_day { local.format("%Y-%m-%d") } else { local.format("%Y-%m-%d %H:%M %Z") };
            let link = format!("{}/activities?open={}", mail::realm_url(ctx.app(), ctx.tenant()), row.id);
            let values = json!({ "name": name, "subject": row.subject, "when": when.to_string(), "link": link });
            mail::queue(&ctx, "activity_reminder", Recipient::named(name, email), values).await?;
            told += 1;
        }
        ctx.commit().await?;
        if last {
            return Ok(told);
        }
    }
}

/// Whether the module is switched on; the registry has what the tenant began with.
async fn is_on(ctx: &Ctx) -> kernel::Result<bool> {
    let chosen = access::settings::get(ctx, "modules").await?;
    let chosen: Option<Vec<String>> = chosen.and_then(|value| serde_json::from_value(value).ok());
    let on = chosen.unwrap_or_else(|| ctx.tenant().modules.clone());
    Ok(on.is_empty() || on.iter().any(|module| module == "activities"))
}

const MARK: &str = "with due as (
         update activities a set reminded = true
         from (select id from activities
               where remind_at <= $1 and remind_at is not null and not reminded and status = 'scheduled' and deleted_at is null
               order by remind_at limit 200 for update skip locked) d
         where a.id = d.id returning a.id, a.subject, a.due_at, a.all_day, a.remind_at, a.assigned_to)
     select d.id, d.subject, d.due_at, d.all_day, d.remind_at, u.id as user_id, u.name, u.email
     from due d left join users u on u.id = d.assigned_to and u.status = 'active'
         and exists (select 1 from role_permissions p where p.role_id = u.role_id and p.permission = 'activities.read')";

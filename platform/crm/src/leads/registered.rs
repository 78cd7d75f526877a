//! Leads of somebody who registers: whoever wrote to the broker before is not a second person.

use runtime::{Ctx, Rows as _, audit};
use sea_orm::FromQueryResult;
use serde_json::json;
use uuid::Uuid;

use super::service::{history, record};
use crate::ownership::Ownership;
use crate::statuses;

/// A lead that has not become a client yet.
#[derive(Debug, Clone, FromQueryResult)]
pub struct OpenLead {
    /// Id.
    pub id: Uuid,
    /// Its status.
    pub status: String,
    /// Owner.
    pub assigned_to: Option<Uuid>,
    /// Team.
    pub team_id: Option<Uuid>,
    /// The partner who brought it.
    pub partner_id: Option<Uuid>,
    /// What its form told.
    pub metadata: serde_json::Value,
}

/// The newest open lead with this e-mail address. The search index finds it; the address decides.
pub async fn open_of(ctx: &Ctx, email: &str) -> kernel::Result<Option<OpenLead>> {
    ctx.require("leads.convert")?;
    let sql = "select id, status, assigned_to, team_id, partner_id, metadata from leads
               where search_all like '%' || fold($1::text) || '%' and email = $1 and converted_client_id is null
               order by created_at desc, id desc limit 1 for update";
    Ok(ctx.tx().one(sql, [email.into()]).await?)
}

/// Writes down which client it became.
pub async fn became(ctx: &Ctx, lead: &OpenLead, client: Uuid) -> kernel::Result<()> {
    let status = statuses::won(ctx).await?.unwrap_or_else(|| lead.status.clone());
    ctx.tx()
        .run(
            "update leads set converted_client_id = $2, status = $3, updated_at = $4, version = version + 1 where id = $1",
            [lead.id.into(), client.into(), status.clone().into(), ctx.now().into()],
        )
        .await?;
    if status != lead.status {
        history(ctx, lead.id, Some(&lead.status), &status, None).await?;
    }
    let owner = Ownership { user: lead.assigned_to, team: lead.team_id };
    let changes = audit::diff(
        &json!({ "status": lead.status, "converted_client_id": null }),
        &json!({ "status": status, "converted_client_id": client }),
    );
    record(ctx, "lead.updated", lead.id, changes, owner, owner).await
}

//! What a lead that becomes a client brings along: an opportunity, and somebody to talk to about it.

use kernel::permission::Scope;
use runtime::{Ctx, Rows as _};
use uuid::Uuid;

use super::http::ConvertedOut;
use super::service::{self, convert as to_client};
use super::{entity::Lead, link};
use crate::contacts::http::ContactIn;
use crate::contacts::service as contacts;
use crate::deals::Kind;
use crate::deals::convert::{self, FromLead};
use crate::deals::service::Origin;
use crate::ownership::Ownership;

/// Converts a lead, to a client that is there or to a new one. The context must carry clear values
/// (`SignedIn::begin_carrying`).
pub(super) async fn convert(ctx: &Ctx, id: Uuid, client: Option<Uuid>, wish: Option<&FromLead>) -> kernel::Result<ConvertedOut> {
    if let Some(wish) = wish {
        ctx.require(Kind::Opportunity.create())?;
        convert::check_of_lead(wish)?;
    }
    let client_id = match client {
        Some(client) => link::link(ctx, id, client).await?,
        None => to_client(ctx, id).await?,
    };
    let Some(wish) = wish else { return Ok(ConvertedOut { client_id, contact_id: None, opportunity_id: None }) };
    let lead = service::find(ctx, Scope::All, id).await?;
    let owner = Ownership { user: lead.assigned_to, team: lead.team_id };
    let contact = contact(ctx, &lead, client_id, owner).await?;
    let origin =
        Origin { lead: Some(id), owner: Some(owner), client: Some(client_id), contact: Some(contact), opportunity: None };
    let made = convert::of_lead(ctx, wish, &origin).await?;
    Ok(ConvertedOut { client_id, contact_id: Some(contact), opportunity_id: Some(made.id) })
}

/// The client's primary contact; if there is none yet, the lead becomes it.
async fn contact(ctx: &Ctx, lead: &Lead, client: Uuid, owner: Ownership) -> kernel::Result<Uuid> {
    let sql = "select id from contacts where client_id = $1 and is_primary and deleted_at is null";
    if let Some(id) = ctx.tx().scalar::<Uuid>(sql, [client.into()]).await? {
        return Ok(id);
    }
    let input = ContactIn {
        first_name: Some(lead.first_name.clone()),
        last_name: Some(lead.last_name.clone()),
        email: lead.email.clone(),
        phone: lead.phone.clone(),
        status: Some("customer".to_owned()),
        source: lead.source.clone(),
        ..ContactIn::default()
    };
    Ok(contacts::create_from(ctx, &input, Some(contacts::Origin { client, owner })).await?.id)
}

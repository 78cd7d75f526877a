//! A lead who is a client already: it is linked to that client instead of becoming a second one, and what
//! the client lacks it brings along.

use std::collections::BTreeMap;

use kernel::permission::Level;
use runtime::{Ctx, Rows as _, audit, list};
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _};
use serde_json::json;
use uuid::Uuid;

use super::carry;
use super::entity::Lead;
use super::service::{self, became};
use crate::clients::entity::{Client, alive, visible_to};
use crate::clients::service as clients;
use crate::merges::{CLIENT, Row, columns, flat, plan};
use crate::ownership::Ownership;
use crate::{duplicates, tags};

/// Links a lead to a client. The context must carry clear values (`SignedIn::begin_carrying`).
pub async fn link(ctx: &Ctx, id: Uuid, client: Uuid) -> kernel::Result<Uuid> {
    let lead = service::find_for(ctx, "leads.convert", id).await?;
    service::not_converted(&lead)?;
    // Whoever changes the client meanwhile comes before or after.
    ctx.tx().run("select 1 from clients where id = $1 for update", [client.into()]).await?;
    let known = clients::find_for(ctx, "clients.update", client, false).await?;
    let before = columns::read(ctx, &CLIENT, client).await?;
    let (mut after, _) = plan(CLIENT.columns, &before, &row_of(ctx, &lead).await?, &BTreeMap::new());
    let all: Vec<String> = serde_json::from_value(after["tags"].clone()).unwrap_or_default();
    // What is too much stays with the lead.
    after.insert("tags".to_owned(), json!(tags::ensure(ctx, all.into_iter().take(30).collect()).await?));
    after.insert("last_activity_at".to_owned(), json!(ctx.now()));
    columns::write(ctx, &CLIENT, client, &after, Some("0")).await.map_err(clients::duplicate)?;
    let changes = audit::diff(&flat(&before), &flat(&after));
    if !changes.is_empty() {
        let after = clients::find(ctx, kernel::permission::Scope::All, client, false).await?;
        let owner = |c: &Client| Ownership { user: c.assigned_to, team: c.team_id };
        duplicates::look_again(ctx, client).await?;
        clients::record(ctx, "client.updated", client, changes, owner(&known), owner(&after)).await?;
    }
    carry::tell(ctx, &lead, client).await?;
    became(ctx, &lead, client).await?;
    Ok(client)
}

/// The lead as a client's row; of what it does not have there is nothing.
async fn row_of(ctx: &Ctx, lead: &Lead) -> kernel::Result<Row> {
    let (input, origin) = carry::client_of(ctx, lead).await?;
    let row = json!({
        "phone": input.phone, "country": input.country, "source": input.source, "tags": lead.tags,
        "custom": input.custom, "follow_up_at": lead.follow_up_at, "follow_up_note": lead.follow_up_note,
        "follow_up_told": false, "assigned_to": origin.owner.user, "team_id": origin.owner.team,
        "partner_id": origin.partner, "lead_id": lead.id,
    });
    Ok(row.as_object().cloned().unwrap_or_default())
}

/// The client who has the lead's address, for who sees both and their addresses in clear.
pub async fn owner_of_address(ctx: &Ctx, id: Uuid) -> kernel::Result<Option<Uuid>> {
    let open = ["leads.email", "clients.email"].iter().all(|field| ctx.level(field) == Level::Full);
    let Some(scope) = ctx.actor().scope("clients.read").filter(|_| open) else { return Ok(None) };
    let Some(email) = service::get(ctx, id).await?.email else { return Ok(None) };
    let mut select = visible_to(ctx, scope);
    select.and_where(alive()).and_where(Expr::col((Alias::new("c"), Alias::new("email"))).eq(email));
    let rows: Vec<Client> = list::rows(ctx, &select).await?;
    Ok(rows.first().map(|c| c.id))
}

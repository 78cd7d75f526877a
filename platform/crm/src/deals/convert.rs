//! What an opportunity becomes, and what becomes an opportunity.

use kernel::DomainError;
use kernel::validate::Checker;
use runtime::{Ctx, Rows as _};
use serde_json::json;
use uuid::Uuid;

use super::entity::{Deal, Kind, money};
use super::http::{ConvertOpportunityIn, DealIn};
use super::moves::{self, Step};
use super::service::{self, Origin, create_from, find_for};
use crate::ownership::Ownership;
use crate::pipelines::service::chosen;

/// The deal that was made of an opportunity, if there is one.
async fn deal_of(ctx: &Ctx, opportunity: Uuid) -> kernel::Result<Option<Uuid>> {
    let sql =
        "select id from deals where opportunity_id = $1 and kind = 'deal' and deleted_at is null order by created_at limit 1";
    Ok(ctx.tx().scalar(sql, [opportunity.into()]).await?)
}

/// Makes a deal of an opportunity, once. The opportunity is won by that; the deal stays with its owner and begins
/// in the same stage if that is open there, else in its pipeline's first.
pub async fn convert(ctx: &Ctx, id: Uuid, input: &ConvertOpportunityIn) -> kernel::Result<Deal> {
    ctx.require(Kind::Opportunity.read())?;
    ctx.require(Kind::Deal.create())?;
    ctx.tx().run("select 1 from deals where id = $1 for update", [id.into()]).await?;
    let old = find_for(ctx, Kind::Opportunity, Kind::Opportunity.update(), id, false).await?;
    if let Some(deal) = deal_of(ctx, id).await? {
        let message = "This opportunity already became a deal.";
        return Err(DomainError::conflict("already_converted", message).with(json!({ "deal_id": deal })));
    }
    if old.outcome == "lost" {
        return Err(DomainError::conflict("opportunity_lost", "This opportunity is lost. Reopen it first."));
    }
    let home = chosen(ctx, Some(&old.pipeline)).await?;
    let wanted = input.pipeline.as_deref().filter(|p| !p.is_empty()).unwrap_or(&old.pipeline);
    let stays = wanted == old.pipeline && old.outcome == "none";
    let deal = DealIn {
        name: input.name.clone().filter(|n| !n.trim().is_empty()).or_else(|| Some(old.name.clone())),
        pipeline: Some(wanted.to_owned()),
        stage: stays.then(|| old.stage.clone()),
        amount: input.amount.clone().filter(|a| !a.trim().is_empty()).or_else(|| old.amount.map(money)),
        currency: Some(old.currency.clone()),
        probability: old.probability.map(i32::from),
        expected_close_date: old.expected_close_date.map(|d| d.to_string()),
        description: old.description.clone(),
        next_steps: old.next_steps.clone(),
        tags: Some(old.tags.clone()),
        custom: Some(old.custom.clone()),
        ..DealIn::default()
    };
    let origin = Origin {
        lead: old.lead_id,
        owner: Some(Ownership { user: old.assigned_to, team: old.team_id }),
        client: old.client_id,
        contact: old.contact_id,
        opportunity: Some(old.id),
    };
    let made = create_from(ctx, Kind::Deal, &deal, &origin).await?;
    if old.outcome == "none"
        && let Some(won) = home.ending("won")
    {
        moves::hold(ctx, won).await?;
        let position = moves::end(ctx, Kind::Opportunity, won, Some(old.id)).await?;
        moves::step(ctx, Kind::Opportunity, &old, won, Step { position, ..Step::default() }).await?;
    }
    Ok(made)
}

/// What is known of an opportunity that comes with the conversion of a lead.
#[derive(Debug, Clone, Default)]
pub struct FromLead {
    /// Its name.
    pub name: Option<String>,
    /// Its amount.
    pub amount: Option<String>,
    /// The currency of the amount.
    pub currency: Option<String>,
    /// Its pipeline.
    pub pipeline: Option<String>,
    /// When it should be closed.
    pub expected_close_date: Option<String>,
}

/// Checks what can be checked of such an opportunity before anything else is done, under the names `opportunity.…`.
pub(crate) fn check_of_lead(wish: &FromLead) -> kernel::Result<()> {
    let mut c = Checker::new();
    c.required("opportunity.name", wish.name.as_deref(), 200);
    c.finish()
}

/// Makes the opportunity that a lead brings along when it becomes a client.
pub(crate) async fn of_lead(ctx: &Ctx, wish: &FromLead, origin: &Origin) -> kernel::Result<Deal> {
    let input = DealIn {
        name: wish.name.clone(),
        amount: wish.amount.clone(),
        currency: wish.currency.clone(),
        pipeline: wish.pipeline.clone(),
        expected_close_date: wish.expected_close_date.clone(),
        ..DealIn::default()
    };
    service::create_from(ctx, Kind::Opportunity, &input, origin).await.map_err(|error| match error {
        // The form shows what is wrong where it asked for it.
        DomainError::Invalid { code, message, fields } => DomainError::Invalid {
            code,
            message,
            fields: fields.into_iter().map(|(field, told)| (format!("opportunity.{field}"), told)).collect(),
        },
        error => error,
    })
}

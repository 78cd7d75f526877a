//! What is done with opportunities and deals: fields by one service, places by another.

use crm::deals::Kind;
use crm::deals::entity::Deal;
use crm::deals::http::DealStageIn;
use crm::deals::{moves, service};
use kernel::DomainError;
use kernel::error::FieldErrors;
use poem_openapi::types::MaybeUndefined;
use runtime::Ctx;
use uuid::Uuid;

use super::input::Wish;
use crate::sales::stages::{Stages, spelt};
use crate::stages::{SALES, plain};

/// Adds one.
pub async fn create(ctx: &Ctx, kind: Kind, wish: Wish) -> kernel::Result<(Stages, Deal)> {
    let stages = Stages::read(ctx).await?;
    let home = stages.chosen(wish.pipeline.as_deref()).ok();
    let (stage, pipeline) = match home {
        Some(home) => (wish.stage.as_deref().map(|word| SALES.key_of(home, word)), Some(home.key.clone())),
        // The service refuses it, together with all else that is wrong.
        None => (None, wish.pipeline.clone()),
    };
    let made = service::create(ctx, kind, &wish.new_deal(stage, pipeline)).await;
    let deal = made.map_err(|error| match home {
        Some(home) => spelt(error, home),
        None => error,
    })?;
    Ok((stages, deal))
}

/// Where a deal is to go; nowhere if it stands there, by whatever word.
fn step(stages: &Stages, old: &Deal, wish: &Wish) -> kernel::Result<Option<DealStageIn>> {
    let target = stages.chosen(Some(wish.pipeline.as_deref().unwrap_or(&old.pipeline)))?;
    let elsewhere = target.key != old.pipeline;
    let stage = match wish.stage.as_deref() {
        Some(word) if !elsewhere && plain(word) == plain(&stages.word(old)) => None,
        Some(word) => Some(SALES.key_of(target, word)).filter(|key| elsewhere || *key != old.stage),
        None => target.first().filter(|_| elsewhere).map(|s| s.key.clone()),
    };
    let Some(stage) = stage else { return Ok(None) };
    if target.stage(&stage).is_none() {
        return Err(DomainError::field("stage", format!("must be one of {}", SALES.all_of(target).join(", "))));
    }
    Ok(Some(DealStageIn {
        stage: Some(stage),
        pipeline: elsewhere.then(|| target.key.clone()),
        lost_reason: wish.patch.lost_reason.clone().take(),
        reopen: wish.reopen,
        ..DealStageIn::default()
    }))
}

/// Changes one: its fields, and then where it stands.
pub async fn change(ctx: &Ctx, kind: Kind, id: Uuid, wish: Wish) -> kernel::Result<(Stages, Deal)> {
    let old = service::get(ctx, kind, id).await?;
    let stages = Stages::read(ctx).await?;
    let step = step(&stages, &old, &wish);
    let mut patch = wish.patch;
    // Who sends back what was read does not fix what the stage says.
    if patch.probability == MaybeUndefined::Value(old.chance()) {
        patch.probability = MaybeUndefined::Undefined;
    }
    // The reason goes with the step, if there is one.
    if !matches!(step, Ok(None)) {
        patch.lost_reason = MaybeUndefined::Undefined;
    }
    let deal = match (service::update(ctx, kind, id, &patch).await, step) {
        (Ok(deal), Ok(None)) => deal,
        (Ok(deal), Ok(Some(step))) => {
            let home = stages.chosen(Some(step.pipeline.as_deref().unwrap_or(&deal.pipeline)))?;
            moves::move_to(ctx, kind, id, &step).await.map_err(|error| spelt(error, home))?
        }
        (Err(one), Err(other)) => return Err(both(one, other)),
        (Err(error), _) | (_, Err(error)) => return Err(error),
    };
    Ok((stages, deal))
}

/// The faults of both.
fn both(one: DomainError, other: DomainError) -> DomainError {
    match (one, other) {
        (DomainError::Invalid { fields: mut all, .. }, DomainError::Invalid { fields: more, .. }) => {
            let more: FieldErrors = more;
            all.extend(more);
            DomainError::invalid(all)
        }
        (one, _) => one,
    }
}

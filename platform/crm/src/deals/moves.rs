//! From one stage to another.

use kernel::DomainError;
use kernel::permission::Scope;
use kernel::validate::Checker;
use poem_openapi::types::MaybeUndefined;
use runtime::{Ctx, Rows as _, audit};
use serde_json::json;
use uuid::Uuid;

use super::entity::{Deal, Kind};
use super::http::{DealIn, DealStageIn};
use super::service::{find, find_for, record, stale, tell};
use crate::ownership::{Ownership, parse_id};
use crate::pipelines::service::{Pipeline, Stage, chosen};

/// How far apart cards are put.
const GAP: f64 = 1024.0;

/// What a deal has of what a stage can require.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Has {
    pub amount: bool,
    pub expected_close_date: bool,
    pub contact_id: bool,
    pub client_id: bool,
    pub lost_reason: bool,
    pub next_steps: bool,
}

impl Has {
    fn of(deal: &Deal) -> Self {
        Self {
            amount: deal.amount.is_some(),
            expected_close_date: deal.expected_close_date.is_some(),
            contact_id: deal.contact_id.is_some(),
            client_id: deal.client_id.is_some(),
            lost_reason: deal.lost_reason.is_some(),
            next_steps: deal.next_steps.is_some(),
        }
    }

    /// Notes what is missing to come into a stage.
    pub fn check(self, c: &mut Checker, stage: &Stage) {
        let all = [
            ("amount", self.amount),
            ("expected_close_date", self.expected_close_date),
            ("contact_id", self.contact_id),
            ("client_id", self.client_id),
            ("lost_reason", self.lost_reason),
            ("next_steps", self.next_steps),
        ];
        for (field, there) in all {
            if !there && stage.required.iter().any(|r| r == field) {
                c.add(field, format!("is required in {}", stage.label));
            }
        }
    }
}

/// Where a new deal begins; `c` collects what is wrong.
pub(super) async fn entrance(ctx: &Ctx, c: &mut Checker, input: &DealIn) -> kernel::Result<Option<(Pipeline, Stage)>> {
    let pipeline = match chosen(ctx, input.pipeline.as_deref()).await {
        Ok(pipeline) => pipeline,
        Err(DomainError::Invalid { fields, .. }) => {
            fields.into_values().flatten().for_each(|message| c.add("pipeline", message));
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let stage = match input.stage.as_deref().filter(|s| !s.is_empty()) {
        Some(key) => pipeline.stage(key),
        None => pipeline.first(),
    };
    match stage.cloned() {
        Some(stage) => Ok(Some((pipeline, stage))),
        None => {
            c.add("stage", not_a_stage(&pipeline));
            Ok(None)
        }
    }
}

fn not_a_stage(pipeline: &Pipeline) -> String {
    let keys: Vec<&str> = pipeline.stages.iter().map(|s| s.key.as_str()).collect();
    format!("is not a stage of {}; choose one of {}", pipeline.name, keys.join(", "))
}

/// Keeps a stage from being removed until the commit.
pub(super) async fn hold(ctx: &Ctx, stage: &Stage) -> kernel::Result<()> {
    let sql = "select 1 from pipeline_stages where pipeline_key = $1 and key = $2 for key share";
    let there: Option<i32> = ctx.tx().scalar(sql, [stage.pipeline_key.clone().into(), stage.key.clone().into()]).await?;
    there.map(|_| ()).ok_or_else(|| DomainError::field("stage", "was removed a moment ago"))
}

/// Writes a step into a deal's history.
pub(super) async fn note(
    ctx: &Ctx,
    deal: Uuid,
    pipeline: &str,
    old: Option<&str>,
    new: &str,
    reason: Option<&str>,
) -> kernel::Result<()> {
    ctx.tx()
        .run(
            "insert into deal_stages (id, deal_id, pipeline_key, old_stage, new_stage, reason, changed_by, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            [
                Uuid::now_v7().into(),
                deal.into(),
                pipeline.into(),
                old.map(str::to_owned).into(),
                new.into(),
                reason.map(str::to_owned).into(),
                ctx.user_id().into(),
                ctx.now().into(),
            ],
        )
        .await?;
    Ok(())
}

/// Moves a deal to another stage, or to another place in its own.
pub async fn move_to(ctx: &Ctx, kind: Kind, id: Uuid, wish: &DealStageIn) -> kernel::Result<Deal> {
    ctx.require(kind.read())?;
    ctx.require(kind.update())?;
    // Who moves it at the same time comes before or after.
    ctx.tx().run("select 1 from deals where id = $1 for update", [id.into()]).await?;
    let old = find_for(ctx, kind, kind.update(), id, false).await?;
    if wish.version.is_some_and(|v| v != old.version) {
        return Err(stale(kind));
    }
    let mut c = Checker::new();
    let key = c.required("stage", wish.stage.as_deref(), 60);
    let reason = c.optional("reason", wish.reason.as_deref(), 200);
    let lost_reason = c.optional("lost_reason", wish.lost_reason.as_deref(), 500);
    let before = match &wish.before {
        MaybeUndefined::Value(text) => match parse_id("before", Some(text)) {
            Ok(id) => id,
            Err(_) => {
                c.add("before", "is not an id");
                None
            }
        },
        _ => None,
    };
    let home = chosen(ctx, Some(&old.pipeline)).await?;
    let elsewhere = wish.pipeline.as_deref().filter(|p| !p.is_empty() && *p != old.pipeline);
    let pipeline = match elsewhere {
        Some(other) => chosen(ctx, Some(other)).await?,
        None => home.clone(),
    };
    let target = pipeline.stage(&key).cloned();
    if target.is_none() && !key.is_empty() {
        c.add("stage", not_a_stage(&pipeline));
    }
    if elsewhere.is_some() && pipeline.archived {
        c.add("pipeline", "is archived and takes no new deals");
    }
    c.finish()?;
    let Some(target) = target else { return Err(DomainError::internal("a stage that was checked is not there")) };
    let same = elsewhere.is_none() && target.key == old.stage;
    if !same {
        may_go(&home, &old, &target, elsewhere.is_some(), wish.reopen == Some(true))?;
        let mut c = Checker::new();
        let mut has = Has::of(&old);
        has.lost_reason |= lost_reason.is_some();
        has.check(&mut c, &target);
        c.finish()?;
        hold(ctx, &target).await?;
    }
    let position = place(ctx, kind, &old, &target, before).await?;
    let owner = Ownership { user: old.assigned_to, team: old.team_id };
    if same {
        ctx.tx().run("update deals set position = $2, version = version + 1 where id = $1", [id.into(), position.into()]).await?;
        // Why it was lost may be told later than that it was.
        let told = lost_reason.filter(|reason| target.outcome == "lost" && old.lost_reason.as_ref() != Some(reason));
        match told {
            Some(reason) => {
                let sql = "update deals set lost_reason = $2, updated_at = $3 where id = $1";
                ctx.tx().run(sql, [id.into(), reason.clone().into(), ctx.now().into()]).await?;
                let changes = audit::diff(&json!({ "lost_reason": old.lost_reason }), &json!({ "lost_reason": reason }));
                record(ctx, kind, "updated", id, changes, owner, owner).await?;
            }
            None => tell(ctx, kind, "moved", id, owner, owner).await?,
        }
        return find(ctx, kind, Scope::All, id, false).await;
    }
    step(ctx, kind, &old, &target, Step { position, reason, lost_reason }).await?;
    find(ctx, kind, Scope::All, id, false).await
}

/// What goes with a step.
#[derive(Debug, Default)]
pub(super) struct Step {
    pub position: f64,
    pub reason: Option<String>,
    pub lost_reason: Option<String>,
}

/// Writes the step of a deal into another stage.
pub(super) async fn step(ctx: &Ctx, kind: Kind, old: &Deal, target: &Stage, with: Step) -> kernel::Result<()> {
    let lost_reason = match target.outcome.as_str() {
        "lost" => with.lost_reason.or_else(|| old.lost_reason.clone()),
        _ => None,
    };
    let closed = match (target.outcome.as_str(), old.outcome.as_str()) {
        ("none", _) => None,
        (new, before) if new == before => old.closed_at,
        _ => Some(ctx.now()),
    };
    let moved = ctx
        .tx()
        .run(
            "update deals set pipeline_key = $2, stage = $3, outcome = $4, closed_at = $5, lost_reason = $6, position = $7,
                 stage_since = $8, updated_at = $8, version = version + 1
             where id = $1 and version = $9",
            [
                old.id.into(),
                target.pipeline_key.clone().into(),
                target.key.clone().into(),
                target.outcome.clone().into(),
                closed.into(),
                lost_reason.clone().into(),
                with.position.into(),
                ctx.now().into(),
                old.version.into(),
            ],
        )
        .await?;
    if moved != 1 {
        return Err(stale(kind));
    }
    note(ctx, old.id, &target.pipeline_key, Some(&old.stage), &target.key, with.reason.as_deref()).await?;
    let mut changes = audit::diff(
        &json!({ "pipeline": old.pipeline, "stage": old.stage, "outcome": old.outcome, "lost_reason": old.lost_reason }),
        &json!({ "pipeline": target.pipeline_key, "stage": target.key, "outcome": target.outcome, "lost_reason": lost_reason }),
    );
    if let Some(reason) = with.reason {
        changes.push(audit::Change { field: "reason".to_owned(), old: serde_json::Value::Null, new: reason.into() });
    }
    let owner = Ownership { user: old.assigned_to, team: old.team_id };
    record(ctx, kind, "moved", old.id, changes, owner, owner).await
}

/// Refuses a way that the pipeline does not draw; the refusal names those that it does.
fn may_go(home: &Pipeline, deal: &Deal, target: &Stage, elsewhere: bool, reopen: bool) -> kernel::Result<()> {
    // A stage that is gone leads everywhere.
    let Some(from) = home.stage(&deal.stage) else { return Ok(()) };
    let allowed = home.following(from, reopen);
    let leaves = from.outcome == "none" || reopen;
    // Another pipeline has no ways from here; what is closed stays closed there, too.
    if (elsewhere && leaves) || (!elsewhere && allowed.contains(&target.key.as_str())) {
        return Ok(());
    }
    let message = if !leaves {
        format!("This {} is {}. Reopen it to move it on.", deal.kind, from.outcome)
    } else if allowed.is_empty() {
        format!("Nothing may follow {}.", from.label)
    } else {
        let labels: Vec<&str> =
            home.stages.iter().filter(|s| allowed.contains(&s.key.as_str())).map(|s| s.label.as_str()).collect();
        format!("{} can't follow {}; choose one of {}.", target.label, from.label, labels.join(", "))
    };
    let facts = json!({ "allowed": allowed, "reopen": home.following(from, true) });
    Err(DomainError::conflict("invalid_transition", message).with(facts))
}

/// The place in a column before a card, or at its end.
async fn place(ctx: &Ctx, kind: Kind, deal: &Deal, stage: &Stage, before: Option<Uuid>) -> kernel::Result<f64> {
    let Some(card) = before.filter(|b| *b != deal.id) else {
        // A card that is put before itself stays where it is.
        if before.is_some() && stage.key == deal.stage && stage.pipeline_key == deal.pipeline {
            return Ok(deal.position);
        }
        return end(ctx, kind, stage, Some(deal.id)).await;
    };
    let wrong = || DomainError::field("before", "is not in this column");
    let scope = ctx.require(kind.read())?;
    let card = find(ctx, kind, scope, card, false)
        .await
        .map_err(|e| if matches!(e, DomainError::NotFound { .. }) { wrong() } else { e })?;
    if card.stage != stage.key || card.pipeline != stage.pipeline_key {
        return Err(wrong());
    }
    if let Some(between) = gap(ctx, kind, deal.id, stage, &card).await? {
        return Ok(between);
    }
    // No room is left between the two: the column is laid out anew.
    let sql = "update deals d set position = o.n * 1024.0
               from (select id, row_number() over (order by position, id) as n from deals
                     where kind = $1 and pipeline_key = $2 and stage = $3 and deleted_at is null) o
               where d.id = o.id and d.position <> o.n * 1024.0";
    ctx.tx().run(sql, [kind.word().into(), stage.pipeline_key.clone().into(), stage.key.clone().into()]).await?;
    let card = find(ctx, kind, scope, card.id, false).await?;
    gap(ctx, kind, deal.id, stage, &card).await?.ok_or_else(|| DomainError::internal("a column without room"))
}

/// The place at the end of a column.
pub(super) async fn end(ctx: &Ctx, kind: Kind, stage: &Stage, but: Option<Uuid>) -> kernel::Result<f64> {
    let sql = "select max(position) from deals
               where kind = $1 and pipeline_key = $2 and stage = $3 and deleted_at is null and id is distinct from $4";
    let values = [kind.word().into(), stage.pipeline_key.clone().into(), stage.key.clone().into(), but.into()];
    let last: Option<f64> = ctx.tx().scalar::<Option<f64>>(sql, values).await?.flatten();
    Ok(last.unwrap_or(0.0) + GAP)
}

/// The middle between a card and the one before it, if there is one.
async fn gap(ctx: &Ctx, kind: Kind, moving: Uuid, stage: &Stage, card: &Deal) -> kernel::Result<Option<f64>> {
    let sql = "select max(position) from deals where kind = $1 and pipeline_key = $2 and stage = $3 and deleted_at is null
                 and id <> $4 and (position, id) < ($5, $6)";
    let values = [
        kind.word().into(),
        stage.pipeline_key.clone().into(),
        stage.key.clone().into(),
        moving.into(),
        card.position.into(),
        card.id.into(),
    ];
    let previous: Option<f64> = ctx.tx().scalar::<Option<f64>>(sql, values).await?.flatten();
    let previous = previous.unwrap_or(card.position - 2.0 * GAP);
    let between = previous + (card.position - previous) / 2.0;
    Ok((previous < between && between < card.position && card.position - previous > 1e-6).then_some(between))
}

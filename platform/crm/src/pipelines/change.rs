//! Adding, changing and removing pipelines.

use kernel::DomainError;
use kernel::event::Event;
use kernel::validate::Checker;
use runtime::audit::{self, Change};
use runtime::{Ctx, Rows as _};
use serde_json::{Value as Json, json};

use super::http::{PipelineIn, PipelinePatch, StageIn};
use super::service::{Pipeline, Stage, all};
use super::stages;
use crate::naming::key_from;

/// The most pipelines.
const MOST: usize = 30;

/// Takes the lock under which a CRM's configuration changes, and reads the pipelines.
pub(super) async fn locked(ctx: &Ctx) -> kernel::Result<Vec<Pipeline>> {
    ctx.require("pipelines.manage")?;
    ctx.lock_configuration().await?;
    all(ctx).await
}

pub(super) fn place(list: &[Pipeline], key: &str) -> kernel::Result<usize> {
    list.iter().position(|p| p.key == key).ok_or_else(|| DomainError::not_found("Pipeline"))
}

/// A stage as the audit log tells it.
fn told(s: &Stage) -> Json {
    json!({ "key": s.key, "label": s.label, "hue": s.hue, "probability": s.probability, "outcome": s.outcome,
        "transitions": s.transitions, "required": s.required })
}

/// What can be said of a pipeline, for the audit log.
pub(super) fn facts(p: &Pipeline) -> Json {
    json!({ "name": p.name, "is_default": p.is_default, "archived": p.archived, "position": p.position,
        "stages": p.stages.iter().map(told).collect::<Vec<_>>() })
}

/// Writes the audit row of a change, and tells open screens.
pub(super) async fn record(ctx: &Ctx, action: &str, key: &str, mut changes: Vec<Change>) -> kernel::Result<()> {
    changes.insert(0, Change { field: "pipeline".to_owned(), old: Json::Null, new: key.into() });
    ctx.audit(action, "pipeline", None, changes).await?;
    for permission in ["deals.read", "opportunities.read"] {
        ctx.emit(Event::new("pipeline.changed", ctx.tenant().id, permission)).await?;
    }
    Ok(())
}

fn name(c: &mut Checker, list: &[Pipeline], own: Option<&str>, given: Option<&str>) -> String {
    let name = c.required("name", given, 60);
    if list.iter().any(|p| Some(p.key.as_str()) != own && p.name.to_lowercase() == name.to_lowercase()) {
        c.add("name", "is the name of another pipeline");
    }
    name
}

fn usual() -> Vec<StageIn> {
    let stage = |label: &str, hue: &str, probability, outcome: &str| StageIn {
        key: None,
        label: Some(label.to_owned()),
        hue: Some(hue.to_owned()),
        probability: Some(probability),
        outcome: Some(outcome.to_owned()),
        transitions: None,
        required: None,
    };
    vec![stage("Open", "blue", 50, "none"), stage("Won", "green", 100, "won"), stage("Lost", "red", 0, "lost")]
}

/// Adds a pipeline at the end.
pub(super) async fn create(ctx: &Ctx, input: &PipelineIn) -> kernel::Result<Pipeline> {
    let list = locked(ctx).await?;
    let mut c = Checker::new();
    let name = name(&mut c, &list, None, input.name.as_deref());
    if list.len() >= MOST {
        c.add("name", format!("would be more than {MOST} pipelines"));
    }
    let taken: Vec<String> = list.iter().map(|p| p.key.clone()).collect();
    let key = key_from(&name, "pipeline", &taken);
    let stages = stages::check(&mut c, &key, &[], input.stages.as_deref().unwrap_or(&usual()));
    c.finish()?;
    let position = list.iter().map(|p| p.position + 1).max().unwrap_or(0);
    let made = Pipeline { key, name, position, is_default: list.is_empty(), archived: false, stages };
    let sql = "insert into pipelines (key, name, position, is_default, archived) values ($1, $2, $3, $4, false)";
    ctx.tx().run(sql, [made.key.clone().into(), made.name.clone().into(), position.into(), made.is_default.into()]).await?;
    stages::write(ctx, &made.stages).await?;
    record(ctx, "pipeline.created", &made.key, audit::diff(&json!({}), &facts(&made))).await?;
    Ok(made)
}

/// Changes a pipeline's name, place and whether it takes new deals.
pub async fn update(ctx: &Ctx, key: &str, patch: &PipelinePatch) -> kernel::Result<Pipeline> {
    let mut list = locked(ctx).await?;
    let at = place(&list, key)?;
    let old = list.remove(at);
    let mut next = old.clone();
    let mut c = Checker::new();
    if patch.name.is_some() {
        next.name = name(&mut c, &list, Some(key), patch.name.as_deref());
    }
    next.archived = patch.archived.unwrap_or(next.archived);
    next.is_default = patch.is_default.unwrap_or(next.is_default);
    let place = match patch.position {
        Some(n) if n < 0 => {
            c.add("position", "must not be negative");
            at
        }
        Some(n) => usize::try_from(n).unwrap_or(at).min(list.len()),
        None => at,
    };
    c.finish()?;
    if next.is_default && next.archived {
        let message = "New deals go to the default pipeline; make another one the default before you archive it.";
        return Err(DomainError::conflict("default_pipeline", message));
    }
    if old.is_default && !next.is_default {
        let message = "One pipeline is the default; make another one the default instead.";
        return Err(DomainError::conflict("default_pipeline", message));
    }
    list.insert(place, next.clone());
    let keys: Vec<String> = list.iter().map(|p| p.key.clone()).collect();
    next.position = i32::try_from(place).unwrap_or(0);
    let changes = audit::diff(&facts(&Pipeline { position: i32::try_from(at).unwrap_or(0), ..old.clone() }), &facts(&next));
    if changes.is_empty() {
        return Ok(old);
    }
    let sql = "update pipelines p set position = o.n - 1, name = case when p.key = $2 then $3 else p.name end,
                   archived = case when p.key = $2 then $4 else p.archived end,
                   is_default = case when $5 then p.key = $2 else p.is_default end
               from unnest($1::text[]) with ordinality as o (key, n) where p.key = o.key";
    let values = [keys.into(), key.into(), next.name.clone().into(), next.archived.into(), next.is_default.into()];
    ctx.tx().run(sql, values).await?;
    record(ctx, "pipeline.updated", key, changes).await?;
    Ok(next)
}

/// Removes a pipeline in which nothing stands.
pub(super) async fn remove(ctx: &Ctx, key: &str) -> kernel::Result<Pipeline> {
    let mut list = locked(ctx).await?;
    let old = list.remove(place(&list, key)?);
    if old.is_default {
        let message = "New deals go to this pipeline; make another one the default first.";
        return Err(DomainError::conflict("default_pipeline", message));
    }
    // First the stages: whoever is putting a deal into one holds it, and is counted below.
    ctx.tx().run("delete from pipeline_stages where pipeline_key = $1", [key.into()]).await?;
    let deals: i64 = ctx.tx().scalar("select count(*) from deals where pipeline_key = $1", [key.into()]).await?.unwrap_or(0);
    if deals > 0 {
        let message = format!("{deals} deals stand in this pipeline, deleted ones counted. Move them to another one first.");
        return Err(DomainError::conflict("pipeline_in_use", message).with(json!({ "deals": deals })));
    }
    ctx.tx().run("delete from pipelines where key = $1", [key.into()]).await?;
    record(ctx, "pipeline.deleted", key, audit::diff(&facts(&old), &json!({}))).await?;
    Ok(old)
}

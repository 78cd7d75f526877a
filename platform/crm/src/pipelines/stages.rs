//! The stages of a pipeline as a whole: checking them, writing them, and taking along the deals that stand in
//! those that go.

use std::collections::BTreeMap;

use kernel::DomainError;
use kernel::event::Event;
use kernel::validate::Checker;
use poem_openapi::types::MaybeUndefined;
use runtime::audit::{self, Change};
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use template::{Hue, Outcome, REQUIRABLE};

use super::change::{facts, locked, place, record};
use super::http::{StageIn, StagesIn};
use super::service::{Pipeline, Stage};
use crate::naming::key_from;

/// The most stages of a pipeline.
const MOST: usize = 30;

fn word<T: Copy>(c: &mut Checker, field: &str, given: Option<&str>, words: &[(&'static str, T)], otherwise: &str) -> String {
    let given = given.map(str::trim).filter(|g| !g.is_empty()).unwrap_or(otherwise);
    if !words.iter().any(|(word, _)| *word == given) {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        c.add(field, format!("must be one of {}", known.join(", ")));
    }
    given.to_owned()
}

fn percent(c: &mut Checker, field: &str, given: Option<i32>, outcome: &str) -> i32 {
    match (outcome, given) {
        ("won", _) => 100,
        ("lost", _) => 0,
        (_, Some(n)) if (0..=100).contains(&n) => n,
        (_, Some(_)) => {
            c.add(field, "must be a whole number from 0 to 100");
            0
        }
        (_, None) => {
            c.add(field, "is required");
            0
        }
    }
}

/// The stages that a request means, with keys for new ones; `c` collects all faults.
pub(super) fn check(c: &mut Checker, pipeline: &str, old: &[Stage], given: &[StageIn]) -> Vec<Stage> {
    let mut taken: Vec<String> = old.iter().map(|s| s.key.clone()).collect();
    let mut stages: Vec<Stage> = Vec::new();
    if given.len() > MOST {
        c.add("stages", format!("must not be more than {MOST}"));
        return stages;
    }
    for (n, input) in given.iter().enumerate() {
        let at = |field: &str| format!("stages[{n}].{field}");
        let label = c.required(&at("label"), input.label.as_deref(), 40);
        let outcome = word(c, &at("outcome"), input.outcome.as_deref(), Outcome::ALL, "none");
        let key = match input.key.as_deref().filter(|k| !k.is_empty()) {
            Some(key) => {
                if !old.iter().any(|s| s.key == key) {
                    c.add(&at("key"), "is not a stage of this pipeline");
                }
                key.to_owned()
            }
            None => {
                let key = key_from(&label, "stage", &taken);
                taken.push(key.clone());
                key
            }
        };
        if stages.iter().any(|s| s.key == key) {
            c.add(&at("key"), "is named twice");
        }
        if !label.is_empty() && stages.iter().any(|s| s.label.to_lowercase() == label.to_lowercase()) {
            c.add(&at("label"), "is the name of another stage");
        }
        let mut required: Vec<String> = Vec::new();
        for field in input.required.iter().flatten() {
            if !REQUIRABLE.contains(&field.as_str()) {
                c.add(&at("required"), format!("must be of {}", REQUIRABLE.join(", ")));
            } else if !required.contains(field) {
                required.push(field.clone());
            }
        }
        stages.push(Stage {
            pipeline_key: pipeline.to_owned(),
            hue: word(c, &at("hue"), input.hue.as_deref(), Hue::ALL, ""),
            probability: percent(c, &at("probability"), input.probability, &outcome),
            position: i32::try_from(n).unwrap_or(0),
            transitions: input.transitions.clone(),
            key,
            label,
            outcome,
            required,
        });
    }
    let named = stages.clone();
    for (n, stage) in stages.iter_mut().enumerate() {
        let Some(ways) = &mut stage.transitions else { continue };
        let mut next: Vec<String> = Vec::new();
        for way in ways.iter() {
            match known(&named, way) {
                Some(key) if key == stage.key => {}
                Some(key) if next.contains(&key) => {}
                Some(key) => next.push(key),
                None => c.add(&format!("stages[{n}].transitions"), "names a stage that is not there"),
            }
        }
        *ways = next;
    }
    for outcome in ["none", "won", "lost"] {
        if !stages.iter().any(|s| s.outcome == outcome) {
            let word = if outcome == "none" { "open" } else { outcome };
            c.add("stages", format!("must have one that is {word}"));
        }
    }
    stages
}

/// The key of a stage that is named by it, or by its label.
fn known(stages: &[Stage], word: &str) -> Option<String> {
    let by_key = stages.iter().find(|s| s.key == word);
    by_key.or_else(|| stages.iter().find(|s| s.label.to_lowercase() == word.trim().to_lowercase())).map(|s| s.key.clone())
}

/// Writes stages, those that are there and new ones, in one statement.
pub(super) async fn write(ctx: &Ctx, stages: &[Stage]) -> kernel::Result<()> {
    let rows: Vec<Json> = stages
        .iter()
        .map(|s| {
            json!({ "pipeline_key": s.pipeline_key, "key": s.key, "label": s.label, "position": s.position,
                "probability": s.probability, "hue": s.hue, "outcome": s.outcome, "transitions": s.transitions,
                "required": s.required })
        })
        .collect();
    ctx.tx()
        .run(
            "insert into pipeline_stages (pipeline_key, key, label, position, probability, hue, outcome, transitions, required)
             select pipeline_key, key, label, position, probability, hue, outcome, transitions, required
             from jsonb_to_recordset($1) as s (pipeline_key text, key text, label text, position int, probability int, hue text,
                 outcome text, transitions text[], required text[])
             on conflict (pipeline_key, key) do update set label = excluded.label, position = excluded.position,
                 probability = excluded.probability, hue = excluded.hue, outcome = excluded.outcome,
                 transitions = excluded.transitions, required = excluded.required",
            [Json::Array(rows).into()],
        )
        .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Used {
    stage: String,
    deals: i64,
}

/// Gives a pipeline other stages.
pub async fn set(ctx: &Ctx, key: &str, input: &StagesIn) -> kernel::Result<Pipeline> {
    let mut list = locked(ctx).await?;
    let old = list.remove(place(&list, key)?);
    let mut c = Checker::new();
    let given = input.stages.as_deref().unwrap_or_default();
    if input.stages.is_none() {
        c.add("stages", "is required");
    }
    let stages = check(&mut c, key, &old.stages, given);
    let removed: Vec<&Stage> = old.stages.iter().filter(|o| stages.iter().all(|s| s.key != o.key)).collect();
    let mut moves: BTreeMap<String, String> = BTreeMap::new();
    if let MaybeUndefined::Value(wanted) = &input.moves {
        for (from, to) in wanted {
            match known(&stages, to) {
                _ if removed.iter().all(|s| s.key != *from) => {
                    c.add("moves", format!("names {}, which is not removed", cut(from)))
                }
                Some(to) => {
                    moves.insert(from.clone(), to);
                }
                None => c.add("moves", format!("sends deals to {}, which is not there", cut(to))),
            }
        }
    }
    c.finish()?;
    let next = Pipeline { stages, ..old.clone() };
    let changes = audit::diff(&facts(&old), &facts(&next));
    if changes.is_empty() {
        return Ok(old);
    }
    write(ctx, &next.stages).await?;
    let gone: Vec<String> = removed.iter().map(|s| s.key.clone()).collect();
    // First the stages: whoever is putting a deal into one holds it, and is counted below.
    let sql = "delete from pipeline_stages where pipeline_key = $1 and key = any($2)";
    ctx.tx().run(sql, [key.into(), gone.clone().into()]).await?;
    let sql = "select stage, count(*) as deals from deals where pipeline_key = $1 and stage = any($2) group by 1 order by 1";
    let used: Vec<Used> = ctx.tx().all(sql, [key.into(), gone.into()]).await?;
    let left: Vec<Json> =
        used.iter().filter(|u| !moves.contains_key(&u.stage)).map(|u| json!({ "key": u.stage, "deals": u.deals })).collect();
    if !left.is_empty() {
        let message = "Deals stand in a stage that is to be removed; say where they go.";
        return Err(DomainError::conflict("stage_in_use", message).with(json!({ "stages": left })));
    }
    ctx.flush().await?;
    let moved = move_deals(ctx, key, &moves).await?;
    let followed = follow(ctx, key).await?;
    let mut changes = changes;
    if moved > 0 {
        changes.push(Change { field: "moved".to_owned(), old: Json::Null, new: moved.into() });
    }
    record(ctx, "pipeline.updated", key, changes).await?;
    if moved + followed > 0 {
        for word in ["deal", "opportunity"] {
            let permission = if word == "deal" { "deals.read" } else { "opportunities.read" };
            ctx.emit(Event::new(&format!("{word}.bulk_updated"), ctx.tenant().id, permission)).await?;
        }
    }
    Ok(next)
}

fn cut(text: &str) -> String {
    text.chars().take(60).collect()
}

/// Puts the deals of removed stages where they go, in one statement, with a line in the log and in the history
/// of each. Returns how many.
async fn move_deals(ctx: &Ctx, pipeline: &str, moves: &BTreeMap<String, String>) -> kernel::Result<u64> {
    if moves.is_empty() {
        return Ok(0);
    }
    let (from, to): (Vec<String>, Vec<String>) = moves.iter().map(|(f, t)| (f.clone(), t.clone())).unzip();
    let moved = ctx
        .tx()
        .run(
            "with ways as (select w.old, w.new, s.outcome from unnest($2::text[], $3::text[]) as w (old, new)
                 join pipeline_stages s on s.pipeline_key = $1 and s.key = w.new),
             held as (select d.id, d.kind, w.old, w.new, w.outcome from deals d join ways w on w.old = d.stage
                 where d.pipeline_key = $1 order by d.id for update of d),
             moved as (update deals d set stage = h.new, outcome = h.outcome, stage_since = $4, updated_at = $4,
                     version = d.version + 1,
                     closed_at = case when h.outcome = 'none' then null else coalesce(d.closed_at, $4) end
                 from held h where d.id = h.id returning d.id, h.kind, h.old, h.new),
             noted as (insert into deal_stages (id, deal_id, pipeline_key, old_stage, new_stage, reason, changed_by, at)
                 select gen_random_uuid(), id, $1, old, new, null, $5, $4 from moved)
             insert into audit_log (id, at, actor_id, actor_name, action, resource_type, resource_id, diff, diff_masked, ip, request_id)
             select gen_random_uuid(), $4, $6, $7, m.kind || '.moved', m.kind, m.id, t.diff, t.diff, $8, $9
             from moved m cross join lateral (select jsonb_build_array(jsonb_build_object('field', 'stage', 'old', m.old,
                 'new', m.new)) as diff) t",
            [
                pipeline.into(),
                from.into(),
                to.into(),
                ctx.now().into(),
                ctx.user_id().into(),
                ctx.actor().id().into(),
                ctx.actor().name.clone().into(),
                ctx.request().ip.clone().into(),
                (!ctx.request().id.is_empty()).then(|| ctx.request().id.clone()).into(),
            ],
        )
        .await?;
    Ok(moved)
}

/// Deals in a stage that became won, lost or open become that, too. Returns how many.
async fn follow(ctx: &Ctx, pipeline: &str) -> kernel::Result<u64> {
    let changed = ctx
        .tx()
        .run(
            "with moved as (
                 update deals d set outcome = s.outcome, updated_at = $2, version = d.version + 1,
                     closed_at = case when s.outcome = 'none' then null else coalesce(d.closed_at, $2) end
                 from pipeline_stages s, deals o
                 where s.pipeline_key = $1 and d.pipeline_key = $1 and d.stage = s.key and d.outcome <> s.outcome and o.id = d.id
                 returning d.id, d.kind, o.outcome as old, d.outcome as new)
             insert into audit_log (id, at, actor_id, actor_name, action, resource_type, resource_id, diff, diff_masked, ip, request_id)
             select gen_random_uuid(), $2, $3, $4, m.kind || '.updated', m.kind, m.id, t.diff, t.diff, $5, $6
             from moved m cross join lateral (select jsonb_build_array(jsonb_build_object('field', 'outcome', 'old', m.old,
                 'new', m.new)) as diff) t",
            [
                pipeline.into(),
                ctx.now().into(),
                ctx.actor().id().into(),
                ctx.actor().name.clone().into(),
                ctx.request().ip.clone().into(),
                (!ctx.request().id.is_empty()).then(|| ctx.request().id.clone()).into(),
            ],
        )
        .await?;
    Ok(changed)
}

//! `/admin/pipelines`: pipelines and their stages, for who sets them up.

use crm::pipelines::http::{StageIn, StagesIn};
use crm::pipelines::service::{self, Pipeline, Stage};
use crm::pipelines::{PipelinePatch, set_stages, update};
use kernel::DomainError;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::types::MaybeUndefined;
use poem_openapi::{Object, OpenApi};
use runtime::Ctx;
use runtime::http::{ApiResult, ListOut, Staff};
use std::collections::BTreeMap;

use crate::tags::{colour, hue};

/// A stage.
#[derive(Debug, Clone, Object)]
pub struct ConsoleStageOut {
    /// Its key; deals hold it.
    pub id: String,
    /// The same as `id`.
    pub key: String,
    /// The word for it.
    pub name: String,
    /// Its place, from 0.
    pub order: i32,
    /// Its colour, `#rrggbb`.
    pub color: String,
    /// How likely a deal here is won, in percent.
    pub probability: i32,
    /// Whether deals here are won.
    pub is_won: bool,
    /// Whether deals here are lost.
    pub is_lost: bool,
    /// Keys of the stages that may follow; null: all of them.
    #[oai(nullable)]
    pub allowed_next_stages: Option<Vec<String>>,
}

impl From<Stage> for ConsoleStageOut {
    fn from(s: Stage) -> Self {
        Self {
            id: s.key.clone(),
            key: s.key,
            name: s.label,
            order: s.position,
            color: colour(&s.hue).to_owned(),
            probability: s.probability,
            is_won: s.outcome == "won",
            is_lost: s.outcome == "lost",
            allowed_next_stages: s.transitions,
        }
    }
}

/// A pipeline.
#[derive(Debug, Clone, Object)]
pub struct ConsolePipelineOut {
    /// Its key.
    pub id: String,
    /// The word for it.
    pub name: String,
    /// Whether new deals go here.
    pub is_default: bool,
    /// Whether it takes no new deals.
    pub archived: bool,
    /// Its stages, from left to right.
    pub stages: Vec<ConsoleStageOut>,
}

impl From<Pipeline> for ConsolePipelineOut {
    fn from(p: Pipeline) -> Self {
        let stages = p.stages.into_iter().map(Into::into).collect();
        Self { id: p.key, name: p.name, is_default: p.is_default, archived: p.archived, stages }
    }
}

/// A pipeline as it shall be; what is absent stays.
#[derive(Debug, Object)]
pub struct ConsolePipelineIn {
    /// Its key. Required.
    pub id: Option<String>,
    /// The word for it.
    pub name: Option<String>,
    /// True makes it the one that new deals go to.
    pub is_default: Option<bool>,
    /// True: it takes no new deals.
    pub archived: Option<bool>,
}

/// Pipelines to change.
#[derive(Debug, Object)]
pub struct ConsolePipelinesIn {
    /// They come in this order, before those that are not named. Required.
    pub pipelines: Option<Vec<ConsolePipelineIn>>,
}

/// A stage as it shall be.
#[derive(Debug, Clone, Object)]
pub struct ConsoleStageEdit {
    /// The key of a stage that is there; absent adds one.
    pub id: Option<String>,
    /// The word for it. Required.
    pub name: Option<String>,
    /// `#rrggbb`, which becomes the nearest of eight hues, or the hue.
    pub color: Option<String>,
    /// How likely a deal here is won, in percent.
    pub probability: Option<i32>,
    /// Whether deals here are won.
    pub is_won: Option<bool>,
    /// Whether deals here are lost.
    pub is_lost: Option<bool>,
    /// Keys of the stages that may follow, those of new ones by their names; absent: all of them.
    pub allowed_next_stages: Option<Vec<String>>,
}

/// The stages of a pipeline as they shall be.
#[derive(Debug, Object)]
pub struct ConsoleStagesIn {
    /// All of them, from left to right; what is not named is removed. Required.
    pub stages: Option<Vec<ConsoleStageEdit>>,
    /// For each removed stage in which deals stand: the stage they go to.
    pub moves: Option<BTreeMap<String, String>>,
}

fn stage(edit: ConsoleStageEdit, present: Option<&Stage>) -> kernel::Result<StageIn> {
    let outcome = match (edit.is_won.unwrap_or(false), edit.is_lost.unwrap_or(false)) {
        (true, true) => return Err(DomainError::field("is_lost", "a stage is won or lost, not both")),
        (true, false) => "won",
        (false, true) => "lost",
        (false, false) => "none",
    };
    let usual = match outcome {
        "won" => Some(100),
        "lost" => Some(0),
        _ => present.map(|s| s.probability),
    };
    Ok(StageIn {
        label: edit.name.or_else(|| present.map(|s| s.label.clone())),
        hue: Some(match edit.color.as_deref() {
            Some(colour) => hue(colour)?,
            None => present.map_or_else(|| "blue".to_owned(), |s| s.hue.clone()),
        }),
        key: edit.id,
        probability: edit.probability.or(usual).or(Some(50)),
        outcome: Some(outcome.to_owned()),
        transitions: edit.allowed_next_stages,
        required: present.map(|s| s.required.clone()),
    })
}

async fn listed(ctx: &Ctx) -> kernel::Result<ListOut<ConsolePipelineOut>> {
    ctx.require("pipelines.manage")?;
    let all: Vec<ConsolePipelineOut> = service::list(ctx).await?.into_iter().map(Into::into).collect();
    Ok(all.into())
}

/// Pipelines.
pub struct ConsolePipelinesApi;

#[OpenApi]
impl ConsolePipelinesApi {
    /// List pipelines with their stages
    #[oai(path = "/pipelines", method = "get", operation_id = "consoleListPipelines")]
    async fn list(&self, auth: Staff) -> ApiResult<Json<ListOut<ConsolePipelineOut>>> {
        let ctx = auth.0.read().await?;
        Ok(Json(listed(&ctx).await?))
    }

    /// Change pipelines: names, order, which one is the default
    #[oai(path = "/pipelines", method = "put", operation_id = "consolePutPipelines")]
    async fn put(&self, auth: Staff, body: Json<ConsolePipelinesIn>) -> ApiResult<Json<ListOut<ConsolePipelineOut>>> {
        let ctx = auth.0.begin_carrying().await?;
        ctx.require("pipelines.manage")?;
        let wanted = body.0.pipelines.ok_or_else(|| DomainError::field("pipelines", "is required"))?;
        for (place, pipeline) in wanted.into_iter().enumerate() {
            let field = format!("pipelines[{place}].id");
            let id = pipeline.id.filter(|id| !id.is_empty()).ok_or_else(|| DomainError::field(&field, "is required"))?;
            let position = i32::try_from(place).ok();
            let patch =
                PipelinePatch { name: pipeline.name, is_default: pipeline.is_default, archived: pipeline.archived, position };
            update(&ctx, &id, &patch).await?;
        }
        let out = listed(&ctx).await?;
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// The stages of a pipeline
    #[oai(path = "/pipelines/:id/stages", method = "get", operation_id = "consoleListStages")]
    async fn stages(&self, auth: Staff, id: Path<String>) -> ApiResult<Json<ListOut<ConsoleStageOut>>> {
        let ctx = auth.0.read().await?;
        ctx.require("pipelines.manage")?;
        let pipeline = ConsolePipelineOut::from(service::get(&ctx, &id.0).await?);
        Ok(Json(pipeline.stages.into()))
    }

    /// Set the stages of a pipeline
    ///
    /// A removed stage in which deals stand needs a place for them in `moves` (409 `stage_in_use`).
    #[oai(path = "/pipelines/:id/stages", method = "put", operation_id = "consolePutStages")]
    async fn put_stages(
        &self,
        auth: Staff,
        id: Path<String>,
        body: Json<ConsoleStagesIn>,
    ) -> ApiResult<Json<ListOut<ConsoleStageOut>>> {
        let ctx = auth.0.begin_carrying().await?;
        ctx.require("pipelines.manage")?;
        let present = service::get(&ctx, &id.0).await?;
        let edits = body.0.stages.ok_or_else(|| DomainError::field("stages", "is required"))?;
        let known = |edit: &ConsoleStageEdit| edit.id.as_deref().and_then(|key| present.stage(key));
        let stages: kernel::Result<Vec<StageIn>> = edits
            .into_iter()
            .map(|e| {
                let k = known(&e).cloned();
                stage(e, k.as_ref())
            })
            .collect();
        let moves = body.0.moves.map_or(MaybeUndefined::Undefined, MaybeUndefined::Value);
        let input = StagesIn { stages: Some(stages?), moves };
        let pipeline = ConsolePipelineOut::from(set_stages(&ctx, &id.0, &input).await?);
        let out = ListOut::from(pipeline.stages);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }
}

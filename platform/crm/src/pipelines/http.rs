//! `/pipelines`.

use std::collections::BTreeMap;

use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::types::MaybeUndefined;
use poem_openapi::{Object, OpenApi};
use runtime::Ctx;
use runtime::http::{ApiResult, Created, Staff};

use super::service::{self, Pipeline, Standing};
use super::{change, stages};

/// A stage.
#[derive(Debug, Object)]
pub struct StageOut {
    /// Stable key; deals hold it.
    pub key: String,
    /// The tenant's word for it.
    pub label: String,
    /// One of `blue violet amber grey teal green red pink`.
    pub hue: String,
    /// How likely a deal here is won, in percent.
    pub probability: i32,
    /// `none`, `won` or `lost`.
    pub outcome: String,
    /// Order.
    pub position: i32,
    /// Keys of the stages that may follow; null lets all of them.
    #[oai(nullable)]
    pub transitions: Option<Vec<String>>,
    /// What a deal must have to come in, of `amount expected_close_date contact_id client_id lost_reason next_steps`.
    pub required: Vec<String>,
    /// How many deals and opportunities stand in it; for who may set pipelines up.
    #[oai(skip_serializing_if = "Option::is_none")]
    pub open_deals: Option<i64>,
}

/// A pipeline.
#[derive(Debug, Object)]
pub struct PipelineOut {
    /// Stable key; deals hold it.
    pub key: String,
    /// The tenant's word for it.
    pub name: String,
    /// Order.
    pub position: i32,
    /// Whether new deals go here.
    pub is_default: bool,
    /// Whether it takes no new deals.
    pub archived: bool,
    /// Its stages, from left to right.
    pub stages: Vec<StageOut>,
}

/// A stage as it shall be.
#[derive(Debug, Clone, Object)]
pub struct StageIn {
    /// The key of a stage that is there; absent adds one.
    pub key: Option<String>,
    /// The word for it. Required.
    pub label: Option<String>,
    /// One of `blue violet amber grey teal green red pink`. Required.
    pub hue: Option<String>,
    /// How likely a deal here is won, in percent; of a won stage always 100, of a lost one 0. Required.
    pub probability: Option<i32>,
    /// `none` (the default), `won` or `lost`.
    pub outcome: Option<String>,
    /// Keys of the stages that may follow, those of new stages by their labels; absent or null lets all of them.
    pub transitions: Option<Vec<String>>,
    /// What a deal must have to come in, of `amount expected_close_date contact_id client_id lost_reason next_steps`.
    pub required: Option<Vec<String>>,
}

/// A new pipeline; it comes last.
#[derive(Debug, Object)]
pub struct PipelineIn {
    /// The word for it. Required.
    pub name: Option<String>,
    /// Its stages; absent: one that is open, one that is won, one that is lost.
    pub stages: Option<Vec<StageIn>>,
}

/// Changes of a pipeline; what is absent stays.
#[derive(Debug, Object)]
pub struct PipelinePatch {
    /// The word for it.
    pub name: Option<String>,
    /// True makes it the one that new deals go to.
    pub is_default: Option<bool>,
    /// True: it takes no new deals.
    pub archived: Option<bool>,
    /// Its place among the pipelines, from 0.
    pub position: Option<i32>,
}

/// The stages of a pipeline as they shall be.
#[derive(Debug, Object)]
pub struct StagesIn {
    /// All of them, from left to right; what is not named is removed. Required.
    pub stages: Option<Vec<StageIn>>,
    /// For each removed stage in which deals stand: the key (or the label of a new one) of the stage they go to.
    pub moves: MaybeUndefined<BTreeMap<String, String>>,
}

fn out(p: Pipeline, standing: Option<&[Standing]>) -> PipelineOut {
    let key = p.key.clone();
    let deals =
        |stage: &str| standing.map(|all| all.iter().find(|s| s.pipeline_key == key && s.stage == stage).map_or(0, |s| s.deals));
    let stages = p.stages.into_iter().map(|s| StageOut {
        open_deals: deals(&s.key),
        key: s.key,
        label: s.label,
        hue: s.hue,
        probability: s.probability,
        outcome: s.outcome,
        position: s.position,
        transitions: s.transitions,
        required: s.required,
    });
    PipelineOut {
        stages: stages.collect(),
        key: p.key,
        name: p.name,
        position: p.position,
        is_default: p.is_default,
        archived: p.archived,
    }
}

async fn counted(ctx: &Ctx, pipeline: Pipeline) -> kernel::Result<PipelineOut> {
    Ok(out(pipeline, service::standing(ctx).await?.as_deref()))
}

/// Pipelines.
pub struct PipelinesApi;

#[OpenApi]
impl PipelinesApi {
    /// List pipelines
    ///
    /// In the tenant's order, archived ones too.
    #[oai(path = "/pipelines", method = "get", operation_id = "listPipelines")]
    async fn list(&self, auth: Staff) -> ApiResult<Json<Vec<PipelineOut>>> {
        let ctx = auth.0.read().await?;
        let all = service::list(&ctx).await?;
        let standing = service::standing(&ctx).await?;
        Ok(Json(all.into_iter().map(|p| out(p, standing.as_deref())).collect()))
    }

    /// Add a pipeline
    #[oai(path = "/pipelines", method = "post", operation_id = "createPipeline")]
    async fn create(&self, auth: Staff, body: Json<PipelineIn>) -> ApiResult<Created<PipelineOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let pipeline = change::create(&ctx, &body.0).await?;
        let out = counted(&ctx, pipeline).await?;
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }

    /// Change a pipeline
    ///
    /// The default one can't be archived, and stays it until another is made it (409 `default_pipeline`).
    #[oai(path = "/pipelines/:key", method = "patch", operation_id = "updatePipeline")]
    async fn update(&self, auth: Staff, key: Path<String>, body: Json<PipelinePatch>) -> ApiResult<Json<PipelineOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let pipeline = change::update(&ctx, &key.0, &body.0).await?;
        let out = counted(&ctx, pipeline).await?;
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Remove a pipeline
    ///
    /// One in which deals stand can't be removed (409 `pipeline_in_use`, `data.deals`), nor the default one
    /// (409 `default_pipeline`).
    #[oai(path = "/pipelines/:key", method = "delete", operation_id = "deletePipeline")]
    async fn remove(&self, auth: Staff, key: Path<String>) -> ApiResult<Json<PipelineOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let out = out(change::remove(&ctx, &key.0).await?, None);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Set a pipeline's stages
    ///
    /// A stage that is not named is removed; its deals go where `moves` says, with a line in the history of each.
    /// With deals and without that: 409 `stage_in_use`, `data.stages` tells which and how many.
    #[oai(path = "/pipelines/:key/stages", method = "put", operation_id = "setPipelineStages")]
    async fn set_stages(&self, auth: Staff, key: Path<String>, body: Json<StagesIn>) -> ApiResult<Json<PipelineOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let pipeline = stages::set(&ctx, &key.0, &body.0).await?;
        let out = counted(&ctx, pipeline).await?;
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }
}

//! `/admin/deals`.

use std::collections::HashMap;

use crm::deals::Kind;
use crm::deals::entity::Deal;
use crm::deals::http::{DealFilter, DealStageIn};
use crm::deals::{moves, service};
use kernel::DomainError;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::Ctx;
use runtime::http::{ApiResult, Created, NoContent, SignedIn, Staff};
use rust_decimal::prelude::ToPrimitive as _;
use uuid::Uuid;

use super::input::ConsoleDealIn;
use crate::customers::{CustomerBriefOut, briefs};
use crate::envelope::{order, paging};
use crate::{PageOut, people, stages, words};

/// A deal.
#[derive(Debug, Clone, Object)]
pub struct ConsoleDealOut {
    /// Id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The same as `name`.
    pub title: String,
    /// What it is about.
    #[oai(skip_serializing_if_is_none)]
    pub description: Option<String>,
    /// Whose deal it is; null for one without a customer.
    #[oai(nullable)]
    pub customer_id: Option<Uuid>,
    /// The customer, for who sees it.
    #[oai(skip_serializing_if_is_none)]
    pub customer: Option<CustomerBriefOut>,
    /// The contact.
    #[oai(skip_serializing_if_is_none)]
    pub contact_id: Option<Uuid>,
    /// The stage's key.
    pub stage: String,
    /// What it is worth.
    #[oai(skip_serializing_if_is_none)]
    pub amount: Option<f64>,
    /// Its currency.
    pub currency: String,
    /// How likely it is won, in percent.
    pub probability: i32,
    /// When it should be closed.
    #[oai(skip_serializing_if_is_none)]
    pub expected_close_date: Option<chrono::NaiveDate>,
    /// When it was won or lost.
    #[oai(skip_serializing_if_is_none)]
    pub actual_close_date: Option<chrono::DateTime<chrono::Utc>>,
    /// Why it was lost.
    #[oai(skip_serializing_if_is_none)]
    pub lost_reason: Option<String>,
    /// Owner's id.
    #[oai(skip_serializing_if_is_none)]
    pub owner_id: Option<Uuid>,
    /// The same as `owner_id`.
    #[oai(skip_serializing_if_is_none)]
    pub assigned_to: Option<Uuid>,
    /// When it was created.
    pub created_at: chrono::DateTime<chrono::Utc>,
    /// When it was last changed.
    pub updated_at: chrono::DateTime<chrono::Utc>,
}

fn out(d: Deal, customers: &HashMap<Uuid, CustomerBriefOut>) -> ConsoleDealOut {
    ConsoleDealOut {
        probability: d.chance(),
        id: d.id,
        name: d.name.clone(),
        title: d.name,
        description: d.description,
        customer: d.client_id.and_then(|id| customers.get(&id).cloned()),
        customer_id: d.client_id,
        contact_id: d.contact_id,
        stage: d.stage,
        amount: d.amount.and_then(|a| a.to_f64()),
        currency: d.currency,
        expected_close_date: d.expected_close_date,
        actual_close_date: d.closed_at,
        lost_reason: d.lost_reason,
        owner_id: d.assigned_to,
        assigned_to: d.assigned_to,
        created_at: d.created_at,
        updated_at: d.updated_at,
    }
}

async fn one(ctx: &Ctx, deal: Deal) -> kernel::Result<ConsoleDealOut> {
    let customers = briefs(ctx, deal.client_id).await?;
    Ok(out(deal, &customers))
}

/// A new stage.
#[derive(Debug, Object)]
pub struct ConsoleStageIn {
    /// The stage's key. Required.
    pub stage: Option<String>,
    /// Why it was lost.
    pub lost_reason: Option<String>,
    /// True opens again what was won or lost.
    pub reopen: Option<bool>,
}

fn spelt(error: DomainError) -> DomainError {
    words::spelt(error).renamed(&[("sort", "sort_by")])
}

/// Moves a deal to the stage that a word means in its pipeline.
async fn move_to(ctx: &Ctx, id: Uuid, input: ConsoleStageIn) -> kernel::Result<Deal> {
    let deal = service::get(ctx, Kind::Deal, id).await?;
    let word = input.stage.filter(|s| !s.trim().is_empty()).ok_or_else(|| DomainError::field("stage", "is required"))?;
    let pipeline = crm::pipelines::service::get(ctx, &deal.pipeline).await?;
    let stage = stages::CONSOLE.key_of(&pipeline, &word);
    let wish = DealStageIn { stage: Some(stage), lost_reason: input.lost_reason, reopen: input.reopen, ..DealStageIn::default() };
    moves::move_to(ctx, Kind::Deal, id, &wish).await.map_err(spelt)
}

/// How many deals of a customer that the actor sees are neither won nor lost.
pub(crate) async fn open_of(ctx: &Ctx, customer: Uuid) -> kernel::Result<u64> {
    if ctx.actor().scope(Kind::Deal.read()).is_none() {
        return Ok(0);
    }
    let client_id = Some(customer.to_string());
    let filter = DealFilter { client_id, outcome: Some("open".to_owned()), ..DealFilter::default() };
    Ok(service::list(ctx, Kind::Deal, &filter, None, &paging(None, Some("1"), None)?).await?.total)
}

async fn change(auth: &SignedIn, id: Uuid, input: &ConsoleDealIn) -> kernel::Result<ConsoleDealOut> {
    let ctx = auth.begin().await?;
    let mut deal = service::get(&ctx, Kind::Deal, id).await?;
    if input.says_more() || input.stage.is_none() {
        let mut patch = input.patch(&ctx).await?;
        if input.stage.is_some() {
            patch.lost_reason = poem_openapi::types::MaybeUndefined::Undefined;
        }
        deal = service::update(&ctx, Kind::Deal, id, &patch).await.map_err(spelt)?;
    }
    if let Some(stage) = &input.stage {
        let lost_reason = input.lost_reason.clone().take();
        deal = move_to(&ctx, id, ConsoleStageIn { stage: Some(stage.clone()), lost_reason, reopen: input.reopen }).await?;
    }
    let out = one(&ctx, deal).await?;
    ctx.commit_reply(200, &out).await?;
    Ok(out)
}

/// Deals.
pub struct ConsoleDealsApi;

#[OpenApi]
impl ConsoleDealsApi {
    /// List deals
    #[oai(path = "/deals", method = "get", operation_id = "consoleListDeals")]
    #[expect(clippy::too_many_arguments, reason = "one argument per documented query parameter")]
    async fn list(
        &self,
        auth: Staff,
        /// Stages' keys.
        stage: Query<Option<String>>,
        /// Owners' ids, or `none`.
        owner_id: Query<Option<String>>,
        /// Customers' ids.
        customer_id: Query<Option<String>>,
        /// First day or instant of creation.
        date_from: Query<Option<String>>,
        /// Last day, or the instant before which it was created.
        date_to: Query<Option<String>>,
        /// The least amount.
        amount_min: Query<Option<String>>,
        /// The largest amount.
        amount_max: Query<Option<String>>,
        /// Words in the name.
        search: Query<Option<String>>,
        /// `created_at`, `name`, `amount` or `expected_close_date`.
        sort_by: Query<Option<String>>,
        /// `asc` or `desc`.
        sort_order: Query<Option<String>>,
        /// 1-based page.
        page: Query<Option<String>>,
        /// Rows on a page, at most 200.
        limit: Query<Option<String>>,
        /// The same as `limit`.
        page_size: Query<Option<String>>,
    ) -> ApiResult<Json<PageOut<ConsoleDealOut>>> {
        let paging = paging(page.0.as_deref(), limit.0.as_deref(), page_size.0.as_deref())?;
        let sort = order(sort_by.0.as_deref(), sort_order.0.as_deref())?;
        let ctx = auth.0.read().await?;
        ctx.require(Kind::Deal.read())?;
        let filter = DealFilter {
            stage: stages::CONSOLE.filter(&ctx, stage.0.as_deref()).await?,
            assigned_to: people::filter(&ctx, "owner_id", [owner_id.0, None]).await?,
            client_id: customer_id.0,
            created_from: date_from.0,
            created_to: date_to.0,
            amount_min: amount_min.0,
            amount_max: amount_max.0,
            search: search.0,
            ..DealFilter::default()
        };
        let found = service::list(&ctx, Kind::Deal, &filter, sort.as_deref(), &paging)
            .await
            .map_err(|e| spelt(e).renamed(&[("created_from", "date_from"), ("created_to", "date_to")]))?;
        let customers = briefs(&ctx, found.data.iter().filter_map(|d| d.client_id)).await?;
        Ok(Json(found.map(|d| out(d, &customers)).into()))
    }

    /// Add a deal
    #[oai(path = "/deals", method = "post", operation_id = "consoleCreateDeal")]
    async fn create(&self, auth: Staff, body: Json<ConsoleDealIn>) -> ApiResult<Created<ConsoleDealOut>> {
        let ctx = auth.0.begin().await?;
        ctx.require(Kind::Deal.create())?;
        let pipeline = crm::pipelines::service::chosen(&ctx, None).await?;
        let stage = body.0.stage.as_deref().map(|word| stages::CONSOLE.key_of(&pipeline, word));
        let input = body.0.new_deal(&ctx, stage).await?;
        if input.client_id.as_deref().is_none_or(|id| id.trim().is_empty()) {
            let mut fields = kernel::error::FieldErrors::new();
            fields.insert("customer_id".to_owned(), vec!["is required".to_owned()]);
            if input.name.as_deref().is_none_or(|n| n.trim().is_empty()) {
                fields.insert("name".to_owned(), vec!["is required".to_owned()]);
            }
            return Err(DomainError::invalid(fields).into());
        }
        let deal = service::create(&ctx, Kind::Deal, &input).await.map_err(spelt)?;
        let out = one(&ctx, deal).await?;
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }

    /// Read a deal
    #[oai(path = "/deals/:id", method = "get", operation_id = "consoleGetDeal")]
    async fn get(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<ConsoleDealOut>> {
        let ctx = auth.0.read().await?;
        let deal = service::get(&ctx, Kind::Deal, id.0).await?;
        Ok(Json(one(&ctx, deal).await?))
    }

    /// Change a deal: what is absent stays
    #[oai(path = "/deals/:id", method = "put", operation_id = "consoleReplaceDeal")]
    async fn replace(&self, auth: Staff, id: Path<Uuid>, body: Json<ConsoleDealIn>) -> ApiResult<Json<ConsoleDealOut>> {
        Ok(Json(change(&auth.0, id.0, &body.0).await?))
    }

    /// Change a deal: what is absent stays
    #[oai(path = "/deals/:id", method = "patch", operation_id = "consoleUpdateDeal")]
    async fn update(&self, auth: Staff, id: Path<Uuid>, body: Json<ConsoleDealIn>) -> ApiResult<Json<ConsoleDealOut>> {
        Ok(Json(change(&auth.0, id.0, &body.0).await?))
    }

    /// Delete a deal
    #[oai(path = "/deals/:id", method = "delete", operation_id = "consoleDeleteDeal")]
    async fn delete(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<NoContent> {
        let ctx = auth.0.begin().await?;
        service::delete(&ctx, Kind::Deal, id.0).await?;
        ctx.commit_reply(204, &serde_json::Value::Null).await?;
        Ok(NoContent)
    }

    /// Move a deal to another stage
    ///
    /// Where the stage can't follow: 409 `invalid_transition`, with those that can in `data.allowed`. From a stage
    /// that is won or lost only with `reopen`.
    #[oai(path = "/deals/:id/stage", method = "patch", operation_id = "consoleMoveDeal")]
    async fn stage(&self, auth: Staff, id: Path<Uuid>, body: Json<ConsoleStageIn>) -> ApiResult<Json<ConsoleDealOut>> {
        let ctx = auth.0.begin().await?;
        let deal = move_to(&ctx, id.0, body.0).await?;
        let out = one(&ctx, deal).await?;
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }
}

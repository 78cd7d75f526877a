//! `/deals/{id}/stage`, `/deals/{id}/stages`, and the same for opportunities; `/opportunities/{id}/convert`.

use poem_openapi::OpenApi;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use runtime::http::{ApiResult, OptionalJson, Staff};
use uuid::Uuid;

use super::entity::Kind;
use super::http::{ConvertOpportunityIn, DealOut, DealStageIn, DealStepOut, OpportunityConvertedOut};
use super::{convert, moves, service};

/// The stages of deals.
pub struct DealStagesApi;

#[OpenApi]
impl DealStagesApi {
    /// Move a deal
    ///
    /// To another stage, or to another place in its own. A way that the pipeline does not draw is refused (409
    /// `invalid_transition`, `data.allowed`), and so is leaving what is won or lost without `reopen`. What the stage
    /// requires and the deal lacks is named (422).
    #[oai(path = "/deals/:id/stage", method = "patch", operation_id = "moveDeal")]
    async fn move_deal(&self, auth: Staff, id: Path<Uuid>, body: Json<DealStageIn>) -> ApiResult<Json<DealOut>> {
        let ctx = auth.0.begin().await?;
        let out = DealOut::from(moves::move_to(&ctx, Kind::Deal, id.0, &body.0).await?);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// The stages a deal went through
    ///
    /// The newest first, with how long it stood in each.
    #[oai(path = "/deals/:id/stages", method = "get", operation_id = "dealStages")]
    async fn steps(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<Vec<DealStepOut>>> {
        let ctx = auth.0.read().await?;
        Ok(Json(service::steps(&ctx, Kind::Deal, id.0).await?))
    }
}

/// The stages of opportunities, and what they become.
pub struct OpportunityStagesApi;

#[OpenApi]
impl OpportunityStagesApi {
    /// Move an opportunity
    ///
    /// As deals are moved.
    #[oai(path = "/opportunities/:id/stage", method = "patch", operation_id = "moveOpportunity")]
    async fn move_opportunity(&self, auth: Staff, id: Path<Uuid>, body: Json<DealStageIn>) -> ApiResult<Json<DealOut>> {
        let ctx = auth.0.begin().await?;
        let out = DealOut::from(moves::move_to(&ctx, Kind::Opportunity, id.0, &body.0).await?);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// The stages an opportunity went through
    ///
    /// The newest first, with how long it stood in each.
    #[oai(path = "/opportunities/:id/stages", method = "get", operation_id = "opportunityStages")]
    async fn steps(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<Vec<DealStepOut>>> {
        let ctx = auth.0.read().await?;
        Ok(Json(service::steps(&ctx, Kind::Opportunity, id.0).await?))
    }

    /// Convert an opportunity to a deal
    ///
    /// Once: 409 `already_converted` names the deal in `data.deal_id`. The opportunity is won by that; the deal
    /// stays with its owner and begins in the same stage, or in the first of another pipeline.
    #[oai(path = "/opportunities/:id/convert", method = "post", operation_id = "convertOpportunity")]
    async fn convert(
        &self,
        auth: Staff,
        id: Path<Uuid>,
        body: OptionalJson<ConvertOpportunityIn>,
    ) -> ApiResult<Json<OpportunityConvertedOut>> {
        let ctx = auth.0.begin().await?;
        let deal = convert::convert(&ctx, id.0, &body.0.unwrap_or_default()).await?;
        let out = OpportunityConvertedOut { deal_id: deal.id };
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }
}

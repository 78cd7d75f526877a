//! `/api/crm/opportunities` and `/api/crm/deals`: the same operations twice, each in its words.

use crm::deals::http::DealFilter;
use crm::deals::{Kind, service};
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use runtime::http::{ApiResult, Created, ListOut, NoContent, SignedIn, Staff};
use uuid::Uuid;

use super::input::{SalesDealIn, SalesOpportunityIn, deal_spelt, opportunity_spelt};
use super::out::{SalesDealOut, SalesOpportunityOut};
use super::verbs;
use crate::sales::envelope::{paging, sort, word};
use crate::sales::stages::Stages;

macro_rules! sales_api {
    (
        $(#[$doc:meta])* $api:ident, $kind:expr, $in:ident, $out:ident, $spelt:ident, $change:ident, sorts: $sorts:expr,
        list: $list:tt $list_id:tt, create: $create_id:tt, one: $one:tt $get_id:tt $replace_id:tt $update_id:tt $delete_id:tt
    ) => {
        async fn $change(auth: &SignedIn, id: Uuid, input: $in) -> kernel::Result<$out> {
            let ctx = auth.begin().await?;
            service::get(&ctx, $kind, id).await?;
            let wish = input.wish(&ctx).await?;
            let (stages, deal) = verbs::change(&ctx, $kind, id, wish).await.map_err($spelt)?;
            let out = $out::of(&stages, deal);
            ctx.commit_reply(200, &out).await?;
            Ok(out)
        }

        $(#[$doc])*
        pub struct $api;

        #[OpenApi]
        impl $api {
            /// List them
            ///
            /// Sorts: `created_at`, `name`, `stage`, what it is worth and when it should be closed by the names of these
            /// fields, with `-` for downwards; newest first by default.
            #[oai(path = $list, method = "get", operation_id = $list_id)]
            #[expect(clippy::too_many_arguments, reason = "one argument per documented query parameter")]
            async fn list(
                &self,
                auth: Staff,
                /// Words in the name.
                filter: Query<Option<String>>,
                /// Stages; a comma list is allowed.
                stage: Query<Option<String>>,
                /// `open`, `won` or `lost`.
                outcome: Query<Option<String>>,
                /// Pipelines' keys.
                pipeline: Query<Option<String>>,
                /// Contacts' ids, or `none`.
                contact_id: Query<Option<String>>,
                /// Clients' ids, or `none`.
                client_id: Query<Option<String>>,
                /// Order: up to three fields, with `-` for downwards; records without a value come last.
                sort: Query<Option<String>>,
                /// Rows on a page, 20 by default, 200 at most.
                limit: Query<Option<String>>,
                /// Rows to skip, at most 100,000; not together with `page` or `cursor`.
                offset: Query<Option<String>>,
                /// 1-based page.
                page: Query<Option<String>>,
                /// `next_cursor` of the page before.
                cursor: Query<Option<String>>,
            ) -> ApiResult<Json<ListOut<$out>>> {
                let paging = paging(page.0.as_deref(), limit.0.as_deref(), cursor.0.as_deref(), offset.0.as_deref())?;
                let order = self::sort(sort.0, $sorts);
                let ctx = auth.0.read().await?;
                ctx.require($kind.read())?;
                let stages = Stages::read(&ctx).await?;
                let filter = DealFilter {
                    search: filter.0,
                    stage: stages.filter(stage.0.as_deref())?,
                    outcome: word(outcome.0),
                    pipeline: word(pipeline.0),
                    contact_id: contact_id.0,
                    client_id: client_id.0,
                    ..DealFilter::default()
                };
                let found = service::list(&ctx, $kind, &filter, order.as_deref(), &paging).await.map_err($spelt)?;
                Ok(Json(found.map(|d| $out::of(&stages, d)).into()))
            }

            /// Add one
            #[oai(path = $list, method = "post", operation_id = $create_id)]
            async fn create(&self, auth: Staff, body: Json<$in>) -> ApiResult<Created<$out>> {
                let ctx = auth.0.begin().await?;
                ctx.require($kind.create())?;
                let wish = body.0.wish(&ctx).await?;
                let (stages, deal) = verbs::create(&ctx, $kind, wish).await.map_err($spelt)?;
                let out = $out::of(&stages, deal);
                ctx.commit_reply(201, &out).await?;
                Ok(Created(out))
            }

            /// Read one
            #[oai(path = $one, method = "get", operation_id = $get_id)]
            async fn get(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<$out>> {
                let ctx = auth.0.read().await?;
                let deal = service::get(&ctx, $kind, id.0).await?;
                Ok(Json($out::of(&Stages::read(&ctx).await?, deal)))
            }

            /// Change one: what is absent stays
            ///
            /// A stage that can't follow: 409 `invalid_transition`, with those that can in `data.allowed`. From one that
            /// is won or lost only with `reopen`.
            #[oai(path = $one, method = "put", operation_id = $replace_id)]
            async fn replace(&self, auth: Staff, id: Path<Uuid>, body: Json<$in>) -> ApiResult<Json<$out>> {
                Ok(Json($change(&auth.0, id.0, body.0).await?))
            }

            /// Change one: what is absent stays
            ///
            /// A stage that can't follow: 409 `invalid_transition`, with those that can in `data.allowed`. From one that
            /// is won or lost only with `reopen`.
            #[oai(path = $one, method = "patch", operation_id = $update_id)]
            async fn update(&self, auth: Staff, id: Path<Uuid>, body: Json<$in>) -> ApiResult<Json<$out>> {
                Ok(Json($change(&auth.0, id.0, body.0).await?))
            }

            /// Delete one
            #[oai(path = $one, method = "delete", operation_id = $delete_id)]
            async fn delete(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<NoContent> {
                let ctx = auth.0.begin().await?;
                service::delete(&ctx, $kind, id.0).await?;
                ctx.commit_reply(204, &serde_json::Value::Null).await?;
                Ok(NoContent)
            }
        }
    };
}

sales_api!(
    /// Opportunities.
    SalesOpportunitiesApi, Kind::Opportunity, SalesOpportunityIn, SalesOpportunityOut, opportunity_spelt, change_opportunity,
    sorts: &[("value", "amount")],
    list: "/opportunities" "crmListOpportunities", create: "crmCreateOpportunity",
    one: "/opportunities/:id" "crmGetOpportunity" "crmReplaceOpportunity" "crmUpdateOpportunity" "crmDeleteOpportunity"
);
sales_api!(
    /// Deals.
    SalesDealsApi, Kind::Deal, SalesDealIn, SalesDealOut, deal_spelt, change_deal,
    sorts: &[("close_date", "expected_close_date")],
    list: "/deals" "crmListDeals", create: "crmCreateDeal",
    one: "/deals/:id" "crmGetDeal" "crmReplaceDeal" "crmUpdateDeal" "crmDeleteDeal"
);

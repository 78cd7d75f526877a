//! `/deals` and `/opportunities`: the same operations twice, each with permissions of its own.

use kernel::paging::Paging;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use runtime::http::{ApiResult, Created, ListOut, Staff};
use uuid::Uuid;

use super::entity::Kind;
use super::http::{DealFilter, DealIn, DealOut, DealPatch};
use super::service;

macro_rules! deals_api {
    (
        $(#[$doc:meta])* $api:ident, $kind:expr,
        list: $list:tt $list_id:tt, create: $create_id:tt, one: $one:tt $get_id:tt $update_id:tt $delete_id:tt,
        restore: $restore:tt $restore_id:tt, timeline: $timeline:tt $timeline_id:tt
    ) => {
        $(#[$doc])*
        pub struct $api;

        #[OpenApi]
        impl $api {
            /// List them
            ///
            /// Filters take comma-separated values. Sorts: `created_at`, `name`, `amount`, `expected_close_date`,
            /// `stage`, `closed_at`, `assigned_to`, with `-` for downwards; newest first by default.
            #[oai(path = $list, method = "get", operation_id = $list_id)]
            #[expect(clippy::too_many_arguments, reason = "one argument per documented query parameter")]
            async fn list(
                &self,
                auth: Staff,
                /// Pipelines' keys.
                pipeline: Query<Option<String>>,
                /// Stages' keys.
                stage: Query<Option<String>>,
                /// `open`, `won` or `lost`.
                outcome: Query<Option<String>>,
                /// Clients' ids, or `none`.
                client_id: Query<Option<String>>,
                /// Contacts' ids, or `none`.
                contact_id: Query<Option<String>>,
                /// Owners' ids, or `none`.
                assigned_to: Query<Option<String>>,
                /// Teams' ids, or `none`.
                team_id: Query<Option<String>>,
                /// Tags, all of which must be there.
                tag: Query<Option<String>>,
                /// The least amount, in its own currency.
                amount_min: Query<Option<String>>,
                /// The largest amount, in its own currency.
                amount_max: Query<Option<String>>,
                /// First day on which it should be closed.
                close_from: Query<Option<String>>,
                /// Last day on which it should be closed.
                close_to: Query<Option<String>>,
                /// First day (of the CRM's time zone) or instant of creation.
                created_from: Query<Option<String>>,
                /// Last day, or the instant before which it was created.
                created_to: Query<Option<String>>,
                /// Imports' ids, or `none`: those that came with one.
                import_id: Query<Option<String>>,
                /// Words in the name.
                search: Query<Option<String>>,
                /// A group of conditions, as JSON, as lists of leads take it.
                filter: Query<Option<String>>,
                /// Order: up to three fields, with `-` for downwards; records without a value come last.
                sort: Query<Option<String>>,
                /// 1-based page, for shallow pages.
                page: Query<Option<String>>,
                /// Rows on a page, 20 by default, 200 at most.
                limit: Query<Option<String>>,
                /// The same as `limit`.
                page_size: Query<Option<String>>,
                /// `next_cursor` of the page before.
                cursor: Query<Option<String>>,
            ) -> ApiResult<Json<ListOut<DealOut>>> {
                let paging = Paging::parse(page.0.as_deref(), limit.0.or(page_size.0).as_deref(), cursor.0.as_deref())?;
                let filter = DealFilter {
                    pipeline: pipeline.0,
                    stage: stage.0,
                    outcome: outcome.0,
                    client_id: client_id.0,
                    contact_id: contact_id.0,
                    assigned_to: assigned_to.0,
                    team_id: team_id.0,
                    tag: tag.0,
                    amount_min: amount_min.0,
                    amount_max: amount_max.0,
                    close_from: close_from.0,
                    close_to: close_to.0,
                    created_from: created_from.0,
                    created_to: created_to.0,
                    import_id: import_id.0,
                    search: search.0,
                    filter: filter.0,
                };
                let ctx = auth.0.read().await?;
                let found = service::list(&ctx, $kind, &filter, sort.0.as_deref(), &paging).await?;
                Ok(Json(found.map(DealOut::from).into()))
            }

            /// Add one
            #[oai(path = $list, method = "post", operation_id = $create_id)]
            async fn create(&self, auth: Staff, body: Json<DealIn>) -> ApiResult<Created<DealOut>> {
                let ctx = auth.0.begin().await?;
                let out = DealOut::from(service::create(&ctx, $kind, &body.0).await?);
                ctx.commit_reply(201, &out).await?;
                Ok(Created(out))
            }

            /// Read one
            #[oai(path = $one, method = "get", operation_id = $get_id)]
            async fn get(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<DealOut>> {
                let ctx = auth.0.read().await?;
                Ok(Json(service::get(&ctx, $kind, id.0).await?.into()))
            }

            /// Change one
            ///
            /// Its stage aside, which has an operation of its own.
            #[oai(path = $one, method = "patch", operation_id = $update_id)]
            async fn update(&self, auth: Staff, id: Path<Uuid>, body: Json<DealPatch>) -> ApiResult<Json<DealOut>> {
                let ctx = auth.0.begin().await?;
                let out = DealOut::from(service::update(&ctx, $kind, id.0, &body.0).await?);
                ctx.commit_reply(200, &out).await?;
                Ok(Json(out))
            }

            /// Delete one
            ///
            /// It can be restored.
            #[oai(path = $one, method = "delete", operation_id = $delete_id)]
            async fn delete(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<DealOut>> {
                let ctx = auth.0.begin().await?;
                let out = DealOut::from(service::delete(&ctx, $kind, id.0).await?);
                ctx.commit_reply(200, &out).await?;
                Ok(Json(out))
            }

            /// Restore a deleted one
            #[oai(path = $restore, method = "post", operation_id = $restore_id)]
            async fn restore(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<DealOut>> {
                let ctx = auth.0.begin().await?;
                let out = DealOut::from(service::restore(&ctx, $kind, id.0).await?);
                ctx.commit_reply(200, &out).await?;
                Ok(Json(out))
            }

            /// What happened to one
            #[oai(path = $timeline, method = "get", operation_id = $timeline_id)]
            async fn timeline(
                &self,
                auth: Staff,
                id: Path<Uuid>,
                /// What of it: `all`, `changes`, `status`, `assignment`, `reveals`, `documents`,
                /// `activities` or `notes`.
                kind: Query<Option<String>>,
                /// Rows on a page.
                limit: Query<Option<String>>,
                /// `next_cursor` of the page before.
                cursor: Query<Option<String>>,
            ) -> ApiResult<Json<ListOut<access::audit::AuditEntryOut>>> {
                let paging = Paging::parse(None, limit.0.as_deref(), cursor.0.as_deref())?;
                let chapter = access::audit::Chapter::parse(kind.0.as_deref())?;
                let ctx = auth.0.read().await?;
                Ok(Json(service::timeline(&ctx, $kind, id.0, chapter, &paging).await?.map(Into::into).into()))
            }
        }
    };
}

deals_api!(
    /// Deals.
    DealsApi, Kind::Deal,
    list: "/deals" "listDeals", create: "createDeal", one: "/deals/:id" "getDeal" "updateDeal" "deleteDeal",
    restore: "/deals/:id/restore" "restoreDeal", timeline: "/deals/:id/timeline" "dealTimeline"
);
deals_api!(
    /// Opportunities.
    OpportunitiesApi, Kind::Opportunity,
    list: "/opportunities" "listOpportunities", create: "createOpportunity",
    one: "/opportunities/:id" "getOpportunity" "updateOpportunity" "deleteOpportunity",
    restore: "/opportunities/:id/restore" "restoreOpportunity",
    timeline: "/opportunities/:id/timeline" "opportunityTimeline"
);

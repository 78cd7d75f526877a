//! `/api/crm/activities`.

use chrono::{DateTime, Utc};
use crm::activities::entity::Activity;
use crm::activities::input::ActivityFilter;
use crm::activities::service;
use kernel::DomainError;
use kernel::paging::Paging;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::Ctx;
use runtime::http::{ApiResult, Created, ListOut, NoContent, SignedIn, Staff};
use uuid::Uuid;

use super::input::{SalesActivityIn, spelt};
use crate::people;
use crate::sales::envelope::{paging, sort, word};

/// How many activities are recent.
const RECENT: &str = "5";

/// An activity.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct SalesActivityOut {
    /// Id.
    pub id: Uuid,
    /// `call`, `email`, `meeting`, `task` or `note`.
    #[oai(rename = "type")]
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// `low`, `normal`, `high` or `urgent`.
    pub priority: String,
    /// More of what it is about.
    pub description: Option<String>,
    /// `scheduled`, `completed`, `cancelled` or `overdue`.
    pub status: String,
    /// When it is due; of a whole day, its beginning.
    pub due_date: Option<DateTime<Utc>>,
    /// Whether it is for a day and not for a time.
    pub all_day: bool,
    /// Owner's id.
    pub assigned_to: Option<Uuid>,
    /// Owner's name.
    pub assigned_to_name: Option<String>,
    /// The contact it is about, for who sees that contact; the same holds for the other records.
    pub contact_id: Option<Uuid>,
    /// The contact's name.
    pub contact_name: Option<String>,
    /// The opportunity it is about.
    pub opportunity_id: Option<Uuid>,
    /// The opportunity's name.
    pub opportunity_name: Option<String>,
    /// The deal it is about.
    pub deal_id: Option<Uuid>,
    /// The deal's name.
    pub deal_name: Option<String>,
    /// The client it is about.
    pub client_id: Option<Uuid>,
    /// The client's name.
    pub client_name: Option<String>,
    /// Whether it is done.
    pub completed: bool,
    /// When it was done.
    pub completed_at: Option<DateTime<Utc>>,
    /// What came of it.
    pub outcome: Option<String>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

fn out(ctx: &Ctx, a: Activity) -> SalesActivityOut {
    SalesActivityOut {
        status: a.standing(ctx.now()).to_owned(),
        completed: a.status == "completed",
        id: a.id,
        kind: a.kind,
        subject: a.subject,
        priority: a.priority,
        description: a.description,
        due_date: a.due_at,
        all_day: a.all_day,
        assigned_to: a.assigned_to,
        assigned_to_name: a.assigned_to_name,
        contact_id: a.contact_id,
        contact_name: a.contact_name,
        opportunity_id: a.opportunity_id,
        opportunity_name: a.opportunity_name,
        deal_id: a.deal_id,
        deal_name: a.deal_name,
        client_id: a.client_id,
        client_name: a.client_name,
        completed_at: a.completed_at,
        outcome: a.outcome,
        created_at: a.created_at,
        updated_at: a.updated_at,
    }
}

async fn change(auth: &SignedIn, id: Uuid, input: SalesActivityIn) -> kernel::Result<SalesActivityOut> {
    let ctx = auth.begin().await?;
    let old = service::get(&ctx, id).await?;
    let patch = input.patch(&ctx, Some(&old)).await?;
    let out = out(&ctx, service::update(&ctx, id, &patch).await.map_err(spelt)?);
    ctx.commit_reply(200, &out).await?;
    Ok(out)
}

/// How an activity stands, by whether it is done or by its own words.
fn standing(status: Option<String>, completed: Option<String>) -> kernel::Result<Option<String>> {
    match word(completed).as_deref() {
        None | Some("") => Ok(word(status)),
        Some("true") => Ok(Some("completed".to_owned())),
        Some("false") => Ok(Some("scheduled,cancelled".to_owned())),
        Some(_) => Err(DomainError::field("completed", "must be true or false")),
    }
}

/// Activities.
pub struct SalesActivitiesApi;

#[OpenApi]
impl SalesActivitiesApi {
    /// List activities
    ///
    /// Sorts: `created_at`, `due_date`, `priority`, with `-` for downwards; newest first by default.
    #[oai(path = "/activities", method = "get", operation_id = "crmListActivities")]
    #[expect(clippy::too_many_arguments, reason = "one argument per documented query parameter")]
    async fn list(
        &self,
        auth: Staff,
        /// Words in subject and description.
        filter: Query<Option<String>>,
        /// `call`, `email`, `meeting`, `task` or `note`.
        #[oai(name = "type")]
        kind: Query<Option<String>>,
        /// `low`, `normal`, `high` or `urgent`.
        priority: Query<Option<String>>,
        /// `scheduled`, `completed`, `cancelled` or `overdue`.
        status: Query<Option<String>>,
        /// `true` for what is done, `false` for the rest; counts more than `status`.
        completed: Query<Option<String>>,
        /// Contacts' ids.
        contact_id: Query<Option<String>>,
        /// Opportunities' ids.
        opportunity_id: Query<Option<String>>,
        /// Deals' ids.
        deal_id: Query<Option<String>>,
        /// Clients' ids.
        client_id: Query<Option<String>>,
        /// Owners' ids, ours or the issuer's, `me`, or `none`.
        assigned_to: Query<Option<String>>,
        /// Order, with `-` for downwards; what is without a value comes last.
        sort: Query<Option<String>>,
        /// Rows on a page, 20 by default, 200 at most.
        limit: Query<Option<String>>,
        /// Rows to skip, at most 100,000; not together with `page` or `cursor`.
        offset: Query<Option<String>>,
        /// 1-based page.
        page: Query<Option<String>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<SalesActivityOut>>> {
        let paging = paging(page.0.as_deref(), limit.0.as_deref(), cursor.0.as_deref(), offset.0.as_deref())?;
        let order = self::sort(sort.0, &[("due_date", "due_at")]);
        let ctx = auth.0.read().await?;
        ctx.require("activities.read")?;
        let filter = ActivityFilter {
            search: filter.0,
            kind: word(kind.0),
            priority: word(priority.0),
            status: standing(status.0, completed.0)?,
            contact_id: contact_id.0,
            opportunity_id: opportunity_id.0,
            deal_id: deal_id.0,
            client_id: client_id.0,
            assigned_to: people::filter(&ctx, "assigned_to", [assigned_to.0, None]).await?,
            ..ActivityFilter::default()
        };
        let found = service::list(&ctx, &filter, order.as_deref(), &paging).await.map_err(spelt)?;
        Ok(Json(found.map(|a| out(&ctx, a)).into()))
    }

    /// The five newest activities
    #[oai(path = "/activities/recent", method = "get", operation_id = "crmRecentActivities")]
    async fn recent(&self, auth: Staff) -> ApiResult<Json<ListOut<SalesActivityOut>>> {
        let ctx = auth.0.read().await?;
        let paging = Paging::parse(None, Some(RECENT), None)?;
        let found = service::list(&ctx, &ActivityFilter::default(), Some("-created_at"), &paging).await?;
        Ok(Json(found.map(|a| out(&ctx, a)).into()))
    }

    /// Add an activity
    #[oai(path = "/activities", method = "post", operation_id = "crmCreateActivity")]
    async fn create(&self, auth: Staff, body: Json<SalesActivityIn>) -> ApiResult<Created<SalesActivityOut>> {
        let ctx = auth.0.begin().await?;
        ctx.require("activities.create")?;
        let input = body.0.new_activity(&ctx).await?;
        let out = out(&ctx, service::create(&ctx, &input).await.map_err(spelt)?);
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }

    /// Read an activity
    #[oai(path = "/activities/:id", method = "get", operation_id = "crmGetActivity")]
    async fn get(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<SalesActivityOut>> {
        let ctx = auth.0.read().await?;
        let activity = service::get(&ctx, id.0).await?;
        Ok(Json(out(&ctx, activity)))
    }

    /// Change an activity: what is absent stays
    #[oai(path = "/activities/:id", method = "put", operation_id = "crmReplaceActivity")]
    async fn replace(&self, auth: Staff, id: Path<Uuid>, body: Json<SalesActivityIn>) -> ApiResult<Json<SalesActivityOut>> {
        Ok(Json(change(&auth.0, id.0, body.0).await?))
    }

    /// Change an activity: what is absent stays
    #[oai(path = "/activities/:id", method = "patch", operation_id = "crmUpdateActivity")]
    async fn update(&self, auth: Staff, id: Path<Uuid>, body: Json<SalesActivityIn>) -> ApiResult<Json<SalesActivityOut>> {
        Ok(Json(change(&auth.0, id.0, body.0).await?))
    }

    /// Delete an activity
    #[oai(path = "/activities/:id", method = "delete", operation_id = "crmDeleteActivity")]
    async fn delete(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<NoContent> {
        let ctx = auth.0.begin().await?;
        service::delete(&ctx, id.0).await?;
        ctx.commit_reply(204, &serde_json::Value::Null).await?;
        Ok(NoContent)
    }
}

//! `/admin/activities` and `/admin/me/activities`.

use std::collections::HashMap;

use crm::activities::entity::Activity;
use crm::activities::input::{ActivityFilter, CompleteIn};
use crm::activities::{complete, service};
use kernel::DomainError;
use kernel::paging::{Page, Paging};
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Created, NoContent, OptionalJson, SignedIn, Staff};
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::input::ConsoleActivityIn;
use crate::customers::{CustomerBriefOut, briefs};
use crate::envelope::paging;
use crate::{PageOut, people, words};

/// A record by its name.
#[derive(Debug, Clone, Object)]
pub struct NamedOut {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: String,
}

/// A user.
#[derive(Debug, Clone, Object, FromQueryResult)]
pub struct ConsoleUserOut {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// E-mail.
    pub email: String,
}

/// Users by their ids.
pub(crate) async fn users(ctx: &Ctx, ids: impl IntoIterator<Item = Uuid>) -> kernel::Result<HashMap<Uuid, ConsoleUserOut>> {
    let ids: Vec<Uuid> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found: Vec<ConsoleUserOut> = ctx.tx().all("select id, name, email from users where id = any ($1)", [ids.into()]).await?;
    Ok(found.into_iter().map(|u| (u.id, u)).collect())
}

/// An activity.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ConsoleActivityOut {
    /// Id.
    pub id: Uuid,
    /// `call`, `email`, `meeting`, `task` or `note`.
    #[oai(rename = "type")]
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// The same as `subject`.
    pub title: String,
    /// More of that.
    pub description: Option<String>,
    /// `scheduled`, `completed`, `cancelled` or `overdue`.
    pub status: String,
    /// The customer it is about.
    pub customer_id: Option<Uuid>,
    /// The customer, for who sees it.
    pub customer: Option<CustomerBriefOut>,
    /// The deal it is about.
    pub deal_id: Option<Uuid>,
    /// The deal, for who sees it.
    pub deal: Option<NamedOut>,
    /// The contact it is about.
    pub contact_id: Option<Uuid>,
    /// Owner's id.
    pub owner_id: Option<Uuid>,
    /// The owner.
    pub owner: Option<ConsoleUserOut>,
    /// The same as `owner_id`.
    pub assigned_to: Option<Uuid>,
    /// When it is due.
    pub due_at: Option<chrono::DateTime<chrono::Utc>>,
    /// The same as `due_at`.
    pub due_date: Option<chrono::DateTime<chrono::Utc>>,
    /// When it was done.
    pub completed_at: Option<chrono::DateTime<chrono::Utc>>,
    /// How long it takes, in minutes.
    pub duration: Option<i32>,
    /// What came of it.
    pub outcome: Option<String>,
    /// `low`, `normal`, `high` or `urgent`.
    pub priority: String,
    /// When it was created.
    pub created_at: chrono::DateTime<chrono::Utc>,
    /// When it was last changed.
    pub updated_at: chrono::DateTime<chrono::Utc>,
}

/// Activities with what they name, in two questions for all of them.
pub(crate) async fn all(ctx: &Ctx, activities: Vec<Activity>) -> kernel::Result<Vec<ConsoleActivityOut>> {
    let customers = briefs(ctx, activities.iter().filter_map(|a| a.client_id)).await?;
    let users = users(ctx, activities.iter().filter_map(|a| a.assigned_to)).await?;
    let out = activities.into_iter().map(|a| ConsoleActivityOut {
        status: a.standing(ctx.now()).to_owned(),
        id: a.id,
        kind: a.kind,
        subject: a.subject.clone(),
        title: a.subject,
        description: a.description,
        customer: a.client_id.and_then(|id| customers.get(&id).cloned()),
        customer_id: a.client_id,
        deal: a.deal_id.zip(a.deal_name).map(|(id, name)| NamedOut { id, name }),
        deal_id: a.deal_id,
        contact_id: a.contact_id,
        owner: a.assigned_to.and_then(|id| users.get(&id).cloned()),
        owner_id: a.assigned_to,
        assigned_to: a.assigned_to,
        due_at: a.due_at,
        due_date: a.due_at,
        completed_at: a.completed_at,
        duration: a.duration_minutes,
        outcome: a.outcome,
        priority: a.priority,
        created_at: a.created_at,
        updated_at: a.updated_at,
    });
    Ok(out.collect())
}

async fn one(ctx: &Ctx, activity: Activity) -> kernel::Result<ConsoleActivityOut> {
    let mut out = all(ctx, vec![activity]).await?;
    out.pop().ok_or_else(|| DomainError::internal("an activity went missing"))
}

fn spelt(error: DomainError) -> DomainError {
    words::spelt(error).renamed(&[("duration_minutes", "duration"), ("due_from", "date_from"), ("due_to", "date_to")])
}

/// Activities of a customer that the actor sees; of none for who sees none at all.
async fn of(ctx: &Ctx, filter: ActivityFilter, limit: &str) -> kernel::Result<Page<Activity>> {
    let paging = Paging::parse(None, Some(limit), None)?;
    if ctx.actor().scope("activities.read").is_none() {
        return Ok(Page::nothing(&paging));
    }
    service::list(ctx, &filter, Some("-created_at"), &paging).await
}

/// The newest activities of a customer.
pub(crate) async fn recent_of(ctx: &Ctx, customer: Uuid) -> kernel::Result<Vec<ConsoleActivityOut>> {
    let filter = ActivityFilter { client_id: Some(customer.to_string()), ..ActivityFilter::default() };
    all(ctx, of(ctx, filter, "5").await?.data).await
}

/// How many activities of a customer are scheduled and not yet due.
pub(crate) async fn upcoming_of(ctx: &Ctx, customer: Uuid) -> kernel::Result<u64> {
    let filter = ActivityFilter {
        client_id: Some(customer.to_string()),
        status: Some("scheduled".to_owned()),
        due_from: Some(ctx.now().to_rfc3339()),
        ..ActivityFilter::default()
    };
    Ok(of(ctx, filter, "1").await?.total)
}

async fn change(auth: &SignedIn, id: Uuid, input: &ConsoleActivityIn) -> kernel::Result<ConsoleActivityOut> {
    let ctx = auth.begin().await?;
    service::get(&ctx, id).await?;
    let patch = input.patch(&ctx).await?;
    let activity = service::update(&ctx, id, &patch).await.map_err(spelt)?;
    let out = one(&ctx, activity).await?;
    ctx.commit_reply(200, &out).await?;
    Ok(out)
}

/// Activities.
pub struct ConsoleActivitiesApi;

#[OpenApi]
impl ConsoleActivitiesApi {
    /// List activities, newest first
    #[oai(path = "/activities", method = "get", operation_id = "consoleListActivities")]
    #[expect(clippy::too_many_arguments, reason = "one argument per documented query parameter")]
    async fn list(
        &self,
        auth: Staff,
        /// `call`, `email`, `meeting`, `task` or `note`.
        #[oai(name = "type")]
        kind: Query<Option<String>>,
        /// `scheduled`, `completed`, `cancelled` or `overdue`.
        status: Query<Option<String>>,
        /// Customers' ids.
        customer_id: Query<Option<String>>,
        /// Deals' ids.
        deal_id: Query<Option<String>>,
        /// Owners' ids, or `none`.
        owner_id: Query<Option<String>>,
        /// Owners' ids, or `none`.
        assigned_to: Query<Option<String>>,
        /// First day or instant on which it is due.
        date_from: Query<Option<String>>,
        /// Last day on which it is due, or the instant before.
        date_to: Query<Option<String>>,
        /// Words in the subject.
        search: Query<Option<String>>,
        /// 1-based page.
        page: Query<Option<String>>,
        /// Rows on a page, at most 200.
        limit: Query<Option<String>>,
        /// The same as `limit`.
        page_size: Query<Option<String>>,
    ) -> ApiResult<Json<PageOut<ConsoleActivityOut>>> {
        let paging = paging(page.0.as_deref(), limit.0.as_deref(), page_size.0.as_deref())?;
        let ctx = auth.0.read().await?;
        ctx.require("activities.read")?;
        let filter = ActivityFilter {
            kind: kind.0,
            status: status.0,
            client_id: customer_id.0,
            deal_id: deal_id.0,
            assigned_to: people::filter(&ctx, "assigned_to", [assigned_to.0, owner_id.0]).await?,
            due_from: date_from.0,
            due_to: date_to.0,
            search: search.0,
            ..ActivityFilter::default()
        };
        let found = service::list(&ctx, &filter, None, &paging).await.map_err(spelt)?;
        Ok(Json(found.dressed(async |rows| all(&ctx, rows).await).await?.into()))
    }

    /// The caller's own activities, newest first
    #[oai(path = "/me/activities", method = "get", operation_id = "consoleMyActivities")]
    async fn mine(
        &self,
        auth: Staff,
        /// `scheduled`, `completed`, `cancelled` or `overdue`.
        status: Query<Option<String>>,
        /// 1-based page.
        page: Query<Option<String>>,
        /// Rows on a page, at most 200.
        limit: Query<Option<String>>,
        /// The same as `limit`.
        page_size: Query<Option<String>>,
    ) -> ApiResult<Json<PageOut<ConsoleActivityOut>>> {
        let paging = paging(page.0.as_deref(), limit.0.as_deref(), page_size.0.as_deref())?;
        let ctx = auth.0.read().await?;
        let filter = ActivityFilter { status: status.0, assigned_to: Some("me".to_owned()), ..ActivityFilter::default() };
        let found = service::list(&ctx, &filter, None, &paging).await.map_err(spelt)?;
        Ok(Json(found.dressed(async |rows| all(&ctx, rows).await).await?.into()))
    }

    /// Add an activity
    #[oai(path = "/activities", method = "post", operation_id = "consoleCreateActivity")]
    async fn create(&self, auth: Staff, body: Json<ConsoleActivityIn>) -> ApiResult<Created<ConsoleActivityOut>> {
        let ctx = auth.0.begin().await?;
        let input = body.0.new_activity(&ctx).await?;
        let activity = service::create(&ctx, &input).await.map_err(spelt)?;
        let out = one(&ctx, activity).await?;
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }

    /// Read an activity
    #[oai(path = "/activities/:id", method = "get", operation_id = "consoleGetActivity")]
    async fn get(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<ConsoleActivityOut>> {
        let ctx = auth.0.read().await?;
        let activity = service::get(&ctx, id.0).await?;
        Ok(Json(one(&ctx, activity).await?))
    }

    /// Change an activity: what is absent stays
    #[oai(path = "/activities/:id", method = "put", operation_id = "consoleReplaceActivity")]
    async fn replace(&self, auth: Staff, id: Path<Uuid>, body: Json<ConsoleActivityIn>) -> ApiResult<Json<ConsoleActivityOut>> {
        Ok(Json(change(&auth.0, id.0, &body.0).await?))
    }

    /// Change an activity: what is absent stays
    #[oai(path = "/activities/:id", method = "patch", operation_id = "consoleUpdateActivity")]
    async fn update(&self, auth: Staff, id: Path<Uuid>, body: Json<ConsoleActivityIn>) -> ApiResult<Json<ConsoleActivityOut>> {
        Ok(Json(change(&auth.0, id.0, &body.0).await?))
    }

    /// Complete an activity
    #[oai(path = "/activities/:id/complete", method = "patch", operation_id = "consoleCompleteActivity")]
    async fn complete(&self, auth: Staff, id: Path<Uuid>, body: OptionalJson<CompleteIn>) -> ApiResult<Json<ConsoleActivityOut>> {
        let ctx = auth.0.begin().await?;
        let (activity, _) = complete(&ctx, id.0, &body.0.unwrap_or_default()).await?;
        let out = one(&ctx, activity).await?;
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Delete an activity
    #[oai(path = "/activities/:id", method = "delete", operation_id = "consoleDeleteActivity")]
    async fn delete(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<NoContent> {
        let ctx = auth.0.begin().await?;
        service::delete(&ctx, id.0).await?;
        ctx.commit_reply(204, &serde_json::Value::Null).await?;
        Ok(NoContent)
    }
}

//! `/activities`.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::paging::Paging;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::Ctx;
use runtime::http::{ApiResult, Created, ListOut, NoContent, Staff};
use uuid::Uuid;

use super::entity::Activity;
use super::input::{ActivityFilter, CancelIn, CompleteIn, MoveIn};
use super::series::{self, words_of};
use super::{actions, agenda, service};
use crate::zone;

pub use super::input::{ActivityIn, ActivityPatch, RepeatIn};

/// How an activity comes again.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct RepeatOut {
    /// `daily`, `weekly`, `monthly` or `yearly`.
    pub freq: String,
    /// Every so many of these.
    pub interval: u32,
    /// Days of a weekly rule: `mo` to `su`.
    pub weekdays: Option<Vec<String>>,
    /// The last day on which it may fall.
    pub until: Option<NaiveDate>,
    /// How often it comes, this time included.
    pub count: Option<u32>,
    /// The time zone in which its days are counted.
    pub timezone: String,
}

/// An activity.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ActivityOut {
    /// Id; of a virtual one, that of the activity which comes again.
    pub id: Uuid,
    /// `call`, `email`, `meeting`, `task` or `note`.
    #[oai(rename = "type")]
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// More of that.
    pub description: Option<String>,
    /// `scheduled`, `completed`, `cancelled` or `overdue` (scheduled, and due before now).
    pub status: String,
    /// `low`, `normal`, `high` or `urgent`.
    pub priority: String,
    /// When it is due; of a whole day, its beginning in the CRM's time zone.
    pub due_at: Option<DateTime<Utc>>,
    /// Of what is for a whole day: the day.
    pub due_date: Option<NaiveDate>,
    /// Whether it is for a day and not for a time.
    pub all_day: bool,
    /// How long it takes.
    pub duration_minutes: Option<i32>,
    /// What came of it.
    pub outcome: Option<String>,
    /// Where.
    pub location: Option<String>,
    /// The client it is about. Records that the caller may not read are left out.
    pub client_id: Option<Uuid>,
    /// The client's name.
    pub client_name: Option<String>,
    /// The contact.
    pub contact_id: Option<Uuid>,
    /// The contact's name.
    pub contact_name: Option<String>,
    /// The lead.
    pub lead_id: Option<Uuid>,
    /// The lead's name.
    pub lead_name: Option<String>,
    /// The deal.
    pub deal_id: Option<Uuid>,
    /// The deal's name.
    pub deal_name: Option<String>,
    /// The opportunity.
    pub opportunity_id: Option<Uuid>,
    /// The opportunity's name.
    pub opportunity_name: Option<String>,
    /// Whose it is.
    pub assigned_to: Option<Uuid>,
    /// Their name.
    pub assigned_to_name: Option<String>,
    /// Team's id.
    pub team_id: Option<Uuid>,
    /// How it comes again. Of a series, its last activity has it.
    pub repeat: Option<RepeatOut>,
    /// The same in words, in English.
    pub repeat_text: Option<String>,
    /// The activity with which the series began.
    pub series_id: Option<Uuid>,
    /// Minutes before it is due at which its owner is reminded.
    pub remind_before: Option<i32>,
    /// When it was done.
    pub completed_at: Option<DateTime<Utc>>,
    /// Who did it.
    pub completed_by: Option<Uuid>,
    /// Who made it.
    pub created_by: Option<Uuid>,
    /// Their name.
    pub created_by_name: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; send it with PATCH to be told of a change in between.
    pub version: i32,
    /// When it was deleted.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Of a calendar: that it is a later time of an activity that comes again, and no activity yet.
    #[oai(rename = "virtual")]
    pub is_virtual: Option<bool>,
}

impl ActivityOut {
    /// As it stands at the context's moment.
    pub fn of(ctx: &Ctx, zone: chrono_tz::Tz, a: Activity) -> Self {
        let status = a.standing(ctx.now()).to_owned();
        let due_date = a.due_at.filter(|_| a.all_day).map(|due| zone::day_of(zone, due));
        let rule = a.rule();
        Self {
            repeat_text: rule.as_ref().map(|(rule, _)| words_of(rule)),
            repeat: rule.map(|(rule, zone)| series::out(&rule, zone)),
            id: a.id,
            kind: a.kind,
            subject: a.subject,
            description: a.description,
            status,
            priority: a.priority,
            due_at: a.due_at,
            due_date,
            all_day: a.all_day,
            duration_minutes: a.duration_minutes,
            outcome: a.outcome,
            location: a.location,
            client_id: a.client_id,
            client_name: a.client_name,
            contact_id: a.contact_id,
            contact_name: a.contact_name,
            lead_id: a.lead_id,
            lead_name: a.lead_name,
            deal_id: a.deal_id,
            deal_name: a.deal_name,
            opportunity_id: a.opportunity_id,
            opportunity_name: a.opportunity_name,
            assigned_to: a.assigned_to,
            assigned_to_name: a.assigned_to_name,
            team_id: a.team_id,
            series_id: a.series_id,
            remind_before: a.remind_before,
            completed_at: a.completed_at,
            completed_by: a.completed_by,
            created_by: a.created_by,
            created_by_name: a.created_by_name,
            created_at: a.created_at,
            updated_at: a.updated_at,
            version: a.version,
            deleted_at: a.deleted_at,
            is_virtual: None,
        }
    }

    /// The same for one alone, in the tenant's zone.
    pub async fn one(ctx: &Ctx, a: Activity) -> kernel::Result<Self> {
        let zone = zone::of_tenant(ctx).await?;
        Ok(Self::of(ctx, zone, a))
    }
}

/// An activity that was done or called off, and the next one of its series.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct DoneOut {
    /// The activity.
    #[oai(flatten)]
    pub activity: ActivityOut,
    /// The next one, if it comes again.
    pub next: Option<ActivityOut>,
}

/// How many activities are open, by when they are due. None is counted twice.
#[derive(Debug, Object)]
pub struct ActivityCountsOut {
    /// Due before now.
    pub overdue: i64,
    /// Due today, from now on.
    pub today: i64,
    /// Due in the six days after today.
    pub week: i64,
    /// Due later.
    pub later: i64,
    /// Without a date.
    pub none: i64,
}

/// Activities in a span of time.
#[derive(Debug, Object)]
pub struct CalendarOut {
    /// By when they are due, with the later times of those that come again.
    pub data: Vec<ActivityOut>,
    /// Whether there are more than the 1,000 that are shown.
    pub truncated: bool,
    /// The time zone in which days are counted.
    pub timezone: String,
}

/// Activities.
pub struct ActivitiesApi;

#[OpenApi]
impl ActivitiesApi {
    /// List activities
    ///
    /// Those within the caller's scope; of one record, all that hang on it if the caller may read the record.
    /// Filters take comma-separated values. Sorts: `created_at`, `due_at`, `priority`, with `-` for downwards;
    /// newest first by default.
    #[oai(path = "/activities", method = "get", operation_id = "listActivities")]
    #[expect(clippy::too_many_arguments, reason = "one argument per documented query parameter")]
    async fn list(
        &self,
        auth: Staff,
        /// `call`, `email`, `meeting`, `task`, `note`.
        #[oai(name = "type")]
        kind: Query<Option<String>>,
        /// `scheduled` (overdue ones included), `completed`, `cancelled`, `overdue`.
        status: Query<Option<String>>,
        /// `low`, `normal`, `high`, `urgent`.
        priority: Query<Option<String>>,
        /// Clients' ids.
        client_id: Query<Option<String>>,
        /// Contacts' ids.
        contact_id: Query<Option<String>>,
        /// Leads' ids.
        lead_id: Query<Option<String>>,
        /// Deals' ids.
        deal_id: Query<Option<String>>,
        /// Opportunities' ids.
        opportunity_id: Query<Option<String>>,
        /// Users' ids, `me`, or `none`.
        assigned_to: Query<Option<String>>,
        /// Teams' ids, or `none`.
        team_id: Query<Option<String>>,
        /// First day (of the CRM's time zone) or instant on which it is due.
        due_from: Query<Option<String>>,
        /// Last day, or the instant before which it is due.
        due_to: Query<Option<String>>,
        /// First day (of the CRM's time zone) or instant of creation.
        created_from: Query<Option<String>>,
        /// Last day, or the instant before which it was created.
        created_to: Query<Option<String>>,
        /// Imports' ids, or `none`: those that came with one.
        import_id: Query<Option<String>>,
        /// Words in the subject.
        search: Query<Option<String>>,
        /// Order: up to three fields, with `-` for downwards; those without a value come last.
        sort: Query<Option<String>>,
        /// 1-based page, for shallow pages.
        page: Query<Option<String>>,
        /// Rows on a page, 20 by default, 200 at most.
        limit: Query<Option<String>>,
        /// The same as `limit`.
        page_size: Query<Option<String>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<ActivityOut>>> {
        let paging = Paging::parse(page.0.as_deref(), limit.0.or(page_size.0).as_deref(), cursor.0.as_deref())?;
        let filter = ActivityFilter {
            kind: kind.0,
            status: status.0,
            priority: priority.0,
            client_id: client_id.0,
            contact_id: contact_id.0,
            lead_id: lead_id.0,
            deal_id: deal_id.0,
            opportunity_id: opportunity_id.0,
            assigned_to: assigned_to.0,
            team_id: team_id.0,
            due_from: due_from.0,
            due_to: due_to.0,
            created_from: created_from.0,
            created_to: created_to.0,
            import_id: import_id.0,
            search: search.0,
        };
        let ctx = auth.0.read().await?;
        let found = service::list(&ctx, &filter, sort.0.as_deref(), &paging).await?;
        let zone = zone::of_tenant(&ctx).await?;
        Ok(Json(found.map(|a| ActivityOut::of(&ctx, zone, a)).into()))
    }

    /// List what the caller has to do
    ///
    /// Scheduled activities that are assigned to the caller, by when they are due.
    #[oai(path = "/activities/mine", method = "get", operation_id = "listMyActivities")]
    async fn mine(
        &self,
        auth: Staff,
        /// `overdue`, `today`, `week` (the six days after today), `later`, `none` (without a date) or `all`.
        when: Query<Option<String>>,
        /// 1-based page, for shallow pages.
        page: Query<Option<String>>,
        /// Rows on a page, 20 by default, 200 at most.
        limit: Query<Option<String>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<ActivityOut>>> {
        let paging = Paging::parse(page.0.as_deref(), limit.0.as_deref(), cursor.0.as_deref())?;
        let ctx = auth.0.read().await?;
        let found = agenda::mine(&ctx, when.0.as_deref(), &paging).await?;
        let zone = zone::of_tenant(&ctx).await?;
        Ok(Json(found.map(|a| ActivityOut::of(&ctx, zone, a)).into()))
    }

    /// Count what there is to do
    #[oai(path = "/activities/counts", method = "get", operation_id = "countActivities")]
    async fn counts(
        &self,
        auth: Staff,
        /// `mine` (the default), or `team` for the activities of the caller's teams.
        scope: Query<Option<String>>,
    ) -> ApiResult<Json<ActivityCountsOut>> {
        let ctx = auth.0.read().await?;
        let c = agenda::counts(&ctx, scope.0.as_deref()).await?;
        Ok(Json(ActivityCountsOut { overdue: c.overdue, today: c.today, week: c.week, later: c.later, none: c.none }))
    }

    /// Show activities of a span of time
    ///
    /// Those that are due in it, cancelled ones left out, and the later times of those that come again, marked
    /// `virtual`. At most 1,000; a span of at most 400 days.
    #[oai(path = "/activities/calendar", method = "get", operation_id = "activityCalendar")]
    async fn calendar(
        &self,
        auth: Staff,
        /// First day of the CRM's time zone, or an instant. Required.
        from: Query<Option<String>>,
        /// Last day, or the instant before which it ends. Required.
        to: Query<Option<String>>,
        /// Users' ids, `me` (the default), or `team`.
        assigned_to: Query<Option<String>>,
    ) -> ApiResult<Json<CalendarOut>> {
        let ctx = auth.0.read().await?;
        let shown = agenda::calendar(&ctx, from.0.as_deref(), to.0.as_deref(), assigned_to.0.as_deref()).await?;
        let out = |(a, is_virtual): (Activity, bool)| ActivityOut {
            is_virtual: is_virtual.then_some(true),
            ..ActivityOut::of(&ctx, shown.zone, a)
        };
        let data = shown.rows.into_iter().map(out).collect();
        Ok(Json(CalendarOut { data, truncated: shown.truncated, timezone: shown.zone.name().to_owned() }))
    }

    /// Add an activity
    ///
    /// Without `assigned_to` it is the caller's own. One that was done already is added with `status`
    /// `completed`.
    #[oai(path = "/activities", method = "post", operation_id = "createActivity")]
    async fn create(&self, auth: Staff, body: Json<ActivityIn>) -> ApiResult<Created<ActivityOut>> {
        let ctx = auth.0.begin().await?;
        let out = ActivityOut::one(&ctx, service::create(&ctx, &body.0).await?).await?;
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }

    /// Read an activity
    #[oai(path = "/activities/:id", method = "get", operation_id = "getActivity")]
    async fn get(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<ActivityOut>> {
        let ctx = auth.0.read().await?;
        Ok(Json(ActivityOut::one(&ctx, service::get(&ctx, id.0).await?).await?))
    }

    /// Change an activity
    #[oai(path = "/activities/:id", method = "patch", operation_id = "updateActivity")]
    async fn update(&self, auth: Staff, id: Path<Uuid>, body: Json<ActivityPatch>) -> ApiResult<Json<ActivityOut>> {
        let ctx = auth.0.begin().await?;
        let out = ActivityOut::one(&ctx, service::update(&ctx, id.0, &body.0).await?).await?;
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Delete an activity
    ///
    /// It can be restored. A series ends with its last activity.
    #[oai(path = "/activities/:id", method = "delete", operation_id = "deleteActivity")]
    async fn delete(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<NoContent> {
        let ctx = auth.0.begin().await?;
        service::delete(&ctx, id.0).await?;
        ctx.commit_reply(204, &serde_json::Value::Null).await?;
        Ok(NoContent)
    }

    /// Restore a deleted activity
    #[oai(path = "/activities/:id/restore", method = "post", operation_id = "restoreActivity")]
    async fn restore(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<ActivityOut>> {
        let ctx = auth.0.begin().await?;
        let out = ActivityOut::one(&ctx, service::restore(&ctx, id.0).await?).await?;
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Complete an activity
    ///
    /// Of a series the next one comes with it: the first time of the rule that lies after now. One that is
    /// completed or cancelled already: 409 `not_scheduled`.
    #[oai(path = "/activities/:id/complete", method = "patch", operation_id = "completeActivity")]
    async fn complete(&self, auth: Staff, id: Path<Uuid>, body: Json<CompleteIn>) -> ApiResult<Json<DoneOut>> {
        let ctx = auth.0.begin().await?;
        let (done, next) = actions::complete(&ctx, id.0, &body.0).await?;
        let out = done_out(&ctx, done, next).await?;
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Open an activity again that was completed or cancelled
    #[oai(path = "/activities/:id/reopen", method = "patch", operation_id = "reopenActivity")]
    async fn reopen(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<ActivityOut>> {
        let ctx = auth.0.begin().await?;
        let out = ActivityOut::one(&ctx, actions::reopen(&ctx, id.0).await?).await?;
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Call an activity off
    ///
    /// Of a series this one time, unless `series` says all that would come.
    #[oai(path = "/activities/:id/cancel", method = "patch", operation_id = "cancelActivity")]
    async fn cancel(&self, auth: Staff, id: Path<Uuid>, body: Json<CancelIn>) -> ApiResult<Json<DoneOut>> {
        let ctx = auth.0.begin().await?;
        let (done, next) = actions::cancel(&ctx, id.0, &body.0).await?;
        let out = done_out(&ctx, done, next).await?;
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Move an activity to another time
    #[oai(path = "/activities/:id/move", method = "patch", operation_id = "moveActivity")]
    async fn move_to(&self, auth: Staff, id: Path<Uuid>, body: Json<MoveIn>) -> ApiResult<Json<ActivityOut>> {
        let ctx = auth.0.begin().await?;
        let out = ActivityOut::one(&ctx, service::move_to(&ctx, id.0, &body.0).await?).await?;
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }
}

async fn done_out(ctx: &Ctx, done: Activity, next: Option<Activity>) -> kernel::Result<DoneOut> {
    let zone = zone::of_tenant(ctx).await?;
    Ok(DoneOut { activity: ActivityOut::of(ctx, zone, done), next: next.map(|a| ActivityOut::of(ctx, zone, a)) })
}

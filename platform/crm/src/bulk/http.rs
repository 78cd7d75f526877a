//! `/clients/assign`, `/clients/bulk`, and the same for leads, contacts, opportunities and deals.

use kernel::validate::Checker;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::types::MaybeUndefined;
use poem_openapi::{ApiResponse, Object, OpenApi};
use runtime::Ctx;
use runtime::http::{ApiResult, SignedIn, Staff};
use uuid::Uuid;

use super::change::{read_assign, read_change};
use super::kind::Kind;
use super::selection::Selection;
use super::service::{self, Outcome};
use crate::ownership::Wish;

/// Among whom records are spread.
#[derive(Debug, Default, Object)]
pub struct DistributeIn {
    /// Users' ids, in the order of their turns.
    pub users: Option<Vec<String>>,
    /// Instead of users: all active members of a team.
    pub team_id: Option<String>,
    /// `round_robin`, one after the other (the default), or `load`, so that in the end all have as many open
    /// records as can be.
    pub by: Option<String>,
}

/// Which records go to whom.
#[derive(Debug, Object)]
pub struct AssignIn {
    /// Records, at most 5,000. Or a filter.
    pub ids: Option<Vec<Uuid>>,
    /// All that the list shows under this filter: an object with the names of the list's query parameters.
    pub filter: Option<serde_json::Value>,
    /// Of those that the filter means, these are left out; at most 5,000.
    pub except: Option<Vec<Uuid>>,
    /// The user, whose team the records join; null takes the records away from everybody.
    pub assigned_to: MaybeUndefined<String>,
    /// The team. Without `assigned_to` the records are then nobody's in that team.
    pub team_id: MaybeUndefined<String>,
    /// Instead of one user or team: several users.
    pub distribute: Option<DistributeIn>,
}

/// What is done to each record.
#[derive(Debug, Default, Object)]
pub struct ChangeIn {
    /// Status key.
    pub status: Option<String>,
    /// Tags that each gets.
    pub add_tags: Option<Vec<String>>,
    /// Tags that each loses.
    pub remove_tags: Option<Vec<String>>,
    /// True deletes; not leads, and what is deleted can be restored.
    pub delete: Option<bool>,
}

/// Which records change, and how.
#[derive(Debug, Object)]
pub struct BulkIn {
    /// Records, at most 5,000. Or a filter.
    pub ids: Option<Vec<Uuid>>,
    /// All that the list shows under this filter: an object with the names of the list's query parameters.
    pub filter: Option<serde_json::Value>,
    /// Of those that the filter means, these are left out; at most 5,000.
    pub except: Option<Vec<Uuid>>,
    /// The change. Required.
    pub change: Option<ChangeIn>,
}

/// What came of asking for a change of many records.
#[derive(Debug, Default, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct BulkOut {
    /// Of a dry run: how many records would change.
    pub count: Option<u64>,
    /// How many records changed.
    pub updated: Option<u64>,
    /// The job that works on a large change: `GET /jobs/{id}`.
    pub job_id: Option<Uuid>,
    /// How many records the job is to change.
    pub total: Option<u64>,
    /// Takes the change back: `POST /undo/{undo_id}`. Absent if nothing changed.
    pub undo_id: Option<Uuid>,
}

/// The answer to a change of many records.
#[derive(ApiResponse)]
pub enum BulkReply {
    /// Done, or counted.
    #[oai(status = 200)]
    Done(Json<BulkOut>),
    /// Begun; a job goes on with it.
    #[oai(status = 202)]
    Begun(Json<BulkOut>),
}

impl From<Outcome> for BulkOut {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Count(count) => Self { count: Some(count), ..Self::default() },
            Outcome::Done { updated, undo_id } => Self { updated: Some(updated), undo_id, ..Self::default() },
            Outcome::Begun { job_id, undo_id, total } => {
                Self { job_id: Some(job_id), undo_id: Some(undo_id), total: Some(total), ..Self::default() }
            }
        }
    }
}

/// Commits and answers.
async fn reply(ctx: Ctx, outcome: Outcome) -> ApiResult<BulkReply> {
    let begun = matches!(outcome, Outcome::Begun { .. });
    let out = BulkOut::from(outcome);
    ctx.commit_reply(if begun { 202 } else { 200 }, &out).await?;
    Ok(if begun { BulkReply::Begun(Json(out)) } else { BulkReply::Done(Json(out)) })
}

async fn assign(who: SignedIn, kind: Kind, body: AssignIn, dry_run: bool) -> ApiResult<BulkReply> {
    let wish = Wish::read(&body.assigned_to, &body.team_id)?;
    let ctx = who.begin().await?;
    let mut c = Checker::new();
    let assign = read_assign(&ctx, &mut c, kind, &wish, body.distribute.as_ref()).await?;
    let selection = Selection::read(&mut c, kind, body.ids, body.filter, body.except)?;
    c.finish()?;
    let (Some((assign, by_load)), Some(selection)) = (assign, selection) else {
        return Err(kernel::DomainError::internal("a faulty request was found without fault").into());
    };
    let change = super::change::Change { assign: Some(assign), ..Default::default() };
    let outcome = service::request(&ctx, kind, &selection, change, by_load, dry_run).await?;
    reply(ctx, outcome).await
}

async fn change(who: SignedIn, kind: Kind, body: BulkIn, dry_run: bool) -> ApiResult<BulkReply> {
    let ctx = who.begin().await?;
    let mut c = Checker::new();
    let change = read_change(&ctx, &mut c, kind, body.change.as_ref()).await?;
    let selection = Selection::read(&mut c, kind, body.ids, body.filter, body.except)?;
    c.finish()?;
    let Some(selection) = selection else {
        return Err(kernel::DomainError::internal("a faulty request was found without fault").into());
    };
    let outcome = service::request(&ctx, kind, &selection, change, false, dry_run).await?;
    reply(ctx, outcome).await
}

/// Changes of many records.
pub struct BulkApi;

#[OpenApi]
impl BulkApi {
    /// Assign clients
    ///
    /// Gives chosen clients, or all that a filter means, to a user (and their team), to a team, or to several
    /// users. Up to 500 are changed at once: 200 with `updated`. More are changed by a job: 202 with `job_id`.
    #[oai(path = "/clients/assign", method = "post", operation_id = "assignClients")]
    async fn assign_clients(
        &self,
        auth: Staff,
        /// True changes nothing and answers how many clients would change.
        dry_run: Query<Option<bool>>,
        body: Json<AssignIn>,
    ) -> ApiResult<BulkReply> {
        assign(auth.0, Kind::Client, body.0, dry_run.0 == Some(true)).await
    }

    /// Assign leads
    ///
    /// As clients are assigned.
    #[oai(path = "/leads/assign", method = "post", operation_id = "assignLeads")]
    async fn assign_leads(
        &self,
        auth: Staff,
        /// True changes nothing and answers how many leads would change.
        dry_run: Query<Option<bool>>,
        body: Json<AssignIn>,
    ) -> ApiResult<BulkReply> {
        assign(auth.0, Kind::Lead, body.0, dry_run.0 == Some(true)).await
    }

    /// Change many clients
    ///
    /// Status, tags or deletion of chosen clients, or of all that a filter means. Up to 500 are changed at
    /// once: 200 with `updated`. More are changed by a job: 202 with `job_id`.
    #[oai(path = "/clients/bulk", method = "post", operation_id = "changeClients")]
    async fn change_clients(
        &self,
        auth: Staff,
        /// True changes nothing and answers how many clients would change.
        dry_run: Query<Option<bool>>,
        body: Json<BulkIn>,
    ) -> ApiResult<BulkReply> {
        change(auth.0, Kind::Client, body.0, dry_run.0 == Some(true)).await
    }

    /// Change many leads
    ///
    /// As clients are changed; leads have a status only.
    #[oai(path = "/leads/bulk", method = "post", operation_id = "changeLeads")]
    async fn change_leads(
        &self,
        auth: Staff,
        /// True changes nothing and answers how many leads would change.
        dry_run: Query<Option<bool>>,
        body: Json<BulkIn>,
    ) -> ApiResult<BulkReply> {
        change(auth.0, Kind::Lead, body.0, dry_run.0 == Some(true)).await
    }

    /// Assign contacts
    ///
    /// As clients are assigned.
    #[oai(path = "/contacts/assign", method = "post", operation_id = "assignContacts")]
    async fn assign_contacts(
        &self,
        auth: Staff,
        /// True changes nothing and answers how many would change.
        dry_run: Query<Option<bool>>,
        body: Json<AssignIn>,
    ) -> ApiResult<BulkReply> {
        assign(auth.0, Kind::Contact, body.0, dry_run.0 == Some(true)).await
    }

    /// Change many contacts
    ///
    /// As clients are changed.
    #[oai(path = "/contacts/bulk", method = "post", operation_id = "changeContacts")]
    async fn change_contacts(
        &self,
        auth: Staff,
        /// True changes nothing and answers how many would change.
        dry_run: Query<Option<bool>>,
        body: Json<BulkIn>,
    ) -> ApiResult<BulkReply> {
        change(auth.0, Kind::Contact, body.0, dry_run.0 == Some(true)).await
    }

    /// Assign opportunities
    ///
    /// As clients are assigned.
    #[oai(path = "/opportunities/assign", method = "post", operation_id = "assignOpportunities")]
    async fn assign_opportunities(
        &self,
        auth: Staff,
        /// True changes nothing and answers how many would change.
        dry_run: Query<Option<bool>>,
        body: Json<AssignIn>,
    ) -> ApiResult<BulkReply> {
        assign(auth.0, Kind::Opportunity, body.0, dry_run.0 == Some(true)).await
    }

    /// Change many opportunities
    ///
    /// As clients are changed. Their stages change one by one.
    #[oai(path = "/opportunities/bulk", method = "post", operation_id = "changeOpportunities")]
    async fn change_opportunities(
        &self,
        auth: Staff,
        /// True changes nothing and answers how many would change.
        dry_run: Query<Option<bool>>,
        body: Json<BulkIn>,
    ) -> ApiResult<BulkReply> {
        change(auth.0, Kind::Opportunity, body.0, dry_run.0 == Some(true)).await
    }

    /// Assign deals
    ///
    /// As clients are assigned.
    #[oai(path = "/deals/assign", method = "post", operation_id = "assignDeals")]
    async fn assign_deals(
        &self,
        auth: Staff,
        /// True changes nothing and answers how many would change.
        dry_run: Query<Option<bool>>,
        body: Json<AssignIn>,
    ) -> ApiResult<BulkReply> {
        assign(auth.0, Kind::Deal, body.0, dry_run.0 == Some(true)).await
    }

    /// Change many deals
    ///
    /// As clients are changed. Their stages change one by one.
    #[oai(path = "/deals/bulk", method = "post", operation_id = "changeDeals")]
    async fn change_deals(
        &self,
        auth: Staff,
        /// True changes nothing and answers how many would change.
        dry_run: Query<Option<bool>>,
        body: Json<BulkIn>,
    ) -> ApiResult<BulkReply> {
        change(auth.0, Kind::Deal, body.0, dry_run.0 == Some(true)).await
    }
}

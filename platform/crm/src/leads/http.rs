//! `/leads`.

use kernel::DomainError;
use kernel::paging::Paging;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::MaybeUndefined;
use poem_openapi::{Object, OpenApi};
use runtime::Ctx;
use runtime::http::{ApiResult, Created, ListOut, OptionalJson, SignedIn, Staff};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::entity::Lead;
use super::{along, link, service};
use crate::clients::collisions;
use crate::deals::convert::FromLead;
use crate::ownership::parse_id;
use crate::sensitive;

/// A lead.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct LeadOut {
    /// Id.
    pub id: Uuid,
    /// First and last name.
    pub name: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail; masked if `masked` names it, absent if `hidden` does.
    pub email: Option<String>,
    /// Phone in E.164; masked if `masked` names it, absent if `hidden` does.
    pub phone: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Status key, one of `GET /statuses`.
    pub status: String,
    /// Where the lead came from.
    pub source: Option<String>,
    /// The partner who brought it.
    pub partner_id: Option<Uuid>,
    /// The partner's name.
    pub partner_name: Option<String>,
    /// Owner's id.
    pub assigned_to: Option<Uuid>,
    /// Owner's name.
    pub assigned_to_name: Option<String>,
    /// Team's id.
    pub team_id: Option<Uuid>,
    /// Team's name.
    pub team_name: Option<String>,
    /// What the person wrote.
    pub message: Option<String>,
    /// What the source adds.
    pub metadata: serde_json::Value,
    /// Custom fields.
    pub custom: serde_json::Value,
    /// The client it became.
    pub converted_client_id: Option<Uuid>,
    /// Who created it; absent for public forms.
    pub created_by: Option<Uuid>,
    /// When it was created.
    pub created_at: chrono::DateTime<chrono::Utc>,
    /// When it was last changed.
    pub updated_at: chrono::DateTime<chrono::Utc>,
    /// Counts changes.
    pub version: i32,
    /// Tags.
    pub tags: Vec<String>,
    /// When somebody wants to come back to the lead.
    pub follow_up_at: Option<chrono::DateTime<chrono::Utc>>,
    /// What for.
    pub follow_up_note: Option<String>,
    /// Fields shown masked.
    pub masked: Vec<String>,
    /// Fields not shown.
    pub hidden: Vec<String>,
}

impl LeadOut {
    /// As the actor of the context may see it.
    pub fn of(ctx: &Ctx, l: Lead) -> Self {
        let (masked, hidden) =
            sensitive::LEAD.marks(ctx, |name| if name == "phone" { l.phone.is_some() } else { l.email.is_some() });
        Self {
            id: l.id,
            name: format!("{} {}", l.first_name, l.last_name),
            first_name: l.first_name,
            last_name: l.last_name,
            email: l.email,
            phone: l.phone,
            country: l.country,
            status: l.status,
            source: l.source,
            partner_id: l.partner_id,
            partner_name: l.partner_name,
            assigned_to: l.assigned_to,
            assigned_to_name: l.assigned_to_name,
            team_id: l.team_id,
            team_name: l.team_name,
            message: l.message,
            metadata: l.metadata,
            custom: l.custom,
            converted_client_id: l.converted_client_id,
            created_by: l.created_by,
            created_at: l.created_at,
            updated_at: l.updated_at,
            version: l.version,
            tags: l.tags,
            follow_up_at: l.follow_up_at,
            follow_up_note: l.follow_up_note,
            masked,
            hidden,
        }
    }
}

/// A new lead. First name, last name and an e-mail or phone are required.
#[derive(Debug, Clone, Default, Object)]
pub struct LeadIn {
    /// First name. Required.
    pub first_name: Option<String>,
    /// Last name. Required.
    pub last_name: Option<String>,
    /// E-mail. Required, unless there is a phone number.
    pub email: Option<String>,
    /// Phone; without a country code the lead's country, then the tenant's default helps.
    pub phone: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// The language in which they are spoken to, an ISO 639-1 code or a tag like `de-AT`; kept as `language` in
    /// `metadata`.
    pub language: Option<String>,
    /// Status key; the tenant's default if absent.
    pub status: Option<String>,
    /// Where the lead came from.
    pub source: Option<String>,
    /// The partner who brought it.
    pub partner_id: Option<String>,
    /// Owner's id.
    pub assigned_to: Option<String>,
    /// What the person wrote.
    pub message: Option<String>,
    /// What the source adds: an object.
    pub metadata: Option<serde_json::Value>,
    /// Custom fields, by key.
    pub custom: Option<serde_json::Value>,
    /// Tags.
    pub tags: Option<Vec<String>>,
    /// When to come back to the lead, an instant (RFC 3339).
    pub follow_up_at: Option<String>,
    /// What for, at most 200 characters; goes with a date.
    pub follow_up_note: Option<String>,
}

/// Changes to a lead: absent leaves a field, null empties it.
#[derive(Debug, Default, Object)]
pub struct LeadPatch {
    /// First name.
    pub first_name: MaybeUndefined<String>,
    /// Last name.
    pub last_name: MaybeUndefined<String>,
    /// E-mail; refused while it is masked for the caller.
    pub email: MaybeUndefined<String>,
    /// Phone; refused while it is masked for the caller.
    pub phone: MaybeUndefined<String>,
    /// ISO 3166-1 alpha-2.
    pub country: MaybeUndefined<String>,
    /// Status key.
    pub status: MaybeUndefined<String>,
    /// Where the lead came from.
    pub source: MaybeUndefined<String>,
    /// What the person wrote.
    pub message: MaybeUndefined<String>,
    /// Owner's id.
    pub assigned_to: MaybeUndefined<String>,
    /// Team's id.
    pub team_id: MaybeUndefined<String>,
    /// Custom fields by key: what is named is replaced, null removes.
    pub custom: MaybeUndefined<serde_json::Value>,
    /// Tags.
    pub tags: MaybeUndefined<Vec<String>>,
    /// When to come back to the lead, an instant (RFC 3339).
    pub follow_up_at: MaybeUndefined<String>,
    /// What for, at most 200 characters; goes with a date.
    pub follow_up_note: MaybeUndefined<String>,
    /// Why the status changes, at most 200 characters; it stands in the lead's history.
    pub reason: Option<String>,
    /// The version the caller saw.
    pub version: Option<i32>,
}

/// Filters of the list.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LeadFilter {
    /// Status keys.
    pub status: Option<String>,
    /// Countries.
    pub country: Option<String>,
    /// Sources.
    pub source: Option<String>,
    /// Partners, or none.
    pub partner_id: Option<String>,
    /// Owners, or none.
    pub assigned_to: Option<String>,
    /// Teams, or none.
    pub team_id: Option<String>,
    /// Tags, all of which must be there.
    pub tag: Option<String>,
    /// Words for when the follow-up is due.
    pub follow_up: Option<String>,
    /// The import it came with.
    pub import_id: Option<String>,
    /// First day.
    pub created_from: Option<String>,
    /// Last day.
    pub created_to: Option<String>,
    /// Words.
    pub search: Option<String>,
    /// A group of conditions, as JSON.
    pub filter: Option<String>,
}

/// A lead's new status.
#[derive(Debug, Object)]
pub struct LeadStatusIn {
    /// Status key. Required.
    pub status: Option<String>,
    /// Why, at most 200 characters; it stands in the lead's history.
    pub reason: Option<String>,
}

/// The client a lead became.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ConvertedOut {
    /// The client's id.
    pub client_id: Uuid,
    /// The client's primary contact, if an opportunity was asked for: the one it has, or one made of the lead.
    pub contact_id: Option<Uuid>,
    /// The opportunity, if one was asked for.
    pub opportunity_id: Option<Uuid>,
}

/// The opportunity that a lead brings along.
#[derive(Debug, Default, Object)]
pub struct LeadOpportunityIn {
    /// Its name. Required.
    pub name: Option<String>,
    /// What it is worth, a decimal number.
    pub amount: Option<String>,
    /// The currency of the amount; the base currency if absent.
    pub currency: Option<String>,
    /// The pipeline's key; the default one if absent.
    pub pipeline: Option<String>,
    /// When it should be closed, `YYYY-MM-DD`.
    pub expected_close_date: Option<String>,
}

impl From<LeadOpportunityIn> for FromLead {
    fn from(o: LeadOpportunityIn) -> Self {
        let LeadOpportunityIn { name, amount, currency, pipeline, expected_close_date } = o;
        Self { name, amount, currency, pipeline, expected_close_date }
    }
}

/// How to convert a lead.
#[derive(Debug, Default, Object)]
pub struct ConvertIn {
    /// The client that it is already; absent makes a new one.
    pub client_id: Option<String>,
    /// An opportunity that comes along, with a contact.
    pub opportunity: Option<LeadOpportunityIn>,
}

/// Says who has the address of a lead, to who may know.
async fn with_owner(auth: &SignedIn, lead: Uuid, error: DomainError) -> DomainError {
    if error.code() != "email_exists" {
        return error;
    }
    let owner = async { link::owner_of_address(&auth.read().await?, lead).await };
    match owner.await {
        Ok(Some(client)) => error.with(serde_json::json!({ "client_id": client })),
        _ => error,
    }
}

/// Leads.
pub struct LeadsApi;

#[OpenApi]
impl LeadsApi {
    /// List leads
    ///
    /// Filters take comma-separated values. Sorts: `created_at`, `name`, `follow_up_at`, with `-` for
    /// downwards; newest first by default.
    #[oai(path = "/leads", method = "get", operation_id = "listLeads")]
    #[expect(clippy::too_many_arguments, reason = "one argument per documented query parameter")]
    async fn list(
        &self,
        auth: Staff,
        /// Status keys.
        status: Query<Option<String>>,
        /// ISO country codes.
        country: Query<Option<String>>,
        /// Sources.
        source: Query<Option<String>>,
        /// Partners' ids, or `none`.
        partner_id: Query<Option<String>>,
        /// Owners' ids, or `none`.
        assigned_to: Query<Option<String>>,
        /// Teams' ids, or `none`.
        team_id: Query<Option<String>>,
        /// Tags, all of which must be there.
        tag: Query<Option<String>>,
        /// When the follow-up is due: `overdue`, `today`, `week`, `any`, `none`.
        follow_up: Query<Option<String>>,
        /// The import it came with.
        import_id: Query<Option<String>>,
        /// First day (of the CRM's time zone) or instant of creation.
        created_from: Query<Option<String>>,
        /// Last day, or the instant before which it was created.
        created_to: Query<Option<String>>,
        /// Words in the name, and in e-mail and phone for those who see them in clear.
        search: Query<Option<String>>,
        /// A group of conditions, as JSON: `{"and": [{"field": "status", "op": "in", "value": ["new"]}]}`, with
        /// `or` for at least one of them, nested up to three deep, 50 conditions at most. Fields are those of the
        /// record and `custom.<key>`. Texts: `is is_not contains starts_with empty not_empty`; words and ids:
        /// `in not_in empty not_empty`, with `me` and `none` for an owner; numbers: `eq lt lte gt gte between`;
        /// lists of words: `any all none`; flags: `is`; dates: `on before after between`,
        /// `within {"last": 7, "unit": "day"}` (or `next`), `older_than {"count": 30, "unit": "day"}`, `today
        /// yesterday tomorrow this_week last_week next_week this_month last_month next_month this_year last_year`.
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
    ) -> ApiResult<Json<ListOut<LeadOut>>> {
        let paging = Paging::parse(page.0.as_deref(), limit.0.or(page_size.0).as_deref(), cursor.0.as_deref())?;
        let filter = LeadFilter {
            status: status.0,
            country: country.0,
            source: source.0,
            partner_id: partner_id.0,
            assigned_to: assigned_to.0,
            team_id: team_id.0,
            tag: tag.0,
            follow_up: follow_up.0,
            import_id: import_id.0,
            created_from: created_from.0,
            created_to: created_to.0,
            search: search.0,
            filter: filter.0,
        };
        let ctx = auth.0.read().await?;
        let found = service::list(&ctx, &filter, sort.0.as_deref(), &paging).await?;
        Ok(Json(found.map(|l| LeadOut::of(&ctx, l)).into()))
    }

    /// Add a lead
    #[oai(path = "/leads", method = "post", operation_id = "createLead")]
    async fn create(&self, auth: Staff, body: Json<LeadIn>) -> ApiResult<Created<LeadOut>> {
        let ctx = auth.0.begin().await?;
        let lead = service::create(&ctx, &body.0).await?;
        let out = LeadOut::of(&ctx, lead);
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }

    /// Read a lead
    #[oai(path = "/leads/:id", method = "get", operation_id = "getLead")]
    async fn get(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<LeadOut>> {
        let ctx = auth.0.read().await?;
        let lead = service::get(&ctx, id.0).await?;
        Ok(Json(LeadOut::of(&ctx, lead)))
    }

    /// Change a lead
    #[oai(path = "/leads/:id", method = "patch", operation_id = "updateLead")]
    async fn update(&self, auth: Staff, id: Path<Uuid>, body: Json<LeadPatch>) -> ApiResult<Json<LeadOut>> {
        let ctx = auth.0.begin().await?;
        let lead = service::update(&ctx, id.0, &body.0).await?;
        let out = LeadOut::of(&ctx, lead);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Change a lead's status
    ///
    /// To one that the settings let follow; the answer to another (422) names those. `reason` says why,
    /// e.g. why the lead was lost.
    #[oai(path = "/leads/:id/status", method = "patch", operation_id = "setLeadStatus")]
    async fn set_status(&self, auth: Staff, id: Path<Uuid>, body: Json<LeadStatusIn>) -> ApiResult<Json<LeadOut>> {
        let LeadStatusIn { status, reason } = body.0;
        let status = status.filter(|s| !s.is_empty()).ok_or_else(|| kernel::DomainError::field("status", "is required"))?;
        let ctx = auth.0.begin().await?;
        let change = LeadPatch { status: MaybeUndefined::Value(status), reason, ..LeadPatch::default() };
        let lead = service::update(&ctx, id.0, &change).await?;
        let out = LeadOut::of(&ctx, lead);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Convert a lead to a client
    ///
    /// With `client_id` the lead is linked to that client instead of becoming another, and the client gets what
    /// it lacks. Without it a taken e-mail is refused (409 `email_exists`); `data.client_id` names the client who
    /// has it, for callers who see that one with its e-mail. With `opportunity` one is made for the client, and a
    /// contact of the lead unless the client has a primary one.
    #[oai(path = "/leads/:id/convert", method = "post", operation_id = "convertLead")]
    async fn convert(&self, auth: Staff, id: Path<Uuid>, body: OptionalJson<ConvertIn>) -> ApiResult<Json<ConvertedOut>> {
        let body = body.0.unwrap_or_default();
        let client = parse_id("client_id", body.client_id.as_deref())?;
        let opportunity = body.opportunity.map(FromLead::from);
        collisions::may_ask(&auth.0).await?;
        let ctx = auth.0.begin_carrying().await?;
        let out = match along::convert(&ctx, id.0, client, opportunity.as_ref()).await {
            Ok(out) => out,
            Err(e) => {
                let e = collisions::counted(&auth.0, ctx, e).await;
                return Err(with_owner(&auth.0, id.0, e).await.into());
            }
        };
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// What happened to a lead
    #[oai(path = "/leads/:id/timeline", method = "get", operation_id = "leadTimeline")]
    async fn timeline(
        &self,
        auth: Staff,
        id: Path<Uuid>,
        /// What of it: `all`, `changes`, `status`, `assignment`, `reveals`, `documents`, `activities` or `notes`.
        kind: Query<Option<String>>,
        /// Rows on a page.
        limit: Query<Option<String>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<access::audit::AuditEntryOut>>> {
        let paging = Paging::parse(None, limit.0.as_deref(), cursor.0.as_deref())?;
        let kind = access::audit::Chapter::parse(kind.0.as_deref())?;
        let ctx = auth.0.read().await?;
        Ok(Json(service::timeline(&ctx, id.0, kind, &paging).await?.map(Into::into).into()))
    }
}

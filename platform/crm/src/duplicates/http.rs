//! `/duplicates`, `/clients/{id}/duplicates`, `/clients/duplicates/check`, `/leads/{id}/duplicates`.

use chrono::{DateTime, Utc};
use kernel::paging::Paging;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::Ctx;
use runtime::http::{ApiResult, ListOut, Staff};
use uuid::Uuid;

use super::queue::{self, Both};
use super::service::{self, Match, Scored};
use crate::clients::entity::Client;
use crate::clients::http::ClientOut;
use crate::leads::http::LeadOut;

/// Somebody who may be the same person.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct MatchOut {
    /// `client`, or `lead` for one that has not become a client.
    pub kind: String,
    /// Id of the client or lead.
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
    /// Date of birth of a client; masked if `masked` names it, absent if `hidden` does.
    pub date_of_birth: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Status key.
    pub status: String,
    /// Owner's id.
    pub assigned_to: Option<Uuid>,
    /// Owner's name.
    pub assigned_to_name: Option<String>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// How likely it is the same person, from 0 to 1.
    pub score: f64,
    /// Why, the strongest first: `email`, `phone`, `name_birth_date`, `similar_name_birth_date`,
    /// `name_country` or `name`.
    pub reasons: Vec<String>,
    /// Fields shown masked.
    pub masked: Vec<String>,
    /// Fields not shown.
    pub hidden: Vec<String>,
}

/// The fields of these names that a match shows.
fn shown(names: Vec<String>) -> Vec<String> {
    names.into_iter().filter(|n| ["email", "phone", "date_of_birth"].contains(&n.as_str())).collect()
}

impl MatchOut {
    fn of(ctx: &Ctx, found: Scored) -> Self {
        let score = f64::from(found.score) / 100.0;
        let reasons = found.reasons.iter().map(|r| r.as_str().to_owned()).collect();
        match found.who {
            Match::Client(client) => {
                let c = ClientOut::of(ctx, client);
                Self {
                    kind: "client".to_owned(),
                    id: c.id,
                    name: c.name,
                    first_name: c.first_name,
                    last_name: c.last_name,
                    email: c.email,
                    phone: c.phone,
                    date_of_birth: c.date_of_birth,
                    country: c.country,
                    status: c.status,
                    assigned_to: c.assigned_to,
                    assigned_to_name: c.assigned_to_name,
                    created_at: c.created_at,
                    score,
                    reasons,
                    masked: shown(c.masked),
                    hidden: shown(c.hidden),
                }
            }
            Match::Lead(lead) => {
                let l = LeadOut::of(ctx, lead);
                Self {
                    kind: "lead".to_owned(),
                    id: l.id,
                    name: l.name,
                    first_name: l.first_name,
                    last_name: l.last_name,
                    email: l.email,
                    phone: l.phone,
                    date_of_birth: None,
                    country: l.country,
                    status: l.status,
                    assigned_to: l.assigned_to,
                    assigned_to_name: l.assigned_to_name,
                    created_at: l.created_at,
                    score,
                    reasons,
                    masked: shown(l.masked),
                    hidden: shown(l.hidden),
                }
            }
        }
    }
}

/// Those who may be the same person.
#[derive(Debug, Object)]
pub struct MatchesOut {
    /// The likeliest first, at most 20.
    pub data: Vec<MatchOut>,
}

impl MatchesOut {
    fn of(ctx: &Ctx, found: Vec<Scored>) -> Self {
        Self { data: found.into_iter().map(|m| MatchOut::of(ctx, m)).collect() }
    }
}

/// Somebody who is about to be added, as far as they are known.
#[derive(Debug, Default, Object)]
pub struct DraftIn {
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Phone; without a country code the country, then the tenant's default helps.
    pub phone: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Date of birth, YYYY-MM-DD.
    pub date_of_birth: Option<String>,
}

/// A client of a pair.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct SideOut {
    /// Id.
    pub id: Uuid,
    /// First and last name.
    pub name: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail.
    pub email: Option<String>,
    /// Phone in E.164.
    pub phone: Option<String>,
    /// Date of birth, YYYY-MM-DD.
    pub date_of_birth: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Status key.
    pub status: String,
    /// KYC status.
    pub kyc_status: String,
    /// Where the client came from.
    pub source: Option<String>,
    /// Owner's id.
    pub assigned_to: Option<Uuid>,
    /// Owner's name.
    pub assigned_to_name: Option<String>,
    /// Team's id.
    pub team_id: Option<Uuid>,
    /// Team's name.
    pub team_name: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// Counts changes.
    pub version: i32,
}

impl SideOut {
    fn of(c: Client) -> Self {
        Self {
            name: format!("{} {}", c.first_name, c.last_name),
            id: c.id,
            first_name: c.first_name,
            last_name: c.last_name,
            email: c.email,
            phone: c.phone,
            date_of_birth: c.date_of_birth,
            country: c.country,
            status: c.status,
            kyc_status: c.kyc_status,
            source: c.source,
            assigned_to: c.assigned_to,
            assigned_to_name: c.assigned_to_name,
            team_id: c.team_id,
            team_name: c.team_name,
            tags: c.tags,
            created_at: c.created_at,
            version: c.version,
        }
    }
}

/// Two clients who may be one.
#[derive(Debug, Object)]
pub struct PairOut {
    /// Id of the pair.
    pub id: Uuid,
    /// How likely they are one person, from 0 to 1.
    pub score: f64,
    /// Why, the strongest first: `email`, `phone`, `name_birth_date`, `similar_name_birth_date`.
    pub reasons: Vec<String>,
    /// `open`, or `dismissed` if somebody said that they are two people.
    pub state: String,
    /// When the pair was found.
    pub found_at: DateTime<Utc>,
    /// The one.
    pub a: SideOut,
    /// The other.
    pub b: SideOut,
}

impl From<Both> for PairOut {
    fn from(found: Both) -> Self {
        let queue::Pair { id, score, reasons, state, found_at, .. } = found.pair;
        Self { id, score, reasons, state, found_at, a: SideOut::of(found.a), b: SideOut::of(found.b) }
    }
}

/// A pair was dismissed.
#[derive(Debug, Object)]
pub struct DismissedOut {
    /// For `POST /undo/{undo_id}`.
    pub undo_id: Uuid,
}

/// Duplicates.
pub struct DuplicatesApi;

#[OpenApi]
impl DuplicatesApi {
    /// Find who may be the same person as a client
    ///
    /// Clients and leads that have not become clients, within the caller's scope. Fields that the caller does
    /// not see in clear take no part.
    #[oai(path = "/clients/:id/duplicates", method = "get", operation_id = "clientDuplicates")]
    async fn of_client(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<MatchesOut>> {
        let ctx = auth.0.read().await?;
        let found = service::of_client(&ctx, id.0).await?;
        Ok(Json(MatchesOut::of(&ctx, found)))
    }

    /// Find who may be the same person as a lead
    ///
    /// Clients within the caller's scope: the lead can be linked to one of them instead of becoming another.
    #[oai(path = "/leads/:id/duplicates", method = "get", operation_id = "leadDuplicates")]
    async fn of_lead(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<MatchesOut>> {
        let ctx = auth.0.read().await?;
        let found = service::of_lead(&ctx, id.0).await?;
        Ok(Json(MatchesOut::of(&ctx, found)))
    }

    /// Find who may be the same person as somebody who is about to be added
    ///
    /// Changes nothing. What is not written to its end yet takes no part, and neither do fields that the caller
    /// does not see in clear.
    #[oai(path = "/clients/duplicates/check", method = "post", operation_id = "checkDuplicates")]
    async fn check(&self, auth: Staff, body: Json<DraftIn>) -> ApiResult<Json<MatchesOut>> {
        service::may_ask(&auth.0).await?;
        let ctx = auth.0.read().await?;
        let found = service::of_draft(&ctx, &body.0).await?;
        Ok(Json(MatchesOut::of(&ctx, found)))
    }

    /// List pairs of clients who may be one person
    ///
    /// The likeliest first. For who may merge clients and sees their e-mail, phone and date of birth in clear,
    /// by which pairs are found; others get 403 `field_masked`.
    #[oai(path = "/duplicates", method = "get", operation_id = "listDuplicates")]
    async fn list(
        &self,
        auth: Staff,
        /// `open`, the default, or `dismissed`.
        state: Query<Option<String>>,
        /// 1-based page, for shallow pages.
        page: Query<Option<String>>,
        /// Rows on a page, 20 by default, 200 at most.
        limit: Query<Option<String>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<PairOut>>> {
        let paging = Paging::parse(page.0.as_deref(), limit.0.as_deref(), cursor.0.as_deref())?;
        queue::may_look(&auth.0.actor)?;
        let ctx = auth.0.begin_carrying().await?;
        Ok(Json(queue::page(&ctx, state.0.as_deref(), &paging).await?.map(Into::into).into()))
    }

    /// Read a pair of clients who may be one person
    #[oai(path = "/duplicates/:id", method = "get", operation_id = "getDuplicate")]
    async fn get(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<PairOut>> {
        queue::may_look(&auth.0.actor)?;
        let ctx = auth.0.begin_carrying().await?;
        Ok(Json(queue::get(&ctx, id.0).await?.into()))
    }

    /// Say that two clients are two people
    ///
    /// The pair leaves the queue, and is not found again. Can be taken back.
    #[oai(path = "/duplicates/:id/dismiss", method = "post", operation_id = "dismissDuplicate")]
    async fn dismiss(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<DismissedOut>> {
        queue::may_look(&auth.0.actor)?;
        let ctx = auth.0.begin_carrying().await?;
        let out = DismissedOut { undo_id: queue::dismiss(&ctx, id.0).await? };
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }
}

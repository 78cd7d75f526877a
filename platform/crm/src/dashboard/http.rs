//! `/dashboard`.

use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Staff};
use uuid::Uuid;

use super::service::{self, FigureFilter, Figures, Group, Named};

/// How many records share a value.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct GroupOut {
    /// The value; absent for records without one.
    pub key: Option<String>,
    /// How many.
    pub count: i64,
}

/// How many records a team or partner has.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct TeamGroupOut {
    /// The team or partner; absent for records without one.
    pub id: Option<Uuid>,
    /// Its name.
    pub name: Option<String>,
    /// How many.
    pub count: i64,
}

/// Records created on a day.
#[derive(Debug, Object)]
pub struct DayOut {
    /// The day, in the CRM's time zone.
    pub date: String,
    /// How many.
    pub count: i64,
}

/// Figures about clients, within what the reader may see.
#[derive(Debug, Object)]
pub struct ClientFiguresOut {
    /// Clients.
    pub total: i64,
    /// Clients whose status is not a closed one.
    pub active: i64,
    /// Clients whose status is a closed one.
    pub inactive: i64,
    /// Clients with an owner.
    pub assigned: i64,
    /// Clients without an owner.
    pub unassigned: i64,
    /// By team.
    pub by_team: Vec<TeamGroupOut>,
    /// By status.
    pub by_status: Vec<GroupOut>,
    /// By country.
    pub by_country: Vec<GroupOut>,
    /// By source, the 50 most common.
    pub by_source: Vec<GroupOut>,
    /// By KYC status.
    pub by_kyc: Vec<GroupOut>,
    /// Created per day; days without any are left out.
    pub per_day: Vec<DayOut>,
}

/// Figures about leads, within what the reader may see.
#[derive(Debug, Object)]
pub struct LeadFiguresOut {
    /// Leads.
    pub total: i64,
    /// Leads whose status is not a closed one.
    pub open: i64,
    /// Leads whose status is a closed one.
    pub closed: i64,
    /// Leads with an owner.
    pub assigned: i64,
    /// Leads without an owner.
    pub unassigned: i64,
    /// By team.
    pub by_team: Vec<TeamGroupOut>,
    /// By partner.
    pub by_partner: Vec<TeamGroupOut>,
    /// By status.
    pub by_status: Vec<GroupOut>,
    /// By country.
    pub by_country: Vec<GroupOut>,
    /// By source, the 50 most common.
    pub by_source: Vec<GroupOut>,
    /// Created per day; days without any are left out.
    pub per_day: Vec<DayOut>,
}

/// The dashboard.
pub struct DashboardApi;

#[OpenApi]
impl DashboardApi {
    /// Figures about clients
    ///
    /// `team_id` and `assigned_to` narrow all figures; the period narrows `per_day`.
    #[oai(path = "/dashboard/clients", method = "get", operation_id = "clientFigures")]
    async fn clients(
        &self,
        auth: Staff,
        /// First day of `per_day`; 89 days before the last by default.
        from: Query<Option<String>>,
        /// Last day of `per_day`; today in the CRM's time zone by default.
        to: Query<Option<String>>,
        /// Teams' ids, or `none`.
        team_id: Query<Option<String>>,
        /// Owners' ids, or `none`, or `me`.
        assigned_to: Query<Option<String>>,
    ) -> ApiResult<Json<ClientFiguresOut>> {
        let filter = FigureFilter { from: from.0, to: to.0, team_id: team_id.0, assigned_to: assigned_to.0 };
        let ctx = auth.0.read().await?;
        Ok(Json(service::clients(&ctx, &filter).await?.into()))
    }

    /// Figures about leads
    ///
    /// `team_id` and `assigned_to` narrow all figures; the period narrows `per_day`.
    #[oai(path = "/dashboard/leads", method = "get", operation_id = "leadFigures")]
    async fn leads(
        &self,
        auth: Staff,
        /// First day of `per_day`; 89 days before the last by default.
        from: Query<Option<String>>,
        /// Last day of `per_day`; today in the CRM's time zone by default.
        to: Query<Option<String>>,
        /// Teams' ids, or `none`.
        team_id: Query<Option<String>>,
        /// Owners' ids, or `none`, or `me`.
        assigned_to: Query<Option<String>>,
    ) -> ApiResult<Json<LeadFiguresOut>> {
        let filter = FigureFilter { from: from.0, to: to.0, team_id: team_id.0, assigned_to: assigned_to.0 };
        let ctx = auth.0.read().await?;
        Ok(Json(service::leads(&ctx, &filter).await?.into()))
    }
}

impl From<Figures> for ClientFiguresOut {
    fn from(f: Figures) -> Self {
        Self {
            total: f.total,
            active: f.active,
            inactive: f.total - f.active,
            assigned: f.assigned,
            unassigned: f.total - f.assigned,
            by_team: named(f.by_team),
            by_status: groups(f.by_status),
            by_country: groups(f.by_country),
            by_source: groups(f.by_source),
            by_kyc: groups(f.by_kyc),
            per_day: days(f.per_day),
        }
    }
}

impl From<Figures> for LeadFiguresOut {
    fn from(f: Figures) -> Self {
        Self {
            total: f.total,
            open: f.active,
            closed: f.total - f.active,
            assigned: f.assigned,
            unassigned: f.total - f.assigned,
            by_team: named(f.by_team),
            by_partner: named(f.by_partner),
            by_status: groups(f.by_status),
            by_country: groups(f.by_country),
            by_source: groups(f.by_source),
            per_day: days(f.per_day),
        }
    }
}

fn groups(all: Vec<Group>) -> Vec<GroupOut> {
    all.into_iter().map(|g| GroupOut { key: g.key, count: g.count }).collect()
}

fn named(all: Vec<Named>) -> Vec<TeamGroupOut> {
    all.into_iter().map(|g| TeamGroupOut { id: g.id, name: g.name, count: g.count }).collect()
}

fn days(all: Vec<Group>) -> Vec<DayOut> {
    all.into_iter().filter_map(|g| g.key.map(|date| DayOut { date, count: g.count })).collect()
}

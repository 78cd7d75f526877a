//! `GET /dashboard/clients`.

use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Staff};
use uuid::Uuid;

use super::service::{self, Group};

/// How many clients share a value.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct GroupOut {
    /// The value; absent for clients without one.
    pub key: Option<String>,
    /// How many.
    pub count: i64,
}

/// How many clients a team has.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct TeamGroupOut {
    /// The team; absent for clients without one.
    pub id: Option<Uuid>,
    /// Its name.
    pub name: Option<String>,
    /// How many.
    pub count: i64,
}

/// Clients created on a day.
#[derive(Debug, Object)]
pub struct DayOut {
    /// The day, UTC.
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
    /// By country, at most 20.
    pub by_country: Vec<GroupOut>,
    /// By source, at most 20.
    pub by_source: Vec<GroupOut>,
    /// By KYC status.
    pub by_kyc: Vec<GroupOut>,
    /// Created per day, the last 90 days.
    pub per_day: Vec<DayOut>,
}

/// The dashboard.
pub struct DashboardApi;

#[OpenApi]
impl DashboardApi {
    /// Figures about clients
    #[oai(path = "/dashboard/clients", method = "get", operation_id = "clientFigures")]
    async fn clients(&self, auth: Staff) -> ApiResult<Json<ClientFiguresOut>> {
        let ctx = auth.0.read().await?;
        let f = service::clients(&ctx).await?;
        let groups = |all: Vec<Group>| all.into_iter().map(|g| GroupOut { key: g.key, count: g.count }).collect();
        let mut per_day: Vec<DayOut> =
            f.per_day.into_iter().filter_map(|g| g.key.map(|date| DayOut { date, count: g.count })).collect();
        per_day.sort_by(|a, b| a.date.cmp(&b.date));
        Ok(Json(ClientFiguresOut {
            total: f.total,
            active: f.active,
            inactive: f.total - f.active,
            assigned: f.assigned,
            unassigned: f.total - f.assigned,
            by_team: f.by_team.into_iter().map(|t| TeamGroupOut { id: t.id, name: t.name, count: t.count }).collect(),
            by_status: groups(f.by_status),
            by_country: groups(f.by_country),
            by_source: groups(f.by_source),
            by_kyc: groups(f.by_kyc),
            per_day,
        }))
    }
}

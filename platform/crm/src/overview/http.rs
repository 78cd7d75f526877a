//! `/overview/teams`, `/overview/agents`.

use chrono::{DateTime, Utc};
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, ListOut, Staff};
use uuid::Uuid;

use super::service::{self, Line};
use crate::ownership::parse_id;

/// A team and what belongs to it, as far as the caller may see it.
#[derive(Debug, Object)]
pub struct TeamOverviewOut {
    /// The team; null for what belongs to no team.
    #[oai(nullable)]
    pub id: Option<Uuid>,
    /// Its name.
    #[oai(nullable)]
    pub name: Option<String>,
    /// Its active members.
    pub members: i64,
    /// Clients.
    pub clients: i64,
    /// Clients whose status is not a closed one.
    pub active: i64,
    /// Clients without an owner.
    pub unassigned: i64,
    /// Clients of the last 30 days.
    pub new_30_days: i64,
    /// Clients whose documents wait for a look.
    pub kyc_pending: i64,
    /// Leads whose status is not a closed one; null for those who may not see leads.
    #[oai(nullable)]
    pub leads_open: Option<i64>,
    /// When something last happened with one of the clients.
    #[oai(nullable)]
    pub last_activity_at: Option<DateTime<Utc>>,
}

/// An agent and what is assigned to them, as far as the caller may see it.
#[derive(Debug, Object)]
pub struct AgentOverviewOut {
    /// The user.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// Whether they may sign in.
    pub is_active: bool,
    /// Their team.
    #[oai(nullable)]
    pub team_id: Option<Uuid>,
    /// Its name.
    #[oai(nullable)]
    pub team_name: Option<String>,
    /// Clients.
    pub clients: i64,
    /// Clients whose status is not a closed one.
    pub active: i64,
    /// Clients of the last 30 days.
    pub new_30_days: i64,
    /// Clients whose documents wait for a look.
    pub kyc_pending: i64,
    /// Leads whose status is not a closed one; null for those who may not see leads.
    #[oai(nullable)]
    pub leads_open: Option<i64>,
    /// When something last happened with one of the clients.
    #[oai(nullable)]
    pub last_activity_at: Option<DateTime<Utc>>,
}

impl From<Line> for TeamOverviewOut {
    fn from(line: Line) -> Self {
        let f = line.figures;
        Self {
            id: line.id,
            name: line.name,
            members: line.members,
            clients: f.clients,
            active: f.active,
            unassigned: f.unassigned,
            new_30_days: f.new_30,
            kyc_pending: f.kyc_pending,
            leads_open: line.leads_open,
            last_activity_at: f.last_activity_at,
        }
    }
}

impl From<Line> for AgentOverviewOut {
    fn from(line: Line) -> Self {
        let f = line.figures;
        Self {
            id: line.id.unwrap_or_default(),
            name: line.name.unwrap_or_default(),
            is_active: line.active,
            team_id: line.team_id,
            team_name: line.team_name,
            clients: f.clients,
            active: f.active,
            new_30_days: f.new_30,
            kyc_pending: f.kyc_pending,
            leads_open: line.leads_open,
            last_activity_at: f.last_activity_at,
        }
    }
}

/// Figures per team and per agent.
pub struct OverviewApi;

#[OpenApi]
impl OverviewApi {
    /// Figures per team
    ///
    /// By name; last what belongs to no team.
    #[oai(path = "/overview/teams", method = "get", operation_id = "teamOverview")]
    async fn teams(&self, auth: Staff) -> ApiResult<Json<ListOut<TeamOverviewOut>>> {
        let ctx = auth.0.read().await?;
        let lines: Vec<TeamOverviewOut> = service::teams(&ctx).await?.into_iter().map(Into::into).collect();
        Ok(Json(lines.into()))
    }

    /// Figures per agent
    ///
    /// By name: everybody who may sign in or has records.
    #[oai(path = "/overview/agents", method = "get", operation_id = "agentOverview")]
    async fn agents(
        &self,
        auth: Staff,
        /// Only what belongs to this team, with its members and whoever else has records in it.
        team_id: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<AgentOverviewOut>>> {
        let team = parse_id("team_id", team_id.0.as_deref())?;
        let ctx = auth.0.read().await?;
        let lines: Vec<AgentOverviewOut> = service::agents(&ctx, team).await?.into_iter().map(Into::into).collect();
        Ok(Json(lines.into()))
    }
}

//! `/teams`.

use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::types::MaybeUndefined;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Created, ListOut, Staff};
use uuid::Uuid;

use super::service::{self, Changes, Member, NewTeam, Team};
use crate::administration;

/// A team.
#[derive(Debug, Object)]
struct TeamOut {
    /// The team.
    id: Uuid,
    /// Its name.
    name: String,
    /// The team above it.
    #[oai(nullable)]
    parent_id: Option<Uuid>,
    /// Who leads it.
    #[oai(nullable)]
    leader_id: Option<Uuid>,
    /// The leader's name.
    #[oai(nullable)]
    leader_name: Option<String>,
    /// How many users belong to it, deactivated ones not counted.
    members: i64,
}

impl From<Team> for TeamOut {
    fn from(team: Team) -> Self {
        Self {
            id: team.id,
            name: team.name,
            parent_id: team.parent_id,
            leader_id: team.leader_id,
            leader_name: team.leader_name,
            members: team.members,
        }
    }
}

/// A user in a team.
#[derive(Debug, Object)]
struct TeamMember {
    /// The user.
    id: Uuid,
    /// Name.
    name: String,
    /// The role's name.
    role_name: String,
    /// `invited` or `active`.
    status: String,
}

impl From<Member> for TeamMember {
    fn from(member: Member) -> Self {
        Self { id: member.id, name: member.name, role_name: member.role_name, status: member.status }
    }
}

/// A team with those who belong to it.
#[derive(Debug, Object)]
struct TeamDetail {
    /// The team.
    id: Uuid,
    /// Its name.
    name: String,
    /// The team above it.
    #[oai(nullable)]
    parent_id: Option<Uuid>,
    /// Who leads it.
    #[oai(nullable)]
    leader_id: Option<Uuid>,
    /// The leader's name.
    #[oai(nullable)]
    leader_name: Option<String>,
    /// How many users belong to it, deactivated ones not counted.
    members: i64,
    /// Those users, by name.
    users: Vec<TeamMember>,
}

/// A team to add.
#[derive(Debug, Object)]
struct TeamIn {
    /// Its name, unique.
    name: Option<String>,
    /// The team above it.
    parent_id: Option<Uuid>,
    /// Who leads it.
    leader_id: Option<Uuid>,
}

/// Changes of a team; what is absent stays.
#[derive(Debug, Object)]
struct TeamPatch {
    /// Its name, unique.
    name: Option<String>,
    /// The team above it; null for none.
    parent_id: MaybeUndefined<Uuid>,
    /// Who leads it; null for nobody.
    leader_id: MaybeUndefined<Uuid>,
}

/// Teams of a tenant.
pub struct TeamsApi;

#[OpenApi]
impl TeamsApi {
    /// List the teams
    ///
    /// With scope `team` the caller's own and those below it.
    #[oai(path = "/teams", method = "get", operation_id = "listTeams")]
    async fn list(&self, auth: Staff) -> ApiResult<Json<ListOut<TeamOut>>> {
        let ctx = auth.0.read().await?;
        let teams = service::list(&ctx).await?;
        Ok(Json(teams.into_iter().map(TeamOut::from).collect::<Vec<_>>().into()))
    }

    /// Read one team with its members
    #[oai(path = "/teams/:id", method = "get", operation_id = "getTeam")]
    async fn get(
        &self,
        auth: Staff,
        /// The team.
        id: Path<Uuid>,
    ) -> ApiResult<Json<TeamDetail>> {
        let ctx = auth.0.read().await?;
        let (team, members) = service::get(&ctx, id.0).await?;
        Ok(Json(TeamDetail {
            id: team.id,
            name: team.name,
            parent_id: team.parent_id,
            leader_id: team.leader_id,
            leader_name: team.leader_name,
            members: team.members,
            users: members.into_iter().map(TeamMember::from).collect(),
        }))
    }

    /// Add a team
    #[oai(path = "/teams", method = "post", operation_id = "createTeam")]
    async fn create(&self, auth: Staff, body: Json<TeamIn>) -> ApiResult<Created<TeamOut>> {
        let ctx = administration::begin(&auth.0).await?;
        let new = NewTeam { name: body.0.name, parent_id: body.0.parent_id, leader_id: body.0.leader_id };
        let out = TeamOut::from(service::create(&ctx, new).await?);
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }

    /// Change a team
    ///
    /// A team can't stand below itself: 422 in `parent_id`.
    #[oai(path = "/teams/:id", method = "patch", operation_id = "updateTeam")]
    async fn update(
        &self,
        auth: Staff,
        /// The team.
        id: Path<Uuid>,
        body: Json<TeamPatch>,
    ) -> ApiResult<Json<TeamOut>> {
        let ctx = administration::begin(&auth.0).await?;
        let body = body.0;
        let changes = Changes { name: body.name, parent_id: body.parent_id, leader_id: body.leader_id };
        let out = TeamOut::from(service::update(&ctx, id.0, changes).await?);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }
}

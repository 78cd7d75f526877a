//! Reading and changing teams.

use kernel::DomainError;
use kernel::event::Event;
use kernel::ids::TeamId;
use kernel::permission::Scope;
use kernel::validate::Checker;
use poem_openapi::types::MaybeUndefined;
use runtime::db::DbError;
use runtime::teams::TeamTree;
use runtime::{Ctx, Rows as _, audit};
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use uuid::Uuid;

/// A team.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Team {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The team above it.
    pub parent_id: Option<Uuid>,
    /// Who leads it.
    pub leader_id: Option<Uuid>,
    /// The leader's name.
    pub leader_name: Option<String>,
    /// How many users belong to it who were not deactivated.
    pub members: i64,
}

/// A user in a team.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Member {
    /// The user.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// The role's name.
    pub role_name: String,
    /// `invited` or `active`.
    pub status: String,
}

const SELECT: &str = "select t.id, t.name, t.parent_id, t.leader_id, l.name as leader_name,
        (select count(*) from users u where u.team_id = t.id and u.status <> 'inactive') as members
     from teams t left join users l on l.id = t.leader_id
     where ($1::uuid[] is null or t.id = any($1)) order by lower(t.name), t.id";

/// The teams the actor may see; `None` is all.
fn visible(ctx: &Ctx) -> kernel::Result<Option<Vec<Uuid>>> {
    Ok(match ctx.require("teams.read")? {
        Scope::All => None,
        Scope::Team | Scope::Own => Some(ctx.actor().teams.clone()),
    })
}

/// All teams the actor may see, by name.
pub async fn list(ctx: &Ctx) -> kernel::Result<Vec<Team>> {
    Ok(ctx.tx().all(SELECT, [visible(ctx)?.into()]).await?)
}

/// One team the actor may see, with its members.
pub async fn get(ctx: &Ctx, id: Uuid) -> kernel::Result<(Team, Vec<Member>)> {
    if visible(ctx)?.is_some_and(|ids| !ids.contains(&id)) {
        return Err(DomainError::not_found("Team"));
    }
    let team = load(ctx, id).await?;
    let members = ctx
        .tx()
        .all(
            "select u.id, u.name, r.name as role_name, u.status from users u join roles r on r.id = u.role_id
             where u.team_id = $1 and u.status <> 'inactive' order by lower(u.name), u.id",
            [id.into()],
        )
        .await?;
    Ok((team, members))
}

async fn load(ctx: &Ctx, id: Uuid) -> kernel::Result<Team> {
    ctx.tx().one(SELECT, [Some(vec![id]).into()]).await?.ok_or_else(|| DomainError::not_found("Team"))
}

/// A team to add.
#[derive(Debug, Clone, Default)]
pub struct NewTeam {
    /// Its name, unique.
    pub name: Option<String>,
    /// The team above it.
    pub parent_id: Option<Uuid>,
    /// Who leads it.
    pub leader_id: Option<Uuid>,
}

/// What shall change; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Its name.
    pub name: Option<String>,
    /// The team above it; null for none.
    pub parent_id: MaybeUndefined<Uuid>,
    /// Who leads it; null for nobody.
    pub leader_id: MaybeUndefined<Uuid>,
}

fn record(team: &Team) -> Json {
    json!({ "name": team.name, "parent_id": team.parent_id, "leader": team.leader_name })
}

fn name_taken(error: DbError) -> DomainError {
    if error.is_duplicate_of("teams_by_name") {
        return DomainError::conflict_field("team_exists", "name", "belongs to another team already");
    }
    error.into()
}

/// `None` if a field was not mentioned, otherwise its new value.
fn given(field: MaybeUndefined<Uuid>) -> Option<Option<Uuid>> {
    (!field.is_undefined()).then(|| field.take())
}

/// Adds a team.
pub async fn create(ctx: &Ctx, new: NewTeam) -> kernel::Result<Team> {
    ctx.require("teams.manage")?;
    ctx.access_changed().await?;
    let mut check = Checker::new();
    let name = check.required("name", new.name.as_deref(), 80);
    let id = TeamId::new();
    check_parent(ctx, &mut check, id.0, new.parent_id).await?;
    check_leader(ctx, &mut check, new.leader_id).await?;
    check.finish()?;
    let sql = "insert into teams (id, name, parent_id, leader_id, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)";
    let values = [id.0.into(), name.into(), new.parent_id.into(), new.leader_id.into(), ctx.now().into()];
    ctx.tx().run(sql, values).await.map_err(name_taken)?;
    let team = load(ctx, id.0).await?;
    ctx.audit("team.created", "team", Some(id.0), audit::diff(&Json::Null, &record(&team))).await?;
    ctx.emit(event("team.created", id.0)).await?;
    tell(ctx, id.0, Vec::new(), &[team.leader_id]).await?;
    Ok(team)
}

/// Changes a team.
pub async fn update(ctx: &Ctx, id: Uuid, changes: Changes) -> kernel::Result<Team> {
    ctx.require("teams.manage")?;
    // Moves queue here, so that two of them can't close a circle together.
    ctx.access_changed().await?;
    let old = load(ctx, id).await?;
    let mut check = Checker::new();
    let name = match &changes.name {
        Some(name) => check.required("name", Some(name), 80),
        None => old.name.clone(),
    };
    let parent = given(changes.parent_id);
    if let Some(parent) = parent {
        check_parent(ctx, &mut check, id, parent).await?;
    }
    let leader = given(changes.leader_id);
    if let Some(leader) = leader {
        check_leader(ctx, &mut check, leader).await?;
    }
    check.finish()?;
    let next =
        Team { name, parent_id: parent.unwrap_or(old.parent_id), leader_id: leader.unwrap_or(old.leader_id), ..old.clone() };
    write(ctx, old, next).await
}

/// Gives the teams that somebody leads who leaves to another leader, or to none. How many there were.
pub(crate) async fn hand_over(ctx: &Ctx, from: Uuid, to: Option<Uuid>) -> kernel::Result<u64> {
    let led: Vec<Above> = ctx.tx().all("select id from teams where leader_id = $1 order by id for update", [from.into()]).await?;
    let count = led.len() as u64;
    for team in led {
        let old = load(ctx, team.id).await?;
        let next = Team { leader_id: to, ..old.clone() };
        write(ctx, old, next).await?;
    }
    Ok(count)
}

/// Writes name, place and leader of a team, and tells of it.
async fn write(ctx: &Ctx, old: Team, next: Team) -> kernel::Result<Team> {
    let id = old.id;
    let above = TeamTree::load(ctx.tx()).await?.upwards(id);
    let sql = "update teams set name = $2, parent_id = $3, leader_id = $4, updated_at = $5 where id = $1";
    let values = [id.into(), next.name.into(), next.parent_id.into(), next.leader_id.into(), ctx.now().into()];
    ctx.tx().run(sql, values).await.map_err(name_taken)?;
    let new = load(ctx, id).await?;
    ctx.audit("team.updated", "team", Some(id), audit::diff(&record(&old), &record(&new))).await?;
    ctx.emit(event("team.updated", id)).await?;
    if new.parent_id != old.parent_id || new.leader_id != old.leader_id {
        tell(ctx, id, above, &[old.leader_id, new.leader_id]).await?;
    }
    Ok(new)
}

fn event(name: &str, id: Uuid) -> Event {
    Event::new(name, id, "teams.read").covering(None, Some(id))
}

/// Lets the open screens of those who reach more or less now ask anew: who belongs to or leads a team
/// that stands or stood above, and who leads or led this one.
async fn tell(ctx: &Ctx, id: Uuid, mut above: Vec<Uuid>, leaders: &[Option<Uuid>]) -> kernel::Result<()> {
    above.extend(TeamTree::load(ctx.tx()).await?.upwards(id));
    let users: Vec<Above> = ctx
        .tx()
        .all(
            "select id from users where status = 'active'
               and (team_id = any($1) or id = any($2) or id in (select leader_id from teams where id = any($1)))",
            [above.into(), leaders.iter().flatten().copied().collect::<Vec<Uuid>>().into()],
        )
        .await?;
    if users.is_empty() {
        return Ok(());
    }
    ctx.emit(Event::personal("access.changed", id, users.into_iter().map(|u| u.id).collect())).await
}

async fn check_parent(ctx: &Ctx, check: &mut Checker, id: Uuid, parent: Option<Uuid>) -> kernel::Result<()> {
    let Some(parent) = parent else { return Ok(()) };
    let above: Vec<Above> = ctx
        .tx()
        .all(
            "with recursive above as (
                 select id, parent_id from teams where id = $1
                 union select t.id, t.parent_id from teams t join above a on t.id = a.parent_id)
             select id from above",
            [parent.into()],
        )
        .await?;
    if above.is_empty() {
        check.add("parent_id", "there is no such team");
    } else if above.iter().any(|a| a.id == id) {
        check.add("parent_id", "must not be the team itself or a team below it");
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Above {
    id: Uuid,
}

async fn check_leader(ctx: &Ctx, check: &mut Checker, leader: Option<Uuid>) -> kernel::Result<()> {
    let Some(leader) = leader else { return Ok(()) };
    let sql = "select 1 from users where id = $1 and status <> 'inactive'";
    if ctx.tx().scalar::<i32>(sql, [leader.into()]).await?.is_none() {
        check.add("leader_id", "there is no such user");
    }
    Ok(())
}

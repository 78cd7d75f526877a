//! One pass over an index for each kind of record; names are looked up for the groups only.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use kernel::permission::Scope;
use runtime::list::within;
use runtime::{Ctx, Rows as _, list};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, Query, SelectStatement};
use uuid::Uuid;

use crate::bulk::Kind;

/// What a group of records comes to.
#[derive(Debug, Clone, Default, FromQueryResult)]
pub(super) struct Figures {
    /// The team or the agent; absent for records without one.
    pub key: Option<Uuid>,
    pub clients: i64,
    pub active: i64,
    pub unassigned: i64,
    pub new_30: i64,
    pub kyc_pending: i64,
    pub last_activity_at: Option<DateTime<Utc>>,
}

#[derive(FromQueryResult)]
struct Open {
    key: Option<Uuid>,
    open: i64,
}

/// A team or an agent with its figures.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Absent for records that belong to none.
    pub id: Option<Uuid>,
    pub name: Option<String>,
    pub team_id: Option<Uuid>,
    pub team_name: Option<String>,
    /// Whether the agent may sign in; of a team whether it has members.
    pub active: bool,
    /// Of a team.
    pub members: i64,
    pub figures: Figures,
    /// Absent for those who may not see leads.
    pub leads_open: Option<i64>,
}

/// Records of a kind within a scope, grouped by a column; without the joins that lists need.
fn grouped(ctx: &Ctx, kind: Kind, scope: Scope, by: &'static str) -> SelectStatement {
    let a = kind.alias();
    let mut select = Query::select();
    select
        .expr_as(Expr::cust(format!("{a}.{by}")), Alias::new("key"))
        .from_as(Alias::new(kind.table()), Alias::new(a))
        .add_group_by([Expr::cust(format!("{a}.{by}"))]);
    if kind.can_be_deleted() {
        select.and_where(Expr::cust(format!("{a}.deleted_at is null")));
    }
    if let Some(condition) = within(ctx, scope, (a, "assigned_to"), (a, "team_id")) {
        select.and_where(condition);
    }
    select
}

async fn clients(ctx: &Ctx, by: &'static str, team: Option<Uuid>) -> kernel::Result<HashMap<Option<Uuid>, Figures>> {
    let mut select = grouped(ctx, Kind::Client, ctx.require("clients.read")?, by);
    let open = "c.status in (select key from statuses where entity = 'client' and not closed)";
    for (text, name) in [
        ("count(*)".to_owned(), "clients"),
        (format!("count(*) filter (where {open})"), "active"),
        ("count(*) filter (where c.assigned_to is null)".to_owned(), "unassigned"),
        ("count(*) filter (where c.created_at > now() - interval '30 days')".to_owned(), "new_30"),
        ("count(*) filter (where c.kyc_status = 'pending')".to_owned(), "kyc_pending"),
        ("max(c.last_activity_at)".to_owned(), "last_activity_at"),
    ] {
        select.expr_as(Expr::cust(text), Alias::new(name));
    }
    narrow(&mut select, "c", team);
    let rows: Vec<Figures> = list::rows(ctx, &select).await?;
    Ok(rows.into_iter().map(|f| (f.key, f)).collect())
}

async fn leads(ctx: &Ctx, by: &'static str, team: Option<Uuid>) -> kernel::Result<Option<HashMap<Option<Uuid>, i64>>> {
    let Some(scope) = ctx.actor().scope("leads.read") else { return Ok(None) };
    let mut select = grouped(ctx, Kind::Lead, scope, by);
    select.expr_as(Expr::cust("count(*)"), Alias::new("open"));
    select.and_where(Expr::cust("l.status in (select key from statuses where entity = 'lead' and not closed)"));
    narrow(&mut select, "l", team);
    let rows: Vec<Open> = list::rows(ctx, &select).await?;
    Ok(Some(rows.into_iter().map(|o| (o.key, o.open)).collect()))
}

/// Records of one team, whoever has them.
fn narrow(select: &mut SelectStatement, a: &str, team: Option<Uuid>) {
    if let Some(team) = team {
        select.and_where(Expr::cust_with_values(format!("{a}.team_id = $1"), [sea_orm::Value::from(team)]));
    }
}

#[derive(FromQueryResult)]
struct Team {
    id: Uuid,
    name: String,
    members: i64,
}

/// Every team that the actor may see, by name; last what belongs to no team, if they may see that.
pub(super) async fn teams(ctx: &Ctx) -> kernel::Result<Vec<Line>> {
    let all = ctx.require("teams.read")? == Scope::All;
    let (clients, leads) = (clients(ctx, "team_id", None).await?, leads(ctx, "team_id", None).await?);
    let only = (!all).then(|| ctx.actor().teams.clone());
    let sql = "select t.id, t.name, (select count(*) from users u where u.team_id = t.id and u.status = 'active') as members
               from teams t where $1::uuid[] is null or t.id = any($1) order by lower(t.name), t.id";
    let teams: Vec<Team> = ctx.tx().all(sql, [only.into()]).await?;
    let line = |id: Option<Uuid>, name: Option<String>, members: i64| Line {
        id,
        name,
        team_id: None,
        team_name: None,
        active: members > 0,
        members,
        figures: clients.get(&id).cloned().unwrap_or_default(),
        leads_open: leads.as_ref().map(|l| l.get(&id).copied().unwrap_or(0)),
    };
    let mut lines: Vec<Line> = teams.into_iter().map(|t| line(Some(t.id), Some(t.name), t.members)).collect();
    let rest = line(None, None, 0);
    if rest.figures.clients > 0 || rest.leads_open.unwrap_or(0) > 0 {
        lines.push(rest);
    }
    Ok(lines)
}

#[derive(FromQueryResult)]
struct Agent {
    id: Uuid,
    name: String,
    team_id: Option<Uuid>,
    team_name: Option<String>,
    status: String,
}

/// Every user that the actor may see and who may sign in or has records, by name; of one team, if it is
/// named: its members, and whoever else has records in it.
pub(super) async fn agents(ctx: &Ctx, team: Option<Uuid>) -> kernel::Result<Vec<Line>> {
    let all = ctx.require("users.read")? == Scope::All;
    let (clients, leads) = (clients(ctx, "assigned_to", team).await?, leads(ctx, "assigned_to", team).await?);
    let busy: Vec<Uuid> = clients.keys().chain(leads.iter().flat_map(HashMap::keys)).copied().flatten().collect();
    let only = (!all).then(|| ctx.actor().teams.clone());
    let sql = "select u.id, u.name, u.team_id, t.name as team_name, u.status from users u left join teams t on t.id = u.team_id
               where ((u.status = 'active' and ($1::uuid is null or u.team_id = $1)) or u.id = any($2))
                 and ($3::uuid[] is null or u.team_id = any($3) or u.id = $4)
               order by lower(u.name), u.id limit 2000";
    let agents: Vec<Agent> = ctx.tx().all(sql, [team.into(), busy.into(), only.into(), ctx.user_id().into()]).await?;
    let line = |agent: Agent| Line {
        figures: clients.get(&Some(agent.id)).cloned().unwrap_or_default(),
        leads_open: leads.as_ref().map(|l| l.get(&Some(agent.id)).copied().unwrap_or(0)),
        id: Some(agent.id),
        name: Some(agent.name),
        team_id: agent.team_id,
        team_name: agent.team_name,
        active: agent.status == "active",
        members: 0,
    };
    Ok(agents.into_iter().map(line).collect())
}

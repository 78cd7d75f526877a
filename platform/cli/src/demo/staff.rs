//! Users, teams and partners of a demo broker, and who looks after whom.

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::blueprint::{AGENT, Blueprint, MANAGER, Seat};
use super::dice::Dice;
use super::rows::{Facts, PartnerRow, TeamRow, UserRow};

/// Somebody who acts in the CRM.
#[derive(Debug, Clone)]
pub struct Member {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: &'static str,
    /// The address that they work from.
    pub ip: String,
}

/// A team with those who work in it.
#[derive(Debug)]
pub struct Desk {
    /// The team.
    pub team: Uuid,
    /// Its leader.
    pub leader: Member,
    /// Its agents, by how much they do.
    pub agents: Vec<(usize, u32)>,
    countries: &'static [&'static str],
}

/// The sales floor.
#[derive(Debug)]
pub struct Floor {
    /// Teams.
    pub desks: Vec<Desk>,
    /// Agents of all teams.
    pub agents: Vec<Member>,
    /// Managers.
    pub managers: Vec<Member>,
}

impl Floor {
    /// The desk that looks after somebody of a country; the important ones are looked after apart
    /// where there is a team for them.
    pub fn desk_for(&self, country: &str, important: bool, dice: &mut Dice) -> usize {
        if important
            && dice.chance(0.6)
            && let Some(apart) = self.desks.iter().position(|d| d.countries.is_empty())
        {
            return apart;
        }
        match self.desks.iter().position(|d| d.countries.contains(&country)) {
            Some(own) if dice.chance(0.93) => own,
            _ => dice.place(self.desks.len()),
        }
    }

    /// An agent of a desk.
    pub fn agent_of(&self, desk: usize, dice: &mut Dice) -> &Member {
        &self.agents[dice.weighted(&self.desks[desk].agents)]
    }

    /// A member of staff by id.
    pub fn member(&self, id: Uuid) -> Option<&Member> {
        self.agents.iter().chain(self.managers.iter()).find(|m| m.id == id)
    }

    /// The desk of a team.
    pub fn desk_of(&self, team: Uuid) -> Option<&Desk> {
        self.desks.iter().find(|d| d.team == team)
    }

    /// One of the managers.
    pub fn manager(&self, dice: &mut Dice) -> &Member {
        &self.managers[dice.place(self.managers.len())]
    }
}

/// Users and teams, and the floor that they make. `opened` is when the broker began.
pub fn hire(
    plan: &Blueprint,
    facts: &Facts,
    opened: DateTime<Utc>,
    now: DateTime<Utc>,
    dice: &mut Dice,
) -> anyhow::Result<(Vec<TeamRow>, Vec<UserRow>, Floor)> {
    let teams: Vec<(Uuid, &str)> = plan.teams.iter().map(|t| (dice.id(opened), t.name)).collect();
    let team_id = |name: Option<&str>| teams.iter().find(|(_, n)| Some(*n) == name).map(|(id, _)| *id);
    let mut users = Vec::new();
    let mut members: Vec<(&Seat, Member)> = Vec::new();
    for (n, seat) in plan.staff.iter().enumerate() {
        let created_at = if n == 0 { opened } else { dice.moment(opened, opened + Duration::days(20)) };
        let id = if n == 0 { facts.admin } else { dice.id(created_at) };
        let role = facts.roles.get(seat.role);
        let role_id = *role.ok_or_else(|| anyhow::anyhow!("the tenant has no role `{}`", seat.role))?;
        // A network that is reserved for documentation.
        let ip = format!("203.0.113.{}", 10 + n);
        members.push((seat, Member { id, name: seat.name, ip: ip.clone() }));
        users.push(UserRow {
            id,
            email: seat.email(plan.slug),
            name: seat.name.to_owned(),
            password_hash: facts.password_hash.clone(),
            role_id,
            team_id: team_id(seat.team),
            status: "active",
            last_login_at: (now - Duration::minutes(7) - dice.waiting(Duration::hours(20))).max(created_at),
            last_login_ip: ip,
            created_at,
            created_by: facts.admin,
        });
    }
    let named = |name: &str| members.iter().find(|(seat, _)| seat.name == name).map(|(_, m)| m.clone());
    let agents: Vec<(Option<&str>, Member)> =
        members.iter().filter(|(s, _)| s.role == AGENT).map(|(s, m)| (s.team, m.clone())).collect();
    let mut desks = Vec::new();
    let mut rows = Vec::new();
    for (team, (id, _)) in plan.teams.iter().zip(&teams) {
        let leader = named(team.leader).ok_or_else(|| anyhow::anyhow!("{} is led by nobody", team.name))?;
        rows.push(TeamRow {
            id: *id,
            name: team.name.to_owned(),
            parent_id: team_id(team.parent),
            leader_id: leader.id,
            created_at: opened,
        });
        let own = agents.iter().enumerate().filter(|(_, (t, _))| *t == Some(team.name));
        let own = own.map(|(n, _)| (n, u32::try_from(dice.between(70, 130)).unwrap_or(100))).collect();
        desks.push(Desk { team: *id, leader, agents: own, countries: team.countries });
    }
    let of_role = |role: &str| members.iter().filter(|(s, _)| s.role == role).map(|(_, m)| m.clone()).collect();
    let floor = Floor { desks, agents: agents.into_iter().map(|(_, m)| m).collect(), managers: of_role(MANAGER) };
    Ok((rows, users, floor))
}

/// Partners; who brought what is counted later.
pub fn partners(plan: &Blueprint, facts: &Facts, opened: DateTime<Utc>, now: DateTime<Utc>, dice: &mut Dice) -> Vec<PartnerRow> {
    let mut made = opened + Duration::days(3);
    let step = (now - made) / 2 / i32::try_from(plan.partners.len().max(1)).unwrap_or(1);
    let row = |(name, email, approved): &(&str, &str, bool)| {
        made = dice.moment(made, made + step);
        // Who waits for approval came lately.
        let created_at = if *approved { made } else { now - Duration::days(4) };
        PartnerRow {
            id: dice.id(created_at),
            name: (*name).to_owned(),
            email: (*email).to_owned(),
            approved: *approved,
            leads_count: 0,
            created_at,
            updated_at: created_at,
            created_by: facts.admin,
        }
    };
    plan.partners.iter().map(row).collect()
}

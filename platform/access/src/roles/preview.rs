//! What a change of a role would do to the people who have it, before it is made.
//!
//! Records of every kind that has owners are counted once per kind, by owner and team, as its list counts them;
//! who reaches how many is arithmetic over the tree of teams. So the work does not grow with the number of users.
//! What hangs on records without an owner of its own (notes, files) comes and goes with them.

use std::collections::HashMap;

use kernel::module::module_of;
use kernel::permission::Scope;
use runtime::teams::TeamTree;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::change::{patched, successor};
use super::grants::{Grants, Shift, administrators_besides};
use super::input::{RolePatch, RolePreviewIn};
use super::service;

/// Users that an answer names at most.
const NAMED: usize = 200;

/// A user whom the change concerns.
#[derive(Debug, Clone)]
pub(super) struct Affected {
    pub id: Uuid,
    pub name: String,
    /// Kinds of records of which they would see more or less.
    pub kinds: Vec<Moved>,
}

impl Affected {
    /// Records of all kinds that they would see in addition.
    pub fn gained(&self) -> i64 {
        self.kinds.iter().map(|k| k.gained).sum()
    }

    /// Records of all kinds that they would see no more.
    pub fn lost(&self) -> i64 {
        self.kinds.iter().map(|k| k.lost).sum()
    }
}

/// Records of one kind that come into somebody's sight, or leave it.
#[derive(Debug, Clone)]
pub(super) struct Moved {
    /// `clients`, `leads`, …
    pub kind: &'static str,
    pub gained: i64,
    pub lost: i64,
}

/// What a change would do.
#[derive(Debug, Clone)]
pub(super) struct Preview {
    pub users: Vec<Affected>,
    pub users_total: usize,
    pub shifts: Vec<Shift>,
    /// Whether a second factor is demanded, before and after.
    pub two_factor: (bool, bool),
    /// Of the users, those who have none yet and would have to set one up.
    pub without_two_factor: usize,
    /// The API keys of the role, the first by name.
    pub api_keys: Vec<ApiKeyRow>,
    pub api_keys_total: usize,
    pub last_administrator: bool,
}

/// A program's key that has the role.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct ApiKeyRow {
    pub id: Uuid,
    pub name: String,
}

#[derive(FromQueryResult)]
struct UserRow {
    id: Uuid,
    name: String,
    team_id: Option<Uuid>,
    two_factor: bool,
    signs_in: bool,
}

#[derive(FromQueryResult)]
struct Heap {
    assigned_to: Option<Uuid>,
    team_id: Option<Uuid>,
    count: i64,
}

/// How many records belong to whom.
#[derive(Default)]
struct Counts {
    all: i64,
    by_team: HashMap<Uuid, i64>,
    by_owner: HashMap<Uuid, Vec<(Option<Uuid>, i64)>>,
}

impl Counts {
    async fn read(ctx: &Ctx, sql: &'static str) -> kernel::Result<Self> {
        let heaps: Vec<Heap> = ctx.tx().all(sql, []).await?;
        Ok(Self::of(heaps))
    }

    fn of(heaps: Vec<Heap>) -> Self {
        let mut counts = Self::default();
        for heap in heaps {
            counts.all += heap.count;
            if let Some(team) = heap.team_id {
                *counts.by_team.entry(team).or_default() += heap.count;
            }
            if let Some(owner) = heap.assigned_to {
                counts.by_owner.entry(owner).or_default().push((heap.team_id, heap.count));
            }
        }
        counts
    }

    /// How many a user reaches with a scope; the same rule as `Actor::covers`.
    fn reached(&self, scope: Option<Scope>, user: Uuid, teams: &[Uuid]) -> i64 {
        let own = || self.by_owner.get(&user).into_iter().flatten();
        match scope {
            None => 0,
            Some(Scope::All) => self.all,
            Some(Scope::Own) => own().map(|(_, n)| n).sum(),
            Some(Scope::Team) => {
                let of_teams: i64 = teams.iter().filter_map(|t| self.by_team.get(t)).sum();
                let elsewhere: i64 = own().filter(|(team, _)| team.is_none_or(|t| !teams.contains(&t))).map(|(_, n)| n).sum();
                of_teams + elsewhere
            }
        }
    }
}

/// A kind of records, as its list shows them.
struct Kind {
    /// As in its address.
    word: &'static str,
    /// What the list asks for: the narrowest of these decides.
    needs: &'static [&'static str],
    /// How many belong to whom.
    sql: &'static str,
}

const KINDS: &[Kind] = &[
    Kind {
        word: "clients",
        needs: &["clients.read"],
        sql: "select assigned_to, team_id, count(*) as count from clients where deleted_at is null group by 1, 2",
    },
    Kind {
        word: "leads",
        needs: &["leads.read"],
        sql: "select assigned_to, team_id, count(*) as count from leads group by 1, 2",
    },
    Kind {
        word: "contacts",
        needs: &["contacts.read"],
        sql: "select assigned_to, team_id, count(*) as count from contacts where deleted_at is null group by 1, 2",
    },
    Kind {
        word: "opportunities",
        needs: &["opportunities.read"],
        sql: "select assigned_to, team_id, count(*) as count from deals where deleted_at is null and kind = 'opportunity' group by 1, 2",
    },
    Kind {
        word: "deals",
        needs: &["deals.read"],
        sql: "select assigned_to, team_id, count(*) as count from deals where deleted_at is null and kind = 'deal' group by 1, 2",
    },
    Kind {
        word: "activities",
        needs: &["activities.read"],
        sql: "select assigned_to, team_id, count(*) as count from activities where deleted_at is null group by 1, 2",
    },
    // Uploads that came to nothing are no documents, and a document that was replaced is in no queue.
    Kind {
        word: "documents",
        needs: &["documents.read", "clients.read"],
        sql: "select c.assigned_to, c.team_id, count(*) as count from documents d join clients c on c.id = d.client_id
              where c.deleted_at is null and d.superseded_by is null and d.status not in ('uploading', 'refused') group by 1, 2",
    },
];

impl Kind {
    /// How far a role sees such records.
    fn scope(&self, grants: &Grants) -> Option<Scope> {
        self.needs.iter().map(|key| grants.scope(key)).min().flatten()
    }

    /// Whether nobody sees any, whatever roles say.
    fn is_off(&self, ctx: &Ctx) -> bool {
        self.needs.iter().any(|key| module_of(key).is_some_and(|m| ctx.actor().modules_off.contains(&m)))
    }
}

/// Computes what the change would do; nothing is changed.
pub(super) async fn preview(ctx: &Ctx, id: Uuid, input: RolePreviewIn) -> kernel::Result<Preview> {
    ctx.require("roles.manage")?;
    let old = service::load(ctx, id).await?;
    let successor = successor(ctx, id, input.replace_with.as_deref()).await?;
    let (next, demands) = if input.delete == Some(true) {
        match successor {
            Some((role, _)) => {
                let successor = service::load(ctx, role).await?;
                (successor.grants, successor.two_factor_required)
            }
            None => (Grants::default(), old.two_factor_required),
        }
    } else {
        let patch = RolePatch {
            name: input.name,
            description: input.description,
            permissions: input.permissions,
            fields: input.fields,
            two_factor_required: input.two_factor_required,
        };
        let next = patched(&old, &patch)?;
        (next.grants, next.two_factor_required)
    };
    let rows: Vec<UserRow> = ctx
        .tx()
        .all(
            "select id, name, team_id, two_factor, status = 'active' and password_hash is not null as signs_in from users
             where role_id = $1 and status <> 'inactive' order by lower(name), id",
            [id.into()],
        )
        .await?;
    let tree = TeamTree::load(ctx.tx()).await?;
    let mut users: Vec<(Affected, Vec<Uuid>)> = rows
        .iter()
        .map(|r| (Affected { id: r.id, name: r.name.clone(), kinds: Vec::new() }, tree.reach(r.id, r.team_id)))
        .collect();
    for kind in KINDS {
        let (from, to) = (kind.scope(&old.grants), kind.scope(&next));
        if from == to || users.is_empty() || kind.is_off(ctx) {
            continue;
        }
        let counts = Counts::read(ctx, kind.sql).await?;
        for (user, teams) in &mut users {
            let change = counts.reached(to, user.id, teams) - counts.reached(from, user.id, teams);
            if change != 0 {
                user.kinds.push(Moved { kind: kind.word, gained: change.max(0), lost: (-change).max(0) });
            }
        }
    }
    let mut users: Vec<Affected> = users.into_iter().map(|(user, _)| user).collect();
    // Stable: equals stay in the order of their names.
    users.sort_by_key(|u| std::cmp::Reverse(u.gained() + u.lost()));
    let users_total = users.len();
    users.truncate(NAMED);
    let last_administrator = administers(&old.grants)
        && !administers(&next)
        && rows.iter().any(|r| r.signs_in)
        && administrators_besides(ctx, Some(id)).await? == 0;
    let mut api_keys = live_keys(ctx, id).await?;
    let api_keys_total = api_keys.len();
    api_keys.truncate(NAMED);
    let newly = demands && !old.two_factor_required;
    Ok(Preview {
        users,
        users_total,
        shifts: next.shifts_from(&old.grants),
        two_factor: (old.two_factor_required, demands),
        without_two_factor: if newly { rows.iter().filter(|r| !r.two_factor).count() } else { 0 },
        api_keys,
        api_keys_total,
        last_administrator,
    })
}

/// The keys of a role that still open something.
async fn live_keys(ctx: &Ctx, role: Uuid) -> kernel::Result<Vec<ApiKeyRow>> {
    let sql = "select id, name from api_keys
               where role_id = $1 and revoked_at is null and (expires_at is null or expires_at > $2) order by lower(name), id";
    Ok(ctx.tx().all(sql, [role.into(), ctx.now().into()]).await?)
}

fn administers(grants: &Grants) -> bool {
    grants.scope("users.manage").is_some() && grants.scope("roles.manage").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_counted_once_per_user() {
        let id = Uuid::from_u128;
        let heap =
            |owner: Option<u128>, team: Option<u128>, count| Heap { assigned_to: owner.map(id), team_id: team.map(id), count };
        let counts = Counts::of(vec![
            heap(None, None, 1),
            heap(None, Some(10), 2),
            heap(Some(1), Some(10), 4),
            heap(Some(1), Some(20), 8),
            heap(Some(1), None, 16),
            heap(Some(2), Some(20), 32),
        ]);
        let teams = [id(10), id(11)];
        assert_eq!(counts.reached(None, id(1), &teams), 0);
        assert_eq!(counts.reached(Some(Scope::Own), id(1), &teams), 28);
        assert_eq!(counts.reached(Some(Scope::Team), id(1), &teams), 2 + 4 + 8 + 16);
        assert_eq!(counts.reached(Some(Scope::Team), id(2), &[]), 32);
        assert_eq!(counts.reached(Some(Scope::All), id(2), &[]), 63);
    }
}

//! Spreading a selection over several users, in turn or by how much each has to do.

use kernel::permission::Scope;
use kernel::validate::Checker;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::change::{Assign, Target};
use super::http::DistributeIn;
use super::kind::Kind;
use crate::ownership::parse_id;

/// The most users that a selection is spread over.
const MOST: usize = 500;

#[derive(FromQueryResult)]
struct Member {
    id: Uuid,
    team_id: Option<Uuid>,
}

/// The targets of a spread, and whether it goes by load; `c` collects all faults.
pub(super) async fn read(
    ctx: &Ctx,
    c: &mut Checker,
    scope: Scope,
    wanted: &DistributeIn,
) -> kernel::Result<Option<(Assign, bool)>> {
    let by_load = match wanted.by.as_deref().unwrap_or("round_robin") {
        "round_robin" => false,
        "load" => true,
        _ => {
            c.add("distribute.by", "must be round_robin or load");
            false
        }
    };
    let mut users: Vec<Uuid> = Vec::new();
    for id in wanted.users.as_deref().unwrap_or_default() {
        match id.parse() {
            Ok(id) if users.contains(&id) => {}
            Ok(id) => users.push(id),
            Err(_) => c.add("distribute.users", "holds what is not an id"),
        }
    }
    let team = parse_id("distribute.team_id", wanted.team_id.as_deref())?;
    if users.is_empty() == team.is_none() || users.len() > MOST {
        c.add("distribute.users", format!("must name 1 to {MOST} users, or give a team_id"));
    }
    if !c.is_ok() {
        return Ok(None);
    }
    let sql = "select id, team_id from users where status = 'active' and (id = any($1) or team_id = $2)
               order by array_position($1, id), lower(name), id";
    let members: Vec<Member> = ctx.tx().all(sql, [users.clone().into(), team.into()]).await?;
    if team.is_none() && members.len() != users.len() {
        c.add("distribute.users", "holds somebody who is not an active user");
    }
    if team.is_some() && members.is_empty() {
        c.add("distribute.team_id", "has no active members");
    }
    if members.iter().any(|m| !ctx.actor().covers(scope, Some(m.id), m.team_id)) {
        c.add("distribute.users", "are outside the teams you may assign to");
    }
    let targets = members.into_iter().map(|m| Target { user: Some(m.id), team: m.team_id }).collect();
    Ok(Some((Assign { targets, keep_team: false, upto: Vec::new() }, by_load)))
}

#[derive(FromQueryResult)]
struct Load {
    id: Uuid,
    open: i64,
}

/// How many open records each of these users has.
pub(crate) async fn loads(ctx: &Ctx, kind: Kind, users: &[Uuid]) -> kernel::Result<Vec<u64>> {
    let sql = match kind {
        Kind::Client => {
            "select assigned_to as id, count(*) as open from clients
             where deleted_at is null and assigned_to = any($1)
               and status in (select key from statuses where entity = 'client' and not closed)
             group by 1"
        }
        Kind::Contact => {
            "select assigned_to as id, count(*) as open from contacts
             where deleted_at is null and assigned_to = any($1) and status <> 'closed' group by 1"
        }
        Kind::Opportunity => {
            "select assigned_to as id, count(*) as open from deals
             where deleted_at is null and kind = 'opportunity' and assigned_to = any($1) and outcome = 'none' group by 1"
        }
        Kind::Deal => {
            "select assigned_to as id, count(*) as open from deals
             where deleted_at is null and kind = 'deal' and assigned_to = any($1) and outcome = 'none' group by 1"
        }
        Kind::Lead => {
            "select assigned_to as id, count(*) as open from leads
             where assigned_to = any($1) and status in (select key from statuses where entity = 'lead' and not closed)
             group by 1"
        }
    };
    let found: Vec<Load> = ctx.tx().all(sql, [users.to_vec().into()]).await?;
    let of = |id: &Uuid| found.iter().find(|l| l.id == *id).map_or(0, |l| l.open.unsigned_abs());
    Ok(users.iter().map(of).collect())
}

/// The places of a spread of `count` records by load.
pub(super) async fn places(ctx: &Ctx, kind: Kind, assign: &mut Assign, count: u64) -> kernel::Result<()> {
    let users: Vec<Uuid> = assign.targets.iter().filter_map(|t| t.user).collect();
    let loads = loads(ctx, kind, &users).await?;
    let mut end = 0;
    assign.upto = shares(&loads, count)
        .into_iter()
        .map(|share| {
            end += share;
            end
        })
        .collect();
    Ok(())
}

/// How many of `count` records each gets, so that in the end all have as equally much as can be.
fn shares(loads: &[u64], count: u64) -> Vec<u64> {
    let mut order: Vec<usize> = (0..loads.len()).collect();
    order.sort_by_key(|i| (loads[*i], *i));
    let mut shares = vec![0; loads.len()];
    let mut left = count;
    // The lowest rise together to the level of the next, as long as there is enough.
    for (width, at) in (1..).zip(0..order.len()) {
        let level = loads[order[at]];
        let room = order.get(at + 1).map(|next| (loads[*next] - level).saturating_mul(width));
        let pour = room.map_or(left, |room| room.min(left));
        let (each, mut more) = (pour / width, pour % width);
        for i in &order[..=at] {
            shares[*i] += each + u64::from(more > 0);
            more = more.saturating_sub(1);
        }
        left -= pour;
        if left == 0 {
            break;
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::shares;

    #[test]
    fn those_with_least_get_most() {
        assert_eq!(shares(&[10, 0, 4], 3), [0, 3, 0]);
        assert_eq!(shares(&[10, 0, 4], 6), [0, 5, 1]);
        assert_eq!(shares(&[10, 0, 4], 16), [0, 10, 6]);
        assert_eq!(shares(&[10, 0, 4], 19), [1, 11, 7]);
        assert_eq!(shares(&[0, 0], 5), [3, 2]);
        assert_eq!(shares(&[7], 5), [5]);
    }

    #[test]
    fn all_of_them_go_out_and_nobody_is_left_behind() {
        let mut seed = 7_u64;
        let mut next = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        for _ in 0..500 {
            let loads: Vec<u64> = (0..=next(12)).map(|_| next(50)).collect();
            let count = next(400);
            let shares = shares(&loads, count);
            assert_eq!(shares.iter().sum::<u64>(), count, "{loads:?} {count}");
            let ends: Vec<u64> = loads.iter().zip(&shares).map(|(load, share)| load + share).collect();
            let highest = ends.iter().zip(&shares).filter(|(_, share)| **share > 0).map(|(end, _)| *end).max();
            let lowest = ends.iter().min().copied().unwrap_or(0);
            assert!(highest.is_none_or(|high| high <= lowest + 1), "{loads:?} {count}: {shares:?}");
        }
    }
}

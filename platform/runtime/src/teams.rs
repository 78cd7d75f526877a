//! The teams of a tenant as a tree: which of them a user's scope `team` reaches.

use std::collections::HashMap;

use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::db::{Rows as _, TenantTx};

/// All teams of a tenant.
#[derive(Debug, Clone, Default)]
pub struct TeamTree {
    nodes: HashMap<Uuid, Node>,
    below: HashMap<Uuid, Vec<Uuid>>,
    led: HashMap<Uuid, Vec<Uuid>>,
}

#[derive(Debug, Clone)]
struct Node {
    name: String,
    parent: Option<Uuid>,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    name: String,
    parent_id: Option<Uuid>,
    leader_id: Option<Uuid>,
}

impl TeamTree {
    /// As the tables have it.
    pub async fn load(tx: &TenantTx) -> kernel::Result<Self> {
        let rows: Vec<Row> = tx.all("select id, name, parent_id, leader_id from teams", []).await?;
        Ok(Self::of(rows))
    }

    fn of(rows: Vec<Row>) -> Self {
        let mut tree = Self::default();
        for row in rows {
            if let Some(parent) = row.parent_id {
                tree.below.entry(parent).or_default().push(row.id);
            }
            if let Some(leader) = row.leader_id {
                tree.led.entry(leader).or_default().push(row.id);
            }
            tree.nodes.insert(row.id, Node { name: row.name, parent: row.parent_id });
        }
        tree
    }

    /// The name of a team.
    pub fn name(&self, team: Uuid) -> Option<&str> {
        self.nodes.get(&team).map(|n| n.name.as_str())
    }

    /// The teams a user leads, whichever team they belong to.
    pub fn led_by(&self, user: Uuid) -> &[Uuid] {
        self.led.get(&user).map(Vec::as_slice).unwrap_or_default()
    }

    /// What the scope `team` of a user reaches: their own team, those they lead, and everything below.
    pub fn reach(&self, user: Uuid, team: Option<Uuid>) -> Vec<Uuid> {
        let mut found: Vec<Uuid> = Vec::new();
        for root in team.into_iter().filter(|t| self.nodes.contains_key(t)).chain(self.led_by(user).iter().copied()) {
            if !found.contains(&root) {
                found.push(root);
            }
        }
        let mut next = 0;
        while next < found.len() {
            for child in self.below.get(&found[next]).into_iter().flatten() {
                if !found.contains(child) {
                    found.push(*child);
                }
            }
            next += 1;
        }
        found
    }

    /// A team and everything above it, nearest first.
    pub fn upwards(&self, team: Uuid) -> Vec<Uuid> {
        let mut found = vec![team];
        while let Some(parent) = found.last().and_then(|t| self.nodes.get(t)).and_then(|n| n.parent) {
            if found.contains(&parent) {
                break;
            }
            found.push(parent);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scope_team_reaches_what_is_led_and_what_is_below() {
        let id = Uuid::from_u128;
        let row = |n: u128, parent: Option<u128>, leader: Option<u128>| Row {
            id: id(n),
            name: n.to_string(),
            parent_id: parent.map(id),
            leader_id: leader.map(id),
        };
        let tree = TeamTree::of(vec![
            row(1, None, None),
            row(2, Some(1), None),
            row(3, Some(2), None),
            row(4, None, Some(9)),
            row(5, Some(4), None),
        ]);
        let sorted = |mut teams: Vec<Uuid>| {
            teams.sort();
            teams
        };
        assert_eq!(sorted(tree.reach(id(8), Some(id(2)))), [2, 3].map(id));
        assert_eq!(sorted(tree.reach(id(9), Some(id(2)))), [2, 3, 4, 5].map(id), "a leader who belongs elsewhere");
        assert_eq!(sorted(tree.reach(id(9), None)), [4, 5].map(id));
        assert!(tree.reach(id(8), None).is_empty());
        assert_eq!(tree.upwards(id(3)), [3, 2, 1].map(id));
    }
}

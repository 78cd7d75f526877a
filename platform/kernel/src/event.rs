//! What happened, for open screens and (later) webhooks.
//!
//! An event names a record and who may know of it. It never carries the record's values, so it
//! can't leak one: the reader fetches the record under their own policy.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One thing that happened to one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// `<resource>.<past tense>`, e.g. `lead.created`.
    pub name: String,
    /// The record.
    pub id: Uuid,
    /// The permission a reader needs, e.g. `leads.read`.
    pub permission: String,
    /// Users whose own scope covers the record, before or after the change.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<Uuid>,
    /// Teams whose scope covers the record, before or after the change.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<Uuid>,
    /// Of a personal event: the users it is for, and nobody else, whatever they may read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<Uuid>,
    /// Of what hangs on a record: a reader with the permission needs one of these besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grounds: Vec<Ground>,
}

/// On what the right to read a record rests: what it takes, and whose the record is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ground {
    /// A permission whose scope covers the record.
    pub permission: String,
    /// A permission that it takes besides, at any scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub besides: Option<String>,
    /// Who the record is assigned to.
    pub owner: Option<Uuid>,
    /// The team it belongs to.
    pub team: Option<Uuid>,
}

impl Event {
    /// An event that readers with the permission at any covering scope may see.
    pub fn new(name: &str, id: impl Into<Uuid>, permission: &str) -> Self {
        Self {
            name: name.to_owned(),
            id: id.into(),
            permission: permission.to_owned(),
            owners: Vec::new(),
            teams: Vec::new(),
            only: Vec::new(),
            grounds: Vec::new(),
        }
    }

    /// An event that concerns these users themselves: only they are told, whatever they may read. It
    /// names no permission, so that without users it reaches nobody.
    pub fn personal(name: &str, id: impl Into<Uuid>, users: Vec<Uuid>) -> Self {
        Self { only: users, ..Self::new(name, id, "") }
    }

    /// Narrows it to whoever may also read the record on which this hangs, for one of these reasons. There must be one.
    pub fn resting_on(self, grounds: Vec<Ground>) -> Self {
        Self { grounds, ..self }
    }

    /// Adds an owner and team whose scope covers the record.
    pub fn covering(mut self, owner: Option<Uuid>, team: Option<Uuid>) -> Self {
        for (list, id) in [(&mut self.owners, owner), (&mut self.teams, team)] {
            if let Some(id) = id
                && !list.contains(&id)
            {
                list.push(id);
            }
        }
        self
    }
}

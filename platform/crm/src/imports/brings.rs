//! What a file brings: records of the CRM, or its staff.

use crate::bulk::Kind;
use crate::deals;

/// What stands in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Brings {
    /// Clients, leads or contacts; [`Self::ALL`] says that of other kinds none come in files.
    Records(Kind),
    /// Staff.
    Users,
    /// Opportunities or deals.
    Deals(deals::Kind),
    /// Activities.
    Activities,
}

impl Brings {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Records(Kind::Client),
        Self::Records(Kind::Lead),
        Self::Records(Kind::Contact),
        Self::Users,
        Self::Deals(deals::Kind::Opportunity),
        Self::Deals(deals::Kind::Deal),
        Self::Activities,
    ];

    /// What a refusal of another word says.
    pub fn must_be() -> String {
        format!("must be one of {}", Self::ALL.map(Self::plural).join(", "))
    }

    /// As in the contract.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Records(kind) => kind.table(),
            Self::Users => "users",
            Self::Deals(deals::Kind::Opportunity) => "opportunities",
            Self::Deals(deals::Kind::Deal) => "deals",
            Self::Activities => "activities",
        }
    }

    pub fn of_plural(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|b| b.plural() == word)
    }

    /// As it stands in the database, in events and in the audit log.
    pub fn word(self) -> &'static str {
        match self {
            Self::Records(kind) => kind.word(),
            Self::Users => "user",
            Self::Deals(kind) => kind.word(),
            Self::Activities => "activity",
        }
    }

    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|b| b.word() == word)
    }

    /// Where its records stand.
    pub fn table(self) -> &'static str {
        if matches!(self, Self::Deals(_)) { "deals" } else { self.plural() }
    }

    /// The kind of record whose fields of the tenant's own it has.
    pub fn own_fields(self) -> &'static str {
        if matches!(self, Self::Deals(_)) { "deal" } else { self.word() }
    }

    /// Whether a file can bring fields of the tenant's own along.
    pub fn makes_fields(self) -> bool {
        !matches!(self, Self::Users | Self::Activities)
    }

    /// Whether rows that are there already can change what is there. Deals and activities have no address that says
    /// which one is meant.
    pub fn can_update(self) -> bool {
        matches!(self, Self::Records(_) | Self::Users)
    }

    /// The permission to import it. Whoever manages users adds and changes as many as they like already.
    pub fn permission(self) -> &'static str {
        match self {
            Self::Records(Kind::Client) => "clients.import",
            Self::Records(Kind::Contact) => "contacts.import",
            Self::Records(_) => "leads.import",
            Self::Users => "users.manage",
            Self::Deals(_) => "deals.import",
            Self::Activities => "activities.import",
        }
    }

    /// The permission to add one.
    pub fn creates(self) -> &'static str {
        match self {
            Self::Records(Kind::Client) => "clients.create",
            Self::Records(Kind::Contact) => "contacts.create",
            Self::Records(_) => "leads.create",
            Self::Users => "users.manage",
            Self::Deals(kind) => kind.create(),
            Self::Activities => "activities.create",
        }
    }

    /// The permission to change one.
    pub fn updates(self) -> &'static str {
        match self {
            Self::Records(kind) => kind.update(),
            Self::Users => "users.manage",
            Self::Deals(kind) => kind.update(),
            Self::Activities => "activities.update",
        }
    }

    /// The permission to give one to somebody, if it is anybody's.
    pub fn assigns(self) -> Option<&'static str> {
        match self {
            Self::Records(kind) => Some(kind.assign()),
            Self::Users => None,
            Self::Deals(kind) => Some(kind.assign()),
            Self::Activities => Some("activities.assign"),
        }
    }

    /// The permission to see one.
    pub fn reads(self) -> &'static str {
        match self {
            Self::Records(kind) => kind.read(),
            Self::Users => "users.read",
            Self::Deals(kind) => kind.read(),
            Self::Activities => "activities.read",
        }
    }

    /// The areas of the sensitive fields that stand in its files. Of deals and activities it is other people's addresses.
    pub fn areas(self) -> Vec<&'static str> {
        match self {
            Self::Deals(_) => vec!["clients", "contacts"],
            Self::Activities => vec!["clients", "contacts", "leads"],
            Self::Records(_) | Self::Users => vec![self.plural()],
        }
    }

    /// The kind of record, if it is one of a person.
    pub fn as_records(self) -> Option<Kind> {
        if let Self::Records(kind) = self { Some(kind) } else { None }
    }
}

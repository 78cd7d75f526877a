//! What a file brings: records of the CRM, or its staff.

use kernel::DomainError;

use crate::bulk::Kind;

/// What stands in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Brings {
    /// Clients, leads or contacts; [`Self::ALL`] says that of other kinds none come in files.
    Records(Kind),
    /// Staff.
    Users,
}

impl Brings {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::Records(Kind::Client), Self::Records(Kind::Lead), Self::Records(Kind::Contact), Self::Users];

    /// As in the contract.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Records(kind) => kind.table(),
            Self::Users => "users",
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
        }
    }

    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|b| b.word() == word)
    }

    /// The permission to import it. Whoever manages users adds and changes as many as they like already.
    pub fn permission(self) -> &'static str {
        match self {
            Self::Records(Kind::Client) => "clients.import",
            Self::Records(Kind::Contact) => "contacts.import",
            Self::Records(_) => "leads.import",
            Self::Users => "users.manage",
        }
    }

    /// The permission to add one.
    pub fn creates(self) -> &'static str {
        match self {
            Self::Records(Kind::Client) => "clients.create",
            Self::Records(Kind::Contact) => "contacts.create",
            Self::Records(_) => "leads.create",
            Self::Users => "users.manage",
        }
    }

    /// The permission to change one.
    pub fn updates(self) -> &'static str {
        match self {
            Self::Records(kind) => kind.update(),
            Self::Users => "users.manage",
        }
    }

    /// The kind of record, where it is one.
    pub fn records(self) -> kernel::Result<Kind> {
        match self {
            Self::Records(kind) => Ok(kind),
            Self::Users => Err(DomainError::internal("staff are not records")),
        }
    }

    /// The kind of record, if it is one.
    pub fn as_records(self) -> Option<Kind> {
        self.records().ok()
    }
}

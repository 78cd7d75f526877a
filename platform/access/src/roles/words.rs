//! The words of roles in the API.

use kernel::permission::{Level, Scope};
use poem_openapi::{Enum, Object};
use uuid::Uuid;

/// How far a permission reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
pub enum ScopeWord {
    /// Nowhere.
    None,
    /// Records assigned to the user.
    Own,
    /// Records of the user's team, the teams they lead and those below.
    Team,
    /// Every record.
    All,
}

impl From<Scope> for ScopeWord {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Own => Self::Own,
            Scope::Team => Self::Team,
            Scope::All => Self::All,
        }
    }
}

impl From<Option<Scope>> for ScopeWord {
    fn from(scope: Option<Scope>) -> Self {
        scope.map_or(Self::None, Self::from)
    }
}

/// How much of a sensitive field a role sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
pub enum LevelWord {
    /// In clear.
    Full,
    /// A masked form.
    Masked,
    /// Nothing.
    Hidden,
}

impl From<Level> for LevelWord {
    fn from(level: Level) -> Self {
        match level {
            Level::Full => Self::Full,
            Level::Masked => Self::Masked,
            Level::Hidden => Self::Hidden,
        }
    }
}

/// A role by its name.
#[derive(Debug, Clone, Object)]
pub struct RoleRef {
    /// The role.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

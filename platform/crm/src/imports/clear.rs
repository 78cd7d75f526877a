//! Who may look into a file.
//!
//! Always holds: samples, words, rows and faults are read through [`Clear`] and in no other way, and one is had
//! only by whoever sees all of that in clear. Who does not is told how far an import is, and nothing of what
//! stands in it.

use std::ops::Deref;

use kernel::DomainError;
use kernel::permission::{FIELDS, Level};
use runtime::access::Actor;

use super::brings::Brings;
use super::entity::Import;
use super::mapping::Mapping;
use super::recipe::uses;

/// An import whose values may be shown.
#[derive(Debug, Clone)]
pub(super) struct Clear(Import);

impl Clear {
    /// If `who`, as they are and not in clear, may look into it. Whoever sent the file knows what stands in it.
    /// Somebody else would see columns that nobody has mapped, whatever they hold.
    pub fn of(who: &Actor, import: Import) -> kernel::Result<Self> {
        let brings = import.brings()?;
        sees(who, brings, import.mapping()?.as_ref())?;
        let is_theirs = who.id().is_some() && import.actor_id == who.id();
        if !is_theirs && !fields(brings).all(|key| who.level(key) == Level::Full) {
            let message =
                "Your role does not see all fields of such records in clear, so it can't look into a file of somebody else.";
            return Err(DomainError::Forbidden { code: "field_masked", message: message.to_owned() });
        }
        Ok(Self(import))
    }

    /// The import itself.
    pub fn into_import(self) -> Import {
        self.0
    }
}

impl Deref for Clear {
    type Target = Import;

    fn deref(&self) -> &Import {
        &self.0
    }
}

/// The sensitive fields of what a file brings.
fn fields(brings: Brings) -> impl Iterator<Item = &'static str> {
    let area = brings.plural();
    FIELDS.iter().map(|f| f.key).filter(move |key| key.split_once('.').is_some_and(|(a, _)| a == area))
}

/// Whoever imports sees what stands in the files: their contacts in clear, and what else is mapped.
pub(super) fn sees(who: &Actor, brings: Brings, mapping: Option<&Mapping>) -> kernel::Result<()> {
    let mapped = |key: &str| mapping.is_some_and(|m| uses(m, key));
    // Whoever finds clients by an address knows whether there is one of it.
    if mapped("client_id") {
        who.require("clients.read")?;
        if who.level("clients.email") != Level::Full {
            return Err(unseen());
        }
    }
    for key in fields(brings) {
        let name = key.split_once('.').map_or(key, |(_, name)| name);
        let needed = matches!(name, "email" | "phone") || mapped(name);
        if needed && who.level(key) != Level::Full {
            return Err(unseen());
        }
    }
    Ok(())
}

fn unseen() -> DomainError {
    let message = "Your role does not see all of these values in clear, so it can't import them.";
    DomainError::Forbidden { code: "field_masked", message: message.to_owned() }
}

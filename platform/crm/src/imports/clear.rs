//! Who may look into a file.
//!
//! Always holds: samples, words, rows and faults are read through [`Clear`] and in no other way, and one is had
//! only by whoever sees all of that in clear. Who does not is told how far an import is, and nothing of what
//! stands in it.

use std::ops::Deref;

use kernel::DomainError;
use kernel::module::module_of;
use kernel::permission::{FIELDS, Level};
use runtime::access::Actor;

use super::brings::Brings;
use super::entity::Import;
use super::mapping::Mapping;
use super::named;
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
        if !is_theirs && !fields(who, brings).all(|key| who.level(key) == Level::Full) {
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

/// The sensitive fields of what stands in a file. Of deals and activities it is other people's addresses.
fn fields(who: &Actor, brings: Brings) -> impl Iterator<Item = &'static str> {
    let areas = brings.areas();
    let is_off = |key: &str| module_of(key).is_some_and(|module| who.modules_off.contains(&module));
    FIELDS.iter().map(|f| f.key).filter(move |key| key.split_once('.').is_some_and(|(a, _)| areas.contains(&a)) && !is_off(key))
}

/// Whoever imports sees what stands in the files: their contacts in clear, and what else is mapped.
pub(super) fn sees(who: &Actor, brings: Brings, mapping: Option<&Mapping>) -> kernel::Result<()> {
    let mapped = |key: &str| mapping.is_some_and(|m| uses(m, key));
    if !named::in_clear(who, mapped)? {
        return Err(unseen());
    }
    for key in fields(who, brings) {
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

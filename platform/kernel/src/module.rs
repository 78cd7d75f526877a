//! THE LIST of modules that can be switched off, and what belongs to each.
//!
//! What belongs to a module that is off can be had by nobody: its permissions are granted to no one, so
//! that pages, menus, lists, events and exports close with them, and no role editor offers them. Data and
//! roles stay as they are for the day it is switched on again.

/// A module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModuleDef {
    /// As in the setting `modules`.
    pub key: &'static str,
    /// What stands before the dot in the permissions and sensitive fields that are its own.
    pub areas: &'static [&'static str],
    /// The module without which it is off, too: what it has hangs on records of that one.
    pub needs: Option<&'static str>,
}

/// Every module. One that has no code yet is none: no template names it and no settings page offers it.
pub const MODULES: &[ModuleDef] = &[
    // The dashboard counts clients and nothing else.
    ModuleDef { key: "clients", areas: &["clients", "dashboard"], needs: None },
    ModuleDef { key: "documents", areas: &["documents"], needs: Some("clients") },
    ModuleDef { key: "leads", areas: &["leads"], needs: None },
    ModuleDef { key: "partners", areas: &["partners"], needs: None },
    ModuleDef { key: "pipeline", areas: &["contacts", "opportunities", "deals", "pipelines", "reports"], needs: None },
    ModuleDef { key: "activities", areas: &["activities", "notes", "attachments"], needs: None },
];

/// The module that a permission or a sensitive field belongs to; none for what every CRM has.
pub fn module_of(key: &str) -> Option<&'static str> {
    let area = key.split_once('.').map_or(key, |(area, _)| area);
    MODULES.iter().find(|m| m.areas.contains(&area)).map(|m| m.key)
}

/// The modules that are off, given those that are on.
pub fn switched_off(on: &[String]) -> Vec<&'static str> {
    let is_on = |key: &str| on.iter().any(|m| m == key);
    MODULES.iter().filter(|m| !is_on(m.key) || m.needs.is_some_and(|n| !is_on(n))).map(|m| m.key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permission::{FIELDS, PERMISSIONS};

    #[test]
    fn what_belongs_to_a_module_is_found() {
        assert_eq!(module_of("clients.read"), Some("clients"));
        assert_eq!(module_of("leads.email"), Some("leads"));
        assert_eq!(module_of("users.manage"), None);
        assert_eq!(
            switched_off(&["clients".into(), "unheard of".into()]),
            ["documents", "leads", "partners", "pipeline", "activities"]
        );
        let others = ["documents", "leads", "partners", "pipeline", "activities"].map(str::to_owned);
        assert_eq!(switched_off(&others), ["clients", "documents"], "documents of nobody");
    }

    #[test]
    fn every_area_of_a_module_is_one_of_the_catalogue() {
        let keys: Vec<&str> = PERMISSIONS.iter().map(|p| p.key).chain(FIELDS.iter().map(|f| f.key)).collect();
        for area in MODULES.iter().flat_map(|m| m.areas) {
            assert!(keys.iter().any(|key| key.split_once('.').is_some_and(|(a, _)| a == *area)), "{area}");
        }
    }
}

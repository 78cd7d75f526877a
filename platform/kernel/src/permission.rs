//! THE LIST of permissions and sensitive fields: what a role can be given.
//!
//! A permission is granted with a scope, a field with a level. What is not granted is denied,
//! and a field without a level is hidden.

use serde::{Deserialize, Serialize};

/// How far a permission reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Only records assigned to the actor.
    Own,
    /// Records of the actor's team and the teams below it.
    Team,
    /// Every record of the tenant.
    All,
}

impl Scope {
    /// All scopes, widest first.
    pub const WIDEST_FIRST: [Scope; 3] = [Scope::All, Scope::Team, Scope::Own];

    /// As in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Team => "team",
            Self::All => "all",
        }
    }

    /// The scope of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::WIDEST_FIRST.into_iter().find(|s| s.as_str() == word)
    }
}

/// How much of a sensitive field a role sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing, not even that there is a value.
    Hidden,
    /// A masked form, e.g. `j•••@e•••.com`.
    Masked,
    /// In clear.
    Full,
}

impl Level {
    /// All levels, most open first.
    pub const OPEN_FIRST: [Level; 3] = [Level::Full, Level::Masked, Level::Hidden];

    /// As in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hidden => "hidden",
            Self::Masked => "masked",
            Self::Full => "full",
        }
    }
}

/// One permission.
#[derive(Debug, Clone, Copy)]
pub struct PermissionDef {
    /// `<capability>.<verb>`, e.g. `clients.read`.
    pub key: &'static str,
    /// The heading under which the role editor shows it.
    pub area: &'static str,
    /// What it allows, in words.
    pub title: &'static str,
    /// The scopes that make sense for it.
    pub scopes: &'static [Scope],
}

/// One sensitive field.
#[derive(Debug, Clone, Copy)]
pub struct FieldDef {
    /// `<capability>.<field>`, e.g. `clients.email`.
    pub key: &'static str,
    /// What it is, in words.
    pub title: &'static str,
    /// The heading under which the role editor shows it: `contact`, `identity` or `finance`.
    pub group: &'static str,
    /// Its place in a [`crate::tenant::ViewClass`], given once and for ever: database roles are named by it.
    pub bit: u8,
}

impl FieldDef {
    /// The name of the field in a record, e.g. `email`.
    pub fn name(&self) -> &'static str {
        self.key.split_once('.').map_or(self.key, |(_, name)| name)
    }
}

const ANY: &[Scope] = &[Scope::Own, Scope::Team, Scope::All];
const TEAM: &[Scope] = &[Scope::Team, Scope::All];
const ALL: &[Scope] = &[Scope::All];

const fn p(key: &'static str, area: &'static str, title: &'static str, scopes: &'static [Scope]) -> PermissionDef {
    PermissionDef { key, area, title, scopes }
}

/// Every permission there is.
pub const PERMISSIONS: &[PermissionDef] = &[
    p("clients.read", "Clients", "See clients", ANY),
    p("clients.create", "Clients", "Add clients", ANY),
    p("clients.update", "Clients", "Edit clients", ANY),
    p("clients.delete", "Clients", "Delete and restore clients", ANY),
    p("clients.assign", "Clients", "Assign clients to agents and teams", ANY),
    p("clients.merge", "Clients", "Merge clients who are the same person, and split them again", ANY),
    p("clients.export", "Clients", "Export clients", ANY),
    p("clients.import", "Clients", "Import clients from files", ALL),
    p("clients.reveal", "Clients", "Reveal masked values of clients", ANY),
    p("documents.read", "Documents", "See which documents clients have handed in", ANY),
    p("documents.view", "Documents", "Look into documents", ANY),
    p("documents.upload", "Documents", "Add documents", ANY),
    p("documents.review", "Documents", "Approve and reject documents, set the KYC status", ANY),
    p("leads.read", "Leads", "See leads", ANY),
    p("leads.create", "Leads", "Add leads", ANY),
    p("leads.update", "Leads", "Edit leads and their status", ANY),
    p("leads.assign", "Leads", "Assign leads to agents and teams", ANY),
    p("leads.import", "Leads", "Import leads from files", ALL),
    p("leads.convert", "Leads", "Convert leads to clients", ANY),
    p("leads.reveal", "Leads", "Reveal masked values of leads", ANY),
    p("leads.export", "Leads", "Export leads", ANY),
    p("contacts.read", "Contacts", "See contacts", ANY),
    p("contacts.create", "Contacts", "Add contacts", ANY),
    p("contacts.update", "Contacts", "Edit contacts", ANY),
    p("contacts.delete", "Contacts", "Delete and restore contacts", ANY),
    p("contacts.assign", "Contacts", "Assign contacts to agents and teams", ANY),
    p("contacts.reveal", "Contacts", "Reveal masked values of contacts", ANY),
    p("contacts.export", "Contacts", "Export contacts", ANY),
    p("contacts.import", "Contacts", "Import contacts from files", ALL),
    p("contacts.merge", "Contacts", "Merge contacts who are the same person, and split them again", ANY),
    p("opportunities.read", "Opportunities", "See opportunities", ANY),
    p("opportunities.create", "Opportunities", "Add opportunities", ANY),
    p("opportunities.update", "Opportunities", "Edit opportunities and move them through their stages", ANY),
    p("opportunities.delete", "Opportunities", "Delete and restore opportunities", ANY),
    p("opportunities.assign", "Opportunities", "Assign opportunities to agents and teams", ANY),
    p("deals.read", "Deals", "See deals", ANY),
    p("deals.create", "Deals", "Add deals", ANY),
    p("deals.update", "Deals", "Edit deals and move them through their stages", ANY),
    p("deals.delete", "Deals", "Delete and restore deals", ANY),
    p("deals.assign", "Deals", "Assign deals to agents and teams", ANY),
    p("deals.export", "Deals", "Export deals and opportunities", ANY),
    p("deals.import", "Deals", "Import deals and opportunities from files", ALL),
    p("pipelines.manage", "Deals", "Set up pipelines, stages and exchange rates", ALL),
    p("activities.read", "Activities", "See activities", ANY),
    p("activities.create", "Activities", "Add activities", ANY),
    p("activities.update", "Activities", "Edit, complete and cancel activities", ANY),
    p("activities.delete", "Activities", "Delete and restore activities", ANY),
    p("activities.assign", "Activities", "Give activities to others", ANY),
    p("activities.export", "Activities", "Export activities", ANY),
    p("activities.import", "Activities", "Import activities from files", ALL),
    p("notes.read", "Notes", "Read notes on records", ANY),
    p("notes.create", "Notes", "Write notes", ANY),
    p("notes.update", "Notes", "Edit and pin notes of others", ANY),
    p("notes.delete", "Notes", "Delete notes of others", ANY),
    p("attachments.read", "Attachments", "See and open files on records", ANY),
    p("attachments.upload", "Attachments", "Add files to records", ANY),
    p("attachments.delete", "Attachments", "Delete files of others", ANY),
    p("reports.read", "Insights", "See sales reports", ANY),
    p("views.share", "Views", "Share views with the team or everybody", TEAM),
    p("partners.read", "Partners", "See partners", ALL),
    p("partners.manage", "Partners", "Add, edit and approve partners", ALL),
    p("users.read", "Team", "See users", TEAM),
    p("users.manage", "Team", "Invite, edit and deactivate users", ALL),
    p("users.export", "Team", "Export users", TEAM),
    p("teams.read", "Team", "See teams", TEAM),
    p("teams.manage", "Team", "Add and edit teams", ALL),
    p("roles.read", "Team", "See roles", ALL),
    p("roles.manage", "Team", "Add, edit and delete roles", ALL),
    p("access.explain", "Team", "See why somebody may see something", ALL),
    p("api_keys.manage", "Team", "Create and revoke API keys", ALL),
    p("assignment.manage", "Settings", "Set up who gets new clients and leads", ALL),
    p("settings.manage", "Settings", "Change settings and branding", ALL),
    p("audit.read", "Settings", "Read the audit log", ALL),
    p("audit.export", "Settings", "Export the audit log", ALL),
    p("exports.pii", "Exports", "Export personal data in clear", ALL),
    p("exports.manage", "Exports", "See, cancel and delete everybody's exports", ALL),
    p("jobs.read", "Settings", "See background jobs", ALL),
    p("jobs.manage", "Settings", "Retry background jobs", ALL),
    p("dashboard.read", "Insights", "See the dashboard", ANY),
];

/// The permission of the platform's own realm; no tenant role can hold it.
pub const PLATFORM_MANAGE: &str = "platform.manage";

/// Every sensitive field there is.
pub const FIELDS: &[FieldDef] = &[
    FieldDef { key: "clients.email", title: "Client e-mail", group: "contact", bit: 0 },
    FieldDef { key: "clients.phone", title: "Client phone", group: "contact", bit: 1 },
    FieldDef { key: "leads.email", title: "Lead e-mail", group: "contact", bit: 2 },
    FieldDef { key: "leads.phone", title: "Lead phone", group: "contact", bit: 3 },
    FieldDef { key: "clients.date_of_birth", title: "Client date of birth", group: "identity", bit: 4 },
    FieldDef { key: "clients.address", title: "Client address", group: "identity", bit: 5 },
    FieldDef { key: "clients.balance", title: "Client balance", group: "finance", bit: 6 },
    FieldDef { key: "contacts.email", title: "Contact e-mail", group: "contact", bit: 7 },
    FieldDef { key: "contacts.phone", title: "Contact phone", group: "contact", bit: 8 },
];

/// The sensitive field of this key.
pub fn field(key: &str) -> Option<&'static FieldDef> {
    FIELDS.iter().find(|f| f.key == key)
}

/// Whether a key stands in the list.
pub fn is_permission(key: &str) -> bool {
    PERMISSIONS.iter().any(|d| d.key == key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn keys_are_unique_and_well_formed() {
        let keys: BTreeSet<_> = PERMISSIONS.iter().map(|d| d.key).chain(FIELDS.iter().map(|f| f.key)).collect();
        assert_eq!(keys.len(), PERMISSIONS.len() + FIELDS.len());
        assert!(keys.iter().all(|k| k.split('.').count() == 2));
        let bits: BTreeSet<_> = FIELDS.iter().map(|f| f.bit).collect();
        assert_eq!(bits.len(), FIELDS.len());
    }
}

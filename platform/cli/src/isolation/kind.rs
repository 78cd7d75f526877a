//! What is planted: its name, where its routes begin, and what it takes to read it.

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A client.
    Client,
    /// A lead.
    Lead,
    /// A contact.
    Contact,
    /// An opportunity.
    Opportunity,
    /// A deal.
    Deal,
    /// An activity.
    Activity,
    /// A note on a record.
    Note,
    /// A file on a record.
    Attachment,
    /// A document of a client.
    Document,
    /// Records from a file.
    Import,
    /// A list as a file.
    Export,
    /// A saved view.
    View,
    /// Two clients who became one.
    Merge,
    /// Two contacts who became one.
    ContactMerge,
    /// What a user is told of.
    Notification,
    /// A pipeline.
    Pipeline,
    /// A tag.
    Tag,
    /// A rule of assignment.
    Rule,
    /// A partner.
    Partner,
    /// A user.
    User,
    /// A team.
    Team,
    /// A role.
    Role,
    /// A field of the tenant's own.
    CustomField,
    /// The key of a program.
    ApiKey,
    /// A background job.
    Job,
    /// A change that can be taken back.
    Undo,
    /// Where somebody is signed in.
    Session,
    /// A status or a setting.
    Setting,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 28] = [
        Kind::Client,
        Kind::Lead,
        Kind::Contact,
        Kind::Opportunity,
        Kind::Deal,
        Kind::Activity,
        Kind::Note,
        Kind::Attachment,
        Kind::Document,
        Kind::Import,
        Kind::Export,
        Kind::View,
        Kind::Merge,
        Kind::ContactMerge,
        Kind::Notification,
        Kind::Pipeline,
        Kind::Tag,
        Kind::Rule,
        Kind::Partner,
        Kind::User,
        Kind::Team,
        Kind::Role,
        Kind::CustomField,
        Kind::ApiKey,
        Kind::Job,
        Kind::Undo,
        Kind::Session,
        Kind::Setting,
    ];

    /// What the routes under a first segment are about. A customer of the console is a client.
    pub fn of_area(area: &str) -> Option<Kind> {
        let area = if area == "customers" { "clients" } else { area };
        Self::ALL.into_iter().find(|kind| kind.area() == area && *kind != Kind::Setting)
    }

    /// As the report names it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Lead => "lead",
            Self::Contact => "contact",
            Self::Opportunity => "opportunity",
            Self::Deal => "deal",
            Self::Activity => "activity",
            Self::Note => "note",
            Self::Attachment => "attachment",
            Self::Document => "document",
            Self::Import => "import",
            Self::Export => "export",
            Self::View => "view",
            Self::Merge => "merge",
            Self::ContactMerge => "merge of contacts",
            Self::Notification => "notification",
            Self::Pipeline => "pipeline",
            Self::Tag => "tag",
            Self::Rule => "rule of assignment",
            Self::Partner => "partner",
            Self::User => "user",
            Self::Team => "team",
            Self::Role => "role",
            Self::CustomField => "custom field",
            Self::ApiKey => "API key",
            Self::Job => "job",
            Self::Undo => "recorded change",
            Self::Session => "session",
            Self::Setting => "setting",
        }
    }

    /// More than one of it, as the report names them.
    pub fn words(self) -> String {
        match self {
            Self::Opportunity => "opportunities".to_owned(),
            Self::Activity => "activities".to_owned(),
            kind => format!("{}s", kind.word()),
        }
    }

    /// Where its routes begin.
    pub fn area(self) -> &'static str {
        match self {
            Self::Client => "clients",
            Self::Lead => "leads",
            Self::Contact => "contacts",
            Self::Opportunity => "opportunities",
            Self::Deal => "deals",
            Self::Activity => "activities",
            Self::Note => "notes",
            Self::Attachment => "attachments",
            Self::Document => "documents",
            Self::Import => "imports",
            Self::Export => "exports",
            Self::View => "views",
            Self::Merge => "merges",
            Self::ContactMerge => "contact-merges",
            Self::Notification => "notifications",
            Self::Pipeline => "pipelines",
            Self::Tag => "tags",
            Self::Rule => "assignment-rules",
            Self::Partner => "partners",
            Self::User => "users",
            Self::Team => "teams",
            Self::Role => "roles",
            Self::CustomField => "custom-fields",
            Self::ApiKey => "api-keys",
            Self::Job => "jobs",
            Self::Undo => "undo",
            Self::Session => "sessions",
            Self::Setting => "settings",
        }
    }

    /// The permission to read it; of imports and views the record itself says which.
    pub fn permission(self) -> &'static str {
        match self {
            Self::Client | Self::View => "clients.read",
            Self::Lead => "leads.read",
            Self::Contact => "contacts.read",
            Self::Opportunity => "opportunities.read",
            Self::Deal | Self::Pipeline => "deals.read",
            Self::Activity => "activities.read",
            Self::Note => "notes.read",
            Self::Attachment => "attachments.read",
            Self::Document => "documents.read",
            Self::Import => "clients.import",
            Self::Export => "exports.manage",
            Self::Merge => "clients.merge",
            Self::ContactMerge => "contacts.merge",
            Self::Rule => "assignment.manage",
            Self::Partner => "partners.read",
            Self::User => "users.read",
            Self::Team => "teams.read",
            Self::Role => "roles.read",
            Self::ApiKey => "api_keys.manage",
            Self::Job => "jobs.read",
            Self::Session => "users.manage",
            Self::Undo | Self::CustomField | Self::Setting => "settings.manage",
            // Nobody needs a permission: a notification is its user's own, and everybody sees the tags there are.
            Self::Notification | Self::Tag => "",
        }
    }

    /// Its table, where one row is one record and staff change it by itself.
    pub fn table(self) -> Option<&'static str> {
        match self {
            Self::Client => Some("clients"),
            Self::Lead => Some("leads"),
            Self::Contact => Some("contacts"),
            Self::Opportunity | Self::Deal => Some("deals"),
            Self::Activity => Some("activities"),
            Self::Note => Some("notes"),
            _ => None,
        }
    }
}

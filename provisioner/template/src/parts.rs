//! What a template's YAML files hold, as types.

use std::collections::BTreeMap;

use kernel::permission::{Level, Scope};
use serde::Serialize;

/// The modules a CRM can show, in the order of the navigation: all of [`kernel::module::MODULES`] and no other.
pub const MODULES: &[&str] = &["clients", "documents", "leads", "partners", "pipeline", "activities"];

/// The font families that are bundled with the web UI.
pub const FONTS: &[&str] = &["inter"];

/// The tints of grey that a brand can choose from.
pub const NEUTRALS: &[&str] = &["cool", "warm", "pure"];

/// One of the eight fixed hues of statuses and stages. Free colours are not offered: a hue is
/// shown so that it can be read in light and dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Hue {
    Blue,
    Violet,
    Amber,
    Grey,
    Teal,
    Green,
    Red,
    Pink,
}

impl Hue {
    /// All hues with their names.
    pub const ALL: &[(&'static str, Hue)] = &[
        ("blue", Hue::Blue),
        ("violet", Hue::Violet),
        ("amber", Hue::Amber),
        ("grey", Hue::Grey),
        ("teal", Hue::Teal),
        ("green", Hue::Green),
        ("red", Hue::Red),
        ("pink", Hue::Pink),
    ];

    /// As in the contract.
    pub fn as_str(self) -> &'static str {
        name_of(Self::ALL, self)
    }
}

/// How work on a record ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It did not end, or in neither way.
    None,
    /// A lead became a client, a deal was won.
    Won,
    /// It came to nothing.
    Lost,
}

impl Outcome {
    /// All outcomes with their names.
    pub const ALL: &[(&'static str, Outcome)] = &[("none", Outcome::None), ("won", Outcome::Won), ("lost", Outcome::Lost)];

    /// As in a template.
    pub fn as_str(self) -> &'static str {
        name_of(Self::ALL, self)
    }
}

fn name_of<T: PartialEq + Copy>(names: &[(&'static str, T)], value: T) -> &'static str {
    names.iter().find(|(_, v)| *v == value).map_or("", |(name, _)| name)
}

/// A role: what its users may do and see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Role {
    /// Stable name, used to recognise the role in later versions of the template.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// One sentence on what it is for.
    pub description: String,
    /// Permission to scope. What is not here is denied.
    pub permissions: BTreeMap<String, Scope>,
    /// Sensitive field to level. What is not here is hidden.
    pub fields: BTreeMap<String, Level>,
}

impl Role {
    /// Whether the role can administer a CRM: manage every user and every role.
    pub fn can_administer(&self) -> bool {
        ["users.manage", "roles.manage"].iter().all(|key| self.permissions.get(*key) == Some(&Scope::All))
    }
}

/// A status of clients or leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Stable name, stored in the records.
    pub key: String,
    /// What people see.
    pub label: String,
    /// Its hue.
    pub hue: Hue,
    /// Whether a new record gets it. True for one status of each list.
    pub default: bool,
    /// Whether no further work is expected.
    pub closed: bool,
    /// How the work ended; won and lost are always closed.
    pub outcome: Outcome,
}

/// The statuses of a template, in the order in which they are offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statuses {
    /// Of clients.
    pub client: Vec<Status>,
    /// Of leads. At least one is won: converting a lead sets the first of these.
    pub lead: Vec<Status>,
}

/// A pipeline; the first of a template is the one shown first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pipeline {
    /// Stable name.
    pub key: String,
    /// What people see.
    pub label: String,
    /// Its stages from left to right.
    pub stages: Vec<Stage>,
}

/// A stage of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stage {
    /// Stable name, unique in its pipeline.
    pub key: String,
    /// What people see.
    pub label: String,
    /// How likely a deal in this stage is won, in percent. 100 when won, 0 when lost.
    pub probability: u8,
    /// Its hue.
    pub hue: Hue,
    /// Whether a deal that arrives here is won or lost.
    pub outcome: Outcome,
    /// Keys of the stages that may follow; none lets all of them.
    pub transitions: Option<Vec<String>>,
    /// What a deal must have to come in, of [`REQUIRABLE`].
    pub required: Vec<String>,
}

/// What a stage can require of a deal.
pub const REQUIRABLE: &[&str] = &["amount", "expected_close_date", "contact_id", "client_id", "lost_reason", "next_steps"];

/// How a new CRM looks until the broker's own branding is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Branding {
    /// Brand colour, `#rrggbb` in lower case.
    pub primary: String,
    /// Corner radius in pixels, 0 to 12.
    pub radius: u8,
    /// One of [`FONTS`].
    pub font: String,
    /// One of [`NEUTRALS`].
    pub neutral: String,
}

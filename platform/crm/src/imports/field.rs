//! THE LIST of fields that a column can become.

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::amounts::may_be_thousands;
use super::brings::Brings;
use crate::bulk::Kind;
use crate::custom_fields::{CustomField, Kind as CustomKind};

/// A field of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Field {
    FirstName,
    LastName,
    /// First and last name in one.
    Name,
    Email,
    Phone,
    /// Where a contact works.
    Company,
    /// As what.
    JobTitle,
    Country,
    Language,
    Address,
    DateOfBirth,
    Status,
    Source,
    Rating,
    /// The client whose contact it is.
    Client,
    AssignedTo,
    Tags,
    FollowUpAt,
    FollowUpNote,
    Message,
    /// What is known of a contact.
    Description,
    /// The partner who brought the record.
    Partner,
    /// The role of a user.
    Role,
    /// The team of a user.
    Team,
    /// The whole name of a deal.
    DealName,
    /// The contact, the lead and the deal that a row names.
    Contact,
    Lead,
    Deal,
    Opportunity,
    Pipeline,
    Stage,
    Amount,
    Currency,
    Probability,
    ExpectedClose,
    /// When it was added where it comes from, and when it was won or lost.
    CreatedAt,
    ClosedAt,
    LostReason,
    NextSteps,
    /// Whether an activity is a call, a meeting, …
    Type,
    Subject,
    Priority,
    DueAt,
    AllDay,
    Duration,
    /// What came of it.
    Outcome,
    Location,
    CompletedAt,
    /// A field of the tenant's own, by its place in the list of them.
    Custom(usize),
}

/// Of what a field is.
type Of = u8;
const CLIENT: Of = 1;
const LEAD: Of = 2;
const CONTACT: Of = 4;
const USER: Of = 8;
const DEAL: Of = 16;
const ACTIVITY: Of = 32;
const PEOPLE: Of = CLIENT | LEAD | CONTACT;
const ALL: Of = PEOPLE | USER;
const SALES: Of = DEAL | ACTIVITY;

/// Key, field, type, label, and of what it is.
type Row = (&'static str, Field, &'static str, &'static str, Of);

const FIELDS: &[Row] = &[
    ("first_name", Field::FirstName, "text", "First name", ALL),
    ("last_name", Field::LastName, "text", "Last name", ALL),
    ("name", Field::Name, "text", "Full name", ALL),
    ("email", Field::Email, "email", "E-mail", ALL),
    ("phone", Field::Phone, "phone", "Phone", PEOPLE),
    ("company", Field::Company, "text", "Company", CONTACT),
    ("job_title", Field::JobTitle, "text", "Job title", CONTACT),
    ("country", Field::Country, "country", "Country", CLIENT | LEAD),
    ("language", Field::Language, "text", "Language", CLIENT),
    ("address", Field::Address, "text", "Address", CLIENT),
    ("date_of_birth", Field::DateOfBirth, "date", "Date of birth", CLIENT),
    ("status", Field::Status, "choice", "Status", PEOPLE | ACTIVITY),
    ("source", Field::Source, "text", "Source", PEOPLE),
    ("rating", Field::Rating, "number", "Rating", CONTACT),
    ("client_id", Field::Client, "client", "Client", CONTACT | SALES),
    ("assigned_to", Field::AssignedTo, "user", "Owner", PEOPLE | SALES),
    ("tags", Field::Tags, "tags", "Tags", PEOPLE | DEAL),
    ("message", Field::Message, "text", "Message", LEAD),
    ("description", Field::Description, "text", "Description", CONTACT | SALES),
    ("follow_up_at", Field::FollowUpAt, "date", "Follow-up date", CLIENT | LEAD),
    ("follow_up_note", Field::FollowUpNote, "text", "Follow-up note", CLIENT | LEAD),
    ("partner_id", Field::Partner, "partner", "Partner", CLIENT | LEAD),
    ("role", Field::Role, "choice", "Role", USER),
    ("team", Field::Team, "choice", "Team", USER),
    ("name", Field::DealName, "text", "Name", DEAL),
    ("pipeline", Field::Pipeline, "choice", "Pipeline", DEAL),
    ("stage", Field::Stage, "choice", "Stage", DEAL),
    ("amount", Field::Amount, "number", "Amount", DEAL),
    ("currency", Field::Currency, "text", "Currency", DEAL),
    ("probability", Field::Probability, "number", "Probability, %", DEAL),
    ("expected_close_date", Field::ExpectedClose, "date", "Expected close", DEAL),
    ("next_steps", Field::NextSteps, "text", "Next steps", DEAL),
    ("lost_reason", Field::LostReason, "text", "Why it was lost", DEAL),
    ("closed_at", Field::ClosedAt, "date", "Closed", DEAL),
    ("created_at", Field::CreatedAt, "date", "Created", DEAL),
    ("type", Field::Type, "choice", "Type", ACTIVITY),
    ("subject", Field::Subject, "text", "Subject", ACTIVITY),
    ("due_at", Field::DueAt, "date", "Due", ACTIVITY),
    ("all_day", Field::AllDay, "flag", "All day", ACTIVITY),
    ("priority", Field::Priority, "choice", "Priority", ACTIVITY),
    ("duration_minutes", Field::Duration, "number", "Minutes", ACTIVITY),
    ("location", Field::Location, "text", "Place", ACTIVITY),
    ("outcome", Field::Outcome, "text", "Result", ACTIVITY),
    ("completed_at", Field::CompletedAt, "date", "Completed", ACTIVITY),
    ("contact_id", Field::Contact, "contact", "Contact", SALES),
    ("lead_id", Field::Lead, "lead", "Lead", ACTIVITY),
    ("deal_id", Field::Deal, "deal", "Deal", ACTIVITY),
    ("opportunity_id", Field::Opportunity, "opportunity", "Opportunity", ACTIVITY),
];

/// Places of fields in a row that is being read; those of the tenant's own come after.
pub(super) const PLACES: usize = FIELDS.len();

impl Field {
    /// The field of a key.
    pub fn parse(brings: Brings, key: &str, custom: &[CustomField]) -> Option<Self> {
        if let Some(own) = key.strip_prefix("custom.") {
            return custom.iter().position(|f| f.key == own && !f.archived).map(Self::Custom);
        }
        FIELDS.iter().filter(|row| is_of(row, brings)).find(|row| row.0 == key).map(|row| row.1)
    }

    /// Its key, if it is not one of the tenant's own.
    pub fn key(self) -> &'static str {
        FIELDS.iter().find(|row| row.1 == self).map_or("custom", |row| row.0)
    }

    /// Its place in a row that is being read.
    pub fn place(self) -> usize {
        match self {
            Self::Custom(at) => PLACES + at,
            _ => FIELDS.iter().position(|row| row.1 == self).unwrap_or(0),
        }
    }

    /// Whether several columns can become it.
    pub fn takes_many(self) -> bool {
        matches!(self, Self::Tags | Self::Address | Self::Message | Self::Description)
    }
}

/// A field as the wizard shows it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Target {
    pub key: String,
    pub label: String,
    pub word: &'static str,
    pub required: bool,
    pub custom: bool,
    pub options: Vec<(String, String)>,
}

/// What fields that are choices can be: keys and labels.
#[derive(Debug, Default)]
pub(super) struct Choices {
    pub statuses: Vec<(String, String)>,
    /// Roles that the actor may give.
    pub roles: Vec<(String, String)>,
    pub teams: Vec<(String, String)>,
    pub pipelines: Vec<(String, String)>,
    pub stages: Vec<(String, String)>,
    /// Kinds of activities, and priorities.
    pub types: Vec<(String, String)>,
    pub priorities: Vec<(String, String)>,
}

fn is_of(row: &Row, brings: Brings) -> bool {
    let of = match brings {
        Brings::Records(Kind::Client) => CLIENT,
        Brings::Records(Kind::Contact) => CONTACT,
        Brings::Records(_) => LEAD,
        Brings::Users => USER,
        Brings::Deals(_) => DEAL,
        Brings::Activities => ACTIVITY,
    };
    row.4 & of != 0
}

/// Every field that a column of a kind of record can become.
pub(super) fn targets(brings: Brings, custom: &[CustomField], choices: &Choices) -> Vec<Target> {
    let required = |field: Field| match field {
        // One of the names is enough for staff; the whole one stands for both.
        Field::FirstName => brings != Brings::Users,
        Field::LastName => matches!(brings, Brings::Records(Kind::Client | Kind::Lead)),
        Field::Name | Field::Role => brings == Brings::Users,
        Field::Email => matches!(brings, Brings::Records(Kind::Client) | Brings::Users),
        Field::DealName | Field::Type | Field::Subject => true,
        _ => false,
    };
    let ours = FIELDS.iter().filter(|row| is_of(row, brings)).map(|(key, field, word, label, _)| Target {
        key: (*key).to_owned(),
        label: (*label).to_owned(),
        word,
        required: required(*field),
        custom: false,
        options: match field {
            Field::Status => choices.statuses.clone(),
            Field::Role => choices.roles.clone(),
            Field::Team => choices.teams.clone(),
            Field::Pipeline => choices.pipelines.clone(),
            Field::Stage => choices.stages.clone(),
            Field::Type => choices.types.clone(),
            Field::Priority => choices.priorities.clone(),
            _ => Vec::new(),
        },
    });
    let own = custom.iter().filter(|f| !f.archived).map(|f| Target {
        key: format!("custom.{}", f.key),
        label: f.label.clone(),
        word: word_of(f.kind),
        required: f.required,
        custom: true,
        options: f.options.iter().map(|o| (o.key.clone(), o.label.clone())).collect(),
    });
    ours.chain(own).collect()
}

fn word_of(kind: CustomKind) -> &'static str {
    CustomKind::ALL.iter().find(|(_, k)| *k == kind).map_or("text", |(word, _)| word)
}

/// A text as the value of a field of the tenant's own; what can't be read stays a text, which its check refuses.
pub(super) fn custom_value(field: &CustomField, text: &str, mark: Option<char>, day: impl Fn(&str) -> Option<String>) -> Json {
    let text = text.trim();
    let option = |word: &str| {
        let found = field.options.iter().find(|o| o.key == word || o.label.to_lowercase() == word.to_lowercase());
        found.map_or_else(|| word.to_owned(), |o| o.key.clone())
    };
    match field.kind {
        CustomKind::Number => number_in(text, mark).map_or_else(|| text.into(), as_written),
        CustomKind::Date => day(text).map_or_else(|| text.into(), Json::from),
        CustomKind::Flag => flag(text).map_or_else(|| text.into(), Json::from),
        CustomKind::Choice => option(text).into(),
        CustomKind::Choices => text.split([';', ',', '|']).map(str::trim).filter(|w| !w.is_empty()).map(option).collect(),
        CustomKind::Text | CustomKind::Url => text.into(),
    }
}

/// A number as a form sends it: a whole one without decimals.
fn as_written(n: f64) -> Json {
    let whole = (n.fract() == 0.0).then(|| format!("{n:.0}").parse::<i64>().ok()).flatten();
    whole.map_or_else(|| json!(n), Json::from)
}

/// A number as it is written in English or elsewhere: of a comma and a dot the last one is the decimal one. A
/// percentage is the part that it stands for, as a workbook keeps it.
pub(super) fn number(text: &str) -> Option<f64> {
    number_in(text, None)
}

/// The same in a column where this mark stands before decimals, if that is known. By itself a comma with exactly three
/// digits behind it stands before thousands, as it does in amounts of money.
pub(super) fn number_in(text: &str, mark: Option<char>) -> Option<f64> {
    if let Some(percent) = text.trim().strip_suffix(['%', '٪']) {
        return Some(number_in(percent, mark)? / 100.0);
    }
    let text: String = text.chars().filter(|c| !c.is_whitespace() && !['\u{a0}', '\'', '’'].contains(c)).collect();
    let (comma, dot) = (text.rfind(','), text.rfind('.'));
    let plain = match (comma, dot) {
        (Some(comma), Some(dot)) if comma > dot => text.replace('.', "").replace(',', "."),
        (Some(_), Some(_)) => text.replace(',', ""),
        // Groups of three digits, more than one of them, are thousands; one comma is decimal.
        (Some(_), None) if text.matches(',').count() > 1 => text.replace(',', ""),
        (Some(at), None) if mark != Some(',') && may_be_thousands(&text, at) => text.replace(',', ""),
        (Some(_), None) => text.replace(',', "."),
        (None, Some(at)) if mark == Some(',') && may_be_thousands(&text, at) => text.replace('.', ""),
        _ if text.matches('.').count() > 1 => text.replace('.', ""),
        _ => text,
    };
    plain.parse::<f64>().ok().filter(|n| n.is_finite())
}

pub(super) fn flag(text: &str) -> Option<bool> {
    let word = text.to_lowercase();
    let yes = ["true", "yes", "y", "1", "ja", "oui", "si", "sí", "да", "نعم", "x", "on", "wahr", "vrai"];
    let no = ["false", "no", "n", "0", "nein", "non", "нет", "لا", "off", "falsch", "faux", "-"];
    if yes.contains(&word.as_str()) {
        return Some(true);
    }
    no.contains(&word.as_str()).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for (text, wanted) in [
            ("1234.5", Some(1234.5)),
            ("1,234.5", Some(1234.5)),
            ("1.234,5", Some(1234.5)),
            ("1 234,5", Some(1234.5)),
            ("1,5", Some(1.5)),
            ("1,234", Some(1234.0)),
            ("0,125", Some(0.125)),
            ("1.234", Some(1.234)),
            ("1.234.567", Some(1_234_567.0)),
            ("-3", Some(-3.0)),
            ("25%", Some(0.25)),
            ("12,5 %", Some(0.125)),
            ("many", None),
            ("inf", None),
            ("", None),
        ] {
            assert_eq!(number(text), wanted, "{text}");
        }
        for (text, mark, wanted) in [("1,234", ',', 1.234), ("1.234", ',', 1234.0), ("1,234", '.', 1234.0), ("1.5", ',', 1.5)] {
            assert_eq!(number_in(text, Some(mark)), Some(wanted), "{text} {mark}");
        }
    }

    #[test]
    fn places_are_each_its_own() {
        let places: Vec<usize> = FIELDS.iter().map(|row| row.1.place()).collect();
        assert_eq!(places, (0..PLACES).collect::<Vec<_>>());
        assert_eq!(Field::Custom(2).place(), PLACES + 2);
    }
}

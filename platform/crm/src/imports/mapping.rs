//! What becomes of the columns of a file, as it is asked for and kept.

use std::collections::{BTreeMap, BTreeSet};

use kernel::validate::{Checker, is_country};
use serde::{Deserialize, Serialize};

use super::brings::Brings;
use super::columns::Column;
use super::dates::DateFormat;
use super::field::Field;
use super::shapes::MappingIn;
use crate::custom_fields::CustomField;

/// What is done with a row that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Duplicates {
    /// It is left alone.
    #[default]
    Skip,
    /// The record takes its values.
    Update,
    /// It becomes another record, where that can be.
    CreateAnyway,
    /// Somebody decides.
    Review,
}

impl Duplicates {
    const ALL: [(&'static str, Self); 4] =
        [("skip", Self::Skip), ("update", Self::Update), ("create_anyway", Self::CreateAnyway), ("review", Self::Review)];

    /// As in the contract.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, rule)| *rule == self).map_or("skip", |(word, _)| word)
    }
}

/// A mapping.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Mapping {
    /// Field keys by column.
    pub mapping: BTreeMap<String, String>,
    pub duplicates: Duplicates,
    /// Of an update: whether values that are there are overwritten.
    pub overwrite: bool,
    /// Whether rows are the same person by e-mail.
    pub by_email: bool,
    /// Whether they are by phone.
    pub by_phone: bool,
    /// Constants by field key.
    pub defaults: BTreeMap<String, String>,
    /// Words of ours for words of theirs, by column.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// One order of dates for all columns.
    pub date_format: Option<String>,
    pub default_country: Option<String>,
    pub name: Option<String>,
    /// Of users: whether they come in without an invitation.
    pub uninvited: bool,
}

/// The most words of ours for words of theirs in one column.
const MOST_VALUES: usize = 1_000;

/// Reads what was asked for; `c` collects all faults.
pub(super) fn read(c: &mut Checker, brings: Brings, input: &MappingIn, columns: &[Column], custom: &[CustomField]) -> Mapping {
    let mut mapping = Mapping { by_email: true, ..Mapping::default() };
    let mut taken: BTreeSet<Field> = BTreeSet::new();
    let known = |name: &str| columns.iter().any(|column| column.name == name);
    if input.mapping.is_none() {
        c.add("mapping", "is required");
    }
    for (column, key) in input.mapping.iter().flatten() {
        let Some(key) = key.as_deref().filter(|k| !k.is_empty()) else { continue };
        let at = format!("mapping.{column}");
        match Field::parse(brings, key, custom) {
            _ if !known(column) => c.add(&at, "is not a column of the file"),
            None => c.add(&at, format!("can't become `{key}`; it is not a field")),
            Some(field) if !taken.insert(field) && !field.takes_many() => {
                c.add(&at, format!("can't become `{key}`: another column does"));
            }
            Some(_) => {
                mapping.mapping.insert(column.clone(), key.to_owned());
            }
        }
    }
    if taken.contains(&Field::Name) && (taken.contains(&Field::FirstName) || taken.contains(&Field::LastName)) {
        c.add("mapping", "names both the whole name and a part of it");
    }
    for (key, value) in input.defaults.iter().flatten() {
        let at = format!("defaults.{key}");
        if Field::parse(brings, key, custom).is_none() {
            c.add(&at, "is not a field");
        } else if let Some(value) = c.optional(&at, Some(value), 500) {
            mapping.defaults.insert(key.clone(), value);
        }
    }
    for (column, words) in input.values.iter().flatten() {
        let at = format!("values.{column}");
        if !known(column) {
            c.add(&at, "is not a column of the file");
        } else if words.len() > MOST_VALUES || words.iter().any(|(from, to)| from.len() > 500 || to.len() > 500) {
            c.add(&at, format!("must not hold more than {MOST_VALUES} words of at most 500 characters"));
        } else {
            mapping.values.insert(column.clone(), words.iter().map(|(from, to)| (from.clone(), to.clone())).collect());
        }
    }
    rules(c, input, &mut mapping);
    if brings == Brings::Users {
        of_staff(c, &mapping);
    }
    if !brings.can_update() && !matches!(mapping.duplicates, Duplicates::Skip | Duplicates::CreateAnyway) {
        c.add("duplicates", format!("must be skip or create_anyway for {}", brings.plural()));
    }
    mapping
}

/// What can't be said of staff: an address belongs to one of them, and it is what they are known by.
fn of_staff(c: &mut Checker, mapping: &Mapping) {
    if !matches!(mapping.duplicates, Duplicates::Skip | Duplicates::Update) {
        c.add("duplicates", "must be skip or update for users");
    }
    if mapping.by_phone || !mapping.by_email {
        c.add("match", "must be email for users");
    }
}

/// What holds for all rows.
fn rules(c: &mut Checker, input: &MappingIn, mapping: &mut Mapping) {
    if let Some(word) = input.duplicates.as_deref() {
        match Duplicates::ALL.iter().find(|(w, _)| *w == word) {
            Some((_, rule)) => mapping.duplicates = *rule,
            None => c.add("duplicates", "must be one of skip, update, create_anyway, review"),
        }
    }
    match input.update.as_deref() {
        None | Some("empty") => {}
        Some("all") => mapping.overwrite = true,
        Some(_) => c.add("update", "must be empty or all"),
    }
    if let Some(by) = &input.match_by {
        mapping.by_email = by.iter().any(|w| w == "email");
        mapping.by_phone = by.iter().any(|w| w == "phone");
        if by.is_empty() || by.iter().any(|w| w != "email" && w != "phone") {
            c.add("match", "must be a list of email and phone");
        }
    }
    match input.date_format.as_deref() {
        None | Some("" | "auto") => {}
        Some(word) if DateFormat::parse(word).is_some() => mapping.date_format = Some(word.to_owned()),
        Some(_) => {
            let all = DateFormat::ALL.map(DateFormat::as_str).join(", ");
            c.add("date_format", format!("must be auto or one of {all}"));
        }
    }
    if let Some(country) = input.default_country.as_deref().map(|c| c.trim().to_uppercase()).filter(|c| !c.is_empty()) {
        if is_country(&country) {
            mapping.default_country = Some(country);
        } else {
            c.add("default_country", "is not an ISO 3166-1 alpha-2 country code, e.g. GB");
        }
    }
    mapping.uninvited = input.invite == Some(false);
    mapping.name = c.optional("name", input.name.as_deref(), 100);
}

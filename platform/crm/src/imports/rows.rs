//! One row: from the cells of a file to a checked record, and on to the staging table.

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::DomainError;
use kernel::validate::Checker;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::brings::Brings;
use super::countries;
use super::field::{Field, PLACES, custom_value, number};
use super::languages;
use super::named::Named;
use super::reading::{Cells, MOST_CELL};
use super::recipe::Recipe;
use crate::bulk::Kind;
use crate::clients::http::ClientIn;
use crate::clients::service as clients;
use crate::contacts::http::ContactIn;
use crate::contacts::service as contacts;
use crate::custom_fields::{self, Required};
use crate::exports::begins_like_formula;
use crate::follow_up;
use crate::leads::http::LeadIn;
use crate::leads::service as leads;
use crate::ownership::Ownership;

/// The columns that [`Staged::write`] writes, in its order.
pub(super) const COPY: &str = "copy import_rows (import_id, n, id, first_name, last_name, email, phone, country, address,
    date_of_birth, status, source, assigned_to, team_id, tags, custom, follow_up_at, follow_up_note, message,
    partner_id, role_id, company, job_title, rating, description, client_id, more, language, raw, faults) from stdin";

/// The most characters of a value in what is said of it.
const MOST_VALUE: usize = 200;

/// One thing that is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Fault {
    /// The column of the file; the field's key where no column became it.
    pub column: String,
    pub code: String,
    pub message: String,
    pub value: String,
}

/// Checked values of clients, leads and contacts.
#[derive(Debug, Default)]
pub(crate) struct Values {
    pub first_name: String,
    pub last_name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub country: Option<String>,
    pub language: Option<String>,
    pub address: Option<String>,
    pub date_of_birth: Option<NaiveDate>,
    pub source: Option<String>,
    pub message: Option<String>,
    pub tags: Vec<String>,
    pub company: Option<String>,
    pub job_title: Option<String>,
    pub rating: Option<i16>,
    pub description: Option<String>,
}

/// A row that was read.
#[derive(Debug, Default)]
pub(super) struct Staged {
    pub values: Values,
    pub status: Option<String>,
    pub owner: Ownership,
    pub custom: Option<Json>,
    pub follow_up_at: Option<DateTime<Utc>>,
    pub follow_up_note: Option<String>,
    pub partner: Option<Uuid>,
    /// Of a contact.
    pub client: Option<Uuid>,
    /// Of a user.
    pub role: Option<Uuid>,
    /// What only some kinds have, by the keys of fields.
    pub more: Option<Map<String, Json>>,
    pub faults: Vec<Fault>,
}

/// Cells of one row by field, reused from row to row.
#[derive(Default)]
pub(super) struct Slots {
    texts: Vec<String>,
}

/// What is not for anybody's eyes: marks that turn the direction of a text around.
fn is_bidi(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A cell as it is meant: trimmed, and without the mark that keeps a spreadsheet from calculating it.
pub(super) fn clean(cell: &str) -> String {
    let cell = cell.trim();
    let cell = match cell.strip_prefix('\'') {
        Some(rest) if begins_like_formula(rest.trim_start_matches('\'')) => rest,
        _ => cell,
    };
    if cell.is_ascii() { cell.to_owned() } else { cell.chars().filter(|c| !is_bidi(*c)).collect::<String>().trim().to_owned() }
}

impl Recipe {
    /// Reads and checks a row.
    pub fn cook(&self, cells: &Cells, slots: &mut Slots) -> Staged {
        slots.texts.resize(self.places(), String::new());
        slots.texts.iter_mut().for_each(String::clear);
        for way in &self.ways {
            let mut cell = clean(cells.get(way.index));
            if let Some(ours) = way.values.get(&cell.to_lowercase()) {
                cell.clone_from(ours);
            }
            self.put(way.field, cell, slots);
        }
        for (field, value) in &self.defaults {
            if slots.texts[field.place()].is_empty() {
                self.put(*field, value.clone(), slots);
            }
        }
        self.check(cells, slots)
    }

    fn put(&self, field: Field, cell: String, slots: &mut Slots) {
        if cell.is_empty() {
            return;
        }
        if field == Field::Name {
            let (first, last) = names(&cell);
            slots.texts[Field::FirstName.place()] = first;
            slots.texts[Field::LastName.place()] = last;
        }
        let slot = &mut slots.texts[field.place()];
        if slot.is_empty() {
            *slot = cell;
        } else if field.takes_many() {
            slot.push_str(if field == Field::Tags { ";" } else { "\n" });
            slot.push_str(&cell);
        }
    }

    fn check(&self, cells: &Cells, slots: &Slots) -> Staged {
        let mut c = Checker::new();
        let text = |field: Field| Some(slots.texts[field.place()].as_str()).filter(|t| !t.is_empty()).map(str::to_owned);
        let country = text(Field::Country).map(|t| countries::code_of(&t).map_or(t, str::to_owned));
        let tags = text(Field::Tags).map(|t| t.split([',', ';', '|', '\n']).map(str::to_owned).collect::<Vec<_>>());
        let born = |text: &str| self.format_of(Field::DateOfBirth).past_day(text, self.now.date_naive()).map(|d| d.to_string());
        let mut staged = Staged::default();
        let [client, contact, lead, deal, opportunity] =
            Named::ALL.map(|named| text(named.field()).and_then(|word| named.of(&mut c, self, &word)));
        staged.client = client.map(|found| found.id);
        match self.brings {
            Brings::Users => self.check_user(&mut c, &text, &mut staged),
            Brings::Deals(_) => self.check_deal(&mut c, &text, tags, contact, &mut staged),
            Brings::Activities => self.check_activity(&mut c, &text, [contact, lead, deal, opportunity], &mut staged),
            Brings::Records(Kind::Client) => {
                let input = ClientIn {
                    first_name: text(Field::FirstName),
                    last_name: text(Field::LastName),
                    email: text(Field::Email),
                    phone: text(Field::Phone),
                    country,
                    language: text(Field::Language).map(|t| languages::code_of(&t).map_or(t, str::to_owned)),
                    address: text(Field::Address),
                    date_of_birth: text(Field::DateOfBirth).map(|t| born(&t).unwrap_or(t)),
                    source: text(Field::Source),
                    tags,
                    ..ClientIn::default()
                };
                staged.values = clients::check_import(&mut c, &input, self.country.as_deref());
            }
            Brings::Records(Kind::Contact) => {
                let rating = text(Field::Rating).map(|t| whole(&t));
                if rating == Some(None) {
                    c.add("rating", "must be a whole number from 0 to 5");
                }
                let input = ContactIn {
                    first_name: text(Field::FirstName),
                    last_name: text(Field::LastName),
                    email: text(Field::Email),
                    phone: text(Field::Phone),
                    company: text(Field::Company),
                    job_title: text(Field::JobTitle),
                    source: text(Field::Source),
                    rating: rating.flatten(),
                    description: text(Field::Description),
                    tags,
                    ..ContactIn::default()
                };
                staged.values = contacts::check_import(&mut c, &input, self.country.as_deref());
            }
            Brings::Records(_) => {
                let input = LeadIn {
                    first_name: text(Field::FirstName),
                    last_name: text(Field::LastName),
                    email: text(Field::Email),
                    phone: text(Field::Phone),
                    country,
                    source: text(Field::Source),
                    message: text(Field::Message),
                    tags,
                    ..LeadIn::default()
                };
                staged.values = leads::check_import(&mut c, &input, self.country.as_deref());
            }
        }
        let at = text(Field::FollowUpAt).map(|t| self.format_of(Field::FollowUpAt).instant(&t).unwrap_or(t));
        let due = follow_up::read(&mut c, at.as_deref(), text(Field::FollowUpNote).as_deref());
        (staged.follow_up_at, staged.follow_up_note) = (due.at, due.note);
        // Words of activities are read where their other words are.
        if let Some(word) = text(Field::Status).filter(|_| self.brings != Brings::Activities) {
            let lower = word.to_lowercase();
            match self.statuses.iter().find(|(key, label)| *key == word || label.to_lowercase() == lower || *key == lower) {
                Some((key, _)) => staged.status = Some(key.clone()),
                None => {
                    let keys = self.statuses.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>().join(", ");
                    c.add("status", format!("is not a status; choose one of {keys}"));
                }
            }
        }
        if let Some(word) = text(Field::AssignedTo) {
            match self.owners.get(&word.to_lowercase()).copied() {
                Some(Some(owner)) => staged.owner = owner,
                Some(None) => c.add("assigned_to", "is the name of several users; write the e-mail"),
                None => c.add("assigned_to", "is not an active user whom you may assign to; write the name or the e-mail"),
            }
        }
        if let Some(word) = text(Field::Partner) {
            match self.partners.get(&word.to_lowercase()).copied() {
                Some(Some(partner)) => staged.partner = Some(partner),
                Some(None) => c.add("partner_id", "is the name of several partners; write the e-mail"),
                None => c.add("partner_id", "is not a partner; write the name or the e-mail"),
            }
        }
        if self.has_custom {
            staged.custom = Some(self.own_fields(&mut c, slots));
        }
        for way in self.ways.iter().filter(|way| cells.get(way.index).contains('\u{fffd}')) {
            let message = "contains characters that could not be read; put them right";
            match way.field {
                Field::Custom(at) => c.add(&format!("custom.{}", self.custom[at].key), message),
                field => c.add(field.key(), message),
            }
        }
        if cells.cut {
            c.add("", format!("has a cell of more than {MOST_CELL} bytes"));
        }
        if let Err(DomainError::Invalid { fields, .. }) = c.finish() {
            for (field, messages) in fields {
                staged.faults.extend(messages.into_iter().map(|message| self.fault(&field, message, cells)));
            }
        }
        staged
    }

    /// A row of staff; the whole name stands in the place of the first one.
    fn check_user(&self, c: &mut Checker, text: &impl Fn(Field) -> Option<String>, staged: &mut Staged) {
        let parts = [text(Field::FirstName), text(Field::LastName)];
        let name = text(Field::Name).or_else(|| Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" ")));
        let (email, name) = access::users::checked_identity(c, text(Field::Email).as_deref(), name.as_deref());
        staged.values.email = Some(email);
        staged.values.first_name = name;
        match text(Field::Role) {
            Some(word) => staged.role = self.staff.role(c, &word),
            None => c.add("role", "is required"),
        }
        staged.owner.team = text(Field::Team).and_then(|word| self.staff.team(c, &word));
    }

    fn own_fields(&self, c: &mut Checker, slots: &Slots) -> Json {
        let mut given = Map::new();
        for (at, field) in self.custom.iter().enumerate() {
            let text = &slots.texts[PLACES + at];
            if text.is_empty() {
                continue;
            }
            let format = self.format_of(Field::Custom(at));
            let value = custom_value(field, text, self.mark_of(Field::Custom(at)), |t| format.day(t).map(|d| d.to_string()));
            given.insert(field.key.clone(), value);
        }
        custom_fields::merge(c, &self.custom, &Json::Null, Some(&Json::Object(given)), Required::Yes)
    }

    /// What is wrong, in the words of the file.
    fn fault(&self, key: &str, message: String, cells: &Cells) -> Fault {
        let is_name = matches!(key, "first_name" | "last_name" | "name");
        let is_it = |field: Field| match field {
            Field::Custom(at) => key.strip_prefix("custom.") == Some(self.custom[at].key.as_str()),
            Field::Name => is_name,
            Field::FirstName if key == "name" => true,
            field => field.key() == key,
        };
        let way = self.ways.iter().find(|way| is_it(way.field));
        let value: String = way.map(|w| cells.get(w.index)).unwrap_or_default().chars().take(MOST_VALUE).collect();
        Fault {
            column: way.map_or_else(|| key.to_owned(), |w| w.column.clone()),
            code: code_of(key, &message).to_owned(),
            message,
            value: value.replace('\0', "\u{fffd}"),
        }
    }
}

/// What a check said, as a code.
fn code_of(key: &str, message: &str) -> &'static str {
    match key {
        _ if message.starts_with("is required") => "required",
        _ if message.starts_with("must not be longer") || key.is_empty() => "too_long",
        _ if message.starts_with("contains characters") => "invalid",
        "email" => "email_invalid",
        "phone" => "phone_invalid",
        "country" => "country_invalid",
        "language" => "language_invalid",
        "date_of_birth" | "follow_up_at" => "date_invalid",
        "rating" => "rating_invalid",
        "status" => "status_unknown",
        "assigned_to" => "user_unknown",
        "client_id" => "client_unknown",
        "contact_id" => "contact_unknown",
        "lead_id" => "lead_unknown",
        "deal_id" => "deal_unknown",
        "opportunity_id" => "opportunity_unknown",
        "pipeline" => "pipeline_unknown",
        "stage" => "stage_unknown",
        "amount" => "amount_invalid",
        "currency" => "currency_invalid",
        "probability" => "probability_invalid",
        "type" | "priority" => "choice_unknown",
        "partner_id" => "partner_unknown",
        "role" if message.starts_with("may do") => "role_beyond_own",
        "role" => "role_unknown",
        "team" => "team_unknown",
        _ if message.contains("date") => "date_invalid",
        _ => "invalid",
    }
}

/// A whole number, however it is written.
pub(super) fn whole(text: &str) -> Option<i32> {
    let number = number(text).filter(|n| n.fract() == 0.0)?;
    format!("{number:.0}").parse().ok()
}

/// First and last name of a whole one: after a comma stands the first.
fn names(whole: &str) -> (String, String) {
    if let Some((last, first)) = whole.split_once(',') {
        return (first.trim().to_owned(), last.trim().to_owned());
    }
    match whole.trim().rsplit_once(char::is_whitespace) {
        Some((first, last)) => (first.trim().to_owned(), last.to_owned()),
        None => (whole.trim().to_owned(), String::new()),
    }
}

/// Writes a text as `COPY` reads it.
fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // No text of the database can hold it.
            '\0' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}

fn optional(text: Option<&str>, out: &mut String) {
    match text {
        Some(text) => escape(text, out),
        None => out.push_str("\\N"),
    }
    out.push('\t');
}

/// Writes a list of texts as `COPY` reads it.
fn list<'a>(words: impl Iterator<Item = &'a str>, out: &mut String) {
    let mut text = String::from("{");
    for (n, word) in words.enumerate() {
        if n > 0 {
            text.push(',');
        }
        text.push('"');
        for c in word.chars() {
            if c == '"' || c == '\\' {
                text.push('\\');
            }
            text.push(c);
        }
        text.push('"');
    }
    text.push('}');
    escape(&text, out);
    out.push('\t');
}

impl Staged {
    /// Writes the row for the staging table. Of a faulty one the cells are kept as they stand in the file.
    pub fn write(&self, import: Uuid, id: Uuid, cells: &Cells, out: &mut String) {
        let _ = write!(out, "{import}\t{}\t{id}\t", cells.line);
        let v = &self.values;
        if !self.faults.is_empty() {
            (0..25).for_each(|_| out.push_str("\\N\t"));
            list(cells.iter(), out);
            let faults = serde_json::to_string(&self.faults).unwrap_or_default().replace("\\u0000", "\u{fffd}");
            escape(&faults, out);
            out.push('\n');
            return;
        }
        escape(&v.first_name, out);
        out.push('\t');
        escape(&v.last_name, out);
        out.push('\t');
        optional(v.email.as_deref(), out);
        optional(v.phone.as_deref(), out);
        optional(v.country.as_deref(), out);
        optional(v.address.as_deref(), out);
        optional(v.date_of_birth.map(|d| d.to_string()).as_deref(), out);
        optional(self.status.as_deref(), out);
        optional(v.source.as_deref(), out);
        optional(self.owner.user.map(|u| u.to_string()).as_deref(), out);
        optional(self.owner.team.map(|t| t.to_string()).as_deref(), out);
        if v.tags.is_empty() {
            out.push_str("\\N\t")
        } else {
            list(v.tags.iter().map(String::as_str), out)
        }
        let custom = self.custom.as_ref().filter(|c| c.as_object().is_some_and(|o| !o.is_empty())).map(Json::to_string);
        optional(custom.as_deref(), out);
        optional(self.follow_up_at.map(|at| at.to_rfc3339()).as_deref(), out);
        optional(self.follow_up_note.as_deref(), out);
        optional(v.message.as_deref(), out);
        optional(self.partner.map(|p| p.to_string()).as_deref(), out);
        optional(self.role.map(|r| r.to_string()).as_deref(), out);
        optional(v.company.as_deref(), out);
        optional(v.job_title.as_deref(), out);
        optional(v.rating.map(|r| r.to_string()).as_deref(), out);
        optional(v.description.as_deref(), out);
        optional(self.client.map(|c| c.to_string()).as_deref(), out);
        optional(self.more.as_ref().map(|m| json!(m).to_string()).as_deref(), out);
        optional(v.language.as_deref(), out);
        out.push_str("\\N\t\\N\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_apart() {
        let of = |whole: &str| {
            let (first, last) = names(whole);
            format!("{first}|{last}")
        };
        assert_eq!(of("Jane Doe"), "Jane|Doe");
        assert_eq!(of("Anna Maria Doe"), "Anna Maria|Doe");
        assert_eq!(of("Doe, Jane"), "Jane|Doe");
        assert_eq!(of("Madonna"), "Madonna|");
    }

    #[test]
    fn cells_are_cleaned() {
        assert_eq!(clean("  '=1+1 "), "=1+1");
        assert_eq!(clean("'+442071838750"), "+442071838750");
        assert_eq!(clean("'t Hooft"), "'t Hooft");
        assert_eq!(clean("''=1"), "'=1");
        assert_eq!(clean("Ja\u{202e}ne"), "Jane");
    }

    #[test]
    fn what_is_copied_has_its_tabs_hidden() {
        let mut out = String::new();
        list(["a\"b", "c\\d", "e\tf\ng"].into_iter(), &mut out);
        assert_eq!(out, "{\"a\\\\\"b\",\"c\\\\\\\\d\",\"e\\tf\\ng\"}\t");
        out.clear();
        escape("x\0y", &mut out);
        assert_eq!(out, "x\u{fffd}y");
    }
}

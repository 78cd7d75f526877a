//! Which columns a file has, and in which form: that is decided by what its maker may see.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use access::audit;
use kernel::mask;
use kernel::permission::Level;
use kernel::tenant::ViewClass;
use runtime::access::Actor;
use serde_json::Value as Json;

use super::cell::Kind::{self, Day, Flag, Number, Text};
use super::headings::{AUDIT, CLIENTS, Def, KYC, LEADS, Language, USER, USERS, Words};
use crate::custom_fields::{CustomField, Kind as FieldKind};
use crate::sensitive::{CLIENT, LEAD, SensitiveFields};
use crate::statuses::Status;

/// Makes of a value what is shown of it.
type Shape = Arc<dyn Fn(&str) -> String + Send + Sync>;

/// A column of a file.
#[derive(Clone)]
pub(super) struct Column {
    /// As in `columns` of a request.
    pub key: String,
    /// Its heading.
    pub title: String,
    pub kind: Kind,
    /// SQL of its text, or of what its kind says.
    pub sql: String,
    pub shape: Option<Shape>,
    /// Whether the file has it if no columns are asked for.
    pub usual: bool,
}

/// In which words a file speaks.
pub(super) struct Manner {
    pub language: Language,
    /// In those of the API: keys of fields and statuses.
    pub raw: bool,
    /// The tenant's statuses.
    pub statuses: Vec<Status>,
}

impl Manner {
    /// The words of statuses by their keys. One that could be taken for another status stays a key: what is
    /// in a file can be read back.
    fn labels(&self, entity: &str) -> HashMap<String, String> {
        let all: Vec<&Status> = self.statuses.iter().filter(|s| s.entity == entity).collect();
        let is_clear = |status: &&&Status| {
            let label = status.label.to_lowercase();
            all.iter().all(|other| other.key == status.key || (other.key != label && other.label.to_lowercase() != label))
        };
        all.iter().filter(is_clear).map(|s| (s.key.clone(), s.label.clone())).collect()
    }

    pub(super) fn words(&self, list: &[(&str, Words<'_>)]) -> HashMap<String, String> {
        list.iter().map(|(key, words)| ((*key).to_owned(), self.language.of(words).to_owned())).collect()
    }
}

/// The columns there are, and what became of the sensitive ones.
#[derive(Clone, Default)]
pub(super) struct Columns {
    pub all: Vec<Column>,
    /// Names of those that are masked.
    pub masked: Vec<String>,
    /// Names of those that are not there.
    pub hidden: Vec<String>,
}

impl Columns {
    pub(super) fn of(defs: &[Def], manner: &Manner) -> Self {
        let column = |d: &Def| Column {
            key: d.key.to_owned(),
            title: if manner.raw { d.key } else { manner.language.of(&d.title) }.to_owned(),
            kind: d.kind,
            sql: d.sql.to_owned(),
            shape: None,
            usual: d.usual,
        };
        Self { all: defs.iter().map(column).collect(), ..Self::default() }
    }

    /// Shows the words of a column instead of its keys.
    pub(super) fn in_words(mut self, key: &str, words: HashMap<String, String>, manner: &Manner) -> Self {
        if manner.raw {
            return self;
        }
        let shape: Shape = Arc::new(move |key| words.get(key).map_or(key, String::as_str).to_owned());
        for column in self.all.iter_mut().filter(|column| column.key == key) {
            column.shape = Some(shape.clone());
        }
        self
    }

    pub(super) fn with_sensitive(mut self, fields: &SensitiveFields, seen: &Actor) -> Self {
        for field in fields.fields {
            let level = seen.level(field.key);
            let text = fields.text(field.name, level);
            let list = if level == Level::Masked { &mut self.masked } else { &mut self.hidden };
            if level != Level::Full {
                list.push(field.name.to_owned());
            }
            self.all.retain_mut(|column| {
                if column.key == field.name {
                    column.sql = text.unwrap_or_default().to_owned();
                }
                column.key != field.name || text.is_some()
            });
        }
        self
    }

    pub(super) fn with_custom(mut self, alias: &str, fields: Vec<CustomField>, manner: &Manner) -> Self {
        self.all.extend(fields.into_iter().filter(|f| !f.archived).map(|field| {
            // Keys are words of a-z, 0-9 and _: the table's check says so.
            let value = format!("{alias}.custom -> '{}'", field.key);
            let (kind, sql) = match field.kind {
                FieldKind::Choices => {
                    let values = format!("(select string_agg(v, '; ') from jsonb_array_elements_text({value}) v)");
                    (Text, format!("case when jsonb_typeof({value}) = 'array' then {values} end"))
                }
                FieldKind::Number => (Number, format!("{alias}.custom ->> '{}'", field.key)),
                FieldKind::Date => (Day, format!("{alias}.custom ->> '{}'", field.key)),
                FieldKind::Flag => (Flag, format!("{alias}.custom ->> '{}'", field.key)),
                _ => (Text, format!("{alias}.custom ->> '{}'", field.key)),
            };
            let key = format!("custom.{}", field.key);
            let title = if manner.raw { key.clone() } else { field.label };
            Column { key, title, kind, sql, shape: None, usual: true }
        }));
        // Two columns with one heading could not be told apart.
        let mut seen = HashSet::new();
        for column in &mut self.all {
            if !seen.insert(column.title.to_lowercase()) {
                column.title.clone_from(&column.key);
            }
        }
        self
    }

    /// Columns of clients as somebody sees them.
    pub fn of_clients(seen: &Actor, fields: Vec<CustomField>, manner: &Manner) -> Self {
        Self::of(CLIENTS, manner)
            .with_sensitive(&CLIENT, seen)
            .in_words("status", manner.labels("client"), manner)
            .in_words("kyc_status", manner.words(KYC), manner)
            .with_custom("c", fields, manner)
    }

    /// Columns of leads as somebody sees them.
    pub fn of_leads(seen: &Actor, fields: Vec<CustomField>, manner: &Manner) -> Self {
        Self::of(LEADS, manner)
            .with_sensitive(&LEAD, seen)
            .in_words("status", manner.labels("lead"), manner)
            .with_custom("l", fields, manner)
    }

    /// Columns of users. Addresses of colleagues are no sensitive field of theirs, but personal data.
    pub fn of_users(in_clear: bool, manner: &Manner) -> Self {
        let mut columns = Self::of(USERS, manner).in_words("status", manner.words(USER), manner);
        if !in_clear {
            columns.masked.push("email".to_owned());
            for column in columns.all.iter_mut().filter(|column| column.key == "email") {
                column.shape = Some(Arc::new(mask::email));
            }
        }
        columns
    }

    /// Columns of the audit log as somebody sees it.
    pub fn of_audit(seen: &Actor, manner: &Manner) -> Self {
        let mut columns = Self::of(AUDIT, manner);
        let in_clear = seen.view == ViewClass::FULL;
        if !in_clear {
            columns.masked.push("diff".to_owned());
        }
        let levels = seen.levels.clone();
        let told: Shape = Arc::new(move |text| {
            let Ok((kind, diff)) = serde_json::from_str::<(String, Json)>(text) else { return String::new() };
            let level = |field: &str| levels.get(field).copied().unwrap_or(Level::Hidden);
            serde_json::to_string(&audit::told(&kind, diff, level)).unwrap_or_default()
        });
        for column in columns.all.iter_mut().filter(|column| column.key == "diff") {
            column.shape = Some(told.clone());
            if !in_clear {
                column.sql = column.sql.replace("a.diff", "a.diff_masked");
            }
        }
        columns
    }

    /// Keeps those that are asked for, in that order, or the usual ones. Gives back names that stand for
    /// nothing.
    pub fn choose(&mut self, asked: Option<&[String]>) -> Vec<String> {
        let Some(asked) = asked else {
            self.all.retain(|column| column.usual);
            return Vec::new();
        };
        let (mut chosen, mut unknown): (Vec<Column>, Vec<String>) = (Vec::new(), Vec::new());
        for key in asked {
            match self.all.iter().find(|column| column.key == *key) {
                Some(_) if chosen.iter().any(|column| column.key == *key) => {}
                Some(column) => chosen.push(column.clone()),
                None if self.hidden.contains(key) => {}
                None => unknown.push(key.clone()),
            }
        }
        self.all = chosen;
        self.masked.retain(|name| asked.contains(name));
        self.hidden.retain(|name| asked.contains(name));
        unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_could_mean_another_status_stays_a_key() {
        let status = |key: &str, label: &str| -> Status {
            let status = serde_json::json!({
                "entity": "client", "key": key, "label": label, "hue": "blue", "position": 1, "is_default": false,
                "closed": false, "outcome": "none", "transitions": [],
            });
            serde_json::from_value(status).expect("a status")
        };
        let statuses = vec![
            status("new", "Fresh"),
            status("active", "Fresh"),
            status("vip", "Closed"),
            status("closed", "Over"),
            status("won", "Won"),
        ];
        let manner = Manner { language: Language::En, raw: false, statuses };
        let mut labels: Vec<(String, String)> = manner.labels("client").into_iter().collect();
        labels.sort_unstable();
        let told: Vec<(&str, &str)> = labels.iter().map(|(key, label)| (key.as_str(), label.as_str())).collect();
        assert_eq!(told, [("closed", "Over"), ("won", "Won")]);
        assert!(manner.labels("lead").is_empty());
    }
}

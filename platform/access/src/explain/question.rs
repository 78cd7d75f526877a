//! What is asked, checked.

use kernel::DomainError;
use kernel::permission::{FIELDS, FieldDef, PERMISSIONS};
use kernel::validate::Checker;
use uuid::Uuid;

/// The kinds of records: the word, and the start of their permissions.
const KINDS: &[Kind] = &[
    Kind { word: "client", area: "clients" },
    Kind { word: "lead", area: "leads" },
    Kind { word: "contact", area: "contacts" },
    Kind { word: "opportunity", area: "opportunities" },
    Kind { word: "deal", area: "deals" },
    Kind { word: "activity", area: "activities" },
    Kind { word: "document", area: "documents" },
    Kind { word: "note", area: "notes" },
    Kind { word: "attachment", area: "attachments" },
    Kind { word: "partner", area: "partners" },
    Kind { word: "user", area: "users" },
    Kind { word: "team", area: "teams" },
];

/// What hangs on records of other kinds, so that its permissions can be asked for about one of those.
const HANGS: &[(&str, &[&str])] = &[
    ("documents", &["client"]),
    ("notes", &["client", "lead", "contact", "opportunity", "deal", "activity"]),
    ("attachments", &["client", "contact", "opportunity", "deal", "activity"]),
    ("activities", &["client", "lead", "contact", "opportunity", "deal"]),
];

/// A kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    /// As in `resource_type`.
    pub word: &'static str,
    /// The start of its permissions and fields.
    pub area: &'static str,
}

impl Kind {
    /// The kind of this word.
    pub fn of(word: &str) -> Option<Self> {
        KINDS.iter().copied().find(|k| k.word == word)
    }

    /// With its article.
    pub fn a(self) -> String {
        let article = if self.word.starts_with(['a', 'o']) { "an" } else { "a" };
        format!("{article} {}", self.word)
    }

    /// Whether a permission of this area can be asked for about such a record.
    fn concerns(self, permission: &str, area: &str) -> bool {
        // What is done with an activity is decided by whose it is; only what is seen, and that there may be more, by
        // what it is about.
        let by_itself = area == "activities" && !matches!(permission, "activities.read" | "activities.create");
        self.area == area || !by_itself && HANGS.iter().any(|(what, on)| *what == area && on.contains(&self.word))
    }

    /// The permission to read such records.
    pub fn read(self) -> &'static str {
        PERMISSIONS.iter().map(|p| p.key).find(|key| key.strip_prefix(self.area) == Some(".read")).unwrap_or("clients.read")
    }
}

/// As the caller wrote it.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    pub user: Option<Uuid>,
    pub permission: Option<String>,
    pub resource_type: Option<String>,
    pub resource_id: Option<Uuid>,
    pub field: Option<String>,
}

/// A question that makes sense.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question {
    /// The permission it is about.
    pub permission: &'static str,
    /// The kind of record.
    pub kind: Option<Kind>,
    /// The record.
    pub record: Option<(Kind, Uuid)>,
    /// The field.
    pub field: Option<&'static FieldDef>,
}

fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|t| !t.is_empty())
}

impl Question {
    /// Checks what was asked; all faults at once.
    pub fn read(asked: &Asked) -> kernel::Result<Self> {
        let mut check = Checker::new();
        let kind = given(asked.resource_type.as_deref()).and_then(|word| {
            let found = Kind::of(word);
            if found.is_none() {
                let known: Vec<&str> = KINDS.iter().map(|k| k.word).collect();
                check.add("resource_type", format!("must be one of {}", known.join(", ")));
            }
            found
        });
        if asked.resource_id.is_some() && given(asked.resource_type.as_deref()).is_none() {
            check.add("resource_type", "is required with resource_id");
        }
        let field = given(asked.field.as_deref()).and_then(|name| {
            let found = FIELDS.iter().find(|f| f.key == name || kind.is_some_and(|k| f.key == format!("{}.{name}", k.area)));
            if found.is_none() {
                check.add("field", "there is no such sensitive field; without resource_type write it as clients.email");
            }
            found
        });
        let area_of = |key: &'static str| key.split('.').next().unwrap_or_default();
        let permission = match given(asked.permission.as_deref()) {
            Some(key) => {
                let found = PERMISSIONS.iter().map(|p| p.key).find(|p| *p == key);
                if found.is_none() {
                    check.add("permission", "there is no such permission");
                }
                found
            }
            None => kind.or_else(|| field.and_then(|f| KINDS.iter().copied().find(|k| k.area == area_of(f.key)))).map(Kind::read),
        };
        if let (Some(kind), Some(field)) = (kind, field)
            && area_of(field.key) != kind.area
        {
            check.add("field", format!("is not a field of {}", kind.a()));
        }
        if let Some(permission) = permission {
            let area = area_of(permission);
            // With a kind of record it was said above whether the field is one of it.
            let of_field = kind.is_some() || field.is_none_or(|f| area_of(f.key) == area);
            if !of_field || kind.is_some_and(|k| !k.concerns(permission, area)) {
                check.add("permission", "does not concern this kind of record");
            }
        } else if check.is_ok() {
            check.add("permission", "is required, or a record, or a field");
        }
        check.finish()?;
        let permission = permission.ok_or_else(|| DomainError::internal("a checked permission is gone"))?;
        Ok(Self { permission, kind, record: kind.zip(asked.resource_id), field })
    }

    /// What stands before the dot of the permission.
    pub fn area(&self) -> &'static str {
        self.permission.split('.').next().unwrap_or_default()
    }

    /// The permission that has to be there before this one: who changes a record must see it, and so must who sees
    /// what hangs on it.
    pub fn needs_first(&self) -> Option<&'static str> {
        if let Some(kind) = self.kind.filter(|k| k.area != self.area()) {
            return Some(kind.read());
        }
        let with_owners = ["client", "lead", "contact", "opportunity", "deal"];
        let reads = KINDS.iter().find(|k| k.area == self.area() && with_owners.contains(&k.word)).map(|k| k.read())?;
        let about_a_record = self.record.is_some() || self.field.is_some();
        (about_a_record && reads != self.permission).then_some(reads)
    }

    /// Whether the permission is one to write the field, which needs it in clear.
    pub fn writes(&self) -> bool {
        self.permission.ends_with(".update")
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn ask(permission: &str, kind: &str, id: bool, field: &str) -> Result<Question, Vec<String>> {
        let text = |t: &str| Some(t.to_owned());
        let asked = Asked {
            user: None,
            permission: text(permission),
            resource_type: text(kind),
            resource_id: id.then(Uuid::nil),
            field: text(field),
        };
        Question::read(&asked).map_err(|e| match e {
            DomainError::Invalid { fields, .. } => fields.into_keys().collect(),
            other => vec![other.to_string()],
        })
    }

    #[test]
    fn a_question_may_leave_out_what_follows() {
        assert_eq!(ask("", "lead", true, "").unwrap().permission, "leads.read");
        assert_eq!(ask("", "", false, "clients.email").unwrap().permission, "clients.read");
        assert_eq!(ask("", "client", false, "phone").unwrap().field.unwrap().key, "clients.phone");
        assert_eq!(ask("clients.update", "client", true, "").unwrap().needs_first(), Some("clients.read"));
        assert_eq!(ask("clients.export", "", false, "").unwrap().needs_first(), None);
        assert_eq!(ask("", "activity", true, "").unwrap().permission, "activities.read");
        assert_eq!(ask("documents.view", "client", true, "").unwrap().needs_first(), Some("clients.read"));
    }

    #[test]
    fn nonsense_is_named() {
        assert_eq!(ask("", "", false, "").unwrap_err(), ["permission"]);
        assert_eq!(ask("", "", true, "").unwrap_err(), ["resource_type"]);
        assert_eq!(ask("clients.dance", "boat", true, "shoe").unwrap_err(), ["field", "permission", "resource_type"]);
        assert_eq!(ask("leads.read", "client", true, "").unwrap_err(), ["permission"]);
        assert_eq!(ask("", "lead", true, "clients.email").unwrap_err(), ["field"]);
        assert_eq!(ask("documents.view", "lead", true, "").unwrap_err(), ["permission"], "leads have none");
        assert_eq!(ask("activities.update", "client", true, "").unwrap_err(), ["permission"], "each is somebody's own");
        assert_eq!(ask("", "", false, "email").unwrap_err(), ["field"]);
    }
}

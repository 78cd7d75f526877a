//! THE LIST of columns that a file can have. Which of them a file has, and in which form, is decided by
//! what its maker may see.

use std::sync::Arc;

use access::audit;
use kernel::mask;
use kernel::permission::Level;
use kernel::tenant::ViewClass;
use runtime::access::Actor;
use serde_json::Value as Json;

use super::cell::Kind;
use crate::custom_fields::{CustomField, Kind as FieldKind};
use crate::sensitive::{CLIENT, LEAD, SensitiveFields};

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

const fn c(key: &'static str, title: &'static str, kind: Kind, sql: &'static str) -> Def {
    Def { key, title, kind, sql, usual: true }
}

/// One that a file has only if it is asked for.
const fn rare(key: &'static str, title: &'static str, kind: Kind, sql: &'static str) -> Def {
    Def { key, title, kind, sql, usual: false }
}

struct Def {
    key: &'static str,
    title: &'static str,
    kind: Kind,
    /// Empty for a sensitive field.
    sql: &'static str,
    usual: bool,
}

use Kind::{Day, Flag, Id, Instant, Number, Phone, Text};

const CLIENTS: &[Def] = &[
    c("id", "Id", Id, "c.id"),
    rare("name", "Name", Text, "c.first_name || ' ' || c.last_name"),
    c("first_name", "First name", Text, "c.first_name"),
    c("last_name", "Last name", Text, "c.last_name"),
    c("email", "E-mail", Text, ""),
    c("phone", "Phone", Phone, ""),
    c("country", "Country", Text, "c.country"),
    c("address", "Address", Text, ""),
    c("date_of_birth", "Date of birth", Day, ""),
    c("status", "Status", Text, "c.status"),
    c("kyc_status", "KYC status", Text, "c.kyc_status"),
    c("source", "Source", Text, "c.source"),
    c("assigned_to_name", "Owner", Text, "u.name"),
    rare("assigned_to", "Owner id", Id, "c.assigned_to"),
    c("team_name", "Team", Text, "t.name"),
    rare("team_id", "Team id", Id, "c.team_id"),
    c("partner_name", "Partner", Text, "p.name"),
    c("tags", "Tags", Text, "array_to_string(c.tags, '; ')"),
    c("balance", "Balance", Number, ""),
    c("currency", "Currency", Text, "c.currency"),
    c("follow_up_at", "Follow-up", Instant, "c.follow_up_at"),
    c("follow_up_note", "Follow-up note", Text, "c.follow_up_note"),
    c("last_activity_at", "Last activity", Instant, "c.last_activity_at"),
    c("created_at", "Created", Instant, "c.created_at"),
    c("updated_at", "Updated", Instant, "c.updated_at"),
];

const LEADS: &[Def] = &[
    c("id", "Id", Id, "l.id"),
    rare("name", "Name", Text, "l.first_name || ' ' || l.last_name"),
    c("first_name", "First name", Text, "l.first_name"),
    c("last_name", "Last name", Text, "l.last_name"),
    c("email", "E-mail", Text, ""),
    c("phone", "Phone", Phone, ""),
    c("country", "Country", Text, "l.country"),
    c("status", "Status", Text, "l.status"),
    c("source", "Source", Text, "l.source"),
    c("partner_name", "Partner", Text, "p.name"),
    rare("partner_id", "Partner id", Id, "l.partner_id"),
    c("assigned_to_name", "Owner", Text, "u.name"),
    rare("assigned_to", "Owner id", Id, "l.assigned_to"),
    c("team_name", "Team", Text, "t.name"),
    rare("team_id", "Team id", Id, "l.team_id"),
    c("tags", "Tags", Text, "array_to_string(l.tags, '; ')"),
    c("message", "Message", Text, "l.message"),
    c("metadata", "Details of the source", Text, "nullif(l.metadata, '{}')"),
    c("follow_up_at", "Follow-up", Instant, "l.follow_up_at"),
    c("follow_up_note", "Follow-up note", Text, "l.follow_up_note"),
    rare("converted_client_id", "Client id", Id, "l.converted_client_id"),
    c("created_at", "Created", Instant, "l.created_at"),
    c("updated_at", "Updated", Instant, "l.updated_at"),
];

const USERS: &[Def] = &[
    c("id", "Id", Id, "u.id"),
    c("name", "Name", Text, "u.name"),
    c("email", "E-mail", Text, "u.email"),
    c("role_name", "Role", Text, "r.name"),
    c("team_name", "Team", Text, "t.name"),
    c("status", "Status", Text, "u.status"),
    c("two_factor", "Second factor", Flag, "u.two_factor"),
    c("last_login_at", "Last sign-in", Instant, "u.last_login_at"),
    c("created_at", "Added", Instant, "u.created_at"),
];

const AUDIT: &[Def] = &[
    c("seq", "Entry", Number, "a.seq"),
    c("at", "Time", Instant, "a.at"),
    c("actor", "Who", Text, "a.actor_name"),
    c("actor_id", "Who, id", Id, "a.actor_id"),
    c("action", "Action", Text, "a.action"),
    c("resource_type", "Kind of record", Text, "a.resource_type"),
    c("resource_id", "Record, id", Id, "a.resource_id"),
    c("resource", "Record", Text, audit::LABEL),
    // Which fields may be told depends on the kind of record.
    c("diff", "Changes", Text, "jsonb_build_array(a.resource_type, a.diff)"),
    c("ip", "Address", Text, "a.ip"),
    c("request_id", "Request", Text, "a.request_id"),
    c("id", "Id", Id, "a.id"),
];

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
    fn of(defs: &[Def]) -> Self {
        let column = |d: &Def| Column {
            key: d.key.to_owned(),
            title: d.title.to_owned(),
            kind: d.kind,
            sql: d.sql.to_owned(),
            shape: None,
            usual: d.usual,
        };
        Self { all: defs.iter().map(column).collect(), ..Self::default() }
    }

    fn with_sensitive(mut self, fields: &SensitiveFields, seen: &Actor) -> Self {
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

    fn with_custom(mut self, alias: &str, fields: Vec<CustomField>) -> Self {
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
            Column { key: format!("custom.{}", field.key), title: field.label, kind, sql, shape: None, usual: true }
        }));
        self
    }

    /// Columns of clients as somebody sees them.
    pub fn of_clients(seen: &Actor, fields: Vec<CustomField>) -> Self {
        Self::of(CLIENTS).with_sensitive(&CLIENT, seen).with_custom("c", fields)
    }

    /// Columns of leads as somebody sees them.
    pub fn of_leads(seen: &Actor, fields: Vec<CustomField>) -> Self {
        Self::of(LEADS).with_sensitive(&LEAD, seen).with_custom("l", fields)
    }

    /// Columns of users. Addresses of colleagues are no sensitive field of theirs, but personal data.
    pub fn of_users(in_clear: bool) -> Self {
        let mut columns = Self::of(USERS);
        if !in_clear {
            columns.masked.push("email".to_owned());
            for column in columns.all.iter_mut().filter(|column| column.key == "email") {
                column.shape = Some(Arc::new(mask::email));
            }
        }
        columns
    }

    /// Columns of the audit log as somebody sees it.
    pub fn of_audit(seen: &Actor) -> Self {
        let mut columns = Self::of(AUDIT);
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

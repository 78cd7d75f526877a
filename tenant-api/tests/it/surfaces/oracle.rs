//! The test's own idea of who may see what: from the rows of the policy and the ownership of records,
//! read by the database's owner.

use std::collections::{BTreeMap, BTreeSet};

use kernel::mask;
use kernel::permission::{FIELDS, FieldDef, Level, Scope};
use serde_json::Value as Json;
use sqlx::{AssertSqlSafe, Row as _};
use test_kit::{Broker, World};
use uuid::Uuid;

/// A client or lead as it stands in the database.
#[derive(Debug, Clone)]
pub struct Record {
    pub kind: &'static str,
    pub id: Uuid,
    pub owner: Option<Uuid>,
    pub team: Option<Uuid>,
    pub first_name: String,
    /// Clear values of the sensitive fields, by their names.
    pub clear: BTreeMap<&'static str, String>,
}

impl Record {
    /// Sensitive fields of this kind of record.
    pub fn fields(&self) -> impl Iterator<Item = &'static FieldDef> {
        let area = format!("{}s.", self.kind);
        FIELDS.iter().filter(move |f| f.key.starts_with(&area))
    }

    /// A field's value in its masked form.
    pub fn masked(&self, name: &str) -> String {
        let clear = &self.clear[name];
        match name {
            "email" => mask::email(clear),
            "phone" => mask::phone(clear),
            "date_of_birth" => mask::date(clear),
            "address" => "•••••".to_owned(),
            _ => "•••".to_owned(),
        }
    }
}

/// One user's rights and every record there is.
pub struct Oracle {
    pub user: Uuid,
    pub role: String,
    pub scopes: BTreeMap<String, Scope>,
    pub levels: BTreeMap<String, Level>,
    pub teams: BTreeSet<Uuid>,
    pub records: Vec<Record>,
}

impl Oracle {
    pub async fn read(world: &World, broker: &Broker<'_>, user: Uuid) -> Self {
        let schema = broker.tenant().await.key.schema();
        let fetch = async |sql: &str| {
            sqlx::query(AssertSqlSafe(sql.replace("{s}", &schema))).bind(user).fetch_all(&world.admin).await.unwrap()
        };
        let pairs = |rows: Vec<sqlx::postgres::PgRow>| -> Vec<(String, String)> {
            rows.into_iter().map(|r| (r.get(0), r.get(1))).collect()
        };
        let grants = "select permission, scope from {s}.role_permissions p join {s}.users u using (role_id) where u.id = $1";
        let levels = "select field, level from {s}.role_fields f join {s}.users u using (role_id) where u.id = $1";
        let teams = "with recursive b as (select team_id as id from {s}.users where id = $1 and team_id is not null
                     union select t.id from {s}.teams t join b on t.parent_id = b.id) select id from b";
        let role = "select r.name from {s}.roles r join {s}.users u on u.role_id = r.id where u.id = $1";
        let clients =
            "select id, assigned_to, team_id, first_name, email, phone, date_of_birth::text, address, round(balance, 2)::text
                       from {s}.clients where deleted_at is null and $1::uuid is not null";
        let leads = "select id, assigned_to, team_id, first_name, email, phone from {s}.leads where $1::uuid is not null";
        let mut records = Vec::new();
        for (kind, sql) in [("client", clients), ("lead", leads)] {
            for row in fetch(sql).await {
                let names = ["email", "phone", "date_of_birth", "address", "balance"];
                let clear = names.into_iter().zip(4..row.len()).map(|(name, at)| (name, row.get(at))).collect();
                let (id, owner, team) = (row.get(0), row.get(1), row.get(2));
                records.push(Record { kind, id, owner, team, first_name: row.get(3), clear });
            }
        }
        let scope = |word: &str| *Scope::WIDEST_FIRST.iter().find(|s| s.as_str() == word).unwrap();
        let level = |word: &str| *Level::OPEN_FIRST.iter().find(|l| l.as_str() == word).unwrap();
        Self {
            user,
            role: fetch(role).await[0].get(0),
            scopes: pairs(fetch(grants).await).into_iter().map(|(k, w)| (k, scope(&w))).collect(),
            levels: pairs(fetch(levels).await).into_iter().map(|(k, w)| (k, level(&w))).collect(),
            teams: fetch(teams).await.into_iter().map(|r| r.get(0)).collect(),
            records,
        }
    }

    pub fn level(&self, key: &str) -> Level {
        self.levels.get(key).copied().unwrap_or(Level::Hidden)
    }

    pub fn covers(&self, permission: &str, record: &Record) -> bool {
        let own = record.owner == Some(self.user);
        match self.scopes.get(permission) {
            None => false,
            Some(Scope::Own) => own,
            Some(Scope::Team) => own || record.team.is_some_and(|t| self.teams.contains(&t)),
            Some(Scope::All) => true,
        }
    }

    pub fn sees(&self, record: &Record) -> bool {
        self.covers(&format!("{}s.read", record.kind), record)
    }

    /// Records of a kind that may be read.
    pub fn visible(&self, kind: &str) -> Vec<&Record> {
        self.records.iter().filter(|r| r.kind == kind && self.sees(r)).collect()
    }

    /// What is wrong with one record of an answer.
    pub fn faults_of_record(&self, shown: &Json) -> Vec<String> {
        let id: Uuid = shown["id"].as_str().unwrap_or_default().parse().unwrap_or_default();
        let Some(record) = self.records.iter().find(|r| r.id == id) else { return vec![format!("{id} is no record")] };
        let mut faults = Vec::new();
        if !self.sees(record) {
            faults.push(format!("{} {id} is outside the scope", record.kind));
        }
        let named = |list: &str, name: &str| shown[list].as_array().is_some_and(|all| all.iter().any(|n| n == name));
        for field in record.fields() {
            let name = field.name();
            let value = shown.get(name).and_then(Json::as_str);
            let (wanted, masked, hidden) = match self.level(field.key) {
                Level::Full => (Some(record.clear[name].clone()), false, false),
                Level::Masked => (Some(record.masked(name)), true, false),
                Level::Hidden => (None, false, true),
            };
            if value != wanted.as_deref() {
                faults.push(format!("{name} is {value:?} and not {wanted:?}"));
            }
            if (named("masked", name), named("hidden", name)) != (masked, hidden) {
                faults.push(format!("{name} is not marked as it is"));
            }
        }
        faults
    }

    /// What is wrong with a list, which must be the whole of what may be seen.
    pub fn faults_of_list(&self, kind: &str, answer: &Json) -> Vec<String> {
        let rows = answer["data"].as_array().cloned().unwrap_or_default();
        let mut faults: Vec<String> = rows.iter().flat_map(|row| self.faults_of_record(row)).collect();
        let shown: BTreeSet<String> = rows.iter().filter_map(|r| r["id"].as_str().map(str::to_owned)).collect();
        let wanted: BTreeSet<String> = self.visible(kind).iter().map(|r| r.id.to_string()).collect();
        if shown != wanted {
            faults.push(format!("{} rows and not {}", shown.len(), wanted.len()));
        }
        if answer["total"].as_u64() != Some(wanted.len() as u64) {
            faults.push(format!("total is {} and not {}", answer["total"], wanted.len()));
        }
        faults
    }

    /// Values in a text that this user must not see, wherever it comes from: clear values of fields that
    /// are not open, and names of records out of scope.
    pub fn faults_of_text(&self, text: &str) -> Vec<String> {
        let mut faults = Vec::new();
        for record in &self.records {
            for field in record.fields() {
                let clear = &record.clear[field.name()];
                if self.level(field.key) != Level::Full && text.contains(clear.as_str()) {
                    faults.push(format!("{} of a {} in clear: {}", field.name(), record.kind, self.level(field.key).as_str()));
                }
            }
            let known = self.sees(record) || self.scopes.contains_key("audit.read");
            if !known && (text.contains(&record.first_name) || text.contains(&record.id.to_string())) {
                faults.push(format!("a {} outside the scope is told of", record.kind));
            }
        }
        faults
    }
}

//! The test's own idea of who may see what: from the rows of the policy and the ownership of records,
//! read by the database's owner.

use std::collections::{BTreeMap, BTreeSet};

use kernel::mask;
use kernel::permission::{FIELDS, FieldDef, Level, Scope};
use serde_json::Value as Json;
use sqlx::{AssertSqlSafe, Row as _};
use test_kit::{Broker, World};
use uuid::Uuid;

use super::sales::{self, Sale};

/// A client, lead or contact as it stands in the database.
#[derive(Debug, Clone)]
pub struct Record {
    pub kind: &'static str,
    pub id: Uuid,
    pub owner: Option<Uuid>,
    pub team: Option<Uuid>,
    pub first_name: String,
    /// Clear values of the sensitive fields, by their names.
    pub clear: BTreeMap<&'static str, String>,
    /// The whole row.
    pub row: Json,
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

/// What no API key may do, whatever its role.
const NOT_FOR_KEYS: &[&str] = &["users.manage", "roles.manage", "api_keys.manage"];

/// One actor's rights and every record there is.
#[derive(Clone)]
pub struct Oracle {
    /// The user; nil for an API key, which owns nothing and belongs to no team.
    pub user: Uuid,
    pub role: String,
    pub scopes: BTreeMap<String, Scope>,
    pub levels: BTreeMap<String, Level>,
    pub teams: BTreeSet<Uuid>,
    pub records: Vec<Record>,
    pub sales: Vec<Sale>,
    /// The record that the actor has just written: the answer shows it once, though it may lie out of sight.
    pub wrote: Option<Uuid>,
}

impl Oracle {
    /// Of a user.
    pub async fn read(world: &World, broker: &Broker<'_>, user: Uuid) -> Self {
        let schema = broker.tenant().await.key.schema();
        let role = format!("select role_id from {schema}.users where id = $1");
        let role = sqlx::query_scalar(AssertSqlSafe(role)).bind(user).fetch_one(&world.admin).await.unwrap();
        Self::of(world, broker, user, role).await
    }

    /// Of an API key with a role.
    pub async fn of_key(world: &World, broker: &Broker<'_>, role: &str) -> Self {
        let schema = broker.tenant().await.key.schema();
        let sql = format!("select id from {schema}.roles where name = $1");
        let id = sqlx::query_scalar(AssertSqlSafe(sql)).bind(role).fetch_one(&world.admin).await.unwrap();
        let mut oracle = Self::of(world, broker, Uuid::nil(), id).await;
        oracle.scopes.retain(|key, _| !NOT_FOR_KEYS.contains(&key.as_str()));
        oracle.role = format!("a key with the role {role}");
        oracle
    }

    async fn of(world: &World, broker: &Broker<'_>, user: Uuid, role: Uuid) -> Self {
        let schema = broker.tenant().await.key.schema();
        let fetch = async |sql: &str, id: Uuid| {
            sqlx::query(AssertSqlSafe(sql.replace("{s}", &schema))).bind(id).fetch_all(&world.admin).await.unwrap()
        };
        let pairs = |rows: Vec<sqlx::postgres::PgRow>| -> Vec<(String, String)> {
            rows.into_iter().map(|r| (r.get(0), r.get(1))).collect()
        };
        // The user's team, those that the user leads, and those below.
        let teams = "with recursive b as (
                         (select team_id as id from {s}.users where id = $1 and team_id is not null
                          union select id from {s}.teams where leader_id = $1)
                     union select t.id from {s}.teams t join b on t.parent_id = b.id) select id from b";
        let grants = pairs(fetch("select permission, scope from {s}.role_permissions where role_id = $1", role).await);
        let levels = pairs(fetch("select field, level from {s}.role_fields where role_id = $1", role).await);
        let scope = |word: &str| *Scope::WIDEST_FIRST.iter().find(|s| s.as_str() == word).unwrap();
        let level = |word: &str| *Level::OPEN_FIRST.iter().find(|l| l.as_str() == word).unwrap();
        Self {
            user,
            role: fetch("select name from {s}.roles where id = $1", role).await[0].get(0),
            scopes: grants.into_iter().map(|(k, w)| (k, scope(&w))).collect(),
            levels: levels.into_iter().map(|(k, w)| (k, level(&w))).collect(),
            teams: fetch(teams, user).await.into_iter().map(|r| r.get(0)).collect(),
            records: records(world, &schema).await,
            sales: sales::all(world, &schema).await,
            wrote: None,
        }
    }

    /// Reads the records again, after a change.
    pub async fn refresh(&mut self, world: &World, broker: &Broker<'_>) {
        let schema = broker.tenant().await.key.schema();
        self.records = records(world, &schema).await;
        self.sales = sales::all(world, &schema).await;
    }

    pub fn has(&self, permission: &str) -> bool {
        self.scopes.contains_key(permission)
    }

    /// A record by its id.
    pub fn record(&self, id: Uuid) -> Option<&Record> {
        self.records.iter().find(|r| r.id == id)
    }

    pub fn level(&self, key: &str) -> Level {
        self.levels.get(key).copied().unwrap_or(Level::Hidden)
    }

    pub fn covers(&self, permission: &str, record: &Record) -> bool {
        self.reaches(permission, record.owner, record.team)
    }

    /// Whether a permission reaches what has this owner and team.
    pub fn reaches(&self, permission: &str, owner: Option<Uuid>, team: Option<Uuid>) -> bool {
        let own = owner == Some(self.user);
        match self.scopes.get(permission) {
            None => false,
            Some(Scope::Own) => own,
            Some(Scope::Team) => own || team.is_some_and(|t| self.teams.contains(&t)),
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
        let mut faults = self.faults_of_form(shown);
        let id: Uuid = shown["id"].as_str().unwrap_or_default().parse().unwrap_or_default();
        if let Some(record) = self.record(id).filter(|r| !self.sees(r)) {
            faults.push(format!("{} {id} is outside the scope", record.kind));
        }
        faults
    }

    /// What is wrong with how a record is shown, wherever it lies: the answer to a write shows it once
    /// more, though the write may have taken it out of sight.
    pub fn faults_of_form(&self, shown: &Json) -> Vec<String> {
        let id: Uuid = shown["id"].as_str().unwrap_or_default().parse().unwrap_or_default();
        let Some(record) = self.record(id) else { return vec![format!("{id} is no record")] };
        let mut faults = Vec::new();
        let named = |list: &str, name: &str| shown[list].as_array().is_some_and(|all| all.iter().any(|n| n == name));
        for field in record.fields() {
            let name = field.name();
            let value = shown.get(name).and_then(Json::as_str);
            let (wanted, masked, hidden) = match self.level(field.key) {
                Level::Hidden => (None, false, true),
                // What a record does not have is neither shown nor marked.
                _ if !record.clear.contains_key(name) => (None, false, false),
                Level::Full => (Some(record.clear[name].clone()), false, false),
                Level::Masked => (Some(record.masked(name)), true, false),
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
        self.faults_of_part(kind, answer, &|_| true)
    }

    /// What is wrong with a list, which must be all of what may be seen that belongs in it.
    pub fn faults_of_part(&self, kind: &str, answer: &Json, belongs: &dyn Fn(&Record) -> bool) -> Vec<String> {
        let rows = answer["data"].as_array().cloned().unwrap_or_default();
        let mut faults: Vec<String> = rows.iter().flat_map(|row| self.faults_of_record(row)).collect();
        let shown: BTreeSet<String> = rows.iter().filter_map(|r| r["id"].as_str().map(str::to_owned)).collect();
        let wanted: BTreeSet<String> = self.visible(kind).into_iter().filter(|r| belongs(r)).map(|r| r.id.to_string()).collect();
        if shown != wanted {
            faults.push(format!("{} rows and not {}", shown.len(), wanted.len()));
        }
        if answer["total"].as_u64() != Some(wanted.len() as u64) {
            faults.push(format!("total is {} and not {}", answer["total"], wanted.len()));
        }
        faults
    }

    /// Values in a text that this actor must not see, wherever it comes from: clear values of fields that
    /// are not open, and names and ids of records out of scope. A lead and the client it became share their
    /// values: what may be seen of one is no secret of the other.
    pub fn faults_of_text(&self, text: &str) -> Vec<String> {
        let mut known: BTreeSet<&str> = BTreeSet::new();
        for record in self.records.iter().filter(|r| self.sees(r)) {
            known.insert(&record.first_name);
            known.extend(record.row["converted_client_id"].as_str());
            let open = record.fields().filter(|f| self.level(f.key) == Level::Full);
            known.extend(open.filter_map(|f| record.clear.get(f.name())).map(String::as_str));
        }
        let tells = |value: &str| value.len() >= SHORTEST && !known.contains(value) && text.contains(value);
        let mut faults = self.sales_told(text);
        for record in &self.records {
            for field in record.fields().filter(|f| self.level(f.key) != Level::Full) {
                if record.clear.get(field.name()).is_some_and(|clear| tells(clear)) {
                    faults.push(format!("{} of a {} in clear: {}", field.name(), record.kind, self.level(field.key).as_str()));
                }
            }
            let may_know = self.sees(record) || self.has("audit.read") || self.wrote == Some(record.id);
            if !may_know && (tells(&record.first_name) || tells(&record.id.to_string())) {
                faults.push(format!("a {} outside the scope is told of", record.kind));
            }
        }
        faults
    }
}

/// What is shorter stands in texts by chance, like the balance of a new client.
const SHORTEST: usize = 8;

/// Every client, lead and contact that is not deleted.
async fn records(world: &World, schema: &str) -> Vec<Record> {
    let clients = format!(
        "select c.id, assigned_to, team_id, first_name, to_jsonb(c), email, phone, date_of_birth::text, address,
             round(balance, 2)::text from {schema}.clients c where deleted_at is null"
    );
    let leads = format!("select l.id, assigned_to, team_id, first_name, to_jsonb(l), email, phone from {schema}.leads l");
    let mut records = Vec::new();
    let contacts = format!(
        "select k.id, assigned_to, team_id, first_name, to_jsonb(k), email, phone from {schema}.contacts k where deleted_at is null"
    );
    for (kind, sql) in [("client", clients), ("lead", leads), ("contact", contacts)] {
        for row in sqlx::query(AssertSqlSafe(sql)).fetch_all(&world.admin).await.unwrap() {
            let names = ["email", "phone", "date_of_birth", "address", "balance"];
            let values = names.into_iter().zip(5..row.len()).map(|(name, at)| (name, row.get::<Option<String>, _>(at)));
            let clear = values.filter_map(|(name, value)| Some((name, value?))).collect();
            let (id, owner, team) = (row.get(0), row.get(1), row.get(2));
            records.push(Record { kind, id, owner, team, first_name: row.get(3), row: row.get(4), clear });
        }
    }
    records
}

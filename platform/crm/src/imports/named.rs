//! The records that rows name: a client by e-mail, by id, or by a name that one of them alone has; contacts, leads and
//! deals in the same way. Rows come by the thousand, and so do the questions.

use std::collections::HashMap;

use kernel::fold::fold;
use kernel::permission::Level;
use kernel::validate::Checker;
use runtime::Ctx;
use runtime::access::Actor;
use sea_orm::FromQueryResult;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::field::Field;
use super::reading::Cells;
use super::recipe::Recipe;
use super::rows::clean;
use crate::bulk::{Sql, covered};

/// A kind of record that rows name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Named {
    Client,
    Contact,
    Lead,
    Deal,
    Opportunity,
}

/// A record that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub id: Uuid,
    /// Of a contact: its client.
    pub client: Option<Uuid>,
}

/// Records by what rows call them, in lower case; of a name that two have, none.
pub(super) type Records = HashMap<(Named, String), Option<Found>>;

/// What rows call records.
pub(super) type Words = Vec<(Named, Vec<String>)>;

/// What the thread that reads wants to know, and where it waits for the answer.
pub(super) struct Question {
    pub words: Words,
    pub answer: oneshot::Sender<Records>,
}

/// Rows that are read before it is asked which records they name.
const ROWS: usize = 1_000;

#[derive(FromQueryResult)]
struct All {
    found: serde_json::Value,
}

impl Named {
    pub const ALL: [Self; 5] = [Self::Client, Self::Contact, Self::Lead, Self::Deal, Self::Opportunity];

    /// The field that becomes one.
    pub fn field(self) -> Field {
        match self {
            Self::Client => Field::Client,
            Self::Contact => Field::Contact,
            Self::Lead => Field::Lead,
            Self::Deal => Field::Deal,
            Self::Opportunity => Field::Opportunity,
        }
    }

    /// What stands before the dot in its permissions and sensitive fields.
    pub fn area(self) -> &'static str {
        match self {
            Self::Client => "clients",
            Self::Contact => "contacts",
            Self::Lead => "leads",
            Self::Deal => "deals",
            Self::Opportunity => "opportunities",
        }
    }

    fn table(self) -> &'static str {
        match self {
            Self::Opportunity => "deals",
            _ => self.area(),
        }
    }

    /// The permission to see one.
    fn reads(self) -> &'static str {
        match self {
            Self::Client => "clients.read",
            Self::Contact => "contacts.read",
            Self::Lead => "leads.read",
            Self::Deal => "deals.read",
            Self::Opportunity => "opportunities.read",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Contact => "contact",
            Self::Lead => "lead",
            Self::Deal => "deal",
            Self::Opportunity => "opportunity",
        }
    }

    fn one(self) -> String {
        format!("{} {}", if self == Self::Opportunity { "an" } else { "a" }, self.word())
    }

    /// Whether one is found by an address.
    pub fn has_email(self) -> bool {
        !matches!(self, Self::Deal | Self::Opportunity)
    }

    /// SQL of a name without accents and case, with an index.
    fn name(self) -> &'static str {
        match self {
            // With the company, which is no part of the name, `search_name` is of no use.
            Self::Contact => "fold(trim(t.first_name || ' ' || t.last_name))",
            Self::Client | Self::Lead | Self::Deal | Self::Opportunity => "t.search_name",
        }
    }

    fn alive(self) -> &'static str {
        match self {
            Self::Lead => "true",
            Self::Client | Self::Contact => "t.deleted_at is null",
            Self::Deal => "t.kind = 'deal' and t.deleted_at is null",
            Self::Opportunity => "t.kind = 'opportunity' and t.deleted_at is null",
        }
    }

    /// The record that a row names.
    pub fn of(self, c: &mut Checker, recipe: &Recipe, word: &str) -> Option<Found> {
        let (key, kind) = (self.field().key(), self.word());
        let write = if self.has_email() { "the e-mail" } else { "the id" };
        match recipe.records.get(&(self, word.to_lowercase())).copied() {
            Some(Some(found)) => return Some(found),
            Some(None) => c.add(key, format!("is the name of several {}; write {write}", self.area())),
            None if self.has_email() => {
                c.add(key, format!("is not a {kind} whom you see; write the e-mail, the id or the whole name"));
            }
            None => c.add(key, format!("is not {} that you see; write the id or the whole name", self.one())),
        }
        None
    }
}

/// Whether the actor sees in clear what the records that rows name are found by: whoever finds clients by an address
/// knows whether there is one of it. `mapped`: whether a field gets a value.
pub(super) fn in_clear(who: &Actor, mapped: impl Fn(&str) -> bool) -> kernel::Result<bool> {
    for named in Named::ALL.into_iter().filter(|named| mapped(named.field().key())) {
        who.require(named.reads())?;
        if named.has_email() && who.level(&format!("{}.email", named.area())) != Level::Full {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Finds records among those that the actor sees.
pub(super) async fn find(ctx: &Ctx, words: Words) -> kernel::Result<Records> {
    let mut records = Records::new();
    for (named, words) in words {
        if !words.is_empty() {
            find_some(ctx, named, words, &mut records).await?;
        }
    }
    Ok(records)
}

async fn find_some(ctx: &Ctx, named: Named, words: Vec<String>, records: &mut Records) -> kernel::Result<()> {
    let scope = ctx.require(named.reads())?;
    let (mut ids, mut emails, mut names, mut folded) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for word in words {
        if let Ok(id) = word.parse::<Uuid>() {
            ids.push(id);
        } else if named.has_email() && word.contains('@') {
            emails.push(word);
        } else {
            folded.push(fold(&word));
            names.push(word);
        }
    }
    let mut sql = Sql::default();
    let seen = covered(ctx, &mut sql, scope, "t.assigned_to", "t.team_id");
    let (table, alive, name) = (named.table(), named.alive(), named.name());
    let client = if named == Named::Contact { "t.client_id" } else { "null::uuid" };
    let mut ways = Vec::new();
    if !ids.is_empty() {
        let ids = sql.bind(ids);
        ways.push(format!(
            "select t.id::text as word, t.id, {client} as client from {table} t where t.id = any({ids}::uuid[]) and {alive} and {seen}"
        ));
    }
    if !emails.is_empty() {
        let emails = sql.bind(emails);
        ways.push(format!(
            "select t.email as word, t.id, {client} as client from {table} t where t.email = any({emails}::text[]) and {alive} and {seen}"
        ));
    }
    if !names.is_empty() {
        let (names, folded) = (sql.bind(names), sql.bind(folded));
        ways.push(format!(
            "select w.word, t.id, {client} as client from unnest({names}::text[], {folded}::text[]) as w (word, folded)
             join {table} t on {name} = w.folded and {alive} and {seen}"
        ));
    }
    let text = format!(
        "with found as ({})
         select coalesce(jsonb_agg(jsonb_build_array(word, id, client)), '[]') as found from found",
        ways.join(" union all ")
    );
    let all: All = sql.one(ctx, text).await?;
    let found: Vec<(String, Uuid, Option<Uuid>)> = serde_json::from_value(all.found).map_err(kernel::DomainError::internal)?;
    for (word, id, client) in found {
        let found = Some(Found { id, client });
        records.entry((named, word.to_lowercase())).and_modify(|known| *known = None).or_insert(found);
    }
    Ok(())
}

impl Recipe {
    fn names(&self, field: Field) -> bool {
        self.ways.iter().any(|way| way.field == field) || self.defaults.iter().any(|(of, _)| *of == field)
    }

    /// Whether rows name records.
    pub fn names_records(&self) -> bool {
        Named::ALL.into_iter().any(|named| self.names(named.field()))
    }

    /// How many rows are read before any of them is made into a record.
    pub fn at_once(&self) -> usize {
        if self.names_records() { ROWS } else { 1 }
    }

    /// What rows call the records that they name.
    pub fn records_named<'r>(&self, rows: impl IntoIterator<Item = &'r Cells> + Clone) -> Words {
        let named = Named::ALL.into_iter().filter(|named| self.names(named.field()));
        named.map(|named| (named, self.words_of(named.field(), rows.clone()))).collect()
    }

    fn words_of<'r>(&self, field: Field, rows: impl IntoIterator<Item = &'r Cells>) -> Vec<String> {
        let way = self.ways.iter().find(|way| way.field == field);
        let default = self.defaults.iter().find(|(of, _)| *of == field).map(|(_, value)| value.as_str());
        let word = |cells: &Cells| {
            let cell = way.map(|way| clean(cells.get(way.index))).unwrap_or_default();
            let ours = way.and_then(|way| way.values.get(&cell.to_lowercase())).cloned().unwrap_or(cell);
            if ours.is_empty() { default.unwrap_or_default().to_lowercase() } else { ours.to_lowercase() }
        };
        let mut words: Vec<String> = rows.into_iter().map(word).filter(|word| !word.is_empty()).collect();
        words.sort_unstable();
        words.dedup();
        words
    }
}

//! The clients that rows of contacts name: by e-mail, by id, or by a name that one of them alone has. Rows come by the
//! thousand, and so do the questions.

use std::collections::HashMap;

use kernel::fold::fold;
use runtime::Ctx;
use sea_orm::FromQueryResult;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::field::Field;
use super::reading::Cells;
use super::recipe::Recipe;
use super::rows::clean;
use crate::bulk::{Sql, covered};

/// Clients by what rows call them, in lower case; of a name that two have, none.
pub(super) type Clients = HashMap<String, Option<Uuid>>;

/// What the thread that reads wants to know, and where it waits for the answer.
pub(super) struct Question {
    pub words: Vec<String>,
    pub answer: oneshot::Sender<Clients>,
}

/// Rows that are read before it is asked which clients they name.
const ROWS: usize = 1_000;

#[derive(FromQueryResult)]
struct All {
    found: serde_json::Value,
}

/// Finds clients among those that the actor sees.
pub(super) async fn find(ctx: &Ctx, words: Vec<String>) -> kernel::Result<Clients> {
    let mut clients = Clients::new();
    if words.is_empty() {
        return Ok(clients);
    }
    let scope = ctx.require("clients.read")?;
    let (mut ids, mut emails, mut names, mut folded) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for word in words {
        if let Ok(id) = word.parse::<Uuid>() {
            ids.push(id);
        } else if word.contains('@') {
            emails.push(word);
        } else {
            folded.push(fold(&word));
            names.push(word);
        }
    }
    let mut sql = Sql::default();
    let seen = covered(ctx, &mut sql, scope, "c.assigned_to", "c.team_id");
    let (ids, emails) = (sql.bind(ids), sql.bind(emails));
    let (names, folded) = (sql.bind(names), sql.bind(folded));
    let text = format!(
        "with found as (
             select c.id::text as word, c.id from clients c where c.id = any({ids}::uuid[]) and c.deleted_at is null and {seen}
             union all
             select c.email, c.id from clients c where c.email = any({emails}::text[]) and c.deleted_at is null and {seen}
             union all
             select w.word, c.id from unnest({names}::text[], {folded}::text[]) as w (word, folded)
             join clients c on c.search_name = w.folded and c.deleted_at is null and {seen})
         select coalesce(jsonb_agg(jsonb_build_array(word, id)), '[]') as found from found"
    );
    let all: All = sql.one(ctx, text).await?;
    let pairs: Vec<(String, Uuid)> = serde_json::from_value(all.found).map_err(kernel::DomainError::internal)?;
    for (word, id) in pairs {
        clients.entry(word.to_lowercase()).and_modify(|found| *found = None).or_insert(Some(id));
    }
    Ok(clients)
}

impl Recipe {
    /// Whether rows name clients.
    pub fn names_clients(&self) -> bool {
        self.ways.iter().any(|way| way.field == Field::Client) || self.defaults.iter().any(|(field, _)| *field == Field::Client)
    }

    /// How many rows are read before any of them is made into a record.
    pub fn at_once(&self) -> usize {
        if self.names_clients() { ROWS } else { 1 }
    }

    /// What rows call their clients.
    pub fn clients_named<'r>(&self, rows: impl IntoIterator<Item = &'r Cells>) -> Vec<String> {
        let way = self.ways.iter().find(|way| way.field == Field::Client);
        let default = self.defaults.iter().find(|(field, _)| *field == Field::Client).map(|(_, value)| value.as_str());
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

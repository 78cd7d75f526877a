//! Requests that could work: for each operation a record of the kind that it is about, in the state that it wants,
//! and a body of the right form. A record serves until an operation has changed it.

mod bodies;
mod records;

use std::collections::HashMap;

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value as Json, json};
use sqlx::AssertSqlSafe;
use test_kit::{Api, Broker, Reply, World};
use uuid::Uuid;

use super::{Operation, kind_of};
use crate::console;

/// A request without its caller.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Path and query.
    pub path: String,
    /// The body, where there is one.
    pub body: Json,
    /// A file that goes with it: its field for the record, or for the kind of records.
    pub file: Option<&'static str>,
    /// Ids of records that it names.
    pub ids: Vec<String>,
}

impl Sample {
    /// Of an operation that is about nothing in particular.
    pub fn plain(op: &Operation) -> Self {
        let nobody = "0190a000-0000-7000-8000-000000000000";
        let path = op.path.replace("{id}", nobody).replace("{slug}", "acme");
        Self { path, body: json!({}), file: None, ids: Vec::new() }
    }

    /// Sends it.
    pub async fn send(&self, api: &Api<'_>, op: &Operation) -> Reply {
        let request = api.request(op.method.clone(), &self.path);
        if let Some(field) = self.file {
            let (entity, text) = ("clients", "first_name,last_name,email\nNew,Person,new.person@example.com\n");
            let value = self.ids.first().cloned().unwrap_or_else(|| entity.to_owned());
            let part = Part::bytes(text.as_bytes()).file_name("people.csv");
            return api.send(request.multipart(Form::new().text(field, value).part("file", part))).await;
        }
        if op.path.ends_with("/download") {
            // What it leads to is the store's, which wants no token of ours.
            let bare = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
            let response = bare.execute(request.build().unwrap()).await.unwrap();
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let text = response.text().await.unwrap();
            return Reply { status, headers, json: serde_json::from_str(&text).unwrap_or(Json::Null), text };
        }
        let changes = matches!(op.method, Method::POST | Method::PUT | Method::PATCH);
        api.send(if changes { request.json(&self.body) } else { request }).await
    }
}

/// Makes records in one broker's CRM, all of one agent in one team; they are told by a word in their names.
pub struct Samples<'w> {
    world: &'w World,
    manager: Api<'w>,
    schema: String,
    key: i64,
    word: String,
    owner: Uuid,
    team: Uuid,
    made: u32,
    kept: HashMap<String, Sample>,
}

fn id(of: &Json) -> String {
    of["id"].as_str().unwrap_or_else(|| panic!("no id in {of}")).to_owned()
}

impl<'w> Samples<'w> {
    /// In a broker's CRM, with every module on.
    pub async fn new(world: &'w World, broker: &Broker<'w>, owner: Uuid, team: Uuid) -> Self {
        console::set_up(broker).await;
        let key = broker.tenant().await.key;
        Self {
            world,
            manager: broker.manager().await,
            schema: key.schema(),
            key: key.0,
            word: format!("zq{}", broker.slug),
            owner,
            team,
            made: 0,
            kept: HashMap::new(),
        }
    }

    /// A request for an operation. `mine` is whose it is to be, where only one's own can be reached.
    pub async fn of(&mut self, op: &Operation, mine: Uuid) -> Sample {
        let personal = ["views", "exports"].contains(&kind_of(op)) && op.path != format!("/api/{}", kind_of(op));
        let key = if personal { format!("{} {mine}", op.id) } else { op.id.clone() };
        if let Some(known) = self.kept.get(&key) {
            return known.clone();
        }
        let sample = Box::pin(self.fresh(op, mine)).await;
        self.kept.insert(key, sample.clone());
        sample
    }

    /// What an operation was done to serves no more.
    pub fn spent(&mut self, op: &Operation) {
        if op.method != Method::GET {
            self.kept.retain(|key, _| key.split(' ').next() != Some(op.id.as_str()));
        }
    }

    /// A name that nothing else has.
    fn name(&mut self) -> String {
        self.made += 1;
        format!("{}{}", self.word, self.made)
    }

    async fn post(&self, path: &str, body: Json) -> Json {
        let reply = self.manager.post(path, &body).await;
        assert!(reply.status < 300, "{path} {body}: {}", reply.text);
        reply.json
    }

    async fn sql(&self, text: &str) -> Uuid {
        let id = Uuid::now_v7();
        let text = text.replace("{s}", &self.schema).replace("{key}", &self.key.to_string());
        sqlx::query(AssertSqlSafe(text)).bind(id).execute(&self.world.admin).await.unwrap();
        id
    }

    async fn fresh(&mut self, op: &Operation, mine: Uuid) -> Sample {
        let mut ids = Vec::new();
        let mut path = op.path.clone();
        if path.contains("{id}") {
            let about = self.about(op, mine).await;
            path = path.replace("{id}", &about);
            ids.push(about);
        }
        for (part, word) in [("{file}", "stages.csv"), ("{currency}", "EUR"), ("{day}", "2026-01-01"), ("{stage}", "verified")] {
            path = path.replace(part, word);
        }
        if path.contains("{row}") {
            path = path.replace("{row}", if op.id == "decideImportRow" { "2" } else { "3" });
        }
        if path.contains("{key}") {
            path = path.replace("{key}", &self.by_key(op).await).replace("{entity}", "lead");
        }
        path = path.replace("{entity}", "lead");
        if path.contains("{tag_id}") {
            let tag = self.tag().await;
            if op.method == Method::DELETE {
                self.post(&format!("/admin/customers/{}/tags", ids[0]), json!({ "tag_ids": [tag] })).await;
            }
            path = path.replace("{tag_id}", &tag);
        }
        if path.contains("{session_id}") {
            let sql = format!(
                "insert into {{s}}.sessions (id, user_id, expires_at) values ($1, '{}', now() + interval '1 hour')",
                ids[0]
            );
            path = path.replace("{session_id}", &self.sql(&sql).await.to_string());
        }
        if path.contains("{undo_id}") {
            let name = self.name();
            let changed = self.manager.patch("/api/settings", &json!({ "mail_footer": name })).await.expect(200);
            path = path.replace("{undo_id}", changed["undo_id"].as_str().unwrap());
        }
        if op.id == "deleteExchangeRate" {
            let rate = json!({ "currency": "EUR", "day": "2026-01-01", "rate": "1.1" });
            self.manager.put("/api/exchange-rates", &rate).await.expect(200);
        }
        path.push_str(&self.query(op, &mut ids).await);
        let file = match op.id.as_str() {
            "createImport" => Some("entity"),
            "createAttachment" => Some("client_id"),
            "consoleCreateAttachment" => Some("customer_id"),
            _ => None,
        };
        if file.is_some() && op.id != "createImport" {
            ids.push(self.client().await);
        }
        let body = self.body(op, &mut ids, mine).await;
        Sample { path, body, file, ids }
    }

    /// What an operation asks for in its query.
    async fn query(&mut self, op: &Operation, ids: &mut Vec<String>) -> String {
        match op.id.as_str() {
            "explainAccess" => {
                ids.push(self.client().await);
                format!("?resource_type=client&resource_id={}", ids[0])
            }
            "activityCalendar" => "?from=2026-01-01&to=2026-01-31".to_owned(),
            "crmSearch" => "?q=some".to_owned(),
            "listMerges" => {
                ids.push(self.client().await);
                format!("?client_id={}", ids[0])
            }
            "listContactMerges" => {
                ids.push(self.contact().await);
                format!("?contact_id={}", ids[0])
            }
            _ => String::new(),
        }
    }
}

//! Requests that could work: for each operation a record of the kind that it is about, in the state that it wants,
//! and a body of the right form. A record serves until an operation has changed it.

use std::collections::HashMap;

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value as Json, json};
use sqlx::AssertSqlSafe;
use test_kit::{Api, Broker, Reply, World};
use uuid::Uuid;

use super::{Operation, kind_of};
use crate::{console, documents};

/// A request without its caller.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Path and query.
    pub path: String,
    /// The body, where there is one.
    pub body: Json,
    /// A file that goes with it: its field for the record, or for the kind of records.
    file: Option<&'static str>,
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

    async fn person(&mut self, kind: &str) -> String {
        let name = self.name();
        let body = json!({ "first_name": "Marker", "last_name": name, "email": format!("{name}@example.com"),
            "phone": format!("+4477{:08}", self.made), "assigned_to": self.owner });
        id(&self.post(&format!("/api/{kind}"), body).await)
    }

    async fn client(&mut self) -> String {
        self.person("clients").await
    }

    async fn contact(&mut self) -> String {
        self.person("contacts").await
    }

    async fn sale(&mut self, kind: &str) -> String {
        let body = json!({ "name": self.name(), "assigned_to": self.owner });
        id(&self.post(&format!("/api/{kind}"), body).await)
    }

    async fn tag(&mut self) -> String {
        let name = self.name();
        id(&self.post("/api/tags", json!({ "name": name })).await)
    }

    async fn user(&mut self) -> String {
        let name = self.name();
        let sql = format!(
            "insert into {{s}}.users (id, email, name, role_id, team_id, status)
             select $1, '{name}@example.com', '{name}', r.id, '{}', 'active' from {{s}}.roles r where r.name = 'Agent'",
            self.team
        );
        self.sql(&sql).await.to_string()
    }

    /// A record of the kind that an operation is about, in the state that it wants.
    async fn about(&mut self, op: &Operation, mine: Uuid) -> String {
        let restores = op.id.contains("estore") && op.path.ends_with("/restore");
        let made = match kind_of(op) {
            "clients" | "customers" => self.client().await,
            kind @ ("leads" | "contacts") => {
                let made = self.person(kind).await;
                // What is asked of contacts of a client.
                if kind == "contacts" {
                    let client = json!({ "client_id": self.client().await });
                    self.manager.patch(&format!("/api/contacts/{made}"), &client).await.expect(200);
                }
                made
            }
            kind @ ("opportunities" | "deals") => self.sale(kind).await,
            "activities" => self.activity(op).await,
            "notes" => {
                let client = self.client().await;
                let content = self.name();
                id(&self.post("/api/notes", json!({ "content": content, "client_id": client })).await)
            }
            "attachments" => {
                let client = self.client().await;
                let name = self.name();
                id(&crate::attachments::send(&self.manager, "client_id", &client, &format!("{name}.txt"), "x").await.expect(201))
            }
            "documents" => self.document(op).await,
            "imports" => self.import(op).await,
            "exports" => self.export(op, mine).await,
            "views" => self.view(mine).await,
            "partners" => {
                let name = self.name();
                id(&self.post("/api/partners", json!({ "name": name, "email": format!("{name}@example.com") })).await)
            }
            "users" if op.method == Method::GET => self.owner.to_string(),
            "users" => self.spare(op).await,
            "teams" => self.team.to_string(),
            "roles" => {
                let name = self.name();
                id(&self.post("/api/roles", json!({ "name": name, "permissions": {}, "fields": {} })).await)
            }
            "tags" => self.tag().await,
            "custom-fields" => {
                let label = self.name();
                id(&self.post("/api/custom-fields", json!({ "entity": "client", "label": label, "type": "text" })).await)
            }
            "api-keys" => {
                let name = self.name();
                id(&self.post("/api/api-keys", json!({ "name": name, "role": "Agent" })).await)
            }
            "assignment-rules" => self.rule().await,
            "consents" => {
                let title = self.name();
                id(&self.post("/api/consents", json!({ "title": title, "body": "All of it." })).await)
            }
            "jobs" => self.job(op).await,
            "duplicates" => self.pair().await,
            kind @ ("merges" | "contact-merges") => {
                let of = if kind == "merges" { "clients" } else { "contacts" };
                let (keep, drop) = (self.person(of).await, self.person(of).await);
                let merged = self.post(&format!("/api/{of}/merge"), json!({ "keep_id": keep, "drop_id": drop })).await;
                merged["merge_id"].as_str().unwrap().to_owned()
            }
            "pipelines" => self.by_key(op).await,
            kind => panic!("{}: what is {kind}?", op.id),
        };
        if restores {
            let kind = if kind_of(op) == "customers" { "clients" } else { kind_of(op) };
            let gone = self.manager.delete(&format!("/api/{kind}/{made}")).await;
            assert!(gone.status < 300, "{}", gone.text);
        }
        made
    }

    async fn view(&mut self, owner: Uuid) -> String {
        let name = self.name();
        let sql = format!(
            "insert into {{s}}.views (id, entity, name, shared, owner_id, query)
             values ($1, 'lead', '{name}', 'own', '{owner}', '{{}}')"
        );
        self.sql(&sql).await.to_string()
    }

    async fn activity(&mut self, op: &Operation) -> String {
        let subject = self.name();
        let task = json!({ "type": "task", "subject": subject, "assigned_to": self.owner, "due_at": "2030-01-15T09:00:00Z" });
        let made = id(&self.post("/api/activities", task).await);
        if op.id == "reopenActivity" {
            self.manager.patch(&format!("/api/activities/{made}/complete"), &json!({})).await.expect(200);
        }
        made
    }

    async fn document(&mut self, op: &Operation) -> String {
        let client = self.client().await;
        let file = documents::announce("identity", "application/pdf", documents::PDF);
        let begun = documents::begin(&self.manager, &client, &file).await.expect(201);
        assert_eq!(documents::Attempt::of(&begun, documents::PDF).send(self.world).await, 200);
        if op.id != "completeDocument" {
            self.post(&format!("/api/documents/{}/complete", id(&begun)), json!({})).await;
        }
        id(&begun)
    }

    /// A file that has come as far as an operation wants it.
    async fn import(&mut self, op: &Operation) -> String {
        let [known, new] = [self.name(), self.name()];
        let person = json!({ "first_name": "Marker", "last_name": known, "email": format!("{known}@example.com") });
        self.post("/api/clients", person).await;
        let text = format!(
            "first_name,last_name,email\nMarker,Again,{known}@example.com\nMarker,Bad,nobody\nMarker,{new},{new}@example.com\n"
        );
        let sent = crate::imports::send(&self.manager, "clients", "people.csv", text).await.expect(201);
        let path = format!("/api/imports/{}", id(&sent));
        let act = async |what: &str| self.post(&format!("{path}/{what}"), json!({})).await;
        let steps: &[&str] = match op.id.as_str() {
            "updateImport" | "mapImport" => &[],
            "previewImport" => &["mapping"],
            "pauseImport" | "cancelImport" => &["mapping", "preview", "start"],
            "resumeImport" => &["mapping", "preview", "start", "pause"],
            "decideImportRow" | "undoImport" => &["mapping", "preview", "start", "drain"],
            _ => &["mapping", "preview"],
        };
        for step in steps {
            match *step {
                "mapping" => {
                    let names = json!({ "first_name": "first_name", "last_name": "last_name", "email": "email" });
                    let mapping = json!({ "mapping": names, "duplicates": "review" });
                    self.manager.put(&format!("{path}/mapping"), &mapping).await.expect(200);
                }
                "drain" => self.run_jobs().await,
                step => {
                    act(step).await;
                }
            }
        }
        id(&sent)
    }

    /// Runs what imports wait for, and not the jobs that only stand there.
    async fn run_jobs(&self) {
        let set = async |from: &str, to: &str| {
            let sql =
                format!("update control.outbox set state = '{to}' where kind = 'bulk.apply' and state = '{from}' returning id");
            sqlx::query_scalar::<_, Uuid>(AssertSqlSafe(sql)).fetch_all(&self.world.admin).await.unwrap()
        };
        let waiting = set("queued", "dead").await;
        self.world.drain().await;
        let sql = "update control.outbox set state = 'queued' where id = any($1)";
        sqlx::query(sql).bind(waiting).execute(&self.world.admin).await.unwrap();
    }

    async fn export(&mut self, op: &Operation, mine: Uuid) -> String {
        let status = match op.id.as_str() {
            "cancelExport" => "queued",
            "retryExport" => "failed",
            _ => "done",
        };
        let name = self.name();
        let sql = format!(
            "insert into {{s}}.exports (id, entity, format, filter, filter_words, status, requested_by, requester_name, created_at)
             values ($1, 'clients', 'csv', '{{}}', '*', '{status}', '{mine}', '{name}', now())"
        );
        self.sql(&sql).await.to_string()
    }

    /// A user who is done something to.
    async fn spare(&mut self, op: &Operation) -> String {
        if op.id == "resendInvitation" {
            let name = self.name();
            return id(&self
                .post("/api/users", json!({ "name": name, "email": format!("{name}@example.com"), "role": "Agent" }))
                .await);
        }
        let user = self.user().await;
        if op.id == "resetUserTwoFactor" {
            let sql = format!("update {{s}}.users set two_factor = true where id = '{user}' and $1::uuid is not null");
            self.sql(&sql).await;
        }
        user
    }

    async fn rule(&mut self) -> String {
        let (name, owner) = (self.name(), self.owner);
        let rule = json!({ "name": name, "entity": "lead", "countries": ["AQ"], "users": [owner] });
        id(&self.post("/api/assignment-rules", rule).await)
    }

    async fn job(&mut self, op: &Operation) -> String {
        // Of a kind that can be stopped halfway; due some day, so that nothing runs it meanwhile.
        let state = if op.id == "retryJob" { "dead" } else { "queued" };
        let sql = format!(
            "insert into control.outbox (id, tenant_key, kind, payload, state, run_at)
             values ($1, {{key}}, 'bulk.apply', '{{}}', '{state}', now() + interval '1 year')"
        );
        self.sql(&sql).await.to_string()
    }

    async fn pair(&mut self) -> String {
        let (a, b) = (self.client().await, self.client().await);
        let (a, b) = if a < b { (a, b) } else { (b, a) };
        let sql = format!(
            "insert into {{s}}.duplicate_pairs (id, a_id, b_id, score, reasons, found_at) values ($1, '{a}', '{b}', 0.9, '{{email}}', now())"
        );
        self.sql(&sql).await.to_string()
    }

    /// What is known by a key: pipelines, kinds of documents, statuses.
    async fn by_key(&mut self, op: &Operation) -> String {
        let name = self.name();
        let made = match kind_of(op) {
            "pipelines" => self.post("/api/pipelines", json!({ "name": name })).await,
            "document-types" => self.post("/api/document-types", json!({ "label": name, "level": 3 })).await,
            "statuses" => self.post("/api/statuses", json!({ "entity": "lead", "label": name, "hue": "teal" })).await,
            kind => panic!("{}: what is the key of {kind}?", op.id),
        };
        made["key"].as_str().unwrap().to_owned()
    }

    /// A body of the right form.
    async fn body(&mut self, op: &Operation, ids: &mut Vec<String>, mine: Uuid) -> Json {
        // What the caller makes is the caller's, and holds nothing of this broker.
        let name = self.name().replace("zq", "new");
        let email = format!("{name}@example.com");
        let many = |ids: &Vec<String>| json!({ "ids": ids, "change": { "add_tags": ["new"] } });
        match op.id.as_str() {
            "createClient" | "createLead" | "createPublicLead" => {
                json!({ "first_name": "New", "last_name": "Person", "email": email })
            }
            "createClients" => json!({ "records": [{ "first_name": "New", "last_name": "Person", "email": email }] }),
            "consoleCreateCustomer" | "consoleReplaceCustomer" => json!({ "name": "New Person", "email": email }),
            "createPartner" => json!({ "name": "New Partner", "email": email }),
            "createUser" => json!({ "name": "New User", "email": email, "role": "Agent" }),
            "createTeam" | "createPipeline" => json!({ "name": name }),
            "createRole" => json!({ "name": name, "permissions": {}, "fields": {} }),
            "createTag" | "consoleCreateTag" | "consoleUpdateTag" => json!({ "name": name }),
            "createApiKey" => json!({ "name": name, "role": "Agent" }),
            "createConsent" => json!({ "title": name, "body": "All of it." }),
            "createCustomField" => json!({ "entity": "client", "label": name, "type": "text" }),
            "createDocumentType" => json!({ "label": name, "level": 3 }),
            "createStatus" => json!({ "entity": "lead", "label": name, "hue": "teal" }),
            "createAssignmentRule" => json!({ "name": name, "entity": "lead", "countries": ["AQ"], "users": [self.owner] }),
            "previewAssignmentRules" => json!({ "entity": "lead" }),
            "createView" => json!({ "entity": "lead", "name": name }),
            "orderViews" => json!({ "entity": "lead", "ids": [self.view(mine).await] }),
            "createContact" | "crmCreateContact" | "crmReplaceContact" | "consoleCreateContact" | "consoleUpdateContact" => {
                json!({ "first_name": "New" })
            }
            "createDeal"
            | "createOpportunity"
            | "crmCreateDeal"
            | "crmCreateOpportunity"
            | "crmReplaceDeal"
            | "crmReplaceOpportunity" => json!({ "name": "New" }),
            "consoleReplaceDeal" => {
                ids.push(self.client().await);
                json!({ "name": "New", "customer_id": ids[1] })
            }
            "consoleCreateDeal" => {
                ids.push(self.client().await);
                json!({ "name": "New", "customer_id": ids[0] })
            }
            "moveDeal" | "moveOpportunity" => json!({ "stage": "verified" }),
            "consoleMoveDeal" => json!({ "stage": "verified" }),
            "convertOpportunity" | "convertLead" => json!({}),
            "createActivity" | "crmCreateActivity" | "crmReplaceActivity" => json!({ "type": "task", "subject": name }),
            "consoleCreateActivity" | "consoleReplaceActivity" => json!({ "type": "task", "title": name }),
            "moveActivity" => json!({ "due_at": "2030-01-16T09:00:00Z" }),
            "createNote" => {
                ids.push(self.client().await);
                json!({ "content": "New", "client_id": ids[0] })
            }
            "consoleCreateNote" => {
                ids.push(self.client().await);
                json!({ "content": "New", "customer_id": ids[0] })
            }
            "updateNote" | "consoleUpdateNote" | "consoleReplaceNote" => json!({ "content": "Newer" }),
            "createDocument" => documents::announce("identity", "application/pdf", documents::PDF),
            "linkDocument" => json!({ "purpose": "view" }),
            "updateDocument" => json!({ "status": "rejected", "reason": "Not legible" }),
            "createExport" => json!({ "entity": "clients", "format": "csv" }),
            "updateImport" => json!({ "header_row": 1 }),
            "mapImport" => json!({ "mapping": { "first_name": "first_name", "last_name": "last_name", "email": "email" } }),
            "updateImportRow" => json!({ "values": { "email": email } }),
            "decideImportRow" => json!({ "choice": "skip" }),
            "consoleAddCustomerTags" => json!({ "tag_ids": [self.tag().await] }),
            "setExchangeRate" => json!({ "currency": "EUR", "rate": "1.1" }),
            "assignClients" | "assignLeads" | "assignContacts" | "assignDeals" | "assignOpportunities" => {
                ids.push(self.of_kind(kind_of(op)).await);
                json!({ "ids": ids, "assigned_to": self.owner })
            }
            "changeClients" | "changeLeads" | "changeContacts" | "changeDeals" | "changeOpportunities" => {
                ids.push(self.of_kind(kind_of(op)).await);
                many(ids)
            }
            "mergeClients" | "mergeContacts" => {
                for _ in 0..2 {
                    ids.push(self.person(kind_of(op)).await);
                }
                json!({ "keep_id": ids[0], "drop_id": ids[1] })
            }
            "revealClient" | "revealLead" | "revealContact" => json!({ "fields": ["email"], "purpose": "Call back" }),
            "setLeadStatus" => json!({ "status": "contacted" }),
            "previewRecord" => {
                ids.push(self.client().await);
                json!({ "permissions": { "clients.read": "all" }, "fields": {}, "resource_type": "client", "resource_id": ids[0] })
            }
            "previewRole" => json!({ "permissions": { "clients.read": "own" } }),
            "readNotifications" => json!({ "all": true }),
            "arrangeSalesDashboard" | "crmArrangeDashboard" => json!({ "widgets": [{ "key": "won" }] }),
            "putConsoleSettings" => json!({ "secrets": [{ "id": "main", "secret": console::SECRET }] }),
            "testConsoleToken" => {
                let claims = json!({ "sub": "tried", "role": "agent", "exp": console::soon() });
                json!({ "token": console::signed(console::SECRET, &claims) })
            }
            "putCaptchaSecret" => json!({ "secret": "not to be told" }),
            "consolePutPipelines" => {
                let key = self.by_key_of("pipelines").await;
                json!({ "pipelines": [{ "id": key, "name": name }] })
            }
            "setPipelineStages" | "consolePutStages" => self.stages(op).await,
            "orderStatuses" => {
                let all = self.manager.get("/api/statuses").await.expect(200);
                json!({ "keys": all["lead"].as_array().unwrap().iter().map(|s| s["key"].clone()).collect::<Vec<_>>() })
            }
            "orderDocumentTypes" => {
                let all = self.manager.get("/api/document-types").await.expect(200);
                json!({ "keys": all["data"].as_array().unwrap().iter().map(|s| s["key"].clone()).collect::<Vec<_>>() })
            }
            "orderCustomFields" => {
                self.post("/api/custom-fields", json!({ "entity": "lead", "label": name, "type": "text" })).await;
                let all = self.manager.get("/api/custom-fields?entity=lead").await.expect(200);
                json!({ "entity": "lead", "ids": ids_of(&all) })
            }
            "orderAssignmentRules" => {
                self.rule().await;
                let all = self.manager.get("/api/assignment-rules?entity=lead").await.expect(200);
                json!({ "entity": "lead", "ids": ids_of(&all) })
            }
            "updateView" => json!({ "name": mine.simple().to_string() }),
            _ => json!({}),
        }
    }

    async fn of_kind(&mut self, kind: &str) -> String {
        match kind {
            "deals" | "opportunities" => self.sale(kind).await,
            _ => self.person(kind).await,
        }
    }

    async fn by_key_of(&mut self, kind: &str) -> String {
        let name = self.name();
        self.post(&format!("/api/{kind}"), json!({ "name": name })).await["key"].as_str().unwrap().to_owned()
    }

    /// The stages that every new pipeline has, in the words of either face.
    async fn stages(&mut self, op: &Operation) -> Json {
        let key = self.by_key_of("pipelines").await;
        let (path, drop) = if op.path.starts_with("/admin") {
            (format!("/admin/pipelines/{key}/stages"), &[][..])
        } else {
            ("/api/pipelines".to_owned(), &["position", "open_deals"][..])
        };
        let all = self.manager.get(&path).await.expect(200);
        let mut stages = match all.as_array() {
            Some(pipelines) => pipelines.iter().find(|p| p["key"] == *key).unwrap()["stages"].clone(),
            None => all["data"].clone(),
        };
        for stage in stages.as_array_mut().unwrap() {
            stage.as_object_mut().unwrap().retain(|name, _| !drop.contains(&name.as_str()));
        }
        json!({ "stages": stages })
    }
}

fn ids_of(list: &Json) -> Vec<Json> {
    let rows = list["data"].as_array().or(list.as_array()).unwrap();
    rows.iter().map(|row| row["id"].clone()).collect()
}

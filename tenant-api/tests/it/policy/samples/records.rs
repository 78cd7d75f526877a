//! The records that operations are about, each in the state that its operation wants.

use reqwest::Method;
use serde_json::json;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::super::{Operation, kind_of};
use super::{Samples, id};
use crate::{attachments, documents, imports};

impl Samples<'_> {
    pub(super) async fn person(&mut self, kind: &str) -> String {
        let name = self.name();
        let body = json!({ "first_name": "Marker", "last_name": name, "email": format!("{name}@example.com"),
            "phone": format!("+4477{:08}", self.made), "assigned_to": self.owner });
        id(&self.post(&format!("/api/{kind}"), body).await)
    }

    pub(super) async fn client(&mut self) -> String {
        self.person("clients").await
    }

    pub(super) async fn contact(&mut self) -> String {
        self.person("contacts").await
    }

    pub(super) async fn sale(&mut self, kind: &str) -> String {
        let body = json!({ "name": self.name(), "assigned_to": self.owner });
        id(&self.post(&format!("/api/{kind}"), body).await)
    }

    pub(super) async fn tag(&mut self) -> String {
        let name = self.name();
        id(&self.post("/api/tags", json!({ "name": name })).await)
    }

    pub(super) async fn user(&mut self) -> String {
        let name = self.name();
        let sql = format!(
            "insert into {{s}}.users (id, email, name, role_id, team_id, status)
             select $1, '{name}@example.com', '{name}', r.id, '{}', 'active' from {{s}}.roles r where r.name = 'Agent'",
            self.team
        );
        self.sql(&sql).await.to_string()
    }

    /// A record of the kind that an operation is about, in the state that it wants.
    pub(super) async fn about(&mut self, op: &Operation, mine: Uuid) -> String {
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
                id(&attachments::send(&self.manager, "client_id", &client, &format!("{name}.txt"), "x").await.expect(201))
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

    pub(super) async fn view(&mut self, owner: Uuid) -> String {
        let name = self.name();
        let sql = format!(
            "insert into {{s}}.views (id, entity, name, shared, owner_id, query)
             values ($1, 'lead', '{name}', 'own', '{owner}', '{{}}')"
        );
        self.sql(&sql).await.to_string()
    }

    pub(super) async fn activity(&mut self, op: &Operation) -> String {
        let subject = self.name();
        let task = json!({ "type": "task", "subject": subject, "assigned_to": self.owner, "due_at": "2030-01-15T09:00:00Z" });
        let made = id(&self.post("/api/activities", task).await);
        if op.id == "reopenActivity" {
            self.manager.patch(&format!("/api/activities/{made}/complete"), &json!({})).await.expect(200);
        }
        made
    }

    pub(super) async fn document(&mut self, op: &Operation) -> String {
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
    pub(super) async fn import(&mut self, op: &Operation) -> String {
        let [known, new] = [self.name(), self.name()];
        let person = json!({ "first_name": "Marker", "last_name": known, "email": format!("{known}@example.com") });
        self.post("/api/clients", person).await;
        let text = format!(
            "first_name,last_name,email\nMarker,Again,{known}@example.com\nMarker,Bad,nobody\nMarker,{new},{new}@example.com\n"
        );
        let sent = imports::send(&self.manager, "clients", "people.csv", text).await.expect(201);
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
    pub(super) async fn run_jobs(&self) {
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

    pub(super) async fn export(&mut self, op: &Operation, mine: Uuid) -> String {
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
    pub(super) async fn spare(&mut self, op: &Operation) -> String {
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

    pub(super) async fn rule(&mut self) -> String {
        let (name, owner) = (self.name(), self.owner);
        let rule = json!({ "name": name, "entity": "lead", "countries": ["AQ"], "users": [owner] });
        id(&self.post("/api/assignment-rules", rule).await)
    }

    pub(super) async fn job(&mut self, op: &Operation) -> String {
        // Of a kind that can be stopped halfway; due some day, so that nothing runs it meanwhile.
        let state = if op.id == "retryJob" { "dead" } else { "queued" };
        let sql = format!(
            "insert into control.outbox (id, tenant_key, kind, payload, state, run_at)
             values ($1, {{key}}, 'bulk.apply', '{{}}', '{state}', now() + interval '1 year')"
        );
        self.sql(&sql).await.to_string()
    }

    pub(super) async fn pair(&mut self) -> String {
        let (a, b) = (self.client().await, self.client().await);
        let (a, b) = if a < b { (a, b) } else { (b, a) };
        let sql = format!(
            "insert into {{s}}.duplicate_pairs (id, a_id, b_id, score, reasons, found_at) values ($1, '{a}', '{b}', 0.9, '{{email}}', now())"
        );
        self.sql(&sql).await.to_string()
    }

    /// What is known by a key: pipelines, kinds of documents, statuses.
    pub(super) async fn by_key(&mut self, op: &Operation) -> String {
        let name = self.name();
        let made = match kind_of(op) {
            "pipelines" => self.post("/api/pipelines", json!({ "name": name })).await,
            "document-types" => self.post("/api/document-types", json!({ "label": name, "level": 3 })).await,
            "statuses" => self.post("/api/statuses", json!({ "entity": "lead", "label": name, "hue": "teal" })).await,
            kind => panic!("{}: what is the key of {kind}?", op.id),
        };
        made["key"].as_str().unwrap().to_owned()
    }

    pub(super) async fn of_kind(&mut self, kind: &str) -> String {
        match kind {
            "deals" | "opportunities" => self.sale(kind).await,
            _ => self.person(kind).await,
        }
    }

    pub(super) async fn by_key_of(&mut self, kind: &str) -> String {
        let name = self.name();
        self.post(&format!("/api/{kind}"), json!({ "name": name })).await["key"].as_str().unwrap().to_owned()
    }
}

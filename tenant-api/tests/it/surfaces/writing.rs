//! Every change of a record, by somebody who may and by somebody who may not: the answer is as masked as
//! a read, a refusal tells nothing, and what was refused did not happen.

use kernel::permission::{FieldDef, Level};
use serde_json::{Value as Json, json};
use sqlx::AssertSqlSafe;
use test_kit::{Broker, Reply, World};
use uuid::Uuid;

use super::oracle::Record;
use super::reading::Look;
use super::word;

/// A number below another.
fn number(below: u64) -> u64 {
    u64::from_str_radix(&word()[2..12], 16).unwrap() % below
}

/// What a change of a record should answer, by the policy.
fn expected(look: &Look<'_, '_>, record: &Record, permission: &str, done: u16) -> u16 {
    let oracle = &look.oracle;
    if !oracle.has(&format!("{}s.read", record.kind)) {
        403
    } else if !oracle.sees(record) {
        404
    } else if !oracle.covers(permission, record) {
        403
    } else {
        done
    }
}

impl Look<'_, '_> {
    fn answered(&mut self, what: &str, reply: &Reply, wanted: u16) -> bool {
        self.scan("write", what, reply);
        let text = reply.text.clone();
        self.check("write", reply.status == wanted, || format!("{what}: {} and not {wanted}: {text}", reply.status));
        reply.status == wanted && wanted < 300
    }

    /// Everything that changes records.
    pub async fn changes(&mut self, world: &World, broker: &Broker<'_>) {
        for record in self.close("") {
            self.update(world, broker, &record).await;
            self.update_closed(world, broker, &record).await;
            self.reveal(&record).await;
            match record.kind {
                "client" => self.delete_and_restore(world, broker, &record, 204).await,
                "contact" => self.delete_and_restore(world, broker, &record, 200).await,
                _ => self.move_lead(world, broker, &record).await,
            }
            if record.kind != "contact" {
                self.preview(&record).await;
            }
        }
        self.create(world, broker).await;
        self.taken(world, broker).await;
        self.convert(world, broker).await;
        self.assign(world, broker).await;
        self.merge(world, broker).await;
        self.drafts().await;
    }

    async fn update(&mut self, world: &World, broker: &Broker<'_>, record: &Record) {
        let path = format!("/api/{}s/{}", record.kind, record.id);
        let wanted = expected(self, record, &format!("{}s.update", record.kind), 200);
        let reply = self.api.patch(&path, &json!({ "source": "Elsewhere", "country": "FR" })).await;
        self.oracle.refresh(world, broker).await;
        if self.answered(&format!("PATCH {path}"), &reply, wanted) {
            self.faults("write", &path, self.oracle.faults_of_form(&reply.json));
        } else {
            let same = self.oracle.record(record.id).is_some_and(|r| r.row["version"] == record.row["version"]);
            self.check("write", same, || format!("PATCH {path} was refused and done"));
        }
    }

    /// Nobody overwrites what they see masked or not at all.
    async fn update_closed(&mut self, world: &World, broker: &Broker<'_>, record: &Record) {
        let path = format!("/api/{}s/{}", record.kind, record.id);
        for field in record.fields().filter(|f| f.name() != "balance") {
            let value = match field.name() {
                "email" => format!("{}@{}.com", word(), word()),
                "phone" => format!("+4420794{:05}", number(100_000)),
                "date_of_birth" => format!("19{}-04-{}", 10 + number(30), 10 + number(19)),
                _ => word(),
            };
            let open = self.oracle.level(field.key) == Level::Full;
            let wanted = expected(self, record, &format!("{}s.update", record.kind), if open { 200 } else { 422 });
            let before = self.oracle.record(record.id).and_then(|r| r.clear.get(field.name()).cloned());
            let reply = self.api.patch(&path, &json!({ field.name(): value })).await;
            self.oracle.refresh(world, broker).await;
            let what = format!("PATCH {path} {}", field.name());
            let done = self.answered(&what, &reply, wanted);
            let stored = self.oracle.record(record.id).and_then(|r| r.clear.get(field.name()).cloned());
            if done {
                self.faults("write", &what, self.oracle.faults_of_form(&reply.json));
                self.check("write", stored == Some(value), || format!("{what}: stored {stored:?}"));
            } else {
                // The value may stand there by chance.
                self.check("write", stored == before, || format!("{what} was refused and done"));
            }
        }
    }

    /// A revealed value is the one answer that may hold what is masked; what is hidden it may not.
    async fn reveal(&mut self, record: &Record) {
        let Some(record) = self.oracle.record(record.id).cloned() else { return };
        let path = format!("/api/{}s/{}/reveal", record.kind, record.id);
        let (hidden, shown): (Vec<&FieldDef>, Vec<&FieldDef>) =
            record.fields().partition(|f| self.oracle.level(f.key) == Level::Hidden);
        for (fields, done) in [(shown, 200), (hidden, 422)] {
            let names: Vec<&str> = fields.iter().map(|f| f.name()).collect();
            if names.is_empty() {
                continue;
            }
            let program = self.oracle.user.is_nil();
            let mut wanted = match (program, self.oracle.has(&format!("{}s.reveal", record.kind))) {
                // A key is told that it is no person before anything else.
                (true, _) | (_, false) => 403,
                _ => expected(self, &record, &format!("{}s.reveal", record.kind), done),
            };
            if !self.oracle.has(&format!("{}s.read", record.kind)) {
                wanted = 403;
            }
            let reply = self.api.post(&path, &json!({ "fields": names, "purpose": "Role by surface" })).await;
            self.findings.asked += 1;
            let text = reply.text.clone();
            self.check("write", reply.status == wanted, || {
                format!("POST {path} {names:?}: {} and not {wanted}: {text}", reply.status)
            });
            if reply.status != 200 {
                self.faults("write", &path, self.oracle.faults_of_text(&reply.text));
                continue;
            }
            for field in record.fields() {
                let given = reply.json.get(field.name()).and_then(Json::as_str);
                let asked = names.contains(&field.name());
                let wanted = record.clear.get(field.name()).map(String::as_str).filter(|_| asked);
                self.check("write", given == wanted, || format!("{path}: {} is {given:?} and not {wanted:?}", field.name()));
            }
        }
    }

    async fn delete_and_restore(&mut self, world: &World, broker: &Broker<'_>, record: &Record, done: u16) {
        let Some(record) = self.oracle.record(record.id).cloned() else { return };
        let kind = record.kind;
        let path = format!("/api/{kind}s/{}", record.id);
        let wanted = expected(self, &record, &format!("{kind}s.delete"), done);
        let reply = self.api.delete(&path).await;
        let done = self.answered(&format!("DELETE {path}"), &reply, wanted);
        self.oracle.refresh(world, broker).await;
        self.check("write", self.oracle.record(record.id).is_none() == done, || format!("DELETE {path} says {}", reply.status));
        let reply = self.api.post(&format!("{path}/restore"), &json!({})).await;
        self.oracle.refresh(world, broker).await;
        // What is not deleted can't be restored, whoever asks: it is looked for among the deleted.
        let wanted = match wanted {
            200 | 204 => 200,
            403 if self.oracle.has(&format!("{kind}s.read")) => 404,
            other => other,
        };
        if self.answered(&format!("POST {path}/restore"), &reply, wanted) {
            self.faults("write", &path, self.oracle.faults_of_form(&reply.json));
        }
    }

    async fn move_lead(&mut self, world: &World, broker: &Broker<'_>, record: &Record) {
        let path = format!("/api/leads/{}/status", record.id);
        let status = if record.row["status"] == "new" { "contacted" } else { "new" };
        let Some(record) = self.oracle.record(record.id).cloned() else { return };
        let wanted = expected(self, &record, "leads.update", 200);
        let reply = self.api.patch(&path, &json!({ "status": status })).await;
        self.oracle.refresh(world, broker).await;
        if self.answered(&format!("PATCH {path}"), &reply, wanted) {
            self.faults("write", &path, self.oracle.faults_of_form(&reply.json));
        }
    }

    /// A preview of another role shows nothing that the actor does not see, and nothing that the role
    /// would not.
    async fn preview(&mut self, record: &Record) {
        let path = "/api/roles/preview-record";
        let wanted = match (self.oracle.has("roles.read"), self.oracle.has(&format!("{}s.read", record.kind))) {
            (true, true) => {
                if self.oracle.sees(record) {
                    200
                } else {
                    404
                }
            }
            _ => 403,
        };
        for level in Level::OPEN_FIRST {
            let fields: serde_json::Map<String, Json> =
                record.fields().map(|f| (f.key.to_owned(), level.as_str().into())).collect();
            let body = json!({ "resource_type": record.kind, "resource_id": record.id, "fields": fields });
            let reply = self.api.post(path, &body).await;
            if !self.answered(&format!("POST {path} {}", level.as_str()), &reply, wanted) {
                continue;
            }
            let mut seen = self.oracle.clone();
            for field in record.fields() {
                let own = self.oracle.level(field.key);
                seen.levels.insert(field.key.to_owned(), own.min(level));
            }
            self.faults("write", path, seen.faults_of_record(&reply.json["record"]));
        }
    }

    async fn create(&mut self, world: &World, broker: &Broker<'_>) {
        for kind in ["client", "lead", "contact"] {
            let path = format!("/api/{kind}s");
            let mut body = json!({ "first_name": word(), "last_name": "Doe", "email": format!("{}@{}.com", word(), word()), "phone": format!("+4420794{:05}", number(100_000)) });
            if kind == "client" {
                body["date_of_birth"] = "1955-05-15".into();
                body["address"] = word().into();
            }
            let wanted = if self.oracle.has(&format!("{kind}s.create")) { 201 } else { 403 };
            let reply = self.api.post(&path, &body).await;
            self.oracle.refresh(world, broker).await;
            self.oracle.wrote = reply.json["id"].as_str().and_then(|id| id.parse().ok());
            if self.answered(&format!("POST {path}"), &reply, wanted) {
                self.faults("write", &path, self.oracle.faults_of_form(&reply.json));
            }
            self.oracle.wrote = None;
        }
    }

    /// That an address is taken is said, but not whose it is.
    async fn taken(&mut self, world: &World, broker: &Broker<'_>) {
        let Some(record) = self.close("client").into_iter().find(|r| !self.oracle.sees(r)) else { return };
        let body = json!({ "first_name": word(), "last_name": "Doe", "email": record.clear["email"] });
        let reply = self.api.post("/api/clients", &body).await;
        let wanted = if self.oracle.has("clients.create") { 409 } else { 403 };
        self.answered("POST /api/clients with a taken address", &reply, wanted);
        self.oracle.refresh(world, broker).await;
    }

    async fn convert(&mut self, world: &World, broker: &Broker<'_>) {
        let leads = self.close("lead");
        let (seen, unseen): (Vec<&Record>, Vec<&Record>) = leads.iter().partition(|r| self.oracle.sees(r));
        // The actor's own comes last; of the others somebody may have made clients already.
        for record in seen.last().into_iter().chain(unseen.last()).copied() {
            let path = format!("/api/leads/{}/convert", record.id);
            let done = match (self.oracle.has("clients.create"), record.row["converted_client_id"].is_null()) {
                (_, false) => 409,
                (true, _) => 200,
                (false, _) => 403,
            };
            let wanted = expected(self, record, "leads.convert", done);
            let reply = self.api.post(&path, &json!({})).await;
            self.oracle.refresh(world, broker).await;
            // The client goes to the lead's owner, if the actor may assign that far.
            let wanted = if wanted == 200 && reply.json["data"]["fields"]["assigned_to"].is_array() { 422 } else { wanted };
            self.answered(&format!("POST {path}"), &reply, wanted);
        }
    }

    /// Two become one and two again, as far as both are within reach; whatever is shown of them is as a read
    /// shows it.
    async fn merge(&mut self, world: &World, broker: &Broker<'_>) {
        let path = "/api/clients/merge";
        let (seen, unseen): (Vec<Record>, Vec<Record>) = self.close("client").into_iter().partition(|r| self.oracle.sees(r));
        let pairs = [(seen.first(), seen.get(1)), (seen.first(), unseen.first()), (unseen.first(), seen.first())];
        for (keep, drop) in pairs.into_iter().filter_map(|(keep, drop)| keep.zip(drop)) {
            let wanted = match (self.oracle.has("clients.merge"), expected(self, keep, "clients.merge", 200)) {
                (false, _) => 403,
                (true, 200) => expected(self, drop, "clients.merge", 200),
                (true, other) => other,
            };
            let body = json!({ "keep_id": keep.id, "drop_id": drop.id, "dry_run": true });
            let reply = self.api.post(path, &body).await;
            if self.answered(&format!("POST {path} dry"), &reply, wanted) {
                for side in ["keep", "drop"] {
                    self.faults("write", path, self.oracle.faults_of_form(&reply.json[side]));
                }
            }
            let reply = self.api.post(path, &json!({ "keep_id": keep.id, "drop_id": drop.id })).await;
            self.oracle.refresh(world, broker).await;
            let done = self.answered(&format!("POST {path}"), &reply, wanted);
            self.check("write", self.oracle.record(drop.id).is_none() == done, || format!("POST {path} says {}", reply.status));
            if !done {
                continue;
            }
            self.faults("write", path, self.oracle.faults_of_form(&reply.json["record"]));
            let path = format!("/api/merges/{}/split", reply.json["merge_id"].as_str().unwrap_or_default());
            let reply = self.api.post(&path, &json!({})).await;
            self.oracle.refresh(world, broker).await;
            if self.answered(&format!("POST {path}"), &reply, 200) {
                for side in ["kept", "restored"] {
                    self.faults("write", &path, self.oracle.faults_of_form(&reply.json[side]));
                }
            }
            let back = self.oracle.record(drop.id).map(|r| &r.clear) == Some(&drop.clear);
            self.check("write", back, || format!("POST {path}: the client is not what it was"));
        }
    }

    /// Who asks for somebody like a person that they describe finds whom they see by what they see.
    async fn drafts(&mut self) {
        let path = "/api/clients/duplicates/check";
        let wanted = if ["clients.create", "clients.read"].iter().all(|p| self.oracle.has(p)) { 200 } else { 403 };
        let (seen, unseen): (Vec<Record>, Vec<Record>) = self.close("client").into_iter().partition(|r| self.oracle.sees(r));
        for record in seen.first().into_iter().chain(unseen.first()) {
            for name in ["email", "phone"] {
                let Some(value) = record.clear.get(name) else { continue };
                let reply = self.api.post(path, &json!({ name: value })).await;
                if !self.answered(&format!("POST {path} {name}"), &reply, wanted) {
                    continue;
                }
                let open = self.oracle.level(&format!("clients.{name}")) == Level::Full;
                let found = reply.json["data"].as_array().is_some_and(|all| all.iter().any(|m| m["id"] == json!(record.id)));
                let should = self.oracle.sees(record) && open;
                self.check("write", found == should, || format!("{path} by {name}: {found} and not {should}"));
            }
        }
    }

    /// What is seen and lies within the scope is moved, all of it and nothing else.
    async fn assign(&mut self, world: &World, broker: &Broker<'_>) {
        if self.oracle.user.is_nil() {
            return;
        }
        let before = self.close("client");
        let ids: Vec<Uuid> = before.iter().map(|r| r.id).collect();
        let reply = self.api.post("/api/clients/assign", &json!({ "ids": ids, "assigned_to": self.oracle.user })).await;
        let wanted = if ["clients.assign", "clients.read"].iter().all(|p| self.oracle.has(p)) { 200 } else { 403 };
        let old = self.oracle.clone();
        let done = self.answered("POST /api/clients/assign", &reply, wanted);
        self.oracle.refresh(world, broker).await;
        for record in before {
            let owner = self.oracle.record(record.id).and_then(|r| r.owner);
            let moved = owner != record.owner;
            let may = done && old.covers("clients.assign", &record) && old.sees(&record);
            self.check("write", may || !moved, || format!("client {} was assigned from out of reach", record.id));
            self.check("write", !may || owner == Some(old.user), || format!("client {} was not assigned", record.id));
            // The next actor finds everything where it was.
            let schema = broker.tenant().await.key.schema();
            let back = format!("update {schema}.clients set assigned_to = $2, team_id = $3 where id = $1");
            let back = sqlx::query(AssertSqlSafe(back)).bind(record.id).bind(record.owner).bind(record.team);
            back.execute(&world.admin).await.unwrap();
        }
        self.oracle.refresh(world, broker).await;
    }
}

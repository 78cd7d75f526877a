//! Bodies of the right form.

use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::super::{Operation, kind_of};
use super::Samples;
use crate::{console, documents};

impl Samples<'_> {
    /// A body of the right form.
    pub(super) async fn body(&mut self, op: &Operation, ids: &mut Vec<String>, mine: Uuid) -> Json {
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

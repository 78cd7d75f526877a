//! No change without an entry: every operation that changes something, and what the log says of it.

use std::collections::BTreeSet;

use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::world::PASSWORD;
use test_kit::{Api, Broker, Reply, World};
use uuid::Uuid;

use super::{id, sales};
use crate::two_factor::App;
use crate::{documents, mails};

/// Sends changes and checks after each what was written down.
pub(super) struct Witness<'w> {
    broker: &'w Broker<'w>,
    seen: usize,
    operations: BTreeSet<&'static str>,
}

impl Witness<'_> {
    /// The entries that came since the last time, oldest first.
    async fn news(&mut self) -> Vec<Json> {
        let tx = self.broker.tx().await;
        let sql = "select coalesce(jsonb_agg(to_jsonb(a) order by n), '[]') from audit_log a";
        let all: Json = tx.scalar(sql, []).await.unwrap().unwrap();
        let all = all.as_array().unwrap().clone();
        let news = all[self.seen..].to_vec();
        self.seen = all.len();
        news
    }

    /// A change that was made: its entries name the actions, who acted, from where, in which request.
    pub(super) async fn made(&mut self, operation: &'static str, reply: Reply, actor: &str, actions: &[&str]) -> Json {
        assert!(reply.status < 300, "{operation}: {}", reply.text);
        let news = self.news().await;
        let told: Vec<&str> = news.iter().map(|e| e["action"].as_str().unwrap()).collect();
        assert_eq!(told, actions, "{operation}");
        for entry in &news {
            assert_eq!(entry["request_id"].as_str(), reply.header("x-request-id"), "{operation}");
            assert_eq!((entry["ip"].as_str(), entry["actor_name"].as_str()), (Some("127.0.0.1"), Some(actor)), "{operation}");
        }
        self.operations.insert(operation);
        reply.json
    }

    /// A change that was refused leaves nothing.
    pub(super) async fn refused(&mut self, reply: Reply) {
        assert!((400..500).contains(&reply.status), "{}", reply.text);
        assert_eq!(self.news().await, Vec::<Json>::new(), "{}", reply.text);
    }
}

/// Operations that can change something, by their ids; what only looks is left out.
fn changing_operations() -> BTreeSet<String> {
    let spec: Json = serde_json::from_str(&tenant_api::routes::tenant_spec()).unwrap();
    let items = spec["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap());
    let changing = items.filter(|(method, _)| *method != "get").map(|(_, op)| op["operationId"].as_str().unwrap().to_owned());
    changing
        .filter(|id| {
            ![
                "verifyAudit",
                "checkInvitation",
                "refreshSession",
                "previewRole",
                "previewRecord",
                "previewAssignmentRules",
                "checkDuplicates",
                "testConsoleToken",
            ]
            .contains(&id.as_str())
        })
        .collect()
}

async fn records(w: &mut Witness<'_>, ada: &Api<'_>, anna: Uuid) {
    let actor = "Ada Manager";
    let person =
        |n: &str| json!({ "first_name": "Jane", "last_name": n, "email": format!("{n}@example.com"), "phone": "+442071838750" });
    let client = w.made("createClient", ada.post("/api/clients", &person("doe")).await, actor, &["client.created"]).await;
    let path = format!("/api/clients/{}", id(&client));
    w.refused(ada.post("/api/clients", &person("doe")).await).await;
    w.refused(ada.patch(&path, &json!({ "email": "none" })).await).await;
    let changed = ada.patch(&path, &json!({ "last_name": "Roe" })).await;
    w.made("updateClient", changed, actor, &["client.updated"]).await;
    let same = ada.patch(&path, &json!({ "last_name": "Roe" })).await;
    w.made("updateClient", same, actor, &[]).await;
    let body = json!({ "ids": [client["id"]], "assigned_to": anna });
    let many = ["client.updated", "client.bulk_updated"];
    w.made("assignClients", ada.post("/api/clients/assign", &body).await, actor, &many).await;
    let change = json!({ "ids": [client["id"]], "change": { "add_tags": ["vip"] } });
    w.made("changeClients", ada.post("/api/clients/bulk", &change).await, actor, &many).await;
    w.made("changeClients", ada.post("/api/clients/bulk", &change).await, actor, &[]).await;
    w.made("changeClients", ada.post("/api/clients/bulk?dry_run=true", &change).await, actor, &[]).await;
    w.made("deleteClient", ada.delete(&path).await, actor, &["client.deleted"]).await;
    w.made("restoreClient", ada.post(&format!("{path}/restore"), &json!({})).await, actor, &["client.restored"]).await;

    let lead = w.made("createLead", ada.post("/api/leads", &person("lead")).await, actor, &["lead.created"]).await;
    let path = format!("/api/leads/{}", id(&lead));
    let lead_path = path.clone();
    w.made("updateLead", ada.patch(&path, &json!({ "country": "DE" })).await, actor, &["lead.updated"]).await;
    let statuses = ada.get("/api/statuses").await.expect(200);
    let moved = ada.patch(&format!("{path}/status"), &json!({ "status": statuses["lead"][1]["key"] })).await;
    w.made("setLeadStatus", moved, actor, &["lead.updated"]).await;
    let many = ["lead.updated", "lead.bulk_updated"];
    let body = json!({ "ids": [lead["id"]], "assigned_to": anna });
    w.made("assignLeads", ada.post("/api/leads/assign", &body).await, actor, &many).await;
    let body = json!({ "ids": [lead["id"]], "change": { "status": statuses["lead"][2]["key"] } });
    w.made("changeLeads", ada.post("/api/leads/bulk", &body).await, actor, &many).await;
    let back = json!({ "ids": [lead["id"]], "assigned_to": null, "team_id": null });
    w.made("assignLeads", ada.post("/api/leads/assign", &back).await, actor, &many).await;
    let converted = ada.post(&format!("{path}/convert"), &json!({})).await;
    w.made("convertLead", converted, actor, &["client.created", "client.converted", "lead.converted"]).await;

    let body = json!({ "name": "Ann Partner", "email": "ann@partner.example" });
    let partner = w.made("createPartner", ada.post("/api/partners", &body).await, actor, &["partner.created"]).await;
    let path = format!("/api/partners/{}", id(&partner));
    w.made("updatePartner", ada.patch(&path, &json!({ "approved": true })).await, actor, &["partner.updated"]).await;
    let form = json!({ "partner_id": partner["id"], "first_name": "Leo", "last_name": "Lead", "email": "leo@example.com" });
    let sent = w.broker.nobody().post("/api/public/leads", &form).await;
    w.made("createPublicLead", sent, "Public form", &["lead.created"]).await;

    let body = json!({ "fields": ["phone"], "purpose": "Call back" });
    let client = ada.post(&format!("/api/clients/{}/reveal", id(&client)), &body).await;
    w.made("revealClient", client, actor, &["client.revealed"]).await;
    w.made("revealLead", ada.post(&format!("{lead_path}/reveal"), &body).await, actor, &["lead.revealed"]).await;
    w.refused(ada.post(&format!("{lead_path}/reveal"), &json!({ "fields": ["phone"], "purpose": "x" })).await).await;
}

/// Two who are one, two again, and said to be two.
async fn merges(w: &mut Witness<'_>, ada: &Api<'_>) {
    let actor = "Ada Manager";
    let person = |n: &str| json!({ "first_name": "Twin", "last_name": n, "email": format!("{n}@twins.example"), "phone": "+442071838751" });
    let mut ids = Vec::new();
    for n in ["one", "two"] {
        ids.push(id(&ada.post("/api/clients", &person(n)).await.expect(201)));
    }
    w.broker.world.drain().await;
    w.news().await;
    let pair = id(&ada.get("/api/duplicates").await.expect(200)["data"][0]);
    let path = format!("/api/duplicates/{pair}/dismiss");
    w.made("dismissDuplicate", ada.post(&path, &json!({})).await, actor, &["duplicate.dismissed"]).await;
    w.refused(ada.post(&path, &json!({})).await).await;
    let mut body = json!({ "keep_id": ids[0], "drop_id": ids[1], "dry_run": true });
    w.made("mergeClients", ada.post("/api/clients/merge", &body).await, actor, &[]).await;
    body["dry_run"] = false.into();
    let merged = ada.post("/api/clients/merge", &body).await;
    let merged = w.made("mergeClients", merged, actor, &["client.merged", "client.merged_away"]).await;
    w.refused(ada.post("/api/clients/merge", &body).await).await;
    let path = format!("/api/merges/{}/split", merged["merge_id"].as_str().unwrap());
    w.made("splitMerge", ada.post(&path, &json!({ "dry_run": true })).await, actor, &[]).await;
    w.made("splitMerge", ada.post(&path, &json!({})).await, actor, &["client.split", "client.split_off"]).await;
    w.refused(ada.post(&path, &json!({})).await).await;
    let mut ids = Vec::new();
    for n in ["one", "two"] {
        ids.push(id(&ada.post("/api/contacts", &person(n)).await.expect(201)));
    }
    w.news().await;
    let body = json!({ "keep_id": ids[0], "drop_id": ids[1] });
    let merged = ada.post("/api/contacts/merge", &body).await;
    let merged = w.made("mergeContacts", merged, actor, &["contact.merged", "contact.merged_away"]).await;
    w.refused(ada.post("/api/contacts/merge", &body).await).await;
    let path = format!("/api/contact-merges/{}/split", merged["merge_id"].as_str().unwrap());
    w.made("splitContactMerge", ada.post(&path, &json!({})).await, actor, &["contact.split", "contact.split_off"]).await;
    w.refused(ada.post(&path, &json!({})).await).await;
}

async fn exports(w: &mut Witness<'_>, ada: &Api<'_>) {
    let actor = "Ada Manager";
    let body = json!({ "entity": "clients", "format": "csv" });
    let export = w.made("createExport", ada.post("/api/exports", &body).await, actor, &["export.created"]).await;
    let path = format!("/api/exports/{}", id(&export));
    w.made("cancelExport", ada.post(&format!("{path}/cancel"), &json!({})).await, actor, &["export.cancelled"]).await;
    w.refused(ada.post(&format!("{path}/cancel"), &json!({})).await).await;
    w.made("retryExport", ada.post(&format!("{path}/retry"), &json!({})).await, actor, &["export.retried"]).await;
    w.made("deleteExport", ada.delete(&path).await, actor, &["export.deleted"]).await;
}

async fn configuration(w: &mut Witness<'_>, ada: &Api<'_>) {
    let actor = "Ada Manager";
    let changed = ada.patch("/api/settings", &json!({ "reveal_daily_quota": 7, "mail_footer": "Acme" })).await;
    let changed = w.made("updateSettings", changed, actor, &["settings.updated"]).await;
    let same = ada.patch("/api/settings", &json!({ "reveal_daily_quota": 7 })).await;
    w.made("updateSettings", same, actor, &[]).await;
    let secret = json!({ "secrets": [{ "id": "main", "secret": "a-secret-of-some-length" }] });
    w.made("putConsoleSettings", ada.put("/api/settings/console", &secret).await, actor, &["console.changed"]).await;
    w.refused(ada.patch("/api/settings", &json!({ "reveal_daily_quota": -1 })).await).await;
    let undo = format!("/api/undo/{}", changed["undo_id"].as_str().unwrap());
    w.made("undo", ada.post(&undo, &json!({})).await, actor, &["settings.updated", "change.undone"]).await;
    w.refused(ada.post(&undo, &json!({})).await).await;
    let look = ada.patch("/api/settings/branding", &json!({ "primary": "#112233" })).await;
    w.made("updateBranding", look, actor, &["branding.updated"]).await;

    let body = json!({ "entity": "lead", "label": "Call later", "hue": "teal" });
    let status = w.made("createStatus", ada.post("/api/statuses", &body).await, actor, &["status.created"]).await;
    w.refused(ada.post("/api/statuses", &body).await).await;
    let path = format!("/api/statuses/lead/{}", status["key"].as_str().unwrap());
    w.made("updateStatus", ada.patch(&path, &json!({ "hue": "red" })).await, actor, &["status.updated"]).await;
    let all = ada.get("/api/statuses").await.expect(200);
    let keys: Vec<&Json> = all["lead"].as_array().unwrap().iter().rev().map(|s| &s["key"]).collect();
    let request = ada.request(reqwest::Method::PUT, "/api/statuses/lead/order").json(&json!({ "keys": keys }));
    w.made("orderStatuses", ada.send(request).await, actor, &["status.reordered"]).await;
    w.made("deleteStatus", ada.delete(&path).await, actor, &["status.deleted"]).await;

    let body = json!({ "entity": "client", "label": "Risk", "type": "choice", "options": [{ "label": "Low" }] });
    let field = w.made("createCustomField", ada.post("/api/custom-fields", &body).await, actor, &["custom_field.created"]).await;
    let path = format!("/api/custom-fields/{}", id(&field));
    let other = json!({ "entity": "client", "label": "Note", "type": "text" });
    let other = w.made("createCustomField", ada.post("/api/custom-fields", &other).await, actor, &["custom_field.created"]).await;
    let changed = ada.patch(&path, &json!({ "help": "As the broker sees it" })).await;
    w.made("updateCustomField", changed, actor, &["custom_field.updated"]).await;
    let order = json!({ "entity": "client", "ids": [other["id"], field["id"]] });
    let request = ada.request(reqwest::Method::PUT, "/api/custom-fields/order").json(&order);
    w.made("orderCustomFields", ada.send(request).await, actor, &["custom_field.reordered"]).await;
    w.made("deleteCustomField", ada.delete(&path).await, actor, &["custom_field.archived"]).await;

    let body = json!({ "name": "German leads", "entity": "lead", "countries": ["DE"], "users": [ada.id()] });
    let made = ada.post("/api/assignment-rules", &body).await;
    let rule = w.made("createAssignmentRule", made, actor, &["assignment_rule.created"]).await;
    let other = json!({ "name": "All other leads", "entity": "lead", "users": [ada.id()] });
    let other = w
        .made("createAssignmentRule", ada.post("/api/assignment-rules", &other).await, actor, &["assignment_rule.created"])
        .await;
    let path = format!("/api/assignment-rules/{}", id(&rule));
    let changed = ada.patch(&path, &json!({ "enabled": false })).await;
    w.made("updateAssignmentRule", changed, actor, &["assignment_rule.updated"]).await;
    w.made("updateAssignmentRule", ada.patch(&path, &json!({ "enabled": false })).await, actor, &[]).await;
    let order = json!({ "entity": "lead", "ids": [other["id"], rule["id"]] });
    let request = ada.request(reqwest::Method::PUT, "/api/assignment-rules/order").json(&order);
    w.made("orderAssignmentRules", ada.send(request).await, actor, &["assignment_rule.reordered"]).await;
    for rule in [rule, other] {
        let gone = ada.delete(&format!("/api/assignment-rules/{}", id(&rule))).await;
        w.made("deleteAssignmentRule", gone, actor, &["assignment_rule.deleted"]).await;
    }
}

async fn roles(w: &mut Witness<'_>, ada: &Api<'_>) {
    let actor = "Ada Manager";
    let body = json!({ "name": "Dialler", "copy_of": "Agent" });
    let role = w.made("createRole", ada.post("/api/roles", &body).await, actor, &["role.created"]).await;
    w.refused(ada.post("/api/roles", &body).await).await;
    let path = format!("/api/roles/{}", id(&role));
    let change = json!({ "permissions": { "clients.read": "team" } });
    w.made("updateRole", ada.patch(&path, &change).await, actor, &["role.updated"]).await;
    w.made("updateRole", ada.patch(&path, &change).await, actor, &[]).await;
    let user = w.broker.user("Dora", "Dialler", None).await;
    w.refused(ada.delete(&path).await).await;
    let deleted = ada.delete(&format!("{path}?replace_with=Agent")).await;
    w.made("deleteRole", deleted, actor, &["user.updated", "role.deleted"]).await;
    assert_eq!(ada.get(&format!("/api/users/{user}")).await.expect(200)["role"]["name"], "Agent");
}

async fn views_and_tags(w: &mut Witness<'_>, ada: &Api<'_>) {
    let actor = "Ada Manager";
    let tag = w.made("createTag", ada.post("/api/tags", &json!({ "name": "Gold" })).await, actor, &["tag.created"]).await;
    let path = format!("/api/tags/{}", id(&tag));
    w.refused(ada.post("/api/tags", &json!({ "name": "gold" })).await).await;
    w.made("updateTag", ada.patch(&path, &json!({ "hue": "red" })).await, actor, &["tag.updated"]).await;
    w.made("updateTag", ada.patch(&path, &json!({ "hue": "red" })).await, actor, &[]).await;
    w.made("deleteTag", ada.delete(&path).await, actor, &["tag.deleted"]).await;
    let body = json!({ "entity": "client", "name": "Mine" });
    let view = w.made("createView", ada.post("/api/views", &body).await, actor, &["view.created"]).await;
    let path = format!("/api/views/{}", id(&view));
    w.made("updateView", ada.patch(&path, &json!({ "name": "Hot" })).await, actor, &["view.updated"]).await;
    // Which tab stands where is everybody's own business.
    let order = ada.request(reqwest::Method::PUT, "/api/views/order").json(&json!({ "entity": "client", "ids": [view["id"]] }));
    w.made("orderViews", ada.send(order).await, actor, &[]).await;
    w.made("deleteView", ada.delete(&path).await, actor, &["view.deleted"]).await;
}

async fn staff(w: &mut Witness<'_>, ada: &Api<'_>, anna: Uuid) {
    let actor = "Ada Manager";
    let body = json!({ "name": "Sales" });
    let team = w.made("createTeam", ada.post("/api/teams", &body).await, actor, &["team.created"]).await;
    w.refused(ada.post("/api/teams", &body).await).await;
    let path = format!("/api/teams/{}", id(&team));
    w.made("updateTeam", ada.patch(&path, &json!({ "leader_id": anna })).await, actor, &["team.updated"]).await;
    let body = json!({ "email": "new@acme.example", "name": "New", "role": "Agent" });
    let user = w.made("createUser", ada.post("/api/users", &body).await, actor, &["user.created"]).await;
    let path = format!("/api/users/{}", id(&user));
    w.refused(ada.post("/api/users", &body).await).await;
    w.made("updateUser", ada.patch(&path, &json!({ "name": "Newer" })).await, actor, &["user.updated"]).await;
    w.made("resendInvitation", ada.post(&format!("{path}/invite"), &json!({})).await, actor, &["user.invited"]).await;
    w.refused(ada.patch(&format!("/api/users/{}", ada.id()), &json!({ "status": "inactive" })).await).await;
    let reset = ada.post(&format!("/api/users/{anna}/reset-password"), &json!({})).await;
    w.made("resetUserPassword", reset, actor, &["user.password_reset"]).await;
    let gone = json!({ "status": "inactive", "reassign_to": ada.id() });
    let left = ada.patch(&format!("/api/users/{anna}"), &gone).await;
    // The client that was assigned to her tells its own story too.
    w.made(
        "updateUser",
        left,
        actor,
        &[
            "user.updated",
            "client.updated",
            "contact.updated",
            "opportunity.updated",
            "deal.updated",
            "deal.updated",
            "team.updated",
            "user.records_reassigned",
        ],
    )
    .await;

    let tx = w.broker.tx().await;
    let sql = "update control.outbox set state = 'dead' where id =
               (select id from control.outbox where kind = 'mail.send' order by created_at desc limit 1)";
    assert_eq!(tx.run(sql, []).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let jobs = ada.get("/api/jobs?status=failed").await.expect(200);
    let retried = ada.post(&format!("/api/jobs/{}/retry", id(&jobs["data"][0])), &json!({})).await;
    w.made("retryJob", retried, actor, &["job.retried"]).await;
    w.refused(ada.post(&format!("/api/jobs/{}/cancel", id(&jobs["data"][0])), &json!({})).await).await;
    let tx = w.broker.tx().await;
    let sql = "insert into control.outbox (id, tenant_key, kind, payload) values ($1, $2, 'bulk.apply', '{}')";
    let (job, key) = (Uuid::now_v7(), w.broker.tenant().await.key.0);
    tx.run(sql, [job.into(), key.into()]).await.unwrap();
    tx.commit().await.unwrap();
    let stopped = ada.post(&format!("/api/jobs/{job}/cancel"), &json!({})).await;
    w.made("cancelJob", stopped, actor, &["job.cancelled"]).await;
}

async fn accounts(w: &mut Witness<'_>) {
    let (world, host) = (w.broker.world, w.broker.nobody());
    let login = |password: &str| json!({ "email": "ada@acme.example", "password": password });
    let signed = host.post("/api/auth/login", &login(PASSWORD)).await;
    let signed = w.made("signIn", signed, "Ada Manager", &["session.created"]).await;
    let ada = host.clone().with_token(signed["access_token"].as_str().unwrap());
    // A failed attempt is the one refusal that is written down.
    let failed = host.post("/api/auth/login", &login("not the password")).await;
    assert_eq!(failed.status, 401);
    let news = w.news().await;
    assert_eq!((news.len(), &news[0]["action"], &news[0]["actor_name"]), (1, &json!("session.failed"), &json!("Sign-in")));
    assert!(!news[0].to_string().contains("not the password"));
    let changed = ada.post("/api/auth/password", &json!({ "current": PASSWORD, "new": "another long password" })).await;
    w.made("changePassword", changed, "Ada Manager", &["user.password_changed"]).await;
    w.made("signOut", ada.post("/api/auth/logout", &json!({})).await, "Ada Manager", &["session.ended"]).await;
    let forgot = host.post("/api/auth/forgot", &json!({ "email": "ada@acme.example" })).await;
    w.made("forgotPassword", forgot, "Sign-in", &["user.password_reset_requested"]).await;
    let token = mails::token(world, "ada@acme.example", "reset").await;
    let body = json!({ "token": token, "password": "a third long password" });
    let reset = host.post("/api/auth/reset", &body).await;
    w.made("resetPassword", reset, "Ada Manager", &["user.password_changed", "session.created"]).await;
    w.refused(host.post("/api/auth/reset", &body).await).await;
    let token = mails::token(world, "new@acme.example", "invitation").await;
    let body = json!({ "token": token, "password": "a fourth long password" });
    let accepted = host.post("/api/invitations/accept", &body).await;
    let actions = ["user.password_changed", "user.invitation_accepted", "session.created"];
    w.made("acceptInvitation", accepted, "Newer", &actions).await;
}

/// The second factor, sessions, locks and keys.
async fn protection(w: &mut Witness<'_>, ada: &Api<'_>) {
    let (broker, empty) = (w.broker, json!({}));
    let petra = broker.actor("Petra", "Agent", None).await;
    let user = format!("/api/users/{}", petra.id());
    let password = json!({ "password": PASSWORD });
    let (setup, enable) = ("/api/auth/two-factor/setup", "/api/auth/two-factor/enable");
    w.news().await;
    // A secret that waits for its first code changes nothing yet.
    let answer = w.made("setUpTwoFactor", petra.post(setup, &password).await, "Petra", &[]).await;
    let app = App::of(&answer["secret"]);
    let code = json!({ "code": app.digits(-1) });
    w.made("enableTwoFactor", petra.post(enable, &code).await, "Petra", &["two_factor.enabled"]).await;
    let proof = |ahead: i64| json!({ "password": PASSWORD, "code": app.digits(ahead) });
    let reply = petra.post("/api/auth/two-factor/recovery-codes", &proof(0)).await;
    w.made("renewRecoveryCodes", reply, "Petra", &["two_factor.recovery_codes_renewed"]).await;
    let reply = petra.post("/api/auth/two-factor/disable", &proof(1)).await;
    w.made("disableTwoFactor", reply, "Petra", &["two_factor.disabled"]).await;
    let app = App::of(&petra.post(setup, &password).await.expect(200)["secret"]);
    petra.post(enable, &json!({ "code": app.digits(0) })).await.expect(200);
    w.news().await;
    let reply = ada.post(&format!("{user}/reset-two-factor"), &empty).await;
    w.made("resetUserTwoFactor", reply, "Ada Manager", &["two_factor.reset"]).await;

    let mut sessions = Vec::new();
    for _ in 0..4 {
        let api = broker.signed_in("Petra").await;
        let me = api.get("/api/me").await.expect(200);
        sessions.push((api, me["session_id"].as_str().unwrap().to_owned()));
    }
    w.news().await;
    let one = &sessions[0].0;
    let reply = one.delete(&format!("/api/me/sessions/{}", sessions[1].1)).await;
    w.made("endMySession", reply, "Petra", &["session.ended"]).await;
    let reply = ada.delete(&format!("{user}/sessions/{}", sessions[2].1)).await;
    w.made("endUserSession", reply, "Ada Manager", &["session.ended"]).await;
    let reply = one.post("/api/me/sessions/end-others", &empty).await;
    w.made("endMyOtherSessions", reply, "Petra", &["session.ended"]).await;
    w.refused(one.delete(&format!("/api/me/sessions/{}", sessions[1].1)).await).await;
    let reply = ada.delete(&format!("{user}/sessions")).await;
    w.made("endUserSessions", reply, "Ada Manager", &["session.ended"]).await;

    let wrong = json!({ "email": "petra@acme.example", "password": "not the password" });
    for _ in 0..5 {
        broker.nobody().post("/api/auth/login", &wrong).await.refused(401, "invalid_credentials");
    }
    w.news().await;
    let reply = ada.post(&format!("{user}/unlock"), &empty).await;
    w.made("unlockUser", reply, "Ada Manager", &["user.unlocked"]).await;

    let key = json!({ "name": "Website", "role": "Agent" });
    let made = w.made("createApiKey", ada.post("/api/api-keys", &key).await, "Ada Manager", &["api_key.created"]).await;
    let path = format!("/api/api-keys/{}", made["id"].as_str().unwrap());
    w.made("revokeApiKey", ada.delete(&path).await, "Ada Manager", &["api_key.revoked"]).await;
}

/// Kinds of documents, and a document from the link to the decision.
async fn documents(w: &mut Witness<'_>, ada: &Api<'_>) {
    let actor = "Ada Manager";
    let kind = json!({ "label": "Tax form", "level": 3 });
    let made = ada.post("/api/document-types", &kind).await;
    let key = w.made("createDocumentType", made, actor, &["document_type.created"]).await["key"].as_str().unwrap().to_owned();
    let path = format!("/api/document-types/{key}");
    w.refused(ada.post("/api/document-types", &json!({ "label": "" })).await).await;
    let changed = ada.patch(&path, &json!({ "required": true })).await;
    w.made("updateDocumentType", changed, actor, &["document_type.updated"]).await;
    let kinds = ada.get("/api/document-types").await.expect(200);
    let mut keys: Vec<&str> = kinds["data"].as_array().unwrap().iter().map(|k| k["key"].as_str().unwrap()).collect();
    keys.rotate_right(1);
    let ordered = ada.put("/api/document-types/order", &json!({ "keys": keys })).await;
    w.made("orderDocumentTypes", ordered, actor, &["document_type.ordered"]).await;
    w.made("deleteDocumentType", ada.delete(&path).await, actor, &["document_type.archived"]).await;

    let person = json!({ "first_name": "Paper", "last_name": "Trail", "email": "paper@example.com" });
    let client = id(&ada.post("/api/clients", &person).await.expect(201));
    w.news().await;
    let begun = documents::begin(ada, &client, &documents::announce("identity", "application/pdf", documents::PDF)).await;
    // Only what has arrived is a change.
    let begun = w.made("createDocument", begun, actor, &[]).await;
    assert_eq!(documents::Attempt::of(&begun, documents::PDF).send(w.broker.world).await, 200);
    let path = format!("/api/documents/{}", id(&begun));
    let arrived = ada.post(&format!("{path}/complete"), &json!({})).await;
    w.made("completeDocument", arrived, actor, &["document.uploaded"]).await;
    let seen = ada.post(&format!("{path}/link"), &json!({ "purpose": "view" })).await;
    w.made("linkDocument", seen, actor, &["document.viewed"]).await;
    w.refused(ada.patch(&path, &json!({ "status": "rejected" })).await).await;
    let rejected = ada.patch(&path, &json!({ "status": "rejected", "reason": "Not legible" })).await;
    w.made("updateDocument", rejected, actor, &["document.rejected", "client.updated"]).await;
}

/// What clients agree to, and how they come in by themselves.
async fn registration(w: &mut Witness<'_>, ada: &Api<'_>) {
    let (actor, stranger) = ("Ada Manager", w.broker.nobody());
    let form = json!({ "first_name": "Chidi", "last_name": "Okonkwo", "email": "chidi@visitor.example", "country": "NG" });
    // Who filled in a form is nobody yet.
    w.made("register", stranger.post("/api/public/register", &form).await, "Registration", &[]).await;
    let token = mails::token(w.broker.world, "chidi@visitor.example", "register/verify").await;
    let body = json!({ "token": token });
    let verified = stranger.post("/api/public/register/verify", &body).await;
    w.made("verifyRegistration", verified, "Registration", &["client.created", "client.registered"]).await;
    w.refused(stranger.post("/api/public/register/verify", &body).await).await;

    let text = json!({ "title": "Terms", "body": "All of them." });
    let consent = w.made("createConsent", ada.post("/api/consents", &text).await, actor, &["consent.created"]).await;
    let path = format!("/api/consents/{}", id(&consent));
    w.made("updateConsent", ada.patch(&path, &json!({ "body": "More of them." })).await, actor, &["consent.updated"]).await;
    let secret = ada.put("/api/captcha/secret", &json!({ "secret": "not to be told" })).await;
    w.made("putCaptchaSecret", secret, actor, &["settings.updated"]).await;
}

/// A file from its arrival to its undoing; what its jobs do is told under their own names.
async fn imports(w: &mut Witness<'_>, ada: &Api<'_>) {
    let (actor, empty) = ("Ada Manager", json!({}));
    let batch = json!({ "records": [{ "first_name": "Bea", "last_name": "Batch", "email": "bea@example.com" }] });
    w.made("createClients", ada.post("/api/clients/batch", &batch).await, actor, &["client.created"]).await;
    let text = "first_name,last_name,email\nBea,Again,bea@example.com\nBad,Row,nobody\nNew,One,new.one@example.com\n";
    let sent = crate::imports::send(ada, "clients", "people.csv", text).await;
    let path = format!("/api/imports/{}", id(&w.made("createImport", sent, actor, &["import.uploaded"]).await));
    let read = ada.patch(&path, &json!({ "header_row": 1 })).await;
    w.made("updateImport", read, actor, &["import.read_anew"]).await;
    let names = json!({ "first_name": "first_name", "last_name": "last_name", "email": "email" });
    let mapping = json!({ "mapping": names, "duplicates": "review" });
    w.made("mapImport", ada.put(&format!("{path}/mapping"), &mapping).await, actor, &["import.mapped"]).await;
    let act = async |what: &str| ada.post(&format!("{path}/{what}"), &empty).await;
    w.refused(act("start").await).await;
    w.made("previewImport", act("preview").await, actor, &["import.previewed"]).await;
    let fixed = ada.patch(&format!("{path}/rows/3"), &json!({ "values": { "email": "bad@example.com" } })).await;
    w.made("updateImportRow", fixed, actor, &["import.row_fixed"]).await;
    w.made("startImport", act("start").await, actor, &["import.started"]).await;
    w.made("pauseImport", act("pause").await, actor, &["import.paused"]).await;
    w.made("resumeImport", act("resume").await, actor, &["import.resumed"]).await;
    w.broker.world.drain().await;
    let told: Vec<Json> = w.news().await.iter().map(|e| e["action"].clone()).collect();
    assert_eq!(told, ["client.imported", "import.finished"]);
    let decided = ada.post(&format!("{path}/rows/2/decide"), &json!({ "choice": "update" })).await;
    w.made("decideImportRow", decided, actor, &["client.updated", "client.imported", "import.row_decided"]).await;
    w.made("undoImport", act("undo").await, actor, &["import.undo_started"]).await;
    w.broker.world.drain().await;
    let told: Vec<Json> = w.news().await.iter().map(|e| e["action"].clone()).collect();
    assert_eq!(told, ["client.updated", "client.import_undone", "import.undone"]);
    let sent = crate::imports::send(ada, "clients", "people.csv", text).await.expect(201);
    let path = format!("/api/imports/{}", id(&sent));
    ada.put(&format!("{path}/mapping"), &mapping).await.expect(200);
    ada.post(&format!("{path}/preview"), &empty).await.expect(200);
    ada.post(&format!("{path}/start"), &empty).await.expect(202);
    w.news().await;
    let stopped = ada.post(&format!("{path}/cancel"), &empty).await;
    w.made("cancelImport", stopped, actor, &["import.cancelled"]).await;
}

/// What is to be done, what is noted, and files.
async fn work(w: &mut Witness<'_>, ada: &Api<'_>) {
    let (actor, empty) = ("Ada Manager", json!({}));
    let person = json!({ "first_name": "Wanda", "last_name": "Work", "email": "wanda@example.com" });
    let client = id(&ada.post("/api/clients", &person).await.expect(201));
    w.news().await;
    let task = json!({ "type": "task", "subject": "Call", "client_id": client, "due_at": "2027-01-15T09:00:00Z" });
    let made = w.made("createActivity", ada.post("/api/activities", &task).await, actor, &["activity.created"]).await;
    let path = format!("/api/activities/{}", id(&made));
    w.refused(ada.post("/api/activities", &empty).await).await;
    let daily = json!({ "repeat": { "freq": "daily" } });
    w.made("updateActivity", ada.patch(&path, &daily).await, actor, &["activity.updated"]).await;
    w.made("updateActivity", ada.patch(&path, &daily).await, actor, &[]).await;
    let moved = ada.patch(&format!("{path}/move"), &json!({ "due_at": "2027-01-16T09:00:00Z" })).await;
    w.made("moveActivity", moved, actor, &["activity.updated"]).await;
    let done = ada.patch(&format!("{path}/complete"), &empty).await;
    w.made("completeActivity", done, actor, &["activity.completed", "activity.created"]).await;
    w.refused(ada.patch(&format!("{path}/complete"), &empty).await).await;
    w.made("reopenActivity", ada.patch(&format!("{path}/reopen"), &empty).await, actor, &["activity.reopened"]).await;
    w.made("cancelActivity", ada.patch(&format!("{path}/cancel"), &empty).await, actor, &["activity.cancelled"]).await;
    w.made("deleteActivity", ada.delete(&path).await, actor, &["activity.deleted"]).await;
    w.made("restoreActivity", ada.post(&format!("{path}/restore"), &empty).await, actor, &["activity.restored"]).await;

    let note = json!({ "content": "Wants to think", "client_id": client });
    let made = w.made("createNote", ada.post("/api/notes", &note).await, actor, &["note.created"]).await;
    let path = format!("/api/notes/{}", id(&made));
    w.refused(ada.patch(&path, &json!({ "content": "" })).await).await;
    w.made("updateNote", ada.patch(&path, &json!({ "pinned": true })).await, actor, &["note.updated"]).await;
    w.made("deleteNote", ada.delete(&path).await, actor, &["note.deleted"]).await;
    w.made("restoreNote", ada.post(&format!("{path}/restore"), &empty).await, actor, &["note.restored"]).await;

    let sent = crate::attachments::send(ada, "client_id", &client, "a.txt", "x").await;
    let made = w.made("createAttachment", sent, actor, &["attachment.created"]).await;
    let seen = ada.post(&format!("/api/attachments/{}/link", id(&made)), &empty).await;
    w.made("linkAttachment", seen, actor, &["attachment.opened"]).await;
    let gone = ada.delete(&format!("/api/attachments/{}", id(&made))).await;
    w.made("deleteAttachment", gone, actor, &["attachment.deleted"]).await;
    let read = ada.post("/api/notifications/read", &json!({ "all": true })).await;
    // What somebody has read is theirs alone.
    w.made("readNotifications", read, actor, &[]).await;
    let feed = ada.post("/api/calendar-feed", &empty).await;
    w.made("createCalendarFeed", feed, actor, &["calendar_feed.created"]).await;
    w.made("deleteCalendarFeed", ada.delete("/api/calendar-feed").await, actor, &["calendar_feed.deleted"]).await;
}

async fn reports(w: &mut Witness<'_>, ada: &Api<'_>) {
    let actor = "Ada Manager";
    let widgets = json!({ "widgets": [{ "key": "won" }] });
    let path = "/api/reports/dashboard";
    w.made("arrangeSalesDashboard", ada.put(path, &widgets).await, actor, &["dashboard.arranged"]).await;
    w.refused(ada.put(path, &json!({ "widgets": [{ "key": "weather" }] })).await).await;
    w.made("resetSalesDashboard", ada.delete(path).await, actor, &["dashboard.reset"]).await;
}

#[tokio::test]
async fn every_change_leaves_an_entry() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    crate::policy::open(&world, &broker).await;
    let anna = broker.user("Anna", "Agent", None).await;
    let ada = broker.manager().await;
    let mut w = Witness { broker: &broker, seen: 0, operations: BTreeSet::new() };
    w.news().await;
    records(&mut w, &ada, anna).await;
    merges(&mut w, &ada).await;
    exports(&mut w, &ada).await;
    sales::everything(&mut w, &ada, anna).await;
    configuration(&mut w, &ada).await;
    views_and_tags(&mut w, &ada).await;
    reports(&mut w, &ada).await;
    documents(&mut w, &ada).await;
    registration(&mut w, &ada).await;
    imports(&mut w, &ada).await;
    work(&mut w, &ada).await;
    roles(&mut w, &ada).await;
    staff(&mut w, &ada, anna).await;
    protection(&mut w, &ada).await;
    accounts(&mut w).await;
    let told: BTreeSet<String> = w.operations.iter().map(|o| (*o).to_owned()).collect();
    assert_eq!(told, changing_operations(), "an operation that can change something is missing here");
    let verdict = provisioner::commands::tenant_verify(&world.app, "acme").await.unwrap();
    assert_eq!((verdict.ok, verdict.entries), (true, i64::try_from(w.seen).unwrap()));
}

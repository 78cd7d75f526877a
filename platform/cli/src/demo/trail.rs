//! The audit rows that tell how the newest records came to be what they are.

use chrono::{DateTime, Duration, Utc};
use runtime::audit;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::clients::millis;
use super::dice::Dice;
use super::people::People;
use super::places::COUNTRIES;
use super::rows::{AuditRow, ClientRow, Dataset, Facts};
use super::staff::{Floor, Member};

/// For so many clients one lead has its history written.
const LEADS: usize = 2;

/// Who acts when a client does it themselves.
const WEBSITE: &str = "Registration";

struct Pen<'a> {
    rows: Vec<AuditRow>,
    dice: &'a mut Dice,
}

impl Pen<'_> {
    fn write(
        &mut self,
        at: DateTime<Utc>,
        actor: Option<&Member>,
        action: &'static str,
        record: (&'static str, Uuid),
        (old, new): (&Json, &Json),
    ) {
        let diff = audit::diff(old, new);
        self.rows.push(AuditRow {
            id: self.dice.id(at),
            at,
            actor_id: actor.map(|a| a.id),
            actor_name: actor.map_or(WEBSITE, |a| a.name).to_owned(),
            action,
            resource_type: record.0,
            resource_id: record.1,
            diff_masked: audit::masked(&diff),
            diff,
            ip: actor.map(|a| a.ip.clone()),
        });
    }
}

/// Writes the trail of the newest clients and leads, and of staff and partners; versions and times
/// of the clients follow it.
pub fn write(set: &mut Dataset, count: usize, facts: &Facts, floor: &Floor, now: DateTime<Utc>, dice: &mut Dice) {
    let mut pen = Pen { rows: Vec::new(), dice };
    beginnings(set, floor, &mut pen);
    let first = set.clients.len().saturating_sub(count);
    for client in &mut set.clients[first..] {
        client_trail(client, facts, floor, now, &mut pen);
    }
    lead_trails(set, count / LEADS, floor, &mut pen);
    let mut rows = pen.rows;
    rows.sort_by_key(|row| (row.at, row.id));
    set.audit = rows;
}

/// Staff and partners, made by the administrator.
fn beginnings(set: &Dataset, floor: &Floor, pen: &mut Pen<'_>) {
    let Some(admin) = floor.managers.first() else { return };
    for user in set.users.iter().skip(1) {
        let facts = json!({ "email": user.email, "name": user.name, "role_id": user.role_id, "team_id": user.team_id, "status": user.status });
        pen.write(user.created_at, Some(admin), "user.created", ("user", user.id), (&json!({}), &filled(facts)));
    }
    for partner in &set.partners {
        let facts = json!({ "name": partner.name, "email": partner.email, "approved": false });
        pen.write(partner.created_at, Some(admin), "partner.created", ("partner", partner.id), (&json!({}), &facts));
        if partner.approved {
            let at = partner.created_at + Duration::hours(20);
            let change = (&json!({ "approved": false }), &json!({ "approved": true }));
            pen.write(at, Some(admin), "partner.updated", ("partner", partner.id), change);
        }
    }
}

/// Without what is empty.
fn filled(mut value: Json) -> Json {
    if let Some(map) = value.as_object_mut() {
        map.retain(|_, v| !v.is_null() && v.as_array().is_none_or(|a| !a.is_empty()));
    }
    value
}

/// One change on the way: who made it, and the values before and after.
struct Step<'a> {
    actor: Option<&'a Member>,
    old: Json,
    new: Json,
}

fn client_trail(client: &mut ClientRow, facts: &Facts, floor: &Floor, now: DateTime<Utc>, pen: &mut Pen<'_>) {
    let steps = client_steps(client, facts, floor, pen.dice);
    let mut begun = snapshot(client);
    for step in steps.iter().rev() {
        if let (Some(begun), Some(old)) = (begun.as_object_mut(), step.old.as_object()) {
            begun.extend(old.clone());
        }
    }
    let record = ("client", client.id);
    let creator = client.created_by.and_then(|id| floor.member(id));
    pen.write(client.created_at, creator, "client.created", record, (&json!({}), &filled(begun)));
    // What was done falls into the time between the creation and the last activity, or now.
    let least = client.created_at + Duration::minutes(9) * i32::try_from(steps.len()).unwrap_or(0);
    let end = client.last_activity_at.max(least).min(now.max(client.created_at));
    let mut times: Vec<DateTime<Utc>> = steps.iter().map(|_| millis(pen.dice.moment(client.created_at, end))).collect();
    times.sort();
    for (at, step) in times.iter().zip(&steps) {
        pen.write(*at, step.actor, "client.updated", record, (&step.old, &step.new));
    }
    client.version = 1 + i32::try_from(steps.len()).unwrap_or(0);
    client.updated_at = times.last().copied().unwrap_or(client.created_at);
    client.last_activity_at = client.last_activity_at.max(client.updated_at);
}

fn client_steps<'a>(client: &ClientRow, facts: &Facts, floor: &'a Floor, dice: &mut Dice) -> Vec<Step<'a>> {
    let mut steps = Vec::new();
    let manager = floor.manager(dice);
    let leader = client.team_id.and_then(|team| floor.desk_of(team)).map_or(manager, |desk| &desk.leader);
    let agent = client.assigned_to.and_then(|id| floor.member(id)).unwrap_or(leader);
    let mut step = |actor: Option<&'a Member>, old: Json, new: Json| {
        if old != new {
            steps.push(Step { actor, old, new });
        }
    };
    if client.created_by.is_none() {
        let old = json!({ "assigned_to": null, "team_id": null });
        step(Some(leader), old, json!({ "assigned_to": client.assigned_to, "team_id": client.team_id }));
    }
    if client.kyc_status != "missing" {
        let (old, uploaded) = (json!({ "kyc_status": "missing" }), json!({ "kyc_status": "pending" }));
        step(None, old, uploaded.clone());
        step(Some(manager), uploaded, json!({ "kyc_status": client.kyc_status }));
    }
    let first = facts.client_status("new");
    step(Some(agent), json!({ "status": first }), json!({ "status": client.status }));
    if !client.tags.is_empty() && dice.chance(0.6) {
        step(Some(agent), json!({ "tags": [] }), json!({ "tags": client.tags }));
    }
    if client.address.is_some() && dice.chance(0.3) {
        step(Some(agent), json!({ "address": null }), json!({ "address": client.address }));
    }
    // Agents see contact data masked and can't change it.
    let country = COUNTRIES.iter().find(|c| c.code == client.country);
    if let (Some(country), Some(phone), true) = (country, &client.phone, dice.chance(0.2)) {
        step(Some(leader), json!({ "phone": People::other_phone(country, dice) }), json!({ "phone": phone }));
    }
    if let (Some((local, _)), true) = (client.email.split_once('@'), dice.chance(0.07)) {
        let old = json!({ "email": format!("{local}.old@mail.example") });
        step(Some(manager), old, json!({ "email": client.email }));
    }
    steps
}

fn snapshot(client: &ClientRow) -> Json {
    json!({
        "first_name": client.first_name, "last_name": client.last_name, "email": client.email, "phone": client.phone,
        "country": client.country, "address": client.address, "date_of_birth": client.date_of_birth,
        "status": client.status, "kyc_status": client.kyc_status, "source": client.source,
        "assigned_to": client.assigned_to, "team_id": client.team_id, "tags": client.tags,
    })
}

/// The newest leads: made through a form, then one row for each change of status.
fn lead_trails(set: &Dataset, count: usize, floor: &Floor, pen: &mut Pen<'_>) {
    let first = set.leads.len().saturating_sub(count);
    for lead in &set.leads[first..] {
        let record = ("lead", lead.id);
        let facts = json!({
            "first_name": lead.first_name, "last_name": lead.last_name, "email": lead.email, "phone": lead.phone,
            "country": lead.country, "source": lead.source, "partner_id": lead.partner_id,
            "assigned_to": lead.assigned_to, "team_id": lead.team_id,
        });
        for change in set.statuses.iter().filter(|s| s.lead_id == lead.id) {
            let Some(old) = &change.old_status else {
                let mut facts = facts.clone();
                facts["status"] = json!(change.new_status);
                pen.write(change.at, None, "lead.created", record, (&json!({}), &filled(facts)));
                continue;
            };
            let (mut before, mut after) = (Map::new(), Map::new());
            before.insert("status".into(), json!(old));
            after.insert("status".into(), json!(change.new_status));
            if change.new_status == lead.status && lead.converted_client_id.is_some() {
                before.insert("converted_client_id".into(), Json::Null);
                after.insert("converted_client_id".into(), json!(lead.converted_client_id));
            }
            let actor = change.changed_by.and_then(|id| floor.member(id));
            pen.write(change.at, actor, "lead.updated", record, (&Json::Object(before), &Json::Object(after)));
        }
    }
}

//! Leads at all stages, and how their statuses changed.

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::clients::{arrival, millis, source};
use super::dice::Dice;
use super::people::People;
use super::rows::{ClientRow, Facts, LeadRow, PartnerRow, StatusRow};
use super::staff::Floor;

/// For how long leads are kept, in days.
const DAYS: i64 = 330;

/// How many of the leads became clients.
const CONVERTED: f64 = 0.12;

const MESSAGES: &[&str] = &[
    "Please call me after 6 pm.",
    "I would like to know more about your spreads on gold.",
    "Do you offer swap-free accounts?",
    "I have traded with another broker for three years and want to compare.",
    "What is the minimum deposit?",
    "Is there a demo account?",
    "Can I use MetaTrader 5 on a Mac?",
    "How long do withdrawals take?",
    "Interested in the webinar on risk management.",
    "Please send me the fee schedule.",
    "Quisiera abrir una cuenta. ¿Me pueden llamar por la tarde?",
    "¿Cuál es el depósito mínimo?",
    "Bitte rufen Sie mich ab 17 Uhr zurück.",
    "أرغب في فتح حساب إسلامي بدون فوائد.",
    "هل يوجد مدير حساب يتحدث العربية؟",
    "Vorrei parlare con un consulente in italiano.",
    "Je souhaite être rappelé demain matin.",
    "A friend recommended you. How do I start?",
];

/// What leads are made of.
pub struct Ground<'a> {
    /// Statuses.
    pub facts: &'a Facts,
    /// Who works them.
    pub floor: &'a Floor,
    /// Those who became clients.
    pub clients: &'a [ClientRow],
    /// Now.
    pub now: DateTime<Utc>,
}

/// Leads, oldest first, with the changes of their statuses; counts them for their partners.
pub fn make(
    count: usize,
    ground: &Ground<'_>,
    people: &mut People,
    partners: &mut [PartnerRow],
    dice: &mut Dice,
) -> (Vec<LeadRow>, Vec<StatusRow>) {
    let mut made: Vec<(LeadRow, &str)> = Vec::with_capacity(count);
    let converted = (count as f64 * CONVERTED) as usize;
    // Every so manieth of the newer half of the clients was a lead before.
    let newer = &ground.clients[ground.clients.len() / 2..];
    let step = (newer.len() / converted.max(1)).max(1);
    for client in newer.iter().step_by(step).take(converted) {
        made.push((of_client(client, ground, dice), "converted"));
    }
    while made.len() < count {
        made.push(open(ground, people, dice));
    }
    made.sort_by_key(|(lead, _)| (lead.created_at, lead.id));
    let mut changes = Vec::new();
    for (lead, path) in &mut made {
        lead.partner_id = partner(lead, partners, dice);
        lead.metadata = metadata(lead, partners, dice);
        history(lead, path, ground, &mut changes, dice);
    }
    (made.into_iter().map(|(lead, _)| lead).collect(), changes)
}

/// The lead that a client was.
fn of_client(client: &ClientRow, ground: &Ground<'_>, dice: &mut Dice) -> LeadRow {
    let created_at = millis(client.created_at - Duration::hours(2) - dice.waiting(Duration::days(4)));
    LeadRow {
        id: dice.id(created_at),
        first_name: client.first_name.clone(),
        last_name: client.last_name.clone(),
        email: Some(client.email.clone()),
        phone: client.phone.clone(),
        country: client.country,
        status: ground.facts.lead_status("converted"),
        source: client.source,
        partner_id: None,
        assigned_to: client.assigned_to,
        team_id: client.team_id,
        message: message(dice),
        metadata: Json::Null,
        converted_client_id: Some(client.id),
        created_at,
        updated_at: client.created_at,
        created_by: None,
        version: 1,
    }
}

/// A lead that is no client, with the key of its status.
fn open(ground: &Ground<'_>, people: &mut People, dice: &mut Dice) -> (LeadRow, &'static str) {
    let who = people.meet(dice);
    let created_at = arrival(ground.now, DAYS, 2.4, dice);
    let age = ground.now - created_at;
    let shares: [(&str, u32); 7] = match age.num_days() {
        ..3 => [
            ("new", 76),
            ("contacted", 13),
            ("no_answer", 11),
            ("callback", 0),
            ("interested", 0),
            ("not_interested", 0),
            ("wrong_details", 0),
        ],
        3..30 => [
            ("new", 22),
            ("contacted", 26),
            ("no_answer", 16),
            ("callback", 12),
            ("interested", 14),
            ("not_interested", 7),
            ("wrong_details", 3),
        ],
        _ => [
            ("new", 4),
            ("contacted", 14),
            ("no_answer", 23),
            ("callback", 6),
            ("interested", 11),
            ("not_interested", 32),
            ("wrong_details", 10),
        ],
    };
    let status = dice.weighted(&shares);
    let desk = ground.floor.desk_for(who.country.code, false, dice);
    let agent = dice.chance(if status == "new" { 0.6 } else { 0.94 }).then(|| ground.floor.agent_of(desk, dice).id);
    let team_id = (agent.is_some() || dice.chance(0.4)).then(|| ground.floor.desks[desk].team);
    // Work on a lead ends after some weeks.
    let end = ground.now.min(created_at + Duration::days(40));
    let updated_at = if status == "new" { created_at } else { millis(dice.moment(created_at + (end - created_at) / 20, end)) };
    let both = dice.chance(0.88);
    let mail = both || dice.chance(0.6);
    let lead = LeadRow {
        id: dice.id(created_at),
        first_name: who.first_name,
        last_name: who.last_name,
        email: mail.then_some(who.email),
        phone: (both || !mail).then_some(who.phone),
        country: who.country.code,
        status: ground.facts.lead_status(status),
        source: source(dice),
        partner_id: None,
        assigned_to: agent,
        team_id,
        message: message(dice),
        metadata: Json::Null,
        converted_client_id: None,
        created_at,
        updated_at,
        created_by: None,
        version: 1,
    };
    (lead, status)
}

fn message(dice: &mut Dice) -> Option<String> {
    dice.chance(0.35).then(|| dice.pick_early(MESSAGES).to_owned())
}

/// The partner whose form a lead came through.
fn partner(lead: &LeadRow, partners: &mut [PartnerRow], dice: &mut Dice) -> Option<Uuid> {
    if lead.source != "Partner form" && !dice.chance(0.08) {
        return None;
    }
    let mut open: Vec<&mut PartnerRow> = partners.iter_mut().filter(|p| p.approved && p.created_at < lead.created_at).collect();
    let place = (dice.unit().powf(1.6) * open.len() as f64) as usize;
    let chosen = open.get_mut(place)?;
    chosen.leads_count += 1;
    chosen.updated_at = chosen.updated_at.max(lead.created_at);
    Some(chosen.id)
}

fn metadata(lead: &LeadRow, partners: &[PartnerRow], dice: &mut Dice) -> Json {
    if let Some(partner) = partners.iter().find(|p| Some(p.id) == lead.partner_id) {
        let name: String = partner.name.to_lowercase().replace(' ', "-");
        return json!({ "page": "/public-form", "utm_source": name, "utm_medium": "partner", "utm_campaign": dice.pick(&["review", "banner", "newsletter"]) });
    }
    let (from, medium) = match lead.source {
        "Google · Brand" | "Google · Generic" => ("google", "cpc"),
        "Meta · Lookalike" => ("facebook", "paid-social"),
        "Meta · Retargeting" => ("instagram", "paid-social"),
        "YouTube" => ("youtube", "video"),
        "Webinar" => ("webinar", "event"),
        "Organic" => ("google", "organic"),
        _ => return json!({ "page": "/contact" }),
    };
    let campaign =
        format!("{}-{}", dice.pick(&["gold", "open-account", "copy-trading", "indices", "brand"]), lead.country.to_lowercase());
    json!({
        "utm_source": from, "utm_medium": medium, "utm_campaign": campaign,
        "page": dice.pick(&["/open-account", "/demo", "/gold", "/webinars", "/platforms/mt5"]),
    })
}

/// The statuses between the first and the present one.
fn between(status: &str) -> &'static [&'static str] {
    match status {
        "callback" | "not_interested" | "interested" => &["contacted"],
        "converted" => &["contacted", "interested"],
        _ => &[],
    }
}

fn history(lead: &mut LeadRow, status: &str, ground: &Ground<'_>, changes: &mut Vec<StatusRow>, dice: &mut Dice) {
    let mut last = ground.facts.lead_status("new");
    let row = |at: DateTime<Utc>, old: Option<String>, new: &str, by: Option<Uuid>, dice: &mut Dice| StatusRow {
        id: dice.id(at),
        lead_id: lead.id,
        old_status: old,
        new_status: new.to_owned(),
        changed_by: by,
        at,
    };
    changes.push(row(lead.created_at, None, &last, None, dice));
    let by = lead.assigned_to.unwrap_or_else(|| ground.floor.manager(dice).id);
    let steps: Vec<&str> = between(status).iter().copied().filter(|_| dice.chance(0.85)).chain([status]).collect();
    let span = lead.updated_at - lead.created_at;
    let parts = i32::try_from(steps.len()).unwrap_or(1).max(1);
    for (n, step) in (1..).zip(&steps) {
        let next = ground.facts.lead_status(step);
        if next == last {
            continue;
        }
        let at = millis(lead.created_at + span * n / parts);
        changes.push(row(at, Some(last), &next, Some(by), dice));
        lead.version += 1;
        last = next;
    }
}

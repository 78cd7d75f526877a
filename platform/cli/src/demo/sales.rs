//! What a sales team works on: contacts, opportunities and deals in all stages, what is to be done about
//! them and what was noted. The same plan, tenant and moment give the same data, like the rest of a demo
//! broker. Rows are objects with the names of the columns.

use chrono::{DateTime, Datelike as _, Duration, DurationRound as _, Months, NaiveDate, Utc};
use runtime::audit;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::clients::{arrival, millis};
use super::dice::Dice;
use super::people::{People, Person};
use super::rows::{AuditRow, ClientRow, Facts, LeadRow, UserRow};
use super::sales_words::{
    AHEAD, CALLED, CITIES, DEPARTMENTS, INDUSTRIES, LOST, MESSAGES, NEXT, NOTES, OUTCOMES, PAGES, PRODUCTS, SUFFIXES, TITLES,
    TRADES,
};
use super::staff::{Floor, Member};

/// For how many days the team has sold.
const DAYS: i64 = 230;
/// The open stages of the template's first pipeline, and of its second one; then how they end.
const SALES: (&str, &[&str], &str, &str) = ("sales", &["lead", "qualified", "proposal", "negotiation"], "won", "lost");
const RENEWALS: (&str, &[&str], &str, &str) = ("renewals", &["upcoming", "contacted", "offer_sent"], "renewed", "churned");
/// What one unit was worth in US dollars when the team began, and by how much that moves in a month.
const RATES: &[(&str, f64, f64)] = &[("EUR", 1.0842, 0.011), ("GBP", 1.2675, 0.012), ("AED", 0.27229, 0.00002)];

/// How much of it there is.
#[derive(Debug, Clone, Copy)]
pub struct Volume {
    /// Contacts without a client.
    pub contacts: usize,
    /// Opportunities.
    pub opportunities: usize,
    /// Deals.
    pub deals: usize,
}

/// All of it.
#[derive(Debug, Default, PartialEq)]
pub struct Sales {
    /// Contacts.
    pub contacts: Vec<Json>,
    /// Opportunities, then deals.
    pub deals: Vec<Json>,
    /// Every stage that they stood in.
    pub stages: Vec<Json>,
    /// Activities.
    pub activities: Vec<Json>,
    /// Notes.
    pub notes: Vec<Json>,
    /// Exchange rates.
    pub rates: Vec<Json>,
}

/// What it is made of.
pub struct Desk<'a> {
    /// Who works there.
    pub floor: &'a Floor,
    /// Everybody, the administrator first.
    pub users: &'a [UserRow],
    /// Customers.
    pub clients: &'a [ClientRow],
    /// Leads.
    pub leads: &'a [LeadRow],
    /// Now.
    pub now: DateTime<Utc>,
}

/// Customers of a company that sells to companies have no account to trade with.
pub fn refit(clients: &mut [ClientRow], leads: &mut [LeadRow], dice: &mut Dice) {
    for (n, client) in clients.iter_mut().enumerate() {
        client.custom = json!({ "company": company(n), "industry": INDUSTRIES[n % INDUSTRIES.len()].0 });
        client.kyc_status = "missing";
        client.balance = "0.00".to_owned();
        client.date_of_birth = None;
        client.source = if client.source == "Partner form" { "Referral" } else { client.source };
        client.tags = ["reference", "multi-site", "price-sensitive", "enterprise", "annual-billing"]
            .into_iter()
            .filter(|_| dice.chance(0.13))
            .collect();
    }
    for lead in leads {
        lead.source = if lead.source == "Partner form" { "Referral" } else { lead.source };
        lead.message = lead.message.as_ref().map(|_| dice.pick_early(MESSAGES).to_owned());
        lead.metadata = json!({ "page": dice.pick(PAGES) });
    }
}

fn company(n: usize) -> String {
    let (at, round) = (n % CITIES.len(), n / CITIES.len());
    format!("{} {}", CITIES[at], TRADES[(at * 7 + round * 5) % TRADES.len()])
}

struct Pen<'a, 'b> {
    desk: &'a Desk<'b>,
    dice: &'a mut Dice,
    out: Sales,
    audit: Vec<AuditRow>,
    /// How many cards there are in each stage already.
    places: std::collections::BTreeMap<(&'static str, &'static str, &'static str), f64>,
}

/// Somebody on the other side, and who looks after them.
#[derive(Clone)]
struct Other {
    contact: Uuid,
    client: Option<Uuid>,
    company: String,
    owner: Uuid,
    team: Option<Uuid>,
    since: DateTime<Utc>,
}

/// A deal that was made up.
struct Made {
    id: Uuid,
    kind: &'static str,
    open: bool,
    begun: DateTime<Utc>,
    last: DateTime<Utc>,
}

/// Everything of a sales team, and its lines in the log.
pub fn make(volume: Volume, desk: &Desk<'_>, people: &mut People, dice: &mut Dice) -> (Sales, Vec<AuditRow>) {
    let mut pen = Pen { desk, dice, out: Sales::default(), audit: Vec::new(), places: Default::default() };
    let others = pen.contacts(volume.contacts, people);
    let customers: Vec<&Other> = others.iter().filter(|o| o.client.is_some()).collect();
    let mut won = Vec::new();
    for _ in 0..volume.opportunities {
        let who = others[pen.dice.place(others.len())].clone();
        let (made, _) = pen.deal("opportunity", &who, None);
        if !made.open && pen.out.deals.last().is_some_and(|d| d["outcome"] == "won") {
            won.push((made.id, who.clone(), made.last));
        }
        pen.work(&made, &who);
    }
    for n in 0..volume.deals {
        let (who, from) = match won.get(n) {
            Some((id, who, at)) => (who.clone(), Some((*id, *at))),
            None => (customers[pen.dice.place(customers.len())].clone(), None),
        };
        let (made, _) = pen.deal("deal", &who, from);
        pen.work(&made, &who);
    }
    pen.days(&others);
    pen.rates();
    (pen.out, pen.audit)
}

impl Pen<'_, '_> {
    fn member(&self, id: Uuid) -> (Uuid, String, Option<String>) {
        let known = |m: &Member| (m.id, m.name.to_owned(), Some(m.ip.clone()));
        match self.desk.floor.member(id) {
            Some(member) => known(member),
            None => {
                let user = self.desk.users.iter().find(|u| u.id == id).unwrap_or(&self.desk.users[0]);
                (user.id, user.name.clone(), Some(user.last_login_ip.clone()))
            }
        }
    }

    fn say(&mut self, at: DateTime<Utc>, by: Uuid, action: &'static str, record: (&'static str, Uuid), old: &Json, new: &Json) {
        let (actor, name, ip) = self.member(by);
        let diff = audit::diff(old, new);
        self.audit.push(AuditRow {
            id: self.dice.id(at),
            at,
            actor_id: Some(actor),
            actor_name: name,
            action,
            resource_type: record.0,
            resource_id: record.1,
            diff_masked: audit::masked(&diff),
            diff,
            ip,
        });
    }

    fn anybody(&mut self) -> (Uuid, Option<Uuid>) {
        let desk = self.dice.place(self.desk.floor.desks.len());
        let team = self.desk.floor.desks[desk].team;
        (self.desk.floor.agent_of(desk, self.dice).id, Some(team))
    }

    /// Of each customer some people, and some people of nobody's yet.
    fn contacts(&mut self, free: usize, people: &mut People) -> Vec<Other> {
        let mut others = Vec::new();
        let desk = self.desk;
        for (n, client) in desk.clients.iter().enumerate() {
            let (owner, team) = match client.assigned_to {
                Some(owner) => (owner, client.team_id),
                None => self.anybody(),
            };
            for place in 0..self.dice.weighted(&[(1, 50), (2, 30), (3, 15), (4, 5)]) {
                let who = people.meet(self.dice);
                let at = millis(self.dice.moment(client.created_at, desk.now));
                let other =
                    Other { contact: self.dice.id(at), client: Some(client.id), company: company(n), owner, team, since: at };
                let status = if client.status == "closed" { "closed" } else { "customer" };
                self.contact(&other, &who, place == 0, status, at);
                others.push(other);
            }
        }
        for n in 0..free {
            let who = people.meet(self.dice);
            let (owner, team) = self.anybody();
            let at = arrival(desk.now, DAYS, 1.6, self.dice);
            let company = company(desk.clients.len() + n);
            let other = Other { contact: self.dice.id(at), client: None, company, owner, team, since: at };
            let status = if self.dice.chance(0.6) { "lead" } else { "prospect" };
            self.contact(&other, &who, false, status, at);
            others.push(other);
        }
        others
    }

    fn contact(&mut self, of: &Other, who: &Person, primary: bool, status: &str, at: DateTime<Utc>) {
        let facts = json!({
            "first_name": who.first_name, "last_name": who.last_name, "email": who.email, "company": of.company, "status": status,
            "client_id": of.client, "assigned_to": of.owner,
        });
        self.say(at, of.owner, "contact.created", ("contact", of.contact), &json!({}), &facts);
        let rating = self.dice.chance(0.55).then(|| self.dice.between(2, 5));
        let tags: Vec<&str> =
            ["decision-maker", "champion", "newsletter", "technical"].into_iter().filter(|_| self.dice.chance(0.16)).collect();
        self.out.contacts.push(json!({
            "id": of.contact, "client_id": of.client, "is_primary": primary, "first_name": who.first_name,
            "last_name": who.last_name, "email": who.email, "phone": self.dice.chance(0.9).then(|| who.phone.clone()),
            "company": of.company, "job_title": self.dice.pick_early(TITLES), "status": status,
            "source": super::clients::source(self.dice).replace("Partner form", "Referral"), "rating": rating,
            "assigned_to": of.owner, "team_id": of.team, "tags": tags,
            "custom": { "department": DEPARTMENTS[self.dice.place(DEPARTMENTS.len())].0 },
            "created_at": at, "updated_at": at, "created_by": of.owner, "version": 1,
        }));
    }

    /// A deal or an opportunity with its way through the stages, as far as it came by now.
    fn deal(&mut self, kind: &'static str, who: &Other, from: Option<(Uuid, DateTime<Utc>)>) -> (Made, Json) {
        let now = self.desk.now;
        let renewal = kind == "deal" && from.is_none() && self.dice.chance(0.17);
        let (pipeline, stages, win, loss) = if renewal { RENEWALS } else { SALES };
        let begun = match from {
            Some((_, at)) => at,
            None => millis(arrival(now, DAYS, 1.35, self.dice).max(who.since.min(now - Duration::days(1)))),
        };
        let mut way: Vec<(&'static str, DateTime<Utc>)> = vec![(stages[usize::from(from.is_some())], begun)];
        let (mut at, mut outcome) = (begun, "none");
        let first = stages.iter().position(|s| *s == way[0].0).unwrap_or(0);
        for step in first + 1..=stages.len() {
            at = millis(at + Duration::hours(20) + self.dice.waiting(Duration::days(if kind == "deal" { 14 } else { 9 })));
            if at >= now {
                break;
            }
            if self.dice.chance(if renewal { 0.06 } else { 0.15 }) {
                outcome = "lost";
            } else if step == stages.len() {
                outcome = "won";
            }
            let stage = match outcome {
                "lost" => loss,
                "won" => win,
                _ => stages[step],
            };
            way.push((stage, at));
            if outcome != "none" {
                break;
            }
        }
        let (stage, since) = way[way.len() - 1];
        let id = self.dice.id(begun);
        let product = &PRODUCTS[self.dice.place(PRODUCTS.len())];
        let name =
            format!("{} · {}{}", who.company, product.1, if renewal { SUFFIXES[self.dice.place(SUFFIXES.len())] } else { "" });
        let amount = (self.dice.log_normal(product.2, 0.55) / 50.0).round().max(4.0) * 50.0;
        // What is early is not always priced yet.
        let amount = (way.len() > 1 || self.dice.chance(0.6)).then(|| format!("{amount:.2}"));
        let currency = self.dice.weighted(&[("USD", 60), ("EUR", 24), ("GBP", 11), ("AED", 5)]);
        let close = self.closes(outcome, since, way.len());
        let lost = (outcome == "lost").then(|| self.dice.pick_early(LOST));
        let place = self.places.entry((kind, pipeline, stage)).or_default();
        *place += 1024.0;
        let position = *place;
        let probability = (outcome == "none" && self.dice.chance(0.12)).then(|| self.dice.between(2, 18) * 5);
        let opportunity = from.map(|(id, _)| id);
        let tags: Vec<&str> =
            ["competitor-in-play", "security-review", "pilot", "upsell"].into_iter().filter(|_| self.dice.chance(0.12)).collect();
        let next = (outcome == "none" && self.dice.chance(0.7)).then(|| self.dice.pick_early(NEXT));
        let row = json!({
            "id": id, "kind": kind, "name": name, "next_steps": next, "client_id": who.client, "contact_id": who.contact,
            "opportunity_id": opportunity, "pipeline_key": pipeline, "stage": stage, "probability": probability, "outcome": outcome,
            "amount": amount, "currency": currency, "expected_close_date": close,
            "closed_at": (outcome != "none").then_some(since), "lost_reason": lost, "stage_since": since, "position": position,
            "assigned_to": who.owner, "team_id": who.team, "tags": tags, "custom": { "product": product.0 },
            "created_at": begun, "updated_at": since, "created_by": who.owner, "version": way.len(),
        });
        self.steps(kind, id, pipeline, &way, &row);
        self.out.deals.push(row.clone());
        (Made { id, kind, open: outcome == "none", begun, last: since }, row)
    }

    /// When it should be closed: about when it was, or somewhere ahead, and some are late.
    fn closes(&mut self, outcome: &str, since: DateTime<Utc>, steps: usize) -> Option<NaiveDate> {
        if outcome != "none" {
            return Some((since + Duration::days(self.dice.between(-9, 12))).date_naive());
        }
        let ahead = 75 - i64::try_from(steps).unwrap_or(1) * 14;
        self.dice.chance(0.9).then(|| (self.desk.now + Duration::days(self.dice.between(-8, ahead + 40))).date_naive())
    }

    fn steps(&mut self, kind: &'static str, id: Uuid, pipeline: &str, way: &[(&'static str, DateTime<Utc>)], row: &Json) {
        let owner: Uuid = row["assigned_to"].as_str().and_then(|id| id.parse().ok()).unwrap_or_default();
        let (created, moved) = match kind {
            "deal" => ("deal.created", "deal.moved"),
            _ => ("opportunity.created", "opportunity.moved"),
        };
        let mut before: Option<&str> = None;
        for (stage, at) in way {
            let step = self.dice.id(*at);
            self.out.stages.push(json!({
                "id": step, "deal_id": id, "pipeline_key": pipeline, "old_stage": before, "new_stage": stage, "changed_by": owner, "at": at,
            }));
            match before {
                None => {
                    let facts = json!({
                        "name": row["name"], "pipeline": pipeline, "stage": stage, "amount": row["amount"], "currency": row["currency"],
                        "client_id": row["client_id"], "contact_id": row["contact_id"], "assigned_to": owner,
                    });
                    self.say(*at, owner, created, (kind, id), &json!({}), &facts);
                }
                Some(old) => {
                    let lost = matches!(*stage, "lost" | "churned").then(|| row["lost_reason"].clone());
                    let new = json!({ "stage": stage, "lost_reason": lost });
                    self.say(*at, owner, moved, (kind, id), &json!({ "stage": old }), &new);
                }
            }
            before = Some(stage);
        }
    }

    /// What was done about a deal, what is next, and what was noted.
    fn work(&mut self, deal: &Made, who: &Other) {
        for _ in 0..self.dice.between(1, 3) {
            let at = self.dice.moment(deal.begun, deal.last.max(deal.begun + Duration::hours(3)).min(self.desk.now));
            self.done(at, who, Some(deal));
        }
        if deal.open {
            let due = match self.dice.weighted(&[(0, 14), (1, 20), (2, 36), (3, 20), (4, 10)]) {
                0 => Some(self.hour((-9, -1))),
                1 => Some(self.soon()),
                2 => Some(self.hour((1, 6))),
                3 => Some(self.hour((8, 30))),
                _ => None,
            };
            let line = AHEAD[self.dice.place(AHEAD.len())];
            self.task(line, due, (who.owner, who.team), Some(who), Some(deal));
        }
        if self.dice.chance(0.6) {
            let at = millis(self.dice.moment(deal.begun, deal.last.max(deal.begun + Duration::hours(2)).min(self.desk.now)));
            self.note(("deal_id", deal.id), who, at);
        }
        if self.dice.chance(0.25) {
            let at = millis(self.dice.moment(who.since, self.desk.now));
            self.note(("contact_id", who.contact), who, at);
        }
    }

    /// A day from now within these, in the hours in which people work where the company is.
    fn hour(&mut self, (first, last): (i64, i64)) -> DateTime<Utc> {
        let days = self.dice.between(first, last);
        let mut day = self.desk.now.date_naive() + Duration::days(days);
        while day.weekday().number_from_monday() > 5 {
            day += Duration::days(if days < 0 { -1 } else { 1 });
        }
        let minutes = self.dice.between(28, 41) * 30;
        (day.and_hms_opt(0, 0, 0).unwrap_or_default() + Duration::minutes(minutes)).and_utc()
    }

    /// Within the next hours.
    fn soon(&mut self) -> DateTime<Utc> {
        let at = self.desk.now + Duration::minutes(self.dice.between(1, 9) * 30);
        at.duration_trunc(Duration::minutes(30)).unwrap_or(at)
    }

    fn done(&mut self, at: DateTime<Utc>, who: &Other, deal: Option<&Made>) {
        let at = millis(at);
        let (kind, subject) = CALLED[self.dice.place(CALLED.len())];
        let begun = millis(at - Duration::hours(self.dice.between(2, 90)));
        let id = self.dice.id(begun);
        let minutes = (kind == "call" || kind == "meeting").then(|| self.dice.between(1, 6) * 10);
        let outcome = OUTCOMES[self.dice.place(OUTCOMES.len())];
        self.out.activities.push(json!({
            "id": id, "type": kind, "subject": subject, "status": "completed", "priority": "normal", "due_at": at, "all_day": false,
            "duration_minutes": minutes, "outcome": outcome, "client_id": who.client, "contact_id": who.contact,
            "deal_id": deal.filter(|d| d.kind == "deal").map(|d| d.id),
            "opportunity_id": deal.filter(|d| d.kind == "opportunity").map(|d| d.id), "assigned_to": who.owner, "team_id": who.team,
            "reminded": true, "completed_at": at, "completed_by": who.owner, "created_at": begun, "updated_at": at,
            "created_by": who.owner, "version": 2,
        }));
        let made = json!({ "type": kind, "subject": subject, "due_at": at });
        self.say(begun, who.owner, "activity.created", ("activity", id), &json!({}), &made);
        let change = (json!({ "status": "scheduled" }), json!({ "status": "completed", "outcome": outcome }));
        self.say(at, who.owner, "activity.completed", ("activity", id), &change.0, &change.1);
    }

    fn task(
        &mut self,
        (kind, subject): (&'static str, &'static str),
        due: Option<DateTime<Utc>>,
        (owner, team): (Uuid, Option<Uuid>),
        who: Option<&Other>,
        deal: Option<&Made>,
    ) {
        let now = self.desk.now;
        let begun = millis(now - Duration::hours(self.dice.between(30, 400)));
        let id = self.dice.id(begun);
        let remind = due.filter(|_| kind != "task" && self.dice.chance(0.5)).map(|at| at - Duration::minutes(15));
        let priority = self.dice.weighted(&[("normal", 62), ("high", 22), ("low", 10), ("urgent", 6)]);
        self.out.activities.push(json!({
            "id": id, "type": kind, "subject": subject, "status": "scheduled", "priority": priority, "due_at": due, "all_day": false,
            "duration_minutes": (kind == "call" || kind == "meeting").then_some(30), "client_id": who.and_then(|w| w.client),
            "contact_id": who.map(|w| w.contact), "deal_id": deal.filter(|d| d.kind == "deal").map(|d| d.id),
            "opportunity_id": deal.filter(|d| d.kind == "opportunity").map(|d| d.id), "assigned_to": owner, "team_id": team,
            "remind_before": remind.map(|_| 15), "remind_at": remind, "reminded": remind.is_none_or(|at| at <= now),
            "created_at": begun, "updated_at": begun, "created_by": owner, "version": 1,
        }));
        self.say(
            begun,
            owner,
            "activity.created",
            ("activity", id),
            &json!({}),
            &json!({ "type": kind, "subject": subject, "due_at": due }),
        );
    }

    fn note(&mut self, (column, record): (&'static str, Uuid), who: &Other, at: DateTime<Utc>) {
        let text = NOTES[self.dice.place(NOTES.len())];
        let leader = self.desk.floor.desks.iter().find(|d| Some(d.team) == who.team).map(|d| d.leader.clone());
        let asked = leader.filter(|l| l.id != who.owner && self.dice.chance(0.2));
        let content = match &asked {
            Some(leader) => format!("{text}\n\n@[{}]({}) please have a look.", leader.name, leader.id),
            None => text.to_owned(),
        };
        let id = self.dice.id(at);
        let (author, name, _) = self.member(who.owner);
        let mut row = json!({
            "id": id, "content": content, "pinned": self.dice.chance(0.1), "mentions": asked.iter().map(|l| l.id).collect::<Vec<_>>(),
            "author_id": author, "author_name": name, "created_at": at, "updated_at": at, "version": 1,
        });
        row[column] = json!(record);
        self.out.notes.push(row);
        self.say(at, who.owner, "note.created", ("note", id), &json!({}), &json!({ "content": content }));
    }

    /// What everybody does beside their deals: calls of the day, a round every week, and work of those who lead.
    fn days(&mut self, others: &[Other]) {
        for lead in self.desk.leads.iter().rev().filter(|l| l.converted_client_id.is_none()).take(12) {
            let (Some(owner), team) = (lead.assigned_to, lead.team_id) else { continue };
            let due = self.soon();
            self.task(("call", "First call"), Some(due), (owner, team), None, None);
            if let Some(row) = self.out.activities.last_mut() {
                row["lead_id"] = json!(lead.id);
            }
        }
        let heads: Vec<(Uuid, Option<Uuid>)> = self.desk.users.iter().take(3).map(|u| (u.id, u.team_id)).collect();
        for (owner, team) in heads {
            for (n, line) in [
                ("task", "Check the forecast of the quarter"),
                ("call", "Reference call with a customer"),
                ("email", "Answer the security questionnaire"),
                ("meeting", "Hand over a won deal to onboarding"),
                ("task", "Clean up deals without a next step"),
            ]
            .into_iter()
            .enumerate()
            {
                let who = others[self.dice.place(others.len())].clone();
                let due = match n {
                    0 => self.hour((-2, -2)),
                    1 | 2 => self.soon(),
                    3 => self.hour((2, 2)),
                    _ => self.hour((9, 9)),
                };
                let about = (n > 0 && n < 3 && who.owner == owner).then_some(&who);
                self.task(line, Some(due), (owner, team), about, None);
            }
            let due = self.hour((1, 1));
            self.task(("meeting", "Pipeline review"), Some(due), (owner, team), None, None);
            if let Some(row) = self.out.activities.last_mut() {
                row["repeats"] = json!(format!("FREQ=WEEKLY;BYDAY={}", &due.format("%a").to_string().to_uppercase()[..2]));
                row["repeats_zone"] = json!("America/New_York");
                row["series_id"] = row["id"].clone();
            }
        }
    }

    fn rates(&mut self) {
        let today = self.desk.now.date_naive();
        for (currency, start, step) in RATES {
            let mut rate = *start;
            for back in (0..10).rev() {
                let month = today.checked_sub_months(Months::new(back)).and_then(|d| d.with_day(1)).unwrap_or(today);
                rate *= 1.0 + (self.dice.unit() - 0.5) * step;
                self.out.rates.push(
                    json!({ "currency": currency, "day": month, "rate": format!("{rate:.6}"), "updated_at": self.desk.now }),
                );
            }
        }
    }
}

/// The fields of the company's own, as rows of `custom_fields`.
pub fn fields() -> Vec<Json> {
    let options =
        |list: &[(&str, &str)]| list.iter().map(|(key, label)| json!({ "key": key, "label": label })).collect::<Vec<_>>();
    let products: Vec<(&str, &str)> = PRODUCTS.iter().map(|p| (p.0, p.1)).collect();
    let choice = |entity: &str, key: &str, label: &str, list: &[(&str, &str)], position: i32| json!({ "entity": entity, "key": key, "label": label, "type": "choice", "options": options(list), "position": position });
    vec![
        json!({ "entity": "client", "key": "company", "label": "Company", "type": "text", "options": [], "position": 0 }),
        choice("client", "industry", "Industry", INDUSTRIES, 1),
        choice("contact", "department", "Department", DEPARTMENTS, 0),
        choice("deal", "product", "Product", &products, 0),
    ]
}

/// A tenant's statuses are called otherwise by sales teams.
pub fn status_of(facts: &Facts, key: &str) -> Option<String> {
    let named = match key {
        "vip" => "key_account",
        "restricted" => "at_risk",
        _ => return None,
    };
    facts.client_statuses.iter().find(|s| *s == named).cloned()
}

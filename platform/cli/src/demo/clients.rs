//! Clients at all stages of their life.

use chrono::{DateTime, Datelike as _, Duration, DurationRound as _, Timelike as _, Utc, Weekday};
use serde_json::{Value as Json, json};

use super::dice::Dice;
use super::people::{People, Person};
use super::rows::{ClientRow, Facts};
use super::staff::Floor;

/// For how long the demo broker has been in business, in days.
pub const DAYS: i64 = 548;

/// Where people come from; the first ones bring more.
const SOURCES: &[(&str, u32)] = &[
    ("Google · Brand", 20),
    ("Meta · Lookalike", 17),
    ("Organic", 15),
    ("Google · Generic", 12),
    ("Partner form", 10),
    ("Referral", 8),
    ("Webinar", 7),
    ("YouTube", 5),
    ("Meta · Retargeting", 4),
    ("Trade show", 2),
];

/// A source by its share.
pub fn source(dice: &mut Dice) -> &'static str {
    dice.weighted(SOURCES)
}

/// When somebody came: more of them the later it is, more on working days and during the day.
pub fn arrival(now: DateTime<Utc>, days: i64, growth: f64, dice: &mut Dice) -> DateTime<Utc> {
    for _ in 0..12 {
        let back = 1.0 - dice.unit().powf(1.0 / growth);
        let at = now - Duration::milliseconds((back * (days * 86_400_000) as f64) as i64);
        let day = match at.weekday() {
            Weekday::Sat => 0.4,
            Weekday::Sun => 0.5,
            Weekday::Fri => 0.85,
            _ => 1.0,
        };
        let hour = match at.hour() {
            0..=4 => 0.12,
            5..=6 => 0.4,
            7..=17 => 1.0,
            18..=20 => 0.75,
            _ => 0.35,
        };
        if dice.chance(day * hour) {
            return millis(at);
        }
    }
    millis(dice.moment(now - Duration::days(days), now))
}

/// Whole milliseconds: what a UUIDv7 holds and JSON shows.
pub fn millis(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(Duration::milliseconds(1)).unwrap_or(at)
}

/// How a client stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    New,
    Active,
    Vip,
    Dormant,
    Restricted,
    Closed,
}

impl Stage {
    fn after(days: i64, dice: &mut Dice) -> Self {
        use Stage::{Active, Closed, Dormant, New, Restricted, Vip};
        let shares: [(Stage, u32); 6] = match days {
            ..14 => [(New, 700), (Active, 262), (Vip, 6), (Dormant, 0), (Restricted, 16), (Closed, 16)],
            14..60 => [(New, 290), (Active, 550), (Vip, 18), (Dormant, 62), (Restricted, 30), (Closed, 50)],
            60..180 => [(New, 80), (Active, 575), (Vip, 30), (Dormant, 205), (Restricted, 30), (Closed, 80)],
            _ => [(New, 30), (Active, 440), (Vip, 40), (Dormant, 330), (Restricted, 40), (Closed, 120)],
        };
        dice.weighted(&shares)
    }

    fn key(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Active => "active",
            Self::Vip => "vip",
            Self::Dormant => "dormant",
            Self::Restricted => "restricted",
            Self::Closed => "closed",
        }
    }

    fn kyc(self, dice: &mut Dice) -> &'static str {
        let shares: [(&str, u32); 5] = match self {
            Self::New => [("missing", 58), ("pending", 34), ("approved", 7), ("rejected", 1), ("expired", 0)],
            Self::Active => [("missing", 0), ("pending", 6), ("approved", 90), ("rejected", 0), ("expired", 4)],
            Self::Vip => [("missing", 0), ("pending", 0), ("approved", 97), ("rejected", 0), ("expired", 3)],
            Self::Dormant => [("missing", 5), ("pending", 4), ("approved", 70), ("rejected", 1), ("expired", 20)],
            Self::Restricted => [("missing", 0), ("pending", 25), ("approved", 0), ("rejected", 40), ("expired", 35)],
            Self::Closed => [("missing", 10), ("pending", 0), ("approved", 45), ("rejected", 20), ("expired", 25)],
        };
        dice.weighted(&shares)
    }

    fn balance(self, kyc: &str, dice: &mut Dice) -> f64 {
        let (empty, median, sigma) = match self {
            Self::New if kyc == "missing" => (1.0, 0.0, 0.0),
            Self::New => (0.85, 220.0, 0.8),
            Self::Active => (0.1, 1_400.0, 1.35),
            Self::Vip => (0.0, 68_000.0, 0.95),
            Self::Dormant => (0.45, 55.0, 1.2),
            Self::Restricted => (0.5, 400.0, 1.2),
            Self::Closed => (1.0, 0.0, 0.0),
        };
        if dice.chance(empty) { 0.0 } else { dice.log_normal(median, sigma).min(4_500_000.0) }
    }

    fn last_activity(self, created: DateTime<Utc>, now: DateTime<Utc>, dice: &mut Dice) -> DateTime<Utc> {
        let at = match self {
            Self::New => created + dice.waiting(Duration::days(3)),
            Self::Vip => now - dice.waiting(Duration::days(2)),
            Self::Active => now - dice.waiting(Duration::days(9)),
            Self::Dormant => dice.moment(created, (now - Duration::days(75)).max(created)),
            Self::Restricted | Self::Closed => dice.moment(created, now),
        };
        // Short waits and young clients would otherwise pile up at the ends.
        millis(if at < created || at > now { dice.moment(created, now) } else { at })
    }
}

/// Clients, oldest first.
pub fn make(
    count: usize,
    facts: &Facts,
    floor: &Floor,
    people: &mut People,
    now: DateTime<Utc>,
    dice: &mut Dice,
) -> Vec<ClientRow> {
    let mut arrivals: Vec<DateTime<Utc>> = (0..count).map(|_| arrival(now, DAYS, 1.75, dice)).collect();
    arrivals.sort();
    arrivals.into_iter().map(|at| client(at, facts, floor, &people.meet(dice), now, dice)).collect()
}

fn client(
    created_at: DateTime<Utc>,
    facts: &Facts,
    floor: &Floor,
    who: &Person,
    now: DateTime<Utc>,
    dice: &mut Dice,
) -> ClientRow {
    let days = (now - created_at).num_days();
    let stage = Stage::after(days, dice);
    let kyc_status = stage.kyc(dice);
    let balance = stage.balance(kyc_status, dice);
    let source = source(dice);
    let desk = floor.desk_for(who.country.code, stage == Stage::Vip, dice);
    let free = match stage {
        Stage::New if days < 7 => 0.4,
        Stage::New => 0.2,
        Stage::Vip => 0.01,
        _ => 0.13,
    };
    let agent = if dice.chance(free) { None } else { Some(floor.agent_of(desk, dice).id) };
    // What is nobody's waits with the desk, or with everybody.
    let team_id = (agent.is_some() || dice.chance(0.45)).then(|| floor.desks[desk].team);
    let last_activity_at = stage.last_activity(created_at, now, dice);
    let updated_at = if dice.chance(0.6) { last_activity_at } else { millis(dice.moment(created_at, last_activity_at)) };
    let known = kyc_status != "missing";
    ClientRow {
        id: dice.id(created_at),
        first_name: who.first_name.clone(),
        last_name: who.last_name.clone(),
        email: who.email.clone(),
        phone: dice.chance(0.97).then(|| who.phone.clone()),
        country: who.country.code,
        language: who.language,
        address: (known || dice.chance(0.3)).then(|| who.address.clone()),
        date_of_birth: (known || dice.chance(0.6)).then_some(who.date_of_birth),
        status: facts.client_status(stage.key()),
        kyc_status,
        source,
        assigned_to: agent,
        team_id,
        tags: tags(who, stage, balance, source, dice),
        custom: custom(who, stage, balance, dice),
        balance: format!("{balance:.2}"),
        currency: if dice.chance(0.8) { who.country.currency } else { "USD" },
        last_activity_at,
        created_at,
        updated_at,
        created_by: agent.filter(|_| matches!(source, "Referral" | "Trade show") && dice.chance(0.7)),
        version: 1 + i32::try_from(dice.between(0, 1 + days.min(90) / 15)).unwrap_or(0),
    }
}

fn tags(who: &Person, stage: Stage, balance: f64, source: &str, dice: &mut Dice) -> Vec<&'static str> {
    let mut tags = Vec::new();
    let mut tag = |on: bool, name: &'static str| {
        if on {
            tags.push(name);
        }
    };
    let swap_free = matches!(who.country.code, "AE" | "SA" | "KW" | "QA" | "EG" | "TR");
    tag(stage == Stage::Vip, "vip");
    tag(balance >= 25_000.0, "high-balance");
    tag(who.language == "ar" && dice.chance(0.55), "arabic-speaking");
    tag(matches!(who.country.code, "ES" | "MX") && dice.chance(0.35), "spanish-speaking");
    tag(who.country.code == "DE" && dice.chance(0.3), "german-speaking");
    tag(swap_free && stage != Stage::New && dice.chance(0.4), "islamic-account");
    tag(source == "Webinar" && dice.chance(0.8), "webinar");
    tag(dice.chance(0.08), "copy-trading");
    tag(dice.chance(0.05), "algo-trader");
    tag(dice.chance(0.06), "call-in-the-evening");
    tag(stage == Stage::Dormant && dice.chance(0.3), "win-back");
    tag(stage == Stage::Restricted && dice.chance(0.5), "documents-due");
    tags
}

fn custom(who: &Person, stage: Stage, balance: f64, dice: &mut Dice) -> Json {
    if stage == Stage::New {
        return json!({});
    }
    let leverage = match who.country.currency {
        "EUR" | "GBP" => "1:30",
        _ => dice.pick(&["1:100", "1:200", "1:400"]),
    };
    let account = if balance > 20_000.0 { "raw_spread" } else { "standard" };
    json!({ "platform": dice.pick(&["mt5", "mt5", "mt4", "web"]), "account_type": account, "leverage": leverage })
}

//! What a report must say, counted row by row with whole numbers.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, Days, Months, NaiveDate};
use runtime::Rows as _;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use test_kit::Broker;
use uuid::Uuid;

use super::{by, month};

/// Amounts have four decimals, rates twelve, and a likelihood two.
const SCALE: i128 = 1_000_000_000_000_000_000;

/// As the report writes it, rounded at the very end.
fn text(amount: i128) -> String {
    let unit = SCALE / 100;
    let cents = (amount + unit / 2) / unit;
    format!("{}.{:02}", cents / 100, cents % 100)
}

#[derive(Deserialize)]
struct Deal {
    kind: String,
    pipeline: String,
    stage: String,
    chance: i128,
    outcome: String,
    amount: Option<i128>,
    currency: String,
    expected: Option<NaiveDate>,
    closed: Option<NaiveDate>,
    created: NaiveDate,
    seconds: f64,
    owner: Option<Uuid>,
    team: Option<Uuid>,
    visited: Vec<String>,
}

#[derive(Deserialize)]
struct Event {
    kind: String,
    day: NaiveDate,
    owner: Option<Uuid>,
    team: Option<Uuid>,
}

#[derive(Deserialize)]
struct Rate {
    currency: String,
    day: NaiveDate,
    rate: i128,
}

#[derive(Deserialize)]
struct Stage {
    pipeline: String,
    key: String,
    outcome: String,
}

/// Everything there is.
pub struct Model {
    deals: Vec<Deal>,
    activities: Vec<Event>,
    completed: Vec<Event>,
    contacts: Vec<Event>,
    rates: Vec<Rate>,
    stages: Vec<Stage>,
    today: NaiveDate,
}

/// Who reads.
pub enum Reader {
    All,
    Team(Vec<Uuid>, Uuid),
    Own(Uuid),
}

/// What is asked for.
#[derive(Default)]
pub struct Wanted {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub pipeline: Option<&'static str>,
    pub opportunities: bool,
    pub owners: Vec<Uuid>,
    pub teams: Vec<Uuid>,
}

fn words(ids: &[Uuid]) -> String {
    ids.iter().map(|id| if id.is_nil() { "none".to_owned() } else { id.to_string() }).collect::<Vec<_>>().join(",")
}

impl Wanted {
    pub fn query(&self) -> String {
        let mut parts = Vec::new();
        let mut add = |name: &str, value: Option<String>| parts.extend(value.map(|v| format!("{name}={v}")));
        add("from", self.from.map(|d| d.to_string()));
        add("to", self.to.map(|d| d.to_string()));
        add("pipeline", self.pipeline.map(str::to_owned));
        add("kind", self.opportunities.then(|| "opportunity".to_owned()));
        add("owner", (!self.owners.is_empty()).then(|| words(&self.owners)));
        add("team", (!self.teams.is_empty()).then(|| words(&self.teams)));
        parts.join("&")
    }

    fn belongs(&self, reader: &Reader, owner: Option<Uuid>, team: Option<Uuid>) -> bool {
        let seen = match reader {
            Reader::All => true,
            Reader::Team(teams, me) => team.is_some_and(|t| teams.contains(&t)) || owner == Some(*me),
            Reader::Own(me) => owner == Some(*me),
        };
        let chosen = |ids: &[Uuid], id: Option<Uuid>| ids.is_empty() || ids.contains(&id.unwrap_or(Uuid::nil()));
        seen && chosen(&self.owners, owner) && chosen(&self.teams, team)
    }
}

type Days2 = (NaiveDate, NaiveDate);

fn within(day: Option<NaiveDate>, (from, to): Days2) -> bool {
    day.is_some_and(|d| (from..=to).contains(&d))
}

/// What some deals come to.
#[derive(Default)]
struct Total {
    count: i64,
    value: i128,
    weighted: i128,
    amounts: i128,
    missing: BTreeSet<String>,
}

impl Total {
    fn sum(&self) -> Json {
        json!({ "count": self.count, "value": text(self.value) })
    }

    fn open(&self) -> Json {
        json!({ "count": self.count, "value": text(self.value), "weighted": text(self.weighted) })
    }
}

impl Model {
    pub async fn read(broker: &Broker<'_>, zone: &str, today: NaiveDate) -> Self {
        let tx = broker.tx().await;
        let rows = async |sql: String| -> Json {
            let sql: &'static str = format!("select coalesce(jsonb_agg(to_jsonb(x)), '[]') from ({sql}) x").leak();
            tx.scalar(sql, []).await.unwrap().unwrap()
        };
        let event = |table: &str, kind: &str| {
            format!(
                "select {kind} as kind, (created_at at time zone '{zone}')::date as day, assigned_to as owner, team_id as team
                 from {table} where deleted_at is null"
            )
        };
        let deals = format!(
            "select d.kind, d.pipeline_key as pipeline, d.stage, coalesce(d.probability, s.probability) as chance, d.outcome,
                 (d.amount * 10000)::bigint as amount, d.currency, d.expected_close_date as expected,
                 (d.closed_at at time zone '{zone}')::date as closed, (d.created_at at time zone '{zone}')::date as created,
                 coalesce(extract(epoch from d.closed_at - d.created_at), 0)::float8 as seconds, d.assigned_to as owner,
                 d.team_id as team, (select coalesce(jsonb_agg(h.new_stage), '[]') from deal_stages h
                     where h.deal_id = d.id and h.pipeline_key = d.pipeline_key) as visited
             from deals d join pipeline_stages s on s.pipeline_key = d.pipeline_key and s.key = d.stage where d.deleted_at is null"
        );
        Self {
            deals: serde_json::from_value(rows(deals).await).unwrap(),
            activities: serde_json::from_value(rows(event("activities", "type")).await).unwrap(),
            completed: serde_json::from_value(
                rows(format!(
                    "select type as kind, (completed_at at time zone '{zone}')::date as day, assigned_to as owner, team_id as team
                     from activities where deleted_at is null and completed_at is not null"
                ))
                .await,
            )
            .unwrap(),
            contacts: serde_json::from_value(rows(event("contacts", "'contact'")).await).unwrap(),
            rates: serde_json::from_value(
                rows("select currency, day, (rate * 1000000000000)::bigint as rate from exchange_rates".to_owned()).await,
            )
            .unwrap(),
            stages: serde_json::from_value(
                rows(
                    "select pipeline_key as pipeline, key, outcome from pipeline_stages order by pipeline_key, position"
                        .to_owned(),
                )
                .await,
            )
            .unwrap(),
            today,
        }
    }

    fn rate(&self, currency: &str, day: NaiveDate) -> Option<i128> {
        if currency == "USD" {
            return Some(1_000_000_000_000);
        }
        let known = self.rates.iter().filter(|r| r.currency == currency && r.day <= day);
        known.max_by_key(|r| r.day).map(|r| r.rate)
    }

    fn total<'a>(&self, deals: impl Iterator<Item = &'a Deal>) -> Total {
        let mut total = Total::default();
        for deal in deals {
            total.count += 1;
            let Some(amount) = deal.amount else { continue };
            match self.rate(&deal.currency, deal.closed.unwrap_or(self.today)) {
                Some(rate) => {
                    total.amounts += 1;
                    total.value += amount * rate * 100;
                    total.weighted += amount * rate * deal.chance;
                }
                None => {
                    total.missing.insert(deal.currency.clone());
                }
            }
        }
        total
    }

    /// Compares a report; returns how many figures it has that are not nothing.
    pub fn check(&self, report: &Json, reader: &Reader, wanted: &Wanted) -> usize {
        let about = wanted.query();
        let first = |d: NaiveDate| d.with_day(1).unwrap();
        let from = wanted.from.unwrap_or(first(self.today));
        let to = wanted.to.unwrap_or_else(|| first(self.today).checked_add_months(Months::new(1)).unwrap().pred_opt().unwrap());
        let whole = from.day() == 1 && to.succ_opt().unwrap().day() == 1;
        let before = if whole {
            let months = (to.year() * 12 + to.month() as i32) - (from.year() * 12 + from.month() as i32) + 1;
            (from.checked_sub_months(Months::new(months.unsigned_abs())).unwrap(), from.pred_opt().unwrap())
        } else {
            let days = (to - from).num_days().unsigned_abs();
            (from.checked_sub_days(Days::new(days + 1)).unwrap(), from.pred_opt().unwrap())
        };
        let now = (from, to);
        let day = |name: &str| report[name].as_str().unwrap().parse::<NaiveDate>().unwrap();
        assert_eq!((day("from"), day("to"), day("before_from"), day("before_to")), (from, to, before.0, before.1), "{about}");
        assert_eq!(day("today"), self.today);

        let kind = if wanted.opportunities { "opportunity" } else { "deal" };
        let mine: Vec<&Deal> = (self.deals.iter())
            .filter(|d| wanted.belongs(reader, d.owner, d.team))
            .filter(|d| wanted.pipeline.is_none_or(|p| d.pipeline == p))
            .collect();
        let of = |k: &'static str| mine.iter().copied().filter(move |d| d.kind == k);
        let deals: Vec<&Deal> = mine.iter().copied().filter(|d| d.kind == kind).collect();
        let open = || deals.iter().copied().filter(|d| d.outcome == "none");
        let closed = |outcome: &'static str, span: Days2| {
            deals.iter().copied().filter(move |d| d.outcome == outcome && within(d.closed, span))
        };
        let mut missing: BTreeSet<String> = BTreeSet::new();
        let mut found = 0;
        let mut total = |deals: &mut dyn Iterator<Item = &Deal>| {
            let total = self.total(deals);
            found += usize::from(total.value > 0);
            missing.extend(total.missing.iter().cloned());
            total
        };

        let m = &report["metrics"];
        assert_eq!(m["opportunities"], total(&mut of("opportunity").filter(|d| d.outcome == "none")).open(), "{about}");
        assert_eq!(m["deals"], total(&mut of("deal").filter(|d| d.outcome == "none")).open(), "{about}");
        for (name, span) in [("closed", now), ("closed_before", before)] {
            let (won, lost) = (total(&mut closed("won", span)), total(&mut closed("lost", span)));
            let c = &m[name];
            assert_eq!((&c["won"], &c["lost"]), (&won.sum(), &lost.sum()), "{name} {about}");
            let begun: Vec<&&Deal> = deals.iter().filter(|d| within(Some(d.created), span)).collect();
            let begun_won = begun.iter().filter(|d| d.outcome == "won").count();
            assert_eq!(c["created"], begun.len(), "{name} {about}");
            same(&c["win_rate"], ratio(won.count, won.count + lost.count));
            same(&c["close_rate"], ratio(begun_won as i64, begun.len() as i64));
            let average = (won.amounts > 0).then(|| text((won.value * 2 + won.amounts) / (won.amounts * 2)));
            assert_eq!(c["average"].as_str().map(str::to_owned), average, "{name} {about}");
            let seconds: f64 = closed("won", span).map(|d| d.seconds).sum();
            same(&c["cycle_days"], (won.count > 0).then(|| (seconds / won.count as f64 / 8_640.0).round() / 10.0));
        }
        let month_now = (first(self.today), first(self.today).checked_add_months(Months::new(1)).unwrap().pred_opt().unwrap());
        assert_eq!(m["won_this_month"], total(&mut closed("won", month_now)).sum(), "{about}");
        let events = |all: &[Event], span: Days2| {
            all.iter().filter(|e| wanted.belongs(reader, e.owner, e.team) && within(Some(e.day), span)).count()
        };
        assert_eq!(m["activities"], json!({ "now": events(&self.activities, now), "before": events(&self.activities, before) }));
        assert_eq!(m["completed"], json!({ "now": events(&self.completed, now), "before": events(&self.completed, before) }));
        let all = (NaiveDate::MIN, NaiveDate::MAX);
        let contacts = json!({
            "total": events(&self.contacts, all), "total_is_estimate": false, "new": events(&self.contacts, now),
            "new_before": events(&self.contacts, before),
        });
        assert_eq!(m["contacts"], contacts, "{about}");

        let stages = report["stages"].as_array().unwrap();
        let shown: Vec<&Stage> = self.stages.iter().filter(|s| wanted.pipeline.is_none_or(|p| s.pipeline == p)).collect();
        assert_eq!(stages.len(), shown.len(), "{about}");
        for line in stages {
            let here = |d: &&Deal| d.pipeline == line["pipeline"] && d.stage == line["stage"];
            let count = match line["outcome"].as_str().unwrap() {
                "none" => total(&mut open().filter(here)),
                "won" => total(&mut closed("won", now).filter(here)),
                _ => total(&mut closed("lost", now).filter(here)),
            };
            let weighted = match line["outcome"].as_str().unwrap() {
                "none" => count.weighted,
                "won" => count.value,
                _ => 0,
            };
            let expected = json!([count.count, text(count.value), text(weighted)]);
            assert_eq!(json!([line["count"], line["value"], line["weighted"]]), expected, "{line} {about}");
        }

        let f = &report["forecast"];
        let start = first(self.today);
        let end = start.checked_add_months(Months::new(12)).unwrap();
        assert_eq!(f["overdue"], total(&mut open().filter(|d| d.expected.is_some_and(|e| e < start))).open(), "{about}");
        assert_eq!(f["later"], total(&mut open().filter(|d| d.expected.is_some_and(|e| e >= end))).open(), "{about}");
        assert_eq!(f["undated"], total(&mut open().filter(|d| d.expected.is_none())).open(), "{about}");
        for n in 0..12 {
            let key = month(start.checked_add_months(Months::new(n)).unwrap());
            let mut expected = total(&mut open().filter(|d| d.expected.is_some_and(|e| month(e) == key))).open();
            expected["month"] = json!(key);
            assert_eq!(f["months"][n as usize], expected, "{about}");
        }

        // Each came as far as the farthest stage that it ever stood in.
        let pipeline = wanted.pipeline.unwrap_or("sales");
        assert_eq!(report["funnel_pipeline"], pipeline);
        let steps: Vec<&Stage> = self.stages.iter().filter(|s| s.pipeline == pipeline && s.outcome != "lost").collect();
        let far = |d: &Deal| {
            let stood = |s: &&Stage| d.stage == s.key || d.visited.contains(&s.key);
            // What was lost from the start was begun.
            steps.iter().rposition(stood).unwrap_or(0)
        };
        for (n, step) in steps.iter().enumerate() {
            let reached = |span: Days2| {
                let begun = deals.iter().filter(|d| d.pipeline == pipeline && within(Some(d.created), span));
                begun.filter(|d| far(d) >= n).count()
            };
            let line = &report["funnel"][n];
            let expected = json!([step.key, reached(now), reached(before)]);
            assert_eq!(json!([line["stage"], line["count"], line["before"]]), expected, "{about}");
        }

        let mut days: BTreeMap<String, Json> = BTreeMap::new();
        for e in self.activities.iter().filter(|e| wanted.belongs(reader, e.owner, e.team) && within(Some(e.day), now)) {
            let empty = json!({ "date": e.day.to_string(), "call": 0, "email": 0, "meeting": 0, "task": 0, "note": 0 });
            let day = days.entry(e.day.to_string()).or_insert(empty);
            day[&e.kind] = json!(day[&e.kind].as_i64().unwrap() + 1);
        }
        assert_eq!(report["activity"], Json::Array(days.into_values().collect()), "{about}");

        for (part, team) in [("performers", false), ("teams", true)] {
            let key = |d: &Deal| if team { d.team } else { d.owner };
            let key_of_event = |e: &Event| if team { e.team } else { e.owner };
            let mut ids: BTreeSet<Option<Uuid>> =
                deals.iter().filter(|d| d.outcome == "none" || within(d.closed, (before.0, to))).map(|d| key(d)).collect();
            let busy = |e: &&Event| wanted.belongs(reader, e.owner, e.team) && within(Some(e.day), now);
            ids.extend(self.activities.iter().filter(busy).map(key_of_event));
            if !team {
                ids.remove(&None);
            }
            let lines = by(&report[part], "id");
            let known: BTreeSet<Option<Uuid>> = lines.keys().map(|k| k.parse().ok()).collect();
            assert_eq!(known, ids, "{part} {about}");
            for id in ids {
                let line = &lines[&id.map(|id| id.to_string()).unwrap_or_default()];
                let theirs = |d: &&Deal| key(d) == id;
                let won = total(&mut closed("won", now).filter(theirs));
                let lost = closed("lost", now).filter(theirs).count();
                let open = total(&mut open().filter(theirs));
                assert_eq!((&line["won"], &line["open"]), (&won.sum(), &open.open()), "{part} {id:?} {about}");
                assert_eq!(line["lost"], lost, "{part} {id:?} {about}");
                same(&line["win_rate"], ratio(won.count, won.count + lost as i64));
                let done = self.activities.iter().filter(busy).filter(|e| key_of_event(e) == id).count();
                assert_eq!(line["activities"], done, "{part} {id:?} {about}");
                if team {
                    assert_eq!(line["won_before"], total(&mut closed("won", before).filter(theirs)).sum(), "{id:?} {about}");
                }
            }
            let order: Vec<f64> =
                (report[part].as_array().unwrap().iter()).map(|l| l["won"]["value"].as_str().unwrap().parse().unwrap()).collect();
            assert!(order.is_sorted_by(|a, b| a >= b), "{part}: {order:?}");
        }

        let buckets = report["won"]["buckets"].as_array().unwrap();
        let mut next = from;
        for b in buckets {
            let span: Days2 = (b["from"].as_str().unwrap().parse().unwrap(), b["to"].as_str().unwrap().parse().unwrap());
            assert_eq!(span.0, next, "a gap between the pieces: {about}");
            next = span.1.succ_opt().unwrap();
            let expected = (total(&mut closed("won", span)).sum(), total(&mut closed("lost", span)).sum());
            assert_eq!((&b["won"], &b["lost"]), (&expected.0, &expected.1), "{span:?} {about}");
        }
        assert_eq!(next, to.succ_opt().unwrap(), "{about}");
        let told: BTreeSet<String> = serde_json::from_value(report["missing_rates"].clone()).unwrap();
        assert_eq!(told, missing, "{about}");
        found
    }
}

fn ratio(part: i64, all: i64) -> Option<f64> {
    (all > 0).then(|| part as f64 / all as f64)
}

fn same(found: &Json, expected: Option<f64>) {
    match (found.as_f64(), expected) {
        (None, None) => {}
        (Some(a), Some(b)) if (a - b).abs() < 0.000_001 || (a - b).abs() < 0.11 && a > 1.0 => {}
        other => panic!("{other:?}"),
    }
}

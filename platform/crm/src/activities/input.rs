//! What requests say of activities, and the checks of it.

use chrono::{DateTime, Datelike as _, NaiveDate, SubsecRound as _, TimeDelta, Utc};
use chrono_tz::Tz;
use kernel::validate::Checker;
use poem_openapi::Object;
use poem_openapi::types::MaybeUndefined;
use serde::{Deserialize, Serialize};

use super::entity::{Activity, PRIORITIES, TYPES};
use super::repeats::{Freq, Rule, WEEKDAYS};
use crate::zone::{day_of, midnight};

/// How an activity is to come again.
#[derive(Debug, Clone, Default, Object)]
pub struct RepeatIn {
    /// `daily`, `weekly`, `monthly` or `yearly`. Required.
    pub freq: Option<String>,
    /// Every so many of these, 1 to 365; 1 if absent.
    pub interval: Option<i64>,
    /// Days of a weekly rule: `mo` to `su`; the day it is due on if absent.
    pub weekdays: Option<Vec<String>>,
    /// The last day on which it may fall, YYYY-MM-DD; not together with `count`.
    pub until: Option<String>,
    /// How often it comes, this time included: 1 to 1,000.
    pub count: Option<i64>,
    /// The time zone in which days are counted, e.g. `Europe/London`; the CRM's if absent.
    pub timezone: Option<String>,
}

/// A new activity. Type and subject are required.
#[derive(Debug, Clone, Default, Object)]
pub struct ActivityIn {
    /// `call`, `email`, `meeting`, `task` or `note`. Required.
    #[oai(rename = "type")]
    pub kind: Option<String>,
    /// What it is about, at most 200 characters. Required.
    pub subject: Option<String>,
    /// More of that, at most 10,000 characters.
    pub description: Option<String>,
    /// `scheduled` (the default), `completed` or `cancelled`.
    pub status: Option<String>,
    /// `low`, `normal` (the default), `high` or `urgent`.
    pub priority: Option<String>,
    /// When it is due: an instant (RFC 3339), or a day (YYYY-MM-DD) for a whole day.
    pub due_at: Option<String>,
    /// Whether it is for a day and not for a time.
    pub all_day: Option<bool>,
    /// How long it takes, in minutes.
    pub duration_minutes: Option<i64>,
    /// What came of it, at most 2,000 characters.
    pub outcome: Option<String>,
    /// Where, at most 200 characters.
    pub location: Option<String>,
    /// The client it is about; one that the caller may read. The same holds for the other records.
    pub client_id: Option<String>,
    /// The contact it is about.
    pub contact_id: Option<String>,
    /// The lead it is about.
    pub lead_id: Option<String>,
    /// The deal it is about.
    pub deal_id: Option<String>,
    /// The opportunity it is about.
    pub opportunity_id: Option<String>,
    /// Whose it is; the caller's own if absent, nobody's if null.
    pub assigned_to: MaybeUndefined<String>,
    /// How it comes again; goes with a date.
    pub repeat: Option<RepeatIn>,
    /// Minutes before it is due at which its owner is reminded, 0 to 40,320 (four weeks); goes with a date.
    pub remind_before: Option<i64>,
    /// When it was done, with `status` `completed`; now if absent.
    pub completed_at: Option<String>,
}

/// Changes to an activity: absent leaves a field, null empties it.
#[derive(Debug, Clone, Default, Object)]
pub struct ActivityPatch {
    /// `call`, `email`, `meeting`, `task` or `note`.
    #[oai(rename = "type")]
    pub kind: MaybeUndefined<String>,
    /// What it is about, at most 200 characters.
    pub subject: MaybeUndefined<String>,
    /// More of that, at most 10,000 characters.
    pub description: MaybeUndefined<String>,
    /// `scheduled`, `completed` or `cancelled`; the same as the operations of these names.
    pub status: Option<String>,
    /// `low`, `normal`, `high` or `urgent`.
    pub priority: MaybeUndefined<String>,
    /// When it is due: an instant (RFC 3339), or a day (YYYY-MM-DD) for a whole day.
    pub due_at: MaybeUndefined<String>,
    /// Whether it is for a day and not for a time.
    pub all_day: Option<bool>,
    /// How long it takes, in minutes.
    pub duration_minutes: MaybeUndefined<i64>,
    /// What came of it, at most 2,000 characters.
    pub outcome: MaybeUndefined<String>,
    /// Where, at most 200 characters.
    pub location: MaybeUndefined<String>,
    /// The client it is about; one that the caller may read. The same holds for the other records.
    pub client_id: MaybeUndefined<String>,
    /// The contact it is about.
    pub contact_id: MaybeUndefined<String>,
    /// The lead it is about.
    pub lead_id: MaybeUndefined<String>,
    /// The deal it is about.
    pub deal_id: MaybeUndefined<String>,
    /// The opportunity it is about.
    pub opportunity_id: MaybeUndefined<String>,
    /// Whose it is.
    pub assigned_to: MaybeUndefined<String>,
    /// Team's id.
    pub team_id: MaybeUndefined<String>,
    /// How it comes again; goes with a date.
    pub repeat: MaybeUndefined<RepeatIn>,
    /// Minutes before it is due at which its owner is reminded; goes with a date.
    pub remind_before: MaybeUndefined<i64>,
    /// The version the caller saw.
    pub version: Option<i32>,
}

/// That an activity was done.
#[derive(Debug, Clone, Default, Object)]
pub struct CompleteIn {
    /// What came of it, at most 2,000 characters.
    pub outcome: Option<String>,
    /// When it was done, an instant (RFC 3339); now if absent.
    pub completed_at: Option<String>,
}

/// That an activity is called off.
#[derive(Debug, Clone, Default, Object)]
pub struct CancelIn {
    /// Why, at most 2,000 characters.
    pub outcome: Option<String>,
    /// Of one that comes again: whether nothing more of it comes. Otherwise the next one does.
    pub series: Option<bool>,
}

/// Another time.
#[derive(Debug, Clone, Default, Object)]
pub struct MoveIn {
    /// When it is due: an instant (RFC 3339), or a day for a whole day. Required.
    pub due_at: Option<String>,
    /// Whether it is for a day and not for a time; as it was if absent.
    pub all_day: Option<bool>,
    /// How long it takes, in minutes; as it was if absent.
    pub duration_minutes: Option<i64>,
    /// The version the caller saw.
    pub version: Option<i32>,
}

/// Filters of the list.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ActivityFilter {
    /// Kinds.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// How they stand.
    pub status: Option<String>,
    /// Priorities.
    pub priority: Option<String>,
    /// Clients.
    pub client_id: Option<String>,
    /// Contacts.
    pub contact_id: Option<String>,
    /// Leads.
    pub lead_id: Option<String>,
    /// Deals.
    pub deal_id: Option<String>,
    /// Opportunities.
    pub opportunity_id: Option<String>,
    /// Owners, me, or none.
    pub assigned_to: Option<String>,
    /// Teams, or none.
    pub team_id: Option<String>,
    /// First day it is due.
    pub due_from: Option<String>,
    /// Last day it is due.
    pub due_to: Option<String>,
    /// First day of creation.
    pub created_from: Option<String>,
    /// Last day of creation.
    pub created_to: Option<String>,
    /// Imports that they came with, or none.
    pub import_id: Option<String>,
    /// Words.
    pub search: Option<String>,
}

fn given<T: Clone>(value: &Option<T>) -> MaybeUndefined<T> {
    value.clone().map_or(MaybeUndefined::Undefined, MaybeUndefined::Value)
}

impl From<&ActivityIn> for ActivityPatch {
    fn from(i: &ActivityIn) -> Self {
        Self {
            kind: given(&i.kind),
            subject: given(&i.subject),
            description: given(&i.description),
            status: i.status.clone(),
            priority: given(&i.priority),
            due_at: given(&i.due_at),
            all_day: i.all_day,
            duration_minutes: given(&i.duration_minutes),
            outcome: given(&i.outcome),
            location: given(&i.location),
            client_id: given(&i.client_id),
            contact_id: given(&i.contact_id),
            lead_id: given(&i.lead_id),
            deal_id: given(&i.deal_id),
            opportunity_id: given(&i.opportunity_id),
            assigned_to: i.assigned_to.clone(),
            team_id: MaybeUndefined::Undefined,
            repeat: given(&i.repeat),
            remind_before: given(&i.remind_before),
            version: None,
        }
    }
}

/// What an activity says of itself, checked.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub kind: String,
    pub subject: String,
    pub description: Option<String>,
    pub priority: String,
    pub due_at: Option<DateTime<Utc>>,
    pub all_day: bool,
    pub duration: Option<i32>,
    pub outcome: Option<String>,
    pub location: Option<String>,
    pub rule: Option<(Rule, Tz)>,
    pub remind_before: Option<i32>,
}

impl Facts {
    /// Those of a new one, before anything is said.
    pub fn blank() -> Self {
        Self {
            kind: String::new(),
            subject: String::new(),
            description: None,
            priority: "normal".to_owned(),
            due_at: None,
            all_day: false,
            duration: None,
            outcome: None,
            location: None,
            rule: None,
            remind_before: None,
        }
    }

    /// Those that it has.
    pub fn of(a: &Activity) -> Self {
        Self {
            kind: a.kind.clone(),
            subject: a.subject.clone(),
            description: a.description.clone(),
            priority: a.priority.clone(),
            due_at: a.due_at,
            all_day: a.all_day,
            duration: a.duration_minutes,
            outcome: a.outcome.clone(),
            location: a.location.clone(),
            rule: a.rule(),
            remind_before: a.remind_before,
        }
    }

    /// When its owner is reminded.
    pub fn remind_at(&self) -> Option<DateTime<Utc>> {
        Some(self.due_at? - TimeDelta::minutes(self.remind_before?.into()))
    }

    /// Whether there is nothing to remind of (any more) at a moment.
    pub fn is_past(&self, now: DateTime<Utc>) -> bool {
        self.due_at.is_some_and(|due| due <= now)
    }
}

fn text(c: &mut Checker, field: &str, old: Option<String>, new: &MaybeUndefined<String>, most: usize) -> Option<String> {
    match new {
        MaybeUndefined::Undefined => old,
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(text) => c.optional(field, Some(text), most),
    }
}

fn word(c: &mut Checker, field: &str, old: String, new: &MaybeUndefined<String>, known: &[&str]) -> String {
    let given = match new {
        MaybeUndefined::Undefined => old,
        MaybeUndefined::Null => String::new(),
        MaybeUndefined::Value(word) => word.trim().to_lowercase(),
    };
    if given.is_empty() {
        c.add(field, "is required");
    } else if !known.contains(&given.as_str()) {
        c.add(field, format!("must be one of {}", known.join(", ")));
    }
    given
}

fn whole(c: &mut Checker, field: &str, old: Option<i32>, new: &MaybeUndefined<i64>, most: i32) -> Option<i32> {
    match new {
        MaybeUndefined::Undefined => old,
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(n) => {
            let fits = i32::try_from(*n).ok().filter(|n| (0..=most).contains(n));
            if fits.is_none() {
                c.add(field, format!("must be a whole number from 0 to {most}"));
            }
            fits
        }
    }
}

/// An instant of the present age.
pub(super) fn moment(c: &mut Checker, field: &str, text: &str) -> Option<DateTime<Utc>> {
    match DateTime::parse_from_rfc3339(text.trim()) {
        Ok(at) if (2000..=2100).contains(&at.year()) => Some(at.to_utc().trunc_subsecs(0)),
        _ => {
            c.add(field, "must be an instant (RFC 3339) between the years 2000 and 2100");
            None
        }
    }
}

fn due(c: &mut Checker, old: &Facts, patch: &ActivityPatch, zone: Tz) -> (Option<DateTime<Utc>>, bool) {
    let mut all_day = patch.all_day.unwrap_or(old.all_day);
    let at = match &patch.due_at {
        MaybeUndefined::Undefined => old.due_at,
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(text) if text.trim().is_empty() => None,
        MaybeUndefined::Value(text) => match text.trim().parse::<NaiveDate>() {
            Ok(day) if (2000..=2100).contains(&day.year()) => {
                // A day without a time is a whole day.
                all_day = true;
                Some(midnight(zone, day))
            }
            Ok(_) => {
                c.add("due_at", "must lie between the years 2000 and 2100");
                None
            }
            Err(_) => moment(c, "due_at", text),
        },
    };
    let at = at.map(|at| if all_day { midnight(zone, day_of(zone, at)) } else { at });
    (at, all_day)
}

/// What a change makes of what was; `zone` is the tenant's. `c` collects all faults.
pub(super) fn patched(c: &mut Checker, old: Facts, patch: &ActivityPatch, zone: Tz) -> Facts {
    let (due_at, all_day) = due(c, &old, patch, zone);
    let subject = match &patch.subject {
        MaybeUndefined::Undefined if !old.subject.is_empty() => old.subject.clone(),
        given => c.required("subject", given.as_opt_ref().flatten().map(String::as_str), 200),
    };
    let rule = match &patch.repeat {
        MaybeUndefined::Undefined => {
            // At another time of day, or on another day, the clock of before counts no more.
            let moved = due_at != old.due_at;
            old.rule.map(|(rule, zone)| (Rule { wall: rule.wall.filter(|_| !moved), ..rule }, zone))
        }
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(repeat) => read_rule(c, repeat, due_at, all_day, zone),
    };
    let remind_before = whole(c, "remind_before", old.remind_before, &patch.remind_before, 40_320);
    if due_at.is_none() && c.is_ok() {
        if matches!(patch.repeat, MaybeUndefined::Value(_)) {
            c.add("repeat", "goes with a date in due_at");
        }
        if matches!(patch.remind_before, MaybeUndefined::Value(_)) {
            c.add("remind_before", "goes with a date in due_at");
        }
    }
    Facts {
        kind: word(c, "type", old.kind, &patch.kind, TYPES),
        subject,
        description: text(c, "description", old.description, &patch.description, 10_000),
        priority: word(c, "priority", old.priority, &patch.priority, PRIORITIES),
        all_day: all_day && due_at.is_some(),
        duration: whole(c, "duration_minutes", old.duration, &patch.duration_minutes, 100_000),
        outcome: text(c, "outcome", old.outcome, &patch.outcome, 2_000),
        location: text(c, "location", old.location, &patch.location, 200),
        // What is without a date neither comes again nor reminds.
        rule: rule.filter(|_| due_at.is_some()),
        remind_before: remind_before.filter(|_| due_at.is_some()),
        due_at,
    }
}

fn read_rule(c: &mut Checker, given: &RepeatIn, due: Option<DateTime<Utc>>, all_day: bool, tenant: Tz) -> Option<(Rule, Tz)> {
    const FIELD: &str = "repeat";
    let before = c.is_ok();
    let freq = given.freq.as_deref().and_then(Freq::parse);
    if freq.is_none() {
        c.add(FIELD, "freq must be daily, weekly, monthly or yearly");
    }
    let interval = given.interval.unwrap_or(1);
    if !(1..=365).contains(&interval) {
        c.add(FIELD, "interval must be a whole number from 1 to 365");
    }
    let zone = match given.timezone.as_deref().filter(|name| !name.is_empty()) {
        // A whole day is one of the tenant's days.
        Some(name) if !all_day => name.parse().unwrap_or_else(|_| {
            c.add(FIELD, "timezone must be a name of the time zone database, e.g. Europe/London");
            tenant
        }),
        _ => tenant,
    };
    let named: Vec<String> = given.weekdays.iter().flatten().map(|word| word.trim().to_lowercase()).collect();
    if named.iter().any(|word| !WEEKDAYS.iter().any(|(_, known)| known == word)) {
        c.add(FIELD, "weekdays must be some of mo, tu, we, th, fr, sa, su");
    }
    if !named.is_empty() && freq.is_some_and(|freq| freq != Freq::Weekly) {
        c.add(FIELD, "weekdays go with weekly");
    }
    let until = match given.until.as_deref().map(str::trim).filter(|t| !t.is_empty()) {
        None => None,
        Some(text) => match text.parse::<NaiveDate>() {
            Ok(day) if due.is_none_or(|due| day_of(zone, due) <= day) && day.year() <= 2200 => Some(day),
            Ok(_) => {
                c.add(FIELD, "until must not lie before the date in due_at");
                None
            }
            Err(_) => {
                c.add(FIELD, "until is not a date; write it as YYYY-MM-DD");
                None
            }
        },
    };
    let count = given.count.map(|n| u32::try_from(n).ok().filter(|n| (1..=1_000).contains(n)));
    if count == Some(None) {
        c.add(FIELD, "count must be a whole number from 1 to 1000");
    }
    if until.is_some() && given.count.is_some() {
        c.add(FIELD, "until and count don't go together");
    }
    if before && !c.is_ok() {
        return None;
    }
    let weekdays = WEEKDAYS.into_iter().filter(|(_, word)| named.iter().any(|n| n == word)).map(|(day, _)| day).collect();
    let interval = u32::try_from(interval).unwrap_or(1);
    Some((Rule { freq: freq?, interval, weekdays, until, count: count.flatten(), wall: None }, zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE: Tz = Tz::Europe__London;

    fn patch(due: &str) -> ActivityPatch {
        ActivityPatch {
            kind: MaybeUndefined::Value("call".into()),
            subject: MaybeUndefined::Value(" Call back ".into()),
            due_at: MaybeUndefined::Value(due.into()),
            ..ActivityPatch::default()
        }
    }

    #[test]
    fn a_day_is_a_whole_day_of_the_tenant() {
        let mut c = Checker::new();
        let facts = patched(&mut c, Facts::blank(), &patch("2026-07-01"), ZONE);
        assert!(c.finish().is_ok());
        assert_eq!((facts.subject.as_str(), facts.all_day), ("Call back", true));
        assert_eq!(facts.due_at, "2026-06-30T23:00:00Z".parse().ok());
        let mut c = Checker::new();
        let same = ActivityPatch { all_day: Some(true), ..patch("2026-07-01T21:30:00Z") };
        assert_eq!(patched(&mut c, Facts::blank(), &same, ZONE).due_at, facts.due_at);
        let mut c = Checker::new();
        let gone = ActivityPatch { due_at: MaybeUndefined::Null, ..ActivityPatch::default() };
        let facts = patched(&mut c, Facts { remind_before: Some(10), ..facts }, &gone, ZONE);
        assert_eq!((facts.due_at, facts.all_day, facts.remind_before), (None, false, None));
        assert!(c.finish().is_ok());
    }

    #[test]
    fn all_faults_come_at_once() {
        let mut c = Checker::new();
        let wrong = ActivityPatch {
            kind: MaybeUndefined::Value("party".into()),
            subject: MaybeUndefined::Null,
            priority: MaybeUndefined::Value("very".into()),
            duration_minutes: MaybeUndefined::Value(-1),
            repeat: MaybeUndefined::Value(RepeatIn { freq: Some("hourly".into()), interval: Some(0), ..RepeatIn::default() }),
            ..patch("soon")
        };
        patched(&mut c, Facts::blank(), &wrong, ZONE);
        let Err(kernel::DomainError::Invalid { fields, .. }) = c.finish() else { panic!("accepted") };
        assert_eq!(fields.keys().collect::<Vec<_>>(), ["due_at", "duration_minutes", "priority", "repeat", "subject", "type"]);
        assert_eq!(fields["repeat"].len(), 2);
    }

    #[test]
    fn what_was_moved_by_the_clock_keeps_its_wall_time_until_it_is_moved_by_somebody() {
        let mut c = Checker::new();
        let rule = Rule::parse("FREQ=DAILY;BYHOUR=2;BYMINUTE=30;BYSECOND=0").expect("a rule");
        let due_at = "2026-03-29T01:30:00Z".parse().ok();
        let old = Facts { kind: "task".into(), subject: "x".into(), due_at, rule: Some((rule, ZONE)), ..Facts::blank() };
        let kept = patched(&mut c, old.clone(), &ActivityPatch::default(), ZONE);
        assert!(kept.rule.is_some_and(|(rule, _)| rule.wall.is_some()));
        let moved =
            patched(&mut c, old, &ActivityPatch { kind: MaybeUndefined::Undefined, ..patch("2026-03-29T05:00:00Z") }, ZONE);
        assert!(moved.rule.is_some_and(|(rule, _)| rule.wall.is_none()));
    }
}

//! Days and moments of a filter, in the tenant's calendar.

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, TimeDelta, Utc, Weekday};
use serde_json::Value as Json;

/// What relative dates depend on.
#[derive(Debug, Clone)]
pub(crate) struct Calendar {
    /// Now.
    pub now: DateTime<Utc>,
    /// The day it is in the tenant's time zone.
    pub today: NaiveDate,
    /// The tenant's time zone, as the database knows it.
    pub zone: String,
    /// The first day of the tenant's week.
    pub week_start: Weekday,
}

/// One end of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    /// The beginning of a day.
    Day(NaiveDate),
    /// A moment.
    At(DateTime<Utc>),
}

/// From (included) to (excluded).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub from: Option<Bound>,
    pub to: Option<Bound>,
}

/// The most units of a relative date.
const MOST: u64 = 10_000;

pub(super) fn week_start(word: &str) -> Weekday {
    match word {
        "sunday" => Weekday::Sun,
        "saturday" => Weekday::Sat,
        _ => Weekday::Mon,
    }
}

/// A day as people write it: YYYY-MM-DD.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    if text.len() != 10 { None } else { NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|d| d.year() > 0) }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Hour,
    Day,
    Week,
    Month,
    Year,
}

fn unit(json: &Json) -> Option<Unit> {
    Some(match json.as_str()? {
        "hour" => Unit::Hour,
        "day" => Unit::Day,
        "week" => Unit::Week,
        "month" => Unit::Month,
        "year" => Unit::Year,
        _ => return None,
    })
}

fn count(json: &Json) -> Option<u64> {
    json.as_u64().filter(|n| (1..=MOST).contains(n))
}

/// A day so many units earlier or later; the calendar's ends stay within four digits.
fn shifted(from: NaiveDate, unit: Unit, n: u64, later: bool) -> NaiveDate {
    let edge = || NaiveDate::from_ymd_opt(if later { 9999 } else { 1 }, 1, 1).unwrap_or(from);
    let months = u32::try_from(n).map(|n| Months::new(if unit == Unit::Year { n.saturating_mul(12) } else { n }));
    let moved = match (unit, later) {
        (Unit::Hour | Unit::Day, true) => from.checked_add_days(Days::new(n)),
        (Unit::Hour | Unit::Day, false) => from.checked_sub_days(Days::new(n)),
        (Unit::Week, true) => from.checked_add_days(Days::new(n * 7)),
        (Unit::Week, false) => from.checked_sub_days(Days::new(n * 7)),
        (Unit::Month | Unit::Year, true) => months.ok().and_then(|m| from.checked_add_months(m)),
        (Unit::Month | Unit::Year, false) => months.ok().and_then(|m| from.checked_sub_months(m)),
    };
    moved.filter(|d| (1..=9999).contains(&d.year())).unwrap_or_else(edge)
}

fn next(day: NaiveDate) -> NaiveDate {
    shifted(day, Unit::Day, 1, true)
}

impl Calendar {
    fn days(from: NaiveDate, to: NaiveDate) -> Range {
        Range { from: Some(Bound::Day(from)), to: Some(Bound::Day(to)) }
    }

    fn week(&self, n: i64) -> Range {
        let back = self.today.weekday().days_since(self.week_start);
        let start = self.today - TimeDelta::days(i64::from(back)) + TimeDelta::days(7 * n);
        Self::days(start, start + TimeDelta::days(7))
    }

    fn month(&self, n: i64) -> Range {
        let first = self.today.with_day(1).unwrap_or(self.today);
        let start = shifted(first, Unit::Month, n.unsigned_abs(), n > 0);
        Self::days(start, shifted(start, Unit::Month, 1, true))
    }

    fn year(&self, n: i32) -> Range {
        let first = |year: i32| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(self.today);
        let year = self.today.year() + n;
        Self::days(first(year), first(year + 1))
    }

    /// What an operator means; `moments` says whether the field knows hours.
    pub(super) fn range(&self, op: &str, value: &Json, moments: bool) -> Result<Range, String> {
        let day_ago = |n| shifted(self.today, Unit::Day, n, false);
        let fixed = match op {
            "today" => Self::days(self.today, next(self.today)),
            "yesterday" => Self::days(day_ago(1), self.today),
            "tomorrow" => Self::days(next(self.today), next(next(self.today))),
            "this_week" => self.week(0),
            "last_week" => self.week(-1),
            "next_week" => self.week(1),
            "this_month" => self.month(0),
            "last_month" => self.month(-1),
            "next_month" => self.month(1),
            "this_year" => self.year(0),
            "last_year" => self.year(-1),
            "within" => return self.within(value, moments),
            "older_than" => return self.older_than(value, moments),
            _ => return exact(op, value, moments),
        };
        if value.is_null() { Ok(fixed) } else { Err(format!("`{op}` takes no value")) }
    }

    fn within(&self, value: &Json, moments: bool) -> Result<Range, String> {
        let wrong = || {
            format!(
                "the value of `within` must be like {{\"last\": 7, \"unit\": \"day\"}}, with `last` or `next` and {}",
                units(moments)
            )
        };
        let object = value.as_object().filter(|o| o.len() == 2).ok_or_else(wrong)?;
        let unit = object.get("unit").and_then(unit).filter(|u| moments || *u != Unit::Hour).ok_or_else(wrong)?;
        let (n, later) = match (object.get("last"), object.get("next")) {
            (Some(n), None) => (count(n).ok_or_else(wrong)?, false),
            (None, Some(n)) => (count(n).ok_or_else(wrong)?, true),
            _ => return Err(wrong()),
        };
        if unit == Unit::Hour {
            let hours = TimeDelta::hours(n as i64);
            let (from, to) = if later { (self.now, self.now + hours) } else { (self.now - hours, self.now) };
            return Ok(Range { from: Some(Bound::At(from)), to: Some(Bound::At(to)) });
        }
        // Today is one of the days either way.
        let edge = shifted(self.today, unit, n, later);
        Ok(if later { Self::days(self.today, edge) } else { Self::days(next(edge), next(self.today)) })
    }

    fn older_than(&self, value: &Json, moments: bool) -> Result<Range, String> {
        let wrong =
            || format!("the value of `older_than` must be like {{\"count\": 30, \"unit\": \"day\"}}, with {}", units(moments));
        let object = value.as_object().filter(|o| o.len() == 2).ok_or_else(wrong)?;
        let unit = object.get("unit").and_then(unit).filter(|u| moments || *u != Unit::Hour).ok_or_else(wrong)?;
        let n = object.get("count").and_then(count).ok_or_else(wrong)?;
        let to = match unit {
            Unit::Hour => Bound::At(self.now - TimeDelta::hours(n as i64)),
            _ => Bound::Day(shifted(self.today, unit, n, false)),
        };
        Ok(Range { from: None, to: Some(to) })
    }
}

fn units(moments: bool) -> &'static str {
    if moments { "the unit hour, day, week, month or year" } else { "the unit day, week, month or year" }
}

/// Days and moments that are named.
fn exact(op: &str, value: &Json, moments: bool) -> Result<Range, String> {
    let one = |json: &Json| -> Result<Bound, String> {
        let text = json.as_str().unwrap_or_default();
        if let Some(day) = day(text) {
            return Ok(Bound::Day(day));
        }
        match DateTime::parse_from_rfc3339(text) {
            Ok(at) if moments && op != "on" && (1..=9999).contains(&at.year()) => Ok(Bound::At(at.to_utc())),
            _ if moments && op != "on" => Err("must be a date (YYYY-MM-DD) or an instant (RFC 3339)".to_owned()),
            _ => Err("must be a date, YYYY-MM-DD".to_owned()),
        }
    };
    let behind = |bound: Bound| match bound {
        Bound::Day(day) => Bound::Day(next(day)),
        at @ Bound::At(_) => at,
    };
    Ok(match op {
        "on" => {
            let day = one(value)?;
            Range { from: Some(day), to: Some(behind(day)) }
        }
        "before" => Range { from: None, to: Some(one(value)?) },
        "after" => Range { from: Some(behind(one(value)?)), to: None },
        _ => {
            let ends = value.as_array().filter(|v| v.len() == 2).ok_or("must be two dates, [\"2026-01-01\", \"2026-01-31\"]")?;
            Range { from: Some(one(&ends[0])?), to: Some(behind(one(&ends[1])?)) }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn calendar(today: &str, week_start: Weekday) -> Calendar {
        let today = day(today).expect("a day");
        let now = today.and_hms_opt(12, 0, 0).expect("noon").and_utc();
        Calendar { now, today, zone: "UTC".into(), week_start }
    }

    fn days(c: &Calendar, op: &str, value: Json) -> String {
        let end = |b: Option<Bound>| match b {
            Some(Bound::Day(day)) => day.to_string(),
            Some(Bound::At(at)) => at.to_rfc3339(),
            None => "…".into(),
        };
        c.range(op, &value, true).map(|r| format!("{} {}", end(r.from), end(r.to))).unwrap_or_else(|e| format!("! {e}"))
    }

    #[test]
    fn relative_days() {
        // A Thursday.
        let c = calendar("2026-11-26", Weekday::Mon);
        for (op, expected) in [
            ("today", "2026-11-26 2026-11-27"),
            ("yesterday", "2026-11-25 2026-11-26"),
            ("tomorrow", "2026-11-27 2026-11-28"),
            ("this_week", "2026-11-23 2026-11-30"),
            ("last_week", "2026-11-16 2026-11-23"),
            ("this_month", "2026-11-01 2026-12-01"),
            ("next_month", "2026-12-01 2027-01-01"),
            ("last_month", "2026-10-01 2026-11-01"),
            ("this_year", "2026-01-01 2027-01-01"),
            ("last_year", "2025-01-01 2026-01-01"),
        ] {
            assert_eq!(days(&c, op, Json::Null), expected, "{op}");
        }
        assert_eq!(days(&calendar("2026-11-26", Weekday::Sun), "this_week", Json::Null), "2026-11-22 2026-11-29");
        assert_eq!(days(&calendar("2026-11-28", Weekday::Sat), "this_week", Json::Null), "2026-11-28 2026-12-05");
        assert_eq!(days(&calendar("2026-03-31", Weekday::Mon), "last_month", Json::Null), "2026-02-01 2026-03-01");
        assert_eq!(days(&c, "within", json!({ "last": 7, "unit": "day" })), "2026-11-20 2026-11-27");
        assert_eq!(days(&c, "within", json!({ "next": 1, "unit": "week" })), "2026-11-26 2026-12-03");
        assert_eq!(days(&c, "within", json!({ "last": 1, "unit": "month" })), "2026-10-27 2026-11-27");
        assert_eq!(
            days(&c, "within", json!({ "last": 2, "unit": "hour" })),
            "2026-11-26T10:00:00+00:00 2026-11-26T12:00:00+00:00"
        );
        assert_eq!(days(&c, "older_than", json!({ "count": 1, "unit": "year" })), "… 2025-11-26");
        assert_eq!(days(&c, "between", json!(["2026-01-01", "2026-01-31"])), "2026-01-01 2026-02-01");
        assert_eq!(days(&c, "after", json!("2026-01-31")), "2026-02-01 …");
    }

    #[test]
    fn what_is_no_date_is_told() {
        let c = calendar("2026-11-26", Weekday::Mon);
        for (op, bad) in [
            ("on", json!("soon")),
            ("on", json!("2026-02-30")),
            ("on", json!("2026-02-03T10:00:00Z")),
            ("between", json!(["2026-01-01"])),
            ("within", json!({ "last": 0, "unit": "day" })),
            ("within", json!({ "last": 7 })),
            ("within", json!({ "last": 7, "unit": "day", "next": 1 })),
            ("older_than", json!({ "count": 99_999_999, "unit": "year" })),
            ("today", json!(1)),
        ] {
            assert!(c.range(op, &bad, true).is_err(), "{op} {bad}");
        }
        assert!(c.range("within", &json!({ "last": 2, "unit": "hour" }), false).is_err());
        // The calendar's ends hold.
        assert_eq!(days(&c, "within", json!({ "next": 10_000, "unit": "year" })), "2026-11-26 9999-01-01");
    }
}

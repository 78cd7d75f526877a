//! A time zone as calendars want it spelled out: each change of its clock in a span of years.

use chrono::{DateTime, Datelike as _, NaiveDateTime, Offset as _, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;

/// Years before and after a moment that are spelled out.
const YEARS: (i32, i32) = (1, 6);

/// Seconds east of Greenwich, at an instant.
fn offset(zone: Tz, at: DateTime<Utc>) -> i32 {
    zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()
}

fn written(seconds: i32) -> String {
    let (sign, seconds) = if seconds < 0 { ('-', -seconds) } else { ('+', seconds) };
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if rest == 0 { format!("{sign}{hours:02}{minutes:02}") } else { format!("{sign}{hours:02}{minutes:02}{rest:02}") }
}

fn local(at: DateTime<Utc>, seconds: i32) -> NaiveDateTime {
    at.naive_utc() + TimeDelta::seconds(seconds.into())
}

/// The moments at which the clock changes, with the seconds before and after.
fn changes(zone: Tz, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<(DateTime<Utc>, i32, i32)> {
    let mut found = Vec::new();
    let mut day = from;
    while day < to {
        let next = day + TimeDelta::days(1);
        let (before, after) = (offset(zone, day), offset(zone, next));
        if before != after {
            let (mut low, mut high) = (day, next);
            while high - low > TimeDelta::seconds(1) {
                let middle = low + (high - low) / 2;
                if offset(zone, middle) == before { low = middle } else { high = middle }
            }
            // Clocks change on a full second.
            let at = DateTime::from_timestamp(high.timestamp(), 0).unwrap_or(high);
            found.push((at, before, after));
        }
        day = next;
    }
    found
}

/// The lines of a `VTIMEZONE`, for events from a year before a moment to some years after it.
pub(super) fn vtimezone(zone: Tz, now: DateTime<Utc>) -> Vec<String> {
    let year = |n: i32| Utc.with_ymd_and_hms(now.year() + n, 1, 1, 0, 0, 0).single().unwrap_or(now);
    let (from, to) = (year(-YEARS.0), year(YEARS.1));
    let mut lines = vec!["BEGIN:VTIMEZONE".to_owned(), format!("TZID:{}", zone.name())];
    let mut part = |at: DateTime<Utc>, before: i32, after: i32, is_summer: bool| {
        let kind = if is_summer { "DAYLIGHT" } else { "STANDARD" };
        lines.extend([
            format!("BEGIN:{kind}"),
            format!("DTSTART:{}", local(at, before).format("%Y%m%dT%H%M%S")),
            format!("TZOFFSETFROM:{}", written(before)),
            format!("TZOFFSETTO:{}", written(after)),
            format!("END:{kind}"),
        ]);
    };
    let first = offset(zone, from);
    // What holds at the beginning; it may be summer there.
    part(from, first, first, false);
    for (at, before, after) in changes(zone, from, to) {
        part(at, before, after, after > before);
    }
    lines.push("END:VTIMEZONE".to_owned());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_change_when_they_do() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
        let berlin = changes(chrono_tz::Europe::Berlin, at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"));
        assert_eq!(berlin, [(at("2026-03-29T01:00:00Z"), 3600, 7200), (at("2026-10-25T01:00:00Z"), 7200, 3600)]);
        assert!(changes(chrono_tz::UTC, at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z")).is_empty());
        let lines = vtimezone(chrono_tz::America::St_Johns, at("2026-11-27T00:00:00Z"));
        let spring = ["BEGIN:DAYLIGHT", "DTSTART:20260308T020000", "TZOFFSETFROM:-0330", "TZOFFSETTO:-0230", "END:DAYLIGHT"];
        assert!(lines.windows(5).any(|five| five == spring), "{lines:?}");
    }
}

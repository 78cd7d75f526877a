//! Writing RFC 5545.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::zones::vtimezone;
use crate::activities::entity::Activity;
use crate::zone::day_of;

/// The most bytes of a line.
const WIDTH: usize = 75;

/// A text as a value.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            '\r' => {}
            c if c.is_control() && c != '\t' => {}
            c => out.push(c),
        }
    }
    out
}

/// Lines, the long ones folded between characters.
fn folded(lines: &[String]) -> String {
    let mut out = String::new();
    for line in lines {
        let mut width = 0;
        for c in line.chars() {
            if width + c.len_utf8() > WIDTH {
                out.push_str("\r\n ");
                width = 1;
            }
            out.push(c);
            width += c.len_utf8();
        }
        out.push_str("\r\n");
    }
    out
}

fn utc(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// What a calendar says of itself and of every event.
pub(super) struct About<'a> {
    /// Its name.
    pub name: &'a str,
    /// The tenant's address, for links and to make ids that nobody else gives.
    pub url: &'a str,
    /// The host in that.
    pub host: &'a str,
    /// The tenant's zone.
    pub zone: Tz,
    pub now: DateTime<Utc>,
}

fn event(about: &About<'_>, a: &Activity, due: DateTime<Utc>) -> Vec<String> {
    let mut lines = vec![
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}@{}", a.id, about.host),
        format!("DTSTAMP:{}", utc(a.updated_at)),
        format!("LAST-MODIFIED:{}", utc(a.updated_at)),
        format!("SEQUENCE:{}", a.version.max(1) - 1),
        format!("SUMMARY:{}", escaped(&a.subject)),
    ];
    let rule = a.rule();
    if a.all_day {
        let day = day_of(about.zone, due);
        lines.push(format!("DTSTART;VALUE=DATE:{}", day.format("%Y%m%d")));
        lines.push(format!("DTEND;VALUE=DATE:{}", (day + TimeDelta::days(1)).format("%Y%m%d")));
    } else {
        match &rule {
            // What comes again comes at the same time of day, which is one of its zone.
            Some((_, zone)) => {
                let local = due.with_timezone(zone).format("%Y%m%dT%H%M%S");
                lines.push(format!("DTSTART;TZID={}:{local}", zone.name()));
            }
            None => lines.push(format!("DTSTART:{}", utc(due))),
        }
        if let Some(minutes) = a.duration_minutes.filter(|n| *n > 0) {
            lines.push(format!("DURATION:PT{minutes}M"));
        }
    }
    if let Some((rule, zone)) = &rule {
        lines.push(format!("RRULE:{}", rule.ical(*zone, a.all_day)));
    }
    let link = format!("{}/activities?open={}", about.url, a.id);
    let names = [&a.client_name, &a.contact_name, &a.lead_name, &a.deal_name, &a.opportunity_name];
    let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
    let parts =
        [names.join(", "), a.description.clone().unwrap_or_default(), a.outcome.clone().unwrap_or_default(), link.clone()];
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|p| !p.is_empty()).collect();
    lines.push(format!("DESCRIPTION:{}", escaped(&parts.join("\n\n"))));
    if let Some(location) = &a.location {
        lines.push(format!("LOCATION:{}", escaped(location)));
    }
    let priority = match a.priority.as_str() {
        "urgent" => 1,
        "high" => 3,
        "low" => 9,
        _ => 5,
    };
    lines.extend([
        format!("CATEGORIES:{}", a.kind.to_uppercase()),
        format!("PRIORITY:{priority}"),
        format!("STATUS:{}", if a.status == "cancelled" { "CANCELLED" } else { "CONFIRMED" }),
        // What is done takes no more time.
        format!("TRANSP:{}", if a.status == "scheduled" && !a.all_day { "OPAQUE" } else { "TRANSPARENT" }),
        format!("URL:{link}"),
        "END:VEVENT".to_owned(),
    ]);
    lines
}

/// A calendar of activities that have a date.
pub(super) fn calendar(about: &About<'_>, activities: &[Activity]) -> String {
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Brokerdesk//Activities//EN".to_owned(),
        "CALSCALE:GREGORIAN".to_owned(),
        "METHOD:PUBLISH".to_owned(),
        format!("X-WR-CALNAME:{}", escaped(about.name)),
        format!("X-WR-TIMEZONE:{}", about.zone.name()),
        "REFRESH-INTERVAL;VALUE=DURATION:PT15M".to_owned(),
        "X-PUBLISHED-TTL:PT15M".to_owned(),
    ];
    let mut zones: Vec<Tz> = activities.iter().filter(|a| !a.all_day).filter_map(|a| Some(a.rule()?.1)).collect();
    zones.sort_unstable_by_key(|zone| zone.name());
    zones.dedup();
    for zone in zones {
        lines.extend(vtimezone(zone, about.now));
    }
    for activity in activities {
        if let Some(due) = activity.due_at {
            lines.extend(event(about, activity, due));
        }
    }
    lines.push("END:VCALENDAR".to_owned());
    folded(&lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_and_lines_are_folded() {
        assert_eq!(escaped("a,b;c\\d\ne\r\u{7}"), "a\\,b\\;c\\\\d\\ne");
        let line = format!("SUMMARY:{}", "Gespräch über Öl ".repeat(20));
        let text = folded(std::slice::from_ref(&line));
        assert!(text.ends_with("\r\n"));
        assert!(text.lines().all(|l| l.len() <= WIDTH), "{text}");
        assert_eq!(text.replace("\r\n ", "").trim_end_matches("\r\n"), line);
    }
}

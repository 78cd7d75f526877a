//! Activities that come again: what they say of it, and the next one.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use kernel::event::Event;
use runtime::audit::{self};
use runtime::{Ctx, Rows as _};
use serde_json::json;
use uuid::Uuid;

use super::entity::Activity;
use super::http::RepeatOut;
use super::repeats::{Freq, Rule};
use super::service::any;

/// A rule as answers have it.
pub(super) fn out(rule: &Rule, zone: Tz) -> RepeatOut {
    RepeatOut {
        freq: rule.freq.as_str().to_owned(),
        interval: rule.interval,
        weekdays: (!rule.weekdays.is_empty()).then(|| rule.words().into_iter().map(str::to_owned).collect()),
        until: rule.until,
        count: rule.count,
        timezone: zone.name().to_owned(),
    }
}

/// A rule in words.
pub(super) fn words_of(rule: &Rule) -> String {
    let (one, many) = match rule.freq {
        Freq::Daily => ("day", "days"),
        Freq::Weekly => ("week", "weeks"),
        Freq::Monthly => ("month", "months"),
        Freq::Yearly => ("year", "years"),
    };
    let mut text = if rule.interval == 1 { format!("Every {one}") } else { format!("Every {} {many}", rule.interval) };
    if !rule.weekdays.is_empty() {
        let days: Vec<String> = rule.weekdays.iter().map(ToString::to_string).collect();
        text.push_str(&format!(" on {}", days.join(", ")));
    }
    if let Some(until) = rule.until {
        text.push_str(&format!(" until {until}"));
    }
    match rule.count {
        Some(1) => text.push_str(", for the last time"),
        Some(n) => text.push_str(&format!(", {n} times")),
        None => {}
    }
    text
}

/// When the next one of a series is due, and the rule that goes on from there: the first time after both the
/// present one and now.
pub(super) fn next(old: &Activity, now: DateTime<Utc>) -> Option<(DateTime<Utc>, Rule)> {
    let (rule, zone) = old.rule()?;
    let due = old.due_at?;
    // What is for today is not over yet.
    let now = if old.all_day { now - TimeDelta::days(1) } else { now };
    rule.next(due, due.max(now), zone)
}

/// Adds the next one of a series. That the present one is done was written in this transaction by nobody else,
/// so it comes once.
pub(super) async fn add(ctx: &Ctx, old: &Activity, due: DateTime<Utc>, rule: &Rule) -> kernel::Result<Activity> {
    let id = Uuid::now_v7();
    let remind_at = old.remind_before.map(|minutes| due - TimeDelta::minutes(minutes.into()));
    ctx.tx()
        .run(
            "insert into activities (id, type, subject, description, priority, due_at, all_day, duration_minutes, location, client_id,
                 contact_id, lead_id, deal_id, opportunity_id, assigned_to, team_id, repeats, repeats_zone, series_id, remind_before,
                 remind_at, reminded, created_at, updated_at, created_by)
             select $2, type, subject, description, priority, $3, all_day, duration_minutes, location, client_id, contact_id, lead_id,
                 deal_id, opportunity_id, assigned_to, team_id, $4, repeats_zone, coalesce(series_id, id), remind_before, $5, $3 <= $6,
                 $6, $6, created_by
             from activities where id = $1",
            [old.id.into(), id.into(), due.into(), rule.text().into(), remind_at.into(), ctx.now().into()],
        )
        .await?;
    // The rule is with the last one.
    ctx.tx()
        .run("update activities set repeats = null, series_id = coalesce(series_id, id) where id = $1", [old.id.into()])
        .await?;
    let row = json!({ "subject": old.subject, "due_at": due, "series_id": old.series_id.unwrap_or(old.id) });
    ctx.audit("activity.created", "activity", Some(id), audit::diff(&json!({}), &row)).await?;
    ctx.emit(Event::new("activity.created", id, "activities.read").covering(old.assigned_to, old.team_id)).await?;
    any(ctx, id).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_read_well() {
        for (rule, words) in [
            ("FREQ=DAILY", "Every day"),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE", "Every 2 weeks on Mon, Wed"),
            ("FREQ=MONTHLY;UNTIL=20261231", "Every month until 2026-12-31"),
            ("FREQ=YEARLY;COUNT=3", "Every year, 3 times"),
        ] {
            assert_eq!(words_of(&Rule::parse(rule).expect("a rule")), words);
        }
    }
}

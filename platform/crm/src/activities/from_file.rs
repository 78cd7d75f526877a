//! Activities that come from files: checked as the form checks them.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use kernel::validate::Checker;
use serde_json::{Map, Value as Json, json};

use super::input::{ActivityIn, ActivityPatch, Facts, patched};
use super::service::{done_at, wanted_status};

/// What a row says, checked.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    pub subject: String,
    pub description: Option<String>,
    pub status: Option<&'static str>,
    /// The rest, by the names of fields.
    pub more: Map<String, Json>,
}

/// Checks a row of a file as the form does, its records aside. What has a time of completion and no state is done.
pub(crate) fn check_import(c: &mut Checker, input: &ActivityIn, zone: Tz, now: DateTime<Utc>) -> Checked {
    let facts = patched(c, Facts::blank(), &ActivityPatch::from(input), zone);
    let usual = if input.completed_at.is_some() { "completed" } else { "scheduled" };
    let status = wanted_status(c, input.status.as_deref()).unwrap_or(usual);
    let completed_at = done_at(c, status, input.completed_at.as_deref(), now);
    let rest = [
        ("type", Some(facts.kind.into())),
        ("priority", Some(facts.priority.into())),
        ("due_at", facts.due_at.map(|at| json!(at))),
        ("all_day", facts.all_day.then(|| true.into())),
        ("duration_minutes", facts.duration.map(Json::from)),
        ("outcome", facts.outcome.map(Json::from)),
        ("location", facts.location.map(Json::from)),
        ("completed_at", completed_at.map(|at| json!(at))),
    ];
    let more = rest.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect();
    Checked { subject: facts.subject, description: facts.description, status: Some(status), more }
}

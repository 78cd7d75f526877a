//! Deals and opportunities that come from files: checked as the form checks them.

use chrono::{DateTime, Utc};
use kernel::fold::fold;
use kernel::validate::Checker;
use serde_json::{Map, Value as Json, json};

use super::entity::money;
use super::http::DealIn;
use super::moves::Has;
use super::service::check;
use crate::pipelines::service::{Pipeline, Stage};

/// A row of a file, by the names of the form. Pipeline and stage are keys or names; of client and contact it counts
/// that the row names one.
#[derive(Debug, Default)]
pub(crate) struct Row {
    /// What the form has.
    pub input: DealIn,
    /// When it was added where it comes from.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was won or lost.
    pub closed_at: Option<DateTime<Utc>>,
}

/// What a row says, checked.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    pub name: String,
    pub description: Option<String>,
    pub tags: Vec<String>,
    /// The rest, by the names of fields.
    pub more: Map<String, Json>,
}

fn names<'p>(names: impl Iterator<Item = &'p str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

fn is_called(word: &str, key: &str, name: &str) -> bool {
    word == key || fold(word) == fold(name)
}

/// The place of a row; `c` collects what is wrong.
fn place<'p>(c: &mut Checker, pipelines: &'p [Pipeline], input: &DealIn) -> Option<(&'p Pipeline, &'p Stage)> {
    let given = |text: &Option<String>| text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    let pipeline = match given(&input.pipeline) {
        Some(word) => {
            pipelines.iter().find(|p| p.key == word).or_else(|| pipelines.iter().find(|p| is_called(&word, &p.key, &p.name)))
        }
        None => pipelines.iter().find(|p| p.is_default).or_else(|| pipelines.first()),
    };
    let Some(pipeline) = pipeline else {
        c.add("pipeline", format!("is not a pipeline; choose one of {}", names(pipelines.iter().map(|p| p.name.as_str()))));
        return None;
    };
    if pipeline.archived {
        c.add("pipeline", "is archived and takes no new deals");
    }
    let stage = match given(&input.stage) {
        Some(word) => pipeline.stage(&word).or_else(|| pipeline.stages.iter().find(|s| is_called(&word, &s.key, &s.label))),
        None => pipeline.first(),
    };
    if stage.is_none() {
        let all = names(pipeline.stages.iter().map(|s| s.label.as_str()));
        c.add("stage", format!("is not a stage of {}; choose one of {all}", pipeline.name));
    }
    Some((pipeline, stage?))
}

/// Checks a row of a file as the form does. `base`: the currency of an amount without one.
pub(crate) fn check_import(c: &mut Checker, row: &Row, pipelines: &[Pipeline], base: &str, now: DateTime<Utc>) -> Checked {
    let facts = check(c, &row.input);
    let given = |text: &Option<String>| text.as_deref().is_some_and(|t| !t.trim().is_empty());
    let mut more = Map::new();
    if let Some((pipeline, stage)) = place(c, pipelines, &row.input) {
        // What stands there and is wrong is said to be wrong, and not to be missing.
        let has = Has {
            amount: given(&row.input.amount),
            expected_close_date: given(&row.input.expected_close_date),
            contact_id: given(&row.input.contact_id),
            client_id: given(&row.input.client_id),
            lost_reason: facts.lost_reason.is_some(),
            next_steps: facts.next_steps.is_some(),
        };
        has.check(c, stage);
        if row.closed_at.is_some() && stage.outcome == "none" {
            c.add("closed_at", format!("goes with a stage that is won or lost, and {} is neither", stage.label));
        }
        more.insert("pipeline".to_owned(), pipeline.key.clone().into());
        more.insert("stage".to_owned(), stage.key.clone().into());
        if let Some(reason) = facts.lost_reason.filter(|_| stage.outcome == "lost") {
            more.insert("lost_reason".to_owned(), reason.into());
        }
    }
    for (field, at) in [("created_at", row.created_at), ("closed_at", row.closed_at)] {
        if at.is_some_and(|at| at > now) {
            c.add(field, "is a date in the future");
        }
    }
    if let (Some(created), Some(closed)) = (row.created_at, row.closed_at)
        && closed < created
    {
        c.add("closed_at", "is a date before the one on which it was created");
    }
    // What was closed before it came here was there before, too.
    let created_at = row.created_at.or(row.closed_at);
    let rest = [
        ("next_steps", facts.next_steps.map(Json::from)),
        ("amount", facts.amount.map(|amount| money(amount).into())),
        ("currency", Some(facts.currency.unwrap_or_else(|| base.to_owned()).into())),
        ("probability", facts.probability.map(Json::from)),
        ("expected_close_date", facts.expected_close_date.map(|day| json!(day))),
        ("created_at", created_at.map(|at| json!(at))),
        ("closed_at", row.closed_at.map(|at| json!(at))),
    ];
    more.extend(rest.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
    Checked { name: facts.name, description: facts.description, tags: facts.tags, more }
}

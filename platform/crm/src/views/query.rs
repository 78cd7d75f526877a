//! What a view asks for: checked when it is saved, and fitted to its reader when it is opened.

use kernel::DomainError;
use kernel::validate::Checker;
use runtime::Ctx;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::bulk;
use crate::filter::{self, Condition, Env, Fault, Node, Target};
use runtime::list::SortKey;

/// What a list is asked for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Query {
    /// A group of the filter language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Json>,
    /// As in `sort=`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// The columns, in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
    /// `comfortable` or `compact`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub density: Option<String>,
}

/// Something a reader's view goes without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dropped {
    /// `filter`, `sort` or `columns`.
    pub part: &'static str,
    /// The field.
    pub field: String,
    /// `masked` for the reader, `gone`, or `changed` so that it can no longer be asked like this.
    pub reason: String,
}

/// The most columns.
const MOST_COLUMNS: usize = 150;

fn target(entity: &str) -> (&'static Target, &'static [SortKey]) {
    bulk::Kind::of_word(entity).unwrap_or(bulk::Kind::Lead).listed()
}

fn is_column(word: &str) -> bool {
    let word = word.strip_prefix("custom.").unwrap_or(word);
    (1..=40).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Checks a query that somebody wants to save, as far as they may ask it themselves.
pub(super) async fn check(ctx: &Ctx, entity: &str, query: &Query) -> kernel::Result<()> {
    let (target, sorts) = target(entity);
    let mut c = Checker::new();
    let mut code = None;
    let mut note = |field: &str, told: Result<(), DomainError>| {
        if let Err(DomainError::Invalid { code: given, fields, .. }) = told {
            if given != "validation_failed" {
                code = Some(given);
            }
            for message in fields.into_values().flatten() {
                c.add(field, message);
            }
        }
    };
    if let Some(json) = &query.filter {
        let checked = filter::check(ctx, target, json).await;
        if let Err(DomainError::Internal(_) | DomainError::Unavailable { .. }) = &checked {
            return checked;
        }
        note("query.filter", checked);
    }
    if query.sort.is_some() {
        let sorted = filter::sort(ctx, target, sorts, query.sort.as_deref()).await.map(|_| ());
        if let Err(DomainError::Internal(_) | DomainError::Unavailable { .. }) = &sorted {
            return sorted;
        }
        note("query.sort", sorted);
    }
    if let Some(columns) = &query.columns
        && (columns.len() > MOST_COLUMNS || !columns.iter().all(|w| is_column(w)))
    {
        c.add("query.columns", format!("must be at most {MOST_COLUMNS} names of columns"));
    }
    if query.density.as_deref().is_some_and(|d| !["comfortable", "compact"].contains(&d)) {
        c.add("query.density", "must be comfortable or compact");
    }
    match (c.finish(), code) {
        (Err(DomainError::Invalid { message, fields, .. }), Some(code)) => Err(DomainError::Invalid { code, message, fields }),
        (checked, _) => checked,
    }
}

/// What is the same for all views of one kind of record that somebody opens.
pub(super) struct Reader {
    env: Env,
    sorts: &'static [SortKey],
}

impl Reader {
    pub(super) async fn of(ctx: &Ctx, entity: &str) -> kernel::Result<Self> {
        let (target, sorts) = target(entity);
        Ok(Self { env: filter::environment(ctx, target, true).await?, sorts })
    }

    /// The query as the reader may ask it, and what it goes without.
    pub(super) fn fit(&self, stored: &Json) -> (Query, Vec<Dropped>) {
        let mut query: Query = serde_json::from_value(stored.clone()).unwrap_or_default();
        let mut dropped = Vec::new();
        if let Some(json) = query.filter.take() {
            match filter::read(&json) {
                Ok(node) => {
                    let pruned = filter::prune(&self.env, &node);
                    query.filter = pruned.node.as_ref().map(Node::to_json);
                    dropped.extend(pruned.dropped.into_iter().map(|(c, fault)| told(&c, &fault)));
                }
                Err(_) => dropped.push(Dropped { part: "filter", field: String::new(), reason: "changed".to_owned() }),
            }
        }
        if let Some(sort) = query.sort.take() {
            let (mut kept, mut names) = (Vec::new(), Vec::new());
            for word in sort.split(',').filter(|w| !w.is_empty()) {
                let name = word.trim_start_matches('-');
                let known = filter::sort_names(self.env.target, self.sorts, &self.env.custom, Some(word)).is_ok();
                if known && !self.env.closed.contains(&name) && !names.contains(&name) {
                    kept.push(word);
                    names.push(name);
                } else {
                    dropped.push(Dropped { part: "sort", field: name.to_owned(), reason: self.reason(name) });
                }
            }
            query.sort = (!kept.is_empty()).then(|| kept.join(","));
        }
        if let Some(columns) = &mut query.columns {
            columns.retain(|name| {
                let gone = name.strip_prefix("custom.").is_some_and(|key| !self.env.custom.iter().any(|f| f.key == key));
                if gone {
                    dropped.push(Dropped { part: "columns", field: name.clone(), reason: self.reason(name) });
                }
                !gone
            });
        }
        (query, dropped)
    }

    fn reason(&self, name: &str) -> String {
        if self.env.closed.contains(&name) { "masked" } else { "gone" }.to_owned()
    }
}

/// A condition that was left out, without its value: it may be one that the reader must not see.
fn told(c: &Condition, fault: &Fault) -> Dropped {
    let reason = if fault.masked {
        "masked"
    } else if fault.what.contains("is not a field") {
        "gone"
    } else {
        "changed"
    };
    Dropped { part: "filter", field: c.field.clone(), reason: reason.to_owned() }
}

/// The fields that a query filters by, for the audit log: values may be what some may not see.
pub(super) fn facts(query: &Query) -> Json {
    let mut fields = Vec::new();
    if let Some(Ok(node)) = query.filter.as_ref().map(filter::read) {
        names(&node, &mut fields);
    }
    json!({ "filter": fields, "sort": query.sort, "columns": query.columns, "density": query.density })
}

fn names(node: &Node, found: &mut Vec<String>) {
    match node {
        Node::And(nodes) | Node::Or(nodes) => nodes.iter().for_each(|n| names(n, found)),
        Node::Is(c) if !found.contains(&c.field) => found.push(c.field.clone()),
        Node::Is(_) => {}
    }
}

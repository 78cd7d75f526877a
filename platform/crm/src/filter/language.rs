//! The filter language: groups of conditions, as JSON.
//!
//! `{"and": [{"field": "status", "op": "in", "value": ["new"]}, {"or": […]}]}`

use std::fmt;

use serde_json::{Map, Value as Json, json};

/// Groups within groups, the outermost counted.
const DEEPEST: usize = 3;
/// Conditions of one filter.
const MOST: usize = 50;
/// Characters of one filter.
pub(super) const LONGEST: usize = 20_000;

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The place, e.g. `and[1].or[0]`.
    pub at: String,
    /// What is wrong there.
    pub what: String,
    /// Whether the actor may not ask this, rather than nobody.
    pub masked: bool,
}

impl Fault {
    pub(super) fn new(at: &str, what: impl Into<String>) -> Self {
        Self { at: at.to_owned(), what: what.into(), masked: false }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.at.is_empty() { f.write_str(&self.what) } else { write!(f, "at {}: {}", self.at, self.what) }
    }
}

/// One condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// A field of the catalogue, or `custom.<key>`.
    pub field: String,
    /// The operator.
    pub op: String,
    /// What the field is compared with; null for operators that need nothing.
    pub value: Json,
    /// Its place.
    pub at: String,
}

/// A filter or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// All of these.
    And(Vec<Node>),
    /// At least one of these; none is no condition.
    Or(Vec<Node>),
    /// One condition.
    Is(Condition),
}

impl Node {
    /// Whether a field of the tenant's own is named.
    pub(super) fn names_custom(&self) -> bool {
        match self {
            Self::And(nodes) | Self::Or(nodes) => nodes.iter().any(Self::names_custom),
            Self::Is(condition) => condition.field.starts_with("custom."),
        }
    }

    /// As JSON again.
    pub(crate) fn to_json(&self) -> Json {
        match self {
            Self::And(nodes) => json!({ "and": nodes.iter().map(Self::to_json).collect::<Vec<_>>() }),
            Self::Or(nodes) => json!({ "or": nodes.iter().map(Self::to_json).collect::<Vec<_>>() }),
            Self::Is(c) if c.value.is_null() => json!({ "field": c.field, "op": c.op }),
            Self::Is(c) => json!({ "field": c.field, "op": c.op, "value": c.value }),
        }
    }
}

/// Reads a filter's text.
pub(super) fn parse(text: &str) -> Result<Node, Vec<Fault>> {
    if text.len() > LONGEST {
        return Err(vec![Fault::new("", format!("must not be longer than {LONGEST} characters"))]);
    }
    let json: Json = serde_json::from_str(text)
        .map_err(|e| vec![Fault::new("", format!("is not JSON (line {}, column {})", e.line(), e.column()))])?;
    read(&json)
}

/// Reads a filter that is JSON already.
pub(crate) fn read(json: &Json) -> Result<Node, Vec<Fault>> {
    let mut reader = Reader::default();
    let node = reader.node(json, "", 0);
    if reader.conditions > MOST {
        reader.faults.push(Fault::new("", format!("must not have more than {MOST} conditions")));
    }
    match node {
        Some(node) if reader.faults.is_empty() => Ok(node),
        _ => Err(reader.faults),
    }
}

#[derive(Default)]
struct Reader {
    faults: Vec<Fault>,
    conditions: usize,
}

impl Reader {
    fn fault(&mut self, at: &str, what: impl Into<String>) -> Option<Node> {
        self.faults.push(Fault::new(at, what));
        None
    }

    fn node(&mut self, json: &Json, at: &str, depth: usize) -> Option<Node> {
        let Some(object) = json.as_object() else {
            return self.fault(at, "must be a group {\"and\": […]} or {\"or\": […]}, or a condition");
        };
        let group = ["and", "or"].into_iter().find_map(|word| object.get(word).map(|list| (word, list)));
        match group {
            Some((word, list)) if object.len() == 1 => self.group(word, list, at, depth),
            Some(_) => self.fault(at, "must have `and` or `or`, and nothing else"),
            None => self.condition(object, at),
        }
    }

    fn group(&mut self, word: &str, list: &Json, at: &str, depth: usize) -> Option<Node> {
        let Some(list) = list.as_array() else { return self.fault(at, format!("`{word}` must be a list")) };
        if depth >= DEEPEST {
            return self.fault(at, format!("groups must not be nested deeper than {DEEPEST}"));
        }
        let mut nodes = Vec::new();
        for (n, item) in list.iter().enumerate().take(MOST + 1) {
            let place = if at.is_empty() { format!("{word}[{n}]") } else { format!("{at}.{word}[{n}]") };
            nodes.extend(self.node(item, &place, depth + 1));
        }
        Some(if word == "and" { Node::And(nodes) } else { Node::Or(nodes) })
    }

    fn condition(&mut self, object: &Map<String, Json>, at: &str) -> Option<Node> {
        self.conditions += 1;
        if let Some(other) = object.keys().find(|k| !["field", "op", "value"].contains(&k.as_str())) {
            let other: String = other.chars().take(40).collect();
            return self.fault(at, format!("`{other}` is not a part of a condition; it has field, op and value"));
        }
        let word = |key: &str| object.get(key).and_then(Json::as_str).filter(|w| w.len() <= 60).map(str::to_owned);
        match (word("field"), word("op")) {
            (Some(field), Some(op)) => {
                let value = object.get("value").cloned().unwrap_or_default();
                Some(Node::Is(Condition { field, op, value, at: at.to_owned() }))
            }
            (None, _) => self.fault(at, "`field` must be the name of a field"),
            (_, None) => self.fault(at, "`op` must be an operator"),
        }
    }
}

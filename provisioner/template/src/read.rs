//! Checked reading of YAML nodes: each reader says what it expected, where, and how to fix it,
//! and returns `None` so that the caller goes on and finds the next mistake as well.

use crate::problem::{Findings, Mark, hint};
use crate::yaml::{Kind, Node};

/// The entries of a mapping whose keys are all known and single.
pub(crate) struct Fields<'n> {
    at: Mark,
    what: String,
    entries: Vec<(&'n str, &'n Node)>,
}

impl<'n> Fields<'n> {
    /// The value of a key that may be left out.
    pub(crate) fn get(&self, key: &str) -> Option<&'n Node> {
        self.entries.iter().find(|(k, _)| *k == key).map(|(_, node)| *node)
    }

    /// The value of a key that must be there.
    pub(crate) fn need(&self, out: &mut Findings<'_>, key: &str) -> Option<&'n Node> {
        let found = self.get(key);
        if found.is_none() {
            out.add(self.at, format!("{} needs \"{key}\"; add a line `{key}: …`", self.what));
        }
        found
    }
}

/// All keys and values of a mapping; a key that is no word or comes twice is a problem.
pub(crate) fn entries<'n>(out: &mut Findings<'_>, node: &'n Node, what: &str) -> Option<Vec<(&'n str, Mark, &'n Node)>> {
    let Kind::Map(pairs) = &node.kind else {
        out.add(node.at, format!("{what} must be a mapping (`key: value`), not {}", node.describe()));
        return None;
    };
    let mut found: Vec<(&str, Mark, &Node)> = Vec::with_capacity(pairs.len());
    for (key, value) in pairs {
        let Kind::Scalar { text, .. } = &key.kind else {
            out.add(key.at, "a key must be a word, not a list or mapping");
            continue;
        };
        match found.iter().find(|(k, ..)| k == text) {
            Some((_, first, _)) => {
                out.add(key.at, format!("\"{text}\" stands here a second time (first on line {}); remove one", first.line))
            }
            None => found.push((text, key.at, value)),
        }
    }
    Some(found)
}

/// A mapping with a fixed set of keys.
pub(crate) fn fields<'n>(out: &mut Findings<'_>, node: &'n Node, what: &str, known: &[&str]) -> Option<Fields<'n>> {
    let all = entries(out, node, what)?;
    let mut kept = Vec::with_capacity(all.len());
    for (key, at, value) in all {
        if known.contains(&key) {
            kept.push((key, value));
        } else {
            out.add(at, format!("unknown key \"{key}\" in {what}{}", hint(key, known)));
        }
    }
    Some(Fields { at: node.at, what: what.to_owned(), entries: kept })
}

/// A list with at least one item.
pub(crate) fn list<'n>(out: &mut Findings<'_>, node: &'n Node, what: &str) -> Option<&'n [Node]> {
    match &node.kind {
        Kind::List(items) if !items.is_empty() => Some(items),
        Kind::List(_) => {
            out.add(node.at, format!("{what} is empty; add at least one"));
            None
        }
        _ => {
            out.add(node.at, format!("{what} must be a list (`- …`), not {}", node.describe()));
            None
        }
    }
}

/// The text of a scalar that is not empty.
fn scalar<'n>(out: &mut Findings<'_>, node: &'n Node, what: &str, form: &str) -> Option<&'n str> {
    match &node.kind {
        Kind::Scalar { text, .. } if !node.is_empty() && !text.trim().is_empty() => Some(text.trim()),
        _ => {
            out.add(node.at, format!("{what} must be {form}, not {}", node.describe()));
            None
        }
    }
}

/// A text of one to `max` characters.
pub(crate) fn text(out: &mut Findings<'_>, node: &Node, what: &str, max: usize) -> Option<String> {
    let found = scalar(out, node, what, "a text")?;
    let length = found.chars().count();
    if length > max {
        out.add(node.at, format!("{what} has {length} characters; shorten it to {max}"));
        return None;
    }
    Some(found.to_owned())
}

/// A name for machines: `lower_case_words`.
pub(crate) fn key(out: &mut Findings<'_>, node: &Node, what: &str) -> Option<String> {
    let found = scalar(out, node, what, "a short name like not_interested")?;
    if !is_key(found) {
        out.add(
            node.at,
            format!("{what} \"{found}\" must be lower-case letters, digits and _, starting with a letter, at most 40"),
        );
        return None;
    }
    Some(found.to_owned())
}

/// Whether a text can be a key.
pub(crate) fn is_key(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// A whole number within bounds.
pub(crate) fn whole(out: &mut Findings<'_>, node: &Node, what: &str, min: i64, max: i64) -> Option<i64> {
    let plain = matches!(&node.kind, Kind::Scalar { plain: true, .. });
    let form = format!("a whole number from {min} to {max}");
    let found = scalar(out, node, what, &form)?;
    match found.parse::<i64>() {
        Ok(number) if plain && (min..=max).contains(&number) => Some(number),
        _ => {
            out.add(node.at, format!("{what} must be {form}, not {}", node.describe()));
            None
        }
    }
}

/// `true` or `false`, spelled so: YAML's other spellings mean different things to different readers.
pub(crate) fn flag(out: &mut Findings<'_>, node: &Node, what: &str) -> Option<bool> {
    match &node.kind {
        Kind::Scalar { text, plain: true } if text == "true" => Some(true),
        Kind::Scalar { text, plain: true } if text == "false" => Some(false),
        _ => {
            out.add(node.at, format!("{what} must be true or false, not {}", node.describe()));
            None
        }
    }
}

/// One of a fixed set of words.
pub(crate) fn word<T: Copy>(out: &mut Findings<'_>, node: &Node, what: &str, words: &[(&str, T)]) -> Option<T> {
    let known: Vec<&str> = words.iter().map(|(w, _)| *w).collect();
    let found = scalar(out, node, what, &format!("one of {}", known.join(", ")))?;
    let value = words.iter().find(|(w, _)| *w == found).map(|(_, value)| *value);
    if value.is_none() {
        out.add(node.at, format!("unknown {what} \"{found}\"{}", hint(found, &known)));
    }
    value
}

/// Remembers where a value was first seen, to name both places when it comes twice.
#[derive(Default)]
pub(crate) struct Seen(Vec<(String, usize)>);

impl Seen {
    /// Reports the second and later uses of a value.
    pub(crate) fn check(&mut self, out: &mut Findings<'_>, at: Mark, what: &str, value: &str) {
        let folded = value.to_lowercase();
        match self.0.iter().find(|(v, _)| *v == folded) {
            Some((_, line)) => out.add(at, format!("{what} \"{value}\" is already used on line {line}; choose another")),
            None => self.0.push((folded, at.line)),
        }
    }
}

//! Two records and their differences, as somebody with certain levels may see them.

use kernel::mask;
use kernel::permission::Level;
use runtime::access::Actor;
use serde_json::{Value, json};

use super::http::{ConflictOut, LeftOut};
use super::plan::{Conflict, Left, Side};
use super::service::may_choose;
use super::subject::Subject;

/// A record in clear, as far as differences are told of it.
pub(super) trait Clear {
    /// The value of a sensitive field.
    fn value(&self, field: &str) -> Option<String>;

    /// What the ids of a choice stand for.
    fn named(&self, field: &str, value: Value) -> Value;
}

/// A value in clear, as somebody with these levels may see it; nothing of what is hidden.
fn value_as_seen(seen: &Actor, of: &Subject, field: &str, value: Value) -> Option<Value> {
    match level(seen, of, field) {
        Level::Full => Some(value),
        Level::Masked => Some(mask::field(field, &value)),
        Level::Hidden => None,
    }
}

/// How much somebody sees of a field.
pub(super) fn level(seen: &Actor, of: &Subject, field: &str) -> Level {
    of.sensitive.named(field).map_or(Level::Full, |f| seen.level(f.key))
}

fn named(record: &impl Clear, field: &str, value: Value) -> Option<Value> {
    (!value.is_null()).then(|| record.named(field, value))
}

fn conflict<R: Clear>(seen: &Actor, of: &Subject, found: Conflict, keep: &R, drop: &R) -> Option<ConflictOut> {
    let side = |value: Value, record: &R| value_as_seen(seen, of, &found.field, value).map(|v| named(record, &found.field, v));
    let (keep, drop) = (side(found.keep, keep)?, side(found.drop, drop)?);
    let choosable = may_choose(seen, of, &found.field) && (found.field != "owner" || seen.scope(of.assign).is_some());
    Some(ConflictOut { keep, drop, chosen: found.chosen.as_str().to_owned(), choosable, field: found.field })
}

/// Fields that the actor does not see in clear are named if either has a value, whether or not they differ:
/// that two masked values are the same is no business of theirs.
pub(super) fn conflicts<R: Clear>(seen: &Actor, of: &Subject, found: Vec<Conflict>, keep: &R, drop: &R) -> Vec<ConflictOut> {
    let masked = |field: &str| level(seen, of, field) != Level::Full;
    let (closed, open): (Vec<Conflict>, Vec<Conflict>) = found.into_iter().partition(|c| masked(&c.field));
    let mut out: Vec<ConflictOut> = Vec::new();
    for field in of.sensitive.fields.iter().filter(|f| f.name != "balance" && masked(f.name)) {
        let known = closed.iter().find(|c| c.field == field.name);
        let chosen = known.map_or(Side::Keep, |c| c.chosen);
        let (a, b) = (keep.value(field.name), drop.value(field.name));
        if a.is_some() || b.is_some() {
            let equal = Conflict { field: field.name.to_owned(), keep: json!(a), drop: json!(b), chosen };
            out.extend(conflict(seen, of, equal, keep, drop));
        }
    }
    out.extend(open.into_iter().filter_map(|c| conflict(seen, of, c, keep, drop)));
    out
}

/// What somebody changed after the merge.
pub(super) fn left(seen: &Actor, of: &Subject, left: Vec<Left>, kept: &impl Clear) -> Vec<LeftOut> {
    let out = |l: Left| {
        let value = value_as_seen(seen, of, &l.field, l.value)?;
        Some(LeftOut { value: named(kept, &l.field, value), field: l.field })
    };
    left.into_iter().filter_map(out).collect()
}

/// What came back, without what nobody shows them.
pub(super) fn returned(seen: &Actor, of: &Subject, fields: Vec<String>) -> Vec<String> {
    fields.into_iter().filter(|field| level(seen, of, field) != Level::Hidden).collect()
}

/// Masks a sensitive value of an answer, and notes that it did.
pub(super) fn close(
    seen: &Actor,
    of: &Subject,
    mut value: impl FnMut(&str) -> Option<String>,
    mut put: impl FnMut(&str, Option<String>),
) -> (Vec<String>, Vec<String>) {
    let (mut masked, mut hidden) = (Vec::new(), Vec::new());
    for field in of.sensitive.fields {
        let clear = value(field.name);
        match seen.level(field.key) {
            Level::Full => {}
            Level::Masked => {
                let shown = clear.and_then(|v| mask::field(field.name, &v.into()).as_str().map(str::to_owned));
                if shown.is_some() || !field.optional {
                    masked.push(field.name.to_owned());
                }
                put(field.name, shown);
            }
            Level::Hidden => {
                put(field.name, None);
                hidden.push(field.name.to_owned());
            }
        }
    }
    (masked, hidden)
}

//! The values in `custom` of a record: checked against the definitions, and merged with what is there.

use kernel::validate::Checker;
use serde_json::{Map, Value as Json};

use super::service::{CustomField, Kind};

/// Whether a record must have the fields that are required.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Required {
    /// A person adds it, and can be asked.
    Yes,
    /// It comes from a form or another record, or stands already.
    No,
}

/// The most characters of all given values together.
const MOST: usize = 20_000;

/// What is stored after a write: given keys replace, null removes, the rest stays. Null for the whole
/// removes every value that forms show. Faults are named `custom.<key>`.
pub(crate) fn merge(c: &mut Checker, fields: &[CustomField], stored: &Json, given: Option<&Json>, required: Required) -> Json {
    let empty = Map::new();
    let stored = stored.as_object().unwrap_or(&empty);
    let mut next = stored.clone();
    let shown = || fields.iter().filter(|f| !f.archived);
    let emptied: Map<String, Json>;
    let given = match given {
        None => &empty,
        Some(Json::Null) => {
            emptied = shown().filter(|f| stored.contains_key(&f.key)).map(|f| (f.key.clone(), Json::Null)).collect();
            &emptied
        }
        Some(Json::Object(map)) if map.len() <= 200 && Json::Object(map.clone()).to_string().len() <= MOST => map,
        Some(_) => {
            c.add("custom", format!("must be an object of at most 200 fields and {MOST} characters"));
            return Json::Object(next);
        }
    };
    for (key, value) in given {
        let name = format!("custom.{key}");
        let field = shown().find(|f| f.key == *key);
        if stored.get(key) == Some(value) {
            // What is sent back as it is stays, whatever its definition says today.
            continue;
        }
        match field {
            None if value.is_null() => {
                next.remove(key);
            }
            None => c.add(&name, "is not a field of this record"),
            Some(field) if is_empty(value) => {
                next.remove(key);
                if field.required {
                    c.add(&name, "is required");
                }
            }
            Some(field) => {
                if let Some(value) = checked(c, &name, field, value) {
                    next.insert(key.clone(), value);
                }
            }
        }
    }
    if required == Required::Yes {
        for field in shown().filter(|f| f.required && !next.contains_key(&f.key) && !given.contains_key(&f.key)) {
            c.add(&format!("custom.{}", field.key), "is required");
        }
    }
    Json::Object(next)
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.trim().is_empty(),
        Json::Array(words) => words.is_empty(),
        _ => false,
    }
}

/// The value to store; none when it is wrong, which is noted.
fn checked(c: &mut Checker, name: &str, field: &CustomField, value: &Json) -> Option<Json> {
    let wrong = |c: &mut Checker, what: &str| {
        c.add(name, what);
        None
    };
    let is_option = |word: &Json| word.as_str().is_some_and(|w| field.options.iter().any(|o| o.key == w));
    let options = || field.options.iter().map(|o| o.key.as_str()).collect::<Vec<_>>().join(", ");
    match (field.kind, value) {
        (Kind::Text, Json::String(text)) => c.optional(name, Some(text), 500).map(Json::from),
        (Kind::Text, _) => wrong(c, "must be a text"),
        (Kind::Number, Json::Number(number)) if number.as_f64().is_some_and(|n| n.abs() < 1e15) => Some(number.clone().into()),
        (Kind::Number, _) => wrong(c, "must be a number below a thousand million million"),
        (Kind::Date, Json::String(text)) => c.date(name, text).map(|day| day.to_string().into()),
        (Kind::Date, _) => wrong(c, "must be a date, YYYY-MM-DD"),
        (Kind::Flag, Json::Bool(flag)) => Some((*flag).into()),
        (Kind::Flag, _) => wrong(c, "must be true or false"),
        (Kind::Choice, word) if is_option(word) => Some(word.clone()),
        (Kind::Choice, _) => wrong(c, &format!("must be one of {}", options())),
        (Kind::Choices, Json::Array(words)) if words.iter().all(is_option) => {
            let chosen = |key: &str| words.iter().any(|w| w == key);
            Some(field.options.iter().filter(|o| chosen(&o.key)).map(|o| Json::from(o.key.as_str())).collect())
        }
        (Kind::Choices, _) => wrong(c, &format!("must be a list of some of {}", options())),
        (Kind::Url, Json::String(text)) => {
            let text = c.optional(name, Some(text), 500)?;
            if is_url(&text) { Some(text.into()) } else { wrong(c, "must be an address like https://example.com/page") }
        }
        (Kind::Url, _) => wrong(c, "must be an address like https://example.com/page"),
    }
}

/// An address that can be a link: no script, nothing that ends an attribute.
fn is_url(text: &str) -> bool {
    let lower = text.to_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://")).unwrap_or_default();
    rest.starts_with(|c: char| c.is_alphanumeric())
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "\"'<>\\^`{|}".contains(c))
}

/// The values by `custom.<key>`, for the audit log.
pub(crate) fn flat(facts: &mut Json, custom: &Json) {
    if let Some(facts) = facts.as_object_mut() {
        facts.extend(custom.as_object().into_iter().flatten().map(|(key, value)| (format!("custom.{key}"), value.clone())));
    }
}

#[cfg(test)]
mod tests {
    use super::super::service::CustomOption;
    use super::*;
    use kernel::DomainError;
    use serde_json::json;
    use uuid::Uuid;

    fn field(key: &str, word: &str, required: bool, archived: bool) -> CustomField {
        let kind = Kind::ALL.iter().find(|(w, _)| *w == word).expect("a type").1;
        let option = |key: &str| CustomOption { key: key.into(), label: key.to_uppercase() };
        CustomField {
            id: Uuid::nil(),
            entity: "client".into(),
            key: key.into(),
            label: key.into(),
            kind,
            word: word.into(),
            options: vec![option("low"), option("high")],
            required,
            help: String::new(),
            position: 0,
            archived,
        }
    }

    fn fields() -> Vec<CustomField> {
        vec![
            field("note", "text", true, false),
            field("lots", "number", false, false),
            field("since", "date", false, false),
            field("vip", "flag", false, false),
            field("risk", "choice", false, false),
            field("risks", "choices", false, false),
            field("site", "url", false, false),
            field("old", "text", true, true),
        ]
    }

    fn merged(stored: Json, given: Json, required: Required) -> Result<Json, Vec<String>> {
        let mut c = Checker::new();
        let next = merge(&mut c, &fields(), &stored, Some(&given), required);
        match c.finish() {
            Ok(()) => Ok(next),
            Err(DomainError::Invalid { fields, .. }) => Err(fields.into_keys().collect()),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn given_keys_replace_and_the_rest_stays() {
        let stored = json!({ "note": "a", "lots": 2, "old": "kept", "legacy": [1] });
        let next =
            merged(stored, json!({ "lots": 2.5, "risks": ["high", "low", "high"], "site": "https://x.example/a" }), Required::No);
        let expected = json!({
            "note": "a", "lots": 2.5, "old": "kept", "legacy": [1], "risks": ["low", "high"], "site": "https://x.example/a",
        });
        assert_eq!(next, Ok(expected));
    }

    #[test]
    fn what_is_archived_or_unknown_can_stay_or_go_but_not_change() {
        let stored = || json!({ "note": "a", "old": "kept", "legacy": 1 });
        assert_eq!(merged(stored(), json!({ "old": "kept", "legacy": 1 }), Required::No), Ok(stored()));
        assert_eq!(merged(stored(), json!({ "legacy": null }), Required::No), Ok(json!({ "note": "a", "old": "kept" })));
        let faults = merged(stored(), json!({ "old": "new", "legacy": 2, "other": 3 }), Required::No);
        assert_eq!(faults, Err(vec!["custom.legacy".into(), "custom.old".into(), "custom.other".into()]));
    }

    #[test]
    fn what_is_required_is_asked_for_once_touched() {
        assert_eq!(merged(json!({}), json!({}), Required::Yes), Err(vec!["custom.note".into()]));
        assert_eq!(merged(json!({}), json!({ "vip": true }), Required::No), Ok(json!({ "vip": true })));
        for empty in [json!({ "note": null }), json!({ "note": " " }), Json::Null] {
            assert_eq!(merged(json!({ "note": "a" }), empty, Required::No), Err(vec!["custom.note".into()]));
        }
    }

    #[test]
    fn types_are_kept() {
        for bad in [
            json!({ "note": 5 }),
            json!({ "note": "x".repeat(501) }),
            json!({ "lots": "many" }),
            json!({ "lots": 1e300 }),
            json!({ "since": "2026-02-30" }),
            json!({ "since": 5 }),
            json!({ "vip": "yes" }),
            json!({ "risk": "medium" }),
            json!({ "risk": ["low"] }),
            json!({ "risks": "low" }),
            json!({ "risks": ["low", "x"] }),
            json!({ "site": "javascript:alert(1)" }),
            json!({ "site": "https://x.example/\"><script>" }),
            json!({ "note": "a\u{0}b" }),
        ] {
            let key = bad.as_object().and_then(|b| b.keys().next()).expect("a key").clone();
            assert_eq!(merged(json!({}), bad.clone(), Required::No), Err(vec![format!("custom.{key}")]), "{bad}");
        }
        for bad in [json!([]), json!("x"), json!({ "note": "x".repeat(20_001) })] {
            assert_eq!(merged(json!({}), bad, Required::No), Err(vec!["custom".into()]));
        }
    }
}

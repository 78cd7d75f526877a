//! What becomes of the values of two records when they are merged and split. Pure: no database, no clock.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset};
use serde_json::{Map, Value as Json, json};

use super::columns::Columns;

/// The columns of a record.
pub(crate) type Row = Map<String, Json>;

/// One of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The client that stays.
    Keep,
    /// The client that becomes part of it.
    Drop,
}

impl Side {
    /// As in requests and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Drop => "drop",
        }
    }

    /// The one of this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Keep, Self::Drop].into_iter().find(|s| s.as_str() == word)
    }
}

/// A choice in which the two differ.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Conflict {
    /// Its word.
    pub field: String,
    pub keep: Json,
    pub drop: Json,
    pub chosen: Side,
}

/// The words of all choices, those of custom fields aside.
pub(crate) fn choices(of: Columns) -> Vec<&'static str> {
    let mut words: Vec<&str> = of.iter().filter_map(|(.., choice)| *choice).collect();
    words.dedup();
    words
}

/// The columns that belong to a choice.
pub(crate) fn columns_of(of: Columns, choice: &str) -> impl Iterator<Item = &'static str> {
    of.iter().filter(move |(.., word)| *word == Some(choice)).map(|(name, ..)| *name)
}

fn get<'a>(row: &'a Row, name: &str) -> &'a Json {
    row.get(name).unwrap_or(&Json::Null)
}

/// Whether there is nothing. That somebody was not told yet is nothing, too.
fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null | Json::Bool(false) => true,
        Json::String(text) => text.is_empty(),
        _ => false,
    }
}

fn instant(value: &Json) -> Option<DateTime<FixedOffset>> {
    value.as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok())
}

/// Whether two values are the same; an instant may be written in two ways.
fn same(a: &Json, b: &Json) -> bool {
    a == b || instant(a).zip(instant(b)).is_some_and(|(a, b)| a == b)
}

/// What a choice shows: the value, or of several columns all of them.
fn shown(of: Columns, row: &Row, choice: &str) -> Json {
    let names: Vec<&str> = columns_of(of, choice).collect();
    match names.as_slice() {
        [one] => get(row, one).clone(),
        several => {
            let object: Row = several.iter().map(|name| ((*name).to_owned(), get(row, name).clone())).collect();
            if object.values().all(is_empty) { Json::Null } else { Json::Object(object) }
        }
    }
}

fn object(row: &Row, name: &str) -> Row {
    get(row, name).as_object().cloned().unwrap_or_default()
}

fn words(row: &Row, name: &str) -> Vec<String> {
    let words = get(row, name).as_array().into_iter().flatten();
    words.filter_map(Json::as_str).map(str::to_owned).collect()
}

/// The kept client as the merge makes it, and every choice in which the two differ. A choice that nobody
/// made is the kept client's value, unless there is none.
pub(crate) fn plan(of: Columns, keep: &Row, drop: &Row, wanted: &BTreeMap<String, Side>) -> (Row, Vec<Conflict>) {
    let (mut after, mut conflicts) = (keep.clone(), Vec::new());
    for choice in choices(of) {
        let empty = columns_of(of, choice).all(|name| is_empty(get(keep, name)));
        let chosen = wanted.get(choice).copied().unwrap_or(if empty { Side::Drop } else { Side::Keep });
        if columns_of(of, choice).any(|name| !same(get(keep, name), get(drop, name))) {
            let (keep, drop) = (shown(of, keep, choice), shown(of, drop, choice));
            conflicts.push(Conflict { field: choice.to_owned(), keep, drop, chosen });
        }
        if chosen == Side::Drop {
            for name in columns_of(of, choice).filter(|name| drop.contains_key(*name)) {
                after.insert(name.to_owned(), get(drop, name).clone());
            }
        }
    }
    let (mine, theirs) = (object(keep, "custom"), object(drop, "custom"));
    let mut custom = mine.clone();
    let keys: BTreeSet<&String> = mine.keys().chain(theirs.keys()).collect();
    for key in keys {
        let (a, b) = (get(&mine, key), get(&theirs, key));
        let field = format!("custom.{key}");
        let chosen = wanted.get(&field).copied().unwrap_or(if a.is_null() { Side::Drop } else { Side::Keep });
        if a != b {
            conflicts.push(Conflict { field, keep: a.clone(), drop: b.clone(), chosen });
        }
        if chosen == Side::Drop {
            if b.is_null() {
                custom.remove(key)
            } else {
                custom.insert(key.clone(), b.clone())
            };
        }
    }
    after.insert("custom".to_owned(), Json::Object(custom));
    let mut tags = words(keep, "tags");
    tags.extend(
        words(drop, "tags").into_iter().filter(|tag| !get(keep, "tags").as_array().is_some_and(|all| all.contains(&json!(tag)))),
    );
    after.insert("tags".to_owned(), json!(tags));
    if keep.contains_key("lead_id") && get(keep, "lead_id").is_null() {
        after.insert("lead_id".to_owned(), get(drop, "lead_id").clone());
    }
    // Nothing was handed in, or nobody decided: what is known of the other counts.
    if get(keep, "kyc_status") == "missing" && !get(drop, "kyc_status").is_null() {
        after.insert("kyc_status".to_owned(), get(drop, "kyc_status").clone());
    }
    if instant(get(drop, "last_activity_at")) > instant(get(keep, "last_activity_at")) {
        after.insert("last_activity_at".to_owned(), get(drop, "last_activity_at").clone());
    }
    (after, conflicts)
}

/// A value of the kept client that somebody changed after the merge.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Left {
    /// Its word.
    pub field: String,
    pub value: Json,
}

/// What a split makes of the kept client.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Back {
    pub row: Row,
    /// Words of what is again as it was before the merge.
    pub returned: Vec<String>,
    /// What the merge had changed and somebody changed again since: it stays.
    pub left: Vec<Left>,
}

/// The kept client as the split makes it: what the merge changed goes back unless somebody changed it since.
/// The KYC status follows the documents and is not decided here.
pub(crate) fn back(of: Columns, before: &Row, after: &Row, now: &Row) -> Back {
    let mut back = Back { row: now.clone(), ..Back::default() };
    let alone = ["lead_id", "currency", "last_activity_at"];
    let groups = choices(of).into_iter().map(|choice| (choice, columns_of(of, choice).collect::<Vec<_>>()));
    for (word, names) in groups.chain(alone.map(|name| (name, vec![name]))) {
        let all = |a: &Row, b: &Row| names.iter().all(|name| same(get(a, name), get(b, name)));
        if all(before, after) || all(before, now) {
            continue;
        }
        if all(after, now) {
            for name in &names {
                back.row.insert((*name).to_owned(), get(before, name).clone());
            }
            back.returned.push(word.to_owned());
        } else if !alone.contains(&word) {
            back.left.push(Left { field: word.to_owned(), value: shown(of, now, word) });
        }
    }
    let (was, made, is) = (object(before, "custom"), object(after, "custom"), object(now, "custom"));
    let mut custom = is.clone();
    let keys: BTreeSet<&String> = was.keys().chain(made.keys()).collect();
    for key in keys {
        let (was, made, is) = (get(&was, key), get(&made, key), get(&is, key));
        if was == made || was == is {
            continue;
        }
        let field = format!("custom.{key}");
        if made == is {
            if was.is_null() {
                custom.remove(key)
            } else {
                custom.insert(key.clone(), was.clone())
            };
            back.returned.push(field);
        } else {
            back.left.push(Left { field, value: is.clone() });
        }
    }
    back.row.insert("custom".to_owned(), Json::Object(custom));
    let was = words(before, "tags");
    let added: Vec<String> = words(after, "tags").into_iter().filter(|tag| !was.contains(tag)).collect();
    let tags: Vec<String> = words(now, "tags").into_iter().filter(|tag| !added.contains(tag)).collect();
    if tags != words(now, "tags") {
        back.returned.push("tags".to_owned());
        back.row.insert("tags".to_owned(), json!(tags));
    }
    back
}

#[cfg(test)]
mod tests {
    use super::super::columns::COLUMNS;
    use super::*;

    fn row(value: Json) -> Row {
        let mut row: Row = COLUMNS.iter().map(|(name, ..)| ((*name).to_owned(), Json::Null)).collect();
        row.extend(
            json!({ "first_name": "Jane", "last_name": "Doe", "email": "a@x.com", "status": "new", "kyc_status": "missing",
                "currency": "USD", "tags": [], "custom": {}, "follow_up_told": false,
                "last_activity_at": "2026-01-01T00:00:00+00:00" })
            .as_object()
            .cloned()
            .unwrap_or_default(),
        );
        row.extend(value.as_object().cloned().unwrap_or_default());
        row
    }

    fn none() -> BTreeMap<String, Side> {
        BTreeMap::new()
    }

    fn fields(conflicts: &[Conflict]) -> Vec<(&str, Side)> {
        conflicts.iter().map(|c| (c.field.as_str(), c.chosen)).collect()
    }

    #[test]
    fn the_kept_value_wins_unless_there_is_none() {
        let keep = row(json!({ "phone": null, "country": "DE", "assigned_to": null, "team_id": "t", "tags": ["a", "b"],
            "custom": { "x": 1 } }));
        let drop = row(json!({ "phone": "+49", "country": "GB", "email": "b@x.com", "assigned_to": "u", "team_id": "t2",
            "tags": ["b", "c"], "custom": { "x": 2, "y": 3 }, "kyc_status": "approved",
            "last_activity_at": "2026-02-01T00:00:00+00:00", "lead_id": "l" }));
        let (after, conflicts) = plan(COLUMNS, &keep, &drop, &none());
        assert_eq!((&after["phone"], &after["country"], &after["email"]), (&json!("+49"), &json!("DE"), &json!("a@x.com")));
        // Owner and team go together: a team is an owner, too.
        assert_eq!((&after["assigned_to"], &after["team_id"]), (&Json::Null, &json!("t")));
        assert_eq!((&after["tags"], &after["custom"]), (&json!(["a", "b", "c"]), &json!({ "x": 1, "y": 3 })));
        assert_eq!((&after["kyc_status"], &after["lead_id"]), (&json!("approved"), &json!("l")));
        assert_eq!(after["last_activity_at"], drop["last_activity_at"]);
        use Side::{Drop, Keep};
        let expected =
            [("email", Keep), ("phone", Drop), ("country", Keep), ("owner", Keep), ("custom.x", Keep), ("custom.y", Drop)];
        assert_eq!(fields(&conflicts), expected);
    }

    #[test]
    fn whoever_chooses_gets_what_they_chose() {
        let keep = row(json!({ "phone": null, "custom": { "x": 1, "z": 9 }, "follow_up_at": "2026-01-02T00:00:00+00:00",
            "follow_up_note": "Call" }));
        let drop = row(json!({ "phone": "+49", "custom": { "x": 2 }, "email": "b@x.com" }));
        let wanted = [
            ("phone", Side::Keep),
            ("email", Side::Drop),
            ("custom.x", Side::Drop),
            ("custom.z", Side::Drop),
            ("follow_up", Side::Drop),
        ];
        let wanted = wanted.into_iter().map(|(f, s)| (f.to_owned(), s)).collect();
        let (after, _) = plan(COLUMNS, &keep, &drop, &wanted);
        assert_eq!((&after["phone"], &after["email"], &after["custom"]), (&Json::Null, &json!("b@x.com"), &json!({ "x": 2 })));
        assert_eq!((&after["follow_up_at"], &after["follow_up_note"]), (&Json::Null, &Json::Null));
    }

    #[test]
    fn a_split_gives_back_what_nobody_touched() {
        let keep = row(json!({ "tags": ["a"], "custom": { "x": 1 } }));
        let drop = row(json!({ "phone": "+49", "source": "Fair", "country": "GB", "tags": ["b"], "custom": { "y": 2, "z": 3 } }));
        let (after, _) = plan(COLUMNS, &keep, &drop, &none());
        assert_eq!(back(COLUMNS, &keep, &after, &after).row, keep);
        let mut now = after.clone();
        for (name, value) in [("source", json!("Web")), ("country", Json::Null), ("status", json!("active"))] {
            now.insert(name.to_owned(), value);
        }
        now.insert("tags".to_owned(), json!(["a", "b", "c"]));
        now.insert("custom".to_owned(), json!({ "x": 5, "y": 2, "z": 4 }));
        let split = back(COLUMNS, &keep, &after, &now);
        assert_eq!(split.row["phone"], Json::Null);
        assert_eq!(
            (&split.row["source"], &split.row["country"], &split.row["status"]),
            (&json!("Web"), &Json::Null, &json!("active"))
        );
        assert_eq!((&split.row["tags"], &split.row["custom"]), (&json!(["a", "c"]), &json!({ "x": 5, "z": 4 })));
        assert_eq!(split.returned, ["phone", "custom.y", "tags"]);
        let left: Vec<&str> = split.left.iter().map(|l| l.field.as_str()).collect();
        assert_eq!(left, ["source", "custom.z"]);
    }

    #[test]
    fn an_instant_is_the_same_however_it_is_written() {
        assert!(same(&json!("2026-01-01T01:00:00+01:00"), &json!("2026-01-01T00:00:00Z")));
        assert!(!same(&json!("2026-01-01T01:00:00Z"), &json!("2026-01-01T00:00:00Z")));
        assert!(same(&json!("DE"), &json!("DE")) && !same(&json!("DE"), &Json::Null));
    }
}

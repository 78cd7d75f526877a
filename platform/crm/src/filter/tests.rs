//! The language against its catalogue, without a database.

use chrono::Weekday;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::catalogue::{CLIENT, LEAD, Target};
use super::compile::{Env, compile, prune};
use super::language::{Node, parse, read};
use super::time::Calendar;
use crate::custom_fields::{CustomField, Kind};
use kernel::permission::FIELDS;

fn env(target: &'static Target, closed: &[&'static str]) -> Env {
    let custom = Kind::ALL.iter().map(|(word, kind)| CustomField {
        id: Uuid::nil(),
        entity: target.word.into(),
        key: format!("my_{word}"),
        label: (*word).into(),
        kind: *kind,
        word: (*word).into(),
        options: Vec::new(),
        required: false,
        help: String::new(),
        position: 0,
        archived: false,
    });
    let now = chrono::DateTime::from_timestamp(1_790_000_000, 0).expect("a moment");
    Env {
        target,
        calendar: Calendar { now, today: now.date_naive(), zone: "UTC".into(), week_start: Weekday::Mon },
        me: None,
        closed: closed.to_vec(),
        custom: custom.collect(),
    }
}

fn told(env: &Env, text: &str) -> Result<String, Vec<String>> {
    parse(text)
        .and_then(|node| compile(env, &node))
        .map(|(sql, _)| sql)
        .map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

fn faults(env: &Env, json: Json) -> Vec<String> {
    told(env, &json.to_string()).expect_err("a fault")
}

#[test]
fn all_faults_come_at_once_with_their_places() {
    let env = env(&CLIENT, &["email"]);
    let found = faults(
        &env,
        json!({ "and": [
            { "field": "shoe_size", "op": "eq", "value": 1 },
            { "or": [
                { "field": "status", "op": "contains", "value": "x" },
                { "field": "email", "op": "is", "value": "a@b.co" },
                { "field": "custom.gone", "op": "empty" },
            ] },
            { "field": "country", "op": "in", "value": ["Atlantis"] },
            { "field": "balance", "op": "eq", "value": "many" },
        ] }),
    );
    assert_eq!(found.len(), 6, "{found:#?}");
    for (n, start) in [
        "at and[0]: `shoe_size`",
        "at and[1].or[0]: `contains`",
        "at and[1].or[1]: `email` is masked",
        "at and[1].or[2]: `custom.gone`",
        "at and[2]: `ATLANTIS`",
        "at and[3]: must be a number",
    ]
    .iter()
    .enumerate()
    {
        assert!(found[n].starts_with(start), "{} / {start}", found[n]);
    }
}

#[test]
fn what_is_no_filter_is_refused() {
    let env = env(&CLIENT, &[]);
    for bad in [
        "x",
        "[]",
        "{\"and\":{}}",
        "{\"and\":[],\"or\":[]}",
        "{\"and\":[1]}",
        "{\"and\":[{\"field\":\"status\"}]}",
        "{\"and\":[{\"field\":\"status\",\"op\":\"in\",\"value\":[\"new\"],\"sql\":\"1\"}]}",
        "{\"and\":[{\"or\":[{\"and\":[{\"or\":[]}]}]}]}",
    ] {
        assert!(told(&env, bad).is_err(), "{bad}");
    }
    let many: Vec<Json> = (0..51).map(|_| json!({ "field": "status", "op": "in", "value": ["new"] })).collect();
    assert!(told(&env, &json!({ "and": many }).to_string()).is_err());
    assert_eq!(told(&env, "{\"and\":[]}"), Ok(String::new()));
    assert_eq!(told(&env, "{\"and\":[{\"or\":[]}]}"), Ok(String::new()));
}

#[test]
fn text_of_a_request_is_never_sql() {
    for target in [&CLIENT, &LEAD] {
        let env = env(target, &[]);
        let evil = "x'; drop table clients; --";
        let names = target.fields.iter().map(|f| f.name.to_owned()).chain(env.custom.iter().map(|f| format!("custom.{}", f.key)));
        for field in names.collect::<Vec<_>>() {
            for op in ["is", "contains", "in", "any", "all", "none", "eq", "on", "not_in", "starts_with", evil] {
                for value in [json!(evil), json!([evil]), json!({ "last": evil, "unit": evil })] {
                    let node = json!({ "field": field, "op": op, "value": value });
                    let sql = told(&env, &node.to_string()).unwrap_or_default();
                    assert!(!sql.contains("drop"), "{node}: {sql}");
                }
            }
        }
    }
}

#[test]
fn every_sensitive_field_is_closed_by_its_own_name() {
    for def in FIELDS {
        let target: &'static Target = if def.key.starts_with("clients.") { &CLIENT } else { &LEAD };
        let field = target.fields.iter().find(|f| f.name == def.name()).expect(def.key);
        let condition = json!({ "field": field.name, "op": "not_empty" });
        assert!(told(&env(target, &[]), &condition.to_string()).is_ok(), "{}", def.key);
        assert!(told(&env(target, &[def.name()]), &condition.to_string()).is_err(), "{}", def.key);
        // No other field reads its column.
        let column = format!("{}.{}", target.alias, def.name());
        let readers: Vec<&str> = target.fields.iter().filter(|f| f.sql.contains(&column)).map(|f| f.name).collect();
        assert_eq!(readers, [def.name()]);
    }
}

#[test]
fn what_can_not_be_asked_is_left_out() {
    let env = env(&CLIENT, &["email"]);
    let node = read(&json!({ "and": [
        { "field": "status", "op": "in", "value": ["new"] },
        { "or": [{ "field": "email", "op": "is", "value": "a@b.co" }] },
        { "or": [{ "field": "custom.gone", "op": "empty" }, { "field": "custom.my_flag", "op": "is", "value": true }] },
    ] }))
    .expect("a filter");
    let pruned = prune(&env, &node);
    let fields: Vec<&str> = pruned.dropped.iter().map(|(c, _)| c.field.as_str()).collect();
    assert_eq!(fields, ["email", "custom.gone"]);
    let left = json!({ "and": [
        { "field": "status", "op": "in", "value": ["new"] },
        { "or": [{ "field": "custom.my_flag", "op": "is", "value": true }] },
    ] });
    assert_eq!(pruned.node.as_ref().map(Node::to_json), Some(left));
}

//! What is shown of a record that is there already beside a row: no record out of sight, and no field that the
//! import does not bring, since whoever imports sees in clear what is mapped and no more.

use std::collections::BTreeMap;

use runtime::Ctx;
use runtime::list::within;
use sea_orm::sea_query::{Expr, SimpleExpr};
use serde_json::Value as Json;

use super::brings::Brings;
use super::mapping::Mapping;
use super::recipe::uses;
use crate::bulk::Kind;

/// Fields that are shown whether they are mapped or not: who it is, as every importer sees it.
const ALWAYS: &[&str] = &["first_name", "last_name", "name", "email", "phone", "company", "country", "status", "source"];

const OF_PEOPLE: &[&str] = &["first_name", "last_name", "email", "phone", "status", "source", "assigned_to", "tags"];
const OF_CALLS: &[&str] = &["country", "follow_up_at", "follow_up_note"];

/// The fields of a record, each with its value over `of`: the record itself, or a row that has what it would have.
fn fields(brings: Brings, of: &str) -> Vec<(&'static str, String)> {
    let own: &[&[&str]] = match brings {
        Brings::Records(Kind::Client) => &[OF_PEOPLE, OF_CALLS, &["language", "address", "date_of_birth"]],
        Brings::Records(Kind::Contact) => &[OF_PEOPLE, &["company", "job_title", "rating", "description"]],
        Brings::Records(_) => &[OF_PEOPLE, OF_CALLS, &["message"]],
        Brings::Users => &[&["name", "email", "status"]],
        Brings::Activities => &[&["status"]],
        Brings::Deals(_) => &[],
    };
    let mut fields: Vec<(&str, String)> = own.concat().into_iter().map(|name| (name, format!("{of}.{name}"))).collect();
    match brings {
        Brings::Records(Kind::Client | Kind::Lead) => {
            fields.push(("partner_id", format!("(select k.name from partners k where k.id = {of}.partner_id)")));
        }
        Brings::Users => {
            fields.push(("role", format!("(select k.name from roles k where k.id = {of}.role_id)")));
            fields.push(("team", format!("(select k.name from teams k where k.id = {of}.team_id)")));
        }
        _ => {}
    }
    fields
}

/// The record `t` by the keys of fields, as JSON.
pub(super) fn record(brings: Brings, mapping: &Mapping) -> SimpleExpr {
    let shown = |key: &str| ALWAYS.contains(&key) || uses(mapping, key);
    let mut pairs: Vec<String> =
        fields(brings, "t").into_iter().filter(|(key, _)| shown(key)).map(|(key, value)| format!("'{key}', {value}")).collect();
    let keys = mapping.mapping.values().chain(mapping.defaults.keys());
    let own: Vec<String> = keys.filter_map(|key| key.strip_prefix("custom.")).map(str::to_owned).collect();
    let has_own = brings.as_records().is_some() && !own.is_empty();
    if has_own {
        let picked = "(select jsonb_object_agg(e.key, e.value) from jsonb_each(t.custom) e where e.key = any($1))";
        pairs.push(format!("'custom', {picked}"));
    }
    let sql = format!("jsonb_build_object({})", pairs.join(", "));
    if has_own { Expr::cust_with_values(sql, [sea_orm::Value::from(own)]) } else { Expr::cust(sql) }
}

/// The earlier row `f` of the file by the keys of fields, as JSON.
pub(super) fn row(brings: Brings) -> SimpleExpr {
    let Some(_) = brings.as_records() else { return Expr::cust("null::jsonb") };
    let pairs: Vec<String> = fields(brings, "f").into_iter().map(|(key, value)| format!("'{key}', {value}")).collect();
    Expr::cust(format!("case when f.n is not null then jsonb_build_object({}, 'custom', f.custom) end", pairs.join(", ")))
}

/// Whether the actor sees the record `t`.
pub(super) fn seen(ctx: &Ctx, brings: Brings) -> SimpleExpr {
    // Whoever manages users knows all of them.
    if brings == Brings::Users {
        return Expr::cust("true");
    }
    let Some(scope) = ctx.actor().scope(brings.reads()) else { return Expr::cust("false") };
    within(ctx, scope, ("t", "assigned_to"), ("t", "team_id")).unwrap_or_else(|| Expr::cust("true"))
}

/// Texts by field, without what is empty.
pub(super) fn texts(of: Option<&Json>) -> BTreeMap<String, String> {
    fn text(value: &Json) -> Option<String> {
        let text = match value {
            Json::Null => return None,
            Json::String(text) => text.clone(),
            Json::Array(words) => words.iter().filter_map(text).collect::<Vec<_>>().join(", "),
            other => other.to_string(),
        };
        Some(text).filter(|t| !t.is_empty())
    }
    let mut texts = BTreeMap::new();
    for (key, value) in of.and_then(Json::as_object).into_iter().flatten() {
        match (key.as_str(), value) {
            ("custom", own) => {
                let own = own.as_object().into_iter().flatten();
                texts.extend(own.filter_map(|(key, value)| Some((format!("custom.{key}"), text(value)?))));
            }
            _ => texts.extend(text(value).map(|t| (key.clone(), t))),
        }
    }
    texts
}

//! Which records a change is for: chosen ones, or all that a filter means with some exceptions.

use kernel::permission::Scope;
use kernel::validate::Checker;
use runtime::{Ctx, list};
use sea_orm::sea_query::{Alias, Expr, SelectStatement};
use sea_orm::{FromQueryResult, Value};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::kind::{Filter, Kind};

/// The most records that can be named one by one.
pub(super) const MOST_IDS: usize = 5_000;
/// Filters whose value may be, or hold, a sensitive one: the audit log names them and keeps the value.
const QUIET: &[&str] = &["search", "email", "phone", "filter"];

/// Records.
#[derive(Debug, Clone)]
pub(crate) enum Selection {
    Ids(Vec<Uuid>),
    Filter { filter: Filter, except: Vec<Uuid>, asked: Map<String, Json> },
}

impl Selection {
    /// Reads a request; `c` collects all faults.
    pub fn read(
        c: &mut Checker,
        kind: Kind,
        ids: Option<Vec<Uuid>>,
        filter: Option<Json>,
        except: Option<Vec<Uuid>>,
    ) -> kernel::Result<Option<Self>> {
        let except = except.unwrap_or_default();
        if except.len() > MOST_IDS {
            c.add("except", format!("must not name more than {MOST_IDS} records"));
        }
        match (ids, filter.filter(|f| !f.is_null())) {
            (Some(ids), None) if ids.is_empty() || ids.len() > MOST_IDS => {
                c.add("ids", format!("must name 1 to {MOST_IDS} records"));
                Ok(None)
            }
            (Some(ids), None) => Ok(Some(Self::Ids(ids))),
            (None, Some(Json::Object(asked))) => {
                let values = texts(c, &kind.filters(), &asked);
                if !c.is_ok() {
                    return Ok(None);
                }
                Ok(Some(Self::Filter { filter: kind.filter(Json::Object(values.clone()))?, except, asked: values }))
            }
            (None, Some(_)) => {
                c.add("filter", "must be an object with the names of the list's query parameters");
                Ok(None)
            }
            (Some(_), Some(_)) => {
                c.add("ids", "can't go with a filter");
                Ok(None)
            }
            (None, None) => {
                c.add("ids", format!("must name 1 to {MOST_IDS} records, or give a filter"));
                Ok(None)
            }
        }
    }

    /// A query over the ids of the records within a scope.
    pub async fn select(&self, ctx: &Ctx, kind: Kind, scope: Scope) -> kernel::Result<SelectStatement> {
        let mut select = kind.within(ctx, scope);
        let id = (Alias::new(kind.alias()), Alias::new("id"));
        select.clear_selects();
        match self {
            Self::Ids(ids) => {
                select.and_where(Expr::cust_with_values(format!("{}.id = any($1)", kind.alias()), [Value::from(ids.clone())]));
            }
            Self::Filter { filter, except, .. } => {
                filter.narrow(ctx, &mut select).await?;
                if !except.is_empty() {
                    let not_these = format!("{}.id <> all($1)", kind.alias());
                    select.and_where(Expr::cust_with_values(not_these, [Value::from(except.clone())]));
                }
            }
        }
        select.column(id);
        Ok(select)
    }

    /// As it is kept with the change.
    pub fn kept(&self) -> Json {
        match self {
            Self::Ids(ids) => json!({ "ids": ids.len() }),
            Self::Filter { except, asked, .. } => json!({ "filter": asked, "except": except }),
        }
    }

    /// As it stands in the audit log; `None` for chosen records, which have lines of their own.
    pub fn told(&self) -> Option<Json> {
        let Self::Filter { asked, except, .. } = self else { return None };
        let mut words = in_words(asked);
        if !except.is_empty() {
            words.push(format!("except: {}", except.len()));
        }
        Some(if words.is_empty() { json!("*") } else { words.join("; ").into() })
    }
}

/// A filter as the audit log tells it: `name: value` for each.
pub(crate) fn in_words(asked: &Map<String, Json>) -> Vec<String> {
    let told = asked.iter().filter_map(|(name, value)| {
        let value = value.as_str().filter(|v| !v.is_empty())?;
        Some(if QUIET.contains(&name.as_str()) { format!("{name}: •••") } else { format!("{name}: {value}") })
    });
    told.collect()
}

/// The filter's values as the query parameters would have them; `known` are the names of those.
pub(crate) fn texts(c: &mut Checker, known: &[String], asked: &Map<String, Json>) -> Map<String, Json> {
    let mut values = Map::new();
    for (name, value) in asked {
        if !known.contains(name) {
            c.add("filter", format!("can't be narrowed by `{name}`; choose of {}", known.join(", ")));
            continue;
        }
        let text = match value {
            Json::Null => continue,
            Json::String(text) => text.clone(),
            Json::Array(list) if list.iter().all(Json::is_string) => {
                list.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(",")
            }
            Json::Number(_) | Json::Bool(_) | Json::Object(_) | Json::Array(_) => value.to_string(),
        };
        values.insert(name.clone(), text.into());
    }
    values
}

#[derive(FromQueryResult)]
struct Id {
    id: Uuid,
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

/// The ids of a query, at most so many, in their own order.
pub(super) async fn ids(ctx: &Ctx, select: &SelectStatement, most: u64) -> kernel::Result<Vec<Uuid>> {
    let mut select = select.clone();
    select.limit(most);
    let rows: Vec<Id> = list::rows(ctx, &select).await?;
    let mut ids: Vec<Uuid> = rows.into_iter().map(|r| r.id).collect();
    ids.sort_unstable();
    Ok(ids)
}

/// How many a query finds, exactly.
pub(super) async fn count(ctx: &Ctx, select: &SelectStatement) -> kernel::Result<u64> {
    let mut select = select.clone();
    select.clear_selects().expr_as(Expr::cust("count(*)"), Alias::new("count"));
    let rows: Vec<Count> = list::rows(ctx, &select).await?;
    Ok(rows.first().map_or(0, |r| r.count.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_filters_are_those_of_the_list() {
        let mut c = Checker::new();
        let read = |c: &mut Checker, filter: Json| Selection::read(c, Kind::Client, None, Some(filter), None).ok().flatten();
        let found = read(&mut c, json!({ "status": ["new", "active"], "search": "jane", "country": null }));
        let told = found.and_then(|s| s.told()).unwrap_or_default();
        assert!(c.is_ok());
        assert_eq!(told, json!("search: •••; status: new,active"));
        assert!(read(&mut c, json!({ "shoe_size": "44" })).is_none());
        assert!(c.finish().is_err());
    }
}

//! From conditions to SQL. Names of columns come from the catalogue; everything that a request says
//! becomes a bound value.

use kernel::validate::is_country;
use sea_orm::Value;
use serde_json::Value as Json;
use uuid::Uuid;

use super::catalogue::{FOLLOW_UPS, Field, FieldKind, Target};
use super::language::{Condition, Fault, Node};
use super::time::{Bound, Calendar, Range};
use crate::custom_fields::{CustomField, Kind};

/// Values of one condition.
const MOST: usize = 500;
/// Characters of a text.
const LONGEST: usize = 500;

/// What conditions depend on beside their own text.
#[derive(Debug)]
pub(crate) struct Env {
    pub target: &'static Target,
    pub calendar: Calendar,
    pub me: Option<Uuid>,
    /// Sensitive fields that the actor does not see in clear.
    pub closed: Vec<&'static str>,
    /// The tenant's fields that are in use.
    pub custom: Vec<CustomField>,
}

/// Where a field's value is.
enum Place<'a> {
    Own(&'static Field),
    Custom(&'a CustomField),
}

impl Env {
    fn place(&self, c: &Condition) -> Result<Place<'_>, Fault> {
        if let Some(key) = c.field.strip_prefix("custom.") {
            let found = self.custom.iter().find(|f| f.key == key).map(Place::Custom);
            return found.ok_or_else(|| Fault::new(&c.at, format!("`{}` is not a field of this tenant", c.field)));
        }
        let field = self.target.fields.iter().find(|f| f.name == c.field).ok_or_else(|| {
            let known: Vec<&str> = self.target.fields.iter().map(|f| f.name).collect();
            Fault::new(&c.at, format!("`{}` is not a field; there are {} and custom.<key>", c.field, known.join(", ")))
        })?;
        if self.closed.contains(&field.name) {
            let what = format!("`{}` is masked for your role and can't be filtered by", field.name);
            return Err(Fault { masked: true, ..Fault::new(&c.at, what) });
        }
        Ok(Place::Own(field))
    }
}

#[derive(Default)]
struct Sql {
    values: Vec<Value>,
}

impl Sql {
    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    fn list(&mut self, words: Vec<String>) -> String {
        let bound = self.bind(words);
        format!("cast({bound} as text[])")
    }
}

/// The SQL of a filter with its values; empty when it has no condition.
pub(super) fn compile(env: &Env, node: &Node) -> Result<(String, Vec<Value>), Vec<Fault>> {
    let (mut sql, mut faults) = (Sql::default(), Vec::new());
    let text = walk(env, node, &mut sql, &mut faults);
    if faults.is_empty() { Ok((text.unwrap_or_default(), sql.values)) } else { Err(faults) }
}

fn walk(env: &Env, node: &Node, sql: &mut Sql, faults: &mut Vec<Fault>) -> Option<String> {
    let (nodes, word) = match node {
        Node::And(nodes) => (nodes, " and "),
        Node::Or(nodes) => (nodes, " or "),
        Node::Is(condition) => {
            return match one(env, condition, sql) {
                Ok(text) => Some(text),
                Err(fault) => {
                    faults.push(fault);
                    None
                }
            };
        }
    };
    let parts: Vec<String> = nodes.iter().filter_map(|n| walk(env, n, sql, faults)).collect();
    if parts.is_empty() { None } else { Some(format!("({})", parts.join(word))) }
}

/// A filter without what can't be asked (any more), and the faults that were left out.
pub(crate) struct Pruned {
    /// What is left.
    pub node: Option<Node>,
    /// What was left out.
    pub dropped: Vec<(Condition, Fault)>,
}

/// Leaves out what does not compile.
pub(crate) fn prune(env: &Env, node: &Node) -> Pruned {
    let mut dropped = Vec::new();
    let node = kept(env, node, &mut dropped);
    Pruned { node, dropped }
}

fn kept(env: &Env, node: &Node, dropped: &mut Vec<(Condition, Fault)>) -> Option<Node> {
    let mut all = |nodes: &[Node]| {
        let left: Vec<Node> = nodes.iter().filter_map(|n| kept(env, n, dropped)).collect();
        if left.is_empty() { None } else { Some(left) }
    };
    match node {
        Node::And(nodes) => all(nodes).map(Node::And),
        Node::Or(nodes) => all(nodes).map(Node::Or),
        Node::Is(condition) => match one(env, condition, &mut Sql::default()) {
            Ok(_) => Some(node.clone()),
            Err(fault) => {
                dropped.push((condition.clone(), fault));
                None
            }
        },
    }
}

fn one(env: &Env, c: &Condition, sql: &mut Sql) -> Result<String, Fault> {
    let fault = |what: String| Fault::new(&c.at, what);
    let place = env.place(c)?;
    let kind = match place {
        Place::Own(field) => field.kind,
        Place::Custom(field) => match field.kind {
            Kind::Text | Kind::Url => FieldKind::Text,
            Kind::Number => FieldKind::Number,
            Kind::Date => FieldKind::Day,
            Kind::Flag => FieldKind::Flag,
            Kind::Choice => FieldKind::Word,
            Kind::Choices => FieldKind::Words,
        },
    };
    if !kind.ops().contains(&c.op.as_str()) {
        let op: String = c.op.chars().take(30).collect();
        return Err(fault(format!("`{op}` does not go with `{}`; choose one of {}", c.field, kind.ops().join(", "))));
    }
    if c.op.ends_with("empty") && !c.value.is_null() {
        return Err(fault(format!("`{}` takes no value", c.op)));
    }
    let built = match place {
        Place::Own(field) => own(env, field, c, sql),
        Place::Custom(field) => custom(env, field, kind, c, sql),
    };
    built.map_err(fault)
}

/// A condition on a column of the record's own.
fn own(env: &Env, field: &Field, c: &Condition, sql: &mut Sql) -> Result<String, String> {
    let column = field.sql;
    Ok(match (field.kind, c.op.as_str()) {
        (FieldKind::Words, "empty") => format!("{column} = '{{}}'"),
        (FieldKind::Words, "not_empty") => format!("{column} <> '{{}}'"),
        (_, "empty") => format!("{column} is null"),
        (_, "not_empty") => format!("{column} is not null"),
        (FieldKind::Text, _) => text(column, "lower", c, sql)?,
        (FieldKind::Folded, _) => text(column, "fold", c, sql)?,
        (FieldKind::Word, "is" | "is_not" | "contains" | "starts_with") => text(&format!("lower({column})"), "lower", c, sql)?,
        (FieldKind::Word | FieldKind::Always | FieldKind::Country, op) => {
            let mut words = words(&c.value)?;
            if field.kind == FieldKind::Country {
                words.iter_mut().for_each(|w| *w = w.to_uppercase());
                if let Some(wrong) = words.iter().find(|w| !is_country(w)) {
                    return Err(format!("`{wrong}` is not a country; use ISO 3166-1 codes like GB"));
                }
            }
            let list = sql.list(words);
            among(&format!("{column} = any({list})"), op)
        }
        (FieldKind::Due, op) => {
            let parts: Result<Vec<String>, String> = words(&c.value)?.iter().map(|word| due(env, column, word, sql)).collect();
            among(&format!("({})", parts?.join(" or ")), op)
        }
        (FieldKind::User | FieldKind::Id, op) => ids(env, field, &c.value, op, sql)?,
        (FieldKind::Number, op) => number(column, op, &c.value, sql)?,
        (FieldKind::Flag, _) => {
            let wanted = c.value.as_bool().ok_or("must be true or false")?;
            if wanted { column.to_owned() } else { format!("not {column}") }
        }
        (FieldKind::Words, op) => {
            let list = sql.list(words(&c.value)?);
            match op {
                "all" => format!("{column} @> {list}"),
                "any" => format!("{column} && {list}"),
                _ => format!("not ({column} && {list})"),
            }
        }
        (FieldKind::Instant, op) => {
            let range = env.calendar.range(op, &c.value, true)?;
            between(column, range, sql, |bound, sql| moment(env, bound, sql))
        }
        (FieldKind::Day, op) => {
            let range = env.calendar.range(op, &c.value, false)?;
            between(column, range, sql, |bound, sql| format!("cast({} as date)", sql.bind(day_text(bound))))
        }
    })
}

/// A condition on when a moment is due.
fn due(env: &Env, column: &str, word: &str, sql: &mut Sql) -> Result<String, String> {
    let mut within = |op: &str| {
        let range = env.calendar.range(op, &Json::Null, true)?;
        Ok(between(column, range, sql, |bound, sql| moment(env, bound, sql)))
    };
    match word {
        "overdue" => Ok(format!("{column} < {}", sql.bind(env.calendar.now))),
        "today" => within("today"),
        "week" => within("this_week"),
        "any" => Ok(format!("{column} is not null")),
        "none" => Ok(format!("{column} is null")),
        _ => Err(format!("must be of {}", FOLLOW_UPS.join(", "))),
    }
}

/// A condition on a field of the tenant's own: on the rows of `custom_values`.
fn custom(env: &Env, field: &CustomField, kind: FieldKind, c: &Condition, sql: &mut Sql) -> Result<String, String> {
    let name = format!("{}.{}", env.target.word, field.key);
    let id = format!("{}.id", env.target.alias);
    let exists = |sql: &mut Sql, condition: &str| {
        let name = sql.bind(name.clone());
        let condition = if condition.is_empty() { String::new() } else { format!(" and {condition}") };
        format!("exists (select 1 from custom_values v where v.record_id = {id} and v.field = {name}{condition})")
    };
    Ok(match (kind, c.op.as_str()) {
        (_, "empty") => format!("not {}", exists(sql, "")),
        (_, "not_empty") => exists(sql, ""),
        (FieldKind::Word | FieldKind::Text, op @ ("is" | "is_not" | "contains" | "starts_with")) => {
            let positive = Condition { op: if op == "is_not" { "is" } else { op }.to_owned(), ..c.clone() };
            let condition = text("v.text_value", "lower", &positive, sql)?;
            let found = exists(sql, &condition);
            if op == "is_not" { format!("not {found}") } else { found }
        }
        (FieldKind::Word, op) => {
            let list = sql.list(lower(words(&c.value)?));
            let found = exists(sql, &format!("v.text_value = any({list})"));
            if op == "not_in" { format!("not {found}") } else { found }
        }
        (FieldKind::Words, "all") => {
            let mut parts = Vec::new();
            for word in lower(words(&c.value)?) {
                let word = sql.bind(word);
                parts.push(exists(sql, &format!("v.text_value = {word}")));
            }
            format!("({})", parts.join(" and "))
        }
        (FieldKind::Words, op) => {
            let list = sql.list(lower(words(&c.value)?));
            let found = exists(sql, &format!("v.text_value = any({list})"));
            if op == "none" { format!("not {found}") } else { found }
        }
        (FieldKind::Number, op) => {
            let condition = number("v.number_value", op, &c.value, sql)?;
            exists(sql, &condition)
        }
        (FieldKind::Flag, _) => {
            // What nobody said yes to is no.
            let wanted = c.value.as_bool().ok_or("must be true or false")?;
            let found = exists(sql, "v.text_value = 'true'");
            if wanted { found } else { format!("not {found}") }
        }
        (_, op) => {
            let range = env.calendar.range(op, &c.value, false)?;
            let condition = between("v.text_value", range, sql, |bound, sql| sql.bind(day_text(bound)));
            exists(sql, &condition)
        }
    })
}

fn lower(words: Vec<String>) -> Vec<String> {
    words.into_iter().map(|w| w.to_lowercase()).collect()
}

/// What is not among them includes what has no value.
fn among(condition: &str, op: &str) -> String {
    if op == "not_in" { format!("({condition}) is not true") } else { condition.to_owned() }
}

/// A comparison with a text, for a column in lower case.
/// A condition on a text that is stored, or made, in the form that `form` gives.
fn text(column: &str, form: &str, c: &Condition, sql: &mut Sql) -> Result<String, String> {
    let given = c.value.as_str().ok_or("must be a text")?;
    if given.trim().is_empty() || given.chars().count() > LONGEST || given.contains('\0') {
        return Err(format!("must be a text of 1 to {LONGEST} characters"));
    }
    let escaped = || given.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    Ok(match c.op.as_str() {
        "contains" => format!("{column} like {form}({})", sql.bind(format!("%{}%", escaped()))),
        "starts_with" => format!("{column} like {form}({})", sql.bind(format!("{}%", escaped()))),
        "is" => format!("{column} = {form}({})", sql.bind(given)),
        _ => format!("({column} = {form}({})) is not true", sql.bind(given)),
    })
}

/// One word, or a list of them.
fn words(value: &Json) -> Result<Vec<String>, String> {
    let fits = |w: &&str| !w.is_empty() && w.len() <= 400 && !w.contains('\0');
    let found: Option<Vec<String>> = match value {
        Json::String(word) => Some(vec![word.as_str()].into_iter().filter(fits).map(str::to_owned).collect()),
        Json::Array(list) if list.len() <= MOST => {
            list.iter().map(|w| w.as_str().filter(|w| fits(w)).map(str::to_owned)).collect()
        }
        _ => None,
    };
    found.filter(|w| !w.is_empty()).ok_or_else(|| format!("must be a list of 1 to {MOST} words"))
}

fn ids(env: &Env, field: &Field, value: &Json, op: &str, sql: &mut Sql) -> Result<String, String> {
    let (mut found, mut none) = (Vec::new(), false);
    for word in words(value)? {
        match word.as_str() {
            "none" => none = true,
            // A program is nobody.
            "me" if field.kind == FieldKind::User => found.push(env.me.unwrap_or(Uuid::nil())),
            other => found.push(other.parse::<Uuid>().map_err(|_| {
                if field.kind == FieldKind::User { "must be ids, me or none" } else { "must be ids, or none" }.to_owned()
            })?),
        }
    }
    let column = field.sql;
    let listed = match found.as_slice() {
        [] => None,
        [one] => Some(format!("{column} = {}", sql.bind(*one))),
        _ => Some(format!("{column} = any({})", sql.bind(found))),
    };
    let condition = match (listed, none) {
        (Some(listed), true) => format!("({listed} or {column} is null)"),
        (Some(listed), false) => listed,
        (None, _) => format!("{column} is null"),
    };
    Ok(among(&condition, op))
}

fn number(column: &str, op: &str, value: &Json, sql: &mut Sql) -> Result<String, String> {
    let mut one = |json: &Json| -> Result<String, String> {
        let number = json.as_number().filter(|n| n.as_f64().is_some_and(|n| n.abs() < 1e15)).ok_or("must be a number")?;
        Ok(format!("cast({} as numeric)", sql.bind(number.to_string())))
    };
    let sign = match op {
        "eq" => "=",
        "lt" => "<",
        "lte" => "<=",
        "gt" => ">",
        "gte" => ">=",
        _ => {
            let ends = value.as_array().filter(|v| v.len() == 2).ok_or("must be two numbers, [1, 10]")?;
            let (from, to) = (one(&ends[0])?, one(&ends[1])?);
            return Ok(format!("{column} between {from} and {to}"));
        }
    };
    Ok(format!("{column} {sign} {}", one(value)?))
}

fn between(column: &str, range: Range, sql: &mut Sql, mut bound: impl FnMut(Bound, &mut Sql) -> String) -> String {
    let from = range.from.map(|b| format!("{column} >= {}", bound(b, sql)));
    let to = range.to.map(|b| format!("{column} < {}", bound(b, sql)));
    let parts: Vec<String> = from.into_iter().chain(to).collect();
    format!("({})", parts.join(" and "))
}

fn day_text(bound: Bound) -> String {
    match bound {
        Bound::Day(day) => day.to_string(),
        Bound::At(at) => at.date_naive().to_string(),
    }
}

/// A moment; of a day, where it begins in the tenant's time zone.
fn moment(env: &Env, bound: Bound, sql: &mut Sql) -> String {
    match bound {
        Bound::At(at) => sql.bind(at),
        Bound::Day(day) => {
            let (day, zone) = (sql.bind(day.to_string()), sql.bind(env.calendar.zone.clone()));
            format!("(cast({day} as timestamp) at time zone {zone})")
        }
    }
}

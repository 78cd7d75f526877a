//! What a list is sorted by: one column or several, each upwards or downwards, those without a value
//! last either way.
//!
//! One column that is never null is the plain case, with an index for it and a row comparison. All
//! else is read in up to two steps when the first column may be null: first the rows that have a
//! value, in the order of its index, then, if the page is not full, those that have none. One query
//! for both would sort the whole list, since no index serves "nulls last" downwards.

use kernel::DomainError;
use kernel::paging::{Cursor, Page, Paging};
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, JoinType, NullOrdering, Order, SelectStatement, SimpleExpr};
use sea_orm::{FromQueryResult, QueryResult, Value};

use super::{CountQuery, Counting, SortKey, SortType, finish, query};
use crate::ctx::Ctx;
use crate::db::{DbError, Rows as _};

/// The most columns of one sort.
const MOST: usize = 3;

/// A table that only an order needs: at most one of its rows belongs to each row of the list.
#[derive(Debug, Clone)]
pub struct Join {
    /// The table.
    pub table: &'static str,
    /// Its alias.
    pub alias: String,
    /// The condition, as SQL of checked words.
    pub on: String,
}

/// A column that a list can be sorted by although it may be null or stands in another table.
#[derive(Debug, Clone)]
pub struct SortColumn {
    /// The word in `sort=`.
    pub name: String,
    /// SQL of what rows are compared by.
    pub value: String,
    /// Its type.
    pub kind: SortType,
    /// SQL that holds for rows without a value; absent: `value is null`.
    pub absent: Option<String>,
    /// SQL of the list's id.
    pub id: String,
    /// The same id as it stands beside the value in the value's index, if that is in another table.
    pub beside: Option<String>,
    /// What it needs.
    pub join: Option<Join>,
    /// A column, never null, that orders rows of the same value, against the direction of the value:
    /// the way the index of both has it.
    pub then: Option<SortKey>,
}

#[derive(Debug, Clone)]
struct Key {
    column: SortColumn,
    desc: bool,
    nullable: bool,
}

/// A chosen order.
#[derive(Debug, Clone)]
pub struct Sort {
    keys: Vec<Key>,
    word: String,
}

fn plain(key: &SortKey) -> SortColumn {
    let (alias, column) = key.column;
    let value = match key.kind {
        SortType::Name => format!("lower({alias}.{column})"),
        _ => format!("{alias}.{column}"),
    };
    let id = format!("{alias}.id");
    SortColumn { name: key.name.to_owned(), value, kind: key.kind, absent: None, id, beside: None, join: None, then: None }
}

impl Sort {
    /// Reads `sort=field`, `sort=-field` or `sort=-field,other`; the first key, in its own direction,
    /// is the default.
    pub fn parse(text: Option<&str>, keys: &[SortKey]) -> kernel::Result<Self> {
        Self::parse_with(text, keys, |_| None)
    }

    /// The same with columns that stand in no list, e.g. those of the tenant.
    pub fn parse_with(text: Option<&str>, keys: &[SortKey], more: impl Fn(&str) -> Option<SortColumn>) -> kernel::Result<Self> {
        let mut found: Vec<Key> = Vec::new();
        let Some(text) = text.filter(|t| !t.is_empty()) else {
            found.push(Key { column: plain(&keys[0]), desc: keys[0].default_desc, nullable: false });
            return Ok(Self::of(found));
        };
        for part in text.split(',') {
            let (name, desc) = part.strip_prefix('-').map_or((part, false), |n| (n, true));
            let key = keys.iter().find(|k| k.name == name).map(|k| Key { column: plain(k), desc, nullable: false });
            let key = key.or_else(|| more(name).map(|column| Key { column, desc, nullable: true })).ok_or_else(|| {
                let known: Vec<&str> = keys.iter().map(|k| k.name).collect();
                let name: String = name.chars().take(60).collect();
                DomainError::field(
                    "sort",
                    format!("can't sort by `{name}`; choose one of {}, with - for downwards", known.join(", ")),
                )
            })?;
            if found.iter().any(|k| k.column.name == key.column.name) {
                return Err(DomainError::field("sort", format!("names `{name}` twice")));
            }
            found.push(key);
        }
        if found.len() > MOST {
            return Err(DomainError::field("sort", format!("must not be more than {MOST} columns")));
        }
        Ok(Self::of(found))
    }

    fn of(mut keys: Vec<Key>) -> Self {
        let word: Vec<String> = keys.iter().map(|k| format!("{}{}", if k.desc { "-" } else { "" }, k.column.name)).collect();
        if let [only] = keys.as_slice()
            && let Some(then) = &only.column.then
        {
            let then = Key { column: plain(then), desc: !only.desc, nullable: false };
            keys.push(then);
        }
        Self { keys, word: word.join(",") }
    }

    /// The words in `sort=`, without the directions.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|k| k.column.name.as_str())
    }

    /// A list in this order without paging, for what reads all of it at once; rows without a value last.
    /// Its columns are for the caller to choose.
    pub fn whole(&self, base: &SelectStatement) -> SelectStatement {
        let mut select = self.joined(base);
        for key in &self.keys {
            let (value, way) = (Expr::cust(key.column.value.clone()), order(key.desc));
            if key.nullable {
                select.order_by_expr_with_nulls(value, way, NullOrdering::Last);
            } else {
                select.order_by_expr(value, way);
            }
        }
        select.order_by_expr(Expr::cust(self.id()), order(self.id_desc()));
        select.clear_selects();
        select
    }

    /// Whether it is one column, with an index and never null.
    pub(super) fn is_plain(&self) -> bool {
        self.keys.len() == 1 && !self.keys[0].nullable
    }

    pub(super) fn word(&self) -> String {
        self.word.clone()
    }

    /// What rows are compared by first.
    pub(super) fn value(&self) -> String {
        self.keys[0].column.value.clone()
    }

    /// The id that decides in the end.
    pub(super) fn id(&self) -> String {
        self.keys[0].column.id.clone()
    }

    pub(super) fn order(&self) -> Order {
        order(self.keys[0].desc)
    }

    /// The id goes the way of the last column.
    fn id_desc(&self) -> bool {
        self.keys.last().is_some_and(|k| k.desc)
    }

    fn values_of(&self, cursor: &Cursor) -> kernel::Result<Vec<Option<String>>> {
        if cursor.s != self.word {
            return Err(another_sort());
        }
        let values: Vec<Option<String>> = serde_json::from_str(&cursor.v).map_err(|_| wrong())?;
        if values.len() != self.keys.len() {
            return Err(wrong());
        }
        for (key, value) in self.keys.iter().zip(&values) {
            match value {
                Some(value) => check(key.column.kind, value)?,
                None if key.nullable => {}
                None => return Err(wrong()),
            }
        }
        Ok(values)
    }
}

fn order(desc: bool) -> Order {
    if desc { Order::Desc } else { Order::Asc }
}

fn wrong() -> DomainError {
    DomainError::field("cursor", "is not a cursor of this list")
}

fn another_sort() -> DomainError {
    DomainError::field("cursor", "belongs to another sort; start again without it")
}

/// What PostgreSQL would refuse must not reach it: these are its own text forms.
fn check(kind: SortType, value: &str) -> kernel::Result<()> {
    let fits = match kind {
        SortType::Time => {
            value.len() <= 40
                && value.is_ascii()
                && value.parse::<f64>().is_err()
                && chrono::DateTime::parse_from_str(&format!("{value}00"), "%Y-%m-%d %H:%M:%S%.f%z").is_ok()
        }
        SortType::Number => value.parse::<rust_decimal::Decimal>().is_ok(),
        SortType::Integer => value.parse::<i64>().is_ok(),
        SortType::Date => value.parse::<chrono::NaiveDate>().is_ok(),
        SortType::Text | SortType::Name => !value.contains('\0'),
    };
    if fits { Ok(()) } else { Err(wrong()) }
}

/// Rows after a keyset position of a plain sort.
pub(super) fn after(sort: &Sort, cursor: &Cursor) -> kernel::Result<SimpleExpr> {
    if cursor.s != sort.word {
        return Err(another_sort());
    }
    let key = &sort.keys[0];
    check(key.column.kind, &cursor.v)?;
    let text = format!(
        "({}, {}) {} (cast($1 as {}), cast($2 as uuid))",
        key.column.value,
        key.column.id,
        if key.desc { "<" } else { ">" },
        key.column.kind.sql()
    );
    Ok(Expr::cust_with_values(text, [Value::from(cursor.v.clone()), cursor.id.to_string().into()]))
}

/// The part of a list that a step reads, by whether the first column has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Whole,
    WithValue,
    Without,
}

/// SQL with its values, under construction.
#[derive(Default)]
struct Text {
    values: Vec<Value>,
}

impl Text {
    fn bind(&mut self, value: &str, sql_type: &str) -> String {
        self.values.push(value.to_owned().into());
        format!("cast(${} as {sql_type})", self.values.len())
    }

    /// Rows beyond a position, by these keys and the id. Downwards and backwards the signs turn; rows
    /// without a value come last, backwards first.
    fn beyond(&mut self, keys: &[Key], values: &[Option<String>], id: Edge<'_>, never_null: bool) -> String {
        let sign = |desc: bool| if desc == id.forwards { "<" } else { ">" };
        let Some((key, rest)) = keys.split_first() else {
            let bound = self.bind(id.value, "uuid");
            return format!("{} {} {bound}", id.sql, sign(id.desc));
        };
        let column = &key.column.value;
        let Some(value) = &values[0] else {
            let behind = self.beyond(rest, &values[1..], id, false);
            let others = if id.forwards { String::new() } else { format!("{column} is not null or ") };
            return format!("({others}({column} is null and {behind}))");
        };
        let bound = self.bind(value, key.column.kind.sql());
        let sign = sign(key.desc);
        if never_null && rest.is_empty() && key.desc == id.desc {
            let bound_id = self.bind(id.value, "uuid");
            return format!("({column}, {}) {sign} ({bound}, {bound_id})", id.sql);
        }
        let behind = self.beyond(rest, &values[1..], id, rest.first().is_some_and(|k| !k.nullable));
        if never_null {
            // The first half is what an index can use.
            return format!("({column} {sign}= {bound} and ({column} {sign} {bound} or {behind}))");
        }
        let absent = if id.forwards { format!(" or {column} is null") } else { String::new() };
        format!("({column} {sign} {bound}{absent} or ({column} = {bound} and {behind}))")
    }
}

/// The id of a position, and which way one goes from there.
#[derive(Clone, Copy)]
struct Edge<'a> {
    sql: &'a str,
    value: &'a str,
    desc: bool,
    forwards: bool,
}

impl Sort {
    /// Whether rows with and without a value are read one after the other.
    pub(super) fn splits(&self) -> bool {
        self.keys[0].nullable
    }

    /// A list with what the order needs, and its values as `sort_value_0` and so on.
    pub(super) fn joined(&self, base: &SelectStatement) -> SelectStatement {
        let mut select = base.clone();
        for (n, key) in self.keys.iter().enumerate() {
            if let Some(join) = &key.column.join {
                let (table, alias) = (Alias::new(join.table), Alias::new(join.alias.as_str()));
                select.join_as(JoinType::LeftJoin, table, alias, Expr::cust(join.on.clone()));
            }
            let text = Expr::cust(key.column.value.clone()).cast_as(Alias::new("text"));
            select.expr_as(text, Alias::new(format!("sort_value_{n}")));
        }
        select
    }

    /// The values of a row that [`Sort::joined`] gave.
    pub(super) fn values_in(&self, row: &QueryResult) -> kernel::Result<Vec<Option<String>>> {
        let value = |n: usize| row.try_get("", &format!("sort_value_{n}")).map_err(DbError);
        Ok((0..self.keys.len()).map(value).collect::<Result<_, _>>()?)
    }

    /// A part of a list, beyond a position if there is one: the statement without the limit.
    pub(super) fn step(
        &self,
        base: &SelectStatement,
        position: Option<(&[Option<String>], &str)>,
        part: Part,
        forwards: bool,
    ) -> SelectStatement {
        let mut select = self.joined(base);
        let first = &self.keys[0].column;
        match part {
            Part::Whole => {}
            Part::WithValue => {
                select.and_where(Expr::cust(format!("{} is not null", first.value)));
            }
            Part::Without => {
                let absent = first.absent.clone().unwrap_or_else(|| format!("{} is null", first.value));
                select.and_where(Expr::cust(absent));
            }
        }
        // Where nothing has a value, the id beside the value is null, too.
        let id = first.beside.clone().filter(|_| part == Part::WithValue).unwrap_or_else(|| self.id());
        for (n, key) in self.keys.iter().enumerate() {
            let (value, way) = (Expr::cust(key.column.value.clone()), order(key.desc == forwards));
            match (n, part) {
                (0, Part::Without) => {}
                (0, Part::WithValue) => {
                    select.order_by_expr(value, way);
                }
                _ if key.nullable => {
                    let nulls = if forwards { NullOrdering::Last } else { NullOrdering::First };
                    select.order_by_expr_with_nulls(value, way, nulls);
                }
                _ => {
                    select.order_by_expr(value, way);
                }
            }
        }
        select.order_by_expr(Expr::cust(id.clone()), order(self.id_desc() == forwards));
        if let Some((values, last)) = position {
            let from = usize::from(part == Part::Without);
            let mut text = Text::default();
            let edge = Edge { sql: &id, value: last, desc: self.id_desc(), forwards };
            let never_null = match part {
                Part::WithValue => true,
                _ => self.keys.get(from).is_some_and(|k| !k.nullable),
            };
            let sql = text.beyond(&self.keys[from..], &values[from..], edge, never_null);
            select.and_where(Expr::cust_with_values(sql, text.values));
        }
        select
    }
}

/// A page in an order of several columns, or of one that may be null.
pub(super) async fn read_wide<T: FromQueryResult>(
    ctx: &Ctx,
    entity: &str,
    base: &SelectStatement,
    sort: &Sort,
    paging: &Paging,
    counting: Counting,
) -> kernel::Result<Page<T>> {
    // How common a value is decides between its index and a sort.
    ctx.tx().run("select set_config('plan_cache_mode', 'force_custom_plan', true)", []).await?;
    let wanted = paging.limit + 1;
    let position = paging.cursor.as_ref().map(|c| Ok::<_, DomainError>((sort.values_of(c)?, c.id.to_string()))).transpose()?;
    let at = position.as_ref().map(|(values, id)| (values.as_slice(), id.as_str()));
    let rows = if !sort.splits() || paging.offset() > 0 {
        let mut select = sort.step(base, at, Part::Whole, true);
        if paging.offset() > 0 {
            select.offset(paging.offset());
        }
        query(ctx, &select, Some(wanted)).await?
    } else {
        let behind_values = at.is_some_and(|(values, _)| values[0].is_none());
        let mut rows = Vec::new();
        if !behind_values {
            rows = query(ctx, &sort.step(base, at, Part::WithValue, true), Some(wanted)).await?;
        }
        if (rows.len() as u64) < wanted {
            let at = if behind_values { at } else { None };
            let left = wanted - rows.len() as u64;
            rows.extend(query(ctx, &sort.step(base, at, Part::Without, true), Some(left)).await?);
        }
        rows
    };
    let count = CountQuery::new(entity, base);
    let known = count.known(ctx).await;
    let cursor = |last: &QueryResult| {
        let values = sort.values_in(last)?;
        let v = serde_json::to_string(&values).map_err(DomainError::internal)?;
        Ok(Cursor { s: sort.word(), v, id: last.try_get("", "id").map_err(DbError)? })
    };
    finish(ctx, paging, counting, &rows, &count, known, cursor).await
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: &[SortKey] = &[
        SortKey { name: "created_at", column: ("c", "created_at"), kind: SortType::Time, default_desc: true },
        SortKey { name: "name", column: ("c", "search_name"), kind: SortType::Text, default_desc: false },
    ];

    fn country(name: &str) -> Option<SortColumn> {
        (name == "country").then(|| SortColumn {
            name: name.to_owned(),
            value: "c.country".to_owned(),
            kind: SortType::Text,
            absent: None,
            id: "c.id".to_owned(),
            beside: None,
            join: None,
            then: Some(KEYS[0]),
        })
    }

    #[test]
    fn words_are_read_or_refused() {
        let names = |text: &str| {
            let sort = Sort::parse_with(Some(text), KEYS, country).map_err(|e| e.to_string())?;
            Ok::<_, String>((sort.word(), sort.names().map(str::to_owned).collect::<Vec<_>>().join(" ")))
        };
        assert_eq!(names("-name"), Ok(("-name".into(), "name".into())));
        assert_eq!(names("name,-created_at"), Ok(("name,-created_at".into(), "name created_at".into())));
        assert_eq!(names("-country"), Ok(("-country".into(), "country created_at".into())));
        for bad in ["size", "name,name", "name,-name", "name,", "name,country,created_at,x"] {
            assert!(names(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn positions_that_postgres_would_refuse_are_refused_before() {
        let sort = Sort::parse_with(Some("country,created_at"), KEYS, country).expect("a sort");
        let at = |v: &str| {
            sort.values_of(&Cursor { s: "country,created_at".into(), v: v.into(), id: uuid::Uuid::nil() })
                .map_err(|e| e.to_string())
        };
        assert!(at(r#"[null,"2026-01-01 10:00:00.5+00"]"#).is_ok());
        for bad in [r#"["DE",null]"#, r#"["DE","soon"]"#, r#"["DE"]"#, "DE", r#"["D\u0000","2026-01-01 10:00:00+00"]"#] {
            assert!(at(bad).is_err(), "{bad}");
        }
    }
}

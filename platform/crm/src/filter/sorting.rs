//! What lists of clients and leads can be sorted by beyond the columns of their indexes: names that
//! stand in other tables, what may be absent, and fields of the tenant's own.

use kernel::DomainError;
use runtime::Ctx;
use runtime::list::{Join, Sort, SortColumn, SortKey, SortType};

use super::catalogue::Target;
use crate::custom_fields::{self, CustomField, Kind};

/// Reads `sort=` of a list, as far as the actor may sort.
pub async fn sort(ctx: &Ctx, target: &'static Target, keys: &[SortKey], text: Option<&str>) -> kernel::Result<Sort> {
    let fields = match text {
        Some(text) if text.contains("custom.") => custom_fields::of_entity(ctx, target.word).await?,
        _ => Vec::new(),
    };
    let sort = sort_names(target, keys, &fields, text)?;
    for name in sort.names() {
        if target.sensitive.named(name).is_some() {
            target.sensitive.may_ask(ctx, name, "sort")?;
        }
    }
    Ok(sort)
}

/// The same for everybody, with the tenant's fields at hand.
pub(crate) fn sort_names(target: &Target, keys: &[SortKey], fields: &[CustomField], text: Option<&str>) -> kernel::Result<Sort> {
    if text.is_some_and(|t| t.len() > 300) {
        return Err(DomainError::field("sort", "must not be longer than 300 characters"));
    }
    let created = keys.iter().find(|k| k.name == "created_at").copied();
    Sort::parse_with(text, keys, |name| match name.strip_prefix("custom.") {
        Some(key) => fields.iter().find(|f| f.key == key && !f.archived).map(|field| custom(target, field)),
        None => listed(target, name, created),
    })
}

fn listed(target: &Target, name: &str, then: Option<SortKey>) -> Option<SortColumn> {
    let (alias, word) = (target.alias, target.word);
    let column = |value: String, kind| SortColumn {
        name: name.to_owned(),
        value,
        kind,
        absent: None,
        id: format!("{alias}.id"),
        beside: None,
        join: None,
        then,
    };
    // Of a name in another table, its absence shows in the own column, which has the index.
    let named = |table: &str, own: &str| SortColumn {
        absent: Some(format!("{alias}.{own} is null")),
        ..column(format!("lower({table}.name)"), SortType::Text)
    };
    Some(match (name, word) {
        ("country" | "follow_up_at", "contact" | "deal") | ("source", "deal") => return None,
        ("rating", "contact") => column("k.rating".to_owned(), SortType::Integer),
        ("company" | "status", "contact") => column(format!("k.{name}"), SortType::Text),
        ("amount", "deal") => column("d.amount".to_owned(), SortType::Number),
        ("expected_close_date", "deal") => column("d.expected_close_date".to_owned(), SortType::Date),
        ("closed_at", "deal") => column("d.closed_at".to_owned(), SortType::Time),
        ("stage", "deal") => column("s.position".to_owned(), SortType::Integer),
        ("status", "deal") => return None,
        ("country" | "source", _) | ("kyc_status", "client") => column(format!("{alias}.{name}"), SortType::Text),
        ("follow_up_at", _) => column(format!("{alias}.{name}"), SortType::Time),
        ("assigned_to_name" | "assigned_to", _) => named("u", "assigned_to"),
        ("team_name" | "team_id", _) => named("t", "team_id"),
        ("partner_name" | "partner_id", "lead") => named("p", "partner_id"),
        ("status", _) => SortColumn {
            join: Some(Join {
                table: "statuses",
                alias: "sort_status".to_owned(),
                on: format!("sort_status.entity = '{word}' and sort_status.key = {alias}.status"),
            }),
            ..column("sort_status.position".to_owned(), SortType::Integer)
        },
        _ => return None,
    })
}

fn custom(target: &Target, field: &CustomField) -> SortColumn {
    // Keys are words of a-z, 0-9 and _: the table's check says so.
    let key = &field.key;
    let alias = format!("sort_{key}");
    let (column, kind) =
        if field.kind == Kind::Number { ("number_value", SortType::Number) } else { ("text_value", SortType::Text) };
    SortColumn {
        name: format!("custom.{key}"),
        value: format!("{alias}.{column}"),
        kind,
        absent: Some(format!("{alias}.record_id is null")),
        id: format!("{}.id", target.alias),
        beside: Some(format!("{alias}.record_id")),
        join: Some(Join {
            table: "custom_values",
            on: format!(
                "{alias}.record_id = {}.id and {alias}.field = '{}.{key}' and {alias}.n = 0 and {alias}.{column} is not null",
                target.alias, target.word
            ),
            alias,
        }),
        then: None,
    }
}

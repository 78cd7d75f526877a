//! The log as its readers may see it.

use chrono::{DateTime, Utc};
use kernel::paging::{Page, Paging};
use kernel::permission::{FIELDS, Level};
use kernel::tenant::ViewClass;
use runtime::Ctx;
use runtime::audit::Change;
use runtime::list::{self as lists, Sort, SortKey, SortType};
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Query, SelectStatement, SimpleExpr};
use sea_orm::{FromQueryResult, Value};
use serde_json::Value as Json;
use uuid::Uuid;

use super::reading;

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditActor {
    /// The user; none for the product itself.
    pub id: Option<Uuid>,
    /// The name at that time, or that of the product's part.
    pub name: String,
}

/// What it was done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditResource {
    /// `client`, `lead`, `user`, …
    pub kind: String,
    /// The record.
    pub id: Option<Uuid>,
    /// Its name today.
    pub label: Option<String>,
}

/// One entry of the log, as the actor may see it.
#[derive(Debug, Clone)]
pub struct AuditEntry {
    /// Its id.
    pub id: Uuid,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub actor: Option<AuditActor>,
    /// What was done, e.g. `client.updated`.
    pub action: String,
    /// To what.
    pub resource: AuditResource,
    /// The fields that changed.
    pub diff: Vec<Change>,
    /// Whether values in `diff` are masked.
    pub masked: bool,
    /// The address it came from.
    pub ip: Option<String>,
    /// The request.
    pub request_id: Option<String>,
    /// Place in the chain; none for a moment after it was written.
    pub seq: Option<i64>,
}

/// Which entries a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// A user's id, or words of a name.
    pub actor: Option<String>,
    /// Any of these actions; `client.*` means all of a kind.
    pub action: Vec<String>,
    /// Any of these kinds of record.
    pub resource_type: Vec<String>,
    /// One record.
    pub resource_id: Option<Uuid>,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub before: Option<DateTime<Utc>>,
}

/// The order of the log.
pub const NEWEST_FIRST: &[SortKey] = &[SortKey { name: "at", column: ("a", "at"), kind: SortType::Time, default_desc: true }];

/// SQL of the record's name, looked up for the rows of the page only. Names are no sensitive field.
pub const LABEL: &str = "case a.resource_type
    when 'client' then (select c.first_name || ' ' || c.last_name from clients c where c.id = a.resource_id)
    when 'lead' then (select l.first_name || ' ' || l.last_name from leads l where l.id = a.resource_id)
    when 'contact' then (select k.first_name || ' ' || k.last_name from contacts k where k.id = a.resource_id)
    when 'deal' then (select d.name from deals d where d.id = a.resource_id)
    when 'opportunity' then (select d.name from deals d where d.id = a.resource_id)
    when 'attachment' then (select h.filename from attachments h where h.id = a.resource_id)
    when 'activity' then (select v.subject from activities v where v.id = a.resource_id)
    when 'partner' then (select p.name from partners p where p.id = a.resource_id)
    when 'user' then (select u.name from users u where u.id = a.resource_id)
    when 'team' then (select t.name from teams t where t.id = a.resource_id)
    when 'role' then (select r.name from roles r where r.id = a.resource_id)
    when 'api_key' then (select k.name from api_keys k where k.id = a.resource_id)
    when 'assignment_rule' then (select ar.name from assignment_rules ar where ar.id = a.resource_id)
    when 'custom_field' then (select f.label from custom_fields f where f.id = a.resource_id)
    end";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    at: DateTime<Utc>,
    actor_id: Option<Uuid>,
    actor_name: Option<String>,
    action: String,
    resource_type: String,
    resource_id: Option<Uuid>,
    label: Option<String>,
    shown: Json,
    ip: Option<String>,
    request_id: Option<String>,
    seq: Option<i64>,
}

fn col(name: &'static str) -> SimpleExpr {
    Expr::col((Alias::new("a"), Alias::new(name)))
}

fn select(ctx: &Ctx) -> SelectStatement {
    // A masked role has no grant on the clear diff.
    let diff = if ctx.tx().view() == ViewClass::FULL { "diff" } else { "diff_masked" };
    let mut query = Query::select();
    for name in ["id", "at", "actor_id", "actor_name", "action", "resource_type", "resource_id", "ip", "request_id", "seq"] {
        query.column((Alias::new("a"), Alias::new(name)));
    }
    query
        .expr_as(col(diff), Alias::new("shown"))
        .expr_as(Expr::cust(LABEL), Alias::new("label"))
        .from_as(Alias::new("audit_log"), Alias::new("a"));
    query
}

fn like(column: &str, pattern: String) -> SimpleExpr {
    Expr::cust_with_values(format!("{column} like $1"), [Value::from(pattern)])
}

fn literally(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// A page of the log, newest first.
pub async fn list(ctx: &Ctx, filter: &Filter, paging: &Paging) -> kernel::Result<Page<AuditEntry>> {
    read(ctx, &listed(ctx, filter)?, paging).await
}

/// The entries that a filter means.
pub fn listed(ctx: &Ctx, filter: &Filter) -> kernel::Result<SelectStatement> {
    ctx.require("audit.read")?;
    let mut query = select(ctx);
    match filter.actor.as_deref().map(|text| (text, text.parse::<Uuid>())) {
        None => {}
        Some((_, Ok(id))) => {
            query.and_where(col("actor_id").eq(id));
        }
        Some((name, Err(_))) => {
            query.and_where(like("lower(a.actor_name)", format!("%{}%", literally(&name.to_lowercase()))));
        }
    }
    let actions = filter.action.iter().map(|word| match word.strip_suffix(".*") {
        Some(kind) => like("a.action", format!("{}.%", literally(kind))),
        None => col("action").eq(word.as_str()),
    });
    if let Some(any) = actions.reduce(|a, b| a.or(b)) {
        query.and_where(any);
    }
    if !filter.resource_type.is_empty() {
        query.and_where(col("resource_type").is_in(filter.resource_type.clone()));
    }
    if let Some(id) = filter.resource_id {
        query.and_where(col("resource_id").eq(id));
    }
    if let Some(from) = filter.from {
        query.and_where(col("at").gte(from));
    }
    if let Some(before) = filter.before {
        query.and_where(col("at").lt(before));
    }
    Ok(query)
}

/// The history of one record, or of several that are one by now, newest first, without where the requests came from: that is for the
/// readers of the whole log. Whether the actor may see the record is for the caller to find out first.
pub async fn timeline(
    ctx: &Ctx,
    resource_ids: Vec<Uuid>,
    chapter: super::Chapter,
    paging: &Paging,
) -> kernel::Result<Page<AuditEntry>> {
    let mut query = select(ctx);
    query.and_where(match resource_ids.as_slice() {
        [one] => col("resource_id").eq(*one),
        several => col("resource_id").is_in(several.iter().copied()),
    });
    chapter.narrow(ctx, &mut query);
    Ok(read(ctx, &query, paging).await?.map(|entry| AuditEntry { ip: None, request_id: None, ..entry }))
}

/// What an administrator of accounts may know of without reading the whole log.
const ABOUT_ACCOUNTS: [&str; 5] = ["user", "team", "role", "api_key", "settings"];

/// A part of what a user did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of it, and what was done to their account.
    Everything,
    /// What concerns accounts.
    Accounts,
    /// Masked values that they revealed, or tried to.
    Reveals,
}

/// Entries on revealed values.
const REVEALS: [&str; 4] = ["client.revealed", "lead.revealed", "contact.revealed", "reveal.refused"];

/// What a user did and what was done to their account, newest first. It is the same log, so that the reading is
/// written down, too.
pub async fn activity(ctx: &Ctx, user: Uuid, part: Part, paging: &Paging) -> kernel::Result<Page<AuditEntry>> {
    let mut query = select(ctx);
    let about = || col("actor_id").eq(user).or(col("resource_id").eq(user));
    match part {
        Part::Everything => query.and_where(about()),
        Part::Accounts => query.and_where(about()).and_where(col("resource_type").is_in(ABOUT_ACCOUNTS)),
        Part::Reveals => query.and_where(col("actor_id").eq(user)).and_where(col("action").is_in(REVEALS)),
    };
    let page = read(ctx, &query, paging).await?;
    let kind = (part == Part::Reveals).then(|| "reveals".to_owned());
    reading::note(ctx, reading::asked(&[("activity_of", &Some(user.to_string())), ("kind", &kind)])).await?;
    Ok(page)
}

async fn read(ctx: &Ctx, query: &SelectStatement, paging: &Paging) -> kernel::Result<Page<AuditEntry>> {
    let sort = Sort::parse(None, NEWEST_FIRST)?;
    let masked = ctx.tx().view() != ViewClass::FULL;
    let page: Page<Row> = lists::page(ctx, "audit", query, sort, paging).await?;
    Ok(page.map(|row| entry(row, masked, |field| ctx.level(field))))
}

/// The changes of an entry without those of fields that are hidden from its reader.
pub fn told(resource_type: &str, shown: Json, level: impl Fn(&str) -> Level) -> Vec<Change> {
    let changes: Vec<Change> = serde_json::from_value(shown).unwrap_or_default();
    let hidden = |name: &str| {
        let key = format!("{resource_type}s.{name}");
        FIELDS.iter().any(|f| f.key == key) && level(&key) == Level::Hidden
    };
    let mut diff: Vec<Change> = changes.into_iter().filter(|c| !hidden(&c.field)).collect();
    // Which fields were revealed.
    for change in diff.iter_mut().filter(|c| c.field == "fields") {
        if let Some(names) = change.new.as_array_mut() {
            names.retain(|name| !name.as_str().is_some_and(hidden));
        }
    }
    diff
}

fn entry(row: Row, masked_view: bool, level: impl Fn(&str) -> Level) -> AuditEntry {
    let sensitive = |change: &Change| {
        let key = format!("{}s.{}", row.resource_type, change.field);
        FIELDS.iter().any(|f| f.key == key).then_some(key)
    };
    let diff = told(&row.resource_type, row.shown, level);
    let masked = masked_view && diff.iter().any(|c| sensitive(c).is_some());
    AuditEntry {
        id: row.id,
        at: row.at,
        actor: row.actor_name.map(|name| AuditActor { id: row.actor_id, name }),
        action: row.action,
        resource: AuditResource { kind: row.resource_type, id: row.resource_id, label: row.label },
        diff,
        masked,
        ip: row.ip,
        request_id: row.request_id,
        seq: row.seq,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn row(kind: &str) -> Row {
        Row {
            id: Uuid::nil(),
            at: DateTime::UNIX_EPOCH,
            actor_id: None,
            actor_name: Some("Mail".into()),
            action: format!("{kind}.updated"),
            resource_type: kind.into(),
            resource_id: None,
            label: None,
            shown: json!([
                {"field": "email", "old": null, "new": "j•••@e•••.com"},
                {"field": "phone", "old": null, "new": "+44 •••• ••• 750"},
                {"field": "status", "old": "new", "new": "won"},
            ]),
            ip: None,
            request_id: None,
            seq: Some(1),
        }
    }

    fn fields(entry: &AuditEntry) -> Vec<&str> {
        entry.diff.iter().map(|c| c.field.as_str()).collect()
    }

    #[test]
    fn a_hidden_field_has_no_history() {
        let level = |field: &str| if field == "clients.phone" { Level::Hidden } else { Level::Masked };
        let seen = entry(row("client"), true, level);
        assert_eq!(fields(&seen), ["email", "status"]);
        assert!(seen.masked);
    }

    #[test]
    fn that_a_hidden_field_was_revealed_is_not_told() {
        let mut revealed = row("client");
        revealed.shown = json!([{"field": "fields", "old": null, "new": ["phone", "email"]}, {"field": "purpose", "old": null, "new": "Call"}]);
        let level = |field: &str| if field == "clients.phone" { Level::Hidden } else { Level::Masked };
        let seen = entry(revealed, true, level);
        assert_eq!((fields(&seen), &seen.diff[0].new), (vec!["fields", "purpose"], &json!(["email"])));
    }

    #[test]
    fn only_fields_that_are_sensitive_of_that_record_count() {
        let seen = entry(row("user"), true, |_| Level::Hidden);
        assert_eq!(fields(&seen), ["email", "phone", "status"]);
        assert!(!seen.masked);
    }
}

//! Setting the rules up.

use kernel::DomainError;
use kernel::event::Event;
use kernel::validate::Checker;
use runtime::{Ctx, Rows as _, audit};
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::http::RuleIn;

/// The most rules.
const MOST: i64 = 200;

/// A rule.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Rule {
    pub id: Uuid,
    pub name: String,
    pub entity: String,
    pub position: i32,
    pub enabled: bool,
    pub countries: Vec<String>,
    pub languages: Vec<String>,
    pub sources: Vec<String>,
    pub partners: Vec<Uuid>,
    pub users: Vec<Uuid>,
    pub team_id: Option<Uuid>,
    pub method: String,
    pub max_open: Option<i32>,
}

const SELECT: &str =
    "select id, name, entity, position, enabled, countries, languages, sources, partners, users, team_id, method,
        max_open from assignment_rules where ($1::uuid is null or id = $1) order by entity, position, id";

/// Every rule, in the order in which they are asked.
pub(super) async fn all(ctx: &Ctx) -> kernel::Result<Vec<Rule>> {
    ctx.require("assignment.manage")?;
    Ok(ctx.tx().all(SELECT, [None::<Uuid>.into()]).await?)
}

async fn load(ctx: &Ctx, id: Uuid) -> kernel::Result<Rule> {
    let found: Option<Rule> = ctx.tx().one(SELECT, [id.into()]).await?;
    found.ok_or_else(|| DomainError::not_found("Rule"))
}

fn facts(rule: &Rule) -> Json {
    json!({
        "name": rule.name, "enabled": rule.enabled, "countries": rule.countries, "languages": rule.languages,
        "sources": rule.sources, "partners": rule.partners, "users": rule.users, "team_id": rule.team_id,
        "method": rule.method, "max_open": rule.max_open,
    })
}

async fn record(ctx: &Ctx, action: &str, rule: &Rule, changes: Vec<audit::Change>) -> kernel::Result<()> {
    ctx.audit(action, "assignment_rule", Some(rule.id), changes).await?;
    ctx.emit(Event::new("settings.changed", ctx.tenant().id, "settings.manage")).await
}

/// Those who set rules up come one after the other: an order holds for all of them.
async fn lock(ctx: &Ctx) -> kernel::Result<()> {
    ctx.require("assignment.manage")?;
    ctx.access_changed().await
}

/// A rule as the input makes it of another; `c` collects all faults.
pub(super) async fn checked(ctx: &Ctx, c: &mut Checker, before: Rule, input: &RuleIn) -> kernel::Result<Rule> {
    let mut next = before;
    if let Some(name) = &input.name {
        next.name = c.required("name", Some(name), 80);
    } else if next.name.is_empty() {
        c.required("name", None, 80);
    }
    if let Some(enabled) = input.enabled {
        next.enabled = enabled;
    }
    if let Some(countries) = &input.countries {
        next.countries = words(c, "countries", countries, |c, word| c.country("countries", word));
    }
    if let Some(languages) = &input.languages {
        next.languages = words(c, "languages", languages, |c, word| {
            let word = word.trim().to_lowercase();
            if word.len() != 2 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
                c.add("languages", "must be ISO 639-1 codes, e.g. de");
            }
            Some(word)
        });
    }
    if let Some(sources) = &input.sources {
        next.sources = words(c, "sources", sources, |c, word| c.optional("sources", Some(word), 100).map(|w| w.to_lowercase()));
    }
    if let Some(partners) = &input.partners {
        next.partners = ids(c, "partners", partners);
        if next.entity != "lead" && !next.partners.is_empty() {
            c.add("partners", "goes with leads only");
        }
        let sql = "select count(*) from partners where id = any($1)";
        let known: i64 = ctx.tx().scalar(sql, [next.partners.clone().into()]).await?.unwrap_or(0);
        if known != next.partners.len() as i64 {
            c.add("partners", "holds what is not a partner");
        }
    }
    if let Some(users) = &input.users {
        next.users = ids(c, "users", users);
        if !next.users.is_empty() {
            next.team_id = None;
        }
        let sql = "select count(*) from users where id = any($1)";
        let known: i64 = ctx.tx().scalar(sql, [next.users.clone().into()]).await?.unwrap_or(0);
        if known != next.users.len() as i64 {
            c.add("users", "holds what is not a user");
        }
    }
    if let Some(team) = input.team_id.as_deref().filter(|t| !t.is_empty()) {
        match team.parse::<Uuid>() {
            Ok(id) if ctx.tx().scalar::<i32>("select 1 from teams where id = $1", [id.into()]).await?.is_some() => {
                next.team_id = Some(id);
                if input.users.as_ref().is_some_and(|u| !u.is_empty()) {
                    c.add("team_id", "can't go with users");
                }
                next.users.clear();
            }
            _ => c.add("team_id", "is not a team"),
        }
    }
    if let Some(method) = &input.method {
        if !["round_robin", "load"].contains(&method.as_str()) {
            c.add("method", "must be round_robin or load");
        }
        next.method.clone_from(method);
    }
    match input.max_open {
        // Zero takes the limit away, as an absent field can't.
        Some(0) => next.max_open = None,
        Some(most) if (1..=1_000_000).contains(&most) => next.max_open = Some(most),
        Some(_) => c.add("max_open", "must be a whole number from 1 to 1,000,000, or 0 for no limit"),
        None => {}
    }
    if next.users.is_empty() && next.team_id.is_none() && c.is_ok() {
        c.add("users", "must name somebody, or give a team_id");
    }
    Ok(next)
}

fn words(
    c: &mut Checker,
    field: &str,
    given: &[String],
    mut read: impl FnMut(&mut Checker, &str) -> Option<String>,
) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in given {
        if let Some(word) = read(c, word)
            && !found.contains(&word)
        {
            found.push(word);
        }
    }
    if found.len() > 250 {
        c.add(field, "must not be more than 250");
    }
    found
}

fn ids(c: &mut Checker, field: &str, given: &[String]) -> Vec<Uuid> {
    let mut found: Vec<Uuid> = Vec::new();
    for id in given {
        match id.parse() {
            Ok(id) if found.contains(&id) => {}
            Ok(id) => found.push(id),
            Err(_) => c.add(field, "holds what is not an id"),
        }
    }
    if found.len() > 250 {
        c.add(field, "must not be more than 250");
    }
    found
}

/// A rule before anything was said of it.
pub(super) fn blank(entity: &str) -> Rule {
    Rule {
        id: Uuid::now_v7(),
        name: String::new(),
        entity: entity.to_owned(),
        position: 0,
        enabled: true,
        countries: Vec::new(),
        languages: Vec::new(),
        sources: Vec::new(),
        partners: Vec::new(),
        users: Vec::new(),
        team_id: None,
        method: "round_robin".to_owned(),
        max_open: None,
    }
}

/// Reads the kind of records; `c` collects the fault.
pub(super) fn entity(c: &mut Checker, given: Option<&str>) -> String {
    let entity = c.required("entity", given, 20);
    if !entity.is_empty() && !["client", "lead"].contains(&entity.as_str()) {
        c.add("entity", "must be client or lead");
    }
    entity
}

/// Adds a rule behind those of its kind.
pub(super) async fn create(ctx: &Ctx, input: &RuleIn) -> kernel::Result<Rule> {
    lock(ctx).await?;
    let mut c = Checker::new();
    let entity = entity(&mut c, input.entity.as_deref());
    let mut rule = checked(ctx, &mut c, blank(&entity), input).await?;
    let sql = "select count(*) from assignment_rules";
    if ctx.tx().scalar::<i64>(sql, []).await?.unwrap_or(0) >= MOST {
        c.add("name", format!("would be more than {MOST} rules"));
    }
    c.finish()?;
    let sql = "select coalesce(max(position) + 1, 0) from assignment_rules where entity = $1";
    rule.position = ctx.tx().scalar(sql, [entity.into()]).await?.unwrap_or(0);
    ctx.tx()
        .run(
            "insert into assignment_rules (id, name, entity, position, enabled, countries, languages, sources, partners, users,
                 team_id, method, max_open, created_at, updated_at)
             values ($1, $2, $13, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $14, $14)",
            values(&rule).into_iter().chain([rule.entity.clone().into(), ctx.now().into()]).collect::<Vec<_>>(),
        )
        .await?;
    record(ctx, "assignment_rule.created", &rule, audit::diff(&json!({}), &facts(&rule))).await?;
    Ok(rule)
}

fn values(rule: &Rule) -> [sea_orm::Value; 12] {
    [
        rule.id.into(),
        rule.name.clone().into(),
        rule.position.into(),
        rule.enabled.into(),
        rule.countries.clone().into(),
        rule.languages.clone().into(),
        rule.sources.clone().into(),
        rule.partners.clone().into(),
        rule.users.clone().into(),
        rule.team_id.into(),
        rule.method.clone().into(),
        rule.max_open.into(),
    ]
}

/// Changes a rule.
pub(super) async fn update(ctx: &Ctx, id: Uuid, input: &RuleIn) -> kernel::Result<Rule> {
    lock(ctx).await?;
    let old = load(ctx, id).await?;
    let mut c = Checker::new();
    if input.entity.as_deref().is_some_and(|entity| entity != old.entity) {
        c.add("entity", "can't be changed");
    }
    let next = checked(ctx, &mut c, old.clone(), input).await?;
    c.finish()?;
    let changes = audit::diff(&facts(&old), &facts(&next));
    if changes.is_empty() {
        return Ok(next);
    }
    ctx.tx()
        .run(
            "update assignment_rules set name = $2, position = $3, enabled = $4, countries = $5, languages = $6, sources = $7,
                 partners = $8, users = $9, team_id = $10, method = $11, max_open = $12, updated_at = $13 where id = $1",
            values(&next).into_iter().chain([ctx.now().into()]).collect::<Vec<_>>(),
        )
        .await?;
    record(ctx, "assignment_rule.updated", &next, changes).await?;
    Ok(next)
}

/// Removes a rule.
pub(super) async fn remove(ctx: &Ctx, id: Uuid) -> kernel::Result<()> {
    lock(ctx).await?;
    let rule = load(ctx, id).await?;
    ctx.tx().run("delete from assignment_rules where id = $1", [id.into()]).await?;
    record(ctx, "assignment_rule.deleted", &rule, audit::diff(&facts(&rule), &json!({}))).await
}

/// Puts the rules of one kind into an order.
pub(super) async fn order(ctx: &Ctx, given: Option<&str>, ids: &[Uuid]) -> kernel::Result<Vec<Rule>> {
    lock(ctx).await?;
    let mut c = Checker::new();
    let entity = entity(&mut c, given);
    c.finish()?;
    let present: Vec<Rule> = all(ctx).await?.into_iter().filter(|r| r.entity == entity).collect();
    let mut named: Vec<Uuid> = ids.to_vec();
    named.sort_unstable();
    let mut known: Vec<Uuid> = present.iter().map(|r| r.id).collect();
    let before: Vec<Json> = known.iter().map(|id| json!(id)).collect();
    known.sort_unstable();
    if named != known {
        return Err(DomainError::field("ids", "must name every rule of this kind once"));
    }
    ctx.tx()
        .run(
            "update assignment_rules a set position = o.n::int - 1 from unnest($1::uuid[]) with ordinality o (id, n)
             where a.id = o.id",
            [ids.to_vec().into()],
        )
        .await?;
    let after: Vec<Json> = ids.iter().map(|id| json!(id)).collect();
    if before != after {
        let change = audit::Change { field: "order".to_owned(), old: Json::Array(before), new: Json::Array(after) };
        ctx.audit("assignment_rule.reordered", "assignment_rule", None, vec![change]).await?;
        ctx.emit(Event::new("settings.changed", ctx.tenant().id, "settings.manage")).await?;
    }
    all(ctx).await
}

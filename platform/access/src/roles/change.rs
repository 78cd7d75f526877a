//! Adding, changing and deleting roles.

use kernel::DomainError;
use kernel::event::Event;
use kernel::ids::RoleId;
use kernel::permission::{FIELDS, Level, PERMISSIONS, Scope};
use kernel::validate::Checker;
use runtime::access::OpenViews;
use runtime::db::DbError;
use runtime::{Ctx, Rows as _, audit};
use sea_orm::FromQueryResult;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::grants::{Grants, administrators, last_administrator, may_give, may_hand_out, scope_word, still_manages};
use super::input::{RoleIn, RolePatch};
use super::service::{Role, load, role_by_name_or_id};

/// What the audit log compares: a line for every permission and field.
fn record(role: &Role) -> Json {
    let mut lines = Map::new();
    lines.insert("name".into(), role.name.clone().into());
    lines.insert("description".into(), role.description.clone().into());
    lines.insert("two_factor_required".into(), role.two_factor_required.into());
    for p in PERMISSIONS {
        lines.insert(p.key.into(), scope_word(role.grants.scope(p.key)).into());
    }
    for f in FIELDS {
        lines.insert(f.key.into(), role.grants.level(f.key).as_str().into());
    }
    Json::Object(lines)
}

/// The same of a role that comes or goes: without the lines that give nothing.
fn given_record(role: &Role) -> Json {
    let mut record = record(role);
    if let Some(lines) = record.as_object_mut() {
        lines.retain(|_, word| !matches!(word.as_str(), Some("" | "none" | "hidden")));
    }
    record
}

fn name_taken(error: DbError) -> DomainError {
    if error.is_duplicate_of("roles_by_name") {
        return DomainError::conflict_field("role_exists", "name", "belongs to another role already");
    }
    error.into()
}

fn event(name: &str, id: Uuid) -> Event {
    Event::new(name, id, "roles.read")
}

/// Adds a role.
pub(super) async fn create(ctx: &Ctx, new: &RoleIn) -> kernel::Result<Role> {
    ctx.require("roles.manage")?;
    ctx.access_changed().await?;
    still_manages(ctx).await?;
    let mut check = Checker::new();
    let name = check.required("name", new.name.as_deref(), 80);
    let mut description = check.optional("description", new.description.as_deref(), 500).unwrap_or_default();
    let mut grants = Grants::default();
    let mut two_factor = new.two_factor_required.unwrap_or(false);
    if let Some(text) = new.copy_of.as_deref().filter(|t| !t.trim().is_empty()) {
        match role_by_name_or_id(ctx, text).await? {
            None => check.add("copy_of", "there is no such role"),
            Some((id, _)) => {
                let copied = load(ctx, id).await?;
                if new.description.is_none() {
                    description = copied.description;
                }
                two_factor = new.two_factor_required.unwrap_or(copied.two_factor_required);
                grants = copied.grants;
            }
        }
    }
    grants.apply(&mut check, new.permissions.as_ref(), new.fields.as_ref());
    check.finish()?;
    may_give(ctx, &grants).await?;
    let id = RoleId::new().0;
    ctx.tx()
        .run(
            "insert into roles (id, name, description, position, two_factor_required, created_at, updated_at)
             values ($1, $2, $3, (select coalesce(max(position), 0) + 1 from roles), $4, $5, $5)",
            [id.into(), name.into(), description.into(), two_factor.into(), ctx.now().into()],
        )
        .await
        .map_err(name_taken)?;
    write_grants(ctx, id, &grants).await?;
    let role = load(ctx, id).await?;
    ctx.audit("role.created", "role", Some(id), audit::diff(&Json::Null, &given_record(&role))).await?;
    ctx.emit(event("role.created", id)).await?;
    ctx.enqueue(&OpenViews {}).await?;
    Ok(role)
}

/// Changes a role.
pub(super) async fn update(ctx: &Ctx, id: Uuid, patch: &RolePatch) -> kernel::Result<Role> {
    ctx.require("roles.manage")?;
    // First of all: two who take the last administrators' rights must come one after the other.
    ctx.access_changed().await?;
    still_manages(ctx).await?;
    let old = load(ctx, id).await?;
    let next = patched(&old, patch)?;
    // What a role has already may stay in it; only what it gets must be the actor's to give.
    may_give(ctx, &next.grants.beyond(&old.grants)).await?;
    let changes = audit::diff(&record(&old), &record(&next));
    if changes.is_empty() {
        return Ok(old);
    }
    let administered = administrators(ctx).await?;
    ctx.tx()
        .run(
            "update roles set name = $2, description = $3, two_factor_required = $4, updated_at = $5 where id = $1",
            [
                id.into(),
                next.name.clone().into(),
                next.description.clone().into(),
                next.two_factor_required.into(),
                ctx.now().into(),
            ],
        )
        .await
        .map_err(name_taken)?;
    if next.grants != old.grants {
        write_grants(ctx, id, &next.grants).await?;
    }
    if administered > 0 && administrators(ctx).await? == 0 {
        return Err(last_administrator());
    }
    if next.grants.fields != old.grants.fields {
        ctx.enqueue(&OpenViews {}).await?;
    }
    ctx.audit("role.updated", "role", Some(id), changes).await?;
    ctx.emit(event("role.updated", id)).await?;
    tell(ctx, id, users_of(ctx, id).await?).await?;
    load(ctx, id).await
}

/// A role as a patch makes it; all faults at once.
pub(super) fn patched(old: &Role, patch: &RolePatch) -> kernel::Result<Role> {
    let mut check = Checker::new();
    let mut next = old.clone();
    if let Some(name) = &patch.name {
        next.name = check.required("name", Some(name), 80);
    }
    if let Some(text) = &patch.description {
        next.description = check.optional("description", Some(text), 500).unwrap_or_default();
    }
    next.two_factor_required = patch.two_factor_required.unwrap_or(old.two_factor_required);
    next.grants.apply(&mut check, patch.permissions.as_ref(), patch.fields.as_ref());
    check.finish()?;
    Ok(next)
}

#[derive(FromQueryResult)]
struct Uses {
    users: i64,
    keys: i64,
}

/// Deletes a role; its users and API keys get another first.
pub(super) async fn delete(ctx: &Ctx, id: Uuid, replace_with: Option<&str>) -> kernel::Result<()> {
    ctx.require("roles.manage")?;
    ctx.access_changed().await?;
    still_manages(ctx).await?;
    let role = load(ctx, id).await?;
    let successor = successor(ctx, id, replace_with).await?;
    let uses: Uses = ctx
        .tx()
        .one(
            "select (select count(*) from users where role_id = $1) as users, (select count(*) from api_keys where role_id = $1) as keys",
            [id.into()],
        )
        .await?
        .ok_or_else(|| DomainError::internal("a count without a row"))?;
    let mut moved = Vec::new();
    let administered = administrators(ctx).await?;
    if uses.users + uses.keys > 0 {
        let Some((next, next_name)) = &successor else { return Err(in_use(&uses)) };
        may_hand_out(ctx, *next).await?;
        moved = users_of(ctx, id).await?;
        move_all(ctx, MOVE_USERS, &role, *next, next_name).await?;
        move_all(ctx, MOVE_KEYS, &role, *next, next_name).await?;
    }
    ctx.tx().run("delete from roles where id = $1", [id.into()]).await?;
    if administered > 0 && administrators(ctx).await? == 0 {
        return Err(last_administrator());
    }
    let mut changes = audit::diff(&given_record(&role), &Json::Null);
    if let Some((_, name)) = successor {
        changes.push(audit::Change { field: "replaced_with".into(), old: Json::Null, new: name.into() });
    }
    ctx.audit("role.deleted", "role", Some(id), changes).await?;
    ctx.emit(event("role.deleted", id)).await?;
    tell(ctx, id, moved).await
}

/// The role that takes the place of another.
pub(super) async fn successor(ctx: &Ctx, id: Uuid, text: Option<&str>) -> kernel::Result<Option<(Uuid, String)>> {
    let Some(text) = text.filter(|t| !t.trim().is_empty()) else { return Ok(None) };
    match role_by_name_or_id(ctx, text).await? {
        None => Err(DomainError::field("replace_with", "there is no such role")),
        Some((next, _)) if next == id => Err(DomainError::field("replace_with", "must be another role")),
        found => Ok(found),
    }
}

fn in_use(uses: &Uses) -> DomainError {
    let count = |n: i64, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
    let who = match (uses.users, uses.keys) {
        (users, 0) => count(users, "user"),
        (0, keys) => count(keys, "API key"),
        (users, keys) => format!("{} and {}", count(users, "user"), count(keys, "API key")),
    };
    DomainError::conflict("role_in_use", format!("{who} with this role; name the role that takes its place (replace_with)."))
}

const MOVE_USERS: &str = "with moved as (update users set role_id = $2, updated_at = $3 where role_id = $1 returning id)
     insert into audit_log (id, at, actor_id, actor_name, action, resource_type, resource_id, diff, diff_masked, ip, request_id)
     select gen_random_uuid(), $3::timestamptz, $4, $5, 'user.updated', 'user', moved.id, $6, $6, $7, $8 from moved";
const MOVE_KEYS: &str = "with moved as (update api_keys set role_id = $2 where role_id = $1 returning id)
     insert into audit_log (id, at, actor_id, actor_name, action, resource_type, resource_id, diff, diff_masked, ip, request_id)
     select gen_random_uuid(), $3::timestamptz, $4, $5, 'api_key.updated', 'api_key', moved.id, $6, $6, $7, $8 from moved";

/// Gives all users or all API keys of a role another one, with a line in the history of each.
async fn move_all(ctx: &Ctx, sql: &'static str, old: &Role, next: Uuid, next_name: &str) -> kernel::Result<()> {
    let diff = json!([{ "field": "role", "old": old.name, "new": next_name }]);
    ctx.tx()
        .run(
            sql,
            [
                old.id.into(),
                next.into(),
                ctx.now().into(),
                ctx.actor().id().into(),
                ctx.actor().name.clone().into(),
                diff.into(),
                ctx.request().ip.clone().into(),
                (!ctx.request().id.is_empty()).then(|| ctx.request().id.clone()).into(),
            ],
        )
        .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct OnlyId {
    id: Uuid,
}

async fn users_of(ctx: &Ctx, role: Uuid) -> kernel::Result<Vec<Uuid>> {
    let rows: Vec<OnlyId> =
        ctx.tx().all("select id from users where role_id = $1 and status = 'active' order by id", [role.into()]).await?;
    Ok(rows.into_iter().map(|r| r.id).collect())
}

/// Lets the open screens of these users ask anew what they may do.
async fn tell(ctx: &Ctx, role: Uuid, users: Vec<Uuid>) -> kernel::Result<()> {
    if users.is_empty() {
        return Ok(());
    }
    ctx.emit(Event::personal("access.changed", role, users)).await
}

async fn write_grants(ctx: &Ctx, role: Uuid, grants: &Grants) -> kernel::Result<()> {
    let (keys, words): (Vec<String>, Vec<String>) =
        grants.permissions.iter().map(|(key, scope)| (key.clone(), Scope::as_str(*scope).to_owned())).unzip();
    let (fields, levels): (Vec<String>, Vec<String>) =
        grants.fields.iter().map(|(key, level)| (key.clone(), Level::as_str(*level).to_owned())).unzip();
    for (clear, write, keys, words) in [
        (
            "delete from role_permissions where role_id = $1",
            "insert into role_permissions (role_id, permission, scope) select $1, unnest($2::text[]), unnest($3::text[])",
            keys,
            words,
        ),
        (
            "delete from role_fields where role_id = $1",
            "insert into role_fields (role_id, field, level) select $1, unnest($2::text[]), unnest($3::text[])",
            fields,
            levels,
        ),
    ] {
        ctx.tx().run(clear, [role.into()]).await?;
        ctx.tx().run(write, [role.into(), keys.into(), words.into()]).await?;
    }
    Ok(())
}

//! Saving, sharing, ordering and deleting views, and bringing a deleted one back.

use access::undo::{self, changed_since};
use kernel::DomainError;
use kernel::event::Event;
use kernel::permission::Scope;
use kernel::validate::Checker;
use runtime::access::key_not_allowed;
use runtime::audit;
use runtime::{Ctx, Rows as _};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::entity::{ENTITIES, View, WRONG, find, visible_to};
use super::http::{ViewIn, ViewPatch};
use super::query::{self, Query};

/// The kind under which a deleted view is written down.
pub const KIND: &str = "view";
/// The most views of one user.
const MOST: i64 = 200;

fn facts(view: &View) -> Json {
    let stored: Query = serde_json::from_value(view.query.clone()).unwrap_or_default();
    let mut facts = query::facts(&stored);
    facts["name"] = json!(view.name);
    facts["shared"] = json!(view.shared);
    facts["default_for_roles"] = json!(view.roles);
    facts
}

async fn tell(ctx: &Ctx, view: &View) -> kernel::Result<()> {
    let permission = ENTITIES.iter().find(|(word, _)| *word == view.entity).map_or("clients.read", |(_, p)| p);
    let event = match (view.shared.as_str(), view.owner_id) {
        ("own", Some(owner)) => Event::personal("view.changed", view.id, vec![owner]),
        _ => Event::new("view.changed", view.id, permission).covering(view.owner_id, view.team_id),
    };
    ctx.emit(event).await
}

/// Whether the actor may share like this, and with which team.
fn sharing(ctx: &Ctx, c: &mut Checker, shared: &str, team: Option<Uuid>) -> kernel::Result<Option<Uuid>> {
    match shared {
        "own" => Ok(None),
        "team" => {
            ctx.require("views.share")?;
            let team = team.or_else(|| ctx.actor().team.as_ref().map(|(id, _)| id.0));
            if team.is_none() {
                c.add("shared", "can't be team: you belong to no team");
            }
            Ok(team)
        }
        "all" if ctx.require("views.share")? == Scope::All => Ok(None),
        "all" => Err(DomainError::forbidden("views.share")),
        _ => {
            c.add("shared", "must be own, team or all");
            Ok(None)
        }
    }
}

async fn check_roles(ctx: &Ctx, c: &mut Checker, shared: &str, roles: &[Uuid]) -> kernel::Result<()> {
    if ctx.require("views.share")? != Scope::All {
        return Err(DomainError::forbidden("views.share"));
    }
    if !roles.is_empty() && shared != "all" {
        c.add("default_for_roles", "goes with a view that is shared with all");
    }
    let known: Option<i64> = ctx.tx().scalar("select count(*) from roles where id = any($1)", [roles.to_vec().into()]).await?;
    if known != i64::try_from(roles.len()).ok() {
        c.add("default_for_roles", "must name each role once");
    }
    Ok(())
}

fn entity(c: &mut Checker, given: Option<&str>) -> Option<(&'static str, &'static str)> {
    let word = c.required("entity", given, 20);
    let found = ENTITIES.iter().find(|(w, _)| *w == word).copied();
    if found.is_none() && !word.is_empty() {
        c.add("entity", WRONG);
    }
    found
}

/// Saves a view.
pub(super) async fn create(ctx: &Ctx, input: &ViewIn) -> kernel::Result<View> {
    let owner = ctx.user_id().ok_or_else(key_not_allowed)?;
    let mut c = Checker::new();
    let entity = entity(&mut c, input.entity.as_deref());
    if let Some((_, permission)) = entity {
        ctx.require(permission)?;
    }
    let name = c.required("name", input.name.as_deref(), 80);
    let shared = input.shared.clone().unwrap_or_else(|| "own".to_owned());
    let team = sharing(ctx, &mut c, &shared, None)?;
    let roles = input.default_for_roles.clone().unwrap_or_default();
    if !roles.is_empty() {
        check_roles(ctx, &mut c, &shared, &roles).await?;
    }
    let held: Option<i64> = ctx.tx().scalar("select count(*) from views where owner_id = $1", [owner.into()]).await?;
    if held.unwrap_or(0) >= MOST {
        c.add("name", format!("would be more than {MOST} views"));
    }
    c.finish()?;
    let (entity, _) = entity.ok_or_else(|| DomainError::internal("a view without an entity"))?;
    let query = input.query.as_ref().map(Query::from).unwrap_or_default();
    query::check(ctx, entity, &query).await?;
    let id = Uuid::now_v7();
    insert(ctx, &(id, entity, &name, &shared, owner, team), &json!(query)).await?;
    if input.default == Some(true) {
        set_default(ctx, entity, Some(id)).await?;
    }
    set_roles(ctx, entity, id, &roles).await?;
    let view = find(ctx, id).await?;
    ctx.audit("view.created", "view", Some(id), audit::diff(&json!({}), &facts(&view))).await?;
    tell(ctx, &view).await?;
    Ok(view)
}

async fn insert(ctx: &Ctx, view: &(Uuid, &str, &str, &str, Uuid, Option<Uuid>), query: &Json) -> kernel::Result<()> {
    let (id, entity, name, shared, owner, team) = *view;
    let sql = "insert into views (id, entity, name, shared, owner_id, team_id, query, created_at, updated_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $8)";
    let values =
        [id.into(), entity.into(), name.into(), shared.into(), owner.into(), team.into(), query.clone().into(), ctx.now().into()];
    ctx.tx().run(sql, values).await?;
    Ok(())
}

async fn set_default(ctx: &Ctx, entity: &str, id: Option<Uuid>) -> kernel::Result<()> {
    let sql = "insert into view_choices (user_id, entity, default_id) values ($1, $2, $3)
               on conflict (user_id, entity) do update set default_id = excluded.default_id";
    ctx.tx().run(sql, [ctx.user_id().into(), entity.into(), id.into()]).await?;
    Ok(())
}

async fn set_roles(ctx: &Ctx, entity: &str, id: Uuid, roles: &[Uuid]) -> kernel::Result<()> {
    let sql = "delete from view_role_defaults where view_id = $1 and role_id <> all($2)";
    ctx.tx().run(sql, [id.into(), roles.to_vec().into()]).await?;
    let sql = "insert into view_role_defaults (role_id, entity, view_id) select r.id, $2, $1 from unnest($3::uuid[]) as r (id)
               on conflict (role_id, entity) do update set view_id = excluded.view_id";
    ctx.tx().run(sql, [id.into(), entity.into(), roles.to_vec().into()]).await?;
    Ok(())
}

/// What somebody may change: what is theirs, and with the right to share with all what is shared.
pub(super) fn may_change(ctx: &Ctx, view: &View) -> kernel::Result<()> {
    let own = view.owner_id.is_some() && view.owner_id == ctx.user_id();
    let rules = ctx.actor().scope("views.share") == Some(Scope::All) && view.shared != "own";
    if own || rules { Ok(()) } else { Err(DomainError::forbidden("views.share")) }
}

/// Changes a view. Whether it opens first is everybody's own business; all else is its owner's.
pub(super) async fn update(ctx: &Ctx, id: Uuid, patch: &ViewPatch) -> kernel::Result<View> {
    ctx.user_id().ok_or_else(key_not_allowed)?;
    let old = find(ctx, id).await?;
    let mut c = Checker::new();
    let touched = patch.name.is_some() || patch.shared.is_some() || patch.query.is_some();
    if touched {
        may_change(ctx, &old)?;
    }
    let name = if patch.name.is_some() { c.required("name", patch.name.as_deref(), 80) } else { old.name.clone() };
    let shared = patch.shared.clone().unwrap_or_else(|| old.shared.clone());
    // Who takes the view over from its owner keeps the team that it was shared with.
    let team = if shared == old.shared { old.team_id } else { sharing(ctx, &mut c, &shared, None)? };
    let roles = match &patch.default_for_roles {
        Some(roles) => {
            check_roles(ctx, &mut c, &shared, roles).await?;
            roles.clone()
        }
        None if shared == "all" => old.roles.clone(),
        None => Vec::new(),
    };
    c.finish()?;
    let stored = match &patch.query {
        Some(query) => {
            let query = Query::from(query);
            query::check(ctx, &old.entity, &query).await?;
            json!(query)
        }
        None => old.query.clone(),
    };
    if touched {
        let sql = "update views set name = $2, shared = $3, team_id = $4, query = $5, updated_at = $6 where id = $1";
        let values = [id.into(), name.into(), shared.into(), team.into(), stored.into(), ctx.now().into()];
        ctx.tx().run(sql, values).await?;
    }
    if let Some(default) = patch.default {
        set_default(ctx, &old.entity, default.then_some(id)).await?;
    }
    if roles != old.roles {
        set_roles(ctx, &old.entity, id, &roles).await?;
    }
    let Ok(view) = find(ctx, id).await else {
        // Taken back by somebody else's hand: its owner alone sees it now.
        return Ok(old);
    };
    let changes = audit::diff(&facts(&old), &facts(&view));
    if touched || !changes.is_empty() {
        ctx.audit("view.updated", "view", Some(id), changes).await?;
        tell(ctx, &old).await?;
    }
    tell(ctx, &view).await?;
    Ok(view)
}

/// Deletes a view; returns how to bring it back.
pub(super) async fn remove(ctx: &Ctx, id: Uuid) -> kernel::Result<Uuid> {
    let view = find(ctx, id).await?;
    may_change(ctx, &view)?;
    ctx.tx().run("delete from views where id = $1", [id.into()]).await?;
    ctx.audit("view.deleted", "view", Some(id), audit::diff(&facts(&view), &json!({}))).await?;
    tell(ctx, &view).await?;
    undo::record(ctx, KIND, json!(view)).await
}

/// Brings a deleted view back.
pub async fn undo(ctx: &Ctx, payload: &Json) -> kernel::Result<()> {
    let view: View = serde_json::from_value(payload.clone()).map_err(DomainError::internal)?;
    let taken: Option<i32> = ctx.tx().scalar("select 1 from views where id = $1", [view.id.into()]).await?;
    let owner = view.owner_id.ok_or_else(|| changed_since([view.name.as_str()]))?;
    if taken.is_some() {
        return Err(changed_since([view.name.as_str()]));
    }
    let team: Option<Uuid> = ctx.tx().scalar("select id from teams where id = $1", [view.team_id.into()]).await?;
    insert(ctx, &(view.id, &view.entity, &view.name, &view.shared, owner, team), &view.query).await?;
    if view.is_default && view.owner_id == ctx.user_id() {
        set_default(ctx, &view.entity, Some(view.id)).await?;
    }
    let sql = "insert into view_role_defaults (role_id, entity, view_id) select r.id, $2, $1 from roles r where r.id = any($3)
               on conflict do nothing";
    ctx.tx().run(sql, [view.id.into(), view.entity.clone().into(), view.roles.clone().into()]).await?;
    ctx.audit("view.created", "view", Some(view.id), audit::diff(&json!({}), &facts(&view))).await?;
    tell(ctx, &view).await
}

/// Puts the views of one kind of record into the actor's own order; those left out come last.
pub(super) async fn order(ctx: &Ctx, given: Option<&str>, ids: Option<&[Uuid]>) -> kernel::Result<Vec<View>> {
    let user = ctx.user_id().ok_or_else(key_not_allowed)?;
    let mut c = Checker::new();
    let entity = entity(&mut c, given);
    let ids = ids.unwrap_or_default();
    if let Some((entity, permission)) = entity {
        ctx.require(permission)?;
        let views = visible_to(ctx, Some(entity), None).await?;
        let once = ids.iter().all(|id| ids.iter().filter(|i| *i == id).count() == 1);
        if ids.is_empty() || !once || !ids.iter().all(|id| views.iter().any(|v| v.id == *id)) {
            c.add("ids", "must name views of this kind, each once");
        }
    }
    c.finish()?;
    let entity = entity.map_or("client", |(word, _)| word);
    let sql = "insert into view_choices (user_id, entity, ids) values ($1, $2, $3)
               on conflict (user_id, entity) do update set ids = excluded.ids";
    ctx.tx().run(sql, [user.into(), entity.into(), ids.to_vec().into()]).await?;
    ctx.emit(Event::personal("view.changed", user, vec![user])).await?;
    visible_to(ctx, Some(entity), None).await
}

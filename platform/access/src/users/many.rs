//! Users that come in many at once, and go again as long as nobody has used them. By the rules of
//! [`super::create`]: no more is given than whoever adds them may give.

use std::collections::BTreeSet;

use runtime::{Ctx, Rows as _, audit};
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::service::{event, invite, load_many};
use crate::auth::{Purpose, issue_links};
use crate::roles::may_hand_out;

/// Somebody to add, checked by [`super::checked_identity`].
#[derive(Debug, Clone)]
pub struct NewRow {
    /// Their id to be.
    pub id: Uuid,
    /// E-mail address, in lower case.
    pub email: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: Uuid,
    /// Team.
    pub team: Option<Uuid>,
}

#[derive(FromQueryResult)]
struct Added {
    id: Uuid,
}

/// Adds users who have no password yet, with the mails that let them in if `invited`. Says who was added:
/// an address that somebody has is left alone. `import`: what they came with.
pub async fn add_many(ctx: &Ctx, import: Uuid, new: &[NewRow], invited: bool) -> kernel::Result<Vec<Uuid>> {
    ctx.require("users.manage")?;
    // First of all: the rights by which these roles may be given must not change meanwhile.
    ctx.access_changed().await?;
    for role in new.iter().map(|n| n.role).collect::<BTreeSet<_>>() {
        may_hand_out(ctx, role).await?;
    }
    let row = |n: &NewRow| json!({ "id": n.id, "email": n.email, "name": n.name, "role": n.role, "team": n.team });
    let rows: Vec<Json> = new.iter().map(row).collect();
    let sql = "insert into users (id, email, name, role_id, team_id, status, created_at, updated_at, created_by, import_id)
               select r.id, r.email, r.name, r.role, r.team, 'invited', $2, $2, $3, $4
               from jsonb_to_recordset($1) as r (id uuid, email text, name text, role uuid, team uuid)
               on conflict do nothing returning id";
    let values = [Json::Array(rows).into(), ctx.now().into(), ctx.user_id().into(), import.into()];
    let added: Vec<Added> = ctx.tx().all(sql, values).await?;
    let users = load_many(ctx, added.into_iter().map(|a| a.id).collect()).await?;
    let ids: Vec<Uuid> = users.iter().map(|u| u.id).collect();
    for user in &users {
        ctx.audit("user.created", "user", Some(user.id), audit::diff(&Json::Null, &user.record())).await?;
        ctx.emit(event("user.created", user)).await?;
    }
    if invited {
        for (user, link) in users.iter().zip(issue_links(ctx, &ids, Purpose::Invitation).await?) {
            invite(ctx, user, link).await?;
        }
    }
    Ok(ids)
}

/// Removes those of these users who never signed in and whom nothing names; says who that was.
pub async fn remove_unused(ctx: &Ctx, ids: Vec<Uuid>) -> kernel::Result<Vec<Uuid>> {
    ctx.require("users.manage")?;
    ctx.access_changed().await?;
    let users = load_many(ctx, ids.clone()).await?;
    let sql = "delete from users u where u.id = any($1) and u.status <> 'active' and u.password_hash is null and u.last_login_at is null
                 and not exists (select 1 from clients c where c.assigned_to = u.id)
                 and not exists (select 1 from leads l where l.assigned_to = u.id)
                 and not exists (select 1 from views v where v.owner_id = u.id)
                 and not exists (select 1 from assignment_rules a where u.id = any(a.users))
               returning u.id";
    let gone: Vec<Added> = ctx.tx().all(sql, [ids.into()]).await?;
    let gone: Vec<Uuid> = gone.into_iter().map(|g| g.id).collect();
    for user in users.iter().filter(|u| gone.contains(&u.id)) {
        ctx.audit("user.deleted", "user", Some(user.id), audit::diff(&user.record(), &Json::Null)).await?;
        ctx.emit(event("user.deleted", user)).await?;
    }
    Ok(gone)
}

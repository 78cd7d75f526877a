//! Changing a user, and closing their account.

use kernel::DomainError;
use kernel::event::Event;
use kernel::ids::UserId;
use kernel::validate::Checker;
use poem_openapi::types::MaybeUndefined;
use runtime::db::DbError;
use runtime::{Ctx, Rows as _, audit};
use sea_orm::EntityTrait as _;
use uuid::Uuid;

use super::entity::{Entity, Model};
use super::handover;
use super::service::{User, check_team, event, load, resolve_role};
use crate::auth::{cancel_links, revoke_all};
use crate::roles::{administrators, last_administrator, may_hand_out};

/// What becomes of the records of a user who leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handover {
    /// They go to another user, and into that user's team.
    To(Uuid),
    /// They belong to nobody.
    Nobody,
}

/// What shall change; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Name.
    pub name: Option<String>,
    /// Role, by name or id.
    pub role: Option<String>,
    /// Team; null for none.
    pub team_id: MaybeUndefined<Uuid>,
    /// `active` or `inactive`.
    pub status: Option<String>,
    /// What becomes of the records of a user who is deactivated; without it they stay theirs.
    pub reassign: Option<Handover>,
}

/// Changes a user.
pub async fn update(ctx: &Ctx, id: Uuid, changes: Changes) -> kernel::Result<User> {
    ctx.require("users.manage")?;
    // First of all: two who take the last two administrators away must come one after the other.
    ctx.access_changed().await?;
    let old = load(ctx, id).await?;
    let row: Model =
        Entity::find_by_id(id).one(ctx.tx()).await.map_err(DbError)?.ok_or_else(|| DomainError::not_found("User"))?;
    let next = checked(ctx, &row, &changes).await?;
    let leaves = row.status != "inactive" && next.status == "inactive";
    if leaves && ctx.user_id() == Some(id) {
        return Err(DomainError::conflict("cannot_deactivate_self", "You can't deactivate your own account."));
    }
    if next.role_id != row.role_id {
        may_hand_out(ctx, next.role_id).await?;
    }
    let administered = administrators(ctx).await?;
    ctx.tx()
        .run(
            "update users set name = $2, role_id = $3, team_id = $4, status = $5, updated_at = $6 where id = $1",
            [
                id.into(),
                next.name.clone().into(),
                next.role_id.into(),
                next.team_id.into(),
                next.status.clone().into(),
                ctx.now().into(),
            ],
        )
        .await?;
    if administered > 0 && administrators(ctx).await? == 0 {
        return Err(last_administrator());
    }
    if leaves {
        revoke_all(ctx, UserId(id), None, "the account was deactivated").await?;
        cancel_links(ctx, UserId(id)).await?;
    }
    let new = load(ctx, id).await?;
    ctx.audit("user.updated", "user", Some(id), audit::diff(&old.record(), &new.record())).await?;
    if let Some(to) = changes.reassign.filter(|_| next.status == "inactive") {
        handover::hand_over(ctx, id, to).await?;
    }
    ctx.emit(event("user.updated", &new).covering(None, old.team_id)).await?;
    if new.role_id != old.role_id || new.team_id != old.team_id {
        tell_user(ctx, &new).await?;
    }
    Ok(new)
}

/// Lets the user's open screens ask anew what they may do.
async fn tell_user(ctx: &Ctx, user: &User) -> kernel::Result<()> {
    ctx.emit(Event::personal("access.changed", user.id, vec![user.id])).await
}

/// The row as it shall be.
async fn checked(ctx: &Ctx, row: &Model, changes: &Changes) -> kernel::Result<Model> {
    let mut check = Checker::new();
    let mut next = row.clone();
    if let Some(name) = &changes.name {
        next.name = check.required("name", Some(name), 120);
    }
    if let Some(role) = &changes.role
        && let Some(id) = resolve_role(ctx, &mut check, role).await?
    {
        next.role_id = id;
    }
    match changes.team_id {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => next.team_id = None,
        MaybeUndefined::Value(team) => {
            check_team(ctx, &mut check, team).await?;
            next.team_id = Some(team);
        }
    }
    match changes.status.as_deref() {
        None => {}
        Some("inactive") => next.status = "inactive".to_owned(),
        // Who never chose a password still waits for doing so.
        Some("active") if row.password_hash.is_none() => next.status = "invited".to_owned(),
        Some("active") => next.status = "active".to_owned(),
        Some(_) => check.add("status", "must be active or inactive"),
    }
    if let Some(to) = changes.reassign {
        check_handover(ctx, &mut check, &next, to).await?;
    }
    check.finish()?;
    Ok(next)
}

async fn check_handover(ctx: &Ctx, check: &mut Checker, next: &Model, to: Handover) -> kernel::Result<()> {
    if next.status != "inactive" {
        check.add("reassign_to", "goes with status inactive only");
    }
    let Handover::To(user) = to else { return Ok(()) };
    if user == next.id {
        check.add("reassign_to", "must be another user");
        return Ok(());
    }
    let sql = "select 1 from users where id = $1 and status = 'active'";
    if ctx.tx().scalar::<i32>(sql, [user.into()]).await?.is_none() {
        check.add("reassign_to", "there is no such active user");
    }
    Ok(())
}

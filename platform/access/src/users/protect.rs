//! How an administrator protects an account, or opens it again: password, lock, second factor,
//! sessions; and what its user did.

use comms::mail::{self, Recipient};
use kernel::DomainError;
use kernel::ids::{SessionId, UserId};
use kernel::paging::{Page, Paging};
use runtime::teams::TeamTree;
use runtime::{Ctx, Rows as _};
use serde_json::json;
use uuid::Uuid;

use super::service::{User, event, load};
use crate::audit::{self, AuditEntry, Part};
use crate::auth::{self, SessionOut, revoke_all};

/// Makes a user choose a new password: their sessions end and a mail with a link leaves.
pub async fn reset_password(ctx: &Ctx, id: Uuid) -> kernel::Result<User> {
    ctx.require("users.manage")?;
    let user = load(ctx, id).await?;
    if user.status != "active" {
        return Err(DomainError::conflict("not_active", "Only a user who can sign in has a password to reset."));
    }
    revoke_all(ctx, UserId(id), None, "the password was reset").await?;
    let sql = "update users set must_change_password = true, updated_at = $2 where id = $1";
    ctx.tx().run(sql, [id.into(), ctx.now().into()]).await?;
    crate::auth::send_reset(ctx, UserId(id), &user.name, &user.email).await?;
    ctx.audit("user.password_reset", "user", Some(id), Vec::new()).await?;
    ctx.emit(event("user.updated", &user)).await?;
    Ok(user)
}

/// Opens the lock that failed attempts have closed.
pub async fn unlock(ctx: &Ctx, id: Uuid) -> kernel::Result<User> {
    ctx.require("users.manage")?;
    let user = load(ctx, id).await?;
    if auth::unlock(ctx, &user.email).await? {
        ctx.audit("user.unlocked", "user", Some(id), Vec::new()).await?;
        ctx.emit(event("user.updated", &user)).await?;
    }
    load(ctx, id).await
}

/// Takes a second factor away whose device is lost. The user's sessions end, since the lost device may
/// hold one, and a mail tells them.
pub async fn reset_two_factor(ctx: &Ctx, id: Uuid) -> kernel::Result<User> {
    ctx.require("users.manage")?;
    revoke_all(ctx, UserId(id), None, "the second factor was reset").await?;
    let user = load(ctx, id).await?;
    if ctx.user_id() == Some(id) {
        // A stolen session must not be a way around the factor that protects it.
        let message = "Switch your own second factor off in your account; that needs a code.";
        return Err(DomainError::conflict("cannot_reset_own_two_factor", message));
    }
    if !user.two_factor {
        return Err(DomainError::conflict("two_factor_not_enabled", "This user has no second factor."));
    }
    auth::remove_two_factor(ctx, UserId(id)).await?;
    let link = format!("{}/account", mail::realm_url(ctx.app(), ctx.tenant()));
    let context = json!({ "name": user.name, "inviter": ctx.user_id().map(|_| ctx.actor().name.clone()), "link": link });
    mail::queue(ctx, "two_factor_reset", Recipient::named(&user.name, &user.email), context).await?;
    ctx.audit("two_factor.reset", "user", Some(id), Vec::new()).await?;
    ctx.emit(event("user.updated", &user)).await?;
    load(ctx, id).await
}

/// The open sessions of a user.
pub async fn sessions(ctx: &Ctx, id: Uuid) -> kernel::Result<Vec<SessionOut>> {
    ctx.require("users.manage")?;
    load(ctx, id).await?;
    auth::list_sessions(ctx, UserId(id)).await
}

/// Ends one session of a user.
pub async fn end_session(ctx: &Ctx, id: Uuid, session: Uuid) -> kernel::Result<()> {
    ctx.require("users.manage")?;
    auth::end_session(ctx, UserId(id), SessionId(session), "ended by an administrator").await?;
    ctx.emit(event("user.updated", &load(ctx, id).await?)).await
}

/// Ends all sessions of a user; says how many there were.
pub async fn end_sessions(ctx: &Ctx, id: Uuid) -> kernel::Result<u64> {
    ctx.require("users.manage")?;
    // The access version comes before anything else that is locked.
    let ended = auth::end_sessions(ctx, UserId(id), None, "ended by an administrator").await?;
    ctx.emit(event("user.updated", &load(ctx, id).await?)).await?;
    Ok(ended)
}

/// What a user did and what was done to their account, newest first. Who may not read the whole log
/// sees what concerns accounts only: records have readers of their own. Which values they revealed (`kind`: `reveals`)
/// is also for whoever leads them.
pub async fn activity(ctx: &Ctx, id: Uuid, kind: Option<&str>, paging: &Paging) -> kernel::Result<Page<AuditEntry>> {
    let reveals = match kind.map(str::trim).filter(|k| !k.is_empty()) {
        None => false,
        Some("reveals") => true,
        Some(_) => return Err(DomainError::field("kind", "must be reveals")),
    };
    let whole = ctx.require("audit.read").is_ok();
    let may_read = whole || (reveals && leads(ctx, id).await?);
    if !may_read {
        ctx.require("users.manage")?;
    }
    let known: Option<i32> = ctx.tx().scalar("select 1 from users where id = $1", [id.into()]).await?;
    known.ok_or_else(|| DomainError::not_found("User"))?;
    let part = match (reveals, whole) {
        (true, _) => Part::Reveals,
        (false, true) => Part::Everything,
        (false, false) => Part::Accounts,
    };
    audit::activity(ctx, id, part, paging).await
}

/// Whether the actor leads the team of a user, or one above it. Nobody is their own leader.
async fn leads(ctx: &Ctx, user: Uuid) -> kernel::Result<bool> {
    let Some(me) = ctx.user_id().filter(|me| *me != user) else { return Ok(false) };
    if ctx.actor().scope("users.read").is_none() {
        return Ok(false);
    }
    let team = ctx.tx().scalar::<Option<Uuid>>("select team_id from users where id = $1", [user.into()]).await?.flatten();
    let Some(team) = team else { return Ok(false) };
    let tree = TeamTree::load(ctx.tx()).await?;
    let led = tree.led_by(me);
    Ok(tree.upwards(team).iter().any(|team| led.contains(team)))
}

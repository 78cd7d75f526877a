//! Setting passwords: with the current one, or with a link from a mail.

use comms::mail::{self, Recipient};
use kernel::DomainError;
use kernel::event::Event;
use kernel::ids::UserId;
use kernel::validate::Checker;
use runtime::access::Actor;
use runtime::config::Rate;
use runtime::crypto::{hash_password, verify_password};
use runtime::db::Mode;
use runtime::http::{Caller, SignedIn};
use runtime::{Ctx, Rows as _};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::entity::Account;
use super::links::{self, Purpose};
use super::sessions::{self, Tokens};
use super::{NOBODY, begin, lockout, second_factor};
use crate::settings;

/// Reset mails that one address gets in an hour.
const RESETS_PER_ADDRESS: Rate = Rate { count: 5, seconds: 3_600 };

/// Checks a new password against the product's rule and the realm's own length.
pub async fn check_password(ctx: &Ctx, check: &mut Checker, field: &str, password: &str) -> kernel::Result<()> {
    let least = settings::whole(ctx, "password_min_length", 10).await?;
    let length = i64::try_from(password.chars().count()).unwrap_or(i64::MAX);
    if length >= 10 && length < least {
        check.add(field, format!("must have at least {least} characters"));
    } else {
        check.password(field, password);
    }
    Ok(())
}

/// Stores a password's hash.
async fn store(ctx: &Ctx, account: &Account, hash: String) -> kernel::Result<()> {
    // The lock before the user, as sign-in takes them.
    lockout::forget(ctx, &lockout::key(&account.email)).await?;
    let changed = ctx
        .tx()
        .run(
            "update users set password_hash = $2, status = 'active', must_change_password = false, updated_at = $3
             where id = $1 and password_hash is not distinct from $4",
            [account.id.into(), hash.into(), ctx.now().into(), account.password_hash.clone().into()],
        )
        .await?;
    if changed != 1 {
        return Err(DomainError::conflict("password_changed_meanwhile", "The password was changed a moment ago."));
    }
    ctx.audit("user.password_changed", "user", Some(account.id), Vec::new()).await
}

/// Changes the password of the one who is signed in; their other sessions end.
pub(super) async fn change(who: &SignedIn, current: &str, new: &str) -> kernel::Result<()> {
    let app = &who.caller.app;
    let id = who.actor.user.map(Uuid::from).ok_or_else(|| DomainError::internal("a session without a user"))?;
    // A stolen access token must not be a way to guess the password.
    app.limits.check("password", &id.to_string(), app.config.rates.signin).await?;
    let mut check = Checker::new();
    let ctx = begin(&who.caller, Actor::system(NOBODY), Mode::Read).await?;
    let account = Account::by_id(&ctx, id).await?.ok_or_else(|| DomainError::not_found("User"))?;
    check_password(&ctx, &mut check, "new", new).await?;
    drop(ctx);
    if !verify_password(current, account.password_hash.as_deref()).await {
        check.add("current", "is not your current password");
    } else if current == new {
        check.add("new", "must differ from the current password");
    }
    check.finish()?;
    let hash = hash_password(new).await?;
    let ctx = who.begin_account().await?;
    sessions::revoke_all(&ctx, UserId(id), who.actor.session, "the password was changed").await?;
    store(&ctx, &account, hash).await?;
    links::cancel(&ctx, UserId(id)).await?;
    ctx.commit_reply(204, &Json::Null).await
}

/// Queues a mail with a reset link if the address belongs to somebody who may sign in. The answer is
/// the same if it does not.
pub(super) async fn forgot(caller: &Caller, email: &str) -> kernel::Result<()> {
    let rate = caller.app.config.rates.signin;
    caller.app.limits.check("forgot", caller.address(), rate).await?;
    let subject = format!("{}:{}", caller.realm().key, hex::encode(lockout::key(email)));
    caller.app.limits.check("forgot", &subject, rate.map(|_| RESETS_PER_ADDRESS)).await?;
    let ctx = begin(caller, Actor::system(NOBODY), Mode::Write).await?;
    let Some(account) = Account::by_email(&ctx, email).await?.filter(Account::is_active) else { return Ok(()) };
    send_reset(&ctx, UserId(account.id), &account.name, &account.email).await?;
    ctx.audit("user.password_reset_requested", "user", Some(account.id), Vec::new()).await?;
    ctx.commit().await
}

/// Queues the mail with a reset link.
pub(crate) async fn send_reset(ctx: &Ctx, user: UserId, name: &str, email: &str) -> kernel::Result<()> {
    let link = links::issue(ctx, user, Purpose::Reset).await?;
    let context = json!({ "name": name, "link": link.url, "expires_in": link.expires_in });
    mail::queue(ctx, "password_reset", Recipient::named(name, email), context).await?;
    Ok(())
}

/// Who was invited by a link, as long as it works.
pub(super) async fn invited(caller: &Caller, token: &str) -> kernel::Result<(String, String)> {
    let ctx = begin(caller, Actor::system(NOBODY), Mode::Read).await?;
    let account = links::account(&ctx, token, Purpose::Invitation, false).await?;
    Ok((account.email, account.name))
}

/// Sets a password by a link and signs in. All sessions from before end. A link is worth a password
/// and no more: who has a second factor must show it, too.
pub(super) async fn set_by_link(
    caller: &Caller,
    token: &str,
    password: &str,
    otp: Option<&str>,
    purpose: Purpose,
) -> kernel::Result<Tokens> {
    caller.app.access.check_address(caller.realm(), caller.request.ip.as_deref()).await?;
    let ctx = begin(caller, Actor::system(NOBODY), Mode::Read).await?;
    let account = links::account(&ctx, token, purpose, false).await?;
    let mut check = Checker::new();
    check_password(&ctx, &mut check, "password", password).await?;
    drop(ctx);
    check.finish()?;
    second_factor::demand(caller, &account, otp).await?;
    let two_factor = account.two_factor;
    let hash = hash_password(password).await?;
    let ctx = begin(caller, account.actor(), Mode::Write).await?;
    let user = UserId(account.id);
    sessions::revoke_all(&ctx, user, None, "a new password was set").await?;
    // Asked again under lock: of two who use a link at the same time, one comes too late.
    let account = links::account(&ctx, token, purpose, true).await?;
    if account.two_factor && !two_factor {
        return Err(second_factor::required());
    }
    links::spend(&ctx, token, user).await?;
    store(&ctx, &account, hash).await?;
    if purpose == Purpose::Invitation {
        ctx.audit("user.invitation_accepted", "user", Some(account.id), Vec::new()).await?;
    }
    let opened = sessions::open(&ctx, &account).await?;
    ctx.tx()
        .run(
            "update users set last_login_at = $2, last_login_ip = $3 where id = $1",
            [account.id.into(), ctx.now().into(), ctx.request().ip.clone().into()],
        )
        .await?;
    ctx.emit(Event::new("user.updated", account.id, "users.read").covering(Some(account.id), account.team_id)).await?;
    ctx.commit().await?;
    sessions::tokens(caller, opened).await
}

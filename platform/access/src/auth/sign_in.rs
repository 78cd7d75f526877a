//! Signing in and out.

use kernel::DomainError;
use kernel::ids::UserId;
use kernel::mask;
use runtime::Rows as _;
use runtime::access::Actor;
use runtime::audit::Change;
use runtime::crypto::verify_password;
use runtime::db::Mode;
use runtime::http::{Caller, SignedIn};
use serde_json::Value as Json;

use super::entity::Account;
use super::sessions::{self, Tokens};
use super::{NOBODY, begin, lockout, second_factor};

fn refused() -> DomainError {
    DomainError::unauthenticated("invalid_credentials", "The e-mail address or the password is wrong.")
}

/// Signs in with a password and, where there is one, the second factor. The hash is checked between
/// two transactions; what it decides is decided in the second, under the lock of the address. The second
/// factor is asked for only when the password is right.
pub(super) async fn login(caller: &Caller, email: &str, password: &str, otp: Option<&str>) -> kernel::Result<Tokens> {
    caller.app.limits.check("signin", caller.address(), caller.app.config.rates.signin).await?;
    caller.app.access.check_address(caller.realm(), caller.request.ip.as_deref()).await?;
    let key = lockout::key(email);
    let ctx = begin(caller, Actor::system(NOBODY), Mode::Read).await?;
    lockout::check(&ctx, &key).await?;
    let found = Account::by_email(&ctx, email).await?;
    drop(ctx);
    let stored = found.as_ref().filter(|a| a.is_active()).and_then(|a| a.password_hash.as_deref());
    let fits = verify_password(password, stored).await;
    match found {
        Some(account) if fits => {
            second_factor::demand(caller, &account, otp).await?;
            succeed(caller, &account, &key).await
        }
        found => Err(fail(caller, email, &key, found.map(|a| UserId(a.id))).await?),
    }
}

async fn succeed(caller: &Caller, account: &Account, key: &[u8]) -> kernel::Result<Tokens> {
    let ctx = begin(caller, account.actor(), Mode::Write).await?;
    lockout::clear(&ctx, key).await?;
    // The account may have been closed, its password changed or a second factor set up meanwhile.
    let still = ctx
        .tx()
        .run(
            "update users set last_login_at = $2, last_login_ip = $3
             where id = $1 and status = 'active' and password_hash = $4 and two_factor = $5",
            [
                account.id.into(),
                ctx.now().into(),
                ctx.request().ip.clone().into(),
                account.password_hash.clone().into(),
                account.two_factor.into(),
            ],
        )
        .await?;
    if still != 1 {
        return Err(refused());
    }
    let opened = sessions::open(&ctx, account).await?;
    ctx.commit().await?;
    sessions::tokens(caller, opened).await
}

/// Counts and records a failed attempt, and keeps both although the request fails.
async fn fail(caller: &Caller, email: &str, key: &[u8], user: Option<UserId>) -> kernel::Result<DomainError> {
    let ctx = begin(caller, Actor::system(NOBODY), Mode::Write).await?;
    let typed = Change { field: "email".to_owned(), old: Json::Null, new: mask::email(email).into() };
    let locks = lockout::count(&ctx, key).await?;
    let user = user.map(|u| u.0);
    ctx.audit("session.failed", "user", user, vec![typed.clone()]).await?;
    if let Some(seconds) = locks {
        let length = Change { field: "seconds".to_owned(), old: Json::Null, new: seconds.into() };
        ctx.audit("session.locked", "user", user, vec![typed, length]).await?;
    }
    ctx.commit().await?;
    Ok(refused())
}

/// Ends the session that the caller's token belongs to.
pub(super) async fn logout(who: &SignedIn) -> kernel::Result<()> {
    let ctx = who.begin_account().await?;
    if let Some(session) = who.actor.session {
        sessions::revoke(&ctx, session, "signed out").await?;
    }
    ctx.audit("session.ended", "user", ctx.user_id(), Vec::new()).await?;
    ctx.commit_reply(204, &Json::Null).await
}

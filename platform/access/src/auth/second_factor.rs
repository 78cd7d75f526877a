//! The second factor: an authenticator app, and recovery codes for the day it is lost.
//!
//! Always holds: the secret is stored sealed and recovery codes as hashes; digits and codes work
//! once, whoever comes at the same moment; a wrong one counts like a wrong password, in the
//! transaction that found it wrong, so that a burst of guesses is worth no more than a few.

use chrono::{DateTime, Duration, Utc};
use kernel::DomainError;
use kernel::event::Event;
use kernel::ids::UserId;
use kernel::mask;
use runtime::access::Actor;
use runtime::audit::Change;
use runtime::crypto::{random, sha256, verify_password};
use runtime::db::Mode;
use runtime::http::{Caller, SignedIn};
use runtime::registry::secret_purpose;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde_json::Value as Json;
use uuid::Uuid;

use super::entity::Account;
use super::{begin, lockout, totp};

/// Recovery codes of an account.
const CODES: usize = 10;
/// Minutes for which a secret waits for its first digits.
const SETUP_MINUTES: i64 = 10;

/// What became of digits or a recovery code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It was right, and is used up.
    Right,
    /// It was wrong, and counted.
    Wrong,
}

/// A secret that waits for its first digits.
pub(super) struct Setup {
    /// As people type it into an app.
    pub secret: String,
    /// As an app scans it.
    pub otpauth_url: String,
}

#[derive(FromQueryResult)]
struct Row {
    secret_sealed: Option<Vec<u8>>,
    last_step: i64,
    enabled_at: Option<DateTime<Utc>>,
    pending_sealed: Option<Vec<u8>>,
    pending_until: Option<DateTime<Utc>>,
}

fn purpose(ctx: &Ctx, user: Uuid) -> String {
    secret_purpose(ctx.tenant().key, &format!("two_factor:{user}"))
}

async fn locked_row(ctx: &Ctx, user: Uuid) -> kernel::Result<Option<Row>> {
    let sql = "select secret_sealed, last_step, enabled_at, pending_sealed, pending_until from two_factor
               where user_id = $1 for update";
    Ok(ctx.tx().one(sql, [user.into()]).await?)
}

/// The refusal of a sign-in that lacks the second factor.
pub(super) fn required() -> DomainError {
    DomainError::unauthenticated("otp_required", "Enter the six digits of your authenticator app, or a recovery code.")
}

/// The refusal of a sign-in with a wrong second factor.
pub(super) fn wrong() -> DomainError {
    DomainError::unauthenticated("otp_invalid", "The code is wrong or was used already.")
}

/// The same for somebody who is signed in.
fn wrong_field() -> DomainError {
    DomainError::field_code("otp_invalid", "code", "is wrong or was used already")
}

/// What must hold of an account that signs in: without a second factor nothing, else a right code.
pub(super) async fn demand(caller: &Caller, account: &Account, otp: Option<&str>) -> kernel::Result<()> {
    if !account.two_factor {
        return Ok(());
    }
    let Some(otp) = otp.map(str::trim).filter(|o| !o.is_empty()) else {
        // A lock that came meanwhile keeps to itself whether the password was right.
        let ctx = begin(caller, account.actor(), Mode::Read).await?;
        lockout::check(&ctx, &lockout::key(&account.email)).await?;
        return Err(required());
    };
    match spend(caller, account, otp).await? {
        Verdict::Right => Ok(()),
        Verdict::Wrong => Err(wrong()),
    }
}

/// Uses digits or a recovery code up, in a transaction of its own.
async fn spend(caller: &Caller, account: &Account, otp: &str) -> kernel::Result<Verdict> {
    let ctx = begin(caller, account.actor(), Mode::Write).await?;
    // The row's lock puts all guesses at one account into a line; each sees what the one before it did.
    let row = locked_row(&ctx, account.id).await?.filter(|r| r.enabled_at.is_some());
    let key = lockout::key(&account.email);
    lockout::check(&ctx, &key).await?;
    let fits = match row {
        Some(row) => fits(&ctx, account.id, &row, otp).await?,
        None => false,
    };
    if fits {
        ctx.commit().await?;
        return Ok(Verdict::Right);
    }
    let change = |field: &str, new: Json| Change { field: field.to_owned(), old: Json::Null, new };
    let typed = change("email", mask::email(&account.email).into());
    let locks = lockout::count(&ctx, &key).await?;
    let what = change("second_factor", "wrong code".into());
    ctx.audit("session.failed", "user", Some(account.id), vec![typed.clone(), what]).await?;
    if let Some(seconds) = locks {
        ctx.audit("session.locked", "user", Some(account.id), vec![typed, change("seconds", seconds.into())]).await?;
    }
    ctx.commit().await?;
    Ok(Verdict::Wrong)
}

async fn fits(ctx: &Ctx, user: Uuid, row: &Row, otp: &str) -> kernel::Result<bool> {
    let digits: String = otp.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit()) {
        let Some(sealed) = &row.secret_sealed else { return Ok(false) };
        let secret = ctx.app().vault.open(&purpose(ctx, user), sealed)?;
        let Some(step) = totp::step_of(&secret, &digits, ctx.now().timestamp(), row.last_step) else { return Ok(false) };
        ctx.tx().run("update two_factor set last_step = $2 where user_id = $1", [user.into(), step.into()]).await?;
        return Ok(true);
    }
    let sql = "update recovery_codes set used_at = $3 where user_id = $1 and code_hash = $2 and used_at is null";
    let used = ctx.tx().run(sql, [user.into(), code_hash(otp).into(), ctx.now().into()]).await?;
    if used == 1 {
        let left = Change { field: "recovery_codes_left".to_owned(), old: Json::Null, new: codes_left(ctx, user).await?.into() };
        ctx.audit("two_factor.recovery_code_used", "user", Some(user), vec![left]).await?;
    }
    Ok(used == 1)
}

/// Recovery codes of a user that still work.
pub(super) async fn codes_left(ctx: &Ctx, user: Uuid) -> kernel::Result<i64> {
    let sql = "select count(*) from recovery_codes where user_id = $1 and used_at is null";
    Ok(ctx.tx().scalar(sql, [user.into()]).await?.unwrap_or(0))
}

/// What is kept of a recovery code, however it was typed.
fn code_hash(code: &str) -> Vec<u8> {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    sha256(plain.as_bytes())
}

/// `xxxx-xxxx-xxxx-xxxx`: eighty random bits.
fn new_code() -> String {
    let text = totp::as_text(&random::<10>()).to_lowercase();
    let groups: Vec<&str> = (0..4).filter_map(|i| text.get(i * 4..i * 4 + 4)).collect();
    groups.join("-")
}

/// Replaces all recovery codes of a user.
async fn new_codes(ctx: &Ctx, user: Uuid) -> kernel::Result<Vec<String>> {
    ctx.tx().run("delete from recovery_codes where user_id = $1", [user.into()]).await?;
    let codes: Vec<String> = (0..CODES).map(|_| new_code()).collect();
    for code in &codes {
        let sql = "insert into recovery_codes (user_id, code_hash) values ($1, $2)";
        ctx.tx().run(sql, [user.into(), code_hash(code).into()]).await?;
    }
    Ok(codes)
}

/// The account of whoever is signed in, with the password checked: a session alone, which may be a
/// stolen one, does not change how the account is protected.
async fn proven(who: &SignedIn, password: &str) -> kernel::Result<Account> {
    let app = &who.caller.app;
    let id = who.actor.user.map(Uuid::from).ok_or_else(|| DomainError::internal("a session without a user"))?;
    app.limits.check("password", &id.to_string(), app.config.rates.signin).await?;
    let ctx = begin(&who.caller, Actor::system(super::NOBODY), Mode::Read).await?;
    let account = Account::by_id(&ctx, id).await?.ok_or_else(|| DomainError::not_found("User"))?;
    drop(ctx);
    if !verify_password(password, account.password_hash.as_deref()).await {
        return Err(DomainError::field("password", "is not your current password"));
    }
    Ok(account)
}

/// Begins a change of the account; the answer may hold secrets and is kept nowhere.
async fn begin_change(who: &SignedIn, account: &Account) -> kernel::Result<Ctx> {
    let mut actor = account.actor();
    actor.session = who.actor.session;
    begin(&who.caller, actor, Mode::Write).await
}

/// Makes a secret that waits for its first digits.
pub(super) async fn set_up(who: &SignedIn, password: &str) -> kernel::Result<Setup> {
    let account = proven(who, password).await?;
    let ctx = begin_change(who, &account).await?;
    let secret = totp::new_secret();
    let sealed = ctx.app().vault.seal(&purpose(&ctx, account.id), &secret);
    let until = ctx.now() + Duration::minutes(SETUP_MINUTES);
    let kept = ctx
        .tx()
        .run(
            "insert into two_factor as f (user_id, pending_sealed, pending_until) values ($1, $2, $3)
             on conflict (user_id) do update set pending_sealed = $2, pending_until = $3 where f.enabled_at is null",
            [account.id.into(), sealed.into(), until.into()],
        )
        .await?;
    if kept == 0 {
        return Err(enabled_already());
    }
    ctx.commit().await?;
    let company = &who.tenant.name;
    Ok(Setup { secret: totp::as_text(&secret), otpauth_url: totp::as_url(&secret, company, &account.email)? })
}

fn enabled_already() -> DomainError {
    DomainError::conflict("two_factor_enabled", "The second factor is on already; switch it off first.")
}

fn not_enabled() -> DomainError {
    DomainError::conflict("two_factor_not_enabled", "There is no second factor to change.")
}

/// Switches the second factor on with the first digits of the app; answers with recovery codes.
pub(super) async fn enable(who: &SignedIn, digits: &str) -> kernel::Result<Vec<String>> {
    let app = &who.caller.app;
    let id = who.actor.user.map(Uuid::from).ok_or_else(|| DomainError::internal("a session without a user"))?;
    app.limits.check("password", &id.to_string(), app.config.rates.signin).await?;
    let ctx = begin(&who.caller, Actor::system(super::NOBODY), Mode::Read).await?;
    let account = Account::by_id(&ctx, id).await?.ok_or_else(|| DomainError::not_found("User"))?;
    drop(ctx);
    let ctx = begin_change(who, &account).await?;
    ctx.access_changed().await?;
    let row = locked_row(&ctx, id).await?;
    if row.as_ref().is_some_and(|r| r.enabled_at.is_some()) {
        return Err(enabled_already());
    }
    let waiting = row.filter(|r| r.pending_until.is_some_and(|until| until > ctx.now())).and_then(|r| r.pending_sealed);
    let Some(sealed) = waiting else {
        return Err(DomainError::conflict("two_factor_not_set_up", "Begin again: the secret has expired."));
    };
    let secret = ctx.app().vault.open(&purpose(&ctx, id), &sealed)?;
    let digits: String = digits.chars().filter(|c| !c.is_whitespace()).collect();
    let step = totp::step_of(&secret, &digits, ctx.now().timestamp(), 0).ok_or_else(wrong_field)?;
    ctx.tx()
        .run(
            "update two_factor set secret_sealed = pending_sealed, last_step = $2, enabled_at = $3,
                pending_sealed = null, pending_until = null where user_id = $1",
            [id.into(), step.into(), ctx.now().into()],
        )
        .await?;
    mark(&ctx, &account, true).await?;
    let codes = new_codes(&ctx, id).await?;
    ctx.audit("two_factor.enabled", "user", Some(id), Vec::new()).await?;
    ctx.commit().await?;
    Ok(codes)
}

/// Writes on the user whether there is a second factor.
async fn mark(ctx: &Ctx, account: &Account, on: bool) -> kernel::Result<()> {
    let sql = "update users set two_factor = $2, updated_at = $3 where id = $1";
    ctx.tx().run(sql, [account.id.into(), on.into(), ctx.now().into()]).await?;
    ctx.emit(Event::new("user.updated", account.id, "users.read").covering(Some(account.id), account.team_id)).await
}

/// The account, with password and second factor proven.
async fn proven_twice(who: &SignedIn, password: &str, code: &str) -> kernel::Result<Account> {
    let account = proven(who, password).await?;
    if !account.two_factor {
        return Err(not_enabled());
    }
    match spend(&who.caller, &account, code).await? {
        Verdict::Right => Ok(account),
        Verdict::Wrong => Err(wrong_field()),
    }
}

/// Switches the second factor off, where nobody demands it.
pub(super) async fn disable(who: &SignedIn, password: &str, code: &str) -> kernel::Result<()> {
    if who.actor.two_factor_required {
        return Err(DomainError::conflict("two_factor_required", "Your role demands a second factor; it can't be switched off."));
    }
    let account = proven_twice(who, password, code).await?;
    let ctx = begin_change(who, &account).await?;
    ctx.access_changed().await?;
    remove(&ctx, UserId(account.id)).await?;
    mark(&ctx, &account, false).await?;
    ctx.audit("two_factor.disabled", "user", Some(account.id), Vec::new()).await?;
    ctx.commit().await
}

/// New recovery codes; those from before end.
pub(super) async fn renew_codes(who: &SignedIn, password: &str, code: &str) -> kernel::Result<Vec<String>> {
    let account = proven_twice(who, password, code).await?;
    let ctx = begin_change(who, &account).await?;
    // Of two at the same time the second waits here, and its codes are those that hold.
    if locked_row(&ctx, account.id).await?.is_none() {
        return Err(not_enabled());
    }
    let codes = new_codes(&ctx, account.id).await?;
    ctx.audit("two_factor.recovery_codes_renewed", "user", Some(account.id), Vec::new()).await?;
    ctx.commit().await?;
    Ok(codes)
}

/// Removes the second factor of a user with everything that belongs to it.
pub(crate) async fn remove(ctx: &Ctx, user: UserId) -> kernel::Result<()> {
    for sql in [
        "delete from two_factor where user_id = $1",
        "delete from recovery_codes where user_id = $1",
        "update users set two_factor = false where id = $1",
    ] {
        ctx.tx().run(sql, [user.0.into()]).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recovery_codes() {
        let code = new_code();
        assert_eq!(code.len(), 19, "{code}");
        assert!(
            code.split('-').all(|g| g.len() == 4 && g.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())),
            "{code}"
        );
        assert_ne!(code, new_code());
        assert_eq!(code_hash(&code), code_hash(&format!(" {} ", code.to_uppercase().replace('-', " "))));
        assert_ne!(code_hash(&code), code_hash(&new_code()));
    }
}

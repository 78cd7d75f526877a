//! Sessions: one per sign-in, with refresh tokens that work once.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use comms::mail::{self, Recipient};
use kernel::DomainError;
use kernel::ids::{SessionId, UserId};
use runtime::access::Actor;
use runtime::audit::Change;
use runtime::crypto::{new_token, token_hash};
use runtime::db::Mode;
use runtime::http::{Caller, token};
use runtime::registry::secret_purpose;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::entity::Account;
use super::{NOBODY, begin, device};
use crate::settings;

/// A session with the token that keeps it going.
pub(super) struct Opened {
    user: UserId,
    session: SessionId,
    refresh_token: String,
    /// Seconds until the session ends without use.
    lives: i64,
}

/// What a caller gets who has signed in.
pub(super) struct Tokens {
    pub access_token: String,
    /// Seconds the access token is good for.
    pub expires_in: u64,
    pub refresh_token: String,
    /// Seconds the refresh token is good for.
    pub refresh_expires_in: i64,
    pub actor: Arc<Actor>,
}

/// How long a session lives without use: the realm's own rule, within the installation's.
async fn lifetime(ctx: &Ctx) -> kernel::Result<Duration> {
    let most = Duration::from_std(ctx.app().config.sessions.refresh).unwrap_or(Duration::days(14));
    let hours = settings::whole(ctx, "session_hours", most.num_hours()).await?;
    Ok(Duration::hours(hours.max(1)).min(most))
}

/// Opens a session, with its line in the audit log, and tells the user if it is from somewhere new.
pub(super) async fn open(ctx: &Ctx, account: &Account) -> kernel::Result<Opened> {
    let user = account.id;
    let here = device::describe(ctx.request().user_agent.as_deref());
    let change = |field: &str, new: Json| Change { field: field.to_owned(), old: Json::Null, new };
    let mut changes = vec![change("device", here.clone().into())];
    if is_new(ctx, user, &here).await? {
        changes.push(change("new_device", true.into()));
        tell_new(ctx, account, &here).await?;
    }
    ctx.audit("session.created", "user", Some(user), changes).await?;
    let session = SessionId::new();
    let lives = lifetime(ctx).await?;
    let now = ctx.now();
    ctx.tx()
        .run(
            "insert into sessions (id, user_id, ip, user_agent, created_at, last_seen_at, expires_at)
             values ($1, $2, $3, $4, $5, $5, $6)",
            [
                session.0.into(),
                user.into(),
                ctx.request().ip.clone().into(),
                ctx.request().user_agent.clone().into(),
                now.into(),
                (now + lives).into(),
            ],
        )
        .await?;
    let refresh_token = new_token();
    add_token(ctx, session, &refresh_token).await?;
    Ok(Opened { user: UserId(user), session, refresh_token, lives: lives.num_seconds() })
}

#[derive(FromQueryResult)]
struct Seen {
    user_agent: Option<String>,
    ip: Option<String>,
}

/// Whether the user never signed in from such a device out of this network. The very first sign-in is
/// new to nobody.
async fn is_new(ctx: &Ctx, user: Uuid, here: &str) -> kernel::Result<bool> {
    let sql = "select user_agent, ip from sessions where user_id = $1 order by created_at desc limit 1000";
    let seen: Vec<Seen> = ctx.tx().all(sql, [user.into()]).await?;
    let network = device::network(ctx.request().ip.as_deref());
    let same = |s: &Seen| device::network(s.ip.as_deref()) == network && device::describe(s.user_agent.as_deref()) == here;
    Ok(!seen.is_empty() && !seen.iter().any(same))
}

async fn tell_new(ctx: &Ctx, account: &Account, here: &str) -> kernel::Result<()> {
    if settings::get(ctx, "new_device_notice").await?.and_then(|v| v.as_bool()) == Some(false) {
        return Ok(());
    }
    let context = json!({
        "name": account.name,
        "device": here,
        "address": ctx.request().ip,
        "at": ctx.now().format("%-d %B %Y, %H:%M UTC").to_string(),
        "link": format!("{}/account", mail::realm_url(ctx.app(), ctx.tenant())),
    });
    mail::queue(ctx, "new_device", Recipient::named(&account.name, &account.email), context).await?;
    Ok(())
}

async fn add_token(ctx: &Ctx, session: SessionId, token: &str) -> kernel::Result<()> {
    let sql = "insert into refresh_tokens (token_hash, session_id, issued_at) values ($1, $2, $3)";
    ctx.tx().run(sql, [token_hash(token).into(), session.0.into(), ctx.now().into()]).await?;
    Ok(())
}

/// The answer for a session that was committed.
pub(super) async fn tokens(caller: &Caller, opened: Opened) -> kernel::Result<Tokens> {
    let realm = caller.realm();
    let lives = caller.app.config.sessions.access;
    let actor = caller.app.access.actor(realm, opened.session).await?;
    Ok(Tokens {
        access_token: token::issue(realm, opened.user, opened.session, caller.app.clock.now().timestamp(), lives)?,
        expires_in: lives.as_secs(),
        refresh_token: opened.refresh_token,
        refresh_expires_in: opened.lives,
        actor: actor.ok_or_else(ended)?,
    })
}

fn ended() -> DomainError {
    DomainError::unauthenticated("session_ended", "This session has ended. Sign in again.")
}

#[derive(FromQueryResult)]
struct TokenRow {
    session_id: Uuid,
    user_id: Uuid,
    used_at: Option<DateTime<Utc>>,
    used_key: Option<String>,
    successor_sealed: Option<Vec<u8>>,
    alive: bool,
}

/// Exchanges a refresh token for its successor. A token that was used before ends the session,
/// unless it comes with the very request that used it.
pub(super) async fn refresh(caller: &Caller, presented: &str) -> kernel::Result<Tokens> {
    caller.app.access.check_address(caller.realm(), caller.request.ip.as_deref()).await?;
    let ctx = begin(caller, Actor::system(NOBODY), Mode::Write).await?;
    let hash = token_hash(presented);
    let row: Option<TokenRow> = ctx
        .tx()
        .one(
            "select r.session_id, s.user_id, r.used_at, r.used_key, r.successor_sealed,
                    (s.revoked_at is null and s.expires_at > $2 and u.status = 'active') as alive
             from refresh_tokens r join sessions s on s.id = r.session_id join users u on u.id = s.user_id
             where r.token_hash = $1 for update of r",
            [hash.clone().into(), ctx.now().into()],
        )
        .await?;
    let row =
        row.ok_or_else(|| DomainError::unauthenticated("invalid_token", "The refresh token is not valid. Sign in again."))?;
    if !row.alive {
        return Err(ended());
    }
    let lives = lifetime(&ctx).await?;
    let session = SessionId(row.session_id);
    let purpose = secret_purpose(ctx.tenant().key, &format!("refresh:{session}"));
    let repeat_key = caller.request.idempotency.as_ref().map(|i| format!("{}:{}", i.key, hex::encode(&i.request)));
    let user = UserId(row.user_id);
    if row.used_at.is_some() {
        let repeated = repeat_key.is_some() && repeat_key == row.used_key;
        let Some(sealed) = row.successor_sealed.filter(|_| repeated) else {
            return Err(reused(ctx, user, session).await?);
        };
        let refresh_token = String::from_utf8(ctx.app().vault.open(&purpose, &sealed)?).map_err(DomainError::internal)?;
        drop(ctx);
        return tokens(caller, Opened { user, session, refresh_token, lives: lives.num_seconds() }).await;
    }
    let refresh_token = new_token();
    add_token(&ctx, session, &refresh_token).await?;
    // Without a key the request can't be told from a theft, so its successor is not kept.
    let sealed = repeat_key.as_ref().map(|_| ctx.app().vault.seal(&purpose, refresh_token.as_bytes()));
    ctx.tx()
        .run(
            "update refresh_tokens set used_at = $2, used_key = $3, successor_sealed = $4 where token_hash = $1",
            [hash.into(), ctx.now().into(), repeat_key.into(), sealed.into()],
        )
        .await?;
    ctx.tx()
        .run(
            "update sessions set last_seen_at = $2, expires_at = $3 where id = $1",
            [session.0.into(), ctx.now().into(), (ctx.now() + lives).into()],
        )
        .await?;
    ctx.commit().await?;
    tokens(caller, Opened { user, session, refresh_token, lives: lives.num_seconds() }).await
}

/// Somebody else has the token too: nobody keeps the session. The change is kept although the
/// request fails.
async fn reused(ctx: Ctx, user: UserId, session: SessionId) -> kernel::Result<DomainError> {
    revoke(&ctx, session, "a refresh token was used twice").await?;
    ctx.audit("session.reuse_detected", "user", Some(user.0), Vec::new()).await?;
    ctx.commit().await?;
    Ok(DomainError::unauthenticated(
        "token_reused",
        "This session was ended, because its refresh token was used twice. Sign in again.",
    ))
}

/// Ends one session.
pub(super) async fn revoke(ctx: &Ctx, session: SessionId, reason: &str) -> kernel::Result<()> {
    // The access version first, everywhere: changes of access then queue instead of deadlocking.
    ctx.access_changed().await?;
    let sql = "update sessions set revoked_at = $2, revoke_reason = $3 where id = $1 and revoked_at is null";
    ctx.tx().run(sql, [session.0.into(), ctx.now().into(), reason.into()]).await?;
    Ok(())
}

/// Ends the sessions of a user, all or all but one; returns how many there were.
pub async fn revoke_all(ctx: &Ctx, user: UserId, except: Option<SessionId>, reason: &str) -> kernel::Result<u64> {
    ctx.access_changed().await?;
    let ended = ctx
        .tx()
        .run(
            "update sessions set revoked_at = $2, revoke_reason = $3
             where user_id = $1 and revoked_at is null and expires_at > $2 and ($4::uuid is null or id <> $4)",
            [user.0.into(), ctx.now().into(), reason.into(), except.map(|s| s.0).into()],
        )
        .await?;
    Ok(ended)
}

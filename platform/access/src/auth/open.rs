//! The open sessions of a user: which devices are signed in, and ending them.

use chrono::{DateTime, Utc};
use kernel::DomainError;
use kernel::ids::{SessionId, UserId};
use poem_openapi::Object;
use runtime::audit::Change;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{device, sessions};

/// Sessions that a list shows; the newest ones.
const MOST: i64 = 200;

/// A sign-in that still goes on.
#[derive(Debug, Object)]
pub struct SessionOut {
    /// The session.
    pub id: Uuid,
    /// Whether it is the one that asks.
    pub current: bool,
    /// What it runs on, e.g. `Chrome on macOS`.
    pub device: String,
    /// The address it was begun from.
    #[oai(nullable)]
    pub ip: Option<String>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When its tokens were last renewed.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends without use.
    pub expires_at: DateTime<Utc>,
}

/// How many sessions were ended.
#[derive(Debug, Object)]
pub struct EndedOut {
    /// How many.
    pub ended: u64,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    user_agent: Option<String>,
    ip: Option<String>,
    created_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

/// The open sessions of a user, newest first.
pub async fn list(ctx: &Ctx, user: UserId) -> kernel::Result<Vec<SessionOut>> {
    let rows: Vec<Row> = ctx
        .tx()
        .all(
            "select id, user_agent, ip, created_at, last_seen_at, expires_at from sessions
             where user_id = $1 and revoked_at is null and expires_at > $2 order by created_at desc, id desc limit $3",
            [user.0.into(), ctx.now().into(), MOST.into()],
        )
        .await?;
    let current = ctx.actor().session.map(Uuid::from);
    let out = rows.into_iter().map(|r| SessionOut {
        id: r.id,
        current: Some(r.id) == current,
        device: device::describe(r.user_agent.as_deref()),
        ip: r.ip,
        created_at: r.created_at,
        last_seen_at: r.last_seen_at,
        expires_at: r.expires_at,
    });
    Ok(out.collect())
}

/// Ends one session of a user, at once and everywhere.
pub async fn end(ctx: &Ctx, user: UserId, session: SessionId, reason: &str) -> kernel::Result<()> {
    ctx.access_changed().await?;
    let agent: Option<Option<String>> = ctx
        .tx()
        .scalar(
            "update sessions set revoked_at = $3, revoke_reason = $4
             where id = $1 and user_id = $2 and revoked_at is null and expires_at > $3 returning user_agent",
            [session.0.into(), user.0.into(), ctx.now().into(), reason.into()],
        )
        .await?;
    let agent = agent.ok_or_else(|| DomainError::not_found("Session"))?;
    let device = Change { field: "device".to_owned(), old: device::describe(agent.as_deref()).into(), new: Json::Null };
    ctx.audit("session.ended", "user", Some(user.0), vec![device]).await
}

/// Ends the sessions of a user, all or all but one; says how many there were.
pub async fn end_all(ctx: &Ctx, user: UserId, except: Option<SessionId>, reason: &str) -> kernel::Result<u64> {
    let ended = sessions::revoke_all(ctx, user, except, reason).await?;
    if ended > 0 {
        let count = Change { field: "sessions".to_owned(), old: ended.into(), new: Json::Null };
        ctx.audit("session.ended", "user", Some(user.0), vec![count]).await?;
    }
    Ok(ended)
}

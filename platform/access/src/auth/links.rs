//! Links that set a password once: invitations and resets. The token stands in the mail only; here
//! is its hash.

use chrono::{DateTime, Duration, Utc};
use kernel::DomainError;
use kernel::ids::UserId;
use runtime::crypto::{new_token, token_hash};
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::entity::Account;
use crate::settings;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The first password of somebody who was invited.
    Invitation,
    /// A new password for somebody who has one.
    Reset,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }

    /// How long the link works: the realm's rule, or seven days and one hour.
    async fn minutes(self, ctx: &Ctx) -> kernel::Result<i64> {
        match self {
            Self::Invitation => Ok(settings::whole(ctx, "invitation_hours", 7 * 24).await? * 60),
            Self::Reset => settings::whole(ctx, "password_reset_minutes", 60).await,
        }
    }

    /// The state of an account for which the link works.
    fn status(self) -> &'static str {
        match self {
            Self::Invitation => "invited",
            Self::Reset => "active",
        }
    }
}

/// A link as a mail shows it.
#[derive(Debug)]
pub struct Link {
    /// The address with the token.
    pub url: String,
    /// How long it works, in words.
    pub expires_in: String,
}

/// Makes a link for a user; earlier ones of an invitation end.
pub async fn issue(ctx: &Ctx, user: UserId, purpose: Purpose) -> kernel::Result<Link> {
    if purpose == Purpose::Invitation {
        cancel(ctx, user).await?;
    }
    let minutes = purpose.minutes(ctx).await?;
    let token = new_token();
    ctx.tx()
        .run(
            "insert into password_tokens (token_hash, user_id, purpose, created_at, expires_at) values ($1, $2, $3, $4, $5)",
            [
                token_hash(&token).into(),
                user.0.into(),
                purpose.as_str().into(),
                ctx.now().into(),
                (ctx.now() + Duration::minutes(minutes)).into(),
            ],
        )
        .await?;
    let realm = comms::mail::realm_url(ctx.app(), ctx.tenant());
    Ok(Link { url: format!("{realm}/{}?token={token}", purpose.as_str()), expires_in: in_words(minutes) })
}

/// Makes a link for each of these users, who have none yet; in their order.
pub(crate) async fn issue_many(ctx: &Ctx, users: &[Uuid], purpose: Purpose) -> kernel::Result<Vec<Link>> {
    let minutes = purpose.minutes(ctx).await?;
    let tokens: Vec<String> = users.iter().map(|_| new_token()).collect();
    let rows: Vec<serde_json::Value> = users
        .iter()
        .zip(&tokens)
        .map(|(user, token)| serde_json::json!({ "user": user, "hash": hex::encode(token_hash(token)) }))
        .collect();
    let sql = "insert into password_tokens (token_hash, user_id, purpose, created_at, expires_at)
               select decode(r.hash, 'hex'), r.\"user\", $2, $3, $4 from jsonb_to_recordset($1) as r (hash text, \"user\" uuid)";
    let until = ctx.now() + Duration::minutes(minutes);
    ctx.tx().run(sql, [serde_json::Value::Array(rows).into(), purpose.as_str().into(), ctx.now().into(), until.into()]).await?;
    let realm = comms::mail::realm_url(ctx.app(), ctx.tenant());
    let link =
        |token: &String| Link { url: format!("{realm}/{}?token={token}", purpose.as_str()), expires_in: in_words(minutes) };
    Ok(tokens.iter().map(link).collect())
}

/// Ends all open links of a user.
pub(crate) async fn cancel(ctx: &Ctx, user: UserId) -> kernel::Result<()> {
    let sql = "update password_tokens set expires_at = $2 where user_id = $1 and used_at is null and expires_at > $2";
    ctx.tx().run(sql, [user.0.into(), ctx.now().into()]).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Row {
    user_id: Uuid,
    expires_at: DateTime<Utc>,
    used_at: Option<DateTime<Utc>>,
}

/// The account a link belongs to, if the link works. In a transaction that writes, it can be used by
/// nobody else until the end.
pub(super) async fn account(ctx: &Ctx, token: &str, purpose: Purpose, lock: bool) -> kernel::Result<Account> {
    let key = [token_hash(token).into(), purpose.as_str().into()];
    let found: Option<Row> = if lock {
        let sql = "select user_id, expires_at, used_at from password_tokens where token_hash = $1 and purpose = $2 for update";
        ctx.tx().one(sql, key).await?
    } else {
        ctx.tx()
            .one("select user_id, expires_at, used_at from password_tokens where token_hash = $1 and purpose = $2", key)
            .await?
    };
    let unknown = || DomainError::NotFound { code: "token_unknown", message: "This link is not valid.".to_owned() };
    let row = found.ok_or_else(unknown)?;
    if row.used_at.is_some() {
        return Err(DomainError::gone("token_used", "This link has been used already."));
    }
    let account = Account::by_id(ctx, row.user_id).await?.ok_or_else(unknown)?;
    if row.expires_at <= ctx.now() || account.status != purpose.status() {
        return Err(DomainError::gone("token_expired", "This link has expired. Ask for a new one."));
    }
    Ok(account)
}

/// Marks a link as used and ends all others of the user.
pub(super) async fn spend(ctx: &Ctx, token: &str, user: UserId) -> kernel::Result<()> {
    ctx.tx()
        .run("update password_tokens set used_at = $2 where token_hash = $1", [token_hash(token).into(), ctx.now().into()])
        .await?;
    cancel(ctx, user).await
}

/// `45 minutes`, `1 hour`, `72 hours`, `7 days`.
fn in_words(minutes: i64) -> String {
    let (count, unit) = match minutes {
        m if m > 72 * 60 && m % (24 * 60) == 0 => (m / (24 * 60), "day"),
        m if m >= 60 && m % 60 == 0 => (m / 60, "hour"),
        m => (m, "minute"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn times_in_words() {
        for (minutes, words) in
            [(1, "1 minute"), (45, "45 minutes"), (60, "1 hour"), (90, "90 minutes"), (4_320, "72 hours"), (10_080, "7 days")]
        {
            assert_eq!(in_words(minutes), words);
        }
    }
}

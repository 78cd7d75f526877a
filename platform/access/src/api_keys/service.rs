//! Making, listing and revoking keys.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use kernel::DomainError;
use kernel::event::Event;
use kernel::paging::{Page, Paging};
use kernel::validate::Checker;
use runtime::audit::diff;
use runtime::crypto::{random, token_hash};
use runtime::http::auth::KEY_PREFIX;
use runtime::list::{self as lists, Sort, SortKey, SortType};
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, JoinType, Query, SelectStatement};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::roles::{may_hand_out, role_by_name_or_id};

/// Characters by which people tell keys apart: the prefix all keys share and six of their own.
const SHOWN: usize = KEY_PREFIX.len() + 6;

/// A key, without its secret.
#[derive(Debug, Clone, FromQueryResult)]
pub struct ApiKey {
    /// Its id; the audit log knows what it did under this.
    pub id: Uuid,
    /// What it is for.
    pub name: String,
    /// Its first characters.
    pub prefix: String,
    /// Its role.
    pub role_id: Uuid,
    /// The role's name.
    pub role_name: String,
    /// Who made it.
    pub created_by: Option<Uuid>,
    /// Their name, as long as they have an account.
    pub created_by_name: Option<String>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// From where.
    pub last_used_ip: Option<String>,
}

impl ApiKey {
    /// `active`, `expired` or `revoked`.
    pub fn status(&self, now: DateTime<Utc>) -> &'static str {
        match (self.revoked_at, self.expires_at) {
            (Some(_), _) => "revoked",
            (None, Some(end)) if end <= now => "expired",
            _ => "active",
        }
    }

    fn record(&self) -> Json {
        json!({ "name": self.name, "prefix": self.prefix, "role": self.role_name, "expires_at": self.expires_at })
    }
}

/// A key to make.
#[derive(Debug, Clone, Default)]
pub struct NewKey {
    /// What it is for.
    pub name: Option<String>,
    /// Role, by name or id.
    pub role: Option<String>,
    /// A time in RFC 3339, or a day, that day included.
    pub expires_at: Option<String>,
}

const NEWEST_FIRST: &[SortKey] =
    &[SortKey { name: "created_at", column: ("k", "created_at"), kind: SortType::Time, default_desc: true }];

fn select() -> SelectStatement {
    let col = |table: &'static str, column: &'static str| (Alias::new(table), Alias::new(column));
    let mut query = Query::select();
    for name in [
        "id",
        "name",
        "prefix",
        "role_id",
        "created_by",
        "created_at",
        "expires_at",
        "revoked_at",
        "last_used_at",
        "last_used_ip",
    ] {
        query.column(col("k", name));
    }
    query
        .expr_as(Expr::col(col("r", "name")), Alias::new("role_name"))
        .expr_as(Expr::col(col("u", "name")), Alias::new("created_by_name"))
        .from_as(Alias::new("api_keys"), Alias::new("k"))
        .join_as(JoinType::InnerJoin, Alias::new("roles"), Alias::new("r"), Expr::col(col("r", "id")).equals(col("k", "role_id")))
        .join_as(
            JoinType::LeftJoin,
            Alias::new("users"),
            Alias::new("u"),
            Expr::col(col("u", "id")).equals(col("k", "created_by")),
        );
    query
}

/// A page of keys, newest first; revoked ones stay in the list.
pub async fn list(ctx: &Ctx, paging: &Paging) -> kernel::Result<Page<ApiKey>> {
    ctx.require("api_keys.manage")?;
    lists::page(ctx, "api_key", &select(), Sort::parse(None, NEWEST_FIRST)?, paging).await
}

async fn load(ctx: &Ctx, id: Uuid) -> kernel::Result<ApiKey> {
    let mut query = select();
    query.and_where(Expr::col((Alias::new("k"), Alias::new("id"))).eq(id));
    lists::rows(ctx, &query).await?.into_iter().next().ok_or_else(|| DomainError::not_found("API key"))
}

/// Reads when a key shall end; a day counts whole.
fn end(check: &mut Checker, text: Option<&str>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let text = text.map(str::trim).filter(|t| !t.is_empty())?;
    let day = text.parse::<NaiveDate>().ok().and_then(|day| day.checked_add_days(Days::new(1)));
    let end = day.map(|day| day.and_time(NaiveTime::MIN).and_utc());
    let Some(end) = end.or_else(|| DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc())) else {
        check.add("expires_at", "is neither a day (YYYY-MM-DD) nor a time (RFC 3339)");
        return None;
    };
    if end <= now {
        check.add("expires_at", "must be in the future");
    } else if end > now + chrono::Duration::days(3_660) {
        check.add("expires_at", "must be within ten years; leave it out for a key without end");
    }
    Some(end)
}

/// Makes a key; the second value is the key itself, which nobody can read again.
pub async fn create(ctx: &Ctx, new: NewKey) -> kernel::Result<(ApiKey, String)> {
    ctx.require("api_keys.manage")?;
    ctx.access_changed().await?;
    let mut check = Checker::new();
    let name = check.required("name", new.name.as_deref(), 120);
    let role = match check.required("role", new.role.as_deref(), 120) {
        text if text.is_empty() => None,
        text => {
            let found = role_by_name_or_id(ctx, &text).await?;
            if found.is_none() {
                check.add("role", "there is no such role");
            }
            found
        }
    };
    let expires_at = end(&mut check, new.expires_at.as_deref(), ctx.now());
    check.finish()?;
    let (role, _) = role.ok_or_else(|| DomainError::internal("a checked role is gone"))?;
    may_hand_out(ctx, role).await?;
    let key = format!("{KEY_PREFIX}{}", random::<20>().iter().map(|b| format!("{b:02x}")).collect::<String>());
    let id = Uuid::now_v7();
    ctx.tx()
        .run(
            "insert into api_keys (id, name, prefix, key_hash, role_id, created_by, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            [
                id.into(),
                name.into(),
                key.chars().take(SHOWN).collect::<String>().into(),
                token_hash(&key).into(),
                role.into(),
                ctx.user_id().into(),
                ctx.now().into(),
                expires_at.into(),
            ],
        )
        .await?;
    let made = load(ctx, id).await?;
    ctx.audit("api_key.created", "api_key", Some(id), diff(&Json::Null, &made.record())).await?;
    ctx.emit(Event::new("api_key.created", id, "api_keys.manage")).await?;
    Ok((made, key))
}

/// Revokes a key, at once and everywhere. One that was revoked before stays as it is.
pub async fn revoke(ctx: &Ctx, id: Uuid) -> kernel::Result<()> {
    ctx.require("api_keys.manage")?;
    ctx.access_changed().await?;
    let key = load(ctx, id).await?;
    let sql = "update api_keys set revoked_at = $2 where id = $1 and revoked_at is null";
    if ctx.tx().run(sql, [id.into(), ctx.now().into()]).await? == 1 {
        ctx.audit("api_key.revoked", "api_key", Some(id), diff(&key.record(), &Json::Null)).await?;
        ctx.emit(Event::new("api_key.revoked", id, "api_keys.manage")).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_ends_with_its_last_day() {
        let now: DateTime<Utc> = "2026-03-01T12:00:00Z".parse().expect("a time");
        let mut check = Checker::new();
        let mut read = |text| end(&mut check, Some(text), now).map(|t| t.to_rfc3339());
        assert_eq!(read("2026-03-01").as_deref(), Some("2026-03-02T00:00:00+00:00"));
        assert_eq!(read("2026-03-01T13:00:00+00:30").as_deref(), Some("2026-03-01T12:30:00+00:00"));
        assert_eq!(read("").as_deref(), None);
        assert!(check.is_ok());
        for bad in ["tomorrow", "2026-02-28", "2026-03-01T12:00:00Z", "2099-01-01"] {
            let mut check = Checker::new();
            end(&mut check, Some(bad), now);
            assert!(!check.is_ok(), "{bad}");
        }
    }
}

//! The secret address, and what is read there.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::DomainError;
use runtime::audit::Change;
use runtime::config::Rate;
use runtime::crypto::{new_token, token_hash};
use runtime::db::Mode;
use runtime::http::Caller;
use runtime::list;
use runtime::{Ctx, RequestInfo, Rows as _};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Order};
use uuid::Uuid;

use super::ical;
use crate::activities::entity;
use crate::zone;

/// The most activities in a calendar.
const MOST: u64 = 2_000;
/// Days back to which it goes.
const BACK: i64 = 90;
/// How often an address may be read.
const OFTEN: Rate = Rate { count: 60, seconds: 600 };

/// What is known of a user's address.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Feed {
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last read, to some minutes.
    pub last_used_at: Option<DateTime<Utc>>,
}

fn me(ctx: &Ctx) -> kernel::Result<Uuid> {
    ctx.require("activities.read")?;
    ctx.user_id().ok_or_else(runtime::access::key_not_allowed)
}

/// What is known of the actor's address.
pub async fn get(ctx: &Ctx) -> kernel::Result<Option<Feed>> {
    let sql = "select created_at, last_used_at from calendar_feeds where user_id = $1";
    Ok(ctx.tx().one(sql, [me(ctx)?.into()]).await?)
}

/// Makes an address for the actor; the one before works no more. It is shown this once.
pub async fn create(ctx: &Ctx) -> kernel::Result<String> {
    let me = me(ctx)?;
    let token = new_token();
    let replaced = ctx.tx().run("delete from calendar_feeds where user_id = $1", [me.into()]).await?;
    let sql = "insert into calendar_feeds (user_id, token_hash, created_at) values ($1, $2, $3)";
    ctx.tx().run(sql, [me.into(), token_hash(&token).into(), ctx.now().into()]).await.map_err(|error| {
        // Two at once: one of them is the address by now.
        if error.is_duplicate_of("calendar_feeds_pkey") {
            return DomainError::conflict("too_fast", "An address was made a moment ago. Please try again.");
        }
        error.into()
    })?;
    let told = Change { field: "replaced".into(), old: serde_json::Value::Null, new: (replaced > 0).into() };
    ctx.audit("calendar_feed.created", "user", Some(me), vec![told]).await?;
    Ok(format!("{}/api/calendar/{token}.ics", comms::mail::realm_url(ctx.app(), ctx.tenant())))
}

/// Ends the actor's address.
pub async fn delete(ctx: &Ctx) -> kernel::Result<()> {
    let me = me(ctx)?;
    if ctx.tx().run("delete from calendar_feeds where user_id = $1", [me.into()]).await? > 0 {
        ctx.audit("calendar_feed.deleted", "user", Some(me), Vec::new()).await?;
    }
    Ok(())
}

fn nothing() -> DomainError {
    DomainError::not_found("Calendar")
}

/// The calendar at an address, as its user sees it by now.
pub async fn read(caller: &Caller, file: &str) -> kernel::Result<String> {
    let (app, tenant) = (&caller.app, caller.tenant()?);
    let wrong = app.config.rates.signin;
    app.limits.has_room("calendar_wrong", caller.address(), wrong).await?;
    let found = match file.strip_suffix(".ics").filter(|token| (20..=100).contains(&token.len())) {
        Some(token) => owner_of(caller, token).await?,
        None => None,
    };
    let Some((user, hash)) = found else {
        app.limits.check("calendar_wrong", caller.address(), wrong).await?;
        return Err(nothing());
    };
    app.limits.check("calendar", &hash, Some(OFTEN)).await?;
    app.access.check_address(tenant, caller.request.ip.as_deref()).await?;
    let actor = app.access.absent(tenant, user, false).await?.ok_or_else(nothing)?;
    if actor.scope("activities.read").is_none() {
        return Err(nothing());
    }
    let name = format!("{} · {}", tenant.name, actor.name);
    let ctx = Ctx::begin(app, tenant, actor, RequestInfo::default(), Mode::Read).await?;
    let col = |name: &'static str| Expr::col((Alias::new("a"), Alias::new(name)));
    let mut select = entity::all(&ctx);
    select
        .and_where(entity::alive())
        .and_where(col("assigned_to").eq(user))
        .and_where(col("status").ne("cancelled"))
        .and_where(col("due_at").gt(ctx.now() - TimeDelta::days(BACK)).or(col("repeats").is_not_null()))
        .order_by((Alias::new("a"), Alias::new("due_at")), Order::Asc)
        .limit(MOST);
    let activities: Vec<entity::Activity> = list::rows(&ctx, &select).await?;
    let url = comms::mail::realm_url(app, tenant);
    let host = url.split("://").last().unwrap_or_default().to_owned();
    let about = ical::About { name: &name, url: &url, host: &host, zone: zone::of_tenant(&ctx).await?, now: ctx.now() };
    Ok(ical::calendar(&about, &activities))
}

#[derive(FromQueryResult)]
struct Owner {
    user_id: Uuid,
    used: bool,
}

/// Whose address it is, and the word under which its uses are counted.
async fn owner_of(caller: &Caller, token: &str) -> kernel::Result<Option<(Uuid, String)>> {
    let hash = token_hash(token);
    let ctx = caller.begin_as("Calendar").await?;
    let sql = "select user_id, last_used_at is not null and last_used_at > $2 - interval '5 minutes' as used
               from calendar_feeds where token_hash = $1";
    let owner: Option<Owner> = ctx.tx().one(sql, [hash.clone().into(), ctx.now().into()]).await?;
    let Some(owner) = owner else { return Ok(None) };
    if !owner.used {
        let sql = "update calendar_feeds set last_used_at = $2 where token_hash = $1";
        ctx.tx().run(sql, [hash.clone().into(), ctx.now().into()]).await?;
        ctx.commit().await?;
    }
    Ok(Some((owner.user_id, hex::encode(&hash[..8]))))
}

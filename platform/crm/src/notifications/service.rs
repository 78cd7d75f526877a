//! Telling, reading and forgetting.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use kernel::DomainError;
use kernel::event::Event;
use kernel::paging::{Page, Paging};
use kernel::tenant::TenantKey;
use runtime::list::{self, Sort, SortKey, SortType};
use runtime::{Ctx, Rows as _, SharedApp};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Query};
use uuid::Uuid;

use crate::related::{self, Parent};

/// Days that they are kept.
const KEEP: i32 = 90;
/// Rows deleted in one statement.
const CHUNK: i64 = 5_000;

const SORTS: &[SortKey] =
    &[SortKey { name: "created_at", column: ("n", "created_at"), kind: SortType::Time, default_desc: true }];

/// Something to tell a user.
#[derive(Debug, Clone)]
pub struct Notice {
    /// `mention`, `reminder`, `assigned`.
    pub kind: &'static str,
    /// The kind of record it is about.
    pub entity: &'static str,
    /// The record.
    pub record: Uuid,
    /// A word that keeps it from being told twice.
    pub once: Option<String>,
}

/// Tells a user, who sees it at once if they are there.
pub async fn tell(ctx: &Ctx, user: Uuid, notice: &Notice) -> kernel::Result<()> {
    let id = Uuid::now_v7();
    let actor = ctx.actor();
    let told = ctx
        .tx()
        .run(
            "insert into notifications (id, user_id, kind, entity, record_id, actor_id, actor_name, once, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (user_id, once) where once is not null do nothing",
            [
                id.into(),
                user.into(),
                notice.kind.into(),
                notice.entity.into(),
                notice.record.into(),
                actor.id().into(),
                // The product itself is nobody.
                actor.id().map(|_| actor.name.clone()).into(),
                notice.once.clone().into(),
                ctx.now().into(),
            ],
        )
        .await?;
    if told == 1 {
        ctx.emit(Event::personal("notification.created", id, vec![user])).await?;
    }
    Ok(())
}

/// A notification.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Notification {
    /// Id.
    pub id: Uuid,
    /// What happened.
    pub kind: String,
    /// The kind of record it is about.
    pub entity: Option<String>,
    /// The record.
    pub record_id: Option<Uuid>,
    /// Who did it.
    pub actor_name: Option<String>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When its user had read it.
    pub read_at: Option<DateTime<Utc>>,
}

fn me(ctx: &Ctx) -> kernel::Result<Uuid> {
    ctx.user_id().ok_or_else(runtime::access::key_not_allowed)
}

/// A page of the user's own, newest first, with the names of the records that they may read, and how many are
/// unread.
pub async fn list(ctx: &Ctx, unread: bool, paging: &Paging) -> kernel::Result<(Page<(Notification, Option<String>)>, i64)> {
    let me = me(ctx)?;
    let col = |name: &'static str| (Alias::new("n"), Alias::new(name));
    let mut select = Query::select();
    for name in ["id", "kind", "entity", "record_id", "actor_name", "created_at", "read_at"] {
        select.column(col(name));
    }
    select.from_as(Alias::new("notifications"), Alias::new("n")).and_where(Expr::col(col("user_id")).eq(me));
    if unread {
        select.and_where(Expr::col(col("read_at")).is_null());
    }
    let page: Page<Notification> = list::page(ctx, "notification", &select, Sort::parse(None, SORTS)?, paging).await?;
    let names = names(ctx, &page.data).await?;
    let sql = "select count(*) from notifications where user_id = $1 and read_at is null";
    let count: Option<i64> = ctx.tx().scalar(sql, [me.into()]).await?;
    let page = page.map(|mut n| {
        let name = n.record_id.and_then(|id| names.get(&id).cloned());
        if name.is_none() && KINDS.iter().any(|parent| n.entity.as_deref() == Some(parent.word())) {
            n.record_id = None;
        }
        (n, name)
    });
    Ok((page, count.unwrap_or(0)))
}

const KINDS: [Parent; 6] = [Parent::Client, Parent::Lead, Parent::Contact, Parent::Deal, Parent::Opportunity, Parent::Activity];

async fn names(ctx: &Ctx, rows: &[Notification]) -> kernel::Result<BTreeMap<Uuid, String>> {
    let mut names = BTreeMap::new();
    for parent in KINDS {
        let of_kind = rows.iter().filter(|n| n.entity.as_deref() == Some(parent.word()));
        let ids: Vec<Uuid> = of_kind.filter_map(|n| n.record_id).collect();
        names.extend(related::names(ctx, parent, &ids).await?.into_iter().map(|r| (r.id, r.name)));
    }
    Ok(names)
}

/// Marks the user's own as read: these, or all. Returns how many were unread.
pub async fn read(ctx: &Ctx, ids: Option<&[String]>, all: bool) -> kernel::Result<u64> {
    let me = me(ctx)?;
    let parsed: Option<Vec<Uuid>> =
        ids.map(|ids| ids.iter().map(|id| id.parse().ok()).collect::<Option<_>>()).unwrap_or(Some(Vec::new()));
    let ids = parsed.filter(|ids| ids.len() <= 1_000).ok_or_else(|| DomainError::field("ids", "must be at most 1,000 ids"))?;
    if ids.is_empty() && !all {
        return Err(DomainError::field("ids", "is required, or all"));
    }
    let sql = "update notifications set read_at = $2 where user_id = $1 and read_at is null and ($3 or id = any($4))";
    let read = ctx.tx().run(sql, [me.into(), ctx.now().into(), all.into(), ids.into()]).await?;
    if read > 0 {
        // The user's other windows count anew.
        ctx.emit(Event::personal("notification.read", me, vec![me])).await?;
    }
    Ok(read)
}

/// Removes old ones.
pub async fn sweep(app: &SharedApp, key: TenantKey) -> kernel::Result<()> {
    let tenant = app.registry.by_key(key).await?;
    loop {
        let ctx = Ctx::system(app, &tenant, "Notifications").await?;
        let sql = "delete from notifications where id in (
                       select id from notifications where created_at < $1 - make_interval(days => $2) order by created_at limit $3)";
        let gone = ctx.tx().run(sql, [ctx.now().into(), KEEP.into(), CHUNK.into()]).await?;
        ctx.commit().await?;
        if gone < CHUNK.unsigned_abs() {
            return Ok(());
        }
    }
}

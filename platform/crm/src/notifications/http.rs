//! `/notifications`.

use chrono::{DateTime, Utc};
use kernel::paging::{Page, Paging};
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Staff};
use uuid::Uuid;

use super::service::{self, Notification};

/// Something the caller was told of.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct NotificationOut {
    /// Id.
    pub id: Uuid,
    /// `mention`, `reminder` or `assigned`.
    pub kind: String,
    /// The kind of record it is about: `client`, `lead`, `contact`, `deal`, `opportunity`, `activity`.
    pub entity: Option<String>,
    /// The record, while the caller may read it.
    pub record_id: Option<Uuid>,
    /// Its name, while the caller may read it.
    pub record_name: Option<String>,
    /// Who did it; absent for the product itself.
    pub actor_name: Option<String>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was read.
    pub read_at: Option<DateTime<Utc>>,
}

/// A page of notifications.
#[derive(Debug, Object)]
pub struct NotificationsOut {
    /// The newest first.
    pub data: Vec<NotificationOut>,
    /// How many match: exact up to 10,000.
    pub total: u64,
    /// Whether `total` is an estimate.
    pub total_is_estimate: bool,
    /// 1-based page.
    pub page: u64,
    /// Rows on a page, at most 200.
    pub limit: u64,
    /// `total / limit`, rounded up.
    pub total_pages: u64,
    /// Send it as `cursor` for the next page; null on the last one.
    #[oai(nullable)]
    pub next_cursor: Option<String>,
    /// How many of all are unread.
    pub unread: i64,
}

fn out((n, name): (Notification, Option<String>)) -> NotificationOut {
    NotificationOut {
        id: n.id,
        kind: n.kind,
        entity: n.entity,
        record_id: n.record_id,
        record_name: name,
        actor_name: n.actor_name,
        created_at: n.created_at,
        read_at: n.read_at,
    }
}

/// Which notifications were read.
#[derive(Debug, Default, Object)]
pub struct ReadIn {
    /// Ids of some.
    pub ids: Option<Vec<String>>,
    /// All of them.
    pub all: Option<bool>,
}

/// What was marked.
#[derive(Debug, Object)]
pub struct ReadOut {
    /// How many were marked.
    pub read: u64,
}

/// Notifications.
pub struct NotificationsApi;

#[OpenApi]
impl NotificationsApi {
    /// List the caller's own notifications
    ///
    /// The newest first. `notification.created` in the live events tells of a new one.
    #[oai(path = "/notifications", method = "get", operation_id = "listNotifications")]
    async fn list(
        &self,
        auth: Staff,
        /// Only unread ones.
        unread: Query<Option<bool>>,
        /// 1-based page, for shallow pages.
        page: Query<Option<String>>,
        /// Rows on a page, 20 by default, 200 at most.
        limit: Query<Option<String>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<NotificationsOut>> {
        let paging = Paging::parse(page.0.as_deref(), limit.0.as_deref(), cursor.0.as_deref())?;
        let ctx = auth.0.read().await?;
        let (found, unread) = service::list(&ctx, unread.0.unwrap_or(false), &paging).await?;
        let Page { data, total, total_is_estimate, page, limit, next_cursor } = found;
        Ok(Json(NotificationsOut {
            data: data.into_iter().map(out).collect(),
            total,
            total_is_estimate,
            page,
            limit,
            total_pages: total.div_ceil(limit.max(1)),
            next_cursor: next_cursor.map(|c| c.encode()),
            unread,
        }))
    }

    /// Mark notifications as read
    #[oai(path = "/notifications/read", method = "post", operation_id = "readNotifications")]
    async fn read(&self, auth: Staff, body: Json<ReadIn>) -> ApiResult<Json<ReadOut>> {
        let ctx = auth.0.begin().await?;
        let read = service::read(&ctx, body.0.ids.as_deref(), body.0.all.unwrap_or(false)).await?;
        let out = ReadOut { read };
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }
}

//! `/statuses`.

use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::MaybeUndefined;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Created, Staff};
use uuid::Uuid;

use super::service::Status;
use super::{change, remove, service};

/// One status.
#[derive(Debug, Object)]
pub struct StatusOut {
    /// `client` or `lead`.
    pub entity: String,
    /// Stable key; records hold it.
    pub key: String,
    /// The tenant's word for it.
    pub label: String,
    /// One of `blue violet amber grey teal green red pink`.
    pub hue: String,
    /// Order.
    pub position: i32,
    /// Whether new records get it.
    pub is_default: bool,
    /// Whether work on the record has ended.
    pub closed: bool,
    /// `none`, `won` or `lost`.
    pub outcome: String,
    /// Of leads: keys of the statuses that may follow; null lets all of them.
    #[oai(nullable)]
    pub transitions: Option<Vec<String>>,
    /// In the answer to a change: takes it back, `POST /undo/{undo_id}`.
    #[oai(skip_serializing_if = "Option::is_none")]
    pub undo_id: Option<Uuid>,
}

impl From<Status> for StatusOut {
    fn from(s: Status) -> Self {
        Self {
            entity: s.entity,
            key: s.key,
            label: s.label,
            hue: s.hue,
            position: s.position,
            is_default: s.is_default,
            closed: s.closed,
            outcome: s.outcome,
            transitions: s.transitions,
            undo_id: None,
        }
    }
}

/// The statuses of each kind of record.
#[derive(Debug, Object)]
pub struct StatusesOut {
    /// Of clients.
    pub client: Vec<StatusOut>,
    /// Of leads.
    pub lead: Vec<StatusOut>,
}

/// A new status; it comes last.
#[derive(Debug, Object)]
pub struct StatusIn {
    /// `client` or `lead`. Required.
    pub entity: Option<String>,
    /// The word for it. Required.
    pub label: Option<String>,
    /// One of `blue violet amber grey teal green red pink`. Required.
    pub hue: Option<String>,
    /// Whether work on the record has ended.
    pub closed: Option<bool>,
    /// `none`, `won` or `lost`; won and lost are closed.
    pub outcome: Option<String>,
    /// Of leads: keys of the statuses that may follow; absent lets all of them.
    pub transitions: Option<Vec<String>>,
}

/// Changes of a status; what is absent stays.
#[derive(Debug, Object)]
pub struct StatusPatch {
    /// The word for it.
    pub label: Option<String>,
    /// One of `blue violet amber grey teal green red pink`.
    pub hue: Option<String>,
    /// Whether work on the record has ended.
    pub closed: Option<bool>,
    /// `none`, `won` or `lost`.
    pub outcome: Option<String>,
    /// True makes it the one that new records get.
    pub is_default: Option<bool>,
    /// Of leads: keys of the statuses that may follow; null lets all of them.
    pub transitions: MaybeUndefined<Vec<String>>,
}

/// An order of statuses.
#[derive(Debug, Object)]
pub struct StatusOrderIn {
    /// Every key once. Required.
    pub keys: Option<Vec<String>>,
}

/// The statuses of one kind in their order.
#[derive(Debug, Object)]
pub struct StatusOrderOut {
    /// In order.
    pub statuses: Vec<StatusOut>,
    /// Takes the change back: `POST /undo/{undo_id}`. Null when nothing changed.
    #[oai(nullable)]
    pub undo_id: Option<Uuid>,
}

/// A status is gone.
#[derive(Debug, Object)]
pub struct StatusRemovedOut {
    /// Records that got the other status.
    pub moved: u64,
    /// Brings it back, with those of its records that nobody changed since: `POST /undo/{undo_id}`.
    #[oai(nullable)]
    pub undo_id: Option<Uuid>,
}

/// Statuses.
pub struct StatusesApi;

#[OpenApi]
impl StatusesApi {
    /// List statuses
    ///
    /// The statuses of clients and leads, in the tenant's order.
    #[oai(path = "/statuses", method = "get", operation_id = "listStatuses")]
    async fn list(&self, auth: Staff) -> ApiResult<Json<StatusesOut>> {
        let ctx = auth.0.read().await?;
        let mut out = StatusesOut { client: Vec::new(), lead: Vec::new() };
        for s in service::all(&ctx).await? {
            let list = if s.entity == "client" { &mut out.client } else { &mut out.lead };
            list.push(s.into());
        }
        Ok(Json(out))
    }

    /// Add a status
    #[oai(path = "/statuses", method = "post", operation_id = "createStatus")]
    async fn create(&self, auth: Staff, body: Json<StatusIn>) -> ApiResult<Created<StatusOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let out = StatusOut::from(change::create(&ctx, &body.0).await?);
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }

    /// Change a status
    ///
    /// Records keep its key. One status of leads must stay won (409 `last_won_status`).
    #[oai(path = "/statuses/:entity/:key", method = "patch", operation_id = "updateStatus")]
    async fn update(
        &self,
        auth: Staff,
        /// `client` or `lead`.
        entity: Path<String>,
        /// The status.
        key: Path<String>,
        body: Json<StatusPatch>,
    ) -> ApiResult<Json<StatusOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let (status, undo_id) = change::update(&ctx, &entity.0, &key.0, &body.0).await?;
        let out = StatusOut { undo_id, ..status.into() };
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Order the statuses of one kind
    #[oai(path = "/statuses/:entity/order", method = "put", operation_id = "orderStatuses")]
    async fn order(
        &self,
        auth: Staff,
        /// `client` or `lead`.
        entity: Path<String>,
        body: Json<StatusOrderIn>,
    ) -> ApiResult<Json<StatusOrderOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let (list, undo_id) = change::order(&ctx, &entity.0, body.0.keys.as_deref()).await?;
        let out = StatusOrderOut { statuses: list.into_iter().map(StatusOut::from).collect(), undo_id };
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Remove a status
    ///
    /// Its records get the status `replace_with`; with records and without it: 409 `status_in_use`.
    /// The status of new records can't be removed (409 `default_status`).
    #[oai(path = "/statuses/:entity/:key", method = "delete", operation_id = "deleteStatus")]
    async fn remove(
        &self,
        auth: Staff,
        /// `client` or `lead`.
        entity: Path<String>,
        /// The status.
        key: Path<String>,
        /// The status that its records get.
        replace_with: Query<Option<String>>,
    ) -> ApiResult<Json<StatusRemovedOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let to = replace_with.0.as_deref().filter(|k| !k.is_empty());
        let (moved, undo_id) = remove::remove(&ctx, &entity.0, &key.0, to).await?;
        let out = StatusRemovedOut { moved, undo_id: Some(undo_id) };
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }
}

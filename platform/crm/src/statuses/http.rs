//! `GET /statuses`.

use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Staff};

use super::service;

/// One status.
#[derive(Debug, Object)]
pub struct StatusOut {
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
}

/// The statuses of each kind of record.
#[derive(Debug, Object)]
pub struct StatusesOut {
    /// Of clients.
    pub client: Vec<StatusOut>,
    /// Of leads.
    pub lead: Vec<StatusOut>,
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
            list.push(StatusOut {
                key: s.key,
                label: s.label,
                hue: s.hue,
                position: s.position,
                is_default: s.is_default,
                closed: s.closed,
                outcome: s.outcome,
            });
        }
        Ok(Json(out))
    }
}

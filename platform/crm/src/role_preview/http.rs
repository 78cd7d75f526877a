//! `/roles/preview-record`.

use std::collections::BTreeMap;

use poem_openapi::payload::Json;
use poem_openapi::{Enum, Object, OpenApi, Union};
use runtime::http::{ApiResult, Staff};
use uuid::Uuid;

use super::service;
use crate::clients::http::ClientOut;
use crate::contacts::http::ContactOut;
use crate::leads::http::LeadOut;

/// A kind of record that has sensitive fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
pub(super) enum RecordKind {
    /// A client.
    Client,
    /// A lead.
    Lead,
    /// A contact.
    Contact,
}

/// What a role may see, and the record to look at with it.
#[derive(Debug, Default, Object)]
pub(super) struct RecordPreviewIn {
    /// Permission → scope, as in a role; absent for a role that may read the record.
    pub permissions: Option<BTreeMap<String, String>>,
    /// Sensitive field → `full`, `masked` or `hidden`; what is not named is hidden.
    pub fields: Option<BTreeMap<String, String>>,
    /// `client`, `lead` or `contact`. Required.
    pub resource_type: Option<RecordKind>,
    /// The record; the newest one that the caller sees if absent.
    pub resource_id: Option<Uuid>,
}

/// A client, a lead or a contact.
#[derive(Debug, Union)]
pub(super) enum PreviewedRecord {
    /// A client.
    Client(ClientOut),
    /// A lead.
    Lead(LeadOut),
    /// A contact.
    Contact(ContactOut),
}

/// Which record it is.
#[derive(Debug, Object)]
pub(super) struct RecordRef {
    /// `client`, `lead` or `contact`.
    #[oai(rename = "type")]
    pub kind: RecordKind,
    /// The record.
    pub id: Uuid,
    /// Its name.
    pub label: String,
}

/// A record as a role would see it.
#[derive(Debug, Object)]
pub(super) struct RecordPreviewOut {
    /// Whether the role reads records of this kind at all.
    pub visible: bool,
    /// Which record it is.
    pub resource: RecordRef,
    /// The record under the role's field rules; in nothing more open than the caller sees it.
    pub record: PreviewedRecord,
}

/// Records as roles see them.
pub struct RolePreviewApi;

#[OpenApi]
impl RolePreviewApi {
    /// See a record as a role would
    ///
    /// The caller needs `roles.read` and must see the record. 404 where there is none.
    #[oai(path = "/roles/preview-record", method = "post", operation_id = "previewRecord")]
    async fn preview(&self, auth: Staff, body: Json<RecordPreviewIn>) -> ApiResult<Json<RecordPreviewOut>> {
        let ctx = auth.0.read().await?;
        Ok(Json(service::preview(&ctx, body.0).await?))
    }
}

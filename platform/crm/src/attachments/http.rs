//! `/attachments`.

use chrono::{DateTime, Utc};
use kernel::paging::Paging;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};
use runtime::http::{ApiResult, Created, ListOut, NoContent, Staff};
use uuid::Uuid;

use super::entity::Attachment;
use super::form::AttachmentForm;
use super::service;
use crate::related::Parent;

/// A file on a record.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct AttachmentOut {
    /// Id.
    pub id: Uuid,
    /// The client it is for; a file is for one record.
    pub client_id: Option<Uuid>,
    /// The client's name.
    pub client_name: Option<String>,
    /// The contact it is for.
    pub contact_id: Option<Uuid>,
    /// The contact's name.
    pub contact_name: Option<String>,
    /// The deal it is for.
    pub deal_id: Option<Uuid>,
    /// The deal's name.
    pub deal_name: Option<String>,
    /// The opportunity it is for.
    pub opportunity_id: Option<Uuid>,
    /// The opportunity's name.
    pub opportunity_name: Option<String>,
    /// The activity it is for.
    pub activity_id: Option<Uuid>,
    /// The activity's subject.
    pub activity_name: Option<String>,
    /// Its name.
    pub filename: String,
    /// MIME type, by its contents; what is known of nothing else is `application/octet-stream`.
    pub content_type: String,
    /// Size in bytes.
    pub bytes: i64,
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
    /// Who added it.
    pub uploaded_by: Option<Uuid>,
    /// Their name.
    pub uploader_name: String,
    /// When.
    pub created_at: DateTime<Utc>,
}

impl From<Attachment> for AttachmentOut {
    fn from(a: Attachment) -> Self {
        Self {
            id: a.id,
            client_id: a.client_id,
            client_name: a.client_name,
            contact_id: a.contact_id,
            contact_name: a.contact_name,
            deal_id: a.deal_id,
            deal_name: a.deal_name,
            opportunity_id: a.opportunity_id,
            opportunity_name: a.opportunity_name,
            activity_id: a.activity_id,
            activity_name: a.activity_name,
            filename: a.filename,
            content_type: a.content_type,
            bytes: a.bytes,
            sha256: a.sha256,
            uploaded_by: a.uploaded_by,
            uploader_name: a.uploader_name,
            created_at: a.created_at,
        }
    }
}

/// A link to the contents.
#[derive(Debug, Object)]
pub struct AttachmentLinkOut {
    /// The address in the file store; it is saved as a file.
    pub url: String,
    /// When it stops working.
    pub expires_at: DateTime<Utc>,
}

/// The way to the contents.
#[derive(ApiResponse)]
pub enum AttachmentFound {
    /// The contents are at `Location`, for a minute, as a file to be saved.
    #[oai(status = 302)]
    At(
        /// The address in the file store.
        #[oai(header = "location")]
        String,
    ),
}

/// Files on records.
pub struct AttachmentsApi;

#[OpenApi]
impl AttachmentsApi {
    /// List files
    ///
    /// Those on records that the caller may read, the newest first.
    #[oai(path = "/attachments", method = "get", operation_id = "listAttachments")]
    #[expect(clippy::too_many_arguments, reason = "one argument per documented query parameter")]
    async fn list(
        &self,
        auth: Staff,
        /// Clients' ids.
        client_id: Query<Option<String>>,
        /// Contacts' ids.
        contact_id: Query<Option<String>>,
        /// Deals' ids.
        deal_id: Query<Option<String>>,
        /// Opportunities' ids.
        opportunity_id: Query<Option<String>>,
        /// Activities' ids.
        activity_id: Query<Option<String>>,
        /// 1-based page, for shallow pages.
        page: Query<Option<String>>,
        /// Rows on a page, 20 by default, 200 at most.
        limit: Query<Option<String>>,
        /// The same as `limit`.
        page_size: Query<Option<String>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<AttachmentOut>>> {
        let paging = Paging::parse(page.0.as_deref(), limit.0.or(page_size.0).as_deref(), cursor.0.as_deref())?;
        let records = [
            (Parent::Client, client_id.0.as_deref()),
            (Parent::Contact, contact_id.0.as_deref()),
            (Parent::Deal, deal_id.0.as_deref()),
            (Parent::Opportunity, opportunity_id.0.as_deref()),
            (Parent::Activity, activity_id.0.as_deref()),
        ];
        let ctx = auth.0.read().await?;
        Ok(Json(service::list(&ctx, &records, &paging).await?.map(AttachmentOut::from).into()))
    }

    /// Add a file to a record
    ///
    /// At most 25 megabytes (413 `file_too_large`). Where there is a virus scanner, it is asked first: 422
    /// `file_infected`.
    #[oai(path = "/attachments", method = "post", operation_id = "createAttachment")]
    async fn create(&self, auth: Staff, form: AttachmentForm) -> ApiResult<Created<AttachmentOut>> {
        Ok(Created(service::create(&auth.0, form).await?.into()))
    }

    /// Open a file
    ///
    /// Leads to the contents. Who asked is written down.
    #[oai(path = "/attachments/:id/download", method = "get", operation_id = "downloadAttachment")]
    async fn download(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<AttachmentFound> {
        Ok(AttachmentFound::At(service::open(&auth.0, id.0).await?))
    }

    /// Get a link to a file's contents
    ///
    /// As `GET /attachments/{id}/download`, for pages, whose links carry no token. It lives for a minute; who asked
    /// is written down.
    #[oai(path = "/attachments/:id/link", method = "post", operation_id = "linkAttachment")]
    async fn link(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<AttachmentLinkOut>> {
        let link = service::link(&auth.0, id.0).await?;
        Ok(Json(AttachmentLinkOut { url: link.url, expires_at: link.expires_at }))
    }

    /// Delete a file
    ///
    /// Whoever added it, and who may delete files of others. It does not come back.
    #[oai(path = "/attachments/:id", method = "delete", operation_id = "deleteAttachment")]
    async fn delete(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<NoContent> {
        let ctx = auth.0.begin().await?;
        service::delete(&ctx, id.0).await?;
        ctx.commit_reply(204, &serde_json::Value::Null).await?;
        Ok(NoContent)
    }
}

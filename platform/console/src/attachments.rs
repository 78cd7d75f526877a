//! `/admin/attachments`: files on customers, deals and activities.

use crm::attachments::entity::Attachment;
use crm::attachments::http::AttachmentFound;
use crm::attachments::{CustomerFileForm, service};
use crm::related::Parent;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Created, NoContent, Staff};
use uuid::Uuid;

use crate::PageOut;
use crate::envelope::paging;
use crate::words::spelt;

/// A file.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ConsoleAttachmentOut {
    /// Id.
    pub id: Uuid,
    /// The customer it is for.
    pub customer_id: Option<Uuid>,
    /// The deal it is for.
    pub deal_id: Option<Uuid>,
    /// The activity it is for.
    pub activity_id: Option<Uuid>,
    /// Its name.
    pub filename: String,
    /// MIME type, by its contents.
    pub content_type: String,
    /// Size in bytes.
    pub size: i64,
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
    /// Who added it.
    pub uploaded_by: Option<Uuid>,
    /// Their name.
    pub uploader_name: String,
    /// When.
    pub created_at: chrono::DateTime<chrono::Utc>,
}

impl From<Attachment> for ConsoleAttachmentOut {
    fn from(a: Attachment) -> Self {
        Self {
            id: a.id,
            customer_id: a.client_id,
            deal_id: a.deal_id,
            activity_id: a.activity_id,
            filename: a.filename,
            content_type: a.content_type,
            size: a.bytes,
            sha256: a.sha256,
            uploaded_by: a.uploaded_by,
            uploader_name: a.uploader_name,
            created_at: a.created_at,
        }
    }
}

/// Files.
pub struct ConsoleAttachmentsApi;

#[OpenApi]
impl ConsoleAttachmentsApi {
    /// List files, newest first
    #[oai(path = "/attachments", method = "get", operation_id = "consoleListAttachments")]
    #[expect(clippy::too_many_arguments, reason = "one argument per documented query parameter")]
    async fn list(
        &self,
        auth: Staff,
        /// Customers' ids.
        customer_id: Query<Option<String>>,
        /// Deals' ids.
        deal_id: Query<Option<String>>,
        /// Activities' ids.
        activity_id: Query<Option<String>>,
        /// 1-based page.
        page: Query<Option<String>>,
        /// Rows on a page, at most 200.
        limit: Query<Option<String>>,
        /// The same as `limit`.
        page_size: Query<Option<String>>,
    ) -> ApiResult<Json<PageOut<ConsoleAttachmentOut>>> {
        let paging = paging(page.0.as_deref(), limit.0.as_deref(), page_size.0.as_deref())?;
        let records = [
            (Parent::Client, customer_id.0.as_deref()),
            (Parent::Deal, deal_id.0.as_deref()),
            (Parent::Activity, activity_id.0.as_deref()),
        ];
        let ctx = auth.0.read().await?;
        let found = service::list(&ctx, &records, &paging).await.map_err(spelt)?;
        Ok(Json(found.map(ConsoleAttachmentOut::from).into()))
    }

    /// Add a file
    ///
    /// `file`, and one of `customer_id`, `deal_id`, `activity_id`. At most 25 megabytes.
    #[oai(path = "/attachments", method = "post", operation_id = "consoleCreateAttachment")]
    async fn create(&self, auth: Staff, form: CustomerFileForm) -> ApiResult<Created<ConsoleAttachmentOut>> {
        let made = service::create(&auth.0, form).await.map_err(spelt)?;
        Ok(Created(made.into()))
    }

    /// Open a file: leads to its contents
    #[oai(path = "/attachments/:id/download", method = "get", operation_id = "consoleDownloadAttachment")]
    async fn download(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<AttachmentFound> {
        Ok(AttachmentFound::At(service::open(&auth.0, id.0).await?))
    }

    /// Delete a file
    #[oai(path = "/attachments/:id", method = "delete", operation_id = "consoleDeleteAttachment")]
    async fn delete(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<NoContent> {
        let ctx = auth.0.begin().await?;
        service::delete(&ctx, id.0).await?;
        ctx.commit_reply(204, &serde_json::Value::Null).await?;
        Ok(NoContent)
    }
}

//! `/document-types`.

use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Created, ListOut, NoContent, Staff};

use super::service::{self, DocumentType};

/// A kind of document.
#[derive(Debug, Object)]
pub struct DocumentTypeOut {
    /// Stable key; documents name it as their `type`.
    pub key: String,
    /// The tenant's word for it.
    pub label: String,
    /// The step of verification it belongs to, 1 to 3. The first decides the client's KYC status.
    pub level: i32,
    /// Whether that step needs it.
    pub required: bool,
    /// Whether such documents expire: they are approved with a date.
    pub expires: bool,
    /// MIME types that are taken.
    pub content_types: Vec<String>,
    /// Bytes that are taken at most.
    pub max_bytes: i64,
    /// Order.
    pub position: i32,
    /// Whether no new ones are taken.
    pub archived: bool,
}

impl From<DocumentType> for DocumentTypeOut {
    fn from(t: DocumentType) -> Self {
        Self {
            key: t.key,
            label: t.label,
            level: t.level,
            required: t.required,
            expires: t.expires,
            content_types: t.content_types,
            max_bytes: t.max_bytes,
            position: t.position,
            archived: t.archived,
        }
    }
}

/// A new kind; it comes last.
#[derive(Debug, Object)]
pub struct DocumentTypeIn {
    /// The word for it. Required.
    pub label: Option<String>,
    /// The step of verification it belongs to, 1 to 3. Required.
    pub level: Option<i32>,
    /// Whether that step needs it; false if absent.
    pub required: Option<bool>,
    /// Whether such documents expire; false if absent.
    pub expires: Option<bool>,
    /// MIME types that are taken: some of `application/pdf`, `image/jpeg`, `image/png`, `image/webp`,
    /// `image/heic`; all of them if absent.
    pub content_types: Option<Vec<String>>,
    /// Bytes that are taken at most; 10,485,760 if absent, which is the most there can be.
    pub max_bytes: Option<i64>,
}

/// Changes of a kind; what is absent stays.
#[derive(Debug, Default, Object)]
pub struct DocumentTypePatch {
    /// The word for it.
    pub label: Option<String>,
    /// The step of verification it belongs to, 1 to 3.
    pub level: Option<i32>,
    /// Whether that step needs it.
    pub required: Option<bool>,
    /// Whether such documents expire.
    pub expires: Option<bool>,
    /// MIME types that are taken.
    pub content_types: Option<Vec<String>>,
    /// Bytes that are taken at most.
    pub max_bytes: Option<i64>,
    /// True: no new ones are taken; false brings it back.
    pub archived: Option<bool>,
}

/// An order of kinds.
#[derive(Debug, Object)]
pub struct DocumentTypeOrderIn {
    /// Every kind that is not archived, once. Required.
    pub keys: Option<Vec<String>>,
}

/// Kinds of documents.
pub struct DocumentTypesApi;

#[OpenApi]
impl DocumentTypesApi {
    /// List the kinds of documents
    ///
    /// In order, archived ones too: documents of them remain.
    #[oai(path = "/document-types", method = "get", operation_id = "listDocumentTypes")]
    async fn list(&self, auth: Staff) -> ApiResult<Json<ListOut<DocumentTypeOut>>> {
        let ctx = auth.0.read().await?;
        Ok(Json(service::list(&ctx).await?.into_iter().map(DocumentTypeOut::from).collect::<Vec<_>>().into()))
    }

    /// Add a kind of document
    #[oai(path = "/document-types", method = "post", operation_id = "createDocumentType")]
    async fn create(&self, auth: Staff, body: Json<DocumentTypeIn>) -> ApiResult<Created<DocumentTypeOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let out = DocumentTypeOut::from(service::create(&ctx, &body.0).await?);
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }

    /// Change a kind of document
    ///
    /// What was handed in and decided already stays so.
    #[oai(path = "/document-types/:key", method = "patch", operation_id = "updateDocumentType")]
    async fn update(
        &self,
        auth: Staff,
        /// The kind.
        key: Path<String>,
        body: Json<DocumentTypePatch>,
    ) -> ApiResult<Json<DocumentTypeOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let out = DocumentTypeOut::from(service::update(&ctx, &key.0, &body.0).await?);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Order the kinds of documents
    #[oai(path = "/document-types/order", method = "put", operation_id = "orderDocumentTypes")]
    async fn order(&self, auth: Staff, body: Json<DocumentTypeOrderIn>) -> ApiResult<Json<ListOut<DocumentTypeOut>>> {
        let ctx = auth.0.begin_carrying().await?;
        let found = service::order(&ctx, &body.0.keys.unwrap_or_default()).await?;
        let out: ListOut<DocumentTypeOut> = found.into_iter().map(DocumentTypeOut::from).collect::<Vec<_>>().into();
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Archive a kind of document
    ///
    /// No new ones are taken; those that are there stay. `PATCH` with `archived: false` brings it back.
    #[oai(path = "/document-types/:key", method = "delete", operation_id = "deleteDocumentType")]
    async fn remove(
        &self,
        auth: Staff,
        /// The kind.
        key: Path<String>,
    ) -> ApiResult<NoContent> {
        let ctx = auth.0.begin_carrying().await?;
        service::update(&ctx, &key.0, &DocumentTypePatch { archived: Some(true), ..Default::default() }).await?;
        ctx.commit().await?;
        Ok(NoContent)
    }
}

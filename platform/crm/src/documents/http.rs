//! `/clients/{id}/documents` and `/documents`.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::paging::Paging;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::MaybeUndefined;
use poem_openapi::{ApiResponse, Object, OpenApi};
use runtime::http::{ApiResult, Created, ListOut, Staff};
use uuid::Uuid;

use super::entity::Document;
use super::service::{self, ClientStanding, DocumentFilter};
use super::upload::Begun;
use super::viewing::{self, Link, Purpose};
use super::{review, upload};

/// A document.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct DocumentOut {
    /// Id of this version.
    pub id: Uuid,
    /// What all versions of the document share: the id of the first.
    pub document_id: Uuid,
    /// Counts from 1.
    pub version: i32,
    /// Whose it is.
    pub client_id: Uuid,
    /// The client's name.
    pub client_name: String,
    /// The client's country.
    pub country: Option<String>,
    /// The client's KYC status.
    pub kyc_status: String,
    /// The client's owner.
    pub assigned_to: Option<Uuid>,
    /// The owner's name.
    pub assigned_to_name: Option<String>,
    /// The client's team.
    pub team_id: Option<Uuid>,
    /// The team's name.
    pub team_name: Option<String>,
    /// Key of its kind, one of `GET /document-types`.
    #[oai(rename = "type")]
    pub kind: String,
    /// The kind's name.
    pub type_label: String,
    /// The step of verification it belongs to.
    pub level: i32,
    /// Whether documents of the kind expire.
    pub expires: bool,
    /// The file's name; only for those who may look into the document.
    pub filename: Option<String>,
    /// MIME type.
    pub content_type: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// `uploading`, `scanning`, `pending`, `approved`, `rejected` or `expired`.
    pub status: String,
    /// Of the virus scan: `off`, `waiting`, `clean`, `infected` or `error`.
    pub scan: String,
    /// Whether the contents can be had.
    pub open: bool,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// The day on which it expires.
    pub expires_at: Option<NaiveDate>,
    /// The version that has replaced it.
    pub superseded_by: Option<Uuid>,
    /// Who uploaded it.
    pub uploaded_by_name: Option<String>,
    /// Who decided.
    pub reviewed_by_name: Option<String>,
    /// When they decided.
    pub reviewed_at: Option<DateTime<Utc>>,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
}

impl From<Document> for DocumentOut {
    fn from(d: Document) -> Self {
        Self {
            open: d.is_open(),
            id: d.id,
            document_id: d.lineage,
            version: d.version,
            client_id: d.client_id,
            client_name: d.client_name,
            country: d.country,
            kyc_status: d.kyc_status,
            assigned_to: d.assigned_to,
            assigned_to_name: d.assigned_to_name,
            team_id: d.team_id,
            team_name: d.team_name,
            kind: d.kind,
            type_label: d.kind_label,
            level: d.level,
            expires: d.expires,
            filename: d.filename,
            content_type: d.content_type,
            size: d.bytes,
            sha256: d.sha256,
            status: d.status,
            scan: d.scan,
            reason: d.reason,
            expires_at: d.expires_at,
            superseded_by: d.superseded_by,
            uploaded_by_name: d.uploaded_by_name,
            reviewed_by_name: d.reviewed_by_name,
            reviewed_at: d.reviewed_at,
            created_at: d.created_at,
        }
    }
}

/// A file that is to be uploaded, as it is: the link takes nothing else.
#[derive(Debug, Default, Object)]
pub struct DocumentIn {
    /// Key of its kind, one of `GET /document-types`. Required.
    #[oai(rename = "type")]
    pub kind: Option<String>,
    /// The file's name. Required.
    pub filename: Option<String>,
    /// MIME type, one that the kind takes. Required.
    pub content_type: Option<String>,
    /// Bytes. Required.
    pub size: Option<i64>,
    /// SHA-256 in lower-case hexadecimal. Required.
    pub sha256: Option<String>,
    /// The document (any version of it) that this one is a new version of.
    pub replaces: Option<String>,
}

/// A request that uploads the file, straight to the file store.
#[derive(Debug, Object)]
pub struct UploadOut {
    /// `PUT`.
    pub method: String,
    /// Where to; good for ten minutes, and once.
    pub url: String,
    /// Headers to send as they are. `content-length` must be the announced size.
    pub headers: BTreeMap<String, String>,
}

/// A place for a document.
#[derive(Debug, Object)]
pub struct BegunOut {
    /// Id of the document; `POST /documents/{id}/complete` after the upload.
    pub id: Uuid,
    /// Which version of the document it will be.
    pub version: i32,
    /// How to upload the file.
    pub upload: UploadOut,
}

impl From<Begun> for BegunOut {
    fn from(begun: Begun) -> Self {
        let upload =
            UploadOut { method: "PUT".to_owned(), url: begun.upload.url, headers: begun.upload.headers.into_iter().collect() };
        Self { id: begun.id, version: begun.version, upload }
    }
}

/// A decision over a document; what is absent stays.
#[derive(Debug, Default, Object)]
pub struct DocumentPatch {
    /// `approved`, `rejected`, or `pending` to take a decision back.
    pub status: Option<String>,
    /// Why it is rejected. Required with `rejected`.
    pub reason: Option<String>,
    /// The day on which it expires, YYYY-MM-DD. Required to approve a document of a kind that expires.
    pub expires_at: MaybeUndefined<String>,
    /// The status that the caller saw; another one by now is answered with 409 `stale_version`.
    pub seen_status: Option<String>,
}

/// Where a level of verification stands.
#[derive(Debug, Object)]
pub struct LevelOut {
    /// 1 to 3.
    pub level: i32,
    /// `missing`, `pending`, `approved`, `rejected` or `expired`.
    pub status: String,
}

/// Where a client stands by its documents.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct KycOut {
    /// The client's KYC status.
    pub status: String,
    /// What the documents of the first level say; absent if it requires none. Another status was set by hand.
    pub derived: Option<String>,
    /// The highest level reached; 0 is none.
    pub level: i32,
    /// Levels that require something.
    pub levels: Vec<LevelOut>,
}

impl From<ClientStanding> for KycOut {
    fn from(s: ClientStanding) -> Self {
        let levels = s.levels.into_iter().map(|(level, status)| LevelOut { level, status: status.as_str().to_owned() });
        Self { status: s.status, derived: s.derived.map(|d| d.as_str().to_owned()), level: s.level, levels: levels.collect() }
    }
}

/// What the contents are wanted for.
#[derive(Debug, Default, Object)]
pub struct LinkIn {
    /// `view` to show it in the page, `download` (the default) to save it. It is kept.
    pub purpose: Option<String>,
}

/// A way to the contents.
#[derive(Debug, Object)]
pub struct LinkOut {
    /// The address in the file store.
    pub url: String,
    /// When it stops working.
    pub expires_at: DateTime<Utc>,
    /// MIME type of what is there.
    pub content_type: String,
}

impl From<Link> for LinkOut {
    fn from(link: Link) -> Self {
        Self { url: link.url, expires_at: link.expires_at, content_type: link.content_type }
    }
}

/// The way to the contents.
#[derive(ApiResponse)]
pub enum Found {
    /// The contents are at `Location`, for a minute.
    #[oai(status = 302)]
    At(
        /// The address in the file store.
        #[oai(header = "location")]
        String,
    ),
}

/// Documents of clients.
pub struct DocumentsApi;

#[OpenApi]
impl DocumentsApi {
    /// List documents
    ///
    /// The current version of each, oldest first: the queue of whoever reviews them. Filters take
    /// comma-separated values. Sorts: `created_at`, `expires_at`, with `-` for downwards.
    #[oai(path = "/documents", method = "get", operation_id = "listDocuments")]
    #[expect(clippy::too_many_arguments, reason = "one argument per documented query parameter")]
    async fn list(
        &self,
        auth: Staff,
        /// Statuses.
        status: Query<Option<String>>,
        /// Keys of kinds.
        #[oai(name = "type")]
        kind: Query<Option<String>>,
        /// Clients' ids.
        client_id: Query<Option<String>>,
        /// Ids of the clients' owners, or `none`.
        assigned_to: Query<Option<String>>,
        /// Ids of the clients' teams, or `none`.
        team_id: Query<Option<String>>,
        /// Order.
        sort: Query<Option<String>>,
        /// 1-based page, for shallow pages.
        page: Query<Option<String>>,
        /// Rows on a page, 20 by default, 200 at most.
        limit: Query<Option<String>>,
        /// The same as `limit`.
        page_size: Query<Option<String>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<DocumentOut>>> {
        let paging = Paging::parse(page.0.as_deref(), limit.0.or(page_size.0).as_deref(), cursor.0.as_deref())?;
        let filter = DocumentFilter {
            status: status.0,
            kind: kind.0,
            client_id: client_id.0,
            assigned_to: assigned_to.0,
            team_id: team_id.0,
        };
        let found = service::list(&auth.0, &filter, sort.0.as_deref(), &paging).await?;
        Ok(Json(found.map(DocumentOut::from).into()))
    }

    /// List a client's documents
    ///
    /// All versions, newest first.
    #[oai(path = "/clients/:id/documents", method = "get", operation_id = "listClientDocuments")]
    async fn of_client(
        &self,
        auth: Staff,
        /// The client.
        id: Path<Uuid>,
    ) -> ApiResult<Json<ListOut<DocumentOut>>> {
        let found = service::of_client(&auth.0, id.0).await?;
        Ok(Json(found.into_iter().map(DocumentOut::from).collect::<Vec<_>>().into()))
    }

    /// Where a client stands by its documents
    #[oai(path = "/clients/:id/kyc", method = "get", operation_id = "clientKyc")]
    async fn kyc(
        &self,
        auth: Staff,
        /// The client.
        id: Path<Uuid>,
    ) -> ApiResult<Json<KycOut>> {
        Ok(Json(service::of_client_standing(&auth.0, id.0).await?.into()))
    }

    /// Begin to upload a document
    ///
    /// Answers with a request that takes exactly this file, once, within ten minutes; it goes straight to
    /// the file store. `POST /documents/{id}/complete` afterwards.
    #[oai(path = "/clients/:id/documents", method = "post", operation_id = "createDocument")]
    async fn create(
        &self,
        auth: Staff,
        /// The client.
        id: Path<Uuid>,
        body: Json<DocumentIn>,
    ) -> ApiResult<Created<BegunOut>> {
        Ok(Created(upload::create(&auth.0, id.0, &body.0).await?.into()))
    }

    /// Complete the upload of a document
    ///
    /// Checks what was uploaded: size, checksum, and that it is the kind of file it says it is (422
    /// `upload_mismatch`, `file_type_mismatch`; begin a new upload then). Called again it changes nothing.
    #[oai(path = "/documents/:id/complete", method = "post", operation_id = "completeDocument")]
    async fn complete(
        &self,
        auth: Staff,
        /// The document.
        id: Path<Uuid>,
    ) -> ApiResult<Json<DocumentOut>> {
        Ok(Json(upload::complete(&auth.0, id.0).await?.into()))
    }

    /// Read a document's facts
    #[oai(path = "/documents/:id", method = "get", operation_id = "getDocument")]
    async fn get(
        &self,
        auth: Staff,
        /// The document.
        id: Path<Uuid>,
    ) -> ApiResult<Json<DocumentOut>> {
        Ok(Json(service::get(&auth.0, id.0).await?.into()))
    }

    /// Decide over a document
    ///
    /// Approves or rejects it, or takes the decision back. The client's KYC status follows.
    #[oai(path = "/documents/:id", method = "patch", operation_id = "updateDocument")]
    async fn update(
        &self,
        auth: Staff,
        /// The document.
        id: Path<Uuid>,
        body: Json<DocumentPatch>,
    ) -> ApiResult<Json<DocumentOut>> {
        Ok(Json(review::update(&auth.0, id.0, &body.0).await?.into()))
    }

    /// Get a link to a document's contents
    ///
    /// It lives for a minute and a half. Who asked, and what for, is written down. While the virus scan is
    /// due: 409 `document_not_scanned`; of an infected one: 403 `document_infected`.
    #[oai(path = "/documents/:id/link", method = "post", operation_id = "linkDocument")]
    async fn link(
        &self,
        auth: Staff,
        /// The document.
        id: Path<Uuid>,
        body: Json<LinkIn>,
    ) -> ApiResult<Json<LinkOut>> {
        let purpose = Purpose::parse(body.0.purpose.as_deref())?;
        Ok(Json(viewing::link(&auth.0, id.0, purpose).await?.into()))
    }

    /// Download a document
    ///
    /// As `POST /documents/{id}/link`, for programs: leads to the contents.
    #[oai(path = "/documents/:id/download", method = "get", operation_id = "downloadDocument")]
    async fn download(
        &self,
        auth: Staff,
        /// The document.
        id: Path<Uuid>,
        /// `view` or `download`.
        purpose: Query<Option<String>>,
    ) -> ApiResult<Found> {
        let purpose = Purpose::parse(purpose.0.as_deref())?;
        Ok(Found::At(viewing::link(&auth.0, id.0, purpose).await?.url))
    }
}

//! The form that brings a file, read as it comes: the file goes to a temporary one, never into memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use async_trait::async_trait;
use kernel::DomainError;
use kernel::ports::{Pieces, StoreError};
use poem::web::Multipart;
use poem::{Request, RequestBody};
use poem_openapi::payload::{ParsePayload, Payload};
use poem_openapi::registry::{MetaMediaType, MetaRequest, MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use runtime::http::ApiError;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::entity::PARENTS;
use super::types;

/// The most bytes of a file.
pub(super) const MOST_BYTES: u64 = 25 * 1024 * 1024;
/// The most bytes of a field that is not the file.
const MOST_TEXT: u64 = 200;
/// Bytes that go to the store at once.
const PIECE: usize = 1024 * 1024;

/// A file that came.
pub(super) struct Arrived {
    /// Where it lies until the request ends.
    pub file: File,
    pub filename: String,
    pub bytes: u64,
    /// Hexadecimal.
    pub sha256: String,
    /// Its first bytes.
    pub head: Vec<u8>,
}

/// A file, and the record it is for.
pub struct AttachmentForm {
    pub(super) file: Option<Arrived>,
    pub(super) fields: BTreeMap<String, String>,
}

fn broken(error: impl std::fmt::Display) -> poem::Error {
    ApiError(DomainError::field_code("upload_broken", "file", format!("did not arrive whole: {error}"))).into()
}

fn too_large() -> poem::Error {
    let message = format!("The file is larger than {} megabytes.", MOST_BYTES / 1024 / 1024);
    ApiError(DomainError::TooLarge { code: "file_too_large", message }).into()
}

impl AttachmentForm {
    async fn read(request: &Request, body: &mut RequestBody) -> poem::Result<Self> {
        let mut parts = <Multipart as poem::FromRequest>::from_request(request, body).await?;
        let mut form = Self { file: None, fields: BTreeMap::new() };
        while let Some(field) = parts.next_field().await.map_err(broken)? {
            // Consoles call a client a customer.
            let name = match field.name().unwrap_or_default() {
                "customer_id" => "client_id".to_owned(),
                name => name.to_owned(),
            };
            if name == "file" && form.file.is_none() {
                let filename = name_of(field.file_name().unwrap_or_default());
                form.file = Some(receive(field.into_async_read(), filename).await?);
            } else if PARENTS.iter().any(|parent| parent.column() == name) {
                let mut text = String::new();
                let read = field.into_async_read().take(MOST_TEXT);
                tokio::pin!(read);
                read.read_to_string(&mut text).await.map_err(broken)?;
                form.fields.insert(name, text);
            }
        }
        Ok(form)
    }
}

/// The name without folders, and without what no name should hold.
fn name_of(given: &str) -> String {
    let base = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let fits = |c: &char| !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let name: String = base.chars().filter(fits).take(200).collect();
    if name.trim().is_empty() { "file".to_owned() } else { name.trim().to_owned() }
}

async fn receive(stream: impl tokio::io::AsyncRead + Send, filename: String) -> poem::Result<Arrived> {
    let ours = |e: std::io::Error| poem::Error::from(ApiError(DomainError::internal(format!("a temporary file: {e}"))));
    let mut file = tokio::fs::File::from_std(tempfile::tempfile().map_err(ours)?);
    let (mut hash, mut head, mut bytes) = (Sha256::new(), Vec::new(), 0_u64);
    tokio::pin!(stream);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = stream.read(&mut buffer).await.map_err(broken)?;
        if read == 0 {
            break;
        }
        let piece = &buffer[..read];
        bytes += read as u64;
        if bytes > MOST_BYTES {
            return Err(too_large());
        }
        hash.update(piece);
        if head.len() < types::LENGTH {
            head.extend_from_slice(&piece[..read.min(types::LENGTH - head.len())]);
        }
        file.write_all(piece).await.map_err(ours)?;
    }
    file.flush().await.map_err(ours)?;
    let file = file.into_std().await;
    Ok(Arrived { file, filename, bytes, sha256: hex::encode(hash.finalize()), head })
}

/// A file on its way to the store or the scanner, from its beginning.
pub(super) struct Sending {
    file: File,
}

impl Sending {
    pub(super) fn of(file: &File) -> kernel::Result<Self> {
        let mut file = file.try_clone().map_err(DomainError::internal)?;
        file.seek(SeekFrom::Start(0)).map_err(DomainError::internal)?;
        Ok(Self { file })
    }
}

#[async_trait]
impl Pieces for Sending {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        let failed = |e: &dyn std::fmt::Display| StoreError(format!("reading what is to be stored: {e}"));
        let mut file = self.file.try_clone().map_err(|e| failed(&e))?;
        let read = tokio::task::spawn_blocking(move || {
            let mut piece = vec![0; PIECE];
            file.read(&mut piece).map(|n| {
                piece.truncate(n);
                piece
            })
        });
        let piece = read.await.map_err(|e| failed(&e))?.map_err(|e| failed(&e))?;
        Ok((!piece.is_empty()).then_some(piece))
    }
}

impl Payload for AttachmentForm {
    const CONTENT_TYPE: &'static str = "multipart/form-data";

    fn check_content_type(content_type: &str) -> bool {
        content_type == Self::CONTENT_TYPE
    }

    fn schema_ref() -> MetaSchemaRef {
        let file = MetaSchema {
            description: Some("The file, at most 25 megabytes. Required."),
            ..MetaSchema::new_with_format("string", "binary")
        };
        let mut properties = vec![("file", MetaSchemaRef::Inline(Box::new(file)))];
        for parent in PARENTS {
            let id = MetaSchema {
                description: Some("The record it is for; one of them is required."),
                ..MetaSchema::new_with_format("string", "uuid")
            };
            properties.push((parent.column(), MetaSchemaRef::Inline(Box::new(id))));
        }
        MetaSchemaRef::Inline(Box::new(MetaSchema { properties, required: vec!["file"], ..MetaSchema::new("object") }))
    }
}

impl ParsePayload for AttachmentForm {
    const IS_REQUIRED: bool = true;

    async fn from_request(request: &Request, body: &mut RequestBody) -> poem::Result<Self> {
        Self::read(request, body).await
    }
}

impl<'a> ApiExtractor<'a> for AttachmentForm {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(_: &mut Registry) {}

    fn request_meta() -> Option<MetaRequest> {
        Some(MetaRequest {
            description: None,
            content: vec![MetaMediaType { content_type: <Self as Payload>::CONTENT_TYPE, schema: Self::schema_ref() }],
            required: true,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<Self::ParamType>,
    ) -> poem::Result<Self> {
        Self::read(request, body).await
    }
}

//! The form that brings a file. It is read when whoever sends it is known to be allowed to, and as it comes:
//! the file goes to a temporary one, never into memory.

use std::fs::File;

use kernel::DomainError;
use poem::web::Multipart;
use poem::{Request, RequestBody};
use poem_openapi::payload::{ParsePayload, Payload};
use poem_openapi::registry::{MetaMediaType, MetaRequest, MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _};

use super::reading::Encodings;

/// The most bytes of a field that is not the file.
const MOST_TEXT: u64 = 200;

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
    pub encodings: Encodings,
}

/// A form that is there, of which nothing was read yet.
pub struct ImportForm {
    parts: Multipart,
}

/// A file, and what it brings.
#[derive(Default)]
pub(super) struct Form {
    pub file: Option<Arrived>,
    pub entity: Option<String>,
}

fn broken(error: impl std::fmt::Display) -> DomainError {
    DomainError::field_code("upload_broken", "file", format!("did not arrive whole: {error}"))
}

/// The most bytes of a file that is too large which are read and thrown away.
const REST: u64 = 64 * 1024 * 1024;

fn too_large(most: u64) -> DomainError {
    let message = format!("The file is larger than {} megabytes, the most that this CRM's settings allow.", most / 1024 / 1024);
    DomainError::TooLarge { code: "file_too_large", message }
}

impl ImportForm {
    async fn of(request: &Request, body: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self { parts: <Multipart as poem::FromRequest>::from_request(request, body).await? })
    }

    /// Reads it, up to so many bytes of a file.
    pub(super) async fn read(mut self, most: u64) -> kernel::Result<Form> {
        let mut form = Form::default();
        while let Some(field) = self.parts.next_field().await.map_err(broken)? {
            match field.name() {
                Some("file") if form.file.is_none() => {
                    let filename = name_of(field.file_name().unwrap_or_default());
                    form.file = Some(receive(field.into_async_read(), filename, most).await?);
                }
                Some("entity") => {
                    let mut text = String::new();
                    let read = field.into_async_read().take(MOST_TEXT);
                    tokio::pin!(read);
                    read.read_to_string(&mut text).await.map_err(broken)?;
                    form.entity = Some(text);
                }
                _ => {}
            }
        }
        Ok(form)
    }
}

/// The name without folders, and without what no name should hold.
fn name_of(given: &str) -> String {
    let base = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = base
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .take(200)
        .collect();
    if name.trim().is_empty() { "file".to_owned() } else { name.trim().to_owned() }
}

async fn receive(stream: impl tokio::io::AsyncRead + Send, filename: String, most: u64) -> kernel::Result<Arrived> {
    let ours = |e: std::io::Error| DomainError::internal(format!("a temporary file: {e}"));
    let mut file = tokio::fs::File::from_std(tempfile::tempfile().map_err(ours)?);
    let (mut hash, mut encodings, mut head, mut bytes) = (Sha256::new(), Encodings::default(), Vec::new(), 0_u64);
    tokio::pin!(stream);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = stream.read(&mut buffer).await.map_err(broken)?;
        if read == 0 {
            break;
        }
        let piece = &buffer[..read];
        bytes += read as u64;
        if bytes > most {
            // Whoever is still sending when we answer would see a broken connection instead of the answer.
            let rest = tokio::io::copy(&mut stream.take(REST), &mut tokio::io::sink());
            let _ = tokio::time::timeout(std::time::Duration::from_secs(10), rest).await;
            return Err(too_large(most));
        }
        hash.update(piece);
        encodings.see(piece);
        if head.len() < 4096 {
            head.extend_from_slice(&piece[..read.min(4096 - head.len())]);
        }
        file.write_all(piece).await.map_err(ours)?;
    }
    file.flush().await.map_err(ours)?;
    file.rewind().await.map_err(ours)?;
    let file = file.into_std().await;
    Ok(Arrived { file, filename, bytes, sha256: hex::encode(hash.finalize()), head, encodings })
}

impl Payload for ImportForm {
    const CONTENT_TYPE: &'static str = "multipart/form-data";

    fn check_content_type(content_type: &str) -> bool {
        content_type == Self::CONTENT_TYPE
    }

    fn schema_ref() -> MetaSchemaRef {
        let file = MetaSchema {
            description: Some("The file: CSV in any usual encoding, or XLSX. Required."),
            ..MetaSchema::new_with_format("string", "binary")
        };
        let entity = MetaSchema { description: Some("`clients`, `leads` or `users`. Required."), ..MetaSchema::new("string") };
        MetaSchemaRef::Inline(Box::new(MetaSchema {
            properties: vec![
                ("file", MetaSchemaRef::Inline(Box::new(file))),
                ("entity", MetaSchemaRef::Inline(Box::new(entity))),
            ],
            required: vec!["file", "entity"],
            ..MetaSchema::new("object")
        }))
    }
}

impl ParsePayload for ImportForm {
    const IS_REQUIRED: bool = true;

    async fn from_request(request: &Request, body: &mut RequestBody) -> poem::Result<Self> {
        Self::of(request, body).await
    }
}

impl<'a> ApiExtractor<'a> for ImportForm {
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
        Self::of(request, body).await
    }
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn names_of_files_are_names() {
        for (given, wanted) in [
            ("a.csv", "a.csv"),
            ("C:\\x\\b.csv", "b.csv"),
            ("../../c.csv", "c.csv"),
            ("", "file"),
            ("x\u{202e}vsc.exe", "xvsc.exe"),
        ] {
            assert_eq!(name_of(given), wanted);
        }
    }
}

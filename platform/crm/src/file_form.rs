//! A form that brings a file. Nothing of it is read before whoever sends it is known to be allowed to; then it is
//! read as it comes, the file into a temporary one, never into memory, and from there in pieces to the store.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::marker::PhantomData;
use std::time::Duration;

use async_trait::async_trait;
use kernel::DomainError;
use kernel::ports::{Pieces, StoreError};
use poem::web::{Field, Multipart};
use poem::{Request, RequestBody};
use poem_openapi::payload::{ParsePayload, Payload};
use poem_openapi::registry::{MetaMediaType, MetaRequest, MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _};

/// The most bytes of a field that is not the file.
const MOST_TEXT: u64 = 200;
/// The most bytes of a file that is too large which are read and thrown away, and for how long.
const REST: (u64, Duration) = (64 * 1024 * 1024, Duration::from_secs(10));
/// First bytes that are kept in memory.
const HEAD: usize = 4096;
/// Bytes that go to the store at once.
const PIECE: usize = 1024 * 1024;

/// What a form has beside its file.
pub trait Fields: Send + Sync + 'static {
    /// What the file is, for the specification.
    const FILE: &'static str;
    /// Fields that must be there beside the file.
    const REQUIRED: &'static [&'static str];
    /// The other fields: name, format and what they are, for the specification.
    fn others() -> Vec<(&'static str, Option<&'static str>, &'static str)>;
}

/// A form that is there, of which nothing was read yet.
pub struct FileForm<F> {
    parts: Multipart,
    fields: PhantomData<F>,
}

/// A file that came.
pub(crate) struct Arrived {
    /// Where it lies until the request ends; at its beginning.
    pub file: File,
    pub filename: String,
    pub bytes: u64,
    /// Hexadecimal.
    pub sha256: String,
    /// Its first bytes.
    pub head: Vec<u8>,
}

/// What a form brought.
#[derive(Default)]
pub(crate) struct Brought {
    pub file: Option<Arrived>,
    /// The other fields by their names.
    pub texts: BTreeMap<String, String>,
}

fn broken(error: impl std::fmt::Display) -> DomainError {
    DomainError::field_code("upload_broken", "file", format!("did not arrive whole: {error}"))
}

fn too_large(most: u64) -> DomainError {
    let message = format!("The file is larger than {} megabytes, the most that is taken.", most / 1024 / 1024);
    DomainError::TooLarge { code: "file_too_large", message }
}

impl<F: Fields> FileForm<F> {
    async fn of(request: &Request, body: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self { parts: <Multipart as poem::FromRequest>::from_request(request, body).await?, fields: PhantomData })
    }

    /// Reads it, up to so many bytes of a file; `see` is shown the file as it goes by.
    pub(crate) async fn read(mut self, most: u64, mut see: impl FnMut(&[u8])) -> kernel::Result<Brought> {
        let mut brought = Brought::default();
        while let Some(field) = self.parts.next_field().await.map_err(broken)? {
            match field.name() {
                Some("file") if brought.file.is_none() => brought.file = Some(receive(field, most, &mut see).await?),
                Some(name) if F::others().iter().any(|(other, ..)| *other == name) => {
                    let (name, mut text) = (name.to_owned(), String::new());
                    let read = field.into_async_read().take(MOST_TEXT);
                    tokio::pin!(read);
                    read.read_to_string(&mut text).await.map_err(broken)?;
                    brought.texts.insert(name, text);
                }
                _ => {}
            }
        }
        Ok(brought)
    }
}

/// The name without folders, and without what no name should hold.
fn name_of(given: &str) -> String {
    let base = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let fits = |c: &char| !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let name: String = base.chars().filter(fits).take(200).collect();
    if name.trim().is_empty() { "file".to_owned() } else { name.trim().to_owned() }
}

async fn receive(field: Field, most: u64, see: &mut impl FnMut(&[u8])) -> kernel::Result<Arrived> {
    let ours = |e: std::io::Error| DomainError::internal(format!("a temporary file: {e}"));
    let filename = name_of(field.file_name().unwrap_or_default());
    let stream = field.into_async_read();
    tokio::pin!(stream);
    let mut file = tokio::fs::File::from_std(tempfile::tempfile().map_err(ours)?);
    let (mut hash, mut head, mut bytes) = (Sha256::new(), Vec::new(), 0_u64);
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
            let (mut rest, mut nowhere) = (stream.take(REST.0), tokio::io::sink());
            let _ = tokio::time::timeout(REST.1, tokio::io::copy(&mut rest, &mut nowhere)).await;
            return Err(too_large(most));
        }
        hash.update(piece);
        see(piece);
        if head.len() < HEAD {
            head.extend_from_slice(&piece[..read.min(HEAD - head.len())]);
        }
        file.write_all(piece).await.map_err(ours)?;
    }
    file.flush().await.map_err(ours)?;
    file.rewind().await.map_err(ours)?;
    Ok(Arrived { file: file.into_std().await, filename, bytes, sha256: hex::encode(hash.finalize()), head })
}

/// A file on its way to the store or the scanner, from its beginning.
pub(crate) struct Sending {
    file: File,
}

impl Sending {
    pub(crate) fn of(file: &File) -> kernel::Result<Self> {
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

fn property(kind: MetaSchema, description: &'static str) -> MetaSchemaRef {
    MetaSchemaRef::Inline(Box::new(MetaSchema { description: Some(description), ..kind }))
}

impl<F: Fields> Payload for FileForm<F> {
    const CONTENT_TYPE: &'static str = "multipart/form-data";

    fn check_content_type(content_type: &str) -> bool {
        content_type == Self::CONTENT_TYPE
    }

    fn schema_ref() -> MetaSchemaRef {
        let mut properties = vec![("file", property(MetaSchema::new_with_format("string", "binary"), F::FILE))];
        properties.extend(F::others().into_iter().map(|(name, format, description)| {
            let kind = format.map_or_else(|| MetaSchema::new("string"), |f| MetaSchema::new_with_format("string", f));
            (name, property(kind, description))
        }));
        let required = [&["file"], F::REQUIRED].concat();
        MetaSchemaRef::Inline(Box::new(MetaSchema { properties, required, ..MetaSchema::new("object") }))
    }
}

impl<F: Fields> ParsePayload for FileForm<F> {
    const IS_REQUIRED: bool = true;

    async fn from_request(request: &Request, body: &mut RequestBody) -> poem::Result<Self> {
        Self::of(request, body).await
    }
}

impl<'a, F: Fields> ApiExtractor<'a> for FileForm<F> {
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

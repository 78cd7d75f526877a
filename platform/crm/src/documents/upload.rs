//! Taking a document: a place and a link for it, then a look at what came.

use std::time::Duration;

use kernel::DomainError;
use kernel::ports::{SignedUpload, StoreError, UploadTerms};
use kernel::validate::Checker;
use runtime::app::SharedApp;
use runtime::audit::Change;
use runtime::crypto;
use runtime::db::Mode;
use runtime::http::SignedIn;
use runtime::{Ctx, Rows as _};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::entity::{Document, folder};
use super::http::DocumentIn;
use super::scan::ScanDocument;
use super::service::{find_for, read_client};
use super::standing::Changing;
use super::state::State;
use super::{begin, sniff};
use crate::document_types::{self, DocumentType};
use crate::ownership::parse_id;

/// How long an upload may take to begin.
pub(super) const LINK: Duration = Duration::from_secs(600);
/// The most uploads of one client, versions and what is under way among them.
const MOST: i64 = 300;

/// A place for a document, and the way to fill it.
#[derive(Debug)]
pub struct Begun {
    /// Id of the document.
    pub id: Uuid,
    /// Which version of it this is.
    pub version: i32,
    /// Where the bytes go.
    pub upload: SignedUpload,
}

/// What the file was announced to be, checked.
struct Announced {
    kind: String,
    filename: String,
    content_type: String,
    size: i64,
    sha256: String,
    replaces: Option<Uuid>,
}

/// Makes a place for a document of a client, and a link that takes exactly the announced bytes, once.
pub async fn create(who: &SignedIn, client: Uuid, input: &DocumentIn) -> kernel::Result<Begun> {
    let ctx = begin(who, Mode::Write).await?;
    read_client(&ctx, client, "documents.upload").await?;
    let kinds = document_types::all(&ctx).await?;
    let announced = check(input, &kinds)?;
    // Whoever changes the client's documents comes one after the other: versions are counted.
    ctx.tx().run("select 1 from clients where id = $1 for no key update", [client.into()]).await?;
    let count: Option<i64> = ctx.tx().scalar("select count(*) from documents where client_id = $1", [client.into()]).await?;
    if count.unwrap_or(0) >= MOST {
        let message = format!("This client has {MOST} documents already.");
        return Err(DomainError::conflict("too_many_documents", message));
    }
    let id = Uuid::now_v7();
    let lineage = match announced.replaces {
        None => id,
        Some(old) => {
            let sql = "select lineage from documents where id = $1 and client_id = $2 and type = $3
                       and status not in ('uploading', 'refused')";
            let found: Option<Uuid> = ctx.tx().scalar(sql, [old.into(), client.into(), announced.kind.clone().into()]).await?;
            found.ok_or_else(|| DomainError::field("replaces", "is not a document of this client and kind"))?
        }
    };
    let sql = "select coalesce(max(version), 0) + 1 from documents where lineage = $1";
    let version: i32 = ctx.tx().scalar(sql, [lineage.into()]).await?.unwrap_or(1);
    ctx.tx()
        .run(
            "insert into documents (id, lineage, version, client_id, stored_under, type, filename, content_type, bytes, sha256, uploaded_by,
                 created_at, updated_at)
             values ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10, $11, $11)",
            [
                id.into(),
                lineage.into(),
                version.into(),
                client.into(),
                announced.kind.into(),
                announced.filename.into(),
                announced.content_type.clone().into(),
                announced.size.into(),
                announced.sha256.clone().into(),
                ctx.user_id().into(),
                ctx.now().into(),
            ],
        )
        .await?;
    let key = format!("{}original", folder(ctx.tenant().key, client, lineage, version));
    let app = ctx.app().clone();
    ctx.commit().await?;
    let terms = UploadTerms {
        key,
        content_type: announced.content_type,
        size: u64::try_from(announced.size).unwrap_or_default(),
        sha256: unhex(&announced.sha256).unwrap_or_default(),
        valid: LINK,
    };
    Ok(Begun { id, version, upload: app.files.upload_link(&terms).await? })
}

/// Checks everything at once.
fn check(input: &DocumentIn, kinds: &[DocumentType]) -> kernel::Result<Announced> {
    let mut c = Checker::new();
    let key = c.required("type", input.kind.as_deref(), 40);
    let kind = kinds.iter().find(|k| k.key == key && !k.archived);
    if !key.is_empty() && kind.is_none() {
        c.add("type", "is not a kind of document that is taken; see GET /document-types");
    }
    let filename = c.required("filename", input.filename.as_deref().map(base_name), 200);
    let content_type = c.required("content_type", input.content_type.as_deref(), 100).to_lowercase();
    if let Some(kind) = kind
        && !content_type.is_empty()
        && !kind.content_types.contains(&content_type)
    {
        c.add("content_type", format!("must be one of {}", kind.content_types.join(", ")));
    }
    let most = kind.map_or(document_types::MAX_BYTES, |k| k.max_bytes);
    match input.size {
        None => c.add("size", "is required"),
        Some(size) if size < 1 => c.add("size", "must be at least 1 byte"),
        Some(size) if size > most => c.add("size", format!("must not be larger than {most} bytes")),
        Some(_) => {}
    }
    let sha256 = c.required("sha256", input.sha256.as_deref(), 200);
    if !sha256.is_empty() && unhex(&sha256).is_none() {
        c.add("sha256", "must be 64 hexadecimal digits in lower case");
    }
    let replaces = match parse_id("replaces", input.replaces.as_deref()) {
        Ok(id) => id,
        Err(_) => {
            c.add("replaces", "is not an id");
            None
        }
    };
    c.finish()?;
    Ok(Announced { kind: key, filename, content_type, size: input.size.unwrap_or_default(), sha256, replaces })
}

/// The name without the folders that some browsers and programs send along.
fn base_name(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or_default()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let fits = text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    fits.then(|| (0..32).filter_map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok()).collect())
}

/// What is wrong with an uploaded file.
enum Unfit {
    /// It is not what was announced, byte for byte.
    Mismatch(&'static str),
    /// It is not the kind of file that it says it is.
    Type,
}

impl Unfit {
    fn error(&self) -> DomainError {
        match self {
            Self::Mismatch(field) => DomainError::field_code("upload_mismatch", field, "is not what was uploaded"),
            Self::Type => {
                DomainError::field_code("file_type_mismatch", "content_type", "is not the kind of file that was uploaded")
            }
        }
    }
}

/// Looks at an upload and takes it, or refuses it for good. Called again, it says what became of it.
pub async fn complete(who: &SignedIn, id: Uuid) -> kernel::Result<Document> {
    let ctx = begin(who, Mode::Read).await?;
    let document = find_for(&ctx, "documents.upload", id).await?;
    match document.state() {
        State::Uploading => {}
        State::Refused => return Err(gone()),
        _ => return Ok(document),
    }
    let (app, key) = (ctx.app().clone(), document.key(ctx.tenant().key));
    drop(ctx);
    let unfit = inspect(&app, &key, &document).await?;
    let ctx = begin(who, Mode::Write).await?;
    let changing = Changing::begin_with(&ctx, document.client_id, id).await?;
    // Under the lock: a second call may have been faster, or the sweeper.
    let document = find_for(&ctx, "documents.upload", id).await?;
    match document.state() {
        State::Uploading => {}
        State::Refused => return Err(gone()),
        _ => return Ok(document),
    }
    if let Some(unfit) = unfit {
        ctx.tx()
            .run("update documents set status = 'refused', updated_at = $2 where id = $1", [id.into(), ctx.now().into()])
            .await?;
        let error = unfit.error();
        let why = Change { field: "reason".into(), old: Json::Null, new: error.code().into() };
        ctx.audit("document.refused", "document", Some(id), vec![why]).await?;
        ctx.commit().await?;
        return Err(error);
    }
    take(&ctx, &document).await?;
    changing.tell("document.uploaded", id).await?;
    changing.finish().await?;
    let document = find_for(&ctx, "documents.upload", id).await?;
    ctx.commit().await?;
    Ok(document)
}

fn gone() -> DomainError {
    DomainError::gone("upload_gone", "This upload was refused or came too late. Begin a new one.")
}

/// Marks an upload as there. The versions it replaces step back; where files are scanned, not before it was found
/// clean.
async fn take(ctx: &Ctx, document: &Document) -> kernel::Result<()> {
    let scans = ctx.app().scanner.is_some();
    let (status, scan) = if scans { ("scanning", "waiting") } else { ("pending", "off") };
    ctx.tx()
        .run(
            "update documents set status = $2, scan = $3, completed_at = $4, updated_at = $4 where id = $1",
            [document.id.into(), status.into(), scan.into(), ctx.now().into()],
        )
        .await?;
    if scans {
        ctx.enqueue(&ScanDocument { document: document.id }).await?;
    } else {
        supersede(ctx, document.id, document.lineage, document.version).await?;
    }
    let told = |field: &str, new: Json| Change { field: field.to_owned(), old: Json::Null, new };
    let trace = vec![
        told("client", json!(document.client_id)),
        told("type", document.kind.clone().into()),
        told("version", document.version.into()),
        told("status", status.into()),
    ];
    ctx.audit("document.uploaded", "document", Some(document.id), trace).await
}

/// Takes the versions that a document replaces out of what is current, unless they are approved: these count until
/// somebody approves the new one.
pub(super) async fn supersede(ctx: &Ctx, id: Uuid, lineage: Uuid, version: i32) -> kernel::Result<()> {
    ctx.tx()
        .run(
            "update documents set superseded_by = $1, updated_at = $4
             where lineage = $2 and version < $3 and superseded_by is null and status in ('scanning', 'pending', 'rejected', 'expired')",
            [id.into(), lineage.into(), version.into(), ctx.now().into()],
        )
        .await?;
    Ok(())
}

/// Holds what is in the store against what was announced. No transaction is open meanwhile.
async fn inspect(app: &SharedApp, key: &str, document: &Document) -> kernel::Result<Option<Unfit>> {
    let missing = || DomainError::conflict("upload_missing", "The file is not there yet. Upload it first.");
    let info = app.files.info(key).await.map_err(away)?.ok_or_else(missing)?;
    if Ok(info.size) != u64::try_from(document.bytes) {
        return Ok(Some(Unfit::Mismatch("size")));
    }
    if info.content_type.as_deref() != Some(document.content_type.as_str()) {
        return Ok(Some(Unfit::Mismatch("content_type")));
    }
    let sum = match info.sha256 {
        Some(sum) => sum,
        // A store that keeps no checksums: the bytes themselves are asked.
        None => hex(&crypto::sha256(&app.files.get(key).await.map_err(away)?.ok_or_else(missing)?.bytes)),
    };
    if sum != document.sha256 {
        return Ok(Some(Unfit::Mismatch("sha256")));
    }
    let beginning = app.files.beginning(key, sniff::LENGTH).await.map_err(away)?.ok_or_else(missing)?;
    Ok((sniff::content_type(&beginning) != Some(document.content_type.as_str())).then_some(Unfit::Type))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

pub(super) fn away(error: StoreError) -> DomainError {
    tracing::warn!(%error, "the file store failed");
    DomainError::unavailable("storage_unavailable", "The file store can't be reached. Please try again in a moment.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_folders() {
        for (name, expected) in
            [("passport.pdf", "passport.pdf"), ("C:\\Users\\x\\p.pdf", "p.pdf"), ("../../etc/p", "p"), ("a/", "")]
        {
            assert_eq!(base_name(name), expected);
        }
    }

    #[test]
    fn checksums_are_hexadecimal_in_lower_case() {
        assert_eq!(unhex(&"0f".repeat(32)), Some(vec![15; 32]));
        assert_eq!(hex(&[15; 32]), "0f".repeat(32));
        for wrong in ["", &"0F".repeat(32), &"0f".repeat(31), &"zz".repeat(32)] {
            assert_eq!(unhex(wrong), None, "{wrong}");
        }
    }
}

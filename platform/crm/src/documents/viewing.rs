//! Looking into a document: a trace first, then a link that lives for a minute.

use std::time::Duration;

use chrono::{DateTime, Utc};
use kernel::DomainError;
use kernel::ports::DownloadTerms;
use runtime::audit::Change;
use runtime::db::Mode;
use runtime::http::SignedIn;
use serde_json::Value as Json;
use uuid::Uuid;

use super::begin;
use super::entity::Document;
use super::service::find_for;
use super::state::State;

/// How long a link to the contents lives.
const LINK: Duration = Duration::from_secs(90);

/// What somebody wants with the contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To see it in the page.
    View,
    /// To have the file.
    Download,
}

impl Purpose {
    /// As in the audit log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Download => "download",
        }
    }

    /// The one of this word; absent means download.
    pub fn parse(word: Option<&str>) -> kernel::Result<Self> {
        match word.filter(|w| !w.is_empty()) {
            None | Some("download") => Ok(Self::Download),
            Some("view") => Ok(Self::View),
            Some(_) => Err(DomainError::field("purpose", "must be view or download")),
        }
    }
}

/// A way to the contents.
#[derive(Debug)]
pub struct Link {
    /// The address.
    pub url: String,
    /// When it stops working.
    pub expires_at: DateTime<Utc>,
    /// MIME type of what is there.
    pub content_type: String,
}

/// Writes down who looks and what for, and gives the link.
pub async fn link(who: &SignedIn, id: Uuid, purpose: Purpose) -> kernel::Result<Link> {
    let ctx = begin(who, Mode::Write).await?;
    let document = find_for(&ctx, "documents.view", id).await?;
    may_be_opened(&document)?;
    let told = |field: &str, new: Json| Change { field: field.to_owned(), old: Json::Null, new };
    let trace = vec![
        told("purpose", purpose.as_str().into()),
        told("client", document.client_id.to_string().into()),
        told("type", document.kind.clone().into()),
    ];
    ctx.audit("document.viewed", "document", Some(id), trace).await?;
    let (app, key, now) = (ctx.app().clone(), document.key(ctx.tenant().key), ctx.now());
    ctx.commit().await?;
    let terms = DownloadTerms {
        key,
        disposition: disposition(purpose, &document),
        content_type: document.content_type.clone(),
        valid: LINK,
    };
    let url = app.files.download_link(&terms).await?;
    Ok(Link { url, expires_at: now + LINK, content_type: document.content_type })
}

fn may_be_opened(document: &Document) -> kernel::Result<()> {
    if document.scan == "infected" {
        return Err(DomainError::Forbidden {
            code: "document_infected",
            message: "A virus was found in this document; it is not handed out.".to_owned(),
        });
    }
    if document.state() == State::Uploading || document.state() == State::Refused {
        return Err(DomainError::conflict("document_not_ready", "This document was not uploaded yet."));
    }
    if !document.is_open() {
        return Err(DomainError::conflict("document_not_scanned", "This document waits for the virus scan."));
    }
    Ok(())
}

/// `Content-Disposition` with the file's own name, which may hold any character.
fn disposition(purpose: Purpose, document: &Document) -> String {
    let word = if purpose == Purpose::View { "inline" } else { "attachment" };
    let ending = match document.content_type.as_str() {
        "application/pdf" => "pdf",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        _ => "heic",
    };
    let plain = format!("{}-{}.{ending}", document.kind, document.version);
    let name = document.filename.as_deref().unwrap_or(&plain);
    let encoded: String = name
        .bytes()
        .map(|b| match b {
            b if b.is_ascii_alphanumeric() || b"-_.".contains(&b) => char::from(b).to_string(),
            b => format!("%{b:02X}"),
        })
        .collect();
    format!("{word}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

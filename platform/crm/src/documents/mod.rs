//! Documents of clients: uploaded straight to the file store by a link that is good for nothing else,
//! scanned, reviewed, and shown by links that live for a minute.
//!
//! Always holds: an object is of interest only once its row says so; what waits for a scan, was not
//! found clean or is infected is not handed out to anybody; whoever looks into a document has left a
//! trace before they get the link. A name of a file is of the class of its contents. After every change
//! of a client's documents the client's KYC status says what they say (`kyc`), and after a change of their kinds,
//! too (`kinds`).

pub mod entity;
mod http;
mod kinds;
pub mod kyc;
mod notices;
mod review;
mod scan;
mod service;
mod sniff;
mod standing;
mod state;
mod tending;
mod upload;
mod viewing;

pub use http::DocumentsApi;
pub(crate) use kinds::deciding;
pub use kinds::{FollowKinds, follow as follow_kinds};
pub use scan::{ScanDocument, run as scan, unfinished as scan_unfinished};
pub(crate) use standing::facts;
pub use tending::{sweep, tend};

use std::sync::Arc;

use runtime::db::Mode;
use runtime::http::SignedIn;
use runtime::{Ctx, RequestInfo};

/// Begins an operation on documents. Names of files are behind a wall that opens to the full role: who may
/// look into documents reads under it, all others can't. Answers hold links and are kept nowhere.
async fn begin(who: &SignedIn, mode: Mode) -> kernel::Result<Ctx> {
    let opens = who.actor.scope("documents.view").is_some();
    let actor = if opens { Arc::new(who.actor.in_clear()) } else { who.actor.clone() };
    let request = RequestInfo { idempotency: None, ..who.caller.request.clone() };
    Ctx::begin(&who.caller.app, &who.tenant, actor, request, mode).await
}

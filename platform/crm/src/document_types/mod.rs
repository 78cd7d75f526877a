//! Kinds of documents: what a client hands in to prove who they are, and what each file may be.
//!
//! Always holds: a kind that a document refers to is never removed, only archived; its key never changes.

mod http;
mod service;

pub use http::DocumentTypesApi;
pub(crate) use service::all;
pub use service::{CONTENT_TYPES, DocumentType, MAX_BYTES};

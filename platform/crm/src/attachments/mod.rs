//! Files that hang on a record and prove nothing.
//!
//! Always holds: a file is read by whoever reads its record and may see files on it; it is never shown by the
//! file store as anything that a browser would run; whoever opens it has left a trace before they get the link;
//! where there is a virus scanner, what was not found clean is not taken.

pub mod entity;
mod form;
pub mod http;
pub mod service;
mod types;

pub use form::{AttachmentForm, CustomerFileForm};
pub use http::AttachmentsApi;
pub use service::sweep;

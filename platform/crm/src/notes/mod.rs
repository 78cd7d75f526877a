//! What people write down about a record, in Markdown.
//!
//! Always holds: a note hangs on one record and is read by whoever reads that and may read notes on it; who wrote
//! it may change and delete it; a note mentions only people who can read it, each told once. What is written is
//! kept as it is: whoever shows it makes it safe.

pub mod entity;
pub mod http;
mod mentions;
pub mod service;

pub use http::NotesApi;

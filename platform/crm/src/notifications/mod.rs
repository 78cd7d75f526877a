//! What users are told of in the app: that somebody mentioned them or gave them something to do, and what
//! is due.
//!
//! Always holds: a notification is its user's own; it names a record and what happened, and no values; what
//! has a word in `once` is told once. They go after three months.

pub mod http;
pub mod service;

pub use http::NotificationsApi;
pub use service::{Notice, sweep, tell};

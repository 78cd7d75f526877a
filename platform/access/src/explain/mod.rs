//! Why somebody may see or do something, or may not: the account, the role's line, how far it reaches,
//! and the rule of the field, in the order in which a request meets them.
//!
//! Always holds: the answer follows the same tables and the same rules as a request of that user
//! would; it tells nothing of a record that the caller could not know anyway.

mod http;
mod question;
mod record;
mod service;
mod subject;

pub use http::ExplainApi;

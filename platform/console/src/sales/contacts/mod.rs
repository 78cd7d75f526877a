//! Contacts: a name in one or in two, and notes.

mod http;
mod input;
mod timeline;

pub use http::SalesContactsApi;

//! Contacts: a name in one or in two, and notes.

mod http;
mod input;

pub use http::SalesContactsApi;

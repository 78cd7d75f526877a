//! Contacts: persons to talk to, with or without a client.
//!
//! Always holds: of the contacts of a client exactly one is the primary one, whoever comes, goes, moves or is merged.
//! Whoever changes which one that is holds the client's row first.

pub mod entity;
pub mod http;
pub mod primary;
pub mod service;

pub use http::ContactsApi;

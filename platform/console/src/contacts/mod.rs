//! Contacts of customers, as the console has them.

mod http;

pub use http::ConsoleContactsApi;
pub(crate) use http::{ConsoleContactOut, of};

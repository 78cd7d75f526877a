//! The statuses of clients and leads, as the tenant named them. One of each kind is the default.

mod http;
mod service;

pub use http::StatusesApi;
pub use service::{Status, all, default_of, known};

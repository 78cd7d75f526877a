//! Activities: what is due, and whether it is done.

mod http;
mod input;

pub use http::SalesActivitiesApi;

//! Customers: what the console calls our clients.
//!
//! Always holds: what the console says of a customer beyond what every client has stands in
//! `customer_details`, written with the client in one commit.

mod brief;
mod details;
mod http;
mod tags_http;

pub(crate) use brief::{CustomerBriefOut, briefs};
pub use http::CustomersApi;
pub use tags_http::CustomerTagsApi;

//! Tags: the tenant's list of words that stand on records, each with a colour. Records hold the name.
//!
//! Always holds: two tags never differ in case alone; a tag that is used on a record is in the list.

mod change;
mod http;
mod records;
mod service;

pub use change::{KIND, undo};
pub use http::TagsApi;
pub use service::Tag;
pub(crate) use service::ensure;

//! Tags: the tenant's list of words that stand on records, each with a colour. Records hold the name.
//!
//! Always holds: two tags never differ in case alone; a tag that is used on a record is in the list.

mod change;
mod http;
mod records;
mod service;

pub use change::{KIND, create, remove, undo, update};
pub use http::{TagIn, TagPatch, TagsApi};
pub(crate) use service::ensure;
pub use service::{Tag, all, find, with_use};

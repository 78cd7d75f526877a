//! Fields of the tenant's own on clients and leads. The definitions are rows; the values are in
//! `custom` of the record, by key.
//!
//! Always holds: a value that is written fits its definition; what is stored for a key that is archived
//! or unknown stays as it is until somebody removes it. A type never changes, a key neither.

mod http;
mod service;
mod undoing;
mod values;

pub use http::CustomFieldsApi;
pub use service::{CustomField, CustomOption, Kind};
pub(crate) use service::{add, of_entity};
pub use undoing::{KIND, undo};
pub(crate) use values::{Required, flat, merge};

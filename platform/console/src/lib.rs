//! Faces for programs of the broker's own: `/admin`, for a console that signs its people in by itself.
//!
//! Always holds: nothing is decided here. A face renames, reads and writes through the services of the product,
//! so scopes, masks, audit and events are those of every other way in. Where two names are joined in the
//! contract, both are read and both are written.

pub mod audit;
pub mod customers;
mod envelope;
pub mod me;
mod naming;
mod people;
pub mod tags;

pub use audit::ConsoleAuditApi;
pub use customers::{CustomerTagsApi, CustomersApi};
pub use envelope::PageOut;
pub use me::ConsoleMeApi;
pub use tags::ConsoleTagsApi;

//! Faces for programs of the broker's own: `/admin`, for a console that signs its people in by itself, and
//! `/api/crm`, for a sales program with words of its own.
//!
//! Always holds: nothing is decided here. A face renames, reads and writes through the services of the product,
//! so scopes, masks, audit and events are those of every other way in. Where two names are joined in the
//! contract, both are read and both are written.

pub mod activities;
mod amounts;
pub mod attachments;
pub mod audit;
pub mod contacts;
pub mod customers;
pub mod deals;
mod envelope;
pub mod me;
mod naming;
pub mod notes;
mod people;
pub mod pipelines;
pub mod reports;
pub mod sales;
mod stages;
mod statuses;
pub mod tags;
mod words;

pub use activities::ConsoleActivitiesApi;
pub use attachments::ConsoleAttachmentsApi;
pub use audit::ConsoleAuditApi;
pub use contacts::ConsoleContactsApi;
pub use customers::{CustomerTagsApi, CustomersApi};
pub use deals::ConsoleDealsApi;
pub use envelope::PageOut;
pub use me::ConsoleMeApi;
pub use notes::ConsoleNotesApi;
pub use pipelines::ConsolePipelinesApi;
pub use reports::ConsoleReportsApi;
pub use tags::ConsoleTagsApi;

//! Lists as files: clients, leads, contacts, opportunities, deals, activities, users and the audit log, as CSV or XLSX.
//!
//! Always holds: a file has exactly the rows that the query counts in the very snapshot it was read from,
//! or there is no file; it shows what its maker may see at the moment it is made, and personal data in clear
//! only to whoever has the permission for that; whoever gets it has left a trace before; nothing in it is a
//! formula. The worker's memory does not grow with the list: rows go by from the database into the store.
//!
//! This is the one place where a transaction stays open while the file store is talked to: the snapshot is
//! the point, and [`jobs`] bounds how many there are.

pub(crate) mod cell;
mod columns;
pub(crate) mod csv;
mod entity;
mod headings;
mod http;
mod jobs;
mod letter;
mod pump;
mod sales;
mod service;
mod source;
mod tending;
mod xlsx;
mod zip;

pub(crate) use cell::begins_like_formula;
pub(crate) use headings::{Words, field_of, sales_field_of};
pub use http::ExportsApi;
pub use jobs::{RunExport, failed, run};
pub(crate) use sales::{activity_priorities, activity_states, activity_types, contact_statuses};
pub use tending::sweep;

//! Two clients, or two contacts, who are one person become one, and two again if that was a mistake.
//!
//! Always holds: nothing is lost by a merge. The dropped record is only deleted, with its row as it was;
//! rows of other tables move to the kept one, each written down; and what the merge made of the kept one is
//! kept beside what it was. A split gives back what nobody changed since and leaves the rest where somebody
//! put it. The last merge of a record is split first.

pub(crate) mod columns;
mod contacts;
mod contacts_http;
mod entity;
mod http;
mod plan;
mod references;
mod seen;
mod service;
mod split;
mod subject;

pub use columns::{COLUMNS, CONTACT_COLUMNS, CONTACT_STAYING, STAYING};
pub use contacts_http::ContactMergesApi;
pub(crate) use entity::{became, led, with_joined};
pub use http::MergesApi;
pub(crate) use plan::{Row, plan};
pub use references::{CONTACT_REFERENCES, Fate, REFERENCES, Reference};
pub(crate) use service::flat;
pub(crate) use subject::{CLIENT, CONTACT};

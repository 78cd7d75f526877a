//! Two clients who are one person become one, and two again if that was a mistake.
//!
//! Always holds: nothing is lost by a merge. The dropped client is only deleted, with its row as it was;
//! rows of other tables move to the kept one, each written down; and what the merge made of the kept one is
//! kept beside what it was. A split gives back what nobody changed since and leaves the rest where somebody
//! put it. The last merge of a client is split first.

pub(crate) mod columns;
mod entity;
mod http;
mod plan;
mod references;
mod service;
mod split;

pub use columns::{COLUMNS, STAYING};
pub use http::MergesApi;
pub(crate) use plan::{Row, plan};
pub use references::{Fate, REFERENCES, Reference};
pub(crate) use service::flat;

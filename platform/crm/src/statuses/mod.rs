//! The statuses of clients and leads, as the tenant named them.
//!
//! Always holds: one status of each kind is the default, and it is open; of leads at least one is won;
//! every record has a status that exists. Records and removals meet at a row lock of the status: who
//! gives a status to a record holds it by [`known`] until the commit.

mod change;
mod flow;
mod http;
mod remove;
mod service;
mod undoing;

pub use flow::may_follow;
pub use http::StatusesApi;
pub use service::{Status, all, default_of, known, won};
pub use undoing::{KIND, undo};

//! Saved views: a name for a filter, a sort, columns and a density of a list, kept to oneself or
//! shared with a team or everybody.
//!
//! Always holds: a view is a way of asking and gives no right: whoever opens it sees what their own
//! policy shows. What they may not ask by, or what is gone, is left out and named.

mod change;
mod entity;
mod http;
mod query;

pub use change::{KIND, undo};
pub use http::ViewsApi;

//! Calls, mails, meetings, tasks and notes of what was said: what is to be done, by whom and by when, and
//! what was done.
//!
//! Always holds: overdue is not stored, it is what is scheduled and due before now; whoever reads a record
//! reads what was done about it; of a series one activity holds the rule, the last one, and hands it on when
//! it is done; a reminder is told of once, by the commit that marks it.

mod actions;
mod agenda;
pub mod entity;
pub(crate) mod from_file;
pub mod http;
pub mod input;
mod remind;
pub mod repeats;
mod series;
pub mod service;

pub use actions::{cancel, complete, reopen};
pub use http::ActivitiesApi;
pub use remind::remind;

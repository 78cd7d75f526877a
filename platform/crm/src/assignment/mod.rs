//! Rules that say who gets the clients and leads that come in without an owner.
//!
//! Always holds: the first rule that fits decides, and one that has nobody with room left passes on to the
//! next; nobody who may not sign in gets anything; of several records that come in at once each takes its
//! own turn.

mod http;
mod pick;
mod preview;
mod service;

pub use http::AssignmentRulesApi;
pub(crate) use pick::checked_language;
pub use pick::{Facts, Picked, of_new, pick};
pub(crate) use pick::{has_rules, pick_many};

//! Looking for clients and leads by what somebody types: a name, a part of an e-mail, a phone number in
//! any form, and names with a slip of the finger.
//!
//! Always holds: accents and case never count; the lists' `search=` and the palette mean the same by a
//! word; nothing is looked for in a value that the actor does not see in clear.

mod nearest;
mod rank;
mod service;
mod words;

pub use service::{Hit, Hits, Match, Wanted, activities, clients, contacts, deals, leads, set_bounds, took_too_long};
pub(crate) use words::{matches, matches_or_company, narrow};

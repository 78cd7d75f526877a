//! Who stands before and after a client or a lead in the list it was opened from, so that its page can
//! walk through that list after a reload and from a shared link, too.
//!
//! Always holds: the list is the one that the same parameters show to the same actor.

mod http;
mod service;

pub use http::NeighboursApi;

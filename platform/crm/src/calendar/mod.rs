//! A user's activities as a calendar that other programs read (iCalendar, RFC 5545), at a secret address.
//!
//! Always holds: the address is kept as its hash and shown once; whoever has it sees what its user may see by
//! now and nothing else; of a user who may no longer sign in there is no calendar.

pub mod http;
mod ical;
pub mod service;
mod zones;

pub use http::CalendarApi;

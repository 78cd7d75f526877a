//! Deals as the console has them: an amount is a number, a stage is one of its pipeline's.

mod http;
mod input;

pub use http::ConsoleDealsApi;
pub(crate) use http::open_of;

//! Opportunities and deals: one has a value, the other an amount, and each its words for the day of closing.

mod api;
mod input;
mod out;
mod verbs;

pub use api::{SalesDealsApi, SalesOpportunitiesApi};
pub(crate) use out::SalesStepOut;

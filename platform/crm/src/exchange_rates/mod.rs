//! What other currencies were worth in the tenant's base currency, from a day on until the next one.
//!
//! Always holds: an amount of another currency is added only after it was turned into the base currency; where
//! no rate is known it is left out and its currency named, never counted one to one.

pub mod http;
pub mod service;

pub use http::ExchangeRatesApi;

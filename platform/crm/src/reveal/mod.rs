//! Showing a masked value to somebody who says what for.
//!
//! Always holds: the value is read in the transaction that writes down who saw which field for which
//! purpose, so there is no reveal without its trace, and the trace holds no value. Of one user's
//! requests at once, one after the other is counted. What is in clear for the caller anyway costs
//! nothing; a refusal for the quota is written down too.

mod http;
mod notice;
mod service;

pub use http::RevealApi;

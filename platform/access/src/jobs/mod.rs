//! Background jobs of a tenant, as its staff see them: what waits, runs, has failed, and the button
//! that tries a dead one again. Always holds: what a job carries is not shown, and an error text shows
//! no address.

mod http;
mod service;

pub use http::JobsApi;
pub use service::{Job, JobState, cancel, get, list, own, retry, stop};

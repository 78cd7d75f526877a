//! Watching provisionings, and trying a failed one again.
//!
//! Always holds: one that a broker started may be read by whoever has its id, without the detail of
//! failures; every other one only by the owner.

mod http;
mod service;

pub use http::{ProvisioningOut, ProvisioningsApi, StepOut};
pub use service::{list, read, retry};

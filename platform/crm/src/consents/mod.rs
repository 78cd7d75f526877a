//! What people agree to when they register, and who agreed to what.
//!
//! Always holds: a wording is never rewritten; a change of it is a new version, and what a client agreed
//! to names the version and the hash of its words. Addresses from which people agreed are read under the
//! full database role alone.

pub mod http;
pub mod service;

pub use http::ConsentsApi;
pub use service::{Accepted, Wording, agreed, current, keep};

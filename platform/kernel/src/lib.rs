//! What every room of Brokerdesk shares: ids, errors, paging, permissions, and the traits
//! by which the outside world is reached.
//!
//! Nothing here does IO, nothing is async, nothing knows HTTP or SQL. If an item needs one of
//! these, it belongs in `runtime` or further down.

pub mod clock;
pub mod error;
pub mod event;
pub mod fold;
pub mod ids;
pub mod job;
pub mod mask;
pub mod module;
pub mod paging;
pub mod permission;
pub mod phone;
pub mod ports;
pub mod slips;
pub mod tenant;
pub mod validate;

pub use error::{DomainError, Result};

//! The poem plumbing that all contexts share: one gate in front of everything, one error mapper,
//! credentials, idempotency, replies and the specification's finish.

pub mod auth;
pub mod error;
pub mod gate;
pub mod headers;
pub mod idempotency;
mod optional;
mod outside;
pub mod reply;
pub mod spec;
pub mod token;

pub use auth::{Account, Caller, Owner, SignedIn, Staff};
pub use error::ApiError;
pub use gate::Site;
pub use optional::OptionalJson;
pub use reply::{Accepted, Created, ListOut, NoContent, Rows, instant, some_instant};

/// What handlers return.
pub type ApiResult<T> = Result<T, ApiError>;

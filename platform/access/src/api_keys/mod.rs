//! API keys: how programs come in. Always holds: a key is shown once and kept as its hash; it has a
//! role and no user, so that scopes `own` and `team` reach nothing; it can't manage keys, roles or
//! users; nobody makes a key that may more than they may themselves; a key that was revoked or has
//! expired is worth nothing within a second, in every process.

mod http;
mod service;

pub use http::ApiKeysApi;
pub use service::{ApiKey, NewKey, create, list, revoke};

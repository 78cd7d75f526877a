//! Sign-up of brokers: from the form to an order for a tenant, by way of a mail.
//!
//! Always holds: a sign-up that waits for its mail holds its address until it expires; a token works
//! once; the order and its job appear in the transaction that spends the token.

mod http;
mod service;

pub use http::{SignupApi, SignupIn, TemplateOut};
pub use service::{Checked, check_slug_free, resend, sign_up, verify};

//! The public lead form: anyone may fill it in, for the broker or on behalf of an approved partner.
//!
//! Always holds: the answer tells a stranger nothing about who is known already.

pub mod http;

pub(crate) use http::approved;
pub use http::{CaptchaKindOut, FormPartnerOut, PublicFormApi};

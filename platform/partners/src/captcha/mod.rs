//! What keeps robots out of public forms: a calculation in the visitor's browser, which needs nobody
//! else, or hCaptcha or Turnstile.
//!
//! Always holds: an answer is good once and for one tenant; whatever can't be checked (a provider that
//! is away, a secret that is missing, an answer that may have been used elsewhere) lets nobody in.

mod http;
mod policy;
mod secret;
mod work;

pub use http::{CaptchaApi, CaptchaIn};
pub(crate) use policy::settings;
pub use policy::{Armed, Door, Kind, Policy, check, given, script_sources};

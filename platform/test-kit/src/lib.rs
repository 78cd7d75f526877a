//! An installation per test: its own database, roles, mail catcher and file store on real servers,
//! and a real HTTP server in front. Tenants are made by the provisioner, as everywhere.
//!
//! PostgreSQL and Redis are shared by all tests of a run; they are started by the first test and
//! ended by `test-services stop`.

#![expect(clippy::unwrap_used, reason = "a test that can't be set up should stop with the reason")]

pub mod api;
pub mod own;
pub mod services;
pub mod world;

pub use api::{Api, Reply};
pub use own::Own;
pub use sandbox::CaptchaServer;
pub use sandbox::captcha::SECRET as CAPTCHA_SECRET;
pub use world::{Broker, World};

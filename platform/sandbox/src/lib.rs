//! Stand-ins for the outside world, for `brokerdesk up` and for tests.
//!
//! Everything here speaks the real protocol over a real loopback socket, so
//! the code that uses it is the code that runs in production: a mail catcher
//! (SMTP), an object store (S3), and private PostgreSQL and Redis processes.
//! Nothing here listens on anything but loopback unless told to, and nothing
//! here is meant for production.

pub mod captcha;
pub mod clamd;
pub mod lock;
pub mod mail;
pub mod postgres;
mod process;
pub mod redis;
pub mod s3;
pub mod supervise;

pub use captcha::CaptchaServer;
pub use lock::DataDirLock;
pub use mail::{CaughtMail, MailCatcher};
pub use postgres::{PostgresOptions, PrivatePostgres};
pub use redis::{PrivateRedis, RedisOptions};
pub use s3::{AllowedOrigins, S3Options, S3Server};
pub use supervise::{Patience, Supervised};

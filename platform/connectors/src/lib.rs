//! Protocol clients and nothing else: they implement the traits of
//! [`kernel::ports`] and know nothing of tenants, clients or databases.
//!
//! Every call has a time limit; no call is made without one.

pub mod captcha;
pub mod clamd;
pub mod s3;
pub mod smtp;

use std::time::Duration;

pub use captcha::CaptchaService;
pub use clamd::ClamdScanner;
pub use s3::{S3FileStore, S3Settings};
pub use smtp::SmtpMailer;

/// How long one exchange with an outside system may take.
const TIME_LIMIT: Duration = Duration::from_secs(10);

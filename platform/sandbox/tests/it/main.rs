//! The sandbox over real sockets and with real processes.

#![expect(clippy::unwrap_used, reason = "tests")]

mod clamd;
mod mail;
mod s3;
mod servers;

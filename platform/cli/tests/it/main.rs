//! The real binary as a process of its own, killed and started again.

#![expect(clippy::unwrap_used, reason = "tests")]

mod bulk;
mod exports;
mod imports;
mod isolation;
mod kit;
mod migrate;
mod provisioning;
mod shutdown;
mod tools;
mod up;
mod workers;

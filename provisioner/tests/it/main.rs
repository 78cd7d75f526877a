//! The provisioner on a real installation: every test has a database, roles, files and mail of its own.

#![expect(clippy::unwrap_used, reason = "tests")]

mod clone;
mod kill;
mod realm;
mod signup;
mod steps;
mod tenants;

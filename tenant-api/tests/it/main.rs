//! The integration tests: plain HTTP against a real server over real PostgreSQL, Redis, S3 and SMTP,
//! each on a fresh installation with freshly provisioned tenants.

#![expect(clippy::unwrap_used, reason = "tests")]

mod bad_input;
mod clients;
mod events;
mod leads;
mod masking;
mod policy;
mod tenant_tx;

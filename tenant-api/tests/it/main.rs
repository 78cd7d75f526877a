//! The integration tests: plain HTTP against a real server over real PostgreSQL, Redis, S3 and SMTP,
//! each on a fresh installation with freshly provisioned tenants.

#![expect(clippy::unwrap_used, reason = "tests")]

mod audit;
mod auth;
mod bad_input;
mod clients;
mod events;
mod faults;
mod leads;
mod mails;
mod masking;
mod owner;
mod policy;
mod probes;
mod schema_drift;
mod signup;
mod surfaces;
mod templates;
mod tenant_tx;
mod tokens;
mod users;

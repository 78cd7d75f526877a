//! The integration tests: plain HTTP against a real server over real PostgreSQL, Redis, S3 and SMTP,
//! each on a fresh installation with freshly provisioned tenants.

#![expect(clippy::unwrap_used, reason = "tests")]

mod api_keys;
mod audit;
mod auth;
mod bad_input;
mod clients;
mod custom_fields;
mod events;
mod explain;
mod faults;
mod lead_flow;
mod leads;
mod mails;
mod masking;
mod owner;
mod policy;
mod probes;
mod record_page;
mod reveal;
mod roles;
mod schema_drift;
mod sessions;
mod settings;
mod sign_in;
mod signup;
mod statuses;
mod surfaces;
mod templates;
mod tenant_tx;
mod tokens;
mod two_factor;
mod users;

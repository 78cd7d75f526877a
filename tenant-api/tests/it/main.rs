//! The integration tests: plain HTTP against a real server over real PostgreSQL, Redis, S3 and SMTP,
//! each on a fresh installation with freshly provisioned tenants.

#![expect(clippy::unwrap_used, reason = "tests")]

mod access_changes;
mod activities;
mod api_keys;
mod assignment_rules;
mod attachments;
mod audit;
mod auth;
mod bad_input;
mod bulk;
mod bulk_undo;
mod calendar;
mod captcha;
mod clients;
mod columns;
mod consents;
mod console;
mod contacts;
mod custom_fields;
mod deals;
mod documents;
mod duplicates;
mod events;
mod explain;
mod exports;
mod faults;
mod figures;
mod filters;
mod idempotency;
mod imports;
mod lead_flow;
mod leads;
mod mails;
mod masking;
mod merges;
mod merges_at_random;
mod modules;

mod notes;
mod notifications;
mod overview;
mod owner;
mod pipelines;
mod policy;
mod probes;
mod record_page;
mod registration;
mod reports;
mod reveal;
mod roles;
mod schema_drift;
mod search;
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
mod views;

//! Clients and leads, and what their desks need: statuses, the dashboard, lists as files.
//!
//! Always holds: rows are read through `visible_to`, which knows the actor's scope and view;
//! sensitive fields are named only where the actor's database role has a grant on it.

pub mod activities;
pub mod assignment;
pub mod attachments;
pub mod bulk;
pub mod calendar;
pub mod clients;
pub mod consents;
pub mod contacts;
pub mod custom_fields;
pub mod dashboard;
pub mod deals;
pub mod document_types;
pub mod documents;
pub mod duplicates;
pub mod exchange_rates;
pub mod exports;
mod file_form;
pub mod filter;
pub mod follow_up;
pub mod imports;
pub mod leads;
pub mod merges;
mod naming;
pub mod neighbours;
pub mod notes;
pub mod notifications;
pub mod overview;
pub mod ownership;
pub mod pipelines;
pub mod related;
pub mod reports;
pub mod reveal;
pub mod role_preview;
pub mod search;
pub mod sensitive;
pub mod statuses;
pub mod tags;
pub mod views;
mod zone;

//! Who works here and what they may: sign-in and sessions, users, teams, roles, the audit log,
//! background jobs, settings and branding.
//!
//! Always holds: a session of somebody who may no longer sign in is worth nothing at the next
//! request; a token or password is kept only as its hash; every change of access moves the realm's
//! access version, so that every process asks anew.

pub mod api_keys;
pub mod audit;
pub mod auth;
pub mod branding;
pub mod console;
pub mod explain;
pub mod jobs;
pub mod roles;
pub mod settings;
pub mod teams;
pub mod undo;
pub mod users;

mod administration;
mod own_tenant;

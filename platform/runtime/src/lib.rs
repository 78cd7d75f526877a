//! What every operation needs: configuration, the tenant registry, tenant transactions, the
//! operation context, policy, audit, outbox, secrets, live events, telemetry; and `http/`, the
//! poem plumbing that all contexts share.
//!
//! Always holds: tenant data is reached only through [`db::TenantTx`], which runs under the
//! tenant's role and search path; whoever may not see a value in clear runs under a role that has
//! no grant on it.

pub mod access;
pub mod app;
pub mod audit;
pub mod config;
pub mod counts;
pub mod crypto;
pub mod ctx;
pub mod db;
pub mod events;
pub mod failpoint;
pub mod http;
pub mod limits;
pub mod list;
pub mod migrate;
pub mod outbox;
pub mod registry;
pub mod teams;
pub mod telemetry;
pub mod words;

pub use app::{App, SharedApp};
pub use ctx::{Ctx, RequestInfo};
pub use db::{Rows, TenantTx};

//! The platform owner's tenants: listing, ordering, changing, suspending and removing them.
//!
//! Always holds: every change is one transaction of the platform's realm with its audit row. A
//! tenant that is going (`deleting`) is shown to nobody; its job removes what is left of it.

mod entity;
mod http;
mod jobs;
pub(crate) mod service;

pub use entity::TenantRow;
pub use http::{StartedOut, TenantOut, TenantsApi};
pub use jobs::{DropTenant, drop_tenant, remove};
pub use service::{TenantFilter, TenantPatch, change, condemn, create, get, list, list_all};

//! How a broker's CRM comes to be, is cloned, suspended and removed: sign-up, the platform owner's
//! tenants, and the provisioner that makes one step after the other.
//!
//! Always holds: the platform owner's staff live in a realm of their own (number 0) with the same
//! tables as a broker; whatever the owner does is one transaction of that realm, with its audit row
//! and its job. Every step of a provisioning is recorded and can be done again, so a run that died
//! at any place is taken up by the next one.

pub mod branding;
pub mod clone;
pub mod commands;
pub mod configuration;
mod control;
pub mod job;
mod lock;
pub mod order;
pub mod provisionings;
pub mod realm;
mod rescue;
pub mod signup;
pub mod steps;
pub mod tenants;
pub mod usage;
pub mod views;

pub use job::{ProvisionTenant, mark_failed, provision};
pub use order::{Administrator, BrandingWish, Order, Origin, Placed, Source};
pub use realm::{OwnerSeed, ensure_platform};

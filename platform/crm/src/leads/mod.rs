//! Leads: people who may become clients, brought by staff, forms and partners.
//!
//! Always holds: a status change leaves a row in the lead's history; a converted lead names its
//! client and is not converted twice.

pub mod entity;
pub mod http;
pub mod registered;
pub mod service;

pub use http::LeadsApi;

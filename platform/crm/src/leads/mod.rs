//! Leads: people who may become clients, brought by staff, forms and partners.
//!
//! Always holds: a status change leaves a row in the lead's history; a converted lead names its
//! client and is not converted twice.

mod along;
mod carry;
pub mod entity;
mod flow_http;
mod history;
pub mod http;
mod link;
pub mod registered;
pub mod service;

pub use flow_http::LeadFlowApi;
pub use http::LeadsApi;

//! Partners: who they are and whether they are approved.
//!
//! Always holds: only an approved partner's form takes leads.

pub mod http;
pub mod service;

pub use http::PartnersApi;

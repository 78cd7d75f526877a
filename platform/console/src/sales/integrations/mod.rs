//! `/api/crm/integrations`: records of other programs beside the broker's own.
//!
//! Always holds: what is `local` are the records of the product, within the caller's scope. The other programs have
//! nothing here while the broker has no credentials for them, and say so.

mod http;
mod service;
mod shapes;

pub use http::SalesIntegrationsApi;

//! `/api/crm`: contacts, opportunities, deals and activities in the words of a sales program.
//!
//! Always holds: words are accepted in any letter case; stages are spoken of in this face's words on the way in and
//! out; amounts are numbers.

pub mod activities;
pub mod contacts;
pub mod dashboard;
pub mod deals;
mod envelope;
pub mod integrations;
pub mod pipeline;
mod stages;
pub mod stats;

pub use activities::SalesActivitiesApi;
pub use contacts::SalesContactsApi;
pub use dashboard::SalesDashboardApi;
pub use deals::{SalesDealsApi, SalesOpportunitiesApi};
pub use integrations::SalesIntegrationsApi;
pub use pipeline::SalesPipelineApi;
pub use stats::SalesStatsApi;

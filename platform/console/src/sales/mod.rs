//! `/api/crm`: contacts, opportunities, deals and activities in the words of a sales program.
//!
//! Always holds: words are accepted in any letter case; stages are spoken of in this face's words on the way in and
//! out; amounts are numbers.

pub mod contacts;
pub mod dashboard;
mod envelope;
pub mod integrations;
pub mod stats;

pub use contacts::SalesContactsApi;
pub use dashboard::SalesDashboardApi;
pub use integrations::SalesIntegrationsApi;
pub use stats::SalesStatsApi;

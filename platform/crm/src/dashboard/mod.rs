//! Figures about clients, within what the reader may see. Each figure is a grouping of the same
//! list that the clients page shows, so that the drill-down has as many rows as the figure says.

mod http;
mod service;

pub use http::DashboardApi;

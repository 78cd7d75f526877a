//! Figures about clients and leads, within what the reader may see, out of the table `figures`: triggers
//! keep it exact with every change, so that no record is read here, however many there are. Each figure
//! is a grouping of the same list that the page of the records shows, so that the drill-down has as many
//! rows as the figure says.

mod http;
mod service;

pub use http::DashboardApi;
pub(crate) use service::{FigureFilter, Group, figures};

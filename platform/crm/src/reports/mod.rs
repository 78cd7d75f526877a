//! Figures about selling: how much is on its way, what was won and lost, by whom, and what was done for it.
//!
//! Always holds: a figure counts what its reader may see, no more: the scope of `reports.read` and that of
//! the records together, and without the permission of a record its figures are absent. Sums are in the
//! tenant's base currency by dated rates: what is open by the newest rate up to today, what was closed by
//! that of its closing day. A currency without a rate is left out of sums, not of counts, and named. Days
//! begin in the tenant's time zone.

mod answer;
mod ask;
mod closed;
pub mod dashboard;
mod entity;
mod file;
mod http;
mod open;
mod overview;
mod people;
mod service;
mod sums;

pub use ask::{Part, SalesFilter};
pub use entity::{
    ActivityDay, Bucket, ClosedFigures, ContactFigures, Forecast, ForecastMonth, Metrics, MonthFigures, OpenFigures, Performer,
    PipelineName, SalesReport, StageFigure, Step, Sum, TeamFigure, Won,
};
pub use http::{DashboardIn, DashboardOut, ReportsApi};
pub use overview::{Overview, StageSum, overview};
pub use service::{parts, sales};

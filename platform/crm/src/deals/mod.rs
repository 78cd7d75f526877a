//! Opportunities and deals: chances to sell something, on their way through a pipeline. Both are rows of one table
//! and go by the same rules; each has permissions and addresses of its own.
//!
//! Always holds: every step from one stage to another leaves a row in the history, goes a way that the pipeline
//! draws, and is won, lost or open as its stage is; what is won or lost is left by nobody but who reopens it;
//! amounts are added in the base currency only.

mod api;
pub mod board;
mod board_http;
pub mod convert;
pub mod entity;
pub(crate) mod from_file;
pub mod http;
pub mod moves;
pub mod service;
mod stages_http;

pub use api::{DealsApi, OpportunitiesApi};
pub use board_http::{DealBoardApi, OpportunityBoardApi};
pub use entity::Kind;
pub use stages_http::{DealStagesApi, OpportunityStagesApi};

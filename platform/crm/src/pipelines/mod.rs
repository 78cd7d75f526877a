//! Pipelines and their stages: the ways that opportunities and deals go.
//!
//! Always holds: one pipeline is the default; every pipeline has a stage that is open, one that is won and one
//! that is lost; a deal stands in a stage that exists, and its outcome is that of its stage.

mod change;
pub mod http;
pub mod service;
mod stages;

pub use change::update;
pub use http::{PipelinePatch, PipelinesApi};
pub use stages::set as set_stages;

//! Figures per team and per agent, as far as the actor's scope reaches.

mod http;
mod service;

pub use http::OverviewApi;

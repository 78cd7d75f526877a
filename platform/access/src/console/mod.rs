//! The broker's own console: another program that signs its people in by itself and calls us with its tokens.
//! What we believe of them is set up here. Always holds: a secret is shown to nobody once it is kept; nobody
//! maps a word to a role that may more than they may themselves.

mod http;
mod service;

pub use http::ConsoleSettingsApi;

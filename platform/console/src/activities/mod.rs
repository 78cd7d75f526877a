//! Activities as the console has them.

mod http;
mod input;

pub use http::ConsoleActivitiesApi;
pub(crate) use http::{ConsoleActivityOut, ConsoleUserOut, NamedOut, recent_of, upcoming_of, users};

//! A record as a role would see it, for the role editor. Always holds: nobody sees more of a record
//! through this than they see of it themselves.

mod http;
mod service;

pub use http::RolePreviewApi;

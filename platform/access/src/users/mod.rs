//! Users: the staff of a realm. Always holds: an address belongs to one user; a user who was invited
//! has no password and can't sign in; somebody who can administer the realm remains; who leaves hands
//! over their records in the same change, if the caller says to whom.

mod entity;
mod handover;
mod http;
mod many;
mod protect;
mod protect_http;
mod search;
mod service;
mod update;

pub use http::{UsersApi, filter};
pub use many::{NewRow, add_many, remove_unused};
pub use protect::{activity, end_session, end_sessions, reset_password, reset_two_factor, sessions, unlock};
pub use protect_http::UserProtectionApi;
pub use search::{Colleague, search};
pub use service::{Filter, NewUser, SORTS, User, checked_identity, create, get, list, listed, resend_invitation};
pub use update::{Changes, Handover, update};

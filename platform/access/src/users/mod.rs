//! Users: the staff of a realm. Always holds: an address belongs to one user; a user who was invited
//! has no password and can't sign in; somebody who can administer the realm remains; who leaves hands
//! over their records in the same change, if the caller says to whom.

mod entity;
mod handover;
mod http;
mod service;
mod update;

pub use http::UsersApi;
pub use service::{Filter, NewUser, SORTS, User, create, get, list, resend_invitation, reset_password};
pub use update::{Changes, Handover, update};

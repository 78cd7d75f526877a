//! Roles: which permissions and fields a user has. Always holds: what a role is not given is denied,
//! and nobody hands out a role that may more than they may themselves.

mod entity;
mod http;
mod service;

pub use http::{LevelWord, RoleRef, RolesApi, ScopeWord};
pub use service::{Role, list, may_hand_out, role_by_name_or_id};

//! Roles: which permissions and fields a user has. Always holds: what a role is not given is denied;
//! nobody hands out a role, or makes one, that may more than they may themselves; somebody who can
//! administer the realm remains; a change holds at the next request of everybody who has the role.

mod change;
mod entity;
mod grants;
mod http;
mod input;
mod preview;
mod service;
mod words;

pub use grants::{Grants, RoleChoice, choices, may_hand_out, of_role, scope_word};
pub(crate) use grants::{administrators, last_administrator};
pub use http::RolesApi;
pub use input::{checked_fields, reads};
pub use service::{Role, get, list, role_by_name_or_id};
pub use words::{LevelWord, RoleRef, ScopeWord};

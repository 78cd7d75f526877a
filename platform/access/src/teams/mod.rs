//! Teams: a tree of groups of users. A permission at scope `team` reaches the user's team and all
//! below it. Always holds: no team is above itself, and a team's leader is a user who was not
//! deactivated when they became one.

mod http;
mod service;

pub use http::TeamsApi;
pub(crate) use service::hand_over;
pub use service::{Changes, Member, NewTeam, Team, create, get, list, update};

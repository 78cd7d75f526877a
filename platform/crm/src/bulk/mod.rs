//! Changing many records at once: owner, status, tags, deletion, over chosen records or over everything
//! that a filter means.
//!
//! Always holds: only what lies within the actor's scope is changed, also when the work goes on while they
//! are away; every changed record has its line in the audit log and its values from before in `bulk_rows`,
//! in the statement that changes it; what somebody changed since is not overwritten when a change is taken
//! back. A large change works in pieces, each a commit of its own, on a selection that was written down
//! when it was asked for: a worker that dies loses nothing and does nothing twice.

mod apply;
mod change;
mod distribute;
mod http;
mod jobs;
mod kind;
mod selection;
mod service;
pub(crate) mod statement;
mod undoing;

pub(crate) use apply::{Origin, covered, lines};
pub(crate) use distribute::loads;
pub use http::BulkApi;
pub use jobs::{ApplyBulk, UndoBulk, apply, failed, undo as undo_job};
pub(crate) use kind::{Kind, names_of};
pub(crate) use selection::{in_words, texts};
pub(crate) use statement::Sql;
pub use undoing::{KIND, Restored, undo};

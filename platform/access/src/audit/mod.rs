//! Reading the audit log, and proving that it is whole. Always holds: who sees a field masked in a
//! record sees it masked in its history, and who does not see it at all does not learn that it changed.

mod chapter;
mod http;
mod reading;
mod service;

pub use chapter::Chapter;
pub use http::{AuditActorOut, AuditApi, AuditChangeOut, AuditEntryOut, AuditResourceOut, Wanted, read_noted};
pub use service::{
    AuditActor, AuditEntry, AuditResource, Filter, LABEL, NEWEST_FIRST, Part, activity, list, listed, timeline, told,
};

//! Operations on the CRM itself rather than on its records: users, teams, roles, jobs.

use std::sync::Arc;

use runtime::Ctx;
use runtime::db::Mode;
use runtime::http::SignedIn;

/// Begins an operation with the user's own permissions and the full database role: the masked role
/// exists to wall off contact data of clients and leads, has no rights on accounts, and somebody may
/// well manage users without seeing a client's phone.
pub(crate) async fn begin(who: &SignedIn) -> kernel::Result<Ctx> {
    let actor = who.actor.in_clear();
    Ctx::begin(&who.caller.app, &who.tenant, Arc::new(actor), who.caller.request.clone(), Mode::Write).await
}

/// The same for an operation that only reads.
pub(crate) async fn read(who: &SignedIn) -> kernel::Result<Ctx> {
    let actor = who.actor.in_clear();
    Ctx::begin(&who.caller.app, &who.tenant, Arc::new(actor), who.caller.request.clone(), Mode::Read).await
}

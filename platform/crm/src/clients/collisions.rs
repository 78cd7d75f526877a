//! E-mail addresses that turn out to be taken.
//!
//! That an address is taken can't be hidden from whoever adds a client with it. So that nobody finds out
//! by trying whose addresses a broker has, somebody who could not look an address up may meet only so many
//! of them in an hour; after that nothing with an address is tried for them at all.

use kernel::DomainError;
use kernel::permission::{Level, Scope};
use runtime::Ctx;
use runtime::config::Rate;
use runtime::http::SignedIn;

const NAME: &str = "email-exists";
const RATE: Rate = Rate { count: 20, seconds: 3_600 };

/// Who is counted; nobody who may read every client's address anyway.
fn subject(auth: &SignedIn) -> Option<String> {
    let actor = &auth.actor;
    let could_look = actor.scope("clients.read") == Some(Scope::All) && actor.level("clients.email") == Level::Full;
    let who = actor.user.map_or_else(|| actor.name.clone(), |user| user.to_string());
    (!could_look).then(|| format!("{}:{who}", auth.tenant.key))
}

/// Begins an operation that will tell whether an address is taken; refused, and recorded, after too many
/// that were.
pub async fn may_ask(auth: &SignedIn) -> kernel::Result<()> {
    let Some(subject) = subject(auth) else { return Ok(()) };
    let Err(refused) = auth.caller.app.limits.has_room(NAME, &subject, Some(RATE)).await else { return Ok(()) };
    let ctx = auth.begin_account().await?;
    ctx.audit("client.probing_refused", "user", auth.actor.user.map(Into::into), Vec::new()).await?;
    ctx.commit().await?;
    Err(refused)
}

/// Ends a failed operation, and counts it if an address was taken.
pub async fn counted(auth: &SignedIn, ctx: Ctx, error: DomainError) -> DomainError {
    drop(ctx);
    if error.code() == "email_exists"
        && let Some(subject) = subject(auth)
    {
        // The one too many is refused before it is tried.
        let _ = auth.caller.app.limits.check(NAME, &subject, Some(RATE)).await;
    }
    error
}

/// Counts the taken addresses that a request with many of them met; refused if that is one too many.
pub async fn may_meet(auth: &SignedIn, count: usize) -> kernel::Result<()> {
    let Some(subject) = subject(auth) else { return Ok(()) };
    // Enough to use up whatever is left.
    for _ in 0..count.min(RATE.count as usize + 1) {
        auth.caller.app.limits.check(NAME, &subject, Some(RATE)).await?;
    }
    Ok(())
}

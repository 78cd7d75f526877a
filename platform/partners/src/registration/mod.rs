//! Registration of clients: from the form to a client, by way of a mail.
//!
//! Always holds: a form is answered with the same words and the same work whether its e-mail address is
//! known or not; who has the address finds out, in their own mailbox. Nobody becomes a client before the
//! link of the mail was used, and what the form says is sealed until then and gone afterwards. A link
//! works once, at the broker who sent it.

mod form;
mod http;
mod letter;
mod rules;
mod service;

pub use http::RegistrationApi;
pub use letter::{SendLetter, send_letter};
pub use rules::Rules;
pub use service::sweep;

use std::sync::Arc;

use runtime::Ctx;
use runtime::access::Actor;
use runtime::db::Mode;
use runtime::http::Caller;
use runtime::registry::secret_purpose;
use uuid::Uuid;

/// The product, where the audit log names who acted.
const ACTOR: &str = "Registration";

/// Begins to read at a broker's host on behalf of a caller without an account.
pub(crate) async fn reading(caller: &Caller) -> kernel::Result<Ctx> {
    let tenant = caller.tenant()?;
    Ctx::begin(&caller.app, tenant, Arc::new(Actor::system(ACTOR)), caller.request.clone(), Mode::Read).await
}

/// What a form is sealed for.
fn purpose(ctx: &Ctx, id: Uuid) -> String {
    secret_purpose(ctx.tenant().key, &format!("registration:{id}"))
}

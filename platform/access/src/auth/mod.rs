//! Sign-in: passwords, the second factor, sessions, refresh tokens, and the links that set a password
//! once.
//!
//! Both realms use it, a broker's and the platform's. Always holds: an answer does not tell whether
//! an address is known; a failed attempt is counted even though the request fails; a refresh token
//! works once, and using one again ends its session; nothing that could sign somebody in is stored
//! in clear, which is why answers with tokens are never kept under an `Idempotency-Key`.

mod device;
mod entity;
mod http;
mod links;
mod lockout;
mod open;
mod passwords;
mod second_factor;
mod sessions;
mod sign_in;
mod totp;
mod two_factor_http;

pub use http::AuthApi;
pub(crate) use links::{Link, Purpose, cancel as cancel_links, issue as issue_link, issue_many as issue_links};
pub(crate) use lockout::unlock;
pub use open::{EndedOut, SessionOut, end as end_session, end_all as end_sessions, list as list_sessions};
pub use passwords::check_password;
pub(crate) use passwords::send_reset;
pub(crate) use second_factor::remove as remove_two_factor;
pub use sessions::revoke_all;
pub use two_factor_http::TwoFactorApi;

use std::sync::Arc;

use runtime::access::Actor;
use runtime::db::Mode;
use runtime::http::Caller;
use runtime::{Ctx, RequestInfo};

/// The name under which the audit log shows attempts that belong to nobody yet.
const NOBODY: &str = "Sign-in";

/// Begins an operation on an account, on behalf of `actor`. The request's `Idempotency-Key` takes no
/// part: the answers hold tokens.
async fn begin(caller: &Caller, actor: Actor, mode: Mode) -> kernel::Result<Ctx> {
    let request = RequestInfo { idempotency: None, ..caller.request.clone() };
    Ctx::begin(&caller.app, caller.realm(), Arc::new(actor), request, mode).await
}

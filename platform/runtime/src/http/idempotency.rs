//! `Idempotency-Key`: the same request sent again gets the same answer and changes nothing.
//!
//! The key is claimed at the beginning of the change's own transaction and the answer is kept in
//! it, so that there is no moment at which a crash leaves one without the other. A second request
//! with the key waits for the first at the claim; then the gate replays what was kept.
//!
//! An answer holds what its reader might see at that time. It is sealed where it is kept, and is shown
//! again only to a caller who may do and see the same as then: whose role was narrowed meanwhile learns
//! that the change was made, and nothing else.

use kernel::DomainError;
use poem::Response;
use poem::http::StatusCode;
use poem_openapi::types::ToJSON;
use sea_orm::FromQueryResult;

use super::auth::Caller;
use crate::ctx::Ctx;
use crate::db::{Mode, Rows as _};
use crate::registry::Tenant;

/// The code by which the gate knows that an answer was kept.
pub const REPLAY: &str = "idempotent_replay";

/// The name under which a caller's keys are kept: the user or API key, or the address of a caller
/// without one.
fn owner(ctx: &Ctx) -> String {
    match (ctx.actor().id(), &ctx.request().ip) {
        (Some(user), _) => user.to_string(),
        (None, Some(ip)) => format!("ip:{ip}"),
        (None, None) => "product".to_owned(),
    }
}

/// What a kept answer is sealed for: no other caller's row opens with it.
fn purpose(tenant: &Tenant, owner: &str, key: &str) -> String {
    format!("{}:idempotency:{owner}:{key}", tenant.key)
}

/// Claims the request's key; `false` if it has none. Fails with [`REPLAY`] if it was claimed before; the
/// gate reads from the message who claimed it, and under which policy it is asked for now.
pub async fn claim(ctx: &Ctx) -> kernel::Result<bool> {
    let Some(given) = &ctx.request().idempotency else { return Ok(false) };
    let claimed = ctx
        .tx()
        .run(
            "insert into idempotency_keys (caller, key, request_hash) values ($1, $2, $3) on conflict do nothing",
            [owner(ctx).into(), given.key.clone().into(), given.request.clone().into()],
        )
        .await?;
    if claimed == 1 {
        return Ok(true);
    }
    Err(DomainError::conflict(REPLAY, format!("{} {}", hex::encode(&given.policy), owner(ctx))))
}

/// Keeps the answer.
pub async fn keep<T: ToJSON>(ctx: &Ctx, status: u16, reply: &T) -> kernel::Result<()> {
    let Some(given) = &ctx.request().idempotency else { return Ok(()) };
    let owner = owner(ctx);
    let sealed = ctx.app().vault.seal(&purpose(ctx.tenant(), &owner, &given.key), reply.to_json_string().as_bytes());
    ctx.tx()
        .run(
            "update idempotency_keys set status = $3, sealed = $4, policy = $5 where caller = $1 and key = $2",
            [owner.into(), given.key.clone().into(), i32::from(status).into(), sealed.into(), given.policy.clone().into()],
        )
        .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Kept {
    request_hash: Vec<u8>,
    status: Option<i32>,
    sealed: Option<Vec<u8>>,
    policy: Option<Vec<u8>>,
}

/// The kept answer for a request whose key was claimed before; `claim` is what [`claim`] said.
pub async fn replay(caller: &Caller, claim: &str) -> kernel::Result<Response> {
    let (Some(given), Some((policy, owner))) = (&caller.request.idempotency, claim.split_once(' ')) else {
        return Err(DomainError::internal("replay without a key"));
    };
    let tx = caller.app.db.begin(caller.realm(), kernel::tenant::ViewClass::FULL, Mode::Read).await?;
    let kept: Option<Kept> = tx
        .one(
            "select request_hash, status, sealed, policy from idempotency_keys where caller = $1 and key = $2",
            [owner.into(), given.key.clone().into()],
        )
        .await?;
    match kept {
        Some(kept) if kept.request_hash != given.request => Err(DomainError::field_code(
            "idempotency_key_reused",
            "Idempotency-Key",
            "was used for another request; send a new key",
        )),
        Some(Kept { status: Some(status), sealed: Some(sealed), policy: Some(then), .. }) if hex::encode(&then) == policy => {
            let body = caller.app.vault.open(&purpose(caller.realm(), owner, &given.key), &sealed)?;
            Ok(Response::builder()
                .status(StatusCode::from_u16(u16::try_from(status).unwrap_or(200)).unwrap_or(StatusCode::OK))
                .header("Idempotent-Replay", "true")
                .content_type("application/json; charset=utf-8")
                .body(body))
        }
        Some(_) => {
            let message =
                "This request was already carried out. Its answer is not shown again, since it is gone or your access changed.";
            Err(DomainError::conflict("already_done", message))
        }
        None => Err(DomainError::conflict("in_progress", "The same request is being carried out. Try again in a moment.")),
    }
}

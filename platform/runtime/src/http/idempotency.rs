//! `Idempotency-Key`: the same request sent again gets the same answer and changes nothing.
//!
//! The key is claimed at the beginning of the change's own transaction and the answer is kept in
//! it, so that there is no moment at which a crash leaves one without the other. A second request
//! with the key waits for the first at the claim; then the gate replays what was kept.

use kernel::DomainError;
use poem::Response;
use poem::http::StatusCode;
use poem_openapi::types::ToJSON;
use sea_orm::FromQueryResult;

use super::auth::Caller;
use crate::ctx::Ctx;
use crate::db::{Mode, Rows as _};

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

/// Claims the request's key; `false` if it has none. Fails with [`REPLAY`] if it was claimed before.
pub async fn claim(ctx: &Ctx) -> kernel::Result<bool> {
    let Some((key, hash)) = &ctx.request().idempotency else { return Ok(false) };
    let claimed = ctx
        .tx()
        .run(
            "insert into idempotency_keys (caller, key, request_hash) values ($1, $2, $3) on conflict do nothing",
            [owner(ctx).into(), key.clone().into(), hash.clone().into()],
        )
        .await?;
    if claimed == 1 { Ok(true) } else { Err(DomainError::conflict(REPLAY, owner(ctx))) }
}

/// Keeps the answer.
pub async fn keep<T: ToJSON>(ctx: &Ctx, status: u16, reply: &T) -> kernel::Result<()> {
    let Some((key, _)) = &ctx.request().idempotency else { return Ok(()) };
    ctx.tx()
        .run(
            "update idempotency_keys set status = $3, body = $4 where caller = $1 and key = $2",
            [owner(ctx).into(), key.clone().into(), i32::from(status).into(), reply.to_json_string().into_bytes().into()],
        )
        .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Kept {
    request_hash: Vec<u8>,
    status: Option<i32>,
    body: Option<Vec<u8>>,
}

/// The kept answer for a request whose key was claimed before by `owner`.
pub async fn replay(caller: &Caller, owner: &str) -> kernel::Result<Response> {
    let Some((key, hash)) = &caller.request.idempotency else {
        return Err(DomainError::internal("replay without a key"));
    };
    let tx = caller.app.db.begin(caller.realm(), kernel::tenant::ViewClass::FULL, Mode::Read).await?;
    let kept: Option<Kept> = tx
        .one(
            "select request_hash, status, body from idempotency_keys where caller = $1 and key = $2",
            [owner.into(), key.clone().into()],
        )
        .await?;
    match kept {
        Some(kept) if &kept.request_hash != hash => Err(DomainError::field_code(
            "idempotency_key_reused",
            "Idempotency-Key",
            "was used for another request; send a new key",
        )),
        Some(Kept { status: Some(status), body: Some(body), .. }) => Ok(Response::builder()
            .status(StatusCode::from_u16(u16::try_from(status).unwrap_or(200)).unwrap_or(StatusCode::OK))
            .header("Idempotent-Replay", "true")
            .content_type("application/json; charset=utf-8")
            .body(body)),
        Some(_) => Err(DomainError::conflict("already_done", "This request was already carried out.")),
        None => Err(DomainError::conflict("in_progress", "The same request is being carried out. Try again in a moment.")),
    }
}

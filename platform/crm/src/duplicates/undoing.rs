//! Taking back that two clients are two people.

use kernel::DomainError;
use runtime::Ctx;
use serde_json::Value as Json;

use super::queue;

/// The kind under which a dismissal is written down.
pub const KIND: &str = "duplicate";

/// Puts the pair back into the queue.
pub async fn undo(ctx: &Ctx, payload: &Json) -> kernel::Result<()> {
    let id = payload.get("pair").and_then(Json::as_str).and_then(|id| id.parse().ok());
    queue::reopen(ctx, id.ok_or_else(|| DomainError::internal("an undo without a pair"))?).await
}

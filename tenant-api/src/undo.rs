//! `POST /undo/{undo_id}`: taking a change back. Here, because this is the one place that knows every
//! slice that records changes.

use access::undo::{self, Undoing};
use kernel::DomainError;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::Ctx;
use runtime::http::{ApiResult, Staff};
use uuid::Uuid;

/// A change was taken back.
#[derive(Debug, Object)]
struct UndoneOut {
    /// Always true.
    undone: bool,
}

/// THE LIST of changes that can be taken back.
async fn take_back(ctx: &Ctx, change: &Undoing) -> kernel::Result<()> {
    match change.kind.as_str() {
        access::settings::KIND => access::settings::undo(ctx, &change.payload).await,
        access::branding::KIND => access::branding::undo(ctx, &change.payload).await,
        crm::statuses::KIND => crm::statuses::undo(ctx, &change.payload).await,
        crm::tags::KIND => crm::tags::undo(ctx, &change.payload).await,
        crm::views::KIND => crm::views::undo(ctx, &change.payload).await,
        other => Err(DomainError::internal(format!("nobody takes back a change of kind {other}"))),
    }
}

/// Taking changes back.
pub struct UndoApi;

#[OpenApi]
impl UndoApi {
    /// Take a change back
    ///
    /// Once, for seven days, by whoever made the change or may change settings. What was changed again
    /// since stays as it is: 409 `changed_since`. A second time: 410 `undo_used`.
    #[oai(path = "/undo/:undo_id", method = "post", operation_id = "undo")]
    async fn undo(
        &self,
        auth: Staff,
        /// The `undo_id` that the change's answer named.
        undo_id: Path<Uuid>,
    ) -> ApiResult<Json<UndoneOut>> {
        let who = auth.0;
        let ctx = who.begin_carrying().await?;
        // Before the change is known: it may be one of access, whose lock comes first.
        ctx.access_changed().await?;
        let change = undo::take(&ctx, undo_id.0).await?;
        take_back(&ctx, &change).await?;
        undo::taken_back(&ctx, &change).await?;
        let out = UndoneOut { undone: true };
        ctx.commit_reply(200, &out).await?;
        who.caller.app.publish_invalidation("registry", who.tenant.key, &who.tenant.slug).await;
        Ok(Json(out))
    }
}

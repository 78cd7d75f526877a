//! `POST /undo/{undo_id}`: taking a change back. Here, because this is the one place that knows every
//! slice that records changes.

use access::undo::{self, Undoing};
use crm::bulk::Restored;
use kernel::DomainError;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};
use runtime::Ctx;
use runtime::http::{ApiResult, Staff};
use uuid::Uuid;

/// A change was taken back, or is being.
#[derive(Debug, Default, Object)]
#[oai(skip_serializing_if_is_none)]
struct UndoneOut {
    /// False while a job still works on it.
    undone: bool,
    /// Of a change of many records: how many have their values of before.
    restored: Option<u64>,
    /// Of a change of many records: how many were left, because somebody changed them since.
    skipped: Option<u64>,
    /// The job that takes a large change back.
    job_id: Option<Uuid>,
}

/// The answer to taking a change back.
#[derive(ApiResponse)]
enum UndoReply {
    /// Taken back.
    #[oai(status = 200)]
    Done(Json<UndoneOut>),
    /// Begun; a job goes on with it.
    #[oai(status = 202)]
    Begun(Json<UndoneOut>),
}

/// THE LIST of changes that can be taken back.
async fn take_back(ctx: &Ctx, change: &Undoing) -> kernel::Result<UndoneOut> {
    match change.kind.as_str() {
        crm::bulk::KIND => {
            return Ok(match crm::bulk::undo(ctx, &change.payload).await? {
                Restored::Now { restored, skipped } => {
                    UndoneOut { undone: true, restored: Some(restored), skipped: Some(skipped), job_id: None }
                }
                Restored::Later { job_id } => UndoneOut { job_id: Some(job_id), ..UndoneOut::default() },
            });
        }
        access::settings::KIND => access::settings::undo(ctx, &change.payload).await,
        access::branding::KIND => access::branding::undo(ctx, &change.payload).await,
        crm::custom_fields::KIND => crm::custom_fields::undo(ctx, &change.payload).await,
        crm::duplicates::KIND => crm::duplicates::undo(ctx, &change.payload).await,
        crm::statuses::KIND => crm::statuses::undo(ctx, &change.payload).await,
        crm::tags::KIND => crm::tags::undo(ctx, &change.payload).await,
        crm::views::KIND => crm::views::undo(ctx, &change.payload).await,
        other => Err(DomainError::internal(format!("nobody takes back a change of kind {other}"))),
    }?;
    Ok(UndoneOut { undone: true, ..UndoneOut::default() })
}

/// Taking changes back.
pub struct UndoApi;

#[OpenApi]
impl UndoApi {
    /// Take a change back
    ///
    /// Once, for seven days, by whoever made the change or may change settings. What was changed again
    /// since stays as it is: 409 `changed_since`. A second time: 410 `undo_used`. Of a change of many records
    /// those are left that somebody changed since; a large one is taken back by a job: 202 with `job_id`.
    /// While it is still being made: 409 `job_running`.
    #[oai(path = "/undo/:undo_id", method = "post", operation_id = "undo")]
    async fn undo(
        &self,
        auth: Staff,
        /// The `undo_id` that the change's answer named.
        undo_id: Path<Uuid>,
    ) -> ApiResult<UndoReply> {
        let who = auth.0;
        let ctx = who.begin_carrying().await?;
        // Before the change is known: it may be one of access, whose lock comes first.
        ctx.access_changed().await?;
        let change = undo::take(&ctx, undo_id.0).await?;
        let out = take_back(&ctx, &change).await?;
        undo::taken_back(&ctx, &change).await?;
        let begun = out.job_id.is_some();
        ctx.commit_reply(if begun { 202 } else { 200 }, &out).await?;
        who.caller.app.publish_invalidation("registry", who.tenant.key, &who.tenant.slug).await;
        Ok(if begun { UndoReply::Begun(Json(out)) } else { UndoReply::Done(Json(out)) })
    }
}

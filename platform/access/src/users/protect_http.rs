//! `/users/{id}/…`: the lock, the second factor, the sessions and the activity of an account.

use kernel::paging::Paging;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use runtime::http::{ApiResult, ListOut, NoContent, Staff};
use uuid::Uuid;

use super::http::UserOut;
use super::protect;
use crate::administration;
use crate::audit::AuditEntryOut;
use crate::auth::{EndedOut, SessionOut};

/// Protecting the accounts of the staff.
pub struct UserProtectionApi;

#[OpenApi]
impl UserProtectionApi {
    /// Open an account that failed attempts have locked
    #[oai(path = "/users/:id/unlock", method = "post", operation_id = "unlockUser")]
    async fn unlock(
        &self,
        auth: Staff,
        /// The user.
        id: Path<Uuid>,
    ) -> ApiResult<Json<UserOut>> {
        let ctx = administration::begin(&auth.0).await?;
        let out = UserOut::of(&ctx, protect::unlock(&ctx, id.0).await?);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Take a lost second factor away
    ///
    /// The user's sessions end and a mail tells them. One's own: 409 `cannot_reset_own_two_factor`; a user
    /// without one: 409 `two_factor_not_enabled`.
    #[oai(path = "/users/:id/reset-two-factor", method = "post", operation_id = "resetUserTwoFactor")]
    async fn reset_two_factor(
        &self,
        auth: Staff,
        /// The user.
        id: Path<Uuid>,
    ) -> ApiResult<Json<UserOut>> {
        let ctx = administration::begin(&auth.0).await?;
        let out = UserOut::of(&ctx, protect::reset_two_factor(&ctx, id.0).await?);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// List the open sessions of a user
    ///
    /// The newest two hundred that have not ended.
    #[oai(path = "/users/:id/sessions", method = "get", operation_id = "listUserSessions")]
    async fn sessions(
        &self,
        auth: Staff,
        /// The user.
        id: Path<Uuid>,
    ) -> ApiResult<Json<ListOut<SessionOut>>> {
        let ctx = administration::read(&auth.0).await?;
        Ok(Json(protect::sessions(&ctx, id.0).await?.into()))
    }

    /// End all sessions of a user
    ///
    /// At once, on every server.
    #[oai(path = "/users/:id/sessions", method = "delete", operation_id = "endUserSessions")]
    async fn end_sessions(
        &self,
        auth: Staff,
        /// The user.
        id: Path<Uuid>,
    ) -> ApiResult<Json<EndedOut>> {
        let ctx = administration::begin(&auth.0).await?;
        let out = EndedOut { ended: protect::end_sessions(&ctx, id.0).await? };
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// End one session of a user
    #[oai(path = "/users/:id/sessions/:session_id", method = "delete", operation_id = "endUserSession")]
    async fn end_session(
        &self,
        auth: Staff,
        /// The user.
        id: Path<Uuid>,
        /// The session.
        session_id: Path<Uuid>,
    ) -> ApiResult<NoContent> {
        let ctx = administration::begin(&auth.0).await?;
        protect::end_session(&ctx, id.0, session_id.0).await?;
        ctx.commit_reply(204, &serde_json::Value::Null).await?;
        Ok(NoContent)
    }

    /// Read what a user did and what was done to their account, newest first
    ///
    /// For who manages users or reads the audit log; the former see what concerns accounts only. What they revealed
    /// of masked values is told to both, and to whoever leads the user's team or one above it.
    #[oai(path = "/users/:id/activity", method = "get", operation_id = "listUserActivity")]
    async fn activity(
        &self,
        auth: Staff,
        /// The user.
        id: Path<Uuid>,
        /// `reveals` for masked values that the user revealed, or tried to; everything if absent.
        kind: Query<Option<String>>,
        /// 1-based page.
        page: Query<Option<String>>,
        /// Rows on a page, at most 200.
        limit: Query<Option<String>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<AuditEntryOut>>> {
        let paging = Paging::parse(page.0.as_deref(), limit.0.as_deref(), cursor.0.as_deref())?;
        let ctx = auth.0.begin().await?;
        let found = protect::activity(&ctx, id.0, kind.0.as_deref(), &paging).await?;
        ctx.commit().await?;
        Ok(Json(found.map(AuditEntryOut::from).into()))
    }
}

//! `/admin/audit`: the audit log, for whoever may read it.

use access::audit::{AuditEntryOut, Wanted, read_noted};
use poem_openapi::OpenApi;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use runtime::http::{ApiResult, Staff};

use crate::PageOut;
use crate::envelope::paging;

/// The audit log.
pub struct ConsoleAuditApi;

#[OpenApi]
impl ConsoleAuditApi {
    /// List the audit log, newest first
    #[oai(path = "/audit", method = "get", operation_id = "consoleListAudit")]
    #[expect(clippy::too_many_arguments, reason = "one argument per query parameter")]
    async fn list(
        &self,
        auth: Staff,
        /// A user's id, or words of a name.
        actor: Query<Option<String>>,
        /// An action such as `client.updated`, or `client.*`; a comma list is allowed.
        action: Query<Option<String>>,
        /// A kind of record such as `client`; a comma list is allowed.
        resource_type: Query<Option<String>>,
        /// One record.
        resource_id: Query<Option<String>>,
        /// A day, or a time in RFC 3339; from then on.
        from: Query<Option<String>>,
        /// A day, that day included, or a time in RFC 3339.
        to: Query<Option<String>>,
        /// 1-based page.
        page: Query<Option<String>>,
        /// Rows on a page, at most 200.
        limit: Query<Option<String>>,
        /// The same as `limit`.
        page_size: Query<Option<String>>,
    ) -> ApiResult<Json<PageOut<AuditEntryOut>>> {
        let paging = paging(page.0.as_deref(), limit.0.as_deref(), page_size.0.as_deref())?;
        let wanted = Wanted {
            actor: actor.0,
            action: action.0,
            resource_type: resource_type.0,
            resource_id: resource_id.0,
            from: from.0,
            to: to.0,
        };
        let found = read_noted(&auth.0, &wanted, &paging).await?;
        Ok(Json(found.map(AuditEntryOut::from).into()))
    }
}

//! `/access/explain`.

use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Staff};
use uuid::Uuid;

use super::question::Asked;
use super::service;
use crate::administration;
use crate::roles::{LevelWord, RoleRef, ScopeWord};

/// The line of a role that decides.
#[derive(Debug, Object)]
pub(super) struct RuleOut {
    /// The role.
    pub role: RoleRef,
    /// Its line, e.g. `clients.read: team`.
    pub line: String,
}

/// One thing on the way to the answer.
#[derive(Debug, Object)]
pub(super) struct ExplainStep {
    /// Whether it lets the user through.
    pub ok: bool,
    /// One sentence.
    pub text: String,
}

/// The user whom the answer is about.
#[derive(Debug, Object)]
pub(super) struct ExplainedUser {
    /// The user.
    pub id: Uuid,
    /// Name.
    pub name: String,
}

/// The record that the answer is about.
#[derive(Debug, Object)]
pub(super) struct ExplainedResource {
    /// As in the question.
    #[oai(rename = "type")]
    pub kind: String,
    /// The record.
    pub id: Uuid,
    /// Its name; just its kind for a caller who may not see it.
    pub label: String,
}

/// Whether somebody may, and why.
#[derive(Debug, Object)]
pub(super) struct ExplainOut {
    /// Whether they may. For a field: whether anything of it is shown, or, where the permission is one
    /// to edit, whether it can be written.
    pub allowed: bool,
    /// How far the role's permission reaches.
    #[oai(nullable)]
    pub scope: Option<ScopeWord>,
    /// How much of the field is shown.
    #[oai(nullable)]
    pub level: Option<LevelWord>,
    /// The line that decides.
    #[oai(nullable)]
    pub rule: Option<RuleOut>,
    /// The answer in one sentence.
    pub reason: String,
    /// The way to it.
    pub steps: Vec<ExplainStep>,
    /// The user.
    pub user: ExplainedUser,
    /// The record, if one was named.
    #[oai(nullable)]
    pub resource: Option<ExplainedResource>,
}

/// Answers on access.
pub struct ExplainApi;

#[OpenApi]
impl ExplainApi {
    /// Explain why somebody may, or may not
    ///
    /// Name a permission, a record, a field, or some of them together; a record alone asks whether it can
    /// be read. A permission for what hangs on records (`documents.view`, `notes.read`, `attachments.upload`,
    /// `activities.read`) can be asked for about such a record, or about the document, note or file itself. About others it needs `access.explain`; about oneself it is open, as far as one sees the
    /// record. 404 for an unknown user or record, 422 for a question that makes no sense.
    #[oai(path = "/access/explain", method = "get", operation_id = "explainAccess")]
    async fn explain(
        &self,
        auth: Staff,
        /// The user; the caller if absent.
        user_id: Query<Option<Uuid>>,
        /// A permission, e.g. `clients.read`.
        permission: Query<Option<String>>,
        /// `client`, `lead`, `contact`, `opportunity`, `deal`, `activity`, `document`, `note`, `attachment`, `partner`, `user`
        /// or `team`.
        resource_type: Query<Option<String>>,
        /// The record.
        resource_id: Query<Option<Uuid>>,
        /// A sensitive field: `clients.email`, or `email` together with `resource_type`.
        field: Query<Option<String>>,
    ) -> ApiResult<Json<ExplainOut>> {
        let ctx = administration::read(&auth.0).await?;
        let asked = Asked {
            user: user_id.0,
            permission: permission.0,
            resource_type: resource_type.0,
            resource_id: resource_id.0,
            field: field.0,
        };
        Ok(Json(service::explain(&ctx, &asked).await?))
    }
}

//! `/api-keys`.

use chrono::{DateTime, Utc};
use kernel::paging::Paging;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Created, ListOut, NoContent, Staff};
use uuid::Uuid;

use super::service::{self, ApiKey, NewKey};
use crate::administration;
use crate::roles::RoleRef;

/// Who made a key.
#[derive(Debug, Object)]
struct ApiKeyMaker {
    /// The user.
    id: Uuid,
    /// Name.
    name: String,
}

/// A key of a program, without its secret.
#[derive(Debug, Object)]
struct ApiKeyOut {
    /// Its id; the audit log's `actor` for what it did.
    id: Uuid,
    /// What it is for.
    name: String,
    /// Its first characters, e.g. `bdk_ab12cd`.
    prefix: String,
    /// Its role.
    role: RoleRef,
    /// The role's name.
    role_name: String,
    /// `active`, `expired` or `revoked`.
    status: String,
    /// Who made it.
    #[oai(nullable)]
    created_by: Option<ApiKeyMaker>,
    /// When.
    created_at: DateTime<Utc>,
    /// When it ends; null for never.
    #[oai(nullable)]
    expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    #[oai(nullable)]
    last_used_at: Option<DateTime<Utc>>,
    /// From where.
    #[oai(nullable)]
    last_used_ip: Option<String>,
}

impl ApiKeyOut {
    fn of(key: ApiKey, now: DateTime<Utc>) -> Self {
        Self {
            status: key.status(now).to_owned(),
            id: key.id,
            name: key.name,
            prefix: key.prefix,
            role: RoleRef { id: key.role_id, name: key.role_name.clone() },
            role_name: key.role_name,
            created_by: key.created_by.zip(key.created_by_name).map(|(id, name)| ApiKeyMaker { id, name }),
            created_at: key.created_at,
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
            last_used_ip: key.last_used_ip,
        }
    }
}

/// A key that was just made.
#[derive(Debug, Object)]
struct NewApiKeyOut {
    /// All that can be read later.
    #[oai(flatten)]
    made: ApiKeyOut,
    /// The key itself. It is shown this once.
    key: String,
}

/// A key to make.
#[derive(Debug, Object)]
struct ApiKeyIn {
    /// What it is for.
    name: Option<String>,
    /// Role, by name or id; it may do no more than your own.
    role: Option<String>,
    /// A time in RFC 3339, or a day, that day included; without it the key has no end.
    expires_at: Option<String>,
}

/// Keys of programs.
pub struct ApiKeysApi;

#[OpenApi]
impl ApiKeysApi {
    /// List the API keys, newest first
    #[oai(path = "/api-keys", method = "get", operation_id = "listApiKeys")]
    async fn list(
        &self,
        auth: Staff,
        /// 1-based page.
        page: Query<Option<String>>,
        /// Rows on a page, at most 200.
        limit: Query<Option<String>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<ApiKeyOut>>> {
        let paging = Paging::parse(page.0.as_deref(), limit.0.as_deref(), cursor.0.as_deref())?;
        let ctx = administration::read(&auth.0).await?;
        let now = ctx.now();
        Ok(Json(service::list(&ctx, &paging).await?.map(|key| ApiKeyOut::of(key, now)).into()))
    }

    /// Make an API key
    ///
    /// For `Authorization: Bearer`. A key has a role and no user: scopes `own` and `team` reach nothing. It
    /// can't manage keys, roles or users (403 `api_key_not_allowed`). A role that may more than your own:
    /// 403 `role_beyond_own`.
    #[oai(path = "/api-keys", method = "post", operation_id = "createApiKey")]
    async fn create(&self, auth: Staff, body: Json<ApiKeyIn>) -> ApiResult<Created<NewApiKeyOut>> {
        let ctx = administration::begin_secret(&auth.0).await?;
        let body = body.0;
        let new = NewKey { name: body.name, role: body.role, expires_at: body.expires_at };
        let (made, key) = service::create(&ctx, new).await?;
        let made = ApiKeyOut::of(made, ctx.now());
        ctx.commit().await?;
        Ok(Created(NewApiKeyOut { made, key }))
    }

    /// Revoke an API key
    ///
    /// At once, on every server. It stays in the list.
    #[oai(path = "/api-keys/:id", method = "delete", operation_id = "revokeApiKey")]
    async fn revoke(
        &self,
        auth: Staff,
        /// The key.
        id: Path<Uuid>,
    ) -> ApiResult<NoContent> {
        let ctx = administration::begin(&auth.0).await?;
        service::revoke(&ctx, id.0).await?;
        ctx.commit_reply(204, &serde_json::Value::Null).await?;
        Ok(NoContent)
    }
}

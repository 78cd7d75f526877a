//! `/admin/me`: whom the console's token names.

use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Staff};
use uuid::Uuid;

use crate::people;

/// Who calls.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct ConsoleMeOut {
    /// Our id of the user; absent for an API key.
    id: Option<Uuid>,
    /// The issuer's id.
    user_id: Option<String>,
    /// E-mail.
    email: String,
    /// Name.
    name: String,
    /// The role's name here.
    role: String,
    /// What the role may.
    permissions: Vec<String>,
}

/// Whom a token names.
pub struct ConsoleMeApi;

#[OpenApi]
impl ConsoleMeApi {
    /// Who calls, and what they may
    #[oai(path = "/me", method = "get", operation_id = "consoleMe")]
    async fn me(&self, auth: Staff) -> ApiResult<Json<ConsoleMeOut>> {
        let actor = auth.0.actor.clone();
        let user_id = match actor.user {
            Some(user) => Some(people::subject(&auth.0.read().await?, user.into()).await?),
            None => None,
        };
        Ok(Json(ConsoleMeOut {
            id: actor.user.map(Uuid::from),
            user_id,
            email: actor.email.clone(),
            name: actor.name.clone(),
            role: actor.role.as_ref().map(|(_, name)| name.clone()).unwrap_or_default(),
            permissions: actor.grants.keys().map(|key| (*key).to_owned()).collect(),
        }))
    }
}

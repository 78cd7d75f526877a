//! `/settings/console`.

use std::collections::BTreeMap;

use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Staff};
use uuid::Uuid;

use super::service::{self, NewSecret, Setup, Trial, Wanted};
use crate::administration;

/// A secret, which itself can't be read.
#[derive(Debug, Object)]
struct ConsoleSecretOut {
    /// Its name.
    id: String,
    /// The beginning of its SHA-256, in hex: equal secrets have equal ones.
    fingerprint: String,
    /// Whether tokens signed with it are good.
    active: bool,
}

/// What is set up for the console.
#[derive(Debug, Object)]
struct ConsoleOut {
    /// Who must have signed (`iss`); null: whoever has a secret.
    #[oai(nullable)]
    issuer: Option<String>,
    /// Secrets; several may be active while they are exchanged.
    secrets: Vec<ConsoleSecretOut>,
    /// Word in a token (`admin`, `manager`, `agent`) → the role it gives.
    role_map: BTreeMap<String, String>,
    /// Origins of pages that may call from a browser.
    cors_origins: Vec<String>,
}

impl From<Setup> for ConsoleOut {
    fn from(setup: Setup) -> Self {
        let secrets = setup.secrets.into_iter();
        Self {
            issuer: setup.issuer,
            secrets: secrets.map(|s| ConsoleSecretOut { id: s.id, fingerprint: s.fingerprint, active: s.active }).collect(),
            role_map: setup.role_map,
            cors_origins: setup.origins,
        }
    }
}

/// A secret to keep.
#[derive(Debug, Object)]
struct ConsoleSecretIn {
    /// Its name; one is made if there is none.
    id: Option<String>,
    /// The secret, 16 to 1000 characters; absent: the one that is kept under this id stays.
    secret: Option<String>,
    /// Whether tokens signed with it are good; true if absent.
    active: Option<bool>,
}

/// What to set up. A part that is absent stays as it is.
#[derive(Debug, Object)]
struct ConsoleIn {
    /// Who must have signed (`iss`); empty: whoever has a secret.
    issuer: Option<String>,
    /// All secrets; one that is not among them is deleted.
    secrets: Option<Vec<ConsoleSecretIn>>,
    /// Word in a token (`admin`, `manager`, `agent`) → role, by name or id. Words that are absent mean what they
    /// usually do.
    role_map: Option<BTreeMap<String, String>>,
    /// Origins of pages that may call from a browser, such as `https://console.example.com`.
    cors_origins: Option<Vec<String>>,
}

/// A token to try.
#[derive(Debug, Object)]
struct ConsoleTokenIn {
    /// As it would stand after `Bearer`. Required.
    token: Option<String>,
}

/// What a token says.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct ConsoleClaimsOut {
    /// `sub` or `user_id`.
    subject: String,
    /// `role`.
    role: String,
    /// `email`.
    email: Option<String>,
    /// `name`.
    name: Option<String>,
    /// `exp`.
    expires_at: chrono::DateTime<chrono::Utc>,
}

/// The account a token acts as.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct ConsoleUserOut {
    /// Its id; absent: it is made with the first call.
    id: Option<Uuid>,
    /// Name.
    name: Option<String>,
    /// E-mail.
    email: Option<String>,
    /// The role that the token gives.
    role: String,
}

/// What a token would give.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct ConsoleTrialOut {
    /// Whether it is good.
    accepted: bool,
    /// Why not.
    reason: Option<String>,
    /// What it says, if its signature fits.
    claims: Option<ConsoleClaimsOut>,
    /// Whom it would act as.
    user: Option<ConsoleUserOut>,
    /// Permission → how far it reaches.
    permissions: BTreeMap<String, String>,
}

impl From<Trial> for ConsoleTrialOut {
    fn from(trial: Trial) -> Self {
        let claims = trial.claims.map(|c| ConsoleClaimsOut {
            subject: c.subject,
            role: c.role,
            email: c.email,
            name: c.name,
            expires_at: c.until,
        });
        let grants = trial.actor.iter().flat_map(|a| &a.grants);
        let permissions = grants.map(|(key, scope)| ((*key).to_owned(), scope.as_str().to_owned())).collect();
        let user = trial.actor.and_then(|a| a.role).map(|(_, role)| {
            let (id, name, email) = trial.user.map_or((None, None, None), |(i, n, e)| (Some(i), Some(n), Some(e)));
            ConsoleUserOut { id, name, email, role }
        });
        Self { accepted: trial.refusal.is_none(), reason: trial.refusal, claims, user, permissions }
    }
}

/// The broker's own console.
pub struct ConsoleSettingsApi;

#[OpenApi]
impl ConsoleSettingsApi {
    /// What is set up for the console
    #[oai(path = "/settings/console", method = "get", operation_id = "getConsoleSettings")]
    async fn get(&self, auth: Staff) -> ApiResult<Json<ConsoleOut>> {
        let ctx = administration::read(&auth.0).await?;
        Ok(Json(service::get(&ctx).await?.into()))
    }

    /// Set up the console
    ///
    /// Whoever does it must be allowed to manage users, and no word can be mapped to a role that may more than
    /// their own.
    #[oai(path = "/settings/console", method = "put", operation_id = "putConsoleSettings")]
    async fn put(&self, auth: Staff, body: Json<ConsoleIn>) -> ApiResult<Json<ConsoleOut>> {
        let ConsoleIn { issuer, secrets, role_map, cors_origins } = body.0;
        let secrets = secrets.map(|all| {
            let all = all.into_iter();
            all.map(|s| NewSecret { id: s.id, secret: s.secret, active: s.active.unwrap_or(true) }).collect()
        });
        let ctx = administration::begin_secret(&auth.0).await?;
        let out = service::put(&ctx, &Wanted { issuer, secrets, role_map, origins: cors_origins }).await?;
        ctx.commit().await?;
        Ok(Json(out.into()))
    }

    /// Try a token of the console
    ///
    /// Says what it would give, or why it is refused. Nothing is changed.
    #[oai(path = "/settings/console/test", method = "post", operation_id = "testConsoleToken")]
    async fn test(&self, auth: Staff, body: Json<ConsoleTokenIn>) -> ApiResult<Json<ConsoleTrialOut>> {
        let ctx = administration::read(&auth.0).await?;
        Ok(Json(service::try_token(&ctx, body.0.token.as_deref()).await?.into()))
    }
}

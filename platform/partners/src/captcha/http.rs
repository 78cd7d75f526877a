//! `/public/captcha`, `/captcha/secret`.

use chrono::{DateTime, Utc};
use kernel::DomainError;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Caller, Staff};

use super::policy::{Door, Kind, Policy};
use super::{secret, work};
use crate::registration;

/// A calculation for the visitor's browser: find a whole number with which the SHA-256 of
/// `{challenge}.{salt}.{number}` begins with `difficulty` zero bits.
#[derive(Debug, Object)]
pub struct ChallengeOut {
    /// `sha256`.
    pub algorithm: String,
    /// Random.
    pub challenge: String,
    /// How many bits must be zero.
    pub difficulty: u32,
    /// Random.
    pub salt: String,
    /// Until when an answer is taken.
    pub expires_at: DateTime<Utc>,
    /// Proves that it is one of ours.
    pub signature: String,
}

/// The answer to a captcha: everything of the challenge and `nonce`, or a provider's `token`.
#[derive(Debug, Clone, Default, Object)]
pub struct CaptchaIn {
    /// `sha256`.
    pub algorithm: Option<String>,
    /// From the challenge.
    pub challenge: Option<String>,
    /// From the challenge.
    pub difficulty: Option<u32>,
    /// From the challenge.
    pub salt: Option<String>,
    /// From the challenge.
    pub expires_at: Option<DateTime<Utc>>,
    /// From the challenge.
    pub signature: Option<String>,
    /// The number that was found, in digits.
    pub nonce: Option<String>,
    /// What hCaptcha or Turnstile gave the browser.
    pub token: Option<String>,
}

/// What may be told of the secret at the provider.
#[derive(Debug, Object)]
pub struct CaptchaSecretOut {
    /// Whether there is one.
    pub set: bool,
    /// When it was put in.
    #[oai(nullable)]
    pub updated_at: Option<DateTime<Utc>>,
    /// Who put it in.
    #[oai(nullable)]
    pub updated_by: Option<String>,
}

/// The secret at the provider.
#[derive(Debug, Object)]
pub struct CaptchaSecretIn {
    /// The secret; null or an empty text takes it away.
    pub secret: Option<String>,
}

/// Captchas.
pub struct CaptchaApi;

#[OpenApi]
impl CaptchaApi {
    /// A calculation that keeps robots out
    ///
    /// For forms that ask for one. The answer is taken once; it becomes harder while many ask.
    #[oai(path = "/public/captcha", method = "get", operation_id = "publicCaptcha")]
    async fn challenge(&self, caller: Caller) -> ApiResult<Json<ChallengeOut>> {
        let tenant = caller.tenant()?.clone();
        caller.app.limits.check("captcha", caller.address(), caller.app.config.rates.public).await?;
        let ctx = registration::reading(&caller).await?;
        let (one, other) = (Policy::load(&ctx, Door::Registration).await?, Policy::load(&ctx, Door::Leads).await?);
        drop(ctx);
        if one.kind != Kind::Work && other.kind != Kind::Work {
            return Err(DomainError::not_found("Captcha").into());
        }
        let given = work::give(&caller.app, &tenant, caller.address(), one.difficulty).await?;
        Ok(Json(ChallengeOut {
            algorithm: work::ALGORITHM.to_owned(),
            challenge: given.challenge,
            difficulty: given.difficulty,
            salt: given.salt,
            expires_at: given.expires_at,
            signature: given.signature,
        }))
    }

    /// Whether there is a secret at the captcha provider
    ///
    /// The secret itself is shown to nobody.
    #[oai(path = "/captcha/secret", method = "get", operation_id = "getCaptchaSecret")]
    async fn secret(&self, auth: Staff) -> ApiResult<Json<CaptchaSecretOut>> {
        // Carrying: the table is closed to masked staff, and only when and by whom leaves here.
        let ctx = auth.0.begin_carrying().await?;
        Ok(Json(out(secret::known(&ctx).await?)))
    }

    /// Put in the secret at the captcha provider
    #[oai(path = "/captcha/secret", method = "put", operation_id = "putCaptchaSecret")]
    async fn put_secret(&self, auth: Staff, body: Json<CaptchaSecretIn>) -> ApiResult<Json<CaptchaSecretOut>> {
        let ctx = auth.0.begin_carrying().await?;
        secret::put(&ctx, body.0.secret.as_deref()).await?;
        let out = out(secret::known(&ctx).await?);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }
}

fn out(known: Option<secret::Known>) -> CaptchaSecretOut {
    CaptchaSecretOut {
        set: known.is_some(),
        updated_at: known.as_ref().map(|k| k.updated_at),
        updated_by: known.and_then(|k| k.updated_by),
    }
}

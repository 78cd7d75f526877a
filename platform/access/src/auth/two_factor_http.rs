//! `/auth/two-factor/*` and `/me/sessions`, of both realms.

use kernel::ids::{SessionId, UserId};
use kernel::validate::Checker;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{Account, ApiResult, ListOut, NoContent, SignedIn};
use uuid::Uuid;

use super::http::exact;
use super::open::{self, EndedOut, SessionOut};
use super::second_factor;

/// One's own password, to prove that it is oneself.
#[derive(Object)]
struct TwoFactorSetupIn {
    /// The current password.
    password: Option<String>,
}

/// A secret for an authenticator app.
#[derive(Object)]
struct TwoFactorSetupOut {
    /// As people type it: base32.
    secret: String,
    /// As an app scans it; valid for ten minutes until the first code.
    otpauth_url: String,
}

/// The first code of an app.
#[derive(Object)]
struct TwoFactorEnableIn {
    /// Six digits.
    code: Option<String>,
}

/// Password and second factor.
#[derive(Object)]
struct TwoFactorProofIn {
    /// The current password.
    password: Option<String>,
    /// Six digits of the app, or a recovery code.
    code: Option<String>,
}

/// Codes for the day the app is lost. They are shown once.
#[derive(Object)]
struct RecoveryCodesOut {
    /// Ten codes; each works once.
    recovery_codes: Vec<String>,
}

fn proof(body: TwoFactorProofIn) -> kernel::Result<(String, String)> {
    let mut check = Checker::new();
    let password = exact(&mut check, "password", body.password);
    let code = exact(&mut check, "code", body.code);
    check.finish()?;
    Ok((password, code))
}

fn oneself(who: &SignedIn) -> kernel::Result<UserId> {
    who.actor.user.ok_or_else(|| kernel::DomainError::internal("a session without a user"))
}

/// The second factor and the sessions of one's own account.
pub struct TwoFactorApi;

#[OpenApi]
impl TwoFactorApi {
    /// Begin to set up a second factor
    ///
    /// The secret is not in use until `POST /auth/two-factor/enable`. 409 `two_factor_enabled` if there is
    /// a second factor already; a wrong password is 422 in `password`.
    #[oai(path = "/auth/two-factor/setup", method = "post", operation_id = "setUpTwoFactor")]
    async fn set_up(&self, auth: Account, body: Json<TwoFactorSetupIn>) -> ApiResult<Json<TwoFactorSetupOut>> {
        let mut check = Checker::new();
        let password = exact(&mut check, "password", body.0.password);
        check.finish()?;
        let setup = second_factor::set_up(&auth.0, &password).await?;
        Ok(Json(TwoFactorSetupOut { secret: setup.secret, otpauth_url: setup.otpauth_url }))
    }

    /// Switch the second factor on
    ///
    /// With the first code of the app. A wrong one is 422 `otp_invalid` in `code`; 409
    /// `two_factor_not_set_up` when the secret has expired. The recovery codes are shown this once.
    #[oai(path = "/auth/two-factor/enable", method = "post", operation_id = "enableTwoFactor")]
    async fn enable(&self, auth: Account, body: Json<TwoFactorEnableIn>) -> ApiResult<Json<RecoveryCodesOut>> {
        let mut check = Checker::new();
        let code = exact(&mut check, "code", body.0.code);
        check.finish()?;
        Ok(Json(RecoveryCodesOut { recovery_codes: second_factor::enable(&auth.0, &code).await? }))
    }

    /// Switch the second factor off
    ///
    /// 409 `two_factor_required` if the role or the settings demand one.
    #[oai(path = "/auth/two-factor/disable", method = "post", operation_id = "disableTwoFactor")]
    async fn disable(&self, auth: Account, body: Json<TwoFactorProofIn>) -> ApiResult<NoContent> {
        let (password, code) = proof(body.0)?;
        second_factor::disable(&auth.0, &password, &code).await?;
        Ok(NoContent)
    }

    /// Make new recovery codes
    ///
    /// Those from before end. Wrong codes count like wrong passwords: 423 `account_locked` in the end.
    #[oai(path = "/auth/two-factor/recovery-codes", method = "post", operation_id = "renewRecoveryCodes")]
    async fn recovery_codes(&self, auth: Account, body: Json<TwoFactorProofIn>) -> ApiResult<Json<RecoveryCodesOut>> {
        let (password, code) = proof(body.0)?;
        Ok(Json(RecoveryCodesOut { recovery_codes: second_factor::renew_codes(&auth.0, &password, &code).await? }))
    }

    /// List one's own sessions
    ///
    /// The newest two hundred that have not ended.
    #[oai(path = "/me/sessions", method = "get", operation_id = "listMySessions")]
    async fn sessions(&self, auth: Account) -> ApiResult<Json<ListOut<SessionOut>>> {
        let ctx = auth.0.begin_account().await?;
        Ok(Json(open::list(&ctx, oneself(&auth.0)?).await?.into()))
    }

    /// End one of one's own sessions
    ///
    /// At once, on every server.
    #[oai(path = "/me/sessions/:id", method = "delete", operation_id = "endMySession")]
    async fn end(
        &self,
        auth: Account,
        /// The session.
        id: Path<Uuid>,
    ) -> ApiResult<NoContent> {
        let ctx = auth.0.begin_account().await?;
        open::end(&ctx, oneself(&auth.0)?, SessionId(id.0), "ended by its user").await?;
        ctx.commit_reply(204, &serde_json::Value::Null).await?;
        Ok(NoContent)
    }

    /// End all of one's own sessions but this one
    #[oai(path = "/me/sessions/end-others", method = "post", operation_id = "endMyOtherSessions")]
    async fn end_others(&self, auth: Account) -> ApiResult<Json<EndedOut>> {
        let ctx = auth.0.begin_account().await?;
        let ended = open::end_all(&ctx, oneself(&auth.0)?, auth.0.actor.session, "ended by its user").await?;
        let out = EndedOut { ended };
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }
}

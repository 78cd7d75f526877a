//! `/auth/*`, `/invitations/*` and `/me`, of both realms.

use std::collections::BTreeMap;

use kernel::permission::FIELDS;
use kernel::validate::Checker;
use poem::{FromRequest, Request, RequestBody};
use poem_openapi::payload::{Json, Response};
use poem_openapi::{Object, OpenApi};
use runtime::access::Actor;
use runtime::db::Mode;
use runtime::http::{Accepted, Account, ApiResult, Caller, NoContent};
use uuid::Uuid;

use super::links::Purpose;
use super::sessions::{self, Tokens};
use super::{passwords, second_factor, sign_in};
use crate::roles::{LevelWord, RoleRef, ScopeWord};
use crate::settings;

/// The cookie that carries the refresh token.
const COOKIE: &str = "bd_refresh";

/// Who signs in.
#[derive(Object)]
struct LoginIn {
    /// E-mail address, in any case.
    email: Option<String>,
    /// Password.
    password: Option<String>,
    /// Six digits of the authenticator app, or a recovery code, where there is a second factor.
    otp: Option<String>,
}

/// Which session goes on.
#[derive(Object)]
struct RefreshIn {
    /// The refresh token; without it the cookie counts.
    refresh_token: Option<String>,
}

/// A change of one's own password.
#[derive(Object)]
struct PasswordIn {
    /// The password as it is.
    current: Option<String>,
    /// The password as it shall be, 10 characters or more.
    new: Option<String>,
}

/// Who forgot a password.
#[derive(Object)]
struct ForgotIn {
    /// E-mail address.
    email: Option<String>,
}

/// A link's token.
#[derive(Object)]
struct TokenIn {
    /// The token from the mail.
    token: Option<String>,
}

/// A link's token with the password it sets.
#[derive(Object)]
struct SetPasswordIn {
    /// The token from the mail.
    token: Option<String>,
    /// The new password, 10 characters or more.
    password: Option<String>,
    /// Six digits of the authenticator app, or a recovery code, where there is a second factor.
    otp: Option<String>,
}

/// The one who signed in.
#[derive(Object)]
struct SignedInUser {
    /// The user.
    id: Uuid,
    /// Name.
    name: String,
    /// E-mail address.
    email: String,
    /// Their role.
    role: RoleRef,
    /// The role's name.
    role_name: String,
    /// What they may do, at whatever scope.
    permissions: Vec<String>,
}

/// A session's tokens.
#[derive(Object)]
struct LoginOut {
    /// For `Authorization: Bearer`.
    access_token: String,
    /// Always `Bearer`.
    token_type: String,
    /// Seconds the access token is good for.
    expires_in: u64,
    /// Works once, at `POST /auth/refresh`; also set as a cookie.
    refresh_token: String,
    /// Whether nothing but a change of password is open.
    must_change_password: bool,
    /// Whether nothing but setting up a second factor is open.
    must_set_up_two_factor: bool,
    /// Who signed in.
    user: SignedInUser,
}

/// The one who asks, with all they may do.
#[derive(Object)]
struct MeUser {
    /// The user.
    id: Uuid,
    /// Name.
    name: String,
    /// E-mail address.
    email: String,
    /// Their role.
    role: RoleRef,
    /// The role's name.
    role_name: String,
    /// Their team.
    #[oai(nullable)]
    team_id: Option<Uuid>,
    /// The team's name.
    #[oai(nullable)]
    team_name: Option<String>,
    /// Whether a second factor is set up.
    two_factor: bool,
    /// What they may do, at whatever scope.
    permissions: Vec<String>,
    /// How far each permission reaches.
    scopes: BTreeMap<String, ScopeWord>,
    /// How much they see of each sensitive field.
    fields: BTreeMap<String, LevelWord>,
}

/// Where the one who asks works.
#[derive(Object)]
struct MeTenant {
    /// Its address.
    slug: String,
    /// The company.
    name: String,
    /// Its URL.
    url: String,
    /// The time zone in which its days begin.
    timezone: String,
}

/// Who asks, and where.
#[derive(Object)]
struct MeOut {
    /// The user.
    user: MeUser,
    /// The session that asks.
    #[oai(nullable)]
    session_id: Option<Uuid>,
    /// Whether nothing but a change of password is open.
    must_change_password: bool,
    /// Whether nothing but setting up a second factor is open.
    must_set_up_two_factor: bool,
    /// Whether the role or the settings demand a second factor.
    two_factor_required: bool,
    /// Recovery codes that still work.
    recovery_codes_left: u64,
    /// The company.
    tenant: MeTenant,
}

/// An invitation that can be accepted.
#[derive(Object)]
struct InvitationOut {
    /// The invited address.
    email: String,
    /// The invited person.
    name: String,
    /// Who invites.
    company: String,
}

/// What every asking for a reset mail is answered with.
#[derive(Object)]
struct ForgotOut {
    /// Always `accepted`, whether the address is known or not.
    status: String,
}

/// The refresh cookie of a request, if it has one.
struct RefreshCookie(Option<String>);

impl<'a> FromRequest<'a> for RefreshCookie {
    async fn from_request(req: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let lines = req.headers().get_all(poem::http::header::COOKIE).iter().filter_map(|v| v.to_str().ok());
        Ok(Self(lines.filter_map(find_cookie).next_back()))
    }
}

fn find_cookie(line: &str) -> Option<String> {
    let pairs = line.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(name, value)| *name == COOKIE && !value.is_empty()).map(|(_, value)| value.to_owned()).next_back()
}

/// The cookie goes to the sign-in endpoints only, and never along with a request of another site.
fn cookie(caller: &Caller, value: &str, seconds: i64) -> String {
    let path = if caller.realm().is_platform() { "/api/platform/auth" } else { "/api/auth" };
    let secure = if caller.app.config.scheme == "https" { "; Secure" } else { "" };
    format!("{COOKIE}={value}; HttpOnly; SameSite=Strict; Path={path}; Max-Age={seconds}{secure}")
}

type Signed = Response<Json<LoginOut>>;

fn role_of(actor: &Actor) -> (RoleRef, String) {
    let (id, name) = actor.role.clone().map_or((Uuid::nil(), String::new()), |(id, name)| (id.0, name));
    (RoleRef { id, name: name.clone() }, name)
}

fn user_id(actor: &Actor) -> Uuid {
    actor.user.map(Uuid::from).unwrap_or_default()
}

fn permissions(actor: &Actor) -> Vec<String> {
    actor.grants.keys().map(|k| (*k).to_owned()).collect()
}

fn signed(caller: &Caller, tokens: Tokens) -> Signed {
    let actor = &tokens.actor;
    let (role, role_name) = role_of(actor);
    let set = cookie(caller, &tokens.refresh_token, tokens.refresh_expires_in);
    let user = SignedInUser {
        id: user_id(actor),
        name: actor.name.clone(),
        email: actor.email.clone(),
        role,
        role_name,
        permissions: permissions(actor),
    };
    Response::new(Json(LoginOut {
        access_token: tokens.access_token,
        token_type: "Bearer".to_owned(),
        expires_in: tokens.expires_in,
        refresh_token: tokens.refresh_token,
        must_change_password: actor.must_change_password,
        must_set_up_two_factor: actor.must_set_up_two_factor(),
        user,
    }))
    .header("set-cookie", set)
}

/// A text that must be there, taken as it is: passwords and tokens are not trimmed.
pub(super) fn exact(check: &mut Checker, field: &str, value: Option<String>) -> String {
    let value = value.unwrap_or_default();
    if value.is_empty() {
        check.add(field, "is required");
    } else if value.len() > 1_000 {
        check.add(field, "is too long");
    }
    value
}

/// An address as it is looked up. Its form is not judged: what is no address is nobody's.
fn address(check: &mut Checker, value: Option<&str>) -> String {
    check.required("email", value, 254).to_lowercase()
}

/// Sign-in and one's own account.
pub struct AuthApi;

#[OpenApi]
impl AuthApi {
    /// Sign in
    ///
    /// Answers with an access token and a refresh token, which is also set as a cookie. Five failed
    /// attempts lock the address for a while: 423 `account_locked` with `Retry-After`. With a second
    /// factor and the right password: 401 `otp_required`, or `otp_invalid`, which counts as a failed
    /// attempt.
    #[oai(path = "/auth/login", method = "post", operation_id = "signIn")]
    async fn login(&self, caller: Caller, body: Json<LoginIn>) -> ApiResult<Signed> {
        let mut check = Checker::new();
        let email = address(&mut check, body.0.email.as_deref());
        let password = exact(&mut check, "password", body.0.password);
        let otp = check.optional("otp", body.0.otp.as_deref(), 40);
        check.finish()?;
        let tokens = sign_in::login(&caller, &email, &password, otp.as_deref()).await?;
        Ok(signed(&caller, tokens))
    }

    /// Renew the tokens
    ///
    /// A refresh token works once. Using one again ends the session, except for the very same request
    /// repeated with the same `Idempotency-Key`.
    #[oai(path = "/auth/refresh", method = "post", operation_id = "refreshSession")]
    async fn refresh(&self, caller: Caller, cookie: RefreshCookie, body: Json<RefreshIn>) -> ApiResult<Signed> {
        let token =
            body.0.refresh_token.filter(|t| !t.is_empty()).or(cookie.0).ok_or_else(|| {
                kernel::DomainError::unauthenticated("no_session", "There is no session to go on with. Sign in.")
            })?;
        let tokens = sessions::refresh(&caller, &token).await?;
        Ok(signed(&caller, tokens))
    }

    /// Sign out
    ///
    /// Ends the session at once, on every server.
    #[oai(path = "/auth/logout", method = "post", operation_id = "signOut")]
    async fn logout(&self, auth: Account) -> ApiResult<Response<NoContent>> {
        sign_in::logout(&auth.0).await?;
        Ok(Response::new(NoContent).header("set-cookie", cookie(&auth.0.caller, "", 0)))
    }

    /// Change one's own password
    ///
    /// All other sessions end. A wrong current password is 422 in `current`.
    #[oai(path = "/auth/password", method = "post", operation_id = "changePassword")]
    async fn password(&self, auth: Account, body: Json<PasswordIn>) -> ApiResult<NoContent> {
        let mut check = Checker::new();
        let current = exact(&mut check, "current", body.0.current);
        let new = exact(&mut check, "new", body.0.new);
        check.finish()?;
        passwords::change(&auth.0, &current, &new).await?;
        Ok(NoContent)
    }

    /// Ask for a mail that sets a new password
    ///
    /// Always 202, whether the address is known or not.
    #[oai(path = "/auth/forgot", method = "post", operation_id = "forgotPassword")]
    async fn forgot(&self, caller: Caller, body: Json<ForgotIn>) -> ApiResult<Accepted<ForgotOut>> {
        let mut check = Checker::new();
        let email = address(&mut check, body.0.email.as_deref());
        check.finish()?;
        passwords::forgot(&caller, &email).await?;
        Ok(Accepted(ForgotOut { status: "accepted".to_owned() }))
    }

    /// Set a new password by a link
    ///
    /// Ends all sessions and signs in. The second factor stays: 401 `otp_required` or `otp_invalid`. 410 `token_used` or `token_expired`, 404 `token_unknown`.
    #[oai(path = "/auth/reset", method = "post", operation_id = "resetPassword")]
    async fn reset(&self, caller: Caller, body: Json<SetPasswordIn>) -> ApiResult<Signed> {
        self.set_by_link(&caller, body.0, Purpose::Reset).await
    }

    /// Look at an invitation
    ///
    /// 410 `token_used` or `token_expired`, 404 `token_unknown`.
    #[oai(path = "/invitations/check", method = "post", operation_id = "checkInvitation")]
    async fn check_invitation(&self, caller: Caller, body: Json<TokenIn>) -> ApiResult<Json<InvitationOut>> {
        let mut check = Checker::new();
        let token = exact(&mut check, "token", body.0.token);
        check.finish()?;
        let (email, name) = passwords::invited(&caller, &token).await?;
        Ok(Json(InvitationOut { email, name, company: caller.realm().name.clone() }))
    }

    /// Accept an invitation
    ///
    /// Sets the first password and signs in. 410 `token_used` or `token_expired`, 404 `token_unknown`.
    #[oai(path = "/invitations/accept", method = "post", operation_id = "acceptInvitation")]
    async fn accept_invitation(&self, caller: Caller, body: Json<SetPasswordIn>) -> ApiResult<Signed> {
        self.set_by_link(&caller, body.0, Purpose::Invitation).await
    }

    /// Read who one is
    ///
    /// With all one may do, how far it reaches, and how much one sees of sensitive fields.
    #[oai(path = "/me", method = "get", operation_id = "getMe")]
    async fn me(&self, auth: Account) -> ApiResult<Json<MeOut>> {
        let (actor, tenant) = (&auth.0.actor, &auth.0.tenant);
        let (role, role_name) = role_of(actor);
        let user = MeUser {
            id: user_id(actor),
            name: actor.name.clone(),
            email: actor.email.clone(),
            role,
            role_name,
            team_id: actor.team.as_ref().map(|(id, _)| id.0),
            team_name: actor.team.as_ref().map(|(_, name)| name.clone()),
            two_factor: actor.two_factor,
            permissions: permissions(actor),
            scopes: actor.grants.iter().map(|(key, scope)| ((*key).to_owned(), ScopeWord::from(*scope))).collect(),
            fields: FIELDS.iter().map(|f| (f.key.to_owned(), LevelWord::from(actor.level(f.key)))).collect(),
        };
        let url = comms::mail::realm_url(&auth.0.caller.app, tenant);
        let ctx = super::begin(&auth.0.caller, Actor::system(super::NOBODY), Mode::Read).await?;
        let timezone = settings::text(&ctx, "timezone").await?.unwrap_or_else(|| "UTC".to_owned());
        let left = match actor.user.filter(|_| actor.two_factor) {
            Some(id) => second_factor::codes_left(&ctx, id.0).await?,
            None => 0,
        };
        Ok(Json(MeOut {
            user,
            session_id: actor.session.map(Uuid::from),
            must_change_password: actor.must_change_password,
            must_set_up_two_factor: actor.must_set_up_two_factor(),
            two_factor_required: actor.two_factor_required,
            recovery_codes_left: u64::try_from(left).unwrap_or(0),
            tenant: MeTenant { slug: tenant.slug.clone(), name: tenant.name.clone(), url, timezone },
        }))
    }
}

impl AuthApi {
    async fn set_by_link(&self, caller: &Caller, body: SetPasswordIn, purpose: Purpose) -> ApiResult<Signed> {
        let mut check = Checker::new();
        let token = exact(&mut check, "token", body.token);
        let password = exact(&mut check, "password", body.password);
        let otp = check.optional("otp", body.otp.as_deref(), 40);
        check.finish()?;
        let tokens = passwords::set_by_link(caller, &token, &password, otp.as_deref(), purpose).await?;
        Ok(signed(caller, tokens))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others() {
        assert_eq!(find_cookie("a=b; bd_refresh=x-y_z; c=d").as_deref(), Some("x-y_z"));
        assert_eq!(find_cookie("bd_refresh="), None);
        assert_eq!(find_cookie("xbd_refresh=1"), None);
    }
}

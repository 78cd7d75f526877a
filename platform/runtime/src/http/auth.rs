//! Credentials as arguments: a handler that takes [`Staff`] or [`Owner`] can't run without one.

use std::sync::Arc;

use kernel::DomainError;
use kernel::ids::SessionId;
use poem::{FromRequest, Request, RequestBody};
use poem_openapi::SecurityScheme;
use poem_openapi::auth::Bearer;

use super::error::ApiError;
use super::gate::Site;
use super::{outside, token};
use crate::access::{self, Actor};
use crate::app::SharedApp;
use crate::crypto::token_hash;
use crate::ctx::{Ctx, RequestInfo};
use crate::db::Mode;
use crate::registry::Tenant;

/// A caller without a credential, at some host.
#[derive(Clone)]
pub struct Caller {
    /// The process's shared parts.
    pub app: SharedApp,
    /// The host.
    pub site: Site,
    /// Where the request came from.
    pub request: RequestInfo,
}

impl<'a> FromRequest<'a> for Caller {
    async fn from_request(req: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Caller::of(req).ok_or_else(|| ApiError(DomainError::internal("request without a site")).into())
    }
}

impl Caller {
    /// From what the gate put into the request.
    pub fn of(req: &Request) -> Option<Self> {
        Some(Self {
            app: req.extensions().get::<SharedApp>()?.clone(),
            site: req.extensions().get::<Site>()?.clone(),
            request: req.extensions().get::<RequestInfo>()?.clone(),
        })
    }

    /// The tenant at this host; on the platform's host there is none.
    pub fn tenant(&self) -> kernel::Result<&Arc<Tenant>> {
        match &self.site {
            Site::Tenant(tenant) => Ok(tenant),
            Site::Platform(_) => Err(DomainError::NotFound {
                code: "tenant_not_found",
                message: "This is the platform's own address; use a broker's.".to_owned(),
            }),
        }
    }

    /// The platform's realm; at a broker's host there is none.
    pub fn platform(&self) -> kernel::Result<&Arc<Tenant>> {
        match &self.site {
            Site::Platform(realm) => Ok(realm),
            Site::Tenant(_) => Err(DomainError::not_found("This address")),
        }
    }

    /// The realm at this host, whichever it is.
    pub fn realm(&self) -> &Arc<Tenant> {
        match &self.site {
            Site::Platform(t) | Site::Tenant(t) => t,
        }
    }

    /// Begins an operation of the product on behalf of a caller without an account.
    pub async fn begin_as(&self, name: &str) -> kernel::Result<Ctx> {
        Ctx::begin(&self.app, self.realm(), Arc::new(Actor::system(name)), self.request.clone(), Mode::Write).await
    }

    /// The caller's address, or a word that stands for "unknown".
    pub fn address(&self) -> &str {
        self.request.ip.as_deref().unwrap_or("unknown")
    }
}

/// What a caller showed.
#[derive(Clone)]
enum Credential {
    /// An access token of this session.
    Session(SessionId),
    /// An API key, by its hash.
    Key(Vec<u8>),
    /// A token of the tenant's console, as it came.
    Outside(Arc<str>),
}

/// A signed-in user at some host, or a program with a key.
#[derive(Clone)]
pub struct SignedIn {
    /// Everything a caller has.
    pub caller: Caller,
    /// The realm in which the user lives.
    pub tenant: Arc<Tenant>,
    /// The user and what they may.
    pub actor: Arc<Actor>,
    credential: Credential,
}

impl SignedIn {
    /// Who the same credential stands for by now: what stays open (a stream) asks again and again.
    /// Fails when it would no longer be let in.
    pub async fn again(&self) -> kernel::Result<Arc<Actor>> {
        let access = &self.caller.app.access;
        let actor = match &self.credential {
            Credential::Session(session) => access.actor(&self.tenant, *session).await?.ok_or_else(ended)?,
            Credential::Key(hash) => match access.known_key(&self.tenant, hash).await? {
                Some(actor) => actor,
                None => access.key_actor(&self.tenant, hash).await?.ok_or_else(no_key)?,
            },
            Credential::Outside(token) => outside::actor(&self.caller, &self.tenant, token).await?,
        };
        admit(&self.caller, &self.tenant, &actor, "").await?;
        Ok(actor)
    }

    /// Begins an operation that may write.
    pub async fn begin(&self) -> kernel::Result<Ctx> {
        Ctx::begin(&self.caller.app, &self.tenant, self.actor.clone(), self.caller.request.clone(), Mode::Write).await
    }

    /// Begins an operation that only reads.
    pub async fn read(&self) -> kernel::Result<Ctx> {
        Ctx::begin(&self.caller.app, &self.tenant, self.actor.clone(), self.caller.request.clone(), Mode::Read).await
    }

    /// Begins an operation in which the product carries values from one record to another that the
    /// actor may not see. Scopes and permissions stay the actor's; the answer must not show the values.
    pub async fn begin_carrying(&self) -> kernel::Result<Ctx> {
        let actor = self.actor.in_clear();
        Ctx::begin(&self.caller.app, &self.tenant, Arc::new(actor), self.caller.request.clone(), Mode::Write).await
    }

    /// Begins an operation on the user's own account (password, sessions), which no field rule
    /// concerns.
    pub async fn begin_account(&self) -> kernel::Result<Ctx> {
        let mut actor = Actor::system(&self.actor.name);
        actor.user = self.actor.user;
        actor.session = self.actor.session;
        actor.email.clone_from(&self.actor.email);
        Ctx::begin(&self.caller.app, &self.tenant, Arc::new(actor), self.caller.request.clone(), Mode::Write).await
    }
}

/// Access token of a tenant's staff, from `POST /auth/login`, or an API key, from `POST /api-keys`:
/// `Authorization: Bearer …`.
#[derive(SecurityScheme)]
#[oai(rename = "StaffToken", ty = "bearer", bearer_format = "JWT", checker = "staff")]
pub struct Staff(pub SignedIn);

/// Access token of the platform owner's staff, from `POST /api/platform/auth/login`.
#[derive(SecurityScheme)]
#[oai(rename = "OwnerToken", ty = "bearer", bearer_format = "JWT", checker = "owner")]
pub struct Owner(pub SignedIn);

/// Access token of whoever lives at this host: staff at a broker's, the owner's at the platform's. API
/// keys are no accounts.
#[derive(SecurityScheme)]
#[oai(rename = "AccountToken", ty = "bearer", bearer_format = "JWT", checker = "account")]
pub struct Account(pub SignedIn);

fn caller_of(req: &Request) -> Result<Caller, ApiError> {
    Caller::of(req).ok_or_else(|| ApiError(DomainError::internal("request without a site")))
}

/// A person's token, and no program's key.
async fn person(caller: Caller, req: &Request, bearer: &Bearer) -> Result<SignedIn, ApiError> {
    if is_key(&bearer.token) {
        return Err(ApiError(access::key_not_allowed()));
    }
    authenticate(caller, &bearer.token, req.original_uri().path()).await.map_err(ApiError)
}

async fn account(req: &Request, bearer: Bearer) -> poem::Result<SignedIn> {
    Ok(person(caller_of(req)?, req, &bearer).await?)
}

async fn staff(req: &Request, bearer: Bearer) -> poem::Result<SignedIn> {
    let caller = caller_of(req)?;
    caller.tenant().map_err(ApiError)?;
    Ok(authenticate(caller, &bearer.token, req.original_uri().path()).await.map_err(ApiError)?)
}

async fn owner(req: &Request, bearer: Bearer) -> poem::Result<SignedIn> {
    let caller = caller_of(req)?;
    caller.platform().map_err(ApiError)?;
    Ok(person(caller, req, &bearer).await?)
}

/// What every API key begins with.
pub const KEY_PREFIX: &str = "bdk_";

fn is_key(bearer: &str) -> bool {
    bearer.starts_with(KEY_PREFIX)
}

/// Turns an access token into a user of the host's realm, or a key into what it stands for.
pub async fn authenticate(mut caller: Caller, bearer: &str, path: &str) -> kernel::Result<SignedIn> {
    let tenant = caller.realm().clone();
    let (actor, credential) = if is_key(bearer) {
        let hash = token_hash(bearer);
        (by_key(&caller, &tenant, &hash).await?, Credential::Key(hash))
    } else if let (Err(_), true) = (token::verify(&tenant, bearer), outside::is_welcome(path)) {
        (outside::actor(&caller, &tenant, bearer).await?, Credential::Outside(bearer.into()))
    } else {
        let (user, session) = token::verify(&tenant, bearer)?;
        let actor = caller.app.access.actor(&tenant, session).await?.filter(|a| a.user == Some(user));
        (actor.ok_or_else(ended)?, Credential::Session(session))
    };
    admit(&caller, &tenant, &actor, path).await?;
    if let Some(key) = &mut caller.request.idempotency {
        key.policy = actor.policy();
    }
    Ok(SignedIn { caller, tenant, actor, credential })
}

fn ended() -> DomainError {
    DomainError::unauthenticated("session_ended", "This session has ended. Sign in again.")
}

fn no_key() -> DomainError {
    DomainError::unauthenticated("invalid_api_key", "This API key is not valid (any more).")
}

/// The actor of a key. Wrong ones are counted by address, and the count is asked before the database.
async fn by_key(caller: &Caller, tenant: &Tenant, hash: &[u8]) -> kernel::Result<Arc<Actor>> {
    let app = &caller.app;
    let actor = match app.access.known_key(tenant, hash).await? {
        Some(actor) => actor,
        None => {
            let rate = app.config.rates.signin;
            app.limits.has_room("api_key", caller.address(), rate).await?;
            match app.access.key_actor(tenant, hash).await? {
                Some(actor) => actor,
                None => {
                    app.limits.check("api_key", caller.address(), rate).await?;
                    return Err(no_key());
                }
            }
        }
    };
    if let Some(key) = actor.key
        && app.access.note_use(key).await
    {
        // Nobody waits for this, and a moment that is lost is only a date.
        let (db, realm, ip) = (app.db.clone(), caller.realm().clone(), caller.request.ip.clone());
        tokio::spawn(async move {
            if let Err(error) = access::key_used(&db, &realm, key, ip).await {
                tracing::debug!(%error, "the last use of an API key was not noted");
            }
        });
    }
    Ok(actor)
}

/// What holds for everybody who comes in: the network they may come from, and what an account owes
/// before anything else is open to it.
async fn admit(caller: &Caller, tenant: &Tenant, actor: &Actor, path: &str) -> kernel::Result<()> {
    caller.app.access.check_address(tenant, caller.request.ip.as_deref()).await?;
    if is_account_path(path) {
        return Ok(());
    }
    if actor.must_change_password {
        return Err(DomainError::Forbidden {
            code: "password_change_required",
            message: "Change your password first.".to_owned(),
        });
    }
    if actor.must_set_up_two_factor() {
        return Err(DomainError::Forbidden {
            code: "two_factor_setup_required",
            message: "Set up your second factor first.".to_owned(),
        });
    }
    Ok(())
}

/// The way to one's own account, which stays open while the account owes something.
fn is_account_path(path: &str) -> bool {
    let path = path.strip_prefix("/api").unwrap_or(path);
    let path = path.strip_prefix("/platform").unwrap_or(path);
    ["/auth", "/me", "/branding"]
        .iter()
        .any(|open| path.strip_prefix(open).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

#[cfg(test)]
mod tests {
    use super::is_account_path;

    #[test]
    fn only_the_account_itself_stays_open() {
        for open in
            ["/api/auth/password", "/auth/two-factor/setup", "/api/me", "/me/sessions", "/api/platform/me", "/api/branding"]
        {
            assert!(is_account_path(open), "{open}");
        }
        for closed in ["/api/clients", "/api/media", "/api/settings/branding", "/api/x/auth/", "/api/clients/me", "/authx", "/"] {
            assert!(!is_account_path(closed), "{closed}");
        }
    }
}

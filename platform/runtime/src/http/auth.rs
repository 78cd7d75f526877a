//! Credentials as arguments: a handler that takes [`Staff`] or [`Owner`] can't run without one.

use std::sync::Arc;

use kernel::DomainError;
use poem::{FromRequest, Request, RequestBody};
use poem_openapi::SecurityScheme;
use poem_openapi::auth::Bearer;

use super::error::ApiError;
use super::gate::Site;
use super::token;
use crate::access::Actor;
use crate::app::SharedApp;
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

/// A signed-in user at some host.
#[derive(Clone)]
pub struct SignedIn {
    /// Everything a caller has.
    pub caller: Caller,
    /// The realm in which the user lives.
    pub tenant: Arc<Tenant>,
    /// The user and what they may.
    pub actor: Arc<Actor>,
}

impl SignedIn {
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

/// Access token of a tenant's staff: `Authorization: Bearer …`, from `POST /auth/login`.
#[derive(SecurityScheme)]
#[oai(rename = "StaffToken", ty = "bearer", bearer_format = "JWT", checker = "staff")]
pub struct Staff(pub SignedIn);

/// Access token of the platform owner's staff, from `POST /api/platform/auth/login`.
#[derive(SecurityScheme)]
#[oai(rename = "OwnerToken", ty = "bearer", bearer_format = "JWT", checker = "owner")]
pub struct Owner(pub SignedIn);

/// Access token of whoever lives at this host: staff at a broker's, the owner's at the platform's.
#[derive(SecurityScheme)]
#[oai(rename = "AccountToken", ty = "bearer", bearer_format = "JWT", checker = "account")]
pub struct Account(pub SignedIn);

async fn account(req: &Request, bearer: Bearer) -> poem::Result<SignedIn> {
    let caller = Caller::of(req).ok_or_else(|| ApiError(DomainError::internal("request without a site")))?;
    Ok(authenticate(caller, &bearer.token, req.uri().path()).await.map_err(ApiError)?)
}

async fn staff(req: &Request, bearer: Bearer) -> poem::Result<SignedIn> {
    let caller = Caller::of(req).ok_or_else(|| ApiError(DomainError::internal("request without a site")))?;
    caller.tenant().map_err(ApiError)?;
    Ok(authenticate(caller, &bearer.token, req.uri().path()).await.map_err(ApiError)?)
}

async fn owner(req: &Request, bearer: Bearer) -> poem::Result<SignedIn> {
    let caller = Caller::of(req).ok_or_else(|| ApiError(DomainError::internal("request without a site")))?;
    caller.platform().map_err(ApiError)?;
    let signed_in = authenticate(caller, &bearer.token, req.uri().path()).await.map_err(ApiError)?;
    Ok(signed_in)
}

/// Turns an access token into a user of the host's realm.
pub async fn authenticate(caller: Caller, bearer: &str, path: &str) -> kernel::Result<SignedIn> {
    let tenant = caller.realm().clone();
    let (user, session) = token::verify(&tenant, bearer)?;
    let actor = caller
        .app
        .access
        .actor(&tenant, session)
        .await?
        .filter(|a| a.user == Some(user))
        .ok_or_else(|| DomainError::unauthenticated("session_ended", "This session has ended. Sign in again."))?;
    // Until the password is changed only the way to change it is open.
    if actor.must_change_password && !path.contains("/auth/") && !path.ends_with("/me") {
        return Err(DomainError::Forbidden {
            code: "password_change_required",
            message: "Change your password first.".to_owned(),
        });
    }
    Ok(SignedIn { caller, tenant, actor })
}

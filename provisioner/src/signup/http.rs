//! Sign-up over HTTP. Everything here is public.

use std::sync::Arc;

use kernel::DomainError;
use kernel::tenant::check_slug;
use kernel::validate::Checker;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::Ctx;
use runtime::access::Actor;
use runtime::db::Mode;
use runtime::http::{Accepted, ApiResult, Caller};
use template::Template;
use uuid::Uuid;

use super::service::{self, Checked};
use crate::branding::BrandingIn;
use crate::tenants::StartedOut;

/// The product, where the audit log names who acted.
const ACTOR: &str = "Sign-up";

/// A template that a CRM can be made from.
#[derive(Debug, Clone, Object)]
pub struct TemplateOut {
    /// Its name; what `POST /signup` takes.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What to call it.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// The modules that are on from the start.
    pub modules: Vec<String>,
    /// How it looks at first.
    pub branding: TemplateBrandingOut,
}

/// How a CRM of a template looks at first.
#[derive(Debug, Clone, Object)]
pub struct TemplateBrandingOut {
    /// Brand colour.
    pub primary: String,
    /// Corner radius in pixels.
    pub radius: u8,
    /// Font family.
    pub font: String,
    /// Tint of greys.
    pub neutral: String,
}

impl From<&Template> for TemplateOut {
    fn from(t: &Template) -> Self {
        Self {
            name: t.name.clone(),
            version: t.version.clone(),
            title: t.title.clone(),
            description: t.description.clone(),
            modules: t.modules.clone(),
            branding: TemplateBrandingOut {
                primary: t.branding.primary.clone(),
                radius: t.branding.radius,
                font: t.branding.font.clone(),
                neutral: t.branding.neutral.clone(),
            },
        }
    }
}

/// Whether an address can be had.
#[derive(Debug, Clone, Object)]
pub struct SlugOut {
    /// The address that was asked for.
    pub slug: String,
    /// Whether it can be had.
    pub available: bool,
    /// Why not: `slug_invalid`, `slug_reserved` or `slug_taken`.
    #[oai(nullable)]
    pub reason: Option<String>,
}

/// A broker who wants a CRM.
#[derive(Debug, Default, Object)]
pub struct SignupIn {
    /// The company.
    pub company: Option<String>,
    /// Address: 4 to 32 lower-case letters, digits and hyphens.
    pub slug: Option<String>,
    /// Name of the first administrator.
    pub name: Option<String>,
    /// Their e-mail; a link goes there.
    pub email: Option<String>,
    /// Their password, at least 10 characters.
    pub password: Option<String>,
    /// A template's name.
    pub template: Option<String>,
    /// The look; the rest comes from the template.
    pub branding: Option<BrandingIn>,
}

/// Asks for the mail once more.
#[derive(Debug, Object)]
pub struct ResendIn {
    /// From `POST /signup`.
    pub signup_id: Option<Uuid>,
}

/// A sign-up that waits for its mail to be read.
#[derive(Debug, Clone, Object)]
pub struct SignupOut {
    /// Its id.
    pub signup_id: Uuid,
    /// `verification_sent`.
    pub status: String,
}

impl SignupOut {
    fn sent(signup_id: Uuid) -> Self {
        Self { signup_id, status: "verification_sent".to_owned() }
    }
}

/// The token of the mail's link.
#[derive(Debug, Object)]
pub struct VerifyIn {
    /// The token.
    pub token: Option<String>,
}

/// Sign-up of brokers.
pub struct SignupApi;

#[OpenApi]
impl SignupApi {
    /// List templates.
    #[oai(path = "/templates", method = "get", operation_id = "listTemplates")]
    async fn templates(&self, caller: Caller) -> ApiResult<Json<Vec<TemplateOut>>> {
        caller.platform()?;
        Ok(Json(Template::embedded_all().iter().map(TemplateOut::from).collect()))
    }

    /// Check an address.
    ///
    /// Always 200; `reason` says why it can't be had.
    #[oai(path = "/slugs/:slug", method = "get", operation_id = "checkSlug")]
    async fn slug(&self, caller: Caller, slug: Path<String>) -> ApiResult<Json<SlugOut>> {
        let realm = caller.platform()?;
        let slug = slug.0;
        let reason = match check_slug(&slug) {
            Err(problem) => Some(problem.code()),
            Ok(()) => {
                let actor = Arc::new(Actor::system(ACTOR));
                let ctx = Ctx::begin(&caller.app, realm, actor, caller.request.clone(), Mode::Read).await?;
                (!service::check_slug_free(&ctx, &slug, None).await?).then_some("slug_taken")
            }
        };
        Ok(Json(SlugOut { slug, available: reason.is_none(), reason: reason.map(str::to_owned) }))
    }

    /// Sign up.
    ///
    /// Keeps the address and sends a mail with a link. The same e-mail may sign up again for the same
    /// address; what it sent last counts.
    #[oai(path = "/signup", method = "post", operation_id = "signUp")]
    async fn sign_up(&self, caller: Caller, body: Json<SignupIn>) -> ApiResult<Accepted<SignupOut>> {
        caller.platform()?;
        caller.app.limits.check("signup", caller.address(), caller.app.config.rates.signup).await?;
        let wanted = Checked::of(body.0).await?;
        let ctx = caller.begin_as(ACTOR).await?;
        let out = SignupOut::sent(service::sign_up(&ctx, &wanted).await?);
        ctx.commit_reply(202, &out).await?;
        Ok(Accepted(out))
    }

    /// Send the mail again.
    ///
    /// With a new link; the one before no longer works.
    #[oai(path = "/signup/resend", method = "post", operation_id = "resendSignup")]
    async fn resend(&self, caller: Caller, body: Json<ResendIn>) -> ApiResult<Accepted<SignupOut>> {
        caller.platform()?;
        let rate = caller.app.config.rates.signup;
        caller.app.limits.check("signup_resend", caller.address(), rate).await?;
        let id = body.0.signup_id.ok_or_else(|| DomainError::field("signup_id", "is required"))?;
        // Whoever has many addresses must not flood one mailbox either.
        caller.app.limits.check("signup_resend", &id.to_string(), rate).await?;
        let ctx = caller.begin_as(ACTOR).await?;
        service::resend(&ctx, id).await?;
        let out = SignupOut::sent(id);
        ctx.commit_reply(202, &out).await?;
        Ok(Accepted(out))
    }

    /// Verify a sign-up.
    ///
    /// Spends the token of the mail's link and begins to make the CRM.
    #[oai(path = "/signup/verify", method = "post", operation_id = "verifySignup")]
    async fn verify(&self, caller: Caller, body: Json<VerifyIn>) -> ApiResult<Accepted<StartedOut>> {
        caller.platform()?;
        let mut c = Checker::new();
        let token = c.required("token", body.0.token.as_deref(), 200);
        c.finish()?;
        let ctx = caller.begin_as(ACTOR).await?;
        let (placed, slug) = service::verify(&ctx, &token).await?;
        let out = StartedOut::of(&caller.app, placed, &slug);
        ctx.commit_reply(202, &out).await?;
        // Until now the address was known to be free.
        caller.app.publish_invalidation("registry", placed.key, &slug).await;
        Ok(Accepted(out))
    }
}

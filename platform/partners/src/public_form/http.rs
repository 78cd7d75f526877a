//! `/public/form`, `/public/leads`.

use kernel::DomainError;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Caller, Created};
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::captcha::{self, CaptchaIn, Door, Policy};
use crate::registration::reading;

/// Whose form it is.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct PublicFormOut {
    /// The broker.
    pub company: String,
    /// The partner on whose behalf leads come; absent for the broker's own form.
    pub partner: Option<FormPartnerOut>,
    /// What keeps robots out.
    pub captcha: CaptchaKindOut,
}

/// What keeps robots out of a form.
#[derive(Debug, Object)]
pub struct CaptchaKindOut {
    /// `off`, `proof_of_work` (see `GET /public/captcha`), `hcaptcha` or `turnstile`.
    pub kind: String,
    /// The site key at the provider.
    #[oai(nullable)]
    pub site_key: Option<String>,
}

impl CaptchaKindOut {
    /// As strangers may know it.
    pub fn of(policy: &Policy) -> Self {
        let is_provider = matches!(policy.kind, captcha::Kind::Provider(_));
        Self { kind: policy.kind.as_str().to_owned(), site_key: is_provider.then(|| policy.site_key.clone()) }
    }
}

/// The partner as strangers may know them.
#[derive(Debug, Object, FromQueryResult)]
pub struct FormPartnerOut {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: String,
}

/// A lead from a public form. First name, last name and e-mail are required.
#[derive(Debug, Object)]
pub struct PublicLeadIn {
    /// The partner, from the form's address.
    pub partner_id: Option<String>,
    /// First name. Required.
    pub first_name: Option<String>,
    /// Last name. Required.
    pub last_name: Option<String>,
    /// E-mail. Required.
    pub email: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// The visitor's language, a tag like `de` or `de-AT`.
    pub language: Option<String>,
    /// What the person wants to say.
    pub message: Option<String>,
    /// What the form adds, e.g. campaign parameters: an object.
    pub metadata: Option<serde_json::Value>,
    /// The answer to the captcha, where the form asks for one.
    pub captcha: Option<CaptchaIn>,
}

/// The lead's id.
#[derive(Debug, Object)]
pub struct PublicLeadOut {
    /// The lead's id.
    pub id: Uuid,
}

fn unknown() -> DomainError {
    DomainError::NotFound { code: "partner_not_found", message: "There is no such form.".to_owned() }
}

/// The partner of a form's address, if their form is open.
pub(crate) async fn approved(ctx: &Ctx, id: &str) -> kernel::Result<FormPartnerOut> {
    let id: Uuid = id.parse().map_err(|_| unknown())?;
    let sql = "select id, name from partners where id = $1 and approved";
    ctx.tx().one(sql, [id.into()]).await?.ok_or_else(unknown)
}

/// What an open form asks for. Fails where it is closed, like a form that never was: the setting `public_form_enabled`, or the
/// module of leads.
async fn open(ctx: &Ctx) -> kernel::Result<Policy> {
    let sql = "select coalesce((select value from settings where key = 'public_form_enabled') <> 'false'::jsonb, true)
                 and coalesce((select value @> '\"leads\"' from settings where key = 'modules'), $1)";
    let began_with = ctx.tenant().modules.is_empty() || ctx.tenant().modules.iter().any(|m| m == "leads");
    if ctx.tx().scalar::<bool>(sql, [began_with.into()]).await? == Some(true) {
        return Policy::load(ctx, Door::Leads).await;
    }
    Err(DomainError::NotFound { code: "form_closed", message: "There is no form at this address.".to_owned() })
}

/// The public lead form.
pub struct PublicFormApi;

#[OpenApi]
impl PublicFormApi {
    /// Whose form it is
    ///
    /// Where the form is switched off: 404 `form_closed`.
    #[oai(path = "/public/form", method = "get", operation_id = "publicForm")]
    async fn form(
        &self,
        caller: Caller,
        /// The partner, from the form's address.
        partner_id: Query<Option<String>>,
    ) -> ApiResult<Json<PublicFormOut>> {
        let tenant = caller.tenant()?.clone();
        caller.app.limits.check("public", caller.address(), caller.app.config.rates.public).await?;
        let ctx = reading(&caller).await?;
        let captcha = CaptchaKindOut::of(&open(&ctx).await?);
        let partner = match partner_id.0.as_deref().filter(|p| !p.is_empty()) {
            Some(id) => Some(approved(&ctx, id).await?),
            None => None,
        };
        Ok(Json(PublicFormOut { company: tenant.name.clone(), partner, captcha }))
    }

    /// Send a lead
    ///
    /// For everyone; no credential. Limited per address. Where the form is switched off: 404 `form_closed`.
    #[oai(path = "/public/leads", method = "post", operation_id = "createPublicLead")]
    async fn create(&self, caller: Caller, body: Json<PublicLeadIn>) -> ApiResult<Created<PublicLeadOut>> {
        caller.tenant()?;
        caller.app.limits.check("public", caller.address(), caller.app.config.rates.public).await?;
        let input = body.0;
        let mut c = kernel::validate::Checker::new();
        c.required("first_name", input.first_name.as_deref(), 100);
        c.required("last_name", input.last_name.as_deref(), 100);
        let email = c.required("email", input.email.as_deref(), 254);
        if !email.is_empty() {
            c.email("email", &email);
        }
        let ctx = reading(&caller).await?;
        let armed = open(&ctx).await?.armed(&ctx).await?;
        drop(ctx);
        captcha::given(&mut c, &armed.policy, input.captcha.as_ref());
        c.finish()?;
        captcha::check(&caller, &armed, input.captcha.as_ref()).await?;
        let ctx = caller.begin_as("Public form").await?;
        let partner = match input.partner_id.as_deref().filter(|p| !p.is_empty()) {
            Some(id) => Some(approved(&ctx, id).await?),
            None => None,
        };
        let lead = crm::leads::http::LeadIn {
            source: Some(partner.as_ref().map_or("Website", |_| "Partner form").to_owned()),
            partner_id: partner.map(|p| p.id.to_string()),
            first_name: input.first_name,
            last_name: input.last_name,
            email: input.email,
            phone: input.phone,
            country: input.country,
            // What the browser says; one that we can't read keeps nobody out.
            language: input.language.as_deref().and_then(crm::assignment::Facts::language),
            message: input.message,
            metadata: input.metadata,
            ..Default::default()
        };
        let out = PublicLeadOut { id: crm::leads::service::create_from_form(&ctx, &lead).await?.id };
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }
}

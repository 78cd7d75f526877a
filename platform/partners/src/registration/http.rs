//! `/public/registration`, `/public/register`, `/public/register/verify`.

use kernel::validate::Checker;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{Accepted, ApiResult, Caller};

use super::rules::Rules;
use super::{ACTOR, form, reading, service};
use crate::captcha::{CaptchaIn, Door, Policy};
use crate::public_form::{CaptchaKindOut, FormPartnerOut, approved};

/// A text to agree to.
#[derive(Debug, Object)]
pub struct FormConsentOut {
    /// The consent.
    pub key: String,
    /// Its wording; send it back.
    pub version: i32,
    /// Its heading, which people tick.
    pub title: String,
    /// The text, as Markdown.
    pub body: String,
    /// Whether nobody can register without it.
    pub required: bool,
    /// The language that it is written in.
    #[oai(nullable)]
    pub locale: Option<String>,
}

/// What the form asks for.
#[derive(Debug, Object)]
pub struct FormFieldsOut {
    /// `required` or `optional`.
    pub phone: String,
    /// `required` or `hidden`.
    pub date_of_birth: String,
    /// The shortest password; one can be left out.
    pub password_min_length: u32,
}

/// The registration form of a broker.
#[derive(Debug, Object)]
pub struct RegistrationFormOut {
    /// The broker.
    pub company: String,
    /// The partner whose link it is.
    #[oai(nullable)]
    pub partner: Option<FormPartnerOut>,
    /// What it asks for.
    pub fields: FormFieldsOut,
    /// From where people may register: ISO 3166-1 alpha-2.
    pub countries: Vec<String>,
    /// The youngest age in years; 0 for none.
    pub minimum_age: u32,
    /// What there is to agree to, in order.
    pub consents: Vec<FormConsentOut>,
    /// What keeps robots out.
    pub captcha: CaptchaKindOut,
}

/// A consent that is given.
#[derive(Debug, Object)]
pub struct ConsentGivenIn {
    /// The consent.
    pub key: Option<String>,
    /// The wording that was read.
    pub version: Option<i64>,
}

/// Somebody who wants to become a client. Names, e-mail and country are required; phone, date of birth,
/// consents and captcha as the settings say.
#[derive(Debug, Default, Object)]
pub struct RegistrationIn {
    /// First name. Required.
    pub first_name: Option<String>,
    /// Last name. Required.
    pub last_name: Option<String>,
    /// E-mail. Required; a link goes there.
    pub email: Option<String>,
    /// Phone; without a country code it is one of the country.
    pub phone: Option<String>,
    /// Country of residence, ISO 3166-1 alpha-2. Required.
    pub country: Option<String>,
    /// The visitor's language, a tag like `de` or `de-AT`.
    pub language: Option<String>,
    /// Date of birth, YYYY-MM-DD.
    pub date_of_birth: Option<String>,
    /// For the client area, at least 10 characters. It is kept as its hash.
    pub password: Option<String>,
    /// What the person agrees to.
    pub consents: Option<Vec<ConsentGivenIn>>,
    /// The answer to the captcha.
    pub captcha: Option<CaptchaIn>,
    /// The partner, from the form's address.
    pub partner_id: Option<String>,
    /// What the form adds, e.g. campaign parameters: an object.
    pub metadata: Option<serde_json::Value>,
    /// A field that people don't see. What is filled in here comes to nothing.
    pub website: Option<String>,
}

/// The answer to every form, whoever has the address.
#[derive(Debug, Object)]
pub struct RegistrationSentOut {
    /// `verification_sent`.
    pub status: String,
}

/// The token of the mail's link.
#[derive(Debug, Object)]
pub struct VerifyRegistrationIn {
    /// The token.
    pub token: Option<String>,
}

/// The address is verified.
#[derive(Debug, Object)]
pub struct VerifiedOut {
    /// `verified`.
    pub status: String,
}

impl VerifiedOut {
    pub(super) fn done() -> Self {
        Self { status: "verified".to_owned() }
    }
}

/// Registration of clients.
pub struct RegistrationApi;

#[OpenApi]
impl RegistrationApi {
    /// What the registration form asks for
    ///
    /// 404 `registration_closed` where clients don't register themselves.
    #[oai(path = "/public/registration", method = "get", operation_id = "publicRegistration")]
    async fn form(
        &self,
        caller: Caller,
        /// The partner, from the form's address.
        partner_id: Query<Option<String>>,
    ) -> ApiResult<Json<RegistrationFormOut>> {
        let tenant = caller.tenant()?.clone();
        caller.app.limits.check("registration-form", caller.address(), caller.app.config.rates.public).await?;
        let ctx = reading(&caller).await?;
        let rules = Rules::open(&ctx).await?;
        let partner = match partner_id.0.as_deref().filter(|p| !p.is_empty()) {
            Some(id) => Some(approved(&ctx, id).await?),
            None => None,
        };
        let consents = crm::consents::current(&ctx).await?;
        let policy = Policy::load(&ctx, Door::Registration).await?;
        Ok(Json(RegistrationFormOut {
            company: tenant.name.clone(),
            partner,
            fields: FormFieldsOut {
                phone: if rules.phone_required { "required" } else { "optional" }.to_owned(),
                date_of_birth: if rules.minimum_age > 0 { "required" } else { "hidden" }.to_owned(),
                password_min_length: u32::try_from(rules.password_min).unwrap_or(10),
            },
            countries: rules.served(),
            minimum_age: rules.minimum_age,
            consents: consents
                .into_iter()
                .map(|w| FormConsentOut {
                    key: w.key,
                    version: w.version,
                    title: w.title,
                    body: w.body,
                    required: w.required,
                    locale: w.locale,
                })
                .collect(),
            captcha: CaptchaKindOut::of(&policy),
        }))
    }

    /// Register as a client
    ///
    /// For everyone; no credential. The answer is the same whether the e-mail address is known or not, and
    /// a mail leaves in both cases. Nobody is a client before the link in it was used.
    #[oai(path = "/public/register", method = "post", operation_id = "register")]
    async fn register(&self, caller: Caller, body: Json<RegistrationIn>) -> ApiResult<Accepted<RegistrationSentOut>> {
        caller.tenant()?;
        caller.app.limits.check("public", caller.address(), caller.app.config.rates.public).await?;
        let form = form::checked(&caller, body.0).await?;
        let ctx = caller.begin_as(ACTOR).await?;
        if let Some(form) = &form {
            service::keep(&ctx, form).await?;
        }
        let out = RegistrationSentOut { status: "verification_sent".to_owned() };
        ctx.commit_reply(202, &out).await?;
        Ok(Accepted(out))
    }

    /// Verify the e-mail address of a registration
    ///
    /// Spends the token of the mail's link; the person is a client from now on. A second use is answered
    /// with 410 `token_used`, a late one with 410 `token_expired`.
    #[oai(path = "/public/register/verify", method = "post", operation_id = "verifyRegistration")]
    async fn verify(&self, caller: Caller, body: Json<VerifyRegistrationIn>) -> ApiResult<Json<VerifiedOut>> {
        caller.tenant()?;
        caller.app.limits.check("public", caller.address(), caller.app.config.rates.public).await?;
        let mut c = Checker::new();
        let token = c.required("token", body.0.token.as_deref(), 200);
        c.finish()?;
        Ok(Json(service::verify(&caller, &token).await?))
    }
}

//! What a form asks for, and whether what came is good.

use kernel::DomainError;
use kernel::ports::{CaptchaAnswer, CaptchaProvider};
use kernel::validate::Checker;
use runtime::http::Caller;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde_json::Value as Json;
use template::SettingDef;

use super::http::CaptchaIn;
use super::secret;
use super::work::{self, Challenge, Refusal};

/// A form that strangers fill in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// The public lead form.
    Leads,
    /// The registration of clients.
    Registration,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing.
    Off,
    /// The calculation.
    Work,
    /// A provider's.
    Provider(CaptchaProvider),
}

impl Kind {
    /// As in the settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Work => "proof_of_work",
            Self::Provider(CaptchaProvider::Hcaptcha) => "hcaptcha",
            Self::Provider(CaptchaProvider::Turnstile) => "turnstile",
        }
    }

    fn parse(word: &str) -> Self {
        match word {
            "proof_of_work" => Self::Work,
            "hcaptcha" => Self::Provider(CaptchaProvider::Hcaptcha),
            "turnstile" => Self::Provider(CaptchaProvider::Turnstile),
            _ => Self::Off,
        }
    }
}

/// What a tenant's settings say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// What is asked for.
    pub kind: Kind,
    /// The site key at the provider.
    pub site_key: String,
    /// How hard the calculation is.
    pub difficulty: u32,
}

#[derive(FromQueryResult)]
struct Row {
    key: String,
    value: Json,
}

/// Values of settings by their keys; those of the product where the tenant has none.
pub(crate) async fn settings(ctx: &Ctx, keys: &[&'static str]) -> kernel::Result<impl Fn(&str) -> Json + use<>> {
    let wanted: Vec<String> = keys.iter().map(|k| (*k).to_owned()).collect();
    let rows: Vec<Row> = ctx.tx().all("select key, value from settings where key = any ($1)", [wanted.into()]).await?;
    Ok(move |key: &str| match rows.iter().find(|r| r.key == key) {
        Some(row) => row.value.clone(),
        None => SettingDef::named(key).map(SettingDef::default).unwrap_or_default(),
    })
}

impl Policy {
    /// What the settings say for a form.
    pub async fn load(ctx: &Ctx, door: Door) -> kernel::Result<Self> {
        let keys = ["captcha_provider", "captcha_site_key", "captcha_difficulty", "public_form_captcha"];
        let of = settings(ctx, &keys).await?;
        let mut kind = Kind::parse(of("captcha_provider").as_str().unwrap_or_default());
        if door == Door::Leads {
            kind = match (of("public_form_captcha").as_bool().unwrap_or_default(), kind) {
                (false, _) => Kind::Off,
                // Asked for by its own setting: the calculation needs nothing else.
                (true, Kind::Off) => Kind::Work,
                (true, chosen) => chosen,
            };
        }
        let difficulty = of("captcha_difficulty").as_u64().and_then(|n| u32::try_from(n).ok()).unwrap_or(16);
        Ok(Self { kind, site_key: of("captcha_site_key").as_str().unwrap_or_default().to_owned(), difficulty })
    }

    /// The tenant's secret at the provider, if one is needed.
    async fn secret(&self, ctx: &Ctx) -> kernel::Result<Option<String>> {
        if matches!(self.kind, Kind::Provider(_)) { secret::open(ctx).await } else { Ok(None) }
    }

    /// With the secret that is needed for it, before the transaction ends.
    pub async fn armed(self, ctx: &Ctx) -> kernel::Result<Armed> {
        let secret = self.secret(ctx).await?;
        Ok(Armed { policy: self, secret })
    }
}

/// A policy with its secret.
pub struct Armed {
    /// What is asked for.
    pub policy: Policy,
    secret: Option<String>,
}

/// Whose script the page of a form runs beside our own: of the provider that the tenant chose, and
/// nobody's otherwise.
pub async fn script_sources(caller: &Caller, door: Door) -> &'static [&'static str] {
    let policy = async {
        let ctx = crate::registration::reading(caller).await?;
        Policy::load(&ctx, door).await
    };
    match policy.await.map(|p| p.kind) {
        Ok(Kind::Provider(CaptchaProvider::Hcaptcha)) => &["https://hcaptcha.com", "https://*.hcaptcha.com"],
        Ok(Kind::Provider(CaptchaProvider::Turnstile)) => &["https://challenges.cloudflare.com"],
        _ => &[],
    }
}

const FIELD: &str = "captcha";

/// Notes what is missing of an answer, together with the form's other faults.
pub fn given(c: &mut Checker, policy: &Policy, answer: Option<&CaptchaIn>) {
    let there = match policy.kind {
        Kind::Off => return,
        Kind::Work => answer.is_some_and(|a| a.nonce.is_some() && a.challenge.is_some()),
        Kind::Provider(_) => answer.is_some_and(|a| a.token.as_deref().is_some_and(|t| !t.trim().is_empty())),
    };
    if !there {
        c.add(FIELD, "is required");
    }
}

/// Checks an answer and spends it. No transaction may be open: a provider is asked over the network.
pub async fn check(caller: &Caller, armed: &Armed, answer: Option<&CaptchaIn>) -> kernel::Result<()> {
    match armed.policy.kind {
        Kind::Off => Ok(()),
        Kind::Work => {
            let (challenge, number) = answer.and_then(read).ok_or_else(|| refused("is not an answer to a challenge of ours"))?;
            let outcome = work::spend(&caller.app, caller.tenant()?, &challenge, &number).await?;
            outcome.map_err(|why| {
                refused(match why {
                    Refusal::Foreign => "is not an answer to a challenge of ours",
                    Refusal::Late => "has expired; a new one is needed",
                    Refusal::Wrong => "is not solved",
                    Refusal::Used => "was used before; a new one is needed",
                })
            })
        }
        Kind::Provider(provider) => judge(caller, armed, provider, answer).await,
    }
}

fn refused(message: &str) -> DomainError {
    DomainError::field_code("captcha_failed", FIELD, message)
}

fn read(answer: &CaptchaIn) -> Option<(Challenge, String)> {
    if answer.algorithm.as_deref().is_some_and(|a| a != work::ALGORITHM) {
        return None;
    }
    let challenge = Challenge {
        challenge: answer.challenge.clone()?,
        salt: answer.salt.clone()?,
        difficulty: answer.difficulty?,
        expires_at: answer.expires_at?,
        signature: answer.signature.clone()?,
    };
    Some((challenge, answer.nonce.clone()?))
}

async fn judge(caller: &Caller, armed: &Armed, provider: CaptchaProvider, answer: Option<&CaptchaIn>) -> kernel::Result<()> {
    let away =
        || DomainError::unavailable("captcha_unavailable", "The check against robots is not available. Please try again later.");
    let tenant = caller.tenant()?;
    let token = answer.and_then(|a| a.token.as_deref()).map(str::trim).filter(|t| !t.is_empty() && t.len() <= 8_000);
    let token = token.ok_or_else(|| refused("is required"))?;
    let Some(secret) = armed.secret.clone() else {
        tracing::warn!(tenant = tenant.slug, "a captcha provider is chosen and has no secret: nobody is let in");
        return Err(away());
    };
    let question = CaptchaAnswer {
        provider,
        secret,
        token: token.to_owned(),
        site_key: armed.policy.site_key.clone(),
        address: caller.request.ip.clone(),
    };
    let verdict = caller.app.captcha.judge(&question).await.map_err(|error| {
        tracing::warn!(tenant = tenant.slug, error, "no verdict on a captcha: nobody is let in");
        away()
    })?;
    if verdict.faults.iter().any(|f| f.contains("secret")) {
        tracing::warn!(tenant = tenant.slug, "the captcha provider refuses the secret: nobody is let in");
        return Err(away());
    }
    // An answer that was solved on another site is somebody else's work.
    let host = caller.app.config.base_host();
    let here = verdict.hostname.as_deref().is_some_and(|h| h.eq_ignore_ascii_case(&format!("{}.{host}", tenant.slug)));
    if verdict.passed && here { Ok(()) } else { Err(refused("was not passed; please try again")) }
}

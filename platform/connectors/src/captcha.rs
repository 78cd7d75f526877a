//! hCaptcha and Turnstile: both take a form of `secret` and `response` and answer `{success, hostname,
//! error-codes}`.
//!
//! No answer, or one that can't be read, is no verdict. Secrets and answers stay out of every message.

use async_trait::async_trait;
use kernel::ports::{CaptchaAnswer, CaptchaJudge, CaptchaProvider, CaptchaVerdict};
use serde::Deserialize;
use std::time::Duration;

/// A visitor waits meanwhile.
const WITHIN: Duration = Duration::from_secs(5);
/// What a provider says is short; more than this is not from one.
const LONGEST: u64 = 64 << 10;

/// Asks the providers at their addresses.
#[derive(Debug, Clone)]
pub struct CaptchaService {
    client: Result<reqwest::Client, String>,
    hcaptcha: String,
    turnstile: String,
}

#[derive(Deserialize)]
struct Said {
    success: bool,
    hostname: Option<String>,
    #[serde(default, rename = "error-codes")]
    faults: Vec<String>,
}

impl CaptchaService {
    /// At these addresses.
    pub fn new(hcaptcha: &str, turnstile: &str) -> Self {
        let client = reqwest::Client::builder()
            .connect_timeout(WITHIN)
            .timeout(WITHIN)
            // A redirect would carry the secret to somebody else.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|e| format!("no HTTP client: {}", e.without_url()));
        Self { client, hcaptcha: hcaptcha.to_owned(), turnstile: turnstile.to_owned() }
    }
}

#[async_trait]
impl CaptchaJudge for CaptchaService {
    async fn judge(&self, answer: &CaptchaAnswer) -> Result<CaptchaVerdict, String> {
        let mut form = vec![("secret", answer.secret.as_str()), ("response", answer.token.as_str())];
        if let Some(address) = &answer.address {
            form.push(("remoteip", address));
        }
        let url = match answer.provider {
            CaptchaProvider::Hcaptcha => {
                form.push(("sitekey", &answer.site_key));
                &self.hcaptcha
            }
            CaptchaProvider::Turnstile => &self.turnstile,
        };
        let client = self.client.as_ref().map_err(Clone::clone)?;
        let failed = |e: reqwest::Error| format!("the provider does not answer: {}", e.without_url());
        let response = client.post(url).form(&form).send().await.map_err(failed)?;
        if !response.status().is_success() {
            return Err(format!("the provider answers with {}", response.status()));
        }
        if response.content_length().is_some_and(|n| n > LONGEST) {
            return Err("the provider's answer is too long".to_owned());
        }
        let said: Said = response.json().await.map_err(failed)?;
        Ok(CaptchaVerdict { passed: said.success, hostname: said.hostname, faults: said.faults })
    }
}

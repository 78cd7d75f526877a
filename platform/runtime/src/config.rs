//! Configuration: environment variables, read and checked once at start. Every fault is reported
//! at the same time, by the name of its variable.
//!
//! Each variable stands in `.env.example` with its meaning and default.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

use base64::Engine as _;
use ipnet::IpNet;
use secrecy::{ExposeSecret as _, SecretString};

use crate::access::outside::Deployed;

/// Everything the processes need to know.
#[derive(Debug, Clone)]
pub struct Config {
    /// `DATABASE_URL`: the application's login. It has no rights of its own on tenant schemas.
    pub database_url: SecretString,
    /// `PROVISION_DATABASE_URL`: the provisioner's login; only workers and the CLI need it.
    pub provision_database_url: Option<SecretString>,
    /// `DATABASE_POOL`: most connections of one process, 1 to 200.
    pub database_pool: u32,
    /// `REDIS_URL`.
    pub redis_url: SecretString,
    /// `LISTEN`: where the API listens.
    pub listen: SocketAddr,
    /// `METRICS_ADDR`: where Prometheus reads; `off` for none.
    pub metrics_addr: Option<SocketAddr>,
    /// `METRICS_PUBLIC`: serve `/metrics` on the API's port too.
    pub metrics_public: bool,
    /// `BASE_DOMAIN`: host (and port, if it is not the scheme's own) of the platform.
    pub base_domain: String,
    /// `PUBLIC_SCHEME`: `http` or `https`, as browsers see us.
    pub scheme: String,
    /// `MASTER_KEY`: 32 bytes in base64; seals the tenants' secrets.
    pub master_key: SecretString,
    /// `S3_*`.
    pub s3: S3Config,
    /// `CLAMD_ADDR`: the virus scanner, `host:port` or `unix:/path`; without it nothing is scanned.
    pub clamd_addr: Option<String>,
    /// `SMTP_URL`, `MAIL_FROM`.
    pub mail: MailConfig,
    /// `RATE_*`, `TRUSTED_PROXIES`.
    pub rates: RateConfig,
    /// `HCAPTCHA_URL`: where answers to hCaptcha are checked.
    pub hcaptcha_url: String,
    /// `TURNSTILE_URL`: where answers to Turnstile are checked.
    pub turnstile_url: String,
    /// `CORS_ORIGINS`: origins that may call the API from a browser, comma-separated.
    pub cors_origins: Vec<String>,
    /// `CONSOLE_TENANT`, `JWT_SECRET`, `JWT_ISSUER`, `CORS_ALLOWED_ORIGINS`: the console of the one tenant that is
    /// served here; with many tenants each has its own in its settings.
    pub console: Option<Deployed>,
    /// `BODY_LIMIT`: bytes of a request body.
    pub body_limit: usize,
    /// `ACCESS_TOKEN_MINUTES`, `SESSION_DAYS`.
    pub sessions: SessionConfig,
    /// `LOG_FORMAT`: `json` or `text`.
    pub log_json: bool,
    /// Set by `up` only: the mail catcher's pages are served.
    pub local_mode: bool,
}

/// The file store.
#[derive(Debug, Clone)]
pub struct S3Config {
    /// `S3_ENDPOINT`.
    pub endpoint: String,
    /// `S3_PUBLIC_ENDPOINT`: the same store as browsers reach it, if that is another address.
    pub public_endpoint: Option<String>,
    /// `S3_REGION`.
    pub region: String,
    /// `S3_BUCKET`.
    pub bucket: String,
    /// `S3_ACCESS_KEY`.
    pub access_key: String,
    /// `S3_SECRET_KEY`.
    pub secret_key: SecretString,
}

/// Outgoing mail.
#[derive(Debug, Clone)]
pub struct MailConfig {
    /// `SMTP_URL`, e.g. `smtps://user:password@mail.example.com:465`.
    pub smtp_url: SecretString,
    /// `MAIL_FROM`: the sender's address.
    pub from: String,
}

/// How often an address may do what.
#[derive(Debug, Clone)]
pub struct RateConfig {
    /// `RATE_SIGNUP`, default `10/h`.
    pub signup: Option<Rate>,
    /// `RATE_SIGNIN`, default `10/m`.
    pub signin: Option<Rate>,
    /// `RATE_PUBLIC`, default `30/m`.
    pub public: Option<Rate>,
    /// `TRUSTED_PROXIES`: networks whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
}

/// Lengths of sessions.
#[derive(Debug, Clone)]
pub struct SessionConfig {
    /// `ACCESS_TOKEN_MINUTES`, 1 to 60, default 10.
    pub access: Duration,
    /// `SESSION_DAYS`, 1 to 90, default 14: a session ends after this long without use.
    pub refresh: Duration,
}

/// So many in so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub count: u32,
    /// In how many seconds.
    pub seconds: u32,
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(s: &str) -> Result<Self, String> {
        let explain = || format!("`{s}` is not a rate; write e.g. 10/h, 10/m, 5/s or off");
        let (count, unit) = s.split_once('/').ok_or_else(explain)?;
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            _ => return Err(explain()),
        };
        match count.parse() {
            Ok(count) if count >= 1 => Ok(Self { count, seconds }),
            _ => Err(explain()),
        }
    }
}

/// Reads variables and collects what is wrong with them.
struct Reader<'a> {
    vars: &'a BTreeMap<String, String>,
    faults: Vec<String>,
}

impl Reader<'_> {
    fn text(&mut self, name: &str) -> Option<String> {
        self.vars.get(name).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty())
    }

    fn required(&mut self, name: &str, hint: &str) -> String {
        self.text(name).unwrap_or_else(|| {
            self.faults.push(format!("{name} is missing: {hint}"));
            String::new()
        })
    }

    fn parsed<T: FromStr>(&mut self, name: &str, default: T, expects: &str) -> T {
        match self.text(name) {
            None => default,
            Some(v) => v.parse().unwrap_or_else(|_| {
                self.faults.push(format!("{name}=`{v}` is wrong: {expects}"));
                default
            }),
        }
    }

    fn range(&mut self, name: &str, default: u32, low: u32, high: u32) -> u32 {
        let n = self.parsed(name, default, &format!("expects a whole number from {low} to {high}"));
        if (low..=high).contains(&n) {
            return n;
        }
        self.faults.push(format!("{name}={n} is wrong: expects a whole number from {low} to {high}"));
        default
    }

    fn rate(&mut self, name: &str, default: Rate) -> Option<Rate> {
        match self.text(name).as_deref() {
            None => Some(default),
            Some("off") => None,
            Some(v) => match v.parse() {
                Ok(rate) => Some(rate),
                Err(e) => {
                    self.faults.push(format!("{name} is wrong: {e}"));
                    Some(default)
                }
            },
        }
    }

    fn list<T: FromStr>(&mut self, name: &str, expects: &str) -> Vec<T> {
        let text = self.text(name).unwrap_or_default();
        let mut all = Vec::new();
        for part in text.split(',').map(str::trim).filter(|p| !p.is_empty()) {
            match part.parse() {
                Ok(v) => all.push(v),
                Err(_) => self.faults.push(format!("{name}: `{part}` is wrong: {expects}")),
            }
        }
        all
    }
}

/// The console of a deployment for one tenant. Its variables say nothing about which tenant is meant, so they
/// are refused without one.
fn console(r: &mut Reader<'_>) -> Option<Deployed> {
    let found = Deployed {
        tenant: r.text("CONSOLE_TENANT").unwrap_or_default().to_lowercase(),
        secret: r.text("JWT_SECRET").map(Into::into),
        issuer: r.text("JWT_ISSUER"),
        origins: r.list("CORS_ALLOWED_ORIGINS", "expects origins such as https://console.example.com"),
    };
    if !found.tenant.is_empty() {
        return Some(found);
    }
    for name in ["JWT_SECRET", "JWT_ISSUER", "CORS_ALLOWED_ORIGINS"] {
        if r.text(name).is_some() {
            r.faults.push(format!(
                "{name} is the console's of one tenant: name that tenant in CONSOLE_TENANT, or leave {name} out and let each \
                 tenant set up its console in Settings"
            ));
        }
    }
    None
}

impl Config {
    /// Reads the process's environment.
    pub fn from_env() -> Result<Self, Vec<String>> {
        Self::from_vars(&std::env::vars().collect())
    }

    /// Reads the given variables; errors with all faults at once.
    pub fn from_vars(vars: &BTreeMap<String, String>) -> Result<Self, Vec<String>> {
        let mut r = Reader { vars, faults: Vec::new() };
        let config = Self {
            database_url: r.required("DATABASE_URL", "the PostgreSQL login of the application").into(),
            provision_database_url: r.text("PROVISION_DATABASE_URL").map(Into::into),
            database_pool: r.range("DATABASE_POOL", 16, 1, 200),
            redis_url: r.required("REDIS_URL", "e.g. redis://127.0.0.1:6379").into(),
            listen: r.parsed("LISTEN", SocketAddr::from(([0, 0, 0, 0], 8080)), "expects address:port"),
            metrics_addr: match r.text("METRICS_ADDR").as_deref() {
                Some("off") => None,
                _ => Some(r.parsed("METRICS_ADDR", SocketAddr::from(([127, 0, 0, 1], 9090)), "expects address:port or off")),
            },
            metrics_public: r.parsed("METRICS_PUBLIC", false, "expects true or false"),
            base_domain: r.text("BASE_DOMAIN").unwrap_or_else(|| "localhost:8080".into()).to_lowercase(),
            scheme: r.text("PUBLIC_SCHEME").unwrap_or_else(|| "http".into()),
            master_key: r.required("MASTER_KEY", "32 random bytes in base64 (openssl rand -base64 32)").into(),
            s3: S3Config {
                endpoint: r.required("S3_ENDPOINT", "the URL of an S3 store"),
                public_endpoint: r.text("S3_PUBLIC_ENDPOINT"),
                region: r.text("S3_REGION").unwrap_or_else(|| "us-east-1".into()),
                bucket: r.text("S3_BUCKET").unwrap_or_else(|| "brokerdesk".into()),
                access_key: r.required("S3_ACCESS_KEY", "the access key of the S3 store"),
                secret_key: r.required("S3_SECRET_KEY", "the secret key of the S3 store").into(),
            },
            clamd_addr: r.text("CLAMD_ADDR"),
            mail: MailConfig {
                smtp_url: r.required("SMTP_URL", "e.g. smtps://user:password@mail.example.com:465").into(),
                from: r.text("MAIL_FROM").unwrap_or_else(|| "no-reply@localhost.localdomain".into()),
            },
            rates: RateConfig {
                signup: r.rate("RATE_SIGNUP", Rate { count: 10, seconds: 3_600 }),
                signin: r.rate("RATE_SIGNIN", Rate { count: 10, seconds: 60 }),
                public: r.rate("RATE_PUBLIC", Rate { count: 30, seconds: 60 }),
                trusted_proxies: networks(&mut r),
            },
            hcaptcha_url: r.text("HCAPTCHA_URL").unwrap_or_else(|| "https://api.hcaptcha.com/siteverify".into()),
            turnstile_url: r
                .text("TURNSTILE_URL")
                .unwrap_or_else(|| "https://challenges.cloudflare.com/turnstile/v0/siteverify".into()),
            cors_origins: r.list("CORS_ORIGINS", "expects origins such as https://www.example.com"),
            console: console(&mut r),
            body_limit: r.parsed("BODY_LIMIT", 1_048_576, "expects a number of bytes"),
            sessions: SessionConfig {
                access: Duration::from_secs(60 * u64::from(r.range("ACCESS_TOKEN_MINUTES", 10, 1, 60))),
                refresh: Duration::from_secs(86_400 * u64::from(r.range("SESSION_DAYS", 14, 1, 90))),
            },
            log_json: r.text("LOG_FORMAT").is_none_or(|f| f != "text"),
            local_mode: false,
        };
        config.check(&mut r);
        if r.faults.is_empty() { Ok(config) } else { Err(r.faults) }
    }

    fn check(&self, r: &mut Reader<'_>) {
        let mut url = |name: &str, text: &str, schemes: &[&str]| {
            if !text.is_empty() && !schemes.iter().any(|s| text.starts_with(&format!("{s}://"))) {
                r.faults.push(format!("{name} is wrong: expects a URL that starts with {}://", schemes.join(":// or ")));
            }
        };
        url("DATABASE_URL", self.database_url.expose_secret(), &["postgres", "postgresql"]);
        if let Some(prov) = &self.provision_database_url {
            url("PROVISION_DATABASE_URL", prov.expose_secret(), &["postgres", "postgresql"]);
        }
        url("REDIS_URL", self.redis_url.expose_secret(), &["redis"]);
        url("S3_ENDPOINT", &self.s3.endpoint, &["http", "https"]);
        url("S3_PUBLIC_ENDPOINT", self.s3.public_endpoint.as_deref().unwrap_or_default(), &["http", "https"]);
        url("HCAPTCHA_URL", &self.hcaptcha_url, &["http", "https"]);
        url("TURNSTILE_URL", &self.turnstile_url, &["http", "https"]);
        url("SMTP_URL", self.mail.smtp_url.expose_secret(), &["smtp", "smtps"]);
        if let Some(clamd) = &self.clamd_addr
            && !clamd.starts_with("unix:/")
            && !clamd.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok_and(|p| p > 0))
        {
            r.faults.push(format!("CLAMD_ADDR=`{clamd}` is wrong: expects host:port or unix:/path"));
        }
        if !["http", "https"].contains(&self.scheme.as_str()) {
            r.faults.push("PUBLIC_SCHEME is wrong: expects http or https".into());
        }
        let key = self.master_key.expose_secret();
        if !key.is_empty() && !base64::engine::general_purpose::STANDARD.decode(key).is_ok_and(|k| k.len() == 32) {
            r.faults.push("MASTER_KEY is wrong: expects 32 bytes in base64 (openssl rand -base64 32)".into());
        }
        if !kernel::validate::is_email(&self.mail.from.to_lowercase()) {
            r.faults.push(format!("MAIL_FROM=`{}` is wrong: expects an e-mail address", self.mail.from));
        }
        if self.base_domain.contains('/') || self.base_domain.is_empty() {
            r.faults.push("BASE_DOMAIN is wrong: expects a host, with a port if it is unusual".into());
        }
    }

    /// The origin from which browsers load files and to which they upload, e.g. `https://files.example.com`.
    pub fn files_origin(&self) -> &str {
        let endpoint = self.s3.public_endpoint.as_deref().unwrap_or(&self.s3.endpoint);
        let host = endpoint.find("://").map_or(0, |at| at + 3);
        endpoint[host..].find('/').map_or(endpoint, |end| &endpoint[..host + end])
    }

    /// The platform's address, e.g. `http://localhost:8080`.
    pub fn platform_url(&self) -> String {
        format!("{}://{}", self.scheme, self.base_domain)
    }

    /// A tenant's address, e.g. `http://acme.localhost:8080`.
    pub fn tenant_url(&self, slug: &str) -> String {
        format!("{}://{slug}.{}", self.scheme, self.base_domain)
    }

    /// The base domain without its port.
    pub fn base_host(&self) -> &str {
        self.base_domain.rsplit_once(':').map_or(self.base_domain.as_str(), |(host, _)| host)
    }

    /// Whether the address of a peer is one of our own proxies.
    pub fn is_trusted_proxy(&self, ip: IpAddr) -> bool {
        self.rates.trusted_proxies.iter().any(|net| net.contains(&ip))
    }
}

fn networks(r: &mut Reader<'_>) -> Vec<IpNet> {
    r.list::<String>("TRUSTED_PROXIES", "")
        .into_iter()
        .filter_map(|text| {
            let net = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
            if net.is_err() {
                r.faults.push(format!("TRUSTED_PROXIES: `{text}` is wrong: expects an address or a network such as 10.0.0.0/8"));
            }
            net.ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vars(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let mut all: BTreeMap<String, String> = [
            ("DATABASE_URL", "postgres://a@localhost/b"),
            ("REDIS_URL", "redis://localhost"),
            ("MASTER_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            ("S3_ENDPOINT", "http://localhost:9000"),
            ("S3_ACCESS_KEY", "a"),
            ("S3_SECRET_KEY", "b"),
            ("SMTP_URL", "smtp://localhost:25"),
        ]
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect();
        for (k, v) in pairs {
            all.insert((*k).to_owned(), (*v).to_owned());
        }
        all
    }

    #[test]
    fn defaults_are_sound() {
        let config = Config::from_vars(&vars(&[])).expect("valid");
        assert_eq!(config.tenant_url("acme"), "http://acme.localhost:8080");
        assert_eq!(config.base_host(), "localhost");
        assert_eq!(config.files_origin(), "http://localhost:9000");
        let public = Config::from_vars(&vars(&[("S3_PUBLIC_ENDPOINT", "https://files.example.com/")])).expect("valid");
        assert_eq!(public.files_origin(), "https://files.example.com");
        assert_eq!(config.rates.signup, Some(Rate { count: 10, seconds: 3_600 }));
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let faults = Config::from_vars(&vars(&[
            ("DATABASE_URL", "mysql://x"),
            ("MASTER_KEY", "short"),
            ("RATE_SIGNIN", "often"),
            ("TRUSTED_PROXIES", "10.0.0.0/8, nonsense"),
            ("LISTEN", "here"),
            ("SMTP_URL", ""),
        ]))
        .expect_err("accepted");
        let text = faults.join("\n");
        for name in ["DATABASE_URL", "MASTER_KEY", "RATE_SIGNIN", "TRUSTED_PROXIES", "LISTEN", "SMTP_URL"] {
            assert!(text.contains(name), "{name} missing in {text}");
        }
    }
}

//! Where the configuration comes from: the process's environment, or, for commands beside a running
//! `up`, what that wrote into its data directory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use connectors::CaptchaService;
use connectors::s3::{S3FileStore, S3Settings};
use connectors::smtp::SmtpMailer;
use kernel::clock::Clock;
use runtime::config::Config;
use runtime::{App, SharedApp};
use secrecy::ExposeSecret as _;

/// The file in the data directory that holds the variables of a running `up`.
const FILE: &str = "environment.json";

/// Which installation a command is about.
#[derive(Debug, Clone, clap::Args)]
pub struct DataDirArg {
    /// The data directory of `brokerdesk up`; without it `DATABASE_URL` and its companions decide.
    #[arg(long, env = "BROKERDESK_DATA_DIR", global = true)]
    pub data_dir: Option<PathBuf>,
}

/// Turns variables into a configuration, or tells every fault.
pub fn config(vars: &BTreeMap<String, String>) -> anyhow::Result<Config> {
    Config::from_vars(vars).map_err(|faults| anyhow::anyhow!("the configuration is not usable:\n  - {}", faults.join("\n  - ")))
}

/// The configuration a command works with.
pub fn load(arg: &DataDirArg) -> anyhow::Result<Config> {
    let own: BTreeMap<String, String> = std::env::vars().collect();
    if arg.data_dir.is_none() && own.contains_key("DATABASE_URL") {
        return config(&own);
    }
    let dir = arg.data_dir.clone().unwrap_or_else(|| PathBuf::from(".brokerdesk"));
    config(&read(&dir)?)
}

/// Keeps the variables of a running `up`, readable by its owner only.
pub fn write(dir: &Path, vars: &BTreeMap<String, String>) -> anyhow::Result<()> {
    crate::local_state::write_private(&dir.join(FILE), &serde_json::to_string_pretty(vars)?)
}

fn read(dir: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let path = dir.join(FILE);
    let text = std::fs::read_to_string(&path).with_context(|| {
        format!("{} is missing: set DATABASE_URL, or name the data directory of `brokerdesk up`", path.display())
    })?;
    Ok(serde_json::from_str(&text)?)
}

/// Connects the parts of a process.
pub async fn connect(config: Config) -> anyhow::Result<SharedApp> {
    let files = S3FileStore::new(&S3Settings {
        endpoint: Some(config.s3.endpoint.clone()),
        region: config.s3.region.clone(),
        bucket: config.s3.bucket.clone(),
        access_key: config.s3.access_key.clone(),
        secret_key: config.s3.secret_key.clone(),
    })
    .reached_at(config.s3.public_endpoint.as_deref());
    let mailer = SmtpMailer::new(config.mail.smtp_url.expose_secret()).map_err(|e| anyhow::anyhow!("SMTP_URL is wrong: {e}"))?;
    let scanner = connectors::clamd::scanner(config.clamd_addr.as_deref()).map_err(anyhow::Error::msg)?;
    let captcha = CaptchaService::new(&config.hcaptcha_url, &config.turnstile_url);
    App::connect(config, Arc::new(files), Arc::new(mailer), scanner, Arc::new(captcha), Clock::system()).await
}

//! What `up` makes once and keeps: keys and passwords of this data directory.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use runtime::crypto::random;
use serde::{Deserialize, Serialize};

/// Keys and passwords of one data directory.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LocalState {
    /// Starts every role name.
    pub prefix: String,
    /// Seals the tenants' secrets.
    pub master_key: String,
    /// Password of the application's login.
    pub app_password: String,
    /// Password of the provisioner's login.
    pub prov_password: String,
    /// S3 access key.
    pub s3_access_key: String,
    /// S3 secret key.
    pub s3_secret_key: String,
    /// Password of the platform's owner.
    pub owner_password: String,
    /// Password of every demo user.
    pub demo_password: String,
}

fn word<const N: usize>() -> String {
    URL_SAFE_NO_PAD.encode(random::<N>()).replace(['-', '_'], "x")
}

impl LocalState {
    /// Reads the state of a data directory, or makes it.
    pub fn open(dir: &Path) -> anyhow::Result<Self> {
        let path = dir.join("state.json");
        if let Ok(text) = std::fs::read_to_string(&path) {
            return Ok(serde_json::from_str(&text)?);
        }
        let state = Self {
            prefix: "bd".to_owned(),
            master_key: STANDARD.encode(random::<32>()),
            app_password: word::<24>(),
            prov_password: word::<24>(),
            s3_access_key: word::<12>(),
            s3_secret_key: word::<24>(),
            owner_password: word::<9>(),
            demo_password: word::<9>(),
        };
        write_private(&path, &serde_json::to_string_pretty(&state)?)?;
        Ok(state)
    }
}

/// Writes a file that only its owner can read; whole or not at all.
pub fn write_private(path: &Path, text: &str) -> anyhow::Result<()> {
    let draft = path.with_extension("new");
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&draft, path)?;
    Ok(())
}

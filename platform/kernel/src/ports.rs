//! The traits by which the outside world is reached; `connectors` implements them, `cli` plugs
//! them in.

use async_trait::async_trait;

/// A message ready to leave.
#[derive(Debug, Clone)]
pub struct OutgoingMail {
    /// Stable over retries, so that a receiver can drop a second copy.
    pub message_id: String,
    /// Display name of the sender.
    pub from_name: String,
    /// Address of the sender.
    pub from_email: String,
    /// Address to which answers go, if not to the sender.
    pub reply_to: Option<String>,
    /// Display name of the recipient.
    pub to_name: Option<String>,
    /// Address of the recipient.
    pub to_email: String,
    /// Subject line.
    pub subject: String,
    /// Plain-text body.
    pub text: String,
    /// HTML body.
    pub html: String,
}

/// Why a mail did not leave.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct SendError {
    /// Whether trying again can't help (bad address, 5xx answer).
    pub permanent: bool,
    /// What the server said.
    pub message: String,
}

/// Sends mail.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands one message to the mail server.
    async fn send(&self, mail: &OutgoingMail) -> Result<(), SendError>;
    /// Whether the mail server answers.
    async fn check(&self) -> Result<(), String>;
}

/// The file store failed; the text says how.
#[derive(Debug, thiserror::Error)]
#[error("file store: {0}")]
pub struct StoreError(pub String);

impl From<StoreError> for crate::DomainError {
    fn from(error: StoreError) -> Self {
        crate::DomainError::Internal(error.to_string())
    }
}

/// An object read back.
#[derive(Debug, Clone)]
pub struct StoredFile {
    /// MIME type as stored.
    pub content_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Keeps files (S3).
#[async_trait]
pub trait FileStore: Send + Sync {
    /// Stores an object, replacing one of the same key.
    async fn put(&self, key: &str, content_type: &str, bytes: Vec<u8>) -> Result<(), StoreError>;
    /// Reads an object; `None` when there is none.
    async fn get(&self, key: &str) -> Result<Option<StoredFile>, StoreError>;
    /// Deletes everything under a prefix; returns how many objects went.
    async fn delete_prefix(&self, prefix: &str) -> Result<u64, StoreError>;
    /// Bytes under a prefix.
    async fn size_of_prefix(&self, prefix: &str) -> Result<u64, StoreError>;
    /// Whether the store answers and the bucket is there.
    async fn check(&self) -> Result<(), StoreError>;
}

/// A provider of captchas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaptchaProvider {
    /// hCaptcha.
    Hcaptcha,
    /// Cloudflare Turnstile.
    Turnstile,
}

/// What a visitor's browser got from the provider, to be judged by it.
#[derive(Clone)]
pub struct CaptchaAnswer {
    /// Who gave it out.
    pub provider: CaptchaProvider,
    /// The tenant's secret at the provider.
    pub secret: String,
    /// What the browser sent.
    pub token: String,
    /// The tenant's site key.
    pub site_key: String,
    /// The visitor's address.
    pub address: Option<String>,
}

/// What the provider says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaptchaVerdict {
    /// Whether the answer is good.
    pub passed: bool,
    /// The host of the page on which it was solved.
    pub hostname: Option<String>,
    /// The provider's words for what is wrong; those about the secret are the tenant's to mend.
    pub faults: Vec<String>,
}

/// Asks a provider of captchas whether an answer is good.
#[async_trait]
pub trait CaptchaJudge: Send + Sync {
    /// The verdict, or why there is none; without one nobody is let through.
    async fn judge(&self, answer: &CaptchaAnswer) -> Result<CaptchaVerdict, String>;
}

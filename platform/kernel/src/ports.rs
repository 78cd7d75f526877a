//! The traits by which the outside world is reached; `connectors` implements them, `cli` plugs
//! them in.

use std::time::Duration;

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

/// What is known of a stored object without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectInfo {
    /// Bytes.
    pub size: u64,
    /// MIME type as stored.
    pub content_type: Option<String>,
    /// SHA-256 in lower-case hexadecimal, where the store knows it.
    pub sha256: Option<String>,
}

/// What an upload must be. A link for it is good for nothing else, and once only.
#[derive(Debug, Clone)]
pub struct UploadTerms {
    /// Key of the object, which must not exist.
    pub key: String,
    /// MIME type.
    pub content_type: String,
    /// Bytes, exactly.
    pub size: u64,
    /// The 32 bytes of the SHA-256.
    pub sha256: Vec<u8>,
    /// How long the link lives.
    pub valid: Duration,
}

/// A request that somebody without credentials may make.
#[derive(Debug, Clone)]
pub struct SignedUpload {
    /// Where to `PUT` the bytes.
    pub url: String,
    /// Headers to send as they are. `content-length` is signed too; whoever sends bytes sends it.
    pub headers: Vec<(String, String)>,
}

/// What a link to an object shows it as.
#[derive(Debug, Clone)]
pub struct DownloadTerms {
    /// Key of the object.
    pub key: String,
    /// MIME type of the answer.
    pub content_type: String,
    /// `Content-Disposition` of the answer.
    pub disposition: String,
    /// How long the link lives.
    pub valid: Duration,
}

/// The bytes of an object, piece by piece.
#[async_trait]
pub trait Pieces: Send {
    /// The next piece, never empty; `None` at the end.
    async fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError>;
}

/// An object that is being written in parts; nobody sees it before it is complete.
#[async_trait]
pub trait PartUpload: Send {
    /// What the store calls it: with this and the key it can be given up later, by anybody.
    fn id(&self) -> &str;
    /// Adds a part. All but the last must have at least 5 MiB; the bytes are held until the store has them.
    async fn add(&mut self, bytes: Vec<u8>) -> Result<(), StoreError>;
    /// Puts the object in its place.
    async fn complete(self: Box<Self>) -> Result<(), StoreError>;
}

fn not_offered<T>() -> Result<T, StoreError> {
    Err(StoreError("this store has no links and no pieces".to_owned()))
}

/// What a virus scanner found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing.
    Clean,
    /// A virus of this name.
    Infected(String),
}

/// There is no verdict: what was to be scanned is as suspicious as before.
#[derive(Debug, thiserror::Error)]
#[error("virus scan: {0}")]
pub struct ScanError(pub String);

/// Looks for viruses.
#[async_trait]
pub trait VirusScanner: Send + Sync {
    /// Scans what `pieces` give. Only [`Verdict::Clean`] means clean.
    async fn scan(&self, pieces: &mut dyn Pieces) -> Result<Verdict, ScanError>;
    /// Whether the scanner answers.
    async fn check(&self) -> Result<(), String>;
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
    /// A link by which one object can be uploaded, once. Nothing is contacted.
    async fn upload_link(&self, _terms: &UploadTerms) -> Result<SignedUpload, StoreError> {
        not_offered()
    }
    /// A link by which an object can be read. Nothing is contacted.
    async fn download_link(&self, _terms: &DownloadTerms) -> Result<String, StoreError> {
        not_offered()
    }
    /// What is known of an object; `None` when there is none.
    async fn info(&self, _key: &str) -> Result<Option<ObjectInfo>, StoreError> {
        not_offered()
    }
    /// The first bytes of an object, at most `most`; `None` when there is none.
    async fn beginning(&self, _key: &str, _most: usize) -> Result<Option<Vec<u8>>, StoreError> {
        not_offered()
    }
    /// Begins an object that comes in parts and whose length nobody knows yet.
    async fn begin_parts(&self, _key: &str, _content_type: &str) -> Result<Box<dyn PartUpload>, StoreError> {
        not_offered()
    }
    /// Gives up an object that was begun in parts; one that is complete or gone already is no failure.
    async fn give_up_parts(&self, _key: &str, _id: &str) -> Result<(), StoreError> {
        not_offered()
    }
    /// Stores an object as its bytes come, replacing one of the same key; returns how many there were. Few of
    /// them are in memory at any moment, and nothing is kept of an object that breaks off.
    async fn put_pieces(&self, _key: &str, _content_type: &str, _pieces: &mut dyn Pieces) -> Result<u64, StoreError> {
        not_offered()
    }
    /// Opens an object to be read piece by piece; `None` when there is none.
    async fn open(&self, _key: &str) -> Result<Option<Box<dyn Pieces>>, StoreError> {
        not_offered()
    }
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

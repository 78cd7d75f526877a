//! Mail: a message is queued with the change that causes it, sealed, since it holds an address and
//! often a token; a worker renders the realm's own text and hands it to the mail server. A message
//! keeps its Message-ID over retries, so that a second copy can be told from a second message.

mod jobs;
mod message;
mod sender;

pub use jobs::{SendMail, queue, send};
pub use message::realm_url;

use serde::{Deserialize, Serialize};

/// Whom a mail is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// Name as the mail program shows it.
    pub name: Option<String>,
    /// Address.
    pub email: String,
}

impl Recipient {
    /// A person with a name.
    pub fn named(name: &str, email: &str) -> Self {
        Self { name: Some(name.to_owned()), email: email.to_owned() }
    }
}

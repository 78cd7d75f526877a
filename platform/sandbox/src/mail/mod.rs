//! Mail catcher: an SMTP server on loopback that delivers nothing.
//!
//! Whatever is sent to it is parsed, kept as one JSON file per message and can
//! be listed, also after a restart. A message is on disk and in the list before
//! the sender gets its `250`, so a test never has to wait for it.

mod inbox;
mod message;
mod page;
mod smtp;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use inbox::Inbox;
pub use page::render_page;

/// One caught message, decoded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaughtMail {
    /// Sortable by time of arrival.
    pub id: String,
    /// Addresses the message was sent to, joined by `, `.
    pub to: String,
    /// Sender as shown to the reader: `Name <address>`, or the bare address.
    pub from: String,
    /// Decoded subject, empty when there is none.
    pub subject: String,
    /// Decoded plain text body, empty when there is none.
    pub text: String,
    /// Decoded HTML body, empty when there is none.
    pub html: String,
    /// Every http and https link of both bodies, each once, text first.
    pub links: Vec<String>,
    /// When the message was accepted.
    pub at: DateTime<Utc>,
}

/// The running server. Ends when stopped or dropped.
#[derive(Debug)]
pub struct MailCatcher {
    addr: SocketAddr,
    inbox: Arc<Inbox>,
    server: Mutex<Option<JoinHandle<()>>>,
}

impl MailCatcher {
    /// Opens the mailbox under `data_dir` (created when missing) and listens on
    /// a free loopback port.
    pub async fn start(data_dir: PathBuf) -> anyhow::Result<Self> {
        let inbox =
            tokio::task::spawn_blocking(move || Inbox::open(data_dir)).await.context("the mailbox could not be opened")??;
        let inbox = Arc::new(inbox);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("the mail catcher found no free port")?;
        let addr = listener.local_addr()?;
        let server = tokio::spawn(smtp::serve(listener, inbox.clone()));
        Ok(Self { addr, inbox, server: Mutex::new(Some(server)) })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The `SMTP_URL` of this server.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.addr)
    }

    /// Caught messages, newest first; with `to`, only those which have that
    /// address among their recipients (letter case does not matter).
    pub fn list(&self, to: Option<&str>) -> Vec<CaughtMail> {
        self.inbox.list(to)
    }

    /// Closes the port and every open conversation. The messages stay.
    pub async fn stop(&self) {
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(server) = server {
            server.abort();
            let _ = server.await;
        }
    }
}

impl Drop for MailCatcher {
    fn drop(&mut self) {
        let server = self.server.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = server.take() {
            server.abort();
        }
    }
}

//! The mailbox on disk: one JSON file per message, the newest 1,000.
//!
//! The list in memory and the directory always hold the same messages; a file
//! that cannot be read is left alone and reported, never a reason not to start.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::CaughtMail;
use crate::process::write_private;

/// Older messages are deleted when a new one arrives.
const KEPT: usize = 1_000;

/// What a file holds: the message as shown, and all its recipients (envelope
/// and headers) for the filter.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Stored {
    #[serde(flatten)]
    pub(super) mail: CaughtMail,
    pub(super) recipients: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Inbox {
    dir: PathBuf,
    /// Oldest first.
    messages: Mutex<VecDeque<Stored>>,
}

impl Inbox {
    pub(super) fn open(dir: PathBuf) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&dir).with_context(|| format!("cannot create the mail directory {}", dir.display()))?;
        let mut files: Vec<PathBuf> = std::fs::read_dir(&dir)
            .with_context(|| format!("cannot read {}", dir.display()))?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|ext| ext == "json"))
            .collect();
        // File names begin with the time of arrival.
        files.sort();
        let surplus = files.len().saturating_sub(KEPT);
        for file in files.drain(..surplus) {
            let _ = std::fs::remove_file(file);
        }
        let messages = files.iter().filter_map(|file| read(file)).collect();
        Ok(Self { dir, messages: Mutex::new(messages) })
    }

    /// Writes the message and only then shows it.
    pub(super) fn add(&self, stored: Stored) -> anyhow::Result<()> {
        let json = serde_json::to_vec(&stored)?;
        // Held while writing: two messages accepted at once keep the order of
        // their ids, and the bound is exact.
        let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        write_private(&self.file(&stored.mail.id), &json)?;
        messages.push_back(stored);
        while messages.len() > KEPT {
            if let Some(oldest) = messages.pop_front() {
                let _ = std::fs::remove_file(self.file(&oldest.mail.id));
            }
        }
        Ok(())
    }

    pub(super) fn list(&self, to: Option<&str>) -> Vec<CaughtMail> {
        let wanted = to.map(|to| to.trim().to_lowercase());
        self.messages
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .rev()
            .filter(|stored| match &wanted {
                Some(wanted) => stored.recipients.iter().any(|recipient| recipient.to_lowercase() == *wanted),
                None => true,
            })
            .map(|stored| stored.mail.clone())
            .collect()
    }

    fn file(&self, id: &str) -> PathBuf {
        self.dir.join(format!("{id}.json"))
    }
}

fn read(file: &Path) -> Option<Stored> {
    let read = std::fs::read(file).map_err(anyhow::Error::from).and_then(|bytes| Ok(serde_json::from_slice(&bytes)?));
    match read {
        Ok(stored) => Some(stored),
        Err(error) => {
            tracing::warn!(file = %file.display(), %error, "caught message cannot be read, skipped");
            None
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn message(n: usize) -> Stored {
        Stored {
            mail: CaughtMail {
                id: format!("{n:08}"),
                to: "a@example.com".into(),
                from: "b@example.com".into(),
                subject: format!("no. {n}"),
                text: String::new(),
                html: String::new(),
                links: vec![],
                at: chrono::Utc::now(),
            },
            recipients: vec!["a@example.com".into(), "Second@Example.com".into()],
        }
    }

    #[test]
    fn keeps_the_newest_thousand_over_a_restart_and_skips_what_is_broken() {
        let dir = tempfile::tempdir().unwrap();
        let inbox = Inbox::open(dir.path().into()).unwrap();
        for n in 0..KEPT + 3 {
            inbox.add(message(n)).unwrap();
        }
        std::fs::write(dir.path().join("99999999.json"), "{").unwrap();
        drop(inbox);
        let inbox = Inbox::open(dir.path().into()).unwrap();
        let all = inbox.list(None);
        assert_eq!(all.first().unwrap().subject, format!("no. {}", KEPT + 2));
        assert_eq!(all.last().unwrap().subject, "no. 4");
        assert_eq!(inbox.list(Some("second@EXAMPLE.com")).len(), all.len());
        assert!(inbox.list(Some("nobody@example.com")).is_empty());
    }
}

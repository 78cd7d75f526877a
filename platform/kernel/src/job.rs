//! Jobs are serialisable structs. Enqueueing one is part of the change that causes it.

use serde::{Serialize, de::DeserializeOwned};

/// A kind of background work. Its handler is registered in `workers/registry.rs`.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Stable name, `<capability>.<verb>`; it is stored with every queued job.
    const KIND: &'static str;
    /// Attempts before the job is dead.
    const MAX_ATTEMPTS: i32 = 8;

    /// Two queued jobs with the same key become one.
    fn dedupe_key(&self) -> Option<String> {
        None
    }
}

/// Why a job did not finish.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// May work later; tried again with backoff.
    #[error("{0}")]
    Retry(String),
    /// Can never work; dead at once.
    #[error("{0}")]
    Fail(String),
}

impl From<crate::DomainError> for JobError {
    fn from(error: crate::DomainError) -> Self {
        if error.is_temporary() { Self::Retry(error.to_string()) } else { Self::Fail(error.to_string()) }
    }
}

/// Seconds to wait before attempt `n + 1` after `n` failed ones: 2, 4, 8 … at most 15 minutes.
pub fn backoff_seconds(attempts: i32) -> i64 {
    2_i64.saturating_pow(attempts.clamp(1, 16) as u32).min(900)
}

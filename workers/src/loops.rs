//! How a loop lives: it works when its bell rings and after its interval anyway, it waits longer
//! and longer while PostgreSQL or Redis is away, and it ends on shutdown only.

use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// When a loop works next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// At once: there is more.
    Again,
    /// After this long, or when the bell rings.
    After(Duration),
}

/// Waits that double from a fifth of a second to five seconds.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// One more failure; how long to wait.
    pub(crate) fn failed(&mut self) -> Duration {
        let wait = Duration::from_millis(200 << self.failures.min(5)).min(Duration::from_secs(5));
        self.failures += 1;
        wait
    }

    /// It works again; whether it had failed before.
    pub(crate) fn succeeded(&mut self) -> bool {
        std::mem::take(&mut self.failures) > 0
    }

    /// How often it failed in a row.
    pub(crate) fn failures(&self) -> u32 {
        self.failures
    }
}

/// Repeats `work` until shutdown.
pub(crate) async fn repeat<F>(name: &'static str, shutdown: &CancellationToken, bell: &Notify, mut work: impl FnMut() -> F)
where
    F: Future<Output = anyhow::Result<Next>>,
{
    let mut backoff = Backoff::default();
    while !shutdown.is_cancelled() {
        let result = tokio::select! {
            () = shutdown.cancelled() => return,
            result = work() => result,
        };
        let wait = match result {
            Ok(next) => {
                if backoff.succeeded() {
                    tracing::info!(part = name, "works again");
                }
                match next {
                    Next::Again => continue,
                    Next::After(wait) => wait,
                }
            }
            Err(error) => {
                let wait = backoff.failed();
                // Said once, not at every try of an outage.
                if backoff.failures() == 1 {
                    tracing::warn!(part = name, error = format!("{error:#}"), "failed; trying again");
                } else {
                    tracing::debug!(part = name, error = format!("{error:#}"), "failed again");
                }
                // The bell must not shorten the wait: whatever is away gets room to come back.
                tokio::select! {
                    () = shutdown.cancelled() => return,
                    () = tokio::time::sleep(wait) => continue,
                }
            }
        };
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = bell.notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn waits_grow_to_five_seconds() {
        let mut backoff = Backoff::default();
        let waits: Vec<u128> = (0..7).map(|_| backoff.failed().as_millis()).collect();
        assert_eq!(waits, [200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
        assert!(backoff.succeeded());
        assert!(!backoff.succeeded());
        assert_eq!(backoff.failed().as_millis(), 200);
    }

    #[tokio::test]
    async fn a_failure_does_not_end_a_loop_and_shutdown_does() {
        let (shutdown, bell, runs) = (CancellationToken::new(), Notify::new(), AtomicU32::new(0));
        let work = || async {
            match runs.fetch_add(1, Ordering::Relaxed) {
                0 => anyhow::bail!("away"),
                1 => Ok(Next::Again),
                _ => {
                    shutdown.cancel();
                    Ok(Next::After(Duration::from_secs(3_600)))
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(5), repeat("test", &shutdown, &bell, work)).await.expect("did not end");
        assert_eq!(runs.load(Ordering::Relaxed), 3);
    }
}

//! Brings a private server back that died under us: somebody's `kill -9`, the machine's memory.
//!
//! It comes back on the same port and with the same password, so that whoever was connected finds it again. After
//! each failed try the pause grows; a server that can't be kept alive is given up with its last words.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::{PrivatePostgres, PrivateRedis};

/// A server that can be looked at and started anew.
pub trait Revive: Send + 'static {
    /// What it is called.
    const NAME: &'static str;

    /// Process id, of the dead one as well.
    fn pid(&self) -> i32;

    /// Whether it runs.
    fn is_running(&mut self) -> bool;

    /// Starts it anew in its place.
    fn revive(&mut self) -> impl Future<Output = anyhow::Result<()>> + Send;
}

impl Revive for PrivatePostgres {
    const NAME: &'static str = "PostgreSQL";

    fn pid(&self) -> i32 {
        PrivatePostgres::pid(self)
    }

    fn is_running(&mut self) -> bool {
        PrivatePostgres::is_running(self)
    }

    async fn revive(&mut self) -> anyhow::Result<()> {
        PrivatePostgres::revive(self).await
    }
}

impl Revive for PrivateRedis {
    const NAME: &'static str = "Redis";

    fn pid(&self) -> i32 {
        PrivateRedis::pid(self)
    }

    fn is_running(&mut self) -> bool {
        PrivateRedis::is_running(self)
    }

    async fn revive(&mut self) -> anyhow::Result<()> {
        PrivateRedis::revive(self).await
    }
}

/// How long a supervisor waits for what.
#[derive(Debug, Clone)]
pub struct Patience {
    /// Between two looks.
    pub look_every: Duration,
    /// Before each try; after the last one it is given up.
    pub pauses: Vec<Duration>,
    /// A server that has run for so long is well: the tries are counted anew.
    pub steady: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let pauses = [0, 500, 1_000, 2_000, 5_000, 10_000].map(Duration::from_millis).to_vec();
        Self { look_every: Duration::from_millis(250), pauses, steady: Duration::from_secs(60) }
    }
}

/// A server under supervision.
#[derive(Debug)]
pub struct Supervised<S> {
    server: Arc<Mutex<Option<S>>>,
}

impl<S: Revive> Supervised<S> {
    /// Looks after a server until [`Self::take`]. `given_up` is told why, once, if it can't be kept alive.
    pub fn new(server: S, patience: Patience, given_up: impl FnOnce(String) + Send + 'static) -> Self {
        let server = Arc::new(Mutex::new(Some(server)));
        let watched = server.clone();
        tokio::spawn(async move {
            if let Some(why) = watch(&watched, &patience).await {
                given_up(why);
            }
        });
        Self { server }
    }

    /// The server, to be stopped; from here on nobody starts it anew.
    pub async fn take(self) -> Option<S> {
        self.server.lock().await.take()
    }
}

/// Ends with nothing when the server was taken, or with the reason why it was given up.
async fn watch<S: Revive>(server: &Mutex<Option<S>>, patience: &Patience) -> Option<String> {
    let (mut tries, mut since) = (0, Instant::now());
    let mut words = "it ends as soon as it was started".to_owned();
    loop {
        tokio::time::sleep(patience.look_every).await;
        let (pid, runs) = {
            let mut held = server.lock().await;
            let server = held.as_mut()?;
            (server.pid(), server.is_running())
        };
        if runs {
            if since.elapsed() >= patience.steady {
                tries = 0;
            }
            continue;
        }
        let Some(pause) = patience.pauses.get(tries) else {
            let why = format!("{} died and could not be kept alive in {tries} tries: {words}", S::NAME);
            tracing::error!("{why}");
            return Some(why);
        };
        tries += 1;
        tracing::error!(pid, attempt = tries, "{} has died; it is started again", S::NAME);
        tokio::time::sleep(*pause).await;
        let mut held = server.lock().await;
        let server = held.as_mut()?;
        match server.revive().await {
            Ok(()) => tracing::info!(pid = server.pid(), "{} runs again", S::NAME),
            Err(error) => {
                words = format!("{error:#}");
                tracing::error!(attempt = tries, error = words, "{} did not start", S::NAME);
            }
        }
        since = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// A server that dies at once, and comes up so many times.
    struct Frail {
        lives: usize,
        started: Arc<AtomicUsize>,
        runs: bool,
    }

    impl Revive for Frail {
        const NAME: &'static str = "Frail";

        fn pid(&self) -> i32 {
            7
        }

        fn is_running(&mut self) -> bool {
            std::mem::take(&mut self.runs)
        }

        async fn revive(&mut self) -> anyhow::Result<()> {
            self.started.fetch_add(1, Ordering::SeqCst);
            anyhow::ensure!(self.lives > 0, "no room");
            self.lives -= 1;
            self.runs = true;
            Ok(())
        }
    }

    fn quick(steady: Duration) -> Patience {
        Patience { look_every: Duration::from_millis(1), pauses: vec![Duration::from_millis(1); 4], steady }
    }

    #[tokio::test]
    async fn what_can_not_be_kept_alive_is_given_up_with_its_last_words() {
        let started = Arc::new(AtomicUsize::new(0));
        let frail = Frail { lives: 2, started: started.clone(), runs: true };
        let (tell, told) = tokio::sync::oneshot::channel();
        let supervised = Supervised::new(frail, quick(Duration::from_secs(60)), |why| tell.send(why).expect("somebody listens"));
        let why = tokio::time::timeout(Duration::from_secs(10), told).await.expect("in time").expect("told");
        assert_eq!(why, "Frail died and could not be kept alive in 4 tries: no room");
        assert_eq!(started.load(Ordering::SeqCst), 4);
        assert!(supervised.take().await.is_some());
    }

    #[tokio::test]
    async fn who_was_well_in_between_has_all_tries_again() {
        let started = Arc::new(AtomicUsize::new(0));
        let frail = Frail { lives: 9, started: started.clone(), runs: true };
        let (tell, told) = tokio::sync::oneshot::channel();
        let _supervised = Supervised::new(frail, quick(Duration::ZERO), |why| tell.send(why).expect("somebody listens"));
        tokio::time::timeout(Duration::from_secs(10), told).await.expect("in time").expect("told");
        assert!(started.load(Ordering::SeqCst) > 9);
    }

    #[tokio::test]
    async fn who_is_taken_is_not_started_again() {
        let started = Arc::new(AtomicUsize::new(0));
        let frail = Frail { lives: 1_000, started: started.clone(), runs: true };
        let supervised = Supervised::new(frail, quick(Duration::ZERO), |_| {});
        let taken = supervised.take().await;
        assert!(taken.is_some());
        let before = started.load(Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(30)).await;
        assert_eq!(started.load(Ordering::SeqCst), before);
    }
}

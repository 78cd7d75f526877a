//! Rate limits: fixed windows in Redis, shared by all processes. While Redis is away each process
//! counts for itself, so that the doors do not stand open.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kernel::DomainError;
use moka::sync::Cache;

use crate::config::Rate;

/// Counts requests by name and subject.
#[derive(Clone)]
pub struct Limits {
    redis: redis::aio::ConnectionManager,
    prefix: String,
    local: Cache<String, std::sync::Arc<std::sync::atomic::AtomicU32>>,
}

impl Limits {
    /// Over Redis.
    pub fn new(redis: redis::aio::ConnectionManager, prefix: &str) -> Self {
        Self {
            redis,
            prefix: prefix.to_owned(),
            local: Cache::builder().max_capacity(100_000).time_to_live(Duration::from_secs(3_600)).build(),
        }
    }

    /// Counts one use by `subject` (an address, an account); fails when it is one too many. A refused
    /// use counts too.
    pub async fn check(&self, name: &str, subject: &str, rate: Option<Rate>) -> kernel::Result<()> {
        let Some(rate) = rate else { return Ok(()) };
        let (key, left) = self.window(name, subject, rate);
        let used = match self.count(&key, rate.seconds).await {
            Ok(n) => n,
            Err(_) => {
                let counter = self.local.get_with(key, Default::default);
                counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1
            }
        };
        if used <= rate.count {
            return Ok(());
        }
        Err(limited(left))
    }

    /// Fails when the next use by `subject` would be one too many; counts nothing. For what is counted
    /// only when it goes wrong.
    pub async fn has_room(&self, name: &str, subject: &str, rate: Option<Rate>) -> kernel::Result<()> {
        let Some(rate) = rate else { return Ok(()) };
        let (key, left) = self.window(name, subject, rate);
        let used: redis::RedisResult<Option<u32>> = redis::cmd("GET").arg(&key).query_async(&mut self.redis.clone()).await;
        let used = match used {
            Ok(used) => used.unwrap_or(0),
            Err(_) => self.local.get(&key).map_or(0, |counter| counter.load(std::sync::atomic::Ordering::Relaxed)),
        };
        if used < rate.count { Ok(()) } else { Err(limited(left)) }
    }

    /// The counter of the present window, and the seconds until the next one.
    fn window(&self, name: &str, subject: &str, rate: Rate) -> (String, u64) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let window = now / u64::from(rate.seconds);
        let left = ((window + 1) * u64::from(rate.seconds)).saturating_sub(now).max(1);
        (format!("{}:rate:{name}:{subject}:{window}", self.prefix), left)
    }

    async fn count(&self, key: &str, seconds: u32) -> redis::RedisResult<u32> {
        let (used,): (u32,) = redis::pipe()
            .atomic()
            .incr(key, 1)
            .expire(key, i64::from(seconds) + 1)
            .ignore()
            .query_async(&mut self.redis.clone())
            .await?;
        Ok(used)
    }
}

fn limited(retry_after: u64) -> DomainError {
    DomainError::Limited {
        code: "rate_limited",
        message: "Too many requests. Please wait a moment and try again.".to_owned(),
        retry_after,
    }
}

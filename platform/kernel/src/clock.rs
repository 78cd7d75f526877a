//! Time is an argument, so that tests can move it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, Utc};

/// Where "now" comes from. Clones share the same clock.
#[derive(Clone, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that runs with the machine's clock plus an offset that [`Clock::advance`] moves.
    pub fn adjustable() -> Self {
        Self(Some(Arc::new(AtomicI64::new(0))))
    }

    /// The current instant, UTC, in whole microseconds (PostgreSQL's resolution).
    pub fn now(&self) -> DateTime<Utc> {
        let offset = self.0.as_ref().map_or(0, |o| o.load(Ordering::Relaxed));
        let now = Utc::now() + Duration::milliseconds(offset);
        DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }

    /// Moves an adjustable clock forward; does nothing to the system clock.
    pub fn advance(&self, by: Duration) {
        if let Some(offset) = &self.0 {
            offset.fetch_add(by.num_milliseconds(), Ordering::Relaxed);
        }
    }
}

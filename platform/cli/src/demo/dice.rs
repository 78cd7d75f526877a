//! Chance that falls the same way every time for the same seed.

use chrono::{DateTime, Duration, Utc};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt as _, SeedableRng as _};
use uuid::Uuid;

/// A named generator, so that a new version of the library gives the same data.
#[derive(Debug)]
pub struct Dice(Xoshiro256PlusPlus);

impl Dice {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// A number of 0 up to, not including, 1.
    pub fn unit(&mut self) -> f64 {
        self.0.random::<f64>()
    }

    /// Whether something of this probability happens.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        if low >= high { low } else { self.0.random_range(low..=high) }
    }

    /// A place in a list of this length; 0 for an empty one.
    pub fn place(&mut self, length: usize) -> usize {
        if length == 0 { 0 } else { self.0.random_range(0..length) }
    }

    /// One of the entries of a list that is not empty.
    pub fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.place(list.len())]
    }

    /// One of the entries, the first ones more often.
    pub fn pick_early<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        let place = (self.unit().powf(1.5) * list.len() as f64) as usize;
        list[place.min(list.len() - 1)]
    }

    /// One of the entries by weight.
    pub fn weighted<T: Copy>(&mut self, list: &[(T, u32)]) -> T {
        let total: u32 = list.iter().map(|(_, weight)| weight).sum();
        let mut point = self.0.random_range(0..total.max(1));
        for (entry, weight) in list {
            if point < *weight {
                return *entry;
            }
            point -= weight;
        }
        list[list.len() - 1].0
    }

    /// A value around a median with a heavy upper tail.
    pub fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        let (u, v) = (self.unit().max(1e-12), self.unit());
        let normal = (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos();
        median * (sigma * normal).exp()
    }

    /// A duration around this mean, short ones more often.
    pub fn waiting(&mut self, mean: Duration) -> Duration {
        let factor = -(1.0 - self.unit()).max(1e-12).ln();
        Duration::milliseconds((mean.num_milliseconds() as f64 * factor) as i64)
    }

    /// A moment between two others, or the first where they are the wrong way round.
    pub fn moment(&mut self, from: DateTime<Utc>, to: DateTime<Utc>) -> DateTime<Utc> {
        from + Duration::milliseconds(self.between(0, (to - from).num_milliseconds()))
    }

    /// Replaces `#` with a digit, `*` with a digit that is not 0 and `?` with a capital letter.
    pub fn fill(&mut self, pattern: &str) -> String {
        let mut out = String::with_capacity(pattern.len());
        for c in pattern.chars() {
            out.push(match c {
                '#' => char::from(b'0' + self.place(10) as u8),
                '*' => char::from(b'1' + self.place(9) as u8),
                '?' => char::from(b"ABDEFGHJLNPQRSTUWXYZ"[self.place(20)]),
                other => other,
            });
        }
        out
    }

    /// A UUIDv7 of the moment at which its record was made.
    pub fn id(&mut self, at: DateTime<Utc>) -> Uuid {
        let tail: [u8; 10] = self.0.random();
        uuid::Builder::from_unix_timestamp_millis(u64::try_from(at.timestamp_millis()).unwrap_or(0), &tail).into_uuid()
    }
}

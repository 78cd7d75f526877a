//! The calculation: find a number with which the SHA-256 of challenge, salt and number begins with so
//! many zero bits. What was asked is signed and not kept, so that a challenge costs nothing; that an
//! answer is used once is remembered in Redis.
//!
//! While Redis is away, a challenge names the process that gave it out, and only that process takes the
//! answer, out of its own memory: no other one could know whether it was used.

use std::sync::LazyLock;
use std::time::Duration;

use chrono::{DateTime, SubsecRound as _, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use kernel::DomainError;
use moka::sync::Cache;
use runtime::SharedApp;
use runtime::crypto::random;
use runtime::registry::Tenant;
use secrecy::ExposeSecret as _;
use sha2::{Digest as _, Sha256};

/// What the number is looked for with.
pub const ALGORITHM: &str = "sha256";
/// How long an answer is taken.
const SECONDS: i64 = 600;
/// Challenges of one address in a minute that cost no more than one does.
const FREE: u32 = 6;
/// The same for all visitors of a tenant together.
const FREE_ALL: u32 = 300;
/// The most bits that a rush adds.
const MOST_EXTRA: u32 = 6;
/// The most that is ever asked for: some minutes of a browser's time.
const HARDEST: u32 = 26;

/// A calculation to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// Random.
    pub challenge: String,
    /// Random; ends with the process that gave it out while Redis was away.
    pub salt: String,
    /// How many bits must be zero.
    pub difficulty: u32,
    /// Until when the answer is taken.
    pub expires_at: DateTime<Utc>,
    /// Proves that it is one of ours.
    pub signature: String,
}

/// Names this process to itself.
static PROCESS: LazyLock<String> = LazyLock::new(|| hex::encode(random::<8>()));
/// What this process gave out while Redis was away, and is still good.
static OPEN_HERE: LazyLock<Cache<String, ()>> =
    LazyLock::new(|| Cache::builder().max_capacity(200_000).time_to_live(Duration::from_secs(SECONDS.unsigned_abs())).build());

/// Gives out a calculation; a rush makes it harder.
pub async fn give(app: &SharedApp, tenant: &Tenant, address: &str, base: u32) -> kernel::Result<Challenge> {
    let rush = async {
        let one = count(app, tenant, address).await?;
        let all = count(app, tenant, "").await?;
        redis::RedisResult::Ok(extra(one, FREE).max(extra(all, FREE_ALL)))
    };
    let (more, away) = match rush.await {
        Ok(more) => (more, false),
        // How many came elsewhere is not known: as if there were many.
        Err(_) => (2, true),
    };
    let salt = hex::encode(random::<16>());
    let salt = if away { format!("{salt}@{}", PROCESS.as_str()) } else { salt };
    let mut given = Challenge {
        challenge: hex::encode(random::<16>()),
        salt,
        difficulty: (base + more).min(HARDEST),
        expires_at: (app.clock.now() + chrono::Duration::seconds(SECONDS)).trunc_subsecs(0),
        signature: String::new(),
    };
    given.signature = hex::encode(mac(tenant, &given)?.finalize().into_bytes());
    if away {
        OPEN_HERE.insert(format!("{}:{}", tenant.key, given.challenge), ());
    }
    Ok(given)
}

/// Challenges in this minute.
async fn count(app: &SharedApp, tenant: &Tenant, address: &str) -> redis::RedisResult<u32> {
    let minute = app.clock.now().timestamp() / 60;
    let key = format!("{}:captcha:asked:{}:{address}:{minute}", app.prefix, tenant.key);
    let (asked,): (u32,) =
        redis::pipe().atomic().incr(&key, 1).expire(&key, 61).ignore().query_async(&mut app.redis.clone()).await?;
    Ok(asked)
}

/// One bit more for every doubling beyond what is free.
fn extra(asked: u32, free: u32) -> u32 {
    (asked / free).checked_ilog2().map_or(0, |n| n + 1).min(MOST_EXTRA)
}

/// The signature covers the tenant too: what one broker gave out is worth nothing at another's.
fn mac(tenant: &Tenant, c: &Challenge) -> kernel::Result<Hmac<Sha256>> {
    let key = tenant.jwt_key.as_ref().ok_or_else(|| DomainError::internal("the tenant has no key yet"))?;
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose_secret()).map_err(DomainError::internal)?;
    let text = format!(
        "captcha\n{}\n{ALGORITHM}\n{}\n{}\n{}\n{}",
        tenant.key,
        c.challenge,
        c.salt,
        c.difficulty,
        c.expires_at.timestamp()
    );
    mac.update(text.as_bytes());
    Ok(mac)
}

/// Why an answer is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It is not one of ours, or not for this tenant.
    Foreign,
    /// It came too late.
    Late,
    /// The number does not fit.
    Wrong,
    /// It was used before, or may have been.
    Used,
}

/// Checks an answer and spends it. The cheap checks come first, and one that is wrong is not spent.
pub async fn spend(app: &SharedApp, tenant: &Tenant, given: &Challenge, number: &str) -> kernel::Result<Result<(), Refusal>> {
    let signature = hex::decode(&given.signature).unwrap_or_default();
    if mac(tenant, given)?.verify_slice(&signature).is_err() {
        return Ok(Err(Refusal::Foreign));
    }
    if given.expires_at <= app.clock.now() {
        return Ok(Err(Refusal::Late));
    }
    if !fits(given, number) {
        return Ok(Err(Refusal::Wrong));
    }
    if given.salt.contains('@') {
        let here = OPEN_HERE.remove(&format!("{}:{}", tenant.key, given.challenge)).is_some();
        return Ok(if here { Ok(()) } else { Err(Refusal::Used) });
    }
    let key = format!("{}:captcha:used:{}:{}", app.prefix, tenant.key, given.challenge);
    let first: redis::RedisResult<Option<String>> =
        redis::cmd("SET").arg(&key).arg(1).arg("NX").arg("EX").arg(SECONDS + 60).query_async(&mut app.redis.clone()).await;
    match first {
        Ok(Some(_)) => Ok(Ok(())),
        Ok(None) => Ok(Err(Refusal::Used)),
        // It may have been used at another process: a new challenge is this one's own.
        Err(_) => Ok(Err(Refusal::Used)),
    }
}

/// Whether a number solves it.
pub fn fits(c: &Challenge, number: &str) -> bool {
    if number.is_empty() || number.len() > 20 || !number.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let digest = Sha256::digest(format!("{}.{}.{number}", c.challenge, c.salt).as_bytes());
    zero_bits(&digest) >= c.difficulty
}

fn zero_bits(bytes: &[u8]) -> u32 {
    let whole = bytes.iter().take_while(|b| **b == 0).count();
    8 * u32::try_from(whole).unwrap_or(u32::MAX / 16) + bytes.get(whole).map_or(0, |b| b.leading_zeros())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_bits_are_counted() {
        assert_eq!(zero_bits(&[0xff]), 0);
        assert_eq!(zero_bits(&[0x01, 0]), 7);
        assert_eq!(zero_bits(&[0, 0, 0x10]), 19);
        assert_eq!(zero_bits(&[0, 0]), 16);
    }

    #[test]
    fn a_rush_makes_it_harder_step_by_step() {
        assert_eq!([1, 5, 6, 11, 12, 24, 48].map(|n| extra(n, 6)), [0, 0, 1, 1, 2, 3, 4]);
        assert_eq!(extra(u32::MAX, 6), MOST_EXTRA);
    }

    #[test]
    fn a_number_fits_or_it_does_not() {
        let c = Challenge {
            challenge: "c".into(),
            salt: "s".into(),
            difficulty: 8,
            expires_at: Utc::now(),
            signature: String::new(),
        };
        let number = (0..100_000).map(|n: u32| n.to_string()).find(|n| fits(&c, n)).expect("a number");
        assert!(!fits(&Challenge { salt: "t".into(), difficulty: 20, ..c.clone() }, &number));
        for bad in ["", "-1", "1e3", "0x10", "999999999999999999999"] {
            assert!(!fits(&c, bad), "{bad}");
        }
    }
}

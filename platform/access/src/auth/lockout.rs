//! The lock of an account: five failed attempts close the typed address for 30 seconds, each further
//! one for twice as long, up to an hour. It goes by the address, known or not, so that the answer
//! does not tell which it is.

use chrono::{DateTime, Duration, Utc};
use kernel::DomainError;
use runtime::crypto::sha256;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;

/// Failures before the first lock.
const FREE: i32 = 5;
/// Seconds of the first lock.
const FIRST: i64 = 30;
/// Seconds of the longest lock.
const LONGEST: i64 = 3_600;
/// Hours after which earlier failures no longer count.
const MEMORY: i64 = 24;

/// What is kept of an address that was typed.
pub(super) fn key(email: &str) -> Vec<u8> {
    sha256(email.to_lowercase().as_bytes())
}

/// How long so many failures lock; `None` while they are few.
fn lock_seconds(failures: i32) -> Option<i64> {
    let beyond = u32::try_from(failures - FREE).ok()?;
    Some(FIRST.saturating_mul(1_i64.checked_shl(beyond.min(20)).unwrap_or(i64::MAX)).min(LONGEST))
}

#[derive(FromQueryResult)]
struct Row {
    failures: i32,
    locked_until: Option<DateTime<Utc>>,
}

fn refuse(until: DateTime<Utc>, now: DateTime<Utc>) -> DomainError {
    let left = (until - now).num_milliseconds();
    let retry_after = u64::try_from((left + 999) / 1_000).unwrap_or(1).max(1);
    DomainError::Locked {
        code: "account_locked",
        message: "Too many failed attempts. The account is locked for a while; please try again later.".to_owned(),
        retry_after,
    }
}

/// Fails while the address is locked.
pub(super) async fn check(ctx: &Ctx, key: &[u8]) -> kernel::Result<()> {
    let sql = "select failures, locked_until from login_failures where email_hash = $1";
    let row: Option<Row> = ctx.tx().one(sql, [key.to_vec().into()]).await?;
    match row.and_then(|r| r.locked_until) {
        Some(until) if until > ctx.now() => Err(refuse(until, ctx.now())),
        _ => Ok(()),
    }
}

/// Forgets the failures of an address after a success. Fails if the address was locked meanwhile:
/// of many attempts at once, those that come to their end after the fifth failure are worth nothing.
pub(super) async fn clear(ctx: &Ctx, key: &[u8]) -> kernel::Result<()> {
    let sql = "select failures, locked_until from login_failures where email_hash = $1 for update";
    let row: Option<Row> = ctx.tx().one(sql, [key.to_vec().into()]).await?;
    let Some(row) = row else { return Ok(()) };
    if let Some(until) = row.locked_until
        && until > ctx.now()
    {
        return Err(refuse(until, ctx.now()));
    }
    forget(ctx, key).await
}

/// Forgets the failures of an address whose owner has proven to be one.
pub(super) async fn forget(ctx: &Ctx, key: &[u8]) -> kernel::Result<()> {
    ctx.tx().run("delete from login_failures where email_hash = $1", [key.to_vec().into()]).await?;
    Ok(())
}

/// Opens the lock of an address; says whether there were failures to forget.
pub(crate) async fn unlock(ctx: &Ctx, email: &str) -> kernel::Result<bool> {
    Ok(ctx.tx().run("delete from login_failures where email_hash = $1", [key(email).into()]).await? > 0)
}

/// Counts a failure; says for how many seconds it locks the address, if it does. Fails, and counts
/// nothing, if the address was locked meanwhile.
pub(super) async fn count(ctx: &Ctx, key: &[u8]) -> kernel::Result<Option<i64>> {
    let now = ctx.now();
    let counted: Option<Row> = ctx
        .tx()
        .one(
            "insert into login_failures as f (email_hash, failures, last_at) values ($1, 1, $2)
             on conflict (email_hash) do update
                set failures = case when f.last_at < $3 then 1 else f.failures + 1 end, last_at = $2, locked_until = null
                where f.locked_until is null or f.locked_until <= $2
             returning failures, locked_until",
            [key.to_vec().into(), now.into(), (now - Duration::hours(MEMORY)).into()],
        )
        .await?;
    let Some(row) = counted else {
        check(ctx, key).await?;
        return Ok(None);
    };
    let seconds = lock_seconds(row.failures);
    if let Some(seconds) = seconds {
        let until = now + Duration::seconds(seconds);
        let sql = "update login_failures set locked_until = $2 where email_hash = $1";
        ctx.tx().run(sql, [key.to_vec().into(), until.into()]).await?;
    }
    Ok(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_grows() {
        let locks: Vec<_> = (1..=13).map(lock_seconds).collect();
        assert_eq!(locks[..4], [None; 4]);
        assert_eq!(
            locks[4..],
            [Some(30), Some(60), Some(120), Some(240), Some(480), Some(960), Some(1_920), Some(3_600), Some(3_600)]
        );
        assert_eq!(lock_seconds(i32::MAX), Some(3_600));
    }

    #[test]
    fn an_address_locks_whatever_its_case() {
        assert_eq!(key("Jane@Example.com"), key("jane@example.com"));
    }

    #[test]
    fn a_started_second_counts_whole() {
        let now = Utc::now();
        let DomainError::Locked { retry_after, .. } = refuse(now + Duration::milliseconds(29_001), now) else { panic!() };
        assert_eq!(retry_after, 30);
    }
}

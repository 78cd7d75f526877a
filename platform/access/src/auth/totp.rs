//! The six digits of an authenticator app: RFC 6238 with SHA-1 and steps of thirty seconds, which is
//! what every app speaks.

use kernel::DomainError;
use runtime::crypto::random;
use totp_rs::{Builder, Secret, Totp};

/// Seconds of a step.
const STEP: i64 = 30;
/// Steps by which an app's clock may differ, either way.
const SKEW: i64 = 1;

/// A fresh secret.
pub(super) fn new_secret() -> Vec<u8> {
    random::<20>().to_vec()
}

/// The secret as people type it into an app.
pub(super) fn as_text(secret: &[u8]) -> String {
    Secret::new(secret.into()).to_base32()
}

/// The secret as an app scans it.
pub(super) fn as_url(secret: &[u8], company: &str, email: &str) -> kernel::Result<String> {
    // A colon stands between the two parts of the label.
    let issuer: String = company.chars().map(|c| if c == ':' || c.is_control() { ' ' } else { c }).collect();
    let totp = Builder::new()
        .with_secret(Secret::new(secret.into()))
        .with_issuer(Some(issuer.trim()).filter(|i| !i.is_empty()))
        .with_account_name(email.replace(':', " "))
        .build()
        .map_err(DomainError::internal)?;
    totp.to_url().map_err(DomainError::internal)
}

fn of(secret: &[u8]) -> Totp {
    Builder::new().with_secret(Secret::new(secret.into())).with_skew(0).build_noncompliant()
}

/// The step whose digits these are, if it is near `now` (Unix seconds) and later than the last one
/// that was used: a code that was looked at over somebody's shoulder is worth nothing.
pub(super) fn step_of(secret: &[u8], digits: &str, now: i64, last: i64) -> Option<i64> {
    let totp = of(secret);
    let here = now.div_euclid(STEP);
    let mut found = None;
    // Every step is compared, so that the time it takes does not tell which one fits.
    for step in (here - SKEW..=here + SKEW).filter(|step| *step > last) {
        let Ok(at) = u64::try_from(step * STEP) else { continue };
        let fits = totp.check(digits, at).is_some();
        found = found.or(fits.then_some(step));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238's appendix B.
    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn the_vectors_of_the_standard() {
        // The last six of the eight digits there.
        for (time, digits) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(step_of(SECRET, digits, time, 0), Some(time / 30), "{time}");
        }
    }

    #[test]
    fn one_step_either_way() {
        let (step, digits) = (1_111_111_109 / 30, "081804");
        for now in [step * 30 - 30, step * 30 - 1, step * 30, step * 30 + 29, step * 30 + 59] {
            assert_eq!(step_of(SECRET, digits, now, 0), Some(step), "{now}");
        }
        for now in [step * 30 - 31, step * 30 + 60] {
            assert_eq!(step_of(SECRET, digits, now, 0), None, "{now}");
        }
    }

    #[test]
    fn a_used_step_is_over() {
        let step = 1_111_111_109 / 30;
        assert_eq!(step_of(SECRET, "081804", step * 30, step - 1), Some(step));
        assert_eq!(step_of(SECRET, "081804", step * 30, step), None);
        // Neither does an older one that is still near.
        assert_eq!(step_of(SECRET, "081804", step * 30 + 30, step + 1), None);
    }

    #[test]
    fn what_apps_are_given() {
        let url = as_url(SECRET, "Acme: & Sons", "ada@acme.example").expect("url");
        assert!(url.starts_with("otpauth://totp/"), "{url}");
        for part in ["secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "ada%40acme.example", "issuer="] {
            assert!(url.contains(part), "{url}");
        }
        assert_eq!(as_text(SECRET), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert!(as_url(SECRET, "::", "a@b.example").is_ok());
        assert_eq!(new_secret().len(), 20);
        assert_ne!(new_secret(), new_secret());
    }
}

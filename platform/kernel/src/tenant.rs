//! The identity of a tenant. Schema and role names are derived from a number that we gave out,
//! never from request text.

use std::fmt;

use crate::permission::{FIELDS, FieldDef};

/// The number of a tenant. Zero is the platform's own realm (the owner's staff).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct TenantKey(pub i64);

impl TenantKey {
    /// The realm in which the platform owner's staff live.
    pub const PLATFORM: TenantKey = TenantKey(0);

    /// The schema that holds this tenant's tables, e.g. `t_000042`.
    pub fn schema(self) -> String {
        format!("t_{:06}", self.0)
    }

    /// The prefix of this tenant's objects in the file store, e.g. `tenants/000042/`.
    pub fn storage_prefix(self) -> String {
        format!("tenants/{:06}/", self.0)
    }
}

impl fmt::Display for TenantKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

/// Which of a tenant's database roles a transaction runs under: the sensitive fields whose clear
/// columns it may read. Each field is a wall of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ViewClass(u32);

impl ViewClass {
    /// Every column in clear.
    pub const FULL: ViewClass = ViewClass(u32::MAX);
    /// Without a grant on the clear column of any sensitive field.
    pub const MASKED: ViewClass = ViewClass(0);

    /// With these fields in clear; all of them are the full view.
    pub fn of<'a>(open: impl IntoIterator<Item = &'a FieldDef>) -> Self {
        let bits = open.into_iter().fold(0, |bits, field| bits | 1 << field.bit);
        let all = FIELDS.iter().fold(0, |bits, field| bits | 1 << field.bit);
        if bits == all { Self::FULL } else { Self(bits) }
    }

    /// A partial view by its number, as stored in a tenant's `view_roles`.
    pub fn from_mask(mask: i32) -> Self {
        Self(mask.cast_unsigned())
    }

    /// The number of a partial view.
    pub fn mask(self) -> i32 {
        self.0.cast_signed()
    }

    /// Whether the field is in clear.
    pub fn opens(self, field: &FieldDef) -> bool {
        self == Self::FULL || self.0 & (1 << field.bit) != 0
    }

    /// Whether this view shows nothing in clear that the other one does not.
    pub fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// How many fields are in clear.
    pub fn openness(self) -> u32 {
        self.0.count_ones()
    }

    /// What stands in the role's name: `r` for all in clear, `m` for none, `m` and a hexadecimal
    /// number for some.
    pub fn tag(self) -> String {
        match self {
            Self::FULL => "r".to_owned(),
            Self::MASKED => "m".to_owned(),
            Self(bits) => format!("m{bits:x}"),
        }
    }
}

/// Addresses that no broker may take: they are, or may become, hosts of our own.
pub const RESERVED_SLUGS: &[&str] = &[
    "www",
    "api",
    "app",
    "admin",
    "owner",
    "platform",
    "portal",
    "mail",
    "static",
    "assets",
    "status",
    "help",
    "support",
    "docs",
    "dev",
    "test",
    "login",
    "signup",
    "public",
    "internal",
    "metrics",
    "health",
    "ready",
    "register",
    "billing",
    "account",
    "accounts",
    "auth",
    "cdn",
    "smtp",
    "imap",
    "ftp",
    "ns1",
    "ns2",
    "root",
    "system",
    "brokerdesk",
    "blog",
    "about",
    "security",
    "abuse",
    "postmaster",
    "webmaster",
    "hostmaster",
    "staging",
    "demo",
    "sandbox",
];

/// Why a slug can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlugProblem {
    /// Not of the form `[a-z][a-z0-9-]{2,30}[a-z0-9]`.
    Invalid,
    /// One of ours.
    Reserved,
}

impl SlugProblem {
    /// The stable code of the contract.
    pub fn code(self) -> &'static str {
        match self {
            Self::Invalid => "slug_invalid",
            Self::Reserved => "slug_reserved",
        }
    }

    /// What is wrong and what would fix it.
    pub fn message(self) -> &'static str {
        match self {
            Self::Invalid => {
                "use 4 to 32 lower-case letters, digits and hyphens; start with a letter, end with a letter or digit"
            }
            Self::Reserved => "this address is reserved; choose another",
        }
    }
}

/// Checks the form of a slug; whether it is free is for the registry to say.
pub fn check_slug(slug: &str) -> Result<(), SlugProblem> {
    let b = slug.as_bytes();
    let ok = (4..=32).contains(&b.len())
        && b[0].is_ascii_lowercase()
        && b.iter().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == b'-')
        && b[b.len() - 1] != b'-'
        && &b[2..4] != b"--";
    // Reserved words shorter than four letters answer "reserved": that is what helps the reader.
    if RESERVED_SLUGS.contains(&slug) {
        return Err(SlugProblem::Reserved);
    }
    if ok { Ok(()) } else { Err(SlugProblem::Invalid) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_checked() {
        for good in ["acme", "a1-b2", "northwind", "abcdefghijklmnopqrstuvwxyz012345"] {
            assert_eq!(check_slug(good), Ok(()), "{good}");
        }
        for bad in
            ["", "a", "abc", "1abc", "-abc", "abc-", "xn--abc", "Acme", "a_bc", "äbcd", "abcdefghijklmnopqrstuvwxyz0123456"]
        {
            assert_eq!(check_slug(bad), Err(SlugProblem::Invalid), "{bad}");
        }
        for ours in ["www", "api", "admin", "signup", "health"] {
            assert_eq!(check_slug(ours), Err(SlugProblem::Reserved), "{ours}");
        }
    }

    #[test]
    fn views_are_sets_of_fields() {
        let some = ViewClass::of(FIELDS.iter().filter(|f| f.group == "finance"));
        assert_eq!(some.tag(), "m40");
        assert!(ViewClass::MASKED.within(some) && some.within(ViewClass::FULL) && !ViewClass::FULL.within(some));
        assert_eq!(ViewClass::of(FIELDS), ViewClass::FULL);
        assert!(FIELDS.iter().all(|f| ViewClass::FULL.opens(f) && !ViewClass::MASKED.opens(f)));
        assert_eq!(ViewClass::from_mask(some.mask()), some);
    }

    #[test]
    fn names_come_from_the_number() {
        assert_eq!(TenantKey(42).schema(), "t_000042");
        assert_eq!(TenantKey(42).storage_prefix(), "tenants/000042/");
    }
}

//! Masked forms of contact data.
//!
//! The database computes the same forms in stored columns (`migrations/tenant`); these functions
//! mask what is derived from clear values on the way out: audit diffs and answers to a write.
//! The domain of an address is hidden too: with it in view, a search could guess the rest.

/// `jane@example.com` → `j•••@e•••.com`.
pub fn email(value: &str) -> String {
    let (local, domain) = value.split_once('@').unwrap_or((value, ""));
    let first = |s: &str| s.chars().next().map(String::from).unwrap_or_default();
    let tld = domain.rsplit('.').next().unwrap_or("");
    format!("{}•••@{}•••.{}", first(local), first(domain), tld)
}

/// `+442071838750` → `+44 •••• ••• 750`.
pub fn phone(value: &str) -> String {
    let last: String = value.chars().skip(value.chars().count().saturating_sub(3)).collect();
    format!("+{} •••• ••• {last}", country_code(value))
}

/// The calling code of an E.164 number. ITU codes are prefix-free, so the first match is the code.
fn country_code(value: &str) -> &str {
    let digits = value.strip_prefix('+').unwrap_or(value);
    let two = |d: &str| -> bool {
        matches!(
            d,
            "20" | "27"
                | "30"
                | "31"
                | "32"
                | "33"
                | "34"
                | "36"
                | "39"
                | "40"
                | "41"
                | "43"
                | "44"
                | "45"
                | "46"
                | "47"
                | "48"
                | "49"
                | "51"
                | "52"
                | "53"
                | "54"
                | "55"
                | "56"
                | "57"
                | "58"
                | "60"
                | "61"
                | "62"
                | "63"
                | "64"
                | "65"
                | "66"
                | "81"
                | "82"
                | "84"
                | "86"
                | "90"
                | "91"
                | "92"
                | "93"
                | "94"
                | "95"
                | "98"
        )
    };
    match digits.as_bytes() {
        [b'1' | b'7', ..] => &digits[..1],
        [a, b, ..] if a.is_ascii_digit() && b.is_ascii_digit() && two(&digits[..2]) => &digits[..2],
        [a, b, c, ..] if [a, b, c].iter().all(|d| d.is_ascii_digit()) => &digits[..3],
        _ => "",
    }
}

/// `1984-05-17` → `1984-••-••`.
pub fn date(value: &str) -> String {
    format!("{}-••-••", value.split('-').next().unwrap_or_default())
}

/// What stands for a text of which nothing may be seen.
pub const TEXT: &str = "•••••";

/// What stands for an amount.
pub const AMOUNT: &str = "•••";

/// Masks the value of a sensitive field by its name; other values come back as they are, and so does
/// the absence of one.
pub fn field(name: &str, value: &serde_json::Value) -> serde_json::Value {
    use serde_json::Value::{Null, String};
    match (name, value) {
        (_, Null) => Null,
        ("email", String(s)) => email(s).into(),
        ("phone", String(s)) => phone(s).into(),
        ("date_of_birth", String(s)) => date(s).into(),
        ("email" | "phone" | "date_of_birth" | "address", _) => TEXT.into(),
        ("balance", _) => AMOUNT.into(),
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn contact_data_is_masked() {
        assert_eq!(super::email("jane@example.com"), "j•••@e•••.com");
        assert_eq!(super::email("j@mail.co.uk"), "j•••@m•••.uk");
        assert_eq!(super::phone("+442071838750"), "+44 •••• ••• 750");
        assert_eq!(super::phone("+12025550123"), "+1 •••• ••• 123");
        assert_eq!(super::phone("+971501234567"), "+971 •••• ••• 567");
    }

    #[test]
    fn sensitive_fields_are_masked_whatever_their_type() {
        use serde_json::json;
        assert_eq!(super::field("date_of_birth", &json!("1984-05-17")), json!("1984-••-••"));
        assert_eq!(super::field("address", &json!({ "street": "High Street" })), json!("•••••"));
        assert_eq!(super::field("balance", &json!(12.5)), json!("•••"));
        assert_eq!(super::field("address", &json!(null)), json!(null));
        assert_eq!(super::field("status", &json!("active")), json!("active"));
    }
}

//! Field rules shared by forms, API and import. A [`Checker`] collects every fault before it fails.

use chrono::NaiveDate;

use crate::error::{DomainError, FieldErrors, Result};

/// Collects field errors; [`Checker::finish`] fails with all of them.
#[derive(Debug, Default)]
pub struct Checker {
    fields: FieldErrors,
}

impl Checker {
    /// No faults yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a fault.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.fields.entry(field.to_owned()).or_default().push(message.into());
    }

    /// Text that must be there: trimmed, `1..=max` characters, without control characters.
    pub fn required(&mut self, field: &str, value: Option<&str>, max: usize) -> String {
        match self.optional(field, value, max) {
            Some(text) => text,
            None => {
                if !self.fields.contains_key(field) {
                    self.add(field, "is required");
                }
                String::new()
            }
        }
    }

    /// Text that may be absent; an empty one counts as absent.
    pub fn optional(&mut self, field: &str, value: Option<&str>, max: usize) -> Option<String> {
        let text = value?.trim();
        if text.is_empty() {
            return None;
        }
        if text.chars().count() > max {
            self.add(field, format!("must not be longer than {max} characters"));
            return None;
        }
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t' && c != '\r') {
            self.add(field, "contains characters that can't be stored");
            return None;
        }
        Some(text.to_owned())
    }

    /// An e-mail address, lower-cased.
    pub fn email(&mut self, field: &str, value: &str) -> String {
        let email = value.trim().to_lowercase();
        if !is_email(&email) {
            self.add(field, "is not an e-mail address");
        }
        email
    }

    /// A phone number in E.164.
    pub fn phone(&mut self, field: &str, value: &str, country: Option<&str>) -> Option<String> {
        if value.trim().is_empty() {
            return None;
        }
        match crate::phone::normalise(value, country) {
            Ok(number) => Some(number),
            Err(message) => {
                self.add(field, message);
                None
            }
        }
    }

    /// An ISO 3166-1 alpha-2 country, upper-cased.
    pub fn country(&mut self, field: &str, value: &str) -> Option<String> {
        let code = value.trim().to_uppercase();
        if code.is_empty() {
            return None;
        }
        if !is_country(&code) {
            self.add(field, "is not an ISO 3166-1 alpha-2 country code, e.g. GB");
            return None;
        }
        Some(code)
    }

    /// A calendar day, `YYYY-MM-DD`.
    pub fn date(&mut self, field: &str, value: &str) -> Option<NaiveDate> {
        if value.trim().is_empty() {
            return None;
        }
        match value.trim().parse() {
            Ok(day) => Some(day),
            Err(_) => {
                self.add(field, "is not a date; write it as YYYY-MM-DD");
                None
            }
        }
    }

    /// A password that is long enough and not one that everybody tries first.
    pub fn password(&mut self, field: &str, value: &str) {
        let length = value.chars().count();
        if length < 10 {
            self.add(field, "must have at least 10 characters");
        } else if length > 200 {
            self.add(field, "must not be longer than 200 characters");
        } else if is_common_password(value) {
            self.add(field, "is too easy to guess");
        }
    }

    /// A colour, `#rrggbb`, lower-cased.
    pub fn colour(&mut self, field: &str, value: &str) -> String {
        let hex = value.trim().to_lowercase();
        let ok = hex.len() == 7 && hex.starts_with('#') && hex[1..].bytes().all(|b| b.is_ascii_hexdigit());
        if !ok {
            self.add(field, "is not a colour; write it as #rrggbb");
        }
        hex
    }

    /// Whether nothing was wrong so far.
    pub fn is_ok(&self) -> bool {
        self.fields.is_empty()
    }

    /// Fails with everything that was wrong.
    pub fn finish(self) -> Result<()> {
        if self.fields.is_empty() { Ok(()) } else { Err(DomainError::invalid(self.fields)) }
    }
}

/// Whether a text has the form of an address that mail can be sent to.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let local_ok = !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~.-".contains(&b));
    let labels: Vec<&str> = domain.split('.').collect();
    local_ok
        && text.len() <= 254
        && labels.len() >= 2
        && labels.iter().all(|l| {
            !l.is_empty()
                && l.len() <= 63
                && !l.starts_with('-')
                && !l.ends_with('-')
                && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
        && labels.last().is_some_and(|tld| tld.len() >= 2 && !tld.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a text is an ISO 3166-1 alpha-2 code.
pub fn is_country(code: &str) -> bool {
    code.len() == 2 && COUNTRIES.as_bytes().chunks(3).any(|c| &c[..2] == code.as_bytes())
}

/// ISO 3166-1 alpha-2, as of 2024, and XK (Kosovo) which users and phones use.
pub const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW ";

fn is_common_password(value: &str) -> bool {
    let v = value.to_lowercase();
    let first = v.chars().next();
    if v.chars().all(|c| Some(c) == first) {
        return true;
    }
    const COMMON: &[&str] = &[
        "password",
        "passwort",
        "qwertyuiop",
        "1234567890",
        "0123456789",
        "letmein",
        "iloveyou",
        "administrator",
        "welcome",
        "changeme",
        "abcdefghij",
        "brokerdesk",
    ];
    COMMON.iter().any(|c| {
        v.strip_prefix(c).is_some_and(|rest| rest.len() <= 4 && rest.bytes().all(|b| b.is_ascii_digit() || b"!?.*#".contains(&b)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in ["a@b.co", "jane.doe+x@mail.example.com"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "a", "a@b", "@b.co", "a@@b.co", "a b@c.de", "a@b..co", ".a@b.co", "a@-b.co", "ü@b.co", "a@1.2"] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn countries() {
        assert!(is_country("GB") && is_country("ZW") && is_country("AD"));
        assert!(!is_country("UK") && !is_country("D ") && !is_country("gb") && !is_country(" A"));
    }

    #[test]
    fn all_faults_come_at_once() {
        let mut c = Checker::new();
        c.required("first_name", Some(" "), 10);
        c.email("email", "x");
        c.password("password", "password12");
        let Err(DomainError::Invalid { fields, .. }) = c.finish() else { panic!("accepted") };
        assert_eq!(fields.len(), 3);
    }
}

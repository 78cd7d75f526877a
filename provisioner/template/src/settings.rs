//! `settings.yaml`: THE LIST of settings a CRM starts with, and what each may be.

use kernel::validate::is_country;
use serde_json::{Map, Value};

use crate::problem::{Findings, hint};
use crate::read;
use crate::yaml::Node;

/// What a setting may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingKind {
    /// A language tag like `en` or `en-GB`.
    Locale,
    /// An ISO 4217 code like `USD`.
    Currency,
    /// An ISO 3166-1 alpha-2 code like `GB`.
    Country,
    /// A name of the time zone database like `Europe/London`, or `UTC`.
    TimeZone,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A whole number from … to.
    Whole(i64, i64),
    /// Yes or no.
    Flag,
}

/// A setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SettingDef {
    /// Its name.
    pub key: &'static str,
    /// What it does, with its unit.
    pub title: &'static str,
    /// What it may be.
    pub kind: SettingKind,
}

const fn s(key: &'static str, title: &'static str, kind: SettingKind) -> SettingDef {
    SettingDef { key, title, kind }
}

/// Every setting of a template. All are required: who reads one can rely on it.
pub const SETTINGS: &[SettingDef] = &[
    s("locale", "Language of the CRM", SettingKind::Locale),
    s("base_currency", "Currency in which totals are shown", SettingKind::Currency),
    s("default_country", "Country of phone numbers without a prefix", SettingKind::Country),
    s("timezone", "Time zone in which days begin", SettingKind::TimeZone),
    s("week_starts_on", "First day of the week", SettingKind::Word(&["monday", "sunday", "saturday"])),
    s("password_min_length", "Shortest password, in characters", SettingKind::Whole(10, 64)),
    s("session_hours", "Hours until a session without use ends", SettingKind::Whole(1, 720)),
    s("invitation_hours", "Hours for which an invitation can be accepted", SettingKind::Whole(1, 720)),
    s("password_reset_minutes", "Minutes for which a reset link works", SettingKind::Whole(5, 1440)),
    s("two_factor_required", "Whether every user must use a second factor", SettingKind::Flag),
    s("reveal_daily_quota", "Hidden values a user may reveal in a day", SettingKind::Whole(0, 1000)),
    s("public_form_enabled", "Whether leads can come in through the public form", SettingKind::Flag),
    s("public_form_captcha", "Whether the public form asks for a captcha", SettingKind::Flag),
    s("registration_enabled", "Whether clients can register themselves", SettingKind::Flag),
];

/// Reads the file: a flat mapping.
pub(crate) fn settings(out: &mut Findings<'_>, root: &Node) -> Option<Map<String, Value>> {
    let known: Vec<&str> = SETTINGS.iter().map(|d| d.key).collect();
    let mut found = Map::new();
    let mut present = Vec::new();
    for (key, at, node) in read::entries(out, root, "settings.yaml")? {
        let Some(definition) = SETTINGS.iter().find(|d| d.key == key) else {
            out.add(at, format!("unknown setting \"{key}\"{}", hint(key, &known)));
            continue;
        };
        present.push(key);
        if let Some(value) = value(out, node, definition) {
            found.insert(key.to_owned(), value);
        }
    }
    for definition in SETTINGS.iter().filter(|d| !present.contains(&d.key)) {
        out.add(
            root.at,
            format!(
                "the setting {} is missing ({}); add a line `{}: …`",
                definition.key,
                definition.title.to_lowercase(),
                definition.key
            ),
        );
    }
    Some(found)
}

fn value(out: &mut Findings<'_>, node: &Node, definition: &SettingDef) -> Option<Value> {
    let what = definition.key;
    let (fits, example): (fn(&str) -> bool, &str) = match definition.kind {
        SettingKind::Flag => return read::flag(out, node, what).map(Value::from),
        SettingKind::Whole(min, max) => {
            return read::whole(out, node, what, min, max).map(Value::from);
        }
        SettingKind::Word(words) => {
            let pairs: Vec<(&str, &str)> = words.iter().map(|w| (*w, *w)).collect();
            return read::word(out, node, what, &pairs).map(Value::from);
        }
        SettingKind::Locale => (is_locale, "a language tag like en or en-GB"),
        SettingKind::Currency => (is_currency, "a currency code like USD"),
        SettingKind::Country => (is_country, "an ISO country code like GB"),
        SettingKind::TimeZone => (is_time_zone, "a time zone like Europe/London, or UTC"),
    };
    let text = read::text(out, node, what, 60)?;
    if !fits(&text) {
        out.add(node.at, format!("{what} \"{text}\" must be {example}"));
        return None;
    }
    Some(Value::from(text))
}

fn is_locale(text: &str) -> bool {
    let (language, region) = text.split_once('-').map_or((text, None), |(l, r)| (l, Some(r)));
    (2..=3).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_lowercase()) && region.is_none_or(is_country)
}

/// The form only: a broker may keep books in a currency that no list has yet.
fn is_currency(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase())
}

/// The form only: the list of zones belongs to the operating system and to the browser.
fn is_time_zone(text: &str) -> bool {
    let part = |p: &str| {
        p.starts_with(|c: char| c.is_ascii_alphabetic()) && p.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-+".contains(&b))
    };
    text == "UTC" || ((2..=3).contains(&text.split('/').count()) && text.split('/').all(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        assert!(is_locale("en") && is_locale("en-GB") && !is_locale("EN") && !is_locale("en_GB"));
        assert!(is_currency("USD") && !is_currency("usd") && !is_currency("USDT"));
        for good in ["UTC", "Europe/London", "America/Argentina/Buenos_Aires", "Etc/GMT+3"] {
            assert!(is_time_zone(good), "{good}");
        }
        for bad in ["London", "Europe/", "/x", "Europe/Lon don", ""] {
            assert!(!is_time_zone(bad), "{bad}");
        }
    }
}

//! THE LIST of settings of a CRM, what each may be, and `settings.yaml`, what they begin with.

use std::net::IpAddr;

use ipnet::IpNet;
use kernel::validate::{is_country, is_email};
use serde_json::{Map, Value};

use crate::parts::MODULES;
use crate::problem::{Findings, hint};
use crate::read;
use crate::yaml::{Kind, Node};

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
    /// A text of at most so many characters on one line; may be empty.
    Line(usize),
    /// The same on several lines.
    Lines(usize),
    /// An e-mail address, or nothing.
    Email,
    /// Addresses and networks like `192.0.2.7` and `2001:db8::/32`; none means everywhere.
    Addresses,
    /// ISO 3166-1 alpha-2 codes.
    Countries,
    /// The id of a team, or nothing.
    Team,
    /// The id of an active user, or nothing.
    User,
    /// Some of [`crate::MODULES`]. Not in the file: a template names them in `template.yaml`.
    Modules,
}

impl SettingKind {
    /// As in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Locale => "locale",
            Self::Currency => "currency",
            Self::Country => "country",
            Self::TimeZone => "timezone",
            Self::Word(_) => "word",
            Self::Whole(..) => "whole",
            Self::Flag => "flag",
            Self::Line(_) | Self::Lines(_) => "text",
            Self::Email => "email",
            Self::Addresses => "addresses",
            Self::Countries => "countries",
            Self::Team => "team",
            Self::User => "user",
            Self::Modules => "modules",
        }
    }
}

/// A setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SettingDef {
    /// Its name.
    pub key: &'static str,
    /// The heading under which it is shown: `general`, `security`, `mail`, `public`, `registration`,
    /// `captcha` or `modules`.
    pub group: &'static str,
    /// What it does, with its unit.
    pub title: &'static str,
    /// What else one should know before changing it.
    pub help: &'static str,
    /// What it may be.
    pub kind: SettingKind,
    /// Its value, as JSON, where neither the broker nor the template has one.
    default: &'static str,
}

impl SettingDef {
    /// Its value where neither the broker nor the template has one.
    pub fn default(&self) -> Value {
        serde_json::from_str(self.default).unwrap_or_default()
    }

    /// Whether a copy of a broker's configuration takes it along. What names the broker, or says from
    /// where its staff may sign in, stays behind.
    pub fn is_carried(&self) -> bool {
        use SettingKind as Kind;
        let own = matches!(self.kind, Kind::Addresses | Kind::Modules | Kind::Team | Kind::User);
        !["mail", "captcha"].contains(&self.group) && !own
    }

    /// The setting of a name.
    pub fn named(key: &str) -> Option<&'static SettingDef> {
        SETTINGS.iter().find(|d| d.key == key)
    }
}

const fn s(
    key: &'static str,
    group: &'static str,
    kind: SettingKind,
    default: &'static str,
    title: &'static str,
    help: &'static str,
) -> SettingDef {
    SettingDef { key, group, title, help, kind, default }
}

use SettingKind::{
    Addresses, Countries, Country, Currency, Email, Flag, Line, Lines, Locale, Modules, Team, TimeZone, User, Whole, Word,
};

/// Every setting. A template has a value for each but the modules: who reads one can rely on it.
#[rustfmt::skip]
pub const SETTINGS: &[SettingDef] = &[
    s("locale", "general", Locale, "\"en\"", "Language of the CRM", "Everybody can choose another one for themselves."),
    s("base_currency", "general", Currency, "\"USD\"", "Currency in which totals are shown", "Amounts keep the currency of their account."),
    s("default_country", "general", Country, "\"GB\"", "Country of phone numbers without a prefix", "Used when a record names no country of its own."),
    s("timezone", "general", TimeZone, "\"UTC\"", "Time zone in which days begin", "Figures, filters, reports, calendars and daily quotas go by it."),
    s("week_starts_on", "general", Word(&["monday", "sunday", "saturday"]), "\"monday\"", "First day of the week", "In calendars and weekly reports."),
    s("password_min_length", "security", Whole(10, 64), "10", "Shortest password, in characters", "Holds for passwords that are chosen from now on."),
    s("session_hours", "security", Whole(1, 720), "12", "Hours until a session without use ends", "Holds for sessions that begin from now on."),
    s("invitation_hours", "security", Whole(1, 720), "72", "Hours for which an invitation can be accepted", "An expired invitation can be sent again."),
    s("password_reset_minutes", "security", Whole(5, 1440), "60", "Minutes for which a reset link works", "A newer link ends the earlier one."),
    s("two_factor_required", "security", Flag, "false", "Whether every user must use a second factor", "Who has none is asked to set one up at the next step."),
    s("address_allow_list", "security", Addresses, "[]", "Addresses from which staff may sign in", "Addresses and networks, e.g. 192.0.2.7 or 2001:db8::/32. Empty: from everywhere."),
    s("reveal_daily_quota", "security", Whole(0, 1000), "20", "Hidden values a user may reveal in a day", "With 0 nobody reveals anything."),
    s("new_device_notice", "security", Flag, "true", "Whether users are told of a sign-in from a new device", "A mail to the user concerned."),
    s("mail_from_name", "mail", Line(80), "\"\"", "Name of the sender of mails", "Empty: the company's name."),
    s("mail_reply_to", "mail", Email, "\"\"", "Address to which answers to mails go", "Empty: to the sending address."),
    s("mail_footer", "mail", Lines(1_000), "\"\"", "Text below every mail", "For instance the company's registration and a risk warning."),
    s("public_form_enabled", "public", Flag, "true", "Whether leads can come in through the public form", "Partners' forms included."),
    s("public_form_captcha", "public", Flag, "false", "Whether the public form asks for a captcha", "A calculation in the visitor's browser; nothing to type."),
    s("registration_enabled", "registration", Flag, "false", "Whether clients can register themselves", "They confirm their e-mail address first."),
    s("registration_phone_required", "registration", Flag, "false", "Whether a phone number is required", "Otherwise it can be left out."),
    s("registration_minimum_age", "registration", Whole(0, 99), "0", "Youngest age in years", "The form then asks for the date of birth. With 0 it does not."),
    s("registration_countries_mode", "registration", Word(&["everywhere", "only", "except"]), "\"everywhere\"", "From where people may register", "By the country of residence that they name."),
    s("registration_countries", "registration", Countries, "[]", "Countries of that rule", "Those that are served, or those that are not."),
    s("registration_team", "registration", Team, "\"\"", "Team of new clients", "Empty: no team, until somebody assigns them."),
    s("registration_owner", "registration", User, "\"\"", "Owner of new clients", "Goes before the team; the owner's team comes with them."),
    s("captcha_provider", "captcha", Word(&["off", "proof_of_work", "hcaptcha", "turnstile"]), "\"off\"", "What keeps robots out", "The calculation needs no other company; the others need an account there."),
    s("captcha_site_key", "captcha", Line(120), "\"\"", "Site key at the provider", "For hCaptcha and Turnstile. The secret is kept apart and never shown."),
    s("captcha_difficulty", "captcha", Whole(8, 24), "16", "How hard the calculation is, in bits", "Each step doubles the work. It becomes harder by itself while many ask."),
    s("import_max_megabytes", "general", Whole(1, 2048), "2048", "Largest file of an import, in megabytes", "Files are read as they come, whatever their size."),
    s("modules", "modules", Modules, "[\"clients\", \"leads\", \"partners\"]", "Modules that the CRM shows", "What is off keeps its data."),
];

/// Reads the file: a flat mapping.
pub(crate) fn settings(out: &mut Findings<'_>, root: &Node) -> Option<Map<String, Value>> {
    let in_file = || SETTINGS.iter().filter(|d| d.kind != SettingKind::Modules);
    let known: Vec<&str> = in_file().map(|d| d.key).collect();
    let mut found = Map::new();
    let mut present = Vec::new();
    for (key, at, node) in read::entries(out, root, "settings.yaml")? {
        let Some(definition) = in_file().find(|d| d.key == key) else {
            out.add(at, format!("unknown setting \"{key}\"{}", hint(key, &known)));
            continue;
        };
        present.push(key);
        if let Some(value) = value(out, node, definition) {
            found.insert(key.to_owned(), value);
        }
    }
    for definition in in_file().filter(|d| !present.contains(&d.key)) {
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
    let given = match definition.kind {
        SettingKind::Flag => return read::flag(out, node, what).map(Value::from),
        SettingKind::Whole(min, max) => {
            return read::whole(out, node, what, min, max).map(Value::from);
        }
        SettingKind::Word(words) => {
            let pairs: Vec<(&str, &str)> = words.iter().map(|w| (*w, *w)).collect();
            return read::word(out, node, what, &pairs).map(Value::from);
        }
        SettingKind::Line(_) | SettingKind::Lines(_) | SettingKind::Email | SettingKind::Team | SettingKind::User => {
            match &node.kind {
                Kind::Scalar { text, .. } => Value::from(if node.is_empty() { "" } else { text.as_str() }),
                _ => {
                    out.add(node.at, format!("{what} must be a text, not {}", node.describe()));
                    return None;
                }
            }
        }
        SettingKind::Addresses | SettingKind::Countries => match &node.kind {
            Kind::List(items) => items.iter().map(text_of).collect(),
            _ => {
                let none = if definition.kind == SettingKind::Addresses { "everywhere" } else { "none" };
                out.add(node.at, format!("{what} must be a list, not {}; write [] for {none}", node.describe()));
                return None;
            }
        },
        SettingKind::Modules => return None,
        SettingKind::Locale | SettingKind::Currency | SettingKind::Country | SettingKind::TimeZone => {
            Value::from(read::text(out, node, what, 60)?)
        }
    };
    match definition.check(&given) {
        Ok(value) => Some(value),
        Err(message) => {
            out.add(node.at, format!("{what} \"{}\" {message}", given.as_str().map_or_else(|| given.to_string(), str::to_owned)));
            None
        }
    }
}

fn text_of(node: &Node) -> Value {
    match &node.kind {
        Kind::Scalar { text, .. } => text.as_str().into(),
        _ => Value::Null,
    }
}

impl SettingDef {
    /// The value as it is stored, or what is wrong with it, as the rest of a sentence that begins with
    /// the setting's name.
    ///
    /// # Errors
    /// What it must be instead.
    pub fn check(&self, given: &Value) -> Result<Value, String> {
        let form = |fits: fn(&str) -> bool, example: &str| match given.as_str().map(str::trim) {
            Some(text) if fits(text) => Ok(Value::from(text)),
            _ => Err(format!("must be {example}")),
        };
        match self.kind {
            SettingKind::Locale => form(is_locale, "a language tag like en or en-GB"),
            SettingKind::Currency => form(is_currency, "a currency code like USD"),
            SettingKind::Country => form(is_country, "an ISO country code like GB"),
            SettingKind::TimeZone => form(is_time_zone, "a time zone like Europe/London, or UTC"),
            SettingKind::Email => form(|t| t.is_empty() || is_email(t), "an e-mail address, or empty"),
            SettingKind::Flag => given.as_bool().map(Value::from).ok_or_else(|| "must be true or false".to_owned()),
            SettingKind::Whole(min, max) => match given.as_i64() {
                Some(number) if (min..=max).contains(&number) => Ok(number.into()),
                _ => Err(format!("must be a whole number from {min} to {max}")),
            },
            SettingKind::Word(words) => match given.as_str() {
                Some(word) if words.contains(&word) => Ok(word.into()),
                _ => Err(format!("must be one of {}", words.join(", "))),
            },
            SettingKind::Line(max) => text(given, max, false),
            SettingKind::Lines(max) => text(given, max, true),
            SettingKind::Addresses => addresses(given),
            SettingKind::Countries => countries(given),
            // Whether there is such a one is for the tenant's database to say.
            SettingKind::Team | SettingKind::User => form(|t| t.is_empty() || is_id(t), "an id, or empty"),
            SettingKind::Modules => modules(given),
        }
    }
}

fn text(given: &Value, max: usize, lines: bool) -> Result<Value, String> {
    let text = given.as_str().ok_or("must be a text")?.trim().replace("\r\n", "\n");
    if text.chars().count() > max {
        return Err(format!("must not be longer than {max} characters"));
    }
    if text.chars().any(|c| c.is_control() && !(lines && c == '\n')) {
        return Err(if lines { "contains characters that can't be stored" } else { "must be a single line" }.to_owned());
    }
    Ok(text.into())
}

/// The most entries of an allow-list.
const MAX_ADDRESSES: usize = 200;

fn addresses(given: &Value) -> Result<Value, String> {
    let list = given.as_array().ok_or("must be a list of addresses")?;
    if list.len() > MAX_ADDRESSES {
        return Err(format!("must not have more than {MAX_ADDRESSES} entries"));
    }
    let mut found: Vec<Value> = Vec::with_capacity(list.len());
    for entry in list {
        let net = entry.as_str().and_then(network).ok_or_else(|| {
            let shown: String = entry.as_str().unwrap_or("?").chars().filter(|c| !c.is_control()).take(60).collect();
            format!("has an entry that is neither an address nor a network: {shown}")
        })?;
        // One address is written as such, a network by its first address.
        let whole = net.prefix_len() == net.max_prefix_len();
        let text = Value::from(if whole { net.addr().to_string() } else { net.trunc().to_string() });
        if !found.contains(&text) {
            found.push(text);
        }
    }
    Ok(found.into())
}

fn countries(given: &Value) -> Result<Value, String> {
    let list = given.as_array().ok_or("must be a list of countries")?;
    let mut found: Vec<String> = Vec::with_capacity(list.len());
    for entry in list {
        let code = entry.as_str().unwrap_or_default().trim().to_uppercase();
        if !is_country(&code) {
            let shown: String = code.chars().filter(|c| !c.is_control()).take(60).collect();
            return Err(format!("has an entry that is not an ISO country code: {shown}"));
        }
        if !found.contains(&code) {
            found.push(code);
        }
    }
    found.sort_unstable();
    Ok(found.into())
}

/// The form of an id as every answer writes it.
fn is_id(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|p| p.len()).eq([8, 4, 4, 4, 12]) && parts.iter().all(|p| p.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// A network of an allow-list; an address is a network of one.
fn network(text: &str) -> Option<IpNet> {
    let text = text.trim();
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(|ip| IpNet::from(ip.to_canonical())))
}

/// Whether an address lies within the networks of a checked list. An empty list is everywhere.
pub fn is_allowed(list: &Value, address: Option<IpAddr>) -> bool {
    let Some(list) = list.as_array().filter(|l| !l.is_empty()) else { return true };
    let Some(address) = address.map(|a| a.to_canonical()) else { return false };
    list.iter().filter_map(Value::as_str).filter_map(network).any(|net| net.contains(&address))
}

fn modules(given: &Value) -> Result<Value, String> {
    let wrong = || format!("must be a list of some of {}", MODULES.join(", "));
    let list: Vec<&str> = given.as_array().ok_or_else(wrong)?.iter().map(|v| v.as_str().unwrap_or_default()).collect();
    if list.iter().any(|word| !MODULES.contains(word)) {
        return Err(wrong());
    }
    if list.is_empty() {
        return Err("must have at least one module".to_owned());
    }
    let mut once: Vec<&str> = Vec::with_capacity(list.len());
    for word in list {
        if !once.contains(&word) {
            once.push(word);
        }
    }
    Ok(once.into())
}

/// Whether a text is a language tag like `en` or `en-GB`.
pub fn is_locale(text: &str) -> bool {
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
    use serde_json::json;

    #[test]
    fn every_default_is_a_value_of_its_setting() {
        for definition in SETTINGS {
            assert_eq!(definition.check(&definition.default()), Ok(definition.default()), "{}", definition.key);
        }
    }

    #[test]
    fn an_allow_list_is_kept_in_one_form() {
        let list = SettingDef::named("address_allow_list").unwrap();
        let given = json!([" 192.0.2.7 ", "10.1.2.3/8", "::ffff:192.0.2.7", "2001:DB8::1/32"]);
        let kept = list.check(&given).unwrap();
        assert_eq!(kept, json!(["192.0.2.7", "10.0.0.0/8", "2001:db8::/32"]));
        for bad in [json!(["x"]), json!(["10.0.0.0/33"]), json!([7]), json!("10.0.0.1"), json!(vec!["10.0.0.1"; 201])] {
            assert!(list.check(&bad).is_err(), "{bad}");
        }
        let allowed = |ip: &str| is_allowed(&kept, Some(ip.parse().unwrap()));
        assert!(allowed("10.200.0.1") && allowed("192.0.2.7") && allowed("::ffff:10.0.0.1") && allowed("2001:db8::5"));
        assert!(!allowed("192.0.2.8") && !allowed("2001:db9::5") && !is_allowed(&kept, None));
        assert!(is_allowed(&json!([]), None));
    }

    #[test]
    fn countries_are_kept_in_one_form() {
        let list = SettingDef::named("registration_countries").unwrap();
        assert_eq!(list.check(&json!([" gb", "DE", "GB"])), Ok(json!(["DE", "GB"])));
        for bad in [json!(["UK"]), json!("GB"), json!([7]), json!([""])] {
            assert!(list.check(&bad).is_err(), "{bad}");
        }
        let owner = SettingDef::named("registration_owner").unwrap();
        for good in ["", "0190a000-0000-7000-8000-000000000000"] {
            assert_eq!(owner.check(&json!(good)), Ok(json!(good)));
        }
        assert!(owner.check(&json!("0190a000-0000-7000-8000-00000000000g")).is_err() && owner.check(&json!(7)).is_err());
    }

    #[test]
    fn texts_stay_on_their_line() {
        let (name, footer) = (SettingDef::named("mail_from_name").unwrap(), SettingDef::named("mail_footer").unwrap());
        assert!(name.check(&json!("Acme\r\nBcc: x@example.com")).is_err());
        assert_eq!(footer.check(&json!("Acme Ltd\r\nLondon ")), Ok(json!("Acme Ltd\nLondon")));
        assert!(footer.check(&json!("a\u{0}")).is_err());
    }

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

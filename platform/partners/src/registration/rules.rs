//! Who may register, as the tenant's settings say.

use chrono::NaiveDate;
use kernel::DomainError;
use kernel::validate::COUNTRIES;
use runtime::Ctx;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::captcha::settings;

/// The rules of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Whether there is a registration at all.
    pub enabled: bool,
    /// Whether a phone number is required.
    pub phone_required: bool,
    /// The youngest age in years; 0 asks for no date of birth.
    pub minimum_age: u32,
    /// `everywhere`, `only` or `except`.
    pub mode: String,
    /// Countries of the mode.
    pub countries: Vec<String>,
    /// The shortest password.
    pub password_min: usize,
    /// Team of new clients.
    pub team: Option<Uuid>,
    /// Owner of new clients.
    pub owner: Option<Uuid>,
}

impl Rules {
    /// What the settings say.
    pub async fn load(ctx: &Ctx) -> kernel::Result<Self> {
        let keys = [
            "registration_enabled",
            "registration_phone_required",
            "registration_minimum_age",
            "registration_countries_mode",
            "registration_countries",
            "registration_team",
            "registration_owner",
            "password_min_length",
        ];
        let of = settings(ctx, &keys).await?;
        let flag = |key: &str| of(key).as_bool().unwrap_or_default();
        let id = |key: &str| of(key).as_str().and_then(|text| text.parse().ok());
        let countries = match of("registration_countries") {
            Json::Array(list) => list.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        Ok(Self {
            enabled: flag("registration_enabled"),
            phone_required: flag("registration_phone_required"),
            minimum_age: of("registration_minimum_age").as_u64().and_then(|n| u32::try_from(n).ok()).unwrap_or_default(),
            mode: of("registration_countries_mode").as_str().unwrap_or("everywhere").to_owned(),
            countries,
            password_min: of("password_min_length").as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(10),
            team: id("registration_team"),
            owner: id("registration_owner"),
        })
    }

    /// The same, or the answer of a broker who has no registration.
    pub async fn open(ctx: &Ctx) -> kernel::Result<Self> {
        let rules = Self::load(ctx).await?;
        if rules.enabled {
            return Ok(rules);
        }
        Err(DomainError::NotFound { code: "registration_closed", message: "There is no registration here.".to_owned() })
    }

    /// Whether people from a country may register.
    pub fn serves(&self, country: &str) -> bool {
        let listed = self.countries.iter().any(|c| c == country);
        match self.mode.as_str() {
            "only" => listed,
            "except" => !listed,
            _ => true,
        }
    }

    /// Every country that is served.
    pub fn served(&self) -> Vec<String> {
        COUNTRIES.split_whitespace().filter(|c| self.serves(c)).map(str::to_owned).collect()
    }

    /// Whether somebody born on a day is old enough on another.
    pub fn is_old_enough(&self, born: NaiveDate, today: NaiveDate) -> bool {
        today.years_since(born).is_some_and(|age| age >= self.minimum_age)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(mode: &str, countries: &[&str], minimum_age: u32) -> Rules {
        Rules {
            enabled: true,
            phone_required: false,
            minimum_age,
            mode: mode.to_owned(),
            countries: countries.iter().map(|c| (*c).to_owned()).collect(),
            password_min: 10,
            team: None,
            owner: None,
        }
    }

    #[test]
    fn countries_are_allowed_or_blocked() {
        assert!(rules("everywhere", &["GB"], 0).serves("US"));
        assert!(rules("only", &["GB"], 0).serves("GB") && !rules("only", &["GB"], 0).serves("US"));
        assert!(!rules("except", &["US"], 0).serves("US") && rules("except", &["US"], 0).serves("GB"));
        assert_eq!(rules("only", &["GB", "DE"], 0).served(), ["DE", "GB"]);
        assert_eq!(rules("everywhere", &[], 0).served().len(), rules("except", &["US"], 0).served().len() + 1);
    }

    #[test]
    fn age_counts_birthdays() {
        let day = |text: &str| -> NaiveDate { text.parse().expect("a day") };
        let adult = rules("everywhere", &[], 18);
        assert!(adult.is_old_enough(day("2008-11-26"), day("2026-11-26")));
        assert!(!adult.is_old_enough(day("2008-11-27"), day("2026-11-26")));
        // Born on a leap day: on the first of March in other years.
        assert!(
            !adult.is_old_enough(day("2008-02-29"), day("2026-02-28"))
                && adult.is_old_enough(day("2008-02-29"), day("2026-03-01"))
        );
        assert!(!adult.is_old_enough(day("2030-01-01"), day("2026-01-01")));
    }
}

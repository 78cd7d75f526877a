//! People with a name, an address and contact data that fit together.

use std::collections::HashSet;

use chrono::{Datelike as _, Duration, NaiveDate};

use super::dice::Dice;
use super::names::{Culture, entries, plain};
use super::places::{AddressForm, COUNTRIES, Country};

/// Domains that are reserved for examples: no mail to them reaches anybody.
const DOMAINS: &[&str] = &["example.com", "example.net", "example.org"];

/// Somebody.
#[derive(Debug, Clone)]
pub struct Person {
    /// First name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// E-mail; nobody else has it.
    pub email: String,
    /// Mobile number in E.164.
    pub phone: String,
    /// Where they live.
    pub country: &'static Country,
    /// Address.
    pub address: String,
    /// Date of birth.
    pub date_of_birth: NaiveDate,
    /// Their language, ISO 639-1.
    pub language: &'static str,
}

struct Lists {
    culture: &'static Culture,
    women: Vec<&'static str>,
    men: Vec<&'static str>,
    family: Vec<&'static str>,
}

struct Place {
    country: &'static Country,
    /// Numbers into the lists, with weights.
    cultures: Vec<(usize, u32)>,
    cities: Vec<(&'static str, &'static str)>,
    streets: Vec<&'static str>,
}

/// Everybody who could be met.
pub struct People {
    lists: Vec<Lists>,
    places: Vec<Place>,
    weights: Vec<(usize, u32)>,
    today: NaiveDate,
    taken: HashSet<String>,
}

impl People {
    /// As of a day.
    pub fn new(today: NaiveDate) -> Self {
        let mut lists: Vec<Lists> = Vec::new();
        let mut places = Vec::new();
        for country in COUNTRIES {
            let mut cultures = Vec::new();
            for (culture, weight) in country.cultures {
                let known = lists.iter().position(|l| l.culture.family == culture.family);
                let number = known.unwrap_or_else(|| {
                    lists.push(Lists {
                        culture,
                        women: entries(culture.women),
                        men: entries(culture.men),
                        family: entries(culture.family),
                    });
                    lists.len() - 1
                });
                cultures.push((number, *weight));
            }
            let cities = entries(country.cities).into_iter().filter_map(|c| c.split_once('=')).collect();
            places.push(Place { country, cultures, cities, streets: entries(country.streets) });
        }
        let weights = places.iter().enumerate().map(|(n, p)| (n, p.country.weight)).collect();
        Self { lists, places, weights, today, taken: HashSet::new() }
    }

    /// Somebody new.
    pub fn meet(&mut self, dice: &mut Dice) -> Person {
        let place = &self.places[dice.weighted(&self.weights)];
        let lists = &self.lists[dice.weighted(&place.cultures)];
        let woman = dice.chance(0.38);
        let first = dice.pick_early(if woman { &lists.women } else { &lists.men });
        let family = family_name(lists, woman, dice);
        let born = birthday(self.today, dice);
        let country = place.country;
        let address = address(place, dice);
        let phone_pattern = dice.pick(country.phones);
        let phone = dice.fill(phone_pattern);
        let language = lists.culture.language;
        let last_part = family.split(' ').find(|w| w.len() > 3).unwrap_or(&family);
        let (a, b) = (plain(first, lists.culture.umlauts), plain(last_part, lists.culture.umlauts));
        let email = self.email(&a, &b, born, country.mail, dice);
        Person { first_name: first.to_owned(), last_name: family, email, phone, country, address, date_of_birth: born, language }
    }

    /// Another number of the same country.
    pub fn other_phone(country: &Country, dice: &mut Dice) -> String {
        let pattern = dice.pick(country.phones);
        dice.fill(pattern)
    }

    fn email(&mut self, first: &str, last: &str, born: NaiveDate, word: &str, dice: &mut Dice) -> String {
        let year = born.year() % 100;
        let initial = first.get(..1).unwrap_or_default();
        let mut local = match dice.place(10) {
            0..=3 => format!("{first}.{last}"),
            4 => format!("{first}{last}"),
            5 => format!("{initial}.{last}"),
            6 => format!("{first}_{last}"),
            7 => format!("{last}.{first}"),
            8 => format!("{first}.{last}{year:02}"),
            _ => format!("{first}{year:02}"),
        };
        let domain = match dice.place(8) {
            0..=2 => format!("{word}.example"),
            3 => "mail.example".to_owned(),
            4 => "webmail.example".to_owned(),
            _ => dice.pick(DOMAINS).to_owned(),
        };
        let mut email = format!("{local}@{domain}");
        while self.taken.contains(&email) {
            local.push(char::from(b'0' + dice.place(10) as u8));
            email = format!("{local}@{domain}");
        }
        self.taken.insert(email.clone());
        email
    }
}

fn family_name(lists: &Lists, woman: bool, dice: &mut Dice) -> String {
    let name = dice.pick_early(&lists.family);
    if lists.culture.two_family_names && dice.chance(0.6) {
        let second = dice.pick_early(&lists.family);
        return format!("{name} {second}");
    }
    match name.strip_suffix("ki") {
        Some(stem) if woman && lists.culture.gendered => format!("{stem}ka"),
        _ => name.to_owned(),
    }
}

/// An adult; most are in the middle of their working life.
fn birthday(today: NaiveDate, dice: &mut Dice) -> NaiveDate {
    let years = 19.0 + 28.0 * (dice.unit() + dice.unit()) / 1.25 + 12.0 * dice.unit() * dice.unit();
    today - Duration::days((years * 365.25) as i64 + dice.between(0, 364))
}

fn address(place: &Place, dice: &mut Dice) -> String {
    let street = dice.pick(&place.streets);
    let (city, postcode) = place.cities[dice.place(place.cities.len())];
    let number = if dice.chance(0.8) { dice.between(1, 99) } else { dice.between(100, 240) };
    let postcode = dice.fill(postcode);
    match place.country.form {
        AddressForm::NumberFirst => format!("{number} {street}, {city} {postcode}"),
        AddressForm::NumberAndPostcodeFirst => format!("{number} {street}, {postcode} {city}"),
        AddressForm::NumberLast => format!("{street} {number}, {postcode} {city}"),
        AddressForm::Villa if dice.chance(0.45) => format!("Apartment {number}0{}, {street}, {city}", dice.between(1, 9)),
        AddressForm::Villa => format!("Villa {number}, {street}, {city}"),
    }
}

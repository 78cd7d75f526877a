//! Filters as a person would apply them to rows on a screen.

use chrono::{DateTime, Datelike as _, Duration, NaiveDate, Utc, Weekday};
use kernel::fold::fold;
use serde_json::{Value as Json, json};
use uuid::Uuid;

/// Numbers that are the same in every run.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub fn between(&mut self, from: i64, to: i64) -> i64 {
        from + (self.next() % (to - from) as u64) as i64
    }

    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    pub fn maybe<T: Copy>(&mut self, list: &[T]) -> Option<T> {
        if self.below(3) == 0 { None } else { Some(*self.pick(list)) }
    }

    fn day(&mut self) -> String {
        ((Utc::now() + Duration::hours(9)).date_naive() + Duration::days(self.between(-45, 45))).to_string()
    }

    /// Values of fields of all kinds.
    pub fn custom(&mut self) -> Json {
        let mut all = json!({});
        for kind in ["text", "number", "date", "flag", "choice", "choices", "url"] {
            if self.below(3) == 0 {
                continue;
            }
            all[format!("my_{kind}")] = match kind {
                "text" => json!(self.pick(&["Alpha", "alphabet", "Beta", "100%", "a_b", "Straße"])),
                "number" => json!(self.between(-20, 20) as f64 / 4.0),
                "date" => json!(self.day()),
                "flag" => json!(self.below(2) == 0),
                "choice" => json!(self.pick(&["low", "mid", "high"])),
                "choices" => {
                    let chosen: Vec<&str> = ["low", "mid", "high"].into_iter().filter(|_| self.below(2) == 0).collect();
                    if chosen.is_empty() { json!(["mid"]) } else { json!(chosen) }
                }
                _ => json!(self.pick(&["https://a.example/x", "https://b.example"])),
            };
        }
        all
    }
}

/// The tenant's calendar.
pub struct Calendar {
    pub today: NaiveDate,
    hours: i64,
    week_start: Weekday,
}

impl Calendar {
    pub fn now(hours: i64, week_start: Weekday) -> Self {
        Self { today: (Utc::now() + Duration::hours(hours)).date_naive(), hours, week_start }
    }

    fn day_of(&self, text: &str) -> NaiveDate {
        match text.parse::<NaiveDate>() {
            Ok(day) => day,
            Err(_) => (text.parse::<DateTime<Utc>>().unwrap() + Duration::hours(self.hours)).date_naive(),
        }
    }

    /// The first day of the week that a day is in, counted backwards one by one.
    fn week_of(&self, day: NaiveDate) -> NaiveDate {
        let mut day = day;
        while day.weekday() != self.week_start {
            day = day.pred_opt().unwrap();
        }
        day
    }

    fn holds(&self, day: NaiveDate, op: &str, value: &Json) -> bool {
        let named = |json: &Json| json.as_str().unwrap().parse::<NaiveDate>().unwrap();
        let ago = (self.today - day).num_days();
        let months = |d: NaiveDate| d.year() * 12 + d.month0() as i32;
        match op {
            "on" => day == named(value),
            "before" => day < named(value),
            "after" => day > named(value),
            "between" => day >= named(&value[0]) && day <= named(&value[1]),
            "today" => ago == 0,
            "yesterday" => ago == 1,
            "tomorrow" => ago == -1,
            "this_week" => self.week_of(day) == self.week_of(self.today),
            "last_week" => self.week_of(day) == self.week_of(self.today - Duration::days(7)),
            "next_week" => self.week_of(day) == self.week_of(self.today + Duration::days(7)),
            "this_month" => months(day) == months(self.today),
            "last_month" => months(day) == months(self.today) - 1,
            "next_month" => months(day) == months(self.today) + 1,
            "this_year" => day.year() == self.today.year(),
            "last_year" => day.year() == self.today.year() - 1,
            "older_than" => ago > value["count"].as_i64().unwrap() * if value["unit"] == "week" { 7 } else { 1 },
            _ => {
                let days = if value["unit"] == "week" { 7 } else { 1 };
                match value["last"].as_i64() {
                    Some(n) => (0..n * days).contains(&ago),
                    None => (0..value["next"].as_i64().unwrap() * days).contains(&-ago),
                }
            }
        }
    }
}

const TEXT: &[&str] = &["is", "is_not", "contains", "starts_with", "empty", "not_empty"];
const DATE: &[&str] = &[
    "on",
    "before",
    "after",
    "between",
    "today",
    "yesterday",
    "tomorrow",
    "this_week",
    "last_week",
    "next_week",
    "this_month",
    "last_month",
    "next_month",
    "this_year",
    "last_year",
    "older_than",
    "within",
];
const LIST: &[&str] = &["in", "not_in", "empty", "not_empty"];
const WORDS: &[&str] = &["any", "all", "none", "empty", "not_empty"];

/// A condition over any field with any of its operators.
pub fn condition(random: &mut Random, kind: &str, owners: &[Uuid], team: Uuid) -> Json {
    let mut fields = vec![
        ("name", TEXT),
        ("first_name", TEXT),
        ("country", LIST),
        ("status", &LIST[..2]),
        ("source", LIST),
        ("source", &TEXT[..4]),
        ("assigned_to", LIST),
        ("team_id", LIST),
        ("created_at", DATE),
        ("custom.my_text", TEXT),
        ("custom.my_url", TEXT),
        ("custom.my_number", &["eq", "lt", "lte", "gt", "gte", "between", "empty", "not_empty"]),
        ("custom.my_date", DATE),
        ("custom.my_date", &["empty", "not_empty"]),
        ("custom.my_flag", &["is"]),
        ("custom.my_choice", LIST),
        ("custom.my_choices", WORDS),
    ];
    if kind == "client" {
        fields.extend([
            ("tags", WORDS),
            ("balance", &["eq", "lt", "lte", "gt", "gte", "between"] as &[&str]),
            ("kyc_status", &LIST[..2]),
        ]);
    }
    let (field, ops) = *random.pick(&fields);
    let op = *random.pick(ops);
    let some = |random: &mut Random, words: &[&str]| {
        let chosen: Vec<String> = (0..=random.below(2)).map(|_| (*random.pick(words)).to_owned()).collect();
        json!(chosen)
    };
    let value = match (field, op) {
        (_, "empty" | "not_empty") => Json::Null,
        ("country", _) => some(random, &["DE", "gb", "AE", "FR"]),
        ("status", _) => some(random, &["new", "active", "contacted", "gone"]),
        ("kyc_status", _) => some(random, &["missing", "approved"]),
        ("source", "in" | "not_in") => some(random, &["Webinar", "google Ads", "other"]),
        ("assigned_to", _) => {
            let (a, b) = (owners[0].to_string(), owners[1].to_string());
            some(random, &["none", "me", &a, &b])
        }
        ("team_id", _) => some(random, &["none", &team.to_string()]),
        ("tags", _) => some(random, &["vip", "risk", "cold", "other"]),
        ("custom.my_choice" | "custom.my_choices", _) => some(random, &["low", "mid", "high"]),
        ("custom.my_flag", _) => json!(random.below(2) == 0),
        ("balance", "between") => json!([random.between(-500, 2_000), random.between(0, 5_000)]),
        ("balance", _) => json!(random.between(0, 5_000)),
        ("custom.my_number", "between") => json!([random.between(-20, 10) as f64 / 4.0, 2.5]),
        ("custom.my_number", _) => json!(random.between(-20, 20) as f64 / 4.0),
        (_, "today" | "yesterday" | "tomorrow") => Json::Null,
        (_, op) if op.starts_with("this_") || op.starts_with("last_") || op.starts_with("next_") => Json::Null,
        (_, "within") => {
            let word = *random.pick(&["last", "next"]);
            json!({ word: random.between(1, 40), "unit": random.pick(&["day", "week"]) })
        }
        (_, "older_than") => json!({ "count": random.between(1, 40), "unit": random.pick(&["day", "week"]) }),
        ("created_at" | "custom.my_date", "between") => json!([random.day(), random.day()]),
        ("created_at" | "custom.my_date", _) => json!(random.day()),
        ("custom.my_url", _) => json!(random.pick(&["https://a", "HTTPS://B.example", "example"])),
        ("custom.my_text", _) => json!(random.pick(&["ALPHA", "alpha", "%", "_", "a", "straße"])),
        _ => json!(random.pick(&["anna", "Anna Doe", "O'", "100%_\\", "ÉLODIE", "elodie", "o", "bob roe", "google"])),
    };
    if value.is_null() { json!({ "field": field, "op": op }) } else { json!({ "field": field, "op": op, "value": value }) }
}

/// Whether a row is among those that a filter means.
pub fn matches(row: &Json, node: &Json, calendar: &Calendar, me: &str) -> bool {
    if let Some(list) = node["and"].as_array() {
        return list.iter().all(|n| matches(row, n, calendar, me));
    }
    if let Some(list) = node["or"].as_array() {
        return list.iter().any(|n| matches(row, n, calendar, me));
    }
    let (field, op, wanted) = (node["field"].as_str().unwrap(), node["op"].as_str().unwrap(), &node["value"]);
    let value = match field.strip_prefix("custom.") {
        Some(key) => row["custom"].get(key).cloned(),
        None => row.get(field).cloned(),
    };
    let value = value.filter(|v| !v.is_null() && *v != json!([]));
    let among = |word: &str| {
        wanted.as_array().unwrap().iter().any(|w| {
            let w = w.as_str().unwrap();
            w == word || (w == "me" && word == me) || (field == "country" && w.to_uppercase() == word)
        })
    };
    let words: Vec<&str> = match &value {
        Some(Json::Array(list)) => list.iter().map(|w| w.as_str().unwrap()).collect(),
        Some(Json::String(word)) => vec![word],
        _ => Vec::new(),
    };
    match op {
        "empty" => value.is_none(),
        "not_empty" => value.is_some(),
        "in" => words.iter().any(|w| among(w)) || (value.is_none() && among("none")),
        "not_in" => !(words.iter().any(|w| among(w)) || (value.is_none() && among("none"))),
        "any" => words.iter().any(|w| among(w)),
        "none" => !words.iter().any(|w| among(w)),
        "all" => wanted.as_array().unwrap().iter().all(|w| words.contains(&w.as_str().unwrap())),
        "is" if wanted.is_boolean() => {
            value == Some(json!(true)) && *wanted == json!(true) || value != Some(json!(true)) && *wanted == json!(false)
        }
        "is" | "is_not" | "contains" | "starts_with" => {
            // Accents do not count in names.
            let form = |text: &str| if field == "name" { fold(text) } else { text.to_lowercase() };
            let wanted = form(wanted.as_str().unwrap());
            let text = value.as_ref().map(|v| form(v.as_str().unwrap()));
            match op {
                "is" => text == Some(wanted),
                "is_not" => text != Some(wanted),
                "contains" => text.is_some_and(|t| t.contains(&wanted)),
                _ => text.is_some_and(|t| t.starts_with(&wanted)),
            }
        }
        "eq" | "lt" | "lte" | "gt" | "gte" => number(&value).is_some_and(|n| {
            let wanted = wanted.as_f64().unwrap();
            match op {
                "eq" => n == wanted,
                "lt" => n < wanted,
                "lte" => n <= wanted,
                "gt" => n > wanted,
                _ => n >= wanted,
            }
        }),
        "between" if wanted[0].is_number() => {
            number(&value).is_some_and(|n| n >= wanted[0].as_f64().unwrap() && n <= wanted[1].as_f64().unwrap())
        }
        _ => value.is_some_and(|v| calendar.holds(calendar.day_of(v.as_str().unwrap()), op, wanted)),
    }
}

fn number(value: &Option<Json>) -> Option<f64> {
    match value.as_ref()? {
        Json::String(text) => text.parse().ok(),
        other => other.as_f64(),
    }
}

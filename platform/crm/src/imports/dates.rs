//! Dates as other programs write them.

use chrono::{DateTime, Months, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;

use crate::zone::{instant, midnight};

/// In which order a date stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateFormat {
    Iso,
    DayFirst,
    MonthFirst,
    Dotted,
    /// With the month's name, wherever it stands.
    Named,
    /// Digits alone.
    Compact,
}

/// Names of the months, in English, German, French and Spanish; three letters and more of one are enough.
const MONTHS: [&[&str]; 12] = [
    &["january", "januar", "jänner", "janvier", "enero"],
    &["february", "februar", "février", "fevrier", "febrero"],
    &["march", "märz", "maerz", "mars", "marzo"],
    &["april", "avril", "abril"],
    &["may", "mai", "mayo"],
    &["june", "juni", "juin", "junio"],
    &["july", "juli", "juillet", "julio"],
    &["august", "août", "aout", "agosto"],
    &["september", "septembre", "septiembre"],
    &["october", "oktober", "octobre", "octubre"],
    &["november", "novembre", "noviembre"],
    &["december", "dezember", "décembre", "decembre", "diciembre"],
];

fn month_of(word: &str) -> Option<u32> {
    let word = word.to_lowercase();
    if word.chars().count() < 3 {
        return None;
    }
    let begins = |names: &&[&str]| names.iter().any(|name| name.starts_with(&word));
    let mut found = (1..).zip(&MONTHS).filter(|(_, names)| begins(names)).map(|(n, _)| n);
    // What begins two of them is none.
    found.next().filter(|_| found.next().is_none())
}

/// A year of four digits, or of two: those up to 68 are of this century.
fn year_of(text: &str) -> Option<i32> {
    let year: i32 = text.parse().ok()?;
    match text.len() {
        4 if year >= 1_000 => Some(year),
        2 if year <= 68 => Some(2_000 + year),
        2 => Some(1_900 + year),
        _ => None,
    }
}

impl DateFormat {
    /// All of them; of several that fit all samples, the first is meant.
    pub const ALL: [Self; 6] = [Self::Iso, Self::Dotted, Self::DayFirst, Self::MonthFirst, Self::Named, Self::Compact];

    /// As in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Iso => "YYYY-MM-DD",
            Self::DayFirst => "DD/MM/YYYY",
            Self::MonthFirst => "MM/DD/YYYY",
            Self::Dotted => "DD.MM.YYYY",
            Self::Named => "DD-MMM-YYYY",
            Self::Compact => "YYYYMMDD",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.as_str() == word)
    }

    /// The day that a text names in this order. What goes on with a time is cut off.
    pub fn day(self, text: &str) -> Option<NaiveDate> {
        self.apart(text.trim()).map(|(day, _)| day)
    }

    /// The day of something that is past: of two digits of a year, the century that has been.
    pub fn past_day(self, text: &str, today: NaiveDate) -> Option<NaiveDate> {
        let day = self.day(text)?;
        let has_century = text.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() >= 4);
        if day <= today || has_century { Some(day) } else { day.checked_sub_months(Months::new(1_200)) }
    }

    /// The day, and what stands behind it.
    fn apart(self, text: &str) -> Option<(NaiveDate, &str)> {
        if self == Self::Named {
            return named(text);
        }
        let (head, rest) = text.split_once(['T', ' ']).unwrap_or((text, ""));
        let day = if self == Self::Compact { compact(head)? } else { self.numbers(head)? };
        Some((day, rest.trim()))
    }

    fn numbers(self, day: &str) -> Option<NaiveDate> {
        let separator = day.chars().find(|c| !c.is_ascii_digit())?;
        if !['-', '/', '.'].contains(&separator) {
            return None;
        }
        let parts: Vec<&str> = day.split(separator).collect();
        let [a, b, c] = parts.as_slice() else { return None };
        let (year, month, day) = match self {
            // Two digits before two others are rather a day.
            Self::Iso if a.len() == 4 => (a, b, c),
            Self::DayFirst if separator != '.' => (c, b, a),
            Self::Dotted if separator == '.' => (c, b, a),
            Self::MonthFirst if separator != '.' => (c, a, b),
            _ => return None,
        };
        let number = |text: &str| text.parse::<u32>().ok().filter(|_| text.len() <= 2);
        NaiveDate::from_ymd_opt(year_of(year)?, number(month)?, number(day)?)
    }
}

/// `19840312`. Other numbers of eight digits are seldom days of these centuries.
fn compact(text: &str) -> Option<NaiveDate> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let year = year_of(&text[..4]).filter(|year| (1_900..2_100).contains(year))?;
    NaiveDate::from_ymd_opt(year, text[4..6].parse().ok()?, text[6..].parse().ok()?)
}

/// `12-Mar-1984`, `12 March 84`, `Mar 12, 1984`, and what stands behind.
fn named(text: &str) -> Option<(NaiveDate, &str)> {
    let mut words = [""; 3];
    let mut rest = text;
    for word in &mut words {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || "-/.,".contains(c));
        let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        (*word, rest) = rest.split_at(end);
    }
    let [a, b, year] = words;
    let (month, day) = match (month_of(a), month_of(b)) {
        (None, Some(month)) => (month, a),
        (Some(month), None) => (month, b),
        _ => return None,
    };
    let day = ["st", "nd", "rd", "th"].iter().find_map(|end| day.strip_suffix(end)).unwrap_or(day);
    let day = day.parse::<u32>().ok().filter(|_| day.len() <= 2)?;
    let day = NaiveDate::from_ymd_opt(year_of(year)?, month, day)?;
    Some((day, rest.trim_start_matches([',', 'T']).trim()))
}

impl DateFormat {
    /// The instant that a text names, as RFC 3339; a day alone is its midnight in UTC.
    pub fn instant(self, text: &str) -> Option<String> {
        let text = text.trim();
        if let Ok(at) = DateTime::parse_from_rfc3339(text) {
            return Some(at.to_rfc3339());
        }
        let (day, time) = self.apart(text)?;
        if time.is_empty() {
            return Some(format!("{day}T00:00:00Z"));
        }
        let at = ["%H:%M:%S", "%H:%M"]
            .iter()
            .find_map(|f| NaiveDateTime::parse_from_str(&format!("{day} {time}"), &format!("%Y-%m-%d {f}")).ok())?;
        Some(at.and_utc().to_rfc3339())
    }
}

impl DateFormat {
    /// The instant that a text names where the clocks of a zone go, and whether it names a day alone, which begins then:
    /// a spreadsheet writes a midnight behind its days.
    pub fn moment(self, text: &str, zone: Tz) -> Option<(DateTime<Utc>, bool)> {
        let text = text.trim();
        if let Ok(at) = DateTime::parse_from_rfc3339(text) {
            return Some((at.to_utc(), false));
        }
        let (day, time) = self.apart(text)?;
        if time.is_empty() {
            return Some((midnight(zone, day), true));
        }
        let time = time.to_uppercase();
        let formats = ["%H:%M:%S%.f", "%H:%M", "%I:%M %p", "%I:%M%p", "%I:%M:%S %p"];
        let time = formats.iter().find_map(|format| NaiveTime::parse_from_str(&time, format).ok())?;
        if time == NaiveTime::MIN {
            return Some((midnight(zone, day), true));
        }
        Some((instant(zone, day.and_time(time)), false))
    }
}

/// The formats in which most of these can be read, the likeliest first. The few that can't be are faults of
/// theirs and not of the format: of the formats that read more than half, those are meant that read the most.
pub(super) fn formats_of<'a>(samples: impl Iterator<Item = &'a str> + Clone) -> Vec<DateFormat> {
    let filled = || samples.clone().filter(|s| !s.trim().is_empty());
    let all = filled().count();
    let reads = |format: DateFormat| filled().filter(|s| format.day(s).is_some()).count();
    let counted = DateFormat::ALL.map(|format| (format, reads(format)));
    let most = counted.iter().map(|(_, n)| *n).max().unwrap_or(0);
    if most * 2 <= all {
        return Vec::new();
    }
    counted.into_iter().filter(|(_, n)| *n == most).map(|(format, _)| format).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_their_order() {
        let day = NaiveDate::from_ymd_opt(1984, 3, 2);
        for (format, text) in [
            (DateFormat::Iso, "1984-03-02"),
            (DateFormat::Iso, "1984-03-02 00:00:00"),
            (DateFormat::Iso, "1984/3/2"),
            (DateFormat::DayFirst, "02/03/1984"),
            (DateFormat::MonthFirst, "3/2/1984"),
            (DateFormat::Dotted, "2.3.1984"),
            (DateFormat::DayFirst, "02/03/84"),
            (DateFormat::MonthFirst, "3/2/84"),
            (DateFormat::Dotted, "02.03.84"),
            (DateFormat::Named, "2-Mar-1984"),
            (DateFormat::Named, "02 March 84 10:30"),
            (DateFormat::Named, "Mar 2nd, 1984"),
            (DateFormat::Named, "2. März 1984"),
            (DateFormat::Compact, "19840302"),
            (DateFormat::Compact, "19840302T103000"),
        ] {
            assert_eq!(format.day(text), day, "{text}");
        }
        for (format, text) in [
            (DateFormat::Iso, "02/03/1984"),
            (DateFormat::DayFirst, "03/31/1984"),
            (DateFormat::DayFirst, "2/3/4"),
            (DateFormat::Iso, "84-03-02"),
            (DateFormat::Named, "2-Ju-1984"),
            (DateFormat::Named, "31-Feb-1984"),
            (DateFormat::Named, "Mar-May-1984"),
            (DateFormat::Compact, "19841302"),
            (DateFormat::Compact, "30401203"),
            (DateFormat::Dotted, "31.02.1984"),
            (DateFormat::Iso, "yesterday"),
        ] {
            assert_eq!(format.day(text), None, "{text}");
        }
        // Nobody is born in the future.
        let today = NaiveDate::from_ymd_opt(2026, 11, 27).unwrap_or_default();
        let born = |text: &str| DateFormat::DayFirst.past_day(text, today).map(|d| d.to_string());
        assert_eq!((born("12/03/48").as_deref(), born("12/03/12").as_deref()), (Some("1948-03-12"), Some("2012-03-12")));
        assert_eq!(born("12/03/2048").as_deref(), Some("2048-03-12"));
        assert_eq!(DateFormat::Named.instant("12-Mar-2030 09:30").as_deref(), Some("2030-03-12T09:30:00+00:00"));
        assert_eq!(DateFormat::Dotted.instant("2.3.2030 09:30").as_deref(), Some("2030-03-02T09:30:00+00:00"));
    }

    #[test]
    fn moments_are_those_of_the_zone() {
        let of = |format: DateFormat, text: &str| format.moment(text, Tz::Europe__Berlin).map(|(at, day)| (at.to_rfc3339(), day));
        for (format, text, wanted) in [
            (DateFormat::Dotted, "2.3.2030 09:30", ("2030-03-02T08:30:00+00:00", false)),
            (DateFormat::MonthFirst, "7/2/2030 9:30 PM", ("2030-07-02T19:30:00+00:00", false)),
            (DateFormat::Iso, "2030-07-02 00:00:00", ("2030-07-01T22:00:00+00:00", true)),
            (DateFormat::Iso, "2030-07-02", ("2030-07-01T22:00:00+00:00", true)),
            (DateFormat::Iso, "2030-07-02T00:00:00Z", ("2030-07-02T00:00:00+00:00", false)),
            // An hour that the clocks leave out.
            (DateFormat::Iso, "2030-03-31 02:30", ("2030-03-31T01:30:00+00:00", false)),
        ] {
            assert_eq!(of(format, text), Some((wanted.0.to_owned(), wanted.1)), "{text}");
        }
        assert_eq!(of(DateFormat::Iso, "2030-07-02 25:00"), None);
        assert_eq!(of(DateFormat::Iso, "soon"), None);
    }

    #[test]
    fn formats_are_those_that_fit_most() {
        let of = |samples: &[&'static str]| {
            formats_of(samples.iter().copied()).into_iter().map(DateFormat::as_str).collect::<Vec<_>>()
        };
        assert_eq!(of(&["01/02/2000", "13/02/2000"]), ["DD/MM/YYYY"]);
        assert_eq!(of(&["01/02/2000", ""]), ["DD/MM/YYYY", "MM/DD/YYYY"]);
        assert_eq!(of(&["1.2.2000"]), ["DD.MM.YYYY"]);
        assert_eq!(of(&["12-Mar-1984", "1-Dec-02"]), ["DD-MMM-YYYY"]);
        assert_eq!(of(&["19840312", "20011231"]), ["YYYYMMDD"]);
        assert_eq!(of(&["03/04/84"]), ["DD/MM/YYYY", "MM/DD/YYYY"]);
        // One that is no date, and one that is none in the order of the others.
        assert_eq!(of(&["13.02.2000", "31.02.2000", "01.02.2000"]), ["DD.MM.YYYY"]);
        assert_eq!(of(&["13/02/2000", "02/13/2000", "14/02/2000", "15/02/2000", "unknown"]), ["DD/MM/YYYY"]);
        // As many say this as that: both could be meant, and every other row is told so.
        assert_eq!(of(&["13/02/2000", "02/13/2000", "01/02/2000"]), ["DD/MM/YYYY", "MM/DD/YYYY"]);
        // A column of words is none of dates because of one.
        assert_eq!(of(&["a", "b", "01.02.2000"]), Vec::<&str>::new());
        assert_eq!(of(&["x"]), Vec::<&str>::new());
        assert_eq!(of(&["", " "]), Vec::<&str>::new());
    }
}

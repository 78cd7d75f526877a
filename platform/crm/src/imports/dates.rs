//! Dates as other programs write them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;

use crate::activities::repeats::{instant, midnight};

/// In which order a date stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateFormat {
    Iso,
    DayFirst,
    MonthFirst,
    Dotted,
}

impl DateFormat {
    /// All of them; of several that fit all samples, the first is meant.
    pub const ALL: [Self; 4] = [Self::Iso, Self::Dotted, Self::DayFirst, Self::MonthFirst];

    /// As in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Iso => "YYYY-MM-DD",
            Self::DayFirst => "DD/MM/YYYY",
            Self::MonthFirst => "MM/DD/YYYY",
            Self::Dotted => "DD.MM.YYYY",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.as_str() == word)
    }

    /// The day that a text names in this order. What goes on with a time is cut off.
    pub fn day(self, text: &str) -> Option<NaiveDate> {
        let text = text.trim();
        let day = text.split(['T', ' ']).next().unwrap_or(text);
        let separator = day.chars().find(|c| !c.is_ascii_digit())?;
        if !['-', '/', '.'].contains(&separator) {
            return None;
        }
        let parts: Vec<u32> = day.split(separator).map(|p| p.parse().ok()).collect::<Option<_>>()?;
        let [a, b, c] = parts.as_slice() else { return None };
        let (year, month, day) = match self {
            Self::Iso => (*a, *b, *c),
            Self::DayFirst if separator != '.' => (*c, *b, *a),
            Self::Dotted if separator == '.' => (*c, *b, *a),
            Self::MonthFirst if separator != '.' => (*c, *a, *b),
            _ => return None,
        };
        // Two digits of a year may be of two centuries.
        if !(1_000..10_000).contains(&year) {
            return None;
        }
        NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
    }

    /// The instant that a text names, as RFC 3339; a day alone is its midnight in UTC.
    pub fn instant(self, text: &str) -> Option<String> {
        let text = text.trim();
        if let Ok(at) = DateTime::parse_from_rfc3339(text) {
            return Some(at.to_rfc3339());
        }
        let day = self.day(text)?;
        let Some((_, time)) = text.split_once(['T', ' ']) else { return Some(format!("{day}T00:00:00Z")) };
        let at = ["%H:%M:%S", "%H:%M"]
            .iter()
            .find_map(|f| NaiveDateTime::parse_from_str(&format!("{day} {}", time.trim()), &format!("%Y-%m-%d {f}")).ok())?;
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
        let day = self.day(text)?;
        let Some((_, time)) = text.split_once(['T', ' ']) else { return Some((midnight(zone, day), true)) };
        let time = time.trim().to_uppercase();
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
        ] {
            assert_eq!(format.day(text), day, "{text}");
        }
        for (format, text) in [
            (DateFormat::Iso, "02/03/1984"),
            (DateFormat::DayFirst, "03/31/1984"),
            (DateFormat::DayFirst, "2/3/84"),
            (DateFormat::Dotted, "31.02.1984"),
            (DateFormat::Iso, "yesterday"),
        ] {
            assert_eq!(format.day(text), None, "{text}");
        }
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

//! What stands in a cell, and what must not: a spreadsheet takes a text that begins like a formula for one,
//! and runs it.

use std::io::Write as _;

pub(super) use runtime::db::Cell;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    /// A `uuid`.
    Id,
    Phone,
    /// A decimal number, as a text; a masked one is any text.
    Number,
    /// YYYY-MM-DD, as a text; a masked one is any text.
    Day,
    /// A `timestamptz`.
    Instant,
    /// `true` or `false`, as a text or a flag.
    Flag,
}

impl Kind {
    /// Whether the column comes as what it is and not as its text.
    pub fn is_native(self) -> bool {
        matches!(self, Self::Id | Self::Instant)
    }
}

/// Whether a text begins like a formula. The wide forms count as the narrow ones in some languages.
pub(crate) fn begins_like_formula(text: &str) -> bool {
    match text.as_bytes().first() {
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r' | b'\n') => true,
        Some(0xef) => text.starts_with(['＝', '＋', '－', '＠']),
        _ => false,
    }
}

/// Whether a spreadsheet might take the text for a formula. It then stands behind an apostrophe, and so does
/// a text that looks as if that had been done to it already: an import takes one apostrophe away. Two kinds
/// of values begin like formulas and are none: a phone number in E.164 and a plain negative number, each in
/// a column of its kind and nothing else in the cell.
pub(super) fn is_formula(kind: Kind, text: &str) -> bool {
    if !begins_like_formula(text) {
        return text.starts_with('\'') && begins_like_formula(text.trim_start_matches('\''));
    }
    match kind {
        Kind::Phone => !is_phone(text),
        Kind::Number => !is_number(text),
        _ => true,
    }
}

fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (4..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Whether it is a decimal number and nothing else.
pub(super) fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    all(whole) && all(part)
}

/// Days from 1970-01-01 to 2000-01-01, from where the database counts.
const EPOCH: i64 = 10_957;
/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// Writes a day of the database's calendar as `YYYY-MM-DD`.
pub(super) fn put_day(out: &mut Vec<u8>, since_2000: i64) {
    // The calendar repeats itself every 400 years; a year begins in March here, so that the leap day ends it.
    let days = since_2000 + EPOCH + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    if (0..=9_999).contains(&year) {
        two(out, year / 100);
        two(out, year % 100);
    } else {
        let _ = write!(out, "{year:05}");
    }
    out.push(b'-');
    two(out, month);
    out.push(b'-');
    two(out, day);
}

/// Writes an instant of the database as `YYYY-MM-DDTHH:MM:SS.ffffffZ`, without zeros at its end.
pub(super) fn put_instant(out: &mut Vec<u8>, micros: i64) {
    // Before the first and after the last there is.
    match micros {
        i64::MAX => return out.extend_from_slice(b"infinity"),
        i64::MIN => return out.extend_from_slice(b"'-infinity"),
        _ => {}
    }
    let (day, of_day) = (micros.div_euclid(DAY), micros.rem_euclid(DAY));
    put_day(out, day);
    let (seconds, mut part) = (of_day / 1_000_000, of_day % 1_000_000);
    for (mark, number) in [(b'T', seconds / 3_600), (b':', seconds / 60 % 60), (b':', seconds % 60)] {
        out.push(mark);
        two(out, number);
    }
    if part > 0 {
        let mut digits = 6;
        while part % 10 == 0 {
            part /= 10;
            digits -= 1;
        }
        let _ = write!(out, ".{part:0digits$}");
    }
    out.push(b'Z');
}

fn two(out: &mut Vec<u8>, number: i64) {
    let digit = |n: i64| b'0' + u8::try_from(n % 10).unwrap_or(0);
    out.extend_from_slice(&[digit(number / 10), digit(number)]);
}

/// An instant in a spreadsheet: days since the first of its calendar, and their part in the eleven digits
/// that it keeps. None before March 1900, where that calendar has a day too many, and after its last day.
pub(super) fn serial(micros: i64) -> Option<(i64, i64)> {
    let (days, of_day) = (micros.div_euclid(DAY) + 36_526, micros.rem_euclid(DAY));
    // 10^11 parts of a day of 86.4 * 10^9 microseconds.
    (61..=2_958_465).contains(&days).then_some((days, (of_day * 1_000 + 432) / 864))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn what_begins_like_a_formula_is_known() {
        for text in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "+441234567890",
            "-12.50",
            "＝1+1",
            "+44 •••• ••• 750",
            "'=1",
            "''@x",
        ] {
            assert!(is_formula(Kind::Text, text), "{text:?}");
        }
        for text in ["", "Jane", "1+1", " =1", "j•••@e•••.com", "2026-01-01", "'t Hooft", "'"] {
            assert!(!is_formula(Kind::Text, text), "{text:?}");
        }
    }

    #[test]
    fn numbers_of_their_kind_are_none() {
        for text in ["+442071838750", "+49123"] {
            assert!(!is_formula(Kind::Phone, text), "{text}");
        }
        for text in
            ["+44 20", "+cmd|' /C calc'!A0", "-442071838750", "=442071838750", "+", "+1234567890123456", "+44 •••• ••• 750"]
        {
            assert!(is_formula(Kind::Phone, text), "{text}");
        }
        for text in ["-12.50", "-1", "0"] {
            assert!(!is_formula(Kind::Number, text), "{text}");
        }
        for text in ["-1+1", "-", "-.5", "+5", "-1e5", "=-1"] {
            assert!(is_formula(Kind::Number, text), "{text}");
        }
    }

    #[test]
    fn instants_read_the_same_everywhere() {
        let text = |at: &str| {
            let at: chrono::DateTime<chrono::Utc> = at.parse().unwrap();
            let mut out = Vec::new();
            put_instant(&mut out, at.timestamp_micros() - EPOCH * DAY);
            String::from_utf8(out).unwrap()
        };
        for at in [
            "2026-11-26T10:00:00.5Z",
            "2000-01-01T00:00:00Z",
            "1999-12-31T23:59:59.999999Z",
            "2024-02-29T12:30:00.00012Z",
            "1600-02-29T00:00:01Z",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
        ] {
            assert_eq!(text(at), at);
        }
        let mut out = Vec::new();
        put_instant(&mut out, i64::MIN);
        assert_eq!(out, b"'-infinity");
    }

    #[test]
    fn every_day_is_the_calendars_own() {
        let first = chrono::NaiveDate::from_ymd_opt(2000, 1, 1).unwrap();
        for days in (-250_000..250_000).step_by(17) {
            let mut out = Vec::new();
            put_day(&mut out, days);
            let wanted = first + chrono::TimeDelta::days(days);
            assert_eq!(String::from_utf8(out).unwrap(), wanted.to_string());
        }
    }

    #[test]
    fn instants_have_a_place_in_a_spreadsheet() {
        // 2026-11-26 12:00, 1900-03-01 and the day before it.
        assert_eq!(serial((9_826 * DAY) + DAY / 2), Some((46_352, 50_000_000_000)));
        assert_eq!((serial(-36_465 * DAY), serial(-36_466 * DAY)), (Some((61, 0)), None));
        assert_eq!(serial(DAY - 1), Some((36_526, 99_999_999_999)));
        assert_eq!((serial(i64::MAX), serial(i64::MIN)), (None, None));
    }
}

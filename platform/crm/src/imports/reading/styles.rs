//! Which cells of a workbook are dates: a number, and a style that says so.

use std::collections::BTreeSet;
use std::io::Read;

use chrono::{Duration, NaiveDate};

use super::Unreadable;
use super::xml::{Node, Xml};

/// What the styles say of numbers.
#[derive(Default)]
pub(super) struct Styles {
    /// By the number of a style: whether it shows a date.
    dates: Vec<bool>,
}

/// The most styles that are looked at.
const MOST: usize = 100_000;

impl Styles {
    pub fn read(stream: Box<dyn Read + Send>) -> Result<Self, Unreadable> {
        let (mut xml, mut styles, mut own, mut inside) = (Xml::new(stream), Self::default(), BTreeSet::new(), false);
        loop {
            match xml.next()? {
                Node::Open(tag) => {
                    let id = |name: &str| tag.get(name).and_then(|n| n.parse::<u32>().ok());
                    match tag.name() {
                        b"numFmt" => {
                            if let (Some(id), Some(code)) = (id("numFmtId"), tag.get("formatCode"))
                                && is_date(&code)
                            {
                                own.insert(id);
                            }
                        }
                        b"cellXfs" => inside = !tag.closed,
                        b"xf" if inside && styles.dates.len() < MOST => {
                            let id = id("numFmtId").unwrap_or(0);
                            let known = matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58);
                            styles.dates.push(known || own.contains(&id));
                        }
                        _ => {}
                    }
                }
                Node::Close(name) if name == b"cellXfs" => inside = false,
                Node::End => return Ok(styles),
                Node::Close(_) | Node::Text(_) => {}
            }
        }
    }

    /// Whether a style shows a date.
    pub fn is_date(&self, style: usize) -> bool {
        self.dates.get(style).copied().unwrap_or(false)
    }
}

/// Whether a format has days, months or years outside of quotes, brackets and escapes.
fn is_date(code: &str) -> bool {
    let (mut chars, mut quoted, mut bracket) = (code.chars(), false, false);
    while let Some(c) = chars.next() {
        match c {
            '"' => quoted = !quoted,
            '\\' | '_' | '*' if !quoted => {
                chars.next();
            }
            '[' if !quoted => bracket = true,
            ']' if !quoted => bracket = false,
            'd' | 'D' | 'y' | 'Y' | 'm' | 'M' if !quoted && !bracket => return true,
            _ => {}
        }
    }
    false
}

/// The day, and the time if there is one, of a number that a workbook counts days with; a part of a day is a time.
pub(super) fn day_of(number: f64, from_1904: bool) -> Option<String> {
    if !(0.0..2_958_466.0).contains(&number) {
        return None;
    }
    let epoch = if from_1904 { NaiveDate::from_ymd_opt(1904, 1, 1)? } else { NaiveDate::from_ymd_opt(1899, 12, 30)? };
    let seconds = |number: f64| Duration::seconds((number * 86_400.0).round() as i64);
    if number < 1.0 && !from_1904 {
        return Some((epoch.and_hms_opt(0, 0, 0)? + seconds(number)).format("%H:%M:%S").to_string());
    }
    // 1900 is a leap year there, so that the days before March stand one off.
    let number = if !from_1904 && number < 60.0 { number + 1.0 } else { number };
    let at = epoch.and_hms_opt(0, 0, 0)? + seconds(number);
    let format = if number.fract().abs() < 1e-9 { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M:%S" };
    Some(at.format(format).to_string())
}

/// A number as a person would write it: a phone number of twelve digits has no dot and no power of ten.
pub(super) fn number_of(text: &str) -> String {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    match text.parse::<f64>() {
        Ok(number) if !plain && number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Ok(number) if !plain && number.is_finite() => {
            // What binary fractions add at the fifteenth digit was never typed.
            let short = format!("{number:.10}");
            short.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted() {
        for (number, wanted) in [
            (45_000.0, "2023-03-15"),
            (1.0, "1900-01-01"),
            (59.0, "1900-02-28"),
            (61.0, "1900-03-01"),
            (45_000.5, "2023-03-15 12:00:00"),
            (0.395_833_333_333_333, "09:30:00"),
            (0.0, "00:00:00"),
        ] {
            assert_eq!(day_of(number, false).as_deref(), Some(wanted));
        }
        assert_eq!(day_of(0.0, true).as_deref(), Some("1904-01-01"));
        assert_eq!(day_of(1e300, false), None);
        assert_eq!(day_of(f64::NAN, false), None);
    }

    #[test]
    fn formats_of_dates_are_told_from_others() {
        for code in ["yyyy-mm-dd", "[$-409]d\\-mmm\\-yy;@", "dd.mm.yyyy hh:mm"] {
            assert!(is_date(code), "{code}");
        }
        for code in ["0.00", "#,##0\\ \"days\"", "[Red]0", "General", "\"due\" 0"] {
            assert!(!is_date(code), "{code}");
        }
    }

    #[test]
    fn numbers_are_written_out() {
        for (text, wanted) in [
            ("4.42071838750E11", "442071838750"),
            ("12", "12"),
            ("0.1", "0.1"),
            ("1.2300000000000002", "1.23"),
            ("x", "x"),
            ("007", "007"),
        ] {
            assert_eq!(number_of(text), wanted);
        }
    }
}

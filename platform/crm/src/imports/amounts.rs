//! Amounts of money as other programs write them, to the last digit: they are read as texts and never as floating-point
//! numbers.

/// Signs of currencies that mean one alone.
const SIGNS: &[(char, &str)] = &[
    ('€', "EUR"),
    ('$', "USD"),
    ('£', "GBP"),
    ('¥', "JPY"),
    ('₹', "INR"),
    ('₽', "RUB"),
    ('₺', "TRY"),
    ('₪', "ILS"),
    ('₩', "KRW"),
    ('₫', "VND"),
    ('฿', "THB"),
    ('₴', "UAH"),
];

/// An amount that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Amount {
    /// Digits, with a dot before the decimals.
    pub number: String,
    /// The currency that stands beside it.
    pub currency: Option<String>,
}

/// What stands before the decimals of a column, if one of its cells leaves no doubt. `1,234` may be a thousand and more,
/// or one and a bit; `1,50` beside it says which.
pub(super) fn mark_of<'a>(samples: impl Iterator<Item = &'a str>) -> Option<char> {
    for sample in samples {
        let (number, _) = apart(sample);
        let (comma, dot) = (number.rfind(','), number.rfind('.'));
        let sure = match (comma, dot) {
            (Some(comma), Some(dot)) => Some(if comma > dot { ',' } else { '.' }),
            (Some(at), None) => told_by(&number, ',', at),
            (None, Some(at)) => told_by(&number, '.', at),
            (None, None) => None,
        };
        if sure.is_some() {
            return sure;
        }
    }
    None
}

/// How numbers are written, as in the contract; of two that fit, the first is meant.
pub(super) const FORMATS: [&str; 2] = ["1,234.5", "1.234,5"];

/// What stands before the decimals in one of [`FORMATS`].
pub(super) fn mark_in(format: &str) -> Option<char> {
    FORMATS.contains(&format).then(|| if format == FORMATS[0] { '.' } else { ',' })
}

/// How the numbers of a column may be written: none if none has a mark.
pub(super) fn formats_of<'a>(cells: impl Iterator<Item = &'a str> + Clone) -> Vec<&'static str> {
    match mark_of(cells.clone()) {
        Some(',') => vec![FORMATS[1]],
        Some(_) => vec![FORMATS[0]],
        None if cells.clone().any(|c| c.contains([',', '.'])) => FORMATS.to_vec(),
        None => Vec::new(),
    }
}

/// What the only kind of mark in a number says of the column.
fn told_by(number: &str, mark: char, at: usize) -> Option<char> {
    if number.matches(mark).count() > 1 {
        // Thousands are what stands there more than once.
        return Some(if mark == ',' { '.' } else { ',' });
    }
    (!may_be_thousands(number, at)).then_some(mark)
}

/// Whether three digits follow, and one to three that are no zero come before.
pub(super) fn may_be_thousands(number: &str, at: usize) -> bool {
    let (before, after) = (number[..at].trim_start_matches('-'), &number[at + 1..]);
    after.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0')
}

/// Number and currency of a cell; letters and signs that are no currency stay with the number, which is none then.
fn apart(text: &str) -> (String, Option<String>) {
    let (mut number, mut word, mut currency) = (String::new(), String::new(), None);
    for c in text.chars() {
        match c {
            c if c.is_whitespace() || ['\'', '’', '\u{66c}', '\u{200e}', '\u{200f}'].contains(&c) => {}
            '\u{660}'..='\u{669}' => number.push(char::from(b'0' + u8::try_from(u32::from(c) - 0x660).unwrap_or(0))),
            '\u{66b}' => number.push('.'),
            '−' => number.push('-'),
            c if c.is_alphabetic() => word.push(c),
            c => match SIGNS.iter().find(|(sign, _)| *sign == c) {
                Some((_, code)) if currency.is_none() => currency = Some((*code).to_owned()),
                _ => number.push(c),
            },
        }
    }
    if word.is_empty() {
        return (number, currency);
    }
    let code = word.to_uppercase();
    // US$, A$: the letters say more than the sign does.
    if code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()) && currency.is_none() {
        return (number, Some(code));
    }
    if code == "US" && currency.as_deref() == Some("USD") {
        return (number, currency);
    }
    (text.to_owned(), None)
}

/// A currency as it stands in a column of its own: a sign stands for its code.
pub(super) fn code_of(text: &str) -> String {
    let mut letters = text.trim().chars();
    match (letters.next(), letters.next()) {
        (Some(sign), None) => SIGNS.iter().find(|(s, _)| *s == sign).map_or(text, |(_, code)| code).to_owned(),
        _ => text.to_owned(),
    }
}

/// Reads a cell. `mark`: what stands before the decimals of its column, where that is known.
pub(super) fn read(text: &str, mark: Option<char>) -> Option<Amount> {
    let (number, currency) = apart(text);
    let (comma, dot) = (number.rfind(','), number.rfind('.'));
    let decimal = match (comma, dot) {
        (Some(comma), Some(dot)) => Some(if comma > dot { ',' } else { '.' }),
        (None, None) => None,
        (Some(at), None) => alone(&number, ',', at, mark)?,
        (None, Some(at)) => alone(&number, '.', at, mark)?,
    };
    let number: String = match decimal {
        Some(decimal) if number.matches(decimal).count() > 1 => return None,
        Some(',') => number.replace('.', "").replace(',', "."),
        Some(_) => number.replace(',', ""),
        None => number.replace([',', '.'], ""),
    };
    let digits = number.strip_prefix('-').unwrap_or(&number);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    (all(whole) && all(part)).then_some(Amount { number, currency })
}

/// Which decimal mark there is in a number with one kind of mark: none if it stands before thousands. Nothing if it can
/// be neither.
fn alone(number: &str, mark: char, at: usize, of_column: Option<char>) -> Option<Option<char>> {
    if number.matches(mark).count() > 1 {
        return (number.len() - at == 4).then_some(None);
    }
    if !may_be_thousands(number, at) {
        return Some(Some(mark));
    }
    // Without any other sign a dot is what our own files have before decimals, and a comma stands before thousands.
    let decimal = of_column.map_or(mark == '.', |known| known == mark);
    Some(decimal.then_some(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_to_the_last_digit() {
        for (text, wanted) in [
            ("1500", Some("1500")),
            ("1500.00", Some("1500.00")),
            ("1.234,50", Some("1234.50")),
            ("1,234.50", Some("1234.50")),
            ("1 234,50", Some("1234.50")),
            ("1\u{202f}234,50", Some("1234.50")),
            ("1'234.50", Some("1234.50")),
            ("12,34,567.89", Some("1234567.89")),
            ("1.234.567", Some("1234567")),
            ("0,125", Some("0.125")),
            ("1.2345", Some("1.2345")),
            ("0.123", Some("0.123")),
            ("9007199254740993.0001", Some("9007199254740993.0001")),
            ("١٢٣٤٫٥", Some("1234.5")),
            ("-5", Some("-5")),
            ("1.2.3", None),
            ("1,2.3,4", None),
            (".5", None),
            ("12 apples", None),
            ("many", None),
            ("1e5", None),
            ("", None),
        ] {
            assert_eq!(read(text, None).map(|a| a.number).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_read_as_its_column() {
        for (text, mark, wanted) in [
            ("1,234", None, "1234"),
            ("1,234", Some('.'), "1234"),
            ("1,234", Some(','), "1.234"),
            ("1.234", None, "1.234"),
            ("1.234", Some(','), "1234"),
            ("1.234", Some('.'), "1.234"),
        ] {
            assert_eq!(read(text, mark).map(|a| a.number).as_deref(), Some(wanted), "{text} {mark:?}");
        }
        assert_eq!(mark_of(["1.234", "1.234,50"].into_iter()), Some(','));
        assert_eq!(mark_of(["1.234", "", "2.500.000"].into_iter()), Some(','));
        assert_eq!(mark_of(["1,234", "9,5"].into_iter()), Some(','));
        assert_eq!(mark_of(["1,234", "7.25"].into_iter()), Some('.'));
        assert_eq!(mark_of(["1,234", "1,234,567"].into_iter()), Some('.'));
        assert_eq!(mark_of(["1,234", "5", "x"].into_iter()), None);
        assert_eq!(formats_of(["1,234", "5"].into_iter()), ["1,234.5", "1.234,5"]);
        assert_eq!(formats_of(["1,234", "5,5"].into_iter()), ["1.234,5"]);
        assert_eq!(formats_of(["1234", "5"].into_iter()), Vec::<&str>::new());
    }

    #[test]
    fn a_currency_may_stand_beside_it() {
        let of = |text: &str| read(text, None).and_then(|a| a.currency);
        for (text, currency) in [
            ("€ 1.234,50", "EUR"),
            ("1,234.50 $", "USD"),
            ("US$5", "USD"),
            ("usd 12", "USD"),
            ("12 CHF", "CHF"),
            ("₹12,34,567", "INR"),
        ] {
            assert_eq!(of(text).as_deref(), Some(currency), "{text}");
        }
        assert_eq!(of("12"), None);
        assert_eq!([code_of("€"), code_of("chf"), code_of("?")], ["EUR", "chf", "?"]);
    }
}

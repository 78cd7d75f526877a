//! What stands in a cell, and what must not: a spreadsheet takes a text that begins like a formula for one,
//! and runs it.

/// What a column holds. The text is always PostgreSQL's own form of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Phone,
    /// A decimal number; a masked one is a text.
    Number,
    /// YYYY-MM-DD; a masked one is a text.
    Day,
    /// A `timestamptz` in UTC.
    Instant,
    /// `true` or `false`.
    Flag,
}

/// Whether a spreadsheet might take the text for a formula. It then stands behind an apostrophe. Two kinds
/// of values begin like formulas and are none: a phone number in E.164 and a plain negative number, each in
/// a column of its kind and nothing else in the cell.
pub(super) fn is_formula(kind: Kind, text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    // The wide forms count as the narrow ones in some languages.
    if !matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') {
        return false;
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

/// `2026-11-26 10:00:00.5+00` as `2026-11-26T10:00:00.5Z`; anything else as it is.
pub(super) fn instant(text: &str) -> Option<String> {
    let (day, time) = text.strip_suffix("+00")?.split_once(' ')?;
    Some(format!("{day}T{time}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_like_a_formula_is_known() {
        for text in
            ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "+441234567890", "-12.50", "＝1+1", "+44 •••• ••• 750"]
        {
            assert!(is_formula(Kind::Text, text), "{text:?}");
        }
        for text in ["", "Jane", "1+1", " =1", "j•••@e•••.com", "2026-01-01", "'=1"] {
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
        assert_eq!(instant("2026-11-26 10:00:00.5+00").as_deref(), Some("2026-11-26T10:00:00.5Z"));
        assert_eq!(instant("2026-11-26 10:00:00+02"), None);
        assert_eq!(instant("infinity"), None);
    }
}

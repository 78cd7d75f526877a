//! A text somebody typed, as a condition on clients or leads.

use kernel::fold::fold;
use runtime::words::{bounded, containing, words};
use sea_orm::sea_query::{Expr, ExprTrait as _, SelectStatement, SimpleExpr};

/// Fewer digits than this are no phone number.
const FEWEST_DIGITS: usize = 4;

/// The digits of what may be a phone number in any form, without what the stored form (E.164) does not
/// have in front: the plus, an international prefix, a trunk zero.
pub(super) fn digits(text: &str) -> Option<String> {
    let text = fold(text).replace("(0)", "");
    let form = |c: char| c.is_ascii_digit() || c.is_whitespace() || "+-()./".contains(c);
    if !text.chars().all(form) {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    (digits.len() >= FEWEST_DIGITS).then(|| digits.to_owned())
}

/// Narrows a list to what a text means, if one was typed; says whether it looks for words.
pub(crate) fn narrow(
    select: &mut SelectStatement,
    text: Option<&str>,
    condition: impl FnOnce(&str) -> Option<SimpleExpr>,
) -> kernel::Result<bool> {
    let Some(text) = text else { return Ok(false) };
    let Some(condition) = condition(bounded(text)?) else { return Ok(false) };
    select.and_where(condition);
    Ok(true)
}

/// The condition for a text typed by a person: every word occurs in the column, or all its digits do.
/// None for a text without words.
pub(crate) fn matches(column: (&'static str, &'static str), text: &str) -> Option<SimpleExpr> {
    let column = format!("{}.{}", column.0, column.1);
    let all = words(text).iter().map(|word| containing(&column, word)).reduce(|before, found| before.and(found))?;
    Some(match digits(text).filter(|digits| *digits != text) {
        Some(digits) => all.or(containing(&column, &digits)),
        None => all,
    })
}

/// The same for clients with a company beside them, which a broker's console puts down: each word may be one of it.
pub(crate) fn matches_or_company(column: (&'static str, &'static str), text: &str) -> Option<SimpleExpr> {
    let named = format!("{}.{}", column.0, column.1);
    // As an array, so that the index over the texts and the one over the ids are joined and no client is read in vain.
    let company = |word: &String| {
        let text = format!(
            "{}.id = any (array (select k.client_id from customer_details k where k.company is not null and ($1)))",
            column.0
        );
        Expr::cust_with_exprs(text, [containing("fold(k.company)", word)])
    };
    let all = words(text);
    let all = all.iter().map(|word| containing(&named, word).or(company(word))).reduce(|before, found| before.and(found))?;
    Some(match digits(text).filter(|digits| *digits != text) {
        Some(digits) => all.or(containing(&named, &digits)),
        None => all,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_is_known_in_any_form() {
        for text in
            ["+447700900123", "+44 7700 900123", "0044 7700 900-123", "(+44) (0)7700 900 123", "44.7700.900.123", "٤٤٧٧٠٠٩٠٠١٢٣"]
        {
            assert_eq!(digits(text).as_deref(), Some("447700900123"), "{text}");
        }
        assert_eq!(digits("07700 900123").as_deref(), Some("7700900123"));
        for text in ["", "012", "7a00", "jane 7700", "1/2"] {
            assert_eq!(digits(text), None, "{text}");
        }
    }

    #[test]
    fn nothing_typed_is_no_condition() {
        assert!(matches(("c", "search_name"), "  ").is_none());
        assert!(matches(("c", "search_name"), "é").is_some());
    }
}

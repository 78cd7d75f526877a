//! A text somebody typed, as conditions: the same ones wherever something is looked for by words.

use kernel::DomainError;
use kernel::fold::fold;
use sea_orm::Value;
use sea_orm::sea_query::{Expr, ExprTrait as _, SimpleExpr};

/// More words than this say nothing more.
const MOST: usize = 6;

/// Refuses as `search` what is too long to be looked for, or is no text.
pub fn bounded(text: &str) -> kernel::Result<&str> {
    if text.contains('\0') || text.chars().count() > 200 {
        return Err(DomainError::field("search", "must not be longer than 200 characters"));
    }
    Ok(text)
}

/// The words of a text, folded.
pub fn words(text: &str) -> Vec<String> {
    fold(text).split_whitespace().take(MOST).map(str::to_owned).collect()
}

/// The condition that a folded word occurs in a text of SQL that is folded, too. `%` and `_` mean themselves. One or two
/// letters must begin a word there: only then does a trigram index know them.
pub fn containing(text: &str, word: &str) -> SimpleExpr {
    let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let like = |pattern: String| Expr::cust_with_values(format!("{text} like $1"), [Value::from(pattern)]);
    let short = word.chars().count() < 3 && word.chars().all(char::is_alphanumeric);
    if short { like(format!("{escaped}%")).or(like(format!("% {escaped}%"))) } else { like(format!("%{escaped}%")) }
}

#[cfg(test)]
mod tests {
    use super::{bounded, words};

    #[test]
    fn a_text_is_its_folded_words() {
        assert_eq!(words("  José \t MÜLLER "), ["jose", "muller"]);
        assert_eq!(words("a b c d e f g").len(), super::MOST);
    }

    #[test]
    fn a_text_is_as_long_as_its_letters() {
        assert!(bounded(&"محمد".repeat(50)).is_ok());
        assert!(bounded(&"a".repeat(201)).is_err() && bounded("a\0b").is_err());
    }
}

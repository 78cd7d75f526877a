//! A text somebody typed, as conditions: the same ones wherever something is looked for by words.

use kernel::fold::fold;
use sea_orm::Value;
use sea_orm::sea_query::{Expr, ExprTrait as _, SimpleExpr};

/// More words than this say nothing more.
const MOST: usize = 6;

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
    use super::words;

    #[test]
    fn a_text_is_its_folded_words() {
        assert_eq!(words("  José \t MÜLLER "), ["jose", "muller"]);
        assert_eq!(words("a b c d e f g").len(), super::MOST);
    }
}

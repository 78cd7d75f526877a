//! What is wrong with a template, and where.

use std::fmt;

/// A place in a file; lines and columns count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Mark {
    /// The beginning of a file: for what is wrong with the file as a whole.
    pub(crate) const START: Mark = Mark { line: 1, column: 1 };
}

/// One mistake in a template: where it is and what to do about it.
///
/// Shown as `templates/x/roles.yaml:14:5: unknown permission "clients.raed"; did you mean
/// "clients.read"?`, a form that editors and CI logs turn into a link.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub struct Problem {
    /// The file, as the template's folder was given plus the path inside it.
    pub file: String,
    /// Line, counted from 1. A file that is missing is named at line 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// What is wrong and what would fix it, in plain words.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

/// Where the checks of one file put what they find.
pub(crate) struct Findings<'a> {
    pub(crate) file: String,
    pub(crate) problems: &'a mut Vec<Problem>,
}

impl Findings<'_> {
    pub(crate) fn add(&mut self, at: Mark, message: impl Into<String>) {
        self.problems.push(Problem { file: self.file.clone(), line: at.line, column: at.column, message: message.into() });
    }
}

/// `; did you mean "x"?` when a known word is near, otherwise the list of what is known when it
/// is short enough to help.
pub(crate) fn hint(word: &str, known: &[&str]) -> String {
    match nearest(word, known) {
        Some(near) => format!("; did you mean \"{near}\"?"),
        None if known.len() <= 12 => format!("; use one of {}", known.join(", ")),
        None => String::new(),
    }
}

/// The known word that differs by few enough letters to be a slip of the hand.
fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let allowed = (word.chars().count() / 3).clamp(1, 3);
    known
        .iter()
        .map(|k| (distance(&word.to_lowercase(), k), *k))
        .filter(|(d, _)| *d <= allowed)
        .min_by_key(|(d, _)| *d)
        .map(|(_, k)| k)
}

/// Edit distance that counts two swapped neighbours as one slip.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_word_is_suggested() {
        let known = ["clients.read", "clients.create", "leads.read"];
        assert_eq!(hint("clients.raed", &known), "; did you mean \"clients.read\"?");
        assert_eq!(hint("Leads.read", &known), "; did you mean \"leads.read\"?");
        assert_eq!(hint("zebra", &["own", "all"]), "; use one of own, all");
        assert_eq!(hint("zebra", &["k"; 20]), "");
    }

    #[test]
    fn swapped_letters_are_one_slip() {
        assert_eq!(distance("raed", "read"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn reads_like_a_compiler_message() {
        let p = Problem { file: "templates/x/roles.yaml".into(), line: 14, column: 5, message: "unknown".into() };
        assert_eq!(p.to_string(), "templates/x/roles.yaml:14:5: unknown");
    }
}

//! Words with a slip of the finger: which of the words there are somebody may have meant.

/// The most words that one typed word may have meant.
const MOST: usize = 4;
/// Shorter words have no slips: they would mean everything.
pub const SHORTEST: usize = 4;

/// Those of the candidates that a typed word may have meant, the nearest first; the word itself is none of them.
pub fn meant<'a>(typed: &str, candidates: impl Iterator<Item = &'a str>) -> Vec<String> {
    if typed.chars().count() < SHORTEST {
        return Vec::new();
    }
    let slips = slips_of(typed);
    let mut near: Vec<(usize, usize, &str)> = candidates
        .filter(|word| !word.contains(typed))
        .filter_map(|word| {
            let (begun, whole) = distances(typed, word);
            (begun <= slips).then_some((begun, whole, word))
        })
        .collect();
    near.sort_unstable();
    near.into_iter().take(MOST).map(|(_, _, word)| word.to_owned()).collect()
}

/// How many slips a word of this length may have.
fn slips_of(word: &str) -> usize {
    if word.chars().count() < 6 { 1 } else { 2 }
}

/// How many slips (a letter too much, too few, another one, two swapped) lie between what was typed and
/// the beginning of a word that comes nearest, and the whole word.
fn distances(typed: &str, word: &str) -> (usize, usize) {
    let (typed, word): (Vec<char>, Vec<char>) = (typed.chars().collect(), word.chars().collect());
    let width = word.len() + 1;
    let mut rows: Vec<Vec<usize>> = vec![(0..width).collect()];
    for (i, a) in typed.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in word.iter().enumerate() {
            let mut least = (rows[i][j] + usize::from(a != b)).min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == word[j - 1] && typed[i - 1] == *b {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    let last = &rows[typed.len()];
    (last.iter().copied().min().unwrap_or(0), last[word.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted() {
        for (typed, word, begun, whole) in [
            ("jonh", "john", 1, 1),
            ("kowlaski", "kowalski", 1, 1),
            ("kowlas", "kowalski", 1, 3),
            ("smiht", "smith", 1, 1),
            ("petrov", "petrov", 0, 0),
            ("petr", "petrov", 0, 2),
            ("mohamed", "muhammad", 3, 3),
            ("احمد", "احند", 1, 1),
        ] {
            assert_eq!(distances(typed, word), (begun, whole), "{typed} {word}");
        }
    }

    #[test]
    fn the_nearest_are_chosen() {
        let chosen = meant("jonh", ["john", "jonas", "johnson", "joan", "jane", "jonh"].into_iter());
        assert_eq!(chosen[0], "john");
        assert!(!chosen.contains(&"jane".to_owned()) && !chosen.contains(&"jonh".to_owned()), "{chosen:?}");
        assert_eq!(meant("kowlaski", ["kowalski", "kowalska", "nowak"].into_iter()), ["kowalski", "kowalska"]);
        assert!(meant("abcd", ["wxyz"].into_iter()).is_empty());
    }
}

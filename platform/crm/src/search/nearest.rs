//! Words with a slip of the finger: which words of the tenant's names were meant.

use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;

/// The most words that one typed word may have meant.
const MOST: usize = 4;
/// Words that share some trigrams with the typed one, looked at more closely.
const CANDIDATES: i32 = 60;
/// Shorter words have no slips: they would mean everything.
const SHORTEST: usize = 4;

#[derive(FromQueryResult)]
struct Candidate {
    i: i64,
    word: String,
}

/// For each typed word the words that it may have meant, the nearest first; the word itself is none of
/// them.
pub(super) async fn nearest(ctx: &Ctx, words: &[String]) -> kernel::Result<Vec<Vec<String>>> {
    let candidates: Vec<Candidate> = ctx
        .tx()
        .all(
            "select t.i, w.word from unnest($1::text[]) with ordinality t (word, i)
             cross join lateral (
                 select s.word from search_words s where s.word operator(extensions.%) t.word
                 group by s.word order by extensions.similarity(s.word, t.word) desc, s.word limit $2
             ) w
             where char_length(t.word) >= $3",
            [words.to_vec().into(), CANDIDATES.into(), (SHORTEST as i32).into()],
        )
        .await?;
    Ok(words
        .iter()
        .zip(1..)
        .map(|(word, i)| choose(word, candidates.iter().filter(|c| c.i == i).map(|c| c.word.as_str())))
        .collect())
}

/// Those of the candidates that are near enough.
fn choose<'a>(typed: &str, candidates: impl Iterator<Item = &'a str>) -> Vec<String> {
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
        let chosen = choose("jonh", ["john", "jonas", "johnson", "joan", "jane", "jonh"].into_iter());
        assert_eq!(chosen[0], "john");
        assert!(!chosen.contains(&"jane".to_owned()) && !chosen.contains(&"jonh".to_owned()), "{chosen:?}");
        assert_eq!(choose("kowlaski", ["kowalski", "kowalska", "nowak"].into_iter()), ["kowalski", "kowalska"]);
        assert!(choose("abcd", ["wxyz"].into_iter()).is_empty());
    }
}

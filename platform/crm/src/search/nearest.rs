//! Words with a slip of the finger: which words of the tenant's names were meant.

use kernel::slips::{self, SHORTEST};
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;

/// Words that share some trigrams with the typed one, looked at more closely.
const CANDIDATES: i32 = 60;

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
        .map(|(word, i)| slips::meant(word, candidates.iter().filter(|c| c.i == i).map(|c| c.word.as_str())))
        .collect())
}

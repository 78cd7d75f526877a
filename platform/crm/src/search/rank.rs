//! Which of the found come first, and what they were found by.

use kernel::fold::fold;

use super::service::Match;

/// How well a record answers; less is better.
pub(super) type Rank = (u8, Match);

/// What a record shows: its name, and e-mail and phone as far as they are in clear.
pub(super) struct Shown<'a> {
    pub name: &'a str,
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
}

/// Rates one record that the search found.
pub(super) fn rank(words: &[String], digits: Option<&str>, shown: &Shown<'_>) -> Rank {
    let name = fold(shown.name);
    let typed = words.join(" ");
    if name == typed {
        return (0, Match::Name);
    }
    if name.starts_with(&typed) {
        return (1, Match::Name);
    }
    let begins = |word: &String| name.split(|c: char| !c.is_alphanumeric()).any(|part| part.starts_with(word.as_str()));
    if words.iter().all(begins) {
        return (2, Match::Name);
    }
    if words.iter().all(|word| name.contains(word.as_str())) {
        return (3, Match::Name);
    }
    let phone = shown.phone.unwrap_or_default();
    if digits.is_some_and(|digits| phone.contains(digits)) {
        return (4, Match::Phone);
    }
    let email = fold(shown.email.unwrap_or_default());
    let in_email = |word: &String| email.contains(word.as_str());
    if words.iter().any(|word| email.starts_with(word.as_str())) {
        return (5, Match::Email);
    }
    if words.iter().any(in_email) {
        return (6, Match::Email);
    }
    (7, if words.iter().any(|word| phone.contains(word.as_str())) { Match::Phone } else { Match::Name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_better_answer_comes_first() {
        let shown = |name| Shown { name, email: Some("rossi77@mail.example"), phone: Some("+447700900123") };
        let of = |typed: &str, name| {
            let words: Vec<String> = typed.split(' ').map(str::to_owned).collect();
            rank(&words, Some("7700900").filter(|_| typed == "07700900"), &shown(name))
        };
        assert_eq!(of("anna li", "Ánna Li"), (0, Match::Name));
        assert_eq!(of("anna li", "Anna Lindberg"), (1, Match::Name));
        assert_eq!(of("li anna", "Anna Lindberg"), (2, Match::Name));
        assert_eq!(of("inna", "Corinna Weber"), (3, Match::Name));
        assert_eq!(of("07700900", "Corinna Weber"), (4, Match::Phone));
        assert_eq!(of("rossi7", "Corinna Weber"), (5, Match::Email));
        assert_eq!(of("mail.ex", "Corinna Weber"), (6, Match::Email));
    }
}

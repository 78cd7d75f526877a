//! One name, where the product has a first and a last one.

/// The last name of somebody who has one name only: the product wants both.
pub const NONE: &str = "-";

/// First and last name.
pub fn split(name: &str) -> (String, String) {
    let name = name.trim();
    match name.split_once(char::is_whitespace) {
        Some((first, last)) => (first.to_owned(), last.trim().to_owned()),
        None if name.is_empty() => (String::new(), String::new()),
        None => (name.to_owned(), NONE.to_owned()),
    }
}

/// The one name.
pub fn join(first: &str, last: &str) -> String {
    if last == NONE { first.to_owned() } else { format!("{first} {last}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_as_they_were_given() {
        for name in ["Anna Maria de la Cruz", "Acme", "محمد الأحمد"] {
            let (first, last) = split(name);
            assert_eq!(join(&first, &last), name);
            assert!(!first.is_empty() && !last.is_empty());
        }
        assert_eq!(split("  "), (String::new(), String::new()));
    }
}

//! Stable keys for what people name: made once from the first label, kept when the label changes.

/// The longest key.
const MAX: usize = 40;

/// A key of lower-case letters, digits and `_` that says what the label says and is not taken. A label
/// in letters of another alphabet gets the fallback with a number.
pub(crate) fn key_from(label: &str, fallback: &str, taken: &[String]) -> String {
    let mut key = String::new();
    for c in label.chars() {
        match c {
            c if c.is_ascii_alphanumeric() => key.push(c.to_ascii_lowercase()),
            _ if key.ends_with('_') || key.is_empty() => {}
            _ => key.push('_'),
        }
    }
    key.truncate(MAX - 5);
    let key = key.trim_matches('_');
    let base = match key.chars().next() {
        Some(first) if first.is_ascii_lowercase() => key.to_owned(),
        Some(_) => format!("{fallback}_{key}").chars().take(MAX - 5).collect(),
        None => fallback.to_owned(),
    };
    let free = |key: &String| !taken.contains(key);
    Some(base.clone()).filter(free).or_else(|| (2..).map(|n| format!("{base}_{n}")).find(free)).unwrap_or(base)
}

#[cfg(test)]
mod tests {
    use super::key_from;

    #[test]
    fn keys_say_what_labels_say() {
        let key = |label: &str| key_from(label, "status", &["new".to_owned(), "new_2".to_owned()]);
        assert_eq!(key("Not interested!"), "not_interested");
        assert_eq!(key("  New "), "new_3");
        assert_eq!(key("2nd call"), "status_2nd_call");
        assert_eq!(key("عميل"), "status");
        assert!(key(&"long ".repeat(30)).len() <= 40);
    }
}

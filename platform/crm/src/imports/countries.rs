//! Countries by their names in ten languages, their codes of three letters, and what people call them.

use std::collections::HashMap;
use std::sync::LazyLock;

use kernel::fold::fold;
use kernel::validate::is_country;

const TABLE: &str = include_str!("countries.tsv");

static BY_NAME: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for line in TABLE.lines() {
        let mut parts = line.split('\t');
        let Some(code) = parts.next() else { continue };
        for name in parts {
            names.entry(plain(name)).or_insert(code);
        }
    }
    names
});

fn plain(name: &str) -> String {
    fold(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The code of a country, by code or name.
pub(super) fn code_of(text: &str) -> Option<&'static str> {
    let text = text.trim();
    if text.is_empty() || text.len() > 120 {
        return None;
    }
    let upper = text.to_uppercase();
    if is_country(&upper) {
        return TABLE.lines().find(|l| l.starts_with(&upper) && l.as_bytes().get(2) == Some(&b'\t')).map(|l| &l[..2]);
    }
    BY_NAME.get(&plain(text)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_have_many_names() {
        for (name, code) in [
            ("de", "DE"),
            (" Germany ", "DE"),
            ("Deutschland", "DE"),
            ("ALLEMAGNE", "DE"),
            ("Германия", "DE"),
            ("ألمانيا", "DE"),
            ("GBR", "GB"),
            ("UK", "GB"),
            ("U.S.A.", "US"),
            ("Österreich", "AT"),
            ("UAE", "AE"),
            ("Côte d’Ivoire", "CI"),
        ] {
            assert_eq!(code_of(name), Some(code), "{name}");
        }
        for wrong in ["", "Atlantis", "ZZ", "1"] {
            assert_eq!(code_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_country_stands_in_the_table() {
        let codes: Vec<&str> = TABLE.lines().map(|l| &l[..2]).collect();
        assert_eq!(codes, kernel::validate::COUNTRIES.split_whitespace().collect::<Vec<_>>());
    }
}

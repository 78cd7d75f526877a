//! Languages by the names that files give them: their own and the English one.

use std::collections::HashMap;
use std::sync::LazyLock;

use kernel::fold::fold;

/// ISO 639-1, and names without accents and case.
const NAMES: &[(&str, &[&str])] = &[
    ("ar", &["arabic", "العربية", "عربي"]),
    ("bg", &["bulgarian", "български"]),
    ("bn", &["bengali", "বাংলা"]),
    ("cs", &["czech", "cestina"]),
    ("da", &["danish", "dansk"]),
    ("de", &["german", "deutsch"]),
    ("el", &["greek", "ελληνικα"]),
    ("en", &["english"]),
    ("es", &["spanish", "espanol", "castellano"]),
    ("et", &["estonian", "eesti"]),
    ("fa", &["persian", "farsi", "فارسی"]),
    ("fi", &["finnish", "suomi"]),
    ("fr", &["french", "francais"]),
    ("he", &["hebrew", "עברית"]),
    ("hi", &["hindi", "हिन्दी"]),
    ("hr", &["croatian", "hrvatski"]),
    ("hu", &["hungarian", "magyar"]),
    ("id", &["indonesian", "bahasa indonesia"]),
    ("it", &["italian", "italiano"]),
    ("ja", &["japanese", "日本語"]),
    ("ko", &["korean", "한국어"]),
    ("lt", &["lithuanian", "lietuviu"]),
    ("lv", &["latvian", "latviesu"]),
    ("ms", &["malay", "bahasa melayu"]),
    ("nl", &["dutch", "nederlands"]),
    ("no", &["norwegian", "norsk"]),
    ("pl", &["polish", "polski"]),
    ("pt", &["portuguese", "portugues"]),
    ("ro", &["romanian", "romana"]),
    ("ru", &["russian", "русский"]),
    ("sk", &["slovak", "slovencina"]),
    ("sl", &["slovenian", "slovene", "slovenscina"]),
    ("sr", &["serbian", "srpski", "српски"]),
    ("sv", &["swedish", "svenska"]),
    ("th", &["thai", "ไทย"]),
    ("tr", &["turkish", "turkce"]),
    ("uk", &["ukrainian", "українська"]),
    ("ur", &["urdu", "اردو"]),
    ("vi", &["vietnamese", "tieng viet"]),
    ("zh", &["chinese", "mandarin", "中文"]),
];

static BY_NAME: LazyLock<HashMap<String, &'static str>> =
    LazyLock::new(|| NAMES.iter().flat_map(|(code, names)| names.iter().map(|name| (fold(name), *code))).collect());

/// The code of a name; none of what is no name, as a code.
pub(super) fn code_of(text: &str) -> Option<&'static str> {
    BY_NAME.get(&fold(text.trim())).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_languages_are_known() {
        for (text, code) in [
            ("German", Some("de")),
            (" deutsch ", Some("de")),
            ("Français", Some("fr")),
            ("Türkçe", Some("tr")),
            ("العربية", Some("ar")),
            ("de", None),
            ("Klingon", None),
            ("", None),
        ] {
            assert_eq!(code_of(text), code, "{text}");
        }
    }
}

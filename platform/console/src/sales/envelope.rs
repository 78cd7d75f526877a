//! Lists: where they start and how they are ordered.

use kernel::DomainError;
use kernel::paging::Paging;

/// Reads where a list starts: `offset`, or `page`, or `cursor`.
pub fn paging(page: Option<&str>, limit: Option<&str>, cursor: Option<&str>, offset: Option<&str>) -> kernel::Result<Paging> {
    let said = |text: Option<&str>| text.is_some_and(|t| !t.trim().is_empty());
    match offset.filter(|o| !o.trim().is_empty()) {
        None => Paging::parse(page, limit, cursor),
        Some(_) if said(page) || said(cursor) => Err(DomainError::field("offset", "does not go with page or cursor")),
        Some(offset) => Paging::from_offset(offset, limit),
    }
}

/// A word, or a comma list of words, in any letter case.
pub fn word(given: Option<String>) -> Option<String> {
    given.map(|text| text.trim().to_lowercase())
}

/// `sort=` in any letter case, where one of these words stands for one of the product's.
pub fn sort(given: Option<String>, names: &[(&str, &str)]) -> Option<String> {
    let fields = given?.to_lowercase();
    let one = |field: &str| {
        let field = field.trim();
        let (sign, name) = field.strip_prefix('-').map_or(("", field), |name| ("-", name));
        let known = names.iter().find(|(word, _)| *word == name).map_or(name, |(_, known)| known);
        format!("{sign}{known}")
    };
    Some(fields.split(',').map(one).collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_way_to_say_where_a_list_starts() {
        assert_eq!(paging(None, Some("10"), None, Some("25")).map(|p| p.offset()).ok(), Some(25));
        assert_eq!(paging(Some("3"), Some("10"), None, Some("")).map(|p| p.offset()).ok(), Some(20));
        assert!(paging(Some("3"), None, None, Some("25")).is_err());
    }

    #[test]
    fn orders_are_spelt_as_the_face_spells_them() {
        let names = [("value", "amount")];
        assert_eq!(sort(Some("-Value, Name".into()), &names).as_deref(), Some("-amount,name"));
        assert_eq!(sort(None, &names), None);
    }
}

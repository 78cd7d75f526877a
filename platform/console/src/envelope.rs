//! The console's list envelope.

use kernel::paging::{Page, Paging};
use poem_openapi::Object;
use poem_openapi::types::{MaybeUndefined, ParseFromJSON, ToJSON};
use serde_json::Value as Json;

/// A page of a list.
#[derive(Debug, Clone, Object)]
pub struct PageOut<T: ToJSON + ParseFromJSON + Send + Sync> {
    /// The rows.
    pub data: Vec<T>,
    /// How many rows match: exact up to 10,000.
    pub total: u64,
    /// 1-based page.
    pub page: u64,
    /// Rows on a page, at most 200.
    pub limit: u64,
    /// The same as `limit`.
    pub page_size: u64,
    /// `total / limit`, rounded up.
    pub total_pages: u64,
}

impl<T: ToJSON + ParseFromJSON + Send + Sync> From<Page<T>> for PageOut<T> {
    fn from(page: Page<T>) -> Self {
        Self {
            data: page.data,
            total: page.total,
            page: page.page,
            limit: page.limit,
            page_size: page.limit,
            total_pages: page.total.div_ceil(page.limit.max(1)),
        }
    }
}

/// The first of two names for one thing that is there.
pub fn either<T: Clone>(a: &MaybeUndefined<T>, b: &MaybeUndefined<T>) -> MaybeUndefined<T> {
    if a.is_undefined() { b.clone() } else { a.clone() }
}

/// A decimal number that may come as a number or as a text, as a text. What is neither is left for the checks to refuse.
pub fn number(given: &MaybeUndefined<Json>) -> MaybeUndefined<String> {
    match given {
        MaybeUndefined::Undefined => MaybeUndefined::Undefined,
        MaybeUndefined::Null => MaybeUndefined::Null,
        MaybeUndefined::Value(Json::String(text)) => MaybeUndefined::Value(text.clone()),
        // The shortest text of a number is the number that was sent.
        MaybeUndefined::Value(other) => MaybeUndefined::Value(other.to_string()),
    }
}

/// The day of a day or an instant.
pub fn day(given: &MaybeUndefined<String>) -> MaybeUndefined<String> {
    match given {
        MaybeUndefined::Value(text) if text.as_bytes().get(10) == Some(&b'T') => {
            MaybeUndefined::Value(text.chars().take(10).collect())
        }
        other => other.clone(),
    }
}

/// Reads `page`, and `limit` or `page_size`.
pub fn paging(page: Option<&str>, limit: Option<&str>, page_size: Option<&str>) -> kernel::Result<Paging> {
    let limit = limit.filter(|l| !l.is_empty());
    Paging::parse(page, limit.or(page_size), None).map_err(|error| match limit {
        None => error.renamed(&[("limit", "page_size")]),
        Some(_) => error,
    })
}

/// `sort_by` and `sort_order` as the `sort` of the product's lists; absent: the list's own order.
pub fn order(by: Option<&str>, order: Option<&str>) -> kernel::Result<Option<String>> {
    let sign = match order.map(str::to_lowercase).as_deref() {
        None | Some("" | "asc") => "",
        Some("desc") => "-",
        Some(_) => return Err(kernel::DomainError::field("sort_order", "must be asc or desc")),
    };
    Ok(by.map(str::trim).filter(|b| !b.is_empty()).map(|by| format!("{sign}{by}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn amounts_stay_what_was_sent() {
        for (sent, kept) in
            [(json!(1500), "1500"), (json!(0.1), "0.1"), (json!(12345678901.25), "12345678901.25"), (json!("99.9"), "99.9")]
        {
            assert_eq!(number(&MaybeUndefined::Value(sent)).take().as_deref(), Some(kept));
        }
        assert_eq!(number(&MaybeUndefined::Value(json!(true))).take().as_deref(), Some("true"));
        assert_eq!(day(&MaybeUndefined::Value("2030-01-02T00:00:00Z".into())).take().as_deref(), Some("2030-01-02"));
    }

    #[test]
    fn orders() {
        assert_eq!(order(Some("name"), Some("DESC")).ok().flatten().as_deref(), Some("-name"));
        assert_eq!(order(Some("name"), None).ok().flatten().as_deref(), Some("name"));
        assert_eq!(order(None, Some("desc")).ok().flatten(), None);
        assert!(order(Some("name"), Some("up")).is_err() && order(None, Some("up")).is_err());
    }
}

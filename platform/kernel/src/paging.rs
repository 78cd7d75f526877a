//! One list envelope and one cursor for every list.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::error::{DomainError, Result};

/// Rows on a page when nothing is asked for.
pub const DEFAULT_LIMIT: u64 = 20;
/// The most rows on a page.
pub const MAX_LIMIT: u64 = 200;
/// The last row that is reached without a cursor.
pub const DEEPEST: u64 = 100_000;
/// Totals are counted up to here and estimated beyond.
pub const COUNT_CAP: u64 = 10_000;

/// Where a list starts and how long it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// 1-based page, used when there is no cursor.
    pub page: u64,
    /// Rows on a page, 1 to 200.
    pub limit: u64,
    /// The position after which the page starts.
    pub cursor: Option<Cursor>,
    /// Rows between the start of that page and the first one wanted, for who counts rows and not pages.
    pub skip: u64,
}

impl Paging {
    /// Reads what the caller sent; every fault names its parameter.
    pub fn parse(page: Option<&str>, limit: Option<&str>, cursor: Option<&str>) -> Result<Self> {
        let mut fields = crate::error::FieldErrors::new();
        let mut number = |name: &str, value: Option<&str>, default: u64| match value {
            None | Some("") => default,
            Some(v) => match v.parse::<u64>() {
                Ok(n) if n >= 1 => n,
                _ => {
                    fields.insert(name.to_owned(), vec!["must be a whole number of 1 or more".to_owned()]);
                    default
                }
            },
        };
        let limit = number("limit", limit, DEFAULT_LIMIT).min(MAX_LIMIT);
        let page = number("page", page, 1);
        // Deep pages read and throw away everything before them; cursors do not.
        if page.saturating_mul(limit) > DEEPEST {
            fields.insert("page".to_owned(), vec!["is too deep; continue with `cursor`".to_owned()]);
        }
        let cursor = match cursor {
            None | Some("") => None,
            Some(text) => match Cursor::decode(text) {
                Some(c) => Some(c),
                None => {
                    fields.insert("cursor".to_owned(), vec!["is not a cursor of this list".to_owned()]);
                    None
                }
            },
        };
        if fields.is_empty() { Ok(Self { page, limit, cursor, skip: 0 }) } else { Err(DomainError::invalid(fields)) }
    }

    /// The same from a number of rows to skip. With an offset there is neither a page nor a cursor.
    pub fn from_offset(offset: &str, limit: Option<&str>) -> Result<Self> {
        let offset = offset.trim().parse::<u64>();
        let fault = match offset {
            Err(_) => Some("must be a whole number of 0 or more"),
            Ok(rows) if rows > DEEPEST => Some("is too deep; continue with `cursor`"),
            Ok(_) => None,
        };
        let paging = Self::parse(None, limit, None);
        match (fault, offset, paging) {
            (None, Ok(rows), Ok(paging)) => Ok(Self { page: rows / paging.limit + 1, skip: rows % paging.limit, ..paging }),
            (None, _, Err(error)) => Err(error),
            (fault, _, paging) => {
                let mut fields = match paging {
                    Err(DomainError::Invalid { fields, .. }) => fields,
                    _ => crate::error::FieldErrors::new(),
                };
                fields.insert("offset".to_owned(), vec![fault.unwrap_or_default().to_owned()]);
                Err(DomainError::invalid(fields))
            }
        }
    }

    /// Rows to skip; zero with a cursor.
    pub fn offset(&self) -> u64 {
        if self.cursor.is_some() { 0 } else { (self.page - 1) * self.limit + self.skip }
    }
}

impl Default for Paging {
    fn default() -> Self {
        Self { page: 1, limit: DEFAULT_LIMIT, cursor: None, skip: 0 }
    }
}

/// A keyset position: the sort it belongs to, the last row's sort value and its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The sort this cursor belongs to; a cursor of another sort is refused.
    pub s: String,
    /// The last row's sort value, as text; a JSON list of texts and nulls for a sort by several columns.
    pub v: String,
    /// The last row's id.
    pub id: uuid::Uuid,
}

impl Cursor {
    /// As an opaque word for a URL.
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Back from the opaque word.
    pub fn decode(text: &str) -> Option<Self> {
        if text.len() > 8_000 {
            return None;
        }
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }
}

/// A page of rows with what the envelope needs.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows.
    pub data: Vec<T>,
    /// How many rows match.
    pub total: u64,
    /// Whether `total` is an estimate.
    pub total_is_estimate: bool,
    /// 1-based page.
    pub page: u64,
    /// Rows on a page.
    pub limit: u64,
    /// Where the next page starts.
    pub next_cursor: Option<Cursor>,
}

impl<T> Page<T> {
    /// A page of an empty list.
    pub fn nothing(paging: &Paging) -> Self {
        Self { data: Vec::new(), total: 0, total_is_estimate: false, page: paging.page, limit: paging.limit, next_cursor: None }
    }

    /// The same page with other rows.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            data: self.data.into_iter().map(f).collect(),
            total: self.total,
            total_is_estimate: self.total_is_estimate,
            page: self.page,
            limit: self.limit,
            next_cursor: self.next_cursor,
        }
    }

    /// The same page with other rows, which are made all at once: one statement for a page, not one for each row.
    pub async fn dressed<U>(self, dress: impl AsyncFnOnce(Vec<T>) -> Result<Vec<U>>) -> Result<Page<U>> {
        let Self { data, total, total_is_estimate, page, limit, next_cursor } = self;
        Ok(Page { data: dress(data).await?, total, total_is_estimate, page, limit, next_cursor })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_named_together() {
        let Err(DomainError::Invalid { fields, .. }) = Paging::parse(Some("x"), Some("0"), Some("?")) else { panic!("accepted") };
        assert_eq!(fields.keys().collect::<Vec<_>>(), ["cursor", "limit", "page"]);
    }

    #[test]
    fn a_limit_over_the_most_is_cut() {
        assert_eq!(Paging::parse(None, Some("5000"), None).map(|p| p.limit).ok(), Some(200));
    }

    #[test]
    fn an_offset_is_kept_to_the_row() {
        for (offset, limit, page, skip) in [("0", "20", 1, 0), ("40", "20", 3, 0), ("45", "20", 3, 5), ("7", "10", 1, 7)] {
            let paging = Paging::from_offset(offset, Some(limit)).ok();
            assert_eq!(paging.as_ref().map(|p| (p.page, p.skip)), Some((page, skip)), "{offset}");
            assert_eq!(paging.map(|p| p.offset().to_string()).as_deref(), Some(offset));
        }
        for (offset, limit, named) in [("-1", "20", "offset"), ("100001", "20", "offset"), ("x", "0", "limit offset")] {
            let Err(DomainError::Invalid { fields, .. }) = Paging::from_offset(offset, Some(limit)) else { panic!("{offset}") };
            assert_eq!(fields.into_keys().collect::<Vec<_>>().join(" "), named);
        }
    }

    #[test]
    fn cursors_come_back() {
        let c = Cursor { s: "-created_at".into(), v: "2026-01-01".into(), id: uuid::Uuid::now_v7() };
        assert_eq!(Cursor::decode(&c.encode()), Some(c));
    }
}

//! The console's list envelope.

use kernel::paging::{Page, Paging};
use poem_openapi::Object;
use poem_openapi::types::{MaybeUndefined, ParseFromJSON, ToJSON};

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

impl<T: ToJSON + ParseFromJSON + Send + Sync> PageOut<T> {
    /// A page whose rows are dressed all at once.
    pub async fn of<U>(page: Page<U>, dress: impl AsyncFnOnce(Vec<U>) -> kernel::Result<Vec<T>>) -> kernel::Result<Self> {
        let Page { data, total, total_is_estimate, page, limit, next_cursor } = page;
        let data = dress(data).await?;
        Ok(Page { data, total, total_is_estimate, page, limit, next_cursor }.into())
    }
}

/// The first of two names for one thing that is there.
pub fn either<T: Clone>(a: &MaybeUndefined<T>, b: &MaybeUndefined<T>) -> MaybeUndefined<T> {
    if a.is_undefined() { b.clone() } else { a.clone() }
}

/// Reads `page`, and `limit` or `page_size`.
pub fn paging(page: Option<&str>, limit: Option<&str>, page_size: Option<&str>) -> kernel::Result<Paging> {
    Paging::parse(page, limit.or(page_size), None)
}

/// `sort_by` and `sort_order` as the `sort` of the product's lists; absent: the list's own order.
pub fn order(by: Option<&str>, order: Option<&str>) -> kernel::Result<Option<String>> {
    let Some(by) = by.map(str::trim).filter(|b| !b.is_empty()) else { return Ok(None) };
    match order.map(str::to_lowercase).as_deref() {
        None | Some("" | "asc") => Ok(Some(by.to_owned())),
        Some("desc") => Ok(Some(format!("-{by}"))),
        Some(_) => Err(kernel::DomainError::field("sort_order", "must be asc or desc")),
    }
}

#[cfg(test)]
mod tests {
    use super::order;

    #[test]
    fn orders() {
        assert_eq!(order(Some("name"), Some("DESC")).ok().flatten().as_deref(), Some("-name"));
        assert_eq!(order(Some("name"), None).ok().flatten().as_deref(), Some("name"));
        assert_eq!(order(None, Some("desc")).ok().flatten(), None);
        assert!(order(Some("name"), Some("up")).is_err());
    }
}

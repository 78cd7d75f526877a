//! Answers other than a plain 200, and the list envelope.

use chrono::{DateTime, Utc};
use kernel::paging::Page;
use poem::http::StatusCode;
use poem::{IntoResponse, Response};
use poem_openapi::payload::Json;
use poem_openapi::registry::{MetaResponse, MetaResponses, Registry};
use poem_openapi::types::{ParseFromJSON, ToJSON};
use poem_openapi::{ApiResponse, Object};
use serde::{Serialize, Serializer};

fn with_status(mut meta: MetaResponses, status: u16, description: &'static str) -> MetaResponses {
    for response in &mut meta.responses {
        response.status = Some(status);
        response.description = description;
    }
    meta
}

macro_rules! reply {
    ($(#[$doc:meta])* $name:ident, $status:ident, $text:literal) => {
        $(#[$doc])*
        pub struct $name<T>(pub T);

        impl<T: ToJSON> IntoResponse for $name<T> {
            fn into_response(self) -> Response {
                Json(self.0).with_status(StatusCode::$status).into_response()
            }
        }

        impl<T: ToJSON> ApiResponse for $name<T> {
            fn meta() -> MetaResponses {
                with_status(Json::<T>::meta(), StatusCode::$status.as_u16(), $text)
            }

            fn register(registry: &mut Registry) {
                Json::<T>::register(registry);
            }
        }
    };
}

reply!(
    /// 201 with what was created.
    Created, CREATED, "Created."
);
reply!(
    /// 202 with what was begun.
    Accepted, ACCEPTED, "Begun; it goes on in the background."
);

/// 204.
pub struct NoContent;

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

impl ApiResponse for NoContent {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![MetaResponse {
                description: "Done; nothing to say.",
                status: Some(204),
                status_range: None,
                content: vec![],
                headers: vec![],
            }],
        }
    }

    fn register(_: &mut Registry) {}
}

/// A page of a long list, written straight from its rows. The generic way builds a tree of values for
/// every row first, which costs a tenth of a list's time. A row's `Serialize` must give what its
/// `ToJSON` gives; a test next to the row holds them together.
pub struct Rows<T: ToJSON + ParseFromJSON + Send + Sync>(pub ListOut<T>);

impl<T: ToJSON + ParseFromJSON + Serialize + Send + Sync> IntoResponse for Rows<T> {
    fn into_response(self) -> Response {
        poem::web::Json(self.0).into_response()
    }
}

impl<T: ToJSON + ParseFromJSON + Serialize + Send + Sync> ApiResponse for Rows<T> {
    fn meta() -> MetaResponses {
        Json::<ListOut<T>>::meta()
    }

    fn register(registry: &mut Registry) {
        Json::<ListOut<T>>::register(registry);
    }
}

/// An instant as `ToJSON` writes it.
pub fn instant<S: Serializer>(at: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&at.to_rfc3339())
}

/// An instant that may be absent, as `ToJSON` writes it.
pub fn some_instant<S: Serializer>(at: &Option<DateTime<Utc>>, to: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => instant(at, to),
        None => to.serialize_none(),
    }
}

/// A page of a list.
#[derive(Debug, Clone, Object, Serialize)]
pub struct ListOut<T: ToJSON + ParseFromJSON + Send + Sync> {
    /// The rows.
    pub data: Vec<T>,
    /// How many rows match: exact up to 10,000.
    pub total: u64,
    /// Whether `total` is an estimate.
    pub total_is_estimate: bool,
    /// 1-based page.
    pub page: u64,
    /// Rows on a page, at most 200.
    pub limit: u64,
    /// `total / limit`, rounded up.
    pub total_pages: u64,
    /// Send it as `cursor` for the next page; null on the last one.
    #[oai(nullable)]
    pub next_cursor: Option<String>,
}

impl<T: ToJSON + ParseFromJSON + Send + Sync> From<Page<T>> for ListOut<T> {
    fn from(page: Page<T>) -> Self {
        Self {
            data: page.data,
            total: page.total,
            total_is_estimate: page.total_is_estimate,
            page: page.page,
            limit: page.limit,
            total_pages: page.total.div_ceil(page.limit.max(1)),
            next_cursor: page.next_cursor.map(|c| c.encode()),
        }
    }
}

impl<T: ToJSON + ParseFromJSON + Send + Sync> From<Vec<T>> for ListOut<T> {
    /// A list that is always short comes whole.
    fn from(data: Vec<T>) -> Self {
        let total = data.len() as u64;
        Self { data, total, total_is_estimate: false, page: 1, limit: total.max(1), total_pages: 1, next_cursor: None }
    }
}

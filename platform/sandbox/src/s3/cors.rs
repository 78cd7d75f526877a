//! Which browser pages may talk to the store.
//!
//! Only origins that are allowed get the headers, on refusals too (a page must
//! be able to read why). What a page may do is still decided by the signature
//! of its URL; no cookie or other credential is ever accepted.

use std::fmt;
use std::sync::Arc;

use hyper::StatusCode;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS,
    ACCESS_CONTROL_MAX_AGE, HeaderMap, HeaderValue, ORIGIN, VARY, X_CONTENT_TYPE_OPTIONS,
};
use s3s::{Body, HttpResponse};

use super::answers::forbidden;

/// Decides over an origin such as `https://desk.example` or
/// `http://northwind.localhost:8080`.
#[derive(Clone)]
pub struct AllowedOrigins(Arc<dyn Fn(&str) -> bool + Send + Sync>);

impl AllowedOrigins {
    /// No browser page at all.
    pub fn none() -> Self {
        Self::matching(|_| false)
    }

    /// Exactly these.
    pub fn list<S: Into<String>>(origins: impl IntoIterator<Item = S>) -> Self {
        let origins: Vec<String> = origins.into_iter().map(Into::into).collect();
        Self::matching(move |origin| origins.iter().any(|allowed| allowed == origin))
    }

    /// Those for which `allowed` says so; asked for every request, so it may
    /// follow tenants that come and go. Must not block.
    pub fn matching(allowed: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(allowed))
    }
}

impl fmt::Debug for AllowedOrigins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AllowedOrigins")
    }
}

/// The origin of a request, if it may know the answer.
pub(super) fn origin(allowed: &AllowedOrigins, headers: &HeaderMap) -> Option<HeaderValue> {
    let mut origins = headers.get_all(ORIGIN).iter();
    let origin = origins.next()?;
    let known = origins.next().is_none() && origin.to_str().is_ok_and(|origin| (allowed.0)(origin));
    known.then(|| origin.clone())
}

/// Answer to the question a browser asks before it sends.
pub(super) fn preflight(origin: Option<&HeaderValue>) -> HttpResponse {
    if origin.is_none() {
        return forbidden("this origin is not allowed");
    }
    let mut response = HttpResponse::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    for (name, value) in [
        (ACCESS_CONTROL_ALLOW_METHODS, "PUT, GET, HEAD"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "content-type, x-amz-checksum-sha256, if-none-match"),
        (ACCESS_CONTROL_MAX_AGE, "600"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Headers of every answer.
pub(super) fn mark(response: &mut HttpResponse, origin: Option<HeaderValue>) {
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("Origin"));
    // An uploaded file is what its signed type says, not what it looks like.
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(origin) = origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("ETag"));
    }
}

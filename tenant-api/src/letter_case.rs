//! Names of fields and of query parameters in whatever letter case an outside program writes them.

use std::sync::Arc;

use poem::http::{Method, Uri};
use poem::{Body, Endpoint, Request, Response};
use runtime::http::gate::is_upload;
use serde_json::{Map, Value as Json};

/// Wraps an API whose names are all lower-case.
pub(crate) fn any(inner: impl Endpoint<Output = Response> + 'static) -> impl Endpoint<Output = Response> + 'static {
    let inner = Arc::new(inner);
    poem::endpoint::make(move |mut req: Request| {
        let inner = inner.clone();
        async move {
            if let Some(uri) = lowered(req.uri()) {
                *req.uri_mut() = uri;
            }
            if matches!(*req.method(), Method::POST | Method::PUT | Method::PATCH) && !is_upload(&req) {
                // The gate has bounded and read it.
                let body = req.take_body().into_bytes().await?;
                let body = folded(&body).map_or_else(|| Body::from_bytes(body), Body::from_string);
                req.set_body(body);
            }
            inner.call(req).await
        }
    })
}

fn is_lower(name: &str) -> bool {
    !name.bytes().any(|b| b.is_ascii_uppercase())
}

/// The same address with lower-case names in its query, if they are not that.
fn lowered(uri: &Uri) -> Option<Uri> {
    let query = uri.query()?;
    let one = |pair: &str| match pair.split_once('=') {
        Some((name, value)) => format!("{}={value}", name.to_ascii_lowercase()),
        None => pair.to_ascii_lowercase(),
    };
    let other = query.split('&').map(one).collect::<Vec<_>>().join("&");
    if other == query {
        return None;
    }
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = format!("{}?{other}", uri.path()).parse().ok();
    Uri::from_parts(parts).ok()
}

/// The same object with lower-case names, if it is one whose names are not that. A name that is there as it should
/// be counts more than one that is not.
fn folded(body: &[u8]) -> Option<String> {
    let Ok(Json::Object(fields)) = serde_json::from_slice(body) else { return None };
    if fields.keys().all(|name| is_lower(name)) {
        return None;
    }
    let (plain, other): (Vec<_>, Vec<_>) = fields.into_iter().partition(|(name, _)| is_lower(name));
    let mut all: Map<String, Json> = other.into_iter().map(|(name, value)| (name.to_lowercase(), value)).collect();
    all.extend(plain);
    Some(Json::Object(all).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_lower_case_and_values_stay() {
        let uri: Uri = "/contacts?Status=Lead&SORT=-Name&x".parse().unwrap_or_default();
        assert_eq!(lowered(&uri).map(|u| u.to_string()).as_deref(), Some("/contacts?status=Lead&sort=-Name&x"));
        assert_eq!(lowered(&Uri::from_static("/contacts?status=Lead")), None);
        assert_eq!(lowered(&Uri::from_static("/contacts")), None);
        let body = folded(br#"{"Name":"Jane","EMAIL":"A@b.c","email":"d@e.f","custom":{"Region":1}}"#);
        assert_eq!(body.as_deref(), Some(r#"{"custom":{"Region":1},"email":"d@e.f","name":"Jane"}"#));
        assert_eq!(folded(br#"{"name":"Jane"}"#), None);
        assert_eq!(folded(b"[1]"), None);
        assert_eq!(folded(b"{"), None);
    }
}

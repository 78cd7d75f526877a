//! `/dev/mail` and `/dev/mail.json`: what left by mail, in local mode only.

use std::sync::Arc;

use poem::http::{HeaderValue, StatusCode, header};
use poem::{EndpointExt as _, Request, Response};
use sandbox::MailCatcher;
use tenant_api::DevPages;

/// The pages over a mail catcher.
pub fn pages(catcher: Arc<MailCatcher>) -> DevPages {
    poem::endpoint::make(move |req: Request| {
        let catcher = catcher.clone();
        async move {
            match req.uri().path().trim_end_matches('/') {
                "/mail" => Ok(page(&catcher)),
                "/mail.json" => Ok(json(&catcher, req.uri().query().unwrap_or_default())),
                _ => Err(poem::Error::from(StatusCode::NOT_FOUND)),
            }
        }
    })
    .map_to_response()
    .boxed()
}

fn page(catcher: &MailCatcher) -> Response {
    let html = sandbox::mail::render_page(&catcher.list(None));
    let mut response = Response::builder().content_type("text/html; charset=utf-8").body(html);
    let policy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data: https: http:; frame-src 'self'; frame-ancestors 'none'";
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}

fn json(catcher: &MailCatcher, query: &str) -> Response {
    let to = query.split('&').find_map(|pair| pair.strip_prefix("to=")).map(decode);
    let mails = catcher.list(to.as_deref().filter(|t| !t.is_empty()));
    Response::builder()
        .content_type("application/json; charset=utf-8")
        .body(serde_json::to_string(&mails).unwrap_or_else(|_| "[]".to_owned()))
}

/// Percent-decoding, as far as addresses need it.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let code = (bytes[i] == b'%').then(|| text.get(i + 1..i + 3).and_then(|h| u8::from_str_radix(h, 16).ok())).flatten();
        match code {
            Some(byte) => {
                out.push(byte);
                i += 3;
            }
            None => {
                // A plus stays a plus: addresses hold it, and callers rarely encode it.
                out.push(bytes[i]);
                i += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

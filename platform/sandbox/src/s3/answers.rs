//! Refusals of the guard, in the XML that S3 clients expect.

use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use s3s::{Body, HttpResponse};

/// An S3 error. `code` and `message` are ours, never text of the request.
pub(super) fn refusal(status: StatusCode, code: &str, message: &str) -> HttpResponse {
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <Error><Code>{code}</Code><Message>{message}</Message></Error>"
    );
    let mut response = HttpResponse::new(Body::from(xml));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    response
}

pub(super) fn forbidden(message: &str) -> HttpResponse {
    refusal(StatusCode::FORBIDDEN, "AccessDenied", message)
}

pub(super) fn bad(code: &str, message: &str) -> HttpResponse {
    refusal(StatusCode::BAD_REQUEST, code, message)
}

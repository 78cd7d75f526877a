//! What stands in front of the S3 service.
//!
//! A presigned URL is a promise of ours about one request. The guard makes sure
//! that nothing of the request is left to the holder of the URL: every
//! `x-amz-` header must be among the signed ones, an upload must have type,
//! length and checksum signed, and its bytes are compared with the checksum
//! before the store sees any of them.
//!
//! The store decodes parameter names (`X-Amz-SignedHeader%73`), the guard must
//! not read the query differently: a name that needs decoding is refused.

use std::collections::HashSet;
use std::convert::Infallible;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    AUTHORIZATION, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, EXPIRES, HeaderMap,
    HeaderName,
};
use hyper::{Method, Request, StatusCode};
use s3s::service::S3Service;
use s3s::{Body, HttpResponse};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::MAX_UPLOAD;
use super::answers::{bad, forbidden, refusal};
use super::cors::{self, AllowedOrigins};

/// Each holds up to [`MAX_UPLOAD`] bytes in memory.
const UPLOADS_AT_ONCE: usize = 8;
const BODY_WITHIN: Duration = Duration::from_secs(60);
const CHECKSUM: HeaderName = HeaderName::from_static("x-amz-checksum-sha256");
/// Present when the body is wrapped into signed chunks; only our own backend
/// sends such bodies.
const WRAPPED: HeaderName = HeaderName::from_static("x-amz-decoded-content-length");

/// Headers that would be stored with the object and come back with it.
const KEPT_WITH_OBJECT: [HeaderName; 4] = [CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LANGUAGE, EXPIRES];

pub(super) struct Guard {
    service: S3Service,
    origins: AllowedOrigins,
    uploads: Semaphore,
}

impl Guard {
    pub(super) fn new(service: S3Service, origins: AllowedOrigins) -> Self {
        Self { service, origins, uploads: Semaphore::new(UPLOADS_AT_ONCE) }
    }

    pub(super) async fn answer(&self, request: Request<Incoming>) -> Result<HttpResponse, Infallible> {
        let origin = cors::origin(&self.origins, request.headers());
        let mut response = if request.method() == Method::OPTIONS {
            cors::preflight(origin.as_ref())
        } else {
            self.pass(request).await.unwrap_or_else(|refused| *refused)
        };
        cors::mark(&mut response, origin);
        Ok(response)
    }

    async fn pass(&self, mut request: Request<Incoming>) -> Result<HttpResponse, Box<HttpResponse>> {
        let query = Query::read(request.uri().query().unwrap_or_default())?;
        refuse_old_signatures(&query, request.headers())?;
        if query.presigned {
            let put = request.method() == Method::PUT;
            check_signed(&query.signed_headers, request.headers(), put)?;
            if put {
                for name in KEPT_WITH_OBJECT {
                    if !query.signed_headers.contains(name.as_str()) {
                        request.headers_mut().remove(name);
                    }
                }
            }
        }
        let _place;
        let request = if is_checkable(&request, query.presigned) {
            // The semaphore is never closed.
            _place = self.uploads.acquire().await.ok();
            checked(request).await?
        } else {
            request.map(Body::from)
        };
        match self.service.call(request).await {
            Ok(response) => Ok(response),
            Err(error) => {
                tracing::warn!(?error, "object store failed");
                Err(Box::new(refusal(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", "the store failed")))
            }
        }
    }
}

/// What the guard needs of the query.
#[derive(Debug, Default)]
struct Query {
    presigned: bool,
    old: bool,
    /// Lower-case names.
    signed_headers: HashSet<String>,
}

impl Query {
    fn read(query: &str) -> Result<Self, Box<HttpResponse>> {
        let mut read = Self::default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if name.contains(['%', '+']) {
                return Err(Box::new(bad("InvalidURI", "encoded parameter name")));
            }
            match name.to_ascii_lowercase().as_str() {
                "x-amz-signature" => read.presigned = true,
                "x-amz-signedheaders" => {
                    let names = value.replace("%3B", ";").replace("%3b", ";");
                    // No header name needs any other encoding. A second list
                    // would leave open which one counts.
                    if names.contains(['%', '+']) || !read.signed_headers.is_empty() {
                        return Err(Box::new(bad("InvalidURI", "bad list of signed headers")));
                    }
                    read.signed_headers = names.split(';').map(str::to_owned).collect();
                }
                "signature" | "awsaccesskeyid" => read.old = true,
                _ => {}
            }
        }
        Ok(read)
    }
}

/// The older signature covers neither length nor type.
fn refuse_old_signatures(query: &Query, headers: &HeaderMap) -> Result<(), Box<HttpResponse>> {
    let old_header = headers.get_all(AUTHORIZATION).iter().any(|value| !value.as_bytes().starts_with(b"AWS4-HMAC-SHA256"));
    if query.old || old_header {
        return Err(Box::new(forbidden("only signature version 4 is accepted")));
    }
    Ok(())
}

fn check_signed(signed: &HashSet<String>, headers: &HeaderMap, put: bool) -> Result<(), Box<HttpResponse>> {
    let free = headers.keys().any(|name| name.as_str().starts_with("x-amz-") && !signed.contains(name.as_str()));
    if free {
        return Err(Box::new(forbidden("unsigned x-amz header")));
    }
    if put {
        for name in [CONTENT_TYPE, CONTENT_LENGTH, CHECKSUM] {
            if !signed.contains(name.as_str()) {
                return Err(Box::new(forbidden("upload not fully signed")));
            }
            if headers.get_all(&name).iter().count() != 1 {
                return Err(Box::new(forbidden("a signed header is not as signed")));
            }
        }
    }
    Ok(())
}

/// Whether the body is to be held and compared with its checksum: always for
/// presigned uploads, and for those of our backend that are small enough and
/// sent as they are.
fn is_checkable(request: &Request<Incoming>, presigned: bool) -> bool {
    let headers = request.headers();
    if request.method() != Method::PUT {
        return false;
    }
    presigned
        || (headers.contains_key(CHECKSUM)
            && !headers.contains_key(WRAPPED)
            && content_length(headers).is_some_and(|length| length <= MAX_UPLOAD))
}

async fn checked(request: Request<Incoming>) -> Result<Request<Body>, Box<HttpResponse>> {
    let (head, body) = request.into_parts();
    if content_length(&head.headers).is_none_or(|length| length > MAX_UPLOAD) {
        return Err(Box::new(too_large()));
    }
    let whole = tokio::time::timeout(BODY_WITHIN, Limited::new(body, MAX_UPLOAD).collect());
    let bytes: Bytes = match whole.await {
        Ok(Ok(whole)) => whole.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(Box::new(too_large())),
        _ => return Err(Box::new(bad("IncompleteBody", "the body ended early"))),
    };
    let sent = head.headers.get(CHECKSUM).map(|value| value.as_bytes());
    if sent != Some(STANDARD.encode(Sha256::digest(&bytes)).as_bytes()) {
        return Err(Box::new(bad("BadDigest", "the bytes do not match x-amz-checksum-sha256")));
    }
    Ok(Request::from_parts(head, Body::from(bytes)))
}

fn content_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large() -> HttpResponse {
    refusal(StatusCode::PAYLOAD_TOO_LARGE, "EntityTooLarge", "the upload is larger than allowed")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_query_is_read_as_the_store_reads_it() {
        let query = "X-Amz-SignedHeaders=content-type%3Bhost&X-Amz-Signature=ab&x-id=PutObject";
        let read = Query::read(query).unwrap();
        assert!(read.presigned && !read.old);
        assert!(read.signed_headers.contains("content-type"));
        assert!(read.signed_headers.contains("host"));
        assert!(!Query::read("").unwrap().presigned);
        assert!(Query::read("Signature=x").unwrap().old);
        for query in [
            "X-Amz-SignedHeader%73=host&X-Amz-Signature=ab",
            "X-Amz-Signatur%65=ab",
            "X-Amz+Signature=ab",
            "X-Amz-SignedHeaders=host%2Cx&X-Amz-Signature=ab",
            "X-Amz-SignedHeaders=host&X-Amz-SignedHeaders=x-amz-acl&X-Amz-Signature=ab",
        ] {
            assert!(Query::read(query).is_err(), "{query}");
        }
    }
}

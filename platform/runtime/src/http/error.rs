//! One shape for every failure: `{code, message, data}`.
//!
//! 5xx never shows what happened; it shows the request id, under which the log has the rest.

use kernel::DomainError;
use poem::http::{HeaderValue, StatusCode, header};
use poem::{IntoResponse, Response};
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, Registry};
use poem_openapi::types::Type as _;
use poem_openapi::{ApiResponse, Object};
use serde_json::{Value as Json, json};

/// The body of every failure.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ErrorBody {
    /// Stable code, e.g. `validation_failed`.
    pub code: String,
    /// One sentence for people.
    pub message: String,
    /// `fields` holds the messages of each bad field; `request_id` is set on 5xx; some failures say more.
    pub data: Option<Json>,
}

/// A domain error on its way out.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ApiError(pub DomainError);

impl<E: Into<DomainError>> From<E> for ApiError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl From<ApiError> for poem::Error {
    fn from(error: ApiError) -> Self {
        // The response is made here, but it travels as an error so that middleware sees a failure.
        poem::Error::from_response(respond(&error.0, ""))
    }
}

impl ApiResponse for ApiError {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![MetaResponse {
                description: "A failure: `{code, message, data}`.",
                status: None,
                status_range: None,
                content: vec![MetaMediaType { content_type: "application/json; charset=utf-8", schema: ErrorBody::schema_ref() }],
                headers: vec![],
            }],
        }
    }

    fn register(registry: &mut Registry) {
        ErrorBody::register(registry);
    }
}

/// The status of a failure.
pub fn status_of(error: &DomainError) -> StatusCode {
    match error {
        DomainError::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        DomainError::Unauthenticated { .. } => StatusCode::UNAUTHORIZED,
        DomainError::Forbidden { .. } => StatusCode::FORBIDDEN,
        DomainError::NotFound { .. } => StatusCode::NOT_FOUND,
        DomainError::Gone { .. } => StatusCode::GONE,
        DomainError::Conflict { .. } => StatusCode::CONFLICT,
        DomainError::Locked { .. } => StatusCode::LOCKED,
        DomainError::Limited { .. } => StatusCode::TOO_MANY_REQUESTS,
        DomainError::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        DomainError::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        DomainError::With { error, .. } => status_of(error),
        DomainError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The answer for a domain error.
pub fn respond(error: &DomainError, request_id: &str) -> Response {
    let mut retry_after = None;
    let (error, facts) = match error {
        DomainError::With { error, facts } => (error.as_ref(), facts.as_object()),
        error => (error, None),
    };
    let (message, mut data) = match error {
        DomainError::Invalid { message, fields, .. } | DomainError::Conflict { message, fields, .. } => {
            (message.clone(), (!fields.is_empty()).then(|| json!({ "fields": fields })))
        }
        DomainError::Locked { message, retry_after: seconds, .. }
        | DomainError::Limited { message, retry_after: seconds, .. } => {
            retry_after = Some(*seconds);
            (message.clone(), Some(json!({ "retry_after": seconds })))
        }
        DomainError::Unavailable { message, .. } => {
            retry_after = Some(2);
            (message.clone(), None)
        }
        DomainError::Internal(detail) => {
            tracing::error!(detail, "internal error");
            ("Something went wrong on our side. Please try again; if it stays, tell us the request id.".to_owned(), None)
        }
        other => (other.to_string(), None),
    };
    for (name, fact) in facts.into_iter().flatten() {
        data.get_or_insert_with(|| json!({}))[name.as_str()] = fact.clone();
    }
    let mut response = body(status_of(error), error.code(), &message, data, request_id);
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if matches!(error, DomainError::Unauthenticated { .. }) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// A failure in the one shape.
pub fn body(status: StatusCode, code: &str, message: &str, data: Option<Json>, request_id: &str) -> Response {
    let mut data = data;
    if status.is_server_error() && !request_id.is_empty() {
        let object = data.get_or_insert_with(|| json!({}));
        object["request_id"] = request_id.into();
    }
    let text = json!({ "code": code, "message": message, "data": data }).to_string();
    Response::builder().status(status).content_type("application/json; charset=utf-8").body(text)
}

/// The answer for whatever poem itself refused: unknown path, wrong method, unreadable input.
pub fn from_poem(error: poem::Error, request_id: &str) -> Response {
    use poem_openapi::error::{ContentTypeError, ParseParamError, ParsePathError, ParseRequestPayloadError};
    if let Some(e) = error.downcast_ref::<ParseParamError>() {
        return respond(&DomainError::field(e.name, e.reason.clone()), request_id);
    }
    if error.is::<ParsePathError>() {
        // An id that is none names nothing that exists.
        return respond(&DomainError::not_found("Record"), request_id);
    }
    if let Some(e) = error.downcast_ref::<ParseRequestPayloadError>() {
        return unreadable(&e.reason, request_id);
    }
    if error.is::<ContentTypeError>() {
        return body(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "Send the body as application/json.",
            None,
            request_id,
        );
    }
    if error.is_from_response() {
        return error.into_response();
    }
    let status = error.status();
    let (code, message) = match status {
        StatusCode::NOT_FOUND => ("not_found", "There is nothing at this address.".to_owned()),
        StatusCode::METHOD_NOT_ALLOWED => ("method_not_allowed", "This address does not take this method.".to_owned()),
        StatusCode::UNAUTHORIZED => ("unauthenticated", "Sign in first.".to_owned()),
        StatusCode::PAYLOAD_TOO_LARGE => ("payload_too_large", "The body is too large.".to_owned()),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ("unsupported_media_type", "Send the body as multipart/form-data.".to_owned()),
        StatusCode::BAD_REQUEST => ("bad_request", "The request can't be read.".to_owned()),
        s if s.is_server_error() => {
            tracing::error!(detail = %error, "internal error");
            ("internal", "Something went wrong on our side. Please try again; if it stays, tell us the request id.".to_owned())
        }
        s => ("bad_request", s.canonical_reason().unwrap_or("The request was refused.").to_owned()),
    };
    let mut response = body(status, code, &message, None, request_id);
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE"));
    }
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// A body that is not JSON, or not an object. Fields of the wrong type are named before it comes to this.
fn unreadable(reason: &str, request_id: &str) -> Response {
    let typed = reason.contains("failed to parse") || reason.contains("Expected input type") || reason.contains("unknown field");
    if !typed {
        let message = format!("The body is not valid JSON: {reason}");
        return body(StatusCode::BAD_REQUEST, "invalid_json", &message, None, request_id);
    }
    body(StatusCode::BAD_REQUEST, "invalid_json", "The body must be a JSON object.", None, request_id)
}

/// The answer after a panic.
pub fn panicked(request_id: &str) -> Response {
    body(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "Something went wrong on our side. Please try again; if it stays, tell us the request id.",
        None,
        request_id,
    )
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        respond(&self.0, "")
    }
}

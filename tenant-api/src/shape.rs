//! Names the fields of a body that have the wrong type.
//!
//! What reads bodies stops at the first wrong value and does not say where it stands. The
//! specification knows what each field must be, so all of them are named, as with every other fault.

use std::sync::{Arc, OnceLock};

use chrono::{DateTime, NaiveDate};
use kernel::DomainError;
use kernel::validate::Checker;
use poem::http::Method;
use poem::{Body, Endpoint, Request, Response};
use poem_openapi::error::ParseRequestPayloadError;
use runtime::http::ApiError;
use runtime::http::gate::is_upload;
use serde_json::Value as Json;
use uuid::Uuid;

/// Wraps an API of a specification.
pub(crate) fn naming(
    spec: Arc<str>,
    inner: impl Endpoint<Output = Response> + 'static,
) -> impl Endpoint<Output = Response> + 'static {
    let (inner, schemas) = (Arc::new(inner), Arc::new(OnceLock::new()));
    poem::endpoint::make(move |mut req: Request| {
        let (inner, spec, schemas) = (inner.clone(), spec.clone(), schemas.clone());
        async move {
            if !matches!(*req.method(), Method::POST | Method::PUT | Method::PATCH) || is_upload(&req) {
                return inner.call(req).await;
            }
            // The gate has bounded and read it.
            let body = req.take_body().into_bytes().await?;
            req.set_body(Body::from_bytes(body.clone()));
            inner.call(req).await.map_err(|error| {
                let refused = error.downcast_ref::<ParseRequestPayloadError>();
                let schemas = || schemas.get_or_init(|| schemas_of(&spec));
                match refused.and_then(|e| faults(schemas(), &e.reason, &body)) {
                    Some(named) => ApiError(named).into(),
                    None => error,
                }
            })
        }
    })
}

/// The types of a specification: read at the first refused body, since they weigh several megabytes.
fn schemas_of(spec: &str) -> Json {
    let mut spec: Json = serde_json::from_str(spec).unwrap_or_default();
    spec["components"]["schemas"].take()
}

/// The fields of a refused body that do not fit the type that `reason` says was read; `None` if all
/// of them do.
fn faults(schemas: &Json, reason: &str, body: &[u8]) -> Option<DomainError> {
    let body: Json = serde_json::from_slice(body).ok().filter(Json::is_object)?;
    // `Expected input type "array", found 5. (occurred while parsing "ClientIn")`
    let schema = reason.rsplit('"').find_map(|word| schemas.get(word))?;
    let mut check = Checker::new();
    walk(schemas, schema, &body, "", &mut check);
    check.finish().err()
}

fn walk(schemas: &Json, schema: &Json, value: &Json, path: &str, check: &mut Checker) {
    let schema = resolve(schemas, schema);
    // Absent and null are for the operation to judge.
    if value.is_null() {
        return;
    }
    match (schema["type"].as_str().unwrap_or_default(), value) {
        ("object", Json::Object(fields)) => {
            for (name, field) in fields {
                let Some(inner) = schema["properties"].get(name) else { continue };
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                walk(schemas, inner, field, &path, check);
            }
        }
        ("array", Json::Array(items)) => {
            // One message for the list, however many of its items are wrong.
            let mut inside = Checker::new();
            items.iter().for_each(|item| walk(schemas, &schema["items"], item, path, &mut inside));
            if !inside.is_ok() || items.iter().any(Json::is_null) {
                check.add(path, format!("each of them {}", wanted(resolve(schemas, &schema["items"]))));
            }
        }
        ("", _) => {}
        _ if fits(schema, value) => {}
        _ => check.add(path, wanted(schema)),
    }
}

fn resolve<'a>(schemas: &'a Json, schema: &'a Json) -> &'a Json {
    let mut schema = schema;
    for _ in 0..8 {
        let inner = schema["allOf"].get(0).unwrap_or(schema);
        let named = inner["$ref"].as_str().and_then(|at| at.rsplit('/').next()).and_then(|name| schemas.get(name));
        match named {
            Some(named) => schema = named,
            None => return inner,
        }
    }
    schema
}

/// Whether a value that is no list and no object has the type.
fn fits(schema: &Json, value: &Json) -> bool {
    match (schema["type"].as_str().unwrap_or_default(), value) {
        ("string", Json::String(text)) => {
            let listed = schema["enum"].as_array().is_none_or(|words| words.contains(value));
            listed
                && match schema["format"].as_str().unwrap_or_default() {
                    "uuid" => text.parse::<Uuid>().is_ok(),
                    "date" | "naive-date" => text.parse::<NaiveDate>().is_ok(),
                    "date-time" => DateTime::parse_from_rfc3339(text).is_ok(),
                    _ => true,
                }
        }
        ("integer", Json::Number(n)) => match (schema["format"].as_str().unwrap_or_default(), n.as_i64()) {
            ("uint64", _) => n.is_u64(),
            ("int32", Some(n)) => i32::try_from(n).is_ok(),
            ("uint32", Some(n)) => u32::try_from(n).is_ok(),
            ("uint8", Some(n)) => u8::try_from(n).is_ok(),
            (_, n) => n.is_some(),
        },
        ("number", Json::Number(_)) | ("boolean", Json::Bool(_)) => true,
        _ => false,
    }
}

/// What a field of the type must be.
fn wanted(schema: &Json) -> String {
    match (schema["type"].as_str().unwrap_or_default(), schema["format"].as_str().unwrap_or_default()) {
        ("string", "uuid") => "must be an id".to_owned(),
        ("string", "date" | "naive-date") => "must be a day (YYYY-MM-DD)".to_owned(),
        ("string", "date-time") => "must be a time (RFC 3339)".to_owned(),
        ("string", _) => match schema["enum"].as_array() {
            Some(words) => format!("must be one of {}", words.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(", ")),
            None => "must be a text".to_owned(),
        },
        ("integer", _) => "must be a whole number that is not too large".to_owned(),
        ("number", _) => "must be a number".to_owned(),
        ("boolean", _) => "must be true or false".to_owned(),
        ("array", _) => "must be a list".to_owned(),
        _ => "must be an object".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn named(body: &Json) -> Vec<String> {
        let schemas = json!({
            "Look": { "type": "object", "properties": { "radius": { "type": "integer", "format": "int32" } } },
            "Thing": { "type": "object", "properties": {
                "name": { "type": "string" },
                "owner": { "type": "string", "format": "uuid" },
                "tags": { "type": "array", "items": { "type": "string" } },
                "look": { "allOf": [{ "$ref": "#/components/schemas/Look" }, { "description": "x" }] },
                "level": { "type": "string", "enum": ["low", "high"] },
                "anything": { "description": "free" },
            } },
        });
        let reason = "Expected input type \"string\", found 5. (occurred while parsing \"Thing\")";
        match faults(&schemas, reason, body.to_string().as_bytes()) {
            Some(DomainError::Invalid { fields, .. }) => fields.keys().cloned().collect(),
            Some(other) => panic!("{other}"),
            None => Vec::new(),
        }
    }

    #[test]
    fn all_wrong_fields_are_named() {
        let body =
            json!({ "name": 5, "owner": "x", "tags": [1, "a", 2], "look": { "radius": 4_000_000_000_u32 }, "level": "mid" });
        assert_eq!(named(&body), ["level", "look.radius", "name", "owner", "tags"]);
        assert_eq!(named(&json!({ "tags": "a", "look": [] })), ["look", "tags"]);
    }

    #[test]
    fn what_fits_or_is_absent_is_not() {
        let body = json!({ "name": "a", "tags": [], "look": {}, "level": "low", "owner": null, "anything": 5, "unknown": 1 });
        assert_eq!(named(&body), Vec::<String>::new());
        assert_eq!(named(&json!([])), Vec::<String>::new());
    }
}

//! Finishes the specification that poem-openapi writes, so that generated clients fit.

use serde_json::{Value as Json, json};

/// Reads the specification and mends what can't be said in Rust: plain media types, and the header
/// by which a machine client selects a tenant.
pub fn finish(spec: &str, tenant_header: bool) -> String {
    let plain = spec.replace("application/json; charset=utf-8", "application/json");
    let Ok(mut json) = serde_json::from_str::<Json>(&plain) else { return plain };
    if tenant_header && let Some(paths) = json["paths"].as_object_mut() {
        for path in paths.values_mut() {
            for operation in path.as_object_mut().into_iter().flat_map(|o| o.values_mut()) {
                let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
                let header = json!({
                    "name": "X-Tenant",
                    "in": "header",
                    "required": false,
                    "description": "Selects the tenant for callers that can't use its host name. It grants nothing.",
                    "schema": { "type": "string" },
                });
                operation["parameters"] = Json::Array(parameters.into_iter().chain([header]).collect());
            }
        }
    }
    let mut text = serde_json::to_string_pretty(&json).unwrap_or(plain);
    text.push('\n');
    text
}

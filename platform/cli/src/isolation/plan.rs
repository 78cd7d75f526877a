//! What can be called: every operation of the specification that the installation serves. A new route
//! is in the proof without an edit here.

use anyhow::Context as _;
use serde_json::{Map, Value as Json};

use super::kind::Kind;

/// Where the product's own API and the faces for other programs begin, the longest first.
const FACES: &[&str] = &["/api/crm/", "/api/", "/admin/"];

/// Places in paths that no record stands in, and what is put there.
pub const PARTS: &[(&str, &str)] = &[
    ("{entity}", "client"),
    ("{stage}", "begun"),
    ("{file}", "stages.csv"),
    ("{row}", "2"),
    ("{currency}", "EUR"),
    ("{day}", "2026-01-01"),
];

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// GET, POST, …
    pub method: reqwest::Method,
    /// With its placeholders, e.g. `/api/clients/{id}`.
    pub path: String,
    /// Its name in the specification.
    pub id: String,
    /// Whether it wants a credential.
    pub secured: bool,
    /// Names of its query parameters, with the words they may take, where the specification says so.
    pub query: Vec<(String, Option<String>)>,
    /// Fields of its body.
    pub body: Map<String, Json>,
}

impl Operation {
    /// Whether it only reads.
    pub fn reads(&self) -> bool {
        self.method == reqwest::Method::GET
    }

    /// The capability, e.g. `clients`, whichever face it belongs to.
    pub fn area(&self) -> &str {
        let below = FACES.iter().find_map(|face| self.path.strip_prefix(face)).unwrap_or(&self.path);
        below.split('/').next().unwrap_or_default()
    }

    /// Whether it is about one record.
    pub fn has_id(&self) -> bool {
        self.path.split('/').any(|part| part.starts_with('{') && !PARTS.iter().any(|(name, _)| *name == part))
    }

    /// Whether it is about one record by the key that this kind of record is known by.
    pub fn by_key(&self) -> bool {
        self.path.contains("{key}") && self.area() != Kind::Pipeline.area()
    }

    /// Method and path, as the report names it.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether it has a query parameter.
    pub fn takes(&self, parameter: &str) -> bool {
        self.query.iter().any(|(name, _)| name == parameter)
    }
}

/// Every operation of a specification.
pub fn operations(spec: &Json) -> anyhow::Result<Vec<Operation>> {
    let mut all = Vec::new();
    for (path, item) in spec["paths"].as_object().context("the specification has no paths")? {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let Ok(method) = method.to_uppercase().parse::<reqwest::Method>() else { continue };
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let query = parameters
                .iter()
                .filter(|p| p["in"] == "query")
                .filter_map(|p| {
                    let word = p.pointer("/schema/enum/0").and_then(Json::as_str).map(str::to_owned);
                    Some((p["name"].as_str()?.to_owned(), word))
                })
                .collect();
            all.push(Operation {
                method,
                path: path.clone(),
                id: operation["operationId"].as_str().unwrap_or_default().to_owned(),
                secured: operation["security"].as_array().is_some_and(|s| !s.is_empty()),
                query,
                body: body_fields(spec, operation),
            });
        }
    }
    anyhow::ensure!(all.len() > 20, "the specification names only {} operations", all.len());
    Ok(all)
}

/// The fields of an operation's JSON body, references followed.
fn body_fields(spec: &Json, operation: &Json) -> Map<String, Json> {
    let schemas = operation["requestBody"]["content"].as_object();
    let json = schemas.into_iter().flatten().find(|(kind, _)| kind.starts_with("application/json"));
    json.map(|(_, content)| fields(spec, &content["schema"], 0)).unwrap_or_default()
}

fn fields(spec: &Json, schema: &Json, depth: u8) -> Map<String, Json> {
    if depth > 4 {
        return Map::new();
    }
    let mut found = Map::new();
    if let Some(name) = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()) {
        found.extend(fields(spec, &spec["components"]["schemas"][name], depth + 1));
    }
    for part in ["allOf", "anyOf", "oneOf"] {
        for inner in schema[part].as_array().into_iter().flatten() {
            found.extend(fields(spec, inner, depth + 1));
        }
    }
    if let Some(own) = schema["properties"].as_object() {
        found.extend(own.clone());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specification_of_this_program_is_understood() {
        let spec: Json = serde_json::from_str(&tenant_api::routes::tenant_spec()).unwrap_or_default();
        let all = operations(&spec).unwrap_or_default();
        let named = |id: &str| all.iter().find(|o| o.id == id);
        let list = named("listClients").map(|o| (o.reads(), o.secured, o.takes("search"), o.area() == "clients", o.has_id()));
        assert_eq!(list, Some((true, true, true, true, false)));
        let change =
            named("updateClient").map(|o| (o.has_id(), o.body.contains_key("assigned_to"), o.body.contains_key("team_id")));
        assert_eq!(change, Some((true, true, true)));
    }
}

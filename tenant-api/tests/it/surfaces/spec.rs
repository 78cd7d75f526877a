//! What can be asked, read from the specification: lists with their parameters and orders, and every
//! operation with its path.

use reqwest::Method;
use serde_json::Value as Json;

/// Parameters that say which part of a list is wanted, and not of which records.
const PAGING: &[&str] = &["page", "limit", "page_size", "cursor", "sort"];

/// A list of records.
#[derive(Debug)]
pub struct List {
    pub kind: &'static str,
    pub path: String,
    /// Query parameters that narrow it.
    pub filters: Vec<String>,
    /// Words of `sort` that its description names.
    pub sorts: Vec<String>,
    /// Properties of a record.
    pub properties: Vec<String>,
}

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    pub method: Method,
    pub path: String,
}

pub fn spec() -> Json {
    serde_json::from_str(&tenant_api::routes::tenant_spec()).unwrap()
}

/// Every operation of these methods, of the product itself and of its faces for other programs.
pub fn operations(methods: &[Method]) -> Vec<Operation> {
    let mut all = Vec::new();
    for spec in [tenant_api::routes::tenant_spec(), tenant_api::routes::console_spec(), tenant_api::routes::crm_spec()] {
        let spec: Json = serde_json::from_str(&spec).unwrap();
        for (path, item) in spec["paths"].as_object().unwrap() {
            for method in methods.iter().filter(|m| item.get(m.as_str().to_lowercase()).is_some()) {
                all.push(Operation { method: method.clone(), path: path.clone() });
            }
        }
    }
    all
}

impl List {
    /// The lists of clients, leads and contacts.
    pub fn all() -> Vec<List> {
        let spec = spec();
        let lists: Vec<List> = ["client", "lead", "contact"].into_iter().map(|kind| List::read(&spec, kind)).collect();
        // What the parser would miss, it would never ask: these are known to be there.
        for (list, known) in lists.iter().zip([
            &["status", "tag", "search", "email"],
            &["status", "partner_id", "search", "source"],
            &["status", "client_id", "search", "tag"],
        ]) {
            assert!(known.iter().all(|k| list.filters.iter().any(|f| f == k)), "{list:?}");
            assert!(list.sorts.len() > 1 && list.properties.len() > 15, "{list:?}");
        }
        lists
    }

    fn read(spec: &Json, kind: &'static str) -> List {
        let path = format!("/api/{kind}s");
        let get = &spec["paths"][&path]["get"];
        let parameters = get["parameters"].as_array().unwrap().iter();
        let named = |schema: &Json| schema["$ref"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let schemas = &spec["components"]["schemas"];
        let envelope = named(&get["responses"]["200"]["content"]["application/json"]["schema"]);
        let record = named(&schemas[envelope]["properties"]["data"]["items"]);
        List {
            kind,
            filters: parameters
                .filter(|p| p["in"] == "query")
                .map(|p| p["name"].as_str().unwrap().to_owned())
                .filter(|name| !PAGING.contains(&name.as_str()))
                .collect(),
            sorts: sorts(get["description"].as_str().unwrap_or_default()),
            properties: schemas[record]["properties"].as_object().unwrap().keys().cloned().collect(),
            path,
        }
    }
}

/// The words between backticks from `Sorts:` to the end of its sentence, without the sign.
fn sorts(description: &str) -> Vec<String> {
    let Some((_, rest)) = description.split_once("Sorts:") else { return Vec::new() };
    let sentence = rest.split(['.', ';']).next().unwrap_or(rest);
    sentence.split('`').skip(1).step_by(2).filter(|w| *w != "-").map(str::to_owned).collect()
}

/// A path with this id in the place of every parameter.
pub fn fill(path: &str, id: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { id } else { part }).collect::<Vec<_>>().join("/")
}

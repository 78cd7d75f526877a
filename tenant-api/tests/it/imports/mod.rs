//! Records from files: what is read, what is checked, what is written, and that it can be taken back.

mod activities;
mod again;
mod batch;
mod contacts;
mod deals;
mod files;
mod hostile;
mod looking;
mod outages;
mod rules;
mod running;
mod scope;
mod taking_back;
mod users;
mod who;

use std::time::Duration;

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, Reply};

/// A file of `tests/files`.
fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Sends a file.
pub async fn send(api: &Api<'_>, entity: &str, name: &str, bytes: impl Into<Vec<u8>>) -> Reply {
    let part = Part::bytes(bytes.into()).file_name(name.to_owned());
    let form = Form::new().text("entity", entity.to_owned()).part("file", part);
    api.send(api.request(Method::POST, "/api/imports").multipart(form)).await
}

/// Sends a file and maps its columns as they are suggested, with some more of the mapping.
async fn mapped(api: &Api<'_>, entity: &str, text: &str, more: Json) -> String {
    let sent = send(api, entity, "people.csv", text).await.expect(201);
    let path = format!("/api/imports/{}", sent["id"].as_str().unwrap());
    map(api, &path, &sent, more).await.expect(200);
    path
}

/// Maps columns as they are suggested.
async fn map(api: &Api<'_>, path: &str, sent: &Json, more: Json) -> Reply {
    let columns = sent["columns"].as_array().unwrap();
    let suggested: serde_json::Map<String, Json> =
        columns.iter().map(|c| (c["name"].as_str().unwrap().to_owned(), c["suggested_field"].clone())).collect();
    let mut body = json!({ "mapping": suggested });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    api.put(&format!("{path}/mapping"), &body).await
}

async fn preview(api: &Api<'_>, path: &str) -> Json {
    api.post(&format!("{path}/preview"), &json!({})).await.expect(200)
}

/// Asks until an import has one of these statuses.
async fn ended(api: &Api<'_>, path: &str, statuses: &[&str]) -> Json {
    for _ in 0..1_500 {
        let now = api.get(path).await.expect(200);
        if statuses.contains(&now["status"].as_str().unwrap()) && now["task"].is_null() {
            return now;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the import does not end: {}", api.get(path).await.text);
}

/// Starts an import and waits for its end.
async fn run(api: &Api<'_>, path: &str) -> Json {
    api.post(&format!("{path}/start"), &json!({})).await.expect(202);
    ended(api, path, &["done", "failed"]).await
}

/// Takes an import back and waits for the end of that.
async fn undo(api: &Api<'_>, path: &str) -> Json {
    api.post(&format!("{path}/undo"), &json!({})).await.expect(202);
    ended(api, path, &["undone", "failed"]).await
}

/// The suggested field of each column that has one.
fn suggested(sent: &Json) -> Vec<(&str, &str)> {
    let columns = sent["columns"].as_array().unwrap();
    columns.iter().filter_map(|c| Some((c["name"].as_str().unwrap(), c["suggested_field"].as_str()?))).collect()
}

/// What is wrong with rows of a preview: row, column, code.
fn faults(preview: &Json) -> Vec<(u64, &str, &str)> {
    let of = |e: &'_ Json| e["row"].as_u64().unwrap();
    let errors = preview["errors"].as_array().unwrap();
    errors.iter().map(|e| (of(e), e["column"].as_str().unwrap(), e["code"].as_str().unwrap())).collect()
}

/// A list as a file of ours.
async fn exported(world: &test_kit::World, api: &Api<'_>, entity: &str, more: Json) -> String {
    let mut asked = json!({ "entity": entity, "format": "csv" });
    asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let id = api.post("/api/exports", &asked).await.expect(202)["id"].as_str().unwrap().to_owned();
    for _ in 0..1_000 {
        let file = api.get(&format!("/api/exports/{id}")).await.expect(200);
        if let Some(url) = file["download_url"].as_str() {
            return world.http.get(url).send().await.unwrap().text().await.unwrap();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the file does not come: {}", api.get(&format!("/api/exports/{id}")).await.text);
}

/// Numbers of an answer by their names.
fn counts<const N: usize>(of: &Json, names: [&str; N]) -> [u64; N] {
    names.map(|name| of[name].as_u64().unwrap_or_else(|| panic!("{name} in {of}")))
}

const RAN: [&str; 6] = ["total", "processed", "created", "updated", "skipped", "failed"];

async fn total(api: &Api<'_>, list: &str) -> u64 {
    api.get(list).await.expect(200)["total"].as_u64().unwrap()
}

/// So many people, each once.
fn people(count: usize) -> String {
    let mut text = String::from("first_name,last_name,email,phone,country\n");
    for n in 0..count {
        text.push_str(&format!("First{n},Last{n},p{n}@example.com,+4420718{:05},GB\n", n % 100_000));
    }
    text
}

/// A hash of everything that an import can change, whatever its order.
async fn state(broker: &Broker<'_>) -> Json {
    broker.world.app.counts.touch(broker.tenant().await.key, "client");
    let tx = broker.tx().await;
    tx.run("select merge_figures()", []).await.unwrap();
    let sql = "select jsonb_build_object(
        'clients', (select md5(coalesce(string_agg(c::text, '|' order by id), '')) from (
            select (to_jsonb(c) - 'version' - 'updated_at' - 'last_activity_at')::text as c, id from clients c) c),
        'leads', (select md5(coalesce(string_agg(l::text, '|' order by id), '')) from (
            select (to_jsonb(l) - 'version' - 'updated_at')::text as l, id from leads l) l),
        'contacts', (select md5(coalesce(string_agg(k::text, '|' order by id), '')) from (
            select (to_jsonb(k) - 'version' - 'updated_at')::text as k, id from contacts k) k),
        'deals', (select md5(coalesce(string_agg(d::text, '|' order by id), '')) from (
            select (to_jsonb(d) - 'version' - 'updated_at')::text as d, id from deals d) d),
        'steps', (select md5(coalesce(string_agg(h::text, '|' order by id), '')) from deal_stages h),
        'activities', (select md5(coalesce(string_agg(a::text, '|' order by id), '')) from (
            select (to_jsonb(a) - 'version' - 'updated_at')::text as a, id from activities a) a),
        'tags', (select md5(coalesce(string_agg(name, '|' order by name), '')) from tags),
        'fields', (select md5(coalesce(string_agg(key, '|' order by key), '')) from custom_fields),
        'values', (select md5(coalesce(string_agg(v::text, '|' order by v::text), '')) from custom_values v),
        'figures', (select md5(coalesce(string_agg(f, '|' order by f), '')) from (
            select concat_ws(':', entity, dim, assigned_to, team_id, value, sum(n)) as f from figures
            group by entity, dim, assigned_to, team_id, value having sum(n) <> 0) f),
        'counts', jsonb_build_array((select count(*) from clients), (select count(*) from leads)))";
    let state: Json = tx.scalar(sql, []).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    state
}

/// Brings a file in and takes it back, after which all is as it was before; what the import came to. `holds` is asked
/// after either.
async fn there_and_back(broker: &Broker<'_>, entity: &str, text: &str, more: &Json, holds: impl AsyncFn()) -> Json {
    let api = broker.manager().await;
    let before = state(broker).await;
    let path = mapped(&api, entity, text, more.clone()).await;
    preview(&api, &path).await;
    let done = run(&api, &path).await;
    assert_eq!(done["status"], "done", "{done}");
    let number = |name: &str| done[name].as_u64().unwrap();
    assert_eq!(number("total"), number("created") + number("updated") + number("skipped") + number("failed"), "{done}");
    assert!(number("created") == 0 || state(broker).await != before, "{done}");
    holds().await;
    let undone = undo(&api, &path).await;
    assert_eq!((&undone["status"], &undone["kept"]), (&json!("undone"), &json!(0)), "{undone}");
    assert_eq!(state(broker).await, before, "{entity} {more}");
    holds().await;
    done
}

//! Everything an actor can be shown, compared with what the oracle says.

use std::collections::{BTreeMap, BTreeSet};

use kernel::permission::{FIELDS, Level};
use reqwest::Method;
use serde_json::Value as Json;
use test_kit::{Api, Reply};
use uuid::Uuid;

use super::findings::Findings;
use super::oracle::{Oracle, Record};
use super::spec::{List, fill, operations};

/// An actor who looks around.
pub struct Look<'a, 'w> {
    pub oracle: Oracle,
    pub api: &'a Api<'w>,
    pub findings: &'a mut Findings,
    /// The records that are looked at one by one.
    pub close: Vec<Uuid>,
}

/// Letters, digits and what stands in addresses and instants; the rest travels encoded.
fn encoded(value: &str) -> String {
    value
        .bytes()
        .map(|b| if b.is_ascii_alphanumeric() || b"-_.".contains(&b) { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// What a list answered, as far as it can tell anything: status, code, rows and total.
fn told(reply: &Reply) -> (u16, Option<String>, BTreeSet<String>, Json) {
    let rows = reply.json["data"].as_array().into_iter().flatten();
    let ids = rows.filter_map(|r| r["id"].as_str().map(str::to_owned)).collect();
    (reply.status, reply.json["code"].as_str().map(str::to_owned), ids, reply.json["total"].clone())
}

impl Look<'_, '_> {
    pub fn fault(&mut self, surface: &'static str, text: String) {
        self.findings.add(&self.oracle.role, surface, text);
    }

    /// Adds what a checker found.
    pub fn faults(&mut self, surface: &'static str, path: &str, found: Vec<String>) {
        for text in found {
            self.fault(surface, format!("{path}: {text}"));
        }
    }

    /// Notes a condition that does not hold.
    pub fn check(&mut self, surface: &'static str, holds: bool, text: impl FnOnce() -> String) {
        if !holds {
            self.fault(surface, text());
        }
    }

    /// Looks at an answer that must not fail and must not tell what it must not.
    pub fn scan(&mut self, surface: &'static str, path: &str, reply: &Reply) {
        self.findings.asked += 1;
        self.check(surface, reply.status < 500, || format!("{path}: {}", reply.text));
        self.faults(surface, path, self.oracle.faults_of_text(&reply.text));
    }

    pub async fn get(&mut self, surface: &'static str, path: &str) -> Reply {
        let reply = self.api.get(path).await;
        self.scan(surface, path, &reply);
        reply
    }

    /// Notes an answer that is not refused with this code.
    fn refused(&mut self, surface: &'static str, path: &str, reply: &Reply, code: &str) {
        self.check(surface, reply.status == 422 && reply.json["code"] == code, || {
            format!("{path}: {} and not {code}: {}", reply.status, reply.text.chars().take(200).collect::<String>())
        });
    }

    /// The records to look at, of one kind or of both.
    pub fn close(&self, kind: &str) -> Vec<Record> {
        self.close
            .iter()
            .filter_map(|id| self.oracle.record(*id))
            .filter(|r| kind.is_empty() || r.kind == kind)
            .cloned()
            .collect()
    }

    /// Everything.
    pub async fn around(&mut self) {
        for list in List::all() {
            let reply = self.get("list", &format!("{}?limit=200", list.path)).await;
            if !self.oracle.has(&format!("{}s.read", list.kind)) {
                self.check("list", reply.status == 403, || format!("{}: {}", list.path, reply.text));
                continue;
            }
            self.whole("list", &list, "", &reply);
            self.orders(&list).await;
            self.filters(&list).await;
            self.guesses(&list).await;
            for record in self.close(list.kind) {
                self.one_record(&record).await;
                self.search(&list, &record).await;
                self.explained(&record).await;
            }
        }
        self.sales().await;
        self.dashboard().await;
        let audit = self.get("audit", "/api/audit?limit=200").await;
        let may = self.oracle.has("audit.read");
        self.check("audit", (audit.status == 200) == may, || format!("/api/audit: {}", audit.status));
        self.every_other_route().await;
        self.strangers().await;
    }

    /// A list that must be all of what may be seen; rows and total are faults of their own.
    fn whole(&mut self, surface: &'static str, list: &List, path: &str, reply: &Reply) {
        self.part(surface, list, path, reply, &|_| true);
    }

    fn part(&mut self, surface: &'static str, list: &List, path: &str, reply: &Reply, belongs: &dyn Fn(&Record) -> bool) {
        let path = format!("{}?{path}", list.path);
        self.check(surface, reply.status == 200, || format!("{path}: {} {}", reply.status, reply.text));
        if reply.status != 200 {
            return;
        }
        for text in self.oracle.faults_of_part(list.kind, &reply.json, belongs) {
            let surface = if text.starts_with("total") { "count" } else { surface };
            self.fault(surface, format!("{path}: {text}"));
        }
    }

    /// By every order there is, and by none that would tell a closed field.
    async fn orders(&mut self, list: &List) {
        let closed = |look: &Self, word: &str| {
            FIELDS.iter().any(|f| f.key == format!("{}s.{word}", list.kind) && look.oracle.level(f.key) != Level::Full)
        };
        for word in &list.sorts {
            for sign in ["", "-"] {
                let query = format!("limit=200&sort={sign}{word}");
                let reply = self.get("sort", &format!("{}?{query}", list.path)).await;
                if closed(self, word) {
                    self.refused("sort", &query, &reply, "field_masked");
                    continue;
                }
                self.whole("sort", list, &query, &reply);
                let rows: Vec<Json> = reply.json["data"].as_array().into_iter().flatten().map(|r| r[word].clone()).collect();
                let rows: Vec<&str> = rows.iter().filter_map(Json::as_str).collect();
                let sorted =
                    if sign.is_empty() { rows.is_sorted_by(|a, b| before(a, b)) } else { rows.is_sorted_by(|a, b| before(b, a)) };
                self.check("sort", sorted, || format!("{query}: {rows:?}"));
            }
        }
        let others = FIELDS.iter().filter(|f| f.key.starts_with(list.kind)).map(|f| f.name());
        let others: Vec<&str> = others.filter(|w| closed(self, w)).collect();
        for word in others {
            for query in
                [format!("sort={word}"), format!("sort=-{word}"), format!("sort=created_at,{word}"), format!("sort={word},name")]
            {
                let reply = self.get("sort", &format!("{}?{query}", list.path)).await;
                self.check("sort", reply.status == 422, || format!("{query}: {}", reply.status));
            }
        }
    }

    /// Each parameter that is a column of the record, by the values that stand there.
    async fn filters(&mut self, list: &List) {
        for name in &list.filters {
            let values: BTreeSet<String> = self
                .close(list.kind)
                .iter()
                .filter_map(|r| match name.as_str() {
                    "tag" => r.row["tags"][0].as_str().map(str::to_owned),
                    _ => r.clear.get(name.as_str()).cloned().or_else(|| r.row[name].as_str().map(str::to_owned)),
                })
                .collect();
            let closed =
                FIELDS.iter().any(|f| f.key == format!("{}s.{name}", list.kind) && self.oracle.level(f.key) != Level::Full);
            for value in values {
                let query = format!("limit=200&{name}={}", encoded(&value));
                let reply = self.get("filter", &format!("{}?{query}", list.path)).await;
                if closed {
                    self.refused("filter", &query, &reply, "field_masked");
                    continue;
                }
                let belongs = |r: &Record| match name.as_str() {
                    "tag" => r.row["tags"].as_array().is_some_and(|tags| tags.iter().any(|t| *t == *value)),
                    _ => r.clear.get(name.as_str()).map(String::as_str).or(r.row[name].as_str()) == Some(value.as_str()),
                };
                self.part("filter", list, &query, &reply, &belongs);
            }
        }
        for (query, column) in [("assigned_to=none", "assigned_to"), ("team_id=none", "team_id")] {
            let reply = self.get("filter", &format!("{}?limit=200&{query}", list.path)).await;
            self.part("filter", list, query, &reply, &|r| r.row[column].is_null());
        }
        for (query, all) in [("created_from=2000-01-01", true), ("created_to=2000-01-01", false)] {
            let reply = self.get("filter", &format!("{}?limit=200&{query}", list.path)).await;
            self.part("filter", list, query, &reply, &|_| all);
        }
    }

    /// Whatever a parameter means: asked with a value that is closed, it answers as it does to one that
    /// nobody has. So it is with a parameter that this test has never heard of.
    async fn guesses(&mut self, list: &List) {
        let (seen, unseen): (Vec<Record>, Vec<Record>) = self.close(list.kind).into_iter().partition(|r| self.oracle.sees(r));
        let mut secrets: BTreeMap<String, String> = BTreeMap::new();
        for record in seen.first().into_iter().chain(unseen.first()) {
            for field in record.fields().filter(|f| self.oracle.level(f.key) != Level::Full) {
                if let Some(clear) = record.clear.get(field.name()) {
                    secrets.insert(clear.clone(), decoy(field.name(), clear));
                    let part: String = clear.chars().skip(1).take(8).collect();
                    secrets.insert(part.clone(), decoy(field.name(), &part));
                }
            }
        }
        if let Some(record) = unseen.first() {
            secrets.insert(record.first_name.clone(), decoy("first_name", &record.first_name));
            secrets.insert(record.id.to_string(), Uuid::now_v7().to_string());
        }
        for name in &list.filters {
            let surface = if name == "search" { "search" } else { "filter" };
            for (secret, decoy) in &secrets {
                let query = |value: &str| format!("{}?limit=200&{name}={}", list.path, encoded(value));
                let (real, none) = (self.get(surface, &query(secret)).await, self.get(surface, &query(decoy)).await);
                let (real, none) = (told(&real), told(&none));
                self.check(surface, real == none, || {
                    format!("{name}={secret} answers {real:?} and {name}={decoy} answers {none:?}")
                });
            }
        }
    }

    /// Detail and timeline.
    async fn one_record(&mut self, record: &Record) {
        let sees = self.oracle.sees(record);
        for (surface, rest) in [("detail", ""), ("timeline", "/timeline")] {
            let path = format!("/api/{}s/{}{rest}", record.kind, record.id);
            let reply = self.get(surface, &path).await;
            self.check(surface, reply.status == if sees { 200 } else { 404 }, || format!("{path}: {}", reply.status));
            if reply.status == 200 && surface == "detail" {
                self.faults(surface, &path, self.oracle.faults_of_record(&reply.json));
            }
        }
    }

    /// Names are found within the scope; contact data too where both are open.
    async fn search(&mut self, list: &List, record: &Record) {
        let open = |name: &str| self.oracle.level(&format!("{}s.{name}", record.kind)) == Level::Full;
        let both = open("email") && open("phone");
        let contact = ["email", "phone"].into_iter().filter_map(|name| record.clear.get(name));
        let parts = contact.clone().map(|clear| clear.chars().skip(3).take(8).collect::<String>());
        let texts: Vec<String> = contact.cloned().chain(parts).chain([record.first_name.clone()]).collect();
        for text in texts {
            let visible = self.oracle.visible(record.kind);
            let finds = |r: &&&Record| {
                let clear = ["email", "phone"].iter().filter(|_| both).filter_map(|name| r.clear.get(*name));
                clear.chain([&r.first_name]).any(|value| value.contains(&text))
            };
            let wanted = visible.iter().filter(finds).count();
            let reply = self.get("search", &format!("{}?search={}", list.path, encoded(&text))).await;
            let found = reply.json["total"].clone();
            self.check("search", found == wanted, || format!("{}s by {text}: {found} and not {wanted}", record.kind));
        }
        self.palette(record, both).await;
    }

    /// The palette finds by the same rules; `both` says whether e-mail and phone are open.
    async fn palette(&mut self, record: &Record, both: bool) {
        let sees = self.oracle.sees(record);
        let contact = ["email", "phone"].into_iter().filter_map(|name| record.clear.get(name)).map(|clear| (clear, sees && both));
        for (text, wanted) in contact.chain([(&record.first_name, sees)]) {
            let reply = self.get("search", &format!("/api/search?limit=20&q={}", encoded(text))).await;
            let found = reply.text.contains(&record.id.to_string());
            self.check("search", found == wanted, || format!("the palette by {text}: {found} and not {wanted}"));
        }
    }

    /// The product's own explanation says of a record and its fields what the oracle says.
    async fn explained(&mut self, record: &Record) {
        if self.oracle.user.is_nil() {
            return;
        }
        let sees = self.oracle.sees(record);
        for field in record.fields() {
            let path =
                format!("/api/access/explain?resource_type={}&resource_id={}&field={}", record.kind, record.id, field.name());
            let reply = self.api.get(&path).await;
            self.findings.asked += 1;
            if !sees && !self.oracle.has("access.explain") {
                self.check("explain", reply.status == 404, || format!("{path}: {}", reply.text));
                continue;
            }
            let level = self.oracle.level(field.key);
            let allowed = sees && level != Level::Hidden;
            let agrees = reply.json["allowed"] == allowed && (!allowed || reply.json["level"] == level.as_str());
            self.check("explain", agrees, || format!("{path}: allowed {allowed}, {}: {}", level.as_str(), reply.text));
            let secret =
                record.clear.get(field.name()).is_some_and(|clear| clear.len() > 7 && reply.text.contains(clear.as_str()));
            self.check("explain", !secret && (sees || !reply.text.contains(&record.first_name)), || {
                format!("{path}: {}", reply.text)
            });
        }
    }

    /// Counts and groups of the dashboard, by what stands in the rows.
    async fn dashboard(&mut self) {
        let path = "/api/dashboard/clients";
        let reply = self.get("count", path).await;
        let both = ["dashboard.read", "clients.read"];
        if !both.iter().all(|p| self.oracle.has(p)) {
            return self.check("count", reply.status == 403, || format!("{path}: {}", reply.status));
        }
        let counted: Vec<Record> = self
            .oracle
            .records
            .iter()
            .filter(|r| r.kind == "client" && both.iter().all(|p| self.oracle.covers(p, r)))
            .cloned()
            .collect();
        let owned = counted.iter().filter(|r| r.owner.is_some()).count();
        for (figure, wanted) in [("total", counted.len()), ("assigned", owned), ("unassigned", counted.len() - owned)] {
            let shown = reply.json[figure].clone();
            self.check("count", shown == wanted, || format!("{path}: {figure} is {shown} and not {wanted}"));
        }
        let groups: Vec<(String, Json)> = reply
            .json
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(_, v)| v.is_array())
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect();
        self.check("group", groups.len() > 4, || format!("{path}: {groups:?}"));
        for (name, rows) in groups {
            let column = match name.as_str() {
                "by_kyc" => "kyc_status",
                "by_team" => "team_id",
                _ => name.strip_prefix("by_").unwrap_or_default(),
            };
            let mut shown: BTreeMap<Option<String>, u64> = BTreeMap::new();
            for row in rows.as_array().into_iter().flatten() {
                let key = row["key"].as_str().or(row["id"].as_str()).map(str::to_owned);
                *shown.entry(key).or_default() += row["count"].as_u64().unwrap_or_default();
            }
            let sum: u64 = shown.values().sum();
            self.check("group", sum == counted.len() as u64, || format!("{name} counts {sum} and not {}", counted.len()));
            // A group over something that is no column is known by its sum alone. Of many values only the
            // largest are named.
            if column.is_empty() || shown.len() >= 20 || counted.iter().all(|r| r.row.get(column).is_none()) {
                continue;
            }
            let mut wanted: BTreeMap<Option<String>, u64> = BTreeMap::new();
            for record in &counted {
                *wanted.entry(record.row[column].as_str().map(str::to_owned)).or_default() += 1;
            }
            self.check("group", shown == wanted, || format!("{name} is {shown:?} and not {wanted:?}"));
        }
    }

    /// Every GET of the specification, with and without ids: no text of any answer says what it must not.
    async fn every_other_route(&mut self) {
        let mut ids = vec![self.oracle.user];
        for kind in ["client", "lead", "contact"] {
            let (seen, unseen): (Vec<Record>, Vec<Record>) = self.close(kind).into_iter().partition(|r| self.oracle.sees(r));
            ids.extend(seen.first().into_iter().chain(unseen.first()).map(|r| r.id));
        }
        let mut calls = 0;
        for operation in operations(&[Method::GET]) {
            if operation.path == "/api/events" {
                continue;
            }
            let mut paths = vec![operation.path.clone()];
            if operation.path.contains('{') {
                paths = ids.iter().map(|id| fill(&operation.path, &id.to_string())).collect();
            }
            for path in paths {
                calls += 1;
                self.get("route", &path).await;
            }
        }
        assert!(calls > 30, "the specification has shrunk");
    }

    /// A record out of sight is, to every operation with an id in its path, the same as one that does not
    /// exist: same status, same code, same words.
    async fn strangers(&mut self) {
        let unseen: Vec<Record> = self.close("").into_iter().filter(|r| !self.oracle.sees(r)).collect();
        let targets: Vec<&Record> =
            ["client", "lead", "contact"].iter().filter_map(|kind| unseen.iter().find(|r| r.kind == *kind)).collect();
        let methods = [Method::GET, Method::POST, Method::PATCH, Method::PUT, Method::DELETE];
        let operations: Vec<_> = operations(&methods).into_iter().filter(|o| o.path.contains('{')).collect();
        for record in targets {
            for operation in &operations {
                let nobody = Uuid::now_v7().to_string();
                let body = body_of(&operation.path);
                let ask = async |look: &mut Self, id: &str| {
                    let path = fill(&operation.path, id);
                    let request = look.api.request(operation.method.clone(), &path);
                    let request = if operation.method == Method::GET { request } else { request.json(&body) };
                    let reply = look.api.send(request).await;
                    look.scan("stranger", &path, &reply);
                    let message = reply.json["message"].as_str().unwrap_or(&reply.text).replace(id, "it");
                    (reply.status, reply.json["code"].as_str().map(str::to_owned), message)
                };
                let (real, none) = (ask(self, &record.id.to_string()).await, ask(self, &nobody).await);
                self.check("stranger", real == none, || {
                    format!("{} {}: a {} out of sight {real:?}, nothing {none:?}", operation.method, operation.path, record.kind)
                });
            }
        }
    }
}

/// A body that an operation on a record would take.
fn body_of(path: &str) -> Json {
    match path.rsplit('/').next() {
        Some("reveal") => serde_json::json!({ "fields": ["email"], "purpose": "A test of strangers" }),
        Some("status") => serde_json::json!({ "status": "new" }),
        Some("{id}") => serde_json::json!({ "source": "Elsewhere" }),
        _ => serde_json::json!({}),
    }
}

/// A value of the same form that no record has.
fn decoy(name: &str, clear: &str) -> String {
    let other = |c: char| match c {
        // Planted words are of hexadecimal digits, planted numbers of digits.
        '0'..='9' if name == "phone" || name == "balance" => char::from(b'0' + (c as u8 - b'0' + 3) % 10),
        '0'..='9' => 'x',
        'q' => 'y',
        c => c,
    };
    if name == "date_of_birth" { clear.replacen("19", "18", 1) } else { clear.chars().map(other).collect() }
}

/// Whether one value of a sorted column may stand before another: sums as numbers, instants as such.
fn before(a: &str, b: &str) -> bool {
    let instant = |text: &str| chrono::DateTime::parse_from_rfc3339(text).ok();
    match (a.parse::<f64>(), b.parse::<f64>(), instant(a), instant(b)) {
        (Ok(a), Ok(b), ..) => a <= b,
        (_, _, Some(a), Some(b)) => a <= b,
        _ => a <= b,
    }
}

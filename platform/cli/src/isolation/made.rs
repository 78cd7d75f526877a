//! What comes into being through the product itself: files of records that come in, and records that are made one.
//! It is made before anybody looks around, so that its words are hunted like all others.

use std::time::Duration;

use anyhow::Context as _;
use kernel::permission::Level;
use kernel::tenant::ViewClass;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use runtime::db::Mode;
use runtime::{Rows as _, SharedApp};
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::caller::{Answer, Caller};
use super::hunt::What;
use super::plant::{Kind, Planted};
use super::report::Report;
use super::rules::Viewer;

/// What files bring: the word of the request, the kind of record, its table, its fields of contact data.
const BRINGS: [(&str, Kind, &str, &str); 3] = [
    ("clients", Kind::Client, "clients.email", "clients.phone"),
    ("leads", Kind::Lead, "leads.email", "leads.phone"),
    ("contacts", Kind::Contact, "contacts.email", "contacts.phone"),
];

/// A person of a file: the line, and by what they are known again.
struct Person {
    line: String,
    words: Vec<(String, What)>,
}

impl Person {
    fn new(planted: &Planted, email: &'static str, phone: &'static str) -> Self {
        let word = || planted.new_word();
        let (first, last, source, name, domain, number) = (word(), word(), word(), word(), word(), planted.new_phone());
        let line = format!("{first},{last},{name}@{domain}.example,{number},{source}\n");
        let words = vec![
            (first, What::Text("first name")),
            (last, What::Text("last name")),
            (source, What::Text("source")),
            (name, What::Sensitive(email)),
            (domain, What::Sensitive(email)),
            (number[1..].to_owned(), What::Sensitive(phone)),
        ];
        Self { line, words }
    }
}

const HEADING: &str = "first_name,last_name,email,phone,source\n";

/// Makes what is made over HTTP, by somebody who may.
pub async fn make(app: &SharedApp, planted: &mut Planted, who: &Caller, report: &Report) -> anyhow::Result<()> {
    for (entity, kind, email, phone) in BRINGS {
        open_import(planted, who, (entity, kind), email, phone).await?;
        brought(app, planted, who, (entity, kind), email, phone, report).await?;
    }
    merged(planted, who, Kind::Client, "/api/clients/merge", Kind::Merge).await?;
    merged(planted, who, Kind::Contact, "/api/contacts/merge", Kind::ContactMerge).await
}

/// Sends a file.
pub async fn send(who: &Caller, entity: &str, text: String, name: &str) -> anyhow::Result<Answer> {
    let part = Part::bytes(text.into_bytes()).file_name(format!("{name}.csv"));
    let form = Form::new().text("entity", entity.to_owned()).part("file", part);
    who.send(who.request(Method::POST, "/api/imports").multipart(form)).await
}

async fn mapped(who: &Caller, entity: &str, text: String, name: &str) -> anyhow::Result<(Uuid, String)> {
    let sent = send(who, entity, text, name).await?;
    anyhow::ensure!(sent.status == 201, "a file of {entity} is answered with {}: {}", sent.status, sent.json["code"]);
    let id: Uuid = sent.json["id"].as_str().unwrap_or_default().parse().context("an import has no id")?;
    let path = format!("/api/imports/{id}");
    let names: serde_json::Map<String, Json> = HEADING.trim().split(',').map(|n| (n.to_owned(), json!(n))).collect();
    let mapping = json!({ "mapping": names, "duplicates": "skip" });
    for request in [
        who.request(Method::PUT, &format!("{path}/mapping")).json(&mapping),
        who.request(Method::POST, &format!("{path}/preview")).json(&json!({})),
    ] {
        let answer = who.send(request).await?;
        anyhow::ensure!(answer.accepted(), "an import of {entity} is answered with {}: {}", answer.status, answer.json);
    }
    Ok((id, path))
}

/// An import that was looked at and not begun: a row that is fine, one with faults, one that is there already.
async fn open_import(
    planted: &mut Planted,
    who: &Caller,
    (entity, kind): (&str, Kind),
    email: &'static str,
    phone: &'static str,
) -> anyhow::Result<()> {
    let (fine, mut faulty) = (Person::new(planted, email, phone), Person::new(planted, email, phone));
    faulty.line = faulty.line.replace(".example", " at home");
    let known = planted.of(kind).next().context("there is nobody")?.email.clone();
    let name = planted.new_word();
    let text = format!("{HEADING}{}{}Known,Already,{known},,\n", fine.line, faulty.line);
    let (id, _) = mapped(who, entity, text, &name).await?;
    planted.needle(&name, What::Text("name of a file"));
    for (word, what) in fine.words.into_iter().chain(faulty.words) {
        planted.needle(&word, what);
    }
    planted.push(Kind::Import, id, None, None).needs = match kind {
        Kind::Lead => "leads.import",
        Kind::Contact => "contacts.import",
        _ => "clients.import",
    };
    Ok(())
}

#[derive(FromQueryResult)]
struct Brought {
    id: Uuid,
    email: String,
    phone: String,
    assigned_to: Option<Uuid>,
    team_id: Option<Uuid>,
}

/// An import that was run: its people are records like all others.
async fn brought(
    app: &SharedApp,
    planted: &mut Planted,
    who: &Caller,
    (entity, kind): (&str, Kind),
    email: &'static str,
    phone: &'static str,
    report: &Report,
) -> anyhow::Result<()> {
    let person = Person::new(planted, email, phone);
    let (id, path) = mapped(who, entity, format!("{HEADING}{}", person.line), "prover").await?;
    let begun = who.send(who.request(Method::POST, &format!("{path}/start")).json(&json!({}))).await?;
    anyhow::ensure!(begun.accepted(), "an import of {entity} can't be started: {} {}", begun.status, begun.json["code"]);
    if !ended(who, &path).await? {
        report.note(format!("an import of {entity} does not end: do the workers run?"));
        return Ok(());
    }
    let tx = app.db.begin(&planted.tenant, ViewClass::FULL, Mode::Read).await?;
    let sql = match kind {
        Kind::Lead => "select id, email, phone, assigned_to, team_id from leads where import_id = $1",
        Kind::Contact => "select id, email, phone, assigned_to, team_id from contacts where import_id = $1",
        _ => "select id, email, phone, assigned_to, team_id from clients where import_id = $1",
    };
    let made: Brought = tx.one(sql, [id.into()]).await?.context("nobody came of an import")?;
    for (word, what) in person.words {
        planted.needle(&word, what);
    }
    let record = planted.push(kind, made.id, made.assigned_to, made.team_id);
    (record.email, record.phone) = (made.email, made.phone);
    Ok(())
}

/// Waits for the end of an import or an export.
pub async fn ended(who: &Caller, path: &str) -> anyhow::Result<bool> {
    for _ in 0..200 {
        let now = who.get(path).await?;
        if ["done", "failed", "cancelled"].iter().any(|s| now.json["status"] == *s) {
            return Ok(true);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(false)
}

/// Makes one of the last two records of a kind that were planted to be one.
async fn merged(planted: &mut Planted, who: &Caller, of: Kind, path: &str, kind: Kind) -> anyhow::Result<()> {
    let pair: Vec<_> = planted.of(of).filter(|r| r.twin).cloned().collect();
    let [kept, dropped] = pair.as_slice() else { anyhow::bail!("there are no two {} to make one", of.words()) };
    let body = json!({ "keep_id": kept.id, "drop_id": dropped.id });
    let answer = who.send(who.request(Method::POST, path).json(&body)).await?;
    anyhow::ensure!(answer.accepted(), "{path} answers {}: {}", answer.status, answer.json);
    let id = answer.json["merge_id"].as_str().unwrap_or_default().parse().context("a merge has no id")?;
    planted.push(kind, id, kept.owner, kept.team).on = vec![kept.clone()];
    Ok(())
}

/// Whether somebody may bring in records of an entity: with the right to, and with contact data in clear.
pub fn may_bring(viewer: &Viewer, entity: &str) -> bool {
    let clear = |name: &str| viewer.level(&format!("{entity}.{name}")) == Level::Full;
    viewer.scope(&format!("{entity}.import")).is_some() && clear("email") && clear("phone")
}

//! What can be done with consents.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use kernel::DomainError;
use kernel::event::Event;
use kernel::tenant::ViewClass;
use kernel::validate::Checker;
use runtime::audit::{self, Change};
use runtime::crypto::sha256;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::http::{ConsentIn, ConsentPatch};
use crate::clients;
use crate::naming::key_from;

/// The most consents of a tenant, archived ones among them.
const MOST: usize = 40;
/// The longest title.
const TITLE: usize = 200;
/// The longest text.
const BODY: usize = 40_000;

/// A consent with the wording in force.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Consent {
    /// Id.
    pub id: Uuid,
    /// Stable key.
    pub key: String,
    /// The wording in force.
    pub version: i32,
    /// Its heading, which people tick.
    pub title: String,
    /// The text, as Markdown.
    pub body: String,
    /// Whether nobody can register without it.
    pub required: bool,
    /// The language that it is written in.
    pub locale: Option<String>,
    /// Order.
    pub position: i32,
    /// Whether the form no longer shows it.
    pub archived: bool,
    /// When the wording was published.
    pub published_at: DateTime<Utc>,
    /// Who published it.
    pub published_by: Option<String>,
    /// How often somebody agreed to it, in any wording.
    pub agreed: i64,
}

/// One wording of a consent.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Wording {
    /// The consent.
    pub key: String,
    /// Counts from 1.
    pub version: i32,
    /// Its heading.
    pub title: String,
    /// The text, as Markdown.
    pub body: String,
    /// SHA-256 of heading and text, in hex.
    pub hash: String,
    /// Whether nobody can register without it.
    pub required: bool,
    /// The language that it is written in.
    pub locale: Option<String>,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// Who published it.
    pub published_by: Option<String>,
}

/// What a client agreed to.
#[derive(Debug, Clone, FromQueryResult)]
pub struct ClientConsent {
    /// The consent.
    pub key: String,
    /// The wording.
    pub version: i32,
    /// Its heading.
    pub title: Option<String>,
    /// The wording in force by now.
    pub current: Option<i32>,
    /// SHA-256 of heading and text, in hex.
    pub hash: String,
    /// When.
    pub at: DateTime<Utc>,
    /// From where; absent for who does not see everything in clear.
    pub ip: Option<String>,
}

/// How a client registered.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Registered {
    /// When the form was sent.
    pub submitted_at: DateTime<Utc>,
    /// When the e-mail address was verified.
    pub verified_at: DateTime<Utc>,
    /// The partner whose link it was.
    pub partner_id: Option<Uuid>,
    /// Their name.
    pub partner_name: Option<String>,
    /// The lead that became the client.
    pub lead_id: Option<Uuid>,
}

/// A wording that somebody agreed to in a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// The consent.
    pub key: String,
    /// The wording.
    pub version: i32,
    /// SHA-256 of heading and text, in hex.
    pub hash: String,
}

const ALL: &str = "select c.id, c.key, c.version, t.title, t.body, c.required, c.locale, c.position, c.archived, t.published_at,
           u.name as published_by,
           (select count(*) from client_consents a where a.key = c.key) as agreed
     from consents c join consent_texts t on t.consent_id = c.id and t.version = c.version
     left join users u on u.id = t.published_by";

/// Every consent in order, archived ones last.
pub async fn all(ctx: &Ctx) -> kernel::Result<Vec<Consent>> {
    ctx.require("settings.manage")?;
    read(ctx).await
}

async fn read(ctx: &Ctx) -> kernel::Result<Vec<Consent>> {
    let mut found: Vec<Consent> = ctx.tx().all(ALL, []).await?;
    found.sort_by(|a, b| (a.archived, a.position, &a.key).cmp(&(b.archived, b.position, &b.key)));
    Ok(found)
}

async fn find(ctx: &Ctx, id: Uuid) -> kernel::Result<Consent> {
    read(ctx).await?.into_iter().find(|c| c.id == id).ok_or_else(|| DomainError::not_found("Consent"))
}

/// Every wording that a consent ever had, the newest first.
pub async fn wordings(ctx: &Ctx, id: Uuid) -> kernel::Result<Vec<Wording>> {
    ctx.require("settings.manage")?;
    let found: Vec<Wording> = ctx
        .tx()
        .all(
            "select c.key, t.version, t.title, t.body, t.hash, c.required, c.locale, t.published_at, u.name as published_by
             from consents c join consent_texts t on t.consent_id = c.id left join users u on u.id = t.published_by
             where c.id = $1 order by t.version desc",
            [id.into()],
        )
        .await?;
    if found.is_empty() { Err(DomainError::not_found("Consent")) } else { Ok(found) }
}

/// The wordings in force, for the form. Public: what a stranger must read before they agree.
pub async fn current(ctx: &Ctx) -> kernel::Result<Vec<Wording>> {
    let sql = "select c.key, t.version, t.title, t.body, t.hash, c.required, c.locale, t.published_at, null::text as published_by
               from consents c join consent_texts t on t.consent_id = c.id and t.version = c.version
               where not c.archived order by c.position, c.key";
    Ok(ctx.tx().all(sql, []).await?)
}

/// Takes the lock under which the configuration changes.
async fn locked(ctx: &Ctx) -> kernel::Result<()> {
    ctx.require("settings.manage")?;
    ctx.tx().run("select 1 from tenant_meta for update", []).await?;
    Ok(())
}

fn text(c: &mut Checker, field: &str, given: Option<&str>, max: usize) -> String {
    c.required(field, given, max).replace("\r\n", "\n")
}

fn locale(c: &mut Checker, given: Option<&str>) -> Option<String> {
    let tag = c.optional("locale", given, 10)?;
    if !template::is_locale(&tag) {
        c.add("locale", "must be a language tag like en or en-GB");
    }
    Some(tag)
}

fn hash_of(title: &str, body: &str) -> String {
    sha256(format!("{title}\n\n{body}").as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}

async fn publish(ctx: &Ctx, id: Uuid, version: i32, title: &str, body: &str) -> kernel::Result<()> {
    ctx.tx()
        .run(
            "insert into consent_texts (consent_id, version, title, body, hash, published_at, published_by)
             values ($1, $2, $3, $4, $5, $6, $7)",
            [
                id.into(),
                version.into(),
                title.into(),
                body.into(),
                hash_of(title, body).into(),
                ctx.now().into(),
                ctx.user_id().into(),
            ],
        )
        .await?;
    Ok(())
}

async fn record(ctx: &Ctx, action: &str, id: Uuid, key: &str, mut changes: Vec<Change>) -> kernel::Result<()> {
    changes.insert(0, Change { field: "consent".to_owned(), old: Json::Null, new: key.into() });
    ctx.audit(action, "consent", Some(id), changes).await?;
    ctx.emit(Event::new("settings.changed", ctx.tenant().id, "settings.manage")).await
}

fn facts(c: &Consent) -> Json {
    json!({
        "title": c.title, "text_hash": hash_of(&c.title, &c.body), "version": c.version, "required": c.required,
        "locale": c.locale, "position": c.position, "archived": c.archived,
    })
}

/// Adds a consent; it comes last.
pub async fn create(ctx: &Ctx, input: &ConsentIn) -> kernel::Result<Consent> {
    locked(ctx).await?;
    let all = read(ctx).await?;
    let taken: Vec<String> = all.iter().map(|c| c.key.clone()).collect();
    let mut c = Checker::new();
    let title = text(&mut c, "title", input.title.as_deref(), TITLE);
    let body = text(&mut c, "body", input.body.as_deref(), BODY);
    let locale = locale(&mut c, input.locale.as_deref());
    let key = match input.key.as_deref().map(str::trim).filter(|k| !k.is_empty()) {
        Some(key) if taken.iter().any(|t| t == key) => {
            c.add("key", "is already in use");
            String::new()
        }
        Some(key) if is_key(key) => key.to_owned(),
        Some(_) => {
            c.add("key", "must be of lower-case letters, digits and _, and begin with a letter");
            String::new()
        }
        None => key_from(&title, "consent", &taken),
    };
    if all.len() >= MOST {
        c.add("title", format!("can't be added: there are {MOST} consents already"));
    }
    c.finish()?;
    let position = all.iter().map(|c| c.position + 1).max().unwrap_or(0);
    let id = Uuid::now_v7();
    ctx.tx()
        .run(
            "insert into consents (id, key, required, locale, position, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $6)",
            [
                id.into(),
                key.clone().into(),
                input.required.unwrap_or(true).into(),
                locale.into(),
                position.into(),
                ctx.now().into(),
            ],
        )
        .await?;
    publish(ctx, id, 1, &title, &body).await?;
    let made = find(ctx, id).await?;
    record(ctx, "consent.created", id, &key, audit::diff(&json!({}), &facts(&made))).await?;
    Ok(made)
}

fn is_key(text: &str) -> bool {
    text.len() <= 40
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Changes a consent. Another title or text is a new version; who registers must agree to that one.
pub async fn update(ctx: &Ctx, id: Uuid, patch: &ConsentPatch) -> kernel::Result<Consent> {
    locked(ctx).await?;
    let old = find(ctx, id).await?;
    let mut c = Checker::new();
    let title = patch.title.as_deref().map_or_else(|| old.title.clone(), |v| text(&mut c, "title", Some(v), TITLE));
    let body = patch.body.as_deref().map_or_else(|| old.body.clone(), |v| text(&mut c, "body", Some(v), BODY));
    let locale = match patch.locale.as_deref() {
        None => old.locale.clone(),
        given => locale(&mut c, given),
    };
    if patch.position.is_some_and(|p| !(0..1_000).contains(&p)) {
        c.add("position", "must be a whole number from 0 to 999");
    }
    if patch.version.is_some_and(|v| v != old.version) {
        return Err(DomainError::conflict(
            "stale_version",
            "Somebody else published another wording meanwhile. Reload and try again.",
        ));
    }
    c.finish()?;
    let reworded = title != old.title || body != old.body;
    let version = old.version + i32::from(reworded);
    let required = patch.required.unwrap_or(old.required);
    let position = patch.position.unwrap_or(old.position);
    let archived = patch.archived.unwrap_or(old.archived);
    if !reworded && (&locale, required, position, archived) == (&old.locale, old.required, old.position, old.archived) {
        return Ok(old);
    }
    if reworded {
        publish(ctx, id, version, &title, &body).await?;
    }
    ctx.tx()
        .run(
            "update consents set version = $2, required = $3, locale = $4, position = $5, archived = $6, updated_at = $7
             where id = $1",
            [id.into(), version.into(), required.into(), locale.into(), position.into(), archived.into(), ctx.now().into()],
        )
        .await?;
    let new = find(ctx, id).await?;
    record(ctx, "consent.updated", id, &old.key, audit::diff(&facts(&old), &facts(&new))).await?;
    Ok(new)
}

/// Checks what a form agrees to against the wordings in force; says whether one of them is an older one.
pub fn agreed(c: &mut Checker, wordings: &[Wording], given: &[(String, i64)]) -> (Vec<Accepted>, bool) {
    let mut outdated = false;
    let mut seen = HashSet::new();
    for (key, _) in given {
        let shown: String = key.chars().filter(|c| !c.is_control()).take(40).collect();
        if !seen.insert(key) {
            c.add(&format!("consents.{shown}"), "is named twice");
        } else if !wordings.iter().any(|w| w.key == *key) {
            // Archived since the page was opened, as far as the reader is concerned.
            outdated = true;
            c.add(&format!("consents.{shown}"), "is not asked for any more; reload the page");
        }
    }
    let mut accepted = Vec::new();
    for wording in wordings {
        let field = format!("consents.{}", wording.key);
        match given.iter().find(|(key, _)| *key == wording.key) {
            Some((_, version)) if *version == i64::from(wording.version) => {
                accepted.push(Accepted { key: wording.key.clone(), version: wording.version, hash: wording.hash.clone() })
            }
            Some(_) => {
                outdated = true;
                c.add(&field, "has changed since the page was opened; reload it and read the new text");
            }
            None if wording.required => c.add(&field, "must be agreed to"),
            None => {}
        }
    }
    (accepted, outdated)
}

/// Writes down what a client agreed to.
pub async fn keep(ctx: &Ctx, client: Uuid, accepted: &[Accepted], at: DateTime<Utc>, ip: Option<&str>) -> kernel::Result<()> {
    if accepted.is_empty() {
        return Ok(());
    }
    let rows: Vec<Json> =
        accepted.iter().map(|a| json!({ "id": Uuid::now_v7(), "key": a.key, "version": a.version, "hash": a.hash })).collect();
    ctx.tx()
        .run(
            "insert into client_consents (id, client_id, key, version, hash, at, ip)
             select r.id, $1, r.key, r.version, r.hash, $2, $3
             from jsonb_to_recordset($4) as r (id uuid, key text, version int, hash text)",
            [client.into(), at.into(), ip.map(str::to_owned).into(), Json::Array(rows).into()],
        )
        .await?;
    Ok(())
}

/// What a client agreed to, the newest first, and how they registered.
pub async fn of_client(ctx: &Ctx, id: Uuid) -> kernel::Result<(Option<Registered>, Vec<ClientConsent>)> {
    clients::service::get(ctx, id).await?;
    // The address is behind every wall there is: only the full role has a grant on its column.
    let sql = if ctx.tx().view() == ViewClass::FULL {
        "select a.key, a.version, t.title, c.version as current, a.hash, a.at, a.ip
         from client_consents a left join consents c on c.key = a.key
         left join consent_texts t on t.consent_id = c.id and t.version = a.version
         where a.client_id = $1 order by a.at desc, a.id limit 500"
    } else {
        "select a.key, a.version, t.title, c.version as current, a.hash, a.at, null::text as ip
         from client_consents a left join consents c on c.key = a.key
         left join consent_texts t on t.consent_id = c.id and t.version = a.version
         where a.client_id = $1 order by a.at desc, a.id limit 500"
    };
    let consents: Vec<ClientConsent> = ctx.tx().all(sql, [id.into()]).await?;
    let registered: Option<Registered> = ctx
        .tx()
        .one(
            "select r.submitted_at, r.verified_at, r.partner_id, p.name as partner_name, r.lead_id
             from client_registrations r left join partners p on p.id = r.partner_id
             where r.client_id = $1 order by r.verified_at desc limit 1",
            [id.into()],
        )
        .await?;
    Ok((registered, consents))
}

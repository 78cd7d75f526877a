//! `POST /clients/batch`: up to a thousand clients of a website or a script, each with an answer of its own.

use std::borrow::Cow;
use std::collections::BTreeMap;

use kernel::DomainError;
use kernel::event::Event;
use kernel::validate::Checker;
use poem_openapi::payload::Json;
use poem_openapi::registry::{MetaSchemaRef, Registry};
use poem_openapi::types::{ParseFromJSON, ParseResult, ToJSON, Type};
use poem_openapi::{Object, OpenApi};
use runtime::audit;
use runtime::http::{ApiResult, Staff};
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde_json::{Value as Body, json};
use uuid::Uuid;

use super::rows::Values;
use crate::assignment::{self, Facts};
use crate::clients::collisions;
use crate::clients::http::ClientIn;
use crate::clients::service::{check_import, default_country};
use crate::custom_fields::{self, CustomField, Required};
use crate::follow_up;
use crate::ownership::{self, Ownership, Wish};
use crate::{statuses, tags};

/// The most records of one request.
const MOST: usize = 1_000;

/// Clients to add.
#[derive(Debug, Default, Object)]
pub struct BatchIn {
    /// 1 to 1,000 clients, each as `POST /clients` takes it. Required.
    pub records: Option<Vec<Sent>>,
}

/// A client as it was sent: one that can't be read is told so by itself, and keeps nobody else out.
#[derive(Debug)]
pub struct Sent(Result<ClientIn, BTreeMap<String, Vec<String>>>);

impl Type for Sent {
    const IS_REQUIRED: bool = ClientIn::IS_REQUIRED;

    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        ClientIn::name()
    }

    fn schema_ref() -> MetaSchemaRef {
        ClientIn::schema_ref()
    }

    fn register(registry: &mut Registry) {
        ClientIn::register(registry);
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ParseFromJSON for Sent {
    fn parse_from_json(value: Option<Body>) -> ParseResult<Self> {
        Ok(Self(read(value.unwrap_or_default())))
    }
}

impl ToJSON for Sent {
    fn to_json(&self) -> Option<Body> {
        self.0.as_ref().ok().and_then(ToJSON::to_json)
    }
}

/// A record whose every value is of the type that the field has; otherwise what is wrong, field by field.
fn read(value: Body) -> Result<ClientIn, BTreeMap<String, Vec<String>>> {
    let Body::Object(fields) = &value else {
        return Err(BTreeMap::from([("record".to_owned(), vec!["must be an object with the fields of a client".to_owned()])]));
    };
    let fields = fields.clone();
    ClientIn::parse_from_json(Some(value)).map_err(|_| {
        let alone = |(key, value): (String, Body)| {
            ClientIn::parse_from_json(Some(json!({ key.clone(): value }))).err()?;
            let message = if key == "tags" { "must be a list of texts" } else { "must be a text" };
            Some((key, vec![message.to_owned()]))
        };
        fields.into_iter().filter_map(alone).collect()
    })
}

/// What became of one record.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct BatchResult {
    /// Its place in the request, from 0.
    pub index: u32,
    /// `created` or `failed`.
    pub status: String,
    /// Of a created one.
    pub id: Option<Uuid>,
    /// Why it failed: `validation_failed` or `email_exists`.
    pub code: Option<String>,
    /// In words.
    pub message: Option<String>,
    /// What is wrong, by field.
    pub errors: Option<BTreeMap<String, Vec<String>>>,
}

/// What became of all of them.
#[derive(Debug, Clone, Object)]
pub struct BatchOut {
    /// Clients that were added.
    pub created: u32,
    /// Records that were not.
    pub failed: u32,
    /// One for each record, in their order.
    pub results: Vec<BatchResult>,
}

/// Adding many clients at once.
pub struct BatchApi;

#[OpenApi]
impl BatchApi {
    /// Add many clients
    ///
    /// Up to 1,000, each checked as by `POST /clients`. Those that are fine are added, the others are told why
    /// not. With an `Idempotency-Key` the same request again gets the same answer and adds nothing.
    #[oai(path = "/clients/batch", method = "post", operation_id = "createClients")]
    async fn create(&self, auth: Staff, body: Json<BatchIn>) -> ApiResult<Json<BatchOut>> {
        collisions::may_ask(&auth.0).await?;
        let ctx = auth.0.begin().await?;
        let out = create(&ctx, body.0.records.as_deref()).await?;
        let taken = out.results.iter().filter(|r| r.code.as_deref() == Some("email_exists")).count();
        if let Err(refused) = collisions::may_meet(&auth.0, taken).await {
            // Nothing of it is kept: who asks for too many addresses is told nothing of them.
            drop(ctx);
            return Err(refused.into());
        }
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }
}

/// A record that is fine so far.
struct Ready {
    index: u32,
    id: Uuid,
    values: Values,
    status: Option<String>,
    custom: Body,
    due: follow_up::FollowUp,
    owner: Option<Ownership>,
}

#[derive(FromQueryResult)]
struct Made {
    id: Uuid,
    status: String,
    assigned_to: Option<Uuid>,
    team_id: Option<Uuid>,
}

#[derive(FromQueryResult)]
struct User {
    id: Uuid,
    team_id: Option<Uuid>,
}

fn failed(index: u32, code: &str, message: String, errors: Option<BTreeMap<String, Vec<String>>>) -> BatchResult {
    let (status, code, message) = ("failed".to_owned(), Some(code.to_owned()), Some(message));
    BatchResult { index, status, id: None, code, message, errors }
}

/// What checks ask.
struct Known {
    country: Option<String>,
    fields: Vec<CustomField>,
    statuses: Vec<String>,
    users: Vec<User>,
}

impl Known {
    async fn of(ctx: &Ctx, records: &[Sent]) -> kernel::Result<Self> {
        let records = records.iter().filter_map(|r| r.0.as_ref().ok());
        let ids: Vec<Uuid> = records.filter_map(|r| r.assigned_to.as_deref()?.parse().ok()).collect();
        let sql = "select id, team_id from users where id = any($1) and status <> 'inactive'";
        let users = if ids.is_empty() { Vec::new() } else { ctx.tx().all(sql, [ids.into()]).await? };
        let statuses = statuses::all(ctx).await?.into_iter().filter(|s| s.entity == "client").map(|s| s.key).collect();
        Ok(Self { country: default_country(ctx).await?, fields: custom_fields::of_entity(ctx, "client").await?, statuses, users })
    }

    fn check(&self, ctx: &Ctx, index: u32, record: &ClientIn) -> Result<Ready, Box<BatchResult>> {
        let mut c = Checker::new();
        let values = check_import(&mut c, record, self.country.as_deref());
        let due = follow_up::read(&mut c, record.follow_up_at.as_deref(), record.follow_up_note.as_deref());
        let custom = custom_fields::merge(&mut c, &self.fields, &Body::Null, record.custom.as_ref(), Required::Yes);
        let status = record.status.clone().filter(|s| !s.is_empty());
        if status.as_ref().is_some_and(|s| !self.statuses.contains(s)) {
            c.add("status", format!("is not a status; choose one of {}", self.statuses.join(", ")));
        }
        let mut owner = None;
        if let Some(text) = record.assigned_to.as_deref().filter(|t| !t.is_empty()) {
            let found = text.parse::<Uuid>().ok().and_then(|id| self.users.iter().find(|u| u.id == id));
            let scope = ctx.actor().scope("clients.assign");
            match found {
                None => c.add("assigned_to", "is not an active user"),
                Some(user)
                    if scope.is_some_and(|s| ctx.actor().covers(s, Some(user.id), user.team_id))
                        || ctx.user_id() == Some(user.id) =>
                {
                    owner = Some(Ownership { user: Some(user.id), team: user.team_id });
                }
                Some(_) => c.add("assigned_to", "is outside the teams you may assign to"),
            }
        }
        match c.finish() {
            Ok(()) => Ok(Ready { index, id: Uuid::now_v7(), values, status, custom, due, owner }),
            Err(DomainError::Invalid { message, fields, .. }) => {
                Err(failed(index, "validation_failed", message, Some(fields)).into())
            }
            Err(other) => Err(failed(index, "validation_failed", other.to_string(), None).into()),
        }
    }
}

async fn create(ctx: &Ctx, records: Option<&[Sent]>) -> kernel::Result<BatchOut> {
    ctx.require("clients.create")?;
    let records = records.unwrap_or_default();
    if records.is_empty() || records.len() > MOST {
        return Err(DomainError::field("records", format!("must be 1 to {MOST} clients")));
    }
    let known = Known::of(ctx, records).await?;
    let (mut ready, mut results): (Vec<Ready>, Vec<BatchResult>) = (Vec::new(), Vec::new());
    for (index, record) in (0..).zip(records) {
        let record = match &record.0 {
            Ok(record) => record,
            Err(faults) => {
                let message = "This record can't be read.".to_owned();
                results.push(failed(index, "validation_failed", message, Some(faults.clone())));
                continue;
            }
        };
        match known.check(ctx, index, record) {
            Ok(fine) => ready.push(fine),
            Err(result) => results.push(*result),
        }
    }
    spell_tags(ctx, &mut ready).await?;
    give_owners(ctx, &mut ready).await?;
    let made = insert(ctx, &ready).await?;
    for record in &ready {
        match made.iter().find(|m| m.id == record.id) {
            Some(made) => {
                told(ctx, record, made).await?;
                results.push(BatchResult {
                    index: record.index,
                    status: "created".to_owned(),
                    id: Some(made.id),
                    code: None,
                    message: None,
                    errors: None,
                });
            }
            None => {
                results.push(failed(record.index, "email_exists", "A client with this e-mail already exists.".to_owned(), None))
            }
        }
    }
    if let Some(first) = made.first() {
        let mut event = Event::new("client.bulk_updated", first.id, "clients.read");
        for made in &made {
            event = event.covering(made.assigned_to, made.team_id);
        }
        ctx.emit(event).await?;
    }
    results.sort_by_key(|r| r.index);
    let created = u32::try_from(made.len()).unwrap_or(0);
    Ok(BatchOut { created, failed: u32::try_from(results.len()).unwrap_or(0) - created, results })
}

/// Writes tags as the tenant does; new ones come into being.
async fn spell_tags(ctx: &Ctx, ready: &mut [Ready]) -> kernel::Result<()> {
    let mut all: Vec<String> = Vec::new();
    for tag in ready.iter().flat_map(|r| &r.values.tags) {
        if !all.contains(tag) {
            all.push(tag.clone());
        }
    }
    let spelt = tags::ensure(ctx, all).await?;
    for record in ready {
        let mut own: Vec<String> = Vec::new();
        for tag in &record.values.tags {
            let found = spelt.iter().find(|s| s.to_lowercase() == tag.to_lowercase()).unwrap_or(tag);
            if !own.contains(found) {
                own.push(found.clone());
            }
        }
        record.values.tags = own;
    }
    Ok(())
}

/// Gives those without an owner to whoever adds them, or to whom the tenant's rules say.
async fn give_owners(ctx: &Ctx, ready: &mut [Ready]) -> kernel::Result<()> {
    let own = ownership::for_new(ctx, "clients.assign", &Wish::default()).await?;
    let open: Vec<&mut Ready> = ready.iter_mut().filter(|r| r.owner.is_none()).collect();
    if own != Ownership::default() || !assignment::has_rules(ctx, "client").await? {
        open.into_iter().for_each(|r| r.owner = Some(own));
        return Ok(());
    }
    let facts: Vec<Facts> = open
        .iter()
        .map(|r| {
            let v = &r.values;
            let (country, language, source) = (v.country.clone(), v.language.clone(), v.source.clone());
            Facts { country, language, source, ..Facts::default() }
        })
        .collect();
    let picked = assignment::pick_many(ctx, "client", &facts).await?;
    for (record, owner) in open.into_iter().zip(picked) {
        record.owner = Some(owner);
    }
    Ok(())
}

async fn insert(ctx: &Ctx, ready: &[Ready]) -> kernel::Result<Vec<Made>> {
    if ready.is_empty() {
        return Ok(Vec::new());
    }
    let default = statuses::default_of(ctx, "client").await?;
    let rows: Vec<Body> = ready
        .iter()
        .map(|r| {
            let (v, owner) = (&r.values, r.owner.unwrap_or_default());
            json!({
                "id": r.id, "first_name": v.first_name, "last_name": v.last_name, "email": v.email, "phone": v.phone,
                "country": v.country, "language": v.language, "address": v.address, "date_of_birth": v.date_of_birth, "source": v.source,
                "status": r.status.as_ref().unwrap_or(&default), "assigned_to": owner.user, "team_id": owner.team,
                "tags": v.tags, "custom": r.custom, "follow_up_at": r.due.at, "follow_up_note": r.due.note,
            })
        })
        .collect();
    let sql = "insert into clients (id, first_name, last_name, email, phone, country, language, address, date_of_birth, status, source,
                   assigned_to, team_id, tags, custom, last_activity_at, created_at, updated_at, created_by, follow_up_at, follow_up_note)
               select r.id, r.first_name, r.last_name, r.email, r.phone, r.country, r.language, r.address, r.date_of_birth, r.status, r.source,
                   r.assigned_to, r.team_id, r.tags, r.custom, $2, $2, $2, $3, r.follow_up_at, r.follow_up_note
               from jsonb_to_recordset($1) as r (id uuid, first_name text, last_name text, email text, phone text, country text,
                   language text, address text, date_of_birth date, status text, source text, assigned_to uuid, team_id uuid, tags text[],
                   custom jsonb, follow_up_at timestamptz, follow_up_note text)
               order by r.id
               on conflict do nothing
               returning id, status, assigned_to, team_id";
    Ok(ctx.tx().all(sql, [Body::Array(rows).into(), ctx.now().into(), ctx.user_id().into()]).await?)
}

/// The line of a new client in the audit log.
async fn told(ctx: &Ctx, record: &Ready, made: &Made) -> kernel::Result<()> {
    let v = &record.values;
    let mut row = json!({
        "first_name": v.first_name, "last_name": v.last_name, "email": v.email, "phone": v.phone, "country": v.country,
        "address": v.address, "date_of_birth": v.date_of_birth, "source": v.source, "assigned_to": made.assigned_to,
        "team_id": made.team_id, "tags": (!v.tags.is_empty()).then_some(&v.tags), "follow_up_at": record.due.at,
        "follow_up_note": record.due.note, "status": made.status,
    });
    custom_fields::flat(&mut row, &record.custom);
    ctx.audit("client.created", "client", Some(made.id), audit::diff(&json!({}), &row)).await
}

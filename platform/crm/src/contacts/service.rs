//! What can be done with contacts.

use chrono::{DateTime, Utc};
use kernel::DomainError;
use kernel::event::Event;
use kernel::paging::{Page, Paging};
use kernel::permission::Scope;
use kernel::validate::Checker;
use poem_openapi::types::MaybeUndefined;
use runtime::list;
use runtime::{Ctx, Rows as _, audit};
use sea_orm::Value;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Order, SelectStatement};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::entity::{Contact, SORTS, STATUSES, alive, visible_to};
use super::http::{ContactFilter, ContactIn, ContactPatch};
use super::primary;
use crate::clients::service::{default_country, region_for, tag_names};
use crate::custom_fields::{self, Required};
use crate::filter::{self, Filters};
use crate::imports::Values;
use crate::ownership::{self, Ownership, Wish, parse_id};
use crate::related::{self, Parent};
use crate::{clients, merges, search, sensitive, tags};

/// A page of contacts.
pub async fn list(ctx: &Ctx, filter: &ContactFilter, sort: Option<&str>, paging: &Paging) -> kernel::Result<Page<Contact>> {
    let mut select = visible_to(ctx, ctx.require("contacts.read")?);
    select.and_where(alive());
    let looks_for_words = narrow(ctx, &mut select, filter).await?;
    let sort = filter::sort(ctx, &filter::CONTACT, SORTS, sort).await?;
    if looks_for_words {
        return list::search(ctx, "contact", &select, sort, paging).await;
    }
    list::page(ctx, "contact", &select, sort, paging).await
}

/// Narrows a query over contacts to those that a filter means, as far as the actor may ask; says whether it looks
/// for words. Lists, bulk changes and counts all mean the same by a filter.
pub(crate) async fn narrow(ctx: &Ctx, select: &mut SelectStatement, filter: &ContactFilter) -> kernel::Result<bool> {
    let mut filters = Filters::new(select, "k");
    filters.among("status", filter.status.as_deref(), STATUSES.iter().map(|s| (*s, *s)));
    filters.words_or_none("source", filter.source.as_deref());
    filters.ids("client_id", filter.client_id.as_deref());
    filters.ids("assigned_to", filter.assigned_to.as_deref());
    filters.ids("team_id", filter.team_id.as_deref());
    filters.ids("import_id", filter.import_id.as_deref());
    filters.tag("tags", filter.tag.as_deref());
    filters.numbers("rating", ("rating_min", filter.rating_min.as_deref()), ("rating_max", None));
    filters.created(ctx, filter.created_from.as_deref(), filter.created_to.as_deref()).await?;
    filters.finish()?;
    filter::apply(ctx, &filter::CONTACT, select, filter.filter.as_deref()).await?;
    search::narrow(select, filter.search.as_deref(), |text| search::matches(sensitive::CONTACT.search_column(ctx), text))
}

/// One contact.
pub async fn get(ctx: &Ctx, id: Uuid) -> kernel::Result<Contact> {
    let scope = ctx.require("contacts.read")?;
    match find(ctx, scope, id, false).await {
        Err(error @ DomainError::NotFound { .. }) => Err(merged_into(ctx, scope, id).await?.unwrap_or(error)),
        found => found,
    }
}

/// Of a contact that became part of another: which, for who may see that one.
async fn merged_into(ctx: &Ctx, scope: Scope, id: Uuid) -> kernel::Result<Option<DomainError>> {
    let Some(kept) = merges::became(ctx, &merges::CONTACT, id).await? else { return Ok(None) };
    if find(ctx, scope, kept, false).await.is_err() {
        return Ok(None);
    }
    Ok(Some(merges::led(&merges::CONTACT, kept)))
}

/// The newest contact that the actor sees.
pub async fn newest(ctx: &Ctx) -> kernel::Result<Contact> {
    let mut select = visible_to(ctx, ctx.require("contacts.read")?);
    select.and_where(alive()).order_by((Alias::new("k"), Alias::new("created_at")), Order::Desc).limit(1);
    list::one(ctx, &select, "Contact").await
}

pub(crate) async fn find(ctx: &Ctx, scope: Scope, id: Uuid, deleted: bool) -> kernel::Result<Contact> {
    let mut select = visible_to(ctx, scope);
    select.and_where(Expr::col((Alias::new("k"), Alias::new("id"))).eq(id));
    select.and_where(if deleted { alive().not() } else { alive() });
    list::one(ctx, &select, "Contact").await
}

/// Reads a contact that the actor may do this to; what may be seen but not this is refused as such.
pub(crate) async fn find_for(ctx: &Ctx, permission: &'static str, id: Uuid, deleted: bool) -> kernel::Result<Contact> {
    let contact = find(ctx, ctx.require("contacts.read")?, id, deleted).await?;
    ctx.actor().require_for(permission, contact.assigned_to, contact.team_id)?;
    Ok(contact)
}

/// Checked values of a contact.
struct Facts {
    first_name: String,
    last_name: String,
    email: Option<String>,
    phone: Option<String>,
    company: Option<String>,
    job_title: Option<String>,
    status: String,
    source: Option<String>,
    rating: Option<i16>,
    description: Option<String>,
    tags: Vec<String>,
}

fn check(c: &mut Checker, input: &ContactIn, region: Option<&str>) -> Facts {
    let status = c.optional("status", input.status.as_deref(), 40).map_or_else(|| STATUSES[0].to_owned(), |s| s.to_lowercase());
    if !STATUSES.contains(&status.as_str()) {
        c.add("status", format!("must be one of {}", STATUSES.join(", ")));
    }
    if input.rating.is_some_and(|r| !(0..=5).contains(&r)) {
        c.add("rating", "must be a whole number from 0 to 5");
    }
    Facts {
        first_name: c.required("first_name", input.first_name.as_deref(), 100),
        last_name: c.optional("last_name", input.last_name.as_deref(), 100).unwrap_or_default(),
        email: c.optional("email", input.email.as_deref(), 254).map(|v| c.email("email", &v)),
        phone: input.phone.as_deref().and_then(|v| c.phone("phone", v, region)),
        company: c.optional("company", input.company.as_deref(), 200),
        job_title: c.optional("job_title", input.job_title.as_deref(), 200),
        source: c.optional("source", input.source.as_deref(), 100),
        rating: input.rating.and_then(|r| i16::try_from(r).ok()),
        description: c.optional("description", input.description.as_deref(), 10_000),
        tags: tag_names(c, input.tags.as_deref().unwrap_or_default()),
        status,
    }
}

/// Checks a row of a file as the form does.
pub(crate) fn check_import(c: &mut Checker, input: &ContactIn, region: Option<&str>) -> Values {
    let facts = check(c, input, region);
    Values {
        first_name: facts.first_name,
        last_name: facts.last_name,
        email: facts.email,
        phone: facts.phone,
        source: facts.source,
        tags: facts.tags,
        company: facts.company,
        job_title: facts.job_title,
        rating: facts.rating,
        description: facts.description,
        ..Values::default()
    }
}

/// The client that a contact shall belong to: one that the actor sees.
async fn client(ctx: &Ctx, c: &mut Checker, given: Option<&str>) -> kernel::Result<Option<Uuid>> {
    let wrong = |c: &mut Checker| c.add("client_id", "is not a client");
    let id = match parse_id("client_id", given) {
        Ok(Some(id)) => id,
        Ok(None) => return Ok(None),
        Err(_) => {
            c.add("client_id", "is not an id");
            return Ok(None);
        }
    };
    let Some(scope) = ctx.actor().scope("clients.read") else {
        wrong(c);
        return Ok(None);
    };
    match clients::service::find(ctx, scope, id, false).await {
        Ok(client) => Ok(Some(client.id)),
        Err(DomainError::NotFound { .. }) => {
            wrong(c);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Where a contact comes from, when the product makes it of another record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origin {
    /// Its client, which was checked already.
    pub client: Uuid,
    /// Who it stays with.
    pub owner: Ownership,
}

/// Adds a contact.
pub async fn create(ctx: &Ctx, input: &ContactIn) -> kernel::Result<Contact> {
    create_from(ctx, input, None).await
}

/// Adds a contact that comes from another record.
pub(crate) async fn create_from(ctx: &Ctx, input: &ContactIn, origin: Option<Origin>) -> kernel::Result<Contact> {
    ctx.require("contacts.create")?;
    let mut c = Checker::new();
    let region = region_for(ctx, input.phone.as_deref(), None).await?;
    let facts = check(&mut c, input, region.as_deref());
    let client = match origin {
        Some(origin) => Some(origin.client),
        None => client(ctx, &mut c, input.client_id.as_deref()).await?,
    };
    if input.is_primary == Some(true) && client.is_none() && c.is_ok() {
        c.add("is_primary", "goes with a client only");
    }
    let fields = custom_fields::of_entity(ctx, "contact").await?;
    let required = if origin.is_some() { Required::No } else { Required::Yes };
    let custom = custom_fields::merge(&mut c, &fields, &Json::Null, input.custom.as_ref(), required);
    c.finish()?;
    let names = tags::ensure(ctx, facts.tags).await?;
    let owner = match origin {
        Some(origin) => origin.owner,
        None => {
            let wish = Wish { user: parse_id("assigned_to", input.assigned_to.as_deref())?.map(Some), team: None };
            ownership::for_new(ctx, "contacts.assign", &wish).await?
        }
    };
    let (id, now) = (Uuid::now_v7(), ctx.now());
    let mut is_primary = false;
    if let Some(client) = client {
        primary::hold(ctx, &[client]).await?;
        is_primary = input.is_primary == Some(true) || !primary::has(ctx, client, None).await?;
        if is_primary {
            primary::demote(ctx, client, id).await?;
        }
    }
    let mut row = json!({
        "first_name": facts.first_name, "last_name": facts.last_name, "email": facts.email, "phone": facts.phone,
        "company": facts.company, "job_title": facts.job_title, "status": facts.status, "source": facts.source,
        "rating": facts.rating, "description": facts.description, "client_id": client,
        "is_primary": is_primary.then_some(true), "assigned_to": owner.user, "team_id": owner.team,
        "tags": (!names.is_empty()).then_some(&names),
    });
    custom_fields::flat(&mut row, &custom);
    let values: Vec<Value> = vec![
        id.into(),
        client.into(),
        is_primary.into(),
        facts.first_name.into(),
        facts.last_name.into(),
        facts.email.into(),
        facts.phone.into(),
        facts.company.into(),
        facts.job_title.into(),
        facts.status.into(),
        facts.source.into(),
        facts.rating.into(),
        facts.description.into(),
        owner.user.into(),
        owner.team.into(),
        names.into(),
        custom.into(),
        now.into(),
        ctx.user_id().into(),
    ];
    ctx.tx()
        .run(
            "insert into contacts (id, client_id, is_primary, first_name, last_name, email, phone, company, job_title, status,
                 source, rating, description, assigned_to, team_id, tags, custom, created_at, updated_at, created_by)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18, $19)",
            values,
        )
        .await?;
    record(ctx, "contact.created", id, audit::diff(&json!({}), &row), Ownership::default(), owner).await?;
    find(ctx, Scope::All, id, false).await
}

/// Writes audit row and event of a change.
pub(crate) async fn record(
    ctx: &Ctx,
    action: &str,
    id: Uuid,
    changes: Vec<audit::Change>,
    before: Ownership,
    after: Ownership,
) -> kernel::Result<()> {
    ctx.audit(action, "contact", Some(id), changes).await?;
    ctx.emit(Event::new(action, id, "contacts.read").covering(before.user, before.team).covering(after.user, after.team)).await
}

fn stale() -> DomainError {
    DomainError::conflict("stale_version", "Somebody else changed this contact meanwhile. Reload and try again.")
}

fn pick<T: Clone>(patch: &MaybeUndefined<T>, old: Option<T>) -> Option<T> {
    match patch {
        MaybeUndefined::Undefined => old,
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(v) => Some(v.clone()),
    }
}

/// The contact as it would be, as input for the checks; e-mail and phone only where they are given.
fn merge(old: &Contact, patch: &ContactPatch) -> ContactIn {
    ContactIn {
        first_name: pick(&patch.first_name, Some(old.first_name.clone())),
        last_name: pick(&patch.last_name, Some(old.last_name.clone())),
        email: pick(&patch.email, None),
        phone: pick(&patch.phone, None),
        company: pick(&patch.company, old.company.clone()),
        job_title: pick(&patch.job_title, old.job_title.clone()),
        status: pick(&patch.status, Some(old.status.clone())),
        source: pick(&patch.source, old.source.clone()),
        rating: pick(&patch.rating, old.rating.map(i32::from)),
        description: pick(&patch.description, old.description.clone()),
        tags: pick(&patch.tags, Some(old.tags.clone())),
        ..ContactIn::default()
    }
}

fn snapshot(k: &Contact) -> Json {
    let mut facts = json!({
        "first_name": k.first_name, "last_name": k.last_name, "email": k.email, "phone": k.phone, "company": k.company,
        "job_title": k.job_title, "status": k.status, "source": k.source, "rating": k.rating, "description": k.description,
        "client_id": k.client_id, "is_primary": k.is_primary, "assigned_to": k.assigned_to, "team_id": k.team_id, "tags": k.tags,
    });
    custom_fields::flat(&mut facts, &k.custom);
    facts
}

/// Changes a contact. A `version` that is not the current one is refused.
pub async fn update(ctx: &Ctx, id: Uuid, patch: &ContactPatch) -> kernel::Result<Contact> {
    let old = find_for(ctx, "contacts.update", id, false).await?;
    if patch.version.is_some_and(|v| v != old.version) {
        return Err(stale());
    }
    let given = (!patch.email.is_undefined(), !patch.phone.is_undefined());
    let touched = [("email", given.0), ("phone", given.1)];
    sensitive::CONTACT.may_write(ctx, touched.into_iter().filter(|t| t.1).map(|t| t.0))?;
    let mut c = Checker::new();
    let region = if given.1 { default_country(ctx).await? } else { None };
    let facts = check(&mut c, &merge(&old, patch), region.as_deref());
    let client = match &patch.client_id {
        MaybeUndefined::Undefined => old.client_id,
        // What somebody does not see they do not take away.
        MaybeUndefined::Null if old.seen_client().is_none() => old.client_id,
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(text) if old.client_id.is_some_and(|id| id.to_string() == *text) => old.client_id,
        MaybeUndefined::Value(text) => client(ctx, &mut c, Some(text)).await?,
    };
    if patch.is_primary == Some(true) && client.is_none() && c.is_ok() {
        c.add("is_primary", "goes with a client only");
    }
    if patch.is_primary == Some(false) && old.is_primary && client == old.client_id {
        c.add("is_primary", "can't be taken away; make another contact the primary one instead");
    }
    let custom = match &patch.custom {
        MaybeUndefined::Undefined => old.custom.clone(),
        touched => {
            let fields = custom_fields::of_entity(ctx, "contact").await?;
            let touched = touched.value().unwrap_or(&Json::Null);
            custom_fields::merge(&mut c, &fields, &old.custom, Some(touched), Required::No)
        }
    };
    c.finish()?;
    let names = if patch.tags.is_undefined() { facts.tags } else { tags::ensure(ctx, facts.tags).await? };
    let before = Ownership { user: old.assigned_to, team: old.team_id };
    let owner = ownership::resolve(ctx, "contacts.assign", before, &Wish::read(&patch.assigned_to, &patch.team_id)?).await?;
    let moves = client != old.client_id;
    let wants = patch.is_primary == Some(true);
    let mut is_primary = old.is_primary && !moves;
    if moves || wants {
        let both: Vec<Uuid> = [old.client_id, client].into_iter().flatten().collect();
        primary::hold(ctx, &both).await?;
        // Whoever held them before may have made another one primary: what is known of this one is old by then.
        let version: Option<i32> = ctx.tx().scalar("select version from contacts where id = $1", [id.into()]).await?;
        if version != Some(old.version) {
            return Err(stale());
        }
        if let Some(client) = client {
            is_primary = wants || is_primary || !primary::has(ctx, client, Some(id)).await?;
            if is_primary {
                primary::demote(ctx, client, id).await?;
            }
        }
    }
    let email = if given.0 { facts.email } else { old.email.clone() };
    let phone = if given.1 { facts.phone } else { old.phone.clone() };
    let mut new = json!({
        "first_name": facts.first_name, "last_name": facts.last_name, "email": email, "phone": phone, "company": facts.company,
        "job_title": facts.job_title, "status": facts.status, "source": facts.source, "rating": facts.rating,
        "description": facts.description, "client_id": client, "is_primary": is_primary, "assigned_to": owner.user,
        "team_id": owner.team, "tags": names,
    });
    custom_fields::flat(&mut new, &custom);
    let changes = audit::diff(&snapshot(&old), &new);
    if changes.is_empty() {
        return Ok(old);
    }
    let values: Vec<Value> = vec![
        id.into(),
        old.version.into(),
        ctx.now().into(),
        client.into(),
        is_primary.into(),
        facts.first_name.into(),
        facts.last_name.into(),
        facts.company.into(),
        facts.job_title.into(),
        facts.status.into(),
        facts.source.into(),
        facts.rating.into(),
        facts.description.into(),
        owner.user.into(),
        owner.team.into(),
        names.into(),
        custom.into(),
    ];
    let updated = ctx
        .tx()
        .run(
            "update contacts set updated_at = $3, client_id = $4, is_primary = $5, first_name = $6, last_name = $7, company = $8,
                 job_title = $9, status = $10, source = $11, rating = $12, description = $13, assigned_to = $14, team_id = $15,
                 tags = $16, custom = $17, version = version + 1
             where id = $1 and version = $2",
            values,
        )
        .await
        .map_err(taken)?;
    if updated != 1 {
        return Err(stale());
    }
    // Each by itself: the actor's database role may have a grant on one of them only.
    if given.0 {
        ctx.tx().run("update contacts set email = $2 where id = $1", [id.into(), email.into()]).await?;
    }
    if given.1 {
        ctx.tx().run("update contacts set phone = $2 where id = $1", [id.into(), phone.into()]).await?;
    }
    if moves {
        primary::settle(ctx, &old.client_id.into_iter().collect::<Vec<_>>()).await?;
    }
    record(ctx, "contact.updated", id, changes, before, owner).await?;
    // The change may have taken the record out of the actor's sight; the answer still shows it once.
    find(ctx, Scope::All, id, false).await
}

/// Two who both saw no primary contact: one of them is too late.
fn taken(e: runtime::db::DbError) -> DomainError {
    if e.is_duplicate_of("contacts_primary") { stale() } else { e.into() }
}

/// Makes a contact its client's primary one, instead of the one before.
pub async fn make_primary(ctx: &Ctx, id: Uuid) -> kernel::Result<Contact> {
    let contact = find_for(ctx, "contacts.update", id, false).await?;
    if contact.client_id.is_none() {
        return Err(DomainError::conflict("no_client", "Only a contact of a client can be its primary one."));
    }
    update(ctx, id, &ContactPatch { is_primary: Some(true), ..ContactPatch::default() }).await
}

/// Deletes a contact; it can be restored. Returns it as it is then.
pub async fn delete(ctx: &Ctx, id: Uuid) -> kernel::Result<Contact> {
    let contact = find_for(ctx, "contacts.delete", id, false).await?;
    set_deleted(ctx, &contact, Some(ctx.now()), "contact.deleted").await?;
    find(ctx, Scope::All, id, true).await
}

/// Brings a deleted contact back.
pub async fn restore(ctx: &Ctx, id: Uuid) -> kernel::Result<Contact> {
    let contact = find_for(ctx, "contacts.delete", id, true).await?;
    if contact.merged_into.is_some() {
        return Err(DomainError::conflict("merged", "This contact was merged into another one. Split them to have it back."));
    }
    set_deleted(ctx, &contact, None, "contact.restored").await?;
    find(ctx, Scope::All, id, false).await
}

async fn set_deleted(ctx: &Ctx, contact: &Contact, at: Option<DateTime<Utc>>, action: &str) -> kernel::Result<()> {
    let client: Vec<Uuid> = contact.client_id.into_iter().collect();
    primary::hold(ctx, &client).await?;
    let sql = "update contacts set deleted_at = $2, is_primary = false, updated_at = $3, version = version + 1
               where id = $1 and version = $4";
    let values = [contact.id.into(), at.into(), ctx.now().into(), contact.version.into()];
    if ctx.tx().run(sql, values).await? != 1 {
        return Err(stale());
    }
    primary::settle(ctx, &client).await?;
    let owner = Ownership { user: contact.assigned_to, team: contact.team_id };
    record(ctx, action, contact.id, Vec::new(), owner, owner).await
}

/// A page of what happened to a contact.
pub async fn timeline(
    ctx: &Ctx,
    id: Uuid,
    chapter: access::audit::Chapter,
    paging: &Paging,
) -> kernel::Result<Page<access::audit::AuditEntry>> {
    let contact = get(ctx, id).await?;
    let owner = Ownership { user: contact.assigned_to, team: contact.team_id };
    // Those who became part of it tell their part of the story.
    let ids = merges::with_joined(ctx, &merges::CONTACT, id).await?;
    let told = related::told_of(ctx, Parent::Contact, ids, owner, chapter).await?;
    access::audit::timeline(ctx, told, chapter, paging).await
}

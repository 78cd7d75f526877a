//! What can be done with clients.

use chrono::NaiveDate;
use kernel::DomainError;
use kernel::event::Event;
use kernel::paging::{Page, Paging};
use kernel::permission::Scope;
use kernel::validate::Checker;
use poem_openapi::types::MaybeUndefined;
use runtime::list;
use runtime::{Ctx, Rows as _, audit};
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Order, Query, SelectStatement, SimpleExpr};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::entity::{Client, SORTS, alive, visible_in, visible_to, written};
use super::http::{ClientFilter, ClientIn, ClientPatch};
use crate::custom_fields::{self, Required};
use crate::filter::{self, Filters};
use crate::follow_up::{self, FollowUp};
use crate::imports::Values;
use crate::ownership::{self, Ownership, Wish, parse_id};
use crate::related::{self, Parent};
use crate::{assignment, duplicates, merges, search, sensitive, statuses, tags};

/// What clients who may be one person are found by.
const IDENTITY: &[&str] = &["first_name", "last_name", "email", "phone", "date_of_birth"];

const KYC: &[&str] = &["missing", "pending", "approved", "rejected", "expired"];

/// A page of clients.
pub async fn list(ctx: &Ctx, filter: &ClientFilter, sort: Option<&str>, paging: &Paging) -> kernel::Result<Page<Client>> {
    let mut select = visible_to(ctx, ctx.require("clients.read")?);
    select.and_where(alive());
    let looks_for_words = narrow(ctx, &mut select, filter).await?;
    let sort = filter::sort(ctx, &filter::CLIENT, SORTS, sort).await?;
    if looks_for_words {
        return list::search(ctx, "client", &select, sort, paging).await;
    }
    list::page(ctx, "client", &select, sort, paging).await
}

/// Narrows a query over clients to those that a filter means, as far as the actor may ask; says whether
/// it looks for words. Lists, bulk changes and counts all mean the same by a filter.
pub(crate) async fn narrow(ctx: &Ctx, select: &mut SelectStatement, filter: &ClientFilter) -> kernel::Result<bool> {
    let mut filters = Filters::new(select, "c");
    filters.words("status", filter.status.as_deref());
    filters.words("kyc_status", filter.kyc_status.as_deref());
    filters.words_or_none("country", filter.country.as_deref().map(str::to_uppercase).as_deref());
    filters.words_or_none("source", filter.source.as_deref());
    filters.ids("assigned_to", filter.assigned_to.as_deref());
    filters.ids("team_id", filter.team_id.as_deref());
    filters.ids("import_id", filter.import_id.as_deref());
    filters.ids("partner_id", filter.partner_id.as_deref());
    filters.tag("tags", filter.tag.as_deref());
    filters.created(ctx, filter.created_from.as_deref(), filter.created_to.as_deref()).await?;
    filters.finish()?;
    follow_up::narrow(ctx, &filter::CLIENT, select, filter.follow_up.as_deref()).await?;
    for (value, column) in [(&filter.email, "email"), (&filter.phone, "phone")] {
        let Some(value) = value.as_deref().filter(|v| !v.is_empty()) else { continue };
        sensitive::CLIENT.may_ask(ctx, column, column)?;
        select.and_where(Expr::col((Alias::new("c"), Alias::new(column))).eq(value.to_lowercase()));
    }
    filter::apply(ctx, &filter::CLIENT, select, filter.filter.as_deref()).await?;
    let column = sensitive::CLIENT.search_column(ctx);
    let matches = if filter.companies { search::matches_or_company } else { search::matches };
    search::narrow(select, filter.search.as_deref(), |text| matches(column, text))
}

/// One client.
pub async fn get(ctx: &Ctx, id: Uuid) -> kernel::Result<Client> {
    let scope = ctx.require("clients.read")?;
    match find(ctx, scope, id, false).await {
        Err(error @ DomainError::NotFound { .. }) => Err(merged_into(ctx, scope, id).await?.unwrap_or(error)),
        found => found,
    }
}

/// Of a client that became part of another: which, for who may see that one.
async fn merged_into(ctx: &Ctx, scope: Scope, id: Uuid) -> kernel::Result<Option<DomainError>> {
    let Some(kept) = merges::became(ctx, &merges::CLIENT, id).await? else { return Ok(None) };
    if find(ctx, scope, kept, false).await.is_err() {
        return Ok(None);
    }
    Ok(Some(merges::led(&merges::CLIENT, kept)))
}

/// The newest client that the actor sees.
pub async fn newest(ctx: &Ctx) -> kernel::Result<Client> {
    let mut select = visible_to(ctx, ctx.require("clients.read")?);
    select.and_where(alive());
    select.order_by((Alias::new("c"), Alias::new("created_at")), Order::Desc).limit(1);
    list::one(ctx, &select, "Client").await
}

pub(crate) async fn find(ctx: &Ctx, scope: Scope, id: Uuid, deleted: bool) -> kernel::Result<Client> {
    let mut select = visible_to(ctx, scope);
    select.and_where(Expr::col((Alias::new("c"), Alias::new("id"))).eq(id));
    select.and_where(if deleted { alive().not() } else { alive() });
    list::one(ctx, &select, "Client").await
}

/// Reads a client that the actor may change; what may be seen but not changed is refused as such.
pub(crate) async fn find_for(ctx: &Ctx, permission: &'static str, id: Uuid, deleted: bool) -> kernel::Result<Client> {
    let client = match deleted {
        true => find(ctx, ctx.require("clients.read")?, id, true).await?,
        false => get(ctx, id).await?,
    };
    ctx.actor().require_for(permission, client.assigned_to, client.team_id)?;
    Ok(client)
}

struct Facts {
    first_name: String,
    last_name: String,
    email: String,
    phone: Option<String>,
    country: Option<String>,
    language: Option<String>,
    address: Option<String>,
    date_of_birth: Option<NaiveDate>,
    source: Option<String>,
    tags: Vec<String>,
}

/// Checks what a form, the API or an import gives; `c` collects all faults.
fn check(c: &mut Checker, input: &ClientIn, default_country: Option<&str>, given: Given) -> Facts {
    let first_name = c.required("first_name", input.first_name.as_deref(), 100);
    let last_name = c.required("last_name", input.last_name.as_deref(), 100);
    let email = if given.email { email(c, input.email.as_deref()) } else { String::new() };
    let country = input.country.as_deref().and_then(|v| c.country("country", v));
    let region = country.clone().or_else(|| default_country.map(str::to_owned));
    let phone = input.phone.as_deref().filter(|_| given.phone).and_then(|v| c.phone("phone", v, region.as_deref()));
    Facts {
        phone,
        language: assignment::checked_language(c, input.language.as_deref()),
        address: c.optional("address", input.address.as_deref(), 500),
        date_of_birth: input.date_of_birth.as_deref().and_then(|v| birthday(c, v)),
        source: c.optional("source", input.source.as_deref(), 100),
        tags: tag_names(c, input.tags.as_deref().unwrap_or_default()),
        first_name,
        last_name,
        email,
        country,
    }
}

/// Checks a row of an import, by the same rules.
pub(crate) fn check_import(c: &mut Checker, input: &ClientIn, default_country: Option<&str>) -> Values {
    let facts = check(c, input, default_country, Given::ALL);
    Values {
        first_name: facts.first_name,
        last_name: facts.last_name,
        email: Some(facts.email).filter(|e| !e.is_empty()),
        phone: facts.phone,
        country: facts.country,
        language: facts.language,
        address: facts.address,
        date_of_birth: facts.date_of_birth,
        source: facts.source,
        tags: facts.tags,
        ..Values::default()
    }
}

/// Which sensitive fields are given and need a check. What is not given keeps its stored value, which
/// a masked actor can't even read.
#[derive(Debug, Clone, Copy)]
struct Given {
    email: bool,
    phone: bool,
    date_of_birth: bool,
    address: bool,
}

impl Given {
    const ALL: Given = Given { email: true, phone: true, date_of_birth: true, address: true };

    fn in_patch(patch: &ClientPatch) -> Self {
        Self {
            email: !patch.email.is_undefined(),
            phone: !patch.phone.is_undefined(),
            date_of_birth: !patch.date_of_birth.is_undefined(),
            address: !patch.address.is_undefined(),
        }
    }

    fn names(self) -> impl Iterator<Item = &'static str> {
        let all =
            [("email", self.email), ("phone", self.phone), ("date_of_birth", self.date_of_birth), ("address", self.address)];
        all.into_iter().filter(|(_, given)| *given).map(|(name, _)| name)
    }
}

fn email(c: &mut Checker, given: Option<&str>) -> String {
    let email = c.required("email", given, 254);
    if email.is_empty() { email } else { c.email("email", &email) }
}

fn birthday(c: &mut Checker, text: &str) -> Option<NaiveDate> {
    let day = c.date("date_of_birth", text)?;
    let year = chrono::Datelike::year(&day);
    if year < 1900 || day > chrono::Utc::now().date_naive() {
        c.add("date_of_birth", "is not a date of birth: it lies in the future or before 1900");
        return None;
    }
    Some(day)
}

/// The tags of a record: trimmed, each once.
pub(crate) fn tag_names(c: &mut Checker, given: &[String]) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in given {
        if let Some(tag) = c.optional("tags", Some(tag), 40)
            && !tags.contains(&tag)
        {
            tags.push(tag);
        }
    }
    if tags.len() > 30 {
        c.add("tags", "must not be more than 30");
    }
    tags
}

/// The country that helps to read a phone number without a country code: asked for only where the
/// number needs it.
pub async fn region_for(ctx: &Ctx, phone: Option<&str>, country: Option<&str>) -> kernel::Result<Option<String>> {
    let international = phone.is_none_or(|p| p.trim_start().starts_with('+'));
    if international || country.is_some_and(|c| !c.is_empty()) { Ok(None) } else { default_country(ctx).await }
}

/// The tenant's default country, which helps to read phone numbers without a country code.
pub async fn default_country(ctx: &Ctx) -> kernel::Result<Option<String>> {
    let value: Option<Json> = ctx.tx().scalar("select value from settings where key = 'default_country'", []).await?;
    Ok(value.and_then(|v| v.as_str().map(str::to_owned)))
}

/// Adds a client.
pub async fn create(ctx: &Ctx, input: &ClientIn) -> kernel::Result<Client> {
    create_from(ctx, input, Required::Yes).await
}

/// Adds a client that comes from another record, which may lack custom fields that a client needs.
pub(crate) async fn create_from(ctx: &Ctx, input: &ClientIn, required: Required) -> kernel::Result<Client> {
    create_in(ctx, input, required, &Origin::default()).await
}

/// Where a client comes from, when that is a lead or a form.
#[derive(Debug, Default)]
pub struct Origin {
    /// The lead.
    pub lead: Option<Uuid>,
    /// The partner who brought it.
    pub partner: Option<Uuid>,
    /// Who it belongs to: the client stays with them.
    pub owner: Ownership,
    /// The team that gets it if nobody else has it.
    pub team: Option<Uuid>,
}

/// Adds a client that a lead became; it may lack custom fields that a client needs.
pub(crate) async fn create_of_lead(ctx: &Ctx, input: &ClientIn, origin: &Origin) -> kernel::Result<Client> {
    create_in(ctx, input, Required::No, origin).await
}

/// Adds a client who registered themselves; without an owner they go to the team, if one is named.
pub async fn create_registered(ctx: &Ctx, input: &ClientIn, origin: &Origin) -> kernel::Result<Client> {
    create_in(ctx, input, Required::No, origin).await
}

async fn create_in(ctx: &Ctx, input: &ClientIn, required: Required, origin: &Origin) -> kernel::Result<Client> {
    ctx.require("clients.create")?;
    let region = region_for(ctx, input.phone.as_deref(), input.country.as_deref()).await?;
    let mut c = Checker::new();
    let facts = check(&mut c, input, region.as_deref(), Given::ALL);
    let due = follow_up::read(&mut c, input.follow_up_at.as_deref(), input.follow_up_note.as_deref());
    let fields = custom_fields::of_entity(ctx, "client").await?;
    let custom = custom_fields::merge(&mut c, &fields, &Json::Null, input.custom.as_ref(), required);
    c.finish()?;
    let facts = Facts { tags: tags::ensure(ctx, facts.tags.clone()).await?, ..facts };
    let status = input.status.as_deref().filter(|s| !s.is_empty());
    if let Some(key) = status {
        statuses::known(ctx, "client", key).await?;
    }
    let wish = Wish { user: parse_id("assigned_to", input.assigned_to.as_deref())?.map(Some), team: origin.team.map(Some) };
    let owner = match origin.owner {
        Ownership { user: None, team: None } => ownership::for_new(ctx, "clients.assign", &wish).await?,
        owner => owner,
    };
    let known = assignment::Facts {
        country: facts.country.clone(),
        language: facts.language.clone(),
        source: facts.source.clone(),
        partner: origin.partner,
    };
    let (owner, rule) = assignment::of_new(ctx, "client", owner, &known).await?;
    let (id, now) = (Uuid::now_v7(), ctx.now());
    let mut row = json!({
        "first_name": facts.first_name, "last_name": facts.last_name, "email": facts.email, "phone": facts.phone,
        "country": facts.country, "language": facts.language, "address": facts.address,
        "date_of_birth": facts.date_of_birth, "source": facts.source, "assigned_to": owner.user, "team_id": owner.team,
        "tags": (!facts.tags.is_empty()).then_some(&facts.tags), "follow_up_at": due.at, "follow_up_note": due.note,
        "partner_id": origin.partner, "lead_id": origin.lead, "assigned_by_rule": rule,
    });
    custom_fields::flat(&mut row, &custom);
    let status = status.map(str::to_owned);
    let values: Vec<(&str, SimpleExpr)> = vec![
        ("id", id.into()),
        ("first_name", facts.first_name.into()),
        ("last_name", facts.last_name.into()),
        ("email", facts.email.into()),
        ("phone", facts.phone.into()),
        ("country", facts.country.into()),
        ("language", facts.language.into()),
        ("address", facts.address.into()),
        ("date_of_birth", facts.date_of_birth.into()),
        ("status", status.map_or_else(|| Expr::cust(DEFAULT_STATUS), SimpleExpr::from)),
        ("source", facts.source.into()),
        ("assigned_to", owner.user.into()),
        ("team_id", owner.team.into()),
        ("tags", facts.tags.into()),
        ("custom", custom.into()),
        ("last_activity_at", now.into()),
        ("created_at", now.into()),
        ("updated_at", now.into()),
        ("created_by", ctx.user_id().into()),
        ("follow_up_at", due.at.into()),
        ("follow_up_note", due.note.into()),
        ("partner_id", origin.partner.into()),
        ("lead_id", origin.lead.into()),
    ];
    let client = insert(ctx, values).await?;
    row["status"] = client.status.clone().into();
    record(ctx, "client.created", id, audit::diff(&json!({}), &row), Ownership::default(), owner).await?;
    duplicates::look_again(ctx, id).await?;
    Ok(client)
}

const DEFAULT_STATUS: &str = "(select key from statuses where entity = 'client' order by is_default desc, position limit 1)";

/// Writes a client and reads it as the actor may see it, in one statement.
async fn insert(ctx: &Ctx, values: Vec<(&'static str, SimpleExpr)>) -> kernel::Result<Client> {
    let (columns, values): (Vec<_>, Vec<_>) = values.into_iter().unzip();
    let mut insert = Query::insert();
    insert.into_table("clients").columns(columns).values(values).map_err(DomainError::internal)?;
    insert.returning(Query::returning().columns(written(ctx)));
    let made = list::row_of(ctx, insert, visible_in(ctx, Scope::All, "made")).await.map_err(duplicate)?;
    made.ok_or_else(|| DomainError::not_found("Client"))
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
    ctx.audit(action, "client", Some(id), changes).await?;
    ctx.emit(Event::new(action, id, "clients.read").covering(before.user, before.team).covering(after.user, after.team)).await
}

/// The answer to a taken e-mail never says whose it is.
pub(crate) fn duplicate(e: runtime::db::DbError) -> DomainError {
    if e.is_duplicate_of("clients_by_email") {
        return DomainError::conflict_field("email_exists", "email", "A client with this e-mail already exists.");
    }
    e.into()
}

/// Changes a client. A `version` that is not the current one is refused: somebody else was faster.
pub async fn update(ctx: &Ctx, id: Uuid, patch: &ClientPatch) -> kernel::Result<Client> {
    let old = find_for(ctx, "clients.update", id, false).await?;
    if patch.version.is_some_and(|v| v != old.version) {
        return Err(DomainError::conflict("stale_version", "Somebody else changed this client meanwhile. Reload and try again."));
    }
    let given = Given::in_patch(patch);
    sensitive::CLIENT.may_write(ctx, given.names())?;
    let before = Ownership { user: old.assigned_to, team: old.team_id };
    let merged = merge(&old, patch);
    let mut c = Checker::new();
    let facts = check(&mut c, &merged, default_country(ctx).await?.as_deref(), given);
    let old_due = FollowUp { at: old.follow_up_at, note: old.follow_up_note.clone() };
    let due = follow_up::patched(&mut c, &old_due, &patch.follow_up_at, &patch.follow_up_note);
    let custom = match &patch.custom {
        MaybeUndefined::Undefined => old.custom.clone(),
        touched => {
            let fields = custom_fields::of_entity(ctx, "client").await?;
            let touched = touched.value().unwrap_or(&Json::Null);
            custom_fields::merge(&mut c, &fields, &old.custom, Some(touched), Required::No)
        }
    };
    c.finish()?;
    let facts = match &patch.tags {
        MaybeUndefined::Undefined => facts,
        _ => Facts { tags: tags::ensure(ctx, facts.tags.clone()).await?, ..facts },
    };
    let new_email = if given.email { Some(facts.email) } else { old.email.clone() };
    let new_phone = if given.phone { facts.phone } else { old.phone.clone() };
    let new_address = if given.address { facts.address } else { old.address.clone() };
    let new_birth = if given.date_of_birth { facts.date_of_birth.map(|d| d.to_string()) } else { old.date_of_birth.clone() };
    let status = merged.status.clone().unwrap_or_else(|| old.status.clone());
    if status != old.status {
        statuses::known(ctx, "client", &status).await?;
    }
    let kyc = match &patch.kyc_status {
        MaybeUndefined::Value(v) if !KYC.contains(&v.as_str()) => {
            return Err(DomainError::field("kyc_status", format!("must be one of {}", KYC.join(", "))));
        }
        MaybeUndefined::Value(v) => v.clone(),
        _ => old.kyc_status.clone(),
    };
    // It follows the documents; who may decide over them may decide without.
    if kyc != old.kyc_status && !ctx.actor().covers(ctx.require("documents.review")?, old.assigned_to, old.team_id) {
        return Err(DomainError::forbidden("documents.review"));
    }
    let wish = Wish::read(&patch.assigned_to, &patch.team_id)?;
    let owner = ownership::resolve(ctx, "clients.assign", before, &wish).await?;
    let mut new = json!({
        "first_name": facts.first_name, "last_name": facts.last_name, "email": new_email, "phone": new_phone,
        "country": facts.country, "language": facts.language, "address": new_address, "date_of_birth": new_birth, "status": status,
        "kyc_status": kyc, "source": facts.source, "assigned_to": owner.user, "team_id": owner.team,
        "tags": facts.tags, "follow_up_at": due.at, "follow_up_note": due.note,
    });
    custom_fields::flat(&mut new, &custom);
    let changes = audit::diff(&snapshot(&old), &new);
    if changes.is_empty() {
        return Ok(old);
    }
    let values: Vec<sea_orm::Value> = vec![
        id.into(),
        facts.first_name.into(),
        facts.last_name.into(),
        facts.country.into(),
        status.into(),
        kyc.into(),
        facts.source.into(),
        owner.user.into(),
        owner.team.into(),
        facts.tags.into(),
        custom.into(),
        ctx.now().into(),
        old.version.into(),
        due.at.into(),
        due.note.into(),
        facts.language.into(),
    ];
    let updated = ctx
        .tx()
        .run(
            "update clients set first_name = $2, last_name = $3, country = $4, status = $5,
                 kyc_status = $6, source = $7, assigned_to = $8, team_id = $9, tags = $10, custom = $11,
                 updated_at = $12, last_activity_at = $12, version = version + 1, follow_up_at = $14, follow_up_note = $15, language = $16,
                 follow_up_told = follow_up_told and follow_up_at is not distinct from $14
             where id = $1 and version = $13",
            values,
        )
        .await?;
    if updated != 1 {
        return Err(DomainError::conflict("stale_version", "Somebody else changed this client meanwhile. Reload and try again."));
    }
    // Each by itself: the actor's database role may have a grant on some of them only.
    for (touched, sql, value) in [
        (given.email, "update clients set email = $2 where id = $1", sea_orm::Value::from(new_email)),
        (given.phone, "update clients set phone = $2 where id = $1", new_phone.into()),
        (given.address, "update clients set address = $2 where id = $1", new_address.into()),
        (given.date_of_birth, "update clients set date_of_birth = $2 where id = $1", facts.date_of_birth.into()),
    ] {
        if touched {
            ctx.tx().run(sql, [id.into(), value]).await.map_err(duplicate)?;
        }
    }
    if changes.iter().any(|c| IDENTITY.contains(&c.field.as_str())) {
        duplicates::look_again(ctx, id).await?;
    }
    record(ctx, "client.updated", id, changes, before, owner).await?;
    // The change may have taken the record out of the actor's sight; the answer still shows it once.
    find(ctx, Scope::All, id, false).await
}

/// The client as it would be, as input for the checks.
fn merge(old: &Client, patch: &ClientPatch) -> ClientIn {
    let pick = |p: &MaybeUndefined<String>, old: Option<String>| match p {
        MaybeUndefined::Undefined => old,
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(v) => Some(v.clone()),
    };
    ClientIn {
        first_name: pick(&patch.first_name, Some(old.first_name.clone())),
        last_name: pick(&patch.last_name, Some(old.last_name.clone())),
        email: pick(&patch.email, None),
        phone: pick(&patch.phone, None),
        country: pick(&patch.country, old.country.clone()),
        language: pick(&patch.language, old.language.clone()),
        address: pick(&patch.address, None),
        date_of_birth: pick(&patch.date_of_birth, None),
        status: pick(&patch.status, Some(old.status.clone())),
        source: pick(&patch.source, old.source.clone()),
        assigned_to: None,
        tags: match &patch.tags {
            MaybeUndefined::Undefined => Some(old.tags.clone()),
            MaybeUndefined::Null => None,
            MaybeUndefined::Value(v) => Some(v.clone()),
        },
        custom: None,
        follow_up_at: None,
        follow_up_note: None,
    }
}

fn snapshot(c: &Client) -> Json {
    let mut facts = json!({
        "first_name": c.first_name, "last_name": c.last_name, "email": c.email, "phone": c.phone, "country": c.country,
        "language": c.language, "address": c.address, "date_of_birth": c.date_of_birth, "status": c.status, "kyc_status": c.kyc_status,
        "source": c.source, "assigned_to": c.assigned_to, "team_id": c.team_id, "tags": c.tags,
        "follow_up_at": c.follow_up_at, "follow_up_note": c.follow_up_note,
    });
    custom_fields::flat(&mut facts, &c.custom);
    facts
}

/// Deletes a client; it can be restored.
pub async fn delete(ctx: &Ctx, id: Uuid) -> kernel::Result<()> {
    let client = find_for(ctx, "clients.delete", id, false).await?;
    set_deleted(ctx, &client, Some(ctx.now()), "client.deleted").await
}

/// Brings a deleted client back.
pub async fn restore(ctx: &Ctx, id: Uuid) -> kernel::Result<Client> {
    let client = find_for(ctx, "clients.delete", id, true).await?;
    let sql = "select 1 from clients where id = $1 and merged_into is not null";
    if ctx.tx().scalar::<i32>(sql, [id.into()]).await?.is_some() {
        return Err(DomainError::conflict("merged", "This client was merged into another one. Split them to have it back."));
    }
    set_deleted(ctx, &client, None, "client.restored").await?;
    find(ctx, Scope::All, id, false).await
}

async fn set_deleted(ctx: &Ctx, client: &Client, at: Option<chrono::DateTime<chrono::Utc>>, action: &str) -> kernel::Result<()> {
    ctx.tx()
        .run(
            "update clients set deleted_at = $2, updated_at = $3, version = version + 1 where id = $1",
            [client.id.into(), at.into(), ctx.now().into()],
        )
        .await
        .map_err(duplicate)?;
    let owner = Ownership { user: client.assigned_to, team: client.team_id };
    record(ctx, action, client.id, Vec::new(), owner, owner).await
}

/// A page of what happened to a client.
pub async fn timeline(
    ctx: &Ctx,
    id: Uuid,
    chapter: access::audit::Chapter,
    paging: &Paging,
) -> kernel::Result<Page<access::audit::AuditEntry>> {
    let client = get(ctx, id).await?;
    // Those who became part of it tell their part of the story.
    let ids = merges::with_joined(ctx, &merges::CLIENT, id).await?;
    let owner = Ownership { user: client.assigned_to, team: client.team_id };
    let told = related::told_of(ctx, Parent::Client, ids, owner, chapter).await?;
    access::audit::timeline(ctx, told, chapter, paging).await
}

/// Names of fields shown masked, and not at all.
pub fn marks(ctx: &Ctx, client: &Client) -> (Vec<String>, Vec<String>) {
    sensitive::CLIENT.marks(ctx, |name| match name {
        "phone" => client.phone.is_some(),
        "date_of_birth" => client.date_of_birth.is_some(),
        "address" => client.address.is_some(),
        _ => true,
    })
}

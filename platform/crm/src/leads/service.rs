//! What can be done with leads.

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

use super::carry;
use super::entity::{Lead, SORTS, visible_in, visible_to, written};
use super::http::{LeadFilter, LeadIn, LeadPatch};
use crate::clients::service::{self as clients, default_country, region_for};
use crate::custom_fields::{self, Required};
use crate::filter::{self, Filters};
use crate::follow_up::{self, FollowUp};
use crate::imports::Values;
use crate::ownership::{self, Ownership, Wish, parse_id};
use crate::related::{self, Parent};
use crate::{assignment, search, sensitive, statuses, tags};

/// A page of leads.
pub async fn list(ctx: &Ctx, filter: &LeadFilter, sort: Option<&str>, paging: &Paging) -> kernel::Result<Page<Lead>> {
    let mut select = visible_to(ctx, ctx.require("leads.read")?);
    let looks_for_words = narrow(ctx, &mut select, filter).await?;
    let sort = filter::sort(ctx, &filter::LEAD, SORTS, sort).await?;
    if looks_for_words {
        return list::search(ctx, "lead", &select, sort, paging).await;
    }
    list::page(ctx, "lead", &select, sort, paging).await
}

/// Narrows a query over leads to those that a filter means, as far as the actor may ask; says whether it
/// looks for words. Lists, bulk changes and counts all mean the same by a filter.
pub(crate) async fn narrow(ctx: &Ctx, select: &mut SelectStatement, filter: &LeadFilter) -> kernel::Result<bool> {
    let mut filters = Filters::new(select, "l");
    filters.words("status", filter.status.as_deref());
    filters.words_or_none("country", filter.country.as_deref().map(str::to_uppercase).as_deref());
    filters.words_or_none("source", filter.source.as_deref());
    filters.ids("partner_id", filter.partner_id.as_deref());
    filters.ids("assigned_to", filter.assigned_to.as_deref());
    filters.ids("team_id", filter.team_id.as_deref());
    filters.ids("import_id", filter.import_id.as_deref());
    filters.tag("tags", filter.tag.as_deref());
    filters.created(ctx, filter.created_from.as_deref(), filter.created_to.as_deref()).await?;
    filters.finish()?;
    follow_up::narrow(ctx, &filter::LEAD, select, filter.follow_up.as_deref()).await?;
    filter::apply(ctx, &filter::LEAD, select, filter.filter.as_deref()).await?;
    search::narrow(select, filter.search.as_deref(), |text| search::matches(sensitive::LEAD.search_column(ctx), text))
}

/// One lead.
pub async fn get(ctx: &Ctx, id: Uuid) -> kernel::Result<Lead> {
    let scope = ctx.require("leads.read")?;
    find(ctx, scope, id).await
}

pub(super) async fn find(ctx: &Ctx, scope: Scope, id: Uuid) -> kernel::Result<Lead> {
    let mut select = visible_to(ctx, scope);
    select.and_where(Expr::col((Alias::new("l"), Alias::new("id"))).eq(id));
    list::one(ctx, &select, "Lead").await
}

/// The newest lead that the actor sees.
pub async fn newest(ctx: &Ctx) -> kernel::Result<Lead> {
    let mut select = visible_to(ctx, ctx.require("leads.read")?);
    select.order_by((Alias::new("l"), Alias::new("created_at")), Order::Desc).limit(1);
    list::one(ctx, &select, "Lead").await
}

/// Reads a lead that the actor may do this to; what may be seen but not this is refused as such.
pub(super) async fn find_for(ctx: &Ctx, permission: &'static str, id: Uuid) -> kernel::Result<Lead> {
    let lead = get(ctx, id).await?;
    ctx.actor().require_for(permission, lead.assigned_to, lead.team_id)?;
    Ok(lead)
}

/// Checked values of a lead.
struct Facts {
    first_name: String,
    last_name: String,
    email: Option<String>,
    phone: Option<String>,
    country: Option<String>,
    source: Option<String>,
    message: Option<String>,
    metadata: Json,
    tags: Vec<String>,
}

fn check(c: &mut Checker, input: &LeadIn, default_country: Option<&str>, needs_contact: bool) -> Facts {
    let first_name = c.required("first_name", input.first_name.as_deref(), 100);
    let last_name = c.required("last_name", input.last_name.as_deref(), 100);
    let country = input.country.as_deref().and_then(|v| c.country("country", v));
    let region = country.clone().or_else(|| default_country.map(str::to_owned));
    let email = c.optional("email", input.email.as_deref(), 254).map(|v| c.email("email", &v));
    let phone = input.phone.as_deref().and_then(|v| c.phone("phone", v, region.as_deref()));
    if needs_contact && email.is_none() && phone.is_none() && c.is_ok() {
        c.add("email", "is required, or a phone number");
    }
    let language = assignment::checked_language(c, input.language.as_deref());
    let mut metadata = match &input.metadata {
        None | Some(Json::Null) => json!({}),
        Some(m) if m.is_object() && m.to_string().len() <= 10_000 && !m.to_string().contains("\\u0000") => m.clone(),
        Some(_) => {
            c.add("metadata", "must be an object of at most 10,000 characters");
            json!({})
        }
    };
    if let Some(language) = language {
        metadata["language"] = language.into();
    }
    Facts {
        source: c.optional("source", input.source.as_deref(), 100),
        message: c.optional("message", input.message.as_deref(), 2_000),
        tags: clients::tag_names(c, input.tags.as_deref().unwrap_or_default()),
        first_name,
        last_name,
        email,
        phone,
        country,
        metadata,
    }
}

/// Checks a row of an import, by the same rules.
pub(crate) fn check_import(c: &mut Checker, input: &LeadIn, default_country: Option<&str>) -> Values {
    let facts = check(c, input, default_country, true);
    Values {
        first_name: facts.first_name,
        last_name: facts.last_name,
        email: facts.email,
        phone: facts.phone,
        country: facts.country,
        source: facts.source,
        message: facts.message,
        tags: facts.tags,
        ..Values::default()
    }
}

/// Adds a lead that somebody of the staff knows.
pub async fn create(ctx: &Ctx, input: &LeadIn) -> kernel::Result<Lead> {
    add(ctx, input, Required::Yes).await
}

/// Adds a lead that came in through a form, which does not ask for the tenant's own fields.
pub async fn create_from_form(ctx: &Ctx, input: &LeadIn) -> kernel::Result<Lead> {
    add(ctx, input, Required::No).await
}

async fn add(ctx: &Ctx, input: &LeadIn, required: Required) -> kernel::Result<Lead> {
    ctx.require("leads.create")?;
    let mut c = Checker::new();
    let region = region_for(ctx, input.phone.as_deref(), input.country.as_deref()).await?;
    let facts = check(&mut c, input, region.as_deref(), true);
    let due = follow_up::read(&mut c, input.follow_up_at.as_deref(), input.follow_up_note.as_deref());
    let fields = custom_fields::of_entity(ctx, "lead").await?;
    let custom = custom_fields::merge(&mut c, &fields, &Json::Null, input.custom.as_ref(), required);
    c.finish()?;
    let facts = Facts { tags: tags::ensure(ctx, facts.tags.clone()).await?, ..facts };
    let status = match input.status.as_deref().filter(|s| !s.is_empty()) {
        Some(key) => {
            statuses::known(ctx, "lead", key).await?;
            key.to_owned()
        }
        None => statuses::default_of(ctx, "lead").await?,
    };
    let partner = parse_id("partner_id", input.partner_id.as_deref())?;
    if let Some(partner) = partner {
        let counted = ctx
            .tx()
            .run("update partners set leads_count = leads_count + 1, updated_at = now() where id = $1", [partner.into()])
            .await?;
        if counted != 1 {
            return Err(DomainError::field("partner_id", "is not a partner"));
        }
    }
    let wish = Wish { user: parse_id("assigned_to", input.assigned_to.as_deref())?.map(Some), team: None };
    let owner = ownership::for_new(ctx, "leads.assign", &wish).await?;
    let known = assignment::Facts {
        country: facts.country.clone(),
        language: assignment::Facts::language_of(&facts.metadata),
        source: facts.source.clone(),
        partner,
    };
    let (owner, rule) = assignment::of_new(ctx, "lead", owner, &known).await?;
    let (id, now) = (Uuid::now_v7(), ctx.now());
    let mut shown = json!({
        "first_name": facts.first_name, "last_name": facts.last_name, "email": facts.email, "phone": facts.phone,
        "country": facts.country, "status": status, "source": facts.source, "partner_id": partner,
        "assigned_to": owner.user, "team_id": owner.team, "tags": (!facts.tags.is_empty()).then_some(&facts.tags),
        "follow_up_at": due.at, "follow_up_note": due.note, "assigned_by_rule": rule,
    });
    custom_fields::flat(&mut shown, &custom);
    let values: Vec<(&str, SimpleExpr)> = vec![
        ("id", id.into()),
        ("first_name", facts.first_name.into()),
        ("last_name", facts.last_name.into()),
        ("email", facts.email.into()),
        ("phone", facts.phone.into()),
        ("country", facts.country.into()),
        ("status", status.clone().into()),
        ("source", facts.source.into()),
        ("partner_id", partner.into()),
        ("assigned_to", owner.user.into()),
        ("team_id", owner.team.into()),
        ("message", facts.message.into()),
        ("metadata", facts.metadata.into()),
        ("created_at", now.into()),
        ("updated_at", now.into()),
        ("created_by", ctx.user_id().into()),
        ("custom", custom.into()),
        ("tags", facts.tags.into()),
        ("follow_up_at", due.at.into()),
        ("follow_up_note", due.note.into()),
    ];
    let lead = insert(ctx, values).await?;
    history(ctx, id, None, &status, None).await?;
    record(ctx, "lead.created", id, audit::diff(&json!({}), &shown), Ownership::default(), owner).await?;
    Ok(lead)
}

/// Writes a lead and reads it as the actor may see it, in one statement.
async fn insert(ctx: &Ctx, values: Vec<(&'static str, SimpleExpr)>) -> kernel::Result<Lead> {
    let (columns, values): (Vec<_>, Vec<_>) = values.into_iter().unzip();
    let mut insert = Query::insert();
    insert.into_table("leads").columns(columns).values(values).map_err(DomainError::internal)?;
    insert.returning(Query::returning().columns(written(ctx)));
    list::row_of(ctx, insert, visible_in(ctx, Scope::All, "made")).await?.ok_or_else(|| DomainError::not_found("Lead"))
}

pub(super) async fn history(ctx: &Ctx, id: Uuid, old: Option<&str>, new: &str, reason: Option<&str>) -> kernel::Result<()> {
    ctx.tx()
        .run(
            "insert into lead_status_history (id, lead_id, old_status, new_status, changed_by, at, reason)
             values ($1, $2, $3, $4, $5, $6, $7)",
            [
                Uuid::now_v7().into(),
                id.into(),
                old.map(str::to_owned).into(),
                new.into(),
                ctx.user_id().into(),
                ctx.now().into(),
                reason.map(str::to_owned).into(),
            ],
        )
        .await?;
    Ok(())
}

pub(super) async fn record(
    ctx: &Ctx,
    action: &str,
    id: Uuid,
    changes: Vec<audit::Change>,
    before: Ownership,
    after: Ownership,
) -> kernel::Result<()> {
    ctx.audit(action, "lead", Some(id), changes).await?;
    ctx.emit(Event::new(action, id, "leads.read").covering(before.user, before.team).covering(after.user, after.team)).await
}

/// Changes a lead. A `version` that is not the current one is refused.
pub async fn update(ctx: &Ctx, id: Uuid, patch: &LeadPatch) -> kernel::Result<Lead> {
    let old = find_for(ctx, "leads.update", id).await?;
    if patch.version.is_some_and(|v| v != old.version) {
        return Err(stale());
    }
    let contact = (!patch.email.is_undefined(), !patch.phone.is_undefined());
    let touched = [("email", contact.0), ("phone", contact.1)];
    sensitive::LEAD.may_write(ctx, touched.into_iter().filter(|t| t.1).map(|t| t.0))?;
    let merged = merge(&old, patch);
    let mut c = Checker::new();
    let facts = check(&mut c, &merged, default_country(ctx).await?.as_deref(), false);
    let old_due = FollowUp { at: old.follow_up_at, note: old.follow_up_note.clone() };
    let due = follow_up::patched(&mut c, &old_due, &patch.follow_up_at, &patch.follow_up_note);
    let reason = c.optional("reason", patch.reason.as_deref(), 200);
    let custom = match &patch.custom {
        MaybeUndefined::Undefined => old.custom.clone(),
        touched => {
            let fields = custom_fields::of_entity(ctx, "lead").await?;
            let touched = touched.value().unwrap_or(&Json::Null);
            custom_fields::merge(&mut c, &fields, &old.custom, Some(touched), Required::No)
        }
    };
    c.finish()?;
    let facts = match &patch.tags {
        MaybeUndefined::Undefined => facts,
        _ => Facts { tags: tags::ensure(ctx, facts.tags.clone()).await?, ..facts },
    };
    let email = if contact.0 { facts.email } else { old.email.clone() };
    let phone = if contact.1 { facts.phone } else { old.phone.clone() };
    let status = merged.status.clone().unwrap_or_else(|| old.status.clone());
    if status != old.status {
        statuses::known(ctx, "lead", &status).await?;
        statuses::may_follow(ctx, "lead", &old.status, &status).await?;
        history(ctx, id, Some(&old.status), &status, reason.as_deref()).await?;
    }
    let before = Ownership { user: old.assigned_to, team: old.team_id };
    let wish = Wish::read(&patch.assigned_to, &patch.team_id)?;
    let owner = ownership::resolve(ctx, "leads.assign", before, &wish).await?;
    let mut new = json!({
        "first_name": facts.first_name, "last_name": facts.last_name, "email": email, "phone": phone,
        "country": facts.country, "status": status, "source": facts.source, "message": facts.message,
        "assigned_to": owner.user, "team_id": owner.team, "tags": facts.tags, "follow_up_at": due.at,
        "follow_up_note": due.note,
    });
    custom_fields::flat(&mut new, &custom);
    let mut changes = audit::diff(&snapshot(&old), &new);
    if changes.is_empty() {
        return Ok(old);
    }
    if status != old.status
        && let Some(reason) = reason
    {
        changes.push(audit::Change { field: "reason".to_owned(), old: Json::Null, new: reason.into() });
    }
    let updated = ctx
        .tx()
        .run(
            "update leads set first_name = $2, last_name = $3, country = $4, status = $5, source = $6, message = $7,
                 assigned_to = $8, team_id = $9, updated_at = $10, custom = $12, version = version + 1, tags = $13,
                 follow_up_at = $14, follow_up_note = $15,
                 follow_up_told = follow_up_told and follow_up_at is not distinct from $14
             where id = $1 and version = $11",
            [
                id.into(),
                facts.first_name.into(),
                facts.last_name.into(),
                facts.country.into(),
                status.into(),
                facts.source.into(),
                facts.message.into(),
                owner.user.into(),
                owner.team.into(),
                ctx.now().into(),
                old.version.into(),
                custom.into(),
                facts.tags.into(),
                due.at.into(),
                due.note.into(),
            ],
        )
        .await?;
    if updated != 1 {
        return Err(stale());
    }
    // Each by itself: the actor's database role may have a grant on one of them only.
    if contact.0 {
        ctx.tx().run("update leads set email = $2 where id = $1", [id.into(), email.into()]).await?;
    }
    if contact.1 {
        ctx.tx().run("update leads set phone = $2 where id = $1", [id.into(), phone.into()]).await?;
    }
    record(ctx, "lead.updated", id, changes, before, owner).await?;
    find(ctx, Scope::All, id).await
}

fn stale() -> DomainError {
    DomainError::conflict("stale_version", "Somebody else changed this lead meanwhile. Reload and try again.")
}

/// The lead as it would be, as input for the checks; contact data only where it is given.
fn merge(old: &Lead, patch: &LeadPatch) -> LeadIn {
    let pick = |p: &MaybeUndefined<String>, old: Option<String>| match p {
        MaybeUndefined::Undefined => old,
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(v) => Some(v.clone()),
    };
    LeadIn {
        first_name: pick(&patch.first_name, Some(old.first_name.clone())),
        last_name: pick(&patch.last_name, Some(old.last_name.clone())),
        email: pick(&patch.email, None),
        phone: pick(&patch.phone, None),
        country: pick(&patch.country, old.country.clone()),
        status: pick(&patch.status, Some(old.status.clone())),
        source: pick(&patch.source, old.source.clone()),
        message: pick(&patch.message, old.message.clone()),
        tags: match &patch.tags {
            MaybeUndefined::Undefined => Some(old.tags.clone()),
            MaybeUndefined::Null => None,
            MaybeUndefined::Value(v) => Some(v.clone()),
        },
        ..LeadIn::default()
    }
}

fn snapshot(l: &Lead) -> Json {
    let mut facts = json!({
        "first_name": l.first_name, "last_name": l.last_name, "email": l.email, "phone": l.phone, "country": l.country,
        "status": l.status, "source": l.source, "message": l.message, "assigned_to": l.assigned_to, "team_id": l.team_id,
        "tags": l.tags, "follow_up_at": l.follow_up_at, "follow_up_note": l.follow_up_note,
    });
    custom_fields::flat(&mut facts, &l.custom);
    facts
}

/// Makes a client of a lead; nothing is typed twice. The lead keeps the client's id. The context must
/// carry clear contact data (`SignedIn::begin_carrying`): masked staff convert what they can't read.
pub async fn convert(ctx: &Ctx, id: Uuid) -> kernel::Result<Uuid> {
    let lead = find_for(ctx, "leads.convert", id).await?;
    not_converted(&lead)?;
    let (input, origin) = carry::client_of(ctx, &lead).await?;
    let client = clients::create_of_lead(ctx, &input, &origin).await?;
    carry::tell(ctx, &lead, client.id).await?;
    became(ctx, &lead, client.id).await?;
    Ok(client.id)
}

/// Refuses a lead that is a client already.
pub(super) fn not_converted(lead: &Lead) -> kernel::Result<()> {
    match lead.converted_client_id {
        None => Ok(()),
        Some(client) => Err(DomainError::conflict("already_converted", format!("This lead already became client {client}."))),
    }
}

/// Writes down which client a lead became.
pub(super) async fn became(ctx: &Ctx, lead: &Lead, client: Uuid) -> kernel::Result<()> {
    let status = statuses::won(ctx).await?.unwrap_or_else(|| lead.status.clone());
    let done = ctx
        .tx()
        .run(
            "update leads set converted_client_id = $2, status = $3, updated_at = $4, version = version + 1
             where id = $1 and converted_client_id is null",
            [lead.id.into(), client.into(), status.clone().into(), ctx.now().into()],
        )
        .await?;
    if done != 1 {
        return Err(DomainError::conflict("already_converted", "This lead was converted meanwhile."));
    }
    if status != lead.status {
        history(ctx, lead.id, Some(&lead.status), &status, None).await?;
    }
    let owner = Ownership { user: lead.assigned_to, team: lead.team_id };
    let changes = audit::diff(
        &json!({ "status": lead.status, "converted_client_id": null }),
        &json!({ "status": status, "converted_client_id": client }),
    );
    record(ctx, "lead.converted", lead.id, changes, owner, owner).await
}

/// A page of what happened to a lead.
pub async fn timeline(
    ctx: &Ctx,
    id: Uuid,
    chapter: access::audit::Chapter,
    paging: &Paging,
) -> kernel::Result<Page<access::audit::AuditEntry>> {
    let lead = get(ctx, id).await?;
    let owner = Ownership { user: lead.assigned_to, team: lead.team_id };
    let told = related::told_of(ctx, Parent::Lead, vec![id], owner, chapter).await?;
    access::audit::timeline(ctx, told, chapter, paging).await
}

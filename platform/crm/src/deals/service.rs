//! What can be done with opportunities and deals, their stages aside.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::DomainError;
use kernel::event::Event;
use kernel::paging::{Page, Paging};
use kernel::permission::Scope;
use kernel::validate::Checker;
use poem_openapi::types::MaybeUndefined;
use runtime::list;
use runtime::{Ctx, Rows as _, audit};
use rust_decimal::Decimal;
use sea_orm::Value;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, SelectStatement};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::entity::{Deal, Kind, SORTS, alive, money, visible_to};
use super::http::{DealFilter, DealIn, DealPatch, DealStepOut};
use super::moves;
use crate::clients::service::tag_names;
use crate::custom_fields::{self, Required};
use crate::exchange_rates::service::{base, is_currency};
use crate::filter::{self, Filters};
use crate::ownership::{self, Ownership, Wish, parse_id};
use crate::related::{self, Parent};
use crate::{clients, contacts, pipelines, search, tags};

/// A page of deals or opportunities.
pub async fn list(ctx: &Ctx, kind: Kind, filter: &DealFilter, sort: Option<&str>, paging: &Paging) -> kernel::Result<Page<Deal>> {
    let mut select = visible_to(ctx, kind, ctx.require(kind.read())?);
    select.and_where(alive());
    let looks_for_words = narrow(ctx, &mut select, filter).await?;
    let sort = filter::sort(ctx, &filter::DEAL, SORTS, sort).await?;
    if looks_for_words {
        return list::search(ctx, kind.word(), &select, sort, paging).await;
    }
    list::page(ctx, kind.word(), &select, sort, paging).await
}

/// What may have become of a deal, in the words of filters and of the table.
const OUTCOMES: [(&str, &str); 4] = [("open", "none"), ("won", "won"), ("lost", "lost"), ("none", "none")];

/// Narrows a query over deals to those that a filter means; says whether it looks for words. Lists, boards,
/// bulk changes and sums all mean the same by a filter.
pub(crate) async fn narrow(ctx: &Ctx, select: &mut SelectStatement, filter: &DealFilter) -> kernel::Result<bool> {
    let mut filters = Filters::new(select, "d");
    filters.words("pipeline_key", filter.pipeline.as_deref());
    filters.words("stage", filter.stage.as_deref());
    filters.among("outcome", filter.outcome.as_deref(), OUTCOMES.into_iter());
    filters.ids("client_id", filter.client_id.as_deref());
    filters.ids("contact_id", filter.contact_id.as_deref());
    filters.ids("assigned_to", filter.assigned_to.as_deref());
    filters.ids("team_id", filter.team_id.as_deref());
    filters.ids("import_id", filter.import_id.as_deref());
    filters.tag("tags", filter.tag.as_deref());
    filters.numbers("amount", ("amount_min", filter.amount_min.as_deref()), ("amount_max", filter.amount_max.as_deref()));
    filters.days("expected_close_date", ("close_from", filter.close_from.as_deref()), ("close_to", filter.close_to.as_deref()));
    filters.created(ctx, filter.created_from.as_deref(), filter.created_to.as_deref()).await?;
    filters.finish()?;
    filter::apply(ctx, &filter::DEAL, select, filter.filter.as_deref()).await?;
    search::narrow(select, filter.search.as_deref(), |text| search::matches(("d", "search_name"), text))
}

/// One deal or opportunity.
pub async fn get(ctx: &Ctx, kind: Kind, id: Uuid) -> kernel::Result<Deal> {
    find(ctx, kind, ctx.require(kind.read())?, id, false).await
}

pub(crate) async fn find(ctx: &Ctx, kind: Kind, scope: Scope, id: Uuid, deleted: bool) -> kernel::Result<Deal> {
    let mut select = visible_to(ctx, kind, scope);
    select.and_where(Expr::col((Alias::new("d"), Alias::new("id"))).eq(id));
    select.and_where(if deleted { alive().not() } else { alive() });
    list::one(ctx, &select, kind.title()).await
}

/// Reads what the actor may do this to; what may be seen but not this is refused as such.
pub(crate) async fn find_for(ctx: &Ctx, kind: Kind, permission: &'static str, id: Uuid, deleted: bool) -> kernel::Result<Deal> {
    let deal = find(ctx, kind, ctx.require(kind.read())?, id, deleted).await?;
    ctx.actor().require_for(permission, deal.assigned_to, deal.team_id)?;
    Ok(deal)
}

/// Checked values.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Facts {
    pub name: String,
    pub description: Option<String>,
    pub next_steps: Option<String>,
    pub amount: Option<Decimal>,
    pub currency: Option<String>,
    pub probability: Option<i16>,
    pub expected_close_date: Option<NaiveDate>,
    pub lost_reason: Option<String>,
    pub tags: Vec<String>,
}

/// An amount of money: 0 or more, with at most four decimals.
pub(super) fn amount(c: &mut Checker, given: Option<&str>) -> Option<Decimal> {
    let text = given.map(str::trim).filter(|t| !t.is_empty())?;
    let fits = |d: &Decimal| *d >= Decimal::ZERO && d.scale() <= 4 && *d < Decimal::from(10_000_000_000_000_000_i64);
    match text.parse::<Decimal>().map(|d| d.normalize()) {
        Ok(value) if text.len() <= 40 && fits(&value) => Some(value),
        _ => {
            c.add("amount", "must be a number of 0 or more with at most four decimals, e.g. 1500.00");
            None
        }
    }
}

/// Checks what stands in no other record.
pub(super) fn check(c: &mut Checker, input: &DealIn) -> Facts {
    let currency = input.currency.as_deref().map(|v| v.trim().to_uppercase()).filter(|v| !v.is_empty());
    if currency.as_deref().is_some_and(|v| !is_currency(v)) {
        c.add("currency", "is not a currency code like EUR");
    }
    if input.probability.is_some_and(|p| !(0..=100).contains(&p)) {
        c.add("probability", "must be a whole number from 0 to 100");
    }
    Facts {
        name: c.required("name", input.name.as_deref(), 200),
        description: c.optional("description", input.description.as_deref(), 10_000),
        next_steps: c.optional("next_steps", input.next_steps.as_deref(), 2_000),
        amount: amount(c, input.amount.as_deref()),
        currency,
        probability: input.probability.and_then(|p| i16::try_from(p).ok()),
        expected_close_date: input.expected_close_date.as_deref().and_then(|v| c.date("expected_close_date", v)),
        lost_reason: c.optional("lost_reason", input.lost_reason.as_deref(), 500),
        tags: tag_names(c, input.tags.as_deref().unwrap_or_default()),
    }
}

/// The records that a deal names, each of which the actor must see.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Links {
    pub client: Option<Uuid>,
    pub contact: Option<Uuid>,
    pub opportunity: Option<Uuid>,
}

impl Links {
    fn of(deal: &Deal) -> Self {
        Self { client: deal.client_id, contact: deal.contact_id, opportunity: deal.opportunity_id }
    }

    /// Checks the links that are not those of `old`.
    async fn check(&mut self, ctx: &Ctx, c: &mut Checker, kind: Kind, old: Links) -> kernel::Result<()> {
        if let Some(id) = self.contact.filter(|_| self.contact != old.contact) {
            match seen(ctx.actor().scope("contacts.read"), async |scope| contacts::service::find(ctx, scope, id, false).await)
                .await?
            {
                None => c.add("contact_id", "is not a contact"),
                Some(contact) if self.client.is_none() && old == Links::default() => self.client = contact.client_id,
                Some(_) => {}
            }
        }
        if let Some(id) = self.client.filter(|_| self.client != old.client) {
            let found =
                seen(ctx.actor().scope("clients.read"), async |scope| clients::service::find(ctx, scope, id, false).await);
            if found.await?.is_none() {
                c.add("client_id", "is not a client");
            }
        }
        if let Some(id) = self.opportunity.filter(|_| self.opportunity != old.opportunity) {
            let scope = ctx.actor().scope("opportunities.read").filter(|_| kind == Kind::Deal);
            if seen(scope, async |scope| find(ctx, Kind::Opportunity, scope, id, false).await).await?.is_none() {
                c.add("opportunity_id", "is not an opportunity");
            }
        }
        Ok(())
    }
}

/// A record, if it lies within a scope.
async fn seen<T>(scope: Option<Scope>, find: impl AsyncFnOnce(Scope) -> kernel::Result<T>) -> kernel::Result<Option<T>> {
    let Some(scope) = scope else { return Ok(None) };
    match find(scope).await {
        Ok(found) => Ok(Some(found)),
        Err(DomainError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn id(c: &mut Checker, field: &str, given: Option<&str>) -> Option<Uuid> {
    match parse_id(field, given) {
        Ok(id) => id,
        Err(_) => {
            c.add(field, "is not an id");
            None
        }
    }
}

/// Where a new deal comes from, when the product carries it over from another record.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origin {
    /// The lead.
    pub lead: Option<Uuid>,
    /// Who it stays with.
    pub owner: Option<Ownership>,
    /// Links that were checked already.
    pub client: Option<Uuid>,
    /// The contact that was checked already.
    pub contact: Option<Uuid>,
    /// The opportunity that becomes a deal.
    pub opportunity: Option<Uuid>,
}

/// Adds a deal or an opportunity.
pub async fn create(ctx: &Ctx, kind: Kind, input: &DealIn) -> kernel::Result<Deal> {
    create_from(ctx, kind, input, &Origin::default()).await
}

/// Adds a deal that comes from another record, which may lack custom fields that a deal needs.
pub(crate) async fn create_from(ctx: &Ctx, kind: Kind, input: &DealIn, origin: &Origin) -> kernel::Result<Deal> {
    ctx.require(kind.create())?;
    let carried = origin.owner.is_some();
    let mut c = Checker::new();
    let mut facts = check(&mut c, input);
    let mut links = Links {
        client: origin.client.or_else(|| id(&mut c, "client_id", input.client_id.as_deref())),
        contact: origin.contact.or_else(|| id(&mut c, "contact_id", input.contact_id.as_deref())),
        opportunity: origin.opportunity.or_else(|| id(&mut c, "opportunity_id", input.opportunity_id.as_deref())),
    };
    if !carried {
        links.check(ctx, &mut c, kind, Links::default()).await?;
    }
    let fields = custom_fields::of_entity(ctx, "deal").await?;
    let required = if carried { Required::No } else { Required::Yes };
    let custom = custom_fields::merge(&mut c, &fields, &Json::Null, input.custom.as_ref(), required);
    let place = moves::entrance(ctx, &mut c, input).await?;
    if let Some((pipeline, stage)) = &place {
        if pipeline.archived {
            c.add("pipeline", "is archived and takes no new deals");
        }
        let has = moves::Has {
            amount: facts.amount.is_some(),
            expected_close_date: facts.expected_close_date.is_some(),
            contact_id: links.contact.is_some(),
            client_id: links.client.is_some(),
            lost_reason: facts.lost_reason.is_some(),
            next_steps: facts.next_steps.is_some(),
        };
        has.check(&mut c, stage);
    }
    c.finish()?;
    let Some((pipeline, stage)) = place else { return Err(DomainError::internal("a place that was checked is not there")) };
    moves::hold(ctx, &stage).await?;
    facts.tags = tags::ensure(ctx, facts.tags).await?;
    let owner = match origin.owner {
        Some(owner) => owner,
        None => {
            let wish = Wish { user: parse_id("assigned_to", input.assigned_to.as_deref())?.map(Some), team: None };
            ownership::for_new(ctx, kind.assign(), &wish).await?
        }
    };
    let currency = match facts.currency {
        Some(currency) => currency,
        None => base(ctx).await?,
    };
    let (made, now) = (Uuid::now_v7(), ctx.now());
    let closed: Option<DateTime<Utc>> = (stage.outcome != "none").then_some(now);
    let lost_reason = facts.lost_reason.filter(|_| stage.outcome == "lost");
    let mut row = json!({
        "name": facts.name, "description": facts.description, "next_steps": facts.next_steps, "client_id": links.client,
        "contact_id": links.contact, "opportunity_id": links.opportunity, "lead_id": origin.lead, "pipeline": pipeline.key,
        "stage": stage.key, "amount": facts.amount.map(money), "currency": currency, "probability": facts.probability,
        "expected_close_date": facts.expected_close_date, "lost_reason": lost_reason, "assigned_to": owner.user,
        "team_id": owner.team, "tags": (!facts.tags.is_empty()).then_some(&facts.tags),
    });
    custom_fields::flat(&mut row, &custom);
    let values: Vec<Value> = vec![
        made.into(),
        kind.word().into(),
        facts.name.into(),
        facts.description.into(),
        facts.next_steps.into(),
        links.client.into(),
        links.contact.into(),
        links.opportunity.into(),
        origin.lead.into(),
        pipeline.key.clone().into(),
        stage.key.clone().into(),
        facts.probability.into(),
        stage.outcome.clone().into(),
        facts.amount.into(),
        currency.into(),
        facts.expected_close_date.into(),
        closed.into(),
        lost_reason.into(),
        now.into(),
        owner.user.into(),
        owner.team.into(),
        facts.tags.into(),
        custom.into(),
        ctx.user_id().into(),
    ];
    ctx.tx()
        .run(
            "insert into deals (id, kind, name, description, next_steps, client_id, contact_id, opportunity_id, lead_id,
                 pipeline_key, stage, probability, outcome, amount, currency, expected_close_date, closed_at, lost_reason,
                 stage_since, created_at, updated_at, assigned_to, team_id, tags, custom, created_by, position)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $19, $19, $20, $21,
                 $22, $23, $24, (select coalesce(max(position), 0) + 1024 from deals
                     where kind = $2 and pipeline_key = $10 and stage = $11 and deleted_at is null))",
            values,
        )
        .await?;
    moves::note(ctx, made, &pipeline.key, None, &stage.key, None).await?;
    record(ctx, kind, "created", made, audit::diff(&json!({}), &row), Ownership::default(), owner).await?;
    find(ctx, kind, Scope::All, made, false).await
}

/// Writes audit row and event of a change.
pub(super) async fn record(
    ctx: &Ctx,
    kind: Kind,
    verb: &str,
    id: Uuid,
    changes: Vec<audit::Change>,
    before: Ownership,
    after: Ownership,
) -> kernel::Result<()> {
    ctx.audit(&format!("{}.{verb}", kind.word()), kind.word(), Some(id), changes).await?;
    tell(ctx, kind, verb, id, before, after).await
}

/// Tells open screens.
pub(super) async fn tell(ctx: &Ctx, kind: Kind, verb: &str, id: Uuid, before: Ownership, after: Ownership) -> kernel::Result<()> {
    let event = Event::new(&format!("{}.{verb}", kind.word()), id, kind.read());
    ctx.emit(event.covering(before.user, before.team).covering(after.user, after.team)).await
}

pub(super) fn stale(kind: Kind) -> DomainError {
    let message = format!("Somebody else changed this {} meanwhile. Reload and try again.", kind.word());
    DomainError::conflict("stale_version", message)
}

fn pick<T: Clone>(patch: &MaybeUndefined<T>, old: Option<T>) -> Option<T> {
    match patch {
        MaybeUndefined::Undefined => old,
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(v) => Some(v.clone()),
    }
}

/// The deal as it would be, as input for the checks.
fn merge(old: &Deal, patch: &DealPatch) -> DealIn {
    DealIn {
        name: pick(&patch.name, Some(old.name.clone())),
        amount: pick(&patch.amount, old.amount.map(money)),
        currency: pick(&patch.currency, Some(old.currency.clone())),
        probability: pick(&patch.probability, old.probability.map(i32::from)),
        expected_close_date: pick(&patch.expected_close_date, old.expected_close_date.map(|d| d.to_string())),
        description: pick(&patch.description, old.description.clone()),
        next_steps: pick(&patch.next_steps, old.next_steps.clone()),
        lost_reason: pick(&patch.lost_reason, old.lost_reason.clone()),
        tags: pick(&patch.tags, Some(old.tags.clone())),
        client_id: pick(&patch.client_id, old.client_id.map(|id| id.to_string())),
        contact_id: pick(&patch.contact_id, old.contact_id.map(|id| id.to_string())),
        opportunity_id: pick(&patch.opportunity_id, old.opportunity_id.map(|id| id.to_string())),
        ..DealIn::default()
    }
}

fn snapshot(d: &Deal) -> Json {
    let mut facts = json!({
        "name": d.name, "description": d.description, "next_steps": d.next_steps, "client_id": d.client_id,
        "contact_id": d.contact_id, "opportunity_id": d.opportunity_id, "amount": d.amount.map(money), "currency": d.currency,
        "probability": d.probability, "expected_close_date": d.expected_close_date, "lost_reason": d.lost_reason,
        "assigned_to": d.assigned_to, "team_id": d.team_id, "tags": d.tags,
    });
    custom_fields::flat(&mut facts, &d.custom);
    facts
}

/// Changes a deal or an opportunity. A `version` that is not the current one is refused.
pub async fn update(ctx: &Ctx, kind: Kind, deal: Uuid, patch: &DealPatch) -> kernel::Result<Deal> {
    let old = find_for(ctx, kind, kind.update(), deal, false).await?;
    if patch.version.is_some_and(|v| v != old.version) {
        return Err(stale(kind));
    }
    let merged = merge(&old, patch);
    let mut c = Checker::new();
    let mut facts = check(&mut c, &merged);
    let mut links = Links {
        client: id(&mut c, "client_id", merged.client_id.as_deref()),
        contact: id(&mut c, "contact_id", merged.contact_id.as_deref()),
        opportunity: id(&mut c, "opportunity_id", merged.opportunity_id.as_deref()),
    };
    links.check(ctx, &mut c, kind, Links::of(&old)).await?;
    if links.opportunity.is_some() && kind == Kind::Opportunity {
        c.add("opportunity_id", "goes with deals only");
    }
    let custom = match &patch.custom {
        MaybeUndefined::Undefined => old.custom.clone(),
        touched => {
            let fields = custom_fields::of_entity(ctx, "deal").await?;
            let touched = touched.value().unwrap_or(&Json::Null);
            custom_fields::merge(&mut c, &fields, &old.custom, Some(touched), Required::No)
        }
    };
    if facts.currency.is_none() {
        c.add("currency", "is required");
    }
    if !patch.lost_reason.is_undefined() && facts.lost_reason.is_some() && old.outcome != "lost" {
        c.add("lost_reason", "goes with what is lost");
    }
    c.finish()?;
    if !patch.tags.is_undefined() {
        facts.tags = tags::ensure(ctx, facts.tags).await?;
    }
    let before = Ownership { user: old.assigned_to, team: old.team_id };
    let owner = ownership::resolve(ctx, kind.assign(), before, &Wish::read(&patch.assigned_to, &patch.team_id)?).await?;
    let mut new = json!({
        "name": facts.name, "description": facts.description, "next_steps": facts.next_steps, "client_id": links.client,
        "contact_id": links.contact, "opportunity_id": links.opportunity, "amount": facts.amount.map(money),
        "currency": facts.currency, "probability": facts.probability, "expected_close_date": facts.expected_close_date,
        "lost_reason": facts.lost_reason, "assigned_to": owner.user, "team_id": owner.team, "tags": facts.tags,
    });
    custom_fields::flat(&mut new, &custom);
    let changes = audit::diff(&snapshot(&old), &new);
    if changes.is_empty() {
        return Ok(old);
    }
    let values: Vec<Value> = vec![
        deal.into(),
        old.version.into(),
        ctx.now().into(),
        facts.name.into(),
        facts.description.into(),
        facts.next_steps.into(),
        links.client.into(),
        links.contact.into(),
        links.opportunity.into(),
        facts.amount.into(),
        facts.currency.into(),
        facts.probability.into(),
        facts.expected_close_date.into(),
        facts.lost_reason.into(),
        owner.user.into(),
        owner.team.into(),
        facts.tags.into(),
        custom.into(),
    ];
    let updated = ctx
        .tx()
        .run(
            "update deals set updated_at = $3, name = $4, description = $5, next_steps = $6, client_id = $7, contact_id = $8,
                 opportunity_id = $9, amount = $10, currency = $11, probability = $12, expected_close_date = $13,
                 lost_reason = $14, assigned_to = $15, team_id = $16, tags = $17, custom = $18, version = version + 1
             where id = $1 and version = $2",
            values,
        )
        .await?;
    if updated != 1 {
        return Err(stale(kind));
    }
    record(ctx, kind, "updated", deal, changes, before, owner).await?;
    // The change may have taken the record out of the actor's sight; the answer still shows it once.
    find(ctx, kind, Scope::All, deal, false).await
}

/// Deletes a deal or an opportunity; it can be restored. Returns it as it is then.
pub async fn delete(ctx: &Ctx, kind: Kind, id: Uuid) -> kernel::Result<Deal> {
    let deal = find_for(ctx, kind, kind.delete(), id, false).await?;
    set_deleted(ctx, kind, &deal, Some(ctx.now()), "deleted").await?;
    find(ctx, kind, Scope::All, id, true).await
}

/// Brings a deleted deal or opportunity back.
pub async fn restore(ctx: &Ctx, kind: Kind, id: Uuid) -> kernel::Result<Deal> {
    let deal = find_for(ctx, kind, kind.delete(), id, true).await?;
    set_deleted(ctx, kind, &deal, None, "restored").await?;
    find(ctx, kind, Scope::All, id, false).await
}

async fn set_deleted(ctx: &Ctx, kind: Kind, deal: &Deal, at: Option<DateTime<Utc>>, verb: &str) -> kernel::Result<()> {
    let sql = "update deals set deleted_at = $2, updated_at = $3, version = version + 1 where id = $1 and version = $4";
    if ctx.tx().run(sql, [deal.id.into(), at.into(), ctx.now().into(), deal.version.into()]).await? != 1 {
        return Err(stale(kind));
    }
    let owner = Ownership { user: deal.assigned_to, team: deal.team_id };
    record(ctx, kind, verb, deal.id, Vec::new(), owner, owner).await
}

/// The stages that a deal went through, the newest first, with how long it stood in each.
pub async fn steps(ctx: &Ctx, kind: Kind, id: Uuid) -> kernel::Result<Vec<DealStepOut>> {
    get(ctx, kind, id).await?;
    let sql = "select h.old_stage as \"from\", coalesce(f.label, h.old_stage) as from_label, h.new_stage as \"to\",
                   coalesce(t.label, h.new_stage) as to_label, h.pipeline_key as pipeline, h.at, h.changed_by as by,
                   u.name as by_name, h.reason,
                   greatest(extract(epoch from coalesce(lead(h.at) over (order by h.at, h.id), $2) - h.at), 0)::bigint as seconds
               from deal_stages h
               left join pipeline_stages f on f.pipeline_key = h.pipeline_key and f.key = h.old_stage
               left join pipeline_stages t on t.pipeline_key = h.pipeline_key and t.key = h.new_stage
               left join users u on u.id = h.changed_by
               where h.deal_id = $1 order by h.at desc, h.id desc limit 1000";
    Ok(ctx.tx().all(sql, [id.into(), ctx.now().into()]).await?)
}

/// A page of what happened to a deal or an opportunity.
pub async fn timeline(
    ctx: &Ctx,
    kind: Kind,
    id: Uuid,
    chapter: access::audit::Chapter,
    paging: &Paging,
) -> kernel::Result<Page<access::audit::AuditEntry>> {
    let deal = get(ctx, kind, id).await?;
    let owner = Ownership { user: deal.assigned_to, team: deal.team_id };
    let parent = if kind == Kind::Deal { Parent::Deal } else { Parent::Opportunity };
    let told = related::told_of(ctx, parent, vec![id], owner, chapter).await?;
    access::audit::timeline(ctx, told, chapter, paging).await
}

/// The pipeline of a filter, or the default one, for a board.
pub(super) async fn pipeline_of(ctx: &Ctx, filter: &DealFilter) -> kernel::Result<pipelines::service::Pipeline> {
    pipelines::service::chosen(ctx, filter.pipeline.as_deref()).await
}

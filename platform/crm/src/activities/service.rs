//! What can be done with activities.

use chrono::{DateTime, Utc};
use kernel::DomainError;
use kernel::event::Event;
use kernel::paging::{Page, Paging};
use kernel::permission::Scope;
use kernel::validate::Checker;
use poem_openapi::types::MaybeUndefined;
use runtime::audit::{self, Change};
use runtime::list;
use runtime::{Ctx, Rows as _};
use sea_orm::Value;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, SelectStatement, SimpleExpr};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::actions;
use super::entity::{self, Activity, OVERDUE, PRIORITIES, STATUSES, TYPES, alive, visible_to};
use super::input::{ActivityFilter, ActivityIn, ActivityPatch, CancelIn, CompleteIn, Facts, MoveIn, moment, patched};
use crate::filter::Filters;
use crate::notifications::{self, Notice};
use crate::ownership::{self, Ownership, Wish};
use crate::related::{self, Parent};
use crate::{search, zone};

/// A page of activities.
pub async fn list(ctx: &Ctx, filter: &ActivityFilter, sort: Option<&str>, paging: &Paging) -> kernel::Result<Page<Activity>> {
    let scope = ctx.require("activities.read")?;
    let mut select = if of_records(ctx, filter).await? { entity::all(ctx) } else { visible_to(ctx, scope, false) };
    select.and_where(alive());
    let looks_for_words = narrow(ctx, &mut select, filter).await?;
    let sort = entity::sort(sort)?;
    if looks_for_words {
        return list::search(ctx, "activity", &select, sort, paging).await;
    }
    list::page(ctx, "activity", &select, sort, paging).await
}

fn ids(value: Option<&str>) -> Vec<Uuid> {
    value.unwrap_or_default().split(',').filter_map(|w| w.trim().parse().ok()).take(100).collect()
}

/// Whether it is asked for activities of records that the actor may read, all of them: those are shown
/// whosever they are.
async fn of_records(ctx: &Ctx, filter: &ActivityFilter) -> kernel::Result<bool> {
    for (parent, value) in by_record(filter) {
        let Some(value) = value.filter(|v| !v.is_empty() && !v.contains("none")) else { continue };
        let mut wanted = ids(Some(value));
        wanted.sort_unstable();
        wanted.dedup();
        if !wanted.is_empty() && related::names(ctx, parent, &wanted).await?.len() == wanted.len() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn by_record(filter: &ActivityFilter) -> [(Parent, Option<&str>); 5] {
    [
        (Parent::Client, filter.client_id.as_deref()),
        (Parent::Contact, filter.contact_id.as_deref()),
        (Parent::Lead, filter.lead_id.as_deref()),
        (Parent::Deal, filter.deal_id.as_deref()),
        (Parent::Opportunity, filter.opportunity_id.as_deref()),
    ]
}

/// Narrows a query over activities to those that a filter means; says whether it looks for words.
pub(crate) async fn narrow(ctx: &Ctx, select: &mut SelectStatement, filter: &ActivityFilter) -> kernel::Result<bool> {
    let mut c = Checker::new();
    // What is overdue is not kept, so that no column has it.
    if !words(filter.status.as_deref()).iter().all(|word| *word == "overdue" || STATUSES.contains(word)) {
        c.add("status", format!("must be one of {}, overdue", STATUSES.join(", ")));
    }
    c.finish()?;
    if let Some(condition) = standing(ctx, filter.status.as_deref()) {
        select.and_where(condition);
    }
    let me = ctx.user_id().unwrap_or(Uuid::nil()).to_string();
    let mine = filter
        .assigned_to
        .as_deref()
        .map(|v| words(Some(v)).iter().map(|w| if *w == "me" { &me } else { *w }).collect::<Vec<_>>().join(","));
    let mut filters = Filters::new(select, "a");
    filters.among("type", filter.kind.as_deref(), TYPES.iter().map(|t| (*t, *t)));
    filters.among("priority", filter.priority.as_deref(), PRIORITIES.iter().map(|p| (*p, *p)));
    for (parent, value) in by_record(filter) {
        filters.ids(parent.column(), value);
    }
    filters.ids("assigned_to", mine.as_deref());
    filters.ids("team_id", filter.team_id.as_deref());
    filters.ids("import_id", filter.import_id.as_deref());
    filters.times(ctx, "due_at", ("due_from", filter.due_from.as_deref()), ("due_to", filter.due_to.as_deref())).await?;
    filters.created(ctx, filter.created_from.as_deref(), filter.created_to.as_deref()).await?;
    filters.finish()?;
    search::narrow(select, filter.search.as_deref(), |text| search::matches(("a", "search_text"), text))
}

fn words(value: Option<&str>) -> Vec<&str> {
    value.unwrap_or_default().split(',').map(str::trim).filter(|w| !w.is_empty()).take(100).collect()
}

fn standing(ctx: &Ctx, value: Option<&str>) -> Option<SimpleExpr> {
    let words = words(value);
    let stored: Vec<&str> = words.iter().copied().filter(|w| *w != "overdue").collect();
    let col = || Expr::col((Alias::new("a"), Alias::new("status")));
    let mut any = match stored.as_slice() {
        [] => None,
        [one] => Some(col().eq(*one)),
        several => Some(col().is_in(several.iter().copied())),
    };
    if words.contains(&"overdue") {
        let overdue = Expr::cust_with_values(OVERDUE, [Value::from(ctx.now())]);
        any = Some(match any {
            Some(any) => any.or(overdue),
            None => overdue,
        });
    }
    any
}

/// One activity.
pub async fn get(ctx: &Ctx, id: Uuid) -> kernel::Result<Activity> {
    find(ctx, ctx.require("activities.read")?, id, false).await
}

async fn find(ctx: &Ctx, scope: Scope, id: Uuid, deleted: bool) -> kernel::Result<Activity> {
    let mut select = visible_to(ctx, scope, true);
    select.and_where(Expr::col((Alias::new("a"), Alias::new("id"))).eq(id));
    select.and_where(if deleted { alive().not() } else { alive() });
    list::one(ctx, &select, "Activity").await
}

/// An activity that the actor has just written, wherever it stands by now.
pub(super) async fn any(ctx: &Ctx, id: Uuid) -> kernel::Result<Activity> {
    let mut select = entity::all(ctx);
    select.and_where(Expr::col((Alias::new("a"), Alias::new("id"))).eq(id));
    list::one(ctx, &select, "Activity").await
}

/// An activity that the actor may change; what may be seen but not changed is refused as such.
pub(super) async fn find_for(ctx: &Ctx, permission: &'static str, id: Uuid, deleted: bool) -> kernel::Result<Activity> {
    let activity = find(ctx, ctx.require("activities.read")?, id, deleted).await?;
    ctx.actor().require_for(permission, activity.assigned_to, activity.team_id)?;
    Ok(activity)
}

/// Writes audit row and event of a change.
pub(super) async fn record(
    ctx: &Ctx,
    action: &str,
    id: Uuid,
    changes: Vec<Change>,
    before: Ownership,
    after: Ownership,
) -> kernel::Result<()> {
    ctx.audit(action, "activity", Some(id), changes).await?;
    let event = Event::new(action, id, "activities.read");
    ctx.emit(event.covering(before.user, before.team).covering(after.user, after.team)).await
}

/// The records that a request names, in the order of [`Parent::RECORDS`]: `None` for what it leaves as it is.
async fn links(ctx: &Ctx, c: &mut Checker, patch: &ActivityPatch) -> kernel::Result<[Option<Option<Uuid>>; 5]> {
    let mut links = [None; 5];
    for (place, parent) in Parent::RECORDS.into_iter().enumerate() {
        let value = match parent {
            Parent::Client => &patch.client_id,
            Parent::Lead => &patch.lead_id,
            Parent::Contact => &patch.contact_id,
            Parent::Deal => &patch.deal_id,
            _ => &patch.opportunity_id,
        };
        links[place] = match value {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(None),
            MaybeUndefined::Value(id) => Some(related::link(ctx, c, parent, Some(id)).await?.map(|found| found.id)),
        };
    }
    Ok(links)
}

/// The stored word for how an activity is to stand; what is overdue is scheduled.
pub(super) fn wanted_status(c: &mut Checker, value: Option<&str>) -> Option<&'static str> {
    let word = value.map(str::trim).filter(|w| !w.is_empty())?.to_lowercase();
    let word = if word == "overdue" { "scheduled".to_owned() } else { word };
    let known = STATUSES.iter().copied().find(|known| *known == word);
    if known.is_none() {
        c.add("status", format!("must be one of {}", STATUSES.join(", ")));
    }
    known
}

/// When a new activity was done, if it was.
pub(super) fn done_at(c: &mut Checker, status: &str, given: Option<&str>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    match (status, given.filter(|t| !t.is_empty())) {
        ("completed", Some(text)) => moment(c, "completed_at", text),
        ("completed", None) => Some(now),
        (_, Some(_)) => {
            c.add("completed_at", "goes with the status completed");
            None
        }
        (_, None) => None,
    }
}

/// Tells whoever an activity was given to, unless they took it themselves.
async fn tell_owner(ctx: &Ctx, id: Uuid, before: Option<Uuid>, after: Option<Uuid>) -> kernel::Result<()> {
    match after {
        Some(user) if after != before && after != ctx.user_id() => {
            let notice = Notice { kind: "assigned", entity: "activity", record: id, once: None };
            notifications::tell(ctx, user, &notice).await
        }
        _ => Ok(()),
    }
}

/// Adds an activity.
pub async fn create(ctx: &Ctx, input: &ActivityIn) -> kernel::Result<Activity> {
    ctx.require("activities.create")?;
    let patch = ActivityPatch::from(input);
    let zone = zone::of_tenant(ctx).await?;
    let mut c = Checker::new();
    let facts = patched(&mut c, Facts::blank(), &patch, zone);
    let status = wanted_status(&mut c, input.status.as_deref()).unwrap_or("scheduled");
    let completed_at = done_at(&mut c, status, input.completed_at.as_deref(), ctx.now());
    if status != "scheduled" && facts.rule.is_some() {
        c.add("repeat", "goes with what is still to be done");
    }
    let links = links(ctx, &mut c, &patch).await?;
    c.finish()?;
    let wish = Wish::read(&input.assigned_to, &MaybeUndefined::Undefined)?;
    let owner = match (&wish.user, ctx.user_id()) {
        // What somebody writes down is theirs to do, until they say otherwise.
        (None, Some(user)) => Ownership { user: Some(user), team: ctx.actor().team.as_ref().map(|(id, _)| id.0) },
        (None, None) => Ownership::default(),
        _ => ownership::resolve(ctx, "activities.assign", Ownership::default(), &wish).await?,
    };
    let id = Uuid::now_v7();
    let reminded = status != "scheduled" || facts.is_past(ctx.now());
    let [client, lead, contact, deal, opportunity] = links.map(Option::flatten);
    ctx.tx()
        .run(
            "insert into activities (id, type, subject, description, status, priority, due_at, all_day, duration_minutes, outcome,
                 location, client_id, lead_id, contact_id, deal_id, opportunity_id, assigned_to, team_id, repeats, repeats_zone,
                 remind_before, remind_at, reminded, completed_at, completed_by, created_at, updated_at, created_by)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
                 $25, $26, $26, $27)",
            [
                id.into(),
                facts.kind.clone().into(),
                facts.subject.clone().into(),
                facts.description.clone().into(),
                status.into(),
                facts.priority.clone().into(),
                facts.due_at.into(),
                facts.all_day.into(),
                facts.duration.into(),
                facts.outcome.clone().into(),
                facts.location.clone().into(),
                client.into(),
                lead.into(),
                contact.into(),
                deal.into(),
                opportunity.into(),
                owner.user.into(),
                owner.team.into(),
                facts.rule.as_ref().map(|(rule, _)| rule.text()).into(),
                facts.rule.as_ref().map(|(_, zone)| zone.name()).into(),
                facts.remind_before.into(),
                facts.remind_at().into(),
                reminded.into(),
                completed_at.into(),
                completed_at.and(ctx.user_id()).into(),
                ctx.now().into(),
                ctx.user_id().into(),
            ],
        )
        .await?;
    let mut row = told(&facts, owner);
    row["status"] = status.into();
    for (parent, link) in Parent::RECORDS.into_iter().zip([client, lead, contact, deal, opportunity]) {
        row[parent.column()] = json!(link);
    }
    let mut changes = audit::diff(&json!({}), &row);
    changes.retain(|change| change.new != json!(false));
    record(ctx, "activity.created", id, changes, Ownership::default(), owner).await?;
    tell_owner(ctx, id, None, owner.user).await?;
    any(ctx, id).await
}

/// What the audit log tells of an activity, without its records.
fn told(facts: &Facts, owner: Ownership) -> Json {
    json!({
        "type": facts.kind, "subject": facts.subject, "description": facts.description, "priority": facts.priority,
        "due_at": facts.due_at, "all_day": facts.all_day, "duration_minutes": facts.duration, "outcome": facts.outcome,
        "location": facts.location, "repeats": facts.rule.as_ref().map(|(rule, _)| rule.text()),
        "remind_before": facts.remind_before, "assigned_to": owner.user, "team_id": owner.team,
    })
}

fn stale() -> DomainError {
    DomainError::conflict("stale_version", "Somebody else changed this activity meanwhile. Reload and try again.")
}

/// Changes an activity. A `version` that is not the current one is refused: somebody else was faster.
pub async fn update(ctx: &Ctx, id: Uuid, patch: &ActivityPatch) -> kernel::Result<Activity> {
    let old = find_for(ctx, "activities.update", id, false).await?;
    if patch.version.is_some_and(|v| v != old.version) {
        return Err(stale());
    }
    let zone = zone::of_tenant(ctx).await?;
    let mut c = Checker::new();
    let before = Facts::of(&old);
    let facts = patched(&mut c, before.clone(), patch, zone);
    let status = wanted_status(&mut c, patch.status.as_deref());
    if old.status != "scheduled" && matches!(patch.repeat, MaybeUndefined::Value(_)) {
        c.add("repeat", "goes with what is still to be done");
    }
    let links = links(ctx, &mut c, patch).await?;
    c.finish()?;
    let wish = Wish::read(&patch.assigned_to, &patch.team_id)?;
    let owner = ownership::resolve(ctx, "activities.assign", old.owner(), &wish).await?;
    let (mut was, mut is) = (told(&before, old.owner()), told(&facts, owner));
    let seen = [old.client_id, old.lead_id, old.contact_id, old.deal_id, old.opportunity_id];
    for (parent, (seen, link)) in Parent::RECORDS.into_iter().zip(seen.into_iter().zip(links)) {
        if let Some(link) = link {
            (was[parent.column()], is[parent.column()]) = (json!(seen), json!(link));
        }
    }
    let changes = audit::diff(&was, &is);
    if !changes.is_empty() {
        write(ctx, &old, &facts, owner, links).await?;
        record(ctx, "activity.updated", id, changes, old.owner(), owner).await?;
        tell_owner(ctx, id, old.assigned_to, owner.user).await?;
    }
    match status.filter(|status| *status != old.status) {
        None if was == is => return Ok(old),
        None => {}
        Some("completed") => {
            actions::complete(ctx, id, &CompleteIn::default()).await?;
        }
        Some("cancelled") => {
            actions::cancel(ctx, id, &CancelIn::default()).await?;
        }
        Some(_) => {
            actions::reopen(ctx, id).await?;
        }
    }
    // The change may have taken it out of the actor's sight; the answer still shows it once.
    any(ctx, id).await
}

/// Moves an activity to another time.
pub async fn move_to(ctx: &Ctx, id: Uuid, input: &MoveIn) -> kernel::Result<Activity> {
    find_for(ctx, "activities.update", id, false).await?;
    let Some(due_at) = input.due_at.clone().filter(|text| !text.trim().is_empty()) else {
        return Err(DomainError::field("due_at", "is required"));
    };
    let patch = ActivityPatch {
        due_at: MaybeUndefined::Value(due_at),
        all_day: input.all_day,
        duration_minutes: input.duration_minutes.map_or(MaybeUndefined::Undefined, MaybeUndefined::Value),
        version: input.version,
        ..ActivityPatch::default()
    };
    update(ctx, id, &patch).await
}

async fn write(
    ctx: &Ctx,
    old: &Activity,
    facts: &Facts,
    owner: Ownership,
    links: [Option<Option<Uuid>>; 5],
) -> kernel::Result<()> {
    // What was told of stays told of, unless it is to be told of at another time.
    let again = facts.remind_at() != old.remind_at && !facts.is_past(ctx.now());
    let mut values: Vec<Value> = vec![
        old.id.into(),
        old.version.into(),
        facts.kind.clone().into(),
        facts.subject.clone().into(),
        facts.description.clone().into(),
        facts.priority.clone().into(),
        facts.due_at.into(),
        facts.all_day.into(),
        facts.duration.into(),
        facts.outcome.clone().into(),
        facts.location.clone().into(),
        owner.user.into(),
        owner.team.into(),
        facts.rule.as_ref().map(|(rule, _)| rule.text()).into(),
        facts.rule.as_ref().map(|(_, zone)| zone.name()).into(),
        facts.remind_before.into(),
        facts.remind_at().into(),
        again.into(),
        ctx.now().into(),
    ];
    for link in links {
        values.push(link.is_some().into());
        values.push(link.flatten().into());
    }
    let updated = ctx
        .tx()
        .run(
            "update activities set type = $3, subject = $4, description = $5, priority = $6, due_at = $7, all_day = $8,
                 duration_minutes = $9, outcome = $10, location = $11, assigned_to = $12, team_id = $13, repeats = $14,
                 repeats_zone = coalesce($15, repeats_zone), remind_before = $16, remind_at = $17, reminded = reminded and not $18,
                 updated_at = $19, version = version + 1,
                 client_id = case when $20 then $21 else client_id end, lead_id = case when $22 then $23 else lead_id end,
                 contact_id = case when $24 then $25 else contact_id end, deal_id = case when $26 then $27 else deal_id end,
                 opportunity_id = case when $28 then $29 else opportunity_id end
             where id = $1 and version = $2",
            values,
        )
        .await?;
    if updated == 1 { Ok(()) } else { Err(stale()) }
}

/// Deletes an activity; it can be restored.
pub async fn delete(ctx: &Ctx, id: Uuid) -> kernel::Result<()> {
    let activity = find_for(ctx, "activities.delete", id, false).await?;
    set_deleted(ctx, &activity, true).await
}

/// Brings a deleted activity back.
pub async fn restore(ctx: &Ctx, id: Uuid) -> kernel::Result<Activity> {
    let activity = find_for(ctx, "activities.delete", id, true).await?;
    set_deleted(ctx, &activity, false).await?;
    any(ctx, id).await
}

async fn set_deleted(ctx: &Ctx, activity: &Activity, deleted: bool) -> kernel::Result<()> {
    let (at, action) = if deleted { (Some(ctx.now()), "activity.deleted") } else { (None, "activity.restored") };
    ctx.tx()
        .run(
            "update activities set deleted_at = $2, updated_at = $3, version = version + 1 where id = $1",
            [activity.id.into(), at.into(), ctx.now().into()],
        )
        .await?;
    record(ctx, action, activity.id, Vec::new(), activity.owner(), activity.owner()).await
}

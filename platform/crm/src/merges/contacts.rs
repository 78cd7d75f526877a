//! Making one contact of two, and two of one. Which of a client's contacts is the primary one goes along.

use kernel::DomainError;
use kernel::event::Event;
use kernel::permission::Scope;
use runtime::access::Actor;
use runtime::{Ctx, Rows as _, audit};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::columns;
use super::entity::{self, Merge};
use super::http::MergeIn;
use super::plan::{Conflict, Left, Row, Side, back, plan};
use super::references::{self, Moved};
use super::service::{came_from, check, few_enough_tags, flat, known_fields, line, may_assign, stale};
use super::split::{mark, row, unblocked};
use super::subject::CONTACT;
use crate::contacts::entity::Contact;
use crate::contacts::{primary, service as contacts};
use crate::ownership::Ownership;

/// Beside the kept contact's columns: whether the other was its client's primary contact.
const OTHER_WAS_PRIMARY: &str = "drop_is_primary";
/// And who followed where one of the two left a client as its primary contact.
const HEIRS: &str = "heirs";

/// What a merge came to, in clear; the way out masks it.
pub(super) struct Merged {
    pub id: Uuid,
    pub record: Contact,
    pub keep: Contact,
    pub drop: Contact,
    pub conflicts: Vec<Conflict>,
    pub moved: Moved,
}

/// What a split came to, in clear.
pub(super) struct Split {
    pub kept: Contact,
    pub restored: Contact,
    pub returned: Vec<String>,
    pub left: Vec<Left>,
    pub moved: Moved,
}

/// Holds two contacts, their clients first: that is the order of everybody who changes a primary contact.
async fn hold(ctx: &Ctx, both: [Uuid; 2]) -> kernel::Result<Vec<Uuid>> {
    let sql = "select array_agg(distinct client_id) from contacts where id = any($1) and client_id is not null";
    let clients = async || -> kernel::Result<Vec<Uuid>> {
        let found: Option<Option<Vec<Uuid>>> = ctx.tx().scalar(sql, [both.to_vec().into()]).await?;
        Ok(found.flatten().unwrap_or_default())
    };
    let held = clients().await?;
    primary::hold(ctx, &held).await?;
    ctx.tx().run("select 1 from contacts where id = any($1) order by id for update", [both.to_vec().into()]).await?;
    if clients().await?.iter().any(|client| !held.contains(client)) {
        return Err(stale());
    }
    Ok(held)
}

fn client_of(row: &Row) -> Option<Uuid> {
    row.get("client_id").and_then(Json::as_str).and_then(|id| id.parse().ok())
}

fn is_primary(row: &Row) -> bool {
    row.get("is_primary") == Some(&Json::Bool(true))
}

/// Makes one contact of two. The context must carry clear values (`SignedIn::begin_carrying`); `seen` is who asks,
/// with what they see. Who wants to know what would come of it drops the context without a commit.
pub(super) async fn merge(ctx: &Ctx, seen: &Actor, input: &MergeIn) -> kernel::Result<Merged> {
    ctx.require(CONTACT.permission)?;
    let asked = check(seen, &CONTACT, input)?;
    let clients = hold(ctx, [asked.keep, asked.drop]).await?;
    let keep = contacts::find_for(ctx, CONTACT.permission, asked.keep, false).await?;
    let drop = contacts::find_for(ctx, CONTACT.permission, asked.drop, false).await?;
    for (contact, version) in [(&keep, input.keep_version), (&drop, input.drop_version)] {
        if version.is_some_and(|v| v != contact.version) {
            return Err(stale());
        }
    }
    if asked.wanted.get("owner") == Some(&Side::Drop) {
        may_assign(ctx, &CONTACT, [&keep, &drop].map(|c| (c.assigned_to, c.team_id)))?;
    }
    let (before, theirs) = (columns::read(ctx, &CONTACT, keep.id).await?, columns::read(ctx, &CONTACT, drop.id).await?);
    known_fields(&asked, &before, &theirs)?;
    let (mut after, conflicts) = plan(CONTACT.columns, &before, &theirs, &asked.wanted);
    few_enough_tags(&CONTACT, &after)?;
    // Whoever was it of the client that the two have by now.
    let stays = [&before, &theirs].iter().any(|row| is_primary(row) && client_of(row) == client_of(&after));
    after.insert("is_primary".to_owned(), stays.into());
    let id = Uuid::now_v7();
    let mut kept = before.clone();
    kept.insert(OTHER_WAS_PRIMARY.to_owned(), is_primary(&theirs).into());
    let sql = "insert into contact_merges (id, keep_id, drop_id, at, actor_id, actor_name, before, after)
               values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let values = [
        id.into(),
        keep.id.into(),
        drop.id.into(),
        ctx.now().into(),
        ctx.actor().id().into(),
        ctx.actor().name.clone().into(),
        Json::Object(kept).into(),
        Json::Object(after.clone()).into(),
    ];
    ctx.tx().run(sql, values).await?;
    let sql = "update contacts set deleted_at = $2, merged_into = $3, is_primary = false, updated_at = $2, version = version + 1
               where id = $1";
    ctx.tx().run(sql, [drop.id.into(), ctx.now().into(), keep.id.into()]).await?;
    let moved = references::move_away(ctx, &CONTACT, id, drop.id, keep.id).await?;
    columns::write(ctx, &CONTACT, keep.id, &after, None).await?;
    primary::settle(ctx, &clients).await?;
    let sql = "update contact_merges set before = before || jsonb_build_object($2::text, coalesce((select jsonb_agg(k.id) from contacts k
                   where k.client_id = any($3) and k.is_primary and k.deleted_at is null and k.id <> $4), '[]')) where id = $1";
    ctx.tx().run(sql, [id.into(), HEIRS.into(), clients.into(), keep.id.into()]).await?;
    let record = contacts::find(ctx, Scope::All, keep.id, false).await?;
    let mut changes = audit::diff(&flat(&before), &flat(&after));
    changes.extend(came_from(drop.id, &moved));
    contacts::record(ctx, "contact.merged", keep.id, changes, owner(&keep), owner(&record)).await?;
    ctx.audit("contact.merged_away", "contact", Some(drop.id), vec![line("merged_into", json!(keep.id))]).await?;
    ctx.emit(Event::new("contact.deleted", drop.id, "contacts.read").covering(drop.assigned_to, drop.team_id)).await?;
    Ok(Merged { id, record, keep, drop, conflicts, moved })
}

fn owner(contact: &Contact) -> Ownership {
    Ownership { user: contact.assigned_to, team: contact.team_id }
}

/// Splits a merge of contacts. The context must carry clear values. Who wants to know what would come of it drops the
/// context without a commit.
pub(super) async fn split(ctx: &Ctx, id: Uuid) -> kernel::Result<Split> {
    let reads = ctx.require("contacts.read")?;
    let merges = ctx.require(CONTACT.permission)?;
    let merge = entity::locked(ctx, &CONTACT, id).await?;
    let mut clients = hold(ctx, [merge.keep_id, merge.drop_id]).await?;
    let keep = kept(ctx, reads, &merge).await?;
    if merge.split_at.is_some() {
        return Err(DomainError::conflict("already_split", "These two were split already."));
    }
    unblocked(ctx, &CONTACT, &merge).await?;
    let drop = contacts::find(ctx, Scope::All, merge.drop_id, true).await?;
    if ![&keep, &drop].iter().all(|c| ctx.actor().covers(merges, c.assigned_to, c.team_id)) {
        return Err(DomainError::forbidden(CONTACT.permission));
    }
    let now = columns::read(ctx, &CONTACT, keep.id).await?;
    let (before, after) = (row(&merge.before)?, row(&merge.after)?);
    let mut back = back(CONTACT.columns, &before, &after, &now);
    // The client that the kept one goes back to was not held until now.
    clients.extend(client_of(&back.row).filter(|client| !clients.contains(client)));
    clients.sort_unstable();
    primary::hold(ctx, &clients).await?;
    let moved = references::move_back(ctx, &CONTACT, id, keep.id, drop.id).await?;
    let other_was = before.get(OTHER_WAS_PRIMARY) == Some(&Json::Bool(true));
    let gives_back = other_was && !is_primary(&before) && drop.client_id == client_of(&now);
    let heirs: Vec<Uuid> = before.get(HEIRS).cloned().and_then(|ids| serde_json::from_value(ids).ok()).unwrap_or_default();
    let both = [keep.id, drop.id];
    let again = client_of(&before).filter(|_| is_primary(&before) && client_of(&back.row) == client_of(&before));
    let stays = match again {
        Some(client) => gets_place(ctx, client, both, &heirs).await?,
        None => is_primary(&now) && client_of(&back.row) == client_of(&now) && !gives_back,
    };
    back.row.insert("is_primary".to_owned(), stays.into());
    columns::write(ctx, &CONTACT, keep.id, &back.row, None).await?;
    let is_it = match drop.client_id.filter(|_| other_was) {
        Some(client) => gets_place(ctx, client, both, &heirs).await?,
        None => false,
    };
    let sql = "update contacts set deleted_at = null, merged_into = null, is_primary = $3, updated_at = $2, version = version + 1
               where id = $1";
    ctx.tx().run(sql, [drop.id.into(), ctx.now().into(), is_it.into()]).await?;
    primary::settle(ctx, &clients).await?;
    mark(ctx, &CONTACT, id).await?;
    let kept = contacts::find(ctx, Scope::All, keep.id, false).await?;
    let restored = contacts::find(ctx, Scope::All, drop.id, false).await?;
    let mut changes = audit::diff(&flat(&now), &flat(&back.row));
    changes.extend(came_from(drop.id, &moved).into_iter().map(|change| match change.field.as_str() {
        "merged_from" => audit::Change { old: change.new, new: Json::Null, ..change },
        _ => change,
    }));
    contacts::record(ctx, "contact.split", kept.id, changes, owner(&keep), owner(&kept)).await?;
    let away = audit::Change { field: "merged_into".to_owned(), old: json!(kept.id), new: Json::Null };
    ctx.audit("contact.split_off", "contact", Some(restored.id), vec![away]).await?;
    let event = Event::new("contact.restored", restored.id, "contacts.read");
    ctx.emit(event.covering(restored.assigned_to, restored.team_id)).await?;
    Ok(Split { kept, restored, returned: back.returned, left: back.left, moved })
}

/// Whether one of the two gets its place as a client's primary contact back: nobody has it, or who followed without
/// being chosen, and gives it up.
async fn gets_place(ctx: &Ctx, client: Uuid, both: [Uuid; 2], heirs: &[Uuid]) -> kernel::Result<bool> {
    let sql = "select id from contacts where client_id = $1 and is_primary and deleted_at is null and id <> all($2)";
    let Some(now) = ctx.tx().scalar::<Uuid>(sql, [client.into(), both.to_vec().into()]).await? else { return Ok(true) };
    if !heirs.contains(&now) {
        return Ok(false);
    }
    let sql = "update contacts set is_primary = false, updated_at = $2, version = version + 1 where id = $1";
    ctx.tx().run(sql, [now.into(), ctx.now().into()]).await?;
    Ok(true)
}

/// The kept contact, if the actor sees it. One that became part of another is not there until that is split.
async fn kept(ctx: &Ctx, reads: Scope, merge: &Merge) -> kernel::Result<Contact> {
    match contacts::find(ctx, reads, merge.keep_id, false).await {
        Ok(contact) => return Ok(contact),
        Err(DomainError::NotFound { .. }) => {}
        Err(error) => return Err(error),
    }
    let deleted = contacts::find(ctx, reads, merge.keep_id, true).await.map_err(|_| DomainError::not_found("Merge"))?;
    if deleted.merged_into.is_some() {
        unblocked(ctx, &CONTACT, merge).await?;
        return Err(DomainError::not_found("Merge"));
    }
    Err(DomainError::conflict("kept_deleted", "The kept contact is deleted. Restore it first."))
}

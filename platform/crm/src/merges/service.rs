//! Making one client of two.

use std::collections::BTreeMap;

use kernel::DomainError;
use kernel::event::Event;
use kernel::permission::{Level, Scope};
use kernel::validate::Checker;
use runtime::access::Actor;
use runtime::{Ctx, Rows as _, audit};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::columns;
use super::http::MergeIn;
use super::plan::{Conflict, Row, Side, choices, plan};
use super::references::{self, Moved};
use super::subject::{CLIENT, Subject};
use crate::clients::entity::Client;
use crate::clients::service as clients;
use crate::documents::{facts, kyc};
use crate::ownership::{Ownership, parse_id};
use crate::{contacts, duplicates};

/// The most tags of a record.
const MOST_TAGS: usize = 30;

/// What a merge came to, in clear; the way out masks it.
pub(super) struct Merged {
    pub id: Uuid,
    pub record: Client,
    pub keep: Client,
    pub drop: Client,
    pub conflicts: Vec<Conflict>,
    pub moved: Moved,
}

/// What somebody asks for, checked as far as it goes without the two records.
pub(super) struct Asked {
    pub keep: Uuid,
    pub drop: Uuid,
    pub wanted: BTreeMap<String, Side>,
}

/// Makes one client of two. The context must carry clear values (`SignedIn::begin_carrying`); `seen` is who
/// asks, with what they see. Who wants to know what would come of it drops the context without a commit.
pub(super) async fn merge(ctx: &Ctx, seen: &Actor, input: &MergeIn) -> kernel::Result<Merged> {
    ctx.require("clients.merge")?;
    let asked = check(seen, &CLIENT, input)?;
    // Both, in one order for all: two who merge the same two the other way round wait for one another.
    ctx.tx()
        .run("select 1 from clients where id = any($1) order by id for update", [vec![asked.keep, asked.drop].into()])
        .await?;
    let keep = clients::find_for(ctx, "clients.merge", asked.keep, false).await?;
    let drop = clients::find_for(ctx, "clients.merge", asked.drop, false).await?;
    for (client, version) in [(&keep, input.keep_version), (&drop, input.drop_version)] {
        if version.is_some_and(|v| v != client.version) {
            return Err(stale());
        }
    }
    if asked.wanted.get("owner") == Some(&Side::Drop) {
        may_assign(ctx, &CLIENT, [&keep, &drop].map(|c| (c.assigned_to, c.team_id)))?;
    }
    let (before, theirs) = (columns::read(ctx, &CLIENT, keep.id).await?, columns::read(ctx, &CLIENT, drop.id).await?);
    known_fields(&asked, &before, &theirs)?;
    let (mut after, conflicts) = plan(CLIENT.columns, &before, &theirs, &asked.wanted);
    few_enough_tags(&CLIENT, &after)?;
    let money = balances(ctx, keep.id, drop.id).await?;
    let added = money.joined(&mut after)?;
    let standings = (standing(ctx, keep.id).await?, standing(ctx, drop.id).await?);
    let mut kept = before.clone();
    for (name, client) in [(KEEP_PRIMARY, keep.id), (DROP_PRIMARY, drop.id)] {
        kept.insert(name.to_owned(), json!(contacts::primary::of(ctx, client).await?));
    }
    let id = Uuid::now_v7();
    let sql =
        "insert into merges (id, keep_id, drop_id, at, actor_id, actor_name, before, added_balance, keep_standing, drop_standing)
               values ($1, $2, $3, $4, $5, $6, $7, $8::text::numeric, $9, $10)";
    let values = [
        id.into(),
        keep.id.into(),
        drop.id.into(),
        ctx.now().into(),
        ctx.actor().id().into(),
        ctx.actor().name.clone().into(),
        Json::Object(kept).into(),
        added.clone().into(),
        standings.0.map(|s| s.as_str().to_owned()).into(),
        standings.1.map(|s| s.as_str().to_owned()).into(),
    ];
    ctx.tx().run(sql, values).await?;
    // First: its address is free for the kept one then.
    let sql = "update clients set deleted_at = $2, merged_into = $3, updated_at = $2, version = version + 1 where id = $1";
    ctx.tx().run(sql, [drop.id.into(), ctx.now().into(), keep.id.into()]).await?;
    // The kept client keeps its primary contact.
    contacts::primary::give_way(ctx, drop.id, keep.id).await?;
    let moved = references::move_away(ctx, &CLIENT, id, drop.id, keep.id).await?;
    follow_documents(&mut after, standings.0, standing(ctx, keep.id).await?);
    columns::write(ctx, &CLIENT, keep.id, &after, Some(&added)).await.map_err(clients::duplicate)?;
    ctx.tx().run("update merges set after = $2 where id = $1", [id.into(), Json::Object(after.clone()).into()]).await?;
    let (a, b) = (keep.id.min(drop.id), keep.id.max(drop.id));
    let sql = "update duplicate_pairs set state = 'merged', changed_at = $3, changed_by = $4 where a_id = $1 and b_id = $2";
    ctx.tx().run(sql, [a.into(), b.into(), ctx.now().into(), ctx.user_id().into()]).await?;
    duplicates::look_again(ctx, keep.id).await?;
    let record = clients::find(ctx, Scope::All, keep.id, false).await?;
    told(ctx, &keep, &drop, &record, audit::diff(&flat(&before), &flat(&after)), &moved).await?;
    Ok(Merged { id, record, keep, drop, conflicts, moved })
}

/// Beside the kept client's columns: who was the primary contact of each.
pub(super) const KEEP_PRIMARY: &str = "keep_primary_contact";
/// The same of the other.
pub(super) const DROP_PRIMARY: &str = "drop_primary_contact";

/// Fails if two records have more tags together than one may have.
pub(super) fn few_enough_tags(of: &Subject, after: &Row) -> kernel::Result<()> {
    let tags = after["tags"].as_array().map_or(0, Vec::len);
    if tags <= MOST_TAGS {
        return Ok(());
    }
    let message = format!("Together they have {tags} tags; a {} has {MOST_TAGS} at most. Remove some first.", of.word);
    Err(DomainError::conflict("too_many_tags", message))
}

pub(super) fn stale() -> DomainError {
    DomainError::conflict("stale_version", "Somebody else changed one of these two meanwhile. Reload and try again.")
}

pub(super) fn check(seen: &Actor, of: &Subject, input: &MergeIn) -> kernel::Result<Asked> {
    let mut c = Checker::new();
    let mut id = |field: &str, text: Option<&str>| match parse_id(field, text) {
        Ok(Some(id)) => Some(id),
        Ok(None) => {
            c.add(field, "is required");
            None
        }
        Err(_) => {
            c.add(field, "is not an id");
            None
        }
    };
    let (keep, drop) = (id("keep_id", input.keep_id.as_deref()), id("drop_id", input.drop_id.as_deref()));
    if keep.is_some() && keep == drop {
        c.add("drop_id", format!("is the {} that is kept", of.word));
    }
    let mut wanted = BTreeMap::new();
    let mut closed = None;
    for (field, side) in input.fields.iter().flatten() {
        let name = format!("fields.{field}");
        let choices = choices(of.columns);
        if !choices.contains(&field.as_str()) && !field.starts_with("custom.") {
            c.add(&name, format!("must be one of {} or custom.<key>", choices.join(", ")));
            continue;
        }
        match Side::parse(side) {
            None => c.add(&name, "must be keep or drop"),
            Some(side) => {
                if !may_choose(seen, of, field) && side == Side::Drop {
                    closed.get_or_insert(name);
                }
                wanted.insert(field.clone(), side);
            }
        }
    }
    c.finish()?;
    if let Some(name) = closed {
        return Err(DomainError::field_code("field_masked", &name, "is masked for your role and can't be changed by it"));
    }
    match (keep, drop) {
        (Some(keep), Some(drop)) => Ok(Asked { keep, drop, wanted }),
        _ => Err(DomainError::internal("ids that were checked are not there")),
    }
}

/// Whether an actor may take the other's value of a field: nobody overwrites what they do not see.
pub(super) fn may_choose(seen: &Actor, of: &Subject, field: &str) -> bool {
    of.sensitive.named(field).is_none_or(|f| seen.level(f.key) == Level::Full)
}

/// Who takes over the other's owner gives the record to somebody.
pub(super) fn may_assign(ctx: &Ctx, of: &Subject, both: [(Option<Uuid>, Option<Uuid>); 2]) -> kernel::Result<()> {
    let scope = ctx.require(of.assign)?;
    if both.iter().all(|(owner, team)| ctx.actor().covers(scope, *owner, *team)) {
        return Ok(());
    }
    Err(DomainError::field("fields.owner", "is outside the teams you may assign to"))
}

/// Choices of fields that neither of the two has.
pub(super) fn known_fields(asked: &Asked, keep: &Row, drop: &Row) -> kernel::Result<()> {
    let mut c = Checker::new();
    for field in asked.wanted.keys() {
        let Some(key) = field.strip_prefix("custom.") else { continue };
        if ![keep, drop].iter().any(|row| row.get("custom").is_some_and(|custom| custom.get(key).is_some())) {
            c.add(&format!("fields.{field}"), "is a field that neither of them has");
        }
    }
    c.finish()
}

/// What the documents of a client say about it.
pub(super) async fn standing(ctx: &Ctx, client: Uuid) -> kernel::Result<Option<kyc::Standing>> {
    Ok(kyc::derived(&facts(ctx, client).await?))
}

/// The KYC status after documents came or went.
pub(super) fn follow_documents(row: &mut Row, before: Option<kyc::Standing>, after: Option<kyc::Standing>) {
    let current = row.get("kyc_status").and_then(Json::as_str).and_then(kyc::Standing::parse);
    if let Some(current) = current {
        row.insert("kyc_status".to_owned(), kyc::next(current, before, after).as_str().into());
    }
}

#[derive(sea_orm::FromQueryResult)]
struct Balances {
    keep_is_zero: bool,
    drop: String,
    drop_is_zero: bool,
    keep_currency: String,
    drop_currency: String,
}

async fn balances(ctx: &Ctx, keep: Uuid, drop: Uuid) -> kernel::Result<Balances> {
    let sql = "select k.balance = 0 as keep_is_zero, d.balance::text as drop, d.balance = 0 as drop_is_zero,
                   k.currency as keep_currency, d.currency as drop_currency
               from clients k, clients d where k.id = $1 and d.id = $2";
    let found: Option<Balances> = ctx.tx().one(sql, [keep.into(), drop.into()]).await?;
    found.ok_or_else(|| DomainError::not_found("Client"))
}

impl Balances {
    /// What is added to the kept client's balance; an empty one takes the other's currency along.
    fn joined(self, after: &mut Row) -> kernel::Result<String> {
        if self.drop_is_zero {
            return Ok("0".to_owned());
        }
        if self.keep_currency != self.drop_currency {
            if !self.keep_is_zero {
                let message = "Both have a balance, in different currencies. Bring one of them to zero first.";
                return Err(DomainError::conflict("currencies_differ", message));
            }
            after.insert("currency".to_owned(), self.drop_currency.into());
        }
        Ok(self.drop)
    }
}

/// A row as the audit log tells of it: custom fields one by one.
pub(crate) fn flat(row: &Row) -> Json {
    let mut row = row.clone();
    // The log tells of what people see.
    for name in ["follow_up_told", "last_activity_at"] {
        row.remove(name);
    }
    let custom = row.remove("custom").unwrap_or_default();
    let mut facts = Json::Object(row);
    crate::custom_fields::flat(&mut facts, &custom);
    facts
}

pub(super) fn line(field: &str, new: Json) -> audit::Change {
    audit::Change { field: field.to_owned(), old: Json::Null, new }
}

/// How the kept record's line tells of the other, and of what came along.
pub(super) fn came_from(drop: Uuid, moved: &Moved) -> Vec<audit::Change> {
    let moved = moved.iter().filter(|(_, n)| **n > 0).map(|(word, n)| line(&format!("moved.{word}"), json!(n)));
    std::iter::once(line("merged_from", json!(drop))).chain(moved).collect()
}

async fn told(
    ctx: &Ctx,
    keep: &Client,
    drop: &Client,
    record: &Client,
    mut changes: Vec<audit::Change>,
    moved: &Moved,
) -> kernel::Result<()> {
    changes.extend(came_from(drop.id, moved));
    let owner = |c: &Client| Ownership { user: c.assigned_to, team: c.team_id };
    clients::record(ctx, "client.merged", keep.id, changes, owner(keep), owner(record)).await?;
    ctx.audit("client.merged_away", "client", Some(drop.id), vec![line("merged_into", json!(keep.id))]).await?;
    ctx.emit(Event::new("client.deleted", drop.id, "clients.read").covering(drop.assigned_to, drop.team_id)).await
}

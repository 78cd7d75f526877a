//! Making two clients of one that was two.

use kernel::DomainError;
use kernel::event::Event;
use kernel::permission::Scope;
use runtime::db::DbError;
use runtime::{Ctx, Rows as _, audit};
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::columns;
use super::entity::{self, Merge};
use super::plan::{Left, Row, back};
use super::references::{self, Moved};
use super::service::{DROP_PRIMARY, KEEP_PRIMARY, flat, follow_documents, standing};
use super::subject::{CLIENT, Subject};
use crate::clients::entity::Client;
use crate::clients::service as clients;
use crate::documents::kyc::Standing;
use crate::ownership::Ownership;
use crate::{contacts, duplicates};

/// What a split came to, in clear; the way out masks it.
pub(super) struct Split {
    pub kept: Client,
    pub restored: Client,
    pub returned: Vec<String>,
    pub left: Vec<Left>,
    pub moved: Moved,
}

/// Splits a merge. The context must carry clear values (`SignedIn::begin_carrying`). Who wants to know what
/// would come of it drops the context without a commit.
pub(super) async fn split(ctx: &Ctx, id: Uuid) -> kernel::Result<Split> {
    let reads = ctx.require("clients.read")?;
    let merges = ctx.require("clients.merge")?;
    let merge = entity::locked(ctx, &CLIENT, id).await?;
    let ids = vec![merge.keep_id, merge.drop_id];
    ctx.tx().run("select 1 from clients where id = any($1) order by id for update", [ids.into()]).await?;
    let keep = kept(ctx, reads, &merge).await?;
    if merge.split_at.is_some() {
        return Err(DomainError::conflict("already_split", "These two were split already."));
    }
    unblocked(ctx, &CLIENT, &merge).await?;
    let drop = clients::find(ctx, Scope::All, merge.drop_id, true).await?;
    if ![&keep, &drop].iter().all(|c| ctx.actor().covers(merges, c.assigned_to, c.team_id)) {
        return Err(DomainError::forbidden("clients.merge"));
    }
    let now = columns::read(ctx, &CLIENT, keep.id).await?;
    let (before, after) = (row(&merge.before)?, row(&merge.after)?);
    let mut back = back(CLIENT.columns, &before, &after, &now);
    let together = standing(ctx, keep.id).await?;
    let moved = references::move_back(ctx, &CLIENT, id, keep.id, drop.id).await?;
    for (client, name) in [(keep.id, KEEP_PRIMARY), (drop.id, DROP_PRIMARY)] {
        if let Some(contact) = before.get(name).and_then(Json::as_str).and_then(|id| id.parse().ok()) {
            contacts::primary::give_back(ctx, client, contact).await?;
        }
    }
    contacts::primary::settle(ctx, &[keep.id, drop.id]).await?;
    kyc_of_kept(&mut back.row, &merge, (&before, &after, &now), together, standing(ctx, keep.id).await?);
    columns::write(ctx, &CLIENT, keep.id, &back.row, Some(&negative(&merge.added_balance))).await.map_err(clients::duplicate)?;
    let mut theirs = columns::read(ctx, &CLIENT, drop.id).await?;
    let was = theirs["kyc_status"].clone();
    follow_documents(&mut theirs, merge.drop_standing.as_deref().and_then(Standing::parse), standing(ctx, drop.id).await?);
    let sql = "update clients set deleted_at = null, merged_into = null, updated_at = $2, version = version + 1, kyc_status = $3
               where id = $1";
    let kyc = theirs["kyc_status"].as_str().unwrap_or("missing").to_owned();
    ctx.tx().run(sql, [drop.id.into(), ctx.now().into(), kyc.into()]).await.map_err(clients::duplicate)?;
    mark(ctx, &CLIENT, id).await?;
    // Somebody has decided that they are two.
    let sql = "update duplicate_pairs set state = 'dismissed', changed_at = $3, changed_by = $4
               where a_id = $1 and b_id = $2 and state = 'merged'";
    let (a, b) = (keep.id.min(drop.id), keep.id.max(drop.id));
    ctx.tx().run(sql, [a.into(), b.into(), ctx.now().into(), ctx.user_id().into()]).await?;
    for client in [keep.id, drop.id] {
        duplicates::look_again(ctx, client).await?;
    }
    let kept = clients::find(ctx, Scope::All, keep.id, false).await?;
    let restored = clients::find(ctx, Scope::All, drop.id, false).await?;
    let changed = Changed { keep: audit::diff(&flat(&now), &flat(&back.row)), drop: (was, theirs["kyc_status"].clone()) };
    told(ctx, &keep, &kept, &restored, changed, &moved).await?;
    Ok(Split { kept, restored, returned: back.returned, left: back.left, moved })
}

/// The kept client, if the actor sees it. One that became part of another is not there until that is split.
async fn kept(ctx: &Ctx, reads: Scope, merge: &Merge) -> kernel::Result<Client> {
    match clients::get(ctx, merge.keep_id).await {
        Ok(client) => return Ok(client),
        Err(error) if error.code() == "merged" => {
            unblocked(ctx, &CLIENT, merge).await?;
            return Err(error);
        }
        Err(_) => {}
    }
    if clients::find(ctx, reads, merge.keep_id, true).await.is_ok() {
        let sql = "select 1 from clients where id = $1 and merged_into is null";
        if ctx.tx().scalar::<i32>(sql, [merge.keep_id.into()]).await?.is_some() {
            return Err(DomainError::conflict("kept_deleted", "The kept client is deleted. Restore it first."));
        }
    }
    Err(DomainError::not_found("Merge"))
}

/// Marks a merge as split.
pub(super) async fn mark(ctx: &Ctx, of: &Subject, id: Uuid) -> kernel::Result<()> {
    let sql = format!("update {} set split_at = $2, split_by = $3, split_by_name = $4 where id = $1", of.merges);
    let who = ctx.actor();
    let values = [id.into(), ctx.now().into(), who.id().into(), who.name.clone().into()];
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    ctx.tx().execute_raw(statement).await.map_err(DbError)?;
    Ok(())
}

/// What was merged last is split first.
pub(super) async fn unblocked(ctx: &Ctx, of: &Subject, merge: &Merge) -> kernel::Result<()> {
    let blockers = entity::blockers(ctx, of, merge).await?;
    if blockers.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = blockers.iter().map(|b| b.name.as_str()).collect();
    let message = format!("Later merges have to be split first: {}.", names.join(", "));
    let facts: Vec<Json> = blockers
        .iter()
        .map(|b| json!({ "merge_id": b.id, "keep_id": b.keep_id, "drop_id": b.drop_id, "name": b.name }))
        .collect();
    Err(DomainError::conflict("split_blocked", message).with(json!({ "blocked_by": facts })))
}

pub(super) fn row(value: &Json) -> kernel::Result<Row> {
    value.as_object().cloned().ok_or_else(|| DomainError::internal("a merge without what was there before"))
}

/// The same amount, taken away.
fn negative(amount: &str) -> String {
    amount.strip_prefix('-').map_or_else(|| format!("-{amount}"), str::to_owned)
}

/// The kept client's KYC status: what it was before the merge, if nobody decided since, and then what its
/// own documents say by now.
fn kyc_of_kept(
    row: &mut Row,
    merge: &Merge,
    (before, after, now): (&Row, &Row, &Row),
    together: Option<Standing>,
    alone: Option<Standing>,
) {
    if after.get("kyc_status") == now.get("kyc_status") {
        row.insert("kyc_status".to_owned(), before.get("kyc_status").cloned().unwrap_or_default());
        follow_documents(row, merge.keep_standing.as_deref().and_then(Standing::parse), alone);
    } else {
        follow_documents(row, together, alone);
    }
}

struct Changed {
    keep: Vec<audit::Change>,
    drop: (Json, Json),
}

async fn told(
    ctx: &Ctx,
    before: &Client,
    kept: &Client,
    restored: &Client,
    changed: Changed,
    moved: &Moved,
) -> kernel::Result<()> {
    let line = |field: &str, old: Json, new: Json| audit::Change { field: field.to_owned(), old, new };
    let mut changes = changed.keep;
    changes.push(line("merged_from", json!(restored.id), Json::Null));
    changes.extend(moved.iter().filter(|(_, n)| **n > 0).map(|(word, n)| line(&format!("moved.{word}"), Json::Null, json!(n))));
    let owner = |c: &Client| Ownership { user: c.assigned_to, team: c.team_id };
    clients::record(ctx, "client.split", kept.id, changes, owner(before), owner(kept)).await?;
    let mut changes = vec![line("merged_into", json!(kept.id), Json::Null)];
    let (old, new) = changed.drop;
    if old != new {
        changes.push(line("kyc_status", old, new));
    }
    ctx.audit("client.split_off", "client", Some(restored.id), changes).await?;
    ctx.emit(Event::new("client.restored", restored.id, "clients.read").covering(restored.assigned_to, restored.team_id)).await
}

//! The kinds of documents were changed: what clients have handed in says something else by now.
//!
//! Clients are gone through in the order of their ids, a few thousand at a time, under the locks that a
//! change of their documents takes as well. A piece that is done twice changes nothing the second time.

use std::collections::HashMap;

use kernel::event::Event;
use kernel::job::{Job, JobError};
use runtime::outbox::JobRun;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::kyc::{self, KindFacts, Standing};
use crate::document_types::{self, DocumentType};

/// Clients in one transaction.
const PIECE: i64 = 2_000;

/// Brings the clients' KYC status in line with the kinds as they are now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FollowKinds {
    /// Keys of what the first level asked for before.
    pub before: Vec<String>,
}

impl Job for FollowKinds {
    const KIND: &'static str = "documents.follow_kinds";
}

/// What decides a client's KYC status: the kinds that the first level requires.
pub(crate) fn deciding(kinds: &[DocumentType]) -> Vec<String> {
    let mut keys: Vec<String> =
        kinds.iter().filter(|k| k.required && !k.archived && k.level == 1).map(|k| k.key.clone()).collect();
    keys.sort();
    keys
}

#[derive(FromQueryResult)]
struct ClientRow {
    id: Uuid,
    kyc_status: String,
    assigned_to: Option<Uuid>,
    team_id: Option<Uuid>,
}

#[derive(FromQueryResult)]
struct Held {
    client_id: Uuid,
    kind: String,
    statuses: Vec<String>,
}

/// Statuses of what a client has, by kind.
type Holdings = HashMap<String, Vec<String>>;

fn derived(keys: &[String], held: Option<&Holdings>) -> Option<Standing> {
    let facts: Vec<KindFacts> = keys
        .iter()
        .map(|key| {
            let statuses = held.and_then(|h| h.get(key)).cloned().unwrap_or_default();
            KindFacts { level: 1, required: true, statuses }
        })
        .collect();
    kyc::derived(&facts)
}

/// Runs [`FollowKinds`].
pub async fn follow(run: &JobRun) -> Result<(), JobError> {
    let job: FollowKinds = run.job()?;
    let mut after = Uuid::nil();
    loop {
        let ctx = run.ctx("Documents").await?;
        let Some(last) = piece(&ctx, run.id, &job.before, after).await? else { return Ok(run.finish(ctx).await?) };
        ctx.commit().await?;
        after = last;
    }
}

/// Goes through the clients behind one; the last of them, if there are more.
async fn piece(ctx: &Ctx, job: Uuid, before: &[String], behind: Uuid) -> kernel::Result<Option<Uuid>> {
    let now = deciding(&document_types::all(ctx).await?);
    if now == before {
        return Ok(None);
    }
    // Who has handed in nothing is of interest only if nothing is worth something else by now.
    let all = derived(before, None) != derived(&now, None);
    let sql = "select c.id, c.kyc_status, c.assigned_to, c.team_id from clients c
               where c.id > $1 and ($2 or exists (select 1 from documents d where d.client_id = c.id and d.superseded_by is null))
               order by c.id limit $3 for no key update of c";
    let clients: Vec<ClientRow> = ctx.tx().all(sql, [behind.into(), all.into(), PIECE.into()]).await?;
    // While the locks were waited for the kinds may have changed again, and somebody may have followed that.
    if deciding(&document_types::all(ctx).await?) != now {
        return Ok(Some(behind));
    }
    let ids: Vec<Uuid> = clients.iter().map(|c| c.id).collect();
    let keys: Vec<String> = before.iter().chain(&now).cloned().collect();
    let sql = "select client_id, type as kind, array_agg(status order by created_at desc, id desc) as statuses
               from documents where client_id = any($1) and superseded_by is null and type = any($2) group by client_id, type";
    let rows: Vec<Held> = ctx.tx().all(sql, [ids.into(), keys.into()]).await?;
    let mut held: HashMap<Uuid, Holdings> = HashMap::new();
    for row in rows {
        held.entry(row.client_id).or_default().insert(row.kind, row.statuses);
    }
    let (mut moved, mut old, mut new) = (Vec::new(), Vec::new(), Vec::new());
    let mut event = Event::new("client.bulk_updated", job, "clients.read");
    for client in &clients {
        let Some(current) = Standing::parse(&client.kyc_status) else { continue };
        let has = held.get(&client.id);
        let next = kyc::by_other_kinds(current, derived(before, has), derived(&now, has));
        if next != current {
            moved.push(client.id);
            old.push(current.as_str().to_owned());
            new.push(next.as_str().to_owned());
            event = event.covering(client.assigned_to, client.team_id);
        }
    }
    if !moved.is_empty() {
        write(ctx, moved, old, new).await?;
        ctx.emit(event).await?;
    }
    let full = i64::try_from(clients.len()).unwrap_or(PIECE) == PIECE;
    Ok(clients.last().map(|c| c.id).filter(|_| full))
}

/// Sets the statuses and writes a line in the log for each client, as a change of their documents would.
async fn write(ctx: &Ctx, ids: Vec<Uuid>, old: Vec<String>, new: Vec<String>) -> kernel::Result<()> {
    ctx.tx()
        .run(
            "with n as (select * from unnest($1::uuid[], $2::text[], $3::text[]) as n (id, old, new)),
             moved as (
                 update clients c set kyc_status = n.new, updated_at = $4, last_activity_at = $4, version = c.version + 1
                 from n where c.id = n.id
                 returning c.id, jsonb_build_array(jsonb_build_object('field', 'kyc_status', 'old', n.old, 'new', n.new)) as d)
             insert into audit_log (id, at, actor_name, action, resource_type, resource_id, diff, diff_masked)
             select gen_random_uuid(), $4, $5, 'client.updated', 'client', id, d, d from moved",
            [ids.into(), old.into(), new.into(), ctx.now().into(), ctx.actor().name.clone().into()],
        )
        .await?;
    Ok(())
}

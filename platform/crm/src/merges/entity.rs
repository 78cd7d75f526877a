//! Rows of `merges` and `contact_merges`.

use chrono::{DateTime, Utc};
use kernel::DomainError;
use runtime::Ctx;
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::subject::{CLIENT, CONTACT, Subject};
use crate::bulk::Sql;
use crate::clients::service as clients;
use crate::contacts::service as contacts;
use crate::ownership::parse_id;

/// A merge.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Merge {
    pub n: i64,
    pub keep_id: Uuid,
    pub drop_id: Uuid,
    pub before: Json,
    pub after: Json,
    pub added_balance: String,
    pub keep_standing: Option<String>,
    pub drop_standing: Option<String>,
    pub split_at: Option<DateTime<Utc>>,
}

/// A merge, held until the end of the transaction.
pub(super) async fn locked(ctx: &Ctx, of: &Subject, id: Uuid) -> kernel::Result<Merge> {
    let sql = format!(
        "select n, keep_id, drop_id, before, after, {}, split_at from {} where id = $1 for update",
        of.besides, of.merges
    );
    let rows: Vec<Merge> = Sql::after(vec![id.into()]).all(ctx, sql).await?;
    rows.into_iter().next().ok_or_else(|| DomainError::not_found("Merge"))
}

/// A merge as lists show it.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Listed {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub actor_id: Option<Uuid>,
    pub actor_name: String,
    pub keep_id: Uuid,
    pub keep_name: String,
    pub drop_id: Uuid,
    pub drop_name: String,
    pub split_at: Option<DateTime<Utc>>,
    pub split_by: Option<Uuid>,
    pub split_by_name: Option<String>,
    /// Later merges of the kept client that have to be split first, the last one first.
    pub blocked_by: Vec<Uuid>,
}

/// The merges that a client was in, newest first.
pub(super) async fn of_client(ctx: &Ctx, client: Option<&str>) -> kernel::Result<Vec<Listed>> {
    ctx.require(CLIENT.permission)?;
    let client = parse_id("client_id", client)?.ok_or_else(|| DomainError::field("client_id", "is required"))?;
    clients::get(ctx, client).await?;
    listed(ctx, &CLIENT, client).await
}

/// The merges that a contact was in, newest first.
pub(super) async fn of_contact(ctx: &Ctx, contact: Option<&str>) -> kernel::Result<Vec<Listed>> {
    ctx.require(CONTACT.permission)?;
    let contact = parse_id("contact_id", contact)?.ok_or_else(|| DomainError::field("contact_id", "is required"))?;
    contacts::get(ctx, contact).await?;
    listed(ctx, &CONTACT, contact).await
}

async fn listed(ctx: &Ctx, of: &Subject, id: Uuid) -> kernel::Result<Vec<Listed>> {
    let Subject { merges, table, .. } = of;
    let sql = format!(
        "select m.id, m.at, m.actor_id, m.actor_name, m.keep_id, trim(k.first_name || ' ' || k.last_name) as keep_name,
             m.drop_id, trim(d.first_name || ' ' || d.last_name) as drop_name, m.split_at, m.split_by, m.split_by_name,
             coalesce((select array_agg(l.id order by l.n desc) from {merges} l
                 where l.n > m.n and l.split_at is null and (l.keep_id = m.keep_id or l.drop_id = m.keep_id)), '{{}}') as blocked_by
         from {merges} m join {table} k on k.id = m.keep_id join {table} d on d.id = m.drop_id
         where m.keep_id = $1 or m.drop_id = $1 order by m.n desc limit 100"
    );
    Sql::after(vec![id.into()]).all(ctx, sql).await
}

/// A merge that has to be split before another one.
#[derive(Debug, FromQueryResult)]
pub(super) struct Blocker {
    pub id: Uuid,
    pub keep_id: Uuid,
    pub drop_id: Uuid,
    pub name: String,
}

/// Later merges of the record that a merge kept, the last one first.
pub(super) async fn blockers(ctx: &Ctx, of: &Subject, merge: &Merge) -> kernel::Result<Vec<Blocker>> {
    let sql = format!(
        "select l.id, l.keep_id, l.drop_id, trim(d.first_name || ' ' || d.last_name) as name
         from {} l join {} d on d.id = l.drop_id
         where l.n > $1 and l.split_at is null and (l.keep_id = $2 or l.drop_id = $2) order by l.n desc limit 20",
        of.merges, of.table
    );
    Sql::after(vec![merge.n.into(), merge.keep_id.into()]).all(ctx, sql).await
}

#[derive(FromQueryResult)]
struct Id {
    id: Uuid,
}

/// Of a record that became part of another, and that one perhaps of a third: the one that is there.
pub(crate) async fn became(ctx: &Ctx, of: &Subject, id: Uuid) -> kernel::Result<Option<Uuid>> {
    let table = of.table;
    let sql = format!(
        "with recursive way as (
             select merged_into as id from {table} where id = $1 and deleted_at is not null
             union select c.merged_into from {table} c join way w on c.id = w.id where c.deleted_at is not null)
         select w.id from way w join {table} c on c.id = w.id where c.deleted_at is null"
    );
    let rows: Vec<Id> = Sql::after(vec![id.into()]).all(ctx, sql).await?;
    Ok(rows.into_iter().next().map(|row| row.id))
}

/// A record and all that became part of it: each tells its part of the story.
pub(crate) async fn with_joined(ctx: &Ctx, of: &Subject, id: Uuid) -> kernel::Result<Vec<Uuid>> {
    let table = of.table;
    let sql = format!(
        "with recursive one as (
             select $1::uuid as id union select c.id from {table} c join one o on c.merged_into = o.id)
         select id from one"
    );
    let rows: Vec<Id> = Sql::after(vec![id.into()]).all(ctx, sql).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// The answer to whoever asks for one that became part of `kept`, which they may see.
pub(crate) fn led(of: &Subject, kept: Uuid) -> DomainError {
    let message = format!("This {} was merged into another one.", of.word);
    DomainError::NotFound { code: "merged", message }.with(json!({ "merged_into": kept }))
}

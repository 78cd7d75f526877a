//! The queue: pairs of clients that a job found, for somebody to merge or to say that they are two.

use std::collections::BTreeMap;

use access::undo;
use chrono::{DateTime, Utc};
use kernel::DomainError;
use kernel::event::Event;
use kernel::paging::{Page, Paging};
use kernel::permission::{Level, Scope};
use runtime::access::Actor;
use runtime::list::{self, Sort, SortKey, SortType, within};
use runtime::{Ctx, Rows as _, audit};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, JoinType, Query, SelectStatement, SimpleExpr};
use serde_json::json;
use uuid::Uuid;

use super::undoing;
use crate::clients::entity::Client;

/// The most likely first, and no other order.
const SORTS: &[SortKey] = &[SortKey { name: "score", column: ("p", "score"), kind: SortType::Number, default_desc: true }];

/// States that the queue shows.
const STATES: [&str; 2] = ["open", "dismissed"];

/// Two clients who may be one.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Pair {
    pub id: Uuid,
    pub a_id: Uuid,
    pub b_id: Uuid,
    pub score: f64,
    pub reasons: Vec<String>,
    pub state: String,
    pub found_at: DateTime<Utc>,
}

/// A pair with both clients.
pub(super) struct Both {
    pub pair: Pair,
    pub a: Client,
    pub b: Client,
}

/// The queue is for who sees all that its pairs were found by: for others each pair would tell what two
/// masked values have in common.
pub(super) fn may_look(actor: &Actor) -> kernel::Result<()> {
    actor.require("clients.merge")?;
    actor.require("clients.read")?;
    let closed = ["clients.email", "clients.phone", "clients.date_of_birth"].iter().any(|f| actor.level(f) != Level::Full);
    if closed {
        let message = "The queue compares e-mail, phone and date of birth, and your role does not see all of them.";
        return Err(DomainError::Forbidden { code: "field_masked", message: message.to_owned() });
    }
    Ok(())
}

fn col(table: &'static str, name: &'static str) -> SimpleExpr {
    Expr::col((Alias::new(table), Alias::new(name)))
}

/// Pairs of clients that are there and that the actor may both see and merge. Every read starts here.
fn visible_to(ctx: &Ctx) -> kernel::Result<SelectStatement> {
    let scopes = [ctx.require("clients.merge")?, ctx.require("clients.read")?];
    let mut select = Query::select();
    for name in ["id", "a_id", "b_id", "reasons", "state", "found_at"] {
        select.column((Alias::new("p"), Alias::new(name)));
    }
    select.expr_as(Expr::cust("p.score::float8"), Alias::new("score")).from_as(Alias::new("duplicate_pairs"), Alias::new("p"));
    for (side, id) in [("a", "a_id"), ("b", "b_id")] {
        let on = Expr::col((Alias::new(side), Alias::new("id"))).equals((Alias::new("p"), Alias::new(id)));
        select.join_as(JoinType::InnerJoin, Alias::new("clients"), Alias::new(side), on);
        select.and_where(col(side, "deleted_at").is_null());
    }
    for scope in scopes {
        for columns in [(("a", "assigned_to"), ("a", "team_id")), (("b", "assigned_to"), ("b", "team_id"))] {
            if let Some(condition) = within(ctx, scope, columns.0, columns.1) {
                select.and_where(condition);
            }
        }
    }
    Ok(select)
}

/// A page of the queue.
pub(super) async fn page(ctx: &Ctx, state: Option<&str>, paging: &Paging) -> kernel::Result<Page<Both>> {
    let mut select = visible_to(ctx)?;
    let state = state.filter(|s| !s.is_empty()).unwrap_or("open");
    if !STATES.contains(&state) {
        return Err(DomainError::field("state", format!("must be one of {}", STATES.join(", "))));
    }
    select.and_where(col("p", "state").eq(state));
    let page: Page<Pair> = list::page(ctx, "duplicate", &select, Sort::parse(None, SORTS)?, paging).await?;
    page.dressed(async |pairs| {
        let mut clients = clients(ctx, pairs.iter().flat_map(|p| [p.a_id, p.b_id]).collect()).await?;
        Ok(pairs.into_iter().filter_map(|pair| both(&mut clients, pair)).collect())
    })
    .await
}

/// One pair.
pub(super) async fn get(ctx: &Ctx, id: Uuid) -> kernel::Result<Both> {
    let mut select = visible_to(ctx)?;
    select.and_where(col("p", "id").eq(id)).and_where(col("p", "state").is_in(STATES));
    let found: Vec<Pair> = list::rows(ctx, &select).await?;
    let pair = found.into_iter().next().ok_or_else(|| DomainError::not_found("Pair"))?;
    let mut clients = clients(ctx, vec![pair.a_id, pair.b_id]).await?;
    both(&mut clients, pair).ok_or_else(|| DomainError::not_found("Pair"))
}

async fn clients(ctx: &Ctx, ids: Vec<Uuid>) -> kernel::Result<BTreeMap<Uuid, Client>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut select = crate::clients::entity::visible_to(ctx, Scope::All);
    select.and_where(Expr::col((Alias::new("c"), Alias::new("id"))).is_in(ids));
    let rows: Vec<Client> = list::rows(ctx, &select).await?;
    Ok(rows.into_iter().map(|c| (c.id, c)).collect())
}

/// A client may stand in several pairs of a page.
fn both(clients: &mut BTreeMap<Uuid, Client>, pair: Pair) -> Option<Both> {
    let (a, b) = (clients.get(&pair.a_id)?.clone(), clients.get(&pair.b_id)?.clone());
    Some(Both { pair, a, b })
}

/// Says that two clients are two people; returns how to take that back.
pub(super) async fn dismiss(ctx: &Ctx, id: Uuid) -> kernel::Result<Uuid> {
    let found = get(ctx, id).await?;
    let sql = "update duplicate_pairs set state = 'dismissed', changed_at = $2, changed_by = $3 where id = $1 and state = 'open'";
    if ctx.tx().run(sql, [id.into(), ctx.now().into(), ctx.user_id().into()]).await? != 1 {
        return Err(DomainError::conflict("already_dismissed", "Somebody said already that these are two people."));
    }
    record(ctx, "duplicate.dismissed", &found, ("open", "dismissed")).await?;
    undo::record(ctx, undoing::KIND, json!({ "pair": id })).await
}

/// Puts a pair back into the queue.
pub(super) async fn reopen(ctx: &Ctx, id: Uuid) -> kernel::Result<()> {
    let found = get(ctx, id).await?;
    let sql = "update duplicate_pairs set state = 'open', changed_at = $2, changed_by = $3 where id = $1 and state = 'dismissed'";
    if ctx.tx().run(sql, [id.into(), ctx.now().into(), ctx.user_id().into()]).await? != 1 {
        return Err(undo::changed_since(["state"]));
    }
    record(ctx, "duplicate.reopened", &found, ("dismissed", "open")).await
}

async fn record(ctx: &Ctx, action: &str, found: &Both, (old, new): (&str, &str)) -> kernel::Result<()> {
    let told = |field: &str, old: serde_json::Value, new: serde_json::Value| audit::Change { field: field.to_owned(), old, new };
    let trace = vec![
        told("a", serde_json::Value::Null, json!(found.a.id)),
        told("b", serde_json::Value::Null, json!(found.b.id)),
        told("state", old.into(), new.into()),
    ];
    ctx.audit(action, "duplicate", Some(found.pair.id), trace).await?;
    let event = Event::new(action, found.pair.id, "clients.merge");
    let event = event.covering(found.a.assigned_to, found.a.team_id).covering(found.b.assigned_to, found.b.team_id);
    ctx.emit(event).await
}

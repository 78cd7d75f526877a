//! What hangs on a record, as parts of its timeline.

use access::audit::Chapter;
use runtime::Ctx;
use runtime::list;
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Order, Query};
use uuid::Uuid;

use super::Parent;
use crate::ownership::Ownership;

/// As many activities and notes of a record are part of its timeline; older ones are in their own lists.
const MOST: u64 = 200;

#[derive(FromQueryResult)]
struct OnlyId {
    id: Uuid,
}

async fn newest(ctx: &Ctx, table: &'static str, column: &'static str, ids: &[Uuid]) -> kernel::Result<Vec<Uuid>> {
    let mut select = Query::select();
    let col = |name: &'static str| (Alias::new("x"), Alias::new(name));
    select
        .column(col("id"))
        .from_as(Alias::new(table), Alias::new("x"))
        .and_where(Expr::col(col(column)).is_in(ids.iter().copied()))
        .and_where(Expr::col(col("deleted_at")).is_null())
        .order_by(col("created_at"), Order::Desc)
        .limit(MOST);
    Ok(list::rows::<OnlyId>(ctx, &select).await?.into_iter().map(|row| row.id).collect())
}

/// The records whose history a chapter of a timeline tells: `ids` themselves, which the actor may read, and what
/// hangs on them as far as the actor may read that.
pub(crate) async fn told_of(
    ctx: &Ctx,
    parent: Parent,
    ids: Vec<Uuid>,
    owner: Ownership,
    chapter: Chapter,
) -> kernel::Result<Vec<Uuid>> {
    let mut told = if matches!(chapter, Chapter::Activities | Chapter::Notes) { Vec::new() } else { ids.clone() };
    if matches!(chapter, Chapter::All | Chapter::Activities) && ctx.actor().scope("activities.read").is_some() {
        told.extend(newest(ctx, "activities", parent.column(), &ids).await?);
    }
    let notes = ctx.actor().scope("notes.read").is_some_and(|scope| ctx.actor().covers(scope, owner.user, owner.team));
    if matches!(chapter, Chapter::All | Chapter::Notes) && notes {
        told.extend(newest(ctx, "notes", parent.column(), &ids).await?);
    }
    Ok(told)
}

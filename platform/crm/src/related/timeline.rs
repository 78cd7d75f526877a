//! What hangs on a record, as parts of its timeline.

use access::audit::Chapter;
use runtime::Ctx;
use runtime::list;
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Order, Query, SimpleExpr};
use uuid::Uuid;

use super::{Parent, readable, stored_in};
use crate::ownership::Ownership;

/// As many activities, notes, files and deals of a record are part of its timeline; older ones are in their own lists.
const MOST: u64 = 200;

#[derive(FromQueryResult)]
struct OnlyId {
    id: Uuid,
}

/// Ids of the newest rows that name one of the records in `column`; `also` narrows them.
async fn newest(
    ctx: &Ctx,
    table: &'static str,
    column: &'static str,
    ids: &[Uuid],
    also: Option<SimpleExpr>,
) -> kernel::Result<Vec<Uuid>> {
    let mut select = Query::select();
    let col = |name: &'static str| (Alias::new("x"), Alias::new(name));
    select
        .column(col("id"))
        .from_as(Alias::new(table), Alias::new("x"))
        .and_where(Expr::col(col(column)).is_in(ids.iter().copied()))
        .and_where(Expr::col(col("deleted_at")).is_null())
        .and_where_option(also)
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
    let beside = matches!(chapter, Chapter::Activities | Chapter::Notes | Chapter::Sales);
    let mut told = if beside { Vec::new() } else { ids.clone() };
    let within = |permission: &str| ctx.actor().scope(permission).is_some_and(|s| ctx.actor().covers(s, owner.user, owner.team));
    if matches!(chapter, Chapter::All | Chapter::Activities) && ctx.actor().scope("activities.read").is_some() {
        told.extend(newest(ctx, "activities", parent.column(), &ids, None).await?);
    }
    if matches!(chapter, Chapter::All | Chapter::Notes) && within("notes.read") {
        told.extend(newest(ctx, "notes", stored_in(parent), &ids, None).await?);
    }
    // Leads keep no files.
    if matches!(chapter, Chapter::All | Chapter::Documents) && parent != Parent::Lead && within("attachments.read") {
        told.extend(newest(ctx, "attachments", stored_in(parent), &ids, None).await?);
    }
    if matches!(chapter, Chapter::All | Chapter::Sales) && matches!(parent, Parent::Client | Parent::Contact) {
        let mine = readable(ctx, Parent::Deal, "x", None).or(readable(ctx, Parent::Opportunity, "x", None));
        told.extend(newest(ctx, "deals", parent.column(), &ids, Some(mine)).await?);
    }
    Ok(told)
}

//! What stands before and after a record in a list: seeks in the index of the list's order, wherever in
//! the list that is.

use sea_orm::sea_query::SelectStatement;
use uuid::Uuid;

use super::{CountQuery, Counting, Place, Sort};
use crate::ctx::Ctx;
use crate::db::Rows as _;

/// Places are counted up to here: further down nobody needs to know them.
const PLACES: u64 = 1_000;

/// The surroundings of a record in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Neighbours {
    /// The record before it.
    pub previous: Option<Uuid>,
    /// The record after it.
    pub next: Option<Uuid>,
    /// Its 1-based place; none beyond the first thousand, and none if the list does not hold it (any more).
    pub position: Option<u64>,
    /// How long the list is.
    pub total: u64,
    /// Whether that is an estimate.
    pub total_is_estimate: bool,
}

/// Finds the neighbours of a record in the list `base`. A record that the list does not hold, because a
/// change took it out, has those between which it would stand; `anyone` is the same query without the
/// list's filter. None if the record is not even there. `words` says that the filter looks for words.
pub async fn neighbours(
    ctx: &Ctx,
    entity: &str,
    base: &SelectStatement,
    anyone: &SelectStatement,
    sort: &Sort,
    words: bool,
    id: Uuid,
) -> kernel::Result<Option<Neighbours>> {
    if words || !sort.is_plain() {
        // See `search`, and the wide orders in `sort`.
        ctx.tx().run("select set_config('plan_cache_mode', 'force_custom_plan', true)", []).await?;
    }
    let inside = Place::of(ctx, base, sort, id).await?;
    let listed = inside.is_some();
    let here = match inside {
        Some(place) => place,
        None => match Place::of(ctx, anyone, sort, id).await? {
            Some(place) => place,
            None => return Ok(None),
        },
    };
    let previous = here.nearest(ctx, base, false).await?;
    let next = here.nearest(ctx, base, true).await?;
    let before = if listed { here.before(ctx, base, PLACES).await? } else { PLACES };
    let counting = if words { Counting::Cheap } else { Counting::Exact };
    let (total, total_is_estimate) = CountQuery::new(entity, base).total(ctx, counting).await?;
    let position = (before < PLACES).then_some(before + 1);
    // An estimate may fall short of what is known.
    let total = Ord::max(total, position.unwrap_or(0));
    Ok(Some(Neighbours { previous, next, position, total, total_is_estimate }))
}

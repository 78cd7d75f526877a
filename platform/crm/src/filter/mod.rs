//! What a list is narrowed by: single query parameters ([`Filters`]) and the filter language, one
//! group of conditions in JSON, which saved views hold too.
//!
//! Always holds: nobody filters or sorts by what they see masked; text of a request reaches SQL as a
//! value only; dates are days of the tenant's time zone.

mod catalogue;
mod compile;
mod language;
mod params;
mod sorting;
mod time;

#[cfg(test)]
mod tests;

use kernel::DomainError;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Expr, SelectStatement};

pub use catalogue::{CLIENT, CONTACT, DEAL, FOLLOW_UPS, Field, FieldKind, LEAD, Target};
pub(crate) use compile::{Env, prune};
pub(crate) use language::read;
pub use language::{Condition, Fault, Node};
pub use params::Filters;
pub use sorting::sort;
pub(crate) use sorting::sort_names;

use crate::custom_fields;

#[derive(FromQueryResult)]
struct Calendar {
    zone: String,
    week: String,
    today: chrono::NaiveDate,
}

/// What conditions depend on beside their own text: the tenant's calendar and fields, and the actor.
pub(crate) async fn environment(ctx: &Ctx, target: &'static Target, with_custom: bool) -> kernel::Result<Env> {
    // The plan for one filter fits no other, and the tables are large: plan each anew.
    let sql = "select z.zone, z.week, (cast($1 as timestamptz) at time zone z.zone)::date as today
               from (select broker_zone() as zone,
                            coalesce((select value #>> '{}' from settings where key = 'week_starts_on'), 'monday') as week,
                            set_config('plan_cache_mode', 'force_custom_plan', true) as planning) z";
    let calendar: Option<Calendar> = ctx.tx().one(sql, [ctx.now().into()]).await?;
    let calendar = calendar.ok_or_else(|| DomainError::internal("there is no day"))?;
    let custom = if with_custom { custom_fields::of_entity(ctx, target.word).await? } else { Vec::new() };
    Ok(Env {
        target,
        calendar: time::Calendar {
            now: ctx.now(),
            today: calendar.today,
            zone: calendar.zone,
            week_start: time::week_start(&calendar.week),
        },
        me: ctx.user_id(),
        closed: target.sensitive.closed(ctx),
        custom: custom.into_iter().filter(|f| !f.archived).collect(),
    })
}

/// Narrows a query to what a filter of the language means.
pub(crate) async fn apply(
    ctx: &Ctx,
    target: &'static Target,
    select: &mut SelectStatement,
    text: Option<&str>,
) -> kernel::Result<()> {
    let Some(text) = text.filter(|t| !t.trim().is_empty()) else { return Ok(()) };
    let node = language::parse(text).map_err(refusal)?;
    let env = environment(ctx, target, node.names_custom()).await?;
    let (sql, values) = compile::compile(&env, &node).map_err(refusal)?;
    if !sql.is_empty() {
        select.and_where(Expr::cust_with_values(sql, values));
    }
    Ok(())
}

/// Checks a filter that is kept for later, as far as the actor may ask it.
pub(crate) async fn check(ctx: &Ctx, target: &'static Target, json: &serde_json::Value) -> kernel::Result<()> {
    if json.to_string().len() > language::LONGEST {
        return Err(refusal(vec![Fault::new("", format!("must not be longer than {} characters", language::LONGEST))]));
    }
    let node = read(json).map_err(refusal)?;
    let env = environment(ctx, target, node.names_custom()).await?;
    compile::compile(&env, &node).map(|_| ()).map_err(refusal)
}

/// All faults at once, each with its place.
pub(crate) fn refusal(faults: Vec<Fault>) -> DomainError {
    let masked = faults.iter().any(|f| f.masked);
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let message = match told.as_slice() {
        [only] => format!("filter: {only}"),
        _ => format!("{} conditions of the filter need attention.", told.len()),
    };
    let code = if masked { "field_masked" } else { "validation_failed" };
    DomainError::Invalid { code, message, fields: [("filter".to_owned(), told)].into() }
}

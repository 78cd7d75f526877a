//! `?follow_up=overdue`: by the date, in the days and weeks of the tenant.

use kernel::DomainError;
use runtime::Ctx;
use runtime::list::NEVER;
use sea_orm::sea_query::{Cond, Expr, SelectStatement};

const WORDS: &[&str] = &["overdue", "today", "week", "any", "none"];

/// Narrows a query over the table with this alias; a comma list means any of its words. The conditions
/// are on the expression that lists sort by, so that one index serves both.
pub(crate) fn narrow(ctx: &Ctx, select: &mut SelectStatement, table: &str, value: Option<&str>) -> kernel::Result<()> {
    let words: Vec<&str> = value.unwrap_or_default().split(',').map(str::trim).filter(|w| !w.is_empty()).collect();
    if words.is_empty() {
        return Ok(());
    }
    if words.iter().any(|w| !WORDS.contains(w)) {
        return Err(DomainError::field("follow_up", format!("must be one of {}", WORDS.join(", "))));
    }
    let due = format!("coalesce({table}.follow_up_at, timestamptz '{NEVER}')");
    let zone = "coalesce((select value #>> '{}' from settings where key = 'timezone'), 'UTC')";
    let now = "cast($1 as timestamptz)";
    let local = format!("({now} at time zone {zone})");
    // `date_trunc` knows weeks that begin on Monday.
    let shift = "make_interval(days => coalesce((select case value #>> '{}' when 'sunday' then 1 when 'saturday' then 2 end
        from settings where key = 'week_starts_on'), 0))";
    let day = format!("date_trunc('day', {local})");
    let week = format!("(date_trunc('week', {local} + {shift}) - {shift})");
    let between = |from: &str, length: &str| {
        format!("({due} >= {from} at time zone {zone} and {due} < ({from} + interval '{length}') at time zone {zone})")
    };
    let mut any = Cond::any();
    for word in words {
        any = any.add(match word {
            "none" => Expr::cust(format!("{table}.follow_up_at is null")),
            "any" => Expr::cust(format!("{due} < timestamptz '{NEVER}'")),
            "overdue" => Expr::cust_with_values(format!("{due} < {now}"), [ctx.now()]),
            "today" => Expr::cust_with_values(between(&day, "1 day"), [ctx.now()]),
            _ => Expr::cust_with_values(between(&week, "7 days"), [ctx.now()]),
        });
    }
    select.cond_where(any);
    Ok(())
}

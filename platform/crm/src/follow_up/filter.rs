//! `?follow_up=overdue`: the short form of the filter language's field of that name.

use kernel::DomainError;
use runtime::Ctx;
use sea_orm::sea_query::SelectStatement;
use serde_json::json;

use crate::filter::{self, FOLLOW_UPS, Target};

/// Narrows a list; a comma list means any of its words.
pub(crate) async fn narrow(
    ctx: &Ctx,
    target: &'static Target,
    select: &mut SelectStatement,
    value: Option<&str>,
) -> kernel::Result<()> {
    let words: Vec<&str> = value.unwrap_or_default().split(',').map(str::trim).filter(|w| !w.is_empty()).collect();
    if words.is_empty() {
        return Ok(());
    }
    if words.iter().any(|w| !FOLLOW_UPS.contains(w)) {
        return Err(DomainError::field("follow_up", format!("must be one of {}", FOLLOW_UPS.join(", "))));
    }
    let condition = json!({ "field": "follow_up", "op": "in", "value": words });
    filter::apply(ctx, target, select, Some(&condition.to_string())).await
}

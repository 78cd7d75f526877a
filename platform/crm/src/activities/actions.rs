//! What becomes of an activity: it is done, called off, or open again.

use kernel::DomainError;
use kernel::validate::Checker;
use runtime::audit;
use runtime::{Ctx, Rows as _};
use serde_json::json;
use uuid::Uuid;

use super::entity::Activity;
use super::input::{CancelIn, CompleteIn, moment};
use super::series;
use super::service::{any, find_for, record};

fn not_scheduled(activity: &Activity) -> DomainError {
    let message = format!("This activity is {} already.", activity.status);
    DomainError::conflict("not_scheduled", message).with(json!({ "status": activity.status }))
}

/// Completes an activity. Of a series the next one comes with it.
pub async fn complete(ctx: &Ctx, id: Uuid, input: &CompleteIn) -> kernel::Result<(Activity, Option<Activity>)> {
    let old = find_for(ctx, "activities.update", id, false).await?;
    let mut c = Checker::new();
    let outcome = c.optional("outcome", input.outcome.as_deref(), 2_000);
    let at = input.completed_at.as_deref().filter(|t| !t.is_empty()).and_then(|t| moment(&mut c, "completed_at", t));
    if at.is_some_and(|at| at > ctx.now() + chrono::TimeDelta::minutes(5)) {
        c.add("completed_at", "must not lie in the future");
    }
    c.finish()?;
    over(ctx, &old, "completed", Some(at.unwrap_or_else(|| ctx.now())), outcome, true).await
}

/// Calls an activity off. Of a series the next one comes, unless all of it is called off.
pub async fn cancel(ctx: &Ctx, id: Uuid, input: &CancelIn) -> kernel::Result<(Activity, Option<Activity>)> {
    let old = find_for(ctx, "activities.update", id, false).await?;
    let mut c = Checker::new();
    let outcome = c.optional("outcome", input.outcome.as_deref(), 2_000);
    c.finish()?;
    over(ctx, &old, "cancelled", None, outcome, !input.series.unwrap_or(false)).await
}

async fn over(
    ctx: &Ctx,
    old: &Activity,
    status: &'static str,
    at: Option<chrono::DateTime<chrono::Utc>>,
    outcome: Option<String>,
    goes_on: bool,
) -> kernel::Result<(Activity, Option<Activity>)> {
    // Of two who come at once the second waits here, and finds it done.
    let changed = ctx
        .tx()
        .run(
            "update activities set status = $2, completed_at = $3, completed_by = $4, outcome = coalesce($5, outcome), updated_at = $6,
                 version = version + 1
             where id = $1 and status = 'scheduled' and deleted_at is null",
            [
                old.id.into(),
                status.into(),
                at.into(),
                at.and(ctx.user_id()).into(),
                outcome.clone().into(),
                ctx.now().into(),
            ],
        )
        .await?;
    if changed != 1 {
        return Err(not_scheduled(&any(ctx, old.id).await?));
    }
    let mut changes = audit::diff(&json!({ "status": old.status }), &json!({ "status": status }));
    if outcome.is_some() {
        changes.extend(audit::diff(&json!({ "outcome": old.outcome }), &json!({ "outcome": outcome })));
    }
    record(ctx, &format!("activity.{status}"), old.id, changes, old.owner(), old.owner()).await?;
    // The rule may have been changed a moment ago: what counts is what was written over.
    let written = any(ctx, old.id).await?;
    let next = match series::next(&written, ctx.now()).filter(|_| goes_on) {
        Some((due, rule)) => Some(series::add(ctx, &written, due, &rule).await?),
        None => None,
    };
    if !goes_on {
        ctx.tx().run("update activities set repeats = null where id = $1", [old.id.into()]).await?;
    }
    Ok((any(ctx, old.id).await?, next))
}

/// Opens an activity again.
pub async fn reopen(ctx: &Ctx, id: Uuid) -> kernel::Result<Activity> {
    let old = find_for(ctx, "activities.update", id, false).await?;
    let changed = ctx
        .tx()
        .run(
            "update activities set status = 'scheduled', completed_at = null, completed_by = null, updated_at = $2,
                 version = version + 1, reminded = reminded or coalesce(remind_at < $2, true)
             where id = $1 and status <> 'scheduled' and deleted_at is null",
            [id.into(), ctx.now().into()],
        )
        .await?;
    if changed != 1 {
        return Err(DomainError::conflict("not_over", "This activity is open already."));
    }
    let changes = audit::diff(&json!({ "status": old.status }), &json!({ "status": "scheduled" }));
    record(ctx, "activity.reopened", id, changes, old.owner(), old.owner()).await?;
    any(ctx, id).await
}

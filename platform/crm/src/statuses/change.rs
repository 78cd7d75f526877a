//! Adding, changing and ordering statuses.

use kernel::DomainError;
use kernel::event::Event;
use kernel::validate::Checker;
use poem_openapi::types::MaybeUndefined;
use runtime::audit::{self, Change};
use runtime::{Ctx, Rows as _};
use serde_json::{Value as Json, json};
use template::{Hue, Outcome};
use uuid::Uuid;

use super::flow;
use super::http::{StatusIn, StatusPatch};
use super::service::{Status, all};
use super::undoing::{self, Before};
use crate::naming::key_from;

/// The most statuses of one kind of record.
const MOST: usize = 60;

/// Takes the lock under which a CRM's configuration changes, and reads the statuses of one kind.
pub(super) async fn locked(ctx: &Ctx, entity: &str) -> kernel::Result<Vec<Status>> {
    ctx.require("settings.manage")?;
    if !["client", "lead"].contains(&entity) {
        return Err(DomainError::not_found("Kind of record"));
    }
    ctx.lock_configuration().await?;
    Ok(all(ctx).await?.into_iter().filter(|s| s.entity == entity).collect())
}

pub(super) fn place(list: &[Status], key: &str) -> kernel::Result<usize> {
    list.iter().position(|s| s.key == key).ok_or_else(|| DomainError::not_found("Status"))
}

/// What can be said of a status, for the audit log.
pub(super) fn facts(s: &Status) -> Json {
    json!({ "label": s.label, "hue": s.hue, "closed": s.closed, "outcome": s.outcome, "is_default": s.is_default,
        "transitions": s.transitions })
}

/// Writes the audit row of a change, and tells open screens.
pub(super) async fn record(ctx: &Ctx, action: &str, entity: &str, key: &str, mut changes: Vec<Change>) -> kernel::Result<()> {
    changes.insert(0, Change { field: "status".to_owned(), old: Json::Null, new: format!("{entity}.{key}").into() });
    ctx.audit(action, "status", None, changes).await?;
    ctx.emit(Event::new("settings.changed", ctx.tenant().id, "settings.manage")).await
}

fn word<T: Copy>(c: &mut Checker, field: &str, given: &str, words: &[(&'static str, T)]) -> String {
    let given = given.trim();
    if !words.iter().any(|(word, _)| *word == given) {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        c.add(field, format!("must be one of {}", known.join(", ")));
    }
    given.to_owned()
}

/// A status that holds the rules of its own and of its list.
fn check(c: &mut Checker, list: &[Status], next: &Status) {
    let label = next.label.to_lowercase();
    if list.iter().any(|s| s.key != next.key && s.label.to_lowercase() == label) {
        c.add("label", "is the name of another status");
    }
    if !next.closed && next.outcome != "none" {
        c.add("closed", format!("must be true for a status that is {}", next.outcome));
    }
    if next.closed && next.is_default {
        c.add("closed", "must be false for the status of new records");
    }
}

/// Whether leads could still be won if this list held.
pub(super) fn must_be_winnable(list: &[Status]) -> kernel::Result<()> {
    if list.iter().any(|s| s.entity == "lead") && !list.iter().any(|s| s.outcome == "won") {
        let message = "One status of leads must be won: converted leads get it.";
        return Err(DomainError::conflict("last_won_status", message));
    }
    Ok(())
}

/// Adds a status at the end of its list.
pub(super) async fn create(ctx: &Ctx, input: &StatusIn) -> kernel::Result<Status> {
    ctx.require("settings.manage")?;
    let mut c = Checker::new();
    let entity = c.required("entity", input.entity.as_deref(), 20);
    let list = match entity.as_str() {
        "client" | "lead" => locked(ctx, &entity).await?,
        other => {
            if !other.is_empty() {
                c.add("entity", "must be client or lead");
            }
            Vec::new()
        }
    };
    let label = c.required("label", input.label.as_deref(), 40);
    let hue = c.required("hue", input.hue.as_deref(), 20);
    if !hue.is_empty() {
        word(&mut c, "hue", &hue, Hue::ALL);
    }
    let outcome = word(&mut c, "outcome", input.outcome.as_deref().unwrap_or("none"), Outcome::ALL);
    // That word is an address of its own.
    let taken: Vec<String> = list.iter().map(|s| s.key.clone()).chain(["order".to_owned()]).collect();
    let mut next = Status {
        key: key_from(&label, "status", &taken),
        position: list.iter().map(|s| s.position + 1).max().unwrap_or(0),
        is_default: false,
        closed: input.closed.unwrap_or(outcome != "none"),
        transitions: None,
        entity,
        label,
        hue,
        outcome,
    };
    next.transitions = input.transitions.as_deref().map(|given| flow::check(&mut c, &list, &next, given));
    check(&mut c, &list, &next);
    if list.len() >= MOST {
        c.add("label", format!("would be more than {MOST} statuses"));
    }
    c.finish()?;
    insert(ctx, &next).await?;
    record(ctx, "status.created", &next.entity, &next.key, audit::diff(&json!({}), &facts(&next))).await?;
    Ok(next)
}

pub(super) async fn insert(ctx: &Ctx, s: &Status) -> kernel::Result<()> {
    ctx.tx()
        .run(
            "insert into statuses (entity, key, label, hue, position, is_default, closed, outcome, transitions)
             values ($1, $2, $3, $4, $5, false, $6, $7, $8)",
            [
                s.entity.clone().into(),
                s.key.clone().into(),
                s.label.clone().into(),
                s.hue.clone().into(),
                s.position.into(),
                s.closed.into(),
                s.outcome.clone().into(),
                s.transitions.clone().into(),
            ],
        )
        .await?;
    Ok(())
}

/// Changes a status. Returns it, and how to take the change back unless there is none.
pub(super) async fn update(ctx: &Ctx, entity: &str, key: &str, patch: &StatusPatch) -> kernel::Result<(Status, Option<Uuid>)> {
    let mut list = locked(ctx, entity).await?;
    let at = place(&list, key)?;
    let old = list[at].clone();
    let mut c = Checker::new();
    let mut next = old.clone();
    if patch.label.is_some() {
        next.label = c.required("label", patch.label.as_deref(), 40);
    }
    if let Some(hue) = &patch.hue {
        next.hue = word(&mut c, "hue", hue, Hue::ALL);
    }
    if let Some(outcome) = &patch.outcome {
        next.outcome = word(&mut c, "outcome", outcome, Outcome::ALL);
        // Won and lost are always closed; nobody needs to say so.
        next.closed = next.closed || next.outcome != "none";
    }
    next.closed = patch.closed.unwrap_or(next.closed);
    next.is_default = patch.is_default.unwrap_or(next.is_default);
    next.transitions = match &patch.transitions {
        MaybeUndefined::Undefined => next.transitions,
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(given) => Some(flow::check(&mut c, &list, &old, given)),
    };
    if old.is_default && !next.is_default {
        c.add("is_default", "can't be taken away; make another status the default instead");
    }
    check(&mut c, &list, &next);
    c.finish()?;
    let changes = audit::diff(&facts(&old), &facts(&next));
    if changes.is_empty() {
        return Ok((old, None));
    }
    let default = list.iter().find(|s| s.is_default).map(|s| s.key.clone()).unwrap_or_default();
    list[at] = next.clone();
    must_be_winnable(&list)?;
    write(ctx, &next).await?;
    if next.is_default && !old.is_default {
        make_default(ctx, entity, key).await?;
    }
    record(ctx, "status.updated", entity, key, changes).await?;
    let undo_id = undoing::keep(ctx, Before::Changed { before: old, after: next.clone(), default }).await?;
    Ok((next, Some(undo_id)))
}

/// Writes everything but the key, the place and whether it is the default.
pub(super) async fn write(ctx: &Ctx, s: &Status) -> kernel::Result<()> {
    ctx.tx()
        .run(
            "update statuses set label = $3, hue = $4, closed = $5, outcome = $6, transitions = $7
             where entity = $1 and key = $2",
            [
                s.entity.clone().into(),
                s.key.clone().into(),
                s.label.clone().into(),
                s.hue.clone().into(),
                s.closed.into(),
                s.outcome.clone().into(),
                s.transitions.clone().into(),
            ],
        )
        .await?;
    Ok(())
}

/// Gives new records this status. In two steps, since there are never two defaults.
pub(super) async fn make_default(ctx: &Ctx, entity: &str, key: &str) -> kernel::Result<()> {
    ctx.tx().run("update statuses set is_default = false where entity = $1 and is_default", [entity.into()]).await?;
    ctx.tx().run("update statuses set is_default = true where entity = $1 and key = $2", [entity.into(), key.into()]).await?;
    Ok(())
}

/// Puts the statuses of one kind into an order that names each once.
pub(super) async fn order(ctx: &Ctx, entity: &str, keys: Option<&[String]>) -> kernel::Result<(Vec<Status>, Option<Uuid>)> {
    let list = locked(ctx, entity).await?;
    let keys = keys.ok_or_else(|| DomainError::field("keys", "is required"))?;
    let before: Vec<String> = list.iter().map(|s| s.key.clone()).collect();
    let sorted = |keys: &[String]| {
        let mut keys = keys.to_vec();
        keys.sort();
        keys
    };
    if sorted(keys) != sorted(&before) {
        return Err(DomainError::field("keys", format!("must name each of these once: {}", before.join(", "))));
    }
    if keys == before {
        return Ok((list, None));
    }
    set_order(ctx, entity, keys).await?;
    let change = Change { field: "order".to_owned(), old: json!(before), new: json!(keys) };
    record(ctx, "status.reordered", entity, "*", vec![change]).await?;
    let undo_id = undoing::keep(ctx, Before::Ordered { entity: entity.to_owned(), before, after: keys.to_vec() }).await?;
    let list = all(ctx).await?.into_iter().filter(|s| s.entity == entity).collect();
    Ok((list, Some(undo_id)))
}

pub(super) async fn set_order(ctx: &Ctx, entity: &str, keys: &[String]) -> kernel::Result<()> {
    ctx.tx()
        .run(
            "update statuses s set position = o.n - 1 from unnest($2::text[]) with ordinality as o (key, n)
             where s.entity = $1 and s.key = o.key",
            [entity.into(), keys.to_vec().into()],
        )
        .await?;
    Ok(())
}

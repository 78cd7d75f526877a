//! Changing the tenant's tags, and taking that back.

use access::undo::{self, changed_since};
use kernel::DomainError;
use kernel::event::Event;
use kernel::validate::Checker;
use runtime::audit::{self, Change};
use runtime::{Ctx, Rows as _};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use template::Hue;
use uuid::Uuid;

use super::http::{TagIn, TagPatch};
use super::records;
use super::service::{Tag, find};

/// The kind under which a change of tags is written down.
pub const KIND: &str = "tag";
/// The longest name.
const LONGEST: usize = 40;
/// The most records whose tag can be given back after it was deleted.
const MOST_BACK: usize = 20_000;

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "lowercase")]
enum Before {
    /// A tag had another name or colour.
    Changed { before: Tag, after: Tag },
    /// There was one more, on these records.
    Removed { tag: Tag, records: Vec<Uuid> },
}

/// Tells open screens that the list of tags changed.
pub(super) async fn tell(ctx: &Ctx, id: Uuid) -> kernel::Result<()> {
    ctx.emit(Event::new("tag.changed", id, "clients.read")).await
}

async fn locked(ctx: &Ctx) -> kernel::Result<()> {
    ctx.require("settings.manage")?;
    ctx.tx().run("select 1 from tenant_meta for update", []).await?;
    Ok(())
}

fn facts(tag: &Tag) -> Json {
    json!({ "name": tag.name, "hue": tag.hue })
}

fn hue(c: &mut Checker, given: &str) -> String {
    if !Hue::ALL.iter().any(|(word, _)| *word == given) {
        let known: Vec<&str> = Hue::ALL.iter().map(|(word, _)| *word).collect();
        c.add("hue", format!("must be one of {}", known.join(", ")));
    }
    given.to_owned()
}

async fn is_taken(ctx: &Ctx, name: &str, own: Option<Uuid>) -> kernel::Result<bool> {
    let sql = "select 1 from tags where lower(name) = lower($1) and id is distinct from $2";
    Ok(ctx.tx().scalar::<i32>(sql, [name.into(), own.into()]).await?.is_some())
}

fn taken() -> DomainError {
    DomainError::conflict_field("tag_exists", "name", "There is a tag of this name already.")
}

async fn insert(ctx: &Ctx, tag: &Tag) -> kernel::Result<()> {
    let sql = "insert into tags (id, name, hue, created_at, updated_at) values ($1, $2, $3, $4, $4)";
    let values = [tag.id.into(), tag.name.clone().into(), tag.hue.clone().into(), ctx.now().into()];
    ctx.tx().run(sql, values).await.map_err(|e| if e.is_duplicate_of("tags_by_name") { taken() } else { e.into() })?;
    Ok(())
}

/// Adds a tag; without a hue it gets one of its own.
pub async fn create(ctx: &Ctx, input: &TagIn) -> kernel::Result<Tag> {
    locked(ctx).await?;
    let mut c = Checker::new();
    let name = c.required("name", input.name.as_deref(), LONGEST);
    let given = input.hue.as_deref().map(|h| hue(&mut c, h));
    c.finish()?;
    if is_taken(ctx, &name, None).await? {
        return Err(taken());
    }
    let hue = match given {
        Some(hue) => hue,
        None => ctx.tx().scalar("select tag_hue($1)", [name.clone().into()]).await?.unwrap_or_else(|| "grey".to_owned()),
    };
    let tag = Tag { id: Uuid::now_v7(), name, hue };
    insert(ctx, &tag).await?;
    ctx.audit("tag.created", "tag", Some(tag.id), audit::diff(&json!({}), &facts(&tag))).await?;
    tell(ctx, tag.id).await?;
    Ok(tag)
}

/// Changes a tag; its records go along. Returns how many, and how to take it back, unless nothing changed.
pub async fn update(ctx: &Ctx, id: Uuid, patch: &TagPatch) -> kernel::Result<(Tag, u64, Option<Uuid>)> {
    locked(ctx).await?;
    let old = find(ctx, id).await?;
    let mut c = Checker::new();
    let mut next = old.clone();
    if patch.name.is_some() {
        next.name = c.required("name", patch.name.as_deref(), LONGEST);
    }
    if let Some(given) = &patch.hue {
        next.hue = hue(&mut c, given);
    }
    c.finish()?;
    if next == old {
        return Ok((next, 0, None));
    }
    let moved = write(ctx, &old, &next).await?;
    let undo_id = undo::record(ctx, KIND, json!(Before::Changed { before: old, after: next.clone() })).await?;
    Ok((next, moved, Some(undo_id)))
}

async fn write(ctx: &Ctx, old: &Tag, next: &Tag) -> kernel::Result<u64> {
    if is_taken(ctx, &next.name, Some(next.id)).await? {
        return Err(taken());
    }
    let sql = "update tags set name = $2, hue = $3, updated_at = $4 where id = $1";
    ctx.tx().run(sql, [next.id.into(), next.name.clone().into(), next.hue.clone().into(), ctx.now().into()]).await?;
    let moved = if next.name == old.name { 0 } else { records::rename(ctx, &old.name, &next.name).await? };
    let mut changes = audit::diff(&facts(old), &facts(next));
    if moved > 0 {
        changes.push(Change { field: "records".to_owned(), old: Json::Null, new: moved.into() });
    }
    ctx.audit("tag.updated", "tag", Some(next.id), changes).await?;
    tell(ctx, next.id).await?;
    Ok(moved)
}

/// Removes a tag from the list and from its records. Who asks says how many records that are, so that
/// nobody takes a tag off more than they know of. Returns how many, and how to take it back.
pub async fn remove(ctx: &Ctx, id: Uuid, confirmed: Option<u64>) -> kernel::Result<(u64, Option<Uuid>)> {
    locked(ctx).await?;
    let tag = find(ctx, id).await?;
    let used = records::count(ctx, &tag.name).await?;
    if used > 0 && confirmed != Some(used) {
        let message = format!("{used} records have this tag. Confirm with that number to take it off them.");
        return Err(DomainError::conflict("tag_in_use", message));
    }
    ctx.tx().run("delete from tags where id = $1", [id.into()]).await?;
    let ids = records::remove(ctx, &tag.name).await?;
    let moved = ids.len() as u64;
    let mut changes = audit::diff(&facts(&tag), &json!({}));
    changes.push(Change { field: "records".to_owned(), old: Json::Null, new: moved.into() });
    ctx.audit("tag.deleted", "tag", Some(id), changes).await?;
    tell(ctx, id).await?;
    let undo_id = if ids.len() <= MOST_BACK {
        Some(undo::record(ctx, KIND, json!(Before::Removed { tag, records: ids })).await?)
    } else {
        None
    };
    Ok((used, undo_id))
}

/// Takes a change back. Fails with `changed_since` when it no longer is as the change made it.
pub async fn undo(ctx: &Ctx, payload: &Json) -> kernel::Result<()> {
    locked(ctx).await?;
    match serde_json::from_value(payload.clone()).map_err(DomainError::internal)? {
        Before::Changed { before, after } => {
            let since = || changed_since([before.name.as_str()]);
            let now = find(ctx, after.id).await.map_err(|_| since())?;
            if now != after || is_taken(ctx, &before.name, Some(before.id)).await? {
                return Err(since());
            }
            write(ctx, &after, &before).await?;
        }
        Before::Removed { tag, records: ids } => {
            if is_taken(ctx, &tag.name, None).await? {
                return Err(changed_since([tag.name.as_str()]));
            }
            insert(ctx, &tag).await?;
            let moved = records::give_back(ctx, &tag.name, &ids).await?;
            let mut changes = audit::diff(&json!({}), &facts(&tag));
            changes.push(Change { field: "records".to_owned(), old: Json::Null, new: moved.into() });
            ctx.audit("tag.created", "tag", Some(tag.id), changes).await?;
            tell(ctx, tag.id).await?;
        }
    }
    Ok(())
}

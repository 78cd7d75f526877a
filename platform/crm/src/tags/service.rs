//! Reading tags, and using them on records.

use kernel::DomainError;
use runtime::audit::Change;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use super::records;

/// One tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromQueryResult)]
pub struct Tag {
    /// Id.
    pub id: Uuid,
    /// The word itself; records hold it.
    pub name: String,
    /// One of the eight hues.
    pub hue: String,
}

/// The most tags in one answer.
const MOST: i64 = 500;

/// Tags by name; those whose name begins with the text first.
pub async fn all(ctx: &Ctx, search: Option<&str>) -> kernel::Result<Vec<Tag>> {
    let search = search.map(str::trim).filter(|s| !s.is_empty());
    search.map(runtime::words::bounded).transpose()?;
    let sql = "select id, name, hue from tags
               where $1::text is null or position(lower($1) in lower(name)) > 0
               order by $1::text is not null and not starts_with(lower(name), lower($1)), lower(name) limit $2";
    Ok(ctx.tx().all(sql, [search.map(str::to_owned).into(), MOST.into()]).await?)
}

/// One tag.
pub async fn find(ctx: &Ctx, id: Uuid) -> kernel::Result<Tag> {
    let tag: Option<Tag> = ctx.tx().one("select id, name, hue from tags where id = $1", [id.into()]).await?;
    tag.ok_or_else(|| DomainError::not_found("Tag"))
}

/// A tag and how many records have it.
pub async fn with_use(ctx: &Ctx, id: Uuid) -> kernel::Result<(Tag, u64)> {
    ctx.require("settings.manage")?;
    let tag = find(ctx, id).await?;
    let used = records::count(ctx, &tag.name).await?;
    Ok((tag, used))
}

#[derive(FromQueryResult)]
struct Known {
    name: String,
    made: Option<Uuid>,
}

/// The names as the tenant writes them; a tag that is new is added in a colour of its own.
pub(crate) async fn ensure(ctx: &Ctx, names: Vec<String>) -> kernel::Result<Vec<String>> {
    if names.is_empty() {
        return Ok(names);
    }
    let sql = "with wanted as (select distinct on (lower(w.name)) w.name from unnest($1::text[]) with ordinality as w (name, n)
                   order by lower(w.name), w.n),
               made as (insert into tags (id, name, hue, created_at, updated_at)
                   select gen_random_uuid(), w.name, tag_hue(w.name), $2, $2 from wanted w
                   where not exists (select 1 from tags t where lower(t.name) = lower(w.name))
                   on conflict do nothing returning id, name)
               select coalesce(t.name, w.name) as name, m.id as made
               from unnest($1::text[]) with ordinality as w (name, n)
               left join tags t on lower(t.name) = lower(w.name)
               left join made m on m.name = w.name
               order by w.n";
    let known: Vec<Known> = ctx.tx().all(sql, [names.into(), ctx.now().into()]).await?;
    let mut found: Vec<String> = Vec::new();
    for tag in known {
        if let Some(id) = tag.made {
            let change = Change { field: "name".to_owned(), old: Json::Null, new: tag.name.clone().into() };
            ctx.audit("tag.created", "tag", Some(id), vec![change]).await?;
            super::change::tell(ctx, id).await?;
        }
        if !found.iter().any(|f| f.to_lowercase() == tag.name.to_lowercase()) {
            found.push(tag.name);
        }
    }
    Ok(found)
}

//! From ids to names and back.

use std::collections::HashMap;

use kernel::DomainError;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::http::{ConsoleTagOut, colour};

#[derive(FromQueryResult)]
pub(super) struct Row {
    pub id: Uuid,
    pub name: String,
    pub hue: String,
    pub created_at: chrono::DateTime<chrono::Utc>,
}

impl From<Row> for ConsoleTagOut {
    fn from(row: Row) -> Self {
        Self { id: row.id, name: row.name, color: colour(&row.hue).to_owned(), created_at: row.created_at, customer_count: None }
    }
}

/// Tags by their names.
pub async fn by_name(ctx: &Ctx, names: &[String]) -> kernel::Result<HashMap<String, ConsoleTagOut>> {
    if names.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = "select id, name, hue, created_at from tags where name = any ($1)";
    let rows: Vec<Row> = ctx.tx().all(sql, [names.to_vec().into()]).await?;
    Ok(rows.into_iter().map(|row| (row.name.clone(), row.into())).collect())
}

/// The names of tags, in the order of the ids; one that is unknown is 404.
pub async fn names(ctx: &Ctx, ids: &[Uuid]) -> kernel::Result<Vec<String>> {
    let sql = "select t.id, t.name, t.hue, t.created_at from unnest($1::uuid[]) with ordinality as w (id, n)
               join tags t on t.id = w.id order by w.n";
    let found: Vec<Row> = ctx.tx().all(sql, [ids.to_vec().into()]).await?;
    if found.len() < ids.len() {
        return Err(DomainError::not_found("Tag"));
    }
    Ok(found.into_iter().map(|tag| tag.name).collect())
}

/// A filter by `tags`, which are ids or names, and by `tag_id`: the names, all of which a record must have.
pub async fn filter(ctx: &Ctx, tags: Option<String>, tag_id: Option<String>) -> kernel::Result<Option<String>> {
    if tag_id.as_deref().is_some_and(|id| !id.is_empty() && id.parse::<Uuid>().is_err()) {
        return Err(DomainError::field("tag_id", "must be an id"));
    }
    let mut all = Vec::new();
    for word in [tags, tag_id].iter().flatten().flat_map(|list| list.split(',')).map(str::trim).filter(|w| !w.is_empty()) {
        all.push(match word.parse::<Uuid>() {
            Ok(id) => match crm::tags::find(ctx, id).await {
                Ok(tag) => tag.name,
                Err(DomainError::NotFound { .. }) => return Err(DomainError::field("tags", "names a tag that does not exist")),
                Err(error) => return Err(error),
            },
            Err(_) => {
                let sql = "select name from tags where lower(name) = lower($1)";
                ctx.tx().scalar::<String>(sql, [word.into()]).await?.unwrap_or_else(|| word.to_owned())
            }
        });
    }
    Ok(Some(all.join(",")).filter(|t| !t.is_empty()))
}

//! `/admin/tags`.

use crm::tags::{self, TagIn, TagPatch};
use kernel::DomainError;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Created, NoContent, Staff};
use runtime::{Ctx, Rows as _};
use uuid::Uuid;

use super::lookup::Row;

/// A tag.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ConsoleTagOut {
    /// Id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its colour, `#rrggbb`.
    pub color: String,
    /// How many customers have it, in the answer about one tag and for who manages tags.
    pub customer_count: Option<u64>,
    /// When it was added.
    pub created_at: chrono::DateTime<chrono::Utc>,
}

/// A tag to add or change.
#[derive(Debug, Object)]
struct ConsoleTagIn {
    /// Its name, at most 40 characters; case makes no other tag.
    name: Option<String>,
    /// `#rrggbb`, which becomes the nearest of eight hues, or one of `blue violet amber grey teal green red pink`.
    color: Option<String>,
}

/// The hues and their colours.
const HUES: &[(&str, &str)] = &[
    ("blue", "#2563eb"),
    ("violet", "#7c3aed"),
    ("amber", "#d97706"),
    ("grey", "#6b7280"),
    ("teal", "#0d9488"),
    ("green", "#16a34a"),
    ("red", "#dc2626"),
    ("pink", "#db2777"),
];

/// The colour of a hue.
pub(crate) fn colour(hue: &str) -> &'static str {
    HUES.iter().find(|(name, _)| *name == hue).map_or("#6b7280", |(_, colour)| colour)
}

fn rgb(hex: &str) -> Option<[i32; 3]> {
    let hex = hex.strip_prefix('#').filter(|h| h.len() == 6 && h.is_ascii())?;
    let part = |at: usize| i32::from_str_radix(hex.get(at..at + 2)?, 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}

/// The hue that a colour means: its own word, or the nearest.
pub(crate) fn hue(given: &str) -> kernel::Result<String> {
    let given = given.trim().to_lowercase();
    if HUES.iter().any(|(name, _)| *name == given) {
        return Ok(given);
    }
    let wanted = rgb(&given).ok_or_else(|| DomainError::field("color", "must be a colour such as #2563eb"))?;
    let far = |hex: &str| rgb(hex).map_or(i32::MAX, |c| c.iter().zip(wanted).map(|(a, b)| (a - b) * (a - b)).sum());
    let nearest = HUES.iter().min_by_key(|(_, hex)| far(hex));
    Ok(nearest.map_or("grey", |(name, _)| name).to_owned())
}

async fn one(ctx: &Ctx, id: Uuid) -> kernel::Result<ConsoleTagOut> {
    let row: Option<Row> = ctx.tx().one("select id, name, hue, created_at from tags where id = $1", [id.into()]).await?;
    row.map(Into::into).ok_or_else(|| DomainError::not_found("Tag"))
}

/// Tags.
pub struct ConsoleTagsApi;

#[OpenApi]
impl ConsoleTagsApi {
    /// List tags by name, the first 500
    #[oai(path = "/tags", method = "get", operation_id = "consoleListTags")]
    async fn list(
        &self,
        auth: Staff,
        /// A part of the name.
        search: Query<Option<String>>,
    ) -> ApiResult<Json<Vec<ConsoleTagOut>>> {
        let ctx = auth.0.read().await?;
        let found = tags::all(&ctx, search.0.as_deref()).await?;
        let names: Vec<String> = found.iter().map(|t| t.name.clone()).collect();
        let mut known = super::by_name(&ctx, &names).await?;
        Ok(Json(names.iter().filter_map(|name| known.remove(name)).collect()))
    }

    /// Read a tag
    #[oai(path = "/tags/:id", method = "get", operation_id = "consoleGetTag")]
    async fn get(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<ConsoleTagOut>> {
        let ctx = auth.0.read().await?;
        let mut out = one(&ctx, id.0).await?;
        if ctx.actor().scope("settings.manage").is_some() {
            out.customer_count = Some(tags::with_use(&ctx, id.0).await?.1);
        }
        Ok(Json(out))
    }

    /// Add a tag
    ///
    /// A name that another tag has, in whatever case: 409 `tag_exists`.
    #[oai(path = "/tags", method = "post", operation_id = "consoleCreateTag")]
    async fn create(&self, auth: Staff, body: Json<ConsoleTagIn>) -> ApiResult<Created<ConsoleTagOut>> {
        let hue = body.0.color.as_deref().map(hue).transpose()?;
        let ctx = auth.0.begin_carrying().await?;
        let tag = tags::create(&ctx, &TagIn { name: body.0.name, hue }).await?;
        let out = one(&ctx, tag.id).await?;
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }

    /// Change a tag
    #[oai(path = "/tags/:id", method = "put", operation_id = "consoleUpdateTag")]
    async fn update(&self, auth: Staff, id: Path<Uuid>, body: Json<ConsoleTagIn>) -> ApiResult<Json<ConsoleTagOut>> {
        let hue = body.0.color.as_deref().map(hue).transpose()?;
        let ctx = auth.0.begin_carrying().await?;
        tags::update(&ctx, id.0, &TagPatch { name: body.0.name, hue }).await?;
        let out = one(&ctx, id.0).await?;
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Delete a tag, from all records
    #[oai(path = "/tags/:id", method = "delete", operation_id = "consoleDeleteTag")]
    async fn delete(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<NoContent> {
        let ctx = auth.0.begin_carrying().await?;
        let (_, records) = tags::with_use(&ctx, id.0).await?;
        tags::remove(&ctx, id.0, Some(records)).await?;
        ctx.commit_reply(204, &serde_json::Value::Null).await?;
        Ok(NoContent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_the_nearest_hue() {
        for (name, hex) in HUES {
            assert_eq!(hue(hex).ok().as_deref(), Some(*name));
        }
        assert_eq!(hue("#FF0000").ok().as_deref(), Some("red"));
        assert_eq!(hue("Teal").ok().as_deref(), Some("teal"));
        for bad in ["", "#12", "blau", "#gggggg", "#ééé"] {
            assert!(hue(bad).is_err(), "{bad}");
        }
    }
}

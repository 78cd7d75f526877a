//! `/tags`.

use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Created, ListOut, Staff};
use uuid::Uuid;

use super::service::Tag;
use super::{change, service};

/// A tag.
#[derive(Debug, Clone, Object)]
pub struct TagOut {
    /// Id.
    pub id: Uuid,
    /// The word; records hold it.
    pub name: String,
    /// One of `blue violet amber grey teal green red pink`.
    pub hue: String,
}

impl From<Tag> for TagOut {
    fn from(tag: Tag) -> Self {
        Self { id: tag.id, name: tag.name, hue: tag.hue }
    }
}

/// A tag and where it is used.
#[derive(Debug, Object)]
pub struct TagUseOut {
    /// The tag.
    pub tag: TagOut,
    /// How many records have it.
    pub records: u64,
}

/// A new tag.
#[derive(Debug, Object)]
pub struct TagIn {
    /// The word, at most 40 characters; case makes no other tag. Required.
    pub name: Option<String>,
    /// One of `blue violet amber grey teal green red pink`.
    pub hue: Option<String>,
}

/// Changes of a tag; what is absent stays.
#[derive(Debug, Object)]
pub struct TagPatch {
    /// The word.
    pub name: Option<String>,
    /// One of `blue violet amber grey teal green red pink`.
    pub hue: Option<String>,
}

/// A tag was changed.
#[derive(Debug, Object)]
pub struct TagChangedOut {
    /// As it is now.
    pub tag: TagOut,
    /// Records that went along with its name.
    pub updated: u64,
    /// Takes the change back: `POST /undo/{undo_id}`. Null when nothing changed.
    #[oai(nullable)]
    pub undo_id: Option<Uuid>,
}

/// A tag is gone.
#[derive(Debug, Object)]
pub struct TagRemovedOut {
    /// Records that lost it.
    pub updated: u64,
    /// Brings it back: `POST /undo/{undo_id}`. Null where too many records had it.
    #[oai(nullable)]
    pub undo_id: Option<Uuid>,
}

/// Tags.
pub struct TagsApi;

#[OpenApi]
impl TagsApi {
    /// List tags
    ///
    /// By name, the first 500. A tag that is used on a record for the first time is added by itself.
    #[oai(path = "/tags", method = "get", operation_id = "listTags")]
    async fn list(
        &self,
        auth: Staff,
        /// A part of the name.
        search: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<TagOut>>> {
        let ctx = auth.0.read().await?;
        let tags = service::all(&ctx, search.0.as_deref()).await?;
        Ok(Json(tags.into_iter().map(TagOut::from).collect::<Vec<_>>().into()))
    }

    /// Read a tag and how many records have it
    #[oai(path = "/tags/:id", method = "get", operation_id = "getTag")]
    async fn get(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<TagUseOut>> {
        let ctx = auth.0.read().await?;
        let (tag, records) = service::with_use(&ctx, id.0).await?;
        Ok(Json(TagUseOut { tag: tag.into(), records }))
    }

    /// Add a tag
    #[oai(path = "/tags", method = "post", operation_id = "createTag")]
    async fn create(&self, auth: Staff, body: Json<TagIn>) -> ApiResult<Created<TagOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let out = TagOut::from(change::create(&ctx, &body.0).await?);
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }

    /// Change a tag
    ///
    /// A new name goes to all records that have the tag. A name that another tag has: 409 `tag_exists`.
    #[oai(path = "/tags/:id", method = "patch", operation_id = "updateTag")]
    async fn update(&self, auth: Staff, id: Path<Uuid>, body: Json<TagPatch>) -> ApiResult<Json<TagChangedOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let (tag, updated, undo_id) = change::update(&ctx, id.0, &body.0).await?;
        let out = TagChangedOut { tag: tag.into(), updated, undo_id };
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Remove a tag
    ///
    /// From the list and from all records. On a tag that is in use: 409 `tag_in_use` unless `confirm` is
    /// the number of its records.
    #[oai(path = "/tags/:id", method = "delete", operation_id = "deleteTag")]
    async fn remove(
        &self,
        auth: Staff,
        id: Path<Uuid>,
        /// How many records lose it, as `GET /tags/{id}` says.
        confirm: Query<Option<u64>>,
    ) -> ApiResult<Json<TagRemovedOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let (updated, undo_id) = change::remove(&ctx, id.0, confirm.0).await?;
        let out = TagRemovedOut { updated, undo_id };
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }
}

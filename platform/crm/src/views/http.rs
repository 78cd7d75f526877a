//! `/views`.

use std::collections::HashMap;

use kernel::DomainError;
use poem_openapi::param::{Path, Query as Parameter};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::Ctx;
use runtime::http::{ApiResult, Created, ListOut, Staff};
use uuid::Uuid;

use super::change;
use super::entity::{ENTITIES, View, WRONG, visible_to};
use super::query::{Dropped, Query, Reader};

/// What a list is asked for.
#[derive(Debug, Clone, Object)]
pub struct ViewQuery {
    /// A group of conditions, as in the list's `filter`; null for none.
    #[oai(nullable)]
    pub filter: Option<serde_json::Value>,
    /// As in the list's `sort`; null for the list's own.
    #[oai(nullable)]
    pub sort: Option<String>,
    /// The columns to show, in order; null for the usual ones.
    #[oai(nullable)]
    pub columns: Option<Vec<String>>,
    /// `comfortable` or `compact`; null for the reader's own.
    #[oai(nullable)]
    pub density: Option<String>,
}

impl From<&ViewQuery> for Query {
    fn from(q: &ViewQuery) -> Self {
        let filter = q.filter.clone().filter(|f| !f.is_null());
        let sort = q.sort.clone().filter(|s| !s.is_empty());
        Self { filter, sort, columns: q.columns.clone(), density: q.density.clone() }
    }
}

impl From<Query> for ViewQuery {
    fn from(q: Query) -> Self {
        Self { filter: q.filter, sort: q.sort, columns: q.columns, density: q.density }
    }
}

/// A part of a view that the reader goes without.
#[derive(Debug, Clone, Object)]
pub struct ViewDroppedOut {
    /// `filter`, `sort` or `columns`.
    pub part: String,
    /// The field.
    pub field: String,
    /// `masked` for the caller, `gone`, or `changed` so that it can no longer be asked like this.
    pub reason: String,
}

/// A saved view.
#[derive(Debug, Clone, Object)]
pub struct ViewOut {
    /// Id.
    pub id: Uuid,
    /// `client`, `lead`, `contact`, `opportunity` or `deal`.
    pub entity: String,
    /// Name.
    pub name: String,
    /// `own`, `team` or `all`.
    pub shared: String,
    /// Whether it opens first for the caller.
    pub default: bool,
    /// Roles for whose users it opens first, unless they chose another.
    pub default_for_roles: Vec<Uuid>,
    /// Who made it.
    #[oai(nullable)]
    pub owner_id: Option<Uuid>,
    /// Their name.
    #[oai(nullable)]
    pub owner_name: Option<String>,
    /// Whether the caller may change and delete it.
    pub editable: bool,
    /// What it asks for, as far as the caller may ask it.
    pub query: ViewQuery,
    /// What it was saved with and goes without: fields that are gone or masked for the caller.
    pub dropped: Vec<ViewDroppedOut>,
}

/// A new view.
#[derive(Debug, Object)]
pub struct ViewIn {
    /// `client`, `lead`, `contact`, `opportunity` or `deal`. Required.
    pub entity: Option<String>,
    /// Name. Required.
    pub name: Option<String>,
    /// `own` (the default), `team` or `all`.
    pub shared: Option<String>,
    /// True opens it first for the caller.
    pub default: Option<bool>,
    /// Roles for whose users it opens first; needs to share with all.
    pub default_for_roles: Option<Vec<Uuid>>,
    /// What it asks for.
    pub query: Option<ViewQuery>,
}

/// Changes of a view; what is absent stays.
#[derive(Debug, Object)]
pub struct ViewPatch {
    /// Name.
    pub name: Option<String>,
    /// `own`, `team` or `all`.
    pub shared: Option<String>,
    /// True opens it first for the caller, false leaves that to their role.
    pub default: Option<bool>,
    /// Roles for whose users it opens first; needs to share with all.
    pub default_for_roles: Option<Vec<Uuid>>,
    /// What it asks for; replaces the whole.
    pub query: Option<ViewQuery>,
}

/// An order of views.
#[derive(Debug, Object)]
pub struct ViewOrderIn {
    /// `client`, `lead`, `contact`, `opportunity` or `deal`. Required.
    pub entity: Option<String>,
    /// Views, in order; those left out come last. Required.
    pub ids: Option<Vec<Uuid>>,
}

/// A view is gone.
#[derive(Debug, Object)]
pub struct ViewRemovedOut {
    /// Brings it back: `POST /undo/{undo_id}`.
    pub undo_id: Uuid,
}

/// Views as their reader may use them.
async fn shown(ctx: &Ctx, views: Vec<View>) -> kernel::Result<Vec<ViewOut>> {
    let mut readers: HashMap<String, Reader> = HashMap::new();
    let mut found = Vec::with_capacity(views.len());
    for view in views {
        if !readers.contains_key(&view.entity) {
            readers.insert(view.entity.clone(), Reader::of(ctx, &view.entity).await?);
        }
        let Some(reader) = readers.get(&view.entity) else { continue };
        let (query, dropped) = reader.fit(&view.query);
        let editable = change::may_change(ctx, &view).is_ok();
        found.push(ViewOut {
            id: view.id,
            entity: view.entity,
            name: view.name,
            shared: view.shared,
            default: view.is_default,
            default_for_roles: view.roles,
            owner_id: view.owner_id,
            owner_name: view.owner_name,
            editable,
            query: query.into(),
            dropped: dropped.into_iter().map(ViewDroppedOut::from).collect(),
        });
    }
    Ok(found)
}

impl From<Dropped> for ViewDroppedOut {
    fn from(d: Dropped) -> Self {
        Self { part: d.part.to_owned(), field: d.field, reason: d.reason }
    }
}

async fn one(ctx: &Ctx, view: View) -> kernel::Result<ViewOut> {
    shown(ctx, vec![view]).await?.pop().ok_or_else(|| DomainError::not_found("View"))
}

/// Saved views.
pub struct ViewsApi;

#[OpenApi]
impl ViewsApi {
    /// List views
    ///
    /// The caller's own, those shared with their team or a team above it, and those shared with all, in
    /// the caller's order.
    #[oai(path = "/views", method = "get", operation_id = "listViews")]
    async fn list(
        &self,
        auth: Staff,
        /// `client`, `lead`, `contact`, `opportunity` or `deal`.
        entity: Parameter<Option<String>>,
    ) -> ApiResult<Json<ListOut<ViewOut>>> {
        let entity = entity.0.as_deref().filter(|e| !e.is_empty());
        if entity.is_some_and(|e| !ENTITIES.iter().any(|(word, _)| *word == e)) {
            return Err(DomainError::field("entity", WRONG).into());
        }
        let ctx = auth.0.read().await?;
        let views = visible_to(&ctx, entity, None).await?;
        Ok(Json(shown(&ctx, views).await?.into()))
    }

    /// Save a view
    ///
    /// Sharing needs `views.share`: with the team, or at scope all with everybody.
    #[oai(path = "/views", method = "post", operation_id = "createView")]
    async fn create(&self, auth: Staff, body: Json<ViewIn>) -> ApiResult<Created<ViewOut>> {
        let ctx = auth.0.begin().await?;
        let view = change::create(&ctx, &body.0).await?;
        let out = one(&ctx, view).await?;
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }

    /// Order views
    ///
    /// For the caller alone.
    #[oai(path = "/views/order", method = "put", operation_id = "orderViews")]
    async fn order(&self, auth: Staff, body: Json<ViewOrderIn>) -> ApiResult<Json<ListOut<ViewOut>>> {
        let ctx = auth.0.begin().await?;
        let views = change::order(&ctx, body.0.entity.as_deref(), body.0.ids.as_deref()).await?;
        let out: ListOut<ViewOut> = shown(&ctx, views).await?.into();
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Change a view
    #[oai(path = "/views/:id", method = "patch", operation_id = "updateView")]
    async fn update(&self, auth: Staff, id: Path<Uuid>, body: Json<ViewPatch>) -> ApiResult<Json<ViewOut>> {
        let ctx = auth.0.begin().await?;
        let view = change::update(&ctx, id.0, &body.0).await?;
        let out = one(&ctx, view).await?;
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Delete a view
    #[oai(path = "/views/:id", method = "delete", operation_id = "deleteView")]
    async fn remove(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<ViewRemovedOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let out = ViewRemovedOut { undo_id: change::remove(&ctx, id.0).await? };
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }
}

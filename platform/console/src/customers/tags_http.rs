//! `/admin/customers/{id}/tags`.

use crm::clients::http::ClientPatch;
use crm::clients::service;
use kernel::DomainError;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::types::MaybeUndefined;
use poem_openapi::{Object, OpenApi};
use runtime::Ctx;
use runtime::http::{ApiResult, Staff};
use uuid::Uuid;

use crate::tags::{self, ConsoleTagOut};
use crate::words::spelt;

/// Tags to put on a customer.
#[derive(Debug, Object)]
struct CustomerTagsIn {
    /// Their ids. Required.
    tag_ids: Option<Vec<Uuid>>,
}

async fn of(ctx: &Ctx, names: &[String]) -> kernel::Result<Vec<ConsoleTagOut>> {
    let mut known = tags::by_name(ctx, names).await?;
    Ok(names.iter().filter_map(|name| known.remove(name)).collect())
}

/// Puts tags on a customer and takes others off.
async fn change(ctx: &Ctx, id: Uuid, add: &[Uuid], remove: &[Uuid]) -> kernel::Result<Vec<ConsoleTagOut>> {
    let mut names = service::get(ctx, id).await.map_err(spelt)?.tags;
    let (add, remove) = (tags::names(ctx, add).await?, tags::names(ctx, remove).await?);
    names.retain(|name| !remove.contains(name));
    let new: Vec<String> = add.into_iter().filter(|name| !names.contains(name)).collect();
    names.extend(new);
    let patch = ClientPatch { tags: MaybeUndefined::Value(names), ..ClientPatch::default() };
    let client = service::update(ctx, id, &patch).await?;
    of(ctx, &client.tags).await
}

/// Tags of customers.
pub struct CustomerTagsApi;

#[OpenApi]
impl CustomerTagsApi {
    /// The tags of a customer
    #[oai(path = "/customers/:id/tags", method = "get", operation_id = "consoleCustomerTags")]
    async fn list(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<Vec<ConsoleTagOut>>> {
        let ctx = auth.0.read().await?;
        let client = service::get(&ctx, id.0).await.map_err(spelt)?;
        Ok(Json(of(&ctx, &client.tags).await?))
    }

    /// Put tags on a customer
    #[oai(path = "/customers/:id/tags", method = "post", operation_id = "consoleAddCustomerTags")]
    async fn add_all(&self, auth: Staff, id: Path<Uuid>, body: Json<CustomerTagsIn>) -> ApiResult<Json<Vec<ConsoleTagOut>>> {
        let ctx = auth.0.begin().await?;
        service::get(&ctx, id.0).await.map_err(spelt)?;
        let ids = body.0.tag_ids.ok_or_else(|| DomainError::field("tag_ids", "is required"))?;
        let out = change(&ctx, id.0, &ids, &[]).await?;
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Put a tag on a customer
    #[oai(path = "/customers/:id/tags/:tag_id", method = "post", operation_id = "consoleAddCustomerTag")]
    async fn add(&self, auth: Staff, id: Path<Uuid>, tag_id: Path<Uuid>) -> ApiResult<Json<Vec<ConsoleTagOut>>> {
        let ctx = auth.0.begin().await?;
        let out = change(&ctx, id.0, &[tag_id.0], &[]).await?;
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Take a tag off a customer
    #[oai(path = "/customers/:id/tags/:tag_id", method = "delete", operation_id = "consoleRemoveCustomerTag")]
    async fn remove(&self, auth: Staff, id: Path<Uuid>, tag_id: Path<Uuid>) -> ApiResult<Json<Vec<ConsoleTagOut>>> {
        let ctx = auth.0.begin().await?;
        let out = change(&ctx, id.0, &[], &[tag_id.0]).await?;
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }
}

//! `/api/crm/contacts`.

use access::audit::Chapter;
use crm::contacts::entity::Contact;
use crm::contacts::http::{ContactFilter, ContactOut};
use crm::contacts::service;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::Ctx;
use runtime::http::{ApiResult, Created, ListOut, NoContent, SignedIn, Staff};
use uuid::Uuid;

use super::input::{SalesContactIn, spelt};
use super::timeline::{SalesEventOut, events};
use crate::sales::envelope::{paging, sort, word};

/// A contact.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct SalesContactOut {
    /// Id.
    pub id: Uuid,
    /// First and last name.
    pub name: String,
    /// First name.
    pub first_name: String,
    /// Last name; empty if there is none.
    pub last_name: String,
    /// E-mail; masked if `masked` names it, absent if `hidden` does.
    pub email: Option<String>,
    /// Phone in E.164; masked if `masked` names it, absent if `hidden` does.
    pub phone: Option<String>,
    /// Where the person works.
    pub company: Option<String>,
    /// As what.
    pub job_title: Option<String>,
    /// `lead`, `prospect`, `customer` or `closed`.
    pub status: String,
    /// Where the contact came from.
    pub source: Option<String>,
    /// What is known of the person.
    pub notes: Option<String>,
    /// 0 to 5.
    pub rating: Option<i32>,
    /// The client whose contact it is.
    pub client_id: Option<Uuid>,
    /// The client's name, for who sees that client.
    pub client_name: Option<String>,
    /// Owner's id.
    pub assigned_to: Option<Uuid>,
    /// Owner's name.
    pub assigned_to_name: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Custom fields.
    pub custom: serde_json::Value,
    /// When it was created.
    pub created_at: chrono::DateTime<chrono::Utc>,
    /// When it was last changed.
    pub updated_at: chrono::DateTime<chrono::Utc>,
    /// Fields shown masked.
    pub masked: Vec<String>,
    /// Fields not shown.
    pub hidden: Vec<String>,
}

fn out(ctx: &Ctx, contact: Contact) -> SalesContactOut {
    let k = ContactOut::of(ctx, contact);
    SalesContactOut {
        id: k.id,
        name: k.name,
        first_name: k.first_name,
        last_name: k.last_name,
        email: k.email,
        phone: k.phone,
        company: k.company,
        job_title: k.job_title,
        status: k.status,
        source: k.source,
        notes: k.description,
        rating: k.rating,
        client_id: k.client_id,
        client_name: k.client_name,
        assigned_to: k.assigned_to,
        assigned_to_name: k.assigned_to_name,
        tags: k.tags,
        custom: k.custom,
        created_at: k.created_at,
        updated_at: k.updated_at,
        masked: k.masked,
        hidden: k.hidden,
    }
}

async fn change(auth: &SignedIn, id: Uuid, input: SalesContactIn) -> kernel::Result<SalesContactOut> {
    let ctx = auth.begin().await?;
    let old = service::get(&ctx, id).await?;
    let in_one = input.is_named_in_one();
    let patch = input.without_echo(&old).patch(&ctx).await?;
    let contact = service::update(&ctx, id, &patch).await.map_err(|e| spelt(e, in_one))?;
    let out = out(&ctx, contact);
    ctx.commit_reply(200, &out).await?;
    Ok(out)
}

/// Contacts.
pub struct SalesContactsApi;

#[OpenApi]
impl SalesContactsApi {
    /// List contacts
    ///
    /// Sorts: `created_at`, `name`, `rating`, `company`, `status`, `source`, with `-` for downwards; newest first by
    /// default.
    #[oai(path = "/contacts", method = "get", operation_id = "crmListContacts")]
    #[expect(clippy::too_many_arguments, reason = "one argument per documented query parameter")]
    async fn list(
        &self,
        auth: Staff,
        /// Words in name and company, and in e-mail and phone for those who see them in clear.
        filter: Query<Option<String>>,
        /// `lead`, `prospect`, `customer` or `closed`; a comma list is allowed.
        status: Query<Option<String>>,
        /// Sources, or `none`.
        source: Query<Option<String>>,
        /// The least rating.
        rating_min: Query<Option<String>>,
        /// Clients' ids, or `none`.
        client_id: Query<Option<String>>,
        /// Order: up to three fields, with `-` for downwards; records without a value come last.
        sort: Query<Option<String>>,
        /// Rows on a page, 20 by default, 200 at most.
        limit: Query<Option<String>>,
        /// Rows to skip, at most 100,000; not together with `page` or `cursor`.
        offset: Query<Option<String>>,
        /// 1-based page.
        page: Query<Option<String>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<SalesContactOut>>> {
        let paging = paging(page.0.as_deref(), limit.0.as_deref(), cursor.0.as_deref(), offset.0.as_deref())?;
        let order = self::sort(sort.0, &[]);
        let filter = ContactFilter {
            status: word(status.0),
            source: source.0,
            rating_min: rating_min.0,
            client_id: client_id.0,
            search: filter.0,
            ..ContactFilter::default()
        };
        let ctx = auth.0.read().await?;
        let found = service::list(&ctx, &filter, order.as_deref(), &paging).await.map_err(|e| spelt(e, false))?;
        Ok(Json(found.map(|k| out(&ctx, k)).into()))
    }

    /// Add a contact
    #[oai(path = "/contacts", method = "post", operation_id = "crmCreateContact")]
    async fn create(&self, auth: Staff, body: Json<SalesContactIn>) -> ApiResult<Created<SalesContactOut>> {
        let ctx = auth.0.begin().await?;
        ctx.require("contacts.create")?;
        let in_one = body.0.is_named_in_one();
        let input = body.0.new_contact(&ctx).await?;
        let contact = service::create(&ctx, &input).await.map_err(|e| spelt(e, in_one))?;
        let out = out(&ctx, contact);
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }

    /// Read a contact
    #[oai(path = "/contacts/:id", method = "get", operation_id = "crmGetContact")]
    async fn get(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<SalesContactOut>> {
        let ctx = auth.0.read().await?;
        let contact = service::get(&ctx, id.0).await?;
        Ok(Json(out(&ctx, contact)))
    }

    /// Change a contact: what is absent stays
    #[oai(path = "/contacts/:id", method = "put", operation_id = "crmReplaceContact")]
    async fn replace(&self, auth: Staff, id: Path<Uuid>, body: Json<SalesContactIn>) -> ApiResult<Json<SalesContactOut>> {
        Ok(Json(change(&auth.0, id.0, body.0).await?))
    }

    /// Change a contact: what is absent stays
    #[oai(path = "/contacts/:id", method = "patch", operation_id = "crmUpdateContact")]
    async fn update(&self, auth: Staff, id: Path<Uuid>, body: Json<SalesContactIn>) -> ApiResult<Json<SalesContactOut>> {
        Ok(Json(change(&auth.0, id.0, body.0).await?))
    }

    /// Delete a contact
    #[oai(path = "/contacts/:id", method = "delete", operation_id = "crmDeleteContact")]
    async fn delete(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<NoContent> {
        let ctx = auth.0.begin().await?;
        service::delete(&ctx, id.0).await?;
        ctx.commit_reply(204, &serde_json::Value::Null).await?;
        Ok(NoContent)
    }

    /// What happened about a contact, newest first
    ///
    /// Its own changes, and what the caller sees of activities, notes, calls, mails and deals about it.
    #[oai(path = "/contacts/:id/timeline", method = "get", operation_id = "crmContactTimeline")]
    async fn timeline(
        &self,
        auth: Staff,
        id: Path<Uuid>,
        /// Rows on a page, 20 by default, 200 at most.
        limit: Query<Option<String>>,
        /// Rows to skip, at most 100,000; not together with `page` or `cursor`.
        offset: Query<Option<String>>,
        /// 1-based page.
        page: Query<Option<String>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<SalesEventOut>>> {
        let paging = paging(page.0.as_deref(), limit.0.as_deref(), cursor.0.as_deref(), offset.0.as_deref())?;
        let ctx = auth.0.read().await?;
        let found = service::timeline(&ctx, id.0, Chapter::All, &paging).await?;
        Ok(Json(found.dressed(async |entries| events(&ctx, entries).await).await?.into()))
    }
}

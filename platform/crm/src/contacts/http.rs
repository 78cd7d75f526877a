//! `/contacts`.

use kernel::paging::Paging;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::MaybeUndefined;
use poem_openapi::{Object, OpenApi};
use runtime::Ctx;
use runtime::http::{ApiResult, Created, ListOut, Staff};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::entity::Contact;
use super::service;
use crate::sensitive;

/// A contact.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ContactOut {
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
    /// 0 to 5.
    pub rating: Option<i32>,
    /// What is known of the person.
    pub description: Option<String>,
    /// The client whose contact it is.
    pub client_id: Option<Uuid>,
    /// The client's name, for who sees that client.
    pub client_name: Option<String>,
    /// Whether it is the client's primary contact.
    pub is_primary: bool,
    /// Owner's id.
    pub assigned_to: Option<Uuid>,
    /// Owner's name.
    pub assigned_to_name: Option<String>,
    /// Team's id.
    pub team_id: Option<Uuid>,
    /// Team's name.
    pub team_name: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Custom fields.
    pub custom: serde_json::Value,
    /// Who created it.
    pub created_by: Option<Uuid>,
    /// When it was created.
    pub created_at: chrono::DateTime<chrono::Utc>,
    /// When it was last changed.
    pub updated_at: chrono::DateTime<chrono::Utc>,
    /// Counts changes.
    pub version: i32,
    /// Fields shown masked.
    pub masked: Vec<String>,
    /// Fields not shown.
    pub hidden: Vec<String>,
    /// When it was deleted.
    pub deleted_at: Option<chrono::DateTime<chrono::Utc>>,
}

impl ContactOut {
    /// As the actor of the context may see it.
    pub fn of(ctx: &Ctx, k: Contact) -> Self {
        let (masked, hidden) =
            sensitive::CONTACT.marks(ctx, |name| if name == "phone" { k.phone.is_some() } else { k.email.is_some() });
        Self {
            name: k.name(),
            client_id: k.seen_client(),
            id: k.id,
            first_name: k.first_name,
            last_name: k.last_name,
            email: k.email,
            phone: k.phone,
            company: k.company,
            job_title: k.job_title,
            status: k.status,
            source: k.source,
            rating: k.rating.map(i32::from),
            description: k.description,
            client_name: k.client_name,
            is_primary: k.is_primary,
            assigned_to: k.assigned_to,
            assigned_to_name: k.assigned_to_name,
            team_id: k.team_id,
            team_name: k.team_name,
            tags: k.tags,
            custom: k.custom,
            created_by: k.created_by,
            created_at: k.created_at,
            updated_at: k.updated_at,
            version: k.version,
            masked,
            hidden,
            deleted_at: k.deleted_at,
        }
    }
}

/// A new contact.
#[derive(Debug, Clone, Default, Object)]
pub struct ContactIn {
    /// First name. Required.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Phone; without a country code the tenant's default country helps.
    pub phone: Option<String>,
    /// Where the person works.
    pub company: Option<String>,
    /// As what.
    pub job_title: Option<String>,
    /// `lead` (the default), `prospect`, `customer` or `closed`.
    pub status: Option<String>,
    /// Where the contact came from.
    pub source: Option<String>,
    /// 0 to 5.
    pub rating: Option<i32>,
    /// What is known of the person.
    pub description: Option<String>,
    /// The client whose contact it is.
    pub client_id: Option<String>,
    /// True makes it the client's primary contact; the first one is that by itself.
    pub is_primary: Option<bool>,
    /// Owner's id.
    pub assigned_to: Option<String>,
    /// Tags.
    pub tags: Option<Vec<String>>,
    /// Custom fields, by key.
    pub custom: Option<serde_json::Value>,
}

/// Changes to a contact: absent leaves a field, null empties it.
#[derive(Debug, Default, Object)]
pub struct ContactPatch {
    /// First name.
    pub first_name: MaybeUndefined<String>,
    /// Last name.
    pub last_name: MaybeUndefined<String>,
    /// E-mail; refused while it is masked for the caller.
    pub email: MaybeUndefined<String>,
    /// Phone; refused while it is masked for the caller.
    pub phone: MaybeUndefined<String>,
    /// Where the person works.
    pub company: MaybeUndefined<String>,
    /// As what.
    pub job_title: MaybeUndefined<String>,
    /// `lead`, `prospect`, `customer` or `closed`.
    pub status: MaybeUndefined<String>,
    /// Where the contact came from.
    pub source: MaybeUndefined<String>,
    /// 0 to 5.
    pub rating: MaybeUndefined<i32>,
    /// What is known of the person.
    pub description: MaybeUndefined<String>,
    /// The client whose contact it is.
    pub client_id: MaybeUndefined<String>,
    /// True makes it the client's primary contact.
    pub is_primary: Option<bool>,
    /// Owner's id.
    pub assigned_to: MaybeUndefined<String>,
    /// Team's id.
    pub team_id: MaybeUndefined<String>,
    /// Tags.
    pub tags: MaybeUndefined<Vec<String>>,
    /// Custom fields by key: what is named is replaced, null removes.
    pub custom: MaybeUndefined<serde_json::Value>,
    /// The version the caller saw.
    pub version: Option<i32>,
}

/// Filters of the list.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ContactFilter {
    /// Statuses.
    pub status: Option<String>,
    /// Sources, or none.
    pub source: Option<String>,
    /// Clients, or none.
    pub client_id: Option<String>,
    /// Owners, or none.
    pub assigned_to: Option<String>,
    /// Teams, or none.
    pub team_id: Option<String>,
    /// Imports that they came with.
    pub import_id: Option<String>,
    /// Tags, all of which must be there.
    pub tag: Option<String>,
    /// The least rating.
    pub rating_min: Option<String>,
    /// First day of creation.
    pub created_from: Option<String>,
    /// Last day of creation.
    pub created_to: Option<String>,
    /// Words.
    pub search: Option<String>,
    /// A group of conditions, as JSON.
    pub filter: Option<String>,
}

/// Contacts.
pub struct ContactsApi;

#[OpenApi]
impl ContactsApi {
    /// List contacts
    ///
    /// Filters take comma-separated values. Sorts: `created_at`, `name`, `rating`, `company`, `status`, `source`, with
    /// `-` for downwards; newest first by default.
    #[oai(path = "/contacts", method = "get", operation_id = "listContacts")]
    #[expect(clippy::too_many_arguments, reason = "one argument per documented query parameter")]
    async fn list(
        &self,
        auth: Staff,
        /// `lead`, `prospect`, `customer` or `closed`.
        status: Query<Option<String>>,
        /// Sources, or `none`.
        source: Query<Option<String>>,
        /// Clients' ids, or `none`.
        client_id: Query<Option<String>>,
        /// Owners' ids, or `none`.
        assigned_to: Query<Option<String>>,
        /// Teams' ids, or `none`.
        team_id: Query<Option<String>>,
        /// Imports' ids, or `none`.
        import_id: Query<Option<String>>,
        /// Tags, all of which must be there.
        tag: Query<Option<String>>,
        /// The least rating.
        rating_min: Query<Option<String>>,
        /// First day (of the CRM's time zone) or instant of creation.
        created_from: Query<Option<String>>,
        /// Last day, or the instant before which it was created.
        created_to: Query<Option<String>>,
        /// Words in name and company, and in e-mail and phone for those who see them in clear.
        search: Query<Option<String>>,
        /// A group of conditions, as JSON, as lists of leads take it.
        filter: Query<Option<String>>,
        /// Order: up to three fields, with `-` for downwards; records without a value come last.
        sort: Query<Option<String>>,
        /// 1-based page, for shallow pages.
        page: Query<Option<String>>,
        /// Rows on a page, 20 by default, 200 at most.
        limit: Query<Option<String>>,
        /// The same as `limit`.
        page_size: Query<Option<String>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<ContactOut>>> {
        let paging = Paging::parse(page.0.as_deref(), limit.0.or(page_size.0).as_deref(), cursor.0.as_deref())?;
        let filter = ContactFilter {
            status: status.0,
            source: source.0,
            client_id: client_id.0,
            assigned_to: assigned_to.0,
            team_id: team_id.0,
            import_id: import_id.0,
            tag: tag.0,
            rating_min: rating_min.0,
            created_from: created_from.0,
            created_to: created_to.0,
            search: search.0,
            filter: filter.0,
        };
        let ctx = auth.0.read().await?;
        let found = service::list(&ctx, &filter, sort.0.as_deref(), &paging).await?;
        Ok(Json(found.map(|k| ContactOut::of(&ctx, k)).into()))
    }

    /// Add a contact
    #[oai(path = "/contacts", method = "post", operation_id = "createContact")]
    async fn create(&self, auth: Staff, body: Json<ContactIn>) -> ApiResult<Created<ContactOut>> {
        let ctx = auth.0.begin().await?;
        let contact = service::create(&ctx, &body.0).await?;
        let out = ContactOut::of(&ctx, contact);
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }

    /// Read a contact
    #[oai(path = "/contacts/:id", method = "get", operation_id = "getContact")]
    async fn get(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<ContactOut>> {
        let ctx = auth.0.read().await?;
        let contact = service::get(&ctx, id.0).await?;
        Ok(Json(ContactOut::of(&ctx, contact)))
    }

    /// Change a contact
    #[oai(path = "/contacts/:id", method = "patch", operation_id = "updateContact")]
    async fn update(&self, auth: Staff, id: Path<Uuid>, body: Json<ContactPatch>) -> ApiResult<Json<ContactOut>> {
        let ctx = auth.0.begin().await?;
        let contact = service::update(&ctx, id.0, &body.0).await?;
        let out = ContactOut::of(&ctx, contact);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Make a contact the primary one
    ///
    /// Of its client, instead of the one before. One without a client can't be that (409 `no_client`).
    #[oai(path = "/contacts/:id/primary", method = "patch", operation_id = "setPrimaryContact")]
    async fn make_primary(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<ContactOut>> {
        let ctx = auth.0.begin().await?;
        let contact = service::make_primary(&ctx, id.0).await?;
        let out = ContactOut::of(&ctx, contact);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Delete a contact
    ///
    /// It can be restored. The client's oldest other contact takes its place as the primary one.
    #[oai(path = "/contacts/:id", method = "delete", operation_id = "deleteContact")]
    async fn delete(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<ContactOut>> {
        let ctx = auth.0.begin().await?;
        let contact = service::delete(&ctx, id.0).await?;
        let out = ContactOut::of(&ctx, contact);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Restore a deleted contact
    #[oai(path = "/contacts/:id/restore", method = "post", operation_id = "restoreContact")]
    async fn restore(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<ContactOut>> {
        let ctx = auth.0.begin().await?;
        let contact = service::restore(&ctx, id.0).await?;
        let out = ContactOut::of(&ctx, contact);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// What happened to a contact
    #[oai(path = "/contacts/:id/timeline", method = "get", operation_id = "contactTimeline")]
    async fn timeline(
        &self,
        auth: Staff,
        id: Path<Uuid>,
        /// What of it: `all`, `changes`, `status`, `assignment`, `reveals`, `documents`, `activities`,
        /// `notes` or `sales`.
        kind: Query<Option<String>>,
        /// Rows on a page.
        limit: Query<Option<String>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<access::audit::AuditEntryOut>>> {
        let paging = Paging::parse(None, limit.0.as_deref(), cursor.0.as_deref())?;
        let kind = access::audit::Chapter::parse(kind.0.as_deref())?;
        let ctx = auth.0.read().await?;
        Ok(Json(service::timeline(&ctx, id.0, kind, &paging).await?.map(Into::into).into()))
    }
}

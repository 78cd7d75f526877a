//! `/admin/customers`.

use std::collections::HashMap;

use crm::clients::collisions;
use crm::clients::entity::Client;
use crm::clients::http::{ClientFilter, ClientIn, ClientPatch};
use crm::clients::service;
use kernel::DomainError;
use kernel::validate::Checker;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::MaybeUndefined;
use poem_openapi::{Object, OpenApi};
use runtime::Ctx;
use runtime::http::{ApiResult, Created, NoContent, SignedIn, Staff};
use uuid::Uuid;

use super::details::{self, Change, Details};
use crate::activities::{self, ConsoleActivityOut};
use crate::contacts::{self, ConsoleContactOut};
use crate::deals;
use crate::envelope::{either, order, paging};
use crate::statuses::{Statuses, told};
use crate::tags::{self, ConsoleTagOut};
use crate::{PageOut, naming, people, words};

/// A customer.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CustomerOut {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// E-mail; masked or absent for who may not see it.
    pub email: Option<String>,
    /// Phone in E.164; masked or absent for who may not see it.
    pub phone: Option<String>,
    /// Company.
    pub company: Option<String>,
    /// What the person is there.
    pub role: Option<String>,
    /// `lead`, `prospect`, `active`, `inactive` or `churned`.
    pub status: String,
    /// Owner's id.
    pub owner_id: Option<Uuid>,
    /// The same as `owner_id`.
    pub assigned_to: Option<Uuid>,
    /// Owner's name.
    pub owner_name: Option<String>,
    /// Whether somebody has talked to them.
    pub contacted: bool,
    /// How they want to be reached.
    pub contact_preferences: Option<serde_json::Value>,
    /// When to come back to them.
    pub follow_up_at: Option<chrono::DateTime<chrono::Utc>>,
    /// The same as `follow_up_at`.
    pub next_follow_up_at: Option<chrono::DateTime<chrono::Utc>>,
    /// What is known beyond that.
    pub notes: Option<String>,
    /// When it was created.
    pub created_at: chrono::DateTime<chrono::Utc>,
    /// When it was last changed.
    pub updated_at: chrono::DateTime<chrono::Utc>,
    /// Tags.
    pub tags: Vec<ConsoleTagOut>,
}

/// A customer with what hangs on it.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CustomerDetailOut {
    /// The customer.
    #[oai(flatten)]
    pub customer: CustomerOut,
    /// Contacts that the caller sees.
    pub contacts_count: u64,
    /// Deals that are neither won nor lost.
    pub open_deals_count: u64,
    /// Activities that are scheduled and not yet due.
    pub upcoming_activities_count: u64,
    /// The newest activities.
    pub recent_activities: Vec<ConsoleActivityOut>,
    /// The primary contact, for who sees it.
    pub primary_contact: Option<ConsoleContactOut>,
}

/// A customer to add, or all of one to replace. `owner_id` and `assigned_to` are the same, and so are
/// `follow_up_at` and `next_follow_up_at`.
#[derive(Debug, Default, Object)]
pub struct CustomerIn {
    /// First and last name. Required.
    pub name: MaybeUndefined<String>,
    /// E-mail. Required.
    pub email: MaybeUndefined<String>,
    /// Phone.
    pub phone: MaybeUndefined<String>,
    /// Company.
    pub company: MaybeUndefined<String>,
    /// What the person is there.
    pub role: MaybeUndefined<String>,
    /// `lead`, `prospect`, `active`, `inactive` or `churned`, or a status key of the tenant's own; its default if absent.
    /// One that the customer already goes by changes nothing.
    pub status: MaybeUndefined<String>,
    /// Owner's id, ours or the issuer's.
    pub owner_id: MaybeUndefined<String>,
    /// Owner's id, ours or the issuer's.
    pub assigned_to: MaybeUndefined<String>,
    /// Whether somebody has talked to them.
    pub contacted: Option<bool>,
    /// How they want to be reached: an object, a list or a text.
    pub contact_preferences: MaybeUndefined<serde_json::Value>,
    /// When to come back to them, an instant (RFC 3339).
    pub follow_up_at: MaybeUndefined<String>,
    /// When to come back to them, an instant (RFC 3339).
    pub next_follow_up_at: MaybeUndefined<String>,
    /// What is known beyond that.
    pub notes: MaybeUndefined<String>,
    /// Tags' ids; those of the customer are replaced.
    pub tag_ids: Option<Vec<Uuid>>,
}

impl CustomerIn {
    fn change(&self) -> Change {
        Change {
            company: self.company.clone(),
            role: self.role.clone(),
            contacted: self.contacted,
            contact_preferences: self.contact_preferences.clone(),
            notes: self.notes.clone(),
        }
    }

    /// What of it concerns the client. `whole`: what is absent is emptied, as PUT has it.
    async fn patch(&self, ctx: &Ctx, whole: bool) -> kernel::Result<ClientPatch> {
        let owner = people::given(ctx, [("owner_id", &self.owner_id), ("assigned_to", &self.assigned_to)]).await?;
        let mut patch = ClientPatch {
            email: self.email.clone(),
            phone: self.phone.clone(),
            status: self.status.clone(),
            assigned_to: owner,
            follow_up_at: either(&self.follow_up_at, &self.next_follow_up_at),
            ..ClientPatch::default()
        };
        match &self.name {
            MaybeUndefined::Undefined if whole => return Err(DomainError::field("name", "is required")),
            MaybeUndefined::Undefined => {}
            MaybeUndefined::Null => return Err(DomainError::field("name", "is required")),
            MaybeUndefined::Value(name) => {
                let (first, last) = naming::split(name);
                patch.first_name = MaybeUndefined::Value(first);
                patch.last_name = MaybeUndefined::Value(last);
            }
        }
        if let Some(ids) = &self.tag_ids {
            patch.tags = MaybeUndefined::Value(tags::names(ctx, ids).await?);
        }
        Ok(patch)
    }
}

/// As the console spells it.
fn spelt(error: DomainError) -> DomainError {
    match error.code() {
        "email_exists" => DomainError::conflict_field("EMAIL_EXISTS", "email", "A customer with this e-mail already exists."),
        _ => words::spelt(error).renamed(&[("first_name", "name"), ("last_name", "name")]),
    }
}

/// A status that is refused is refused in the console's words.
fn spelt_status(error: DomainError) -> DomainError {
    match spelt(error) {
        DomainError::Invalid { code, mut fields, message } if fields.contains_key("status") => {
            let message = if fields.len() == 1 { format!("status: {}", told()) } else { message };
            fields.insert("status".to_owned(), vec![told()]);
            DomainError::Invalid { code, fields, message }
        }
        other => other,
    }
}

pub(super) fn out(c: Client, details: Details, tags: &HashMap<String, ConsoleTagOut>, statuses: &Statuses) -> CustomerOut {
    CustomerOut {
        id: c.id,
        name: naming::join(&c.first_name, &c.last_name),
        email: c.email,
        phone: c.phone,
        company: details.company,
        role: details.role,
        status: statuses.word(&c.status),
        owner_id: c.assigned_to,
        assigned_to: c.assigned_to,
        owner_name: c.assigned_to_name,
        contacted: details.contacted,
        contact_preferences: details.contact_preferences,
        follow_up_at: c.follow_up_at,
        next_follow_up_at: c.follow_up_at,
        notes: details.notes,
        created_at: c.created_at,
        updated_at: c.updated_at,
        tags: c.tags.iter().filter_map(|name| tags.get(name).cloned()).collect(),
    }
}

async fn one(ctx: &Ctx, client: Client) -> kernel::Result<CustomerOut> {
    let details = details::of(ctx, &[client.id]).await?.remove(&client.id).unwrap_or_default();
    let tags = tags::by_name(ctx, &client.tags).await?;
    Ok(out(client, details, &tags, &Statuses::of(ctx).await?))
}

/// Changes a customer: the client and what stands beside it, in one commit.
async fn change(auth: &SignedIn, id: Uuid, input: &CustomerIn, whole: bool) -> kernel::Result<CustomerOut> {
    if !input.email.is_undefined() {
        collisions::may_ask(auth).await?;
    }
    let ctx = auth.begin().await?;
    // Whose fields are wrong is nobody's business who does not see the customer.
    let present = service::get(&ctx, id).await.map_err(spelt)?;
    let statuses = Statuses::of(&ctx).await?;
    let mut patch = input.patch(&ctx, whole).await?;
    if let MaybeUndefined::Value(word) = &patch.status {
        patch.status = statuses.change(&present.status, word).map_or(MaybeUndefined::Undefined, MaybeUndefined::Value);
    }
    let client = match service::update(&ctx, id, &patch).await {
        Ok(client) => client,
        Err(e) => return Err(spelt_status(collisions::counted(auth, ctx, e).await)),
    };
    let before = details::of(&ctx, &[id]).await?.remove(&id).unwrap_or_default();
    let mut c = Checker::new();
    let after = input.change().checked(if whole { Details::default() } else { before.clone() }, &mut c);
    c.finish()?;
    details::write(&ctx, id, &before, &after).await?;
    let tags = tags::by_name(&ctx, &client.tags).await?;
    let out = out(client, after, &tags, &statuses);
    ctx.commit_reply(200, &out).await?;
    Ok(out)
}

/// Customers.
pub struct CustomersApi;

#[OpenApi]
impl CustomersApi {
    /// List customers
    #[oai(path = "/customers", method = "get", operation_id = "consoleListCustomers")]
    #[expect(clippy::too_many_arguments, reason = "one argument per documented query parameter")]
    async fn list(
        &self,
        auth: Staff,
        /// `lead`, `prospect`, `active`, `inactive`, `churned`, or status keys of the tenant's own.
        status: Query<Option<String>>,
        /// Owners' ids, or `none`.
        assigned_to: Query<Option<String>>,
        /// Owners' ids, or `none`.
        owner_id: Query<Option<String>>,
        /// Tags by id or name, all of which must be there.
        tags: Query<Option<String>>,
        /// One tag's id.
        tag_id: Query<Option<String>>,
        /// First day (of the CRM's time zone) or instant of creation.
        created_from: Query<Option<String>>,
        /// Last day, or the instant before which it was created.
        created_to: Query<Option<String>>,
        /// Words in the name and the company, and in e-mail and phone for those who see them in clear.
        search: Query<Option<String>>,
        /// `created_at`, `name`, `last_activity_at` or `balance`.
        sort_by: Query<Option<String>>,
        /// `asc` or `desc`.
        sort_order: Query<Option<String>>,
        /// 1-based page.
        page: Query<Option<String>>,
        /// Rows on a page, at most 200.
        limit: Query<Option<String>>,
        /// The same as `limit`.
        page_size: Query<Option<String>>,
    ) -> ApiResult<Json<PageOut<CustomerOut>>> {
        let paging = paging(page.0.as_deref(), limit.0.as_deref(), page_size.0.as_deref())?;
        let sort = order(sort_by.0.as_deref(), sort_order.0.as_deref())?;
        let ctx = auth.0.read().await?;
        ctx.require("clients.read")?;
        let statuses = Statuses::of(&ctx).await?;
        let filter = ClientFilter {
            status: statuses.filter(status.0.as_deref())?,
            assigned_to: people::filter(&ctx, "assigned_to", [assigned_to.0, owner_id.0]).await?,
            tag: tags::filter(&ctx, tags.0, tag_id.0).await?,
            created_from: created_from.0,
            created_to: created_to.0,
            search: search.0,
            companies: true,
            ..ClientFilter::default()
        };
        let found =
            service::list(&ctx, &filter, sort.as_deref(), &paging).await.map_err(|e| spelt(e).renamed(&[("sort", "sort_by")]))?;
        let ids: Vec<Uuid> = found.data.iter().map(|c| c.id).collect();
        let names: Vec<String> = found.data.iter().flat_map(|c| c.tags.clone()).collect();
        let (mut details, tags) = (details::of(&ctx, &ids).await?, tags::by_name(&ctx, &names).await?);
        Ok(Json(found.map(|c| (details.remove(&c.id).unwrap_or_default(), c)).map(|(d, c)| out(c, d, &tags, &statuses)).into()))
    }

    /// Add a customer
    ///
    /// An e-mail that another one has: 409 `EMAIL_EXISTS`.
    #[oai(path = "/customers", method = "post", operation_id = "consoleCreateCustomer")]
    async fn create(&self, auth: Staff, body: Json<CustomerIn>) -> ApiResult<Created<CustomerOut>> {
        let (auth, body) = (&auth.0, body.0);
        collisions::may_ask(auth).await?;
        let ctx = auth.begin().await?;
        let patch = body.patch(&ctx, true).await?;
        let statuses = Statuses::of(&ctx).await?;
        let text = |value: MaybeUndefined<String>| value.take();
        let input = ClientIn {
            first_name: text(patch.first_name),
            last_name: text(patch.last_name),
            email: text(patch.email),
            phone: text(patch.phone),
            status: text(patch.status).map(|word| statuses.key(&word)),
            assigned_to: text(patch.assigned_to),
            tags: patch.tags.take(),
            follow_up_at: text(patch.follow_up_at),
            ..ClientIn::default()
        };
        let client = match service::create(&ctx, &input).await {
            Ok(client) => client,
            Err(e) => return Err(spelt_status(collisions::counted(auth, ctx, e).await).into()),
        };
        let mut c = Checker::new();
        let details = body.change().checked(Details::default(), &mut c);
        c.finish()?;
        details::write(&ctx, client.id, &Details::default(), &details).await?;
        let tags = tags::by_name(&ctx, &client.tags).await?;
        let out = out(client, details, &tags, &statuses);
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }

    /// Read a customer
    #[oai(path = "/customers/:id", method = "get", operation_id = "consoleGetCustomer")]
    async fn get(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<CustomerDetailOut>> {
        let ctx = auth.0.read().await?;
        let customer = one(&ctx, service::get(&ctx, id.0).await.map_err(spelt)?).await?;
        let contacts = contacts::of(&ctx, id.0).await?;
        Ok(Json(CustomerDetailOut {
            customer,
            contacts_count: contacts.total,
            open_deals_count: deals::open_of(&ctx, id.0).await?,
            upcoming_activities_count: activities::upcoming_of(&ctx, id.0).await?,
            recent_activities: activities::recent_of(&ctx, id.0).await?,
            primary_contact: contacts.data.into_iter().find(|contact| contact.is_primary),
        }))
    }

    /// Replace a customer
    ///
    /// What the console keeps of it beyond the client (company, role, contacted, preferences, notes) is emptied
    /// where it is absent.
    #[oai(path = "/customers/:id", method = "put", operation_id = "consoleReplaceCustomer")]
    async fn replace(&self, auth: Staff, id: Path<Uuid>, body: Json<CustomerIn>) -> ApiResult<Json<CustomerOut>> {
        Ok(Json(change(&auth.0, id.0, &body.0, true).await?))
    }

    /// Change a customer: what is absent stays
    #[oai(path = "/customers/:id", method = "patch", operation_id = "consoleUpdateCustomer")]
    async fn update(&self, auth: Staff, id: Path<Uuid>, body: Json<CustomerIn>) -> ApiResult<Json<CustomerOut>> {
        Ok(Json(change(&auth.0, id.0, &body.0, false).await?))
    }

    /// Delete a customer; it can be restored
    #[oai(path = "/customers/:id", method = "delete", operation_id = "consoleDeleteCustomer")]
    async fn delete(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<NoContent> {
        let ctx = auth.0.begin().await?;
        service::delete(&ctx, id.0).await.map_err(spelt)?;
        ctx.commit_reply(204, &serde_json::Value::Null).await?;
        Ok(NoContent)
    }

    /// Restore a deleted customer
    #[oai(path = "/customers/:id/restore", method = "post", operation_id = "consoleRestoreCustomer")]
    async fn restore(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<CustomerOut>> {
        let ctx = auth.0.begin().await?;
        let client = service::restore(&ctx, id.0).await.map_err(spelt)?;
        let out = one(&ctx, client).await?;
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }
}

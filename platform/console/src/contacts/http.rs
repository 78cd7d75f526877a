//! `/admin/contacts` and `/admin/customers/{id}/contacts`.

use crm::contacts::entity::Contact;
use crm::contacts::http::{ContactFilter, ContactIn, ContactPatch};
use crm::contacts::service;
use kernel::DomainError;
use kernel::paging::{Page, Paging};
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::types::MaybeUndefined;
use poem_openapi::{Object, OpenApi};
use runtime::Ctx;
use runtime::http::{ApiResult, Created, NoContent, Staff};
use uuid::Uuid;

use crate::envelope::either;
use crate::{naming, words};

/// The most contacts of one customer in an answer.
const MOST: &str = "200";

/// A contact.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ConsoleContactOut {
    /// Id.
    pub id: Uuid,
    /// Whose contact it is.
    pub customer_id: Option<Uuid>,
    /// First and last name.
    pub name: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail; masked or absent for who may not see it.
    pub email: Option<String>,
    /// Phone; masked or absent for who may not see it.
    pub phone: Option<String>,
    /// What the person is.
    pub title: Option<String>,
    /// The same as `title`.
    pub position: Option<String>,
    /// Whether it is the customer's primary contact.
    pub is_primary: bool,
    /// When it was created.
    pub created_at: chrono::DateTime<chrono::Utc>,
    /// When it was last changed.
    pub updated_at: chrono::DateTime<chrono::Utc>,
}

impl From<Contact> for ConsoleContactOut {
    fn from(k: Contact) -> Self {
        Self {
            id: k.id,
            customer_id: k.seen_client(),
            name: k.name(),
            first_name: k.first_name,
            last_name: k.last_name,
            email: k.email,
            phone: k.phone,
            title: k.job_title.clone(),
            position: k.job_title,
            is_primary: k.is_primary,
            created_at: k.created_at,
            updated_at: k.updated_at,
        }
    }
}

/// A contact to add or change; what is absent stays. `name` is first and last name in one; `title` and `position`
/// are the same.
#[derive(Debug, Default, Object)]
pub struct ConsoleContactIn {
    /// First and last name.
    pub name: MaybeUndefined<String>,
    /// First name.
    pub first_name: MaybeUndefined<String>,
    /// Last name.
    pub last_name: MaybeUndefined<String>,
    /// E-mail.
    pub email: MaybeUndefined<String>,
    /// Phone.
    pub phone: MaybeUndefined<String>,
    /// What the person is.
    pub title: MaybeUndefined<String>,
    /// What the person is.
    pub position: MaybeUndefined<String>,
    /// True makes it the customer's primary contact; the first one is that by itself.
    pub is_primary: Option<bool>,
}

impl ConsoleContactIn {
    fn patch(self) -> ContactPatch {
        let mut patch = ContactPatch {
            first_name: self.first_name,
            last_name: self.last_name,
            email: self.email,
            phone: self.phone,
            job_title: either(&self.title, &self.position),
            is_primary: self.is_primary,
            ..ContactPatch::default()
        };
        if let MaybeUndefined::Value(name) = &self.name {
            let (first, last) = naming::split(name);
            patch.first_name = MaybeUndefined::Value(first);
            // A contact may do with one name.
            patch.last_name = MaybeUndefined::Value(if last == naming::NONE { String::new() } else { last });
        }
        patch
    }
}

fn spelt(error: DomainError) -> DomainError {
    words::spelt(error).renamed(&[("job_title", "title")])
}

/// The contacts of a customer that the actor sees, the primary one first.
pub(crate) async fn of(ctx: &Ctx, customer: Uuid) -> kernel::Result<Page<ConsoleContactOut>> {
    let filter = ContactFilter { client_id: Some(customer.to_string()), ..ContactFilter::default() };
    let paging = Paging::parse(None, Some(MOST), None)?;
    if ctx.actor().scope("contacts.read").is_none() {
        return Ok(Page::nothing(&paging));
    }
    let mut found = service::list(ctx, &filter, None, &paging).await?.map(ConsoleContactOut::from);
    found.data.sort_by_key(|contact| !contact.is_primary);
    Ok(found)
}

/// Contacts.
pub struct ConsoleContactsApi;

#[OpenApi]
impl ConsoleContactsApi {
    /// The contacts of a customer, the primary one first
    #[oai(path = "/customers/:id/contacts", method = "get", operation_id = "consoleListContacts")]
    async fn list(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<Vec<ConsoleContactOut>>> {
        let ctx = auth.0.read().await?;
        crm::clients::service::get(&ctx, id.0).await.map_err(spelt)?;
        ctx.require("contacts.read")?;
        Ok(Json(of(&ctx, id.0).await?.data))
    }

    /// Add a contact to a customer
    #[oai(path = "/customers/:id/contacts", method = "post", operation_id = "consoleCreateContact")]
    async fn create(&self, auth: Staff, id: Path<Uuid>, body: Json<ConsoleContactIn>) -> ApiResult<Created<ConsoleContactOut>> {
        let ctx = auth.0.begin().await?;
        crm::clients::service::get(&ctx, id.0).await.map_err(spelt)?;
        let patch = body.0.patch();
        let input = ContactIn {
            first_name: patch.first_name.take(),
            last_name: patch.last_name.take(),
            email: patch.email.take(),
            phone: patch.phone.take(),
            job_title: patch.job_title.take(),
            is_primary: patch.is_primary,
            client_id: Some(id.0.to_string()),
            ..ContactIn::default()
        };
        let out = ConsoleContactOut::from(service::create(&ctx, &input).await.map_err(spelt)?);
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }

    /// Read a contact
    #[oai(path = "/contacts/:id", method = "get", operation_id = "consoleGetContact")]
    async fn get(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<ConsoleContactOut>> {
        let ctx = auth.0.read().await?;
        Ok(Json(service::get(&ctx, id.0).await?.into()))
    }

    /// Change a contact
    #[oai(path = "/contacts/:id", method = "put", operation_id = "consoleUpdateContact")]
    async fn update(&self, auth: Staff, id: Path<Uuid>, body: Json<ConsoleContactIn>) -> ApiResult<Json<ConsoleContactOut>> {
        let ctx = auth.0.begin().await?;
        let out = ConsoleContactOut::from(service::update(&ctx, id.0, &body.0.patch()).await.map_err(spelt)?);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Delete a contact
    ///
    /// Of a customer's primary contact the oldest of the others takes its place.
    #[oai(path = "/contacts/:id", method = "delete", operation_id = "consoleDeleteContact")]
    async fn delete(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<NoContent> {
        let ctx = auth.0.begin().await?;
        service::delete(&ctx, id.0).await?;
        ctx.commit_reply(204, &serde_json::Value::Null).await?;
        Ok(NoContent)
    }

    /// Make a contact the customer's primary one
    #[oai(path = "/contacts/:id/primary", method = "patch", operation_id = "consolePrimaryContact")]
    async fn primary(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<ConsoleContactOut>> {
        let ctx = auth.0.begin().await?;
        let out = ConsoleContactOut::from(service::make_primary(&ctx, id.0).await.map_err(spelt)?);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }
}

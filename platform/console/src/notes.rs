//! `/admin/notes`: what people wrote about customers, deals and activities.

use crm::notes::entity::Note;
use crm::notes::http::{NoteFilter, NoteIn, NotePatch};
use crm::notes::service;
use kernel::DomainError;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::Ctx;
use runtime::http::{ApiResult, Created, NoContent, SignedIn, Staff};
use uuid::Uuid;

use crate::PageOut;
use crate::activities::{ConsoleUserOut, NamedOut, users};
use crate::customers::{CustomerBriefOut, briefs};
use crate::envelope::paging;
use crate::words::spelt;

/// A note.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ConsoleNoteOut {
    /// Id.
    pub id: Uuid,
    /// Markdown, as it was written.
    pub content: String,
    /// The customer it is about.
    pub customer_id: Option<Uuid>,
    /// The customer, for who sees it.
    pub customer: Option<CustomerBriefOut>,
    /// The deal it is about.
    pub deal_id: Option<Uuid>,
    /// The deal, for who sees it.
    pub deal: Option<NamedOut>,
    /// The activity it is about.
    pub activity_id: Option<Uuid>,
    /// Who wrote it.
    pub author_id: Option<Uuid>,
    /// The author.
    pub author: Option<ConsoleUserOut>,
    /// Their name.
    pub author_name: String,
    /// When it was written.
    pub created_at: chrono::DateTime<chrono::Utc>,
    /// When it was last changed.
    pub updated_at: chrono::DateTime<chrono::Utc>,
}

/// A note to write. It is about one of the three.
#[derive(Debug, Default, Object)]
pub struct ConsoleNoteIn {
    /// Markdown, at most 20,000 characters. Required.
    pub content: Option<String>,
    /// The customer it is about.
    pub customer_id: Option<String>,
    /// The deal it is about.
    pub deal_id: Option<String>,
    /// The activity it is about.
    pub activity_id: Option<String>,
}

async fn all(ctx: &Ctx, notes: Vec<Note>) -> kernel::Result<Vec<ConsoleNoteOut>> {
    let customers = briefs(ctx, notes.iter().filter_map(|n| n.client_id)).await?;
    let users = users(ctx, notes.iter().filter_map(|n| n.author_id)).await?;
    let out = notes.into_iter().map(|n| ConsoleNoteOut {
        id: n.id,
        content: n.content,
        customer: n.client_id.and_then(|id| customers.get(&id).cloned()),
        customer_id: n.client_id,
        deal: n.deal_id.zip(n.deal_name).map(|(id, name)| NamedOut { id, name }),
        deal_id: n.deal_id,
        activity_id: n.activity_id,
        author: n.author_id.and_then(|id| users.get(&id).cloned()),
        author_id: n.author_id,
        author_name: n.author_name,
        created_at: n.created_at,
        updated_at: n.updated_at,
    });
    Ok(out.collect())
}

async fn one(ctx: &Ctx, note: Note) -> kernel::Result<ConsoleNoteOut> {
    let mut out = all(ctx, vec![note]).await?;
    out.pop().ok_or_else(|| DomainError::internal("a note went missing"))
}

async fn listed(ctx: &Ctx, filter: &NoteFilter, page: [Option<String>; 3]) -> kernel::Result<PageOut<ConsoleNoteOut>> {
    let [page, limit, page_size] = page;
    let paging = paging(page.as_deref(), limit.as_deref(), page_size.as_deref())?;
    let found = service::list(ctx, filter, None, &paging).await.map_err(spelt)?;
    Ok(found.dressed(async |rows| all(ctx, rows).await).await?.into())
}

async fn change(auth: &SignedIn, id: Uuid, content: Option<String>) -> kernel::Result<ConsoleNoteOut> {
    let ctx = auth.begin().await?;
    let note = service::update(&ctx, id, &NotePatch { content, ..NotePatch::default() }).await?;
    let out = one(&ctx, note).await?;
    ctx.commit_reply(200, &out).await?;
    Ok(out)
}

/// Notes.
pub struct ConsoleNotesApi;

#[OpenApi]
impl ConsoleNotesApi {
    /// The notes about a customer
    #[oai(path = "/customers/:id/notes", method = "get", operation_id = "consoleCustomerNotes")]
    async fn of_customer(
        &self,
        auth: Staff,
        id: Path<Uuid>,
        /// 1-based page.
        page: Query<Option<String>>,
        /// Rows on a page, at most 200.
        limit: Query<Option<String>>,
        /// The same as `limit`.
        page_size: Query<Option<String>>,
    ) -> ApiResult<Json<PageOut<ConsoleNoteOut>>> {
        let ctx = auth.0.read().await?;
        crm::clients::service::get(&ctx, id.0).await.map_err(spelt)?;
        let filter = NoteFilter { client_id: Some(id.0.to_string()), ..NoteFilter::default() };
        Ok(Json(listed(&ctx, &filter, [page.0, limit.0, page_size.0]).await?))
    }

    /// The notes about a deal
    #[oai(path = "/deals/:id/notes", method = "get", operation_id = "consoleDealNotes")]
    async fn of_deal(
        &self,
        auth: Staff,
        id: Path<Uuid>,
        /// 1-based page.
        page: Query<Option<String>>,
        /// Rows on a page, at most 200.
        limit: Query<Option<String>>,
        /// The same as `limit`.
        page_size: Query<Option<String>>,
    ) -> ApiResult<Json<PageOut<ConsoleNoteOut>>> {
        let ctx = auth.0.read().await?;
        crm::deals::service::get(&ctx, crm::deals::Kind::Deal, id.0).await?;
        let filter = NoteFilter { deal_id: Some(id.0.to_string()), ..NoteFilter::default() };
        Ok(Json(listed(&ctx, &filter, [page.0, limit.0, page_size.0]).await?))
    }

    /// List notes
    #[oai(path = "/notes", method = "get", operation_id = "consoleListNotes")]
    #[expect(clippy::too_many_arguments, reason = "one argument per documented query parameter")]
    async fn list(
        &self,
        auth: Staff,
        /// Customers' ids.
        customer_id: Query<Option<String>>,
        /// Deals' ids.
        deal_id: Query<Option<String>>,
        /// Activities' ids.
        activity_id: Query<Option<String>>,
        /// Words in the content.
        search: Query<Option<String>>,
        /// 1-based page.
        page: Query<Option<String>>,
        /// Rows on a page, at most 200.
        limit: Query<Option<String>>,
        /// The same as `limit`.
        page_size: Query<Option<String>>,
    ) -> ApiResult<Json<PageOut<ConsoleNoteOut>>> {
        let ctx = auth.0.read().await?;
        let filter = NoteFilter {
            client_id: customer_id.0,
            deal_id: deal_id.0,
            activity_id: activity_id.0,
            search: search.0,
            ..NoteFilter::default()
        };
        Ok(Json(listed(&ctx, &filter, [page.0, limit.0, page_size.0]).await?))
    }

    /// Write a note; its author is the caller
    #[oai(path = "/notes", method = "post", operation_id = "consoleCreateNote")]
    async fn create(&self, auth: Staff, body: Json<ConsoleNoteIn>) -> ApiResult<Created<ConsoleNoteOut>> {
        let body = body.0;
        let ctx = auth.0.begin().await?;
        let input = NoteIn {
            content: body.content,
            client_id: body.customer_id,
            deal_id: body.deal_id,
            activity_id: body.activity_id,
            ..NoteIn::default()
        };
        let note = service::create(&ctx, &input).await.map_err(spelt)?;
        let out = one(&ctx, note).await?;
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }

    /// Read a note
    #[oai(path = "/notes/:id", method = "get", operation_id = "consoleGetNote")]
    async fn get(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<ConsoleNoteOut>> {
        let ctx = auth.0.read().await?;
        let note = service::get(&ctx, id.0).await?;
        Ok(Json(one(&ctx, note).await?))
    }

    /// Change a note
    #[oai(path = "/notes/:id", method = "put", operation_id = "consoleReplaceNote")]
    async fn replace(&self, auth: Staff, id: Path<Uuid>, body: Json<ConsoleNoteIn>) -> ApiResult<Json<ConsoleNoteOut>> {
        Ok(Json(change(&auth.0, id.0, body.0.content).await?))
    }

    /// Change a note
    #[oai(path = "/notes/:id", method = "patch", operation_id = "consoleUpdateNote")]
    async fn update(&self, auth: Staff, id: Path<Uuid>, body: Json<ConsoleNoteIn>) -> ApiResult<Json<ConsoleNoteOut>> {
        Ok(Json(change(&auth.0, id.0, body.0.content).await?))
    }

    /// Delete a note
    #[oai(path = "/notes/:id", method = "delete", operation_id = "consoleDeleteNote")]
    async fn delete(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<NoContent> {
        let ctx = auth.0.begin().await?;
        service::delete(&ctx, id.0).await?;
        ctx.commit_reply(204, &serde_json::Value::Null).await?;
        Ok(NoContent)
    }
}

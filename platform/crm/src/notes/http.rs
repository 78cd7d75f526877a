//! `/notes`.

use chrono::{DateTime, Utc};
use kernel::paging::Paging;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::Ctx;
use runtime::http::{ApiResult, Created, ListOut, NoContent, Staff};
use uuid::Uuid;

use super::entity::Note;
use super::service;
use crate::related::Parent;

/// Somebody whom a note mentions.
#[derive(Debug, Clone, Object)]
pub struct MentionOut {
    /// The user.
    pub id: Uuid,
    /// Their name.
    pub name: String,
}

/// A note.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct NoteOut {
    /// Id.
    pub id: Uuid,
    /// Markdown, as it was written.
    pub content: String,
    /// The client it is about; a note is about one record.
    pub client_id: Option<Uuid>,
    /// The client's name.
    pub client_name: Option<String>,
    /// The lead it is about.
    pub lead_id: Option<Uuid>,
    /// The lead's name.
    pub lead_name: Option<String>,
    /// The contact it is about.
    pub contact_id: Option<Uuid>,
    /// The contact's name.
    pub contact_name: Option<String>,
    /// The deal it is about.
    pub deal_id: Option<Uuid>,
    /// The deal's name.
    pub deal_name: Option<String>,
    /// The opportunity it is about.
    pub opportunity_id: Option<Uuid>,
    /// The opportunity's name.
    pub opportunity_name: Option<String>,
    /// The activity it is about.
    pub activity_id: Option<Uuid>,
    /// The activity's subject.
    pub activity_name: Option<String>,
    /// Whether it stands before the others.
    pub pinned: bool,
    /// Whom it mentions.
    pub mentions: Vec<MentionOut>,
    /// Who wrote it.
    pub author_id: Option<Uuid>,
    /// Their name.
    pub author_name: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; send it with PATCH to be told of a change in between.
    pub version: i32,
    /// Whether the caller wrote it, and so may change and delete it.
    pub mine: bool,
}

impl NoteOut {
    /// As the actor of the context sees it.
    pub fn of(ctx: &Ctx, n: Note) -> Self {
        #[derive(serde::Deserialize)]
        struct Named {
            id: Uuid,
            name: String,
        }
        let named: Vec<Named> = serde_json::from_value(n.mention_names).unwrap_or_default();
        Self {
            mine: n.author_id.is_some() && n.author_id == ctx.user_id(),
            id: n.id,
            content: n.content,
            client_id: n.client_id,
            client_name: n.client_name,
            lead_id: n.lead_id,
            lead_name: n.lead_name,
            contact_id: n.contact_id,
            contact_name: n.contact_name,
            deal_id: n.deal_id,
            deal_name: n.deal_name,
            opportunity_id: n.opportunity_id,
            opportunity_name: n.opportunity_name,
            activity_id: n.activity_id,
            activity_name: n.activity_name,
            pinned: n.pinned,
            mentions: named.into_iter().map(|m| MentionOut { id: m.id, name: m.name }).collect(),
            author_id: n.author_id,
            author_name: n.author_name,
            created_at: n.created_at,
            updated_at: n.updated_at,
            version: n.version,
        }
    }
}

/// A new note. The content and one record are required.
#[derive(Debug, Clone, Default, Object)]
pub struct NoteIn {
    /// Markdown, at most 20,000 characters. Required.
    pub content: Option<String>,
    /// The client it is about.
    pub client_id: Option<String>,
    /// The lead it is about.
    pub lead_id: Option<String>,
    /// The contact it is about.
    pub contact_id: Option<String>,
    /// The deal it is about.
    pub deal_id: Option<String>,
    /// The opportunity it is about.
    pub opportunity_id: Option<String>,
    /// The activity it is about.
    pub activity_id: Option<String>,
    /// Whether it stands before the others.
    pub pinned: Option<bool>,
    /// Ids of users whom it mentions, beside those that the content names as `@[Name](id)`. They must be active
    /// and able to read it.
    pub mentions: Option<Vec<String>>,
}

type Records<'a> = [(Parent, Option<&'a str>); 6];

impl NoteIn {
    /// The records it names.
    pub fn records(&self) -> Records<'_> {
        [
            (Parent::Client, self.client_id.as_deref()),
            (Parent::Lead, self.lead_id.as_deref()),
            (Parent::Contact, self.contact_id.as_deref()),
            (Parent::Deal, self.deal_id.as_deref()),
            (Parent::Opportunity, self.opportunity_id.as_deref()),
            (Parent::Activity, self.activity_id.as_deref()),
        ]
    }
}

/// Changes to a note; what is absent stays.
#[derive(Debug, Clone, Default, Object)]
pub struct NotePatch {
    /// Markdown.
    pub content: Option<String>,
    /// Whether it stands before the others.
    pub pinned: Option<bool>,
    /// Ids of users whom it mentions beside those that the content names.
    pub mentions: Option<Vec<String>>,
    /// The version the caller saw.
    pub version: Option<i32>,
}

/// Filters of the list.
#[derive(Debug, Clone, Default)]
pub struct NoteFilter {
    /// Clients.
    pub client_id: Option<String>,
    /// Leads.
    pub lead_id: Option<String>,
    /// Contacts.
    pub contact_id: Option<String>,
    /// Deals.
    pub deal_id: Option<String>,
    /// Opportunities.
    pub opportunity_id: Option<String>,
    /// Activities.
    pub activity_id: Option<String>,
    /// The author, or me.
    pub author_id: Option<String>,
    /// Words.
    pub search: Option<String>,
}

impl NoteFilter {
    /// The records it names.
    pub fn records(&self) -> Records<'_> {
        [
            (Parent::Client, self.client_id.as_deref()),
            (Parent::Lead, self.lead_id.as_deref()),
            (Parent::Contact, self.contact_id.as_deref()),
            (Parent::Deal, self.deal_id.as_deref()),
            (Parent::Opportunity, self.opportunity_id.as_deref()),
            (Parent::Activity, self.activity_id.as_deref()),
        ]
    }
}

/// Notes.
pub struct NotesApi;

#[OpenApi]
impl NotesApi {
    /// List notes
    ///
    /// Those on records that the caller may read; of one record, the pinned ones first, then the newest. Sorts:
    /// `created_at`, `pinned`, with `-` for downwards.
    #[oai(path = "/notes", method = "get", operation_id = "listNotes")]
    #[expect(clippy::too_many_arguments, reason = "one argument per documented query parameter")]
    async fn list(
        &self,
        auth: Staff,
        /// Clients' ids.
        client_id: Query<Option<String>>,
        /// Leads' ids.
        lead_id: Query<Option<String>>,
        /// Contacts' ids.
        contact_id: Query<Option<String>>,
        /// Deals' ids.
        deal_id: Query<Option<String>>,
        /// Opportunities' ids.
        opportunity_id: Query<Option<String>>,
        /// Activities' ids.
        activity_id: Query<Option<String>>,
        /// The author's id, or `me`.
        author_id: Query<Option<String>>,
        /// Words in the content; goes with a record.
        search: Query<Option<String>>,
        /// Order.
        sort: Query<Option<String>>,
        /// 1-based page, for shallow pages.
        page: Query<Option<String>>,
        /// Rows on a page, 20 by default, 200 at most.
        limit: Query<Option<String>>,
        /// The same as `limit`.
        page_size: Query<Option<String>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<NoteOut>>> {
        let paging = Paging::parse(page.0.as_deref(), limit.0.or(page_size.0).as_deref(), cursor.0.as_deref())?;
        let filter = NoteFilter {
            client_id: client_id.0,
            lead_id: lead_id.0,
            contact_id: contact_id.0,
            deal_id: deal_id.0,
            opportunity_id: opportunity_id.0,
            activity_id: activity_id.0,
            author_id: author_id.0,
            search: search.0,
        };
        let ctx = auth.0.read().await?;
        let found = service::list(&ctx, &filter, sort.0.as_deref(), &paging).await?;
        Ok(Json(found.map(|n| NoteOut::of(&ctx, n)).into()))
    }

    /// Write a note
    #[oai(path = "/notes", method = "post", operation_id = "createNote")]
    async fn create(&self, auth: Staff, body: Json<NoteIn>) -> ApiResult<Created<NoteOut>> {
        let ctx = auth.0.begin().await?;
        let out = NoteOut::of(&ctx, service::create(&ctx, &body.0).await?);
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }

    /// List people who can be mentioned
    ///
    /// Active colleagues, by name, at most 20; for whoever may write notes. Of a note, only those who can read its
    /// record can be mentioned.
    #[oai(path = "/notes/people", method = "get", operation_id = "listPeopleToMention")]
    async fn people(
        &self,
        auth: Staff,
        /// Words of the name.
        search: Query<Option<String>>,
    ) -> ApiResult<Json<Vec<MentionOut>>> {
        let ctx = auth.0.read().await?;
        let found = service::people(&ctx, search.0.as_deref()).await?;
        Ok(Json(found.into_iter().map(|p| MentionOut { id: p.id, name: p.name }).collect()))
    }

    /// Read a note
    #[oai(path = "/notes/:id", method = "get", operation_id = "getNote")]
    async fn get(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<NoteOut>> {
        let ctx = auth.0.read().await?;
        Ok(Json(NoteOut::of(&ctx, service::get(&ctx, id.0).await?)))
    }

    /// Change a note
    ///
    /// Whoever wrote it, and who may edit notes of others.
    #[oai(path = "/notes/:id", method = "patch", operation_id = "updateNote")]
    async fn update(&self, auth: Staff, id: Path<Uuid>, body: Json<NotePatch>) -> ApiResult<Json<NoteOut>> {
        let ctx = auth.0.begin().await?;
        let out = NoteOut::of(&ctx, service::update(&ctx, id.0, &body.0).await?);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Delete a note
    ///
    /// It can be restored.
    #[oai(path = "/notes/:id", method = "delete", operation_id = "deleteNote")]
    async fn delete(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<NoContent> {
        let ctx = auth.0.begin().await?;
        service::delete(&ctx, id.0).await?;
        ctx.commit_reply(204, &serde_json::Value::Null).await?;
        Ok(NoContent)
    }

    /// Restore a deleted note
    #[oai(path = "/notes/:id/restore", method = "post", operation_id = "restoreNote")]
    async fn restore(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<NoteOut>> {
        let ctx = auth.0.begin().await?;
        let out = NoteOut::of(&ctx, service::restore(&ctx, id.0).await?);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }
}

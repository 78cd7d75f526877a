//! `/api/crm/integrations`.

use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};
use runtime::Ctx;
use runtime::http::{ApiResult, OptionalJson, SignedIn, Staff};

use super::service::{self, Source};
use super::shapes::{
    CachedDataOut, ClearIn, ClearedOut, ContactsBySourceOut, ContactsOf, DealsBySourceOut, DealsOf, FoundBySourceOut, FoundOut,
    KeptBySourceOut, KeptOut, KnownContactsOut, KnownDealsOut, LocalCountsOut, LocalOut, RefusedOut, SearchedOut,
    SourceStatusOut, StatusBySourceOut, SyncStatusOut,
};
use crate::sales::envelope::paging;

/// The fewest characters of a search.
const SHORTEST: usize = 2;
/// How many of each kind a search shows.
const SHOWN: u64 = 20;

/// An answer to a search.
#[derive(ApiResponse)]
pub enum SearchReply {
    /// What was found.
    #[oai(status = 200)]
    Found(Json<SearchedOut>),
    /// `q` is too short.
    #[oai(status = 400)]
    TooShort(Json<RefusedOut>),
}

/// An answer to the wish that another program be read.
#[derive(ApiResponse)]
pub enum SyncReply {
    /// There are no credentials for it.
    #[oai(status = 409)]
    NoCredentials(Json<RefusedOut>),
}

fn refused(code: &str, message: &str) -> Json<RefusedOut> {
    Json(RefusedOut { success: false, code: code.to_owned(), message: message.to_owned() })
}

/// Nobody can connect another program yet, so there is nothing to read with.
async fn sync(auth: &SignedIn, programs: &str) -> kernel::Result<SyncReply> {
    let ctx = auth.read().await?;
    ctx.require("contacts.create")?;
    let message = format!("There are no credentials for {programs}.");
    Ok(SyncReply::NoCredentials(refused("no_credentials", &message)))
}

async fn local(ctx: &Ctx, limit: Option<&str>) -> kernel::Result<LocalOut> {
    let reads = service::reads(ctx)?;
    let page = paging(None, limit, None, None)?;
    let contacts = if reads.contacts { service::contacts(ctx, None, &page).await?.0 } else { Vec::new() };
    let deals = if reads.deals { service::deals(ctx, None, &page).await?.0 } else { Vec::new() };
    Ok(LocalOut { contacts, deals })
}

/// Records of other programs beside the broker's own.
pub struct SalesIntegrationsApi;

#[OpenApi]
impl SalesIntegrationsApi {
    /// What is at hand of each source
    ///
    /// Of our own records the newest; all of them, page by page, are at `/integrations/contacts` and
    /// `/integrations/deals`.
    #[oai(path = "/integrations/cached-data", method = "get", operation_id = "crmCachedData")]
    async fn cached(
        &self,
        auth: Staff,
        /// `brivity`, `topproducer`, `local` or `all`.
        source: Query<Option<String>>,
        /// How many of our own of each kind, at most 200.
        limit: Query<Option<String>>,
    ) -> ApiResult<Json<CachedDataOut>> {
        let ctx = auth.0.read().await?;
        service::reads(&ctx)?;
        let source = Source::asked(source.0.as_deref())?;
        let wanted = |one: Source| source.is_none_or(|s| s == one);
        let data = KeptBySourceOut {
            brivity: wanted(Source::Brivity).then_some(KeptOut::EMPTY),
            topproducer: wanted(Source::TopProducer).then_some(KeptOut::EMPTY),
            local: if wanted(Source::Local) { Some(local(&ctx, limit.0.as_deref()).await?) } else { None },
        };
        Ok(Json(CachedDataOut { success: true, user_id: ctx.user_id(), timestamp: ctx.now(), data }))
    }

    /// Search every source
    ///
    /// The best twenty of each kind.
    #[oai(path = "/integrations/search", method = "get", operation_id = "crmSearch")]
    async fn search(
        &self,
        auth: Staff,
        /// What to look for, at least two characters.
        q: Query<Option<String>>,
        /// `contact` or `deal`, or their plural; both by default.
        #[oai(name = "type")]
        kind: Query<Option<String>>,
    ) -> ApiResult<SearchReply> {
        let ctx = auth.0.read().await?;
        let reads = service::reads(&ctx)?;
        let query = q.0.unwrap_or_default().trim().to_owned();
        if query.chars().count() < SHORTEST {
            return Ok(SearchReply::TooShort(refused("query_too_short", "Give at least two characters to look for.")));
        }
        let (kind, contacts, deals) = match kind.0.unwrap_or_default().trim().to_lowercase().as_str() {
            "" | "all" => ("all", reads.contacts, reads.deals),
            "contact" | "contacts" => ("contact", true, false),
            "deal" | "deals" => ("deal", false, true),
            _ => return Err(kernel::DomainError::field("type", "must be contact or deal").into()),
        };
        let page = service::first(SHOWN);
        let mut found: Vec<FoundOut> = Vec::new();
        let mut total = 0;
        if contacts {
            let (rows, all) = service::contacts(&ctx, Some(&query), &page).await.map_err(|e| e.renamed(&[("search", "q")]))?;
            found.extend(rows.into_iter().map(FoundOut::from));
            total += all;
        }
        if deals {
            let (rows, all) = service::deals(&ctx, Some(&query), &page).await.map_err(|e| e.renamed(&[("search", "q")]))?;
            found.extend(rows.into_iter().map(FoundOut::from));
            total += all;
        }
        let results = FoundBySourceOut { brivity: Vec::new(), topproducer: Vec::new(), local: found };
        Ok(SearchReply::Found(Json(SearchedOut { success: true, query, kind: kind.to_owned(), results, total })))
    }

    /// How the sources stand
    #[oai(path = "/integrations/sync-status", method = "get", operation_id = "crmSyncStatus")]
    async fn status(&self, auth: Staff) -> ApiResult<Json<SyncStatusOut>> {
        let ctx = auth.0.read().await?;
        let reads = service::reads(&ctx)?;
        let page = service::first(1);
        let local = LocalCountsOut {
            contact_count: if reads.contacts { service::contacts(&ctx, None, &page).await?.1 } else { 0 },
            deal_count: if reads.deals { service::deals(&ctx, None, &page).await?.1 } else { 0 },
        };
        let status = StatusBySourceOut { brivity: SourceStatusOut::IDLE, topproducer: SourceStatusOut::IDLE, local };
        Ok(Json(SyncStatusOut { success: true, timestamp: ctx.now(), status }))
    }

    /// Read every other program
    #[oai(path = "/integrations/sync-all", method = "post", operation_id = "crmSyncAll")]
    async fn sync_all(&self, auth: Staff) -> ApiResult<SyncReply> {
        Ok(sync(&auth.0, "Brivity or Top Producer").await?)
    }

    /// Read Brivity
    #[oai(path = "/integrations/sync/brivity", method = "post", operation_id = "crmSyncBrivity")]
    async fn sync_brivity(&self, auth: Staff) -> ApiResult<SyncReply> {
        Ok(sync(&auth.0, "Brivity").await?)
    }

    /// Read Top Producer
    #[oai(path = "/integrations/sync/topproducer", method = "post", operation_id = "crmSyncTopProducer")]
    async fn sync_topproducer(&self, auth: Staff) -> ApiResult<SyncReply> {
        Ok(sync(&auth.0, "Top Producer").await?)
    }

    /// Contacts of every source, page by page
    ///
    /// Newest first. `count` is over all pages.
    #[oai(path = "/integrations/contacts", method = "get", operation_id = "crmKnownContacts")]
    async fn contacts(
        &self,
        auth: Staff,
        /// `brivity`, `topproducer`, `local` or `all`.
        source: Query<Option<String>>,
        /// 1-based page.
        page: Query<Option<String>>,
        /// Rows of a source on a page, at most 200.
        limit: Query<Option<String>>,
        /// Rows to skip, instead of `page`.
        offset: Query<Option<String>>,
    ) -> ApiResult<Json<KnownContactsOut>> {
        let ctx = auth.0.read().await?;
        ctx.require("contacts.read")?;
        let source = Source::asked(source.0.as_deref())?;
        let paging = paging(page.0.as_deref(), limit.0.as_deref(), None, offset.0.as_deref())?;
        let ours = source.is_none_or(|s| s == Source::Local);
        let (local, count) = if ours { service::contacts(&ctx, None, &paging).await? } else { (Vec::new(), 0) };
        let contacts = match source {
            None => ContactsOf::All(ContactsBySourceOut { brivity: Vec::new(), topproducer: Vec::new(), local }),
            Some(_) => ContactsOf::One(local),
        };
        let source = source.map_or("all", Source::word).to_owned();
        Ok(Json(KnownContactsOut { success: true, source, contacts, count, page: paging.page, limit: paging.limit }))
    }

    /// Deals of every source, page by page
    ///
    /// Newest first. `count` is over all pages.
    #[oai(path = "/integrations/deals", method = "get", operation_id = "crmKnownDeals")]
    async fn deals(
        &self,
        auth: Staff,
        /// `brivity`, `topproducer`, `local` or `all`.
        source: Query<Option<String>>,
        /// 1-based page.
        page: Query<Option<String>>,
        /// Rows of a source on a page, at most 200.
        limit: Query<Option<String>>,
        /// Rows to skip, instead of `page`.
        offset: Query<Option<String>>,
    ) -> ApiResult<Json<KnownDealsOut>> {
        let ctx = auth.0.read().await?;
        ctx.require("deals.read")?;
        let source = Source::asked(source.0.as_deref())?;
        let paging = paging(page.0.as_deref(), limit.0.as_deref(), None, offset.0.as_deref())?;
        let ours = source.is_none_or(|s| s == Source::Local);
        let (local, count) = if ours { service::deals(&ctx, None, &paging).await? } else { (Vec::new(), 0) };
        let deals = match source {
            None => DealsOf::All(DealsBySourceOut { brivity: Vec::new(), topproducer: Vec::new(), local }),
            Some(_) => DealsOf::One(local),
        };
        let source = source.map_or("all", Source::word).to_owned();
        Ok(Json(KnownDealsOut { success: true, source, deals, count, page: paging.page, limit: paging.limit }))
    }

    /// Forget what is kept of other programs
    ///
    /// Our own records are no copies: they stay.
    #[oai(path = "/integrations/cache/clear", method = "post", operation_id = "crmClearCache")]
    async fn clear(
        &self,
        auth: Staff,
        /// `brivity` or `topproducer`; both by default. It may stand in the body as well.
        source: Query<Option<String>>,
        body: OptionalJson<ClearIn>,
    ) -> ApiResult<Json<ClearedOut>> {
        let ctx = auth.0.read().await?;
        ctx.require("contacts.create")?;
        let said = body.0.and_then(|b| b.source);
        let source = Source::kept(source.0.or(said).as_deref())?;
        let message = format!("Cache cleared for {}", source.map_or("all sources", Source::word));
        Ok(Json(ClearedOut { success: true, message, timestamp: ctx.now() }))
    }
}

//! Reading documents.

use kernel::DomainError;
use kernel::paging::{Page, Paging};
use kernel::permission::Scope;
use runtime::Ctx;
use runtime::db::Mode;
use runtime::http::SignedIn;
use runtime::list::{self, Sort};
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Order};
use uuid::Uuid;

use super::entity::{Document, SORTS, is_there, visible_to};
use super::kyc::{self, Standing};
use super::state::State;
use super::{begin, standing};
use crate::clients::entity::Client;
use crate::filter::Filters;

/// Filters of the list.
#[derive(Debug, Clone, Default)]
pub struct DocumentFilter {
    /// States.
    pub status: Option<String>,
    /// Keys of kinds.
    pub kind: Option<String>,
    /// Clients.
    pub client_id: Option<String>,
    /// The clients' owners, or none.
    pub assigned_to: Option<String>,
    /// The clients' teams, or none.
    pub team_id: Option<String>,
}

/// How far the actor sees documents with this permission, and clients.
pub(super) fn scopes(ctx: &Ctx, permission: &'static str) -> kernel::Result<(Scope, Scope)> {
    Ok((ctx.require(permission)?, ctx.require("clients.read")?))
}

/// A page of documents that are current, oldest first: the queue of whoever reviews them.
pub async fn list(
    who: &SignedIn,
    filter: &DocumentFilter,
    sort: Option<&str>,
    paging: &Paging,
) -> kernel::Result<Page<Document>> {
    let ctx = begin(who, Mode::Read).await?;
    let (documents, clients) = scopes(&ctx, "documents.read")?;
    let mut select = visible_to(&ctx, documents, clients);
    select.and_where(Expr::col((Alias::new("d"), Alias::new("superseded_by"))).is_null());
    let given = filter.status.as_deref().unwrap_or_default().split(',').map(str::trim).filter(|w| !w.is_empty());
    let unknown = given.filter(|word| !State::parse(word).is_some_and(State::is_there)).count();
    if unknown > 0 {
        let known: Vec<&str> = State::ALL.into_iter().filter(|s| s.is_there()).map(State::as_str).collect();
        return Err(DomainError::field("status", format!("must be some of {}", known.join(", "))));
    }
    let mut filters = Filters::new(&mut select, "d");
    filters.words("status", filter.status.as_deref());
    filters.words("type", filter.kind.as_deref());
    filters.ids("client_id", filter.client_id.as_deref());
    filters.finish()?;
    let mut filters = Filters::new(&mut select, "c");
    filters.ids("assigned_to", filter.assigned_to.as_deref());
    filters.ids("team_id", filter.team_id.as_deref());
    filters.finish()?;
    select.and_where(is_there());
    list::page(&ctx, "document", &select, Sort::parse(sort, SORTS)?, paging).await.map(|page| page.map(|d| trim(&ctx, d)))
}

/// Everything that a client has handed in, newest first, replaced versions among them.
pub async fn of_client(who: &SignedIn, client: Uuid) -> kernel::Result<Vec<Document>> {
    let ctx = begin(who, Mode::Read).await?;
    let (_, documents, clients) = read_client(&ctx, client, "documents.read").await?;
    let mut select = visible_to(&ctx, documents, clients);
    select.and_where(Expr::col((Alias::new("d"), Alias::new("client_id"))).eq(client)).and_where(is_there());
    select.order_by((Alias::new("d"), Alias::new("created_at")), Order::Desc).limit(500);
    let found: Vec<Document> = list::rows(&ctx, &select).await?;
    Ok(found.into_iter().map(|d| trim(&ctx, d)).collect())
}

/// Where a client stands.
#[derive(Debug)]
pub struct ClientStanding {
    /// The status that the client has.
    pub status: String,
    /// What the documents say; none if the first level requires nothing.
    pub derived: Option<Standing>,
    /// The highest level reached; 0 is none.
    pub level: i32,
    /// Each level that requires something.
    pub levels: Vec<(i32, Standing)>,
}

/// Where a client stands by its documents.
pub async fn of_client_standing(who: &SignedIn, client: Uuid) -> kernel::Result<ClientStanding> {
    let ctx = begin(who, Mode::Read).await?;
    let (client, ..) = read_client(&ctx, client, "documents.read").await?;
    let facts = standing::facts(&ctx, client.id).await?;
    Ok(ClientStanding {
        status: client.kyc_status,
        derived: kyc::derived(&facts),
        level: kyc::reached(&facts),
        levels: kyc::levels(&facts).into_iter().collect(),
    })
}

/// One document.
pub async fn get(who: &SignedIn, id: Uuid) -> kernel::Result<Document> {
    let ctx = begin(who, Mode::Read).await?;
    let (documents, clients) = scopes(&ctx, "documents.read")?;
    Ok(trim(&ctx, find(&ctx, documents, clients, id).await?))
}

/// A client whose documents the actor may use with this permission: one that can't be seen does not exist,
/// one that can is refused as such.
pub(super) async fn read_client(ctx: &Ctx, id: Uuid, permission: &'static str) -> kernel::Result<(Client, Scope, Scope)> {
    let (documents, clients) = scopes(ctx, permission)?;
    let client = crate::clients::service::get(ctx, id).await?;
    if !ctx.actor().covers(documents, client.assigned_to, client.team_id) {
        return Err(DomainError::forbidden(permission));
    }
    Ok((client, documents, clients))
}

async fn find(ctx: &Ctx, documents: Scope, clients: Scope, id: Uuid) -> kernel::Result<Document> {
    let mut select = visible_to(ctx, documents, clients);
    select.and_where(Expr::col((Alias::new("d"), Alias::new("id"))).eq(id));
    list::one(ctx, &select, "Document").await
}

/// A document that the actor may use with this permission; one that may be seen but not used so is refused
/// as such. Who may upload may see the own upload even without the right to see documents.
pub(super) async fn find_for(ctx: &Ctx, permission: &'static str, id: Uuid) -> kernel::Result<Document> {
    let scope = ctx.require(permission)?;
    let clients = ctx.require("clients.read")?;
    let seen = ctx.actor().scope("documents.read").unwrap_or(scope).max(scope);
    let document = find(ctx, seen, clients, id).await?;
    if !ctx.actor().covers(scope, document.assigned_to, document.team_id) {
        return Err(DomainError::forbidden(permission));
    }
    Ok(trim(ctx, document))
}

/// Takes away the name of the file where the contents are out of reach.
pub(super) fn trim(ctx: &Ctx, mut document: Document) -> Document {
    let opens = ctx.actor().scope("documents.view");
    if !opens.is_some_and(|scope| ctx.actor().covers(scope, document.assigned_to, document.team_id)) {
        document.filename = None;
    }
    document
}

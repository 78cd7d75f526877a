//! The two lists.

use kernel::DomainError;
use runtime::Ctx;
use runtime::list::{self, Neighbours};
use uuid::Uuid;

use crate::clients::http::ClientFilter;
use crate::contacts::http::ContactFilter;
use crate::deals::http::DealFilter;
use crate::leads::http::LeadFilter;
use crate::{clients, contacts, deals, filter, leads};

/// Of a client in the list of clients.
pub(super) async fn of_client(ctx: &Ctx, id: Uuid, filter: &ClientFilter, sort: Option<&str>) -> kernel::Result<Neighbours> {
    let mut anyone = clients::entity::visible_to(ctx, ctx.require("clients.read")?);
    anyone.and_where(clients::entity::alive());
    let mut listed = anyone.clone();
    let words = clients::service::narrow(ctx, &mut listed, filter).await?;
    let sort = filter::sort(ctx, &filter::CLIENT, clients::entity::SORTS, sort).await?;
    let found = list::neighbours(ctx, "client", &listed, &anyone, &sort, words, id).await?;
    found.ok_or_else(|| DomainError::not_found("Client"))
}

/// Of a lead in the list of leads.
pub(super) async fn of_lead(ctx: &Ctx, id: Uuid, filter: &LeadFilter, sort: Option<&str>) -> kernel::Result<Neighbours> {
    let anyone = leads::entity::visible_to(ctx, ctx.require("leads.read")?);
    let mut listed = anyone.clone();
    let words = leads::service::narrow(ctx, &mut listed, filter).await?;
    let sort = filter::sort(ctx, &filter::LEAD, leads::entity::SORTS, sort).await?;
    let found = list::neighbours(ctx, "lead", &listed, &anyone, &sort, words, id).await?;
    found.ok_or_else(|| DomainError::not_found("Lead"))
}

/// Of a contact in the list of contacts.
pub(super) async fn of_contact(ctx: &Ctx, id: Uuid, filter: &ContactFilter, sort: Option<&str>) -> kernel::Result<Neighbours> {
    let mut anyone = contacts::entity::visible_to(ctx, ctx.require("contacts.read")?);
    anyone.and_where(contacts::entity::alive());
    let mut listed = anyone.clone();
    let words = contacts::service::narrow(ctx, &mut listed, filter).await?;
    let sort = filter::sort(ctx, &filter::CONTACT, contacts::entity::SORTS, sort).await?;
    let found = list::neighbours(ctx, "contact", &listed, &anyone, &sort, words, id).await?;
    found.ok_or_else(|| DomainError::not_found("Contact"))
}

/// Of a deal or an opportunity in its list.
pub(super) async fn of_deal(
    ctx: &Ctx,
    kind: deals::Kind,
    id: Uuid,
    filter: &DealFilter,
    sort: Option<&str>,
) -> kernel::Result<Neighbours> {
    let mut anyone = deals::entity::visible_to(ctx, kind, ctx.require(kind.read())?);
    anyone.and_where(deals::entity::alive());
    let mut listed = anyone.clone();
    let words = deals::service::narrow(ctx, &mut listed, filter).await?;
    let sort = filter::sort(ctx, &filter::DEAL, deals::entity::SORTS, sort).await?;
    let found = list::neighbours(ctx, kind.word(), &listed, &anyone, &sort, words, id).await?;
    found.ok_or_else(|| DomainError::not_found(kind.title()))
}

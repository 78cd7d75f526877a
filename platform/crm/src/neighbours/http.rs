//! `/clients/{id}/neighbours`, `/leads/{id}/neighbours`.

use kernel::DomainError;
use poem::Request;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Staff};
use runtime::list::Neighbours;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::service;
use crate::deals::Kind;

/// The surroundings of a record in a list.
#[derive(Debug, Object)]
pub struct NeighboursOut {
    /// The record before it; null at the beginning.
    #[oai(nullable)]
    pub previous: Option<Uuid>,
    /// The record after it; null at the end.
    #[oai(nullable)]
    pub next: Option<Uuid>,
    /// Its 1-based place; null beyond the first thousand, and where the list does not hold it.
    #[oai(nullable)]
    pub position: Option<u64>,
    /// How many records the list has: exact up to 10,000.
    pub total: u64,
    /// Whether `total` is an estimate.
    pub total_is_estimate: bool,
}

impl From<Neighbours> for NeighboursOut {
    fn from(n: Neighbours) -> Self {
        Self { previous: n.previous, next: n.next, position: n.position, total: n.total, total_is_estimate: n.total_is_estimate }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Order {
    sort: Option<String>,
}

/// What the query of a list means. It is read as a whole: whatever the list learns to filter by, its
/// neighbours know at once.
fn list_of<F: DeserializeOwned>(req: &Request) -> kernel::Result<(F, Option<String>)> {
    let wrong = |_| DomainError::field("query", "names a parameter twice, or is no query of a list");
    let filter = req.params::<F>().map_err(wrong)?;
    Ok((filter, req.params::<Order>().map_err(wrong)?.sort))
}

/// Neighbours.
pub struct NeighboursApi;

#[OpenApi]
impl NeighboursApi {
    /// Find a client's neighbours in a list
    ///
    /// Takes the filters and the sort of `GET /clients`: the record before and after this one there. A
    /// client that the list does not hold has those between which it would stand.
    #[oai(path = "/clients/:id/neighbours", method = "get", operation_id = "clientNeighbours")]
    async fn of_client(&self, auth: Staff, req: &Request, id: Path<Uuid>) -> ApiResult<Json<NeighboursOut>> {
        let (filter, sort) = list_of(req)?;
        let ctx = auth.0.read().await?;
        Ok(Json(service::of_client(&ctx, id.0, &filter, sort.as_deref()).await?.into()))
    }

    /// Find a lead's neighbours in a list
    ///
    /// Takes the filters and the sort of `GET /leads`: the record before and after this one there. A lead
    /// that the list does not hold has those between which it would stand.
    #[oai(path = "/leads/:id/neighbours", method = "get", operation_id = "leadNeighbours")]
    async fn of_lead(&self, auth: Staff, req: &Request, id: Path<Uuid>) -> ApiResult<Json<NeighboursOut>> {
        let (filter, sort) = list_of(req)?;
        let ctx = auth.0.read().await?;
        Ok(Json(service::of_lead(&ctx, id.0, &filter, sort.as_deref()).await?.into()))
    }

    /// Find a contact's neighbours in a list
    ///
    /// Takes the filters and the sort of `GET /contacts`: the record before and after this one there.
    #[oai(path = "/contacts/:id/neighbours", method = "get", operation_id = "contactNeighbours")]
    async fn of_contact(&self, auth: Staff, req: &Request, id: Path<Uuid>) -> ApiResult<Json<NeighboursOut>> {
        let (filter, sort) = list_of(req)?;
        let ctx = auth.0.read().await?;
        Ok(Json(service::of_contact(&ctx, id.0, &filter, sort.as_deref()).await?.into()))
    }

    /// Find a deal's neighbours in a list
    ///
    /// Takes the filters and the sort of `GET /deals`: the record before and after this one there.
    #[oai(path = "/deals/:id/neighbours", method = "get", operation_id = "dealNeighbours")]
    async fn of_deal(&self, auth: Staff, req: &Request, id: Path<Uuid>) -> ApiResult<Json<NeighboursOut>> {
        let (filter, sort) = list_of(req)?;
        let ctx = auth.0.read().await?;
        Ok(Json(service::of_deal(&ctx, Kind::Deal, id.0, &filter, sort.as_deref()).await?.into()))
    }

    /// Find an opportunity's neighbours in a list
    ///
    /// Takes the filters and the sort of `GET /opportunities`: the record before and after this one there.
    #[oai(path = "/opportunities/:id/neighbours", method = "get", operation_id = "opportunityNeighbours")]
    async fn of_opportunity(&self, auth: Staff, req: &Request, id: Path<Uuid>) -> ApiResult<Json<NeighboursOut>> {
        let (filter, sort) = list_of(req)?;
        let ctx = auth.0.read().await?;
        Ok(Json(service::of_deal(&ctx, Kind::Opportunity, id.0, &filter, sort.as_deref()).await?.into()))
    }
}

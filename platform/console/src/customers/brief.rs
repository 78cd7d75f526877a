//! Customers as other records name them.

use std::collections::{HashMap, HashSet};

use crm::clients::entity::{Client, alive, visible_to};
use poem_openapi::Object;
use runtime::{Ctx, list};
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _};
use uuid::Uuid;

use super::details;
use crate::naming;

/// A customer in short.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CustomerBriefOut {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// E-mail; masked or absent for who may not see it.
    pub email: Option<String>,
    /// Company.
    pub company: Option<String>,
}

/// Of these customers those that the actor sees.
pub async fn briefs(ctx: &Ctx, ids: impl IntoIterator<Item = Uuid>) -> kernel::Result<HashMap<Uuid, CustomerBriefOut>> {
    let ids: Vec<Uuid> = ids.into_iter().collect::<HashSet<_>>().into_iter().collect();
    let Some(scope) = ctx.actor().scope("clients.read").filter(|_| !ids.is_empty()) else { return Ok(HashMap::new()) };
    let mut select = visible_to(ctx, scope);
    select.and_where(alive()).and_where(Expr::col((Alias::new("c"), Alias::new("id"))).is_in(ids.clone()));
    let clients: Vec<Client> = list::rows(ctx, &select).await?;
    let mut details = details::of(ctx, &ids).await?;
    let all = clients.into_iter().map(|c| {
        let company = details.remove(&c.id).and_then(|d| d.company);
        let name = naming::join(&c.first_name, &c.last_name);
        (c.id, CustomerBriefOut { id: c.id, name, email: c.email, company })
    });
    Ok(all.collect())
}

//! Rows of `views`, and the only way to read them.

use chrono::{DateTime, Utc};
use kernel::DomainError;
use runtime::teams::TeamTree;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

/// A saved view.
#[derive(Debug, Clone, FromQueryResult, Serialize, Deserialize)]
pub struct View {
    /// Id.
    pub id: Uuid,
    /// One of [`ENTITIES`].
    pub entity: String,
    /// Name.
    pub name: String,
    /// `own`, `team` or `all`.
    pub shared: String,
    /// Who made it.
    pub owner_id: Option<Uuid>,
    /// Their name.
    pub owner_name: Option<String>,
    /// The team it is shared with.
    pub team_id: Option<Uuid>,
    /// What it asks for, as it was saved.
    pub query: Json,
    /// Whether it opens first for the actor.
    pub is_default: bool,
    /// Roles for whose users it opens first.
    pub roles: Vec<Uuid>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// The kinds of record that have views, and what it takes to read them.
pub(super) const ENTITIES: &[(&str, &str)] = &[
    ("client", "clients.read"),
    ("lead", "leads.read"),
    ("contact", "contacts.read"),
    ("opportunity", "opportunities.read"),
    ("deal", "deals.read"),
];

/// What is said to a word that is none of these.
pub(super) const WRONG: &str = "must be client, lead, contact, opportunity or deal";

/// Teams whose views the actor is meant to see: their own, those they lead, and all above.
async fn teams(ctx: &Ctx) -> kernel::Result<Vec<Uuid>> {
    let tree = TeamTree::load(ctx.tx()).await?;
    let own = ctx.actor().team.as_ref().map(|(id, _)| id.0);
    let led = ctx.user_id().map(|user| tree.led_by(user).to_vec()).unwrap_or_default();
    let mut found: Vec<Uuid> = own.into_iter().chain(led).flat_map(|team| tree.upwards(team)).collect();
    found.sort();
    found.dedup();
    Ok(found)
}

/// The views that the actor may open, in the actor's order.
pub(super) async fn visible_to(ctx: &Ctx, entity: Option<&str>, id: Option<Uuid>) -> kernel::Result<Vec<View>> {
    let readable: Vec<String> = ENTITIES
        .iter()
        .filter(|(word, permission)| ctx.actor().scope(permission).is_some() && entity.is_none_or(|e| e == *word))
        .map(|(word, _)| (*word).to_owned())
        .collect();
    let sql = "select v.id, v.entity, v.name, v.shared, v.owner_id, u.name as owner_name, v.team_id, v.query, v.created_at,
                   v.updated_at, coalesce(v.id = coalesce(ch.default_id, rd.view_id), false) as is_default,
                   array(select d.role_id from view_role_defaults d where d.view_id = v.id order by d.role_id) as roles
               from views v
               left join users u on u.id = v.owner_id
               left join view_choices ch on ch.user_id = $1 and ch.entity = v.entity
               left join view_role_defaults rd on rd.role_id = $2 and rd.entity = v.entity
               where v.entity = any($3) and ($4::uuid is null or v.id = $4)
                 and (v.owner_id = $1 or v.shared = 'all' or (v.shared = 'team' and v.team_id = any($5)))
               order by v.entity, array_position(ch.ids, v.id) nulls last, v.created_at, v.id";
    let role = ctx.actor().role.as_ref().map(|(id, _)| id.0);
    let values = [ctx.user_id().into(), role.into(), readable.into(), id.into(), teams(ctx).await?.into()];
    Ok(ctx.tx().all(sql, values).await?)
}

/// A view that the actor may open.
pub(super) async fn find(ctx: &Ctx, id: Uuid) -> kernel::Result<View> {
    visible_to(ctx, None, Some(id)).await?.into_iter().next().ok_or_else(|| DomainError::not_found("View"))
}

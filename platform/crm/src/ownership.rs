//! Who a record belongs to: a user and, with them, their team. Clients and leads share these rules.

use kernel::DomainError;
use kernel::permission::Scope;
use poem_openapi::types::MaybeUndefined;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// An owner and the team that comes with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ownership {
    /// The user a record is assigned to.
    pub user: Option<Uuid>,
    /// The team a record belongs to.
    pub team: Option<Uuid>,
}

#[derive(FromQueryResult)]
struct Assignee {
    team_id: Option<Uuid>,
}

/// What the caller asks for.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// `Some(None)` takes the record away from everybody.
    pub user: Option<Option<Uuid>>,
    /// `Some(None)` takes the record out of every team.
    pub team: Option<Option<Uuid>>,
}

impl Wish {
    /// Reads a request's fields: absent leaves, null takes away, an id gives.
    pub fn read(user: &MaybeUndefined<String>, team: &MaybeUndefined<String>) -> kernel::Result<Self> {
        let id = |field: &str, value: &MaybeUndefined<String>| match value {
            MaybeUndefined::Undefined => Ok(None),
            MaybeUndefined::Null => Ok(Some(None)),
            MaybeUndefined::Value(text) => parse_id(field, Some(text)).map(Some),
        };
        Ok(Self { user: id("assigned_to", user)?, team: id("team_id", team)? })
    }
}

/// An id as text; an empty one counts as absent.
pub fn parse_id(field: &str, value: Option<&str>) -> kernel::Result<Option<Uuid>> {
    value.filter(|v| !v.is_empty()).map(|v| v.parse().map_err(|_| DomainError::field(field, "is not an id"))).transpose()
}

/// The ownership of a new record: as asked for, or the creator's own.
pub async fn for_new(ctx: &Ctx, assign: &'static str, wish: &Wish) -> kernel::Result<Ownership> {
    if wish.user.flatten().is_some() || wish.team.flatten().is_some() {
        return resolve(ctx, assign, Ownership::default(), wish).await;
    }
    let scope = ctx.actor().scope(assign);
    // Whoever sees everything creates for the pool; everybody else would lose sight of the record.
    if scope == Some(Scope::All) || ctx.actor().user.is_none() {
        return Ok(Ownership::default());
    }
    Ok(Ownership { user: ctx.user_id(), team: ctx.actor().team.as_ref().map(|(id, _)| id.0) })
}

/// Applies a wish to an ownership, within what the actor may assign.
pub async fn resolve(ctx: &Ctx, assign: &'static str, now: Ownership, wish: &Wish) -> kernel::Result<Ownership> {
    let mut next = now;
    if let Some(user) = wish.user {
        next.user = user;
        if let Some(id) = user {
            let assignee: Option<Assignee> =
                ctx.tx().one("select team_id from users where id = $1 and status <> 'inactive'", [id.into()]).await?;
            let assignee = assignee.ok_or_else(|| DomainError::field("assigned_to", "is not an active user"))?;
            // The team follows the owner, unless the caller names another.
            next.team = assignee.team_id;
        }
    }
    if let Some(team) = wish.team {
        if let Some(id) = team {
            let known: Option<i32> = ctx.tx().scalar("select 1 from teams where id = $1", [id.into()]).await?;
            known.ok_or_else(|| DomainError::field("team_id", "is not a team"))?;
        }
        next.team = team;
    }
    if next == now {
        return Ok(now);
    }
    let to_self = next.user.is_some() && next.user == ctx.user_id() && now.user.is_none();
    match ctx.actor().scope(assign) {
        None if to_self => Ok(next),
        None => Err(DomainError::forbidden(assign)),
        Some(scope) if ctx.actor().covers(scope, next.user, next.team) => Ok(next),
        Some(_) => Err(DomainError::field("assigned_to", "is outside the teams you may assign to")),
    }
}

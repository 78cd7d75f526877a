//! Reading roles.

use chrono::{DateTime, Utc};
use kernel::DomainError;
use runtime::db::DbError;
use runtime::{Ctx, Rows as _};
use sea_orm::sea_query::{Expr, ExprTrait as _, Func};
use sea_orm::{EntityTrait as _, FromQueryResult, QueryFilter as _};
use uuid::Uuid;

use super::entity::{Column, Entity, Model};
use super::grants::{self, Grants};

/// A role with what it is given.
#[derive(Debug, Clone)]
pub struct Role {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it is given.
    pub grants: Grants,
    /// Whether who has it must use a second factor.
    pub two_factor_required: bool,
    /// Whether it came with the template.
    pub builtin: bool,
    /// How many users have it.
    pub users: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    name: String,
    description: String,
    two_factor_required: bool,
    builtin: bool,
    users: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

const SELECT: &str = "select r.id, r.name, r.description, r.two_factor_required, r.builtin, r.created_at, r.updated_at,
        (select count(*) from users u where u.role_id = r.id) as users
     from roles r where ($1::uuid is null or r.id = $1) order by r.position, lower(r.name)";

impl Row {
    fn with(self, grants: Grants) -> Role {
        Role {
            id: self.id,
            name: self.name,
            description: self.description,
            grants,
            two_factor_required: self.two_factor_required,
            builtin: self.builtin,
            users: self.users,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

/// All roles, in their order.
pub async fn list(ctx: &Ctx) -> kernel::Result<Vec<Role>> {
    ctx.require("roles.read")?;
    let rows: Vec<Row> = ctx.tx().all(SELECT, [None::<Uuid>.into()]).await?;
    let mut grants = grants::of_all(ctx).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let given = grants.remove(&row.id).unwrap_or_default();
            row.with(given)
        })
        .collect())
}

/// One role.
pub async fn get(ctx: &Ctx, id: Uuid) -> kernel::Result<Role> {
    ctx.require("roles.read")?;
    load(ctx, id).await
}

/// One role, whoever acts.
pub(super) async fn load(ctx: &Ctx, id: Uuid) -> kernel::Result<Role> {
    let row: Option<Row> = ctx.tx().one(SELECT, [Some(id).into()]).await?;
    let row = row.ok_or_else(|| DomainError::not_found("Role"))?;
    let given = grants::of_role(ctx, id).await?;
    Ok(row.with(given))
}

/// The id and name of a role that a caller named by either.
pub async fn role_by_name_or_id(ctx: &Ctx, text: &str) -> kernel::Result<Option<(Uuid, String)>> {
    let text = text.trim();
    let query = match text.parse::<Uuid>() {
        Ok(id) => Entity::find_by_id(id),
        Err(_) => Entity::find().filter(Func::lower(Expr::col(Column::Name)).eq(text.to_lowercase())),
    };
    let found: Option<Model> = query.one(ctx.tx()).await.map_err(DbError)?;
    Ok(found.map(|r| (r.id, r.name)))
}

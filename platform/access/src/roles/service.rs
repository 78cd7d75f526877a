//! Reading roles, and the rule of who may hand one out.

use std::collections::BTreeMap;

use kernel::DomainError;
use kernel::permission::{FIELDS, Level, PERMISSIONS, PLATFORM_MANAGE, Scope};
use runtime::db::DbError;
use runtime::{Ctx, Rows as _};
use sea_orm::sea_query::{Expr, ExprTrait as _, Func};
use sea_orm::{EntityTrait as _, FromQueryResult, QueryFilter as _};
use uuid::Uuid;

use super::entity::{Column, Entity, Model};

/// A role with what it is given.
#[derive(Debug, Clone)]
pub struct Role {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Permission → scope.
    pub permissions: BTreeMap<String, Scope>,
    /// Sensitive field → level.
    pub fields: BTreeMap<String, Level>,
    /// Whether it came with the template.
    pub builtin: bool,
    /// How many users have it.
    pub users: i64,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    name: String,
    description: String,
    builtin: bool,
    users: i64,
}

#[derive(FromQueryResult)]
struct GrantRow {
    role_id: Uuid,
    key: String,
    word: String,
}

fn scope(word: &str) -> Option<Scope> {
    Scope::WIDEST_FIRST.into_iter().find(|s| s.as_str() == word)
}

fn level(word: &str) -> Option<Level> {
    Level::OPEN_FIRST.into_iter().find(|l| l.as_str() == word)
}

/// All roles, in their order.
pub async fn list(ctx: &Ctx) -> kernel::Result<Vec<Role>> {
    ctx.require("roles.read")?;
    let rows: Vec<Row> = ctx
        .tx()
        .all(
            "select r.id, r.name, r.description, r.builtin, (select count(*) from users u where u.role_id = r.id) as users
             from roles r order by r.position, lower(r.name)",
            [],
        )
        .await?;
    let grants: Vec<GrantRow> =
        ctx.tx().all("select role_id, permission as key, scope as word from role_permissions", []).await?;
    let levels: Vec<GrantRow> = ctx.tx().all("select role_id, field as key, level as word from role_fields", []).await?;
    let of = |all: &[GrantRow], id: Uuid| -> Vec<(String, String)> {
        all.iter().filter(|g| g.role_id == id).map(|g| (g.key.clone(), g.word.clone())).collect()
    };
    Ok(rows
        .into_iter()
        .map(|r| Role {
            permissions: of(&grants, r.id).into_iter().filter_map(|(k, w)| Some((k, scope(&w)?))).collect(),
            fields: of(&levels, r.id).into_iter().filter_map(|(k, w)| Some((k, level(&w)?))).collect(),
            id: r.id,
            name: r.name,
            description: r.description,
            builtin: r.builtin,
            users: r.users,
        })
        .collect())
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

/// Fails if a role may more than the actor's own: handing it out would be a way to more. The product
/// itself has no role and hands out any.
pub async fn may_hand_out(ctx: &Ctx, role: Uuid) -> kernel::Result<()> {
    let Some((own, _)) = &ctx.actor().role else { return Ok(()) };
    // Both roles are read from the tables: the levels of an actor who administers are raised.
    let (given, held) = (grants(ctx, role).await?, grants(ctx, own.0).await?);
    if given.iter().all(|(key, word)| holds(&held, key, word)) {
        return Ok(());
    }
    Err(DomainError::Forbidden {
        code: "role_beyond_own",
        message: "This role may do or see more than you; someone with those rights has to give it.".to_owned(),
    })
}

async fn grants(ctx: &Ctx, role: Uuid) -> kernel::Result<BTreeMap<String, String>> {
    let sql = "select role_id, permission as key, scope as word from role_permissions where role_id = $1
               union all select role_id, field, level from role_fields where role_id = $1";
    let rows: Vec<GrantRow> = ctx.tx().all(sql, [role.into()]).await?;
    Ok(rows.into_iter().map(|g| (g.key, g.word)).collect())
}

/// Whether a role has at least this much. What no code asks for gives nothing.
fn holds(held: &BTreeMap<String, String>, key: &str, word: &str) -> bool {
    let own = held.get(key).map(String::as_str);
    if FIELDS.iter().any(|f| f.key == key) {
        return level(word).is_none_or(|wanted| own.and_then(level).unwrap_or(Level::Hidden) >= wanted);
    }
    if key == PLATFORM_MANAGE || PERMISSIONS.iter().any(|p| p.key == key) {
        return scope(word).is_none_or(|wanted| own.and_then(scope).is_some_and(|own| own >= wanted));
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(grants: &[(&str, &str)]) -> BTreeMap<String, String> {
        grants.iter().map(|(k, w)| ((*k).to_owned(), (*w).to_owned())).collect()
    }

    #[test]
    fn nobody_gives_more_than_they_have() {
        let own = role(&[("clients.read", "team"), ("clients.email", "masked")]);
        for (key, word) in
            [("clients.read", "own"), ("clients.read", "team"), ("clients.email", "masked"), ("leads.email", "hidden")]
        {
            assert!(holds(&own, key, word), "{key} {word}");
        }
        for (key, word) in [("clients.read", "all"), ("leads.read", "own"), ("clients.email", "full"), ("leads.email", "masked")]
        {
            assert!(!holds(&own, key, word), "{key} {word}");
        }
    }
}

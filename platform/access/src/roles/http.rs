//! `/roles` and `/permissions`.

use std::collections::BTreeMap;

use kernel::permission::{FIELDS, Level, PERMISSIONS, Scope};
use poem_openapi::payload::Json;
use poem_openapi::{Enum, Object, OpenApi};
use runtime::http::{ApiResult, ListOut, Staff};
use uuid::Uuid;

use super::service;

/// How far a permission reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
pub enum ScopeWord {
    /// Nowhere.
    None,
    /// Records assigned to the user.
    Own,
    /// Records of the user's team and the teams below it.
    Team,
    /// Every record.
    All,
}

impl From<Scope> for ScopeWord {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Own => Self::Own,
            Scope::Team => Self::Team,
            Scope::All => Self::All,
        }
    }
}

/// How much of a sensitive field a role sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
pub enum LevelWord {
    /// In clear.
    Full,
    /// A masked form.
    Masked,
    /// Nothing.
    Hidden,
}

impl From<Level> for LevelWord {
    fn from(level: Level) -> Self {
        match level {
            Level::Full => Self::Full,
            Level::Masked => Self::Masked,
            Level::Hidden => Self::Hidden,
        }
    }
}

/// A role by its name.
#[derive(Debug, Clone, Object)]
pub struct RoleRef {
    /// The role.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// A role.
#[derive(Debug, Object)]
struct RoleOut {
    /// The role.
    id: Uuid,
    /// Its name.
    name: String,
    /// What it is for.
    description: String,
    /// How far each permission reaches; every permission is named.
    permissions: BTreeMap<String, ScopeWord>,
    /// How much it sees of each sensitive field; every field is named.
    fields: BTreeMap<String, LevelWord>,
    /// Whether it came with the template.
    builtin: bool,
    /// How many users have it.
    users: i64,
}

impl From<service::Role> for RoleOut {
    fn from(role: service::Role) -> Self {
        let scope = |key: &str| role.permissions.get(key).map_or(ScopeWord::None, |s| (*s).into());
        let level = |key: &str| role.fields.get(key).map_or(LevelWord::Hidden, |l| (*l).into());
        Self {
            permissions: PERMISSIONS.iter().map(|p| (p.key.to_owned(), scope(p.key))).collect(),
            fields: FIELDS.iter().map(|f| (f.key.to_owned(), level(f.key))).collect(),
            id: role.id,
            name: role.name,
            description: role.description,
            builtin: role.builtin,
            users: role.users,
        }
    }
}

/// A permission that a role can be given.
#[derive(Debug, Object)]
struct PermissionOut {
    /// As in `permissions` of a role.
    key: String,
    /// The heading under which it stands.
    area: String,
    /// What it allows.
    title: String,
    /// The scopes it can be given with.
    scopes: Vec<ScopeWord>,
}

/// A sensitive field.
#[derive(Debug, Object)]
struct FieldOut {
    /// As in `fields` of a role.
    key: String,
    /// What it is.
    title: String,
    /// The levels it can be given with.
    levels: Vec<LevelWord>,
}

/// Everything a role can be given.
#[derive(Debug, Object)]
struct CatalogueOut {
    /// All permissions.
    permissions: Vec<PermissionOut>,
    /// All sensitive fields.
    fields: Vec<FieldOut>,
}

/// Roles and what they can be given.
pub struct RolesApi;

#[OpenApi]
impl RolesApi {
    /// List the roles
    #[oai(path = "/roles", method = "get", operation_id = "listRoles")]
    async fn list(&self, auth: Staff) -> ApiResult<Json<ListOut<RoleOut>>> {
        let ctx = auth.0.read().await?;
        let roles = service::list(&ctx).await?;
        Ok(Json(roles.into_iter().map(RoleOut::from).collect::<Vec<_>>().into()))
    }

    /// List the permissions and sensitive fields
    #[oai(path = "/permissions", method = "get", operation_id = "listPermissions")]
    async fn permissions(&self, auth: Staff) -> ApiResult<Json<CatalogueOut>> {
        auth.0.actor.require("roles.read")?;
        let permissions = PERMISSIONS
            .iter()
            .map(|p| PermissionOut {
                key: p.key.to_owned(),
                area: p.area.to_owned(),
                title: p.title.to_owned(),
                scopes: p.scopes.iter().map(|s| (*s).into()).collect(),
            })
            .collect();
        let levels = || Level::OPEN_FIRST.into_iter().map(LevelWord::from).collect();
        let fields =
            FIELDS.iter().map(|f| FieldOut { key: f.key.to_owned(), title: f.title.to_owned(), levels: levels() }).collect();
        Ok(Json(CatalogueOut { permissions, fields }))
    }
}

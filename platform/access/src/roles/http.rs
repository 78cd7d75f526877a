//! `/roles` and `/permissions`.

use std::collections::BTreeMap;

use kernel::module::module_of;
use kernel::permission::{FIELDS, Level, PERMISSIONS};
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Enum, Object, OpenApi};
use runtime::http::{ApiResult, Created, ListOut, NoContent, Staff};
use uuid::Uuid;

use super::grants::Shift;
use super::input::{RoleIn, RolePatch, RolePreviewIn};
use super::preview::{self, Preview};
use super::words::{LevelWord, ScopeWord};
use super::{change, service};
use crate::administration;

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
    /// Whether who has it must use a second factor.
    two_factor_required: bool,
    /// Whether it came with the template.
    builtin: bool,
    /// How many users have it.
    users: i64,
    /// When it was made.
    created_at: chrono::DateTime<chrono::Utc>,
    /// When it was last changed.
    updated_at: chrono::DateTime<chrono::Utc>,
}

impl From<service::Role> for RoleOut {
    fn from(role: service::Role) -> Self {
        Self {
            permissions: PERMISSIONS.iter().map(|p| (p.key.to_owned(), role.grants.scope(p.key).into())).collect(),
            fields: FIELDS.iter().map(|f| (f.key.to_owned(), role.grants.level(f.key).into())).collect(),
            id: role.id,
            name: role.name,
            description: role.description,
            two_factor_required: role.two_factor_required,
            builtin: role.builtin,
            users: role.users,
            created_at: role.created_at,
            updated_at: role.updated_at,
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

/// The heading under which a sensitive field stands.
#[derive(Debug, Clone, Copy, Enum)]
#[oai(rename_all = "lowercase")]
enum FieldGroup {
    /// How to reach somebody.
    Contact,
    /// Who somebody is.
    Identity,
    /// Their money.
    Finance,
}

/// A sensitive field.
#[derive(Debug, Object)]
struct FieldOut {
    /// As in `fields` of a role.
    key: String,
    /// What it is.
    title: String,
    /// The heading under which it stands.
    group: FieldGroup,
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

/// A permission or field that would change.
#[derive(Debug, Clone, Object)]
struct RoleShift {
    /// Permission or field.
    key: String,
    /// The scope or level before.
    from: String,
    /// The scope or level after.
    to: String,
}

impl From<&Shift> for RoleShift {
    fn from(shift: &Shift) -> Self {
        Self { key: shift.key.clone(), from: shift.from.to_owned(), to: shift.to.to_owned() }
    }
}

/// A user whom a change of a role would concern.
#[derive(Debug, Object)]
struct RolePreviewUser {
    /// The user.
    id: Uuid,
    /// Name.
    name: String,
    /// Permissions and fields of which they would have more.
    gains: Vec<String>,
    /// Permissions and fields of which they would have less.
    loses: Vec<String>,
    /// Records they would see in addition, of all kinds together.
    records_gained: i64,
    /// Records they would see no more, of all kinds together.
    records_lost: i64,
    /// The same by kind, without those of which they see as many as before.
    records: Vec<RoleRecordShift>,
}

/// Records of one kind that come into somebody's sight, or leave it.
#[derive(Debug, Object)]
struct RoleRecordShift {
    /// `clients`, `leads`, `contacts`, `opportunities`, `deals`, `activities` or `documents`.
    kind: String,
    /// Records they would see in addition.
    gained: i64,
    /// Records they would see no more.
    lost: i64,
}

impl From<&preview::Moved> for RoleRecordShift {
    fn from(moved: &preview::Moved) -> Self {
        Self { kind: moved.kind.to_owned(), gained: moved.gained, lost: moved.lost }
    }
}

/// A change of the demand for a second factor.
#[derive(Debug, Object)]
struct RoleTwoFactorShift {
    /// Whether it is demanded now.
    from: bool,
    /// Whether it would be.
    to: bool,
    /// Of the users, those who would have to set one up before anything else.
    users_without: u64,
}

/// An API key that a change of a role would concern.
#[derive(Debug, Object)]
struct RolePreviewKey {
    /// The key.
    id: Uuid,
    /// Its name.
    name: String,
}

/// What a change of a role would do.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct RolePreviewOut {
    /// Those whom it concerns most, at most 200.
    users: Vec<RolePreviewUser>,
    /// How many it concerns.
    users_total: u64,
    /// What the role would have more of.
    gains: Vec<RoleShift>,
    /// What the role would have less of.
    loses: Vec<RoleShift>,
    /// Whether the demand for a second factor would change; absent if not.
    two_factor_required: Option<RoleTwoFactorShift>,
    /// The API keys that would do more or less, at most 200.
    api_keys: Vec<RolePreviewKey>,
    /// How many there are.
    api_keys_total: u64,
    /// Whether the change would be refused, since nobody could administer the CRM any more.
    last_administrator: bool,
}

impl From<Preview> for RolePreviewOut {
    fn from(preview: Preview) -> Self {
        let part = |more: bool| preview.shifts.iter().filter(move |s| s.more == more);
        let keys = |more: bool| part(more).map(|s| s.key.clone()).collect::<Vec<_>>();
        Self {
            users: preview
                .users
                .iter()
                .map(|u| RolePreviewUser {
                    id: u.id,
                    name: u.name.clone(),
                    gains: keys(true),
                    loses: keys(false),
                    records_gained: u.gained(),
                    records_lost: u.lost(),
                    records: u.kinds.iter().map(RoleRecordShift::from).collect(),
                })
                .collect(),
            users_total: preview.users_total as u64,
            gains: part(true).map(RoleShift::from).collect(),
            loses: part(false).map(RoleShift::from).collect(),
            two_factor_required: (preview.two_factor.0 != preview.two_factor.1).then_some(RoleTwoFactorShift {
                from: preview.two_factor.0,
                to: preview.two_factor.1,
                users_without: preview.without_two_factor as u64,
            }),
            api_keys: preview.api_keys.iter().map(|k| RolePreviewKey { id: k.id, name: k.name.clone() }).collect(),
            api_keys_total: preview.api_keys_total as u64,
            last_administrator: preview.last_administrator,
        }
    }
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

    /// Read one role
    #[oai(path = "/roles/:id", method = "get", operation_id = "getRole")]
    async fn get(
        &self,
        auth: Staff,
        /// The role.
        id: Path<Uuid>,
    ) -> ApiResult<Json<RoleOut>> {
        let ctx = auth.0.read().await?;
        Ok(Json(service::get(&ctx, id.0).await?.into()))
    }

    /// Add a role
    ///
    /// A permission or level that the caller does not have can't be given: 403 `role_beyond_own`. A name
    /// that is taken: 409 `role_exists`.
    #[oai(path = "/roles", method = "post", operation_id = "createRole")]
    async fn create(&self, auth: Staff, body: Json<RoleIn>) -> ApiResult<Created<RoleOut>> {
        let ctx = administration::begin(&auth.0).await?;
        let out = RoleOut::from(change::create(&ctx, &body.0).await?);
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }

    /// Change a role
    ///
    /// Maps are partial. Holds at the next request of everybody who has the role. A permission or level
    /// that the caller does not have can't be added: 403 `role_beyond_own`. Somebody who can manage users
    /// and roles must remain: 409 `last_administrator`.
    #[oai(path = "/roles/:id", method = "patch", operation_id = "updateRole")]
    async fn update(
        &self,
        auth: Staff,
        /// The role.
        id: Path<Uuid>,
        body: Json<RolePatch>,
    ) -> ApiResult<Json<RoleOut>> {
        let ctx = administration::begin(&auth.0).await?;
        let out = RoleOut::from(change::update(&ctx, id.0, &body.0).await?);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Delete a role
    ///
    /// While users or API keys have it, `replace_with` names the role they get: 409 `role_in_use`
    /// without.
    #[oai(path = "/roles/:id", method = "delete", operation_id = "deleteRole")]
    async fn delete(
        &self,
        auth: Staff,
        /// The role.
        id: Path<Uuid>,
        /// The role that takes its place, by id or name.
        replace_with: Query<Option<String>>,
    ) -> ApiResult<NoContent> {
        let ctx = administration::begin(&auth.0).await?;
        change::delete(&ctx, id.0, replace_with.0.as_deref()).await?;
        ctx.commit_reply(204, &serde_json::Value::Null).await?;
        Ok(NoContent)
    }

    /// See what a change of a role would do
    ///
    /// Takes what `PATCH` takes, or `delete` with `replace_with`, and changes nothing.
    #[oai(path = "/roles/:id/preview", method = "post", operation_id = "previewRole")]
    async fn preview(
        &self,
        auth: Staff,
        /// The role.
        id: Path<Uuid>,
        body: Json<RolePreviewIn>,
    ) -> ApiResult<Json<RolePreviewOut>> {
        let ctx = administration::read(&auth.0).await?;
        Ok(Json(preview::preview(&ctx, id.0, body.0).await?.into()))
    }

    /// List the permissions and sensitive fields
    ///
    /// Those of the modules that are on.
    #[oai(path = "/permissions", method = "get", operation_id = "listPermissions")]
    async fn permissions(&self, auth: Staff) -> ApiResult<Json<CatalogueOut>> {
        let actor = &auth.0.actor;
        actor.require("roles.read")?;
        // What belongs to a module that is off can't be had; roles keep it for the day it comes back.
        let offered = |key: &str| module_of(key).is_none_or(|module| !actor.modules_off.contains(&module));
        let permissions = PERMISSIONS
            .iter()
            .filter(|p| offered(p.key))
            .map(|p| PermissionOut {
                key: p.key.to_owned(),
                area: p.area.to_owned(),
                title: p.title.to_owned(),
                scopes: p.scopes.iter().map(|s| (*s).into()).collect(),
            })
            .collect();
        let levels = || Level::OPEN_FIRST.into_iter().map(LevelWord::from).collect();
        let group = |word: &str| match word {
            "identity" => FieldGroup::Identity,
            "finance" => FieldGroup::Finance,
            _ => FieldGroup::Contact,
        };
        let fields = FIELDS
            .iter()
            .filter(|f| offered(f.key))
            .map(|f| FieldOut { key: f.key.to_owned(), title: f.title.to_owned(), group: group(f.group), levels: levels() })
            .collect();
        Ok(Json(CatalogueOut { permissions, fields }))
    }
}

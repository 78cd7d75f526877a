//! What callers write about a role: to make it, to change it, to see what a change would do.

use std::collections::BTreeMap;

use kernel::permission::Level;
use kernel::validate::Checker;
use poem_openapi::Object;

use super::grants::Grants;

/// A role to add. What is not named comes from the role that is copied; without one it is none and
/// hidden.
#[derive(Debug, Clone, Default, Object)]
pub struct RoleIn {
    /// Its name, unique. Required.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// The role to copy, by id or name.
    pub copy_of: Option<String>,
    /// Permission → `none`, `own`, `team` or `all`.
    pub permissions: Option<BTreeMap<String, String>>,
    /// Sensitive field → `full`, `masked` or `hidden`.
    pub fields: Option<BTreeMap<String, String>>,
    /// Whether who has it must use a second factor.
    pub two_factor_required: Option<bool>,
}

/// Changes of a role; what is absent stays, also within the maps.
#[derive(Debug, Clone, Default, Object)]
pub struct RolePatch {
    /// Its name, unique.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Permission → `none`, `own`, `team` or `all`.
    pub permissions: Option<BTreeMap<String, String>>,
    /// Sensitive field → `full`, `masked` or `hidden`.
    pub fields: Option<BTreeMap<String, String>>,
    /// Whether who has it must use a second factor.
    pub two_factor_required: Option<bool>,
}

/// A change of a role to look at before it is made: as `PATCH` takes it, or its deletion.
#[derive(Debug, Clone, Default, Object)]
pub struct RolePreviewIn {
    /// Its name, unique.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Permission → `none`, `own`, `team` or `all`.
    pub permissions: Option<BTreeMap<String, String>>,
    /// Sensitive field → `full`, `masked` or `hidden`.
    pub fields: Option<BTreeMap<String, String>>,
    /// Whether who has it must use a second factor.
    pub two_factor_required: Option<bool>,
    /// True for the deletion of the role.
    pub delete: Option<bool>,
    /// The role that takes its place, by id or name.
    pub replace_with: Option<String>,
}

/// Checks field levels that a caller wrote; what is not named is hidden.
pub fn checked_fields(check: &mut Checker, fields: Option<&BTreeMap<String, String>>) -> BTreeMap<String, Level> {
    let mut grants = Grants::default();
    grants.apply(check, None, fields);
    grants.fields
}

/// Checks permissions that a caller wrote, and says whether one of them is given.
pub fn reads(check: &mut Checker, permissions: &BTreeMap<String, String>, key: &str) -> bool {
    let mut grants = Grants::default();
    grants.apply(check, Some(permissions), None);
    grants.scope(key).is_some()
}

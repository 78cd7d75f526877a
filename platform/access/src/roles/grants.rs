//! What a role is given, and the rule of who may give it.

use std::collections::{BTreeMap, BTreeSet};

use kernel::DomainError;
use kernel::permission::{FIELDS, Level, PERMISSIONS, PLATFORM_MANAGE, Scope, field, is_permission};
use kernel::validate::Checker;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Permissions and levels of a role. What is not in it is denied or hidden.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    /// Permission → scope.
    pub permissions: BTreeMap<String, Scope>,
    /// Sensitive field → level.
    pub fields: BTreeMap<String, Level>,
}

/// One line that differs between two roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Permission or field.
    pub key: String,
    /// The word before: a scope or a level, `none` or `hidden` without one.
    pub from: &'static str,
    /// The word after.
    pub to: &'static str,
    /// Whether it is more than before.
    pub more: bool,
}

/// The word of a scope or of its absence.
pub fn scope_word(scope: Option<Scope>) -> &'static str {
    scope.map_or("none", Scope::as_str)
}

/// The scope that a word names.
pub fn scope_of(word: &str) -> Option<Scope> {
    Scope::WIDEST_FIRST.into_iter().find(|s| s.as_str() == word)
}

/// The level that a word names.
pub fn level_of(word: &str) -> Option<Level> {
    Level::OPEN_FIRST.into_iter().find(|l| l.as_str() == word)
}

impl Grants {
    /// How far a permission reaches.
    pub fn scope(&self, permission: &str) -> Option<Scope> {
        self.permissions.get(permission).copied()
    }

    /// How much of a field is seen.
    pub fn level(&self, field: &str) -> Level {
        self.fields.get(field).copied().unwrap_or(Level::Hidden)
    }

    /// Adds a line of the tables; the wider of two counts.
    pub(super) fn add(&mut self, key: String, word: &str) {
        if let Some(scope) = scope_of(word) {
            let known = self.permissions.entry(key).or_insert(scope);
            *known = scope.max(*known);
        } else if let Some(level) = level_of(word) {
            let known = self.fields.entry(key).or_insert(level);
            *known = level.max(*known);
        }
    }

    /// What differs from an earlier state, in the order of the catalogue.
    pub fn shifts_from(&self, old: &Self) -> Vec<Shift> {
        let permissions = PERMISSIONS.iter().filter_map(|p| {
            let (from, to) = (old.scope(p.key), self.scope(p.key));
            (from != to).then(|| Shift { key: p.key.to_owned(), from: scope_word(from), to: scope_word(to), more: to > from })
        });
        let fields = FIELDS.iter().filter_map(|f| {
            let (from, to) = (old.level(f.key), self.level(f.key));
            (from != to).then(|| Shift { key: f.key.to_owned(), from: from.as_str(), to: to.as_str(), more: to > from })
        });
        permissions.chain(fields).collect()
    }

    /// The part of this that is more than the other has. What no code asks for gives nothing.
    pub fn beyond(&self, held: &Self) -> Self {
        let known = |key: &str| key == PLATFORM_MANAGE || is_permission(key);
        Self {
            permissions: self
                .permissions
                .iter()
                .filter(|(key, scope)| known(key) && held.scope(key) < Some(**scope))
                .map(|(key, scope)| (key.clone(), *scope))
                .collect(),
            fields: self
                .fields
                .iter()
                .filter(|(key, level)| field(key).is_some() && held.level(key) < **level)
                .map(|(key, level)| (key.clone(), *level))
                .collect(),
        }
    }

    /// Whether nothing is given.
    pub fn is_empty(&self) -> bool {
        self.permissions.is_empty() && self.fields.values().all(|l| *l == Level::Hidden)
    }

    /// Applies what a caller wrote, noting every fault by the key it is in.
    pub(super) fn apply(
        &mut self,
        check: &mut Checker,
        permissions: Option<&BTreeMap<String, String>>,
        fields: Option<&BTreeMap<String, String>>,
    ) {
        for (key, word) in permissions.into_iter().flatten() {
            let at = format!("permissions.{key}");
            let Some(def) = PERMISSIONS.iter().find(|p| p.key == key) else {
                check.add(&at, "there is no such permission");
                continue;
            };
            match scope_of(word) {
                Some(scope) if def.scopes.contains(&scope) => {
                    self.permissions.insert(key.clone(), scope);
                }
                None if word == "none" => {
                    self.permissions.remove(key);
                }
                _ => {
                    let possible: Vec<&str> = ["none"].into_iter().chain(def.scopes.iter().map(|s| s.as_str())).collect();
                    check.add(&at, format!("must be one of {}", possible.join(", ")));
                }
            }
        }
        for (key, word) in fields.into_iter().flatten() {
            let at = format!("fields.{key}");
            match (field(key), level_of(word)) {
                (None, _) => check.add(&at, "there is no such field"),
                (_, None) => check.add(&at, "must be one of full, masked, hidden"),
                (_, Some(level)) => {
                    self.fields.insert(key.clone(), level);
                }
            }
        }
    }
}

#[derive(FromQueryResult)]
struct Line {
    role_id: Uuid,
    key: String,
    word: String,
}

const LINES: &str =
    "select role_id, permission as key, scope as word from role_permissions where ($1::uuid[] is null or role_id = any($1))
    union all select role_id, field, level from role_fields where ($1::uuid[] is null or role_id = any($1))";

/// What every role is given.
pub async fn of_all(ctx: &Ctx) -> kernel::Result<BTreeMap<Uuid, Grants>> {
    read(ctx, None).await
}

/// What one role is given.
pub async fn of_role(ctx: &Ctx, role: Uuid) -> kernel::Result<Grants> {
    Ok(read(ctx, Some(vec![role])).await?.remove(&role).unwrap_or_default())
}

async fn read(ctx: &Ctx, roles: Option<Vec<Uuid>>) -> kernel::Result<BTreeMap<Uuid, Grants>> {
    let lines: Vec<Line> = ctx.tx().all(LINES, [roles.into()]).await?;
    let mut all: BTreeMap<Uuid, Grants> = BTreeMap::new();
    for line in lines {
        all.entry(line.role_id).or_default().add(line.key, &line.word);
    }
    Ok(all)
}

/// The most that any user who can sign in has by their role.
async fn in_use(ctx: &Ctx) -> kernel::Result<Grants> {
    let roles: Vec<RoleOfUsers> = ctx.tx().all("select distinct role_id from users where status = 'active'", []).await?;
    let mut most = Grants::default();
    for grants in read(ctx, Some(roles.into_iter().map(|r| r.role_id).collect())).await?.into_values() {
        for (key, scope) in grants.permissions {
            most.add(key, scope.as_str());
        }
        for (key, level) in grants.fields {
            most.add(key, level.as_str());
        }
    }
    Ok(most)
}

#[derive(FromQueryResult)]
struct RoleOfUsers {
    role_id: Uuid,
}

/// The actor's role as the tables have it by now; the product itself has none.
async fn own_role(ctx: &Ctx) -> kernel::Result<Option<Uuid>> {
    let Some((known, _)) = &ctx.actor().role else { return Ok(None) };
    let Some(user) = ctx.user_id() else { return Ok(Some(known.0)) };
    let sql = "select role_id from users where id = $1 and status = 'active'";
    Ok(ctx.tx().scalar(sql, [user.into()]).await?.or(Some(known.0)))
}

/// Asks again whether the actor may manage roles, now that changes of access stand in a queue: the
/// change that went before may have taken it from them.
pub(super) async fn still_manages(ctx: &Ctx) -> kernel::Result<()> {
    ctx.require("roles.manage")?;
    match own_role(ctx).await? {
        Some(own) if of_role(ctx, own).await?.scope("roles.manage").is_none() => Err(DomainError::forbidden("roles.manage")),
        _ => Ok(()),
    }
}

/// Fails if a role may more than the actor's own: handing it out would be a way to more.
pub async fn may_hand_out(ctx: &Ctx, role: Uuid) -> kernel::Result<()> {
    may_give(ctx, &of_role(ctx, role).await?).await
}

/// Fails if this is more than the actor's own role has.
pub(super) async fn may_give(ctx: &Ctx, given: &Grants) -> kernel::Result<()> {
    Giver::of(ctx).await?.may_give(given)
}

/// What an actor can give. The product itself has no role and gives anything. What no active user has any
/// more can be given by whoever manages roles: it would be lost for ever otherwise.
struct Giver {
    /// The actor's own.
    held: Option<Grants>,
    /// Of one who manages roles: the most that anybody has.
    most: Option<Grants>,
}

impl Giver {
    async fn of(ctx: &Ctx) -> kernel::Result<Self> {
        let Some(own) = own_role(ctx).await? else { return Ok(Self { held: None, most: None }) };
        // Read from the tables: the levels of an actor who administers are raised.
        let held = of_role(ctx, own).await?;
        let most = if held.scope("roles.manage").is_some() { Some(in_use(ctx).await?) } else { None };
        Ok(Self { held: Some(held), most })
    }

    fn may_give(&self, given: &Grants) -> kernel::Result<()> {
        let Some(held) = &self.held else { return Ok(()) };
        let mut beyond = given.beyond(held);
        if let Some(most) = &self.most {
            beyond.permissions.retain(|key, scope| key == PLATFORM_MANAGE || most.scope(key) >= Some(*scope));
            beyond.fields.retain(|key, level| most.level(key) >= *level);
        }
        let named: BTreeSet<&str> = beyond.permissions.keys().chain(beyond.fields.keys()).map(String::as_str).collect();
        let Some(first) = named.first() else { return Ok(()) };
        Err(DomainError::Forbidden {
            code: "role_beyond_own",
            message: format!("This role may do or see more than you ({first}); someone with those rights has to give it."),
        })
    }
}

/// A role, and whether the actor may give it to somebody.
#[derive(Debug, Clone)]
pub struct RoleChoice {
    /// The role.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Whether it gives no more than the actor may give.
    pub is_allowed: bool,
}

#[derive(FromQueryResult)]
struct Named {
    id: Uuid,
    name: String,
}

/// All roles in their order, each with the answer of [`may_hand_out`].
pub async fn choices(ctx: &Ctx) -> kernel::Result<Vec<RoleChoice>> {
    let named: Vec<Named> = ctx.tx().all("select id, name from roles order by position, lower(name)", []).await?;
    let (giver, mut grants) = (Giver::of(ctx).await?, of_all(ctx).await?);
    let choice = |role: Named| {
        let given = grants.remove(&role.id).unwrap_or_default();
        RoleChoice { id: role.id, name: role.name, is_allowed: giver.may_give(&given).is_ok() }
    };
    Ok(named.into_iter().map(choice).collect())
}

/// How many can sign in and manage both users and roles.
pub(crate) async fn administrators(ctx: &Ctx) -> kernel::Result<i64> {
    administrators_besides(ctx, None).await
}

/// How many of these do not have a role. An account without a password is one that only the tokens of a console
/// open, and those open none of the pages on which a tenant is administered.
pub(crate) async fn administrators_besides(ctx: &Ctx, role: Option<Uuid>) -> kernel::Result<i64> {
    let sql = "select count(*) from users u where u.status = 'active' and u.password_hash is not null
                 and u.role_id is distinct from $1
                 and exists (select 1 from role_permissions p where p.role_id = u.role_id and p.permission = 'users.manage')
                 and exists (select 1 from role_permissions p where p.role_id = u.role_id and p.permission = 'roles.manage')";
    Ok(ctx.tx().scalar(sql, [role.into()]).await?.unwrap_or(0))
}

/// Nobody could administer the realm any more.
pub(crate) fn last_administrator() -> DomainError {
    DomainError::conflict(
        "last_administrator",
        "Nobody could manage users and roles any more; give somebody else that role first.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(lines: &[(&str, &str)]) -> Grants {
        let mut grants = Grants::default();
        for (key, word) in lines {
            grants.add((*key).to_owned(), word);
        }
        grants
    }

    #[test]
    fn nobody_gives_more_than_they_have() {
        let own = role(&[("clients.read", "team"), ("clients.email", "masked")]);
        for line in [("clients.read", "own"), ("clients.read", "team"), ("clients.email", "masked"), ("leads.email", "hidden")] {
            assert!(role(&[line]).beyond(&own).is_empty(), "{line:?}");
        }
        for line in [("clients.read", "all"), ("leads.read", "own"), ("clients.email", "full"), ("leads.email", "masked")] {
            assert!(!role(&[line]).beyond(&own).is_empty(), "{line:?}");
        }
        assert!(!role(&[(PLATFORM_MANAGE, "all")]).beyond(&own).is_empty());
    }

    #[test]
    fn shifts_name_both_words() {
        let (old, new) = (role(&[("clients.read", "team"), ("clients.email", "full")]), role(&[("clients.read", "all")]));
        let shifts = new.shifts_from(&old);
        assert_eq!(shifts.len(), 2);
        assert_eq!((shifts[0].key.as_str(), shifts[0].from, shifts[0].to, shifts[0].more), ("clients.read", "team", "all", true));
        assert_eq!((shifts[1].from, shifts[1].to, shifts[1].more), ("full", "hidden", false));
    }

    #[test]
    fn every_fault_is_named_by_its_key() {
        let mut check = Checker::new();
        let map = |lines: &[(&str, &str)]| lines.iter().map(|(k, w)| ((*k).to_owned(), (*w).to_owned())).collect();
        let mut grants = role(&[("clients.read", "team")]);
        grants.apply(
            &mut check,
            Some(&map(&[("clients.read", "none"), ("users.manage", "own"), ("platform.manage", "all")])),
            Some(&map(&[("clients.email", "masked"), ("clients.shoe", "full"), ("leads.email", "all")])),
        );
        let Err(DomainError::Invalid { fields, .. }) = check.finish() else { panic!("accepted") };
        let named: Vec<&str> = fields.keys().map(String::as_str).collect();
        assert_eq!(
            named,
            ["fields.clients.shoe", "fields.leads.email", "permissions.platform.manage", "permissions.users.manage"]
        );
        assert_eq!(grants, role(&[("clients.email", "masked")]));
    }
}

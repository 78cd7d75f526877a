//! Policy: who may do what, how far, and which fields they see.
//!
//! Casbin decides, with one small enforcer per tenant that is built from that tenant's own tables.
//! (One enforcer for a thousand tenants takes half a second per question.) What a user may do is
//! asked once per session and kept until the tenant's `access_version` moves; every change to
//! users, roles, teams or sessions moves it. No answer means no.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use casbin::{CachedEnforcer, CoreApi as _, DefaultModel, MgmtApi as _, NullAdapter};
use kernel::DomainError;
use kernel::ids::{RoleId, SessionId, TeamId, UserId};
use kernel::permission::{FIELDS, Level, PERMISSIONS, PLATFORM_MANAGE, Scope};
use kernel::tenant::{TenantKey, ViewClass};
use moka::future::Cache;
use sea_orm::FromQueryResult;
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::db::{Mode, Rows as _, TenantDb, TenantTx};
use crate::registry::Tenant;

/// Cheap comparisons first; the matcher runs over every line.
const MODEL: &str = "
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.obj == p.obj && r.act == p.act && r.sub == p.sub
";

/// How long a process trusts its copy without asking for the version.
const TRUST: Duration = Duration::from_millis(1_000);

/// Who acts, and what they may.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The user; `None` for the product itself (jobs, public forms, provisioning).
    pub user: Option<UserId>,
    /// The session the credential belongs to.
    pub session: Option<SessionId>,
    /// Name as it stands in the audit log.
    pub name: String,
    /// E-mail of the user.
    pub email: String,
    /// The role.
    pub role: Option<(RoleId, String)>,
    /// The user's team.
    pub team: Option<(TeamId, String)>,
    /// The user's team and the teams below it.
    pub teams: Vec<Uuid>,
    /// Permission → scope. What is not here is denied.
    pub grants: BTreeMap<&'static str, Scope>,
    /// Sensitive field → level. What is not here is hidden.
    pub levels: BTreeMap<&'static str, Level>,
    /// Whether the password must be changed before anything else.
    pub must_change_password: bool,
}

impl Actor {
    /// The product itself, under a name that the audit log shows.
    pub fn system(name: &str) -> Self {
        Self {
            user: None,
            session: None,
            name: name.to_owned(),
            email: String::new(),
            role: None,
            team: None,
            teams: Vec::new(),
            grants: PERMISSIONS.iter().map(|p| (p.key, Scope::All)).chain([(PLATFORM_MANAGE, Scope::All)]).collect(),
            levels: FIELDS.iter().map(|f| (f.key, Level::Full)).collect(),
            must_change_password: false,
        }
    }

    /// How far a permission reaches for this actor.
    pub fn scope(&self, permission: &str) -> Option<Scope> {
        self.grants.get(permission).copied()
    }

    /// How far a permission reaches, or a refusal.
    pub fn require(&self, permission: &'static str) -> kernel::Result<Scope> {
        self.scope(permission).ok_or_else(|| DomainError::forbidden(permission))
    }

    /// How much of a sensitive field this actor sees.
    pub fn level(&self, field: &str) -> Level {
        self.levels.get(field).copied().unwrap_or(Level::Hidden)
    }

    /// The database role this actor's transactions run under: masked as soon as one field of the
    /// contact group is not in clear.
    pub fn view(&self) -> ViewClass {
        if FIELDS.iter().all(|f| self.level(f.key) == Level::Full) { ViewClass::Full } else { ViewClass::Masked }
    }

    /// Whether a record with this owner and team lies within a scope.
    pub fn covers(&self, scope: Scope, owner: Option<Uuid>, team: Option<Uuid>) -> bool {
        match scope {
            Scope::All => true,
            Scope::Team => {
                team.is_some_and(|t| self.teams.contains(&t)) || (owner.is_some() && owner == self.user.map(Uuid::from))
            }
            Scope::Own => owner.is_some() && owner == self.user.map(Uuid::from),
        }
    }
}

/// A tenant's policy at one version.
struct Snapshot {
    version: i64,
    enforcer: CachedEnforcer,
    roles: HashMap<Uuid, String>,
    teams: HashMap<Uuid, (String, Option<Uuid>)>,
    actors: Cache<SessionId, Option<Arc<Actor>>>,
}

/// What a process keeps about one tenant.
struct Slot {
    state: Mutex<Option<(Arc<Snapshot>, Instant)>>,
    stale: AtomicBool,
}

/// The policies of all tenants that were asked for lately.
#[derive(Clone)]
pub struct Access {
    db: TenantDb,
    slots: Cache<TenantKey, Arc<Slot>>,
}

#[derive(FromQueryResult)]
struct GrantRow {
    role_id: Uuid,
    key: String,
    word: String,
}

#[derive(FromQueryResult)]
struct TeamRow {
    id: Uuid,
    name: String,
    parent_id: Option<Uuid>,
}

#[derive(FromQueryResult)]
struct ActorRow {
    user_id: Uuid,
    name: String,
    email: String,
    role_id: Uuid,
    team_id: Option<Uuid>,
    must_change_password: bool,
}

impl Access {
    /// Over the tenant database.
    pub fn new(db: TenantDb) -> Self {
        Self { db, slots: Cache::builder().max_capacity(500).time_to_idle(Duration::from_secs(1_800)).build() }
    }

    /// The actor behind a live session of an active user; `None` when there is none any more.
    pub async fn actor(&self, tenant: &Tenant, session: SessionId) -> kernel::Result<Option<Arc<Actor>>> {
        let snapshot = self.snapshot(tenant).await?;
        if let Some(known) = snapshot.actors.get(&session).await {
            return Ok(known);
        }
        let tx = self.db.begin(tenant, ViewClass::Full, Mode::Read).await?;
        let row: Option<ActorRow> = tx
            .one(
                "select u.id as user_id, u.name, u.email, u.role_id, u.team_id, u.must_change_password
                 from sessions s join users u on u.id = s.user_id
                 where s.id = $1 and s.revoked_at is null and s.expires_at > now() and u.status = 'active'",
                [session.0.into()],
            )
            .await?;
        drop(tx);
        let actor = match row {
            Some(row) => Some(Arc::new(snapshot.resolve(row, session)?)),
            None => None,
        };
        snapshot.actors.insert(session, actor.clone()).await;
        Ok(actor)
    }

    /// Says that a tenant's access changed; the next question compares versions.
    pub async fn mark_stale(&self, key: TenantKey) {
        if let Some(slot) = self.slots.get(&key).await {
            slot.stale.store(true, Ordering::Release);
        }
    }

    async fn snapshot(&self, tenant: &Tenant) -> kernel::Result<Arc<Snapshot>> {
        let slot = self
            .slots
            .get_with(tenant.key, async { Arc::new(Slot { state: Mutex::new(None), stale: AtomicBool::new(false) }) })
            .await;
        let mut state = slot.state.lock().await;
        if let Some((snapshot, checked)) = state.as_ref()
            && checked.elapsed() < TRUST
            && !slot.stale.swap(false, Ordering::AcqRel)
        {
            return Ok(snapshot.clone());
        }
        let tx = self.db.begin(tenant, ViewClass::Full, Mode::Read).await?;
        let version: i64 = tx.scalar("select access_version from tenant_meta", []).await?.unwrap_or(0);
        let snapshot = match state.take() {
            Some((snapshot, _)) if snapshot.version == version => snapshot,
            _ => Arc::new(Snapshot::load(&tx, version).await?),
        };
        *state = Some((snapshot.clone(), Instant::now()));
        Ok(snapshot)
    }
}

impl Snapshot {
    async fn load(tx: &TenantTx, version: i64) -> kernel::Result<Self> {
        let grants: Vec<GrantRow> = tx
            .all(
                "select role_id, permission as key, scope as word from role_permissions
                 union all select role_id, field, level from role_fields",
                [],
            )
            .await?;
        let roles: Vec<TeamRow> = tx.all("select id, name, null::uuid as parent_id from roles", []).await?;
        let teams: Vec<TeamRow> = tx.all("select id, name, parent_id from teams", []).await?;
        let model = DefaultModel::from_str(MODEL).await.map_err(DomainError::internal)?;
        let mut enforcer = CachedEnforcer::new(model, NullAdapter).await.map_err(DomainError::internal)?;
        enforcer.enable_auto_save(false);
        let lines = grants.into_iter().map(|g| vec![g.role_id.to_string(), g.key, g.word]).collect::<Vec<_>>();
        if !lines.is_empty() {
            enforcer.add_policies(lines).await.map_err(DomainError::internal)?;
        }
        Ok(Self {
            version,
            enforcer,
            roles: roles.into_iter().map(|r| (r.id, r.name)).collect(),
            teams: teams.into_iter().map(|t| (t.id, (t.name, t.parent_id))).collect(),
            actors: Cache::builder().max_capacity(5_000).time_to_live(Duration::from_secs(300)).build(),
        })
    }

    fn allows(&self, role: &str, object: &str, word: &str) -> kernel::Result<bool> {
        self.enforcer.enforce((role, object, word)).map_err(DomainError::internal)
    }

    fn resolve(&self, row: ActorRow, session: SessionId) -> kernel::Result<Actor> {
        let role = row.role_id.to_string();
        let mut grants = BTreeMap::new();
        for key in PERMISSIONS.iter().map(|p| p.key).chain([PLATFORM_MANAGE]) {
            for scope in Scope::WIDEST_FIRST {
                if self.allows(&role, key, scope.as_str())? {
                    grants.insert(key, scope);
                    break;
                }
            }
        }
        let mut levels = BTreeMap::new();
        for field in FIELDS {
            for level in Level::OPEN_FIRST {
                if self.allows(&role, field.key, level.as_str())? {
                    levels.insert(field.key, level);
                    break;
                }
            }
        }
        Ok(Actor {
            user: Some(UserId(row.user_id)),
            session: Some(session),
            name: row.name,
            email: row.email,
            role: Some((RoleId(row.role_id), self.roles.get(&row.role_id).cloned().unwrap_or_default())),
            team: row.team_id.and_then(|id| self.teams.get(&id).map(|(name, _)| (TeamId(id), name.clone()))),
            teams: row.team_id.map(|id| self.subtree(id)).unwrap_or_default(),
            grants,
            levels,
            must_change_password: row.must_change_password,
        })
    }

    /// A team and everything below it.
    fn subtree(&self, root: Uuid) -> Vec<Uuid> {
        let mut found = vec![root];
        let mut next = 0;
        while next < found.len() {
            let parent = found[next];
            let children = self
                .teams
                .iter()
                .filter(|(id, (_, p))| *p == Some(parent) && !found.contains(id))
                .map(|(id, _)| *id)
                .collect::<Vec<_>>();
            found.extend(children);
            next += 1;
        }
        found
    }
}

/// Moves the tenant's access version; every change to users, roles, teams or sessions calls it in
/// its own transaction.
pub async fn bump_version(tx: &TenantTx) -> kernel::Result<()> {
    tx.run("update tenant_meta set access_version = access_version + 1", []).await?;
    Ok(())
}

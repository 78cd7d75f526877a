//! Policy: who may do what, how far, and which fields they see.
//!
//! Casbin decides, with one small enforcer per tenant that is built from that tenant's own tables.
//! (One enforcer for a thousand tenants takes half a second per question.) What a user may do is
//! asked once per session and kept until the tenant's `access_version` moves; every change to
//! users, roles, teams or sessions moves it, and so does every change to what is kept beside it
//! ([`Kept`]). No answer means no.

mod absent;
mod answers;
mod kept;
mod keys;
mod networks;
pub mod outside;

pub use kept::{Kept, Shelf};
pub use keys::{key_not_allowed, key_used};
pub use networks::{address_allowed, network};

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use casbin::{CoreApi as _, DefaultModel, Enforcer, MgmtApi as _, NullAdapter};
use chrono::{DateTime, Utc};
use ipnet::IpNet;
use kernel::DomainError;
use kernel::ids::{RoleId, SessionId, TeamId, UserId};
use kernel::job::Job;
use kernel::module::{module_of, switched_off};
use kernel::permission::{FIELDS, Level, PERMISSIONS, PLATFORM_MANAGE, Scope};
use kernel::tenant::{TenantKey, ViewClass};
use moka::future::Cache;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use tokio::sync::Mutex;
use uuid::Uuid;

use self::answers::{Answers, CopyId};
use self::keys::NOT_FOR_KEYS;
use self::networks::networks;
use self::outside::{Console, Deployed};
use crate::crypto::{Vault, sha256};
use crate::db::{Mode, Rows as _, TenantDb, TenantTx};
use crate::registry::Tenant;
use crate::teams::TeamTree;

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

/// How long a process trusts its copy without asking for the version. A change holds in every process
/// within a second, also while Redis is away and nobody is told of it: this, the question and the request
/// that asks it have to fit into that second.
const TRUST: Duration = Duration::from_millis(500);

/// Tenants whose policies a process keeps. One takes some 25 kB with eight roles of 80 lines.
const TENANTS: u64 = 2_000;

/// Every word that a line of a policy can be made of: what else is stored, nobody asks for.
static WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let objects = PERMISSIONS.iter().map(|p| p.key).chain(FIELDS.iter().map(|f| f.key)).chain([PLATFORM_MANAGE]);
    let scopes = Scope::WIDEST_FIRST.iter().map(|s| s.as_str());
    objects.chain(scopes).chain(Level::OPEN_FIRST.iter().map(|l| l.as_str())).collect()
});

/// Who acts, and what they may.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The user; `None` for the product itself (jobs, public forms, provisioning).
    pub user: Option<UserId>,
    /// The session the credential belongs to.
    pub session: Option<SessionId>,
    /// The API key, if a program acts and no user.
    pub key: Option<Uuid>,
    /// Name as it stands in the audit log.
    pub name: String,
    /// E-mail of the user.
    pub email: String,
    /// The role.
    pub role: Option<(RoleId, String)>,
    /// The user's team.
    pub team: Option<(TeamId, String)>,
    /// The user's team, those they lead, and everything below.
    pub teams: Vec<Uuid>,
    /// Permission → scope. What is not here is denied.
    pub grants: BTreeMap<&'static str, Scope>,
    /// Sensitive field → level. What is not here is hidden, and nothing is in clear that the view
    /// does not open.
    pub levels: BTreeMap<&'static str, Level>,
    /// The database role this actor's transactions run under.
    pub view: ViewClass,
    /// Whether the password must be changed before anything else.
    pub must_change_password: bool,
    /// Whether a second factor is set up.
    pub two_factor: bool,
    /// Whether the role or the tenant demands a second factor.
    pub two_factor_required: bool,
    /// The tenant's modules that are off; nothing of theirs is in `grants`.
    pub modules_off: Vec<&'static str>,
    /// What the process keeps of the tenant's configuration; the product itself reads it anew.
    pub shelf: Option<Shelf>,
}

impl Actor {
    /// The product itself, under a name that the audit log shows.
    pub fn system(name: &str) -> Self {
        Self {
            user: None,
            session: None,
            key: None,
            name: name.to_owned(),
            email: String::new(),
            role: None,
            team: None,
            teams: Vec::new(),
            grants: PERMISSIONS.iter().map(|p| (p.key, Scope::All)).chain([(PLATFORM_MANAGE, Scope::All)]).collect(),
            levels: FIELDS.iter().map(|f| (f.key, Level::Full)).collect(),
            view: ViewClass::FULL,
            must_change_password: false,
            two_factor: false,
            two_factor_required: false,
            modules_off: Vec::new(),
            shelf: None,
        }
    }

    /// Who the audit log says it was: the user, or the API key.
    pub fn id(&self) -> Option<Uuid> {
        self.user.map(Uuid::from).or(self.key)
    }

    /// Whether a second factor must be set up before anything else.
    pub fn must_set_up_two_factor(&self) -> bool {
        self.two_factor_required && !self.two_factor
    }

    /// The same actor with every field in clear, for operations that no field rule concerns.
    pub fn in_clear(&self) -> Self {
        let mut actor = self.clone();
        actor.levels = FIELDS.iter().map(|f| (f.key, Level::Full)).collect();
        actor.view = ViewClass::FULL;
        actor
    }

    /// How far a permission reaches for this actor.
    pub fn scope(&self, permission: &str) -> Option<Scope> {
        self.grants.get(permission).copied()
    }

    /// How far a permission reaches, or a refusal.
    pub fn require(&self, permission: &'static str) -> kernel::Result<Scope> {
        if self.key.is_some() && NOT_FOR_KEYS.contains(&permission) {
            return Err(key_not_allowed());
        }
        self.scope(permission).ok_or_else(|| match module_of(permission).filter(|m| self.modules_off.contains(m)) {
            Some(module) => module_off(module),
            None => DomainError::forbidden(permission),
        })
    }

    /// Refuses what the actor may not do to a record with this owner and team.
    pub fn require_for(&self, permission: &'static str, owner: Option<Uuid>, team: Option<Uuid>) -> kernel::Result<()> {
        let scope = self.require(permission)?;
        if self.covers(scope, owner, team) { Ok(()) } else { Err(DomainError::forbidden(permission)) }
    }

    /// Refuses where a module is off: for what goes with it and has no permission of its own.
    pub fn require_module(&self, module: &'static str) -> kernel::Result<()> {
        if self.modules_off.contains(&module) { Err(module_off(module)) } else { Ok(()) }
    }

    /// A hash of everything that decides what this actor may do and see: as long as it stays the same,
    /// what was answered once may be answered again.
    pub fn policy(&self) -> Vec<u8> {
        let mut teams = self.teams.clone();
        teams.sort_unstable();
        let role = self.role.as_ref().map(|(id, _)| id.0);
        let parts = (role, self.view.mask(), &self.grants, &self.levels, &teams, &self.modules_off);
        sha256(format!("{parts:?}").as_bytes())
    }

    /// How much of a sensitive field this actor sees.
    pub fn level(&self, field: &str) -> Level {
        self.levels.get(field).copied().unwrap_or(Level::Hidden)
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

/// The refusal where a module is off.
pub fn module_off(module: &str) -> DomainError {
    DomainError::Forbidden { code: "module_off", message: format!("The module {module} is switched off in this CRM.") }
}

/// What a role may do and see, as Casbin decided it.
struct Verdicts {
    grants: BTreeMap<&'static str, Scope>,
    levels: BTreeMap<&'static str, Level>,
}

/// A tenant's policy at one version.
struct Snapshot {
    version: i64,
    id: CopyId,
    answers: Answers,
    /// The policy's lines by role: what, and the scope or level. An enforcer over them weighs a quarter of a
    /// megabyte; it is built for a role's question and dropped with the answer.
    lines: HashMap<Uuid, Vec<(&'static str, &'static str)>>,
    /// Name of each role, and whether it demands a second factor.
    roles: HashMap<Uuid, (String, bool)>,
    /// Whether everybody must use a second factor.
    two_factor_required: bool,
    /// Where requests may come from; empty for everywhere.
    allowed: Vec<IpNet>,
    teams: TeamTree,
    /// The modules that are off.
    off: Vec<&'static str>,
    /// The views that have a database role.
    views: Vec<ViewClass>,
    shelf: Shelf,
    /// What the tenant says of its console.
    console: Arc<Console>,
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
    vault: Vault,
    deployed: Arc<Deployed>,
    slots: Cache<TenantKey, Arc<Slot>>,
    answers: Answers,
    /// Keys whose use was noted within the last minute.
    noted: Cache<Uuid, ()>,
}

#[derive(FromQueryResult)]
struct GrantRow {
    role_id: Uuid,
    key: String,
    word: String,
}

#[derive(FromQueryResult)]
struct MaskRow {
    mask: i32,
}

#[derive(FromQueryResult)]
struct RoleRow {
    id: Uuid,
    name: String,
    two_factor_required: bool,
}

#[derive(FromQueryResult)]
struct SettingRow {
    key: String,
    value: Json,
}

#[derive(FromQueryResult)]
struct ActorRow {
    user_id: Uuid,
    name: String,
    email: String,
    role_id: Uuid,
    team_id: Option<Uuid>,
    must_change_password: bool,
    two_factor: bool,
    expires_at: DateTime<Utc>,
}

impl Access {
    /// Over the tenant database.
    pub fn new(db: TenantDb, vault: Vault, deployed: Deployed) -> Self {
        Self {
            db,
            vault,
            deployed: Arc::new(deployed),
            slots: Cache::builder().max_capacity(TENANTS).time_to_idle(Duration::from_secs(1_800)).build(),
            answers: Answers::new(),
            noted: Cache::builder().max_capacity(10_000).time_to_live(Duration::from_secs(60)).build(),
        }
    }

    /// The actor behind a live session of an active user; `None` when there is none any more.
    pub async fn actor(&self, tenant: &Tenant, session: SessionId) -> kernel::Result<Option<Arc<Actor>>> {
        let snapshot = self.snapshot(tenant).await?;
        // The end of a session moves while it is used: one that is over by the copy is asked for again.
        if let Some((known, until)) = snapshot.answers.actors.get(&(snapshot.id, session)).await
            && until > Utc::now()
        {
            return Ok(known);
        }
        let tx = self.db.begin(tenant, ViewClass::FULL, Mode::Read).await?;
        let row: Option<ActorRow> = tx
            .one(
                "select u.id as user_id, u.name, u.email, u.role_id, u.team_id, u.must_change_password, u.two_factor,
                        s.expires_at
                 from sessions s join users u on u.id = s.user_id
                 where s.id = $1 and s.revoked_at is null and s.expires_at > now() and u.status = 'active'",
                [session.0.into()],
            )
            .await?;
        drop(tx);
        let known = match row {
            Some(row) => {
                let until = row.expires_at;
                (Some(Arc::new(snapshot.resolve(row, session).await?)), until)
            }
            None => (None, DateTime::<Utc>::MAX_UTC),
        };
        snapshot.answers.actors.insert((snapshot.id, session), known.clone()).await;
        Ok(known.0)
    }

    /// Fails when the tenant's list of addresses does not hold this one.
    pub async fn check_address(&self, tenant: &Tenant, address: Option<&str>) -> kernel::Result<()> {
        let snapshot = self.snapshot(tenant).await?;
        if address_allowed(&snapshot.allowed, address) {
            return Ok(());
        }
        Err(DomainError::Forbidden {
            code: "address_not_allowed",
            message: "This CRM can't be used from your network address.".to_owned(),
        })
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
        // Before the question: what changes while it travels is not in the answer.
        let asked = Instant::now();
        let tx = self.db.begin(tenant, ViewClass::FULL, Mode::Read).await?;
        let version: i64 = tx.scalar("select access_version from tenant_meta", []).await?.unwrap_or(0);
        let snapshot = match state.take() {
            Some((snapshot, _)) if snapshot.version == version => snapshot,
            _ => Arc::new(self.load(&tx, tenant, version).await?),
        };
        *state = Some((snapshot.clone(), asked));
        Ok(snapshot)
    }

    async fn load(&self, tx: &TenantTx, tenant: &Tenant, version: i64) -> kernel::Result<Snapshot> {
        let grants: Vec<GrantRow> = tx
            .all(
                "select role_id, permission as key, scope as word from role_permissions
                 union all select role_id, field, level from role_fields",
                [],
            )
            .await?;
        let roles: Vec<RoleRow> = tx.all("select id, name, two_factor_required from roles", []).await?;
        let sql =
            "select key, value from settings where key in ('two_factor_required', 'address_allow_list', 'modules', 'console')";
        let settings: Vec<SettingRow> = tx.all(sql, []).await?;
        let setting = |key: &str| settings.iter().find(|s| s.key == key).map(|s| &s.value);
        let masks: Vec<MaskRow> = tx.all("select mask from view_roles", []).await?;
        let mut lines: HashMap<Uuid, Vec<(&'static str, &'static str)>> = HashMap::new();
        for grant in grants {
            if let (Some(key), Some(word)) = (WORDS.get(grant.key.as_str()), WORDS.get(grant.word.as_str())) {
                lines.entry(grant.role_id).or_default().push((key, word));
            }
        }
        let names = roles.iter().map(|r| (r.id, r.name.as_str()));
        let console = Console::load(tx, tenant, &self.vault, &self.deployed, setting(outside::SETTING), names).await?;
        Ok(Snapshot {
            version,
            id: CopyId::next(),
            answers: self.answers.clone(),
            console: Arc::new(console),
            lines,
            roles: roles.into_iter().map(|r| (r.id, (r.name, r.two_factor_required))).collect(),
            two_factor_required: setting("two_factor_required").and_then(Json::as_bool).unwrap_or(false),
            allowed: setting("address_allow_list").map(networks).unwrap_or_default(),
            teams: TeamTree::load(tx).await?,
            off: modules_off(tenant, setting("modules")),
            views: masks.into_iter().map(|m| ViewClass::from_mask(m.mask)).collect(),
            shelf: Shelf::default(),
        })
    }
}

impl Snapshot {
    /// What Casbin says about a role: for each permission the widest scope it allows, for each field
    /// the most open level.
    async fn verdicts(&self, role: Uuid) -> kernel::Result<Arc<Verdicts>> {
        if let Some(known) = self.answers.verdicts.get(&(self.id, role)).await {
            return Ok(known);
        }
        let model = DefaultModel::from_str(MODEL).await.map_err(DomainError::internal)?;
        let mut enforcer = Enforcer::new(model, NullAdapter).await.map_err(DomainError::internal)?;
        enforcer.enable_auto_save(false);
        let subject = role.to_string();
        if let Some(lines) = self.lines.get(&role) {
            let lines = lines.iter().map(|(key, word)| vec![subject.clone(), (*key).to_owned(), (*word).to_owned()]).collect();
            enforcer.add_policies(lines).await.map_err(DomainError::internal)?;
        }
        let allows = |object: &str, word: &str| enforcer.enforce((&subject, object, word)).map_err(DomainError::internal);
        let mut verdicts = Verdicts { grants: BTreeMap::new(), levels: BTreeMap::new() };
        let on = |key: &&str| module_of(key).is_none_or(|module| !self.off.contains(&module));
        for key in PERMISSIONS.iter().map(|p| p.key).filter(on).chain([PLATFORM_MANAGE]) {
            for scope in Scope::WIDEST_FIRST {
                if allows(key, scope.as_str())? {
                    verdicts.grants.insert(key, scope);
                    break;
                }
            }
        }
        for field in FIELDS {
            for level in Level::OPEN_FIRST {
                if allows(field.key, level.as_str())? {
                    verdicts.levels.insert(field.key, level);
                    break;
                }
            }
        }
        let verdicts = Arc::new(verdicts);
        self.answers.verdicts.insert((self.id, role), verdicts.clone()).await;
        Ok(verdicts)
    }

    async fn resolve(&self, row: ActorRow, session: SessionId) -> kernel::Result<Actor> {
        let verdicts = self.verdicts(row.role_id).await?;
        let (levels, view) = self.sight(&verdicts);
        let (role_name, demands) = self.roles.get(&row.role_id).cloned().unwrap_or_default();
        Ok(Actor {
            user: Some(UserId(row.user_id)),
            session: Some(session),
            key: None,
            name: row.name,
            email: row.email,
            role: Some((RoleId(row.role_id), role_name)),
            team: row.team_id.and_then(|id| self.teams.name(id).map(|name| (TeamId(id), name.to_owned()))),
            teams: self.teams.reach(row.user_id, row.team_id),
            grants: verdicts.grants.clone(),
            levels,
            view,
            must_change_password: row.must_change_password,
            two_factor: row.two_factor,
            two_factor_required: demands || self.two_factor_required,
            modules_off: self.off.clone(),
            shelf: Some(self.shelf.clone()),
        })
    }

    /// The levels of a role, clamped to what the database role for it opens.
    fn sight(&self, verdicts: &Verdicts) -> (BTreeMap<&'static str, Level>, ViewClass) {
        let mut levels = verdicts.levels.clone();
        let view = self.view_for(&levels);
        for field in FIELDS.iter().filter(|f| !view.opens(f)) {
            if let Some(level) = levels.get_mut(field.key) {
                *level = (*level).min(Level::Masked);
            }
        }
        (levels, view)
    }

    /// The widest view there is a database role for that opens nothing the levels do not. A role
    /// that is still being made leaves its fields masked for that moment.
    fn view_for(&self, levels: &BTreeMap<&'static str, Level>) -> ViewClass {
        usable_view(&self.views, |key| levels.get(key).copied().unwrap_or(Level::Hidden))
    }
}

/// The modules of a tenant that are off. The setting moves with the access version and is there once it was
/// changed; until then the registry has what the tenant began with. A realm without any has no modules.
fn modules_off(tenant: &Tenant, setting: Option<&Json>) -> Vec<&'static str> {
    let chosen: Option<Vec<String>> = setting.and_then(|value| serde_json::from_value(value.clone()).ok());
    match chosen {
        Some(on) => switched_off(&on),
        None if tenant.modules.is_empty() => Vec::new(),
        None => switched_off(&tenant.modules),
    }
}

/// The view that shows in clear just the fields whose level is `full`.
pub fn wanted_view(level: impl Fn(&str) -> Level) -> ViewClass {
    ViewClass::of(FIELDS.iter().filter(|f| level(f.key) == Level::Full))
}

/// The widest of the views that have a database role which opens nothing that these levels do not.
pub fn usable_view(there: &[ViewClass], level: impl Fn(&str) -> Level) -> ViewClass {
    let wanted = wanted_view(level);
    if wanted == ViewClass::FULL {
        return wanted;
    }
    there.iter().copied().filter(|v| v.within(wanted)).max_by_key(|v| v.openness()).unwrap_or(ViewClass::MASKED)
}

/// Makes the database roles that the tenant's roles of staff need; enqueued by whoever changes their
/// field rules, run by the provisioner.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OpenViews {}

impl Job for OpenViews {
    const KIND: &'static str = "access.open_views";
}

/// Moves the tenant's access version; every change to users, roles, teams, sessions or what is [`Kept`]
/// calls it in its own transaction.
pub async fn bump_version(tx: &TenantTx) -> kernel::Result<()> {
    tx.run("update tenant_meta set access_version = access_version + 1", []).await?;
    Ok(())
}

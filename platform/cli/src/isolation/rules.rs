//! The prover's own idea of who may see what: from the rows of the policy in the database and the
//! ownership of records, never from what the API says about them.

use std::collections::BTreeMap;

use kernel::permission::{Level, Scope};
use kernel::tenant::ViewClass;
use runtime::db::Mode;
use runtime::{Rows as _, SharedApp};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::plant::{Kind, Planted, Record, Staffer};

/// What no key of a program may do, whatever its role.
const NOT_FOR_KEYS: &[&str] = &["users.manage", "roles.manage", "api_keys.manage"];

/// Somebody who looks, and what they may see.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// Who.
    pub user: Uuid,
    /// Role.
    pub role: Uuid,
    /// Its name.
    pub role_name: String,
    /// Address to sign in with.
    pub email: String,
    /// The user's team, those that the user leads, and those below.
    teams: Vec<Uuid>,
    /// The user's team, those that the user leads, and those above.
    above: Vec<Uuid>,
    scopes: BTreeMap<String, Scope>,
    levels: BTreeMap<String, Level>,
}

#[derive(FromQueryResult)]
struct Line {
    key: String,
    word: String,
}

#[derive(FromQueryResult)]
struct IdRow {
    id: Uuid,
}

#[derive(FromQueryResult)]
struct OwnerRow {
    id: Uuid,
    assigned_to: Option<Uuid>,
    team_id: Option<Uuid>,
}

impl Viewer {
    /// Reads what a user may see.
    pub async fn read(app: &SharedApp, planted: &Planted, staffer: &Staffer) -> anyhow::Result<Self> {
        let tx = app.db.begin(&planted.tenant, ViewClass::FULL, Mode::Read).await?;
        let lines = "select p.permission as key, p.scope as word from role_permissions p join users u on u.role_id = p.role_id where u.id = $1";
        let lines: Vec<Line> = tx.all(lines, [staffer.id.into()]).await?;
        let fields =
            "select f.field as key, f.level as word from role_fields f join users u on u.role_id = f.role_id where u.id = $1";
        let fields: Vec<Line> = tx.all(fields, [staffer.id.into()]).await?;
        let below = "with recursive below as (
                         select t.id from teams t join users u on u.team_id = t.id or t.leader_id = u.id where u.id = $1
                         union select t.id from teams t join below b on t.parent_id = b.id) select id from below";
        let teams: Vec<IdRow> = tx.all(below, [staffer.id.into()]).await?;
        let above = "with recursive above as (
                         select t.id, t.parent_id from teams t join users u on u.team_id = t.id or t.leader_id = u.id where u.id = $1
                         union select t.id, t.parent_id from teams t join above a on t.id = a.parent_id) select id from above";
        let above: Vec<IdRow> = tx.all(above, [staffer.id.into()]).await?;
        let scope = |word: &str| Scope::WIDEST_FIRST.into_iter().find(|s| s.as_str() == word);
        let level = |word: &str| Level::OPEN_FIRST.into_iter().find(|l| l.as_str() == word);
        Ok(Self {
            user: staffer.id,
            role: staffer.role,
            role_name: staffer.role_name.clone(),
            email: staffer.email.clone(),
            teams: teams.into_iter().map(|t| t.id).collect(),
            above: above.into_iter().map(|t| t.id).collect(),
            scopes: lines.into_iter().filter_map(|l| Some((l.key, scope(&l.word)?))).collect(),
            levels: fields.into_iter().filter_map(|l| Some((l.key, level(&l.word)?))).collect(),
        })
    }

    /// What a program's key with the same role may see: it is nobody, and belongs to no team.
    pub fn of_key(&self) -> Self {
        let mut key = self.clone();
        key.user = Uuid::nil();
        key.role_name = format!("key of {}", self.role_name);
        key.teams.clear();
        key.above.clear();
        key.scopes.retain(|permission, _| !NOT_FOR_KEYS.contains(&permission.as_str()));
        key
    }

    /// How far a permission reaches.
    pub fn scope(&self, permission: &str) -> Option<Scope> {
        self.scopes.get(permission).copied()
    }

    /// How many permissions the role has.
    pub fn reach(&self) -> usize {
        self.scopes.len()
    }

    /// How much of a sensitive field is seen; what has no rule is hidden.
    pub fn level(&self, field: &str) -> Level {
        self.levels.get(field).copied().unwrap_or(Level::Hidden)
    }

    /// Whether a record with this owner and team lies within a permission's scope.
    pub fn covers(&self, permission: &str, owner: Option<Uuid>, team: Option<Uuid>) -> bool {
        let own = owner == Some(self.user);
        match self.scope(permission) {
            None => false,
            Some(Scope::Own) => own,
            Some(Scope::Team) => own || team.is_some_and(|t| self.teams.contains(&t)),
            Some(Scope::All) => true,
        }
    }

    /// Whether the record may be read.
    pub fn sees(&self, record: &Record) -> bool {
        let mine = record.owner == Some(self.user);
        let within = |r: &Record| self.covers(record.needs, r.owner, r.team);
        match record.kind {
            Kind::User => record.id == self.user || within(record),
            Kind::Session | Kind::Export => mine || within(record),
            Kind::Notification => mine,
            Kind::Tag => true,
            // Whoever reads a record reads what was done about it.
            Kind::Activity => self.scope(record.needs).is_some() && (within(record) || record.on.iter().any(|on| self.sees(on))),
            Kind::Note | Kind::Attachment | Kind::Document | Kind::Merge | Kind::ContactMerge => {
                record.on.iter().any(|on| within(on) && self.sees(on))
            }
            Kind::View => {
                let shared = record.owner.is_none() || record.team.is_some_and(|t| self.above.contains(&t));
                self.scope(record.needs).is_some() && (mine || shared)
            }
            Kind::Pipeline => ["deals.read", "opportunities.read", "pipelines.manage"].iter().any(|p| self.scope(p).is_some()),
            _ => within(record),
        }
    }

    /// Whether a record's masked values may be asked for.
    pub fn reveals(&self, record: &Record) -> bool {
        self.covers(&format!("{}.reveal", record.kind.area()), record.owner, record.team)
    }
}

/// How many living records of a kind the viewer may read with these permissions, by their ownership now.
pub async fn visible(
    app: &SharedApp,
    planted: &Planted,
    viewer: &Viewer,
    kind: Kind,
    permissions: &[&str],
) -> anyhow::Result<u64> {
    let tx = app.db.begin(&planted.tenant, ViewClass::FULL, Mode::Read).await?;
    let sql = match kind {
        Kind::Client => "select id, assigned_to, team_id from clients where deleted_at is null",
        Kind::Lead => "select id, assigned_to, team_id from leads",
        Kind::Contact => "select id, assigned_to, team_id from contacts where deleted_at is null",
        Kind::Opportunity => "select id, assigned_to, team_id from deals where kind = 'opportunity' and deleted_at is null",
        Kind::Deal => "select id, assigned_to, team_id from deals where kind = 'deal' and deleted_at is null",
        Kind::User => "select id, id as assigned_to, team_id from users",
        _ => "select id, null::uuid as assigned_to, null::uuid as team_id from partners",
    };
    let rows: Vec<OwnerRow> = tx.all(sql, []).await?;
    let own = |row: &OwnerRow| kind == Kind::User && row.id == viewer.user;
    let seen = rows.iter().filter(|r| own(r) || permissions.iter().all(|p| viewer.covers(p, r.assigned_to, r.team_id)));
    Ok(seen.count() as u64)
}

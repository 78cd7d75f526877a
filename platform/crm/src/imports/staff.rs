//! Staff from a file: by the rules of the administration of users, whose functions do the work.
//!
//! Always holds: nobody gives a role that may more than they may give; nobody's own account is changed by a
//! file; who signed in stays when the import is taken back.

use std::collections::BTreeMap;

use access::roles::{self, RoleChoice};
use access::users::{self, Changes, NewRow};
use kernel::DomainError;
use kernel::validate::Checker;
use poem_openapi::types::MaybeUndefined;
use runtime::audit::Change;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::entity::Import;
use super::mapping::{Duplicates, Mapping};
use super::run::Chunk;
use super::undoing::Undone;

/// Rows of one piece.
pub(super) const PIECE: i64 = 200;

/// The roles and teams that a file may name.
#[derive(Debug, Default)]
pub(super) struct Staff {
    /// In their order.
    pub roles: Vec<RoleChoice>,
    pub teams: Vec<Team>,
}

/// A team.
#[derive(Debug, FromQueryResult)]
pub(super) struct Team {
    pub id: Uuid,
    pub name: String,
}

impl Staff {
    pub async fn of(ctx: &Ctx) -> kernel::Result<Self> {
        let teams = ctx.tx().all("select id, name from teams order by lower(name), id", []).await?;
        Ok(Self { roles: roles::choices(ctx).await?, teams })
    }

    /// The role that a file names.
    pub fn role(&self, c: &mut Checker, text: &str) -> Option<Uuid> {
        let word = text.trim().to_lowercase();
        let found = self.roles.iter().find(|r| r.name.to_lowercase() == word || r.id.to_string() == word);
        if let Some(role) = found.filter(|r| r.is_allowed) {
            return Some(role.id);
        }
        let names = named(self.roles.iter().filter(|r| r.is_allowed).map(|r| r.name.as_str()));
        let why = if found.is_some() { "may do or see more than you may give" } else { "is not a role" };
        c.add("role", format!("{why}; choose one of {names}"));
        None
    }

    /// The team that a file names.
    pub fn team(&self, c: &mut Checker, text: &str) -> Option<Uuid> {
        let word = text.trim().to_lowercase();
        let by_name = || self.teams.iter().filter(|t| t.name.to_lowercase() == word);
        if let Some(team) = self.teams.iter().find(|t| t.id.to_string() == word) {
            return Some(team.id);
        }
        match (by_name().next(), by_name().nth(1)) {
            (Some(team), None) => return Some(team.id),
            (Some(_), Some(_)) => c.add("team", "is the name of several teams; write the id"),
            (None, _) if self.teams.is_empty() => c.add("team", "is not a team; there is none yet"),
            (None, _) => {
                c.add("team", format!("is not a team; choose one of {}", named(self.teams.iter().map(|t| t.name.as_str()))));
            }
        }
        None
    }
}

/// Names in a row, not endlessly.
fn named<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let all: Vec<&str> = names.collect();
    let shown = all.iter().take(20).copied().collect::<Vec<_>>().join(", ");
    if all.len() > 20 { format!("{shown}, …") } else { shown }
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    first_name: Option<String>,
    email: Option<String>,
    role_id: Option<Uuid>,
    team_id: Option<Uuid>,
}

/// Works on the rows after `from` up to `to`, as the mapping says.
pub(super) async fn chunk(ctx: &Ctx, import: &Import, mapping: &Mapping, from: i32, to: i32, rows: i64) -> kernel::Result<Chunk> {
    let mut done = Chunk { rows, ..Chunk::default() };
    let sql = "select id, first_name, email, role_id, team_id from import_rows
               where import_id = $1 and n > $2 and n <= $3 and faults is null and outcome is null
                 and duplicate_of is null and twin_of is null order by n";
    let new: Vec<Row> = ctx.tx().all(sql, [import.id.into(), from.into(), to.into()]).await?;
    still_there(ctx, import, from, to).await?;
    let new: Vec<NewRow> = new.into_iter().filter_map(Row::into_new).collect();
    let added = users::add_many(ctx, import.id, &new, !mapping.uninvited).await?;
    done.created = i64::try_from(added.len()).unwrap_or(0);
    if added.len() < new.len() {
        // Somebody was faster, since the preview or in this very moment.
        let sql = "update import_rows r set duplicate_of = u.id from users u
                   where r.import_id = $1 and r.n > $2 and r.n <= $3 and r.faults is null and r.outcome is null
                     and r.duplicate_of is null and lower(u.email) = r.email and u.id <> r.id";
        ctx.tx().run(sql, [import.id.into(), from.into(), to.into()]).await?;
    }
    if mapping.duplicates == Duplicates::Update {
        done.updated = update(ctx, import, mapping.overwrite, from, to).await?;
    }
    Ok(done)
}

impl Row {
    fn into_new(self) -> Option<NewRow> {
        Some(NewRow { id: self.id, email: self.email?, name: self.first_name?, role: self.role_id?, team: self.team_id })
    }
}

/// A role or a team that was taken away since the file was looked at.
async fn still_there(ctx: &Ctx, import: &Import, from: i32, to: i32) -> kernel::Result<()> {
    let sql = "select exists (select 1 from import_rows r where r.import_id = $1 and r.n > $2 and r.n <= $3 and r.faults is null
                   and ((r.role_id is not null and not exists (select 1 from roles k where k.id = r.role_id))
                     or (r.team_id is not null and not exists (select 1 from teams k where k.id = r.team_id))))";
    match ctx.tx().scalar(sql, [import.id.into(), from.into(), to.into()]).await? {
        Some(true) => Err(DomainError::conflict(
            "role_or_team_gone",
            "A role or a team of this file was removed meanwhile. Send the file again.",
        )),
        _ => Ok(()),
    }
}

/// A row of somebody who is there already, with what they have.
#[derive(FromQueryResult)]
struct Known {
    n: i32,
    target: Uuid,
    first_name: Option<String>,
    role_id: Option<Uuid>,
    team_id: Option<Uuid>,
    has_name: String,
    has_role: Uuid,
    has_team: Option<Uuid>,
}

/// Gives those who are there already what their rows say: all of it, or a team where they have none.
async fn update(ctx: &Ctx, import: &Import, overwrite: bool, from: i32, to: i32) -> kernel::Result<i64> {
    let sql = "select p.n, u.id as target, p.first_name, p.role_id, p.team_id, u.name as has_name, u.role_id as has_role, u.team_id as has_team
               from import_rows p left join import_rows f on f.import_id = p.import_id and f.n = p.twin_of
               join users u on u.id = coalesce(p.duplicate_of, f.duplicate_of, f.id)
               where p.import_id = $1 and p.n > $2 and p.n <= $3 and p.faults is null and p.outcome is null
                 and (p.duplicate_of is not null or p.twin_of is not null) order by p.n";
    let rows: Vec<Known> = ctx.tx().all(sql, [import.id.into(), from.into(), to.into()]).await?;
    let mut people: BTreeMap<Uuid, Vec<Known>> = BTreeMap::new();
    for row in rows {
        people.entry(row.target).or_default().push(row);
    }
    let mut updated = 0;
    for (id, mut rows) in people {
        if ctx.user_id() == Some(id) {
            continue;
        }
        // Of several rows the last one counts, or the first one that has something.
        if overwrite {
            rows.reverse();
        }
        let Some(known) = rows.first() else { continue };
        let wanted = Wanted::of(&rows, known, overwrite);
        if wanted.is_nothing() || !wanted.apply(ctx, id).await? {
            continue;
        }
        let (ns, last) = (rows.iter().map(|r| r.n).collect::<Vec<_>>(), rows.iter().map(|r| r.n).max());
        let sql = "update import_rows set outcome = 'updated', duplicate_of = $3, before = case when n = $4 then $5::jsonb end
                   where import_id = $1 and n = any($2)";
        let count = ns.len();
        ctx.tx().run(sql, [import.id.into(), ns.into(), id.into(), last.into(), wanted.before(known).into()]).await?;
        updated += i64::try_from(count).unwrap_or(0);
    }
    Ok(updated)
}

/// What shall be different about somebody.
#[derive(Debug, Default)]
struct Wanted {
    name: Option<String>,
    role: Option<Uuid>,
    /// A team, or none.
    team: Option<Option<Uuid>>,
}

impl Wanted {
    fn of(rows: &[Known], known: &Known, overwrite: bool) -> Self {
        let mut wanted = Self::default();
        if overwrite {
            wanted.name = rows.iter().find_map(|r| r.first_name.clone()).filter(|n| *n != known.has_name);
            wanted.role = rows.iter().find_map(|r| r.role_id).filter(|r| *r != known.has_role);
        }
        if overwrite || known.has_team.is_none() {
            wanted.team = rows.iter().find_map(|r| r.team_id).filter(|t| Some(*t) != known.has_team).map(Some);
        }
        wanted
    }

    fn is_nothing(&self) -> bool {
        self.name.is_none() && self.role.is_none() && self.team.is_none()
    }

    /// Old and new by field.
    fn before(&self, known: &Known) -> Json {
        let mut before = Map::new();
        if let Some(name) = &self.name {
            before.insert("name".to_owned(), json!([known.has_name, name]));
        }
        if let Some(role) = self.role {
            before.insert("role_id".to_owned(), json!([known.has_role, role]));
        }
        if let Some(team) = self.team {
            before.insert("team_id".to_owned(), json!([known.has_team, team]));
        }
        Json::Object(before)
    }

    /// Changes them as an administrator does; what an administrator may not do is left, which is false.
    async fn apply(&self, ctx: &Ctx, id: Uuid) -> kernel::Result<bool> {
        let changes = Changes {
            name: self.name.clone(),
            role: self.role.map(|r| r.to_string()),
            team_id: match self.team {
                None => MaybeUndefined::Undefined,
                Some(None) => MaybeUndefined::Null,
                Some(Some(team)) => MaybeUndefined::Value(team),
            },
            ..Changes::default()
        };
        match ctx.tx().attempt(users::update(ctx, id, changes)).await? {
            Ok(_) => Ok(true),
            Err(
                DomainError::Forbidden { code: "role_beyond_own", .. } | DomainError::Conflict { code: "last_administrator", .. },
            ) => Ok(false),
            // A role or a team of before that is gone by now.
            Err(DomainError::Invalid { .. }) => Ok(false),
            Err(other) => Err(other),
        }
    }
}

#[derive(FromQueryResult)]
struct Changed {
    n: i32,
    target: Uuid,
    before: Json,
    name: Option<String>,
    role_id: Option<Uuid>,
    team_id: Option<Uuid>,
}

#[derive(FromQueryResult)]
struct Came {
    n: i32,
    id: Uuid,
}

/// Takes back the rows after `from` up to `to`.
pub(super) async fn undo(ctx: &Ctx, import: &Import, from: i32, to: i32) -> kernel::Result<Undone> {
    let mut done = Undone::default();
    // Before anybody is looked at: administrators who change them meanwhile wait.
    ctx.access_changed().await?;
    let sql = "select r.n, r.duplicate_of as target, r.before, u.name, u.role_id, u.team_id
               from import_rows r left join users u on u.id = r.duplicate_of
               where r.import_id = $1 and r.n > $2 and r.n <= $3 and r.outcome = 'updated' and r.before is not null order by r.n desc";
    let changed: Vec<Changed> = ctx.tx().all(sql, [import.id.into(), from.into(), to.into()]).await?;
    let (mut back, mut kept) = (Vec::new(), Vec::new());
    for row in changed {
        if row.give_back(ctx).await? { back.push(row.n) } else { kept.push(row.n) }
    }
    let sql = "select r.n, u.id from import_rows r join users u on u.id = r.id and u.import_id = r.import_id
               where r.import_id = $1 and r.n > $2 and r.n <= $3 and r.faults is null order by r.n";
    let came: Vec<Came> = ctx.tx().all(sql, [import.id.into(), from.into(), to.into()]).await?;
    let gone = users::remove_unused(ctx, came.iter().map(|c| c.id).collect()).await?;
    let stayed: Vec<i32> = came.iter().filter(|c| !gone.contains(&c.id)).map(|c| c.n).collect();
    done.restored = i64::try_from(back.len() + gone.len()).unwrap_or(0);
    done.kept = i64::try_from(kept.len() + stayed.len()).unwrap_or(0);
    let touched: Vec<i32> = back.into_iter().chain(kept.iter().copied()).collect();
    kept.extend(stayed);
    let sql = "update import_rows set before = case when n = any($2) then null else before end,
                   outcome = case when n = any($3) then 'kept' else outcome end
               where import_id = $1 and (n = any($2) or n = any($3))";
    ctx.tx().run(sql, [import.id.into(), touched.into(), kept.into()]).await?;
    if done.restored + done.kept > 0 {
        let told = |field: &str, new: Json| Change { field: field.to_owned(), old: Json::Null, new };
        let lines = vec![
            told("restored", json!(done.restored)),
            told("kept", json!(done.kept)),
            told("rows", format!("{}-{to}", from + 1).into()),
        ];
        ctx.audit("user.import_undone", "import", Some(import.id), lines).await?;
    }
    Ok(done)
}

impl Changed {
    /// Gives somebody the values of before where they still have those of the import; says whether all came back.
    async fn give_back(&self, ctx: &Ctx) -> kernel::Result<bool> {
        let (Some(name), Some(role)) = (&self.name, self.role_id) else { return Ok(false) };
        let (mut wanted, mut all) = (Wanted::default(), true);
        for (field, pair) in self.before.as_object().into_iter().flatten() {
            let id = |n: usize| pair[n].as_str().and_then(|id| id.parse::<Uuid>().ok());
            match field.as_str() {
                "name" if pair[1].as_str() == Some(name) => wanted.name = pair[0].as_str().map(str::to_owned),
                "role_id" if id(1) == Some(role) => wanted.role = id(0),
                "team_id" if id(1) == self.team_id => wanted.team = Some(id(0)),
                _ => all = false,
            }
        }
        if wanted.is_nothing() {
            return Ok(all);
        }
        Ok(wanted.apply(ctx, self.target).await? && all)
    }
}

//! One piece of a change: a single statement locks the records, changes them, keeps what they had before,
//! and writes a line in the audit log for each.

use kernel::event::Event;
use kernel::permission::Scope;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::change::{Change, MOST_TAGS, may_go, tags_after};
use super::kind::Kind;
use super::statement::Sql;
use crate::contacts::primary;

/// Whose change it is, as the audit log tells it.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub id: Option<Uuid>,
    pub name: String,
    pub ip: Option<String>,
    pub request_id: Option<String>,
    /// Whether `id` is an API key's.
    pub is_key: bool,
}

impl Origin {
    /// The actor of a request.
    pub fn of(ctx: &Ctx) -> Self {
        let (actor, request) = (ctx.actor(), ctx.request());
        Self {
            id: actor.id(),
            name: actor.name.clone(),
            ip: request.ip.clone(),
            request_id: (!request.id.is_empty()).then(|| request.id.clone()),
            is_key: actor.key.is_some(),
        }
    }
}

/// What a piece came to.
#[derive(Debug, FromQueryResult)]
pub(super) struct Piece {
    /// Records that changed.
    pub changed: i64,
    /// Owners before and after.
    pub owners: Vec<Uuid>,
    /// Teams before and after.
    pub teams: Vec<Uuid>,
}

/// The condition that a record, by the names of its owner and team, lies within a scope of the actor.
pub(crate) fn covered(ctx: &Ctx, sql: &mut Sql, scope: Scope, owner: &str, team: &str) -> String {
    let me = ctx.user_id().unwrap_or(Uuid::nil());
    match scope {
        Scope::All => "true".to_owned(),
        Scope::Own => format!("{owner} = {}", sql.bind(me)),
        Scope::Team => {
            let teams = sql.bind(ctx.actor().teams.clone());
            format!("({team} = any({teams}) or {owner} = {})", sql.bind(me))
        }
    }
}

/// The lines of an audit diff for columns that may differ, in the order of their names.
pub(crate) fn lines(columns: &[(&str, &str, &str)]) -> String {
    let line = |(field, old, new): &(&str, &str, &str)| {
        format!(
            "case when {old} is distinct from {new} then
                 jsonb_build_array(jsonb_build_object('field', '{field}', 'old', {old}, 'new', {new})) else '[]' end"
        )
    };
    if columns.is_empty() { "'[]'::jsonb".to_owned() } else { columns.iter().map(line).collect::<Vec<_>>().join(" || ") }
}

/// The statements that follow rows `moved(id, old_user, …, d)`: audit rows, and for leads the history of
/// their status from `from` to `to`.
pub(super) fn told(sql: &mut Sql, kind: Kind, origin: &Origin, at: &str, action: &str, history: Option<(&str, &str)>) -> String {
    let (word, id, name) = (kind.word(), sql.bind(origin.id), sql.bind(origin.name.clone()));
    let (ip, request) = (sql.bind(origin.ip.clone()), sql.bind(origin.request_id.clone()));
    let mut text = format!(
        "told as (
             insert into audit_log (id, at, actor_id, actor_name, action, resource_type, resource_id, diff, diff_masked, ip, request_id)
             select gen_random_uuid(), {at}, {id}, {name}, '{word}.{action}', '{word}', lined.id, lined.d, lined.d, {ip}, {request}
             from lined)"
    );
    if let (Kind::Lead, Some((from, to))) = (kind, history) {
        let by = sql.bind(origin.id.filter(|_| !origin.is_key));
        text.push_str(&format!(
            ", noted as (
             insert into lead_status_history (id, lead_id, old_status, new_status, changed_by, at)
             select gen_random_uuid(), lined.id, lined.{from}, lined.{to}, {by}, {at} from lined where lined.{from} <> lined.{to})"
        ));
    }
    text
}

/// What every such statement ends with.
pub(super) const RESULT: &str = "select (select count(*) from lined) as changed,
    (select coalesce(array_agg(distinct o), '{}') from (select old_user as o from lined union select new_user from lined) x
        where o is not null) as owners,
    (select coalesce(array_agg(distinct t), '{}') from (select old_team as t from lined union select new_team from lined) x
        where t is not null) as teams";

/// A change on its way.
#[derive(Debug, Clone)]
pub(super) struct Work {
    pub id: Uuid,
    pub kind: Kind,
    pub change: Change,
    pub origin: Origin,
}

/// Changes these records, the first of which is the `first`th of the selection, as far as they lie within
/// the actor's scope by now.
pub(super) async fn piece(ctx: &Ctx, work: &Work, ids: &[Uuid], first: u64) -> kernel::Result<Piece> {
    let Work { id, kind, change, origin } = work;
    let (id, kind) = (*id, *kind);
    let scope = ctx.require(change.permission(kind))?;
    let mut sql = Sql::default();
    let table = kind.table();
    let at = sql.bind(ctx.now());
    let alive = if kind.can_be_deleted() { "r.deleted_at is null" } else { "true" };
    let (such, status_column) = (kind.is_such(), kind.status());
    let clients = if change.delete && kind == Kind::Contact { contacts_of(ctx, ids).await? } else { Vec::new() };
    let seen = covered(ctx, &mut sql, scope.min(ctx.require(kind.read())?), "r.assigned_to", "r.team_id");
    let listed = sql.bind(ids.to_vec());

    let (mut new_user, mut new_team) = ("p.old_user".to_owned(), "p.old_team".to_owned());
    let (mut chosen, mut turn) = (format!("{table} r where r.id = any({listed}) and"), "0");
    let mut targets = String::new();
    let (mut new_status, mut new_tag_list) = ("p.old_status".to_owned(), "p.old_tags".to_owned());
    let mut reached = "true".to_owned();
    let (mut set, mut differs): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    let mut diff: Vec<(&str, &str, &str)> = Vec::new();
    if let Some(assign) = &change.assign {
        let rows: Vec<Json> =
            assign.targets.iter().enumerate().map(|(i, t)| json!({ "i": i, "u": t.user, "t": t.team })).collect();
        targets =
            format!("left join jsonb_to_recordset({}) as g (i int, u uuid, t uuid) on g.i = p.t", sql.bind(Json::Array(rows)));
        if assign.targets.len() > 1 {
            let places: Vec<i32> = (first..).take(ids.len()).map(|n| assign.target_of(n)).collect();
            let places = sql.bind(places);
            chosen = format!("unnest({listed}, {places}) as q (id, t) join {table} r on r.id = q.id where");
            turn = "q.t";
        }
        new_user = "g.u".to_owned();
        if !assign.keep_team {
            new_team = "g.t".to_owned();
        }
        reached = covered(ctx, &mut sql, scope, "w.new_user", "w.new_team");
        set.extend(["assigned_to = w.new_user", "team_id = w.new_team"]);
        differs.extend(["w.new_user is distinct from w.old_user", "w.new_team is distinct from w.old_team"]);
        diff.extend([("assigned_to", "old_user", "new_user"), ("team_id", "old_team", "new_team")]);
    }
    if let Some(status) = &change.status {
        new_status = format!("{}::text", sql.bind(status.clone()));
        set.push("status = w.new_status");
        differs.push("w.new_status <> w.old_status");
        diff.push(("status", "old_status", "new_status"));
        // The way that the settings draw holds here, too.
        if kind == Kind::Lead {
            reached = format!("{reached} and {}", may_go("w.old_status", "w.new_status"));
        }
    }
    if change.has_tags() {
        let (add, remove) = (sql.bind(change.add_tags.clone()), sql.bind(change.remove_tags.clone()));
        new_tag_list = tags_after("p.old_tags", &add, &remove);
        set.push("tags = w.new_tags");
        differs.push("w.new_tags <> w.old_tags");
        diff.push(("tags", "old_tags", "new_tags"));
        reached = format!("{reached} and cardinality(w.new_tags) <= {MOST_TAGS}");
    }
    let deleted_at = if change.delete { format!("{at}::timestamptz") } else { "null::timestamptz".to_owned() };
    if change.delete {
        set.push("deleted_at = w.deleted_at");
        if kind == Kind::Contact {
            set.push("is_primary = false");
        }
        differs.push("true");
    }
    let keep = |touched: bool, column: &str| if touched { column.to_owned() } else { "null".to_owned() };
    let (owners, statuses, tagged) = (change.assign.is_some(), change.status.is_some(), change.has_tags());
    let kept: Vec<String> = [
        (owners, "old_user"),
        (owners, "new_user"),
        (owners, "old_team"),
        (owners, "new_team"),
        (statuses, "old_status"),
        (statuses, "new_status"),
        (tagged, "old_tags"),
        (tagged, "new_tags"),
    ]
    .into_iter()
    .map(|(touched, column)| keep(touched, column))
    .collect();
    let change_id = sql.bind(id);
    let action = if change.delete { "deleted" } else { "updated" };
    let history = change.status.is_some().then_some(("old_status", "new_status"));
    let told = told(&mut sql, kind, origin, &at, action, history);
    let text = format!(
        "with p as materialized (
             select r.id, r.assigned_to as old_user, r.team_id as old_team, r.{status_column} as old_status, r.tags as old_tags, {turn} as t
             from {chosen} {alive} and {such} and {seen} order by r.id for update of r),
         w as (
             select p.*, {new_user} as new_user, {new_team} as new_team, {new_status} as new_status, {new_tag_list} as new_tags,
                 {deleted_at} as deleted_at
             from p {targets}),
         moved as (
             update {table} r set {set}, updated_at = {at}, version = r.version + 1
             from w where r.id = w.id and ({differs}) and {reached}
             returning w.*),
         lined as materialized (select moved.*, {diff} as d from moved),
         kept as (
             insert into bulk_rows (change_id, record_id, old_user, new_user, old_team, new_team, old_status, new_status,
                 old_tags, new_tags, deleted_at)
             select {change_id}, id, {kept}, deleted_at from lined),
         {told}
         {RESULT}",
        set = set.join(", "),
        differs = differs.join(" or "),
        diff = lines(&diff),
        kept = kept.join(", "),
    );
    let done = sql.one(ctx, text).await?;
    primary::settle(ctx, &clients).await?;
    Ok(done)
}

/// The clients of contacts, held until it is decided who is their primary contact.
pub(super) async fn contacts_of(ctx: &Ctx, ids: &[Uuid]) -> kernel::Result<Vec<Uuid>> {
    let sql = "select array_agg(distinct client_id) from contacts where id = any($1) and client_id is not null";
    let clients = ctx.tx().scalar::<Option<Vec<Uuid>>>(sql, [ids.to_vec().into()]).await?.flatten().unwrap_or_default();
    primary::hold(ctx, &clients).await?;
    Ok(clients)
}

/// Tells open screens that records changed, in one event for all of them: it names the change and no
/// record, and reaches whoever may see one of them.
pub(super) async fn tell(ctx: &Ctx, kind: Kind, id: Uuid, piece: &Piece) -> kernel::Result<()> {
    if piece.changed == 0 {
        return Ok(());
    }
    let mut event = Event::new(&format!("{}.bulk_updated", kind.word()), id, kind.read());
    event.owners.clone_from(&piece.owners);
    event.teams.clone_from(&piece.teams);
    ctx.emit(event).await
}

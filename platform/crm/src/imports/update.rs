//! Rows of people who are there already: their records take the values, once each, however often a person
//! stands in the piece.

use runtime::Ctx;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::entity::Import;
use super::run::{TAGS, status_keys};
use crate::bulk::{Kind, Origin, Sql, covered, lines};

/// What came of it.
#[derive(Debug, FromQueryResult)]
pub(super) struct Changed {
    pub updated: i64,
    pub owners: Vec<Uuid>,
    pub teams: Vec<Uuid>,
}

/// A column that an import can change.
struct Column {
    name: &'static str,
    /// What a masked reader of the log sees of a value; `{}` stands for it.
    masked: &'static str,
}

const fn plain(name: &'static str) -> Column {
    Column { name, masked: "{}" }
}

const SHARED: &[Column] = &[Column { name: "phone", masked: "mask_phone({})" }, plain("source")];
const OF_CLIENTS_AND_LEADS: &[Column] = &[plain("country"), plain("follow_up_at"), plain("follow_up_note"), plain("partner_id")];
const OF_CONTACTS: &[Column] = &[
    Column { name: "email", masked: "mask_email({})" },
    plain("company"),
    plain("job_title"),
    plain("rating"),
    plain("description"),
];
const OF_CLIENTS: &[Column] = &[
    plain("language"),
    Column { name: "address", masked: "mask_text({})" },
    Column { name: "date_of_birth", masked: "mask_date({})" },
];
const OF_LEADS: &[Column] = &[Column { name: "email", masked: "mask_email({})" }, plain("message")];

/// Who becomes the primary contact of the client that a row brings: the first one, where none is.
const PLACED: &str = ", taken.old_is_primary or (taken.old_client_id is null and taken.new_client_id is not null
    and not exists (select 1 from contacts k where k.client_id = taken.new_client_id and k.is_primary and k.deleted_at is null)
    and row_number() over (partition by taken.new_client_id, taken.old_client_id is null order by taken.n) = 1) as new_is_primary";

/// Changes the records of the rows after `from` up to `to`: all values with `overwrite`, or empty ones.
pub(super) async fn piece(
    ctx: &Ctx,
    kind: Kind,
    import: &Import,
    overwrite: bool,
    from: i32,
    to: i32,
) -> kernel::Result<Changed> {
    let scope = ctx.require(kind.update())?.min(ctx.require(kind.read())?);
    let keys = status_keys(ctx, kind).await?;
    let mut sql = Sql::default();
    let (id, from, to) = (sql.bind(import.id), sql.bind(from), sql.bind(to));
    let (at, keys) = (sql.bind(ctx.now()), sql.bind(keys));
    let seen = covered(ctx, &mut sql, scope, "c.assigned_to", "c.team_id");
    let (table, word) = (kind.table(), kind.word());
    let alive = if kind.can_be_deleted() { "c.deleted_at is null" } else { "true" };
    let own = match kind {
        Kind::Client => [OF_CLIENTS_AND_LEADS, OF_CLIENTS],
        Kind::Contact => [OF_CONTACTS, &[]],
        _ => [OF_CLIENTS_AND_LEADS, OF_LEADS],
    };
    let columns: Vec<&Column> = SHARED.iter().chain(own.into_iter().flatten()).collect();

    // Of several rows the last one counts, or the first one that has something.
    let order = if overwrite { "desc" } else { "asc" };
    let pick = |column: &str, name: &str| {
        format!("(array_agg(p.{column} order by p.n {order}) filter (where p.{column} is not null))[1] as {name}")
    };
    let mut picked: Vec<String> = columns.iter().map(|c| pick(c.name, c.name)).collect();
    picked.extend(["first_name", "last_name", "status", "assigned_to", "custom"].map(|name| pick(name, name)));
    picked.push(format!("(array_agg(p.team_id order by p.n {order}) filter (where p.assigned_to is not null))[1] as team_id"));
    picked.push(format!("(jsonb_agg(to_jsonb(p.canon) order by p.n {order}) filter (where p.tags is not null)) -> 0 as tags"));

    if kind == Kind::Contact {
        picked.push(pick("client_id", "client_id"));
    }

    let take =
        |name: &str| if overwrite { format!("coalesce(m.{name}, c.{name})") } else { format!("coalesce(c.{name}, m.{name})") };
    // A partner may be gone since the file was looked at.
    let partner = "(select k.id from partners k where k.id = m.partner_id)";
    let taken = |name: &'static str| match (name, overwrite) {
        ("partner_id", true) => format!("coalesce({partner}, c.partner_id)"),
        ("partner_id", false) => format!("coalesce(c.partner_id, {partner})"),
        _ => take(name),
    };
    let mut news: Vec<(&str, String)> = columns.iter().map(|c| (c.name, taken(c.name))).collect();
    let given = "array(select jsonb_array_elements_text(m.tags))";
    if overwrite {
        news.push(("first_name", "coalesce(m.first_name, c.first_name)".to_owned()));
        news.push(("last_name", "coalesce(m.last_name, c.last_name)".to_owned()));
        // The way that the settings draw for leads holds here, too.
        let allowed = match kind {
            Kind::Client | Kind::Contact => "true",
            _ => "not exists (select 1 from statuses s where s.entity = 'lead' and s.key = c.status and not m.status = any(s.transitions)
                and (s.transitions = '{}' or exists (select 1 from statuses o where o.entity = 'lead' and o.key = any(s.transitions))))",
        };
        news.push(("status", format!("case when m.status = any({keys}::text[]) and {allowed} then m.status else c.status end")));
        news.push(("assigned_to", "coalesce(m.assigned_to, c.assigned_to)".to_owned()));
        news.push(("team_id", "case when m.assigned_to is not null then m.team_id else c.team_id end".to_owned()));
        news.push(("custom", "c.custom || coalesce(m.custom, '{}')".to_owned()));
        news.push(("tags", format!("case when m.tags is null then c.tags else {given} end")));
    } else {
        let free = "c.assigned_to is null and m.assigned_to is not null";
        news.push(("assigned_to", "coalesce(c.assigned_to, m.assigned_to)".to_owned()));
        news.push(("team_id", format!("case when {free} then m.team_id else c.team_id end")));
        news.push(("custom", "coalesce(m.custom, '{}') || c.custom".to_owned()));
        news.push(("tags", format!("case when m.tags is not null and c.tags = '{{}}' then {given} else c.tags end")));
    }
    if kind == Kind::Contact {
        // Nobody is taken away from a client by a file.
        let still_there = "(select x.id from clients x where x.id = m.client_id and x.deleted_at is null)";
        news.push(("client_id", format!("coalesce(c.client_id, {still_there})")));
    }
    let mut computed: Vec<String> =
        news.iter().map(|(name, expression)| format!("{expression} as new_{name}, c.{name} as old_{name}")).collect();
    let placed = if kind == Kind::Contact {
        computed.push("c.is_primary as old_is_primary".to_owned());
        news.push(("is_primary", String::new()));
        PLACED
    } else {
        ""
    };
    let set: Vec<String> = news.iter().map(|(name, _)| format!("{name} = w.new_{name}")).collect();
    let differs: Vec<String> = news.iter().map(|(name, _)| format!("w.new_{name} is distinct from w.old_{name}")).collect();
    let named: Vec<(&str, String, String)> =
        news.iter().map(|(name, _)| (*name, format!("old_{name}"), format!("new_{name}"))).collect();
    let clear = lines(&named.iter().map(|(name, old, new)| (*name, old.as_str(), new.as_str())).collect::<Vec<_>>());
    let masked = masked_lines(&columns, &named);

    let origin = Origin::of(ctx);
    let (who, name) = (sql.bind(origin.id), sql.bind(origin.name));
    let (ip, request) = (sql.bind(origin.ip), sql.bind(origin.request_id));
    let told = ", follow_up_told = r.follow_up_told and r.follow_up_at is not distinct from w.new_follow_up_at";
    let active = match kind {
        Kind::Client => format!("{told}, last_activity_at = {at}"),
        Kind::Contact => String::new(),
        _ => told.to_owned(),
    };
    let history = if kind == Kind::Lead && overwrite {
        let by = sql.bind(ctx.user_id());
        format!(
            ", noted as (
             insert into lead_status_history (id, lead_id, old_status, new_status, changed_by, at)
             select gen_random_uuid(), id, old_status, new_status, {by}::uuid, {at} from lined where old_status <> new_status)"
        )
    } else {
        String::new()
    };
    let counted =
        if kind == Kind::Lead { leads_counted("lined", "old_partner_id", "new_partner_id", &at) } else { String::new() };
    let text = format!(
        "with p as materialized (
             select p.*, coalesce(p.duplicate_of, f.duplicate_of, f.id) as target, {TAGS} as canon
             from import_rows p left join import_rows f on f.import_id = p.import_id and f.n = p.twin_of
             where p.import_id = {id} and p.n > {from} and p.n <= {to} and p.faults is null and p.outcome is null
                 and (p.duplicate_of is not null or p.twin_of is not null)),
         m as (select p.target, max(p.n) as n, {picked} from p where p.target is not null group by p.target),
         taken as materialized (
             select c.id, m.n, c.import_id as came_with, {computed} from m join {table} c on c.id = m.target
             where {alive} and {seen} order by c.id for update of c),
         w as materialized (select taken.*{placed} from taken),
         moved as (
             update {table} r set {set}, updated_at = {at}, version = r.version + (w.came_with is distinct from {id})::int{active}
             from w where r.id = w.id and ({differs})
             returning w.*),
         lined as materialized (select moved.*, {clear} as d, {masked} as dm from moved),
         marked as (
             update import_rows r set outcome = 'updated', duplicate_of = p.target,
                 before = case when r.n = l.n then (
                     select jsonb_object_agg(e ->> 'field', jsonb_build_array(e -> 'old', e -> 'new')) from jsonb_array_elements(l.d) e) end
             from p join lined l on l.id = p.target where r.import_id = {id} and r.n = p.n returning 1),
         told as (
             insert into audit_log (id, at, actor_id, actor_name, action, resource_type, resource_id, diff, diff_masked, ip, request_id)
             select gen_random_uuid(), {at}, {who}, {name}, '{word}.updated', '{word}', id, d, dm, {ip}, {request} from lined){history}{counted}
         select (select count(*) from marked) as updated,
             (select coalesce(array_agg(distinct o), '{{}}') from (
                 select old_assigned_to as o from lined union select new_assigned_to from lined) x where o is not null) as owners,
             (select coalesce(array_agg(distinct t), '{{}}') from (
                 select old_team_id as t from lined union select new_team_id from lined) x where t is not null) as teams",
        picked = picked.join(", "),
        computed = computed.join(", "),
        set = set.join(", "),
        differs = differs.join(" or "),
    );
    sql.one(ctx, text).await
}

/// Partners are told how many leads they brought: counts the rows `of` whose partner became another.
pub(super) fn leads_counted(of: &str, was: &str, is: &str, at: &str) -> String {
    format!(
        ", counted as (
             update partners k set leads_count = k.leads_count + g.n, updated_at = {at}
             from (select p, sum(n) as n from (
                     select {is} as p, 1 as n from {of} where {was} is distinct from {is}
                     union all select {was}, -1 from {of} where {was} is distinct from {is}) x
                   where p is not null group by p) g
             where k.id = g.p)"
    )
}

/// The lines of the log for masked readers.
fn masked_lines(columns: &[&Column], named: &[(&str, String, String)]) -> String {
    let line = |(field, old, new): &(&str, String, String)| {
        let mask = columns.iter().find(|c| c.name == *field).map_or("{}", |c| c.masked);
        let (shown_old, shown_new) = (mask.replace("{}", old), mask.replace("{}", new));
        format!(
            "case when {old} is distinct from {new} then
                 jsonb_build_array(jsonb_build_object('field', '{field}', 'old', {shown_old}, 'new', {shown_new})) else '[]' end"
        )
    };
    named.iter().map(line).collect::<Vec<_>>().join(" || ")
}

//! Rows that are the same person: twice in the file, and in the database already. By sets, not by rows.

use runtime::{Ctx, Rows as _};
use uuid::Uuid;

use super::brings::Brings;
use super::mapping::Mapping;
use crate::bulk::{Kind, Sql, covered};
use crate::deals;

#[derive(sea_orm::FromQueryResult)]
struct Done {
    #[expect(dead_code, reason = "a statement gives a row")]
    n: i64,
}

/// How a file and a table are compared: the column, and for which rows.
fn ways(brings: Brings, mapping: &Mapping) -> Vec<(&'static str, &'static str)> {
    let Some(kind) = brings.as_records() else { return vec![("email", "true")] };
    let mut ways = Vec::new();
    // Two clients can't have one e-mail, whatever somebody compares by.
    if mapping.by_email || kind == Kind::Client {
        ways.push(("email", "true"));
    }
    if mapping.by_phone {
        ways.push(("phone", "true"));
    } else if kind != Kind::Client {
        ways.push(("phone", "r.email is null"));
    }
    ways
}

/// Marks them among the rows of an import, or in one row of it.
pub(super) async fn find(ctx: &Ctx, brings: Brings, id: Uuid, mapping: &Mapping, only: Option<i32>) -> kernel::Result<()> {
    // Nobody has counted these rows yet: the planner would take a few for a million, and loop.
    if only.is_none() {
        ctx.tx().run("select set_config('enable_nestloop', 'off', true), set_config('statement_timeout', '600000', true), set_config('work_mem', '64MB', true)", []).await?;
    }
    if let Some(same) = Same::of(brings) {
        same.in_database(ctx, brings, id, only).await?;
        same.in_file(ctx, id, only).await?;
    } else {
        for (column, which) in ways(brings, mapping) {
            in_database(ctx, brings, id, column, which, only).await?;
            in_file(ctx, id, column, which, only).await?;
        }
    }
    if only.is_none() {
        ctx.tx().run("select set_config('enable_nestloop', 'on', true)", []).await?;
    }
    Ok(())
}

async fn in_file(ctx: &Ctx, id: Uuid, column: &str, which: &str, only: Option<i32>) -> kernel::Result<()> {
    let mut sql = Sql::default();
    let import = sql.bind(id);
    // One row is compared with those before it, and those after it with the row.
    let (narrow, one) = match only {
        Some(n) => {
            let n = sql.bind(n);
            (
                format!("and q.{column} = (select {column} from import_rows where import_id = {import} and n = {n})"),
                format!("and (r.n = {n} or f.first = {n})"),
            )
        }
        None => (String::new(), String::new()),
    };
    let text = format!(
        "with twice as (
             select q.{column} as value, min(q.n) as first from import_rows q
             where q.import_id = {import} and q.faults is null and q.{column} is not null {narrow}
             group by q.{column} having count(*) > 1),
         marked as (
             update import_rows r set twin_of = f.first from twice f
             where r.import_id = {import} and r.faults is null and r.{column} = f.value and r.n > f.first and r.twin_of is null and {which} {one}
             returning 1)
         select count(*) as n from marked"
    );
    sql.one::<Done>(ctx, text).await?;
    Ok(())
}

async fn in_database(ctx: &Ctx, brings: Brings, id: Uuid, column: &str, which: &str, only: Option<i32>) -> kernel::Result<()> {
    let mut sql = Sql::default();
    let import = sql.bind(id);
    let table = brings.plural();
    let alive = if brings.as_records().is_some_and(Kind::can_be_deleted) { "t.deleted_at is null" } else { "true" };
    let one = only.map(|n| format!("and r.n = {}", sql.bind(n))).unwrap_or_default();
    // Of several the oldest is meant.
    let text = format!(
        "with found as (
             select distinct on (r.n) r.n, t.id from import_rows r join {table} t on t.{column} = r.{column} and {alive}
             where r.import_id = {import} and r.faults is null and r.duplicate_of is null and r.{column} is not null and {which} {one}
             order by r.n, t.created_at, t.id),
         marked as (
             update import_rows r set duplicate_of = f.id from found f where r.import_id = {import} and r.n = f.n returning 1)
         select count(*) as n from marked"
    );
    sql.one::<Done>(ctx, text).await?;
    Ok(())
}

/// What makes two deals the same one, or two activities, where nothing tells who is meant as an address does: of a row `q`
/// and of a record `t`.
struct Same {
    /// What is looked up, and is never null.
    first: (&'static str, &'static str),
    /// What must be the same besides; nothing is the same as nothing.
    rest: &'static [(&'static str, &'static str)],
    such: &'static str,
}

const DEAL: (&str, &[(&str, &str)]) =
    ("t.search_name", &[("q.client_id", "t.client_id"), ("q.more ->> 'pipeline'", "t.pipeline_key")]);
const ACTIVITY: (&str, &[(&str, &str)]) = (
    "t.search_text",
    &[
        ("q.more ->> 'type'", "t.type"),
        ("(q.more ->> 'due_at')::timestamptz", "t.due_at"),
        ("q.client_id", "t.client_id"),
        ("(q.more ->> 'contact_id')::uuid", "t.contact_id"),
        ("(q.more ->> 'lead_id')::uuid", "t.lead_id"),
        ("(q.more ->> 'deal_id')::uuid", "t.deal_id"),
        ("(q.more ->> 'opportunity_id')::uuid", "t.opportunity_id"),
    ],
);

impl Same {
    fn of(brings: Brings) -> Option<Self> {
        let ((name, rest), such) = match brings {
            Brings::Deals(deals::Kind::Deal) => (DEAL, "t.kind = 'deal'"),
            Brings::Deals(deals::Kind::Opportunity) => (DEAL, "t.kind = 'opportunity'"),
            Brings::Activities => (ACTIVITY, "true"),
            Brings::Records(_) | Brings::Users => return None,
        };
        Some(Self { first: ("fold(q.first_name)", name), rest, such })
    }

    async fn in_file(&self, ctx: &Ctx, id: Uuid, only: Option<i32>) -> kernel::Result<()> {
        let mut sql = Sql::default();
        let import = sql.bind(id);
        let first = self.first.0;
        // One row is compared with those before it, and those after it with the row.
        let (narrow, one) = match only {
            Some(n) => {
                let n = sql.bind(n);
                let its = first.replace("q.", "o.");
                (
                    format!("and {first} = (select {its} from import_rows o where o.import_id = {import} and o.n = {n})"),
                    format!("and (r.n = {n} or f.first = {n})"),
                )
            }
            None => (String::new(), String::new()),
        };
        let by: Vec<&str> = std::iter::once(first).chain(self.rest.iter().map(|(row, _)| *row)).collect();
        let text = format!(
            "with f as (
                 select q.n, min(q.n) over (partition by {by}) as first from import_rows q
                 where q.import_id = {import} and q.faults is null {narrow}),
             marked as (
                 update import_rows r set twin_of = f.first from f
                 where r.import_id = {import} and r.n = f.n and f.first < f.n and r.twin_of is null {one} returning 1)
             select count(*) as n from marked",
            by = by.join(", ")
        );
        sql.one::<Done>(ctx, text).await?;
        Ok(())
    }

    /// Among those that the actor sees: of the others a row tells nothing.
    async fn in_database(&self, ctx: &Ctx, brings: Brings, id: Uuid, only: Option<i32>) -> kernel::Result<()> {
        let Some(scope) = ctx.actor().scope(brings.reads()) else { return Ok(()) };
        let mut sql = Sql::default();
        let import = sql.bind(id);
        let seen = covered(ctx, &mut sql, scope, "t.assigned_to", "t.team_id");
        let one = only.map(|n| format!("and q.n = {}", sql.bind(n))).unwrap_or_default();
        let same: Vec<String> = self.rest.iter().map(|(row, there)| format!("{there} is not distinct from {row}")).collect();
        // Of several the oldest is meant.
        let text = format!(
            "with found as (
                 select distinct on (q.n) q.n, t.id from import_rows q
                 join {table} t on {there} = {first} and {such} and t.deleted_at is null and {same}
                 where q.import_id = {import} and q.faults is null and q.duplicate_of is null and {seen} {one}
                 order by q.n, t.created_at, t.id),
             marked as (
                 update import_rows r set duplicate_of = f.id from found f where r.import_id = {import} and r.n = f.n returning 1)
             select count(*) as n from marked",
            table = brings.table(),
            there = self.first.1,
            first = self.first.0,
            such = self.such,
            same = same.join(" and "),
        );
        sql.one::<Done>(ctx, text).await?;
        Ok(())
    }
}

/// Counts them anew.
pub(super) async fn count(ctx: &Ctx, id: Uuid) -> kernel::Result<()> {
    let sql = "update imports i set twins = c.twins, known = c.known
               from (select count(*) filter (where duplicate_of is null) as twins, count(duplicate_of) as known
                     from import_rows where import_id = $1 and (duplicate_of is not null or twin_of is not null)) c
               where i.id = $1";
    ctx.tx().run(sql, [id.into()]).await?;
    Ok(())
}

//! What stands in the stages, what is expected when, and how far what was begun has come.

use std::collections::HashMap;

use chrono::{Datelike as _, Months};
use kernel::permission::Scope;
use runtime::{Ctx, Rows as _, list};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, CommonTableExpression, Expr, Query, UnionType, WithClause};

use super::ask::Ask;
use super::closed::which;
use super::entity::{Forecast, ForecastMonth, OpenFigures, StageFigure, Step, zero};
use super::sums::{Line, Rate, grouped};
use crate::deals::Kind;

/// Months of a forecast.
const MONTHS: u32 = 12;

/// All that is open.
pub(super) async fn figures(
    ctx: &Ctx,
    ask: &Ask,
    kind: Kind,
    scope: Scope,
    missing: &mut Vec<String>,
) -> kernel::Result<OpenFigures> {
    let lines = grouped(ctx, ask, ask.open(ctx, kind, scope), &[], Rate::Today, missing).await?;
    Ok(lines.first().map(Line::open).unwrap_or_default())
}

#[derive(FromQueryResult)]
struct Stage {
    pipeline: String,
    pipeline_name: String,
    archived: bool,
    stage: String,
    label: String,
    hue: String,
    outcome: String,
}

/// Every stage of the pipelines in use, in order.
pub(super) async fn stages(ctx: &Ctx, ask: &Ask, scope: Scope, missing: &mut Vec<String>) -> kernel::Result<Vec<StageFigure>> {
    let keys = || [Expr::cust("d.pipeline_key"), Expr::cust("d.stage")];
    let open = grouped(ctx, ask, ask.open(ctx, ask.kind, scope), &keys(), Rate::Today, missing).await?;
    let closed = ask.closed(ctx, scope, ask.now.since, ask.now.until);
    let closed = grouped(ctx, ask, closed, &keys(), Rate::Closing, missing).await?;
    let mut by: HashMap<(String, String), Line> = HashMap::new();
    for line in open.into_iter().chain(closed) {
        by.insert((line.k1.clone().unwrap_or_default(), line.k2.clone().unwrap_or_default()), line);
    }
    let sql = "select p.key as pipeline, p.name as pipeline_name, p.archived, s.key as stage, s.label, s.hue, s.outcome
               from pipelines p join pipeline_stages s on s.pipeline_key = p.key
               where $1::text is null or p.key = $1 order by p.position, p.key, s.position, s.key";
    let stages: Vec<Stage> = ctx.tx().all(sql, [ask.pipeline.clone().into()]).await?;
    let figure = |s: Stage| {
        let line = by.get(&(s.pipeline.clone(), s.stage.clone()));
        if line.is_none() && s.archived && ask.pipeline.is_none() {
            return None;
        }
        Some(StageFigure {
            count: line.map_or(0, |l| l.n),
            value: line.map_or_else(zero, |l| l.value.clone()),
            // What is won is certain, and what is lost is nothing.
            weighted: match (line, s.outcome.as_str()) {
                (Some(l), "won") => l.value.clone(),
                (Some(l), "none") => l.weighted.clone(),
                _ => zero(),
            },
            pipeline: s.pipeline,
            pipeline_name: s.pipeline_name,
            stage: s.stage,
            label: s.label,
            hue: s.hue,
            outcome: s.outcome,
        })
    };
    Ok(stages.into_iter().filter_map(figure).collect())
}

/// What is expected when.
pub(super) async fn forecast(ctx: &Ctx, ask: &Ask, scope: Scope, missing: &mut Vec<String>) -> kernel::Result<Forecast> {
    let first = ask.month.from;
    let end = first.checked_add_months(Months::new(MONTHS)).unwrap_or(first);
    let key = Expr::cust_with_values(
        "case when d.expected_close_date is null then 'undated' when d.expected_close_date < $1 then 'overdue'
              when d.expected_close_date >= $2 then 'later' else to_char(d.expected_close_date, 'YYYY-MM') end",
        [first, end],
    );
    let lines = grouped(ctx, ask, ask.open(ctx, ask.kind, scope), &[key], Rate::Today, missing).await?;
    let of = |word: &str| lines.iter().find(|l| l.k1.as_deref() == Some(word)).map(Line::open).unwrap_or_default();
    let month = |n: u32| {
        let day = first.checked_add_months(Months::new(n)).unwrap_or(first);
        let month = format!("{:04}-{:02}", day.year(), day.month());
        ForecastMonth { open: of(&month), month }
    };
    Ok(Forecast { months: (0..MONTHS).map(month).collect(), overdue: of("overdue"), later: of("later"), undated: of("undated") })
}

#[derive(FromQueryResult)]
struct StepRow {
    stage: String,
    label: String,
    hue: String,
    place: i64,
    count: i64,
    before: i64,
}

/// How far came what was begun in the period: each counts for the farthest stage that it ever stood in and for
/// all before it. Lost is no stage that anybody comes to; what was lost from the start was begun all the same. The
/// field `reached` of the lists' filter says the same of one deal.
pub(super) async fn funnel(ctx: &Ctx, ask: &Ask, scope: Scope, pipeline: &str) -> kernel::Result<Vec<Step>> {
    let mut begun = ask.deals(ctx, ask.kind, scope);
    begun
        .expr_as(Expr::cust("d.id"), Alias::new("id"))
        .expr_as(Expr::cust("d.stage"), Alias::new("stage"))
        .expr_as(which(ask, "d.created_at"), Alias::new("which"))
        .and_where(Expr::cust_with_values("d.pipeline_key = $1", [pipeline]))
        .and_where(Expr::cust_with_values("d.created_at >= $1 and d.created_at < $2", [ask.before.since, ask.now.until]));
    let mut steps = Query::select();
    steps
        .exprs(["s.key", "s.label", "s.hue"].map(Expr::cust))
        .expr_as(Expr::cust("row_number() over (order by (s.outcome = 'won')::int, s.position, s.key)"), Alias::new("place"))
        .from_as(Alias::new("pipeline_stages"), Alias::new("s"))
        .and_where(Expr::cust_with_values("s.pipeline_key = $1 and s.outcome <> 'lost'", [pipeline]));
    let mut stood = Query::select();
    stood.exprs(["c.id", "c.which", "c.stage"].map(Expr::cust)).from_as(Alias::new("begun"), Alias::new("c"));
    let mut history = Query::select();
    history
        .exprs(["c.id", "c.which", "h.new_stage"].map(Expr::cust))
        .from_as(Alias::new("begun"), Alias::new("c"))
        .join_as(sea_orm::JoinType::InnerJoin, Alias::new("deal_stages"), Alias::new("h"), Expr::cust("h.deal_id = c.id"))
        .and_where(Expr::cust_with_values("h.pipeline_key = $1", [pipeline]));
    stood.union(UnionType::All, history);
    let mut reached = Query::select();
    reached
        .exprs(["v.id", "v.which"].map(Expr::cust))
        .expr_as(Expr::cust("coalesce(max(p.place), 1)"), Alias::new("place"))
        .from_subquery(stood, Alias::new("v"))
        .join_as(sea_orm::JoinType::LeftJoin, Alias::new("steps"), Alias::new("p"), Expr::cust("p.key = v.stage"))
        .add_group_by(["v.id", "v.which"].map(Expr::cust));
    // Few rows, which are then joined with the steps that they passed.
    let mut places = Query::select();
    places
        .exprs(["r.which", "r.place"].map(Expr::cust))
        .expr_as(Expr::cust("count(*)"), Alias::new("n"))
        .from_as(Alias::new("reached"), Alias::new("r"))
        .add_group_by(["r.which", "r.place"].map(Expr::cust));
    let mut out = Query::select();
    for (text, name) in [
        ("p.key", "stage"),
        ("p.label", "label"),
        ("p.hue", "hue"),
        ("p.place", "place"),
        ("coalesce(sum(r.n) filter (where r.which = 'now'), 0)::bigint", "count"),
        ("coalesce(sum(r.n) filter (where r.which = 'before'), 0)::bigint", "before"),
    ] {
        out.expr_as(Expr::cust(text), Alias::new(name));
    }
    out.from_as(Alias::new("steps"), Alias::new("p"))
        .join_as(sea_orm::JoinType::LeftJoin, Alias::new("places"), Alias::new("r"), Expr::cust("r.place >= p.place"))
        .add_group_by(["p.key", "p.label", "p.hue", "p.place"].map(Expr::cust));
    let with = WithClause::new()
        .cte(CommonTableExpression::new().table_name("begun").query(begun).to_owned())
        .cte(CommonTableExpression::new().table_name("steps").query(steps).to_owned())
        .cte(CommonTableExpression::new().table_name("reached").query(reached).to_owned())
        .cte(CommonTableExpression::new().table_name("places").query(places).to_owned())
        .to_owned();
    out.with_cte(with);
    let mut rows: Vec<StepRow> = list::rows(ctx, &out).await?;
    rows.sort_by_key(|r| r.place);
    let step = |r: StepRow| Step { stage: r.stage, label: r.label, hue: r.hue, count: r.count, before: r.before };
    Ok(rows.into_iter().map(step).collect())
}

//! What a report is asked for, and the calendar that it goes by.

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, Utc};
use kernel::DomainError;
use kernel::permission::Scope;
use kernel::validate::Checker;
use runtime::list::within;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, Query, SelectStatement};
use uuid::Uuid;

use crate::deals::Kind;

/// The most days of a period.
const MOST_DAYS: i64 = 732;
/// The most owners or teams at once.
const MOST_IDS: usize = 100;

/// A part of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The single numbers.
    Metrics,
    /// By stage.
    Stages,
    /// What is expected.
    Forecast,
    /// From stage to stage.
    Funnel,
    /// Activities by day.
    Activity,
    /// Who sells best.
    Performers,
    /// Team beside team.
    Teams,
    /// Closed over time.
    Won,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 8] =
        [Self::Metrics, Self::Stages, Self::Forecast, Self::Funnel, Self::Activity, Self::Performers, Self::Teams, Self::Won];

    /// As in `part=`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Metrics => "metrics",
            Self::Stages => "stages",
            Self::Forecast => "forecast",
            Self::Funnel => "funnel",
            Self::Activity => "activity",
            Self::Performers => "performers",
            Self::Teams => "teams",
            Self::Won => "won",
        }
    }

    /// The part that a word means.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.word() == word)
    }
}

/// What a report is narrowed to, as the caller sends it.
#[derive(Debug, Clone, Default)]
pub struct SalesFilter {
    /// `month`, `last_month`, `quarter`, `year`, `last_30_days` or `last_90_days`, instead of days.
    pub period: Option<String>,
    /// First day; that of this month by default.
    pub from: Option<String>,
    /// Last day; that of the first day's month by default.
    pub to: Option<String>,
    /// Owners' ids, or `me`, or `none`.
    pub owner: Option<String>,
    /// Teams' ids, or `none`.
    pub team: Option<String>,
    /// A pipeline.
    pub pipeline: Option<String>,
    /// `deal` or `opportunity`; deals by default, for who may see them.
    pub kind: Option<String>,
}

/// Days, both included, and the moments at which they begin and end in the tenant's time zone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub since: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

/// A checked question.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    pub kind: Kind,
    pub base: String,
    pub zone: String,
    pub today: NaiveDate,
    pub now: Span,
    pub before: Span,
    /// The calendar month that it is now.
    pub month: Span,
    pub pipeline: Option<String>,
    owners: Option<Vec<Uuid>>,
    teams: Option<Vec<Uuid>>,
}

#[derive(FromQueryResult)]
struct Calendar {
    zone: String,
    base: String,
    today: NaiveDate,
}

#[derive(FromQueryResult)]
struct Edge {
    at: DateTime<Utc>,
}

/// `?team=<id>,none`: the ids, with the nil id for none.
fn ids(c: &mut Checker, name: &str, text: Option<&str>, me: Option<Uuid>) -> Option<Vec<Uuid>> {
    let words: Vec<&str> = text?.split(',').map(str::trim).filter(|w| !w.is_empty()).collect();
    if words.is_empty() {
        return None;
    }
    let read = |word: &&str| match *word {
        "none" => Some(Uuid::nil()),
        // Whoever is no user owns nothing; the nil id would mean nobody's.
        "me" => Some(me.unwrap_or(Uuid::max())),
        id => id.parse().ok().filter(|id: &Uuid| !id.is_nil()),
    };
    let found: Vec<Uuid> = words.iter().filter_map(read).collect();
    if found.len() != words.len() {
        c.add(name, "must be an id, or none");
    }
    if found.len() > MOST_IDS {
        c.add(name, format!("must not be more than {MOST_IDS}"));
    }
    Some(found)
}

fn first_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

fn last_of(day: NaiveDate) -> NaiveDate {
    first_of(day).checked_add_months(Months::new(1)).and_then(|d| d.pred_opt()).unwrap_or(day)
}

/// First and last day of what a word means.
fn named(word: &str, today: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let first = first_of(today);
    let back = |months: u32| first.checked_sub_months(Months::new(months)).unwrap_or(first);
    let months =
        |from: NaiveDate, n: u32| (from, from.checked_add_months(Months::new(n)).and_then(|d| d.pred_opt()).unwrap_or(from));
    let ago = |days: u64| today.checked_sub_days(Days::new(days)).unwrap_or(today);
    match word {
        "month" => Some(months(first, 1)),
        "last_month" => Some(months(back(1), 1)),
        "quarter" => Some(months(back(today.month0() % 3), 3)),
        "year" => Some(months(back(today.month0()), 12)),
        "last_30_days" => Some((ago(29), today)),
        "last_90_days" => Some((ago(89), today)),
        _ => None,
    }
}

/// The period: this month unless it is named.
fn period(c: &mut Checker, filter: &SalesFilter, today: NaiveDate) -> (NaiveDate, NaiveDate) {
    if let Some(word) = filter.period.as_deref().filter(|w| !w.is_empty()) {
        match named(word, today) {
            Some(days) if filter.from.is_none() && filter.to.is_none() => return days,
            Some(_) => c.add("period", "can't stand beside `from` and `to`"),
            None => c.add("period", "must be month, last_month, quarter, year, last_30_days or last_90_days"),
        }
    }
    let mut day = |name: &str, text: &Option<String>| {
        let day = c.date(name, text.as_deref().unwrap_or_default());
        if day.is_some_and(|d| !(1900..3000).contains(&d.year())) {
            c.add(name, "is too far away");
            return None;
        }
        day
    };
    let (from, to) = (day("from", &filter.from), day("to", &filter.to));
    let from = from.unwrap_or_else(|| first_of(to.unwrap_or(today)));
    let to = to.unwrap_or_else(|| last_of(from));
    match (to - from).num_days() {
        days if days < 0 => c.add("to", "must not be before `from`"),
        days if days >= MOST_DAYS => c.add("from", "must not be more than two years before `to`"),
        _ => {}
    }
    (from, to)
}

/// The period before, as long: as many months before whole months, else as many days.
fn earlier(from: NaiveDate, to: NaiveDate) -> (NaiveDate, NaiveDate) {
    let end = from.pred_opt().unwrap_or(from);
    if from.day() == 1 && to == last_of(to) {
        let months = (to.year() - from.year()) * 12 + to.month() as i32 - from.month() as i32 + 1;
        let begin = from.checked_sub_months(Months::new(months.unsigned_abs())).unwrap_or(from);
        return (begin, end);
    }
    let days = (to - from).num_days().unsigned_abs();
    (end.checked_sub_days(Days::new(days)).unwrap_or(end), end)
}

impl Ask {
    /// Checks a question. `reads` are the kinds that the actor may see.
    pub async fn new(ctx: &Ctx, filter: &SalesFilter) -> kernel::Result<Self> {
        // The plan for one period and scope fits no other, and the tables are large: plan each anew.
        let sql = "select z.zone, z.base, (cast($1 as timestamptz) at time zone z.zone)::date as today
                   from (select broker_zone() as zone,
                                coalesce((select value #>> '{}' from settings where key = 'base_currency'), 'USD') as base,
                                set_config('plan_cache_mode', 'force_custom_plan', true) as planning) z";
        let calendar: Option<Calendar> = ctx.tx().one(sql, [ctx.now().into()]).await?;
        let Calendar { zone, base, today } = calendar.ok_or_else(|| DomainError::internal("there is no day"))?;
        let mut c = Checker::new();
        let (from, to) = period(&mut c, filter, today);
        let owners = ids(&mut c, "owner", filter.owner.as_deref(), ctx.user_id());
        let teams = ids(&mut c, "team", filter.team.as_deref(), None);
        let kind = match filter.kind.as_deref().filter(|k| !k.is_empty()) {
            None if ctx.actor().scope("deals.read").is_none() && ctx.actor().scope("opportunities.read").is_some() => {
                Kind::Opportunity
            }
            None | Some("deal") => Kind::Deal,
            Some("opportunity") => Kind::Opportunity,
            Some(_) => {
                c.add("kind", "must be deal or opportunity");
                Kind::Deal
            }
        };
        let pipeline = filter.pipeline.as_deref().map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned);
        if let Some(key) = &pipeline {
            let usable = key.len() <= 100 && !key.contains('\0');
            let known: Option<i32> = if usable {
                ctx.tx().scalar("select 1 from pipelines where key = $1", [key.clone().into()]).await?
            } else {
                None
            };
            if known.is_none() {
                c.add("pipeline", "is not a pipeline");
            }
        }
        c.finish()?;
        let before = earlier(from, to);
        let month = (first_of(today), last_of(today));
        let days: Vec<NaiveDate> =
            [(from, to), before, month].iter().flat_map(|(from, to)| [*from, to.succ_opt().unwrap_or(*to)]).collect();
        let text: Vec<String> = days.iter().map(ToString::to_string).collect();
        let sql = "select (d.day::date)::timestamp at time zone $2 as at from unnest($1::text[]) with ordinality as d (day, n) order by d.n";
        let edges: Vec<Edge> = ctx.tx().all(sql, [text.into(), zone.clone().into()]).await?;
        let span = |n: usize, (from, to): (NaiveDate, NaiveDate)| -> kernel::Result<Span> {
            let at = |i: usize| edges.get(i).map(|e| e.at).ok_or_else(|| DomainError::internal("a day without an edge"));
            Ok(Span { from, to, since: at(2 * n)?, until: at(2 * n + 1)? })
        };
        Ok(Self {
            kind,
            now: span(0, (from, to))?,
            before: span(1, before)?,
            month: span(2, month)?,
            base,
            zone,
            today,
            pipeline,
            owners,
            teams,
        })
    }

    /// Narrows a query over records of an owner and a team to the scope and to those that were chosen.
    pub fn narrow(&self, ctx: &Ctx, select: &mut SelectStatement, a: &'static str, scope: Scope) {
        select.and_where(Expr::cust(format!("{a}.deleted_at is null")));
        if let Some(condition) = within(ctx, scope, (a, "assigned_to"), (a, "team_id")) {
            select.and_where(condition);
        }
        for (column, chosen) in [("assigned_to", &self.owners), ("team_id", &self.teams)] {
            let Some(chosen) = chosen else { continue };
            let nobody = chosen.contains(&Uuid::nil());
            let text = format!("({a}.{column} = any ($1) or ($2 and {a}.{column} is null))");
            select.and_where(Expr::cust_with_values(text, [chosen.clone().into(), sea_orm::Value::from(nobody)]));
        }
    }

    /// Deals or opportunities, alive and within what is asked for; no columns yet.
    pub fn deals(&self, ctx: &Ctx, kind: Kind, scope: Scope) -> SelectStatement {
        let mut select = Query::select();
        select.from_as(Alias::new("deals"), Alias::new("d"));
        // In the text: an index on the kind is chosen by the word.
        select.and_where(Expr::cust(match kind {
            Kind::Deal => "d.kind = 'deal'",
            Kind::Opportunity => "d.kind = 'opportunity'",
        }));
        self.narrow(ctx, &mut select, "d", scope);
        if let Some(pipeline) = &self.pipeline {
            select.and_where(Expr::cust_with_values("d.pipeline_key = $1", [pipeline.clone()]));
        }
        select
    }

    /// The same, of those that were closed within some days.
    pub fn closed(&self, ctx: &Ctx, scope: Scope, since: DateTime<Utc>, until: DateTime<Utc>) -> SelectStatement {
        let mut select = self.deals(ctx, self.kind, scope);
        select
            .and_where(Expr::cust("d.outcome in ('won', 'lost')"))
            .and_where(Expr::cust_with_values("d.closed_at >= $1 and d.closed_at < $2", [since, until]));
        select
    }

    /// The same, of those that are open, with their stages as `s`.
    pub fn open(&self, ctx: &Ctx, kind: Kind, scope: Scope) -> SelectStatement {
        let mut select = self.deals(ctx, kind, scope);
        select.and_where(Expr::cust("d.outcome = 'none'")).join_as(
            sea_orm::JoinType::LeftJoin,
            Alias::new("pipeline_stages"),
            Alias::new("s"),
            Expr::cust("s.pipeline_key = d.pipeline_key and s.key = d.stage"),
        );
        select
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn asked(from: &str, to: &str) -> Result<(String, String), DomainError> {
        let filter = SalesFilter { from: Some(from.into()), to: Some(to.into()), ..SalesFilter::default() };
        let mut c = Checker::new();
        let (from, to) = period(&mut c, &filter, day("2026-11-26"));
        c.finish().map(|()| (from.to_string(), to.to_string()))
    }

    #[test]
    fn a_period_is_this_month_unless_asked_for() {
        assert_eq!(asked("", "").expect("fine"), ("2026-11-01".into(), "2026-11-30".into()));
        assert_eq!(asked("2026-02-10", "").expect("fine"), ("2026-02-10".into(), "2026-02-28".into()));
        assert_eq!(asked("", "2026-02-10").expect("fine"), ("2026-02-01".into(), "2026-02-10".into()));
        for (from, to) in
            [("x", ""), ("", "2026-02-30"), ("2026-02-01", "2026-01-31"), ("2020-01-01", "2026-01-31"), ("9999-12-31", "")]
        {
            assert!(asked(from, to).is_err(), "{from} {to}");
        }
    }

    #[test]
    fn words_name_periods() {
        for (word, from, to) in [
            ("month", "2026-11-01", "2026-11-30"),
            ("last_month", "2026-10-01", "2026-10-31"),
            ("quarter", "2026-10-01", "2026-12-31"),
            ("year", "2026-01-01", "2026-12-31"),
            ("last_30_days", "2026-10-28", "2026-11-26"),
            ("last_90_days", "2026-08-29", "2026-11-26"),
        ] {
            assert_eq!(named(word, day("2026-11-26")), Some((day(from), day(to))), "{word}");
        }
        assert_eq!(named("quarter", day("2026-01-31")), Some((day("2026-01-01"), day("2026-03-31"))));
        assert_eq!(named("last_month", day("2026-01-31")), Some((day("2025-12-01"), day("2025-12-31"))));
    }

    #[test]
    fn the_period_before_is_as_long() {
        for (from, to, before, until) in [
            ("2026-03-01", "2026-03-31", "2026-02-01", "2026-02-28"),
            ("2026-01-01", "2026-12-31", "2025-01-01", "2025-12-31"),
            ("2026-01-01", "2026-03-31", "2025-10-01", "2025-12-31"),
            ("2026-03-01", "2026-03-30", "2026-01-30", "2026-02-28"),
            ("2026-03-10", "2026-03-10", "2026-03-09", "2026-03-09"),
            ("2024-02-01", "2024-02-29", "2024-01-01", "2024-01-31"),
        ] {
            assert_eq!(earlier(day(from), day(to)), (day(before), day(until)), "{from} {to}");
        }
    }

    #[test]
    fn nobodys_is_asked_for_by_a_word_only() {
        let mut c = Checker::new();
        assert_eq!(ids(&mut c, "team", Some("none"), None), Some(vec![Uuid::nil()]));
        assert_eq!(ids(&mut c, "team", Some(""), None), None);
        assert_ne!(ids(&mut c, "owner", Some("me"), None), Some(vec![Uuid::nil()]));
        assert!(c.is_ok());
        ids(&mut c, "team", Some("00000000-0000-0000-0000-000000000000"), None);
        assert!(!c.is_ok());
    }
}

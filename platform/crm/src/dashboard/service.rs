//! Reading the figures.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use kernel::permission::Scope;
use kernel::validate::Checker;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::zone;

/// The days of `per_day`, if the caller names none.
const USUAL_DAYS: u64 = 90;
/// The most days.
const MOST_DAYS: i64 = 732;
/// The most values of a kind that are free words.
const MOST_VALUES: usize = 50;

/// Which records are counted, as the caller sends it.
#[derive(Debug, Clone, Default)]
pub struct FigureFilter {
    /// First day of `per_day`.
    pub from: Option<String>,
    /// Last day of it.
    pub to: Option<String>,
    /// Teams, or none.
    pub team_id: Option<String>,
    /// Owners, or none, or me.
    pub assigned_to: Option<String>,
}

/// How many records share a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The value; absent for records without one.
    pub key: Option<String>,
    /// How many.
    pub count: i64,
}

/// How many records belong to a team or partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The team or partner; absent for records without one.
    pub id: Option<Uuid>,
    /// Its name.
    pub name: Option<String>,
    /// How many.
    pub count: i64,
}

/// All figures of one kind of record.
#[derive(Debug, Default)]
pub struct Figures {
    /// Records.
    pub total: i64,
    /// Those whose status is not a closed one.
    pub active: i64,
    /// Those with an owner.
    pub assigned: i64,
    /// By team.
    pub by_team: Vec<Named>,
    /// By partner; leads only.
    pub by_partner: Vec<Named>,
    /// By status.
    pub by_status: Vec<Group>,
    /// By KYC status; clients only.
    pub by_kyc: Vec<Group>,
    /// By country.
    pub by_country: Vec<Group>,
    /// By source.
    pub by_source: Vec<Group>,
    /// By day of creation, in order.
    pub per_day: Vec<Group>,
}

#[derive(FromQueryResult)]
struct Line {
    dim: String,
    value: String,
    id: Option<Uuid>,
    name: Option<String>,
    n: i64,
}

/// One pass over the rows in scope, whose number depends on owners and values and not on records.
const FIGURES: &str = "
    with mine as materialized (
        select dim, assigned_to, team_id, value, n from figures
        where entity = $1 and (dim <> 'day' or value between $2 and $3)
            and ($4 or assigned_to = $5 or team_id = any ($6))
            and ($7::uuid[] is null or team_id = any ($7)) and ($8::uuid[] is null or assigned_to = any ($8))
    )
    select m.dim, m.value, p.id, p.name, sum(m.n)::bigint as n
        from mine m left join partners p on m.dim = 'partner' and p.id::text = m.value
        group by 1, 2, 3, 4 having sum(m.n) <> 0
    union all
    select 'team', '', t.id, t.name, sum(m.n)::bigint from mine m left join teams t on t.id = m.team_id
        where m.dim = 'status' group by 2, 3, 4 having sum(m.n) <> 0
    union all
    select 'assigned', '', null, null, sum(n)::bigint from mine
        where dim = 'status' and assigned_to <> '00000000-0000-0000-0000-000000000000' having sum(n) <> 0
    union all
    select 'active', '', null, null, sum(n)::bigint from mine
        where dim = 'status' and value in (select key from statuses where entity = $1 and not closed) having sum(n) <> 0";

/// Figures about clients.
pub async fn clients(ctx: &Ctx, filter: &FigureFilter) -> kernel::Result<Figures> {
    let scope = ctx.require("dashboard.read")?.min(ctx.require("clients.read")?);
    figures(ctx, "client", scope, filter).await
}

/// Figures about leads.
pub async fn leads(ctx: &Ctx, filter: &FigureFilter) -> kernel::Result<Figures> {
    let scope = ctx.require("dashboard.read")?.min(ctx.require("leads.read")?);
    figures(ctx, "lead", scope, filter).await
}

/// The same within a scope that somebody else has asked for.
pub(crate) async fn figures(ctx: &Ctx, entity: &str, scope: Scope, filter: &FigureFilter) -> kernel::Result<Figures> {
    let mut c = Checker::new();
    let (from, to) = period(&mut c, filter, zone::today(ctx).await?);
    let teams = ids(&mut c, "team_id", filter.team_id.as_deref(), None);
    let owners = ids(&mut c, "assigned_to", filter.assigned_to.as_deref(), ctx.user_id());
    c.finish()?;
    // Whoever is no user owns nothing. The nil id must not stand in for that: it means "nobody's" here.
    let me = ctx.user_id();
    let my_teams = if scope == Scope::Team { ctx.actor().teams.clone() } else { Vec::new() };
    let lines: Vec<Line> = ctx
        .tx()
        .all(
            FIGURES,
            [
                entity.into(),
                from.to_string().into(),
                to.to_string().into(),
                (scope == Scope::All).into(),
                me.into(),
                my_teams.into(),
                teams.into(),
                owners.into(),
            ],
        )
        .await?;
    Ok(sort_out(lines))
}

fn sort_out(lines: Vec<Line>) -> Figures {
    let mut by: HashMap<String, Vec<Line>> = HashMap::new();
    for line in lines {
        by.entry(line.dim.clone()).or_default().push(line);
    }
    let mut take = |dim: &str| {
        let mut lines = by.remove(dim).unwrap_or_default();
        lines.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.value.cmp(&b.value)).then_with(|| a.name.cmp(&b.name)));
        lines
    };
    let sum = |lines: &[Line]| lines.iter().map(|l| l.n).sum::<i64>();
    let groups = |lines: Vec<Line>, most: usize| -> Vec<Group> {
        let group = |l: Line| Group { key: Some(l.value).filter(|v| !v.is_empty()), count: l.n };
        lines.into_iter().take(most).map(group).collect()
    };
    let named =
        |lines: Vec<Line>| -> Vec<Named> { lines.into_iter().map(|l| Named { id: l.id, name: l.name, count: l.n }).collect() };
    let by_status = take("status");
    let mut days = take("day");
    days.sort_by(|a, b| a.value.cmp(&b.value));
    Figures {
        total: sum(&by_status),
        active: sum(&take("active")),
        assigned: sum(&take("assigned")),
        by_team: named(take("team")),
        by_partner: named(take("partner")),
        by_status: groups(by_status, usize::MAX),
        by_kyc: groups(take("kyc"), usize::MAX),
        by_country: groups(take("country"), usize::MAX),
        by_source: groups(take("source"), MOST_VALUES),
        per_day: groups(days, usize::MAX),
    }
}

/// The days of `per_day`, in the tenant's zone, both included.
fn period(c: &mut Checker, filter: &FigureFilter, today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let mut day = |name: &str, text: &Option<String>| match text.as_deref().filter(|t| !t.is_empty()) {
        None => None,
        Some(text) => match text.parse::<NaiveDate>() {
            Ok(day) if (1900..3000).contains(&chrono::Datelike::year(&day)) => Some(day),
            _ => {
                c.add(name, "must be a date (YYYY-MM-DD)");
                None
            }
        },
    };
    let (from, to) = (day("from", &filter.from), day("to", &filter.to));
    let to = to.unwrap_or(today);
    let from = from.unwrap_or_else(|| to.checked_sub_days(Days::new(USUAL_DAYS - 1)).unwrap_or(to));
    match (to - from).num_days() {
        days if days < 0 => c.add("to", "must not be before `from`"),
        days if days >= MOST_DAYS => c.add("from", "must not be more than two years before `to`"),
        _ => {}
    }
    (from, to)
}

/// `?team_id=<id>,none`: the ids, with the nil id for none.
fn ids(c: &mut Checker, name: &str, text: Option<&str>, me: Option<Uuid>) -> Option<Vec<Uuid>> {
    let words: Vec<&str> = text?.split(',').map(str::trim).filter(|w| !w.is_empty()).take(100).collect();
    if words.is_empty() {
        return None;
    }
    let read = |word: &&str| match *word {
        "none" => Some(Uuid::nil()),
        "me" => me,
        id => id.parse().ok().filter(|id: &Uuid| !id.is_nil()),
    };
    let found: Vec<Uuid> = words.iter().filter_map(read).collect();
    if found.len() != words.len() {
        c.add(name, "must be an id, or none");
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(from: &str, to: &str) -> Result<(String, String), kernel::DomainError> {
        let filter = FigureFilter { from: Some(from.into()), to: Some(to.into()), ..FigureFilter::default() };
        let mut c = Checker::new();
        let (from, to) = period(&mut c, &filter, "2026-11-26".parse().expect("a day"));
        c.finish().map(|()| (from.to_string(), to.to_string()))
    }

    #[test]
    fn a_period_is_ninety_days_unless_asked_for() {
        assert_eq!(asked("", "").expect("fine"), ("2026-08-29".into(), "2026-11-26".into()));
        assert_eq!(asked("2026-01-01", "2026-01-31").expect("fine"), ("2026-01-01".into(), "2026-01-31".into()));
        assert_eq!(asked("", "2026-01-31").expect("fine").0, "2025-11-03");
        for (from, to) in
            [("x", ""), ("", "2026-02-30"), ("2026-02-01", "2026-01-31"), ("2020-01-01", "2026-01-31"), ("9999-12-31", "")]
        {
            assert!(asked(from, to).is_err(), "{from} {to}");
        }
    }

    #[test]
    fn nobodys_is_asked_for_by_a_word_only() {
        let mut c = Checker::new();
        assert_eq!(ids(&mut c, "team_id", Some("none"), None), Some(vec![Uuid::nil()]));
        assert_eq!(ids(&mut c, "team_id", Some(""), None), None);
        assert!(c.is_ok());
        ids(&mut c, "team_id", Some("00000000-0000-0000-0000-000000000000"), None);
        assert!(!c.is_ok());
    }
}

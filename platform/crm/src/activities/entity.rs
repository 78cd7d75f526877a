//! Rows of `activities`, and the only way to read them.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use kernel::permission::Scope;
use runtime::Ctx;
use runtime::list::{Sort, SortColumn, SortKey, SortType, within};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, JoinType, Query, SelectStatement, SimpleExpr};
use uuid::Uuid;

use super::repeats::Rule;
use crate::ownership::Ownership;
use crate::related::{self, Parent};

/// Kinds of activities.
pub const TYPES: &[&str] = &["call", "email", "meeting", "task", "note"];
/// Priorities, the least urgent first.
pub const PRIORITIES: &[&str] = &["low", "normal", "high", "urgent"];
/// What is stored of how an activity stands.
pub const STATUSES: &[&str] = &["scheduled", "completed", "cancelled"];

const SORTS: &[SortKey] =
    &[SortKey { name: "created_at", column: ("a", "created_at"), kind: SortType::Time, default_desc: true }];

/// SQL of what is overdue at `$1`; a day is over when it ends.
pub(super) const OVERDUE: &str =
    "(a.status = 'scheduled' and a.due_at < $1 and (not a.all_day or a.due_at < $1::timestamptz - interval '1 day'))";

/// An activity as the actor may see it.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Activity {
    /// Id.
    pub id: Uuid,
    /// One of [`TYPES`].
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// More of that.
    pub description: Option<String>,
    /// One of [`STATUSES`].
    pub status: String,
    /// One of [`PRIORITIES`].
    pub priority: String,
    /// When it is due; of a whole day, its beginning.
    pub due_at: Option<DateTime<Utc>>,
    /// Whether it is for a day and not for a time.
    pub all_day: bool,
    /// How long it takes.
    pub duration_minutes: Option<i32>,
    /// What came of it.
    pub outcome: Option<String>,
    /// Where.
    pub location: Option<String>,
    /// The client it is about, if the actor may read it; the same holds for the other records.
    pub client_id: Option<Uuid>,
    /// The client's name.
    pub client_name: Option<String>,
    /// The contact.
    pub contact_id: Option<Uuid>,
    /// The contact's name.
    pub contact_name: Option<String>,
    /// The lead.
    pub lead_id: Option<Uuid>,
    /// The lead's name.
    pub lead_name: Option<String>,
    /// The deal.
    pub deal_id: Option<Uuid>,
    /// The deal's name.
    pub deal_name: Option<String>,
    /// The opportunity.
    pub opportunity_id: Option<Uuid>,
    /// The opportunity's name.
    pub opportunity_name: Option<String>,
    /// Whose it is.
    pub assigned_to: Option<Uuid>,
    /// Their name.
    pub assigned_to_name: Option<String>,
    /// Team.
    pub team_id: Option<Uuid>,
    /// The rule by which it comes again.
    pub repeats: Option<String>,
    /// The zone in which that counts days.
    pub repeats_zone: Option<String>,
    /// The activity with which the series began.
    pub series_id: Option<Uuid>,
    /// Minutes before it is due.
    pub remind_before: Option<i32>,
    /// When that is.
    pub remind_at: Option<DateTime<Utc>>,
    /// When it was done.
    pub completed_at: Option<DateTime<Utc>>,
    /// Who did it.
    pub completed_by: Option<Uuid>,
    /// Who made it.
    pub created_by: Option<Uuid>,
    /// Their name.
    pub created_by_name: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes.
    pub version: i32,
    /// When it was deleted.
    pub deleted_at: Option<DateTime<Utc>>,
}

impl Activity {
    /// Whose it is.
    pub fn owner(&self) -> Ownership {
        Ownership { user: self.assigned_to, team: self.team_id }
    }

    /// How it stands at a moment: as stored, or `overdue`.
    pub fn standing(&self, now: DateTime<Utc>) -> &str {
        let grace = chrono::TimeDelta::days(i64::from(self.all_day));
        let over = self.status == "scheduled" && self.due_at.is_some_and(|due| due + grace < now);
        if over { "overdue" } else { &self.status }
    }

    /// The rule by which it comes again, and its zone.
    pub fn rule(&self) -> Option<(Rule, Tz)> {
        let zone = self.repeats_zone.as_deref().and_then(|name| name.parse().ok()).unwrap_or(Tz::UTC);
        Some((Rule::parse(self.repeats.as_deref()?)?, zone))
    }
}

const PLAIN: &[&str] = &[
    "id",
    "subject",
    "description",
    "status",
    "priority",
    "due_at",
    "all_day",
    "duration_minutes",
    "outcome",
    "location",
    "assigned_to",
    "team_id",
    "repeats",
    "repeats_zone",
    "series_id",
    "remind_before",
    "remind_at",
    "completed_at",
    "completed_by",
    "created_by",
    "created_at",
    "updated_at",
    "version",
    "deleted_at",
];

/// Activities within a scope. With `by_record` those, too, that hang on a record that the actor may read. Every
/// read starts here.
pub fn visible_to(ctx: &Ctx, scope: Scope, by_record: bool) -> SelectStatement {
    let mut select = all(ctx);
    if let Some(condition) = within(ctx, scope, ("a", "assigned_to"), ("a", "team_id")) {
        let any = |any: SimpleExpr, record: Parent| any.or(related::hangs_on(ctx, record, "a", None));
        select.and_where(if by_record { Parent::RECORDS.into_iter().fold(condition, any) } else { condition });
    }
    select
}

/// All activities, with what the actor may know of the records they hang on. Only for those that were found to
/// be the actor's to see.
pub(crate) fn all(ctx: &Ctx) -> SelectStatement {
    let mut select = Query::select();
    for column in PLAIN {
        select.column((Alias::new("a"), Alias::new(*column)));
    }
    let name = |alias: &'static str| Expr::col((Alias::new(alias), Alias::new("name")));
    select
        .expr_as(Expr::col((Alias::new("a"), Alias::new("type"))), Alias::new("kind"))
        .expr_as(name("u"), Alias::new("assigned_to_name"))
        .expr_as(name("m"), Alias::new("created_by_name"))
        .from_as(Alias::new("activities"), Alias::new("a"))
        .join_as(JoinType::LeftJoin, Alias::new("users"), Alias::new("u"), on("u", "assigned_to"))
        .join_as(JoinType::LeftJoin, Alias::new("users"), Alias::new("m"), on("m", "created_by"));
    for parent in Parent::RECORDS {
        related::join(ctx, &mut select, parent, ("a", parent.column()), None);
    }
    select
}

fn on(table: &'static str, column: &'static str) -> SimpleExpr {
    Expr::col((Alias::new(table), Alias::new("id"))).equals((Alias::new("a"), Alias::new(column)))
}

/// SQL of how an activity of a list stands at a moment, itself SQL.
pub(crate) fn standing_sql(now: &str) -> String {
    format!("case when {} then 'overdue' else a.status end", OVERDUE.replace("$1", now))
}

/// The condition that leaves deleted ones out.
pub fn alive() -> SimpleExpr {
    Expr::col((Alias::new("a"), Alias::new("deleted_at"))).is_null()
}

/// Reads `sort=`. The default is the newest first.
pub(crate) fn sort(text: Option<&str>) -> kernel::Result<Sort> {
    Sort::parse_with(text, SORTS, |name| {
        let (value, kind) = match name {
            "due_at" => ("a.due_at", SortType::Time),
            "priority" => {
                ("(case a.priority when 'low' then 0 when 'normal' then 1 when 'high' then 2 else 3 end)", SortType::Integer)
            }
            _ => return None,
        };
        let (name, value, id) = (name.to_owned(), value.to_owned(), "a.id".to_owned());
        Some(SortColumn { name, value, kind, absent: None, id, beside: None, join: None, then: None })
    })
}

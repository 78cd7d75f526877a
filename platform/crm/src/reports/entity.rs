//! What a report says. Amounts are in the tenant's base currency with two decimals, as text, since no number
//! of a program holds all of them.

use crate::deals::Kind;
use chrono::NaiveDate;
use uuid::Uuid;

/// How many, and what they are worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub count: i64,
    /// What they are worth.
    pub value: String,
}

impl Default for Sum {
    fn default() -> Self {
        Self { count: 0, value: zero() }
    }
}

/// No money.
pub(super) fn zero() -> String {
    "0.00".to_owned()
}

/// What is open now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenFigures {
    /// How many.
    pub count: i64,
    /// What they are worth.
    pub value: String,
    /// The same, each by how likely it is won.
    pub weighted: String,
}

impl Default for OpenFigures {
    fn default() -> Self {
        Self { count: 0, value: zero(), weighted: zero() }
    }
}

/// What was closed within a period.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClosedFigures {
    /// Won.
    pub won: Sum,
    /// Lost.
    pub lost: Sum,
    /// Begun within the period, whatever became of them.
    pub created: i64,
    /// Of those begun within the period, how many were won since.
    pub created_won: i64,
    /// Won of all closed, 0 to 1; absent while none was closed.
    pub win_rate: Option<f64>,
    /// Of those begun within the period, the share that was won since, 0 to 1; absent if none was begun.
    pub close_rate: Option<f64>,
    /// What a won one is worth on average; absent if none has an amount.
    pub average: Option<String>,
    /// Days from beginning to won, on average; absent if none was won.
    pub cycle_days: Option<f64>,
}

/// Contacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContactFigures {
    /// All of them.
    pub total: u64,
    /// Whether that is an estimate.
    pub is_estimate: bool,
    /// Those of the period.
    pub new: i64,
    /// Those of the period before.
    pub new_before: i64,
}

/// Something counted in the period and in the one before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MonthFigures {
    /// In the period.
    pub now: i64,
    /// In the period before.
    pub before: i64,
}

/// The single numbers.
#[derive(Debug, Clone, Default)]
pub struct Metrics {
    /// Contacts; absent for who may not see them.
    pub contacts: Option<ContactFigures>,
    /// Open opportunities.
    pub opportunities: Option<OpenFigures>,
    /// Open deals.
    pub deals: Option<OpenFigures>,
    /// Closed within the period, of the kind that the report is about.
    pub closed: Option<ClosedFigures>,
    /// The same of the period before.
    pub closed_before: Option<ClosedFigures>,
    /// Won in the calendar month that it is now, whatever the period.
    pub won_this_month: Option<Sum>,
    /// Activities that were written down.
    pub activities: Option<MonthFigures>,
    /// Activities that were done, whenever they were written down.
    pub completed: Option<MonthFigures>,
}

/// A stage and what stands in it: of an open stage now, of one that ends the way what came in the period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageFigure {
    /// The pipeline.
    pub pipeline: String,
    /// Its name.
    pub pipeline_name: String,
    /// The stage.
    pub stage: String,
    /// Its name.
    pub label: String,
    /// Its hue.
    pub hue: String,
    /// `none`, `won` or `lost`.
    pub outcome: String,
    /// How many.
    pub count: i64,
    /// What they are worth.
    pub value: String,
    /// The same, each by how likely it is won.
    pub weighted: String,
}

/// What is expected to close in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForecastMonth {
    /// `2026-12`.
    pub month: String,
    /// How many, and their worth.
    pub open: OpenFigures,
}

/// What is expected to close, and when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forecast {
    /// Twelve months, this one first.
    pub months: Vec<ForecastMonth>,
    /// Expected before this month.
    pub overdue: OpenFigures,
    /// Expected after these months.
    pub later: OpenFigures,
    /// Without a date.
    pub undated: OpenFigures,
}

/// A step of the funnel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The stage.
    pub stage: String,
    /// Its name.
    pub label: String,
    /// Its hue.
    pub hue: String,
    /// Of those begun within the period, how many came as far as this stage or farther.
    pub count: i64,
    /// The same of the period before.
    pub before: i64,
}

/// Activities of one day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActivityDay {
    /// The day.
    pub date: String,
    /// Calls.
    pub call: i64,
    /// Mails.
    pub email: i64,
    /// Meetings.
    pub meeting: i64,
    /// Tasks.
    pub task: i64,
    /// Notes.
    pub note: i64,
}

impl ActivityDay {
    /// All of them.
    pub fn total(&self) -> i64 {
        self.call + self.email + self.meeting + self.task + self.note
    }
}

/// Somebody who sells.
#[derive(Debug, Clone)]
pub struct Performer {
    /// The user.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// Address; for faces that promise it, not for everybody who reads reports.
    pub email: String,
    /// Won within the period.
    pub won: Sum,
    /// How many were lost within the period.
    pub lost: i64,
    /// Open now.
    pub open: OpenFigures,
    /// Won of all closed, 0 to 1.
    pub win_rate: Option<f64>,
    /// Activities of the period; absent for who may not see them.
    pub activities: Option<i64>,
}

/// A team, and what belongs to it.
#[derive(Debug, Clone)]
pub struct TeamFigure {
    /// The team; absent for what belongs to none.
    pub id: Option<Uuid>,
    /// Name.
    pub name: Option<String>,
    /// Won within the period.
    pub won: Sum,
    /// Won within the period before.
    pub won_before: Sum,
    /// How many were lost within the period.
    pub lost: i64,
    /// Open now.
    pub open: OpenFigures,
    /// Won of all closed, 0 to 1.
    pub win_rate: Option<f64>,
    /// Activities of the period; absent for who may not see them.
    pub activities: Option<i64>,
}

/// A piece of the period, and what was closed in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub to: NaiveDate,
    /// Won.
    pub won: Sum,
    /// Lost.
    pub lost: Sum,
}

/// What was closed, over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Won {
    /// `day`, `week` or `month`: how long a piece is. Weeks are counted from the period's first day.
    pub grain: &'static str,
    /// The pieces, in order, the empty ones too.
    pub buckets: Vec<Bucket>,
}

/// A pipeline that reports can be narrowed to.
#[derive(Debug, Clone, PartialEq, Eq, sea_orm::FromQueryResult)]
pub struct PipelineName {
    /// Key.
    pub key: String,
    /// Name.
    pub name: String,
    /// Whether it is the one that is meant where none is named.
    pub is_default: bool,
}

/// A report. Parts that were not asked for, or that the reader may not see, are absent.
#[derive(Debug, Clone)]
pub struct SalesReport {
    /// Whether it is about deals or opportunities.
    pub kind: Kind,
    /// The currency of all amounts.
    pub base_currency: String,
    /// The time zone in which days begin.
    pub time_zone: String,
    /// The day it is there.
    pub today: NaiveDate,
    /// First and last day.
    pub period: (NaiveDate, NaiveDate),
    /// First and last day of the period before, which is as long.
    pub before: (NaiveDate, NaiveDate),
    /// Pipelines in use.
    pub pipelines: Vec<PipelineName>,
    /// The pipeline of the funnel.
    pub funnel_pipeline: Option<String>,
    /// Currencies that are in no sum, for want of a rate.
    pub missing_rates: Vec<String>,
    /// The single numbers.
    pub metrics: Option<Metrics>,
    /// Stages.
    pub stages: Option<Vec<StageFigure>>,
    /// What is expected.
    pub forecast: Option<Forecast>,
    /// From stage to stage.
    pub funnel: Option<Vec<Step>>,
    /// Days with activities, in order.
    pub activity: Option<Vec<ActivityDay>>,
    /// The best first.
    pub performers: Option<Vec<Performer>>,
    /// By what they won.
    pub teams: Option<Vec<TeamFigure>>,
    /// Closed over time.
    pub won: Option<Won>,
}

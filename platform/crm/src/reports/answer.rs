//! A report as the API answers it.

use poem_openapi::Object;
use uuid::Uuid;

use super::entity::{
    ActivityDay, Bucket, ClosedFigures, Forecast, Metrics, OpenFigures, Performer, PipelineName, SalesReport, StageFigure, Step,
    Sum, TeamFigure, Won,
};

/// How many, and what they are worth.
#[derive(Debug, Clone, Object)]
pub struct SumOut {
    /// How many.
    pub count: i64,
    /// What they are worth, in the base currency.
    pub value: String,
}

/// What is open.
#[derive(Debug, Clone, Object)]
pub struct OpenOut {
    /// How many.
    pub count: i64,
    /// What they are worth, in the base currency.
    pub value: String,
    /// The same, each by how likely it is won.
    pub weighted: String,
}

/// What was closed within a period.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ClosedOut {
    /// Won.
    pub won: SumOut,
    /// Lost.
    pub lost: SumOut,
    /// Begun within the period, whatever became of them.
    pub created: i64,
    /// Of those, how many were won since.
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
#[derive(Debug, Clone, Object)]
pub struct ContactFiguresOut {
    /// All of them.
    pub total: u64,
    /// Whether that is an estimate.
    pub total_is_estimate: bool,
    /// Those of the period.
    pub new: i64,
    /// Those of the period before.
    pub new_before: i64,
}

/// Something counted in the period and in the one before.
#[derive(Debug, Clone, Object)]
pub struct ComparedOut {
    /// In the period.
    pub now: i64,
    /// In the period before.
    pub before: i64,
}

/// The single numbers.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct MetricsOut {
    /// Contacts.
    pub contacts: Option<ContactFiguresOut>,
    /// Open opportunities, whatever `kind` is.
    pub opportunities: Option<OpenOut>,
    /// Open deals, whatever `kind` is.
    pub deals: Option<OpenOut>,
    /// Closed within the period.
    pub closed: Option<ClosedOut>,
    /// The same of the period before.
    pub closed_before: Option<ClosedOut>,
    /// Won in the calendar month that it is now, whatever the period.
    pub won_this_month: Option<SumOut>,
    /// Activities that were written down.
    pub activities: Option<ComparedOut>,
    /// Activities that were done, whenever they were written down.
    pub completed: Option<ComparedOut>,
}

/// A stage and what stands in it: of an open stage now, of one that ends the way what came in the period.
#[derive(Debug, Clone, Object)]
pub struct StageFigureOut {
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
    /// What they are worth, in the base currency.
    pub value: String,
    /// The same, each by how likely it is won.
    pub weighted: String,
}

/// What is expected to close in a month.
#[derive(Debug, Clone, Object)]
pub struct ReportMonthOut {
    /// `2026-12`.
    pub month: String,
    /// How many.
    pub count: i64,
    /// What they are worth, in the base currency.
    pub value: String,
    /// The same, each by how likely it is won.
    pub weighted: String,
}

/// What is expected to close, and when.
#[derive(Debug, Clone, Object)]
pub struct ReportForecastOut {
    /// Twelve months, this one first.
    pub months: Vec<ReportMonthOut>,
    /// Expected before this month.
    pub overdue: OpenOut,
    /// Expected after these months.
    pub later: OpenOut,
    /// Without a date.
    pub undated: OpenOut,
}

/// A step of the funnel.
#[derive(Debug, Clone, Object)]
pub struct FunnelStepOut {
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
#[derive(Debug, Clone, Object)]
pub struct ActivityDayOut {
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

/// Somebody who sells.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct PerformerOut {
    /// The user.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// Won within the period.
    pub won: SumOut,
    /// How many were lost within the period.
    pub lost: i64,
    /// Open now.
    pub open: OpenOut,
    /// Won of all closed, 0 to 1.
    pub win_rate: Option<f64>,
    /// Activities of the period.
    pub activities: Option<i64>,
}

/// A team, and what belongs to it.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct TeamFigureOut {
    /// The team; absent for what belongs to none.
    pub id: Option<Uuid>,
    /// Name.
    pub name: Option<String>,
    /// Won within the period.
    pub won: SumOut,
    /// Won within the period before.
    pub won_before: SumOut,
    /// How many were lost within the period.
    pub lost: i64,
    /// Open now.
    pub open: OpenOut,
    /// Won of all closed, 0 to 1.
    pub win_rate: Option<f64>,
    /// Activities of the period.
    pub activities: Option<i64>,
}

/// A piece of the period, and what was closed in it.
#[derive(Debug, Clone, Object)]
pub struct WonBucketOut {
    /// Its first day.
    pub from: String,
    /// Its last day.
    pub to: String,
    /// Won.
    pub won: SumOut,
    /// Lost.
    pub lost: SumOut,
}

/// What was closed, over time.
#[derive(Debug, Clone, Object)]
pub struct WonOut {
    /// `day`, `week` or `month`: how long a piece is. Weeks are counted from the period's first day.
    pub grain: String,
    /// The pieces, in order, the empty ones too.
    pub buckets: Vec<WonBucketOut>,
}

/// A pipeline that reports can be narrowed to.
#[derive(Debug, Clone, Object)]
pub struct ReportPipelineOut {
    /// Key.
    pub key: String,
    /// Name.
    pub name: String,
    /// Whether it is the one that is meant where none is named.
    pub is_default: bool,
}

/// Figures about selling. Parts that were not asked for, or that the caller may not see, are absent.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct SalesReportOut {
    /// Whether it is about `deal`s or `opportunity`s.
    pub kind: String,
    /// The currency of all amounts.
    pub base_currency: String,
    /// The time zone in which days begin.
    pub time_zone: String,
    /// The day it is there.
    pub today: String,
    /// First day of the period.
    pub from: String,
    /// Last day of the period.
    pub to: String,
    /// First day of the period before, which is as long.
    pub before_from: String,
    /// Last day of the period before.
    pub before_to: String,
    /// Pipelines in use.
    pub pipelines: Vec<ReportPipelineOut>,
    /// The pipeline of the funnel.
    pub funnel_pipeline: Option<String>,
    /// Currencies that are in no sum, for want of a rate.
    pub missing_rates: Vec<String>,
    /// The single numbers.
    pub metrics: Option<MetricsOut>,
    /// Stages in order.
    pub stages: Option<Vec<StageFigureOut>>,
    /// What is expected.
    pub forecast: Option<ReportForecastOut>,
    /// From stage to stage.
    pub funnel: Option<Vec<FunnelStepOut>>,
    /// Days with activities, in order.
    pub activity: Option<Vec<ActivityDayOut>>,
    /// The best first, at most 20.
    pub performers: Option<Vec<PerformerOut>>,
    /// Teams, by what they won.
    pub teams: Option<Vec<TeamFigureOut>>,
    /// Closed over time.
    pub won: Option<WonOut>,
}

fn all<A, B: From<A>>(found: Vec<A>) -> Vec<B> {
    found.into_iter().map(Into::into).collect()
}

impl From<Sum> for SumOut {
    fn from(s: Sum) -> Self {
        Self { count: s.count, value: s.value }
    }
}

impl From<OpenFigures> for OpenOut {
    fn from(o: OpenFigures) -> Self {
        Self { count: o.count, value: o.value, weighted: o.weighted }
    }
}

impl From<ClosedFigures> for ClosedOut {
    fn from(c: ClosedFigures) -> Self {
        Self {
            won: c.won.into(),
            lost: c.lost.into(),
            created: c.created,
            created_won: c.created_won,
            win_rate: c.win_rate,
            close_rate: c.close_rate,
            average: c.average,
            cycle_days: c.cycle_days,
        }
    }
}

impl From<Metrics> for MetricsOut {
    fn from(m: Metrics) -> Self {
        Self {
            contacts: m.contacts.map(|c| ContactFiguresOut {
                total: c.total,
                total_is_estimate: c.is_estimate,
                new: c.new,
                new_before: c.new_before,
            }),
            opportunities: m.opportunities.map(Into::into),
            deals: m.deals.map(Into::into),
            closed: m.closed.map(Into::into),
            closed_before: m.closed_before.map(Into::into),
            won_this_month: m.won_this_month.map(Into::into),
            activities: m.activities.map(|a| ComparedOut { now: a.now, before: a.before }),
            completed: m.completed.map(|a| ComparedOut { now: a.now, before: a.before }),
        }
    }
}

impl From<StageFigure> for StageFigureOut {
    fn from(s: StageFigure) -> Self {
        Self {
            pipeline: s.pipeline,
            pipeline_name: s.pipeline_name,
            stage: s.stage,
            label: s.label,
            hue: s.hue,
            outcome: s.outcome,
            count: s.count,
            value: s.value,
            weighted: s.weighted,
        }
    }
}

impl From<Forecast> for ReportForecastOut {
    fn from(f: Forecast) -> Self {
        let months = f.months.into_iter().map(|m| ReportMonthOut {
            month: m.month,
            count: m.open.count,
            value: m.open.value,
            weighted: m.open.weighted,
        });
        Self { months: months.collect(), overdue: f.overdue.into(), later: f.later.into(), undated: f.undated.into() }
    }
}

impl From<Step> for FunnelStepOut {
    fn from(s: Step) -> Self {
        Self { stage: s.stage, label: s.label, hue: s.hue, count: s.count, before: s.before }
    }
}

impl From<ActivityDay> for ActivityDayOut {
    fn from(d: ActivityDay) -> Self {
        Self { date: d.date, call: d.call, email: d.email, meeting: d.meeting, task: d.task, note: d.note }
    }
}

impl From<Performer> for PerformerOut {
    fn from(p: Performer) -> Self {
        Self {
            id: p.id,
            name: p.name,
            won: p.won.into(),
            lost: p.lost,
            open: p.open.into(),
            win_rate: p.win_rate,
            activities: p.activities,
        }
    }
}

impl From<TeamFigure> for TeamFigureOut {
    fn from(t: TeamFigure) -> Self {
        Self {
            id: t.id,
            name: t.name,
            won: t.won.into(),
            won_before: t.won_before.into(),
            lost: t.lost,
            open: t.open.into(),
            win_rate: t.win_rate,
            activities: t.activities,
        }
    }
}

impl From<Bucket> for WonBucketOut {
    fn from(b: Bucket) -> Self {
        Self { from: b.from.to_string(), to: b.to.to_string(), won: b.won.into(), lost: b.lost.into() }
    }
}

impl From<Won> for WonOut {
    fn from(w: Won) -> Self {
        Self { grain: w.grain.to_owned(), buckets: all(w.buckets) }
    }
}

impl From<PipelineName> for ReportPipelineOut {
    fn from(p: PipelineName) -> Self {
        Self { key: p.key, name: p.name, is_default: p.is_default }
    }
}

impl From<SalesReport> for SalesReportOut {
    fn from(r: SalesReport) -> Self {
        Self {
            kind: r.kind.word().to_owned(),
            base_currency: r.base_currency,
            time_zone: r.time_zone,
            today: r.today.to_string(),
            from: r.period.0.to_string(),
            to: r.period.1.to_string(),
            before_from: r.before.0.to_string(),
            before_to: r.before.1.to_string(),
            pipelines: all(r.pipelines),
            funnel_pipeline: r.funnel_pipeline,
            missing_rates: r.missing_rates,
            metrics: r.metrics.map(Into::into),
            stages: r.stages.map(all),
            forecast: r.forecast.map(Into::into),
            funnel: r.funnel.map(all),
            activity: r.activity.map(all),
            performers: r.performers.map(all),
            teams: r.teams.map(all),
            won: r.won.map(Into::into),
        }
    }
}

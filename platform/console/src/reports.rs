//! `/admin/reports/overview`: everything at a glance.

use crm::reports::{self, ActivityDay, Overview};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Staff};
use uuid::Uuid;

use crate::amounts::number;
use crate::statuses::Statuses;

/// The single numbers.
#[derive(Debug, Clone, Object)]
pub struct OverviewMetricsOut {
    /// Customers.
    pub total_customers: i64,
    /// Open deals.
    pub active_deals: i64,
    /// What they are worth, in the base currency.
    pub pipeline_value: f64,
    /// Activities written down since Monday.
    pub activities_this_week: i64,
    /// Customers who came in this calendar month.
    pub customers_this_month: i64,
    /// Deals won in this calendar month.
    pub won_deals_this_month: i64,
}

/// Customers of a status.
#[derive(Debug, Clone, Object)]
pub struct OverviewStatusOut {
    /// `lead`, `prospect`, `active`, `inactive` or `churned`.
    pub status: String,
    /// How many.
    pub count: i64,
}

/// Deals in a stage.
#[derive(Debug, Clone, Object)]
pub struct OverviewStageOut {
    /// The stage's key.
    pub stage: String,
    /// The word for it.
    pub name: String,
    /// How many.
    pub count: i64,
    /// What they are worth, in the base currency.
    pub value: f64,
}

/// Activities by type.
#[derive(Debug, Clone, Object)]
pub struct OverviewBreakdownOut {
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

/// Activities of a day.
#[derive(Debug, Clone, Object)]
pub struct OverviewDayOut {
    /// The day, in the broker's time zone.
    pub date: String,
    /// How many.
    pub count: i64,
    /// The same by type.
    pub breakdown: OverviewBreakdownOut,
}

/// Somebody who sells.
#[derive(Debug, Clone, Object)]
pub struct OverviewPerformerOut {
    /// Our id of the user.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// Deals won in the last thirty days.
    pub deals_closed: i64,
    /// What the open ones are worth, in the base currency.
    pub pipeline_value: f64,
}

/// Everything at a glance.
#[derive(Debug, Clone, Object)]
pub struct OverviewReportOut {
    /// The single numbers.
    pub metrics: OverviewMetricsOut,
    /// Customers by status, every word in its order.
    pub customers_by_status: Vec<OverviewStatusOut>,
    /// Deals by stage, whatever became of them, every stage in its order.
    pub deals_by_stage: Vec<OverviewStageOut>,
    /// The last thirty days, today included.
    pub activities_over_time: Vec<OverviewDayOut>,
    /// Who won most in the last thirty days, at most 20.
    pub top_performers: Vec<OverviewPerformerOut>,
    /// What all won deals are worth, each by the rate of its closing day.
    pub revenue_won: f64,
    /// The currency of all amounts.
    pub base_currency: String,
    /// Currencies that are in no sum, for want of a rate.
    pub missing_rates: Vec<String>,
}

impl From<ActivityDay> for OverviewDayOut {
    fn from(d: ActivityDay) -> Self {
        let count = d.total();
        let breakdown = OverviewBreakdownOut { call: d.call, email: d.email, meeting: d.meeting, task: d.task, note: d.note };
        Self { date: d.date, count, breakdown }
    }
}

impl OverviewReportOut {
    fn of(o: Overview, statuses: &Statuses) -> Self {
        // Who may not see clients is told of none.
        let by_status = if o.clients_by_status.is_empty() { Vec::new() } else { statuses.counts(&o.clients_by_status) };
        Self {
            metrics: OverviewMetricsOut {
                total_customers: o.clients,
                active_deals: o.open.count,
                pipeline_value: number(&o.open.value),
                activities_this_week: o.activities_this_week,
                customers_this_month: o.clients_this_month,
                won_deals_this_month: o.won_this_month.count,
            },
            customers_by_status: (by_status.into_iter()).map(|(status, count)| OverviewStatusOut { status, count }).collect(),
            deals_by_stage: (o.stages.into_iter())
                .map(|s| OverviewStageOut { stage: s.stage, name: s.label, count: s.count, value: number(&s.value) })
                .collect(),
            activities_over_time: o.activity.into_iter().map(Into::into).collect(),
            top_performers: (o.performers.into_iter())
                .map(|p| OverviewPerformerOut {
                    id: p.id,
                    name: p.name,
                    email: p.email,
                    deals_closed: p.won.count,
                    pipeline_value: number(&p.open.value),
                })
                .collect(),
            revenue_won: number(&o.won.value),
            base_currency: o.base_currency,
            missing_rates: o.missing_rates,
        }
    }
}

/// Reports.
pub struct ConsoleReportsApi;

#[OpenApi]
impl ConsoleReportsApi {
    /// Everything at a glance
    ///
    /// Within the scope of `reports.read` and of each kind of record; of what may not be seen there is nothing. Amounts
    /// are in the base currency: open deals by today's rates, closed ones by those of their closing days; currencies
    /// without a rate are in no sum and in `missing_rates`.
    #[oai(path = "/reports/overview", method = "get", operation_id = "consoleOverview")]
    async fn overview(&self, auth: Staff) -> ApiResult<Json<OverviewReportOut>> {
        let ctx = auth.0.read().await?;
        let found = reports::overview(&ctx).await?;
        Ok(Json(OverviewReportOut::of(found, &Statuses::of(&ctx).await?)))
    }
}

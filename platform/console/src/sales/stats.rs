//! `/api/crm/stats`: the figures of a sales program's first page.

use crm::reports::{self, ActivityDay, Part, SalesFilter, SalesReport, Step};
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::Ctx;
use runtime::http::{ApiResult, Staff};

use crate::amounts::number;
use crate::stages::SALES;

/// A step of the funnel.
#[derive(Debug, Clone, Object)]
pub struct SalesFunnelOut {
    /// The stage.
    pub stage: String,
    /// Its name.
    pub label: String,
    /// Of the deals begun within the period, how many came as far as this stage or farther.
    pub count: i64,
}

/// Activities of a day.
#[derive(Debug, Clone, Object)]
pub struct SalesActivityDayOut {
    /// The day, in the broker's time zone.
    pub date: String,
    /// How many.
    pub count: i64,
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

/// Figures about selling, within what the caller may see.
#[derive(Debug, Clone, Object)]
pub struct SalesStatsOut {
    /// Contacts.
    #[oai(rename = "totalContacts")]
    pub total_contacts: u64,
    /// Open opportunities.
    #[oai(rename = "openOpportunities")]
    pub open_opportunities: i64,
    /// What the open opportunities are worth, in the base currency.
    #[oai(rename = "pipelineValue")]
    pub pipeline_value: f64,
    /// Deals won in this calendar month.
    #[oai(rename = "closedThisMonth")]
    pub closed_this_month: i64,
    /// Of the deals closed within the period, the share that was won, 0 to 1; null while none was closed.
    #[oai(nullable)]
    pub win_rate: Option<f64>,
    /// What a deal won within the period is worth on average, in the base currency; null if none has an amount.
    #[oai(nullable)]
    pub average_deal_size: Option<f64>,
    /// Days from beginning to won, on average; null if none was won within the period.
    #[oai(nullable)]
    pub sales_cycle_days: Option<f64>,
    /// Of the deals begun within the period, the share that was won since, 0 to 1; null if none was begun.
    #[oai(nullable)]
    pub close_rate: Option<f64>,
    /// From stage to stage.
    pub conversion_funnel: Vec<SalesFunnelOut>,
    /// Days of the period with activities, in order.
    pub activity_timeline: Vec<SalesActivityDayOut>,
    /// First day of the period.
    pub from: String,
    /// Last day of the period.
    pub to: String,
    /// The currency of all amounts.
    pub base_currency: String,
    /// Currencies that are in no sum, for want of a rate.
    pub missing_rates: Vec<String>,
}

impl From<ActivityDay> for SalesActivityDayOut {
    fn from(d: ActivityDay) -> Self {
        let count = d.total();
        Self { date: d.date, count, call: d.call, email: d.email, meeting: d.meeting, task: d.task, note: d.note }
    }
}

/// The steps in the words of this face.
async fn spoken(ctx: &Ctx, pipeline: Option<&str>, steps: Vec<Step>) -> kernel::Result<Vec<SalesFunnelOut>> {
    let Some(key) = pipeline.filter(|_| !steps.is_empty()) else { return Ok(Vec::new()) };
    let pipeline = crm::pipelines::service::get(ctx, key).await?;
    let step = |s: Step| {
        let outcome = pipeline.stage(&s.stage).map_or("none", |stage| stage.outcome.as_str());
        SalesFunnelOut { stage: SALES.word_of(Some(&pipeline), &s.stage, outcome), label: s.label, count: s.count }
    };
    Ok(steps.into_iter().map(step).collect())
}

async fn out(ctx: &Ctx, report: SalesReport) -> kernel::Result<SalesStatsOut> {
    let metrics = report.metrics.unwrap_or_default();
    let closed = metrics.closed.unwrap_or_default();
    let opportunities = metrics.opportunities.unwrap_or_default();
    Ok(SalesStatsOut {
        total_contacts: metrics.contacts.map_or(0, |c| c.total),
        open_opportunities: opportunities.count,
        pipeline_value: number(&opportunities.value),
        closed_this_month: metrics.won_this_month.map_or(0, |s| s.count),
        win_rate: closed.win_rate,
        average_deal_size: closed.average.as_deref().map(number),
        sales_cycle_days: closed.cycle_days,
        close_rate: closed.close_rate,
        conversion_funnel: spoken(ctx, report.funnel_pipeline.as_deref(), report.funnel.unwrap_or_default()).await?,
        activity_timeline: report.activity.unwrap_or_default().into_iter().map(Into::into).collect(),
        from: report.period.0.to_string(),
        to: report.period.1.to_string(),
        base_currency: report.base_currency,
        missing_rates: report.missing_rates,
    })
}

/// Figures.
pub struct SalesStatsApi;

#[OpenApi]
impl SalesStatsApi {
    /// Figures about selling
    ///
    /// Within the scope of `reports.read` and of each kind of record; of what may not be seen there is nothing. Rates,
    /// funnel and timeline are those of a period: the last thirty days, unless another is named.
    #[oai(path = "/stats", method = "get", operation_id = "crmStats")]
    async fn stats(
        &self,
        auth: Staff,
        /// `month`, `last_month`, `quarter`, `year`, `last_30_days` or `last_90_days`, instead of days.
        period: Query<Option<String>>,
        /// First day.
        from: Query<Option<String>>,
        /// Last day. At most two years.
        to: Query<Option<String>>,
    ) -> ApiResult<Json<SalesStatsOut>> {
        let given = |text: &Option<String>| text.as_deref().is_some_and(|t| !t.is_empty());
        let usual = || Some("last_30_days".to_owned());
        let period = if given(&period.0) || given(&from.0) || given(&to.0) { period.0 } else { usual() };
        let (from, to) = (from.0.filter(|t| !t.is_empty()), to.0.filter(|t| !t.is_empty()));
        let filter = SalesFilter { period, from, to, kind: Some("deal".to_owned()), ..SalesFilter::default() };
        let ctx = auth.0.read().await?;
        let report = reports::sales(&ctx, &filter, &[Part::Metrics, Part::Funnel, Part::Activity]).await?;
        Ok(Json(out(&ctx, report).await?))
    }
}

//! `/reports/sales`, `/reports/dashboard`.

use poem_openapi::param::{Path, Query};
use poem_openapi::payload::{Binary, Json};
use poem_openapi::{ApiResponse, Object, OpenApi};
use runtime::http::{ApiResult, Staff};

use super::answer::SalesReportOut;
use super::ask::SalesFilter;
use super::dashboard::{self, Dashboard, Known, Widget};
use super::{file, service};

/// A widget in its place.
#[derive(Debug, Clone, Object)]
pub struct WidgetIn {
    /// What it shows, of `available`. Required.
    pub key: Option<String>,
    /// `s`, `m` or `l`: a quarter, a half or the whole of the width; the widget's usual size by default.
    pub size: Option<String>,
}

/// A widget in its place.
#[derive(Debug, Clone, Object)]
pub struct WidgetOut {
    /// What it shows.
    pub key: String,
    /// `s`, `m` or `l`: a quarter, a half or the whole of the width.
    pub size: String,
}

/// A widget that there is.
#[derive(Debug, Clone, Object)]
pub struct KnownWidgetOut {
    /// What it shows.
    pub key: String,
    /// The sizes that it can have, the usual one first.
    pub sizes: Vec<String>,
}

/// An arrangement of the figures.
#[derive(Debug, Clone, Object)]
pub struct DashboardOut {
    /// What is shown, in order.
    pub widgets: Vec<WidgetOut>,
    /// Whether it is the usual arrangement, which the user has not changed.
    pub is_default: bool,
    /// What can be shown.
    pub available: Vec<KnownWidgetOut>,
}

/// A new arrangement.
#[derive(Debug, Object)]
pub struct DashboardIn {
    /// What is shown, in order; it replaces the whole. Required.
    pub widgets: Option<Vec<WidgetIn>>,
}

impl From<Dashboard> for DashboardOut {
    fn from(d: Dashboard) -> Self {
        let known = |k: Known| KnownWidgetOut { key: k.key.to_owned(), sizes: k.sizes.iter().map(|s| (*s).to_owned()).collect() };
        Self {
            widgets: d.widgets.into_iter().map(|w| WidgetOut { key: w.key, size: w.size }).collect(),
            is_default: d.is_usual,
            available: d.available.into_iter().map(known).collect(),
        }
    }
}

impl From<WidgetIn> for Widget {
    fn from(w: WidgetIn) -> Self {
        let key = w.key.unwrap_or_default();
        let usual = || dashboard::WIDGETS.iter().find(|k| k.key == key).and_then(|k| k.sizes.first());
        Self { size: w.size.unwrap_or_else(|| usual().map_or_else(String::new, |s| (*s).to_owned())), key }
    }
}

/// A part of a report as a file.
#[derive(ApiResponse)]
pub enum ReportFile {
    /// CSV with headings.
    #[oai(status = 200, content_type = "text/csv; charset=utf-8")]
    File(
        Binary<Vec<u8>>,
        /// The name to save it as.
        #[oai(header = "content-disposition")]
        String,
    ),
}

/// Sales reports.
pub struct ReportsApi;

#[OpenApi]
impl ReportsApi {
    /// Figures about selling
    ///
    /// Within the scope of `reports.read` and of each kind of record; what may not be seen is absent. Amounts are in
    /// the base currency: what is open by the newest rate, what was closed by the rate of its closing day; currencies
    /// without a rate are in no sum and in `missing_rates`. Days are those of the tenant's time zone.
    #[oai(path = "/reports/sales", method = "get", operation_id = "salesReport")]
    #[expect(clippy::too_many_arguments, reason = "one argument per documented query parameter")]
    async fn sales(
        &self,
        auth: Staff,
        /// `month`, `last_month`, `quarter`, `year`, `last_30_days` or `last_90_days`, instead of days.
        period: Query<Option<String>>,
        /// First day; that of this month by default.
        from: Query<Option<String>>,
        /// Last day; that of the first day's month by default. At most two years.
        to: Query<Option<String>>,
        /// Owners' ids, or `me`, or `none`.
        owner: Query<Option<String>>,
        /// Teams' ids, or `none`.
        team: Query<Option<String>>,
        /// A pipeline's key; all by default, for the funnel the default one.
        pipeline: Query<Option<String>>,
        /// `deal` or `opportunity`.
        kind: Query<Option<String>>,
        /// Parts, comma-separated: `metrics`, `stages`, `forecast`, `funnel`, `activity`, `performers`, `teams`, `won`;
        /// all by default.
        part: Query<Option<String>>,
    ) -> ApiResult<Json<SalesReportOut>> {
        let filter = SalesFilter {
            period: period.0,
            from: from.0,
            to: to.0,
            owner: owner.0,
            team: team.0,
            pipeline: pipeline.0,
            kind: kind.0,
        };
        let ctx = auth.0.read().await?;
        let parts = service::parts(part.0.as_deref())?;
        Ok(Json(service::sales(&ctx, &filter, &parts).await?.into()))
    }

    /// A part of the figures as CSV
    ///
    /// `{part}.csv`; the log says who took it.
    #[oai(path = "/reports/sales/:file", method = "get", operation_id = "salesReportFile")]
    #[expect(clippy::too_many_arguments, reason = "one argument per documented query parameter")]
    async fn file(
        &self,
        auth: Staff,
        /// A part and `.csv`, e.g. `stages.csv`.
        file: Path<String>,
        /// `month`, `last_month`, `quarter`, `year`, `last_30_days` or `last_90_days`, instead of days.
        period: Query<Option<String>>,
        /// First day; that of this month by default.
        from: Query<Option<String>>,
        /// Last day; that of the first day's month by default. At most two years.
        to: Query<Option<String>>,
        /// Owners' ids, or `me`, or `none`.
        owner: Query<Option<String>>,
        /// Teams' ids, or `none`.
        team: Query<Option<String>>,
        /// A pipeline's key; all by default, for the funnel the default one.
        pipeline: Query<Option<String>>,
        /// `deal` or `opportunity`.
        kind: Query<Option<String>>,
    ) -> ApiResult<ReportFile> {
        let filter = SalesFilter {
            period: period.0,
            from: from.0,
            to: to.0,
            owner: owner.0,
            team: team.0,
            pipeline: pipeline.0,
            kind: kind.0,
        };
        let ctx = auth.0.begin().await?;
        let (bytes, name) = file::csv(&ctx, &filter, &file.0).await?;
        ctx.commit().await?;
        Ok(ReportFile::File(Binary(bytes), format!("attachment; filename=\"{name}\"")))
    }

    /// The caller's own arrangement of the figures
    #[oai(path = "/reports/dashboard", method = "get", operation_id = "salesDashboard")]
    async fn dashboard(&self, auth: Staff) -> ApiResult<Json<DashboardOut>> {
        let ctx = auth.0.read().await?;
        Ok(Json(dashboard::get(&ctx).await?.into()))
    }

    /// Arrange the figures
    ///
    /// For the caller alone.
    #[oai(path = "/reports/dashboard", method = "put", operation_id = "arrangeSalesDashboard")]
    async fn arrange(&self, auth: Staff, body: Json<DashboardIn>) -> ApiResult<Json<DashboardOut>> {
        let ctx = auth.0.begin().await?;
        let wanted = body.0.widgets.map(|all| all.into_iter().map(Into::into).collect());
        let out = dashboard::put(&ctx, wanted).await?.into();
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Back to the usual arrangement
    #[oai(path = "/reports/dashboard", method = "delete", operation_id = "resetSalesDashboard")]
    async fn reset(&self, auth: Staff) -> ApiResult<Json<DashboardOut>> {
        let ctx = auth.0.begin().await?;
        let out = dashboard::reset(&ctx).await?.into();
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }
}

//! `/deals/board`, `/deals/forecast`, and the same for opportunities.

use kernel::DomainError;
use kernel::paging::Paging;
use poem::Request;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, ListOut, Staff};

use super::board::{self, Board, CARDS, Column, Forecast, Sums};
use super::entity::{Kind, rounded};
use super::http::{DealFilter, DealOut};

/// A column of a board.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct BoardColumnOut {
    /// The stage's key.
    pub stage: String,
    /// The stage's name.
    pub label: String,
    /// The stage's hue.
    pub hue: String,
    /// How likely a deal here is won, in percent.
    pub probability: i32,
    /// `none`, `won` or `lost`.
    pub outcome: String,
    /// How many cards it has.
    pub count: i64,
    /// What they are worth together, in the base currency.
    pub sum_base: String,
    /// The same by their probabilities.
    pub weighted_base: String,
    /// For `GET …/board/{stage}`: where the cards go on; absent if these are all.
    pub next_cursor: Option<String>,
    /// The first 50 cards.
    pub deals: Vec<DealOut>,
}

impl From<Column> for BoardColumnOut {
    fn from(c: Column) -> Self {
        Self {
            stage: c.stage.key,
            label: c.stage.label,
            hue: c.stage.hue,
            probability: c.stage.probability,
            outcome: c.stage.outcome,
            count: c.count,
            sum_base: rounded(c.sum_base),
            weighted_base: rounded(c.weighted_base),
            next_cursor: c.next_cursor.map(|c| c.encode()),
            deals: c.deals.into_iter().map(Into::into).collect(),
        }
    }
}

/// A board.
#[derive(Debug, Object)]
pub struct BoardOut {
    /// The pipeline's key.
    pub pipeline: String,
    /// The currency of the sums.
    pub base_currency: String,
    /// Currencies whose amounts are in no sum, for want of a rate.
    pub missing_rates: Vec<String>,
    /// From left to right.
    pub columns: Vec<BoardColumnOut>,
}

impl From<Board> for BoardOut {
    fn from(b: Board) -> Self {
        Self {
            pipeline: b.pipeline.key,
            base_currency: b.base_currency,
            missing_rates: b.missing_rates,
            columns: b.columns.into_iter().map(Into::into).collect(),
        }
    }
}

/// What is expected of a month.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ForecastMonthOut {
    /// The month, e.g. `2026-12`; absent for what has no date.
    pub month: Option<String>,
    /// How many.
    pub count: i64,
    /// What they are worth together, in the base currency.
    pub value: String,
    /// The same by their probabilities.
    pub weighted: String,
}

impl From<Sums> for ForecastMonthOut {
    fn from(s: Sums) -> Self {
        Self { month: s.word, count: s.count, value: rounded(s.value), weighted: rounded(s.weighted) }
    }
}

/// A forecast.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ForecastOut {
    /// The currency of the sums.
    pub base_currency: String,
    /// Currencies whose amounts are in no sum, for want of a rate.
    pub missing_rates: Vec<String>,
    /// By month of closing, the earliest first.
    pub months: Vec<ForecastMonthOut>,
    /// What has no date, if there is any.
    pub undated: Option<ForecastMonthOut>,
}

impl From<Forecast> for ForecastOut {
    fn from(f: Forecast) -> Self {
        let (months, undated): (Vec<Sums>, Vec<Sums>) = f.months.into_iter().partition(|s| s.word.is_some());
        Self {
            base_currency: f.base_currency,
            missing_rates: f.missing_rates,
            months: months.into_iter().map(Into::into).collect(),
            undated: undated.into_iter().next().map(Into::into),
        }
    }
}

/// The list's filter, read as a whole: whatever the list learns to filter by, the board knows at once.
fn filter(req: &Request) -> kernel::Result<DealFilter> {
    req.params().map_err(|_| DomainError::field("query", "names a parameter twice, or is no query of a list"))
}

macro_rules! board_api {
    ($(#[$doc:meta])* $api:ident, $kind:expr, $board:tt, $board_id:tt, $column:tt, $column_id:tt, $forecast:tt, $forecast_id:tt) => {
        $(#[$doc])*
        pub struct $api;

        #[OpenApi]
        impl $api {
            /// Read the board
            ///
            /// The cards of a pipeline by stage, the first 50 of each, with sums in the base currency. Takes the
            /// filters of the list.
            #[oai(path = $board, method = "get", operation_id = $board_id)]
            async fn board(
                &self,
                auth: Staff,
                req: &Request,
                /// The pipeline's key; the default one if absent.
                pipeline: Query<Option<String>>,
            ) -> ApiResult<Json<BoardOut>> {
                let filter = DealFilter { pipeline: pipeline.0, ..filter(req)? };
                let ctx = auth.0.read().await?;
                Ok(Json(board::board(&ctx, $kind, &filter).await?.into()))
            }

            /// Read more cards of a column
            ///
            /// Takes the filters of the list.
            #[oai(path = $column, method = "get", operation_id = $column_id)]
            async fn column(
                &self,
                auth: Staff,
                req: &Request,
                /// The stage's key.
                stage: Path<String>,
                /// The pipeline's key; the default one if absent.
                pipeline: Query<Option<String>>,
                /// Cards at once, 50 by default, 200 at most.
                limit: Query<Option<String>>,
                /// `next_cursor` of the cards before.
                cursor: Query<Option<String>>,
            ) -> ApiResult<Json<ListOut<DealOut>>> {
                let usual = CARDS.to_string();
                let limit = limit.0.filter(|l| !l.is_empty()).unwrap_or(usual);
                let paging = Paging::parse(None, Some(&limit), cursor.0.as_deref())?;
                let filter = DealFilter { pipeline: pipeline.0, ..filter(req)? };
                let ctx = auth.0.read().await?;
                let page = board::column(&ctx, $kind, &stage.0, &filter, &paging).await?;
                Ok(Json(page.map(DealOut::from).into()))
            }

            /// Read the forecast
            ///
            /// What is open, by the month in which it should be closed, in the base currency. Takes the filters of
            /// the list; `outcome` says so if it shall not be what is open.
            #[oai(path = $forecast, method = "get", operation_id = $forecast_id)]
            async fn forecast(
                &self,
                auth: Staff,
                req: &Request,
                /// Pipelines' keys; all of them if absent.
                pipeline: Query<Option<String>>,
            ) -> ApiResult<Json<ForecastOut>> {
                let filter = DealFilter { pipeline: pipeline.0, ..filter(req)? };
                let ctx = auth.0.read().await?;
                Ok(Json(board::forecast(&ctx, $kind, &filter).await?.into()))
            }
        }
    };
}

board_api!(
    /// The board of deals.
    DealBoardApi, Kind::Deal,
    "/deals/board", "dealBoard", "/deals/board/:stage", "dealBoardColumn", "/deals/forecast", "dealForecast"
);
board_api!(
    /// The board of opportunities.
    OpportunityBoardApi, Kind::Opportunity,
    "/opportunities/board", "opportunityBoard", "/opportunities/board/:stage", "opportunityBoardColumn",
    "/opportunities/forecast", "opportunityForecast"
);

//! `/api/crm/pipeline` and `/api/crm/deals/{id}/history`: where deals stand, and stood.

use crm::deals::board::{Board, Forecast, board, forecast};
use crm::deals::http::DealFilter;
use crm::deals::{Kind, entity, service};
use kernel::DomainError;
use poem::{IntoResponse, Response};
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::registry::{MetaResponses, Registry};
use poem_openapi::{ApiResponse, OpenApi};
use runtime::http::{ApiResult, ListOut, Staff};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::deals::SalesStepOut;
use super::envelope::word;
use super::stages::Stages;
use crate::stages::SALES;

/// A deal in its stage.
#[derive(Debug, Clone, Serialize)]
struct Card {
    id: Uuid,
    name: String,
    amount: Option<f64>,
    currency: String,
    contact: Option<String>,
    contact_id: Option<Uuid>,
    probability: i32,
    stage: String,
    close_date: Option<chrono::NaiveDate>,
    assigned_to: Option<Uuid>,
}

/// Deals by stage. The order of its names is the pipeline's, which a map of the specification's kind would lose.
struct Columns(Vec<(String, Vec<Card>)>);

impl Serialize for Columns {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.0.len()))?;
        for (stage, deals) in &self.0 {
            map.serialize_entry(stage, deals)?;
        }
        map.end()
    }
}

#[derive(Serialize)]
struct StageSum {
    stage: String,
    count: i64,
    value: f64,
    weighted: f64,
}

#[derive(Serialize)]
struct MonthSum {
    month: String,
    count: i64,
    value: f64,
    weighted: f64,
}

#[derive(Serialize)]
struct Summary {
    pipeline: Columns,
    stages: Vec<StageSum>,
    forecast: Vec<MonthSum>,
    base_currency: String,
    missing_rates: Vec<String>,
}

/// A pipeline, with or without its sums.
enum Shown {
    Plain(Columns),
    Summary(Box<Summary>),
}

impl IntoResponse for Shown {
    fn into_response(self) -> Response {
        match self {
            Self::Plain(columns) => poem::web::Json(columns).into_response(),
            Self::Summary(summary) => poem::web::Json(summary).into_response(),
        }
    }
}

impl ApiResponse for Shown {
    fn meta() -> MetaResponses {
        // Its names are the tenant's own.
        Json::<std::collections::HashMap<String, serde_json::Value>>::meta()
    }

    fn register(registry: &mut Registry) {
        Json::<std::collections::HashMap<String, serde_json::Value>>::register(registry);
    }
}

fn sum(of: Decimal) -> f64 {
    of.to_f64().unwrap_or_default()
}

impl Card {
    fn of(stage: &str, d: entity::Deal) -> Self {
        Self {
            probability: d.chance(),
            amount: d.amount.and_then(|a| a.to_f64()),
            id: d.id,
            name: d.name,
            currency: d.currency,
            contact: d.contact_name,
            contact_id: d.contact_id,
            stage: stage.to_owned(),
            close_date: d.expected_close_date,
            assigned_to: d.assigned_to,
        }
    }
}

/// The columns of a board and their sums. Stages that share a word become one.
fn columns(board: Board) -> (Columns, Vec<StageSum>) {
    let mut shown: Vec<(String, Vec<Card>)> = Vec::new();
    let mut sums: Vec<StageSum> = Vec::new();
    for column in board.columns {
        let stage = SALES.word(&board.pipeline, &column.stage);
        let cards = column.deals.into_iter().map(|d| Card::of(&stage, d));
        let (count, value, weighted) = (column.count, sum(column.sum_base), sum(column.weighted_base));
        match shown.iter().position(|(word, _)| *word == stage) {
            Some(at) => {
                shown[at].1.extend(cards);
                sums[at].count += count;
                sums[at].value += value;
                sums[at].weighted += weighted;
            }
            None => {
                shown.push((stage.clone(), cards.collect()));
                sums.push(StageSum { stage, count, value, weighted });
            }
        }
    }
    (Columns(shown), sums)
}

/// What has a month: what has none is in no forecast.
fn months(forecast: Forecast) -> Vec<MonthSum> {
    let month = |s: crm::deals::board::Sums| {
        Some(MonthSum { month: s.word?, count: s.count, value: sum(s.value), weighted: sum(s.weighted) })
    };
    forecast.months.into_iter().filter_map(month).collect()
}

/// The pipeline.
pub struct SalesPipelineApi;

#[OpenApi]
impl SalesPipelineApi {
    /// Read the pipeline
    ///
    /// An object with a list of deals for each stage, in the pipeline's order: the first 50 of each, as they lie on the
    /// board; `GET /deals?stage=` has all of them. A deal has `id`, `name`, `amount`, `currency`, `contact`,
    /// `contact_id`, `probability`, `stage`, `close_date` and `assigned_to`. With `with=summary` that object stands in
    /// `pipeline`, beside `stages` (`stage`, `count`, `value`, `weighted`) and `forecast` (`month`, `count`, `value`,
    /// `weighted`, of what is open and has a day of closing), which count every deal, in `base_currency`; currencies
    /// without a rate are in no sum and stand in `missing_rates`.
    #[oai(path = "/pipeline", method = "get", operation_id = "crmPipeline")]
    async fn pipeline(
        &self,
        auth: Staff,
        /// The pipeline's key; the default one if absent.
        pipeline: Query<Option<String>>,
        /// `summary` for the sums.
        with: Query<Option<String>>,
    ) -> ApiResult<Shown> {
        let with_sums = match word(with.0).as_deref() {
            None | Some("") => false,
            Some("summary") => true,
            Some(_) => return Err(DomainError::field("with", "must be summary").into()),
        };
        let ctx = auth.0.read().await?;
        ctx.require(Kind::Deal.read())?;
        let key = Stages::read(&ctx).await?.chosen(pipeline.0.as_deref())?.key.clone();
        let filter = DealFilter { pipeline: Some(key), ..DealFilter::default() };
        let board = board(&ctx, Kind::Deal, &filter).await?;
        if !with_sums {
            return Ok(Shown::Plain(columns(board).0));
        }
        let (base_currency, missing_rates) = (board.base_currency.clone(), board.missing_rates.clone());
        let forecast = months(forecast(&ctx, Kind::Deal, &filter).await?);
        let (pipeline, stages) = columns(board);
        Ok(Shown::Summary(Box::new(Summary { pipeline, stages, forecast, base_currency, missing_rates })))
    }

    /// The stages a deal went through, newest first
    #[oai(path = "/deals/:id/history", method = "get", operation_id = "crmDealHistory")]
    async fn history(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<ListOut<SalesStepOut>>> {
        let ctx = auth.0.read().await?;
        let steps = service::steps(&ctx, Kind::Deal, id.0).await?;
        let stages = Stages::read(&ctx).await?;
        let steps: Vec<SalesStepOut> = steps.into_iter().map(|s| SalesStepOut::of(&stages, s)).collect();
        Ok(Json(steps.into()))
    }
}

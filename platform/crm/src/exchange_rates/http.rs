//! `/exchange-rates`.

use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Staff};

use super::service::{self, ExchangeRate};

/// A rate.
#[derive(Debug, Object)]
pub struct ExchangeRateOut {
    /// The currency.
    pub currency: String,
    /// The first day of this rate.
    pub day: chrono::NaiveDate,
    /// What one unit is worth, as a decimal number.
    pub rate: String,
    /// In which currency that is: the tenant's base currency when the rate was set.
    pub base: String,
    /// False where the tenant has another base currency by now: such a rate is in no sum.
    pub counts: bool,
}

impl From<ExchangeRate> for ExchangeRateOut {
    fn from(r: ExchangeRate) -> Self {
        Self { currency: r.currency, day: r.day, rate: r.rate, base: r.base, counts: r.counts }
    }
}

/// A rate to be set.
#[derive(Debug, Object)]
pub struct ExchangeRateIn {
    /// A currency code like EUR. Required.
    pub currency: Option<String>,
    /// The first day of the rate, `YYYY-MM-DD`; today if absent.
    pub day: Option<String>,
    /// What one unit is worth in the base currency, a decimal number above 0, e.g. `1.0834`. Required.
    pub rate: Option<String>,
}

/// Exchange rates.
pub struct ExchangeRatesApi;

#[OpenApi]
impl ExchangeRatesApi {
    /// List exchange rates
    ///
    /// The latest of each currency, or all of one currency, the latest first. Those in the present base currency come
    /// before others.
    #[oai(path = "/exchange-rates", method = "get", operation_id = "listExchangeRates")]
    async fn list(
        &self,
        auth: Staff,
        /// All rates of this currency.
        currency: Query<Option<String>>,
    ) -> ApiResult<Json<Vec<ExchangeRateOut>>> {
        let ctx = auth.0.read().await?;
        let rates = service::list(&ctx, currency.0.as_deref()).await?;
        Ok(Json(rates.into_iter().map(Into::into).collect()))
    }

    /// Set an exchange rate
    ///
    /// From a day on, until the next one that is known. A rate of the same day is replaced.
    #[oai(path = "/exchange-rates", method = "put", operation_id = "setExchangeRate")]
    async fn set(&self, auth: Staff, body: Json<ExchangeRateIn>) -> ApiResult<Json<ExchangeRateOut>> {
        let ctx = auth.0.begin().await?;
        let out = ExchangeRateOut::from(service::set(&ctx, &body.0).await?);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Remove an exchange rate
    #[oai(path = "/exchange-rates/:currency/:day", method = "delete", operation_id = "deleteExchangeRate")]
    async fn remove(
        &self,
        auth: Staff,
        /// The currency.
        currency: Path<String>,
        /// The first day of the rate.
        day: Path<String>,
    ) -> ApiResult<Json<ExchangeRateOut>> {
        let ctx = auth.0.begin().await?;
        let out = ExchangeRateOut::from(service::remove(&ctx, &currency.0, &day.0).await?);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }
}

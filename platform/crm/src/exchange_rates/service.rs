//! Reading and setting rates.

use chrono::NaiveDate;
use kernel::DomainError;
use kernel::event::Event;
use kernel::validate::Checker;
use runtime::audit::{self, Change};
use runtime::{Ctx, Rows as _};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};

use super::http::ExchangeRateIn;
use crate::{pipelines, zone};

/// A rate.
#[derive(Debug, Clone, FromQueryResult)]
pub struct ExchangeRate {
    /// The currency.
    pub currency: String,
    /// Its first day.
    pub day: NaiveDate,
    /// What one unit is worth.
    pub rate: String,
    /// In which currency: the base currency when it was set.
    pub base: String,
    /// Whether that is the present one.
    pub counts: bool,
}

/// The tenant's base currency.
pub async fn base(ctx: &Ctx) -> kernel::Result<String> {
    Ok(access::settings::text(ctx, "base_currency").await?.unwrap_or_else(|| "USD".to_owned()))
}

/// Whether a text has the form of a currency code: a broker may keep books in one that no list has yet.
pub fn is_currency(text: &str) -> bool {
    (3..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// The latest rate of each currency, or every one of one currency.
pub async fn list(ctx: &Ctx, currency: Option<&str>) -> kernel::Result<Vec<ExchangeRate>> {
    pipelines::service::may_read(ctx)?;
    let Some(currency) = currency.map(|c| c.trim().to_uppercase()).filter(|c| !c.is_empty()) else {
        let sql = "select distinct on (currency) currency, day, trim_scale(rate)::text as rate, base, base = $1 as counts
                   from exchange_rates order by currency, base = $1 desc, day desc";
        return Ok(ctx.tx().all(sql, [base(ctx).await?.into()]).await?);
    };
    if !is_currency(&currency) {
        return Err(DomainError::field("currency", "is not a currency code like EUR"));
    }
    let sql = "select currency, day, trim_scale(rate)::text as rate, base, base = $2 as counts
               from exchange_rates where currency = $1 order by base = $2 desc, day desc limit 2000";
    Ok(ctx.tx().all(sql, [currency.into(), base(ctx).await?.into()]).await?)
}

async fn find(ctx: &Ctx, currency: &str, day: NaiveDate) -> kernel::Result<Option<ExchangeRate>> {
    let sql = "select currency, day, trim_scale(rate)::text as rate, base, base = $3 as counts
               from exchange_rates where currency = $1 and day = $2";
    Ok(ctx.tx().one(sql, [currency.into(), day.into(), base(ctx).await?.into()]).await?)
}

fn rate(c: &mut Checker, given: Option<&str>) -> String {
    let text = c.required("rate", given, 40);
    if text.is_empty() {
        return text;
    }
    let fits = |d: &Decimal| *d > Decimal::ZERO && d.scale() <= 12 && *d < Decimal::from(1_000_000_000_000_i64);
    match text.parse::<Decimal>() {
        Ok(value) if fits(&value.normalize()) => value.normalize().to_string(),
        _ => {
            c.add("rate", "must be a decimal number above 0 with at most 12 decimals, e.g. 1.0834");
            text
        }
    }
}

async fn record(ctx: &Ctx, action: &str, currency: &str, day: NaiveDate, changes: Vec<Change>) -> kernel::Result<()> {
    let line = |field: &str, new: Json| Change { field: field.to_owned(), old: Json::Null, new };
    let mut all = vec![line("currency", currency.into()), line("day", json!(day))];
    all.extend(changes);
    ctx.audit(action, "exchange_rate", None, all).await?;
    for permission in ["deals.read", "opportunities.read"] {
        ctx.emit(Event::new("pipeline.changed", ctx.tenant().id, permission)).await?;
    }
    Ok(())
}

/// Sets the rate of a currency from a day on.
pub async fn set(ctx: &Ctx, input: &ExchangeRateIn) -> kernel::Result<ExchangeRate> {
    ctx.require("pipelines.manage")?;
    let mut c = Checker::new();
    let currency = c.required("currency", input.currency.as_deref(), 5).to_uppercase();
    if !currency.is_empty() && !is_currency(&currency) {
        c.add("currency", "is not a currency code like EUR");
    }
    let base = base(ctx).await?;
    if currency == base {
        c.add("currency", "is the base currency, which is always worth 1");
    }
    let day = input.day.as_deref().and_then(|day| c.date("day", day));
    let rate = rate(&mut c, input.rate.as_deref());
    c.finish()?;
    let day = match day {
        Some(day) => day,
        None => zone::today(ctx).await?,
    };
    let old = find(ctx, &currency, day).await?;
    let sql =
        "insert into exchange_rates (currency, day, rate, updated_at, updated_by) values ($1, $2, $3::text::numeric, $4, $5)
               on conflict (currency, day) do update set rate = excluded.rate, updated_at = excluded.updated_at,
                   updated_by = excluded.updated_by";
    let values = [currency.clone().into(), day.into(), rate.clone().into(), ctx.now().into(), ctx.user_id().into()];
    ctx.tx().run(sql, values).await?;
    // The table writes the base itself.
    let changes = audit::diff(
        &json!({ "rate": old.as_ref().map(|o| &o.rate), "base": old.as_ref().map(|o| &o.base) }),
        &json!({ "rate": rate, "base": base }),
    );
    if !changes.is_empty() {
        record(ctx, "exchange_rate.set", &currency, day, changes).await?;
    }
    Ok(ExchangeRate { currency, day, rate, base, counts: true })
}

/// Removes a rate.
pub async fn remove(ctx: &Ctx, currency: &str, day: &str) -> kernel::Result<ExchangeRate> {
    ctx.require("pipelines.manage")?;
    let none = || DomainError::not_found("Exchange rate");
    let day: NaiveDate = day.parse().map_err(|_| none())?;
    let currency = currency.to_uppercase();
    if !is_currency(&currency) {
        return Err(none());
    }
    let old = find(ctx, &currency, day).await?.ok_or_else(none)?;
    let sql = "delete from exchange_rates where currency = $1 and day = $2";
    ctx.tx().run(sql, [currency.clone().into(), day.into()]).await?;
    let changes = audit::diff(&json!({ "rate": old.rate }), &json!({ "rate": null }));
    record(ctx, "exchange_rate.removed", &currency, day, changes).await?;
    Ok(old)
}

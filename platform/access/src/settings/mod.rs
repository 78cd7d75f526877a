//! Settings of a realm: a value per key of `template::SETTINGS`, written by its template and by whoever
//! may change settings. Always holds: a stored value is one that its definition allows; a key without
//! a row has the template's value or the product's.

mod http;
mod service;

pub use http::SettingsApi;
pub(crate) use service::lock;
pub use service::{KIND, undo};

use runtime::{Ctx, Rows as _};
use serde_json::Value as Json;

/// The value of a setting; `None` where the realm has none.
pub async fn get(ctx: &Ctx, key: &str) -> kernel::Result<Option<Json>> {
    Ok(ctx.tx().scalar("select value from settings where key = $1", [key.into()]).await?)
}

/// A setting that is a text, e.g. `default_country`.
pub async fn text(ctx: &Ctx, key: &str) -> kernel::Result<Option<String>> {
    Ok(get(ctx, key).await?.and_then(|v| v.as_str().map(str::to_owned)))
}

/// A setting that is a whole number, or what holds without it.
pub async fn whole(ctx: &Ctx, key: &str, otherwise: i64) -> kernel::Result<i64> {
    Ok(get(ctx, key).await?.and_then(|v| v.as_i64()).unwrap_or(otherwise))
}

/// A setting that is a yes or no, or what holds without it.
pub async fn flag(ctx: &Ctx, key: &str, otherwise: bool) -> kernel::Result<bool> {
    Ok(get(ctx, key).await?.and_then(|v| v.as_bool()).unwrap_or(otherwise))
}

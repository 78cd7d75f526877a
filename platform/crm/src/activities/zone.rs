//! Days of the tenant's time zone.

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use runtime::Ctx;

use super::repeats::midnight;

/// The zone in which the tenant counts days.
pub(crate) async fn of_tenant(ctx: &Ctx) -> kernel::Result<Tz> {
    Ok(access::settings::text(ctx, "timezone").await?.and_then(|name| name.parse().ok()).unwrap_or(Tz::UTC))
}

/// Where today ends, and where the seven days that begin with it end.
pub(super) fn bounds(zone: Tz, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let today = now.with_timezone(&zone).date_naive();
    (after(zone, today, 1), after(zone, today, 7))
}

/// The beginning of the day that comes so many days after another.
pub(super) fn after(zone: Tz, day: NaiveDate, days: u64) -> DateTime<Utc> {
    midnight(zone, day.checked_add_days(Days::new(days)).unwrap_or(day))
}

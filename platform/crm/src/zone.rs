//! Days of the tenant's time zone.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use kernel::validate::Checker;
use runtime::Ctx;

/// The zone in which the tenant counts days.
pub(crate) async fn of_tenant(ctx: &Ctx) -> kernel::Result<Tz> {
    Ok(access::settings::text(ctx, "timezone").await?.and_then(|name| name.parse().ok()).unwrap_or(Tz::UTC))
}

/// The day of an instant there.
pub(crate) fn day_of(zone: Tz, at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

/// The day that it is for the tenant.
pub(crate) async fn today(ctx: &Ctx) -> kernel::Result<NaiveDate> {
    Ok(day_of(of_tenant(ctx).await?, ctx.now()))
}

/// Where today ends, and where the seven days that begin with it end.
pub(crate) fn bounds(zone: Tz, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let today = day_of(zone, now);
    (after(zone, today, 1), after(zone, today, 7))
}

/// The beginning of the day that comes so many days after another.
pub(crate) fn after(zone: Tz, day: NaiveDate, days: u64) -> DateTime<Utc> {
    midnight(zone, day.checked_add_days(Days::new(days)).unwrap_or(day))
}

/// A parameter that is a day or an instant, with its name.
pub(crate) type Given<'a> = (&'static str, Option<&'a str>);

/// From when until when two parameters reach, both days included: days of the tenant's zone, or instants. The zone is
/// asked for only if a day is given.
pub(crate) async fn span(
    ctx: &Ctx,
    c: &mut Checker,
    from: Given<'_>,
    to: Given<'_>,
) -> kernel::Result<(Option<DateTime<Utc>>, Option<DateTime<Utc>>)> {
    let is_day = |given: Given<'_>| given.1.is_some_and(|value| value.trim().parse::<NaiveDate>().is_ok());
    let zone = if is_day(from) || is_day(to) { of_tenant(ctx).await? } else { Tz::UTC };
    Ok((day_or_instant(c, from, zone, false), day_or_instant(c, to, zone, true)))
}

/// A day of a zone, its end with `end`, or an instant.
pub(crate) fn day_or_instant(c: &mut Checker, (name, value): Given<'_>, zone: Tz, end: bool) -> Option<DateTime<Utc>> {
    let value = value.map(str::trim).filter(|v| !v.is_empty())?;
    match value.parse::<NaiveDate>() {
        Ok(day) if (1..=9999).contains(&day.year()) => Some(after(zone, day, u64::from(end))),
        _ => match DateTime::parse_from_rfc3339(value) {
            Ok(at) => Some(at.to_utc()),
            Err(_) => {
                c.add(name, "must be a date (YYYY-MM-DD) or an instant (RFC 3339)");
                None
            }
        },
    }
}

/// The instant of a wall clock in a zone: the first of two, and where there is none, as late after the gap as
/// the clock says it is after the gap's beginning.
pub(crate) fn instant(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    if let Some(at) = zone.from_local_datetime(&local).earliest() {
        return at.to_utc();
    }
    // By the offset that held before the gap.
    let mut before = local;
    for _ in 0..200 {
        before -= TimeDelta::minutes(15);
        if let Some(at) = zone.from_local_datetime(&before).latest() {
            return at.to_utc() + (local - before);
        }
    }
    local.and_utc()
}

/// The beginning of a day in a zone.
pub(crate) fn midnight(zone: Tz, day: NaiveDate) -> DateTime<Utc> {
    instant(zone, day.and_time(NaiveTime::MIN))
}

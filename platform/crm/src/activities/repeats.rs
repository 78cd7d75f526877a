//! Rules by which an activity comes again: a part of RFC 5545, counted in days of a time zone.
//!
//! Always holds: the wall clock stays over changes of daylight saving. A time that a day does not have moves
//! forward by what the clock skips, and that day only; of a time that a day has twice, the first counts. A
//! date that a month or a year does not have is left out.

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;

use crate::zone::instant;

/// Steps after which nothing more is looked for: further apart than any rule that has a next time.
const PATIENCE: u32 = 400;

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freq {
    /// Every day, or every so many.
    Daily,
    /// On days of the week.
    Weekly,
    /// On a day of the month.
    Monthly,
    /// On a day of the year.
    Yearly,
}

impl Freq {
    const ALL: [(Freq, &'static str); 4] =
        [(Self::Daily, "daily"), (Self::Weekly, "weekly"), (Self::Monthly, "monthly"), (Self::Yearly, "yearly")];

    /// As in the API.
    pub fn as_str(self) -> &'static str {
        Self::ALL.into_iter().find(|(freq, _)| *freq == self).map_or("daily", |(_, word)| word)
    }

    /// The one of this word, in any case.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known)| known.eq_ignore_ascii_case(word)).map(|(freq, _)| freq)
    }
}

/// Days of the week with their words.
pub const WEEKDAYS: [(Weekday, &str); 7] = [
    (Weekday::Mon, "mo"),
    (Weekday::Tue, "tu"),
    (Weekday::Wed, "we"),
    (Weekday::Thu, "th"),
    (Weekday::Fri, "fr"),
    (Weekday::Sat, "sa"),
    (Weekday::Sun, "su"),
];

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// How often.
    pub freq: Freq,
    /// Every so many of these, at least 1.
    pub interval: u32,
    /// Of a weekly rule: its days, in the order of the week; none for the day it began on.
    pub weekdays: Vec<Weekday>,
    /// The last day on which it may fall, in its zone.
    pub until: Option<NaiveDate>,
    /// How often it comes, the present time included.
    pub count: Option<u32>,
    /// The time of day, where that of the present time was moved by the clock.
    pub wall: Option<NaiveTime>,
}

impl Rule {
    /// As it is stored: the value of an `RRULE`, with a day in `UNTIL`.
    pub fn text(&self) -> String {
        self.write(self.until.map(|day| day.format("%Y%m%d").to_string()), self.wall)
    }

    /// As a calendar reads it: `UNTIL` is an instant where the start is one.
    pub fn ical(&self, zone: Tz, all_day: bool) -> String {
        let until = self.until.map(|day| match all_day {
            true => day.format("%Y%m%d").to_string(),
            false => {
                instant(zone, day.and_time(NaiveTime::MIN) + TimeDelta::seconds(86_399)).format("%Y%m%dT%H%M%SZ").to_string()
            }
        });
        // A day has no hour: where midnight was skipped, the day is still the day.
        self.write(until, self.wall.filter(|_| !all_day))
    }

    fn write(&self, until: Option<String>, wall: Option<NaiveTime>) -> String {
        let mut text = format!("FREQ={}", self.freq.as_str().to_uppercase());
        if self.interval != 1 {
            text.push_str(&format!(";INTERVAL={}", self.interval));
        }
        if !self.weekdays.is_empty() {
            text.push_str(&format!(";BYDAY={}", self.words().join(",").to_uppercase()));
        }
        if let Some(until) = until {
            text.push_str(&format!(";UNTIL={until}"));
        }
        if let Some(count) = self.count {
            text.push_str(&format!(";COUNT={count}"));
        }
        if let Some(wall) = wall {
            text.push_str(&wall.format(";BYHOUR=%-H;BYMINUTE=%-M;BYSECOND=%-S").to_string());
        }
        text
    }

    /// The words of its days.
    pub fn words(&self) -> Vec<&'static str> {
        WEEKDAYS.into_iter().filter(|(day, _)| self.weekdays.contains(day)).map(|(_, word)| word).collect()
    }

    /// Reads what [`Rule::text`] wrote; nothing else is understood.
    pub fn parse(text: &str) -> Option<Self> {
        let mut rule = Self { freq: Freq::Daily, interval: 1, weekdays: Vec::new(), until: None, count: None, wall: None };
        let (mut seen, mut clock) = (false, [0_u32; 3]);
        let mut moved = false;
        for part in text.split(';') {
            let (name, value) = part.split_once('=')?;
            match name {
                "FREQ" => {
                    rule.freq = Freq::parse(value)?;
                    seen = true;
                }
                "INTERVAL" => rule.interval = value.parse().ok().filter(|n| *n >= 1)?,
                "BYDAY" => {
                    let words: Vec<&str> = value.split(',').collect();
                    let known = |word: &&str| WEEKDAYS.iter().any(|(_, w)| w.eq_ignore_ascii_case(word));
                    if !words.iter().all(known) {
                        return None;
                    }
                    let named = |w: &str| words.iter().any(|word| w.eq_ignore_ascii_case(word));
                    rule.weekdays = WEEKDAYS.into_iter().filter(|(_, w)| named(w)).map(|(day, _)| day).collect();
                }
                "UNTIL" => rule.until = Some(NaiveDate::parse_from_str(value, "%Y%m%d").ok()?),
                "COUNT" => rule.count = Some(value.parse().ok().filter(|n| *n >= 1)?),
                "BYHOUR" | "BYMINUTE" | "BYSECOND" => {
                    let place = ["BYHOUR", "BYMINUTE", "BYSECOND"].iter().position(|n| *n == name)?;
                    clock[place] = value.parse().ok()?;
                    moved = true;
                }
                _ => return None,
            }
        }
        if moved {
            rule.wall = Some(NaiveTime::from_hms_opt(clock[0], clock[1], clock[2])?);
        }
        seen.then_some(rule)
    }

    /// The times after the present one, in order.
    pub fn after(&self, present: DateTime<Utc>, zone: Tz) -> Times<'_> {
        let local = present.with_timezone(&zone).naive_local();
        let wall = self.wall.unwrap_or_else(|| local.time());
        Times { rule: self, zone, first: local.date(), wall, step: 0, waiting: Vec::new(), left: self.count.map(|n| n - 1) }
    }

    /// The first time after `present` that lies after `when`, and the rule that goes on from there.
    pub fn next(&self, present: DateTime<Utc>, when: DateTime<Utc>, zone: Tz) -> Option<(DateTime<Utc>, Rule)> {
        let mut times = self.after(present, zone);
        // Bounded by the sparsest rule with a present time far back.
        let found = times.by_ref().take(100_000).find(|at| *at > when)?;
        let at_wall = found.with_timezone(&zone).naive_local().time() == times.wall;
        let rest = Rule { count: times.left.map(|n| n + 1), wall: (!at_wall).then_some(times.wall), ..self.clone() };
        Some((found, rest))
    }
}

/// The times of a rule after the present one.
pub struct Times<'a> {
    rule: &'a Rule,
    zone: Tz,
    first: NaiveDate,
    wall: NaiveTime,
    step: u32,
    /// Days of the present step that are still to come, the last one first.
    waiting: Vec<NaiveDate>,
    left: Option<u32>,
}

impl Times<'_> {
    fn day(&mut self) -> Option<NaiveDate> {
        let mut tries = 0;
        loop {
            if let Some(day) = self.waiting.pop() {
                return Some(day);
            }
            tries += 1;
            if tries > PATIENCE {
                return None;
            }
            let by = self.step.checked_mul(self.rule.interval)?;
            self.step += 1;
            let mut days = match self.rule.freq {
                Freq::Daily => vec![self.first.checked_add_days(Days::new(by.into()))?],
                Freq::Weekly => {
                    let monday = self.first.checked_sub_days(Days::new(self.first.weekday().num_days_from_monday().into()))?;
                    let week = monday.checked_add_days(Days::new(u64::from(by) * 7))?;
                    let own = [self.first.weekday()];
                    let days = if self.rule.weekdays.is_empty() { &own[..] } else { &self.rule.weekdays[..] };
                    days.iter().filter_map(|d| week.checked_add_days(Days::new(d.num_days_from_monday().into()))).collect()
                }
                Freq::Monthly => self.same_day(by)?,
                Freq::Yearly => self.same_day(by.checked_mul(12)?)?,
            };
            days.retain(|day| *day > self.first);
            days.sort_unstable_by(|a, b| b.cmp(a));
            self.waiting = days;
        }
    }

    /// The same day of a later month, if the month has it; none at the end of time.
    fn same_day(&self, months: u32) -> Option<Vec<NaiveDate>> {
        let later = self.first.with_day(1)?.checked_add_months(Months::new(months))?;
        Some(later.with_day(self.first.day()).into_iter().collect())
    }
}

impl Iterator for Times<'_> {
    type Item = DateTime<Utc>;

    fn next(&mut self) -> Option<DateTime<Utc>> {
        if self.left == Some(0) {
            return None;
        }
        let day = self.day()?;
        if self.rule.until.is_some_and(|until| day > until) || day.year() > 2200 {
            return None;
        }
        self.left = self.left.map(|n| n - 1);
        Some(instant(self.zone, day.and_time(self.wall)))
    }
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDateTime, TimeZone as _};

    use super::*;
    use crate::zone::midnight;

    fn rule(text: &str) -> Rule {
        Rule::parse(text).expect("a rule")
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn locals(text: &str, start: &str, zone: Tz, n: usize) -> Vec<String> {
        let rule = rule(text);
        let start = instant(zone, NaiveDateTime::parse_from_str(start, "%Y-%m-%d %H:%M").expect("a time"));
        rule.after(start, zone).take(n).map(|at| at.with_timezone(&zone).format("%Y-%m-%d %H:%M %z").to_string()).collect()
    }

    #[test]
    fn the_wall_clock_stays_over_daylight_saving() {
        let zone = chrono_tz::Europe::Berlin;
        assert_eq!(
            locals("FREQ=DAILY", "2026-03-28 02:30", zone, 2),
            ["2026-03-29 03:30 +0200", "2026-03-30 02:30 +0200"],
            "a gap moves one day only"
        );
        assert_eq!(locals("FREQ=DAILY", "2026-10-24 02:30", zone, 2), ["2026-10-25 02:30 +0200", "2026-10-26 02:30 +0100"]);
        assert_eq!(
            locals("FREQ=WEEKLY;BYDAY=MO,FR", "2026-03-27 09:00", zone, 3),
            ["2026-03-30 09:00 +0200", "2026-04-03 09:00 +0200", "2026-04-06 09:00 +0200"]
        );
        // A zone whose day has no midnight, and one whose clock moves by half an hour.
        let zone = chrono_tz::Africa::Cairo;
        assert_eq!(locals("FREQ=DAILY", "2026-04-23 00:00", zone, 2), ["2026-04-24 01:00 +0300", "2026-04-25 00:00 +0300"]);
        let zone = chrono_tz::Australia::Lord_Howe;
        assert_eq!(locals("FREQ=DAILY", "2026-10-03 02:10", zone, 2), ["2026-10-04 02:40 +1100", "2026-10-05 02:10 +1100"]);
    }

    #[test]
    fn days_that_a_month_does_not_have_are_left_out() {
        let zone = chrono_tz::UTC;
        let days =
            |text: &str, start: &str, n| locals(text, start, zone, n).iter().map(|t| t[..10].to_owned()).collect::<Vec<_>>();
        assert_eq!(days("FREQ=MONTHLY", "2026-01-31 10:00", 3), ["2026-03-31", "2026-05-31", "2026-07-31"]);
        assert_eq!(days("FREQ=YEARLY", "2024-02-29 10:00", 2), ["2028-02-29", "2032-02-29"]);
        assert_eq!(days("FREQ=MONTHLY;INTERVAL=12", "2024-02-29 10:00", 1), ["2028-02-29"]);
        assert_eq!(days("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU", "2026-11-25 10:00", 3), ["2026-11-29", "2026-12-07", "2026-12-13"]);
        assert_eq!(days("FREQ=DAILY;INTERVAL=3;UNTIL=20261201", "2026-11-25 10:00", 9), ["2026-11-28", "2026-12-01"]);
        assert_eq!(days("FREQ=DAILY;COUNT=3", "2026-11-25 10:00", 9).len(), 2, "the present one counts");
        assert!(days("FREQ=DAILY;COUNT=1", "2026-11-25 10:00", 9).is_empty());
    }

    #[test]
    fn what_was_missed_is_passed_over_and_counts() {
        let zone = chrono_tz::UTC;
        let (next, rest) =
            rule("FREQ=DAILY;COUNT=10").next(at("2026-11-01T09:00:00Z"), at("2026-11-04T12:00:00Z"), zone).expect("a next one");
        assert_eq!((next, rest.count), (at("2026-11-05T09:00:00Z"), Some(6)));
        assert!(rule("FREQ=DAILY;COUNT=3").next(at("2026-11-01T09:00:00Z"), at("2026-11-04T12:00:00Z"), zone).is_none());
    }

    #[test]
    fn a_day_without_midnight_has_no_hour_in_a_calendar() {
        let zone = chrono_tz::Africa::Cairo;
        let start = midnight(zone, "2026-04-23".parse().expect("a day"));
        let (next, rest) = rule("FREQ=DAILY").next(start, start, zone).expect("a next one");
        assert_eq!((next, rest.wall), (at("2026-04-23T22:00:00Z"), Some(NaiveTime::MIN)), "one o'clock, for that day");
        assert_eq!(rest.ical(zone, true), "FREQ=DAILY");
        assert_eq!(rest.ical(zone, false), "FREQ=DAILY;BYHOUR=0;BYMINUTE=0;BYSECOND=0");
    }

    #[test]
    fn rules_come_back_from_their_text() {
        for text in [
            "FREQ=DAILY",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;UNTIL=20261231",
            "FREQ=MONTHLY;COUNT=5",
            "FREQ=YEARLY;BYHOUR=2;BYMINUTE=30;BYSECOND=0",
        ] {
            assert_eq!(rule(text).text(), text);
        }
        for text in ["", "FREQ=HOURLY", "INTERVAL=2", "FREQ=DAILY;INTERVAL=0", "FREQ=WEEKLY;BYDAY=XX", "FREQ=DAILY;BYSETPOS=1"] {
            assert_eq!(Rule::parse(text), None, "{text}");
        }
        let until = rule("FREQ=DAILY;UNTIL=20261231");
        assert_eq!(until.ical(chrono_tz::America::New_York, false), "FREQ=DAILY;UNTIL=20270101T045959Z");
        assert_eq!(until.ical(chrono_tz::America::New_York, true), "FREQ=DAILY;UNTIL=20261231");
    }

    /// Numbers that look random and are the same every time.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, n: u64) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0 % n
        }
    }

    /// For any rule and any start in any of these zones: times go up, the wall clock is the same unless the
    /// zone does not have it on that day, days are those that the rule names, and going on one by one from
    /// where the rule is handed over gives the same times as going on at once.
    #[test]
    fn any_rule_in_any_zone_keeps_its_promises() {
        use chrono_tz::{Africa, America, Asia, Atlantic, Australia, Europe, Pacific};
        let zones = [
            Europe::London,
            Europe::Berlin,
            America::New_York,
            America::Sao_Paulo,
            America::St_Johns,
            Asia::Kathmandu,
            Asia::Tehran,
            Africa::Cairo,
            Africa::Casablanca,
            Atlantic::Azores,
            Australia::Lord_Howe,
            Pacific::Apia,
            chrono_tz::UTC,
        ];
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
        for _ in 0..3_000 {
            let zone = zones[usize::try_from(dice.below(zones.len() as u64)).expect("small")];
            let freq = Freq::ALL[usize::try_from(dice.below(4)).expect("small")].0;
            let weekdays = match freq {
                Freq::Weekly => WEEKDAYS.into_iter().map(|(d, _)| d).filter(|_| dice.below(3) == 0).collect(),
                _ => Vec::new(),
            };
            let interval = u32::try_from(1 + dice.below(4)).expect("small");
            let rule = Rule { freq, interval, weekdays, until: None, count: Some(12), wall: None };
            // Around the nights on which clocks change, half of the time.
            let day = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day") + Days::new(dice.below(1_000));
            let time = NaiveTime::from_num_seconds_from_midnight_opt(u32::try_from(dice.below(1_440)).expect("small") * 60, 0);
            let time = time.filter(|_| dice.below(2) == 0).unwrap_or(NaiveTime::from_hms_opt(2, 30, 0).expect("a time"));
            let wished = day.and_time(time);
            let start = instant(zone, wished);
            let wall = start.with_timezone(&zone).naive_local().time();
            let all: Vec<DateTime<Utc>> = rule.after(start, zone).collect();
            assert_eq!(all.len(), 11, "{rule:?} from {wished} in {zone}");
            let mut last = start;
            for at in &all {
                assert!(*at > last, "{rule:?} from {wished} in {zone}");
                last = *at;
                let local = at.with_timezone(&zone).naive_local();
                let day = local.date();
                match zone.from_local_datetime(&day.and_time(wall)) {
                    chrono::LocalResult::None => assert!(local.time() > wall, "a gap moves forward: {local}"),
                    chrono::LocalResult::Single(one) => assert_eq!(*at, one, "{local} in {zone}"),
                    chrono::LocalResult::Ambiguous(first, _) => assert_eq!(*at, first, "{local} in {zone}"),
                }
                match freq {
                    Freq::Daily => {
                        assert_eq!((day - start.with_timezone(&zone).date_naive()).num_days() % i64::from(interval), 0)
                    }
                    Freq::Weekly if rule.weekdays.is_empty() => {
                        assert_eq!(day.weekday(), start.with_timezone(&zone).weekday());
                    }
                    Freq::Weekly => assert!(rule.weekdays.contains(&day.weekday())),
                    Freq::Monthly | Freq::Yearly => assert_eq!(day.day(), start.with_timezone(&zone).day()),
                }
            }
            let (mut present, mut going, mut one_by_one) = (start, rule.clone(), Vec::new());
            while let Some((next, rest)) = going.next(present, present, zone) {
                assert_eq!(Rule::parse(&rest.text()).as_ref(), Some(&rest));
                one_by_one.push(next);
                (present, going) = (next, rest);
            }
            assert_eq!(one_by_one, all, "{rule:?} from {wished} in {zone}");
        }
    }
}

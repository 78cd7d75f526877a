//! Reading list filters: comma lists, ids, days. Every fault names its parameter.

use chrono::NaiveDate;
use kernel::validate::Checker;
use runtime::Ctx;
use sea_orm::sea_query::{Alias, Cond, Expr, ExprTrait as _, SelectStatement};
use uuid::Uuid;

use crate::zone::{self, Given};

/// Adds filters to a query over one table.
pub struct Filters<'a> {
    select: &'a mut SelectStatement,
    table: &'static str,
    faults: Checker,
}

impl<'a> Filters<'a> {
    /// Filters of a query whose table has this alias.
    pub fn new(select: &'a mut SelectStatement, table: &'static str) -> Self {
        Self { select, table, faults: Checker::new() }
    }

    fn col(&self, name: &'static str) -> Expr {
        Expr::col((Alias::new(self.table), Alias::new(name)))
    }

    /// `?status=new,active`
    pub fn words(&mut self, column: &'static str, value: Option<&str>) {
        let words = split(value);
        if words.iter().any(|w| w.contains('\0') || w.len() > 200) {
            self.faults.add(column, "is not a value of this field");
        } else if words.len() == 1 {
            self.select.and_where(self.col(column).eq(words[0]));
        } else if !words.is_empty() {
            self.select.and_where(self.col(column).is_in(words));
        }
    }

    /// `?outcome=open,lost`: words of a column that has no others. Each comes with what is kept for it.
    pub fn among(
        &mut self,
        column: &'static str,
        value: Option<&str>,
        known: impl Iterator<Item = (&'static str, &'static str)> + Clone,
    ) {
        let kept = |word: &&str| known.clone().find(|(said, _)| said.eq_ignore_ascii_case(word)).map(|(_, kept)| kept);
        let words = split(value);
        let found: Vec<&str> = words.iter().filter_map(kept).collect();
        if found.len() < words.len() {
            let all: Vec<&str> = known.map(|(said, _)| said).collect();
            self.faults.add(column, format!("must be one of {}", all.join(", ")));
        } else if !found.is_empty() {
            self.select.and_where(self.col(column).is_in(found));
        }
    }

    /// `?source=website,none`: words of a column that may be empty.
    pub fn words_or_none(&mut self, column: &'static str, value: Option<&str>) {
        let words = split(value);
        if !words.iter().any(|w| w.eq_ignore_ascii_case("none")) {
            return self.words(column, value);
        }
        let named: Vec<&str> = words.into_iter().filter(|w| !w.eq_ignore_ascii_case("none")).collect();
        if named.iter().any(|w| w.contains('\0') || w.len() > 200) {
            return self.faults.add(column, "is not a value of this field");
        }
        let mut any = Cond::any().add(self.col(column).is_null()).add(self.col(column).eq(""));
        if !named.is_empty() {
            any = any.add(self.col(column).is_in(named));
        }
        self.select.cond_where(any);
    }

    /// `?assigned_to=<id>,none`
    pub fn ids(&mut self, column: &'static str, value: Option<&str>) {
        let words = split(value);
        if words.is_empty() {
            return;
        }
        let ids: Vec<Uuid> = words.iter().filter_map(|w| w.parse().ok()).collect();
        let none = words.contains(&"none");
        if ids.len() + usize::from(none) != words.len() {
            self.faults.add(column, "must be an id, or none");
            return;
        }
        let mut any = Cond::any();
        match ids.as_slice() {
            [] => {}
            [one] => any = any.add(self.col(column).eq(*one)),
            _ => any = any.add(self.col(column).is_in(ids)),
        }
        if none {
            any = any.add(self.col(column).is_null());
        }
        self.select.cond_where(any);
    }

    /// `?tag=vip`
    pub fn tag(&mut self, column: &'static str, value: Option<&str>) {
        let words: Vec<String> = split(value).into_iter().map(str::to_owned).collect();
        if !words.is_empty() {
            let text = format!("{}.{column} @> $1", self.table);
            self.select.and_where(Expr::cust_with_values(text, [sea_orm::Value::from(words)]));
        }
    }

    /// `?created_from=2026-01-01&created_to=2026-01-31`, as [`Self::times`].
    ///
    /// # Errors
    /// If the tenant's zone can't be read.
    pub async fn created(&mut self, ctx: &Ctx, from: Option<&str>, to: Option<&str>) -> kernel::Result<()> {
        self.times(ctx, "created_at", ("created_from", from), ("created_to", to)).await
    }

    /// Days of the tenant's zone, both included, or instants of a column of times: as the reports and the dashboards
    /// count, whose figures lead here.
    ///
    /// # Errors
    /// If the tenant's zone can't be read.
    pub async fn times(&mut self, ctx: &Ctx, column: &'static str, from: Given<'_>, to: Given<'_>) -> kernel::Result<()> {
        let (start, end) = zone::span(ctx, &mut self.faults, from, to).await?;
        if let Some(at) = start {
            self.select.and_where(self.col(column).gte(at));
        }
        if let Some(at) = end {
            self.select.and_where(self.col(column).lt(at));
        }
        Ok(())
    }

    /// `?amount_min=1000&amount_max=5000`: numbers, both included.
    pub fn numbers(&mut self, column: &'static str, from: (&str, Option<&str>), to: (&str, Option<&str>)) {
        for ((name, value), is_end) in [(from, false), (to, true)] {
            let Some(value) = value.map(str::trim).filter(|v| !v.is_empty()) else { continue };
            match value.parse::<rust_decimal::Decimal>() {
                Ok(n) if is_end => self.select.and_where(self.col(column).lte(n)),
                Ok(n) => self.select.and_where(self.col(column).gte(n)),
                Err(_) => {
                    self.faults.add(name, "must be a number");
                    continue;
                }
            };
        }
    }

    /// `?close_from=2026-01-01&close_to=2026-01-31`: days of a column of days, both included.
    pub fn days(&mut self, column: &'static str, from: (&str, Option<&str>), to: (&str, Option<&str>)) {
        for ((name, value), is_end) in [(from, false), (to, true)] {
            let Some(value) = value.map(str::trim).filter(|v| !v.is_empty()) else { continue };
            match value.parse::<NaiveDate>() {
                Ok(day) if is_end => self.select.and_where(self.col(column).lte(day)),
                Ok(day) => self.select.and_where(self.col(column).gte(day)),
                Err(_) => {
                    self.faults.add(name, "must be a date (YYYY-MM-DD)");
                    continue;
                }
            };
        }
    }

    /// Fails with everything that was wrong.
    pub fn finish(self) -> kernel::Result<()> {
        self.faults.finish()
    }
}

fn split(value: Option<&str>) -> Vec<&str> {
    value.unwrap_or_default().split(',').map(str::trim).filter(|w| !w.is_empty()).take(100).collect()
}

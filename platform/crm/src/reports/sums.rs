//! Sums over several currencies, each at the rate of its day: grouped first, so that a rate is looked up once
//! for a currency and day, and not once for a deal.

use runtime::{Ctx, list};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, CommonTableExpression, Expr, Query, SelectStatement, WithClause};

use super::ask::Ask;
use super::entity::{OpenFigures, Sum};

/// SQL of how likely an open deal is won, in percent.
pub(super) const CHANCE: &str = "coalesce(d.probability, s.probability, 0)";

/// Whose rate a deal counts at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rate {
    /// Today's, for what is open; its stage is joined as `s`.
    Today,
    /// That of the closing day.
    Closing,
}

/// A group of deals.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Line {
    pub k1: Option<String>,
    pub k2: Option<String>,
    pub k3: Option<String>,
    pub n: i64,
    pub value: String,
    pub weighted: String,
    /// Absent if no deal of the group has an amount that can be converted.
    pub average: Option<String>,
    /// From beginning to end, all together.
    pub seconds: f64,
    /// Currencies that are in no sum.
    pub missing: Vec<String>,
}

impl Line {
    pub fn open(&self) -> OpenFigures {
        OpenFigures { count: self.n, value: self.value.clone(), weighted: self.weighted.clone() }
    }

    pub fn sum(&self) -> Sum {
        Sum { count: self.n, value: self.value.clone() }
    }
}

/// Groups deals by up to three keys, which are texts of SQL, and sums each group up. `missing` gathers the
/// currencies without a rate.
pub(super) async fn grouped(
    ctx: &Ctx,
    ask: &Ask,
    mut deals: SelectStatement,
    keys: &[Expr],
    rate: Rate,
    missing: &mut Vec<String>,
) -> kernel::Result<Vec<Line>> {
    for (n, name) in ["k1", "k2", "k3"].into_iter().enumerate() {
        let key = keys.get(n).cloned().unwrap_or_else(|| Expr::cust("null::text"));
        deals.expr_as(key, Alias::new(name));
    }
    let (day, weighted, seconds) = match rate {
        Rate::Today => {
            let today = Expr::cust_with_values("cast($1 as date)", [ask.today]);
            (today, format!("sum(d.amount * ({CHANCE}) * 0.01)"), "0::float8")
        }
        Rate::Closing => {
            let day = Expr::cust_with_values("cast(d.closed_at at time zone $1 as date)", [ask.zone.clone()]);
            (day, "0::numeric".to_owned(), "sum(extract(epoch from d.closed_at - d.created_at))::float8")
        }
    };
    deals
        .expr_as(Expr::cust("d.currency"), Alias::new("currency"))
        .expr_as(day, Alias::new("day"))
        .expr_as(Expr::cust("count(*)"), Alias::new("n"))
        .expr_as(Expr::cust("count(d.amount)"), Alias::new("amounts"))
        .expr_as(Expr::cust("sum(d.amount)"), Alias::new("amount"))
        .expr_as(Expr::cust(weighted), Alias::new("weighted"))
        .expr_as(Expr::cust(seconds), Alias::new("seconds"))
        .add_group_by(["1", "2", "3", "4", "5"].map(Expr::cust));

    let mut pairs = Query::select();
    pairs.distinct().column(Alias::new("currency")).column(Alias::new("day")).from(Alias::new("g"));
    let mut rates = Query::select();
    rates
        .column((Alias::new("c"), Alias::new("currency")))
        .column((Alias::new("c"), Alias::new("day")))
        .expr_as(
            Expr::cust_with_values(
                "case when c.currency = $1 then 1::numeric else (select x.rate from exchange_rates x
                     where x.base = $1 and x.currency = c.currency and x.day <= c.day order by x.day desc limit 1) end",
                [ask.base.clone()],
            ),
            Alias::new("rate"),
        )
        .from_subquery(pairs, Alias::new("c"));

    let mut out = Query::select();
    for (text, name) in [
        ("g.k1", "k1"),
        ("g.k2", "k2"),
        ("g.k3", "k3"),
        ("sum(g.n)::bigint", "n"),
        ("round(coalesce(sum(g.amount * r.rate), 0), 2)::text", "value"),
        ("round(coalesce(sum(g.weighted * r.rate), 0), 2)::text", "weighted"),
        ("round(sum(g.amount * r.rate) / nullif(sum(g.amounts) filter (where r.rate is not null), 0), 2)::text", "average"),
        ("sum(g.seconds)", "seconds"),
        ("coalesce(array_agg(distinct g.currency) filter (where r.rate is null and g.amounts > 0), '{}')", "missing"),
    ] {
        out.expr_as(Expr::cust(text), Alias::new(name));
    }
    out.from(Alias::new("g"))
        .join(sea_orm::JoinType::InnerJoin, Alias::new("r"), Expr::cust("r.currency = g.currency and r.day = g.day"))
        .add_group_by(["g.k1", "g.k2", "g.k3"].map(Expr::cust));
    let with = WithClause::new()
        .cte(CommonTableExpression::new().table_name("g").query(deals).to_owned())
        .cte(CommonTableExpression::new().table_name("r").query(rates).to_owned())
        .to_owned();
    out.with_cte(with);
    let lines: Vec<Line> = list::rows(ctx, &out).await?;
    for currency in lines.iter().flat_map(|l| &l.missing) {
        if !missing.contains(currency) {
            missing.push(currency.clone());
        }
    }
    Ok(lines)
}

//! Rows of `deals`, and the only way to read them.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::permission::Scope;
use runtime::Ctx;
use runtime::list::{SortKey, SortType, within};
use rust_decimal::{Decimal, RoundingStrategy};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Cond, Expr, ExprTrait as _, JoinType, Query, SelectStatement, SimpleExpr};
use uuid::Uuid;

/// What lists of deals can be sorted by.
pub const SORTS: &[SortKey] = &[
    SortKey { name: "created_at", column: ("d", "created_at"), kind: SortType::Time, default_desc: true },
    SortKey { name: "name", column: ("d", "search_name"), kind: SortType::Text, default_desc: false },
];

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An opportunity.
    Opportunity,
    /// A deal.
    Deal,
}

impl Kind {
    /// As it stands in the database, in events and in the audit log.
    pub fn word(self) -> &'static str {
        match self {
            Self::Opportunity => "opportunity",
            Self::Deal => "deal",
        }
    }

    /// As people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Opportunity => "Opportunity",
            Self::Deal => "Deal",
        }
    }

    /// The permission to see such records.
    pub fn read(self) -> &'static str {
        match self {
            Self::Opportunity => "opportunities.read",
            Self::Deal => "deals.read",
        }
    }

    /// The permission to add them.
    pub fn create(self) -> &'static str {
        match self {
            Self::Opportunity => "opportunities.create",
            Self::Deal => "deals.create",
        }
    }

    /// The permission to change them.
    pub fn update(self) -> &'static str {
        match self {
            Self::Opportunity => "opportunities.update",
            Self::Deal => "deals.update",
        }
    }

    /// The permission to delete and restore them.
    pub fn delete(self) -> &'static str {
        match self {
            Self::Opportunity => "opportunities.delete",
            Self::Deal => "deals.delete",
        }
    }

    /// The permission to give them to somebody.
    pub fn assign(self) -> &'static str {
        match self {
            Self::Opportunity => "opportunities.assign",
            Self::Deal => "deals.assign",
        }
    }
}

/// An opportunity or a deal.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Deal {
    /// Id.
    pub id: Uuid,
    /// `opportunity` or `deal`.
    pub kind: String,
    /// Name.
    pub name: String,
    /// What it is about.
    pub description: Option<String>,
    /// What comes next.
    pub next_steps: Option<String>,
    /// The client.
    pub client_id: Option<Uuid>,
    /// The client's name, for who sees that client.
    pub client_name: Option<String>,
    /// The contact.
    pub contact_id: Option<Uuid>,
    /// The contact's name, for who sees that contact.
    pub contact_name: Option<String>,
    /// The opportunity that a deal was.
    pub opportunity_id: Option<Uuid>,
    /// Its name, for who sees it.
    pub opportunity_name: Option<String>,
    /// The deal that an opportunity became.
    pub deal_id: Option<Uuid>,
    /// The lead it came from.
    pub lead_id: Option<Uuid>,
    /// Its pipeline's key.
    pub pipeline: String,
    /// Its stage's key.
    pub stage: String,
    /// The stage's name.
    pub stage_label: String,
    /// The stage's hue.
    pub stage_hue: String,
    /// How likely a deal in this stage is won.
    pub stage_probability: i32,
    /// `none`, `won` or `lost`.
    pub outcome: String,
    /// How likely it is won, if somebody said so.
    pub probability: Option<i16>,
    /// What it is worth, in `currency`.
    pub amount: Option<Decimal>,
    /// The currency of the amount.
    pub currency: String,
    /// What one unit of the currency is worth in the base currency; absent where no rate is known.
    pub rate: Option<Decimal>,
    /// When it should be closed.
    pub expected_close_date: Option<NaiveDate>,
    /// When it was won or lost.
    pub closed_at: Option<DateTime<Utc>>,
    /// Why it was lost.
    pub lost_reason: Option<String>,
    /// Since when it stands in its stage.
    pub stage_since: DateTime<Utc>,
    /// Its place there: lower comes first.
    pub position: f64,
    /// Owner.
    pub assigned_to: Option<Uuid>,
    /// Owner's name.
    pub assigned_to_name: Option<String>,
    /// Team.
    pub team_id: Option<Uuid>,
    /// Team's name.
    pub team_name: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Custom fields.
    pub custom: serde_json::Value,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Who created it.
    pub created_by: Option<Uuid>,
    /// Counts changes.
    pub version: i32,
    /// When it was deleted.
    pub deleted_at: Option<DateTime<Utc>>,
}

impl Deal {
    /// How likely it is won, in percent.
    pub fn chance(&self) -> i32 {
        match self.outcome.as_str() {
            "won" => 100,
            "lost" => 0,
            _ => self.probability.map_or(self.stage_probability, i32::from),
        }
    }

    /// The amount in the base currency.
    pub fn amount_base(&self) -> Option<Decimal> {
        self.amount?.checked_mul(self.rate?)
    }

    /// The amount in the base currency by its chance.
    pub fn weighted_base(&self) -> Option<Decimal> {
        Some(self.amount_base()?.checked_mul(Decimal::from(self.chance()))? / Decimal::ONE_HUNDRED)
    }
}

/// An amount as it is written: two decimals, or as many more as it has.
pub fn money(amount: Decimal) -> String {
    let amount = amount.normalize();
    let decimals = Ord::max(amount.scale(), 2);
    let mut amount = amount;
    amount.rescale(decimals);
    amount.to_string()
}

/// A sum as it is written: two decimals.
pub fn rounded(amount: Decimal) -> String {
    let mut amount = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    amount.rescale(2);
    amount.to_string()
}

const PLAIN: &[&str] = &[
    "id",
    "kind",
    "name",
    "description",
    "next_steps",
    "client_id",
    "contact_id",
    "opportunity_id",
    "lead_id",
    "stage",
    "outcome",
    "probability",
    "amount",
    "currency",
    "expected_close_date",
    "closed_at",
    "lost_reason",
    "stage_since",
    "position",
    "assigned_to",
    "team_id",
    "tags",
    "custom",
    "created_at",
    "updated_at",
    "created_by",
    "version",
    "deleted_at",
];

/// SQL of the tenant's base currency.
pub(super) const BASE: &str = "(select coalesce((select b.value #>> '{}' from settings b where b.key = 'base_currency'), 'USD'))";

/// SQL of the day by whose rate a deal counts: today, or the day on which it was closed. `$1` is now.
pub(super) const DAY: &str = "(coalesce(d.closed_at, cast($1 as timestamptz)) at time zone (select broker_zone()))::date";

/// SQL of how likely a deal is won, in percent.
pub(super) const CHANCE: &str =
    "case d.outcome when 'won' then 100 when 'lost' then 0 else coalesce(d.probability, s.probability) end";

/// SQL of what one unit of a deal's currency is worth in the base currency.
fn rate_sql() -> String {
    format!(
        "case when d.currency = {BASE} then 1::numeric else (select r.rate from exchange_rates r
             where r.base = {BASE} and r.currency = d.currency and r.day <= {DAY} order by r.day desc limit 1) end"
    )
}

fn rate(ctx: &Ctx) -> SimpleExpr {
    Expr::cust_with_values(rate_sql(), [ctx.now()])
}

/// SQL of a deal's amount in the base currency at a moment, itself SQL.
pub(crate) fn base_amount(now: &str) -> String {
    format!("d.amount * ({})", rate_sql().replace("$1", now))
}

/// SQL of how likely a deal of a list is won, in percent.
pub(crate) fn chance() -> &'static str {
    CHANCE
}

/// Deals or opportunities within a scope, deleted ones too. Every read starts here.
pub fn visible_to(ctx: &Ctx, kind: Kind, scope: Scope) -> SelectStatement {
    let mut select = Query::select();
    for column in PLAIN {
        select.column((Alias::new("d"), Alias::new(*column)));
    }
    let named = [
        ("d", "pipeline_key", "pipeline"),
        ("s", "label", "stage_label"),
        ("s", "hue", "stage_hue"),
        ("s", "probability", "stage_probability"),
        ("u", "name", "assigned_to_name"),
        ("t", "name", "team_name"),
        ("op", "name", "opportunity_name"),
    ];
    for (table, column, name) in named {
        select.expr_as(Expr::col((Alias::new(table), Alias::new(column))), Alias::new(name));
    }
    select
        .expr_as(Expr::cust("cl.first_name || ' ' || cl.last_name"), Alias::new("client_name"))
        .expr_as(Expr::cust("trim(co.first_name || ' ' || co.last_name)"), Alias::new("contact_name"))
        .expr_as(rate(ctx), Alias::new("rate"))
        .expr_as(became(ctx, kind), Alias::new("deal_id"))
        .from_as(Alias::new("deals"), Alias::new("d"))
        .join_as(
            JoinType::LeftJoin,
            Alias::new("pipeline_stages"),
            Alias::new("s"),
            Expr::cust("s.pipeline_key = d.pipeline_key and s.key = d.stage"),
        )
        .join_as(JoinType::LeftJoin, Alias::new("users"), Alias::new("u"), Expr::cust("u.id = d.assigned_to"))
        .join_as(JoinType::LeftJoin, Alias::new("teams"), Alias::new("t"), Expr::cust("t.id = d.team_id"));
    for (table, alias, column, permission) in [
        ("clients", "cl", "client_id", "clients.read"),
        ("contacts", "co", "contact_id", "contacts.read"),
        ("deals", "op", "opportunity_id", "opportunities.read"),
    ] {
        let mut on = Cond::all().add(Expr::cust(format!("{alias}.id = d.{column} and {alias}.deleted_at is null")));
        match ctx.actor().scope(permission) {
            None => on = on.add(Expr::cust("false")),
            Some(scope) => {
                if let Some(condition) = within(ctx, scope, (alias, "assigned_to"), (alias, "team_id")) {
                    on = on.add(condition);
                }
            }
        }
        select.join_as(JoinType::LeftJoin, Alias::new(table), Alias::new(alias), on);
    }
    select.and_where(Expr::col((Alias::new("d"), Alias::new("kind"))).eq(kind.word()));
    if let Some(condition) = within(ctx, scope, ("d", "assigned_to"), ("d", "team_id")) {
        select.and_where(condition);
    }
    select
}

/// The deal that an opportunity became, for whoever may see that deal.
fn became(ctx: &Ctx, kind: Kind) -> SimpleExpr {
    let (Kind::Opportunity, Some(scope)) = (kind, ctx.actor().scope("deals.read")) else { return Expr::cust("null::uuid") };
    let mut seen = Query::select();
    seen.column((Alias::new("x"), Alias::new("id")))
        .from_as(Alias::new("deals"), Alias::new("x"))
        .and_where(Expr::cust("x.opportunity_id = d.id and x.deleted_at is null"))
        .order_by((Alias::new("x"), Alias::new("created_at")), sea_orm::sea_query::Order::Desc)
        .limit(1);
    if let Some(condition) = within(ctx, scope, ("x", "assigned_to"), ("x", "team_id")) {
        seen.and_where(condition);
    }
    SimpleExpr::from(seen)
}

/// The condition that leaves deleted ones out.
pub fn alive() -> SimpleExpr {
    Expr::col((Alias::new("d"), Alias::new("deleted_at"))).is_null()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_two_decimals_or_more() {
        let written = |text: &str| text.parse().map(money).unwrap_or_default();
        assert_eq!(written("1500"), "1500.00");
        assert_eq!(written("1500.5000"), "1500.50");
        assert_eq!(written("0.1234"), "0.1234");
        let sum = |text: &str| text.parse().map(rounded).unwrap_or_default();
        assert_eq!(sum("1500.005"), "1500.01");
        assert_eq!(sum("7"), "7.00");
    }
}

//! What the rules would have done with the records of the last days.

use kernel::DomainError;
use kernel::validate::Checker;
use runtime::{Ctx, list};
use sea_orm::FromQueryResult;
use sea_orm::Value;
use sea_orm::sea_query::{Alias, Expr, Order};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::http::{PreviewIn, RuleIn};
use super::service::{Rule, all, blank, checked, entity};
use crate::bulk::Kind;

/// The days that a preview looks back.
pub(super) const DAYS: i64 = 30;
/// Records that it shows.
const SAMPLE: u64 = 20;

/// How many records a rule would have got.
#[derive(Debug, FromQueryResult)]
pub(super) struct Share {
    /// The rule; absent for records that none fits.
    pub rule: Option<Uuid>,
    pub count: i64,
}

/// A record that came in, and what would have become of it.
#[derive(Debug, FromQueryResult)]
pub(super) struct Sample {
    pub id: Uuid,
    pub name: String,
    pub country: Option<String>,
    pub source: Option<String>,
    pub rule: Option<Uuid>,
}

/// What a preview tells.
pub(super) struct Preview {
    pub rules: Vec<Rule>,
    pub shares: Vec<Share>,
    pub sample: Vec<Sample>,
}

/// The enabled rules of a kind with the draft among them: in the place of the rule that it changes, or last.
async fn rules(ctx: &Ctx, entity: &str, draft: Option<&RuleIn>, id: Option<Uuid>) -> kernel::Result<Vec<Rule>> {
    let mut rules: Vec<Rule> = all(ctx).await?.into_iter().filter(|r| r.entity == entity).collect();
    if let Some(draft) = draft {
        let mut c = Checker::new();
        let at = id.and_then(|id| rules.iter().position(|r| r.id == id));
        if id.is_some() && at.is_none() {
            return Err(DomainError::not_found("Rule"));
        }
        let before = at.map_or_else(|| blank(entity), |at| rules[at].clone());
        let next = checked(ctx, &mut c, before, draft).await?;
        c.finish()?;
        match at {
            Some(at) => rules[at] = next,
            None => rules.push(next),
        }
    }
    rules.retain(|r| r.enabled);
    Ok(rules)
}

/// Tells which rule each record of the last days would have met first.
pub(super) async fn preview(ctx: &Ctx, input: &PreviewIn) -> kernel::Result<Preview> {
    ctx.require("assignment.manage")?;
    let mut c = Checker::new();
    let entity = entity(&mut c, input.entity.as_deref());
    let id = match input.rule_id.as_deref().filter(|id| !id.is_empty()).map(str::parse::<Uuid>) {
        Some(Err(_)) => {
            c.add("rule_id", "is not an id");
            None
        }
        given => given.and_then(Result::ok),
    };
    c.finish()?;
    let kind = Kind::of_word(&entity).ok_or_else(|| DomainError::field("entity", "must be client or lead"))?;
    let scope = ctx.require(kind.read())?;
    let rules = rules(ctx, &entity, input.rule.as_ref(), id).await?;
    let fitting: Vec<Json> = rules
        .iter()
        .enumerate()
        .map(|(n, r)| {
            json!({
                "n": n, "id": r.id, "countries": r.countries, "languages": r.languages, "sources": r.sources, "partners": r.partners,
            })
        })
        .collect();
    let a = kind.alias();
    let (language, partner) = match kind {
        Kind::Lead => (
            format!(
                "lower(substring(coalesce({a}.metadata->>'language', {a}.metadata->>'locale') from '^([A-Za-z]{{2}})(?![A-Za-z])'))"
            ),
            format!("{a}.partner_id"),
        ),
        Kind::Client => (format!("{a}.language"), "null::uuid".to_owned()),
        _ => ("null::text".to_owned(), "null::uuid".to_owned()),
    };
    let rule = format!(
        "(select f.id from jsonb_to_recordset($1::jsonb) as f (n int, id uuid, countries text[], languages text[], sources text[],
              partners uuid[])
          where (f.countries = '{{}}' or {a}.country = any(f.countries)) and (f.languages = '{{}}' or {language} = any(f.languages))
            and (f.sources = '{{}}' or lower({a}.source) = any(f.sources)) and (f.partners = '{{}}' or {partner} = any(f.partners))
          order by f.n limit 1)"
    );
    let rule = || Expr::cust_with_values(rule.clone(), [Value::from(Json::Array(fitting.clone()))]);
    let recent = || {
        let mut select = kind.within(ctx, scope);
        select.clear_selects();
        select.and_where(Expr::cust(format!("{a}.created_at > now() - interval '{DAYS} days'")));
        select
    };
    let mut inner = recent();
    inner.expr_as(rule(), Alias::new("rule"));
    let mut shares = sea_orm::sea_query::Query::select();
    shares
        .expr_as(Expr::cust("q.rule"), Alias::new("rule"))
        .expr_as(Expr::cust("count(*)"), Alias::new("count"))
        .from_subquery(inner, Alias::new("q"))
        .add_group_by([Expr::cust("q.rule")]);
    let mut sample = recent();
    for (text, name) in [
        (format!("{a}.id"), "id"),
        (format!("{a}.first_name || ' ' || {a}.last_name"), "name"),
        (format!("{a}.country::text"), "country"),
        (format!("{a}.source"), "source"),
    ] {
        sample.expr_as(Expr::cust(text), Alias::new(name));
    }
    sample
        .expr_as(rule(), Alias::new("rule"))
        .order_by((Alias::new(a), Alias::new("created_at")), Order::Desc)
        .order_by((Alias::new(a), Alias::new("id")), Order::Desc)
        .limit(SAMPLE);
    Ok(Preview { rules, shares: list::rows(ctx, &shares).await?, sample: list::rows(ctx, &sample).await? })
}

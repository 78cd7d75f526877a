//! Who may be the same person as a client, a lead, or somebody who is about to be added.

use std::collections::BTreeMap;

use kernel::permission::{Level, Scope};
use kernel::validate::Checker;
use runtime::config::Rate;
use runtime::http::SignedIn;
use runtime::{Ctx, list};
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _};
use uuid::Uuid;

use super::evidence::{self, Among, Compared, Draft, Reason, Subject, counted, score};
use super::http::DraftIn;
use crate::clients::entity::Client;
use crate::clients::service as clients;
use crate::leads::entity::Lead;
use crate::leads::service as leads;

/// The most matches of an answer.
const MOST: usize = 20;
/// What is less likely is no match, in per cent.
const LEAST: u32 = 40;

const NAME: &str = "duplicate-check";
/// Who adds clients by hand does not come near this.
const RATE: Rate = Rate { count: 600, seconds: 3_600 };

/// Somebody who may be the same person.
pub(super) enum Match {
    Client(Client),
    Lead(Lead),
}

/// A match, how likely it is (in per cent), and why.
pub(super) struct Scored {
    pub who: Match,
    pub score: u32,
    pub reasons: Vec<Reason>,
}

/// Counts how often somebody asks who like a person that they describe is there. What is out of their reach
/// they never find; this keeps programs from going through what is within it.
pub async fn may_ask(auth: &SignedIn) -> kernel::Result<()> {
    let actor = &auth.actor;
    if actor.scope("clients.read") == Some(Scope::All) && actor.level("clients.email") == Level::Full {
        return Ok(());
    }
    let who = actor.id().map_or_else(|| actor.name.clone(), |id| id.to_string());
    auth.caller.app.limits.check(NAME, &format!("{}:{who}", auth.tenant.key), Some(RATE)).await
}

/// Clients and open leads who may be this client, the likeliest first.
pub(super) async fn of_client(ctx: &Ctx, id: Uuid) -> kernel::Result<Vec<Scored>> {
    clients::get(ctx, id).await?;
    let mut found = among_clients(ctx, Subject::Clients(vec![id])).await?;
    found.extend(among_leads(ctx, Subject::Clients(vec![id])).await?);
    Ok(best(found))
}

/// Clients and open leads who may be somebody who is about to be added. What is not written to its end yet
/// takes no part.
pub(super) async fn of_draft(ctx: &Ctx, input: &DraftIn) -> kernel::Result<Vec<Scored>> {
    ctx.require("clients.create")?;
    ctx.require("clients.read")?;
    let region = clients::region_for(ctx, input.phone.as_deref(), input.country.as_deref()).await?;
    let draft = read(input, region.as_deref());
    let mut found = among_clients(ctx, Subject::Draft(draft.clone())).await?;
    found.extend(among_leads(ctx, Subject::Draft(draft)).await?);
    Ok(best(found))
}

/// Clients who may be this lead.
pub(super) async fn of_lead(ctx: &Ctx, id: Uuid) -> kernel::Result<Vec<Scored>> {
    let lead = leads::get(ctx, id).await?;
    ctx.require("clients.read")?;
    // What the actor does not see of the lead is a masked form here, and no value.
    let seen = |key: &str, value: Option<String>| value.filter(|_| ctx.level(key) == Level::Full);
    let draft = Draft {
        email: seen("leads.email", lead.email),
        phone: seen("leads.phone", lead.phone),
        first_name: Some(lead.first_name),
        last_name: Some(lead.last_name),
        date_of_birth: None,
        country: lead.country,
    };
    Ok(best(among_clients(ctx, Subject::Draft(draft)).await?))
}

/// Of each value what is good; what is wrong or half written is nothing.
fn read(input: &DraftIn, region: Option<&str>) -> Draft {
    fn good<T>(given: Option<&str>, check: impl FnOnce(&mut Checker, &str) -> Option<T>) -> Option<T> {
        let mut c = Checker::new();
        let value = given.map(str::trim).filter(|v| !v.is_empty()).and_then(|v| check(&mut c, v));
        value.filter(|_| c.is_ok())
    }
    let country = good(input.country.as_deref(), |c, v| c.country("country", v));
    let region = country.as_deref().or(region);
    let name = |given: &Option<String>| good(given.as_deref(), |c, v| c.optional("name", Some(v), 100));
    Draft {
        email: good(input.email.as_deref(), |c, v| Some(c.email("email", v))),
        phone: good(input.phone.as_deref(), |c, v| c.phone("phone", v, region)),
        first_name: name(&input.first_name),
        last_name: name(&input.last_name),
        date_of_birth: good(input.date_of_birth.as_deref(), |c, v| c.date("date_of_birth", v)),
        country,
    }
}

async fn among_clients(ctx: &Ctx, subject: Subject) -> kernel::Result<Vec<Scored>> {
    let scope = ctx.require("clients.read")?;
    let found = weighed(ctx, subject, Among::Clients, scope).await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let mut select = crate::clients::entity::visible_to(ctx, scope);
    select.and_where(Expr::col((Alias::new("c"), Alias::new("id"))).is_in(found.keys().copied()));
    select.and_where(crate::clients::entity::alive());
    let rows: Vec<Client> = list::rows(ctx, &select).await?;
    Ok(rows.into_iter().filter_map(|c| scored(&found, c.id, Match::Client(c))).collect())
}

async fn among_leads(ctx: &Ctx, subject: Subject) -> kernel::Result<Vec<Scored>> {
    let Some(scope) = ctx.actor().scope("leads.read") else { return Ok(Vec::new()) };
    let found = weighed(ctx, subject, Among::Leads, scope).await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let mut select = crate::leads::entity::visible_to(ctx, scope);
    select.and_where(Expr::col((Alias::new("l"), Alias::new("id"))).is_in(found.keys().copied()));
    let rows: Vec<Lead> = list::rows(ctx, &select).await?;
    Ok(rows.into_iter().filter_map(|l| scored(&found, l.id, Match::Lead(l))).collect())
}

type Weighed = BTreeMap<Uuid, (u32, Vec<Reason>)>;

async fn weighed(ctx: &Ctx, subject: Subject, among: Among, scope: Scope) -> kernel::Result<Weighed> {
    let found = evidence::look(ctx, subject, among, scope, Compared::by(ctx, among), false).await?;
    let weighed = found.into_iter().map(|((_, id), reasons)| {
        let reasons = counted(&reasons);
        (id, (score(&reasons), reasons))
    });
    Ok(weighed.filter(|(_, (score, _))| *score >= LEAST).collect())
}

fn scored(found: &Weighed, id: Uuid, who: Match) -> Option<Scored> {
    let (score, reasons) = found.get(&id)?;
    Some(Scored { who, score: *score, reasons: reasons.clone() })
}

/// The likeliest first, clients before leads, then the newest.
fn best(mut found: Vec<Scored>) -> Vec<Scored> {
    found.sort_by_key(|m| {
        let (is_lead, at) = match &m.who {
            Match::Client(c) => (false, c.created_at),
            Match::Lead(l) => (true, l.created_at),
        };
        (std::cmp::Reverse(m.score), is_lead, std::cmp::Reverse(at))
    });
    found.truncate(MOST);
    found
}

//! Deciding, counting and showing.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use kernel::DomainError;
use kernel::permission::{Level, Scope};
use kernel::validate::Checker;
use runtime::access::Actor;
use runtime::audit::Change;
use runtime::db::Mode;
use runtime::http::SignedIn;
use runtime::{Ctx, RequestInfo, Rows as _, list};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::http::RevealIn;
use super::notice;
use crate::clients::entity as clients;
use crate::leads::entity as leads;
use crate::sensitive::{CLIENT, CONTACT, LEAD, SensitiveFields};
use crate::zone;

/// Values a user may reveal in a day where no setting says it.
const QUOTA: i64 = 20;

/// Kinds of records with sensitive fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A client.
    Client,
    /// A lead.
    Lead,
    /// A contact.
    Contact,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Lead => "lead",
            Self::Contact => "contact",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Client => "Client",
            Self::Lead => "Lead",
            Self::Contact => "Contact",
        }
    }

    fn read(self) -> &'static str {
        match self {
            Self::Client => "clients.read",
            Self::Lead => "leads.read",
            Self::Contact => "contacts.read",
        }
    }

    fn reveal(self) -> &'static str {
        match self {
            Self::Client => "clients.reveal",
            Self::Lead => "leads.reveal",
            Self::Contact => "contacts.reveal",
        }
    }

    fn fields(self) -> SensitiveFields {
        match self {
            Self::Client => CLIENT,
            Self::Lead => LEAD,
            Self::Contact => CONTACT,
        }
    }
}

/// What was asked for, in clear.
#[derive(Debug)]
pub struct Revealed {
    /// Values by field.
    pub values: BTreeMap<&'static str, String>,
    /// Values that counted today.
    pub used: i64,
    /// Values a user may reveal in a day.
    pub limit: i64,
}

/// A record in clear: who it belongs to, and its sensitive values.
struct Record {
    owner: Option<Uuid>,
    team: Option<Uuid>,
    values: BTreeMap<&'static str, Option<String>>,
}

/// The day in the tenant's time zone, and the seconds until the next one.
struct Day {
    day: NaiveDate,
    left: i64,
}

/// Shows masked values of a record.
pub async fn reveal(who: &SignedIn, kind: Kind, id: Uuid, input: &RevealIn) -> kernel::Result<Revealed> {
    let actor = &who.actor;
    let (read, reveal) = (actor.require(kind.read())?, actor.require(kind.reveal())?);
    let Some(user) = actor.user.map(Uuid::from) else {
        return Err(DomainError::Forbidden { code: "forbidden", message: "Only a person can reveal values.".to_owned() });
    };
    // The clear value, under the role that may read it. An answer with it is kept nowhere.
    let request = RequestInfo { idempotency: None, ..who.caller.request.clone() };
    let ctx = Ctx::begin(&who.caller.app, &who.tenant, Arc::new(actor.in_clear()), request, Mode::Write).await?;
    let record = find(&ctx, kind, read, id).await?;
    if !actor.covers(reveal, record.owner, record.team) {
        return Err(DomainError::forbidden(kind.reveal()));
    }
    let (fields, purpose) = checked(kind, input)?;
    levels(actor, kind, &fields)?;
    let masked: Vec<&'static str> = fields
        .iter()
        .copied()
        .filter(|name| record.values.get(name).is_some_and(Option::is_some))
        .filter(|name| level(actor, kind, name) == Level::Masked)
        .collect();
    // One after the other: who asks twice at once is counted twice.
    ctx.tx().run("select 1 from users where id = $1 for no key update", [user.into()]).await?;
    let today = today(&ctx).await?;
    let limit = access::settings::whole(&ctx, "reveal_daily_quota", QUOTA).await?;
    let used = counted(&ctx, user, today.day).await?;
    let new = not_yet(&ctx, user, kind, id, &masked, today.day).await?;
    let cost = i64::try_from(new.len()).unwrap_or(i64::MAX);
    let told = |field: &str, new: Json| Change { field: field.to_owned(), old: Json::Null, new };
    let mut trace = vec![told("fields", json!(fields)), told("purpose", purpose.clone().into())];
    if cost > 0 && used + cost > limit {
        trace.push(told("quota", json!({ "used": used, "limit": limit })));
        ctx.audit("reveal.refused", kind.word(), Some(id), trace).await?;
        notice::look(&ctx, user, limit, today.day).await?;
        ctx.commit().await?;
        return Err(DomainError::Limited {
            code: "reveal_quota",
            message: format!("You may reveal {limit} values in a day; {used} are used."),
            retry_after: Ord::max(u64::try_from(today.left).unwrap_or(1), 1),
        });
    }
    for field in &new {
        count(&ctx, user, kind, id, field, &purpose, today.day).await?;
    }
    let action = format!("{}.revealed", kind.word());
    ctx.audit(&action, kind.word(), Some(id), trace).await?;
    if cost > 0 {
        notice::look(&ctx, user, limit, today.day).await?;
    }
    ctx.commit().await?;
    let mut values = record.values;
    let values = fields.into_iter().filter_map(|name| Some((name, values.remove(name).flatten()?))).collect();
    Ok(Revealed { values, used: used + cost, limit })
}

/// The fields, each once, and the purpose; all faults at once.
fn checked(kind: Kind, input: &RevealIn) -> kernel::Result<(Vec<&'static str>, String)> {
    let mut check = Checker::new();
    let mut fields: Vec<&'static str> = Vec::new();
    for name in input.fields.iter().flatten() {
        match kind.fields().named(name) {
            Some(field) if fields.contains(&field.name) => {}
            Some(field) => fields.push(field.name),
            None => {
                let known: Vec<&str> = kind.fields().fields.iter().map(|f| f.name).collect();
                check.add("fields", format!("has a name that is none of {}", known.join(", ")));
            }
        }
    }
    if fields.is_empty() && check.is_ok() {
        check.add("fields", "is required");
    }
    let purpose = check.required("purpose", input.purpose.as_deref(), 200);
    if (1..3).contains(&purpose.chars().count()) {
        check.add("purpose", "must have at least 3 characters");
    }
    check.finish()?;
    Ok((fields, purpose))
}

fn level(actor: &Actor, kind: Kind, name: &str) -> Level {
    kind.fields().named(name).map_or(Level::Hidden, |field| actor.level(field.key))
}

/// What is hidden can't be revealed: it does not exist for this role.
fn levels(actor: &Actor, kind: Kind, fields: &[&'static str]) -> kernel::Result<()> {
    match fields.iter().find(|name| level(actor, kind, name) == Level::Hidden) {
        Some(name) => Err(DomainError::field_code("field_hidden", name, "is hidden for your role")),
        None => Ok(()),
    }
}

async fn find(ctx: &Ctx, kind: Kind, scope: Scope, id: Uuid) -> kernel::Result<Record> {
    let none = || DomainError::not_found(kind.title());
    match kind {
        Kind::Client => {
            let mut select = clients::visible_to(ctx, scope);
            select.and_where(Expr::col((Alias::new("c"), Alias::new("id"))).eq(id)).and_where(clients::alive());
            let found: Vec<clients::Client> = list::rows(ctx, &select).await?;
            let c = found.into_iter().next().ok_or_else(none)?;
            let values = [
                ("email", c.email),
                ("phone", c.phone),
                ("date_of_birth", c.date_of_birth),
                ("address", c.address),
                ("balance", c.balance),
            ];
            Ok(Record { owner: c.assigned_to, team: c.team_id, values: values.into() })
        }
        Kind::Lead => {
            let mut select = leads::visible_to(ctx, scope);
            select.and_where(Expr::col((Alias::new("l"), Alias::new("id"))).eq(id));
            let found: Vec<leads::Lead> = list::rows(ctx, &select).await?;
            let l = found.into_iter().next().ok_or_else(none)?;
            Ok(Record { owner: l.assigned_to, team: l.team_id, values: [("email", l.email), ("phone", l.phone)].into() })
        }
        Kind::Contact => {
            let k = crate::contacts::service::find(ctx, scope, id, false).await?;
            Ok(Record { owner: k.assigned_to, team: k.team_id, values: [("email", k.email), ("phone", k.phone)].into() })
        }
    }
}

async fn today(ctx: &Ctx) -> kernel::Result<Day> {
    let zone = zone::of_tenant(ctx).await?;
    let day = zone::day_of(zone, ctx.now());
    Ok(Day { day, left: (zone::after(zone, day, 1) - ctx.now()).num_seconds() })
}

async fn counted(ctx: &Ctx, user: Uuid, day: NaiveDate) -> kernel::Result<i64> {
    let sql = "select count(*) from reveals where user_id = $1 and day = $2";
    Ok(ctx.tx().scalar(sql, [user.into(), day.into()]).await?.unwrap_or(0))
}

#[derive(FromQueryResult)]
struct Field {
    field: String,
}

/// The fields that the user has not revealed today.
async fn not_yet(
    ctx: &Ctx,
    user: Uuid,
    kind: Kind,
    id: Uuid,
    masked: &[&'static str],
    day: NaiveDate,
) -> kernel::Result<Vec<&'static str>> {
    let sql = "select field from reveals where user_id = $1 and day = $2 and resource_type = $3 and resource_id = $4";
    let seen = ctx.tx().all::<Field>(sql, [user.into(), day.into(), kind.word().into(), id.into()]).await?;
    Ok(masked.iter().copied().filter(|name| !seen.iter().any(|s| s.field == *name)).collect())
}

async fn count(ctx: &Ctx, user: Uuid, kind: Kind, id: Uuid, field: &str, purpose: &str, day: NaiveDate) -> kernel::Result<()> {
    ctx.tx()
        .run(
            "insert into reveals (id, user_id, resource_type, resource_id, field, purpose, at, day)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            [
                Uuid::now_v7().into(),
                user.into(),
                kind.word().into(),
                id.into(),
                field.into(),
                purpose.into(),
                ctx.now().into(),
                day.into(),
            ],
        )
        .await?;
    Ok(())
}

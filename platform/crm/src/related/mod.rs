//! The records that activities, notes and files hang on: clients, leads, contacts, deals, opportunities,
//! and activities themselves.
//!
//! Always holds: whether an actor may read one of them is decided here, so that what hangs on a record is
//! seen by whoever sees the record, and nobody learns of a record that is not theirs by what hangs on it.

mod timeline;

use kernel::event::{Event, Ground};
use kernel::permission::Scope;
use kernel::validate::Checker;
use runtime::Ctx;
use runtime::list::{self, within};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, JoinType, Query, SelectStatement, SimpleExpr};
use uuid::Uuid;

use crate::ownership::{Ownership, parse_id};

pub(crate) use timeline::told_of;

/// A kind of record on which something can hang.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parent {
    /// A client.
    Client,
    /// A lead.
    Lead,
    /// A contact.
    Contact,
    /// A deal.
    Deal,
    /// An opportunity; it stands in the table of deals.
    Opportunity,
    /// An activity.
    Activity,
}

impl Parent {
    /// Those that an activity names, in the order in which one of them stands for all.
    pub const RECORDS: [Parent; 5] = [Self::Client, Self::Lead, Self::Contact, Self::Deal, Self::Opportunity];

    /// As in events and the audit log.
    pub fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Lead => "lead",
            Self::Contact => "contact",
            Self::Deal => "deal",
            Self::Opportunity => "opportunity",
            Self::Activity => "activity",
        }
    }

    /// The field and column that names it.
    pub fn column(self) -> &'static str {
        match self {
            Self::Client => "client_id",
            Self::Lead => "lead_id",
            Self::Contact => "contact_id",
            Self::Deal => "deal_id",
            Self::Opportunity => "opportunity_id",
            Self::Activity => "activity_id",
        }
    }

    /// What it takes to read one.
    pub fn permission(self) -> &'static str {
        match self {
            Self::Client => "clients.read",
            Self::Lead => "leads.read",
            Self::Contact => "contacts.read",
            Self::Deal => "deals.read",
            Self::Opportunity => "opportunities.read",
            Self::Activity => "activities.read",
        }
    }

    /// Its table.
    pub(crate) fn table(self) -> &'static str {
        match self {
            Self::Client => "clients",
            Self::Lead => "leads",
            Self::Contact => "contacts",
            Self::Deal | Self::Opportunity => "deals",
            Self::Activity => "activities",
        }
    }

    fn article(self) -> &'static str {
        if matches!(self, Self::Opportunity | Self::Activity) { "an" } else { "a" }
    }

    /// SQL of its name.
    pub(crate) fn name(self, alias: &str) -> String {
        match self {
            Self::Client | Self::Lead | Self::Contact => format!("{alias}.first_name || ' ' || {alias}.last_name"),
            Self::Deal | Self::Opportunity => format!("{alias}.name"),
            Self::Activity => format!("{alias}.subject"),
        }
    }

    /// The alias under which it is asked for inside another question.
    fn inner(self) -> &'static str {
        match self {
            Self::Client => "xc",
            Self::Lead => "xl",
            Self::Contact => "xk",
            Self::Deal => "xd",
            Self::Opportunity => "xo",
            Self::Activity => "xa",
        }
    }
}

/// A record on which something hangs.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Related {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its owner.
    pub assigned_to: Option<Uuid>,
    /// Its team.
    pub team_id: Option<Uuid>,
}

impl Related {
    /// Whose it is.
    pub(crate) fn owner(&self) -> Ownership {
        Ownership { user: self.assigned_to, team: self.team_id }
    }
}

fn never() -> SimpleExpr {
    Expr::cust("false")
}

/// Whether the actor may read the record under an alias. `also` is the scope of what hangs on it: the record
/// must lie within that, too. Deleted records are nobody's.
pub fn readable(ctx: &Ctx, parent: Parent, alias: &'static str, also: Option<Scope>) -> SimpleExpr {
    let Some(scope) = ctx.actor().scope(parent.permission()) else { return never() };
    let col = |name: &'static str| Expr::col((Alias::new(alias), Alias::new(name)));
    let mut whose = Expr::cust("true");
    for scope in [Some(scope), also].into_iter().flatten() {
        if let Some(condition) = within(ctx, scope, (alias, "assigned_to"), (alias, "team_id")) {
            whose = whose.and(condition);
        }
    }
    match parent {
        // Leads are not deleted.
        Parent::Lead => whose,
        Parent::Client | Parent::Contact => col("deleted_at").is_null().and(whose),
        Parent::Deal | Parent::Opportunity => col("deleted_at").is_null().and(col("kind").eq(parent.word())).and(whose),
        Parent::Activity => {
            // Who reads the record reads what was done about it.
            let any = Parent::RECORDS.into_iter().fold(whose, |any, record| any.or(hangs_on(ctx, record, alias, also)));
            col("deleted_at").is_null().and(any)
        }
    }
}

/// Whether the row under an alias names a record of this kind that the actor may read.
pub(crate) fn hangs_on(ctx: &Ctx, parent: Parent, alias: &'static str, also: Option<Scope>) -> SimpleExpr {
    if ctx.actor().scope(parent.permission()).is_none() {
        return never();
    }
    let inner = parent.inner();
    let mut record = Query::select();
    record
        .expr(Expr::cust("1"))
        .from_as(Alias::new(parent.table()), Alias::new(inner))
        .and_where(Expr::col((Alias::new(inner), Alias::new("id"))).equals((Alias::new(alias), Alias::new(parent.column()))))
        .and_where(readable(ctx, parent, inner, also));
    Expr::col((Alias::new(alias), Alias::new(parent.column()))).is_not_null().and(Expr::exists(record))
}

/// Adds a record that the row under `own` names in `column`, as far as the actor may read it: its id and name come
/// out as the kind's column and `<kind>_name`, or as nothing.
pub(crate) fn join(
    ctx: &Ctx,
    select: &mut SelectStatement,
    parent: Parent,
    (own, column): (&'static str, &'static str),
    also: Option<Scope>,
) {
    let alias = parent.inner();
    let on = Expr::col((Alias::new(alias), Alias::new("id")))
        .equals((Alias::new(own), Alias::new(column)))
        .and(readable(ctx, parent, alias, also));
    select
        .join_as(JoinType::LeftJoin, Alias::new(parent.table()), Alias::new(alias), on)
        .expr_as(Expr::col((Alias::new(alias), Alias::new("id"))), Alias::new(parent.column()))
        .expr_as(Expr::cust(parent.name(alias)), Alias::new(format!("{}_name", parent.word())));
}

/// The column of notes and files that names a record; deals and opportunities share one.
pub(crate) fn stored_in(parent: Parent) -> &'static str {
    if parent == Parent::Opportunity { "deal_id" } else { parent.column() }
}

/// Of a query over what hangs on one record each: adds that record, with its owner and team as `parent_owner` and
/// `parent_team`, and leaves out what hangs on none that the actor may read and that lies within `also`.
pub(crate) fn hang(ctx: &Ctx, select: &mut SelectStatement, parents: &[Parent], own: &'static str, also: Scope) {
    let mut any = never();
    for parent in parents {
        join(ctx, select, *parent, (own, stored_in(*parent)), Some(also));
        any = any.or(Expr::col((Alias::new(parent.inner()), Alias::new("id"))).is_not_null());
    }
    for (column, name) in [("assigned_to", "parent_owner"), ("team_id", "parent_team")] {
        let all: Vec<String> = parents.iter().map(|parent| format!("{}.{column}", parent.inner())).collect();
        select.expr_as(Expr::cust(format!("coalesce({})", all.join(", "))), Alias::new(name));
    }
    select.and_where(any);
}

/// The record that a request names, which must be one and no more, and which the actor must be able to read.
pub(crate) async fn the_one(
    ctx: &Ctx,
    c: &mut Checker,
    given: &[(Parent, Option<&str>)],
) -> kernel::Result<Option<(Parent, Related)>> {
    let mut named = given.iter().filter(|(_, value)| value.is_some_and(|v| !v.trim().is_empty()));
    let (Some((parent, value)), None) = (named.next(), named.next()) else {
        let columns: Vec<&str> = given.iter().map(|(parent, _)| parent.column()).collect();
        c.add(columns[0], format!("name one record: one of {}", columns.join(", ")));
        return Ok(None);
    };
    Ok(link(ctx, c, *parent, *value).await?.map(|found| (*parent, found)))
}

/// Ids of a filter over the record that something hangs on.
pub(crate) fn filter(
    select: &mut SelectStatement,
    table: &'static str,
    given: &[(Parent, Option<&str>)],
) -> kernel::Result<bool> {
    let mut narrowed = false;
    for (parent, value) in given {
        let words: Vec<&str> = value.unwrap_or_default().split(',').map(str::trim).filter(|w| !w.is_empty()).take(100).collect();
        if words.is_empty() {
            continue;
        }
        narrowed = true;
        let ids: Option<Vec<Uuid>> = words.iter().map(|w| w.parse().ok()).collect();
        let ids = ids.ok_or_else(|| kernel::DomainError::field(parent.column(), "must be an id"))?;
        let col = Expr::col((Alias::new(table), Alias::new(stored_in(*parent))));
        select.and_where(match ids.as_slice() {
            [one] => col.eq(*one),
            _ => col.is_in(ids),
        });
    }
    Ok(narrowed)
}

/// All grounds on which somebody may read a record.
pub(crate) async fn grounds(ctx: &Ctx, parent: Parent, id: Uuid, owner: Ownership) -> kernel::Result<Vec<Ground>> {
    let ground = |parent: Parent, besides: Option<Parent>, owner, team| Ground {
        permission: parent.permission().to_owned(),
        besides: besides.map(|b| b.permission().to_owned()),
        owner,
        team,
    };
    let mut all = vec![ground(parent, None, owner.user, owner.team)];
    if parent != Parent::Activity {
        return Ok(all);
    }
    // Who reads a record reads what was done about it.
    for record in Parent::RECORDS {
        let mut select = Query::select();
        for column in ["id", "assigned_to", "team_id"] {
            select.column((Alias::new("r"), Alias::new(column)));
        }
        select
            .expr_as(Expr::cust(record.name("r")), Alias::new("name"))
            .from_as(Alias::new("activities"), Alias::new("a"))
            .join_as(
                JoinType::InnerJoin,
                Alias::new(record.table()),
                Alias::new("r"),
                Expr::col((Alias::new("r"), Alias::new("id"))).equals((Alias::new("a"), Alias::new(record.column()))),
            )
            .and_where(Expr::col((Alias::new("a"), Alias::new("id"))).eq(id));
        let found: Vec<Related> = list::rows(ctx, &select).await?;
        all.extend(found.into_iter().map(|r| ground(record, Some(parent), r.assigned_to, r.team_id)));
    }
    Ok(all)
}

/// Tells of something that hangs on a record: only whoever may read the record, too, hears of it.
pub(crate) async fn tell(ctx: &Ctx, event: Event, (parent, on): (Parent, Uuid), owner: Ownership) -> kernel::Result<()> {
    let grounds = grounds(ctx, parent, on, owner).await?;
    ctx.emit(event.resting_on(grounds)).await
}

/// The record, if the actor may read it and it lies within `also`.
pub async fn find(ctx: &Ctx, parent: Parent, id: Uuid, also: Option<Scope>) -> kernel::Result<Option<Related>> {
    let alias = "r";
    let mut select = Query::select();
    for column in ["id", "assigned_to", "team_id"] {
        select.column((Alias::new(alias), Alias::new(column)));
    }
    select
        .expr_as(Expr::cust(parent.name(alias)), Alias::new("name"))
        .from_as(Alias::new(parent.table()), Alias::new(alias))
        .and_where(Expr::col((Alias::new(alias), Alias::new("id"))).eq(id))
        .and_where(readable(ctx, parent, alias, also));
    Ok(list::rows(ctx, &select).await?.into_iter().next())
}

/// Names of those of the records that the actor may read.
pub(crate) async fn names(ctx: &Ctx, parent: Parent, ids: &[Uuid]) -> kernel::Result<Vec<Related>> {
    if ids.is_empty() || ctx.actor().scope(parent.permission()).is_none() {
        return Ok(Vec::new());
    }
    let alias = "r";
    let mut select = Query::select();
    for column in ["id", "assigned_to", "team_id"] {
        select.column((Alias::new(alias), Alias::new(column)));
    }
    select
        .expr_as(Expr::cust(parent.name(alias)), Alias::new("name"))
        .from_as(Alias::new(parent.table()), Alias::new(alias))
        .and_where(Expr::col((Alias::new(alias), Alias::new("id"))).is_in(ids.iter().copied()))
        .and_where(readable(ctx, parent, alias, None));
    list::rows(ctx, &select).await
}

/// Reads a link to a record as a request gives it; one that the actor can't read does not exist for them.
pub(crate) async fn link(ctx: &Ctx, c: &mut Checker, parent: Parent, value: Option<&str>) -> kernel::Result<Option<Related>> {
    let no = || format!("is not {} {}", parent.article(), parent.word());
    match parse_id(parent.column(), value) {
        Ok(None) => Ok(None),
        Ok(Some(id)) => {
            let found = find(ctx, parent, id, None).await?;
            if found.is_none() {
                c.add(parent.column(), no());
            }
            Ok(found)
        }
        Err(_) => {
            c.add(parent.column(), no());
            Ok(None)
        }
    }
}

//! Who sells, and which team: what they won, what they have open, what they did.

use std::collections::{BTreeSet, HashMap};

use kernel::permission::Scope;
use runtime::{Ctx, Rows as _, list};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr};
use uuid::Uuid;

use super::ask::Ask;
use super::closed::{activities, which, win_rate};
use super::entity::{OpenFigures, Performer, Sum, TeamFigure};
use super::sums::{Line, Rate, grouped};

/// How many performers are shown.
const TOP: usize = 20;

/// What belongs to one owner or team.
#[derive(Default)]
struct Share {
    won: Sum,
    won_before: Sum,
    lost: i64,
    open: OpenFigures,
    activities: i64,
}

/// For the order only.
fn worth(text: &str) -> f64 {
    text.parse().unwrap_or_default()
}

#[derive(FromQueryResult)]
struct Count {
    key: Option<Uuid>,
    n: i64,
}

/// Everything by a column; what has no value there too.
async fn shares(
    ctx: &Ctx,
    ask: &Ask,
    by: &'static str,
    (scope, activity): (Scope, Option<Scope>),
    missing: &mut Vec<String>,
) -> kernel::Result<HashMap<Option<Uuid>, Share>> {
    let key = || Expr::cust(format!("d.{by}::text"));
    let closed = ask.closed(ctx, scope, ask.before.since, ask.now.until);
    let keys = [key(), Expr::cust("d.outcome"), which(ask, "d.closed_at")];
    let closed = grouped(ctx, ask, closed, &keys, Rate::Closing, missing).await?;
    let open = grouped(ctx, ask, ask.open(ctx, ask.kind, scope), &[key()], Rate::Today, missing).await?;
    let mut found: HashMap<Option<Uuid>, Share> = HashMap::new();
    let id = |line: &Line| line.k1.as_deref().and_then(|k| k.parse().ok());
    for line in &closed {
        let share = found.entry(id(line)).or_default();
        match (line.k2.as_deref(), line.k3.as_deref()) {
            (Some("won"), Some("now")) => share.won = line.sum(),
            (Some("won"), _) => share.won_before = line.sum(),
            (_, Some("now")) => share.lost = line.n,
            _ => {}
        }
    }
    for line in &open {
        found.entry(id(line)).or_default().open = line.open();
    }
    if let Some(scope) = activity {
        let mut select = activities(ctx, ask, scope, (&ask.now, &ask.now));
        select
            .expr_as(Expr::cust(format!("a.{by}")), Alias::new("key"))
            .expr_as(Expr::cust("count(*)"), Alias::new("n"))
            .add_group_by([Expr::cust("1")]);
        let counts: Vec<Count> = list::rows(ctx, &select).await?;
        for count in counts {
            found.entry(count.key).or_default().activities = count.n;
        }
    }
    Ok(found)
}

#[derive(FromQueryResult)]
struct Person {
    id: Uuid,
    name: String,
    email: String,
}

/// The best, by what they won, then by what they have open.
pub(super) async fn performers(
    ctx: &Ctx,
    ask: &Ask,
    scopes: (Scope, Option<Scope>),
    missing: &mut Vec<String>,
) -> kernel::Result<Vec<Performer>> {
    let found = shares(ctx, ask, "assigned_to", scopes, missing).await?;
    let mut all: Vec<(Uuid, Share)> = found.into_iter().filter_map(|(id, s)| id.map(|id| (id, s))).collect();
    all.sort_by(|(a, x), (b, y)| {
        let key = |s: &Share| (worth(&s.won.value), s.won.count, worth(&s.open.value), s.activities);
        let (x, y) = (key(x), key(y));
        y.0.total_cmp(&x.0).then(y.1.cmp(&x.1)).then(y.2.total_cmp(&x.2)).then(y.3.cmp(&x.3)).then(a.cmp(b))
    });
    all.truncate(TOP);
    let ids: Vec<Uuid> = all.iter().map(|(id, _)| *id).collect();
    let people: Vec<Person> = ctx.tx().all("select id, name, email from users where id = any ($1)", [ids.into()]).await?;
    let mut people: HashMap<Uuid, Person> = people.into_iter().map(|p| (p.id, p)).collect();
    let performer = |(id, s): (Uuid, Share)| {
        let person = people.remove(&id)?;
        Some(Performer {
            id,
            name: person.name,
            email: person.email,
            win_rate: win_rate(s.won.count, s.lost),
            won: s.won,
            lost: s.lost,
            open: s.open,
            activities: scopes.1.map(|_| s.activities),
        })
    };
    Ok(all.into_iter().filter_map(performer).collect())
}

#[derive(FromQueryResult)]
struct Team {
    id: Uuid,
    name: String,
}

/// Teams with something to compare, by what they won; among them what belongs to none.
pub(super) async fn teams(
    ctx: &Ctx,
    ask: &Ask,
    scopes: (Scope, Option<Scope>),
    missing: &mut Vec<String>,
) -> kernel::Result<Vec<TeamFigure>> {
    let found = shares(ctx, ask, "team_id", scopes, missing).await?;
    let ids: Vec<Uuid> = found.keys().copied().flatten().collect::<BTreeSet<_>>().into_iter().collect();
    let teams: Vec<Team> = ctx.tx().all("select id, name from teams where id = any ($1)", [ids.into()]).await?;
    let names: HashMap<Uuid, String> = teams.into_iter().map(|t| (t.id, t.name)).collect();
    let mut all: Vec<TeamFigure> = found
        .into_iter()
        .map(|(id, s)| TeamFigure {
            id,
            name: id.and_then(|id| names.get(&id).cloned()),
            win_rate: win_rate(s.won.count, s.lost),
            won: s.won,
            won_before: s.won_before,
            lost: s.lost,
            open: s.open,
            activities: scopes.1.map(|_| s.activities),
        })
        .collect();
    all.sort_by(|a, b| {
        worth(&b.won.value)
            .total_cmp(&worth(&a.won.value))
            .then_with(|| worth(&b.open.value).total_cmp(&worth(&a.open.value)))
            .then_with(|| a.name.cmp(&b.name))
    });
    Ok(all)
}

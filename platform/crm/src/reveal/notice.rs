//! Somebody who reveals unusually much is told of to whoever leads them, once a day, with a link to what they
//! revealed. Always holds: whoever is told may open it (`GET /users/{id}/activity` lets leaders look at their people's).

use chrono::{DateTime, Duration, NaiveDate, Utc};
use comms::mail::{self, Recipient};
use runtime::audit::Change;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use uuid::Uuid;

/// Minutes that are looked back on.
const WINDOW: i64 = 10;
/// Fewer values than this are never unusual by their speed.
const AT_LEAST: i64 = 5;

#[derive(FromQueryResult)]
struct Counts {
    today: i64,
    lately: i64,
    first_at: Option<DateTime<Utc>>,
}

#[derive(FromQueryResult)]
struct Person {
    name: String,
    email: String,
}

/// Looks at what a user has revealed today and, the first time that it is unusual, tells those in
/// charge. Half the quota within ten minutes is unusual, and so is all of it.
pub(super) async fn look(ctx: &Ctx, user: Uuid, limit: i64, day: NaiveDate) -> kernel::Result<()> {
    // With a quota of nothing, a refusal says nothing about the user.
    if limit == 0 {
        return Ok(());
    }
    let sql = "select count(*) filter (where day = $2) as today, count(*) filter (where at > $3) as lately,
                      min(at) filter (where day = $2) as first_at
               from reveals where user_id = $1 and day >= $2 - 1";
    let since = ctx.now() - Duration::minutes(WINDOW);
    let counts: Option<Counts> = ctx.tx().one(sql, [user.into(), day.into(), since.into()]).await?;
    let Some(counts) = counts else { return Ok(()) };
    let fast = counts.lately >= AT_LEAST.max((limit + 1) / 2);
    if !fast && counts.today < limit {
        return Ok(());
    }
    let told = "select 1 from audit_log where resource_id = $1 and action = 'reveal.unusual'
                   and diff @> jsonb_build_array(jsonb_build_object('field', 'day', 'new', $2::text)) limit 1";
    if ctx.tx().scalar::<i32>(told, [user.into(), day.to_string().into()]).await?.is_some() {
        return Ok(());
    }
    let (count, minutes) = if fast {
        (counts.lately, WINDOW)
    } else {
        let since = counts.first_at.map_or(0, |first| (ctx.now() - first).num_minutes());
        (counts.today, since.max(1))
    };
    let change = |field: &str, new: Json| Change { field: field.to_owned(), old: Json::Null, new };
    let trace = vec![
        change("day", day.to_string().into()),
        change("count", count.into()),
        change("minutes", minutes.into()),
        change("quota", limit.into()),
    ];
    ctx.audit("reveal.unusual", "user", Some(user), trace).await?;
    let url = mail::realm_url(ctx.app(), ctx.tenant());
    for person in in_charge(ctx, user).await? {
        let values = json!({
            "name": person.name, "user": ctx.actor().name, "count": count, "minutes": minutes,
            "link": format!("{url}/settings/users/{user}?tab=reveals"),
        });
        mail::queue(ctx, "unusual_reveals", Recipient::named(&person.name, &person.email), values).await?;
    }
    Ok(())
}

/// The nearest team leader above who is somebody else and may open the page; without one, all administrators.
/// An account without a password is one that only a console's tokens open, and those open no page of the product.
async fn in_charge(ctx: &Ctx, user: Uuid) -> kernel::Result<Vec<Person>> {
    let leader = "with recursive above as (
                      select t.id, t.parent_id, t.leader_id, 0 as depth
                      from teams t join users u on u.team_id = t.id where u.id = $1
                      union all
                      select p.id, p.parent_id, p.leader_id, a.depth + 1
                      from above a join teams p on p.id = a.parent_id where a.depth < 100)
                  select l.name, l.email from above a join users l on l.id = a.leader_id
                  where l.id <> $1 and l.status = 'active' and l.password_hash is not null
                    and exists (select 1 from role_permissions p where p.role_id = l.role_id and p.permission = 'users.read')
                  order by a.depth limit 1";
    if let Some(leader) = ctx.tx().one::<Person>(leader, [user.into()]).await? {
        return Ok(vec![leader]);
    }
    let administrators = "select u.name, u.email from users u where u.status = 'active' and u.password_hash is not null
            and exists (select 1 from role_permissions p where p.role_id = u.role_id and p.permission = 'users.manage')
            and exists (select 1 from role_permissions p where p.role_id = u.role_id and p.permission = 'roles.manage')
        order by u.created_at limit 20";
    Ok(ctx.tx().all(administrators, []).await?)
}

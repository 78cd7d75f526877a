//! People whom a note mentions: by their ids, or in the text as `@[Name](id)`.

use kernel::validate::Checker;
use runtime::{Ctx, Rows as _, list};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Order, Query};
use serde_json::json;
use uuid::Uuid;

use crate::related::{self, Parent, Related};

/// The most people whom a note mentions.
const MOST: usize = 50;

/// Users whom a text mentions.
pub(super) fn named_in(text: &str) -> Vec<Uuid> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("@[") {
        let rest = &text[at + 2..];
        let id = rest.split_once("](").and_then(|(name, rest)| {
            let name_fits = name.chars().count() <= 200 && !name.contains(['[', ']', '\n']);
            let (id, _) = rest.split_once(')')?;
            id.trim().parse::<Uuid>().ok().filter(|_| name_fits)
        });
        if let Some(id) = id.filter(|id| !found.contains(id)) {
            found.push(id);
        }
    }
    found
}

/// Those of a request's ids and of its text, each once.
pub(super) fn read(c: &mut Checker, ids: &[String], text: &str) -> Vec<Uuid> {
    let mut all = named_in(text);
    for id in ids {
        match id.parse() {
            Ok(id) if !all.contains(&id) => all.push(id),
            Ok(_) => {}
            Err(_) => c.add("mentions", "must be ids of users"),
        }
    }
    if all.len() > MOST {
        c.add("mentions", format!("must not be more than {MOST}"));
        all.truncate(MOST);
    }
    all
}

/// The most people who are offered.
const OFFERED: u64 = 20;

/// A colleague by name.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Colleague {
    /// Their id.
    pub id: Uuid,
    /// Their name.
    pub name: String,
}

/// Active colleagues in whose name every word occurs, by name. Whoever may write notes learns the names of all of
/// them, and nothing else: whether one can read the record is found out when the note is written.
pub(super) async fn people(ctx: &Ctx, text: &str) -> kernel::Result<Vec<Colleague>> {
    ctx.require("notes.create")?;
    runtime::words::bounded(text)?;
    let mut select = Query::select();
    for column in ["id", "name"] {
        select.column((Alias::new("u"), Alias::new(column)));
    }
    select
        .from_as(Alias::new("users"), Alias::new("u"))
        .and_where(Expr::col((Alias::new("u"), Alias::new("status"))).eq("active"))
        .order_by_expr(Expr::cust("lower(u.name)"), Order::Asc)
        .order_by((Alias::new("u"), Alias::new("id")), Order::Asc)
        .limit(OFFERED);
    for word in runtime::words::words(text) {
        select.and_where(runtime::words::containing("fold(u.name)", &word));
    }
    list::rows(ctx, &select).await
}

#[derive(FromQueryResult)]
struct Person {
    id: Uuid,
    name: String,
    reads: bool,
}

/// Checks that people are active and may read a note on the record; `c` collects those who may not.
pub(super) async fn check(ctx: &Ctx, c: &mut Checker, (parent, record): (Parent, &Related), ids: &[Uuid]) -> kernel::Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let grounds = related::grounds(ctx, parent, record.id, record.owner()).await?;
    let people: Vec<Person> = ctx.tx().all(WHO, [ids.to_vec().into(), json!(grounds).into()]).await?;
    for id in ids {
        match people.iter().find(|person| person.id == *id) {
            None => c.add("mentions", format!("{id} is not an active user")),
            Some(person) if !person.reads => c.add("mentions", format!("{} can't see this record", person.name)),
            Some(_) => {}
        }
    }
    Ok(())
}

/// The scopes of others, by the rows that their own requests go by.
const WHO: &str = "with recursive reach as (
         select u.id as user_id, t.id as team_id from users u join teams t on t.id = u.team_id or t.leader_id = u.id
         where u.id = any($1)
         union select r.user_id, t.id from reach r join teams t on t.parent_id = r.team_id)
     select u.id, u.name, exists (
         select 1 from jsonb_to_recordset($2) as g (permission text, besides text, owner uuid, team uuid)
         join role_permissions p on p.role_id = u.role_id and p.permission = g.permission
         join role_permissions n on n.role_id = u.role_id and n.permission = 'notes.read'
         cross join lateral (select g.owner = u.id as own,
             exists (select 1 from reach r where r.user_id = u.id and r.team_id = g.team) as team) it
         where (g.besides is null or exists (
                   select 1 from role_permissions b where b.role_id = u.role_id and b.permission = g.besides))
           and (p.scope = 'all' or it.own or (p.scope = 'team' and it.team))
           and (n.scope = 'all' or it.own or (n.scope = 'team' and it.team))) as reads
     from users u where u.id = any($1) and u.status = 'active'";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_are_found_in_the_text() {
        let (a, b) = (Uuid::now_v7(), Uuid::now_v7());
        let text =
            format!("Ask @[Anna Berg]({a}), then @[Bo]({b}) and @[Anna Berg]({a}).\nMail me@[x](no) [link](https://x.example)");
        assert_eq!(named_in(&text), [a, b]);
        for text in ["@[", "@[x](", "@[x](y)", "@[x\ny](z)", "@[Ünï](", ""] {
            assert_eq!(named_in(text), Vec::<Uuid>::new(), "{text}");
        }
    }
}

//! Handing what a user who leaves has, and what names them, to somebody else: one statement per kind of record, with
//! a line in the audit log of each record, so that its timeline says why it changed hands.

use runtime::{Ctx, Rows as _};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::update::Handover;
use crate::teams;

macro_rules! hand_over_sql {
    ($table:literal, $resource:literal) => {
        hand_over_sql!($table, $resource, "")
    };
    ($table:literal, $resource:literal, $only:literal) => {
        concat!(
            "with held as (select id, team_id from ",
            $table,
            " where assigned_to = $1",
            $only,
            " for update), ",
            "moved as (update ",
            $table,
            " r set assigned_to = $2, team_id = coalesce($3, r.team_id), version = r.version + 1, updated_at = $4 ",
            "from held where r.id = held.id returning r.id, held.team_id as old_team, r.team_id as new_team), ",
            "told as (select id, $7 || case when old_team is distinct from new_team then jsonb_build_array( ",
            "jsonb_build_object('field', 'team_id', 'old', old_team, 'new', new_team)) else '[]' end as diff from moved) ",
            "insert into audit_log (id, at, actor_id, actor_name, action, resource_type, resource_id, diff, diff_masked, ip, request_id) ",
            "select gen_random_uuid(), $4, $5, $6, '",
            $resource,
            ".updated', '",
            $resource,
            "', told.id, told.diff, told.diff, $8, $9 from told"
        )
    };
}

const CLIENTS: &str = hand_over_sql!("clients", "client");
const LEADS: &str = hand_over_sql!("leads", "lead");
const CONTACTS: &str = hand_over_sql!("contacts", "contact");
const OPPORTUNITIES: &str = hand_over_sql!("deals", "opportunity", " and kind = 'opportunity'");
const DEALS: &str = hand_over_sql!("deals", "deal", " and kind = 'deal'");
/// What is still to be done; what was done stays theirs. The next ones of a series and the reminders follow whoever
/// has the open one.
const ACTIVITIES: &str = hand_over_sql!("activities", "activity", " and status = 'scheduled'");

/// The kinds of records that are handed over, as they are counted and as events name them.
const KINDS: [(&str, &str, &str); 6] = [
    ("clients", "client", CLIENTS),
    ("leads", "lead", LEADS),
    ("contacts", "contact", CONTACTS),
    ("opportunities", "opportunity", OPPORTUNITIES),
    ("deals", "deal", DEALS),
    ("activities", "activity", ACTIVITIES),
];

/// Puts the heir into the place of who leaves, in every rule that gives new records to them, once. Without an heir
/// they are taken out, and a rule that is left with nobody rests.
const RULES: &str = "with held as (select id, users, last_user, enabled from assignment_rules
         where $1 = any(users) or last_user = $1 order by id for update),
     changed as (
         select id, users, enabled, last_user, case
                when not $1 = any(users) then users
                when $2::uuid is null or $2 = any(users) then array_remove(users, $1)
                else array_replace(users, $1, $2) end as next_users
         from held),
     moved as (
         update assignment_rules r set users = c.next_users, enabled = c.enabled and (r.team_id is not null or c.next_users <> '{}'),
             last_user = case when c.last_user = $1 then $2 else c.last_user end, updated_at = $3
         from changed c where r.id = c.id
         returning r.id, c.users as old_users, r.users as new_users, c.enabled as old_enabled, r.enabled as new_enabled),
     told as (
         insert into audit_log (id, at, actor_id, actor_name, action, resource_type, resource_id, diff, diff_masked, ip, request_id)
         select gen_random_uuid(), $3, $4, $5, 'assignment_rule.updated', 'assignment_rule', id, diff, diff, $6, $7
         from (select id, jsonb_build_array(jsonb_build_object('field', 'users', 'old', old_users, 'new', new_users))
                   || case when old_enabled <> new_enabled
                      then jsonb_build_array(jsonb_build_object('field', 'enabled', 'old', old_enabled, 'new', new_enabled))
                      else '[]' end as diff
               from moved where old_users <> new_users) d returning 1)
     select count(*) from told";

/// Moves all clients, leads, contacts, opportunities and deals of a user, and the activities that are still open; a
/// record follows its new owner into their team. Rules of assignment name the new owner, who leads the teams that
/// the user led. Records how many there were in the user's own history.
pub(super) async fn hand_over(ctx: &Ctx, from: Uuid, to: Handover) -> kernel::Result<()> {
    let (owner, team): (Option<Uuid>, Option<Uuid>) = match to {
        Handover::Nobody => (None, None),
        Handover::To(user) => {
            let team = ctx.tx().scalar::<Option<Uuid>>("select team_id from users where id = $1", [user.into()]).await?;
            (Some(user), team.flatten())
        }
    };
    let diff = json!([{ "field": "assigned_to", "old": from, "new": owner }]);
    let mut moved = Vec::new();
    ctx.flush().await?;
    let request_id = (!ctx.request().id.is_empty()).then(|| ctx.request().id.clone());
    for (word, entity, sql) in KINDS {
        let count = ctx
            .tx()
            .run(
                sql,
                [
                    from.into(),
                    owner.into(),
                    team.into(),
                    ctx.now().into(),
                    ctx.user_id().into(),
                    ctx.actor().name.clone().into(),
                    diff.clone().into(),
                    ctx.request().ip.clone().into(),
                    request_id.clone().into(),
                ],
            )
            .await?;
        moved.push((word, count));
        ctx.app().counts.touch(ctx.tenant().key, entity);
    }
    let rules: Option<i64> = ctx
        .tx()
        .scalar(
            RULES,
            [
                from.into(),
                owner.into(),
                ctx.now().into(),
                ctx.user_id().into(),
                ctx.actor().name.clone().into(),
                ctx.request().ip.clone().into(),
                request_id.into(),
            ],
        )
        .await?;
    moved.push(("assignment_rules", rules.unwrap_or(0).unsigned_abs()));
    // Who leads sees more: that is given only by those who could give it on the page of teams.
    let leader = owner.filter(|_| ctx.actor().scope("teams.manage").is_some());
    moved.push(("teams", teams::hand_over(ctx, from, leader).await?));
    let change = |field: &str, new: Json| runtime::audit::Change { field: field.to_owned(), old: Json::Null, new };
    let mut changes = vec![change("reassigned_to", owner.map(|o| o.to_string()).into())];
    // Of what a broker does not have there is nothing to tell.
    let told = moved.into_iter().filter(|(word, n)| *n > 0 || matches!(*word, "clients" | "leads"));
    changes.extend(told.map(|(word, count)| change(word, count.into())));
    ctx.audit("user.records_reassigned", "user", Some(from), changes).await
}

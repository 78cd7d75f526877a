//! Handing the records of a user who leaves to somebody else: one statement per kind of record, with
//! a line in the audit log of each record, so that its timeline says why it changed hands.

use runtime::{Ctx, Rows as _};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::update::Handover;

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

/// Moves all clients, leads, contacts, opportunities and deals of a user; a record follows its new owner into their team. Records how
/// many there were in the user's own history.
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
    for sql in [CLIENTS, LEADS, CONTACTS, OPPORTUNITIES, DEALS] {
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
                    (!ctx.request().id.is_empty()).then(|| ctx.request().id.clone()).into(),
                ],
            )
            .await?;
        moved.push(count);
    }
    let change = |field: &str, new: Json| runtime::audit::Change { field: field.to_owned(), old: Json::Null, new };
    let mut changes = vec![
        change("reassigned_to", owner.map(|o| o.to_string()).into()),
        change("clients", moved[0].into()),
        change("leads", moved[1].into()),
    ];
    // Of what a broker does not have there is nothing to tell.
    for (word, count) in ["contacts", "opportunities", "deals"].into_iter().zip(&moved[2..]).filter(|(_, n)| **n > 0) {
        changes.push(change(word, (*count).into()));
    }
    ctx.audit("user.records_reassigned", "user", Some(from), changes).await?;
    for entity in ["client", "lead", "contact", "opportunity", "deal"] {
        ctx.app().counts.touch(ctx.tenant().key, entity);
    }
    Ok(())
}

//! Telling owners that a follow-up is due.

use std::sync::Arc;

use kernel::event::Event;
use runtime::registry::Tenant;
use runtime::{Ctx, Rows as _, SharedApp};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Rows that are marked in one transaction.
const CHUNK: u64 = 500;

macro_rules! due {
    ($table:literal, $alive:literal) => {
        concat!(
            "update ",
            $table,
            " r set follow_up_told = true from (select id from ",
            $table,
            " where follow_up_at <= $1 and follow_up_at is not null and not follow_up_told",
            $alive,
            " order by follow_up_at limit 500 for update skip locked) d where r.id = d.id returning r.id, r.assigned_to"
        )
    };
}

const KINDS: [(&str, &str); 2] =
    [("client.follow_up_due", due!("clients", " and deleted_at is null")), ("lead.follow_up_due", due!("leads", ""))];

#[derive(FromQueryResult)]
struct Due {
    id: Uuid,
    assigned_to: Option<Uuid>,
}

/// Tells the owners in one tenant of every follow-up whose date has come: each of them once, since the
/// mark and the event are one commit. Returns how many were told.
pub async fn remind(app: &SharedApp, tenant: &Arc<Tenant>) -> kernel::Result<u64> {
    let mut told = 0;
    loop {
        let ctx = Ctx::system(app, tenant, "Follow-ups").await?;
        let (mut marked, mut most) = (0, 0);
        for (name, sql) in KINDS {
            let rows: Vec<Due> = ctx.tx().all(sql, [ctx.now().into()]).await?;
            marked += rows.len() as u64;
            most = most.max(rows.len() as u64);
            for row in rows {
                // What belongs to nobody is everybody's: it stands in the list of what is overdue.
                if let Some(owner) = row.assigned_to {
                    ctx.emit(Event::personal(name, row.id, vec![owner])).await?;
                    told += 1;
                }
            }
        }
        if marked == 0 {
            return Ok(told);
        }
        ctx.commit().await?;
        if most < CHUNK {
            return Ok(told);
        }
    }
}

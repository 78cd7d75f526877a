//! What the console keeps of a customer beyond the client, and what hangs on one.

use std::collections::HashMap;

use kernel::validate::Checker;
use poem_openapi::types::MaybeUndefined;
use runtime::{Ctx, Rows as _, audit};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

/// What stands beside a client.
#[derive(Debug, Clone, Default, PartialEq, FromQueryResult, Serialize, Deserialize)]
pub(super) struct Details {
    pub company: Option<String>,
    pub role: Option<String>,
    pub contacted: bool,
    pub contact_preferences: Option<Json>,
    pub notes: Option<String>,
}

#[derive(FromQueryResult)]
struct Row {
    client_id: Uuid,
    company: Option<String>,
    role: Option<String>,
    contacted: bool,
    contact_preferences: Option<Json>,
    notes: Option<String>,
}

/// Of several clients that the actor sees.
pub(super) async fn of(ctx: &Ctx, clients: &[Uuid]) -> kernel::Result<HashMap<Uuid, Details>> {
    let sql =
        "select client_id, company, role, contacted, contact_preferences, notes from customer_details where client_id = any ($1)";
    let rows: Vec<Row> = ctx.tx().all(sql, [clients.to_vec().into()]).await?;
    let all = rows.into_iter().map(|r| {
        let Row { client_id, company, role, contacted, contact_preferences, notes } = r;
        (client_id, Details { company, role, contacted, contact_preferences, notes })
    });
    Ok(all.collect())
}

/// Changes of it; what is absent stays.
#[derive(Debug, Clone, Default)]
pub(super) struct Change {
    pub company: MaybeUndefined<String>,
    pub role: MaybeUndefined<String>,
    pub contacted: Option<bool>,
    pub contact_preferences: MaybeUndefined<Json>,
    pub notes: MaybeUndefined<String>,
}

fn text(c: &mut Checker, field: &str, given: &MaybeUndefined<String>, old: Option<String>, most: usize) -> Option<String> {
    match given {
        MaybeUndefined::Undefined => old,
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(text) => c.optional(field, Some(text), most),
    }
}

impl Change {
    /// Checks it against what is there.
    pub fn checked(&self, old: Details, c: &mut Checker) -> Details {
        let contact_preferences = match &self.contact_preferences {
            MaybeUndefined::Undefined => old.contact_preferences,
            MaybeUndefined::Null => None,
            MaybeUndefined::Value(value) => {
                if !(value.is_object() || value.is_array() || value.is_string()) || value.to_string().len() > 4_000 {
                    c.add("contact_preferences", "must be an object, a list or a text of at most 4000 characters");
                }
                Some(value.clone())
            }
        };
        Details {
            company: text(c, "company", &self.company, old.company, 200),
            role: text(c, "role", &self.role, old.role, 100),
            contacted: self.contacted.unwrap_or(old.contacted),
            contact_preferences,
            notes: text(c, "notes", &self.notes, old.notes, 10_000),
        }
    }
}

/// Writes it, with its line in the audit log.
pub(super) async fn write(ctx: &Ctx, client: Uuid, before: &Details, after: &Details) -> kernel::Result<()> {
    if before == after {
        return Ok(());
    }
    let sql = "insert into customer_details (client_id, company, role, contacted, contact_preferences, notes, updated_at)
               values ($1, $2, $3, $4, $5, $6, $7)
               on conflict (client_id) do update set company = excluded.company, role = excluded.role,
                   contacted = excluded.contacted, contact_preferences = excluded.contact_preferences,
                   notes = excluded.notes, updated_at = excluded.updated_at";
    let d = after.clone();
    let values = [
        client.into(),
        d.company.into(),
        d.role.into(),
        d.contacted.into(),
        d.contact_preferences.into(),
        d.notes.into(),
        ctx.now().into(),
    ];
    ctx.tx().run(sql, values).await?;
    let changes = audit::diff(&serde_json::json!(before), &serde_json::json!(after));
    ctx.audit("client.details_changed", "client", Some(client), changes).await
}

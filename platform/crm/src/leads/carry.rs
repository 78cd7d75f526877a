//! What a lead takes along when it becomes a client: everything that a client has a place for, so that
//! nobody types it again. What has none stays with the lead, which the client names.

use runtime::{Ctx, audit};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::entity::Lead;
use super::service;
use crate::assignment::Facts;
use crate::clients::http::ClientIn;
use crate::clients::service::Origin;
use crate::custom_fields::{self, CustomField, Kind};
use crate::ownership::Ownership;

/// The client that a lead becomes. Who the lead belongs to keeps the client, also where the actor could
/// not assign it to them: nothing changes hands.
pub(super) async fn client_of(ctx: &Ctx, lead: &Lead) -> kernel::Result<(ClientIn, Origin)> {
    let input = ClientIn {
        first_name: Some(lead.first_name.clone()),
        last_name: Some(lead.last_name.clone()),
        email: lead.email.clone(),
        phone: lead.phone.clone(),
        country: lead.country.clone(),
        language: Facts::language_of(&lead.metadata),
        source: lead.source.clone(),
        tags: Some(lead.tags.clone()),
        custom: Some(Json::Object(custom(ctx, lead).await?.0)),
        follow_up_at: lead.follow_up_at.map(|at| at.to_rfc3339()),
        follow_up_note: lead.follow_up_note.clone(),
        ..ClientIn::default()
    };
    let owner = Ownership { user: lead.assigned_to, team: lead.team_id };
    Ok((input, Origin { lead: Some(lead.id), partner: lead.partner_id, owner, team: None }))
}

/// Begins the client's history with the lead: which it was, and what the person wrote.
pub(super) async fn tell(ctx: &Ctx, lead: &Lead, client: Uuid) -> kernel::Result<()> {
    let told = |field: &str, new: Json| audit::Change { field: field.to_owned(), old: Json::Null, new };
    let mut changes = vec![told("lead_id", lead.id.to_string().into())];
    changes.extend(lead.message.clone().map(|text| told("message", text.into())));
    ctx.audit("client.converted", "client", Some(client), changes).await
}

/// Names of what a conversion would carry over, and of what would stay with the lead.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Preview {
    pub carried: Vec<String>,
    pub left: Vec<String>,
}

/// What a conversion would do, as far as the actor sees the lead.
pub(super) async fn preview(ctx: &Ctx, id: Uuid) -> kernel::Result<Preview> {
    let lead = service::find_for(ctx, "leads.convert", id).await?;
    let (kept, lost) = custom(ctx, &lead).await?;
    let facts = [
        ("first_name", true),
        ("last_name", true),
        ("email", lead.email.is_some()),
        ("phone", lead.phone.is_some()),
        ("country", lead.country.is_some()),
        ("source", lead.source.is_some()),
        ("partner_id", lead.partner_id.is_some()),
        ("assigned_to", lead.assigned_to.is_some()),
        ("team_id", lead.team_id.is_some()),
        ("tags", !lead.tags.is_empty()),
        ("follow_up_at", lead.follow_up_at.is_some()),
        ("follow_up_note", lead.follow_up_note.is_some()),
        ("message", lead.message.is_some()),
    ];
    let own = |map: Map<String, Json>| map.into_iter().map(|(key, _)| format!("custom.{key}"));
    let mut carried: Vec<String> = facts.into_iter().filter(|(_, there)| *there).map(|(name, _)| name.to_owned()).collect();
    carried.extend(own(kept));
    let mut left: Vec<String> = own(lost).collect();
    if lead.metadata.as_object().is_some_and(|m| !m.is_empty()) {
        left.push("metadata".to_owned());
    }
    Ok(Preview { carried, left })
}

/// The values of a lead's own fields that a client has too, under the same key and of the same kind; and
/// the others.
async fn custom(ctx: &Ctx, lead: &Lead) -> kernel::Result<(Map<String, Json>, Map<String, Json>)> {
    let (leads, clients) = (custom_fields::of_entity(ctx, "lead").await?, custom_fields::of_entity(ctx, "client").await?);
    let fits = |key: &str, value: &Json| {
        let of = |fields: &[CustomField]| fields.iter().find(|f| f.key == key && !f.archived).cloned();
        of(&leads).zip(of(&clients)).is_some_and(|(lead, client)| {
            // A word that the client's field does not offer stays behind.
            let offered = |word: &Json| client.options.iter().any(|o| *word == *o.key);
            lead.kind == client.kind
                && match client.kind {
                    Kind::Choice => offered(value),
                    Kind::Choices => value.as_array().is_some_and(|words| words.iter().all(offered)),
                    _ => true,
                }
        })
    };
    let all = lead.custom.as_object().cloned().unwrap_or_default();
    Ok(all.into_iter().partition(|(key, value)| fits(key, value)))
}

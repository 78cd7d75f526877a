//! Loads a record as the caller sees it and closes what the role would not see.

use std::collections::BTreeMap;

use access::roles::{checked_fields, reads};
use kernel::permission::Level;
use kernel::validate::Checker;
use kernel::{DomainError, mask};
use runtime::Ctx;

use super::http::{PreviewedRecord, RecordKind, RecordPreviewIn, RecordPreviewOut, RecordRef};
use crate::clients::http::ClientOut;
use crate::clients::service as clients;
use crate::contacts::http::ContactOut;
use crate::contacts::service as contacts;
use crate::leads::http::LeadOut;
use crate::leads::service as leads;
use crate::sensitive::{CLIENT, CONTACT, LEAD, SensitiveFields};

pub(super) async fn preview(ctx: &Ctx, input: RecordPreviewIn) -> kernel::Result<RecordPreviewOut> {
    ctx.require("roles.read")?;
    let mut check = Checker::new();
    let levels = checked_fields(&mut check, input.fields.as_ref());
    let Some(kind) = input.resource_type else {
        check.add("resource_type", "is required: client, lead or contact");
        return check.finish().and(Err(DomainError::internal("a fault was noted and not told")));
    };
    let read = match kind {
        RecordKind::Client => "clients.read",
        RecordKind::Lead => "leads.read",
        RecordKind::Contact => "contacts.read",
    };
    let visible = input.permissions.as_ref().is_none_or(|p| reads(&mut check, p, read));
    check.finish()?;
    let (id, label, record) = match kind {
        RecordKind::Client => {
            let found = match input.resource_id {
                Some(id) => clients::get(ctx, id).await?,
                None => clients::newest(ctx).await?,
            };
            let mut out = ClientOut::of(ctx, found);
            for (name, value) in [
                ("email", &mut out.email),
                ("phone", &mut out.phone),
                ("date_of_birth", &mut out.date_of_birth),
                ("address", &mut out.address),
                ("balance", &mut out.balance),
            ] {
                close(ctx, &CLIENT, &levels, name, value, &mut out.masked, &mut out.hidden);
            }
            (out.id, out.name.clone(), PreviewedRecord::Client(out))
        }
        RecordKind::Lead => {
            let found = match input.resource_id {
                Some(id) => leads::get(ctx, id).await?,
                None => leads::newest(ctx).await?,
            };
            let mut out = LeadOut::of(ctx, found);
            for (name, value) in [("email", &mut out.email), ("phone", &mut out.phone)] {
                close(ctx, &LEAD, &levels, name, value, &mut out.masked, &mut out.hidden);
            }
            (out.id, out.name.clone(), PreviewedRecord::Lead(out))
        }
        RecordKind::Contact => {
            let found = match input.resource_id {
                Some(id) => contacts::get(ctx, id).await?,
                None => contacts::newest(ctx).await?,
            };
            let mut out = ContactOut::of(ctx, found);
            for (name, value) in [("email", &mut out.email), ("phone", &mut out.phone)] {
                close(ctx, &CONTACT, &levels, name, value, &mut out.masked, &mut out.hidden);
            }
            (out.id, out.name.clone(), PreviewedRecord::Contact(out))
        }
    };
    Ok(RecordPreviewOut { visible, resource: RecordRef { kind, id, label }, record })
}

/// Closes a field of a record that the caller sees to the narrower of the two levels.
fn close(
    ctx: &Ctx,
    sensitive: &SensitiveFields,
    levels: &BTreeMap<String, Level>,
    name: &str,
    value: &mut Option<String>,
    masked: &mut Vec<String>,
    hidden: &mut Vec<String>,
) {
    let Some(field) = sensitive.named(name) else { return };
    let own = ctx.level(field.key);
    let level = levels.get(field.key).copied().unwrap_or(Level::Hidden).min(own);
    if level == own {
        return;
    }
    masked.retain(|m| m != name);
    match (level, value.take()) {
        (Level::Hidden, _) => hidden.push(name.to_owned()),
        (_, Some(clear)) => {
            *value = mask::field(name, &clear.into()).as_str().map(str::to_owned);
            masked.push(name.to_owned());
        }
        (_, None) => {}
    }
}

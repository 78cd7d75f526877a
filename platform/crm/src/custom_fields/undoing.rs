//! Taking changes of custom fields back.

use access::undo::{self, changed_since};
use kernel::DomainError;
use runtime::{Ctx, Rows as _, audit};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::service::{CustomField, action, locked, record, record_order, set_order, write};

/// The kind under which a change of custom fields is written down.
pub const KIND: &str = "custom_field";

/// What was there before.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "lowercase")]
pub(super) enum Before {
    /// There was one less.
    Created { field: CustomField },
    /// A field was changed, archived or brought back.
    Changed { before: CustomField, after: CustomField },
    /// They had another order.
    Ordered { entity: String, before: Vec<Uuid>, after: Vec<Uuid> },
}

pub(super) async fn keep(ctx: &Ctx, before: Before) -> kernel::Result<Uuid> {
    undo::record(ctx, KIND, json!(before)).await
}

/// Takes a change back. Fails with `changed_since` when it no longer is as the change made it.
pub async fn undo(ctx: &Ctx, payload: &Json) -> kernel::Result<()> {
    match serde_json::from_value(payload.clone()).map_err(DomainError::internal)? {
        Before::Created { field } => created(ctx, &field).await,
        Before::Changed { before, after } => changed(ctx, before, &after).await,
        Before::Ordered { entity, before, after } => ordered(ctx, &entity, &before, &after).await,
    }
}

/// A field that nobody used goes; one that records hold values of is put away instead, since its key would
/// be given to another field and its values with it.
async fn created(ctx: &Ctx, field: &CustomField) -> kernel::Result<()> {
    let fields = locked(ctx).await?;
    let now = fields.iter().find(|f| f.id == field.id && f.says_the_same(field));
    let now = now.ok_or_else(|| changed_since([field.label.as_str()]))?.clone();
    let used = match field.entity.as_str() {
        "client" => "select exists (select 1 from clients where jsonb_exists(custom, $1))",
        "contact" => "select exists (select 1 from contacts where jsonb_exists(custom, $1))",
        "deal" => "select exists (select 1 from deals where jsonb_exists(custom, $1))",
        _ => "select exists (select 1 from leads where jsonb_exists(custom, $1))",
    };
    if ctx.tx().scalar::<bool>(used, [field.key.clone().into()]).await? == Some(true) {
        let archived = CustomField { archived: true, ..now.clone() };
        write(ctx, &archived).await?;
        return record(ctx, action(&now, &archived), &archived, audit::diff(&now.facts(), &archived.facts())).await;
    }
    ctx.tx().run("delete from custom_fields where id = $1", [field.id.into()]).await?;
    record(ctx, "custom_field.deleted", &now, audit::diff(&now.facts(), &json!({}))).await
}

async fn changed(ctx: &Ctx, before: CustomField, after: &CustomField) -> kernel::Result<()> {
    let fields = locked(ctx).await?;
    let since = || changed_since([before.label.as_str()]);
    let now = fields.iter().find(|f| f.id == after.id && f.says_the_same(after)).ok_or_else(since)?;
    let label = before.label.to_lowercase();
    let named_the_same =
        |f: &&CustomField| f.entity == now.entity && f.id != now.id && !f.archived && f.label.to_lowercase() == label;
    if !before.archived && fields.iter().any(|f| named_the_same(&f)) {
        return Err(since());
    }
    // Its place is no part of the change.
    let next = CustomField { position: now.position, ..before.clone() };
    write(ctx, &next).await?;
    record(ctx, action(now, &next), &next, audit::diff(&now.facts(), &next.facts())).await
}

async fn ordered(ctx: &Ctx, entity: &str, before: &[Uuid], after: &[Uuid]) -> kernel::Result<()> {
    let fields: Vec<CustomField> = locked(ctx).await?.into_iter().filter(|f| f.entity == entity).collect();
    if fields.iter().map(|f| f.id).ne(after.iter().copied()) {
        return Err(changed_since(["order"]));
    }
    set_order(ctx, before).await?;
    let key = |id: &Uuid| fields.iter().find(|f| f.id == *id).map(|f| f.key.as_str());
    let keys = |ids: &[Uuid]| ids.iter().filter_map(key).map(str::to_owned).collect::<Vec<String>>();
    record_order(ctx, entity, &keys(after), &keys(before)).await
}

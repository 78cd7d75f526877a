//! Reading imports, and saying what becomes of their columns.

use std::collections::BTreeMap;

use kernel::DomainError;
use kernel::paging::{Page, Paging};
use kernel::validate::Checker;
use runtime::access::Actor;
use runtime::audit::Change;
use runtime::http::SignedIn;
use runtime::list::{self, Sort};
use runtime::{Ctx, Rows as _};
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::brings::Brings;
use super::clear::{Clear, sees};
use super::columns::Column;
use super::deals::Pipelines;
use super::entity::{self, Import, SORTS, find_locked};
use super::field::{Choices, Target, targets};
use super::mapping::{self, Mapping};
use super::recipe::uses;
use super::sales_words;
use super::shapes::{MappingIn, NewFieldIn};
use super::staff::Staff;
use super::staging::tell;
use super::upload::{self, must_be_open, status_words};
use crate::custom_fields;

/// Statuses that an import can have.
const STATUSES: &[&str] =
    &["uploaded", "mapped", "previewed", "queued", "running", "paused", "done", "failed", "cancelled", "undone"];

/// An import with what the wizard needs.
pub(super) struct Opened {
    pub import: Import,
    pub columns: Vec<Column>,
    pub fields: Vec<Target>,
    /// What was said of the last file with the same columns.
    pub remembered: Option<Mapping>,
}

/// A page of imports, newest first.
pub(super) async fn list(ctx: &Ctx, entity: Option<&str>, status: Option<&str>, paging: &Paging) -> kernel::Result<Page<Import>> {
    let mut select = entity::visible_to(ctx)?;
    let mut c = Checker::new();
    if let Some(word) = entity.filter(|w| !w.is_empty()) {
        match Brings::of_plural(word) {
            Some(brings) => {
                select.and_where(Expr::col((Alias::new("i"), Alias::new("entity"))).eq(brings.word()));
            }
            None => c.add("entity", Brings::must_be()),
        }
    }
    let words: Vec<&str> = status.unwrap_or_default().split(',').map(str::trim).filter(|w| !w.is_empty()).collect();
    if words.iter().any(|w| !STATUSES.contains(w)) {
        c.add("status", format!("must be some of {}", STATUSES.join(", ")));
    } else if !words.is_empty() {
        select.and_where(Expr::col((Alias::new("i"), Alias::new("status"))).is_in(words));
    }
    c.finish()?;
    list::page(ctx, "import", &select, Sort::parse(None, SORTS)?, paging).await
}

/// The most bytes of a file, for whoever may import something.
pub(super) async fn most_bytes(ctx: &Ctx) -> kernel::Result<u64> {
    entity::visible_to(ctx)?;
    upload::most_bytes(ctx).await
}

/// One import, opened. `who`: as they are, not in clear.
pub(super) async fn open(ctx: &Ctx, who: &Actor, id: Uuid) -> kernel::Result<Opened> {
    let import = entity::find(ctx, id).await?;
    opened(ctx, who, import).await
}

/// What the wizard needs besides.
pub(super) async fn opened(ctx: &Ctx, who: &Actor, import: Import) -> kernel::Result<Opened> {
    let import = Clear::of(who, import)?;
    let brings = import.brings()?;
    let custom = custom_fields::of_entity(ctx, brings.own_fields()).await?;
    let fields = targets(brings, &custom, &choices(ctx, brings).await?);
    let columns = import.columns()?;
    let remembered = if import.mapping.is_none() { remembered(ctx, &import).await? } else { None };
    // It has words of a file that may be somebody else's.
    let remembered = remembered.filter(|mapping| sees(who, brings, Some(mapping)).is_ok());
    Ok(Opened { import: import.into_import(), columns, fields, remembered })
}

/// What fields of ours that are choices can be.
async fn choices(ctx: &Ctx, brings: Brings) -> kernel::Result<Choices> {
    if brings == Brings::Users {
        let staff = Staff::of(ctx).await?;
        let roles = staff.roles.iter().filter(|r| r.is_allowed).map(|r| (r.id.to_string(), r.name.clone())).collect();
        let teams = staff.teams.iter().map(|t| (t.id.to_string(), t.name.clone())).collect();
        return Ok(Choices { roles, teams, ..Choices::default() });
    }
    match brings {
        Brings::Deals(_) => {
            let pipelines = Pipelines::of(ctx).await?;
            Ok(Choices { pipelines: pipelines.names(), stages: pipelines.stages(), ..Choices::default() })
        }
        Brings::Activities => Ok(Choices {
            statuses: sales_words::statuses(),
            types: sales_words::types(),
            priorities: sales_words::priorities(),
            ..Choices::default()
        }),
        _ => Ok(Choices { statuses: status_words(ctx, brings).await?, ..Choices::default() }),
    }
}

/// What was said of the last file that had the same columns.
async fn remembered(ctx: &Ctx, import: &Import) -> kernel::Result<Option<Mapping>> {
    let sql = "select mapping from imports where entity = $1 and fingerprint = $2 and id <> $3 and mapping is not null
               order by created_at desc limit 1";
    let values = [import.entity.clone().into(), import.fingerprint.clone().into(), import.id.into()];
    let kept: Option<Json> = ctx.tx().scalar(sql, values).await?;
    let kept: Option<Mapping> = kept.and_then(|m| serde_json::from_value(m).ok());
    Ok(kept.map(|mut kept| {
        // Names that differ in their case only are the same column, too.
        let columns = import.columns().unwrap_or_default();
        let named = |old: &str| columns.iter().find(|c| c.name.to_lowercase() == old.to_lowercase()).map(|c| c.name.clone());
        kept.mapping = kept.mapping.into_iter().filter_map(|(name, key)| Some((named(&name)?, key))).collect();
        kept.values = kept.values.into_iter().filter_map(|(name, words)| Some((named(&name)?, words))).collect();
        kept
    }))
}

/// Says what becomes of the columns; whatever was previewed is so no more.
pub(super) async fn map(who: &SignedIn, id: Uuid, input: &MappingIn) -> kernel::Result<(Ctx, Opened)> {
    let ctx = who.begin_carrying().await?;
    let import = Clear::of(&who.actor, entity::find(&ctx, id).await?)?;
    let brings = import.brings()?;
    let columns = import.columns()?;
    let mut c = Checker::new();
    let mut input = input.clone();
    let made = new_fields(&ctx, &mut c, brings, &mut input, &columns).await?;
    let custom = custom_fields::of_entity(&ctx, brings.own_fields()).await?;
    let mapping = mapping::read(&mut c, brings, &input, &columns, &custom);
    c.finish()?;
    // After the fields, whose lock comes before.
    let import = find_locked(&ctx, id).await?;
    must_be_open(&import)?;
    sees(&who.actor, brings, Some(&mapping))?;
    if let Some(permission) = brings.assigns().filter(|_| uses(&mapping, "assigned_to")) {
        ctx.require(permission)?;
    }
    let mut fields: Vec<Json> = import.made["fields"].as_array().cloned().unwrap_or_default();
    fields.extend(made.into_iter().map(|id| json!(id)));
    ctx.tx()
        .run(
            "update imports set mapping = $2, status = 'mapped', reading = null, task = null, error = null, total = 0, processed = 0,
                 valid = 0, invalid = 0, twins = 0, known = 0, faults = '[]',
                 made = jsonb_set(made, '{fields}', $4::jsonb), updated_at = $3 where id = $1",
            [id.into(), json!(mapping).into(), ctx.now().into(), Json::Array(fields).into()],
        )
        .await?;
    let told = |field: &str, new: Json| Change { field: field.to_owned(), old: Json::Null, new };
    let lines = vec![told("mapping", json!(mapping.mapping)), told("duplicates", mapping.duplicates.as_str().into())];
    ctx.audit("import.mapped", "import", Some(id), lines).await?;
    let import = entity::find(&ctx, id).await?;
    tell(&ctx, &import).await?;
    let opened = opened(&ctx, &who.actor, import).await?;
    Ok((ctx, opened))
}

/// Makes the fields of the tenant's own that were asked for, and maps their columns to them.
async fn new_fields(
    ctx: &Ctx,
    c: &mut Checker,
    brings: Brings,
    input: &mut MappingIn,
    columns: &[Column],
) -> kernel::Result<Vec<Uuid>> {
    let mut made = Vec::new();
    let wanted: Vec<NewFieldIn> = input.new_fields.take().unwrap_or_default();
    if wanted.is_empty() {
        return Ok(made);
    }
    ctx.require("settings.manage")?;
    if !brings.makes_fields() {
        c.add("new_fields", format!("can't be made for {}", brings.plural()));
        return Ok(made);
    }
    for (n, field) in wanted.into_iter().enumerate() {
        let at = |name: &str| format!("new_fields.{n}.{name}");
        let column = field.column.clone().unwrap_or_default();
        let Some(found) = columns.iter().find(|col| col.name == column) else {
            c.add(&at("column"), "is not a column of the file");
            continue;
        };
        let options = (field.kind.as_deref() == Some("choice")).then(|| found.values.clone());
        let label = field.label.clone().filter(|l| !l.trim().is_empty()).unwrap_or_else(|| column.clone());
        match custom_fields::add(ctx, brings.own_fields(), &label, field.kind.as_deref().unwrap_or("text"), options).await {
            Ok(field) => {
                made.push(field.id);
                input.mapping.get_or_insert_with(BTreeMap::new).insert(column, Some(format!("custom.{}", field.key)));
            }
            Err(DomainError::Invalid { fields, .. }) => {
                for (name, messages) in fields {
                    messages.into_iter().for_each(|m| c.add(&at(&name), m));
                }
            }
            Err(other) => return Err(other),
        }
    }
    Ok(made)
}

//! The definitions.

use kernel::DomainError;
use kernel::event::Event;
use kernel::validate::Checker;
use runtime::access::Kept;
use runtime::audit::{self, Change};
use runtime::{Ctx, Rows as _, TenantTx};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::http::{CustomFieldIn, CustomFieldPatch, CustomOptionIn};
use super::undoing::{self, Before};
use crate::naming::key_from;

/// The most fields of one kind of record, archived ones among them.
const MOST: usize = 100;
/// The most options of a choice.
const MOST_OPTIONS: usize = 200;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A text of at most 500 characters.
    Text,
    /// A number.
    Number,
    /// A day.
    Date,
    /// Yes or no.
    Flag,
    /// One of the options.
    Choice,
    /// Some of the options.
    Choices,
    /// The address of a page.
    Url,
}

impl Kind {
    /// All kinds with their words.
    pub const ALL: &[(&'static str, Kind)] = &[
        ("text", Kind::Text),
        ("number", Kind::Number),
        ("date", Kind::Date),
        ("flag", Kind::Flag),
        ("choice", Kind::Choice),
        ("choices", Kind::Choices),
        ("url", Kind::Url),
    ];

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(w, _)| *w == word).map(|(_, kind)| *kind)
    }

    fn has_options(self) -> bool {
        matches!(self, Self::Choice | Self::Choices)
    }
}

/// One option of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomOption {
    /// Stable key; records hold it.
    pub key: String,
    /// The tenant's word for it.
    pub label: String,
}

/// A field of the tenant's own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CustomField {
    /// Id.
    pub id: Uuid,
    /// One of [`ENTITIES`].
    pub entity: String,
    /// Stable key in `custom`.
    pub key: String,
    /// The tenant's word for it.
    pub label: String,
    /// What it holds.
    pub kind: Kind,
    /// The same as a word.
    pub word: String,
    /// Of a choice.
    pub options: Vec<CustomOption>,
    /// Whether a new record needs it.
    pub required: bool,
    /// What to put in.
    pub help: String,
    /// Order.
    pub position: i32,
    /// Whether forms no longer show it.
    pub archived: bool,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    entity: String,
    key: String,
    label: String,
    word: String,
    options: Json,
    required: bool,
    help: String,
    position: i32,
    archived: bool,
}

impl From<Row> for CustomField {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            entity: row.entity,
            key: row.key,
            label: row.label,
            kind: Kind::parse(&row.word).unwrap_or(Kind::Text),
            word: row.word,
            options: serde_json::from_value(row.options).unwrap_or_default(),
            required: row.required,
            help: row.help,
            position: row.position,
            archived: row.archived,
        }
    }
}

impl CustomField {
    /// Whether everything is the same that a change of one field can change.
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        self.options == other.options && self.facts() == other.facts()
    }

    pub(super) fn facts(&self) -> Json {
        json!({
            "label": self.label, "type": self.word, "options": self.options.iter().map(|o| &o.label).collect::<Vec<_>>(),
            "required": self.required, "help": self.help, "archived": self.archived,
        })
    }
}

/// Every field, in order; archived ones too.
pub(super) async fn all(ctx: &Ctx) -> kernel::Result<Vec<CustomField>> {
    read(ctx.tx()).await
}

async fn read(tx: &TenantTx) -> kernel::Result<Vec<CustomField>> {
    let sql = "select id, entity, key, label, type as word, options, required, help, position, archived
               from custom_fields order by entity, position, key";
    Ok(tx.all::<Row>(sql, []).await?.into_iter().map(CustomField::from).collect())
}

/// Every field, as the process keeps them.
struct Fields(Vec<CustomField>);

impl Kept for Fields {
    async fn load(tx: &TenantTx) -> kernel::Result<Self> {
        Ok(Self(read(tx).await?))
    }
}

/// The fields of one kind of record, in order; archived ones too.
pub(crate) async fn of_entity(ctx: &Ctx, entity: &str) -> kernel::Result<Vec<CustomField>> {
    Ok(ctx.kept::<Fields>().await?.0.iter().filter(|f| f.entity == entity).cloned().collect())
}

pub(super) async fn locked(ctx: &Ctx) -> kernel::Result<Vec<CustomField>> {
    ctx.require("settings.manage")?;
    ctx.access_changed().await?;
    all(ctx).await
}

pub(super) async fn record(ctx: &Ctx, action: &str, field: &CustomField, mut changes: Vec<Change>) -> kernel::Result<()> {
    let name = format!("{}.{}", field.entity, field.key);
    changes.insert(0, Change { field: "custom_field".to_owned(), old: Json::Null, new: name.into() });
    ctx.audit(action, "custom_field", Some(field.id), changes).await?;
    ctx.emit(Event::new("settings.changed", ctx.tenant().id, "settings.manage")).await
}

/// The options as they shall be: one with a key that is known keeps it, a new one gets a key from its
/// label.
fn options(c: &mut Checker, kind: Option<Kind>, given: Option<&[CustomOptionIn]>, old: &[CustomOption]) -> Vec<CustomOption> {
    let Some(given) = given else {
        if kind.is_some_and(Kind::has_options) && old.is_empty() {
            c.add("options", "is required for a choice");
        }
        return old.to_vec();
    };
    match kind {
        Some(kind) if !kind.has_options() && !given.is_empty() => c.add("options", "goes with a choice only"),
        Some(kind) if kind.has_options() && given.is_empty() => c.add("options", "is required for a choice"),
        _ if given.len() > MOST_OPTIONS => c.add("options", format!("must not be more than {MOST_OPTIONS}")),
        _ => {}
    }
    let mut found: Vec<CustomOption> = Vec::new();
    for option in given.iter().take(MOST_OPTIONS) {
        let label = c.required("options", option.label.as_deref(), 80);
        let taken: Vec<String> = found.iter().map(|o| o.key.clone()).chain(old.iter().map(|o| o.key.clone())).collect();
        let key = match option.key.as_deref().filter(|k| !k.is_empty()) {
            Some(key) if old.iter().any(|o| o.key == key) => key.to_owned(),
            Some(key) if is_key(key) => key.to_owned(),
            Some(_) => {
                c.add("options", "has a key that is not of lower-case letters, digits and _");
                continue;
            }
            None => key_from(&label, "option", &taken),
        };
        if found.iter().any(|o| o.key == key || o.label.to_lowercase() == label.to_lowercase()) {
            c.add("options", format!("names {label} twice"));
            continue;
        }
        found.push(CustomOption { key, label });
    }
    found
}

fn is_key(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn label_is_free(c: &mut Checker, fields: &[CustomField], entity: &str, label: &str, own: Option<Uuid>) {
    let label = label.to_lowercase();
    let others = fields.iter().filter(|f| f.entity == entity && !f.archived && Some(f.id) != own);
    if others.into_iter().any(|f| f.label.to_lowercase() == label) {
        c.add("label", "is the name of another field");
    }
}

/// Kinds of records that have fields of the tenant's own; opportunities share those of deals.
pub(super) const ENTITIES: &[&str] = &["client", "lead", "contact", "deal"];

/// Adds a field at the end of its list. Returns how to take it back, too.
pub(super) async fn create(ctx: &Ctx, input: &CustomFieldIn) -> kernel::Result<(CustomField, Uuid)> {
    let fields = locked(ctx).await?;
    let mut c = Checker::new();
    let entity = c.required("entity", input.entity.as_deref(), 20);
    if !entity.is_empty() && !ENTITIES.contains(&entity.as_str()) {
        c.add("entity", format!("must be one of {}", ENTITIES.join(", ")));
    }
    let label = c.required("label", input.label.as_deref(), 80);
    label_is_free(&mut c, &fields, &entity, &label, None);
    let word = c.required("type", input.kind.as_deref(), 20);
    let kind = Kind::parse(&word);
    if !word.is_empty() && kind.is_none() {
        let known: Vec<&str> = Kind::ALL.iter().map(|(word, _)| *word).collect();
        c.add("type", format!("must be one of {}", known.join(", ")));
    }
    let own: Vec<&CustomField> = fields.iter().filter(|f| f.entity == entity).collect();
    let taken: Vec<String> = own.iter().map(|f| f.key.clone()).collect();
    let key = match input.key.as_deref().map(str::trim).filter(|k| !k.is_empty()) {
        Some(key) if !is_key(key) => {
            c.add("key", "must be lower-case letters, digits and _, starting with a letter, at most 40");
            key.to_owned()
        }
        Some(key) if taken.iter().any(|t| t == key) => {
            c.add("key", "is the key of another field");
            key.to_owned()
        }
        Some(key) => key.to_owned(),
        None => key_from(&label, "field", &taken),
    };
    let options = options(&mut c, kind, input.options.as_deref(), &[]);
    let help = c.optional("help", input.help.as_deref(), 300).unwrap_or_default();
    if own.len() >= MOST {
        c.add("label", format!("would be more than {MOST} fields"));
    }
    c.finish()?;
    let field = CustomField {
        id: Uuid::now_v7(),
        position: own.iter().map(|f| f.position + 1).max().unwrap_or(0),
        kind: kind.ok_or_else(|| DomainError::internal("a custom field without a type"))?,
        required: input.required.unwrap_or(false),
        archived: false,
        entity,
        key,
        label,
        word,
        options,
        help,
    };
    ctx.tx()
        .run(
            "insert into custom_fields (id, entity, key, label, type, options, required, help, position, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)",
            [
                field.id.into(),
                field.entity.clone().into(),
                field.key.clone().into(),
                field.label.clone().into(),
                field.word.clone().into(),
                json!(field.options).into(),
                field.required.into(),
                field.help.clone().into(),
                field.position.into(),
                ctx.now().into(),
            ],
        )
        .await?;
    record(ctx, "custom_field.created", &field, audit::diff(&json!({}), &field.facts())).await?;
    let undo_id = undoing::keep(ctx, Before::Created { field: field.clone() }).await?;
    Ok((field, undo_id))
}

/// Adds a field for a column of an import.
pub(crate) async fn add(
    ctx: &Ctx,
    entity: &str,
    label: &str,
    kind: &str,
    options: Option<Vec<String>>,
) -> kernel::Result<CustomField> {
    let options = options.map(|all| all.into_iter().map(|label| CustomOptionIn { key: None, label: Some(label) }).collect());
    let input = CustomFieldIn {
        entity: Some(entity.to_owned()),
        label: Some(label.to_owned()),
        key: None,
        kind: Some(kind.to_owned()),
        options,
        required: None,
        help: None,
    };
    Ok(create(ctx, &input).await?.0)
}

/// Changes a field; its key and type stay. Returns how to take the change back, too, unless there is none.
pub(super) async fn update(ctx: &Ctx, id: Uuid, patch: &CustomFieldPatch) -> kernel::Result<(CustomField, Option<Uuid>)> {
    let fields = locked(ctx).await?;
    let old = fields.iter().find(|f| f.id == id).ok_or_else(|| DomainError::not_found("Custom field"))?;
    let mut c = Checker::new();
    let mut next = old.clone();
    if patch.label.is_some() {
        next.label = c.required("label", patch.label.as_deref(), 80);
    }
    next.archived = patch.archived.unwrap_or(next.archived);
    if !next.archived && (old.archived || patch.label.is_some()) {
        label_is_free(&mut c, &fields, &next.entity, &next.label, Some(id));
    }
    if patch.options.is_some() {
        next.options = options(&mut c, Some(next.kind), patch.options.as_deref(), &old.options);
    }
    next.required = patch.required.unwrap_or(next.required);
    if let Some(help) = &patch.help {
        next.help = c.optional("help", Some(help), 300).unwrap_or_default();
    }
    c.finish()?;
    if old.says_the_same(&next) {
        return Ok((next, None));
    }
    write(ctx, &next).await?;
    record(ctx, action(old, &next), &next, audit::diff(&old.facts(), &next.facts())).await?;
    let undo_id = undoing::keep(ctx, Before::Changed { before: old.clone(), after: next.clone() }).await?;
    Ok((next, Some(undo_id)))
}

/// Writes everything that can change but its place.
pub(super) async fn write(ctx: &Ctx, field: &CustomField) -> kernel::Result<()> {
    ctx.tx()
        .run(
            "update custom_fields set label = $2, options = $3, required = $4, help = $5, archived = $6, updated_at = $7
             where id = $1",
            [
                field.id.into(),
                field.label.clone().into(),
                json!(field.options).into(),
                field.required.into(),
                field.help.clone().into(),
                field.archived.into(),
                ctx.now().into(),
            ],
        )
        .await?;
    Ok(())
}

/// What a change is called in the audit log.
pub(super) fn action(old: &CustomField, next: &CustomField) -> &'static str {
    match (old.archived, next.archived) {
        (false, true) => "custom_field.archived",
        (true, false) => "custom_field.restored",
        _ => "custom_field.updated",
    }
}

/// Puts the fields of one kind of record into an order that names each once; archived ones may be
/// left out and come last. Returns how to take it back, too, unless nothing changed.
pub(super) async fn order(ctx: &Ctx, entity: &str, ids: &[Uuid]) -> kernel::Result<(Vec<CustomField>, Option<Uuid>)> {
    let fields: Vec<CustomField> = locked(ctx).await?.into_iter().filter(|f| f.entity == entity).collect();
    if !ENTITIES.contains(&entity) {
        return Err(DomainError::field("entity", format!("must be one of {}", ENTITIES.join(", "))));
    }
    let once = ids.iter().all(|id| ids.iter().filter(|i| *i == id).count() == 1);
    let known = ids.iter().all(|id| fields.iter().any(|f| f.id == *id));
    let whole = fields.iter().all(|f| f.archived || ids.contains(&f.id));
    if !once || !known || !whole {
        return Err(DomainError::field("ids", "must name each field of this kind once"));
    }
    let mut after: Vec<&CustomField> = ids.iter().filter_map(|id| fields.iter().find(|f| f.id == *id)).collect();
    after.extend(fields.iter().filter(|f| !ids.contains(&f.id)));
    let keys = |fields: &[&CustomField]| fields.iter().map(|f| f.key.clone()).collect::<Vec<_>>();
    let ids = |fields: &[&CustomField]| fields.iter().map(|f| f.id).collect::<Vec<_>>();
    let before: Vec<&CustomField> = fields.iter().collect();
    if ids(&before) == ids(&after) {
        return Ok((fields, None));
    }
    set_order(ctx, &ids(&after)).await?;
    record_order(ctx, entity, &keys(&before), &keys(&after)).await?;
    let kept = Before::Ordered { entity: entity.to_owned(), before: ids(&before), after: ids(&after) };
    let undo_id = undoing::keep(ctx, kept).await?;
    Ok((of_entity(ctx, entity).await?, Some(undo_id)))
}

/// Puts fields into an order.
pub(super) async fn set_order(ctx: &Ctx, ids: &[Uuid]) -> kernel::Result<()> {
    ctx.tx()
        .run(
            "update custom_fields f set position = o.n - 1, updated_at = $2
             from unnest($1::uuid[]) with ordinality as o (id, n) where f.id = o.id",
            [ids.to_vec().into(), ctx.now().into()],
        )
        .await?;
    Ok(())
}

/// Writes down that the order changed, by keys.
pub(super) async fn record_order(ctx: &Ctx, entity: &str, before: &[String], after: &[String]) -> kernel::Result<()> {
    let changes = vec![
        Change { field: "entity".to_owned(), old: Json::Null, new: entity.into() },
        Change { field: "order".to_owned(), old: json!(before), new: json!(after) },
    ];
    ctx.audit("custom_field.reordered", "custom_field", None, changes).await?;
    ctx.emit(Event::new("settings.changed", ctx.tenant().id, "settings.manage")).await
}

//! `/custom-fields`.

use kernel::DomainError;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Created, ListOut, Staff};
use uuid::Uuid;

use super::service::{self, CustomField};

/// An option of a choice.
#[derive(Debug, Object)]
pub struct CustomOptionOut {
    /// Stable key; records hold it.
    pub key: String,
    /// The tenant's word for it.
    pub label: String,
}

/// A field of the tenant's own.
#[derive(Debug, Object)]
pub struct CustomFieldOut {
    /// Id.
    pub id: Uuid,
    /// `client`, `lead`, `contact` or `deal`, which is for opportunities, too.
    pub entity: String,
    /// Stable key; `custom` of the record holds the value under it.
    pub key: String,
    /// The tenant's word for it.
    pub label: String,
    /// `text`, `number`, `date`, `flag`, `choice`, `choices` or `url`.
    #[oai(rename = "type")]
    pub kind: String,
    /// Of a choice.
    pub options: Vec<CustomOptionOut>,
    /// Whether a new record needs it.
    pub required: bool,
    /// What to put in.
    pub help: String,
    /// Order.
    pub position: i32,
    /// Whether forms no longer show it; values stay.
    pub archived: bool,
    /// In the answer to a change: takes it back, `POST /undo/{undo_id}`.
    #[oai(skip_serializing_if = "Option::is_none")]
    pub undo_id: Option<Uuid>,
}

impl From<CustomField> for CustomFieldOut {
    fn from(field: CustomField) -> Self {
        let options = field.options.into_iter().map(|o| CustomOptionOut { key: o.key, label: o.label });
        Self {
            id: field.id,
            entity: field.entity,
            key: field.key,
            label: field.label,
            kind: field.word,
            options: options.collect(),
            required: field.required,
            help: field.help,
            position: field.position,
            archived: field.archived,
            undo_id: None,
        }
    }
}

/// An option as it shall be.
#[derive(Debug, Object)]
pub struct CustomOptionIn {
    /// Of one that is there already; a new one gets a key from its label.
    pub key: Option<String>,
    /// The word for it. Required.
    pub label: Option<String>,
}

/// A new field; it comes last.
#[derive(Debug, Object)]
pub struct CustomFieldIn {
    /// `client`, `lead`, `contact` or `deal`, which is for opportunities, too. Required.
    pub entity: Option<String>,
    /// The word for it. Required.
    pub label: Option<String>,
    /// Made from the label if absent.
    pub key: Option<String>,
    /// `text`, `number`, `date`, `flag`, `choice`, `choices` or `url`. Required.
    #[oai(rename = "type")]
    pub kind: Option<String>,
    /// Of a choice.
    pub options: Option<Vec<CustomOptionIn>>,
    /// Whether a new record needs it.
    pub required: Option<bool>,
    /// What to put in.
    pub help: Option<String>,
}

/// Changes of a field; what is absent stays. Key and type can't be changed.
#[derive(Debug, Object)]
pub struct CustomFieldPatch {
    /// The word for it.
    pub label: Option<String>,
    /// All options as they shall be. Values of one that is left out stay in their records.
    pub options: Option<Vec<CustomOptionIn>>,
    /// Whether a new record needs it.
    pub required: Option<bool>,
    /// What to put in.
    pub help: Option<String>,
    /// True takes it out of forms, false brings it back.
    pub archived: Option<bool>,
}

/// An order of fields.
#[derive(Debug, Object)]
pub struct CustomFieldOrderIn {
    /// `client`, `lead`, `contact` or `deal`, which is for opportunities, too. Required.
    pub entity: Option<String>,
    /// Every field of that kind once; archived ones may be left out. Required.
    pub ids: Option<Vec<Uuid>>,
}

/// The fields of one kind in their order.
#[derive(Debug, Object)]
pub struct CustomFieldOrderOut {
    /// In order, archived ones too.
    pub data: Vec<CustomFieldOut>,
    /// Takes the change back: `POST /undo/{undo_id}`. Null when nothing changed.
    #[oai(nullable)]
    pub undo_id: Option<Uuid>,
}

/// Fields of the tenant's own.
pub struct CustomFieldsApi;

#[OpenApi]
impl CustomFieldsApi {
    /// List the custom fields
    ///
    /// In order, archived ones too: everybody who sees a record needs to know what its values mean.
    #[oai(path = "/custom-fields", method = "get", operation_id = "listCustomFields")]
    async fn list(
        &self,
        auth: Staff,
        /// `client`, `lead`, `contact` or `deal`; all of them if absent.
        entity: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<CustomFieldOut>>> {
        let entity = entity.0.filter(|e| !e.is_empty());
        if entity.as_deref().is_some_and(|e| !service::ENTITIES.contains(&e)) {
            let known = service::ENTITIES.join(", ");
            return Err(DomainError::field("entity", format!("must be one of {known}")).into());
        }
        let ctx = auth.0.read().await?;
        let found = service::all(&ctx).await?.into_iter().filter(|f| entity.as_ref().is_none_or(|e| *e == f.entity));
        Ok(Json(found.map(CustomFieldOut::from).collect::<Vec<_>>().into()))
    }

    /// Add a custom field
    #[oai(path = "/custom-fields", method = "post", operation_id = "createCustomField")]
    async fn create(&self, auth: Staff, body: Json<CustomFieldIn>) -> ApiResult<Created<CustomFieldOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let (field, undo_id) = service::create(&ctx, &body.0).await?;
        let out = CustomFieldOut { undo_id: Some(undo_id), ..field.into() };
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }

    /// Change a custom field
    #[oai(path = "/custom-fields/:id", method = "patch", operation_id = "updateCustomField")]
    async fn update(
        &self,
        auth: Staff,
        /// The field.
        id: Path<Uuid>,
        body: Json<CustomFieldPatch>,
    ) -> ApiResult<Json<CustomFieldOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let (field, undo_id) = service::update(&ctx, id.0, &body.0).await?;
        let out = CustomFieldOut { undo_id, ..field.into() };
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Order the custom fields of one kind of record
    #[oai(path = "/custom-fields/order", method = "put", operation_id = "orderCustomFields")]
    async fn order(&self, auth: Staff, body: Json<CustomFieldOrderIn>) -> ApiResult<Json<CustomFieldOrderOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let body = body.0;
        let ids = body.ids.unwrap_or_default();
        let (found, undo_id) = service::order(&ctx, body.entity.as_deref().unwrap_or_default(), &ids).await?;
        let out = CustomFieldOrderOut { data: found.into_iter().map(CustomFieldOut::from).collect(), undo_id };
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Archive a custom field
    ///
    /// Forms no longer show it; values stay. `PATCH` with `archived: false` brings it back.
    #[oai(path = "/custom-fields/:id", method = "delete", operation_id = "deleteCustomField")]
    async fn remove(
        &self,
        auth: Staff,
        /// The field.
        id: Path<Uuid>,
    ) -> ApiResult<Json<CustomFieldOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let archive = CustomFieldPatch { label: None, options: None, required: None, help: None, archived: Some(true) };
        let (field, undo_id) = service::update(&ctx, id.0, &archive).await?;
        let out = CustomFieldOut { undo_id, ..field.into() };
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }
}
